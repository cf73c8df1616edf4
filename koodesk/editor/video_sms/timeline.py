# SPDX-License-Identifier: Apache-2.0
"""The time line of a video being cut: its pictures in a row, two handles for what is kept, the cover, and the playhead.

Handles are dragged or moved by the arrow keys (a tenth of a second, with Shift a second); what is kept never is longer than
the platform takes: the other handle comes along.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from koodesk.domain.video_fit import LEAST_MS
from koodesk.editor.look import Look
from koodesk.editor.video_sms.words import length_word
from koodesk.editor.words import tr

STRIP: Final = 56.0
HEAD: Final = 20.0
SIDE: Final = 12.0
HANDLE: Final = 10.0
STEP_MS: Final = 100
LEAP_MS: Final = 1000
_DIM: Final = QColor(0, 0, 0, 150)


class Part(Enum):
    """What of the time line is moved."""

    START = "start"
    END = "end"
    HEAD = "head"


class Timeline(QWidget):
    """`cut_changed(start, end)` and `head_moved(at)` in ms of the source; `settled` when a handle is let go."""

    cut_changed = Signal(int, int)
    head_moved = Signal(int)
    settled = Signal()

    def __init__(self, look: Look, duration_ms: int, max_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._duration = max(duration_ms, 1)
        self._most = max_ms
        self.start_ms, self.end_ms = 0, min(duration_ms, max_ms)
        self.head_ms = 0
        self.cover_ms: int | None = None
        self._pictures: tuple[tuple[int, QImage], ...] = ()
        self._held: Part | None = None
        self._active = Part.HEAD
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(HEAD + STRIP + 22))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("时间线"))
        self._tell()

    # --- values -----------------------------------------------------------------------------------------------

    def show_pictures(self, pictures: Sequence[tuple[int, QImage]]) -> None:
        """Show pictures of the video, (moment in ms, picture) in order of time."""
        self._pictures = tuple(pictures)
        self.update()

    def picture_at(self, at_ms: int) -> QImage | None:
        """Return the picture nearest to a moment, None while there are none."""
        if not self._pictures:
            return None
        return min(self._pictures, key=lambda one: abs(one[0] - at_ms))[1]

    def set_cut(self, start_ms: int, end_ms: int) -> None:
        """Set what is kept, within the video and no longer than it may be."""
        start = min(max(start_ms, 0), self._duration - LEAST_MS)
        end = min(max(end_ms, start + LEAST_MS), self._duration)
        if end - start > self._most:
            if end != self.end_ms:
                start = end - self._most
            else:
                end = start + self._most
        if (start, end) != (self.start_ms, self.end_ms):
            self.start_ms, self.end_ms = start, end
            self._tell()
            self.cut_changed.emit(start, end)
            self.update()

    def set_head(self, at_ms: int) -> None:
        """Move the playhead; it stays within what is kept."""
        at = min(max(at_ms, self.start_ms), self.end_ms)
        if at != self.head_ms:
            self.head_ms = at
            self._tell()
            self.head_moved.emit(at)
            self.update()

    def set_cover(self, at_ms: int | None) -> None:
        """Mark the moment that is shown before the video plays, in ms of the source."""
        self.cover_ms = at_ms
        self.update()

    # --- events -----------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Prefer room for a dozen pictures."""
        return QSize(640, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a handle, or move the playhead."""
        x = event.position().x()
        start, end = self._x(self.start_ms), self._x(self.end_ms)
        near = HANDLE + 4
        if abs(x - start) <= near and abs(x - start) <= abs(x - end):
            self._held = Part.START
        elif abs(x - end) <= near:
            self._held = Part.END
        else:
            self._held = Part.HEAD
            self.set_head(self._ms(x))
        self._active = self._held
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held."""
        at = self._ms(event.position().x())
        match self._held:
            case Part.START:
                self.set_cut(min(at, self.end_ms - LEAST_MS), self.end_ms)
                self.set_head(self.start_ms)
            case Part.END:
                self.set_cut(self.start_ms, max(at, self.start_ms + LEAST_MS))
                self.set_head(self.end_ms)
            case Part.HEAD:
                self.set_head(at)
            case None:
                x = event.position().x()
                near = min(abs(x - self._x(self.start_ms)), abs(x - self._x(self.end_ms))) <= HANDLE + 4
                self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        if self._held in (Part.START, Part.END):
            self.settled.emit()
        self._held = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by keys: arrows the active part, `[` and `]` take the start and the end to the playhead, Tab goes on."""
        step = LEAP_MS if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP_MS
        match event.key():
            case Qt.Key.Key_Left:
                self._nudge(-step)
            case Qt.Key.Key_Right:
                self._nudge(step)
            case Qt.Key.Key_BracketLeft:
                self.set_cut(self.head_ms, self.end_ms)
                self.settled.emit()
            case Qt.Key.Key_BracketRight:
                self.set_cut(self.start_ms, self.head_ms)
                self.settled.emit()
            case Qt.Key.Key_Home:
                self.set_head(self.start_ms)
            case Qt.Key.Key_End:
                self.set_head(self.end_ms)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys work here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they no longer do."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures, what is left out, handles, cover and playhead."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        role = self._look.color
        strip = QRectF(SIDE, HEAD, self.width() - 2 * SIDE, STRIP)
        painter.fillRect(strip, role("sunken"))
        self._draw_pictures(painter, strip)
        start, end, head = self._x(self.start_ms), self._x(self.end_ms), self._x(self.head_ms)
        painter.fillRect(QRectF(strip.left(), HEAD, start - strip.left(), STRIP), _DIM)
        painter.fillRect(QRectF(end, HEAD, strip.right() - end, STRIP), _DIM)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(role("accent"))
        painter.drawRect(QRectF(start, HEAD - 2, end - start, 3))
        painter.drawRect(QRectF(start, HEAD + STRIP - 1, end - start, 3))
        for x, left in ((start, True), (end, False)):
            box = QRectF(x - HANDLE if left else x, HEAD - 2, HANDLE, STRIP + 4)
            painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(role("on_accent"))
        for x in (start - HANDLE / 2, end + HANDLE / 2):
            painter.drawRect(QRectF(x - 1, HEAD + STRIP / 2 - 8, 2, 16))
        painter.setBrush(role("text"))
        painter.drawRect(QRectF(head - 1, HEAD - 6, 2, STRIP + 12))
        painter.drawPolygon(
            QPolygonF([QPointF(head - 5, HEAD - 10), QPointF(head + 5, HEAD - 10), QPointF(head, HEAD - 4)])
        )
        if self.cover_ms is not None:
            x = self._x(self.cover_ms)
            painter.setBrush(role("warning"))
            painter.drawEllipse(QPointF(x, HEAD + STRIP + 8), 4, 4)
        painter.setPen(role("text_second"))
        said = f"{length_word(self.start_ms)} – {length_word(self.end_ms)}"
        painter.drawText(
            QRectF(SIDE, HEAD + STRIP + 2, self.width() - 2 * SIDE, 20),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            said,
        )
        if self.hasFocus():
            painter.setPen(role("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _draw_pictures(self, painter: QPainter, strip: QRectF) -> None:
        if not self._pictures:
            return
        count = max(1, round(strip.width() / (STRIP * 1.4)))
        wide = strip.width() / count
        for place in range(count):
            picture = self.picture_at(round((place + 0.5) / count * self._duration))
            if picture is None or picture.isNull():
                continue
            cell = QRectF(strip.left() + place * wide, strip.top(), wide, STRIP)
            ratio = cell.width() / cell.height()
            width = min(picture.width(), picture.height() * ratio)
            height = width / ratio
            part = QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)
            painter.drawImage(cell, picture, part)

    # --- inside -----------------------------------------------------------------------------------------------

    def _nudge(self, by_ms: int) -> None:
        if self._active is Part.START:
            self.set_cut(self.start_ms + by_ms, self.end_ms)
            self.set_head(self.start_ms)
            self.settled.emit()
        elif self._active is Part.END:
            self.set_cut(self.start_ms, self.end_ms + by_ms)
            self.set_head(self.end_ms)
            self.settled.emit()
        else:
            self.set_head(self.head_ms + by_ms)

    def _tell(self) -> None:
        self.setAccessibleDescription(
            tr(
                "保留 {start} 到 {end}，当前 {at}",
                start=length_word(self.start_ms),
                end=length_word(self.end_ms),
                at=length_word(self.head_ms),
            )
        )

    def _x(self, at_ms: int) -> float:
        return SIDE + (self.width() - 2 * SIDE) * at_ms / self._duration

    def _ms(self, x: float) -> int:
        share = (x - SIDE) / max(1.0, self.width() - 2 * SIDE)
        return round(min(max(share, 0.0), 1.0) * self._duration)
