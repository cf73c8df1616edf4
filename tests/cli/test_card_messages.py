# SPDX-License-Identifier: Apache-2.0
"""Every problem a card can have is said in Chinese and English, with every place in the sentence filled."""

from __future__ import annotations

import string

import pytest

from koodesk import messages
from koodesk.cli.template_new import NEW_CODES
from koodesk.domain.checks import ALL_CODES, check
from koodesk.domain.codec import CODEC_CODES
from koodesk.domain.edits import EDIT_CODES
from koodesk.domain.koocard import KOOCARD_CODES
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.rule_pack_reader import PACK_CODES
from koodesk.domain.samples import SAMPLE_CODES
from koodesk.domain.starters import STARTER_CODES
from tests.domain import test_codec, test_edits, test_koocard, test_rule_pack_reader
from tests.domain.checks import cases, test_register

CODES = sorted(
    {
        *ALL_CODES,
        *CODEC_CODES,
        *EDIT_CODES,
        *KOOCARD_CODES,
        *NEW_CODES,
        *PACK_CODES,
        *SAMPLE_CODES,
        *STARTER_CODES,
    }
)


@pytest.mark.parametrize("code", CODES)
def test_both_languages(code: str) -> None:
    """A code without a sentence would show itself to the user."""
    entry = messages.catalogue()[code]
    assert entry["zh"]
    assert entry["en"]
    assert bool(entry.get("next_zh")) == bool(entry.get("next_en"))


def unfilled(problem: Problem) -> set[str]:
    """Return the places of a problem's sentences that it does not fill."""
    entry = messages.catalogue()[problem.code]
    places = {name for text in entry.values() for _, name, _, _ in string.Formatter().parse(text) if name}
    given = {name for name, _ in problem.params} | ({"vendor"} if problem.vendor else set())
    return places - given


@pytest.mark.parametrize("case", test_register.all_cases(), ids=str)
def test_places_of_checks_are_filled(case: cases.Case) -> None:
    """Whatever a check finds can be said in full."""
    for problem in check(case.bad(), case.rules()):
        assert unfilled(problem) == set(), problem.code


def test_places_of_refusals_are_filled() -> None:
    """The same for edits, card files and rule packs: each refusal the tables of the other tests provoke."""
    refusals: list[Refused] = [
        *test_edits.provoked(),
        *test_codec.provoked(),
        *test_koocard.provoked(),
        *test_rule_pack_reader.provoked(),
    ]
    assert len(refusals) > 80
    for refused in refusals:
        for problem in refused.problems:
            assert unfilled(problem) == set(), problem
