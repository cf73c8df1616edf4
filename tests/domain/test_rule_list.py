# SPDX-License-Identifier: Apache-2.0
"""The list of rules says what the rules do."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given

from koodesk.domain.checks import ALL_CODES, check
from koodesk.domain.fixes import FIXABLE
from koodesk.domain.problem import Severity
from koodesk.domain.rule_list import rule_list, severities
from koodesk.domain.template import Template
from tests.domain.checks.test_register import all_cases
from tests.domain.strategies import pack, templates


def test_every_code_is_listed_once() -> None:
    """Sorted, with its source and whether there is a fix."""
    rows = rule_list()
    assert [row.code for row in rows] == list(ALL_CODES)
    assert {row.code for row in rows if row.fixable} == set(FIXABLE)
    assert {row.code: row.source for row in rows}["name.too_long"] == "API CreatePersonalTemplate"


def test_the_cases_matter_as_much_as_the_list_says() -> None:
    """Seen in the tables of cases; only a cover below an uncertain size is met by no layout."""
    seen: dict[str, set[Severity]] = defaultdict(set)
    for case in all_cases():
        seen[case.code].add(case.severity)
    listed = {row.code: set(row.severities) for row in rule_list()}
    differs = {code for code in listed if listed[code] != seen[code]}
    assert differs == {"cover.too_small"}
    assert seen["cover.too_small"] == {Severity.ERROR}


@given(templates())
def test_no_problem_matters_otherwise(template: Template) -> None:
    """Whatever is found."""
    assert all(p.severity in severities(p.code) for p in check(template, pack()))
