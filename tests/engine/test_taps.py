# SPDX-License-Identifier: Apache-2.0
"""Taps on simulated phones: what may be tapped, what it tells, and that the feed's numbers hold whatever comes between."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.engine import receipts, taps
from koodesk.engine.errors import ApiError
from koodesk.engine.rule_book import rule_pack
from koodesk.engine.schema import sqlite_module
from koodesk.engine.settings import EngineSettings
from tests.engine import video
from tests.engine.client import batch
from tests.engine.inside import DAY_MS, HOUR_MS, Inside

FIRST = 13_800_000_000
QUIET = replace(
    EngineSettings(), delivered=1.0, resolved=0.0, replied=0.0, duplicate_receipts=0.0, out_of_order=0.0
)
"""Everything arrives and nobody does anything by himself."""


def tapped(engine: Inside, message: int, what: str, text: str = "", at: int | None = None) -> list[Any]:
    """Tap as a request does, in a transaction of its own; return the receipts it made."""
    given = {"what": what, "text": text} | ({} if at is None else {"at": at})
    wanted, at_ms = taps.read_tap(given)
    connection = engine.connection
    connection.execute("BEGIN")
    try:
        told = engine.acceptance.message(connection, message)
        made = taps.tap(connection, told, wanted, at_ms, engine.now_ms, rule_pack())
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return made


def refused(engine: Inside, message: int, what: str, **more: Any) -> str:
    """Tap what may not be tapped; return the code. Nothing of it is in the feed."""
    before = engine.feed()
    with pytest.raises(ApiError) as failure:
        tapped(engine, message, what, **more)
    assert engine.feed() == before
    return failure.value.code


def send(engine: Inside, count: int = 1, **changes: Any) -> list[int]:
    """Clear and send; return the messages."""
    answer = engine.accept("k", batch(engine.clear(), FIRST, count, **changes))
    return [int(one[2]) for one in answer["results"]]


@pytest.fixture
def message(inside: Inside) -> int:
    """A card that lies on its phone, not looked at."""
    inside.settings = QUIET
    (sent,) = send(inside)
    inside.now_ms += HOUR_MS
    inside.feed()
    return sent


def kinds(items: list[Any]) -> list[tuple[str, str, str]]:
    return [(kind, status, code) for _, _, kind, status, code, _ in items]


RESOLVED, SEEN = ("shortchain", "0", ""), ("exposed", "0", "")


@pytest.mark.parametrize(
    ("what", "text", "told"),
    [
        ("exposed", "", [RESOLVED, SEEN]),
        ("button:5", "", [RESOLVED, SEEN, ("clicked", "0", "button:5")]),
        ("image:1", "", [RESOLVED, SEEN, ("clicked", "0", "image:1")]),
        ("reply", "R", [("reply", "R", "")]),
        ("reply", "谢谢", [("reply", "谢谢", "")]),
    ],
)
def test_a_tap_tells_what_it_is_and_what_came_before(
    inside: Inside, message: int, what: str, text: str, told: list[Any]
) -> None:
    before = inside.feed()
    made = tapped(inside, message, what, text)
    assert kinds(made) == told
    assert inside.feed() == before + made
    assert {one[1] for one in made} == {str(message)}


def test_every_tap_counts_and_a_link_resolves_once(inside: Inside, message: int) -> None:
    for what in ("exposed", "exposed", "button:5", "button:5", "image:1"):
        tapped(inside, message, what)
    ids = [one[0] for one in inside.feed()]
    assert len(set(ids)) == len(ids)
    assert Counter(one[2] for one in inside.feed()) == {"sms": 1, "shortchain": 1, "exposed": 2, "clicked": 3}
    assert taps.stand(inside.connection, message, inside.now_ms)["taps"] == {
        "shortchain": 1,
        "exposed": 2,
        "clicked": 3,
    }


def test_who_looked_by_himself_is_not_counted_again(inside: Inside) -> None:
    inside.settings = replace(QUIET, resolved=1.0, exposed=1.0, clicked=0.0)
    (message,) = send(inside)
    inside.now_ms += 3 * DAY_MS - 1
    assert [one[2] for one in inside.feed()] == ["sms", "shortchain", "exposed"]
    assert kinds(tapped(inside, message, "button:5")) == [("clicked", "0", "button:5")]


def test_a_resolve_by_hand_and_one_by_itself_are_one(inside: Inside) -> None:
    inside.settings = replace(QUIET, resolved=1.0, exposed=0.0, receipt_delay_ms=60_000)
    (message,) = send(inside)
    while not taps.stand(inside.connection, message, inside.now_ms)["delivered_ms"]:
        inside.now_ms += 1_000
    by_hand, _ = tapped(inside, message, "exposed")
    inside.now_ms += DAY_MS
    resolves = [one for one in inside.feed() if one[2] == "shortchain"]
    assert len(resolves) == 2
    assert {one[0] for one in resolves} == {by_hand[0]}


@pytest.mark.parametrize("what", ["exposed", "button:5", "reply"])
def test_what_has_not_arrived_cannot_be_tapped(inside: Inside, what: str) -> None:
    inside.settings = QUIET
    (message,) = send(inside)
    assert refused(inside, message, what, text="R") == "KD.TAP.NOT_DELIVERED"


@pytest.mark.parametrize("what", ["exposed", "button:5", "reply"])
def test_what_never_arrived_cannot_be_tapped(inside: Inside, what: str) -> None:
    inside.settings = replace(QUIET, delivered=0.0)
    (message,) = send(inside)
    inside.now_ms += DAY_MS
    assert refused(inside, message, what, text="R") == "KD.TAP.FAILED"


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("button:4", "KD.TAP.COMPONENT"),  # a text stands there
        ("button:1", "KD.TAP.COMPONENT"),  # a picture does
        ("image:6", "KD.TAP.COMPONENT"),
        ("button:5@2", "KD.TAP.COMPONENT"),
        ("button:0", "KD.TAP.UNKNOWN"),
        ("button:٥", "KD.TAP.UNKNOWN"),
        ("video:1", "KD.TAP.UNKNOWN"),
        ("text:2", "KD.TAP.UNKNOWN"),
        ("button", "KD.TAP.UNKNOWN"),
        ("", "KD.TAP.UNKNOWN"),
        ("button:5; DROP TABLE tap", "KD.TAP.UNKNOWN"),
    ],
)
def test_what_the_card_does_not_have(inside: Inside, message: int, what: str, code: str) -> None:
    assert refused(inside, message, what) == code


@pytest.mark.parametrize("text", ["", "  ", "x" * 501, "R\u202e", "R\x00"])
def test_what_is_no_reply(inside: Inside, message: int, text: str) -> None:
    assert refused(inside, message, "reply", text=text) == "KD.TAP.TEXT"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"what": 5},
        {"what": ["exposed"]},
        {"what": "exposed", "at": "now"},
        {"what": "exposed", "at": True},
    ],
)
def test_what_is_no_request(given: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        taps.read_tap(given)


def test_a_reply_may_be_500_long(inside: Inside, message: int) -> None:
    assert kinds(tapped(inside, message, "reply", "x" * 500)) == [("reply", "x" * 500, "")]


def test_an_expired_card_is_text_and_can_still_be_answered(inside: Inside, message: int) -> None:
    expires = inside.acceptance.message(inside.connection, message)["expires_ms"]
    inside.now_ms = expires - 1
    tapped(inside, message, "exposed")
    inside.now_ms = expires
    assert refused(inside, message, "exposed") == "KD.TAP.EXPIRED"
    assert refused(inside, message, "button:5") == "KD.TAP.EXPIRED"
    assert kinds(tapped(inside, message, "button:5", at=expires - 1)) == [("clicked", "0", "button:5")]
    assert kinds(tapped(inside, message, "reply", "R")) == [("reply", "R", "")]


def test_an_instant_lies_between_delivery_and_now(inside: Inside, message: int) -> None:
    arrived = taps.stand(inside.connection, message, inside.now_ms)["delivered_ms"]
    assert refused(inside, message, "exposed", at=arrived - 1) == "KD.TAP.INSTANT"
    assert refused(inside, message, "exposed", at=inside.now_ms + 1) == "KD.TAP.INSTANT"
    assert {one[5] for one in tapped(inside, message, "exposed", at=arrived)} == {arrived}


def test_a_phone_without_the_card_can_only_answer(inside: Inside) -> None:
    inside.settings = replace(QUIET, vendor_mix={"SAMSUNG": 0.0, "": 1.0})
    numbers = [[FIRST, {"name": "王", "amount": "5"}, 0, {"1": "王"}]]
    body = batch(inside.clear(), FIRST, 1)
    numbers[0][1], numbers[0][3] = body["recipients"][0][1], body["recipients"][0][3]
    (result,) = inside.accept("k", {**body, "recipients": numbers})["results"]
    inside.now_ms += HOUR_MS
    assert refused(inside, int(result[2]), "exposed") == "KD.TAP.NO_CARD"
    assert kinds(tapped(inside, int(result[2]), "reply", "R")) == [("reply", "R", "")]


def test_a_video_sms_has_replies_and_no_clicks(inside: Inside) -> None:
    inside.settings = replace(QUIET, video_silent=0.0)
    (result,) = inside.accept("v", video.batch(video.clear(inside), 1))["results"]
    inside.now_ms += HOUR_MS
    assert refused(inside, int(result[2]), "exposed") == "KD.TAP.VIDEO"
    assert refused(inside, int(result[2]), "image:1") == "KD.TAP.VIDEO"
    assert kinds(tapped(inside, int(result[2]), "reply", "R")) == [("reply", "R", "")]


@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "UPDATE {} SET at_ms = 0", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"]
)
@pytest.mark.parametrize("table", ["tap", "sa_click"])
def test_taps_are_append_only(inside: Inside, message: int, table: str, statement: str) -> None:
    tapped(inside, message, "exposed")
    inside.connection.execute("INSERT INTO sa_click VALUES (1, 'p', 'menu', '1', 1, 0, 5)")
    with pytest.raises(sqlite_module().IntegrityError, match="append-only"):
        inside.connection.execute(statement.format(table))


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("tap"), st.integers(0, 19), st.sampled_from(["exposed", "button:5", "image:1", "reply"])
        ),
        st.tuples(st.just("read"), st.integers(1, 60), st.just("")),
        st.tuples(st.just("time"), st.integers(1, 40_000), st.just("")),
        st.tuples(st.just("open"), st.just(0), st.just("")),
    ),
    max_size=40,
)


@settings(max_examples=20)
@given(STEPS)
def test_any_mixture_of_taps_plans_and_reads_tells_everything_once(steps: list[tuple[str, int, str]]) -> None:
    with TemporaryDirectory() as folder:
        engine = Inside(Path(folder), replace(EngineSettings(), duplicate_receipts=0.0, out_of_order=0.3))
        messages = send(engine, 20)
        read: list[Any] = []
        made: list[Any] = []
        for step, number, what in steps:
            if step == "tap":
                try:
                    made += tapped(engine, messages[number], what, "R" if what == "reply" else "")
                except ApiError:
                    continue
            elif step == "read":
                page, after = receipts.page(engine.connection, len(read), number, engine.now_ms)
                read += page
                assert after == len(read)
            elif step == "time":
                engine.now_ms += number
            else:
                engine.reopen()
        engine.now_ms += 4 * DAY_MS
        everything = engine.feed()
        # What was read kept its numbers, every tap is there once, and the plans lost nothing by them.
        assert everything[: len(read)] == read
        assert not Counter(made) - Counter(everything)
        ids = [one for one in everything if one[2] != "shortchain"]
        assert len({one[0] for one in ids}) == len(ids)
        planned = Counter(everything) - Counter(made)
        assert Counter(one[1] for one in planned if one[2] == "sms") == {str(m): 1 for m in messages}
        assert receipts.last_seq(engine.connection) == len(everything)
        engine.connection.close()
