# SPDX-License-Identifier: Apache-2.0
"""Telling a restored backup or a copied workspace from the workspace the last worker left.

Beside the database lies a small file with a generation that every worker raises, in the database and then in the file.
A database with a smaller number than its file is an older copy: chunks it calls planned may have been sent. A database
that remembers another place was copied. One that remembers a worker, and beside which no mark is left, was brought back to where
it had been lost. With a gateway that keeps keys neither matters: keys and payloads are derived
from the campaign, so a repeat gets the first answer. With any other gateway the running campaigns ask a person
(docs/decisions/0031-restored-workspace.md).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koodesk.backend.ports.sending import Dispatching
from koodesk.backend.workspace_marks import place_of
from koodesk.domain.problem import Refused, problem

UNREADABLE: Final = -1
"""What is seen of a mark that is there and says nothing."""


@dataclass(frozen=True, slots=True)
class Fence:
    """The generation file of a workspace."""

    path: Path

    def enter(self, ledger: Dispatching) -> bool:
        """Raise the generation; return whether database, file and place belong together.

        Raises Refused (storage.not_writable): a worker that leaves no mark must not send.
        """
        workspace, generation, agrees = ledger.fence(self._seen(), place_of(self.path.parent))
        beside = self.path.with_suffix(".new")
        try:
            with beside.open("w", encoding="utf-8") as file:
                json.dump({"workspace": workspace, "generation": generation}, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except OSError as failure:
            raise Refused(problem("storage.not_writable", file=self.path.name)) from failure
        return agrees

    def _seen(self) -> int:
        try:
            seen = int(json.loads(self.path.read_text("utf-8"))["generation"])
        except FileNotFoundError:
            return 0
        except (OSError, ValueError, KeyError, TypeError):
            return UNREADABLE
        return seen if seen > 0 else UNREADABLE
