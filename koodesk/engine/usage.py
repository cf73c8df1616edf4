# SPDX-License-Identifier: Apache-2.0
"""What the messages of a batch are charged for, hour by hour, from the plan of their receipts.

A part of an SMS counts when the SMS arrives, a resolve when the card is shown, a video SMS when it arrives: each once,
however often its receipt is told, in the hour in which it happens. What fails is not charged (facts 1.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from koodesk.domain.billing.items import RESOLVE_OF, Item, send_item
from koodesk.domain.billing.settle import HOUR_MS
from koodesk.engine.delivery import (
    DUE_SHIFT,
    EVENT_BITS,
    EVENTS,
    INDEX_BITS,
    INDEX_SHIFT,
    LAG_BITS,
    LAG_SHIFT,
    LAG_STEP_MS,
    SHORTCHAIN,
    SMS,
    VIDEO,
    from_bytes,
)

_EVENT_MASK: Final = (1 << EVENT_BITS) - 1
_INDEX_MASK: Final = (1 << INDEX_BITS) - 1
_LAG_MASK: Final = (1 << LAG_BITS) - 1
_ARRIVED: Final = frozenset(n for n, e in enumerate(EVENTS) if e.kind == SMS and e.status == "0")
_RESOLVED: Final = frozenset(n for n, e in enumerate(EVENTS) if e.kind == SHORTCHAIN and e.status == "0")
_WHAT: Final = tuple(0 if n in _ARRIVED else 1 if n in _RESOLVED else -1 for n in range(1 << EVENT_BITS))
"""By event: 0 the message arrived, 1 its card was shown, -1 nothing that is charged."""


def usage(
    entries: Sequence[int], at_ms: int, ways: Sequence[int], parts: Sequence[int], *, promotion: bool
) -> dict[tuple[int, Item], int]:
    """Return (hour, item) -> quantity. `ways` and `parts` are by the message's place in the batch."""
    send = send_item(promotion=promotion)
    resolve = RESOLVE_OF[send]
    hours: dict[int, list[int]] = {}
    told_of = bytearray(len(ways)), bytearray(len(ways))
    what, video = _WHAT, VIDEO
    # Tight on purpose: it runs for every receipt of every batch while its sender waits.
    for entry in entries:
        kind = what[entry & _EVENT_MASK]
        if kind < 0:
            continue
        index = entry >> INDEX_SHIFT & _INDEX_MASK
        told = told_of[kind]
        if told[index]:
            continue
        told[index] = 1
        hour = (at_ms + (entry >> DUE_SHIFT) - (entry >> LAG_SHIFT & _LAG_MASK) * LAG_STEP_MS) // HOUR_MS
        sums = hours.get(hour)
        if sums is None:
            sums = hours[hour] = [0, 0, 0]
        if kind:
            sums[1] += 1
        elif ways[index] == video:
            sums[2] += 1
        else:
            sums[0] += parts[index]
    return {
        (hour * HOUR_MS, item): quantity
        for hour, sums in hours.items()
        for item, quantity in zip((send, resolve, Item.VIDEO), sums, strict=True)
        if quantity
    }


def planned_resolve(connection: Any, batch_id: int, index: int) -> bool:
    """Tell whether the plan of a batch shows the card of one of its messages, told already or still to come."""
    row = connection.execute("SELECT entries FROM batch_plan WHERE batch_id = ?", (batch_id,)).fetchone()
    return row is not None and any(
        entry & _EVENT_MASK in _RESOLVED and entry >> INDEX_SHIFT & _INDEX_MASK == index
        for entry in from_bytes(row[0])
    )


def keep(connection: Any, batch_id: int, used: dict[tuple[int, Item], int]) -> None:
    """Keep what a new batch will be charged for."""
    connection.executemany(
        "INSERT INTO batch_usage (hour_ms, batch_id, item, quantity) VALUES (?, ?, ?, ?)",
        [(hour, batch_id, item.value, quantity) for (hour, item), quantity in used.items()],
    )
