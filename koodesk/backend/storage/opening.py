# SPDX-License-Identifier: Apache-2.0
"""Which database a workspace has: the file in its folder, or the one of a team that `KOODESK_DATABASE_URL` names."""

from __future__ import annotations

import os
from typing import Final

from koodesk.backend.storage.database import Database
from koodesk.backend.storage.sqlite_file import CACHE_KB
from koodesk.backend.workspace import Workspace

VARIABLE: Final = "KOODESK_DATABASE_URL"
"""Processes that a process starts find it too. It is read nowhere else, and shown nowhere: it may hold a password."""


def open_database(workspace: Workspace, cache_kb: int = CACHE_KB, url: str | None = None) -> Database:
    """Open a workspace's database; with a `url` of "" the file, whatever is named. Raises Refused (storage.url, storage.no_driver)."""
    return Database(workspace.database, cache_kb, url=os.environ.get(VARIABLE, "") if url is None else url)


def is_a_teams() -> bool:
    """Tell whether the workspace is a team's."""
    return bool(os.environ.get(VARIABLE))
