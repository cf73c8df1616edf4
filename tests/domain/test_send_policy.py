# SPDX-License-Identifier: Apache-2.0
"""What a workspace holds its promotion to, as data and as rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.domain.quiet_hours import DAY_MS, PROMOTION, WIDEST_PROMOTION, Window
from koodesk.domain.send_policy import (
    LARGEST_LIMIT,
    FrequencyLimits,
    allows,
    check_hours,
    check_limits,
    read_send_policy,
)
from koodesk.domain.workspace_settings import SETTINGS, check, defaults, policy_of, revision


def shipped() -> dict[str, int]:
    return defaults(read_send_policy((paths.resources() / "rules" / "desk.toml").read_text("utf-8")))


def test_the_data_that_ships() -> None:
    policy = read_send_policy((paths.resources() / "rules" / "desk.toml").read_text("utf-8"))
    assert (policy.hours, policy.widest) == (PROMOTION, WIDEST_PROMOTION)
    assert policy.limits.any
    assert set(shipped()) == set(SETTINGS)
    assert check(shipped(), WIDEST_PROMOTION) == ()
    assert policy_of(shipped(), WIDEST_PROMOTION) == policy


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        (Window(480, 1320), ""),
        (Window(480, 1321), "campaign.window.too_wide"),
        (Window(479, 1320), "campaign.window.too_wide"),
        (Window(600, 601), ""),
        (Window(600, 600), "campaign.window.empty"),
        (Window(1200, 600), "campaign.window.empty"),
    ],
)
def test_hours_at_the_limit_and_one_over(hours: Window, code: str) -> None:
    assert [p.code for p in check_hours(hours, WIDEST_PROMOTION)] == [code][: bool(code)]


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        ((0, 0, 0), []),
        ((LARGEST_LIMIT,) * 3, []),
        ((LARGEST_LIMIT + 1, 0, 0), ["settings.frequency.range"]),
        ((-1, 0, 0), ["settings.frequency.range"]),
        ((2, 2, 2), []),
        ((3, 2, 2), ["settings.frequency.order"]),
        ((3, 0, 2), ["settings.frequency.order"]),
        ((0, 5, 4), ["settings.frequency.order"]),
    ],
)
def test_limits_at_the_limit_and_one_over(limits: tuple[int, int, int], codes: list[str]) -> None:
    assert [p.code for p in check_limits(FrequencyLimits(*limits))] == codes


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_has_its_range(name: str) -> None:
    for value in (SETTINGS[name].least - 1, SETTINGS[name].most + 1, True, "7"):
        assert [p.code for p in check({**shipped(), name: value}, WIDEST_PROMOTION)] == ["settings.range"]


def test_an_unknown_setting_is_named() -> None:
    assert [p.code for p in check({**shipped(), "x.y": 1}, WIDEST_PROMOTION)] == ["settings.unknown"]


def test_a_revision_says_what_was_seen() -> None:
    assert revision(shipped()) == revision(shipped())
    assert revision({**shipped(), "frequency_per_day": 3}) != revision(shipped())


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 40 * DAY_MS)), max_size=8),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_one_more_before_never_allows_more(before: list[int | None], day: int, week: int) -> None:
    limits, now = FrequencyLimits(day, week), 40 * DAY_MS
    if not allows(limits, before, now):
        assert not allows(limits, [*before, None], now)
    assert allows(FrequencyLimits(), before, now)


@pytest.mark.parametrize(("ago", "allowed"), [(DAY_MS - 1, False), (DAY_MS, True)])
def test_a_day_ago_is_over(ago: int, allowed: bool) -> None:
    assert allows(FrequencyLimits(1), [10 * DAY_MS - ago], 10 * DAY_MS) is allowed
