# SPDX-License-Identifier: Apache-2.0
"""A workspace: the one folder that holds everything of a user's work, and the name of each thing in it.

Only names live here, and where the folder is once a workspace was moved (`workspace_marks`). Whoever owns a file creates it;
nothing else in Koodesk joins paths of a workspace by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from koodesk.backend.workspace_marks import DATABASE, GENERATION, in_use


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths of a workspace at `root`, or where it was moved from there. Raises Refused: workspace.moved_away, .half_moved."""

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", in_use(self.root))

    @property
    def database(self) -> Path:
        """The desk's database."""
        return self.root / DATABASE

    @property
    def materials(self) -> Path:
        """Pictures and videos, stored by content digest."""
        return self.root / "materials"

    @property
    def papers(self) -> Path:
        """Papers of filings and signatures, stored by content digest."""
        return self.root / "papers"

    @property
    def recovery(self) -> Path:
        """Unsaved edits, offered again after a crash."""
        return self.root / "recovery"

    @property
    def exports(self) -> Path:
        """Where exports go when the user names no other place."""
        return self.root / "exports"

    @property
    def backups(self) -> Path:
        """Where backups go when the user names no other place, and the databases of before a migration."""
        return self.root / "backups"

    @property
    def engine(self) -> Path:
        """The local engine's own folder: its database, its endpoint file and its log. The desk never reads the
        database in it."""
        return self.root / "engine"

    @property
    def engine_endpoint(self) -> Path:
        """Where the running engine says its address, pid and session key; readable by the user alone."""
        return self.engine / "endpoint.json"

    @property
    def worker_lock(self) -> Path:
        """Held (OS file lock) by the one process that dispatches campaigns of this workspace."""
        return self.root / "worker.lock"

    @property
    def generation(self) -> Path:
        """What every worker raises, so that an older copy is told from the workspace (`sending.fence`)."""
        return self.root / GENERATION

    @property
    def settings(self) -> Path:
        """The user's settings of this workspace."""
        return self.root / "settings.json"

    def create(self) -> Workspace:
        """Make the folder and its parts where missing, for the user alone, and return the workspace."""
        for folder in (self.root, self.materials, self.papers, self.recovery, self.exports, self.engine):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self
