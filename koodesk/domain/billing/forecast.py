# SPDX-License-Identifier: Apache-2.0
"""What a send will cost: expected, at most, and what that means for the packages there are.

`most` is as if every message arrived and every card was shown; nothing is ever charged beyond it. With packages it holds
as long as nobody else drains them meanwhile; `ceiling`, the value of everything at its price without any package, holds
whatever happens, and is what a budget (预算上限) is measured by: a unit of a package is money too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from koodesk.domain.billing.items import Item
from koodesk.domain.billing.settle import HOUR_MS, Package, Settled, Source, Usage, settle


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much of an item a send is expected to use, and at most."""

    item: Item
    expected: int
    most: int


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of what is sent is charged: delivered of sent, and resolved of the cards delivered, as parts in 1000."""

    delivered: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a forecast: quantities, how many of them packages have room for, the unit price (None: unknown)."""

    item: Item
    expected: int
    most: int
    expected_packaged: int
    most_packaged: int
    price: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast. Amounts are None where a price is not known and packages do not take it all."""

    parts: tuple[Part, ...]
    expected: int | None
    most: int | None
    ceiling: int | None


def quantities(
    *,
    cards: int,
    texts: int,
    videos: int,
    sms_parts: int,
    send: Item | None,
    resolve: Item | None,
    shares: Shares,
) -> tuple[Quantity, ...]:
    """Return what a send may use: messages that show a card, that are text alone, that are video SMS.

    `sms_parts` is how many parts the SMS has, the same for everybody; `send` and `resolve` are its items.
    """
    found = []
    messages = cards + texts
    if send is not None and messages:
        found.append(Quantity(send, _of(messages, shares.delivered) * sms_parts, messages * sms_parts))
    if resolve is not None and cards:
        found.append(Quantity(resolve, _of(_of(cards, shares.delivered), shares.resolved), cards))
    if videos:
        found.append(Quantity(Item.VIDEO, _of(videos, shares.delivered), videos))
    return tuple(found)


def forecast(
    wanted: Sequence[Quantity],
    packages: Sequence[Package],
    prices: Mapping[Item, int],
    *,
    from_ms: int,
    until_ms: int,
) -> Forecast:
    """Forecast a send whose charges fall between two instants.

    What is expected counts on the packages there are when it begins; at most, only on those that outlast it.
    """
    hour = from_ms - from_ms % HOUR_MS
    lasting = [package for package in packages if package.expires_ms > until_ms]
    expected = settle(hour, [Usage("", q.item, q.expected) for q in wanted], packages, prices)
    most = settle(hour, [Usage("", q.item, q.most) for q in wanted], lasting, prices)
    bare = settle(hour, [Usage("", q.item, q.most) for q in wanted], (), prices)

    parts = tuple(
        Part(
            q.item,
            q.expected,
            q.most,
            _packaged(expected, q.item),
            _packaged(most, q.item),
            prices.get(q.item),
        )
        for q in wanted
    )
    return Forecast(
        parts,
        expected.charged if expected.known else None,
        most.charged if most.known else None,
        bare.charged if bare.known else None,
    )


def _packaged(settled: Settled, item: Item) -> int:
    return sum(
        line.quantity for line in settled.lines if line.item is item and line.source is not Source.PAY_PER_USE
    )


def _of(count: int, thousandths: int) -> int:
    """Return a share of a count, rounded up."""
    return -(-count * thousandths // 1_000)
