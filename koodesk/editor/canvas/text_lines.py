# SPDX-License-Identifier: Apache-2.0
"""Lines of a text being edited, where the phone breaks them: Qt's own rules part words and marks at other places.

Qt lays a document out anew after each change; `fall` then puts the same text into the phone's lines. The positions of
the document stay what they are, so the cursor, the mouse and the selection know nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QTextBlock, QTextDocument, QTextOption

from koodesk.domain.text_count import each_cluster
from koodesk.preview.line_breaking import wrap

SLACK: Final = 8.0
"""What Qt's rounded widths may be over the phone's exact ones in a line, in pixels, on either side."""

_CLOSING: Final = "】"

Advance = Callable[[int, str], float]
"""How wide the cluster at a position of the document is, in dp."""


def fall(document: QTextDocument, width: float, advance: Advance, room: float, lead: float = 0.0) -> None:
    """Let a document's text fall into lines of `width` dp, shown in `room` pixels.

    `lead` dp of the first line are taken by something before the text; its block is indented by as much.
    """
    document.documentLayout().documentSize()  # Qt's own layout is done now, not over ours
    y = 0.0
    block = document.begin()
    while block.isValid():
        wanted = _starts(block, width, advance, lead if block == document.begin() else 0.0)
        if wanted != starts(block):
            _lay(block, wanted, room)
        layout = block.layout()
        if y:
            layout.setPosition(QPointF(layout.position().x(), y))
        y = layout.position().y() + layout.boundingRect().height()
        block = block.next()


def starts(block: QTextBlock) -> tuple[int, ...]:
    """Return where the lines of a block begin, counted in UTF-16 units from its own beginning."""
    layout = block.layout()
    return tuple(layout.lineAt(n).textStart() for n in range(layout.lineCount()))


def _starts(block: QTextBlock, width: float, advance: Advance, lead: float) -> tuple[int, ...]:
    text = block.text()
    at = 0
    widths: list[float] = []
    for start, end in each_cluster(text, 0, len(text)):
        widths.append(advance(block.position() + at, text[start:end]))
        at += _units(text[start:end])
    if lead:
        # What stands before the text ends in a closing bracket, behind which a line may break.
        widths.insert(0, lead)
        text = _CLOSING + text
    following = iter(widths)
    # `wrap` asks for the clusters once each, in order.
    lines = wrap(text, width, lambda _cluster: next(following))
    found = tuple(_units(text[:start]) for start, _ in lines)
    # A first line that holds nothing of the text cannot be one of the field's: it is left out.
    return tuple(dict.fromkeys(max(0, start - 1) for start in found)) if lead else found


def _lay(block: QTextBlock, wanted: tuple[int, ...], room: float) -> None:
    """Lay a block out in lines that begin at the wanted places."""
    layout = block.layout()
    option = QTextOption(layout.textOption())
    centred = bool(option.alignment() & Qt.AlignmentFlag.AlignHCenter)
    option.setWrapMode(QTextOption.WrapMode.WrapAnywhere)
    layout.setTextOption(option)
    text = block.text().encode("utf-16-le")
    y, indent = 0.0, block.blockFormat().textIndent()
    layout.beginLayout()
    for start, end in zip(wanted, (*wanted[1:], len(text) // 2), strict=True):
        line = layout.createLine()
        if not line.isValid():
            break
        piece = text[2 * start : 2 * end].decode("utf-16-le", "replace")
        line.setNumColumns(max(1, sum(1 for _ in each_cluster(piece, 0, len(piece)))), room + 2 * SLACK)
        line.setPosition(QPointF(-SLACK if centred else indent, y))
        y += line.height()
        indent = 0.0
    layout.endLayout()


def _units(text: str) -> int:
    """Return the length of a text as Qt counts it."""
    return len(text.encode("utf-16-le")) // 2
