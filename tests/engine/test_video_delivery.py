# SPDX-License-Identifier: Apache-2.0
"""The fate of video SMS: one report or none, in time or expired, drawn from seed and first message alone."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.engine.delivery import (
    CARD,
    DUE_SHIFT,
    EVENT_BITS,
    EVENTS,
    INDEX_BITS,
    INDEX_SHIFT,
    KINDS,
    LAG_BITS,
    LAG_SHIFT,
    LAG_STEP_MS,
    TEXT,
    VIDEO,
    plan,
)
from koodesk.engine.settings import EngineSettings

HOUR_MS = 3_600_000
WEEK_MS = 7 * 24 * HOUR_MS
QUIET = EngineSettings(duplicate_receipts=0, out_of_order=0)


def told(
    settings: EngineSettings, ways: list[int], expiration_ms: int = 72 * HOUR_MS, first: int = 1 << 32
) -> list[tuple[int, str, str, int]]:
    """(index, kind, code, at) of every receipt."""
    found = []
    for entry in plan(settings, first, ways, WEEK_MS, expiration_ms):
        event = EVENTS[entry & (1 << EVENT_BITS) - 1]
        at = (entry >> DUE_SHIFT) - (entry >> LAG_SHIFT & (1 << LAG_BITS) - 1) * LAG_STEP_MS
        found.append((entry >> INDEX_SHIFT & (1 << INDEX_BITS) - 1, KINDS[event.kind], event.code, at))
    return found


SETTINGS = st.builds(
    EngineSettings,
    seed=st.integers(0, 1_000),
    delivered=st.floats(0, 1),
    replied=st.floats(0, 1),
    video_silent=st.floats(0, 1),
    duplicate_receipts=st.floats(0, 1),
    out_of_order=st.floats(0, 1),
    receipt_delay_ms=st.sampled_from([0, 1, 2_000, HOUR_MS]),
)
WAYS = st.lists(st.sampled_from([TEXT, CARD, VIDEO]), min_size=1, max_size=50)
EXPIRATION = st.integers(1, 72).map(lambda hours: hours * HOUR_MS)


@given(SETTINGS, WAYS, EXPIRATION, st.integers(1 << 32, 1 << 40))
def test_a_fate_is_a_function_of_seed_and_first_message(
    settings: EngineSettings, ways: list[int], expiration_ms: int, first: int
) -> None:
    once = plan(settings, first, ways, WEEK_MS, expiration_ms)
    # Drawn again, and again with what has nothing to do with it changed.
    other = replace(settings, blacklist=(13_800_000_000,), vendor_mix={}, reviewer="desk", busy=1.0)
    assert plan(settings, first, ways, WEEK_MS, expiration_ms) == once
    assert plan(other, first, ways, WEEK_MS, expiration_ms) == once


@given(SETTINGS, WAYS, EXPIRATION)
def test_a_video_has_one_report_or_none_and_no_link(
    settings: EngineSettings, ways: list[int], expiration_ms: int
) -> None:
    said: dict[int, set[tuple[str, str, int]]] = {}
    for index, kind, code, at in told(settings, ways, expiration_ms):
        said.setdefault(index, set()).add((kind, code, at))
    for index, way in enumerate(ways):
        found = said.get(index, set())
        reports = [one for one in found if one[0] == "sms"]
        if way != VIDEO:
            assert len(reports) == 1
            continue
        assert {kind for kind, *_ in found} <= {"sms", "reply"}
        assert len(reports) <= 1
        assert bool(reports) or not found  # the silent do not even reply
        for _, code, at in reports:
            assert at <= expiration_ms
            assert (at == expiration_ms) is (code == "KD.SIM.EXPIRED")


def test_seed_and_first_message_make_the_difference() -> None:
    ways = [VIDEO] * 200
    assert told(QUIET, ways) != told(replace(QUIET, seed=1), ways)
    assert told(QUIET, ways) != told(QUIET, ways, first=1 << 33)


@pytest.mark.parametrize("silent", [0.0, 0.01, 0.25, 1.0])
def test_the_silent_are_as_many_as_asked_for(silent: float) -> None:
    count = 5_000
    found = told(replace(QUIET, video_silent=silent, delivered=0.9), [VIDEO] * count)
    reports = Counter(code for _, kind, code, _ in found if kind == "sms")
    assert abs(reports.total() / count - (1 - silent)) < 0.02
    if silent < 1:
        assert abs(reports["DELIVRD"] / reports.total() - 0.9) < 0.02


def test_silence_is_no_matter_of_sms_and_cards() -> None:
    silent = replace(QUIET, video_silent=1.0)
    assert told(silent, [CARD] * 300) == told(QUIET, [CARD] * 300)
    assert {index for index, *_ in told(silent, [TEXT, VIDEO] * 50)} == set(range(0, 100, 2))


def test_what_takes_too_long_has_expired() -> None:
    slow = replace(QUIET, video_silent=0, delivered=1.0, receipt_delay_ms=HOUR_MS)
    codes = Counter(code for _, kind, code, _ in told(slow, [VIDEO] * 2_000, HOUR_MS) if kind == "sms")
    assert 800 < codes["KD.SIM.EXPIRED"] < 1_200  # the median delay is the hour itself
    assert set(codes) == {"KD.SIM.EXPIRED", "DELIVRD"}
    assert {code for _, kind, code, _ in told(slow, [TEXT] * 200, HOUR_MS) if kind == "sms"} == {"DELIVRD"}


def test_the_places_of_events_never_move() -> None:
    # Stored plans name events by their place.
    assert [(KINDS[event.kind], event.status, event.code) for event in EVENTS[:9]] == [
        ("sms", "0", "DELIVRD"),
        ("sms", "1", "M2:0045"),
        ("sms", "1", "KD.SIM.SWITCHED_OFF"),
        ("sms", "1", "KD.SIM.UNASSIGNED"),
        ("shortchain", "0", ""),
        ("exposed", "0", ""),
        ("clicked", "0", "button"),
        ("clicked", "0", "image"),
        ("reply", "R", ""),
    ]
    assert len(EVENTS) <= 1 << EVENT_BITS
