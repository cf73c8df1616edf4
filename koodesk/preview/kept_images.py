# SPDX-License-Identifier: Apache-2.0
"""Painted images kept by what they are drawn of, as many as there is memory for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from PySide6.QtGui import QImage


class KeptImages:
    """Images by key; those not asked for the longest go first. Safe from several threads at once."""

    def __init__(self, most_bytes: int) -> None:
        """Keep images of so many bytes in all, and one at least."""
        self._most: Final = most_bytes
        self._kept: Final[OrderedDict[Hashable, QImage]] = OrderedDict()
        self._size = 0
        self._lock: Final = threading.Lock()

    def find(self, key: Hashable) -> QImage | None:
        """Return the image kept under a key. It is the kept one itself: copy it before painting on it."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def keep(self, key: Hashable, image: QImage) -> None:
        """Keep an image, unless one is kept under the key already."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = image
                self._size += image.sizeInBytes()
            while self._size > self._most and len(self._kept) > 1:
                self._size -= self._kept.popitem(last=False)[1].sizeInBytes()
