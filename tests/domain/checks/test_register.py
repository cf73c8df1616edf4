# SPDX-License-Identifier: Apache-2.0
"""The register as a whole: every code is reached, sourced and placed, and no template makes a check fail."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from koodesk.domain.checks import ALL_CODES, check
from koodesk.domain.checks.register import RULES
from koodesk.domain.problem import errors
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from tests.domain.checks import (
    test_components,
    test_events,
    test_floors,
    test_names,
    test_params,
    test_pictures,
    test_senders,
    test_signs,
    test_slots,
    test_sms_fields,
    test_texts,
    test_variants,
    test_vendors,
    test_videos,
    test_wording,
)
from tests.domain.checks.cases import NOTE, Case, card
from tests.domain.strategies import good, pack, templates

_SUBJECTS = (
    test_components,
    test_events,
    test_floors,
    test_names,
    test_params,
    test_pictures,
    test_senders,
    test_signs,
    test_slots,
    test_sms_fields,
    test_texts,
    test_variants,
    test_vendors,
    test_videos,
    test_wording,
)


def all_cases() -> tuple[Case, ...]:
    """Return the cases of all subjects."""
    return tuple(case for subject in _SUBJECTS for case in subject.CASES)


def test_every_code_has_a_case() -> None:
    """A rule nobody has seen fire proves nothing."""
    assert sorted({case.code for case in all_cases()}) == list(ALL_CODES)


def test_codes_are_dotted_and_belong_to_one_rule() -> None:
    """The catalogue of sentences is keyed by them."""
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", code) for code in ALL_CODES)
    assert len(ALL_CODES) == sum(len(rule.codes) for rule in RULES)


@given(templates())
def test_any_template_can_be_checked(template: Template) -> None:
    """No template breaks a check, every problem stands at a place a screen can find, and says its source."""
    ids = {c.id for c in template.contents()}
    fields = {
        "name",
        "vendors",
        "params",
        "layout",
        "pages",
        "sub_type",
        "style",
        "overrides",
        "scene",
        "sms_example",
        "sms_signs",
        "sms_template",
        "",
    }
    for vendor in (None, *Vendor):
        found = check(template, pack(), vendor)
        assert len(set(found)) == len(found)
        for problem in found:
            assert problem.code in ALL_CODES
            kind, _, rest = problem.where.partition(":")
            if kind == "content":
                assert rest.partition("/")[0] in ids
            elif kind not in ("slot", "group", "param", "sms_signs"):
                assert problem.where in fields
            if vendor is not None:
                assert problem.vendor in (None, vendor)


@pytest.mark.parametrize("vendor", [v for v in Vendor if v is not Vendor.MEIZU])
def test_the_starter_has_no_errors_for_anybody(vendor: Vendor) -> None:
    """What a marketer starts from could be submitted."""
    assert errors(check(good(), pack(), vendor)) == ()


@pytest.mark.parametrize("layout", sorted(pack().layouts))
def test_no_false_alarm_on_any_starter(layout: str) -> None:
    """With its pictures in place, a good example of each layout gives nothing but notes, for each vendor that takes it."""
    template = card(layout)
    for vendor in (None, *template.vendors):
        found = check(template, pack(), vendor)
        assert [p for p in found if p.severity is not NOTE] == []
