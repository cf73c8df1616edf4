# SPDX-License-Identifier: Apache-2.0
"""Telling a restored backup or a copied workspace from the workspace the last worker left.

Beside the database lies a small file with a generation that every worker raises, in the database and then in the file.
A database with a smaller number than its file is an older copy: chunks it calls planned may have been sent. A database
that remembers another place was copied. One that remembers a worker, and beside which no mark is left, was brought back
to where it had been lost; and one that is older than what this machine remembers apart from it was brought back whole.
With a gateway that keeps keys none of this matters: keys and payloads are derived from the campaign, so a repeat gets the
first answer. With any other gateway the running campaigns ask a person (docs/decisions/0031-restored-workspace.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koodesk.backend.ports.sending import Dispatching
from koodesk.backend.workspace_marks import place_of, read_mark, write_mark
from koodesk.domain.problem import Refused, problem

UNREADABLE: Final = -1
"""What is seen of a mark that is there and says nothing."""


@dataclass(frozen=True, slots=True)
class Fence:
    """The mark of a workspace, and with `apart` the same in a folder apart from it: one that is brought back whole, its own mark
    included, is older than that."""

    path: Path
    apart: Path | None = None

    def enter(self, ledger: Dispatching) -> bool:
        """Raise the generation; return whether database, marks and place belong together.

        Raises Refused (storage.not_writable): a worker that leaves no mark must not send. The one apart is left where it can be.
        """
        place = place_of(self.path.parent)
        workspace, generation, agrees = ledger.fence(self._seen(place), place)
        told = {"workspace": workspace, "generation": generation}
        try:
            write_mark(self.path, told)
        except OSError as failure:
            raise Refused(problem("storage.not_writable", file=self.path.name)) from failure
        if self.apart is not None:
            with suppress(OSError):
                self.apart.mkdir(parents=True, exist_ok=True)
                write_mark(self._mark_apart(self.apart, workspace, place), told)
        return agrees

    def _seen(self, place: str) -> int:
        """Return the greatest generation a mark tells of, 0 where there is none, `UNREADABLE` where it says nothing."""
        beside = read_mark(self.path)
        if beside is None:
            return 0
        seen = _generation(beside)
        if seen > 0 and self.apart is not None:
            apart = read_mark(self._mark_apart(self.apart, str(beside.get("workspace", "")), place))
            seen = max(seen, _generation(apart or {}))
        return seen

    @staticmethod
    def _mark_apart(folder: Path, workspace: str, place: str) -> Path:
        """Each copy of a workspace has a place of its own, and a mark."""
        name = hashlib.sha256(f"{workspace}\n{place}".encode()).hexdigest()[:32]
        return folder / f"{name}.json"


def _generation(mark: Mapping[str, object]) -> int:
    told = mark.get("generation")
    return told if isinstance(told, int) and told > 0 else UNREADABLE
