# SPDX-License-Identifier: Apache-2.0
"""The gallery (图库): pictures from outside become materials, and materials become smaller ones (图像优化).

A material never changes: its digest is its name, so an optimised picture is a new material. Opening pictures is the
reader's matter, which pictures a card may hold the rule pack's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.materials import (
    MaterialFiles,
    MaterialRecord,
    MaterialStore,
    PictureData,
    Pictures,
)
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.materials import MaterialRow, UploadOutcome
from koodesk.domain.crop import Crop
from koodesk.domain.material_rules import PLATFORM_BYTES, SOURCE_LIMIT, oversize, shown_name
from koodesk.domain.problem import Refused, problem


class Materials:
    """The gallery of a workspace."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: MaterialStore,
        files: MaterialFiles,
        pictures: Pictures,
        clock: Clock,
    ) -> None:
        self.access: Final = access
        self._work = work
        self._store = store
        self._files = files
        self._pictures = pictures
        self._clock = clock

    @needs("kooMessage:devMaterial:list")
    def list(self, text: str = "") -> tuple[MaterialRow, ...]:
        """Return the materials whose name contains a text, newest first."""
        with self._work.read() as connection:
            return tuple(self._row(record) for record in self._store.list(connection, text.strip()))

    @needs("kooMessage:devMaterial:list")
    def get(self, digest: str) -> MaterialRow:
        """Return one material. Raises Refused("material.unknown")."""
        return self._row(self._record(digest))

    @needs("kooMessage:devMaterial:list")
    def path(self, digest: str) -> Path:
        """Return where a material's file lies. Raises Refused("material.unknown")."""
        return self._row(self._record(digest)).path

    @needs("kooMessage:devMaterial:create")
    def add_files(
        self, paths: Sequence[Path], progress: Report = silent, cancel: Cancel = never
    ) -> tuple[UploadOutcome, ...]:
        """Import pictures, each for itself: a bad one has its problems and never stops the others.

        After a cancel the files not looked at yet say reader.cancelled.
        """
        outcomes = []
        for done, path in enumerate(paths):
            progress(Progress("upload", done, len(paths)))
            name = shown_name(path.name)
            try:
                row = self._add(name, self._pictures.read(path, cancel))
                outcomes.append(UploadOutcome(name, row))
            except Refused as refusal:
                outcomes.append(UploadOutcome(name, None, refusal.problems))
        progress(Progress("upload", len(paths), len(paths)))
        return tuple(outcomes)

    @needs("kooMessage:devMaterial:create")
    def add_bytes(self, name: str, data: bytes) -> MaterialRow:
        """Import a picture that came without a file (pasted, or out of a card file). Raises Refused("picture.*")."""
        if len(data) > SOURCE_LIMIT:
            raise Refused(problem("picture.file_too_large", limit=SOURCE_LIMIT, actual=len(data)))
        with tempfile.TemporaryDirectory(prefix="koodesk-") as folder:
            path = Path(folder) / "pasted"
            path.write_bytes(data)
            return self._add(shown_name(name), self._pictures.read(path, never))

    @needs("kooMessage:devMaterial:create")
    def optimise(
        self,
        digest: str,
        max_bytes: int = PLATFORM_BYTES,
        crop: Crop | None = None,
        size: tuple[int, int] | None = None,
        cancel: Cancel = never,
    ) -> MaterialRow:
        """图像优化: make a new material of at most `max_bytes`, cut to `crop` and scaled to `size` where given.

        The original stays. Raises Refused: material.unknown, picture.crop_outside, picture.cannot_fit.
        """
        old = self._record(digest)
        path = self._files.path(old.digest, old.media_type)
        return self._add(old.name, self._pictures.optimise(path, max_bytes, crop, size, cancel))

    @needs("kooMessage:devMaterial:delete")
    def delete(self, digest: str) -> None:
        """Remove a material. Raises Refused("material.in_use") while any revision of a card shows it."""
        record = self._record(digest)
        with self._work.write() as connection:
            # Asked in the very write that removes it, so that no card can be saved with it in between.
            users = self._work.cards.names_using(connection, digest)
            if users:
                raise Refused(
                    problem("material.in_use", name=record.name, cards="、".join(users[:5]), count=len(users))
                )
            self._store.remove(connection, digest)
        self._files.remove(record.digest, record.media_type)

    def _record(self, digest: str) -> MaterialRecord:
        with self._work.read() as connection:
            record = self._store.get(connection, digest)
        if record is None:
            raise Refused(problem("material.unknown"))
        return record

    def _add(self, name: str, picture: PictureData) -> MaterialRow:
        digest = self._files.put(picture.data, picture.media_type, picture.thumbnail)
        record = MaterialRecord(
            digest=digest,
            name=name,
            media_type=picture.media_type,
            width=picture.width,
            height=picture.height,
            size=len(picture.data),
            created_ms=self._clock.now_ms(),
        )
        with self._work.write() as connection:
            added = self._store.add(connection, record)
            stored = self._store.get(connection, digest)
        assert stored is not None
        return self._row(stored, existed=not added)

    def _row(self, record: MaterialRecord, *, existed: bool = False) -> MaterialRow:
        return MaterialRow(
            digest=record.digest,
            name=record.name,
            media_type=record.media_type,
            width=record.width,
            height=record.height,
            size=record.size,
            created_ms=record.created_ms,
            path=self._files.path(record.digest, record.media_type),
            thumbnail=self._files.thumbnail(record.digest),
            oversize=oversize(record.size),
            existed=existed,
        )
