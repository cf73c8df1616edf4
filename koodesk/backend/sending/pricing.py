# SPDX-License-Identifier: Apache-2.0
"""What a send costs: which items a message of it is charged for, at which prices, and the forecast against the packages.

Charges and prices go into the snapshot, and so under the digest that is confirmed; the packages do not, because they move
while somebody reads. How many messages of each way there are follows from the snapshot's counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from koodesk.backend.ports.billing import PriceSource
from koodesk.domain.billing.budget import prices_of
from koodesk.domain.billing.forecast import Forecast, Quantity, Shares, forecast, quantities
from koodesk.domain.billing.items import RESOLVE_OF, Item, send_item
from koodesk.domain.billing.money import fen_up, yuan
from koodesk.domain.billing.price_book import ChargingRules
from koodesk.domain.billing.settle import Package
from koodesk.domain.campaign import CampaignKind, Snapshot
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.recipient import Fallback
from koodesk.domain.signature import bracketed
from koodesk.domain.sms import SmsRules, count, link_length, parts, places, render
from koodesk.domain.waves import chunk_size_for

TOLD_MS = 72 * 3_600_000
"""How long after it left a message may still arrive; a card may be shown as long as its link is valid."""

DAY_MS = 86_400_000
PIECES = 50
"""A campaign with a budget goes in so many chunks at least, where it has so many recipients."""


@dataclass(frozen=True, slots=True)
class Pricing:
    """Prices and packages of the gateway, and the rules of charging."""

    source: PriceSource
    rules: ChargingRules


def priced(snapshot: Snapshot, pricing: Pricing, charges: tuple[tuple[Item, int], ...]) -> Snapshot:
    """Put into a snapshot what it is charged for and the prices that are known now. Raises Refused (gateway.*)."""
    known = pricing.source.prices().known()
    prices = tuple((item.value, known[item]) for item, _ in charges if item in known)
    told = replace(snapshot, charges=tuple((item.value, units) for item, units in charges), prices=prices)
    most = ceiling(told)
    return told if most is None else replace(told, price_fen=fen_up(most))


def charges_of(snapshot: Snapshot, sms: SmsRules, *, promotion: bool) -> tuple[tuple[Item, int], ...]:
    """Return the items a smart message or a video SMS may be charged for, and how many units of each. `promotion` is the class
    of the SMS template."""
    if snapshot.kind == CampaignKind.VIDEO:
        return ((Item.VIDEO, 1),)
    values = dict(snapshot.sms_values)
    link = "x" * link_length(sms, snapshot.domain)
    filled = {number: values.get(str(number), link) for number in places(snapshot.sms_text)}
    length = count(bracketed(snapshot.signature)) + count(render(snapshot.sms_text, filled))
    send = send_item(promotion=promotion)
    found = [(send, parts(sms, length)), (RESOLVE_OF[send], 1)]
    if snapshot.fallback == Fallback.BASIC:
        found.append((Item.VIDEO, 1))
    return tuple(found)


def plain_charges(most_parts: int, promotion: bool) -> tuple[tuple[Item, int], ...]:
    """Return the same of a plain SMS: its parts, as many as the longest one has, and nothing to resolve."""
    return ((send_item(promotion=promotion), most_parts),)


def used(snapshot: Snapshot, shares: Shares) -> tuple[Quantity, ...]:
    """Return what a priced snapshot may use. Rows nobody asked about count as cards: that is the most they can be."""
    charges = {Item(item): units for item, units in snapshot.charges}
    send = next((item for item in RESOLVE_OF if item in charges), None)
    video = snapshot.to_send if snapshot.kind == CampaignKind.VIDEO else 0
    basic = snapshot.fallback == Fallback.BASIC
    others = snapshot.to_send if snapshot.kind == CampaignKind.PLAIN else snapshot.fallen_back
    return quantities(
        cards=0 if video else snapshot.to_send - others,
        texts=0 if video or basic else others,
        videos=video or (others if basic else 0),
        sms_parts=charges.get(send, 0) if send is not None else 0,
        send=send,
        resolve=RESOLVE_OF[send] if send is not None else None,
        shares=shares,
    )


def foreseen(snapshot: Snapshot, pricing: Pricing, now_ms: int) -> Forecast:
    """Forecast a priced snapshot against the packages there are now. Raises Refused (gateway.*)."""
    begins = max(now_ms, snapshot.start_at_ms)
    held = tuple(
        Package(one.id, one.kind, one.left, 0, one.bought_ms, one.expires_ms)
        for one in pricing.source.packages()
    )
    # Hours that promotion may not leave in stretch a send; a day more is enough for what one sends in a day.
    until = begins + DAY_MS + TOLD_MS + snapshot.validity_days * DAY_MS
    shares = Shares(pricing.rules.delivered, pricing.rules.resolved)
    return forecast(used(snapshot, shares), held, prices_of(snapshot), from_ms=begins, until_ms=until)


def ceiling(snapshot: Snapshot) -> int | None:
    """Return what a priced snapshot costs at most without any package, None where a price is not known."""
    total = 0
    for quantity in used(snapshot, Shares(1000, 1000)):
        price = prices_of(snapshot).get(quantity.item)
        if price is None:
            return None
        total += price * quantity.most
    return total


def in_fine_chunks(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot whose chunks are small against the whole where there is a budget: it stops between chunks, and
    should stop near its limit. Nor is a chunk larger than the first wave."""
    size = chunk_size_for(snapshot.waves, snapshot.to_send, snapshot.chunk_size)
    if snapshot.budget:
        size = max(1, min(size, snapshot.to_send // PIECES))
    return replace(snapshot, chunk_size=size)


def check_budget(snapshot: Snapshot) -> tuple[Problem, ...]:
    """Return what is wrong with a budget, or worth knowing about it."""
    if snapshot.budget < 0:
        return (problem("campaign.budget.range", "budget"),)
    if not snapshot.budget:
        return ()
    most = ceiling(snapshot)
    if most is None:
        return (problem("campaign.budget.unknown_price", "budget"),)
    if snapshot.budget < most:
        return (
            problem(
                "campaign.budget.below_most",
                "budget",
                severity=Severity.WARNING,
                limit=yuan(snapshot.budget),
                actual=yuan(most),
            ),
        )
    return ()
