# SPDX-License-Identifier: Apache-2.0
"""The vendors' variants: their own contents are checked like the master's, for them alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.checks import check
from koodesk.domain.edits import AddParam, ClearOverride, Edit, RemoveParam, RenameParam, SetOverride
from koodesk.domain.problem import Problem, Refused, errors
from koodesk.domain.template import Content, Override, Template, TextContent
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import NOTE, WARNING, Case, assert_found, both, problems, text, to
from tests.domain.strategies import good, pack

OPPO, HUAWEI, VIVO = Vendor.OPPO, Vendor.HUAWEI, Vendor.VIVO


def own(slot: str, words: str, vendor: Vendor = OPPO) -> SetOverride:
    """Return the edit that gives a vendor its own words."""
    content: Content = good().content(slot)
    assert isinstance(content, TextContent)
    return SetOverride(vendor, replace(content, text=words))


def _lost(template: Template) -> Template:
    gone = Override(OPPO, TextContent("old", "title", "x"), "0" * 64)
    return replace(template, overrides=(gone,))


MINE = own("title", "${name}，OPPO 用户专享红包")

CASES = (
    Case(both(MINE, text("title", "换了")), "variant.drifted", "content:title", WARNING, OPPO),
    Case(_lost, "variant.lost", "overrides", WARNING, OPPO),
    Case(both(MINE, to(HUAWEI)), "variant.unused", "overrides", NOTE, OPPO),
    Case(MINE, "variant.split", "overrides", NOTE),
    Case(own("body", "30元红包"), "text.opt_out_missing", "content:body", vendor=OPPO),
    Case(own("title", "${who}"), "param.undefined", "content:title", vendor=OPPO),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def _about(found: tuple[Problem, ...], prefix: str) -> list[tuple[str, Vendor | None]]:
    return [(p.code, p.vendor) for p in found if p.code.startswith(prefix)]


@pytest.mark.parametrize("vendor", [None, OPPO])
def test_said_when_every_vendor_has_its_own(vendor: Vendor | None) -> None:
    """Also when nobody sees the master any more, and when one vendor alone is looked at."""
    drifted = both(to(OPPO), MINE, text("title", "换了"))
    assert _about(problems(drifted, vendor), "variant.") == [("variant.drifted", OPPO)]


def test_another_vendors_variant_is_not_said() -> None:
    """HUAWEI is looked at: it sees the master."""
    drifted = both(MINE, text("title", "换了"))
    assert _about(problems(drifted, HUAWEI), "variant.drifted") == []


def test_the_masters_slip_is_no_slip_of_who_does_not_see_it() -> None:
    """What only OPPO shows wrong is OPPO's; what OPPO shows instead of a slip is right."""
    wrong = both(to(OPPO), text("title", "a<b"), own("title", "${name}，红包"))
    assert errors(problems(both(to(OPPO, HUAWEI), wrong.edits[1], wrong.edits[2]))) != ()
    assert errors(problems(wrong)) == ()


def test_a_parameter_that_only_a_variant_uses_is_used() -> None:
    """Else its removal would break the variant."""
    edits: tuple[Edit, ...] = (AddParam("x", "1"), own("title", "${name} ${x}"))
    assert _about(problems(both(*edits)), "param.unused") == []
    assert _about(problems(both(*edits, ClearOverride(OPPO, "title"))), "param.unused") == [
        ("param.unused", None)
    ]


def test_a_renamed_parameter_is_renamed_in_variants_too() -> None:
    """And a removed one is refused while a variant uses it; neither lets the master drift away."""
    before = both(AddParam("x", "1"), own("title", "${name} ${x}")).apply(good())
    after = RenameParam("name", "who").apply(RenameParam("x", "y").apply(before))
    assert after.overrides[0].content == own("title", "${who} ${y}").content
    assert not [p for p in check(after, pack()) if p.code in ("variant.drifted", "param.undefined")]
    with pytest.raises(Refused, match=r"edit\.param_used"):
        RemoveParam("x").apply(before)
    gone = RemoveParam("x", "").apply(before)
    assert not [p for p in check(gone, pack()) if p.code in ("variant.drifted", "param.undefined")]


def test_the_same_words_for_two_vendors_are_one_more_template() -> None:
    """`variant.split` counts what is handed in."""
    two = both(own("title", "红包"), own("title", "红包", VIVO))
    (found,) = [p for p in check(two.apply(good()), pack()) if p.code == "variant.split"]
    assert found.param("count") == 2
