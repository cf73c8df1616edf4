# SPDX-License-Identifier: Apache-2.0
"""Clicks lie on the components they name; what names none is kept apart, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.heat import Clicks, Spot, named, spots
from koodesk.domain.phone_tap import Component

PARTS = (
    Component("image", 1, 1, "cover", None),
    Component("button", 7, 1, "open", None),
    Component("button", 8, 1, "more", None),
    Component("button", 7, 2, "open@2", None),
)


def test_clicks_lie_on_their_components() -> None:
    clicks = (
        Clicks("HUAWEI", "button:7", 5, 3),
        Clicks("OPPO", "button:7", 2, 2),
        Clicks("HUAWEI", "button:7@2", 1, 1),
        Clicks("HUAWEI", "button", 4, 4),  # from before: the first of its kind
        Clicks("HUAWEI", "image:9", 6, 1),
    )
    assert spots(PARTS, clicks) == (
        Spot(PARTS[0], 0, 0),
        Spot(PARTS[1], 11, 9),
        Spot(PARTS[2], 0, 0),
        Spot(PARTS[3], 1, 1),
        Spot(None, 6, 1),
    )
    assert [spot.times for spot in spots(PARTS, clicks, "OPPO")] == [0, 2, 0, 0]
    assert spots((), ()) == ()


def test_of_a_card_that_is_gone_the_names_stay() -> None:
    clicks = [
        Clicks("", code, 1, 1) for code in ("button:7@2", "image:1", "button:7", "image:1", "button", "<b>:1")
    ]
    assert [part.what for part in named(clicks)] == ["image:1", "button:7", "button:7@2"]


def test_a_share_of_nothing_is_nothing() -> None:
    assert (Spot(None, 3, 1).share(12), Spot(None, 0, 0).share(0)) == (0.25, 0.0)


@given(
    st.lists(
        st.builds(
            Clicks,
            st.sampled_from(["HUAWEI", "OPPO", ""]),
            st.sampled_from(["button:7", "button:8", "button", "image", "image:1", "video:1", ""]),
            st.integers(1, 50),
            st.integers(1, 50),
        )
    )
)
def test_no_click_is_lost(clicks: list[Clicks]) -> None:
    assert sum(spot.times for spot in spots(PARTS, clicks)) == sum(one.times for one in clicks)
