# SPDX-License-Identifier: Apache-2.0
"""What searching needs from storage: an index of every record's names that keeps up by itself, and numbers by the ledger."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from koodesk.domain.search import FoundKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as it is found: `ref` is its id among its kind, `name` and `note` what is shown of it."""

    kind: FoundKind
    ref: str
    name: str
    note: str = ""


class SearchStore(Protocol):
    """The index. Writes of records queue what has to be looked at again; `catch_up` looks at it."""

    def catch_up(self, most: int) -> int:
        """Take up to `most` changes into the index; return how many still wait. One short write, none without changes."""
        ...

    def find(self, kind: FoundKind, asked: str, name: str, limit: int) -> tuple[Entry, ...]:
        """Return records of a kind: those whose folded name begins with `name` first, then those the index finds for `asked`."""
        ...

    def numbers(self, number: int, kinds: Collection[str], limit: int) -> tuple[Entry, ...]:
        """Return the send tasks of some kinds ("smart", "video") that a number is in: `ref` is "task/number", `name` the masked number, `note` the task's name."""
        ...

    def tails(self, tail: int, kinds: Collection[str], tasks: int, limit: int) -> tuple[Entry, ...]:
        """Return recipients of the newest tasks of some kinds whose number ends with four digits. Looks at a bounded number of rows."""
        ...
