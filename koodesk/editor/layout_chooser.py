# SPDX-License-Identifier: Apache-2.0
"""Another layout for the card (更换版式): every layout with this very card in it, and what would wait for the way back.

The cards are converted and painted off the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from koodesk.domain.conversion import convert, left_behind
from koodesk.domain.template import Content
from koodesk.domain.vendor import Vendor
from koodesk.editor.card_picture import card_picture
from koodesk.editor.inspector.form import plain
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.layout_list import THUMB, LayoutList
from koodesk.editor.limits import vendor_list
from koodesk.editor.session import Session
from koodesk.editor.words import list_of, named, tr
from koodesk.preview.arrange import arrange


class LayoutChooser(QDialog):
    """Opened with `open()`; Esc closes it and changes nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle(tr("更换版式"))
        self.resize(1080, 680)
        self._latest: Final = Latest(self)
        self._latest.told.connect(self._show)
        self.list = LayoutList(session.pack, session.look, self)
        self.kept = plain(style="second", wrap=True)
        self.use = QPushButton(tr("更换"), self)
        self.use.setProperty("kind", "primary")
        self.use.clicked.connect(lambda: self._choose(self.list.current))
        cancel = QPushButton(tr("取消"), self)
        cancel.clicked.connect(self.reject)
        for button in (self.use, cancel):
            button.setAutoDefault(False)  # Enter is the list's
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.kept, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.list.marked.connect(self._mark)
        self.list.chosen.connect(self._choose)
        self._mark("")
        self.list.filled.connect(self._filled)

    @property
    def busy(self) -> bool:
        """Tell whether the layouts are being put in place, or their cards painted."""
        return not self.list.is_filled or self._latest.busy

    def done(self, result: int) -> None:
        """Stop painting before the panel goes."""
        self._latest.stop()
        super().done(result)

    def _filled(self) -> None:
        if not self.list.search.text():
            self.list.mark(self._session.layout.id)
        self._paint()

    def _mark(self, layout: str) -> None:
        """Say what a change to the marked layout would keep for the way back."""
        now = self._session.layout.id
        self.use.setEnabled(bool(layout) and layout != now)
        if not layout:
            self.kept.setText("")
        elif layout == now:
            self.kept.setText(tr("这是现在的版式。"))
        else:
            self.kept.setText(self._words(layout))

    def _words(self, layout: str) -> str:
        session = self._session
        template, target = session.document.template, session.pack.layouts[layout]
        change = convert(template, session.layout, target, session.pack.layouts, session.around.focals)
        waiting = self._names(left_behind(template, session.layout, change))
        lines = [
            tr("放不下、先收好的内容：{names}。换回来时会还给您。", names=list_of(waiting))
            if waiting
            else tr("所有内容都放得下。")
        ]
        lost = tuple(v for v in template.vendors if not target.takes(v))
        if lost:
            lines.append(tr("{vendors} 不支持这个版式。", vendors=vendor_list(session, lost)))
        return "\n".join(lines)

    def _names(self, contents: tuple[Content, ...]) -> tuple[str, ...]:
        """Return the names of slots, each once, with how many of it where there are several."""
        counts: dict[str, int] = {}
        for content in contents:
            spec = self._session.layout.slot(content.slot)
            name = named(spec.name_zh, spec.name_en)
            counts[name] = counts.get(name, 0) + 1
        return tuple(name if count == 1 else f"{name} ×{count}" for name, count in counts.items())

    def _choose(self, layout: str) -> None:
        session = self._session
        if not layout or layout == session.layout.id:
            return
        target = session.pack.layouts[layout]
        change = convert(
            session.document.template,
            session.layout,
            target,
            session.pack.layouts,
            session.around.focals,
        )
        if session.edit(change):
            # In the next turn: closing waits for the painter, and the window has much to do for the change as it is.
            QTimer.singleShot(0, self, self.accept)

    def _paint(self) -> None:
        session, around, ratio = self._session, self._session.around, self.devicePixelRatioF()
        template, now, pack = session.document.template, session.layout, session.pack
        focals = dict(around.focals)  # the window may learn of others while the cards are painted
        wished = session.first_vendor()
        wanted: list[tuple[str, Vendor]] = []
        for name in self.list.tiles:
            taker = session.taker(pack.layouts[name], wished)
            if taker is not None:
                wanted.append((name, taker))

        def job(alive: Callable[[], bool], tell: Tell) -> None:
            for name, vendor in wanted:
                if not alive():
                    return
                target = pack.layouts[name]
                card = convert(template, now, target, pack.layouts, focals).apply(template)
                phone = around.phones[vendor]
                placed = arrange(card, target, vendor, pack, phone, {}, around.measure, hints=True)
                tell((name, card_picture(session.patient_renderer, placed, THUMB, ratio)))

        self._latest.run(job)

    def _show(self, painted: tuple[str, QImage]) -> None:
        self.list.show_picture(*painted)
