# SPDX-License-Identifier: Apache-2.0
"""Pictures for widgets: never read or decoded on the window's thread.

A picture that has not arrived yet is drawn as a missing one; when it has, `on_arrival` asks for another paint. Workers
that draw off the window's thread use the source itself and wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from PySide6.QtCore import QObject, Signal

from koodesk.preview.pictures import Ladder, PictureSource

_THREADS: Final = ThreadPoolExecutor(2, thread_name_prefix="koodesk-picture")


class _Bell(QObject):
    rung = Signal(str, object)


class ArrivedPictures(PictureSource):
    """A picture source that answers at once with what is there. For one thread: the window's."""

    def __init__(self, source: PictureSource) -> None:
        super().__init__(lambda _digest: None)
        self.source: Final = source
        self._there: dict[str, Ladder | None] = {}
        self._asked: set[str] = set()
        self._acts: list[Callable[[], None]] = []
        self._bell: Final = _Bell()
        self._bell.rung.connect(self._arrive)

    def on_arrival(self, act: Callable[[], None]) -> None:
        """Call `act` whenever a picture has arrived or was found missing."""
        self._acts.append(act)

    def ladder(self, digest: str) -> Ladder | None:
        """Return a picture that has arrived; otherwise None, and it is sent for."""
        if digest and digest not in self._there and digest not in self._asked:
            self._asked.add(digest)
            bell, source = self._bell, self.source
            _THREADS.submit(lambda: bell.rung.emit(digest, source.ladder(digest)))
        return self._there.get(digest)

    def forget(self, digest: str) -> None:
        """Drop a picture, so that it is sent for again."""
        self.source.forget(digest)
        self._there.pop(digest, None)

    def _arrive(self, digest: str, ladder: Ladder | None) -> None:
        self._asked.discard(digest)
        self._there[digest] = ladder
        for act in self._acts:
            act()
