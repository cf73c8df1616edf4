# SPDX-License-Identifier: Apache-2.0
"""What the messages of a batch are charged for, hour by hour, from the plan of their receipts.

A part of an SMS counts when the SMS arrives, a resolve when the card is shown, a video SMS when it arrives: each once,
however often its receipt is told, in the hour in which it happens. What fails is not charged (facts 1.1).
"""

from __future__ import annotations

from collections import defaultdict
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
_CHARGED: Final = _ARRIVED | _RESOLVED


def usage(
    entries: Sequence[int], at_ms: int, ways: Sequence[int], parts: Sequence[int], *, promotion: bool
) -> dict[tuple[int, Item], int]:
    """Return (hour, item) -> quantity. `ways` and `parts` are by the message's place in the batch."""
    found: dict[tuple[int, Item], int] = defaultdict(int)
    send = send_item(promotion=promotion)
    resolve = RESOLVE_OF[send]
    seen: set[int] = set()
    for entry in entries:
        event = entry & _EVENT_MASK
        if event not in _CHARGED:
            continue
        index = entry >> INDEX_SHIFT & _INDEX_MASK
        once = index << 1 | (event in _RESOLVED)
        if once in seen:
            continue
        seen.add(once)
        told = at_ms + (entry >> DUE_SHIFT) - (entry >> LAG_SHIFT & _LAG_MASK) * LAG_STEP_MS
        hour = told - told % HOUR_MS
        if once & 1:
            found[hour, resolve] += 1
        elif ways[index] == VIDEO:
            found[hour, Item.VIDEO] += 1
        else:
            found[hour, send] += parts[index]
    return found


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
