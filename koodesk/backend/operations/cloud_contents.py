# SPDX-License-Identifier: Apache-2.0
"""The bytes of what is handed in to the real platform (`ports.cloud.CloudContents`): materials, cropped pictures, papers.

No right is asked for here: whoever hands a record in hands in what it shows.
"""

from __future__ import annotations

from pathlib import Path

from koodesk.backend.ports.files import PaperFiles
from koodesk.backend.ports.materials import MaterialFiles, MaterialRecord, MaterialStore, Pictures
from koodesk.backend.ports.progress import never
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain.crop import Crop
from koodesk.domain.problem import Refused, problem
from koodesk.domain.service_account.values import HomePage, Menu, RecordKind


class DeskContents:
    """Reads the folders of one workspace."""

    def __init__(
        self,
        work: UnitOfWork,
        store: MaterialStore,
        files: MaterialFiles,
        pictures: Pictures,
        papers: PaperFiles,
    ) -> None:
        self._work = work
        self._store = store
        self._files = files
        self._pictures = pictures
        self._papers = papers

    def picture(self, digest: str, crop: Crop | None, most_bytes: int) -> tuple[bytes, str]:
        """Return a picture cut to its crop, of at most so many bytes, and its media type."""
        record = self._record(digest)
        path = self._files.path(digest, record.media_type)
        if crop is None and record.size <= most_bytes:
            return _read(path), record.media_type
        made = self._pictures.optimise(path, most_bytes, crop, None, never)
        return made.data, made.media_type

    def material(self, digest: str) -> bytes:
        """Return a material as it is."""
        return _read(self._files.path(digest, self._record(digest).media_type))

    def paper(self, digest: str) -> bytes:
        """Return a paper as it is."""
        return self._papers.path(digest).read_bytes()

    def account_parts(self, account: str) -> tuple[Menu, HomePage] | None:
        """Return the menu and home page that are handed in with a service account, None where one of them is not."""
        with self._work.read() as connection:
            menu = self._work.accounts.of_account(connection, int(account), RecordKind.MENU)
            home = self._work.accounts.of_account(connection, int(account), RecordKind.HOME)
        if menu is None or home is None:
            return None
        if isinstance(menu.pending, Menu) and isinstance(home.pending, HomePage):
            return menu.pending, home.pending
        return None

    def _record(self, digest: str) -> MaterialRecord:
        with self._work.read() as connection:
            record = self._store.get(connection, digest)
        if record is None:
            raise Refused(problem("material.unknown"))
        return record


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        raise Refused(problem("material.unknown")) from failure
