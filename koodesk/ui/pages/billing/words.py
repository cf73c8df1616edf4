# SPDX-License-Identifier: Apache-2.0
"""How billing pages write amounts, kinds and prices."""

from __future__ import annotations

from typing import Any

from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.money import yuan
from koodesk.ui import states
from koodesk.ui.i18n import tr


def money(amount: int | None) -> str:
    """Write an amount; one that is not known says so."""
    return tr("未知") if amount is None else tr("{yuan} 元", yuan=yuan(amount))


def kind_word(kind: PackageKind) -> str:
    """Name a kind of package as the platform does."""
    return states.word("package_kind", kind.value)


def item_word(item: Item) -> str:
    """Name what is charged for."""
    return states.word("item", item.value)


def unit(kind: PackageKind | Item, count: int) -> str:
    """Write a number of units: messages, or clicks of a service account."""
    if kind in (PackageKind.CLICK, Item.CLICK):
        return tr("{count} 次", count=f"{count:,}")
    return tr("{count} 条", count=f"{count:,}")


def left_note(left: int, bought: int) -> str:
    """Say what a balance means: 0 is both never bought and used up."""
    if not bought:
        return tr("没有购买过套餐包，按需计费")
    return tr("用完或到期后按需计费") if left else tr("套餐包已用完或到期，按需计费")


def offer_word(offer: Any) -> str:
    """Name a package on offer."""
    return tr("{size}套餐", size=unit(offer.kind, offer.size))
