# SPDX-License-Identifier: Apache-2.0
"""Single receipts that a fault script makes late, loses or tells again: in the feed, and to an address they are pushed to."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from koodesk.domain.fault_script import On, read_fault_script
from koodesk.engine.cloud import striking
from koodesk.engine.faults import Deck

HOUR_MS = 3_600_000
ITEMS = [[id_, str(id_), "sms", "0", "", 1] for id_ in range(1, 41)]


def deck(does: str, more: str = 'wait = "1h"\npart = 0.5') -> Deck:
    """Return a script of one rule for receipts in force."""
    return Deck(read_fault_script(f'seed = 3\n[[fault]]\non = "receipts"\ndoes = "{does}"\n{more}\n'))


def page(made: Deck, items: list[list[Any]], now_ms: int) -> list[int]:
    """Ask for a page of the feed; return the ids it tells."""
    struck = made.strike(On.RECEIPTS, "", now_ms)
    answer = orjson.dumps({"items": items, "next": 40, "last": 40})
    told = orjson.loads(made.feed(answer, struck, now_ms))
    assert (told["next"], told["last"]) == (40, 40)
    return [one[0] for one in told["items"]]


def test_late_receipts_come_when_their_time_has_come_and_each_is_told() -> None:
    made = deck("late")
    first = page(made, ITEMS, 0)
    late = [one[0] for one in ITEMS if one[0] not in first]
    assert 10 < len(late) < 30
    assert page(made, ITEMS, 1) == first  # a page that is fetched again is the same
    assert page(made, [], HOUR_MS - 1) == []
    # Twice: nobody says that the first of these answers arrived.
    assert page(made, [], HOUR_MS) == late == page(made, [], HOUR_MS + 1)
    assert page(made, [], HOUR_MS + 2) == []


def test_an_answer_that_does_not_arrive_tells_nothing_that_was_held_back() -> None:
    made = deck(
        "late",
        'wait = "1h"\npart = 1.0\nuntil = "30m"\n[[fault]]\non = "receipts"\ndoes = "garbled"\nattempts = 4',
    )
    assert page(made, ITEMS, 0) == []
    for _ in range(3):
        assert page(made, [], HOUR_MS) == []
    assert page(made, [], HOUR_MS) == [one[0] for one in ITEMS]


def test_receipts_that_come_again_are_there_at_once_too() -> None:
    made = deck("again")
    assert page(made, ITEMS, 0) == [one[0] for one in ITEMS]
    again = page(made, [], HOUR_MS)
    assert 10 < len(again) < 30
    assert set(again) < {one[0] for one in ITEMS}


@pytest.mark.parametrize(
    ("does", "more"),
    [("late", 'wait = "1h"\npart = 0.5'), ("again", 'wait = "1h"\npart = 0.5'), ("leave_out", "part = 0.5"), ("twice", ""), ("shuffled", "")],
)  # fmt: skip
def test_what_a_script_says_of_receipts_it_says_of_pushed_ones(does: str, more: str) -> None:
    made, ids = deck(does, more), [one[0] for one in ITEMS]
    tried = [one[0] for one in made.pushed("address 1", 0, ITEMS, 0)]
    told = [one[0] for one in made.pushed("address 1", 0, ITEMS, 0)]
    assert tried == told  # a push that was not taken is the same the next time
    made.late.taken("address 1")
    afterwards = [one[0] for one in made.pushed("address 1", 40, [], HOUR_MS)]
    not_taken = [one[0] for one in made.pushed("address 1", 40, [], HOUR_MS)]
    assert not_taken == afterwards
    made.late.taken("address 1")
    assert not made.pushed("address 1", 40, [], HOUR_MS)
    expected = {
        "late": (len(told) + len(afterwards) == 40, set(told) | set(afterwards) == set(ids), 0 < len(told) < 40),
        "again": (told == ids, 0 < len(afterwards) < 40),
        "leave_out": (0 < len(told) < 40, not afterwards),
        "twice": (told == ids + ids,),
        "shuffled": (told != ids, sorted(told) == ids),
    }  # fmt: skip
    assert all(expected[does])


def test_a_late_report_is_listed_as_on_its_way_until_then() -> None:
    made = deck("late", 'wait = "1h"\npart = 1.0')
    row = {"msg_id": "7", "send_status": "success", "receive_time": "2026", "result_code": ""}
    waits = {**row, "msg_id": "8", "send_status": "sending", "receive_time": ""}

    def listed(now_ms: int) -> list[str]:
        struck = made.strike(On.RECEIPTS, "", now_ms)
        assert struck is not None
        answer = {"send_details": [row, waits]}
        changed = striking.after(struck, "list_aim_send_details", answer, made.late, now_ms)
        assert changed is not None
        return [one["send_status"] for one in orjson.loads(changed.body)["send_details"]]

    assert listed(0) == listed(HOUR_MS - 1) == ["sending", "sending"]
    assert listed(HOUR_MS) == ["success", "sending"]


def test_what_was_held_back_comes_after_the_script_has_ended() -> None:
    held = deck("late", 'wait = "1h"\npart = 1.0')
    assert page(held, ITEMS, 0) == []
    ended = Deck()
    ended.late = held.late
    assert page(ended, [], HOUR_MS) == [one[0] for one in ITEMS]
