# SPDX-License-Identifier: Apache-2.0
"""Typing a text or the subject where it stands in the message.

The signature before the first text stays where it is. Shift+Enter breaks the line; the subject has one only, and no
parameters.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QTextBlockFormat, QTextCursor

from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.template import Text, VideoTemplate
from koodesk.editor.canvas import text_lines
from koodesk.editor.canvas.phone_text_tool import PAD, PhoneTextTool
from koodesk.editor.inspector.form import plain
from koodesk.editor.param_notation import PLAIN, VIDEO
from koodesk.editor.video_sms.canvas import MessageCanvas, is_sign
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.words import tr
from koodesk.preview.placement import TextLine
from koodesk.preview.video_sms_phone import MessageBox, MessagePhone
from koodesk.preview.video_sms_placement import TITLE
from koodesk.preview.video_sms_text import CHIP_SIDE

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


class MessageTextTool(PhoneTextTool):
    """A stay in one text of the message, or in the subject."""

    _session: VideoSession
    _canvas: MessageCanvas

    def __init__(self, session: VideoSession, canvas: MessageCanvas, where: str) -> None:
        title = where == TITLE
        super().__init__(session, canvas, where, lines=not title, notation=PLAIN if title else VIDEO)
        self.strip.insert.setToolTip(tr("插入参数（也可以输入 #）"))
        self.strip.insert.setVisible(not title)
        if title:
            self.strip.row.setContentsMargins(8, 2, 8, 2)
        else:
            self.strip.row.addWidget(plain(tr("Shift+Enter 换行"), "hint", parent=self.strip))
        *known, new = self._names()
        for name in known:
            self.strip.offer(name, f"#{name}#")
        if known:
            self.strip.menu.addSeparator()
        self.strip.offer(new, tr("新参数 {name}", name=f"#{new}#"))

    @property
    def _part(self) -> str:
        """The name of the text among the parts of a phone's message."""
        return "subject" if self.content_id == TITLE else "text"

    def _is_there(self) -> bool:
        typed = self.content_id == TITLE or isinstance(self._session.element(self.content_id), Text)
        return typed and self._canvas.box(self.content_id) is not None

    def _take_place(self) -> None:
        box = self._canvas.box(self.content_id)
        assert box is not None
        zoom, padding = self._canvas.zoom, self._drawn().padding
        area = self._canvas.area(box.rect)
        # Qt's whole pixels may add up to more than the phone's exact widths.
        room = round(self._text_width() * zoom + text_lines.SLACK)
        across, down = round(padding[3] * zoom), round(self._down(box.rect.y) * zoom)
        self._indent(self._lead() * zoom)
        self.field.document().setTextWidth(room)
        tall = round(self.field.document().size().height()) + 2
        wide = max(room, _LEAST)
        height = max(round(area.height()), down + tall)
        place = QRect(round(area.left()), round(area.top()), max(across + wide, round(area.width())), height)
        self.setGeometry(place.adjusted(-PAD, -PAD, PAD, PAD))
        self.field.setGeometry(QRect(PAD + across, PAD + down, wide, height - down + PAD))

    def _put_cursor(self) -> None:
        self.field.moveCursor(QTextCursor.MoveOperation.End)

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
        around = QRectF(1, 1, area.width() + 2 * PAD - 2, area.height() + 2 * PAD - 2)
        painter.drawRoundedRect(around, 6, 6)
        painter.end()

    # --- inside -----------------------------------------------------------------------------------------------

    def _change(self, text: str) -> bool:
        where = self.content_id
        if where == TITLE:
            return self._session.change("set_title", where, lambda t: edits.set_title(t, text), self._gesture)
        place = edits.place_of(where)
        assert place is not None
        return self._session.change(
            "set_text", where, lambda t: edits.set_text(t, place, text), self._gesture
        )

    def _counted(self, text: str) -> tuple[str, bool]:
        del text  # what the template has taken is counted
        return count_words(self._session, self.content_id)

    def _names(self) -> tuple[str, ...]:
        return offered(self._session.template)

    def _text(self) -> str:
        if self.content_id == TITLE:
            return self._session.template.title
        element = self._session.element(self.content_id)
        return element.text if isinstance(element, Text) else ""

    def _drawn(self) -> MessageBox:
        return self._session.around.phones[self._canvas.phone].parts[self._part]

    def _text_width(self) -> float:
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

    def _take_look(self) -> None:
        line = self._line()
        if line is None:
            return
        colour = QColor(line.colour)
        colour.setAlpha(255)
        self._colour(colour)


def offered(template: VideoTemplate) -> tuple[str, ...]:
    """Return the parameters a text may use: those there are, and the next new one."""
    return (*template.params, f"p_{edits.next_param(template)}")
