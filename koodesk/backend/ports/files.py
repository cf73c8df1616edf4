# SPDX-License-Identifier: Apache-2.0
"""Files of clearing: papers the user hands in, and sample letters she takes away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from koodesk.domain.papers import Paper, PaperRule


class PaperFiles(Protocol):
    """Papers stored by content digest, written whole or not at all."""

    def put(self, rule: PaperRule, where: str, path: Path) -> Paper:
        """Check a file by name, size and first bytes, and store a copy. Raises Refused("paper.*")."""
        ...

    def path(self, digest: str) -> Path:
        """Return where a paper lies."""
        ...


class Letters(Protocol):
    """Sample letters (承诺函、授权函) to fill in and sign."""

    def write(self, paper: str, path: Path, signatures: Sequence[str] = ()) -> None:
        """Write the sample letter of a paper as .docx, with the names of signatures where it has room for them. Raises Refused("letter.none" or "file.not_written")."""
        ...
