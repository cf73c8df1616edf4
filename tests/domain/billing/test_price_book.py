# SPDX-License-Identifier: Apache-2.0
"""The price book that ships: the guide's three examples, and nothing that pretends to be known."""

import pytest

from koodesk import paths
from koodesk.domain.billing.items import Item
from koodesk.domain.billing.money import YUAN
from koodesk.domain.billing.price_book import Confidence, read_price_book

TEXT = (paths.resources() / "rules" / "price_book.toml").read_text("utf-8")


def test_the_guides_three_packages() -> None:
    book = read_price_book(TEXT)
    told = {one.id: (one.size, one.price, one.source) for one in book.offers}
    assert told == {
        "promotion-100k": (100_000, 17_700 * YUAN, "seed t2-2"),
        "video-1m": (1_000_000, 191_000 * YUAN, "seed t3-2"),
        "click-300k": (300_000, 182_000 * YUAN, "seed t4-2"),
    }


def test_a_derived_price_is_the_packages_and_says_so() -> None:
    book = read_price_book(TEXT)
    pairs = (
        (Item.PROMOTION_SEND, "promotion-100k"),
        (Item.VIDEO, "video-1m"),
        (Item.CLICK, "click-300k"),
    )
    for item, offer in pairs:
        found, price = book.offer(offer), book.prices[item]
        assert found is not None
        assert price.price == -(-found.price // found.size)
        assert (price.confidence, price.source) == (Confidence.ASSUMED, found.source)


def test_what_nobody_publishes_is_unknown() -> None:
    unknown = {item for item, one in read_price_book(TEXT).prices.items() if one.price is None}
    assert unknown == {Item.NOTICE_SEND, Item.NOTICE_RESOLVE, Item.PLUS_RESOLVE}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('id = "video"\nyuan = "0.191"', 'id = "video"'),
        ('id = "notice_send"\n', 'id = "notice_send"\nyuan = "1"\n'),
        ('id = "click"', 'id = "video"'),
        ('id = "click"', 'id = "teleport"'),
    ],
)
def test_a_book_that_contradicts_itself_is_refused(before: str, after: str) -> None:
    assert before in TEXT
    with pytest.raises((ValueError, KeyError)):
        read_price_book(TEXT.replace(before, after, 1))
