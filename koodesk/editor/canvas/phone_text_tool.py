# SPDX-License-Identifier: Apache-2.0
"""Typing a text where it stands on the phone.

The field has the size, weight and colour of the phone's text and falls into the phone's lines; parameters are chips.
Below it a strip counts, and offers the parameters. Typing changes the document at once (the phones follow); Enter or
leaving accepts, Esc takes everything back. Where the field stands and what typing changes is the subclass's.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMenu, QToolButton

from koodesk.editor.canvas import text_lines
from koodesk.editor.canvas.phone_canvas import PhoneCanvas
from koodesk.editor.canvas.tool import Tool
from koodesk.editor.inspector.form import plain, restyle
from koodesk.editor.param_notation import CARD, Notation
from koodesk.editor.param_text import ParamText
from koodesk.editor.phone_session import PhoneSession
from koodesk.editor.words import tr
from koodesk.preview.placement import TextLine

PAD: Final = 4
"""How far the tool reaches beyond the text's place, in pixels."""


class PhoneTextTool(Tool):
    """A stay in one text. All of it is one step of the history."""

    hides_content: ClassVar[bool] = True

    def __init__(
        self,
        session: PhoneSession,
        canvas: PhoneCanvas,
        content_id: str,
        part: str = "",
        *,
        lines: bool,
        notation: Notation = CARD,
    ) -> None:
        """`lines` allows line breaks."""
        super().__init__(content_id, canvas, part)
        self._session = session
        self._canvas = canvas
        self._gesture = session.document.new_gesture()
        self._depth = session.document.depth
        self.field = ParamText(session.look, lines=lines, parent=self, notation=notation)
        self.field.setFrameShape(QFrame.Shape.NoFrame)
        self.field.setStyleSheet("QTextEdit { background: transparent; border: 0; padding: 0; }")
        self.field.setContentsMargins(0, 0, 0, 0)
        self.field.document().setDocumentMargin(0)
        over = canvas.part_of(self)
        self.field.setAccessibleName("" if over is None else over.accessibleName())
        self.field.set_names(self._names())
        self.field.set_text(self._text())
        self.strip = TextStrip(canvas)
        self.strip.chosen.connect(self.field.insert_param)
        self.field.edited.connect(self._typed)
        self.field.accepted.connect(self.accept)
        self.field.given_up.connect(self.give_up)
        self.field.left.connect(self._left)
        self.field.resized.connect(self._fall_like_phone)
        self.setFocusProxy(self.field)

    # --- for subclasses ---------------------------------------------------------------------------------------

    @abstractmethod
    def _text(self) -> str:
        """Return the text as the template holds it."""

    @abstractmethod
    def _names(self) -> tuple[str, ...]:
        """Return the parameters that may be typed."""

    @abstractmethod
    def _line(self) -> TextLine | None:
        """Return the first line of the text on the phone, None when it has none there."""

    @abstractmethod
    def _text_width(self) -> float:
        """Return how wide the phone's lines may be, in dp."""

    def _lead(self) -> float:
        """Return the room in dp that something before the text takes of its first line."""
        return 0.0

    @abstractmethod
    def _is_there(self) -> bool:
        """Tell whether the phone still shows the text."""

    @abstractmethod
    def _take_look(self) -> None:
        """Take the look of the text on the phone (`_colour`)."""

    @abstractmethod
    def _take_place(self) -> None:
        """Stand where the text stands, as high as what was typed needs."""

    @abstractmethod
    def _put_cursor(self) -> None:
        """Put the cursor, or a selection, where typing begins."""

    @abstractmethod
    def _change(self, text: str) -> bool:
        """Give the template a text and tell whether it was taken."""

    @abstractmethod
    def _counted(self, text: str) -> tuple[str, bool]:
        """Return the words of the counter, and whether the text is over its limit."""

    # --- the stay ---------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Take the look of the text, then the keyboard."""
        self._take_look()
        super().begin()
        self.strip.show_count(*self._counted(self.field.text()))
        self.strip.show()
        self.strip.raise_()
        self._put_cursor()

    def follow(self) -> None:
        """Stand where the text stands now, as high as what was typed needs."""
        if not self._is_there():
            self.accept()
            return
        self.field.set_text(self._text())
        self.field.set_names(self._names())
        self._apply_font()
        self._take_place()
        self._fall_like_phone()
        self.strip.place_below(self.geometry())

    def accept(self) -> None:
        """Keep the text."""
        self._close()

    def give_up(self) -> None:
        """Take everything back that was typed."""
        while self._session.document.depth > self._depth:
            self._session.document.undo()
        self._close()

    def _typed(self, text: str) -> None:
        if not self._change(text):
            self.follow()  # a text that was taken is followed with the document
        self.strip.show_count(*self._counted(text))

    def _left(self) -> None:
        focus = QApplication.focusWidget()
        if focus is None or not (focus is self.strip or self.strip.isAncestorOf(focus)):
            self.accept()

    def _close(self) -> None:
        self.field.blockSignals(True)  # Qt's own parameter
        self.strip.hide()
        self.strip.deleteLater()
        self._finish()

    # --- the look ---------------------------------------------------------------------------------------------

    def _fall_like_phone(self) -> None:
        """Let the field's text fall into the lines it has on the phone."""
        line = self._line()
        if line is None:
            return
        font, measure, zoom = line.font, self._session.around.measure, self._canvas.zoom
        chips = dict(self.field.chips())

        def advance(at: int, cluster: str) -> float:
            return chips[at] / zoom if at in chips else measure.advance(cluster, font)

        text_lines.fall(self.field.document(), self._text_width(), advance, self.field.width(), self._lead())

    def _apply_font(self) -> None:
        line = self._line()
        if line is None:
            return
        font = QFont(self.font())
        # In points, which may be broken: a rounded size would fall into other lines than the phone's.
        font.setPointSizeF(max(4.0, line.font.size * self._canvas.zoom * 72 / self.logicalDpiY()))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setBold(line.font.bold)
        if font != self.field.font():
            self.field.setFont(font)
            self.field.document().setDefaultFont(font)

    def _colour(self, colour: QColor) -> None:
        """Type in a colour."""
        palette = QPalette(self.field.palette())
        palette.setColor(QPalette.ColorRole.Text, colour)
        self.field.match_palette(palette)
        self.field.setTextColor(colour)


class TextStrip(QFrame):
    """The line below a field: how long the text is, against what, and the parameters to insert."""

    chosen = Signal(str)
    """The name of a parameter to insert."""

    def __init__(self, canvas: PhoneCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setProperty("panel", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.counter = plain(style="second", parent=self)
        self.insert = QToolButton(self)
        self.insert.setText(tr("插入参数"))
        self.insert.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.insert.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.menu = QMenu(self.insert)
        self.insert.setMenu(self.menu)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 2, 4, 2)
        self.row.setSpacing(8)
        self.row.addWidget(self.counter)
        self.row.addWidget(self.insert)

    def offer(self, name: str, words: str) -> None:
        """Add a parameter to the menu."""
        self.menu.addAction(words).triggered.connect(partial(self.chosen.emit, name))

    def show_count(self, words: str, over: bool) -> None:
        """Show how long the text is."""
        self.counter.setText(words)
        restyle(self.counter, "look", "danger" if over else "second")
        self.adjustSize()

    def place_below(self, tool: QRect) -> None:
        """Stand below a tool, within the canvas."""
        self.adjustSize()
        left = min(tool.left(), self._canvas.width() - self.width() - 4)
        self.move(max(4, left), min(tool.bottom() + 6, self._canvas.height() - self.height() - 2))
