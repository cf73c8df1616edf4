# SPDX-License-Identifier: Apache-2.0
"""Typing a text or the subject where it stands in the message.

The field has the phone's size and colour and falls into the phone's lines; the signature before the first text stays
where it is, and parameters are chips. A strip below counts, and inserts parameters. Typing changes the document at
once; Enter or leaving accepts, Shift+Enter breaks the line, Esc takes everything back.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette, QPen, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.template import Text, VideoTemplate
from koodesk.editor.canvas import text_lines
from koodesk.editor.canvas.tool import Tool
from koodesk.editor.inspector.form import plain, restyle
from koodesk.editor.param_notation import PLAIN, VIDEO
from koodesk.editor.param_text import ParamText
from koodesk.editor.video_sms.canvas import MessageCanvas, is_sign
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.words import tr
from koodesk.preview.placement import TextLine
from koodesk.preview.video_sms_phone import MessageBox, MessagePhone
from koodesk.preview.video_sms_placement import TITLE
from koodesk.preview.video_sms_text import CHIP_SIDE

_PAD: Final = 4
_LEAST: Final = 40
"""The field is never narrower than this, in pixels: an empty bubble is."""


def text_room(phone: MessagePhone, part: str) -> float:
    """Return how wide the lines of a part may be on a phone, in dp."""
    outer, frame, box = phone.parts["message"], phone.parts["frame"], phone.parts[part]
    most = phone.width - 2 * phone.gutter
    room = min(outer.width or most, most) - _across(outer)
    if part != "subject":
        room -= _across(frame)
    return max(min(box.width or room, room) - _across(box), 1.0)


def _across(box: MessageBox) -> float:
    return box.padding[1] + box.padding[3]


def count_words(session: VideoSession, where: str) -> tuple[str, bool]:
    """Return the words of the counter of a text or the subject, and whether it is over its limit."""
    if where == TITLE:
        length, limit = len(session.template.title), session.rules.title_max
        return f"{length}/{limit}", length > limit
    element = session.element(where)
    length = len(element.text) if isinstance(element, Text) else 0
    return tr("{count} 字 · 未公布上限", count=length), length > session.rules.text_max


class MessageTextTool(Tool):
    """A stay in one text. All of it is one step of the history."""

    hides_content: ClassVar[bool] = True

    def __init__(self, session: VideoSession, canvas: MessageCanvas, where: str) -> None:
        super().__init__(where, canvas)
        self._session = session
        self._canvas = canvas
        self._gesture = session.document.new_gesture()
        self._depth = session.document.depth
        self._part = "subject" if where == TITLE else "text"
        notation = PLAIN if where == TITLE else VIDEO
        self.field = ParamText(session.look, lines=where != TITLE, parent=self, notation=notation)
        self.field.setFrameShape(QFrame.Shape.NoFrame)
        self.field.setStyleSheet("QTextEdit { background: transparent; border: 0; padding: 0; }")
        self.field.setContentsMargins(0, 0, 0, 0)
        self.field.document().setDocumentMargin(0)
        self.field.setAccessibleName(canvas.proxy(where).accessibleName())
        self.field.set_names(offered(session.template))
        self.field.set_text(self._text())
        self.strip = TextStrip(session, where, canvas)
        self.strip.chosen.connect(self.field.insert_param)
        self.field.edited.connect(self._typed)
        self.field.accepted.connect(self.accept)
        self.field.given_up.connect(self.give_up)
        self.field.left.connect(self._left)
        self.field.resized.connect(self._fall_like_phone)
        self.setFocusProxy(self.field)

    def begin(self) -> None:
        """Take the look of the text, then the keyboard; the cursor stands at the end."""
        self._take_look()
        super().begin()
        self.strip.count()
        self.strip.show()
        self.strip.raise_()
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def follow(self) -> None:
        """Stand where the text stands now, as high as what was typed needs."""
        box, line = self._canvas.box(self.content_id), self._line()
        if box is None or (
            self._part == "text" and not isinstance(self._session.element(self.content_id), Text)
        ):
            self.accept()
            return
        self.field.set_text(self._text())
        self.field.set_names(offered(self._session.template))
        if line is not None:
            self._apply_font(line)
        zoom, padding = self._canvas.zoom, self._drawn().padding
        area = self._canvas.area(box.rect)
        # Qt's whole pixels may add up to more than the phone's exact widths.
        room = round(self._room() * zoom + text_lines.SLACK)
        across, down = round(padding[3] * zoom), round(self._down(box.rect.y) * zoom)
        self._indent(self._lead() * zoom)
        self.field.document().setTextWidth(room)
        tall = round(self.field.document().size().height()) + 2
        wide = max(room, _LEAST)
        left, top = round(area.left()), round(area.top())
        height = max(round(area.height()), down + tall)
        self.setGeometry(
            QRect(left, top, max(across + wide, round(area.width())), height).adjusted(
                -_PAD, -_PAD, _PAD, _PAD
            )
        )
        self.field.setGeometry(QRect(_PAD + across, _PAD + down, wide, height - down + _PAD))
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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame of editing around the bubble; the phone shows through."""
        del event
        box = self._canvas.box(self.content_id)
        if box is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._session.look.color("accent"), 2))
        area = self._canvas.area(box.rect)
        around = QRectF(1, 1, area.width() + 2 * _PAD - 2, area.height() + 2 * _PAD - 2)
        painter.drawRoundedRect(around, 6, 6)
        painter.end()

    # --- inside -----------------------------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        where = self.content_id
        if where == TITLE:
            taken = self._session.change(
                "set_title", where, lambda t: edits.set_title(t, text), self._gesture
            )
        else:
            place = edits.place_of(where)
            assert place is not None
            taken = self._session.change(
                "set_text", where, lambda t: edits.set_text(t, place, text), self._gesture
            )
        if not taken:
            self.follow()  # a text that was taken is followed with the document
        self.strip.count()

    def _left(self) -> None:
        focus = QApplication.focusWidget()
        if focus is None or not (focus is self.strip or self.strip.isAncestorOf(focus)):
            self.accept()

    def _close(self) -> None:
        self.field.blockSignals(True)  # Qt's own parameter
        self.strip.hide()
        self.strip.deleteLater()
        self._finish()

    def _text(self) -> str:
        if self.content_id == TITLE:
            return self._session.template.title
        element = self._session.element(self.content_id)
        return element.text if isinstance(element, Text) else ""

    def _drawn(self) -> MessageBox:
        return self._session.around.phones[self._canvas.phone].parts[self._part]

    def _room(self) -> float:
        return text_room(self._session.around.phones[self._canvas.phone], self._part)

    def _line(self) -> TextLine | None:
        return next(iter(self._canvas.lines(self.content_id)), None)

    def _down(self, top: float) -> float:
        """Return how far below the box's top the first line begins, in dp."""
        line = self._line()
        if line is None:
            return self._drawn().padding[0]
        # The preview centres glyphs in higher lines than a text field makes.
        glyphs = self._session.around.measure.line_height(line.font)
        return line.rect.y - top + max(0.0, (line.rect.height - glyphs) / 2)

    def _lead(self) -> float:
        """Return the room in dp that the signature, or the phone's own word, takes before the first line's text."""
        line = self._line()
        if line is None or line.hint:
            return 0.0
        signs = [run for run in line.runs if is_sign(run)]
        others = [run for run in line.runs if not is_sign(run)]
        if not signs:
            return 0.0
        end = signs[-1].x + signs[-1].width
        if others:
            first = others[0]
            end = max(end, first.x - (CHIP_SIDE if first.param and not self._session.values else 0.0))
        elif not self._session.signature_name and self._part == "text":
            end += CHIP_SIDE
        return end - line.rect.x

    def _indent(self, pixels: float) -> None:
        """Begin the first line behind what stands before the text, the other paragraphs at the margin."""
        block = self.field.document().begin()
        while block.isValid():
            wanted = pixels if block == self.field.document().begin() else 0.0
            if abs(block.blockFormat().textIndent() - wanted) > 0.01:
                cursor, form = QTextCursor(block), QTextBlockFormat(block.blockFormat())
                form.setTextIndent(wanted)
                cursor.setBlockFormat(form)
            block = block.next()

    def _fall_like_phone(self) -> None:
        """Let the field's text fall into the lines it has on the phone."""
        line = self._line()
        if line is None:
            return
        font, measure, zoom = line.font, self._session.around.measure, self._canvas.zoom
        chips = dict(self.field.chips())

        def advance(at: int, cluster: str) -> float:
            return chips[at] / zoom if at in chips else measure.advance(cluster, font)

        text_lines.fall(self.field.document(), self._room(), advance, self.field.width(), self._lead())

    def _apply_font(self, line: TextLine) -> None:
        font = QFont(self.font())
        # In points, which may be broken: a rounded size would fall into other lines than the phone's.
        font.setPointSizeF(max(4.0, line.font.size * self._canvas.zoom * 72 / self.logicalDpiY()))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setBold(line.font.bold)
        if font != self.field.font():
            self.field.setFont(font)
            self.field.document().setDefaultFont(font)

    def _take_look(self) -> None:
        """Take the colour of the first line."""
        line = self._line()
        if line is None:
            return
        colour = QColor(line.colour)
        colour.setAlpha(255)
        palette = QPalette(self.field.palette())
        palette.setColor(QPalette.ColorRole.Text, colour)
        self.field.match_palette(palette)
        self.field.setTextColor(colour)


def offered(template: VideoTemplate) -> tuple[str, ...]:
    """Return the parameters a text may use: those there are, and the next new one."""
    return (*template.params, f"p_{edits.next_param(template)}")


class TextStrip(QFrame):
    """The line below a field: how long the text is, against what, and the parameters to insert."""

    chosen = Signal(str)

    def __init__(self, session: VideoSession, where: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._where = where
        self._canvas = parent
        self.setProperty("panel", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.counter = plain(style="second", parent=self)
        self.insert = QToolButton(self)
        self.insert.setText(tr("插入参数"))
        self.insert.setToolTip(tr("插入参数（也可以输入 #）"))
        self.insert.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.insert.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.insert.setMenu(self._menu())
        self.insert.setVisible(where != TITLE)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8 if where == TITLE else 4, 2)
        row.setSpacing(8)
        row.addWidget(self.counter)
        row.addWidget(self.insert)
        if where != TITLE:
            row.addWidget(plain(tr("Shift+Enter 换行"), "hint", parent=self))

    def count(self) -> None:
        """Show the count of the text as it is now."""
        words, over = count_words(self._session, self._where)
        self.counter.setText(words)
        restyle(self.counter, "look", "danger" if over else "second")
        self.adjustSize()

    def place_below(self, tool: QRect) -> None:
        """Stand below a tool, within the canvas."""
        self.adjustSize()
        left = min(tool.left(), self._canvas.width() - self.width() - 4)
        self.move(max(4, left), min(tool.bottom() + 6, self._canvas.height() - self.height() - 2))

    def _menu(self) -> QMenu:
        menu = QMenu(self.insert)
        names = offered(self._session.template)
        for name in names[:-1]:
            menu.addAction(f"#{name}#").triggered.connect(partial(self.chosen.emit, name))
        if len(names) > 1:
            menu.addSeparator()
        new = menu.addAction(tr("新参数 {name}", name=f"#{names[-1]}#"))
        new.triggered.connect(partial(self.chosen.emit, names[-1]))
        return menu
