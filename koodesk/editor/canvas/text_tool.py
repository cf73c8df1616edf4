# SPDX-License-Identifier: Apache-2.0
"""Editing a text where it stands on the card.

The field has the text's alignment too and stands on the ground the card has there, so that what is typed looks as it
will on the phone. The strip counts the characters against the tightest limit of the chosen vendors, or says plainly
that none is published.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen

from koodesk.domain.edits import SetChild, SetText
from koodesk.domain.template import ButtonContent, TextContent
from koodesk.editor.canvas.card_canvas import CardCanvas
from koodesk.editor.canvas.phone_text_tool import PAD, PhoneTextTool
from koodesk.editor.limits import count_words
from koodesk.editor.session import Session
from koodesk.editor.words import tr
from koodesk.preview.phone_spec import Box
from koodesk.preview.placement import TextLine

_LONG_ROLES: Final = ("body",)
"""Roles of texts that may have line breaks."""


class TextTool(PhoneTextTool):
    """A stay in one text of the card, or in its second text."""

    _session: Session
    _canvas: CardCanvas

    def __init__(self, session: Session, canvas: CardCanvas, content_id: str, part: str = "") -> None:
        spec = session.slot(content_id)
        super().__init__(session, canvas, content_id, part, lines=spec.role in _LONG_ROLES)
        self._ground = QColor()
        self._inset = (0.0, 0.0)
        self.strip.insert.setToolTip(tr("插入参数（也可以输入 ${）"))
        self.strip.insert.setVisible(spec.params_allowed)
        for name in self._names():
            self.strip.offer(name, name)
        if not self._names():
            self.strip.menu.addAction(tr("还没有参数，可在右侧“管理参数”中添加")).setEnabled(False)

    def _is_there(self) -> bool:
        return self._canvas.box(self.content_id, self.part) is not None

    def _take_place(self) -> None:
        box = self._canvas.box(self.content_id, self.part)
        assert box is not None
        area = self._canvas.area(box.rect).toAlignedRect()
        across, down = (round(inset * self._canvas.zoom) for inset in self._inset)
        room = round(self._text_width() * self._canvas.zoom)
        self.field.document().setTextWidth(room)
        height = max(area.height(), down + round(self.field.document().size().height()) + 2)
        place = QRect(area.left(), area.top(), area.width(), height)
        self.setGeometry(place.adjusted(-PAD, -PAD, PAD, PAD))
        self.field.setGeometry(QRect(PAD + across, PAD + down, room, height - down + PAD))

    def _put_cursor(self) -> None:
        self.field.selectAll()  # as after a double click

    def _text_width(self) -> float:
        box = self._canvas.box(self.content_id, self.part)
        assert box is not None
        padding = self._drawn().padding
        return box.rect.width - padding[1] - padding[3] - self._prefix()

    def _prefix(self) -> float:
        """Return the room in dp that the sign of a currency takes before the text."""
        line, sign = self._line(), self._drawn().prefix
        if line is None or not sign or not line.runs or line.runs[0].text != sign:
            return 0.0
        return line.runs[0].width

    def paintEvent(self, event: QPaintEvent) -> None:
        """Stand on the card itself, and on its colour where the text is longer than the card lets it be."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self._canvas.box(self.content_id, self.part)
        if box is not None:
            beyond = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            beyond.setTop(PAD + self._canvas.area(box.rect).height())
            if beyond.height() > PAD + 2:
                painter.fillRect(beyond, self._ground)
        painter.setPen(QPen(self._session.look.color("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _change(self, text: str) -> bool:
        edit = SetChild(self.content_id, text) if self.part else SetText(self.content_id, text)
        return self._session.edit(edit, self._gesture)

    def _counted(self, text: str) -> tuple[str, bool]:
        words = count_words(self._session, self.content_id, text, child=bool(self.part))
        return words.text, words.over

    def _names(self) -> tuple[str, ...]:
        return tuple(p.name for p in self._session.template.params)

    def _text(self) -> str:
        content = self._session.template.content(self.content_id)
        if self.part and isinstance(content, TextContent):
            return content.child
        return content.text if isinstance(content, TextContent | ButtonContent) else ""

    def _line(self) -> TextLine | None:
        return next(iter(self._canvas.lines(self.content_id, self.part)), None)

    def _drawn(self) -> Box:
        """Return how the phone draws this slot, or its second text."""
        template, phones = self._session.template, self._session.around.phones
        slot = self._session.slot(self.content_id).id
        boxes = phones[self._canvas.vendor].layouts[template.layout]
        return next(found for found in boxes if (found.slot, found.part) == (slot, self.part))

    def _take_look(self) -> None:
        """Take colour and alignment from the first line, and the ground from under it."""
        line, box = self._line(), self._canvas.box(self.content_id, self.part)
        if line is None or box is None:
            return
        colour = QColor(line.colour)
        if line.hint:
            colour.setAlpha(255)
        self._colour(colour)
        drawn = self._drawn()
        self._inset = (drawn.padding[3] + self._prefix(), line.rect.y - box.rect.y)
        if drawn.align == "centre":
            option = self.field.document().defaultTextOption()
            option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.field.document().setDefaultTextOption(option)
        self._ground = self._ground_at(box.rect.x + 2, box.rect.y + box.rect.height / 2)

    def _ground_at(self, x: float, y: float) -> QColor:
        """Return the card's colour at a point in dp, with this text not on it."""
        image = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.translate(-x, -y)
        self._canvas.paint_card(painter)
        painter.end()
        return image.pixelColor(0, 0)
