# SPDX-License-Identifier: Apache-2.0
"""The list of what the card is made of (图层): the template itself, then one row a slot with chips for what is amiss."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.problem import Problem, Severity
from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.template import ButtonContent, Content, ImageContent, TextContent, VideoContent
from koodesk.editor.inspector.flow import FlowBox
from koodesk.editor.inspector.form import chip, plain
from koodesk.editor.limits import count_words
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr

_ICONS: Final = {
    SlotKind.TEXT: "type",
    SlotKind.IMAGE: "image",
    SlotKind.VIDEO: "play",
    SlotKind.BUTTON: "mouse-pointer-click",
}
_LONGEST: Final = 24


class Layers(QScrollArea):
    """One row a content; arrow keys go through them, Enter goes to the canvas."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: dict[str, LayerRow] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("图层"))
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(2)
        layout = session.layout
        head = plain(named(layout.name_zh, layout.name_en), "heading")
        head.setContentsMargins(8, 0, 0, 4)
        column.addWidget(head)
        self._add(column, "", "layout-template", tr("模板信息"))
        for content in session.document.template.contents():
            spec = session.slot(content.id)
            self._add(column, content.id, _ICONS[spec.kind], named(spec.name_zh, spec.name_en))
        column.addStretch(1)
        self.setWidget(inside)
        session.selection.changed.connect(self._select)
        session.document.changed.connect(lambda _before, _after: self.refresh())
        session.checked.connect(self.refresh)
        self._select(session.selection.content)
        self.refresh()

    def row(self, content_id: str) -> LayerRow:
        """Return the row of a content. Raises KeyError."""
        return self._rows[content_id]

    def refresh(self) -> None:
        """Show what each content holds and what is amiss with it."""
        for content_id, row in self._rows.items():
            row.show_state(self._value(content_id), self._chips(content_id))

    def _add(self, column: QVBoxLayout, content_id: str, icon: str, name: str) -> None:
        row = LayerRow(self._session, icon, name, self)
        row.clicked.connect(lambda: self._session.selection.select(content_id))
        row.clicked.connect(lambda: self._select(self._session.selection.content))
        self._rows[content_id] = row
        column.addWidget(row)

    def _select(self, content_id: str) -> None:
        for known, row in self._rows.items():
            row.setChecked(known == content_id)

    def _value(self, content_id: str) -> str:
        template = self._session.document.template
        if not content_id:
            return template.name
        match template.content(content_id):
            case TextContent(text=text) | ButtonContent(text=text):
                flat = " ".join(text.split())
                return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
            case VideoContent(video=video):
                return "" if video is None else tr("视频 {seconds} 秒", seconds=round(video.duration_ms / 1000))
            case ImageContent(picture=picture):
                return "" if picture is None else f"{picture.material.width}×{picture.material.height}"

    def _chips(self, content_id: str) -> tuple[tuple[str, str], ...]:
        """Return (word, kind) of each chip: empty, too long, dropped by a vendor, other errors and warnings."""
        if not content_id:
            problems = tuple(p for p in self._session.problems if not p.where.startswith("content:"))
            return _severity_chips(problems)
        problems = self._session.problems_of(content_id)
        chips: list[tuple[str, str]] = []
        content = self._session.document.template.content(content_id)
        empty = _is_empty(content)
        if empty:
            chips.append((tr("空"), "danger" if self._session.slot(content_id).required else "neutral"))
        elif isinstance(content, TextContent) and count_words(self._session, content_id, content.text).over:
            chips.append((tr("过长"), "warning"))
        for vendor in dict.fromkeys(
            p.vendor for p in problems if p.vendor is not None and p.severity is not Severity.NOTE
        ):
            name = named(*self._session.pack.vendor_names[vendor])
            chips.append((tr("{vendor} 受限", vendor=name), "warning"))
        others = tuple(p for p in problems if p.vendor is None)
        if not empty:
            chips += _severity_chips(others)
        return tuple(chips)


def _is_empty(content: Content) -> bool:
    match content:
        case ImageContent(picture=picture):
            return picture is None
        case VideoContent(video=video):
            return video is None
        case TextContent(text=text) | ButtonContent(text=text):
            return not text.strip()


def _severity_chips(problems: tuple[Problem, ...]) -> tuple[tuple[str, str], ...]:
    counts = {s: sum(p.severity is s for p in problems) for s in Severity}
    chips = []
    if counts[Severity.ERROR]:
        chips.append((tr("{count} 个错误", count=counts[Severity.ERROR]), "danger"))
    if counts[Severity.WARNING]:
        chips.append((tr("{count} 个提醒", count=counts[Severity.WARNING]), "warning"))
    return tuple(chips)


class LayerRow(QToolButton):
    """An icon, a name, what is in it, and chips."""

    def __init__(self, session: Session, icon: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        picture = QLabel(self)
        picture.setPixmap(session.look.icon(icon).pixmap(QSize(16, 16), self.devicePixelRatioF()))
        self._value = _OneLine(self)
        self._chips = FlowBox(self)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(plain(name, parent=self))
        words.addWidget(self._value)
        words.addWidget(self._chips)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 8, 8, 8)
        self._row.setSpacing(8)
        self._row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_state(self, value: str, chips: tuple[tuple[str, str], ...]) -> None:
        """Show what the content holds and its chips."""
        self._value.show_text(value)
        self._value.setVisible(bool(value))
        self._chips.clear()
        for text, kind in chips:
            made = chip(text, kind)
            made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._chips.add(made)
        self._chips.setVisible(bool(chips))
        self.setAccessibleName(self._name)
        self.setAccessibleDescription("\n".join((value, *(text for text, _ in chips))))
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the rows."""
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """What the labels inside need, not what a button's own text would."""
        return self._row.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(80, self._row.totalSizeHint().height())


class _OneLine(QLabel):
    """A line of small text that ends in an ellipsis where there is no more room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", "hint")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show a text, or as much of it as fits."""
        self._whole = text
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text again."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))
