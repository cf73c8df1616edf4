# SPDX-License-Identifier: Apache-2.0
"""Editing a text where it stands on the card.

The field has the run's size, weight, colour and alignment and stands on the ground the card has there, so that what is
typed looks as it will on the phone; parameters are chips. Below it a strip counts the characters against the tightest
limit of the chosen vendors, or says plainly that none is published, and offers the parameters. Typing changes the
document at once (the phones follow); Enter or leaving accepts, Esc takes everything back.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QMenu, QToolButton

from koodesk.domain.edits import SetChild, SetText
from koodesk.domain.template import ButtonContent, TextContent
from koodesk.editor.canvas import text_lines
from koodesk.editor.canvas.card_canvas import CardCanvas
from koodesk.editor.canvas.tool import Tool
from koodesk.editor.limits import count_words
from koodesk.editor.param_text import ParamText
from koodesk.editor.session import Session
from koodesk.editor.words import tr
from koodesk.preview.phone_spec import Box
from koodesk.preview.placement import TextLine

_PAD: Final = 4
_LONG_ROLES: Final = ("body",)
"""Roles of texts that may have line breaks."""


class TextTool(Tool):
    """A stay in one text of the card. All of it is one step of the history."""

    hides_content: ClassVar[bool] = True

    def __init__(self, session: Session, canvas: CardCanvas, content_id: str, part: str = "") -> None:
        super().__init__(content_id, canvas, part)
        self._session = session
        self._canvas = canvas
        self._gesture = session.document.new_gesture()
        self._depth = session.document.depth
        self._ground = QColor()
        self._inset = (0.0, 0.0)
        spec = session.slot(content_id)
        self._field = ParamText(session.look, lines=spec.role in _LONG_ROLES, parent=self)
        self._field.setFrameShape(QFrame.Shape.NoFrame)
        self._field.setStyleSheet("QTextEdit { background: transparent; border: 0; padding: 0; }")
        self._field.setContentsMargins(0, 0, 0, 0)
        self._field.document().setDocumentMargin(0)
        self._field.set_names(tuple(p.name for p in session.template.params))
        self._field.setAccessibleName(canvas.proxy(content_id, part).accessibleName())
        self._field.set_text(self._text())
        self._strip = _Strip(session, self)
        self._strip.insert.setVisible(spec.params_allowed)
        self._strip.chosen.connect(self._field.insert_param)
        self._field.edited.connect(self._typed)
        self._field.accepted.connect(self.accept)
        self._field.given_up.connect(self.give_up)
        self._field.left.connect(self._left)
        self._field.resized.connect(self._fall_like_phone)
        self.setFocusProxy(self._field)

    @property
    def field(self) -> ParamText:
        """The field that is typed into."""
        return self._field

    def begin(self) -> None:
        """Take the look of the text, then the keyboard; all is selected, as after a double click."""
        self._take_look()
        super().begin()
        self._strip.count(self._field.text(), self.content_id, self.part)
        self._strip.show()
        self._strip.raise_()
        self._field.selectAll()

    def follow(self) -> None:
        """Stand where the text stands now, as high as what was typed needs."""
        box = self._canvas.box(self.content_id, self.part)
        if box is None:
            self.accept()
            return
        self._field.set_text(self._text())
        self._field.set_names(tuple(p.name for p in self._session.template.params))
        self._apply_font()
        area = self._canvas.area(box.rect).toAlignedRect()
        across, down = (round(inset * self._canvas.zoom) for inset in self._inset)
        room = round(self._text_width() * self._canvas.zoom)
        self._field.document().setTextWidth(room)
        height = max(area.height(), down + round(self._field.document().size().height()) + 2)
        place = QRect(area.left(), area.top(), area.width(), height).adjusted(-_PAD, -_PAD, _PAD, _PAD)
        self.setGeometry(place)
        self._field.setGeometry(QRect(_PAD + across, _PAD + down, room, height - down + _PAD))
        self._fall_like_phone()
        self._strip.adjustSize()
        below = place.bottom() + 6
        left = min(place.left(), self._canvas.width() - self._strip.width() - 4)
        self._strip.move(max(4, left), min(below, self._canvas.height() - self._strip.height() - 2))

    def _fall_like_phone(self) -> None:
        """Let the field's text fall into the lines it has on the phone."""
        line = self._line()
        if line is None:
            return
        font, measure, zoom = line.font, self._session.around.measure, self._canvas.zoom
        chips = dict(self._field.chips())

        def advance(at: int, cluster: str) -> float:
            return chips[at] / zoom if at in chips else measure.advance(cluster, font)

        text_lines.fall(self._field.document(), self._text_width(), advance, self._field.width())

    def _text_width(self) -> float:
        """Return how wide the phone's lines may be, in dp."""
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

    def accept(self) -> None:
        """Keep the text."""
        self._close()

    def give_up(self) -> None:
        """Take everything back that was typed."""
        while self._session.document.depth > self._depth:
            self._session.document.undo()
        self._close()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Stand on the card itself, and on its colour where the text is longer than the card lets it be."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self._canvas.box(self.content_id, self.part)
        if box is not None:
            beyond = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            beyond.setTop(_PAD + self._canvas.area(box.rect).height())
            if beyond.height() > _PAD + 2:
                painter.fillRect(beyond, self._ground)
        painter.setPen(QPen(self._session.look.color("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _typed(self, text: str) -> None:
        edit = SetChild(self.content_id, text) if self.part else SetText(self.content_id, text)
        if not self._session.edit(edit, self._gesture):
            self.follow()  # a text that was taken is followed with the document
        self._strip.count(text, self.content_id, self.part)

    def _left(self) -> None:
        focus = QApplication.focusWidget()
        if focus is None or not (focus is self._strip or self._strip.isAncestorOf(focus)):
            self.accept()

    def _close(self) -> None:
        self._field.blockSignals(True)
        self._strip.hide()
        self._strip.deleteLater()
        self._finish()

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

    def _apply_font(self) -> None:
        line = self._line()
        if line is None:
            return
        font = QFont(self.font())
        # In points, which may be broken: a rounded size would fall into other lines than the phone's.
        font.setPointSizeF(max(4.0, line.font.size * self._canvas.zoom * 72 / self.logicalDpiY()))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setBold(line.font.bold)
        if font != self._field.font():
            self._field.setFont(font)
            self._field.document().setDefaultFont(font)

    def _take_look(self) -> None:
        """Take colour and alignment from the first line, and the ground from under it."""
        line, box = self._line(), self._canvas.box(self.content_id, self.part)
        if line is None or box is None:
            return
        colour = QColor(line.colour)
        if line.hint:
            colour.setAlpha(255)
        palette = QPalette(self._field.palette())
        palette.setColor(QPalette.ColorRole.Text, colour)
        self._field.match_palette(palette)
        self._field.setTextColor(colour)
        drawn = self._drawn()
        self._inset = (drawn.padding[3] + self._prefix(), line.rect.y - box.rect.y)
        if drawn.align == "centre":
            option = self._field.document().defaultTextOption()
            option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self._field.document().setDefaultTextOption(option)
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


class _Strip(QFrame):
    """The line below the field: how long the text is, against what, and the parameters to insert."""

    chosen = Signal(str)

    def __init__(self, session: Session, tool: TextTool) -> None:
        canvas = tool.parentWidget()
        super().__init__(canvas)
        self._session = session
        self.setProperty("panel", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._counter = QLabel(self)
        self._counter.setTextFormat(Qt.TextFormat.PlainText)
        self.insert = QToolButton(self)
        self.insert.setText(tr("插入参数"))
        self.insert.setToolTip(tr("插入参数（也可以输入 ${）"))
        self.insert.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.insert.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        menu = QMenu(self.insert)
        for param in session.template.params:
            menu.addAction(param.name).triggered.connect(partial(self.chosen.emit, param.name))
        if not session.template.params:
            menu.addAction(tr("还没有参数，可在右侧“管理参数”中添加")).setEnabled(False)
        self.insert.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 4, 2)
        row.setSpacing(8)
        row.addWidget(self._counter)
        row.addWidget(self.insert)

    def count(self, text: str, content_id: str, part: str) -> None:
        """Show the count of a text."""
        words = count_words(self._session, content_id, text, child=bool(part))
        self._counter.setText(words.text)
        self._counter.setProperty("look", "danger" if words.over else "second")
        self._counter.style().unpolish(self._counter)
        self._counter.style().polish(self._counter)
        self.adjustSize()
