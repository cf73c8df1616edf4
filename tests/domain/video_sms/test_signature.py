# SPDX-License-Identifier: Apache-2.0
"""The signature of video SMS (table 3-5): its form and its states."""

from __future__ import annotations

import itertools

import pytest

from koodesk.domain.papers import Paper
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import Verdict
from koodesk.domain.video_sms import signature as subject
from koodesk.domain.video_sms.signature import MOVES, VideoSignatureDraft, check_signature
from koodesk.domain.video_sms.signature import VideoSignatureEvent as Event
from koodesk.domain.video_sms.signature import VideoSignatureState as State
from tests.domain.video_sms.messages import rules

LETTER = Paper("授权函.pdf", 1000, "a" * 64, "pdf")


def codes(name: str, letter: Paper | None = LETTER, *, third: bool = False, filed: bool = True) -> list[str]:
    draft = VideoSignatureDraft(name, third)
    return [p.code for p in check_signature(rules(), draft, letter, filing_letter=filed)]


@pytest.mark.parametrize("name", ["北辰", "北辰 X5", "A" * 18, "㐀𠀀"])
def test_a_name_that_is_taken(name: str) -> None:
    assert codes(name) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "video_signature.name.missing"),
        ("北", "video_signature.name.too_short"),
        ("北" * 19, "video_signature.name.too_long"),
        (" 北辰", "signature.name.outer_space"),
        ("【北辰】", "signature.name.characters"),
        ("北\u200b辰", "text.control_character"),
        ("北\u202e辰", "text.bidi_mark"),
    ],
)
def test_a_name_that_is_not(name: str, code: str) -> None:
    assert codes(name) == [code]


@pytest.mark.parametrize(
    ("third", "filed", "letter"), list(itertools.product((True, False), (True, False), (LETTER, None)))
)
def test_the_letter_of_its_own(third: bool, filed: bool, letter: Paper | None) -> None:
    """Needed for somebody else's name, and when the filing has none."""
    needed = letter is None and (third or not filed)
    expected = ["video_signature.authorization_missing"] if needed else []
    assert codes("北辰汽车", letter, third=third, filed=filed) == expected


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_every_move_that_is_not_in_the_table_is_refused(state: State, event: Event) -> None:
    if (state, event) in MOVES:
        assert subject.advance(state, event) is MOVES[state, event]
        return
    with pytest.raises(Refused) as refused:
        subject.advance(state, event)
    assert refused.value.problems[0].code == "video_signature.illegal_move"


def test_the_way_of_a_signature() -> None:
    state = State.NOT_SUBMITTED
    for event in (Event.SUBMIT, Event.REJECT, Event.EDIT, Event.SUBMIT, Event.APPROVE):
        assert not state.usable
        state = subject.advance(state, event)
    assert state.usable


def test_verdicts_are_events_once_decided() -> None:
    assert {v: subject.event_of(v) for v in Verdict} == {
        Verdict.WAITING: None,
        Verdict.PROCESSING: None,
        Verdict.APPROVED: Event.APPROVE,
        Verdict.REJECTED: Event.REJECT,
    }


def test_the_body_says_all_of_the_form() -> None:
    found = subject.body(VideoSignatureDraft("北辰汽车", third_party=True), LETTER, None)
    paper = {"name": "授权函.pdf", "size": 1000, "digest": "a" * 64, "type": "pdf"}
    assert found == {"name": "北辰汽车", "third_party": True, "authorization": paper, "other": None}
