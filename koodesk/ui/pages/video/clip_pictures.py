# SPDX-License-Identifier: Apache-2.0
"""Pictures of a video that is being cut: a strip for the time line, the moment at the playhead, and playing what is kept.

Everything comes from the service a block at a time. A thumbnail shows at once and the moment's larger picture follows;
playing keeps to the video's own times, whatever its rate.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from koodesk.domain.problem import Problem
from koodesk.domain.video_sms.template import Media
from koodesk.ui.bridge import Task

if TYPE_CHECKING:
    from koodesk.backend.service import Service

Work = Callable[["Service", Task], Any]
Run = Callable[[Work, Callable[[Any], None], Callable[[tuple[Problem, ...]], None]], Task]

STRIP: Final = 24
"""Pictures of the time line."""
TICK_MS: Final = 33
LOOK_AFTER_MS: Final = 180
"""A moment is fetched large when the playhead has stood so long."""
MOMENT_MS: Final = 200


class ClipPictures(QObject):
    """`strip_came` has (ms, picture) pairs; `shown` a picture and `moved` its time while playing; `failed` why it ended."""

    strip_came = Signal(object)
    shown = Signal(QImage)
    moved = Signal(int)
    playing_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, run: Run, source: Path | Media, parent: QObject) -> None:
        super().__init__(parent)
        self._run = run
        self._source = source
        self._last_ms = 0
        self._strip: list[tuple[int, QImage]] = []
        self._at_ms = 0
        self._large_at: int | None = None
        self._look_task: Task | None = None
        self._play_task: Task | None = None
        self._waiting: list[Any] = []
        self._from_ms: int | None = None
        self._since = QElapsedTimer()
        self._look_timer = QTimer(self)
        self._look_timer.setSingleShot(True)
        self._look_timer.setInterval(LOOK_AFTER_MS)
        self._look_timer.timeout.connect(self._look)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Tell whether it plays, or is about to."""
        return self._timer.isActive()

    def begin(self, picture_ms: int) -> None:
        """Fetch the strip of a video whose pictures last so long."""
        self._last_ms = max(0, picture_ms - MOMENT_MS)
        self._stream(
            lambda service, task: service.materials.clip_strip(self._path(service), STRIP, task.cancelled),
            self._strip_part,
            lambda: None,
            self.failed.emit,
        )
        self.show_moment(0)

    def show_moment(self, at_ms: int) -> None:
        """Show a moment: its thumbnail now, and larger when the playhead stays."""
        self._at_ms = at_ms
        if self.playing:
            return
        self._large_at = None
        self._show_thumbnail()
        self._look_timer.start()

    def play(self, start_ms: int, end_ms: int) -> None:
        """Play a part, without sound."""
        self.stop()
        self._look_timer.stop()
        self._waiting, self._from_ms = [], None
        self._timer.start()
        self._play_task = self._stream(
            lambda service, task: service.materials.first_frames(
                self._path(service), start_ms, end_ms, task.cancelled
            ),
            self._waiting.extend,
            self._all_came,
            self._play_failed,
        )
        self.playing_changed.emit(True)

    def stop(self) -> None:
        """Stop playing; what still comes of it is dropped."""
        if not self.playing:
            return
        if self._play_task is not None:
            self._play_task.cancel()
            self._play_task = None
        self._timer.stop()
        self._waiting = []
        self.playing_changed.emit(False)

    # --- inside -------------------------------------------------------------------------------------------------

    def _strip_part(self, block: Any) -> None:
        found = ((frame.at_ms, QImage.fromData(frame.jpeg)) for frame in block)  # thumbnails: quickly decoded
        self._strip = sorted(
            [*self._strip, *(one for one in found if not one[1].isNull())], key=lambda one: one[0]
        )
        self.strip_came.emit(tuple(self._strip))
        if self._large_at is None and not self.playing:
            self._show_thumbnail()

    def _show_thumbnail(self) -> None:
        if self._strip:
            self.shown.emit(min(self._strip, key=lambda one: abs(one[0] - self._at_ms))[1])

    def _look(self) -> None:
        """Fetch the moment at the playhead as large as a preview has it."""
        if self.playing:
            return
        if self._look_task is not None:
            self._look_task.cancel()
        at = self._at_ms
        start = min(at, self._last_ms)

        def came(image: QImage | None) -> None:
            if image is not None and not image.isNull() and self._at_ms == at and not self.playing:
                self._large_at = at
                self.shown.emit(image)

        self._look_task = self._run(
            lambda service, task: _first(
                service.materials.first_frames(self._path(service), start, start + MOMENT_MS, task.cancelled)
            ),
            came,
            lambda _problems: None,  # the thumbnail stays
        )

    def _all_came(self) -> None:
        self._play_task = None

    def _play_failed(self, problems: tuple[Problem, ...]) -> None:
        self._play_task = None
        self.stop()
        self.failed.emit(problems)

    def _tick(self) -> None:
        """Show the newest picture whose time has come; wait where the next is still being decoded."""
        if not self._waiting:
            if self._play_task is None:
                self.stop()
            self._from_ms = None
            return
        if self._from_ms is None:
            self._from_ms = self._waiting[0].at_ms
            self._since.start()
        due = self._from_ms + self._since.elapsed()
        frame = None
        while self._waiting and self._waiting[0].at_ms <= due:
            frame = self._waiting.pop(0)
        if frame is not None:
            self._at_ms = self._large_at = frame.at_ms
            self.shown.emit(QImage.fromData(frame.jpeg))
            self.moved.emit(frame.at_ms)

    def _stream(
        self,
        work: Work,
        got: Callable[[Any], object],
        then: Callable[[], None],
        failed: Callable[[tuple[Problem, ...]], None],
    ) -> Task:
        """Hand over blocks on this thread as they come, none of them after the task was cancelled."""
        listening = Event()

        def tell(service: Service, task: Task) -> None:
            listening.wait()  # what is told before anybody listens would be lost
            for block in work(service, task):
                task.progress.emit(block)

        def came(block: Any) -> None:
            if not task.cancelled():
                got(block)

        def done(_: Any) -> None:
            if not task.cancelled():
                then()

        def ended(problems: tuple[Problem, ...]) -> None:
            if not task.cancelled():
                failed(problems)

        task = self._run(tell, done, ended)
        task.progress.connect(came, Qt.ConnectionType.QueuedConnection)
        listening.set()
        return task

    def _path(self, service: Service) -> Path:
        return source_path(service, self._source)


def source_path(service: Service, source: Path | Media) -> Path:
    """Return where a source lies: a file of this machine, or one of the gallery."""
    return source if isinstance(source, Path) else service.materials.path(source.digest)


def _first(blocks: Any) -> QImage | None:
    for block in blocks:
        for frame in block:
            return QImage.fromData(frame.jpeg)
    return None
