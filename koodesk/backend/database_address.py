# SPDX-License-Identifier: Apache-2.0
"""Which database a workspace has: its file, or a team's, by its address.

`KOODESK_DATABASE_URL` wins. Else it is what the workspace's own note says, `database.json`, which holds no password: that is
in the system's key store, where there is one, and what libpq knows by itself (.pgpass, PGPASSWORD) is asked after it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from koodesk.backend.workspace_marks import read_mark, write_mark

if TYPE_CHECKING:
    from koodesk.backend.ports.identity import Secrets

VARIABLE: Final = "KOODESK_DATABASE_URL"
"""Processes that a process starts find it too. It is read nowhere else, and shown nowhere: it may hold a password."""
NOTE: Final = "database.json"
SECRET: Final = "database_password"  # noqa: S105 - the name it is kept under
LIBPQ_PASSWORD: Final = "PGPASSWORD"  # noqa: S105 - the variable libpq reads


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """An address: `url` with its password, where one is known, and where it comes from: "" (a file), "variable", "settings"."""

    url: str = ""
    source: str = ""

    @property
    def shown(self) -> str:
        """The address as anybody may see it."""
        return without_password(self.url)[0]


def address_of(root: Path, secrets: Secrets) -> DatabaseAddress:
    """Return the address of the database of a workspace's folder."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return DatabaseAddress(named, "variable")
    kept = str((read_mark(root / NOTE) or {}).get("url", ""))
    if not kept:
        return DatabaseAddress()
    return DatabaseAddress(with_password(kept, secrets.find(SECRET) or ""), "settings")


def is_a_teams(root: Path) -> bool:
    """Tell whether the workspace of a folder is a team's."""
    return bool(os.environ.get(VARIABLE)) or bool((read_mark(root / NOTE) or {}).get("url"))


def keep_address(root: Path, url: str, secrets: Secrets) -> None:
    """Let a workspace be a team's from now on: its address in a note, its password in the key store.

    Where there is no key store the password is known to this process and to those it starts, until they end.
    """
    shown, password = without_password(url)
    if password and secrets.keep(SECRET, password) != "keystore":
        os.environ[LIBPQ_PASSWORD] = password
    write_mark(root / NOTE, {"url": shown})


def without_password(url: str) -> tuple[str, str]:
    """Split an address into what anybody may see and its password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host)), unquote(password)


def with_password(url: str, password: str) -> str:
    """Put a password into an address that has none; an empty one is none."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if not password or not user or ":" in user:
        return url
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}{at}{host}"))
