# SPDX-License-Identifier: Apache-2.0
"""The time line of a video being cut: its pictures in a row, two handles for what is kept, the cover, and the playhead.

Handles are dragged or moved by the arrow keys (a tenth of a second, with Shift a second; up and down choose which part);
what is kept never is longer than the platform takes: the other handle comes along, and the playhead stays within.
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
from koodesk.editor.words import tr

STRIP: Final = 56.0
HEAD: Final = 20.0
FOOT: Final = 26.0
SIDE: Final = 12.0
HANDLE: Final = 10.0
NEAR: Final = HANDLE + 4
"""How near to a handle a press takes it, in pixels."""
STEP_MS: Final = 100
LEAP_MS: Final = 1000
_DIM: Final = QColor(0, 0, 0, 150)


class Part(Enum):
    """What of the time line is moved."""

    START = "start"
    END = "end"
    HEAD = "head"


ORDER: Final = (Part.START, Part.HEAD, Part.END)
"""Along the line, as the keys go from one to the next."""


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
        self._least = min(LEAST_MS, self._duration)
        self.start_ms, self.end_ms = 0, min(self._duration, max_ms)
        self.head_ms = 0
        self.cover_ms: int | None = None
        self._pictures: tuple[tuple[int, QImage], ...] = ()
        self._held: Part | None = None
        self._grip = 0.0
        self._active = Part.HEAD
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(HEAD + STRIP + FOOT))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("时间线"))
        self.setToolTip(
            tr(
                "左右键移动（按住 Shift 一次 1 秒），上下键选择开头、播放头或结尾，[ 和 ] 从播放头开始或到播放头结束"
            )
        )
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
        start = min(max(start_ms, 0), self._duration - self._least)
        end = min(max(end_ms, start + self._least), self._duration)
        if end - start > self._most:
            if end != self.end_ms:
                start = end - self._most
            else:
                end = start + self._most
        if (start, end) != (self.start_ms, self.end_ms):
            self.start_ms, self.end_ms = start, end
            self._tell()
            self.cut_changed.emit(start, end)
            self.set_head(self.head_ms)
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
        """Choose the moment that is shown before the video plays, in ms of the source; None is the first that is kept."""
        self.cover_ms = at_ms
        self._tell()
        self.update()

    @property
    def kept_cover_ms(self) -> int:
        """The moment of what is kept that the chosen cover comes to: the nearest one where it was cut away."""
        if self.cover_ms is None:
            return self.start_ms
        return min(max(self.cover_ms, self.start_ms), self.end_ms)

    # --- events -----------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Prefer room for a dozen pictures."""
        return QSize(640, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a handle, or move the playhead."""
        x = event.position().x()
        start, end = self._x(self.start_ms), self._x(self.end_ms)
        self._grip = 0.0
        if abs(x - start) <= NEAR and abs(x - start) <= abs(x - end):
            self._held, self._grip = Part.START, x - start
        elif abs(x - end) <= NEAR:
            self._held, self._grip = Part.END, x - end
        else:
            self._held = Part.HEAD
            self.set_head(self._ms(x))
        self._choose(self._held)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held."""
        at = self._ms(event.position().x() - self._grip)
        match self._held:
            case Part.START:
                self.set_cut(min(at, self.end_ms - self._least), self.end_ms)
                self.set_head(self.start_ms)
            case Part.END:
                self.set_cut(self.start_ms, at)
                self.set_head(self.end_ms)
            case Part.HEAD:
                self.set_head(at)
            case None:
                x = event.position().x()
                near = min(abs(x - self._x(self.start_ms)), abs(x - self._x(self.end_ms))) <= NEAR
                self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        if self._held in (Part.START, Part.END):
            self.settled.emit()
        self._held = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by keys: left and right the active part, up and down choose it, `[` and `]` take a handle to the playhead."""
        step = LEAP_MS if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP_MS
        match event.key():
            case Qt.Key.Key_Left:
                self._nudge(-step)
            case Qt.Key.Key_Right:
                self._nudge(step)
            case Qt.Key.Key_Up:
                self._choose(ORDER[max(ORDER.index(self._active) - 1, 0)])
            case Qt.Key.Key_Down:
                self._choose(ORDER[min(ORDER.index(self._active) + 1, len(ORDER) - 1)])
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
        for part, left in ((Part.START, start - HANDLE), (Part.END, end)):
            more = 3 if self.hasFocus() and part is self._active else 0
            painter.drawRoundedRect(QRectF(left, HEAD - 2 - more, HANDLE, STRIP + 4 + 2 * more), 3, 3)
        painter.setBrush(role("on_accent"))
        for x in (start - HANDLE / 2, end + HANDLE / 2):
            painter.drawRect(QRectF(x - 1, HEAD + STRIP / 2 - 8, 2, 16))
        painter.setBrush(role("text"))
        painter.drawRect(QRectF(head - 1, HEAD - 6, 2, STRIP + 12))
        painter.drawPolygon(
            QPolygonF([QPointF(head - 5, HEAD - 10), QPointF(head + 5, HEAD - 10), QPointF(head, HEAD - 4)])
        )
        if self.cover_ms is not None:
            painter.setBrush(role("warning"))
            painter.drawEllipse(QPointF(self._x(self.kept_cover_ms), HEAD + STRIP + 7), 4, 4)
        painter.setPen(role("text_second"))
        foot = QRectF(SIDE, HEAD + STRIP + 4, self.width() - 2 * SIDE, FOOT - 6)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | centre, self._said_now())
        kept = f"{_moment_word(self.start_ms)} – {_moment_word(self.end_ms)}"
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | centre, kept)
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

    def _choose(self, part: Part) -> None:
        self._active = part
        self._tell()
        self.update()

    def _said_now(self) -> str:
        said = tr("当前 {at}", at=_moment_word(self.head_ms))
        if self.cover_ms is None:
            return said
        return f"{said} · {tr('封面 {at}', at=_moment_word(self.kept_cover_ms))}"

    def _tell(self) -> None:
        part = {Part.START: tr("开头"), Part.HEAD: tr("播放头"), Part.END: tr("结尾")}[self._active]
        kept = tr("保留 {start} 到 {end}", start=_moment_word(self.start_ms), end=_moment_word(self.end_ms))
        self.setAccessibleDescription(f"{kept} · {self._said_now()} · {tr('左右键移动{part}', part=part)}")

    def _x(self, at_ms: int) -> float:
        return SIDE + (self.width() - 2 * SIDE) * at_ms / self._duration

    def _ms(self, x: float) -> int:
        share = (x - SIDE) / max(1.0, self.width() - 2 * SIDE)
        return round(min(max(share, 0.0), 1.0) * self._duration)


def _moment_word(at_ms: int) -> str:
    """Write a moment to the tenth of a second that the keys move by."""
    return tr("{seconds} 秒", seconds=f"{at_ms / 1000:.1f}")
