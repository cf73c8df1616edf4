# SPDX-License-Identifier: Apache-2.0
"""Slots filled: one running number over all groups, an order that follows it, and what is out of sight; on every layout."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.checks import check
from koodesk.domain.checks.slots import kind_of
from koodesk.domain.layout_contents import (
    blank_page,
    content_id,
    free_id,
    in_sight,
    items,
    left_out,
    ordered,
    out_of_sight,
    page_places,
    positions,
)
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import Page, Template, TextContent, Use
from koodesk.domain.vendor import Vendor
from tests.domain.layout_strategies import cards, grouped, layouts
from tests.domain.strategies import pack

NAMES = sorted(pack().layouts)


def card(layout: LayoutSpec) -> Template:
    """Return a blank card of a layout."""
    takers = tuple(v for v in Vendor if layout.takes(v))
    return Template(layout.id, "云杉商城", Use.COMMERCIAL, takers, (blank_page(layout),))


@pytest.mark.parametrize("name", NAMES)
def test_the_slots_of_a_layout_are_numbered_from_one_without_a_gap(name: str) -> None:
    """Facts 2.2: one running number; the pack's own positions are those with one item in each group."""
    layout = pack().layouts[name]
    assert [s.position for s in layout.slots] == list(range(1, len(layout.slots) + 1))


@given(layouts, st.data())
def test_a_full_page_is_numbered_without_a_gap(layout: LayoutSpec, data: st.DataObject) -> None:
    """Over all groups and their items, in the order of the contents."""
    template = data.draw(cards(layout, gaps=False))
    for page in template.pages:
        assert list(positions(layout, page).values()) == list(range(1, len(page.contents) + 1))


@given(grouped, st.data())
def test_the_items_of_a_group_follow_each_other(layout: LayoutSpec, data: st.DataObject) -> None:
    """All slots of an item, then those of the next; what comes after the group goes on counting."""
    page = data.draw(cards(layout, gaps=False)).pages[0]
    numbers = positions(layout, page)
    for group in layout.groups:
        members = [s.id for s in layout.slots_of(group.id)]
        inside = [c for c in page.contents if c.slot in members]
        first = numbers[inside[0].id] if inside else 0
        assert [numbers[c.id] for c in inside] == list(range(first, first + len(inside)))
        assert [(c.item, c.slot) for c in inside] == [
            (item, slot) for item in range(items(page, layout, group.id)) for slot in members
        ]


@given(layouts, st.data())
def test_what_is_left_out_keeps_its_number(layout: LayoutSpec, data: st.DataObject) -> None:
    """A button has the same number with and without the optional picture above it."""
    template = data.draw(cards(layout))
    for page in template.pages:
        all_numbers = {(s.id, item): n for n, (s, item) in enumerate(page_places(layout, page), 1)}
        numbers = positions(layout, page)
        assert numbers == {c.id: all_numbers[c.slot, c.item] for c in page.contents}
        assert list(numbers.values()) == sorted(set(numbers.values()))


@given(layouts, st.data())
def test_order_follows_positions_whatever_the_order_was(layout: LayoutSpec, data: st.DataObject) -> None:
    """Shuffled contents come back as they were; contents of no slot stay at the end in their own order."""
    page = data.draw(cards(layout)).pages[0]
    shuffled = tuple(data.draw(st.permutations(page.contents)))
    assert ordered(layout, shuffled) == page.contents
    assert ordered(layout, page.contents) == page.contents
    strange = (TextContent("b", "unheard"), TextContent("a", "unheard", item=3))
    assert ordered(layout, (*strange, *shuffled)) == (*page.contents, *strange)
    assert not {"a", "b"} & set(positions(layout, Page((*strange, *shuffled))))


@given(layouts, st.integers(0, 2), st.sets(st.sampled_from(["title", "title@2", "pair", "title~2"])))
def test_a_blank_page_has_every_place_once(layout: LayoutSpec, number: int, taken: set[str]) -> None:
    """Its groups at their fewest, each content of its slot's kind, no id twice and none that is taken."""
    kept = set(taken)
    page = blank_page(layout, number, taken=taken)
    ids = [c.id for c in page.contents]
    assert len(set(ids)) == len(ids)
    assert not kept & set(ids)
    assert taken == kept
    assert all(kind_of(c) is layout.slot(c.slot).kind for c in page.contents)
    assert {g.id: items(page, layout, g.id) for g in layout.groups} == {g.id: g.least for g in layout.groups}
    assert [(c.slot, c.item) for c in page.contents] == [(s.id, n) for s, n in page_places(layout, page)]


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_card_lacks_no_slot(name: str) -> None:
    """Words and pictures are missing, nothing of the frame."""
    codes = {p.code for p in check(card(pack().layouts[name]), pack())}
    assert not codes & {"slot.missing", "slot.unknown", "slot.wrong_kind", "group.too_few", "group.too_many"}


def test_ids_say_their_place() -> None:
    """Slot alone for the first; item and page from the second on; the next free one where that is taken."""
    assert content_id("pair") == "pair"
    assert content_id("pair", 2, 1) == "pair-3@2"
    assert free_id("pair", {"title"}) == "pair"
    assert free_id("pair", {"pair", "pair~2"}) == "pair~3"


@pytest.mark.parametrize("name", NAMES)
def test_a_choice_takes_its_slots_out_of_sight_and_no_others(name: str) -> None:
    """Facts 2.2: sub-types hide, styles leave out; a style's slots are not even submitted."""
    layout = pack().layouts[name]
    template = card(layout)
    for sub_type in layout.sub_types:
        chosen = replace(template, sub_type=sub_type.value)
        unused = left_out(chosen, layout)
        assert out_of_sight(chosen, layout) == unused | set(sub_type.hides)
    for style in layout.styles:
        chosen = replace(template, style=style.value)
        assert left_out(chosen, layout) == set(style.leaves_out)
        assert left_out(chosen, layout) <= out_of_sight(chosen, layout)
        assert {c.slot for c in in_sight(chosen, layout)}.isdisjoint(style.leaves_out)


@given(layouts, st.data())
def test_in_sight_is_what_is_neither_hidden_nor_switched_off(layout: LayoutSpec, data: st.DataObject) -> None:
    """In the order of the contents."""
    template = data.draw(cards(layout))
    hidden = out_of_sight(template, layout)
    shown = in_sight(template, layout)
    assert list(shown) == [c for c in template.contents() if c in shown]
    for content in template.contents():
        assert (content in shown) == (content.visible and content.slot not in hidden)


def test_a_hidden_content_is_out_of_sight() -> None:
    """A coupon's label switched off is not shown; the coupon's other contents are."""
    layout = pack().layouts["CardVouchers"]
    template = card(layout)
    label = template.by_slot("label")
    assert label is not None
    assert label in in_sight(template, layout)
    off = template.with_content(replace(label, visible=False))
    assert [c.slot for c in in_sight(off, layout)] == ["header", "logo", "title", "body", "button"]
