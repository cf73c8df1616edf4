# SPDX-License-Identifier: Apache-2.0
"""Layout, pages, slots and sub-type."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.edits import SetSubType
from koodesk.domain.layout_contents import empty, places
from koodesk.domain.template import Page, Template, TextContent
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import NOTE, Case, assert_found, problems, to, with_fields
from tests.domain.strategies import good, pack


def _without(slot: str) -> Template:
    kept = tuple(c for c in good().contents() if c.slot != slot)
    return replace(good(), pages=(Page(kept),))


def _with(content: TextContent) -> Template:
    return replace(good(), pages=(Page((*good().contents(), content)),))


def _carousel(cards: int) -> Template:
    layout = pack().layouts["Carousel"]
    contents = tuple(empty(slot, item) for slot, item in places(layout, {"cards": cards}))
    return replace(good(), layout=layout.id, pages=(Page(contents),))


CASES = (
    Case(with_fields(layout="Unheard"), "layout.unknown", "layout"),
    Case(with_fields(pages=()), "pages.missing", "pages"),
    Case(with_fields(pages=(good().pages[0], *(Page(()),) * 10)), "pages.too_many", "pages"),
    Case(lambda _: _without("body"), "slot.missing", "slot:body"),
    Case(lambda _: _with(TextContent("x", "subtitle", "x")), "slot.unknown", "content:x"),
    Case(lambda _: _with(TextContent("x", "picture", "x", item=1)), "slot.wrong_kind", "content:x"),
    Case(lambda _: _with(TextContent("x", "title", "x")), "slot.twice", "content:x"),
    Case(lambda _: _with(TextContent("x", "title", "x", item=1)), "slot.twice", "content:x"),
    Case(lambda _: _carousel(1), "group.too_few", "group:cards"),
    Case(lambda _: _carousel(11), "group.too_many", "group:cards"),
    Case(SetSubType(3), "sub_type.unknown", "sub_type"),
    Case(SetSubType(2), "sub_type.ignored", "sub_type", NOTE, Vendor.XIAOMI),
    Case(SetSubType(2), "sub_type.ignored", "sub_type", NOTE, Vendor.SAMSUNG),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def test_huawei_honours_the_dynamic_button() -> None:
    """Nothing to say about HUAWEI."""
    found = problems(SetSubType(2))
    assert Vendor.HUAWEI not in {p.vendor for p in found if p.code == "sub_type.ignored"}


def test_an_unknown_layout_is_said_once() -> None:
    """Nothing else can be known about it: no list of follow-up errors about slots and vendors."""
    found = problems(with_fields(layout="Unheard"))
    assert [p.code for p in found] == ["layout.unknown"]


def test_a_vendor_that_refuses_the_layout_is_said_once() -> None:
    """MEIZU's further wishes do not matter then."""
    found = [p.code for p in problems(to(Vendor.MEIZU)) if p.vendor is Vendor.MEIZU]
    assert found == ["vendor.layout_refused"]
