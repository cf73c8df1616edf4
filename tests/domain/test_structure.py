# SPDX-License-Identifier: Apache-2.0
"""Items and pages come, go and move on every layout: exact to undo, in the order of positions, the same after JSON, and
never beyond the layout's numbers."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.codec import dumps, loads
from koodesk.domain.edits import (
    Edit,
    InsertItem,
    InsertPage,
    MoveItem,
    MovePage,
    RemoveItem,
    RemovePage,
    SetOverride,
    edit_line,
    read_edit_line,
)
from koodesk.domain.layout_contents import blank_page, items, ordered, positions
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.structure import STRUCTURE_CODES, add_item, add_page, remove_item
from koodesk.domain.template import Content, Template, TextContent, Use
from koodesk.domain.vendor import Vendor
from tests.domain.layout_strategies import cards, grouped, layouts
from tests.domain.strategies import pack


def slots_of(layout: LayoutSpec, group: str) -> tuple[str, ...]:
    """Return the ids of a group's slots, as edits name them."""
    return tuple(s.id for s in layout.slots_of(group))


@dataclass(frozen=True)
class Place:
    """A group on a page of a card, and how many items it has there."""

    page: int
    group: str
    count: int


def a_place(data: st.DataObject, template: Template, layout: LayoutSpec) -> Place:
    """Draw a group on a page."""
    page = data.draw(st.integers(0, len(template.pages) - 1), label="page")
    group = data.draw(st.sampled_from([g.id for g in layout.groups]), label="group")
    return Place(page, group, items(template.pages[page], layout, group))


def done(edit: Edit, template: Template, layout: LayoutSpec) -> Template:
    """Apply an edit and hold the result against what is promised of every one of them."""
    kept = copy.deepcopy(template)
    after = edit.apply(template)
    assert template == kept, "the card before is what undo goes back to"
    assert read_edit_line(edit_line(edit)) == edit
    assert read_edit_line(edit_line(edit)).apply(kept) == after
    assert loads(dumps(after)) == after
    ids = [c.id for c in after.contents()]
    assert len(set(ids)) == len(ids)
    for page in after.pages:
        assert ordered(layout, page.contents) == page.contents
    return after


def group_of(template: Template, layout: LayoutSpec, place: Place) -> list[tuple[str, ...]]:
    """Return the ids of each item's contents, item by item."""
    page = template.pages[place.page]
    members = slots_of(layout, place.group)
    return [
        tuple(c.id for c in page.contents if c.slot in members and c.item == item)
        for item in range(items(page, layout, place.group))
    ]


def untouched(before: Template, after: Template, layout: LayoutSpec, place: Place) -> None:
    """Nothing but the group has changed, other pages not even as objects."""
    members = slots_of(layout, place.group)
    for number, (old, new) in enumerate(zip(before.pages, after.pages, strict=True)):
        if number != place.page:
            assert new is old
        assert [c for c in new.contents if c.slot not in members] == [
            c for c in old.contents if c.slot not in members
        ]
    assert replace(after, pages=before.pages) == before


@given(grouped, st.data())
def test_an_item_is_added_where_one_wants_it(layout: LayoutSpec, data: st.DataObject) -> None:
    """The items before keep their number, those behind move on; taken away again, the card is as it was."""
    template = data.draw(cards(layout))
    place = a_place(data, template, layout)
    if place.count >= layout.group(place.group).most:
        return
    at = data.draw(st.none() | st.integers(0, place.count))
    edit = add_item(template, layout, place.group, at, page=place.page)
    after = done(edit, template, layout)
    untouched(template, after, layout, place)
    number = place.count if at is None else at
    was, now = group_of(template, layout, place), group_of(after, layout, place)
    assert now[:number] + now[number + 1 :] == was
    assert now[number] == tuple(c.id for c in edit.contents)
    assert RemoveItem(place.page, slots_of(layout, place.group), number).apply(after) == template


@given(grouped, st.data())
def test_an_item_like_another_has_all_that_it_has(layout: LayoutSpec, data: st.DataObject) -> None:
    """Words, pictures and events are copied; ids and numbers are its own."""
    template = data.draw(cards(layout))
    place = a_place(data, template, layout)
    if not 0 < place.count < layout.group(place.group).most:
        return
    like = data.draw(st.integers(0, place.count - 1))
    after = done(add_item(template, layout, place.group, page=place.page, like=like), template, layout)
    for slot in slots_of(layout, place.group):
        source = template.by_slot(slot, like, place.page)
        made = after.by_slot(slot, place.count, place.page)
        assert source is not None
        assert made is not None
        assert replace(made, id=source.id, item=like) == source


@given(grouped, st.data())
def test_an_item_is_removed_with_what_vendors_show_instead(layout: LayoutSpec, data: st.DataObject) -> None:
    """The others close up; the overrides of its contents go, those of the others stay."""
    template = data.draw(cards(layout))
    place = a_place(data, template, layout)
    if place.count <= layout.group(place.group).least:
        return
    item = data.draw(st.integers(0, place.count - 1))
    overridden = data.draw(st.sampled_from(template.contents()))
    template = SetOverride(Vendor.HUAWEI, replace(overridden, visible=not overridden.visible)).apply(template)
    edit = remove_item(template, layout, place.group, item, page=place.page)
    after = done(edit, template, layout)
    was, now = group_of(template, layout, place), group_of(after, layout, place)
    assert now == was[:item] + was[item + 1 :]
    assert [o.content.id for o in after.overrides] == [overridden.id] * (overridden.id not in was[item])
    untouched(replace(template, overrides=()), replace(after, overrides=()), layout, place)


@given(grouped, st.data())
def test_an_item_moves_and_moves_back(layout: LayoutSpec, data: st.DataObject) -> None:
    """As a list would have it; the contents keep their ids, so that the selection stays on them."""
    template = data.draw(cards(layout))
    place = a_place(data, template, layout)
    if not place.count:
        return
    item, to = (data.draw(st.integers(0, place.count - 1)) for _ in range(2))
    members = slots_of(layout, place.group)
    after = done(MoveItem(place.page, members, item, to), template, layout)
    untouched(template, after, layout, place)
    wanted = group_of(template, layout, place)
    wanted.insert(to, wanted.pop(item))
    assert group_of(after, layout, place) == wanted
    assert MoveItem(place.page, members, to, item).apply(after) == template
    assert (after is template) == (item == to)


@given(grouped, st.data())
def test_positions_stay_one_running_number(layout: LayoutSpec, data: st.DataObject) -> None:
    """After any row of edits a page is numbered from 1 without a gap, and undoing goes through every card again."""
    template = data.draw(cards(layout, gaps=False))
    history, kept = [template], [dumps(template)]
    for _ in range(data.draw(st.integers(1, 4))):
        place = a_place(data, template, layout)
        spec, members = layout.group(place.group), slots_of(layout, place.group)
        kind = data.draw(st.sampled_from(["add", "remove", "move"]))
        if kind == "add" and place.count < spec.most:
            edit: Edit = add_item(template, layout, spec.id, page=place.page)
        elif kind == "remove" and place.count > spec.least:
            edit = remove_item(template, layout, spec.id, place.count - 1, page=place.page)
        elif place.count:
            edit = MoveItem(place.page, members, 0, place.count - 1)
        else:
            continue
        template = done(edit, template, layout)
        history.append(template)
        kept.append(dumps(template))
        page = template.pages[place.page]
        assert list(positions(layout, page).values()) == list(range(1, len(page.contents) + 1))
        assert spec.least <= items(page, layout, spec.id) <= spec.most
    assert [dumps(card) for card in history] == kept, "the cards undo goes back to are as they were"


def test_the_first_item_of_an_empty_group_stands_where_the_group_belongs() -> None:
    """The goods' pictures stand before the title, also when there was none; a line that says no place puts it last."""
    layout = pack().layouts["ECImageAndText"]
    template = Template(layout.id, "云杉", Use.COMMERCIAL, (Vendor.HUAWEI,), (blank_page(layout),))
    assert items(template.pages[0], layout, "pictures") == 0
    edit = add_item(template, layout, "pictures")
    after = done(edit, template, layout)
    slots = [c.slot for c in after.contents()]
    assert slots.index("picture") == slots.index("title") - 1
    old = json.loads(edit_line(edit))
    del old["at"]
    at_end = read_edit_line(json.dumps(old).encode()).apply(template)
    assert [c.slot for c in at_end.contents()][-1] == "picture"
    assert ordered(layout, at_end.contents()) == after.contents()


@pytest.mark.parametrize("name", sorted(n for n, spec in pack().layouts.items() if spec.groups))
def test_a_group_is_never_fuller_or_emptier_than_its_layout_allows(name: str) -> None:
    """From the fewest to the most one by one and back; one more and one less are refused with the numbers."""
    layout = pack().layouts[name]
    blank = Template(name, "云杉", Use.COMMERCIAL, (Vendor.HUAWEI,), (blank_page(layout),))
    for group in layout.groups:
        template = blank
        with pytest.raises(Refused) as few:
            remove_item(template, layout, group.id, 0)
        for count in range(group.least, group.most):
            assert items(template.pages[0], layout, group.id) == count
            template = add_item(template, layout, group.id).apply(template)
        with pytest.raises(Refused) as many:
            add_item(template, layout, group.id, 0)
        for caught, code, limit in (
            (few, "structure.fewest_items", group.least),
            (many, "structure.most_items", group.most),
        ):
            (problem,) = caught.value.problems
            assert problem.code == code
            assert problem.code in STRUCTURE_CODES
            assert problem.where == f"group:{group.id}"
            assert problem.param("limit") == problem.param("actual") == limit
            assert problem.param("group") == group.name_zh
        while items(template.pages[0], layout, group.id) > group.least:
            template = remove_item(template, layout, group.id, group.least).apply(template)
        assert template == blank


@given(layouts, st.data())
def test_pages_come_go_and_move(layout: LayoutSpec, data: st.DataObject) -> None:
    """A new page is blank or like another, and stands last; moved and moved back, the card is as it was."""
    template = data.draw(cards(layout))
    count = len(template.pages)
    like = data.draw(st.none() | st.integers(0, count - 1))
    edit = add_page(template, layout, None, like=like)
    after = done(edit, template, layout)
    assert after.pages[:-1] == template.pages
    model = template.pages[like] if like is not None else blank_page(layout)

    def bare(content: Content) -> Content:
        return replace(content, id="")

    assert [bare(c) for c in after.pages[-1].contents] == [bare(c) for c in model.contents]
    assert done(RemovePage(count), after, layout) == template
    page, to = (data.draw(st.integers(0, count)) for _ in range(2))
    moved = done(MovePage(page, to), after, layout)
    wanted = list(after.pages)
    wanted.insert(to, wanted.pop(page))
    assert list(moved.pages) == wanted
    assert MovePage(to, page).apply(moved) == after
    back = RemovePage(page).apply(after)
    assert InsertPage(page, after.pages[page].contents).apply(back) == after


def test_pages_have_a_most_and_the_last_one_stays() -> None:
    """Facts 1.7: ten pages; a card without a page is no card."""
    layout = pack().layouts["Notification1"]
    template = Template(layout.id, "云杉", Use.COMMERCIAL, (Vendor.HUAWEI,), (blank_page(layout),))
    most = pack().limit("pages.count")
    with pytest.raises(Refused) as last:
        RemovePage(0).apply(template)
    assert [p.code for p in last.value.problems] == ["edit.last_page"]
    for _ in range(most - 1):
        template = add_page(template, layout, most).apply(template)
    with pytest.raises(Refused) as many:
        add_page(template, layout, most)
    (problem,) = many.value.problems
    assert (problem.code, problem.param("limit"), problem.param("actual")) == (
        "structure.most_pages",
        most,
        most,
    )


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (RemoveItem(0, ("pair",), 2), "edit.item_missing"),
        (RemoveItem(1, ("pair",), 0), "edit.page_missing"),
        (RemoveItem(0, ("title_second",), 0), "edit.item_missing"),
        (MoveItem(0, ("pair",), 0, 2), "edit.item_missing"),
        (MoveItem(0, ("pair",), -1, 0), "edit.item_missing"),
        (InsertItem(0, (TextContent("pair", "pair", item=1),)), "edit.wrong_kind"),
        (InsertItem(0, (TextContent("a", "pair"), TextContent("b", "pair", item=1))), "edit.wrong_kind"),
        (InsertItem(0, ()), "edit.wrong_kind"),
        (InsertPage(2, (TextContent("a", "title"),)), "edit.page_missing"),
        (InsertPage(0, (TextContent("title", "title"),)), "edit.wrong_kind"),
        (MovePage(0, 1), "edit.page_missing"),
        (RemovePage(1), "edit.page_missing"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_whole(edit: Edit, code: str) -> None:
    """The notice has two pairs on one page."""
    layout = pack().layouts["Notification1"]
    template = Template(layout.id, "云杉", Use.COMMERCIAL, (Vendor.HUAWEI,), (blank_page(layout),))
    kept = copy.deepcopy(template)
    with pytest.raises(Refused) as caught:
        edit.apply(template)
    assert [p.code for p in caught.value.problems] == [code]
    assert template == kept
