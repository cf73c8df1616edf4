# SPDX-License-Identifier: Apache-2.0
"""A video or gif playing on the phone where it stands. There is no sound, as in every preview."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage

from koodesk.domain.problem import Problem
from koodesk.editor.gallery import Moment
from koodesk.editor.playing import Player
from koodesk.ui.bridge import Task
from koodesk.ui.page import Page
from koodesk.ui.pages.phones.screen import Spot
from koodesk.ui.pages.phones.stage import PhoneStage

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class Playback(QObject):
    """Plays one spot at a time on a stage; a tap on it again stops it."""

    def __init__(self, page: Page, stage: PhoneStage) -> None:
        super().__init__(stage)
        self._page = page
        self._spot: Spot | None = None
        self.player = Player(self._begin, self, loops=lambda _: bool(self._spot and self._spot.loops))
        self.player.changed.connect(stage.update)
        self.player.failed.connect(page.show_problems)
        stage.moving = self._moving

    def toggle(self, spot: Spot) -> None:
        """Play a spot's video from its beginning, or stop it."""
        self._spot = spot
        self.player.toggle(spot.content_id)

    def stop(self) -> None:
        """Show the still picture again."""
        self.player.stop()

    def _moving(self) -> dict[str, QImage]:
        image = self.player.image
        return {self.player.content: image} if image is not None else {}

    def _begin(
        self,
        _content: str,
        got: Callable[[tuple[Moment, ...]], None],
        then: Callable[[], None],
        failed: Callable[[tuple[Problem, ...]], None],
    ) -> Callable[[], None] | None:
        spot = self._spot
        if spot is None or not spot.digest:
            return None
        digest, listening = spot.digest, Event()

        def work(service: Service, task: Task) -> None:
            listening.wait()  # what is told before anybody listens would be lost
            for block in service.materials.frames(digest, task.cancelled):
                task.progress.emit(tuple(Moment(f.at_ms, f.jpeg) for f in block))

        task = self._page.run_long(work, lambda _: then(), failed)
        task.progress.connect(got, Qt.ConnectionType.QueuedConnection)
        listening.set()
        return task.cancel
