# SPDX-License-Identifier: Apache-2.0
"""Fault scripts: what may be written, and that a seed strikes the same calls whatever the order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.fault_script import (
    LONGEST_SCRIPT,
    MAY,
    MOST_FAULTS,
    Does,
    Fault,
    FaultScript,
    On,
    read_fault_script,
    script_of,
)
from koodesk.domain.problem import Refused

RULE = '[[fault]]\non = "send"\ndoes = "reset"\n'


def test_a_script_says_what_it_says() -> None:
    script = read_fault_script(
        'seed = 7\n[[fault]]\non = "send"\ndoes = "status_after"\nstatus = 502\nshare = 0.25\nattempts = 2\n'
        'from = "10m"\nuntil = "1h"\n[[fault]]\non = "receipts"\ndoes = "leave_out"\npart = 0.5\n'
    )
    assert script == FaultScript(
        7,
        (
            Fault(On.SEND, Does.STATUS_AFTER, 0.25, 2, 502, from_ms=600_000, until_ms=3_600_000),
            Fault(On.RECEIPTS, Does.LEAVE_OUT, part=0.5),
        ),
    )


def test_an_empty_script_has_no_faults() -> None:
    assert read_fault_script("") == FaultScript()
    assert FaultScript().strike(On.SEND, "000001", 1, 0) is None


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("seed =", "faults.not_toml", ""),
        ("[" * 5_000, "faults.not_toml", ""),
        ("#" * (LONGEST_SCRIPT + 1), "faults.too_long", ""),
        ("seed = -1", "data.out_of_range", "seed"),
        ("seed = true", "data.wrong_type", "seed"),
        ("seeds = 1", "data.key_unknown", "seeds"),
        ("fault = 3", "data.wrong_type", "fault"),
        (RULE * (MOST_FAULTS + 1), "data.too_many", "fault"),
        ('[[fault]]\ndoes = "reset"', "data.key_missing", "fault[0].on"),
        ('[[fault]]\non = "send"', "data.key_missing", "fault[0].does"),
        ('[[fault]]\non = "sms"\ndoes = "reset"', "data.unknown_name", "fault[0].on"),
        ('[[fault]]\non = "send"\ndoes = "explode"', "data.unknown_name", "fault[0].does"),
        ('[[fault]]\non = "send"\ndoes = "unknown_key"', "faults.cannot", "fault[0].does"),
        ('[[fault]]\non = "receipts"\ndoes = "refuse"', "faults.cannot", "fault[0].does"),
        (RULE + "share = 0", "data.out_of_range", "fault[0].share"),
        (RULE + "share = 1.01", "data.out_of_range", "fault[0].share"),
        (RULE + "share = nan", "data.out_of_range", "fault[0].share"),
        (RULE + "share = true", "data.wrong_type", "fault[0].share"),
        (RULE + 'share = "all"', "data.wrong_type", "fault[0].share"),
        (RULE + "attempts = 1001", "data.out_of_range", "fault[0].attempts"),
        (RULE + "status = 503", "data.key_unknown", "fault[0].status"),
        ('[[fault]]\non = "send"\ndoes = "status"\nstatus = 200', "data.out_of_range", "fault[0].status"),
        ('[[fault]]\non = "send"\ndoes = "status"\nstatus = 404', "faults.status", "fault[0].status"),
        ('[[fault]]\non = "send"\ndoes = "refuse"\ncode = "nein!"', "faults.code", "fault[0].code"),
        ('[[fault]]\non = "send"\ndoes = "hang"\nwait = "soon"', "faults.span", "fault[0].wait"),
        ('[[fault]]\non = "send"\ndoes = "hang"\nwait = "121s"', "faults.span", "fault[0].wait"),
        (RULE + 'from = "10m"\nuntil = "10m"', "faults.ends_before", "fault[0].until"),
        (RULE + 'until = "367d"', "faults.span", "fault[0].until"),
    ],
)
def test_what_is_no_script_is_refused_by_name(text: str, code: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        read_fault_script(text, "故障.toml")
    (problem,) = refused.value.problems
    params = dict(problem.params)
    assert (problem.code, params.get("key", ""), params["file"]) == (code, key, "故障.toml")


def test_the_limits_themselves_are_taken() -> None:
    assert len(read_fault_script(RULE * MOST_FAULTS).faults) == MOST_FAULTS
    assert read_fault_script("#" * LONGEST_SCRIPT) == FaultScript()
    longest = read_fault_script('[[fault]]\non = "send"\ndoes = "hang"\nwait = "120s"\nuntil = "366d"\n')
    assert (longest.faults[0].wait_ms, longest.faults[0].until_ms) == (120_000, 366 * 86_400_000)


FAULTS = st.sampled_from([(on, does) for on in On for does in sorted(MAY[on])]).flatmap(
    lambda pair: st.builds(
        Fault,
        st.just(pair[0]),
        st.just(pair[1]),
        share=st.floats(0.01, 1.0),
        attempts=st.integers(0, 5),
        from_ms=st.integers(0, 1_000),
        until_ms=st.just(0) | st.integers(1_001, 5_000),
    )
)
SCRIPTS = st.builds(FaultScript, st.integers(0, 99), st.lists(FAULTS, max_size=4).map(tuple))


@given(SCRIPTS)
def test_a_script_comes_back_from_its_json(script: FaultScript) -> None:
    assert script_of(script.to_json()) == script


@given(SCRIPTS, st.permutations(range(40)))
def test_the_seed_decides_and_not_the_order(script: FaultScript, order: list[int]) -> None:
    def struck(calls: list[int]) -> dict[int, object]:
        return {call: script.strike(On.SEND, f"{call:06}", 1, 500) for call in calls}

    assert struck(order) == struck(sorted(order))


@given(SCRIPTS, st.integers(0, 99), st.integers(1, 9), st.integers(0, 6_000))
def test_only_a_rule_in_force_strikes(script: FaultScript, call: int, attempt: int, since_ms: int) -> None:
    found = script.strike(On.SEND, str(call), attempt, since_ms)
    if found is None:
        return
    place, fault = found
    assert script.faults[place] is fault
    assert fault.on is On.SEND
    assert fault.attempts == 0 or attempt <= fault.attempts
    assert fault.from_ms <= since_ms
    assert fault.until_ms == 0 or since_ms < fault.until_ms


def test_a_share_is_about_that_share() -> None:
    script = FaultScript(3, (Fault(On.SEND, Does.RESET, share=0.2),))
    struck = sum(script.strike(On.SEND, f"{call:06}", 1, 0) is not None for call in range(5_000))
    assert 900 < struck < 1_100
    part = FaultScript(3, (Fault(On.SEND, Does.LEAVE_OUT, part=0.3),))
    assert 1_400 < sum(part.takes(0, str(number)) for number in range(5_000)) < 1_600
