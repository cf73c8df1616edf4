# SPDX-License-Identifier: Apache-2.0
"""The workspace's materials as the video SMS editor's shelf: every call goes through the bridge and answers on this thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt

from koodesk.domain.media_types import SUFFIXES, MaterialKind, is_of
from koodesk.domain.problem import Problem
from koodesk.domain.video_sms.template import Media, ResourceKind
from koodesk.editor.gallery import Moment
from koodesk.editor.video_sms.shelf import Failed, FileFacts, Found, ShelfItem

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.ui.bridge import Task
    from koodesk.ui.page import Page

KINDS: Final[dict[ResourceKind, MaterialKind]] = {
    ResourceKind.IMAGE: "message_picture",
    ResourceKind.AUDIO: "sound",
    ResourceKind.VIDEO: "message_video",
}
"""By which word the gallery is asked for files of a kind."""


class WorkspaceShelf:
    """Answers `editor.video_sms.shelf.MediaShelf`. Calls belong to the page: when it is gone, nothing follows."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def find(self, kind: ResourceKind, text: str, then: Found, failed: Failed) -> None:
        """Look for materials of a kind by name, newest first."""
        self._page.run(
            lambda service: service.materials.list(text, KINDS[kind]),
            lambda rows: then(tuple(item for row in rows if (item := item_of(row)) is not None)),
            failed,
        )

    def add(self, path: Path, then: Found, failed: Failed) -> Callable[[], None]:
        """Check and store one file."""

        def work(service: Service, task: Task) -> Any:
            return service.materials.add_media(path, task.cancelled)

        def done(row: Any) -> None:
            item = item_of(row)
            then((item,) if item is not None else ())
            self._page.desk.changed.emit("materials")

        return self._page.run_long(work, done, failed).cancel

    def probe(self, path: Path, then: Callable[[FileFacts], None], failed: Failed) -> None:
        """Look at a video of this machine without storing it."""

        def work(service: Service) -> FileFacts:
            facts = service.materials.probe_video(path)
            return FileFacts(facts.duration_ms, path.stat().st_size)

        self._page.run(work, then, failed)

    def about(self, media: Media, then: Found, failed: Failed) -> None:
        """Return the stored file of an element."""

        def work(service: Service) -> tuple[ShelfItem, ...]:
            item = item_of(service.materials.get(media.digest))
            return (item,) if item is not None else ()

        self._page.run(work, then, failed)

    def compress(self, media: Media, max_bytes: int, then: Found, failed: Failed) -> None:
        """Make a smaller picture of a stored one."""

        def done(row: Any) -> None:
            item = item_of(row)
            then((item,) if item is not None else ())
            self._page.desk.changed.emit("materials")

        self._page.run_long(
            lambda service, task: service.materials.optimise(media.digest, max_bytes, cancel=task.cancelled),
            done,
            failed,
        )

    def play(
        self,
        media: Media,
        got: Callable[[tuple[Moment, ...]], None],
        then: Callable[[], None],
        failed: Callable[[tuple[Problem, ...]], None],
    ) -> Callable[[], None]:
        """Hand over the pictures of a video or gif, a block at a time, on this thread."""
        listening = Event()

        def work(service: Service, task: Task) -> None:
            listening.wait()  # what is told before anybody listens would be lost
            for block in service.materials.frames(media.digest, task.cancelled):
                task.progress.emit(tuple(Moment(f.at_ms, f.jpeg) for f in block))

        task = self._page.run_long(work, lambda _: then(), failed)
        task.progress.connect(got, Qt.ConnectionType.QueuedConnection)
        listening.set()
        return task.cancel


def item_of(row: Any) -> ShelfItem | None:
    """Return a material as an element would hold it; None for one no message takes."""
    ending = SUFFIXES.get(row.media_type)
    kind = next((kind for kind, word in KINDS.items() if is_of(row.media_type, word)), None)
    if ending is None or kind is None:
        return None
    media = Media(kind, row.digest, ending, row.size, row.duration_ms, row.width, row.height)
    return ShelfItem(media, row.name)
