# SPDX-License-Identifier: Apache-2.0
"""Three senders as people write them, each wrong in one way, and the small gateway they meet. For the checker only.

A `Killed` is a kill -9: whatever the sender has not stored is gone, and it is run again from what it stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

CHUNK = 10


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Wire:
    """A gateway without keys whose list shows a call only `delay` ticks later; `accepted` is its own record."""

    delay: int = 5
    now: int = 0
    time_out_at: int = -1
    calls: int = 0
    accepted: list[int] = field(default_factory=list)
    listed: dict[str, int] = field(default_factory=dict)

    def send(self, name: str, numbers: list[int]) -> None:
        """Accept; raise TimeoutError on the call that is to time out, after accepting."""
        self.calls += 1
        self.accepted.extend(numbers)
        self.listed[name] = self.now + self.delay
        if self.calls == self.time_out_at:
            raise TimeoutError

    def is_listed(self, name: str) -> bool:
        """Tell whether the list shows a call by now."""
        return name in self.listed and self.listed[name] <= self.now


@dataclass
class Store:
    """What survives a kill."""

    cursor: int = 0
    done: set[int] = field(default_factory=set)


Sender = Callable[[list[int], Wire, Store, Callable[[str], None]], None]


def checkpoint_when_fetched(
    everybody: list[int], wire: Wire, store: Store, at: Callable[[str], None]
) -> None:
    """Moves its checkpoint when it fetches a batch: a kill between fetching and sending loses the batch."""
    while store.cursor < len(everybody):
        batch = everybody[store.cursor : store.cursor + CHUNK]
        store.cursor += CHUNK
        at("fetched")
        wire.send(f"c{store.cursor}", batch)
        store.done.update(batch)
        at("sent")


def mark_after_send(everybody: list[int], wire: Wire, store: Store, at: Callable[[str], None]) -> None:
    """Marks after sending, without a key: a kill between sending and marking sends the batch again."""
    while store.cursor < len(everybody):
        batch = everybody[store.cursor : store.cursor + CHUNK]
        at("fetched")
        wire.send(f"c{store.cursor}", batch)
        at("sent")
        store.cursor += CHUNK
        store.done.update(batch)


def look_up_too_soon(everybody: list[int], wire: Wire, store: Store, at: Callable[[str], None]) -> None:
    """After a timeout asks the list at once, believes "not found", and sends again."""
    while store.cursor < len(everybody):
        batch = everybody[store.cursor : store.cursor + CHUNK]
        name = f"c{store.cursor}"
        at("fetched")
        try:
            wire.send(name, batch)
        except TimeoutError:
            wire.now += 1
            if not wire.is_listed(name):
                wire.send(name, batch)
        store.cursor += CHUNK
        store.done.update(batch)
        at("sent")
