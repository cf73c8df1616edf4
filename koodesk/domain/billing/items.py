# SPDX-License-Identifier: Apache-2.0
"""What is charged for (计费项), and which package (套餐包) it is taken from.

A smart message is two items: the SMS by its parts when it arrives, and the resolve when a phone shows the card; the
class of its SMS template says which package. A number that gets plain SMS instead is a send and no resolve, one that gets
video SMS is a video SMS. Failed sends and failed resolves are no items. Source: facts 1.1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Item(StrEnum):
    """A kind of charge."""

    NOTICE_SEND = "notice_send"
    NOTICE_RESOLVE = "notice_resolve"
    PROMOTION_SEND = "promotion_send"
    PROMOTION_RESOLVE = "promotion_resolve"
    PLUS_RESOLVE = "plus_resolve"
    VIDEO = "video"
    CLICK = "click"


class PackageKind(StrEnum):
    """A kind of package (信息类型, 套餐类型)."""

    PROMOTION = "promotion"
    NOTICE = "notice"
    RESOLVE = "resolve"
    VIDEO = "video"
    CLICK = "click"


DRAINED_BY: Final = {
    Item.NOTICE_SEND: PackageKind.NOTICE,
    Item.PROMOTION_SEND: PackageKind.PROMOTION,
    Item.PLUS_RESOLVE: PackageKind.RESOLVE,
    Item.VIDEO: PackageKind.VIDEO,
    Item.CLICK: PackageKind.CLICK,
}
"""The package that one of each takes a unit from."""

COVERED_BY: Final = {Item.NOTICE_RESOLVE: PackageKind.NOTICE, Item.PROMOTION_RESOLVE: PackageKind.PROMOTION}
"""Resolves that a package of send and resolve (发送和解析) has paid for already: one for each unit taken from it."""

RESOLVE_OF: Final = {Item.NOTICE_SEND: Item.NOTICE_RESOLVE, Item.PROMOTION_SEND: Item.PROMOTION_RESOLVE}
"""The resolve that belongs to a send."""


def send_item(*, promotion: bool) -> Item:
    """Return the item of an SMS part, by the class of its template."""
    return Item.PROMOTION_SEND if promotion else Item.NOTICE_SEND
