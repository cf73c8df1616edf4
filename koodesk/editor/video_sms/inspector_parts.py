# SPDX-License-Identifier: Apache-2.0
"""The parts the panels of this inspector share: facts in two columns, what is wrong, and what can be done with a frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.edits import Place
from koodesk.domain.video_sms.template import VideoTemplate
from koodesk.editor.inspector.form import STYLES, Section, plain, put_icon
from koodesk.editor.video_sms.dropping import can_join
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.words import tr

JOIN_SIDE: Final = 1
"""An element that joins the frame before it stands below what is there."""


def empty(layout: QVBoxLayout | QGridLayout) -> None:
    """Take everything out of a layout, for good."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class Facts(QWidget):
    """Names and values, one pair a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[tuple[str, str, str], ...] = ()

    def show_facts(self, facts: tuple[tuple[str, str, str], ...]) -> None:
        """Show (name, value, style); style is one of the stylesheet's text styles, empty for plain."""
        if facts == self._shown:
            return
        self._shown = facts
        empty(self._grid)
        for line, (name, value, style) in enumerate(facts):
            caption = plain(name, "second")
            caption.setAlignment(Qt.AlignmentFlag.AlignTop)
            shown = plain(value, style, wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setAccessibleName(f"{name} {value}")
            self._grid.addWidget(caption, line, 0)
            self._grid.addWidget(shown, line, 1)


class Wrong(QWidget):
    """The problems of a part of the message, a line each; nothing while there is none."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._where = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._shown: tuple[tuple[str, str], ...] = ()
        session.checked.connect(self.refresh)
        self.hide()

    def show_of(self, where: str) -> None:
        """Show the problems of another part."""
        self._where = where
        self.refresh()

    def refresh(self) -> None:
        """Show the problems as they are now, those of the whole frame included."""
        session, where = self._session, self._where
        frame = where.split("/")[0]
        found = (
            *session.problems_of(where),
            *(p for p in session.problems if frame != where and p.where == frame),
        )
        lines = tuple(dict.fromkeys((session.look.sentence(p), STYLES[p.severity]) for p in found))
        if lines == self._shown:
            return
        self._shown = lines
        empty(self._column)
        for text, style in lines:
            self._column.addWidget(plain(text, style, wrap=True))
        self.setVisible(bool(lines))


class FrameSection(Section):
    """What can be done with the frame of the selected element: move, part, join, copy, remove."""

    step_wanted = Signal(str, int)
    remove_wanted = Signal(str)

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._session = session
        self.up = self._button("chevron-up", tr("上移"), lambda: self._step(-1))
        self.down = self._button("chevron-down", tr("下移"), lambda: self._step(1))
        self.up.setToolTip(tr("上移（Alt+↑）"))
        self.down.setToolTip(tr("下移（Alt+↓）"))
        self.join_up = self._button("layers", tr("与上一帧合并"), lambda: self._join(-1))
        self.join_down = self._button("layers", tr("与下一帧合并"), lambda: self._join(1))
        self.split = self._button("layers", tr("拆为单独一帧"), self._split)
        self.copy = self._button("copy", tr("复制一份"), self._copy)
        self.remove = self._button("trash-2", tr("删除"), self._remove)
        self.remove.setProperty("kind", "danger")
        put_icon(self.remove, session.look, "trash-2", "danger", 16)
        self.remove.setToolTip(tr("删除（Delete）"))
        for pair in (
            (self.up, self.down),
            (self.join_up, self.join_down),
            (self.split,),
            (self.copy, self.remove),
        ):
            row = QHBoxLayout()
            row.setSpacing(8)
            for made in pair:
                row.addWidget(made, 1)
            self.body.addLayout(row)
        self._why: QLabel = plain(style="hint", wrap=True)
        self.add(self._why)
        session.document.changed.connect(self.refresh)
        session.selection.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Offer what the platform lets be done with the selected element."""
        session, place = self._session, self._session.place()
        template, rules = session.template, session.rules
        element = session.element()
        if place is None or element is None:
            return
        self.title.setText(tr("第 {number} 帧", number=place.frame + 1))
        size, count = len(template.frames[place.frame].elements), len(template.frames)
        most = rules.double_frames_max
        self.up.setEnabled(place.frame > 0 or place.element > 0 or size > 1)
        self.down.setEnabled(place.frame < count - 1 or place.element < size - 1 or size > 1)
        self.join_up.setVisible(size == 1)
        self.join_down.setVisible(size == 1)
        self.split.setVisible(size > 1)
        self.join_up.setEnabled(can_join(template, place, place.frame - 1, most))
        self.join_down.setEnabled(can_join(template, place, place.frame + 1, most))
        self.split.setEnabled(count < rules.frames_max)
        self.copy.setEnabled(count < rules.frames_max)
        self._why.setText(
            tr(
                "一帧最多 {elements} 个元素且其中要有文本，最多 {frames} 帧可以有两个元素。",
                elements=rules.elements_max,
                frames=most,
            )
        )

    # --- what is done -----------------------------------------------------------------------------------------

    def _step(self, down: int) -> None:
        self.step_wanted.emit(self._session.selection.content, down)

    def _remove(self) -> None:
        self.remove_wanted.emit(self._session.selection.content)

    def _join(self, to: int) -> None:
        place = self._session.place()
        if place is not None:
            frame, at = place.frame + to, JOIN_SIDE if to < 0 else 0
            self._session.change("join", place.where, lambda t: edits.join(t, place, frame, at))

    def _split(self) -> None:
        place = self._session.place()
        if place is not None:
            self._session.change("split", place.where, lambda t: split(t, place))

    def _copy(self) -> None:
        place, element = self._session.place(), self._session.element()
        if place is not None and element is not None:
            at = place.frame + 1
            self._session.change("insert", f"frame:{at + 1}", lambda t: edits.insert_frame(t, at, element))

    def _button(self, icon: str, words: str, act: Callable[[], None]) -> QPushButton:
        made = QPushButton(words, self)
        put_icon(made, self._session.look, icon, size=16)
        made.clicked.connect(act)
        return made


def split(template: VideoTemplate, place: Place) -> edits.Moved:
    """Make a frame of its own of an element: before its frame when it stood first there, behind it otherwise."""
    return edits.take_out(template, place, place.frame + (place.element > 0))
