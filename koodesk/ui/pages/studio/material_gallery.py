# SPDX-License-Identifier: Apache-2.0
"""The workspace's materials as the editor's gallery: every call goes through the bridge and answers on this thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt

from koodesk.domain.crop import Crop, Focal
from koodesk.domain.problem import Problem
from koodesk.domain.template import MaterialRef
from koodesk.editor.gallery import FILE, Added, Failed, GalleryItem, Moment

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.ui.bridge import Task
    from koodesk.ui.page import Page


VIDEO_SUFFIX: Final = ".mp4"


class MaterialGallery:
    """Answers `editor.gallery.Gallery`. Calls belong to the page: when it is gone, nothing follows."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def find(self, text: str, then: Added, failed: Failed, *, videos: bool = False) -> None:
        """Look for materials by name, newest first."""
        self._page.run(
            lambda service: service.materials.list(text, "video" if videos else "picture"),
            lambda rows: then(tuple(_item(r) for r in rows)),
            failed,
        )

    def add_files(self, paths: tuple[Path, ...], then: Added, failed: Failed) -> None:
        """Check and store files, each for itself: those that are good are kept, the others are told of."""

        def sort(outcomes: Any) -> None:
            good = tuple(_item(outcome.row) for outcome in outcomes if outcome.row is not None)
            bad: tuple[Problem, ...] = tuple(
                replace(p, where=f"{FILE}{outcome.name}") for outcome in outcomes for p in outcome.problems
            )
            if good:
                then(good)
                self._page.desk.changed.emit("materials")
            if bad:
                failed(bad)

        videos = tuple(path for path in paths if path.suffix.lower() == VIDEO_SUFFIX)
        pictures = tuple(path for path in paths if path not in videos)
        for path in videos:
            self._one(partial(_added_video, path), then, failed)
        if pictures:
            self._page.run(lambda service: service.materials.add_files(pictures), sort, failed)

    def cover(self, video: MaterialRef, then: Added, failed: Failed) -> None:
        """Make a cover of a video's first picture."""
        self._one(lambda service: service.materials.cover(video.digest, 0), then, failed)

    def play(
        self,
        video: MaterialRef,
        got: Callable[[tuple[Moment, ...]], None],
        then: Callable[[], None],
        failed: Failed,
    ) -> Callable[[], None]:
        """Decode a video's pictures for a preview; each block is handed over on this thread."""

        listening = Event()

        def work(service: Service, task: Task) -> None:
            listening.wait()  # what is told before anybody listens would be lost
            for block in service.materials.frames(video.digest, task.cancelled):
                task.progress.emit(tuple(Moment(f.at_ms, f.jpeg) for f in block))

        task = self._page.run_long(work, lambda _: then(), failed)
        task.progress.connect(got, Qt.ConnectionType.QueuedConnection)
        listening.set()
        return task.cancel

    def set_focal(self, material: MaterialRef, focal: Focal, failed: Failed) -> None:
        """Keep a picture's focal point."""
        self._page.run(
            lambda service: service.library.set_focal(material.digest, focal),
            lambda _: self._page.desk.changed.emit("materials"),
            failed,
        )

    def add_bytes(self, name: str, data: bytes, then: Added, failed: Failed) -> None:
        """Check and store a pasted picture."""
        self._one(lambda service: service.materials.add_bytes(name, data), then, failed)

    def optimise(
        self, material: MaterialRef, crop: Crop | None, max_bytes: int, then: Added, failed: Failed
    ) -> None:
        """Store a smaller copy, cut to the crop."""
        digest = material.digest
        self._one(lambda service: service.materials.optimise(digest, max_bytes, crop), then, failed)

    def _one(self, work: Callable[[Service], Any], then: Added, failed: Failed) -> None:
        def done(row: Any) -> None:
            then((_item(row),))
            self._page.desk.changed.emit("materials")

        self._page.run(work, done, failed)


def _added_video(path: Path, service: Service) -> Any:
    return service.materials.add_video(path).video


def _item(row: Any) -> GalleryItem:
    return GalleryItem(row.ref, row.name, row.focal)
