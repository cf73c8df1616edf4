# SPDX-License-Identifier: Apache-2.0
"""SMS signatures: the form of table 2-6 and the platform's states."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import signature
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import Verdict
from koodesk.domain.signature import (
    SignatureDraft,
    SignatureEvent,
    SignatureSource,
    SignatureState,
    SmsType,
)
from koodesk.domain.sms_rules import read_sms_rules

RULES = read_sms_rules(
    (Path(__file__).resolve().parents[2] / "resources" / "rules" / "sms.toml").read_text("utf-8")
).signature
LICENCE = Paper("营业执照.jpg", 1000, "a" * 64, "jpg")
DRAFT = SignatureDraft("云杉商城", SmsType.PROMOTION, 1, SignatureSource.COMPANY, third_party=False)


def codes(draft: SignatureDraft, licence: Paper | None = LICENCE, attorney: Paper | None = None) -> list[str]:
    return [p.code for p in signature.check_signature(RULES, draft, licence, attorney)]


@pytest.mark.parametrize("name", ["云杉", "Huawei Cloud 2", "一" * 16, "A1", "𠮷野家"])
def test_names_that_are_taken(name: str) -> None:
    assert codes(replace(DRAFT, name=name)) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "signature.name.missing"),
        ("云", "signature.name.too_short"),
        ("一" * 17, "signature.name.too_long"),
        (" 云杉", "signature.name.outer_space"),
        ("云杉 ", "signature.name.outer_space"),
        ("【云杉】", "signature.name.characters"),
        ("云杉-商城", "signature.name.characters"),
        ("<b>云", "signature.name.characters"),
        ("=1+1", "signature.name.characters"),
        ("云\u202e杉", "text.bidi_mark"),
        ("云\n杉", "text.control_character"),
    ],
)
def test_names_that_are_refused(name: str, code: str) -> None:
    assert codes(replace(DRAFT, name=name)) == [code]


@given(st.text(alphabet="云a1 -【\u202e\n", max_size=18))
def test_a_name_that_passes_has_only_what_the_form_allows(name: str) -> None:
    if not signature.check_name(RULES, name):
        assert 2 <= len(name) <= 16
        assert name == name.strip()
        assert set(name) <= set("云a1 ")


@pytest.mark.parametrize(
    ("source", "title", "code"),
    [
        (SignatureSource.COMPANY, "", ""),
        (SignatureSource.COMPANY, "x", "signature.source_title.unexpected"),
        (SignatureSource.TRADEMARK, "", ""),
        (SignatureSource.WEBSITE, "huawei.com", ""),
        (SignatureSource.WEBSITE, "", "signature.source_title.missing"),
        (SignatureSource.WEBSITE, "not a domain", "signature.source_title.shape"),
        (SignatureSource.APP, "https://app.example/x.apk", ""),
        (SignatureSource.APP, "应用商店", "signature.source_title.shape"),
        (SignatureSource.MINI_PROGRAM, "云杉小程序", ""),
        (SignatureSource.SHOP, "云杉旗舰店", ""),
        (SignatureSource.SHOP, "一" * 181, "signature.source_title.too_long"),
    ],
)
def test_the_source_says_which_title_it_needs(source: SignatureSource, title: str, code: str) -> None:
    assert codes(replace(DRAFT, source=source, source_title=title)) == ([code] if code else [])


def test_the_licence_is_always_needed_and_the_power_of_attorney_for_third_parties() -> None:
    assert codes(DRAFT, None) == ["signature.licence_missing"]
    third = replace(DRAFT, third_party=True)
    assert codes(third) == ["signature.attorney_missing"]
    assert codes(third, attorney=LICENCE) == []
    assert codes(DRAFT, attorney=LICENCE) == ["signature.attorney_unexpected"]


def test_the_note_ends_at_80() -> None:
    assert codes(replace(DRAFT, note="说" * 80)) == []
    assert codes(replace(DRAFT, note="说" * 81)) == ["signature.note.too_long"]


def test_licences_are_pictures_of_two_megabytes_with_plain_names() -> None:
    assert RULES.licence.types == ("jpg", "png", "gif")
    assert RULES.licence.max_bytes == 2 * 1024 * 1024
    assert RULES.licence.plain_name


def test_every_pair_of_state_and_event_is_a_move_or_a_refusal() -> None:
    for state, event in itertools.product(SignatureState, SignatureEvent):
        if (state, event) in signature.MOVES:
            assert isinstance(signature.advance(state, event), SignatureState)
        else:
            with pytest.raises(Refused):
                signature.advance(state, event)


def test_only_what_is_done_can_be_used_and_only_what_was_refused_changed() -> None:
    assert [s for s in SignatureState if s.usable] == [SignatureState.REVIEW_PASSED]
    assert [s for s in SignatureState if (s, SignatureEvent.EDIT) in signature.MOVES] == [
        SignatureState.NOT_SUBMITTED,
        SignatureState.REVIEW_NOT_PASS,
    ]


def test_the_way_through_a_review() -> None:
    state = signature.advance(SignatureState.NOT_SUBMITTED, SignatureEvent.SUBMIT)
    for verdict, after in (
        (Verdict.PROCESSING, SignatureState.PROCESSING),
        (Verdict.APPROVED, SignatureState.REVIEW_PASSED),
    ):
        event = signature.event_of(verdict)
        assert event is not None
        state = signature.advance(state, event)
        assert state is after
