# SPDX-License-Identifier: Apache-2.0
"""The pictures of tiles: drawn one after the other on a thread, kept up to a bound, and not drawn while somebody scrolls.

Drawing a card holds the interpreter for milliseconds at a time, so that it would be seen as a jerk; a list that rests for
a moment gets its pictures, those in sight first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from koodesk.domain.problem import Problem

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.ui.bridge import Bridge

KEPT_BYTES: Final = 72 * 1_048_576
"""Memory for pictures: some 300 tiles on a plain screen, 75 on one of twice the density."""
REST_MS: Final = 120


class Pictured(Protocol):
    """What can have a picture."""

    @property
    def picture(self) -> str: ...


Draw = Callable[["Service", Any, float], QImage | None]
"""Draws one tile's picture for a screen of a density, None when it cannot be drawn. Runs on a thread."""


class TilePictures(QObject):
    """Pictures by identity. `arrived` names each that has come."""

    arrived = Signal(str)

    def __init__(self, bridge: Bridge, draw: Draw, parent: QObject, kept: int = KEPT_BYTES) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._draw = draw
        self._limit = kept
        self._there: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._size = 0
        self._queue: list[Any] = []
        self._density = 1.0
        self._busy = False
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(REST_MS)
        self._resting.timeout.connect(self._next)

    @property
    def size(self) -> int:
        """Return the bytes of the pictures kept."""
        return self._size

    def get(self, picture: str) -> QPixmap | None:
        """Return a picture that is there."""
        found = self._there.get(picture)
        if found is not None:
            self._there.move_to_end(picture)
        return found

    def want(self, tiles: Sequence[Pictured], density: float) -> None:
        """Draw these from now on, in this order, and no others; as many as are kept at once."""
        if density != self._density:
            self._density = density
            self._there.clear()
            self._size = 0
        self._queue = [tile for tile in tiles if tile.picture not in self._there]
        self._next()

    def rest(self) -> None:
        """Begin no picture for a moment: the list is moving."""
        self._resting.start()

    def _next(self) -> None:
        if self._busy or self._resting.isActive() or not self._queue:
            return
        tile, density = self._queue.pop(0), self._density
        self._busy = True

        def there(image: QImage | None) -> None:
            self._busy = False
            if density == self._density:
                self._keep(tile.picture, image)
            self._next()

        def failed(_problems: tuple[Problem, ...]) -> None:
            there(None)  # its place stays empty: opening the card says what is wrong

        self._bridge.call(self, lambda service, _task: self._draw(service, tile, density), there, failed)

    def _keep(self, picture: str, image: QImage | None) -> None:
        self._there[picture] = None if image is None or image.isNull() else QPixmap.fromImage(image)
        self._size += _bytes(self._there[picture])
        while self._size > self._limit and len(self._there) > 1:
            _, gone = self._there.popitem(last=False)
            self._size -= _bytes(gone)
        self.arrived.emit(picture)


def _bytes(picture: QPixmap | None) -> int:
    return 0 if picture is None else picture.width() * picture.height() * 4
