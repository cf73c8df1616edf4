# SPDX-License-Identifier: Apache-2.0
"""Verdicts of vendors folded into one, and a card's state against its digest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import sms
from koodesk.domain.review_state import CardState, Verdict, card_state, fold, revision_digest, taken_by
from koodesk.domain.sms import SmsTemplateEvent, SmsTemplateState

W, A, R = Verdict.WAITING, Verdict.APPROVED, Verdict.REJECTED


@pytest.mark.parametrize(
    ("verdicts", "folded"),
    [((), W), ((W, W), W), ((A, W), A), ((A, R), A), ((R, W), W), ((R, R), R), ((R,), R)],
)
def test_one_vendor_is_enough_and_all_are_needed_to_refuse(
    verdicts: tuple[Verdict, ...], folded: Verdict
) -> None:
    assert fold(verdicts) is folded


@given(st.permutations([A, R, W, R]))
def test_the_order_of_vendors_does_not_matter(verdicts: list[Verdict]) -> None:
    assert fold(verdicts) is A


@pytest.mark.parametrize(
    ("digest", "submitted", "verdict", "state"),
    [
        ("a", "", None, CardState.DRAFT),
        ("a", "a", None, CardState.DRAFT),
        ("a", "a", W, CardState.WAITING),
        ("b", "a", W, CardState.WAITING),
        ("a", "a", A, CardState.APPROVED),
        ("b", "a", A, CardState.CHANGED),
        ("a", "a", R, CardState.REJECTED),
        ("b", "a", R, CardState.DRAFT),
    ],
)
def test_a_card_stands_by_what_was_submitted(
    digest: str, submitted: str, verdict: Verdict | None, state: CardState
) -> None:
    assert card_state(digest, submitted, verdict) is state


def test_a_body_is_named_by_its_values_and_not_by_their_order() -> None:
    assert revision_digest({"a": 1, "b": "中"}) == revision_digest({"b": "中", "a": 1})
    assert revision_digest({"a": 1}) != revision_digest({"a": 2})


@pytest.mark.parametrize(
    ("state", "word", "after"),
    [
        (SmsTemplateState.NOT_SUBMITTED, W, SmsTemplateState.REVIEWING),
        (SmsTemplateState.NOT_SUBMITTED, A, SmsTemplateState.ADOPTED),
        (SmsTemplateState.REVIEWING, W, SmsTemplateState.REVIEWING),
        (SmsTemplateState.REVIEWING, R, SmsTemplateState.REJECTED),
        (
            SmsTemplateState.REJECTED,
            A,
            SmsTemplateState.REJECTED,
        ),  # told late: it was handed in anew or not at all
    ],
)
def test_where_a_word_takes_a_template(
    state: SmsTemplateState, word: Verdict, after: SmsTemplateState
) -> None:
    begins = (SmsTemplateState.NOT_SUBMITTED, SmsTemplateEvent.SUBMIT)
    assert taken_by(state, sms.event_of(word), sms.MOVES, begins) is after
