# SPDX-License-Identifier: Apache-2.0
"""Parameters inside an editable text: one atomic chip each, not letters that can be half deleted.

A chip is one object character in a `QTextDocument` whose format carries the parameter's name. Here is how a text with
parameters goes into a document and out of it, and how a chip is drawn. Which names are known is told by `known`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
)

from koodesk.domain.params import Literal, ParamToken
from koodesk.editor.param_notation import CARD, Notation

CHIP: Final = int(QTextFormat.ObjectTypes.UserObject) + 1
NAME: Final = int(QTextFormat.Property.UserProperty) + 1
OBJECT_CHARACTER: Final = "\ufffc"
BREAKS: Final = re.compile(r"[\u2028\u2029\r\n]+")

_SIDE: Final = 0.32
_GAP: Final = 0.1


class ChipPainter(QPyTextObject):
    """Measures and draws chips. `known` tells whether the template has a parameter of that name."""

    def __init__(self, color: Callable[[str], QColor], known: Callable[[str], bool]) -> None:
        super().__init__()
        self._color = color
        self._known = known

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: A002 - Qt's name
        """Tell Qt how much room the chip needs."""
        del doc, posInDocument
        return size_of(format)

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        posInDocument: int,
        format: QTextFormat,  # noqa: A002 - Qt's name
    ) -> None:
        """Draw the name on a soft ground; a name the template lacks is drawn as wrong."""
        del doc, posInDocument
        name = str(format.property(NAME))
        role = "accent" if self._known(name) else "danger"
        font = format.toCharFormat().font()
        metrics = QFontMetricsF(font)
        gap = metrics.height() * _GAP
        ground = QRectF(rect).adjusted(gap, 0, -gap, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color(f"{role}_soft"))
        painter.drawRoundedRect(ground, 4, 4)
        painter.setPen(self._color(role))
        painter.setFont(font)
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()


def size_of(chip: QTextFormat) -> QSizeF:
    """Return the room a chip of a format takes: its name, a margin, the height of a line."""
    metrics = QFontMetricsF(chip.toCharFormat().font())
    width = metrics.horizontalAdvance(str(chip.property(NAME)))
    return QSizeF(width + metrics.height() * 2 * (_SIDE + _GAP), metrics.height())


def chip_format(base: QTextCharFormat, name: str) -> QTextCharFormat:
    """Return the format of a chip that stands in text of format `base`."""
    made = QTextCharFormat(base)
    made.setObjectType(CHIP)
    made.setProperty(NAME, name)
    made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
    return made


def plain_format(base: QTextCharFormat) -> QTextCharFormat:
    """Return `base` without what makes a chip of it, for text typed behind one."""
    made = QTextCharFormat(base)
    made.clearProperty(int(QTextFormat.Property.ObjectType))
    made.clearProperty(NAME)
    return made


def insert(cursor: QTextCursor, text: str, notation: Notation = CARD) -> None:
    """Insert a text at the cursor, its parameters as chips. Object characters of a foreign text are left out."""
    base = plain_format(cursor.charFormat())
    cursor.beginEditBlock()
    for piece in notation.split(text):
        match piece:
            case Literal(plain):
                cursor.insertText(plain.replace(OBJECT_CHARACTER, ""), base)
            case ParamToken(name):
                cursor.insertText(OBJECT_CHARACTER, chip_format(base, name))
    cursor.setCharFormat(base)
    cursor.endEditBlock()


def text_of(
    document: QTextDocument, start: int = 0, end: int | None = None, notation: Notation = CARD
) -> str:
    """Return the text between two positions of a document, chips written out."""
    parts: list[str] = []
    stop = document.characterCount() - 1 if end is None else end
    block = document.findBlock(start)
    while block.isValid() and block.position() <= stop:
        if block.position() > start:
            parts.append("\n")
        # Qt's stub does not say that a block is iterated by its own iterator type.
        iterator: Any = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            here = fragment.position()
            piece = _units(fragment.text(), max(0, start - here), max(0, stop - here))
            name = fragment.charFormat().property(NAME)
            parts.append(piece.replace(OBJECT_CHARACTER, notation.token(str(name))) if name else piece)
            iterator += 1
        block = block.next()
    return "".join(parts).replace("\u2028", "\n")


def places(document: QTextDocument) -> tuple[tuple[int, float], ...]:
    """Return where each chip of a document is and how wide, in pixels, in order."""
    return tuple(
        (fragment.position() + offset, size_of(fragment.charFormat()).width())
        for fragment in _fragments(document)
        if fragment.charFormat().property(NAME)
        for offset in range(fragment.length())
    )


def _fragments(document: QTextDocument) -> Iterator[QTextFragment]:
    block = document.begin()
    while block.isValid():
        # Qt's stub does not say that a block is iterated by its own iterator type.
        iterator: Any = block.begin()
        while not iterator.atEnd():
            yield iterator.fragment()
            iterator += 1
        block = block.next()


def _units(text: str, start: int, stop: int) -> str:
    """Slice as Qt counts: in UTF-16 units, of which an emoji has two."""
    return text.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le", "ignore")
