# SPDX-License-Identifier: Apache-2.0
"""A budget (预算上限): the most a campaign may cost, measured at the unit prices it was confirmed with.

Packages do not come off it: a unit of a package is money too, and only so does the limit hold whatever else drains the
packages meanwhile. Every recipient that left counts as if it arrived and its card was shown.
"""

from __future__ import annotations

from koodesk.domain.billing.items import RESOLVE_OF, Item
from koodesk.domain.campaign import CampaignKind, Snapshot
from koodesk.domain.recipient import Fallback


def prices_of(snapshot: Snapshot) -> dict[Item, int]:
    """Return the prices a snapshot was frozen with."""
    return {Item(item): price for item, price in snapshot.prices}


def worst_each(snapshot: Snapshot) -> tuple[int, int]:
    """Return what one recipient with a card, and one without, costs at most. Raises KeyError where a price is not known:
    a snapshot with a budget has all of them."""
    prices, charges = prices_of(snapshot), {Item(item): units for item, units in snapshot.charges}
    if snapshot.kind == CampaignKind.VIDEO:
        return prices[Item.VIDEO], prices[Item.VIDEO]
    send = next(item for item in RESOLVE_OF if item in charges)
    text = prices[send] * charges[send]
    if snapshot.kind == CampaignKind.PLAIN:
        return text, text
    other = prices[Item.VIDEO] if snapshot.fallback == Fallback.BASIC else text
    return text + prices[RESOLVE_OF[send]], other
