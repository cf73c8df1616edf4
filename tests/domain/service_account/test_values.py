# SPDX-License-Identifier: Apache-2.0
"""States as transition tables, the codec as a round trip, and what it refuses."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.problem import Refused
from koodesk.domain.service_account import codec
from koodesk.domain.service_account.rules import halves
from koodesk.domain.service_account.states import (
    APPROVAL_MOVES,
    APPROVAL_NUMBERS,
    LIFE_MOVES,
    LIFE_NUMBERS,
    Approval,
    ApprovalEvent,
    Life,
    LifeEvent,
    advance_approval,
    advance_life,
)
from koodesk.domain.service_account.values import Content, MenuItem, RecordKind, pictures_of, title_of
from koodesk.domain.vendor import Vendor
from tests.domain.service_account.samples import HOME, MENU, OPEN, PORT, PROFILE, RULES, SHORTCUT

ALL: dict[RecordKind, Content] = {
    RecordKind.PROFILE: PROFILE,
    RecordKind.MENU: MENU,
    RecordKind.HOME: HOME,
    RecordKind.PORT: PORT,
    RecordKind.SHORTCUT: SHORTCUT,
}


@given(st.lists(st.sampled_from(ApprovalEvent), max_size=12))
def test_a_review_moves_by_the_table_only(events: list[ApprovalEvent]) -> None:
    state = Approval.DRAFT
    for event in events:
        if (state, event) not in APPROVAL_MOVES:
            with pytest.raises(Refused) as refused:
                advance_approval(state, event)
            wanted = "sa.under_review" if state is Approval.WAITING else "sa.illegal_move"
            assert refused.value.problems[0].code == wanted
            continue
        after = advance_approval(state, event)
        # Nothing is approved or rejected that was not waiting, and what waits is not edited.
        assert after not in (Approval.APPROVED, Approval.REJECTED) or state is Approval.WAITING
        assert not (state is Approval.WAITING and event is ApprovalEvent.EDIT)
        state = after


@given(st.lists(st.sampled_from(LifeEvent), max_size=12))
def test_what_is_frozen_comes_back_only_by_a_new_approval(events: list[LifeEvent]) -> None:
    state, approved_since_freeze = Life.NOT_IN_EFFECT, True
    for event in events:
        if (state, event) not in LIFE_MOVES:
            with pytest.raises(Refused) as refused:
                advance_life(state, event)
            assert refused.value.problems[0].code == "sa.illegal_life"
            continue
        after = advance_life(state, event)
        if event is LifeEvent.FREEZE:
            approved_since_freeze = False
        if event is LifeEvent.TAKE_EFFECT:
            approved_since_freeze = True
        assert after is not Life.IN_EFFECT or approved_since_freeze
        assert event is not LifeEvent.UNFREEZE or after is Life.NOT_IN_EFFECT
        state = after


def test_the_numbers_are_the_platforms() -> None:
    assert [APPROVAL_NUMBERS[one] for one in (Approval.WAITING, Approval.APPROVED, Approval.REJECTED)] == [
        1,
        2,
        3,
    ]
    assert [LIFE_NUMBERS[one] for one in Life] == [1, 2, 3, 4]


@pytest.mark.parametrize("kind", RecordKind)
def test_what_is_written_is_read_back(kind: RecordKind) -> None:
    content = ALL[kind]
    assert codec.from_text(kind, codec.text_of(content)) == content
    assert codec.digest_of(content) == codec.digest_of(codec.from_text(kind, codec.text_of(content)))
    assert codec.from_text(kind, codec.text_of(type(content)())) == type(content)()
    assert title_of(content)


def broken(kind: RecordKind, **changes: Any) -> dict[str, Any]:
    return {**codec.encode(ALL[kind]), **changes}


DEEP = replace(MENU, items=(MenuItem("父", OPEN, (MenuItem("子", OPEN, (MenuItem("孙", OPEN),)),)),))


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        (RecordKind.PROFILE, [], "data.wrong_type"),
        (RecordKind.PROFILE, {}, "data.key_missing"),
        (RecordKind.PROFILE, broken(RecordKind.PROFILE, extra=1), "data.key_unknown"),
        (RecordKind.PROFILE, broken(RecordKind.PROFILE, format=2), "sa.file.newer"),
        (RecordKind.PROFILE, broken(RecordKind.PROFILE, name=1), "data.wrong_type"),
        (RecordKind.PROFILE, broken(RecordKind.PROFILE, name="云" * 5000), "data.too_long"),
        (RecordKind.PROFILE, broken(RecordKind.PROFILE, signatures=["x"] * 65), "data.too_many"),
        (RecordKind.PROFILE, broken(RecordKind.PROFILE, logo={"digest": "x"}), "data.wrong_type"),
        (RecordKind.PROFILE, broken(RecordKind.PROFILE, name="\ud800"), "data.wrong_type"),
        (RecordKind.PORT, broken(RecordKind.PORT, type=2), "data.unknown_name"),
        (RecordKind.MENU, codec.encode(DEEP), "data.too_many"),
        (RecordKind.HOME, broken(RecordKind.HOME, background=3), "data.wrong_type"),
        (RecordKind.SHORTCUT, broken(RecordKind.SHORTCUT, buttons=[{}]), "data.key_missing"),
    ],
)
def test_what_a_stranger_wrote_is_refused(kind: RecordKind, values: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        codec.decode(kind, values)
    assert refused.value.problems[0].code == code


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        codec.from_text(RecordKind.MENU, "{")
    assert refused.value.problems[0].code == "sa.file.unreadable"
    assert json.loads(codec.text_of(MENU))["format"] == codec.FORMAT


def test_pictures_are_all_those_a_content_shows() -> None:
    assert pictures_of(PROFILE) == (PROFILE.logo,)
    assert pictures_of(HOME) == (HOME.background, HOME.quick_apps[0].logo)
    assert pictures_of(MENU) == pictures_of(PORT) == pictures_of(SHORTCUT) == ()


def test_only_huawei_shows_service_accounts_and_the_doubt_is_in_the_data() -> None:
    assert [v for v in Vendor if RULES.shows(v)] == [Vendor.HUAWEI]
    assert {f.vendor for f in RULES.vendors} == set(Vendor)
    assert [f.vendor for f in RULES.vendors if f.confidence == "conflict"] == [
        Vendor.XIAOMI,
        Vendor.OPPO,
        Vendor.VIVO,
    ]


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("a1", 2), ("云", 2), ("云a", 3), ("，", 2), ("é", 2), (" ", 1)]
)
def test_a_chinese_character_counts_two(text: str, count: int) -> None:
    assert halves(text) == count
