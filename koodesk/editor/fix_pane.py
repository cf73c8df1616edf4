# SPDX-License-Identifier: Apache-2.0
"""A fix before it is made: what it changes, with dropped and added words marked, and two little cards where the look changes.

Made off the window's thread. Applied, it is one step of the history; when the card has changed since, it is made anew
instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QImage, QPixmap, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QTextEdit, QVBoxLayout, QWidget

from koodesk.domain.edits import Batch, Edit
from koodesk.domain.fix_preview import Change, FixStep, changes, fix_steps, marked
from koodesk.domain.fixes import fix
from koodesk.domain.problem import Problem
from koodesk.domain.template import Template
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor
from koodesk.editor.fix_words import part_name, seen
from koodesk.editor.inspector.form import plain
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.session import Session
from koodesk.editor.words import list_of, tr
from koodesk.preview.arrange import arrange

_CARD: Final = 128
"""How high the little cards are, in pixels."""
_WIDEST: Final = 150


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered for a card: the steps in turn, and how the card looks before and after where that changes."""

    template: Template
    steps: tuple[FixStep, ...]
    cards: tuple[QImage, ...] = ()

    @property
    def edit(self) -> Edit:
        """All steps as one edit."""
        return self.steps[0].edit if len(self.steps) == 1 else Batch(tuple(s.edit for s in self.steps))


class FixPane(QFrame):
    """Shows one fix, or all of them; `apply` makes what is shown."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self._session = session
        self._offer: Offer | None = None
        self._again: Callable[[], None] | None = None
        self._latest: Final = Latest(self)
        self._latest.told.connect(self._show)
        self._head = plain(style="heading", wrap=True)
        self._source = plain(style="hint", wrap=True)
        self.words = QTextEdit(self)
        self.words.setReadOnly(True)
        self.words.setFrameShape(QFrame.Shape.NoFrame)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(tr("修复预览"))
        self._before, self._after = QLabel(self), QLabel(self)
        self._cards = QWidget(self)
        pair = QHBoxLayout(self._cards)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(8)
        for caption, picture in ((tr("修复前"), self._before), (tr("修复后"), self._after)):
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(plain(caption, "hint"))
            picture.setAccessibleName(caption)
            column.addWidget(picture)
            pair.addLayout(column)
        pair.addStretch(1)
        self.apply = QPushButton(tr("修复"), self)
        self.apply.setProperty("kind", "primary")
        self.apply.clicked.connect(self._make)
        foot = QHBoxLayout()
        foot.addWidget(plain(tr("一步完成，可以撤销。"), "hint"), 1)
        foot.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._head)
        column.addWidget(self._source)
        column.addWidget(self.words, 1)
        column.addWidget(self._cards)
        column.addLayout(foot)
        self.clear()

    @property
    def offer(self) -> Offer | None:
        """What is shown, None while there is nothing to make."""
        return self._offer

    @property
    def busy(self) -> bool:
        """Tell whether a preview is being made."""
        return self._latest.busy

    def stop(self) -> None:
        """Make no more previews; for a session that is closed."""
        self._latest.stop()

    def clear(self) -> None:
        """Show nothing: no problem is chosen."""
        self._again = None
        self._latest.run(lambda _alive, _tell: None)
        self._say(tr("选择一个问题，查看怎样修复。"), "")

    def preview(self, problem: Problem) -> None:
        """Show the fix of one problem, or that only a person can decide here."""
        self._again = lambda: self.preview(problem)
        source = tr("来源：{source}", source=problem.source) if problem.source else ""
        self._say(self._session.look.sentence(problem), source)
        template, pack = self._session.document.template, self._session.pack

        def steps() -> tuple[FixStep, ...]:
            edit = fix(problem, template, pack)
            if edit is None:
                return ()
            after = edit.apply(template)
            return (FixStep(problem, edit, after, changes(template, after)),)

        self._run(template, steps, problem.vendor)

    def preview_all(self, vendor: Vendor | None, head: str) -> None:
        """Show every fix there is, for one vendor or for all, under a heading."""
        self._again = lambda: self.preview_all(vendor, head)
        self._say(head, "")
        template, pack = self._session.document.template, self._session.pack
        self._run(template, lambda: fix_steps(template, pack, (vendor,) if vendor else ()), vendor)

    def _run(
        self, template: Template, make: Callable[[], tuple[FixStep, ...]], vendor: Vendor | None
    ) -> None:
        ratio = self.devicePixelRatioF()

        def job(alive: Callable[[], bool], tell: Tell) -> None:
            if not alive():
                return
            steps = make()
            cards: tuple[QImage, ...] = ()
            if steps and any(seen(change) for step in steps for change in step.changes):
                cards = self._painted(template, steps[-1].after, vendor, ratio)
            tell(Offer(template, steps, cards))

        self._latest.run(job)

    def _painted(
        self, before: Template, after: Template, vendor: Vendor | None, ratio: float
    ) -> tuple[QImage, ...]:
        """Paint both cards small; none when no phone shows one of them."""
        session, around = self._session, self._session.around
        made: list[QImage] = []
        for template in (before, after):
            layout = session.pack.layouts.get(template.layout)
            wished = vendor or next(iter(template.vendors), Vendor.HUAWEI)
            taker = None if layout is None else session.taker(layout, wished)
            if layout is None or taker is None:
                return ()
            shown = seen_by(template, taker)
            placed = arrange(shown, layout, taker, session.pack, around.phones[taker], {}, around.measure)
            card = placed.card
            scale = ratio * min(_CARD / card.height, _WIDEST / card.width)
            x, y, width, height = (round(n * scale) for n in (card.x, card.y, card.width, card.height))
            image = session.patient_renderer.paint(placed, scale).copy(QRect(x, y, width, height))
            image.setDevicePixelRatio(ratio)
            made.append(image)
        return tuple(made)

    def _say(self, head: str, source: str) -> None:
        self._offer = None
        self._head.setText(head)
        self._source.setText(source)
        self._source.setVisible(bool(source))
        self.words.clear()
        self.words.setAccessibleDescription("")
        self._cards.hide()
        self.apply.setEnabled(False)

    def _show(self, offer: Offer) -> None:
        self.words.clear()
        if not offer.steps:
            if self._again is not None:
                self._insert(tr("这里需要您来决定，没有自动修复。"))
            return
        self._offer = offer
        said: list[str] = []
        for step in offer.steps:
            for change in step.changes:
                name = part_name(self._session, change)
                self._insert(f"{name}\n", heading=True)
                for mark, piece in _pieces(change):
                    self._insert(piece, mark)
                self._insert("\n")
                said.append(
                    tr(
                        "{part}：由“{before}”改为“{after}”",
                        part=name,
                        before=change.before,
                        after=change.after,
                    )
                )
        self.words.moveCursor(QTextCursor.MoveOperation.Start)
        self.words.setAccessibleDescription(list_of(tuple(said)))
        self._cards.setVisible(len(offer.cards) == 2)
        for label, image in zip((self._before, self._after), offer.cards, strict=False):
            label.setPixmap(QPixmap.fromImage(image))
        self.apply.setEnabled(True)

    def _insert(self, text: str, mark: str = "=", *, heading: bool = False) -> None:
        """Put text behind what is there, as it is: dropped words struck through, added ones underlined."""
        look, form = self._session.look, QTextCharFormat()
        form.setForeground(look.color("text_second" if heading else "text"))
        if mark == "-":
            form.setFontStrikeOut(True)
            form.setForeground(look.color("danger"))
            form.setBackground(look.color("danger_soft"))
        elif mark == "+":
            form.setFontUnderline(True)
            form.setFontWeight(QFont.Weight.DemiBold)
            form.setForeground(look.color("success"))
            form.setBackground(look.color("success_soft"))
        cursor = self.words.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text, form)

    def _make(self) -> None:
        offer = self._offer
        if offer is None:
            return
        if offer.template is not self._session.document.template:
            if self._again is not None:
                self._again()  # the card has changed since: show what it would be now
            return
        self._offer = None
        self.apply.setEnabled(False)
        self._session.edit(offer.edit)
        self.apply.setFocus(Qt.FocusReason.OtherFocusReason)


def _pieces(change: Change) -> tuple[tuple[str, str], ...]:
    """Return the pieces of a change: words are compared letter by letter, sizes and switches stand side by side."""
    if seen(change):
        return (("-", change.before), ("=", " → "), ("+", change.after))
    return marked(change.before, change.after)
