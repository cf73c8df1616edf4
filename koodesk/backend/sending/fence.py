# SPDX-License-Identifier: Apache-2.0
"""Telling a restored backup or a copied workspace from the workspace the last worker left.

Beside the database lies a small file with a generation that every worker raises, in the database and then in the file.
A database with a smaller number than its file is an older copy: chunks it calls planned may have been sent. A database
that remembers another place was copied. One that remembers a worker, and beside which no mark is left, was brought back
to where it had been lost; and one that is older than what this machine remembers apart from it was brought back whole.
With a gateway that keeps keys none of this matters: keys and payloads are derived from the campaign, so a repeat gets the
first answer. With any other gateway the running campaigns ask a person (docs/decisions/0031-restored-workspace.md), and the
generation also rises with every commit that lets calls leave: a copy may be taken while a worker sends (0068).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koodesk.backend.ports.sending import Dispatching, Job, Settlement
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

    def enter(self, ledger: Dispatching, reached: int = 0) -> bool:
        """Raise the generation; return whether database, marks and place belong together. `reached` is how far whoever enters knows
        the ledger to have been.

        Raises Refused (storage.not_writable): a worker that leaves no mark must not send. The one apart is left where it can be.
        """
        place = place_of(self.path.parent)
        workspace, generation, agrees = ledger.fence(max(reached, self._seen(place)), place)
        self.leave(workspace, generation)
        return agrees

    def leave(self, workspace: str, generation: int) -> None:
        """Leave the marks. Raises Refused (storage.not_writable); the one apart is left where it can be."""
        told = {"workspace": workspace, "generation": generation}
        try:
            write_mark(self.path, told)
        except OSError as failure:
            raise Refused(problem("storage.not_writable", file=self.path.name)) from failure
        if self.apart is not None:
            with suppress(OSError):
                self.apart.mkdir(parents=True, exist_ok=True)
                write_mark(self._mark_apart(self.apart, workspace, place_of(self.path.parent)), told)

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


class MarkedTurns:
    """The turns of one worker at a gateway without keys. What is intended raises the generation in its commit, and the marks are
    left after it and before the first byte: a database older than a call that left has a mark that is further. One that is newer
    than its mark agrees, and of what it intended nothing has left.
    """

    def __init__(self, ledger: Dispatching, fence: Fence) -> None:
        self._ledger = ledger
        self._fence = fence
        self._reached: int | None = None

    def turn(
        self, settled: Sequence[Settlement], claims: Sequence[Job], now_ms: int, owner: str
    ) -> frozenset[int]:
        """Do as `Dispatching.turn`. Raises Refused (worker.older) once it has asked a person, storage.not_writable."""
        if self._reached is None:
            self._reached = self._ledger.standing()[1]
        try:
            claimed = self._ledger.turn(settled, claims, now_ms, owner, self._reached)
        except Refused as refusal:
            if any(problem.code == "worker.older" for problem in refusal.problems):
                self._fence.enter(self._ledger, self._reached)
                self._reached = None
            raise
        if claimed:
            workspace, self._reached = self._ledger.standing()
            self._fence.leave(workspace, self._reached)
        return claimed


def _generation(mark: Mapping[str, object]) -> int:
    told = mark.get("generation")
    return told if isinstance(told, int) and told > 0 else UNREADABLE
