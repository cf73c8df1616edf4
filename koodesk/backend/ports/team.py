# SPDX-License-Identifier: Apache-2.0
"""The database of a workspace as its service needs it: where it is, and whether another could take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DatabasePlace:
    """Where a workspace's database is: `address` without its password ("" for a file), `source` as in `DatabaseAddress`."""

    address: str
    source: str
    file: str


@dataclass(frozen=True, slots=True)
class Target:
    """A database that could take the workspace: what it is called, the server's version, and how much would be moved."""

    place: str
    version: str
    tables: int
    rows: int


class Databases(Protocol):
    """Where it is, and looking at another."""

    def place(self) -> DatabasePlace:
        """Return where the workspace's database is."""

    def look(self, url: str) -> Target:
        """Look whether a database is there and empty. Raises Refused: storage.*, move.*."""
