# SPDX-License-Identifier: Apache-2.0
"""Receipts that a fault script holds back or tells once more, each by itself, until the engine's clock says that they come.

They are kept in memory: what an engine that is stopped has held back never comes. A receipt's id is its first field. Whose they are
is "" for the feed, which everybody reads by a cursor, else the address they are pushed to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

FEED: Final = ""
_TELL: Final = 2
"""How often the feed tells what was held back: nobody says that an answer arrived, and told twice it is one receipt."""


@dataclass(slots=True)
class _Held:
    due_ms: int
    item: Sequence[Any]
    hidden: bool
    told: int = 0


class Late:
    """What is held back, by whose it is."""

    def __init__(self) -> None:
        self._held: dict[str, dict[Any, _Held]] = {}
        self._known: set[tuple[str, Any]] = set()
        self._listed: dict[str, int] = {}

    def holds(self, whose: str) -> bool:
        """Tell whether anything waits to be told."""
        return bool(self._held.get(whose))

    def hold(
        self,
        whose: str,
        items: Sequence[Sequence[Any]],
        takes: Callable[[str], bool],
        due_ms: int,
        *,
        hidden: bool,
    ) -> None:
        """Hold those of `items` that a fault takes until `due_ms`: `hidden` ones do not come before. Each is held once."""
        held = self._held.setdefault(whose, {})
        for item in items:
            name = (whose, item[0])
            if name not in self._known and takes(str(item[0])):
                self._known.add(name)
                held[item[0]] = _Held(due_ms, item, hidden)

    def told(self, whose: str, items: Sequence[Sequence[Any]], now_ms: int) -> list[Sequence[Any]]:
        """Return what is told now of `items`: without those that are held back, and with what is due."""
        held = self._held.get(whose, {})
        found = [one for one in items if not (one[0] in held and held[one[0]].hidden)]
        for one in held.values():
            if one.due_ms <= now_ms:
                one.told += 1
                found.append(one.item)
        if whose == FEED:
            self._forget(whose, _TELL)
        return found

    def until_ms(self, name: str, due_ms: int) -> int:
        """Return until when what a list says of somebody is held back: `due_ms` where it is asked for the first time."""
        return self._listed.setdefault(name, due_ms)

    def taken(self, whose: str) -> None:
        """Forget what was told to an address: it has taken it."""
        self._forget(whose, 1)

    def _forget(self, whose: str, times: int) -> None:
        held = self._held.get(whose, {})
        for name in [name for name, one in held.items() if one.told >= times]:
            del held[name]
