# SPDX-License-Identifier: Apache-2.0
"""Settling an hour and forecasting a send: package first, each unit once, never beyond the forecast."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.billing.forecast import Shares, forecast, quantities
from koodesk.domain.billing.items import DRAINED_BY, Item, PackageKind
from koodesk.domain.billing.settle import HOUR_MS, Package, Source, Usage, settle

HOUR = 500_000 * HOUR_MS
YEAR = 365 * 24 * HOUR_MS
PRICES = {Item.PROMOTION_SEND: 17_700, Item.PROMOTION_RESOLVE: 300, Item.VIDEO: 19_100}
BASE = Package(1, PackageKind.PROMOTION, 10, 0, HOUR, HOUR + YEAR)


def drained(package: Package, hour: int = HOUR, quantity: int = 4) -> int:
    done = settle(hour, [Usage("c", Item.PROMOTION_SEND, quantity)], [package], PRICES)
    return package.left - done.packages[0].left


@pytest.mark.parametrize(
    ("package", "taken"),
    [
        (BASE, 4),
        (replace(BASE, left=0), 0),
        (replace(BASE, left=3), 3),
        (replace(BASE, kind=PackageKind.NOTICE), 0),
        (replace(BASE, kind=PackageKind.VIDEO), 0),
        (replace(BASE, bought_ms=HOUR + HOUR_MS - 1), 4),
        (replace(BASE, bought_ms=HOUR + HOUR_MS), 0),
        (replace(BASE, expires_ms=HOUR), 0),
        (replace(BASE, expires_ms=HOUR + 1), 4),
    ],
)
def test_which_package_is_drained(package: Package, taken: int) -> None:
    assert drained(package) == taken


def test_the_one_that_expires_first_goes_first() -> None:
    later, sooner = replace(BASE, id=1, left=5), replace(BASE, id=2, left=5, expires_ms=HOUR + HOUR_MS)
    done = settle(HOUR, [Usage("c", Item.PROMOTION_SEND, 7)], [later, sooner], PRICES)
    assert [(line.package, line.quantity) for line in done.lines] == [(2, 5), (1, 2)]


def test_a_unit_pays_for_one_resolve_and_not_for_another_kind() -> None:
    used = [
        Usage("c", Item.PROMOTION_RESOLVE, 3),
        Usage("c", Item.NOTICE_RESOLVE, 1),
        Usage("c", Item.PROMOTION_SEND, 2),
    ]
    done = settle(HOUR, used, [BASE], PRICES)
    told = [(line.item, line.source, line.quantity, line.amount) for line in done.lines]
    assert told == [
        (Item.PROMOTION_SEND, Source.PACKAGE, 2, 0),
        (Item.PROMOTION_RESOLVE, Source.INCLUDED, 2, 0),
        (Item.PROMOTION_RESOLVE, Source.PAY_PER_USE, 1, 300),
        (Item.NOTICE_RESOLVE, Source.PAY_PER_USE, 1, None),
    ]
    assert not done.known
    # What has been paid for stays so when the package is over.
    late = settle(
        HOUR + YEAR, [Usage("c", Item.PROMOTION_RESOLVE, 1)], [replace(BASE, left=0, resolves=1)], PRICES
    )
    assert late.charged == 0


USED = st.lists(
    st.builds(Usage, st.sampled_from(["a", "b"]), st.sampled_from(list(Item)), st.integers(0, 50)), max_size=8
)
HELD = st.lists(
    st.builds(
        Package,
        st.just(0),
        st.sampled_from(list(PackageKind)),
        st.integers(0, 60),
        st.integers(0, 5),
        st.integers(HOUR - 2 * HOUR_MS, HOUR + 2 * HOUR_MS),
        st.integers(HOUR - 2 * HOUR_MS, HOUR + 2 * HOUR_MS),
    ),
    max_size=4,
).map(lambda found: [replace(one, id=number) for number, one in enumerate(found, 1)])


@given(USED, HELD)
def test_every_unit_is_billed_once_and_none_is_invented(used: list[Usage], held: list[Package]) -> None:
    done = settle(HOUR, used, held, PRICES)
    for ref in ("a", "b"):
        for item in Item:
            asked = sum(one.quantity for one in used if (one.ref, one.item) == (ref, item))
            assert asked == sum(one.quantity for one in done.lines if (one.ref, one.item) == (ref, item))
    for before, after in zip(held, done.packages, strict=True):
        own = [line for line in done.lines if line.package == before.id]
        taken = sum(line.quantity for line in own if line.source is Source.PACKAGE)
        included = sum(line.quantity for line in own if line.source is Source.INCLUDED)
        assert before.left - after.left == taken >= 0
        assert after.left >= 0
        pays = before.kind in (PackageKind.PROMOTION, PackageKind.NOTICE)
        assert after.resolves - before.resolves == (taken if pays else 0) - included
        assert after.resolves >= 0
        assert not taken or before.counts_for(HOUR)
    for line in done.lines:
        if line.source is Source.PACKAGE:
            assert held[line.package - 1].kind is DRAINED_BY[line.item]
        assert line.quantity > 0


@given(st.integers(0, 200), st.integers(0, 50), st.integers(0, 50), st.integers(1, 3), HELD, st.data())
def test_no_outcome_costs_more_than_the_forecast_in_one_hour_or_in_several(
    cards: int, texts: int, videos: int, sms_parts: int, held: list[Package], data: st.DataObject
) -> None:
    shares = Shares(data.draw(st.integers(0, 1000)), data.draw(st.integers(0, 1000)))
    wanted = quantities(
        cards=cards, texts=texts, videos=videos, sms_parts=sms_parts, send=Item.PROMOTION_SEND,
        resolve=Item.PROMOTION_RESOLVE, shares=shares,
    )  # fmt: skip
    held = [replace(one, bought_ms=HOUR - 1, resolves=0) for one in held]
    foreseen = forecast(wanted, held, PRICES, from_ms=HOUR, until_ms=HOUR + 2 * HOUR_MS - 1)
    assert foreseen.expected is not None
    assert foreseen.most is not None
    assert foreseen.ceiling is not None
    assert foreseen.most <= foreseen.ceiling
    assert all(part.expected <= part.most for part in foreseen.parts)
    # Any outcome, told in two hours: cards that arrived in the first may be shown in the second.
    now: tuple[Package, ...] = tuple(held)
    charged, waiting = 0, 0
    left = [cards, texts, videos]
    for hour in (HOUR, HOUR + HOUR_MS):
        got = [data.draw(st.integers(0, most)) for most in left]
        left = [most - one for most, one in zip(left, got, strict=True)]
        waiting += got[0]
        shown = data.draw(st.integers(0, waiting))
        waiting -= shown
        used = [
            Usage("c", Item.PROMOTION_RESOLVE, shown),
            Usage("c", Item.PROMOTION_SEND, (got[0] + got[1]) * sms_parts),
            Usage("c", Item.VIDEO, got[2]),
        ]
        done = settle(hour, used, now, PRICES)
        now, charged = done.packages, charged + done.charged
    assert charged <= foreseen.most


def test_a_price_that_is_not_known_is_no_amount() -> None:
    wanted = quantities(
        cards=3, texts=0, videos=0, sms_parts=1, send=Item.NOTICE_SEND, resolve=Item.NOTICE_RESOLVE,
        shares=Shares(1000, 1000),
    )  # fmt: skip
    bare = forecast(wanted, [], PRICES, from_ms=HOUR, until_ms=HOUR)
    assert (bare.expected, bare.most, bare.ceiling) == (None, None, None)
    held = replace(BASE, kind=PackageKind.NOTICE)
    covered = forecast(wanted, [held], PRICES, from_ms=HOUR, until_ms=HOUR)
    assert (covered.expected, covered.most, covered.ceiling) == (0, 0, None)
    assert [part.most_packaged for part in covered.parts] == [3, 3]
