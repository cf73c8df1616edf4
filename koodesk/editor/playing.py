# SPDX-License-Identifier: Apache-2.0
"""A video playing where it stands on the phone: its pictures in time, and the canvas that shows them. There is no sound.

The gallery hands over small JPEGs as they are decoded elsewhere; each is unpacked off the window's thread when it is
due, the newest only, so a slow machine leaves pictures out instead of falling behind. The window paints what is there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from koodesk.domain.problem import Problem
from koodesk.domain.template import VideoContent
from koodesk.editor.canvas.card_canvas import CardCanvas
from koodesk.editor.gallery import Moment
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.session import Session
from koodesk.preview.painter import draw_items
from koodesk.preview.placement import Item, PictureBox, Placement, Rect

TICK_MS: Final = 15
LAST_MS: Final = 70
"""How long the last picture stays: about as long as one of 15 a second."""

_AT_REST: Final = frozenset({"play", "time"})
"""What stands over a video only while it is not played."""


Begin = Callable[
    [str, Callable[[tuple[Moment, ...]], None], Callable[[], None], Callable[[tuple[Problem, ...]], None]],
    Callable[[], None] | None,
]
"""Called as begin(content, got, then, failed): asks for a content's pictures and returns how to stop; None when it has none."""


class Player(QObject):
    """Plays one video at a time. `changed` says that another picture, or none, is to be painted."""

    changed = Signal()

    failed = Signal(object)
    """Why nothing plays: a tuple of `Problem`."""

    def __init__(
        self, begin: Begin, parent: QObject, *, loops: Callable[[str], bool] = lambda _content: False
    ) -> None:
        """`loops` tells whether a content begins again at its end, as a gif does."""
        super().__init__(parent)
        self._begin = begin
        self._loops = loops
        self._moments: list[Moment] = []
        self._times: list[int] = []
        self._whole = False
        self._asked = -1
        self._run = 0
        self._halt: Callable[[], None] | None = None
        self._clock: Final = QElapsedTimer()
        self._ahead_ms = 0
        self._timer: Final = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._latest: Final = Latest(self)
        self._latest.told.connect(self._show)
        self.content = ""
        """The content that plays, empty for none."""
        self.image: QImage | None = None
        """The picture to paint; None until the first one is there."""
        self.shown = 0
        """How many pictures were shown since the start."""

    def toggle(self, content_id: str) -> None:
        """Play a content's video from its beginning, or stop it when it plays."""
        if self.content == content_id:
            self.stop()
            return
        self.stop()
        self._start(content_id)

    def stop(self) -> None:
        """Show the cover again; nothing happens when nothing plays."""
        if not self.content:
            return
        self._run += 1
        self._timer.stop()
        halt, self._halt = self._halt, None
        if halt is not None:
            halt()
        self.content = ""
        self.image = None
        self._moments, self._times = [], []
        self.changed.emit()

    def close(self) -> None:
        """Stop for good; the session is closed."""
        self.stop()
        self._latest.stop()

    def _start(self, content_id: str) -> None:
        self._run += 1
        self._moments, self._times, self._whole, self._asked = [], [], False, -1
        self._ahead_ms = self.shown = 0
        self._clock.invalidate()
        self.content = content_id
        run = self._run
        halt = self._begin(
            content_id, partial(self._take, run), partial(self._end, run), partial(self._refuse, run)
        )
        if run != self._run:
            return  # it came to its end at once
        self._halt = halt
        if halt is None:
            self.content = ""
            return
        self.changed.emit()

    def _take(self, run: int, block: tuple[Moment, ...]) -> None:
        """Keep pictures that have arrived; the first one is shown at once."""
        if run == self._run and block:
            self._moments += block
            self._times += [m.at_ms for m in block]
            if not self._timer.isActive():
                self._ask(0)
                self._timer.start()

    def _end(self, run: int) -> None:
        if run == self._run:
            self._whole = True
            if not self._moments:
                self.stop()

    def _refuse(self, run: int, problems: tuple[Problem, ...]) -> None:
        if run != self._run:
            return
        if self._moments:  # what has arrived is played to its end
            self._whole = True
        else:
            self.stop()
        self.failed.emit(problems)

    def _tick(self) -> None:
        if self.image is None:
            return  # the clock starts with the first picture
        now = self._ahead_ms + self._clock.elapsed()
        if now > self._times[-1] and not self._whole:
            # The next ones are not decoded yet: time stands still until they are.
            self._ahead_ms = self._times[-1]
            self._clock.restart()
            now = self._ahead_ms
        if self._whole and now > self._times[-1] + LAST_MS:
            if not self._loops(self.content):
                self.stop()
                return
            self._ahead_ms = now = self._times[0]
            self._clock.restart()
        self._ask(max(0, bisect_right(self._times, now) - 1))

    def _ask(self, number: int) -> None:
        """Unpack a picture off this thread, unless it was asked for already."""
        if number == self._asked:
            return
        self._asked = number
        run, jpeg = self._run, self._moments[number].jpeg

        def job(alive: Callable[[], bool], tell: Tell) -> None:
            if alive():
                image = QImage.fromData(jpeg)
                tell((run, image.convertToFormat(QImage.Format.Format_RGB32)))

        self._latest.run(job)

    def _show(self, told: tuple[int, QImage]) -> None:
        run, image = told
        if run != self._run or image.isNull():
            return
        if self.image is None:
            self._ahead_ms = self._times[0]
            self._clock.start()
        self.image = image
        self.shown += 1
        self.changed.emit()


def card_player(session: Session, parent: QObject) -> Player:
    """Return a player of the videos of a card."""

    def begin(
        content_id: str,
        got: Callable[[tuple[Moment, ...]], None],
        then: Callable[[], None],
        failed: Callable[[tuple[Problem, ...]], None],
    ) -> Callable[[], None] | None:
        content = session.template.content(content_id)
        if not isinstance(content, VideoContent) or content.video is None:
            return None
        return session.around.gallery.play(content.video, got, then, failed)

    return Player(begin, parent)


def video_box(placement: Placement, content_id: str = "") -> PictureBox | None:
    """Return the place of a content's video, or of the first one; None when this phone shows none."""
    boxes = (i for i in placement.items if isinstance(i, PictureBox) and i.role == "video")
    return next((b for b in boxes if content_id in ("", b.content_id)), None)


def paint_frame(
    painter: QPainter, placement: Placement, content_id: str, image: QImage, session: Session, scale: float
) -> None:
    """Paint a picture of a video into its place at the painter's origin, and again what the phone draws over it."""
    box = video_box(placement, content_id)
    if box is None:
        return
    first = placement.items.index(box)
    over = (
        item
        for item in (*placement.items[first + 1 :], *placement.front)
        if item.rect.overlaps(box.rect) and not _at_rest(item, content_id)
    )
    painter.save()
    # What reaches beyond the video was painted there before; painted twice it would be darker.
    painter.setClipRect(scaled(box.rect, scale), Qt.ClipOperation.IntersectClip)
    faces = session.around.measure.faces
    draw_items(painter, (box, *over), session.pictures, faces, scale=scale, frames={content_id: image})
    painter.restore()


def _at_rest(item: Item, content_id: str) -> bool:
    return item.content_id == content_id and getattr(item, "role", "") in _AT_REST


def scaled(rect: Rect, scale: float) -> QRectF:
    """Return a rectangle in dp in pixels."""
    return QRectF(rect.x * scale, rect.y * scale, rect.width * scale, rect.height * scale)


class CanvasPlayer(QObject):
    """Plays on a canvas: started and stopped from it, stopped by Esc, by a tool and by any change of the card."""

    def __init__(self, session: Session, canvas: CardCanvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self.player: Final = card_player(session, self)
        canvas.overlay = self._paint
        canvas.play_wanted.connect(self.player.toggle)
        canvas.play_unwanted.connect(self.player.stop)
        canvas.picture_wanted.connect(lambda _content: self.player.stop())
        canvas.tool_changed.connect(self.player.stop)
        session.document.changed.connect(self.player.stop)
        session.in_view.changed.connect(self.player.stop)
        session.selection.changed.connect(self._leave)
        self.player.changed.connect(self._repaint)
        self.player.failed.connect(session.refused)
        self._painted = ""

    def _leave(self, content_id: str) -> None:
        if content_id != self.player.content:
            self.player.stop()

    def _repaint(self) -> None:
        """Paint anew where the video stands, and where it stood."""
        for content_id in {self.player.content, self._painted} - {""}:
            box = video_box(self._canvas.placement, content_id)
            if box is not None:
                self._canvas.update(self._canvas.area(box.rect).toAlignedRect())
        self._painted = self.player.content

    def _paint(self, painter: QPainter) -> None:
        image = self.player.image
        if image is None:
            return
        painter.save()
        painter.translate(self._canvas.origin())
        paint_frame(
            painter, self._canvas.placement, self.player.content, image, self._session, self._canvas.zoom
        )
        painter.restore()
