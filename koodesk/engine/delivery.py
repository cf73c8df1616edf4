# SPDX-License-Identifier: Apache-2.0
"""What becomes of the messages of a batch: delivered or not, resolved, exposed, clicked, answered, silent, and when.

The whole fate of a batch is drawn once, when it is accepted, from a generator seeded with the engine's seed and the
batch's first message id, and kept as one sorted array of 8 bytes a receipt. Nothing is written per receipt afterwards:
`receipts` hands out slices of these arrays. The rates are `settings`; the shape of the delays is Koodesk's own
assumption, marked so here, because no source gives any.
"""

from __future__ import annotations

import math
import random
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from koodesk.engine.settings import EngineSettings

SMS, SHORTCHAIN, EXPOSED, CLICKED, REPLY = range(5)
KINDS: Final = ("sms", "shortchain", "exposed", "clicked", "reply")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a receipt can say: kind (index into KINDS), status and code.

    Status "0" is success and "1" a failure that `code` explains; of a click, `code` is what was tapped; of a reply,
    `status` is its text.
    """

    kind: int
    status: str
    code: str


EVENTS: Final = (
    Event(SMS, "0", "DELIVRD"),
    Event(SMS, "1", "M2:0045"),  # carrier black-list, the one detail code the facts sheet knows (4.6)
    Event(SMS, "1", "KD.SIM.SWITCHED_OFF"),  # Koodesk's own: no list of carrier codes was found
    Event(SMS, "1", "KD.SIM.UNASSIGNED"),
    Event(SHORTCHAIN, "0", ""),
    Event(EXPOSED, "0", ""),
    Event(CLICKED, "0", "button"),
    Event(CLICKED, "0", "image"),
    Event(REPLY, "R", ""),
    Event(
        SMS, "1", "KD.SIM.EXPIRED"
    ),  # a video SMS nobody could deliver within its hours; Koodesk's own code too
)
(
    _DELIVERED,
    _BLACK_LIST,
    _SWITCHED_OFF,
    _UNASSIGNED,
    _RESOLVED,
    _EXPOSED,
    _BUTTON,
    _IMAGE,
    _REPLIED,
    _EXPIRED,
) = range(len(EVENTS))
# Plans of batches that were accepted long ago name events by their place here: only ever add at the end.

TEXT, CARD, VIDEO = range(3)
"""How a message goes out: as text alone, as text whose link shows a card on its phone, or as a video SMS."""

# A plan entry: due (ms after acceptance) | lag (of the receipt behind its event) | index in the batch | event.
EVENT_BITS: Final = 4
INDEX_BITS: Final = 13
LAG_BITS: Final = 12
LAG_STEP_MS: Final = 16
INDEX_SHIFT: Final = EVENT_BITS
LAG_SHIFT: Final = INDEX_SHIFT + INDEX_BITS
DUE_SHIFT: Final = LAG_SHIFT + LAG_BITS
LARGEST_BATCH: Final = 5_000
"""Recipients a batch may have: the contract's limit, within INDEX_BITS."""

_QUANTILES: Final = 1024
_LONGEST_MS: Final = 72 * 3_600_000


def _spread(median: float, sigma: float) -> tuple[float, ...]:
    """Return quantiles of a log-normal delay as factors, so that one draw and one look-up make a delay."""
    normal = NormalDist()
    return tuple(
        median * math.exp(sigma * normal.inv_cdf((index + 0.5) / _QUANTILES)) for index in range(_QUANTILES)
    )


# Medians in units of `receipt_delay_ms`: with the usual 2 s the report comes after 2 s, the card is seen after a minute.
_REPORT: Final = _spread(1.0, 0.5)
_RESOLVE: Final = _spread(0.5, 0.5)
_EXPOSE: Final = _spread(30.0, 1.6)
_CLICK: Final = _spread(5.0, 1.0)
_ANSWER: Final = _spread(20.0, 1.0)


def plan(
    settings: EngineSettings,
    first_message: int,
    ways: Sequence[int],
    validity_ms: int,
    expiration_ms: int = _LONGEST_MS,
) -> array[int]:
    """Return the receipts of a batch as plan entries in the order they fall due.

    `ways[i]` tells how message `first_message + i` goes out: TEXT, CARD or VIDEO. A card is resolved at most once, and
    nobody opens a link after `validity_ms`. A video SMS is reported at most once, some never are (`video_silent`), and
    what is not with its phone after `expiration_ms` has failed by then; it has no link to resolve, show or click.
    """
    draw = random.Random(f"{settings.seed}:{first_message}").random  # noqa: S311 - a simulation, not a secret
    delay = settings.receipt_delay_ms
    late_share, twice_share = settings.out_of_order, settings.duplicate_receipts
    delivered, resolved = settings.delivered, settings.resolved
    exposed, clicked, replied = settings.exposed, settings.clicked, settings.replied
    silent = settings.video_silent
    entries: list[int] = []
    add = entries.append

    def report(at: int, index: int, event: int) -> None:
        # Out of order: the receipt falls due up to two delays (at least 16 ms) after what it tells.
        lag = 0
        if draw() < late_share:
            lag = _lag(draw(), delay)
        head = at << DUE_SHIFT | index << INDEX_SHIFT | event
        add(head + lag * _ONE_LAG)
        if draw() < twice_share:
            add(head + min(lag + _lag(draw(), delay), _LAST_LAG) * _ONE_LAG)

    for index, way in enumerate(ways):
        if way == VIDEO and draw() < silent:
            continue
        at = int(delay * _REPORT[int(draw() * _QUANTILES)])
        if way == VIDEO and at >= expiration_ms:
            report(expiration_ms, index, _EXPIRED)
            continue
        if draw() >= delivered:
            chance = draw()
            report(at, index, _BLACK_LIST if chance < 0.3 else _SWITCHED_OFF if chance < 0.8 else _UNASSIGNED)
            continue
        report(at, index, _DELIVERED)
        if replied and draw() < replied:
            report(min(at + int(delay * _ANSWER[int(draw() * _QUANTILES)]), _LONGEST_MS), index, _REPLIED)
        if way != CARD or draw() >= resolved:
            continue
        at += int(delay * _RESOLVE[int(draw() * _QUANTILES)])
        if at >= validity_ms:
            continue
        report(at, index, _RESOLVED)
        if draw() >= exposed:
            continue
        at = min(at + int(delay * _EXPOSE[int(draw() * _QUANTILES)]), _LONGEST_MS)
        if at >= validity_ms:
            continue
        report(at, index, _EXPOSED)
        if draw() < clicked:
            at = min(at + int(delay * _CLICK[int(draw() * _QUANTILES)]), _LONGEST_MS)
            if at < validity_ms:
                report(at, index, _BUTTON if draw() < 0.8 else _IMAGE)
    entries.sort()
    return array("q", entries)


_ONE_LAG: Final = (1 << LAG_SHIFT) + (LAG_STEP_MS << DUE_SHIFT)
"""Adding it makes a receipt one step later in falling due, and no later in what it tells."""

_LAST_LAG: Final = (1 << LAG_BITS) - 1


def _lag(chance: float, delay_ms: int) -> int:
    return min(1 + int(chance * 2 * max(delay_ms, 100) / LAG_STEP_MS), _LAST_LAG)


def to_bytes(entries: array[int]) -> bytes:
    """Return plan entries as stored: 8 bytes each, little-endian on every machine."""
    if sys.byteorder == "big":
        entries = entries[:]
        entries.byteswap()
    return entries.tobytes()


def from_bytes(data: bytes) -> array[int]:
    """Read what `to_bytes` wrote."""
    entries = array("q")
    entries.frombytes(data)
    if sys.byteorder == "big":
        entries.byteswap()
    return entries
