# SPDX-License-Identifier: Apache-2.0
"""Opening the database a workspace has (`backend.database_address`)."""

from __future__ import annotations

from koodesk.backend.database_address import DatabaseAddress, address_of
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.secrets import SystemSecrets
from koodesk.backend.storage.sqlite_file import CACHE_KB
from koodesk.backend.workspace import Workspace


def open_database(
    workspace: Workspace, cache_kb: int = CACHE_KB, url: str | None = None, *, plain: bool = False
) -> Database:
    """Open a workspace's database; with a `url` of "" the file, whatever is named; `plain` as `Database` has it. Raises Refused (storage.url, storage.no_driver)."""
    url = address(workspace).url if url is None else url
    return Database(workspace.database, cache_kb, url=url, plain=plain)


def secrets_of(workspace: Workspace) -> SystemSecrets:
    """Return where a workspace's secrets are kept."""
    return SystemSecrets(str(workspace.root.resolve()))


def address(workspace: Workspace) -> DatabaseAddress:
    """Return the address of a workspace's database, with its password: for opening it, never for showing."""
    return address_of(workspace.root, secrets_of(workspace))
