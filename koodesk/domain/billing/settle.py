# SPDX-License-Identifier: Apache-2.0
"""Settling an hour: what was used against packages first, the rest at its price (facts 1.1).

The platform publishes neither which of several packages is drained first nor how a resolve counts against a package of
send and resolve; both are assumptions of the price book (`resources/rules/price_book.toml`): earliest expiry first, and a
unit pays for one send and one resolve. An hour is settled as a whole: a package counts for it when it was bought before
its end and had not expired at its beginning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from koodesk.domain.billing.items import COVERED_BY, DRAINED_BY, Item, PackageKind

HOUR_MS = 3_600_000


class Source(StrEnum):
    """What a charge was taken from: a package, a package that had paid for it with the send, or the balance."""

    PACKAGE = "package"
    INCLUDED = "included"
    PAY_PER_USE = "pay_per_use"


@dataclass(frozen=True, slots=True)
class Package:
    """What is left of a package: units, and resolves that units already taken have paid for."""

    id: int
    kind: PackageKind
    left: int
    resolves: int
    bought_ms: int
    expires_ms: int

    def counts_for(self, hour_ms: int) -> bool:
        """Whether it may be drained for the hour that begins then."""
        return self.bought_ms < hour_ms + HOUR_MS and self.expires_ms > hour_ms


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of an item was used, and by what: `ref` is a campaign, a resolve task or a service account."""

    ref: str
    item: Item
    quantity: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bill. `price` and `amount` are None where the unit price is not known; from a package they are 0."""

    ref: str
    item: Item
    quantity: int
    source: Source
    package: int
    price: int | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What an hour comes to: its lines, and the packages as they are afterwards."""

    lines: tuple[Line, ...]
    packages: tuple[Package, ...]

    @property
    def charged(self) -> int:
        """What goes to the balance; quantities of unknown price are not in it."""
        return sum(line.amount or 0 for line in self.lines)

    @property
    def known(self) -> bool:
        """Whether every line has an amount."""
        return all(line.amount is not None for line in self.lines)


def settle(
    hour_ms: int, used: Sequence[Usage], packages: Sequence[Package], prices: Mapping[Item, int]
) -> Settled:
    """Settle one hour. Sends come before the resolves that their packages pay for; otherwise in the order given."""
    now = {package.id: package for package in packages}
    order = [p.id for p in sorted(packages, key=lambda p: (p.expires_ms, p.id)) if p.counts_for(hour_ms)]
    # What a unit has paid for stays paid for when the package is over.
    every = [p.id for p in sorted(packages, key=lambda p: (p.expires_ms, p.id))]
    lines: list[Line] = []
    for usage in sorted(used, key=lambda u: u.item in COVERED_BY):
        if usage.quantity <= 0:
            continue
        covered = COVERED_BY.get(usage.item)
        if covered is not None:
            left = _take_resolves(usage, covered, every, now, lines)
        else:
            left = _take_units(usage, DRAINED_BY[usage.item], order, now, lines)
        if left:
            price = prices.get(usage.item)
            amount = None if price is None else price * left
            lines.append(Line(usage.ref, usage.item, left, Source.PAY_PER_USE, 0, price, amount))
    return Settled(tuple(lines), tuple(now[package.id] for package in packages))


def _take_units(
    usage: Usage, kind: PackageKind, order: Sequence[int], now: dict[int, Package], lines: list[Line]
) -> int:
    left = usage.quantity
    for number in order:
        package = now[number]
        taken = min(left, package.left) if package.kind is kind else 0
        if not taken:
            continue
        pays_resolves = kind in COVERED_BY.values()
        now[number] = replace(
            package, left=package.left - taken, resolves=package.resolves + (taken if pays_resolves else 0)
        )
        lines.append(Line(usage.ref, usage.item, taken, Source.PACKAGE, number, 0, 0))
        left -= taken
    return left


def _take_resolves(
    usage: Usage, kind: PackageKind, order: Sequence[int], now: dict[int, Package], lines: list[Line]
) -> int:
    left = usage.quantity
    for number in order:
        package = now[number]
        taken = min(left, package.resolves) if package.kind is kind else 0
        if not taken:
            continue
        now[number] = replace(package, resolves=package.resolves - taken)
        lines.append(Line(usage.ref, usage.item, taken, Source.INCLUDED, number, 0, 0))
        left -= taken
    return left
