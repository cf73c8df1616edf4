# SPDX-License-Identifier: Apache-2.0
"""How heavy the whole message is, and which element takes how much of it, against Koodesk's own budget.

The platform publishes no limit for the whole; the bar says so. A segment is a button: it selects its element.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from koodesk.domain.video_sms.edits import Place
from koodesk.domain.video_sms.template import ResourceKind
from koodesk.editor.inspector.form import plain, restyle
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import CHARTS, element_name, kind_word, size_word, weight
from koodesk.editor.words import tr

_HEIGHT = 14
_LEAST = 6
"""A segment is never narrower than this, in pixels: a text weighs next to nothing and can still be hit."""


class _Segment(QAbstractButton):
    """One element's share."""

    def __init__(self, session: VideoSession, where: str, kind: ResourceKind, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.where = where
        self._kind = kind
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill with the colour of the kind; the selected one stands out by its edge."""
        del event
        look = self._session.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color(CHARTS[self._kind]))
        if self._session.selection.content == self.where or self.hasFocus():
            painter.setPen(QPen(look.color("text"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()


class _Track(QWidget):
    """The bar: segments from the left, the budget as a line."""

    def __init__(self, session: VideoSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._segments: list[_Segment] = []
        self._ends: tuple[tuple[float, float], ...] = ()
        self.setFixedHeight(_HEIGHT + 6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, _HEIGHT + 6)

    def show_template(self) -> None:
        """Make a segment an element, in order."""
        session = self._session
        for gone in self._segments:
            gone.hide()
            gone.deleteLater()
        self._segments = []
        total = max(session.template.size, 1)
        for f, e, element in session.template.elements():
            where = Place(f, e).where
            made = _Segment(session, where, element.kind, self)
            size = weight(element)
            words = tr(
                "{name}：{size}，占 {share}%",
                name=element_name(session.template, where),
                size=size_word(size),
                share=round(100 * size / total),
            )
            made.setToolTip(words)
            made.setAccessibleName(words)
            made.clicked.connect(partial(session.selection.select, where))
            made.show()
            self._segments.append(made)
        self._lay()

    def scale_bytes(self) -> int:
        """Return how many bytes the whole width stands for: the budget and some air, or more when more is used."""
        return max(round(self._session.rules.budget_bytes * 1.12), self._session.template.size)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the shares."""
        super().resizeEvent(event)
        self._lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is free, and the line of the budget."""
        del event
        look = self._session.look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(0, 3, self.width(), _HEIGHT), 4, 4)
        painter.fillPath(ground, look.color("sunken"))
        x = self.width() * self._session.rules.budget_bytes / self.scale_bytes()
        over = self._session.template.size > self._session.rules.budget_bytes
        painter.setPen(QPen(QColor(look.color("danger" if over else "border_control")), 2))
        painter.drawLine(round(x), 0, round(x), self.height())
        painter.end()

    def _lay(self) -> None:
        scale, x = self.scale_bytes(), 0
        elements = [element for _, _, element in self._session.template.elements()]
        for made, element in zip(self._segments, elements, strict=True):
            width = max(round(self.width() * weight(element) / scale), _LEAST)
            made.setGeometry(x, 3, max(width - 1, 1), _HEIGHT)
            x += width


class BudgetBar(QFrame):
    """The bar with its words."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._total = plain()
        self._note = plain(
            tr(
                "平台未公布整条短信的大小上限，{size} 是 Koodesk 的假定",
                size=size_word(session.rules.budget_bytes),
            ),
            "hint",
        )
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._note.setToolTip(self._note.text())
        self._track = _Track(session, self)
        self._legend = QHBoxLayout()
        self._legend.setSpacing(12)
        self._kinds: dict[ResourceKind, QWidget] = {}
        for kind in CHARTS:
            made = self._kinds[kind] = _Key(session, kind)
            self._legend.addWidget(made)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(plain(tr("大小预算"), "second"))
        head.addWidget(self._total)
        head.addWidget(self._note, 1)
        head.addLayout(self._legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._track)
        session.document.changed.connect(self.refresh)
        session.selection.changed.connect(self._chosen)
        self.refresh()

    def _chosen(self, _where: str) -> None:
        self._track.update()

    def refresh(self) -> None:
        """Show the message as it is now."""
        session, template = self._session, self._session.template
        limit = session.rules.budget_bytes
        self._total.setText(f"{size_word(template.size)} / {size_word(limit)}")
        restyle(self._total, "look", "danger" if template.size > limit else "")
        there = {element.kind for _, _, element in template.elements()}
        for kind, made in self._kinds.items():
            made.setVisible(kind in there)
        self._track.show_template()
        self._track.update()


class _Key(QWidget):
    """A kind with its colour."""

    def __init__(self, session: VideoSession, kind: ResourceKind) -> None:
        super().__init__()
        self._color = session.look.color(CHARTS[kind])
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 0, 0)
        row.addWidget(plain(kind_word(kind), "hint"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the colour before the word."""
        del event
        painter = QPainter(self)
        painter.fillRect(0, (self.height() - 10) // 2, 10, 10, self._color)
        painter.end()
