# SPDX-License-Identifier: Apache-2.0
"""Pictures as the operations see them (`ports.materials.Pictures`): opened in a child, taken over as plain bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from koodesk.backend.ports.materials import PictureData
from koodesk.backend.ports.progress import Cancel
from koodesk.backend.readers import frames
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.runner import run_reader
from koodesk.domain.crop import Crop
from koodesk.domain.problem import Refused, problem

PICTURE_LIMITS: Final = ReaderLimits(memory=1536 * 1_048_576, cpu_seconds=60, wall_seconds=60)


class ChildPictures:
    """The one implementation."""

    def __init__(self, limits: ReaderLimits = PICTURE_LIMITS) -> None:
        self._limits = limits

    def read(self, path: Path, cancel: Cancel) -> PictureData:
        """Read one picture from outside."""
        return self._run(path, {}, cancel)

    def optimise(
        self, path: Path, max_bytes: int, crop: Crop | None, size: tuple[int, int] | None, cancel: Cancel
    ) -> PictureData:
        """Cut, scale and lower the quality until it fits; see the port."""
        box = [crop.x, crop.y, crop.width, crop.height] if crop else None
        options = {"max_bytes": max_bytes, "crop": box, "size": list(size) if size else None}
        return self._run(path, options, cancel)

    def _run(self, path: Path, options: Mapping[str, Any], cancel: Cancel) -> PictureData:
        pieces: list[bytes] = []

        def got(kind: bytes, payload: bytes) -> None:
            if kind == frames.BYTES:
                pieces.append(payload)

        found = run_reader("picture", path, self._limits, got, cancel, options=options)
        if len(pieces) != 2:
            raise Refused(problem("reader.died", file=path.name, status="unreadable"))
        return PictureData(
            data=pieces[0],
            media_type=str(found["media_type"]),
            width=int(found["width"]),
            height=int(found["height"]),
            thumbnail=pieces[1],
            source_size=int(found["source_size"]),
            look=str(found.get("look", "")),
        )
