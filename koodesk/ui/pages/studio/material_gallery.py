# SPDX-License-Identifier: Apache-2.0
"""The workspace's materials as the editor's gallery: every call goes through the bridge and answers on this thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk.domain.crop import Crop
from koodesk.domain.problem import Problem
from koodesk.domain.template import MaterialRef
from koodesk.editor.gallery import FILE, Added, Failed, GalleryItem

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.ui.page import Page


class MaterialGallery:
    """Answers `editor.gallery.Gallery`. Calls belong to the page: when it is gone, nothing follows."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def find(self, text: str, then: Added, failed: Failed) -> None:
        """Look for materials by name, newest first."""
        self._page.run(
            lambda service: service.materials.list(text),
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

        self._page.run(lambda service: service.materials.add_files(paths), sort, failed)

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


def _item(row: Any) -> GalleryItem:
    return GalleryItem(MaterialRef(row.digest, row.width, row.height, row.size, row.media_type), row.name)
