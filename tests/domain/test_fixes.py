# SPDX-License-Identifier: Apache-2.0
"""A fix that is offered works."""

from __future__ import annotations

import pytest
from hypothesis import given

from koodesk.domain.checks import ALL_CODES, check
from koodesk.domain.edits import SetText
from koodesk.domain.fixes import FIXABLE, fix
from koodesk.domain.problem import Problem
from koodesk.domain.template import Template
from tests.domain.checks.cases import Case, changed
from tests.domain.checks.test_register import all_cases
from tests.domain.strategies import good, pack, templates


def same(one: Problem, other: Problem) -> bool:
    """Tell whether two problems say the same of the same place."""
    return (one.code, one.where, one.vendor, one.param("name"), one.param("mark")) == (
        other.code,
        other.where,
        other.vendor,
        other.param("name"),
        other.param("mark"),
    )


def assert_fixes_work(template: Template) -> None:
    """Each offered fix applies, and removes its problem."""
    for problem in check(template, pack()):
        edit = fix(problem, template, pack())
        if edit is not None:
            after = check(edit.apply(template), pack())
            assert not any(same(problem, left) for left in after), problem


@given(templates())
def test_any_offered_fix_works(template: Template) -> None:
    """However odd the template."""
    assert_fixes_work(template)


@pytest.mark.parametrize("case", [c for c in all_cases() if c.code in FIXABLE], ids=str)
def test_fixes_of_the_cases(case: Case) -> None:
    """What the checks' own tables provoke."""
    assert_fixes_work(changed(case.change))


def test_every_fixable_code_is_a_code_and_is_fixed_once() -> None:
    """No fix for a problem nobody finds, and each is seen to be offered."""
    assert set(FIXABLE) <= set(ALL_CODES)
    offered = set()
    for case in all_cases():
        template = changed(case.change)
        offered |= {p.code for p in check(template, pack()) if fix(p, template, pack()) is not None}
    assert offered == set(FIXABLE)


def test_a_fix_for_words_by_hand() -> None:
    """The opt-out goes to the end of the body."""
    template = SetText("body", "30元红包 ").apply(good())
    (problem,) = [p for p in check(template, pack()) if p.code == "text.opt_out_missing"]
    assert fix(problem, template, pack()) == SetText("body", "30元红包拒收请回复R")


def test_links_are_never_rewritten() -> None:
    """A full-width & would be another address."""
    case = next(
        c for c in all_cases() if c.code == "text.forbidden_mark" and c.where.endswith("event.target")
    )
    template = changed(case.change)
    (problem,) = [p for p in check(template, pack()) if p.code == case.code]
    assert fix(problem, template, pack()) is None
