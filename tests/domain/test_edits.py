# SPDX-License-Identifier: Apache-2.0
"""Edits: whole or refused, exact to undo, the same after JSON."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import edits
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.codec import dumps, loads
from koodesk.domain.crop import Crop
from koodesk.domain.edits import EDIT_CODES, Batch, Edit, edit_line, read_edit, read_edit_line
from koodesk.domain.edits.base import _REGISTER
from koodesk.domain.edits.parameters import used_in
from koodesk.domain.params import names
from koodesk.domain.problem import Refused
from koodesk.domain.strict_table import MAX_TEXT
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import PICTURE, edits_of, good, templates


def outcome(edit: Edit, template: Template) -> Template | tuple[str, ...]:
    """Return what an edit gives: a template, or the codes of its refusal."""
    try:
        return edit.apply(template)
    except Refused as refused:
        return tuple(p.code for p in refused.problems)


@given(templates(), st.data())
def test_apply_leaves_the_old_value_alone_and_gives_a_storable_new_one(
    template: Template, data: st.DataObject
) -> None:
    """Before is before (undo is exact), and after can be saved and read back."""
    kept = copy.deepcopy(template)
    result = outcome(data.draw(edits_of(template)), template)
    assert template == kept
    if isinstance(result, Template):
        assert loads(dumps(result)) == result
    else:
        assert set(result) <= set(EDIT_CODES)


@given(templates(), st.data())
def test_an_edit_that_changes_nothing_returns_the_same_object(
    template: Template, data: st.DataObject
) -> None:
    """Equal means identical; applied twice, a setting edit is still one edit."""
    edit = data.draw(edits_of(template))
    result = outcome(edit, template)
    if isinstance(result, Template):
        assert (result == template) == (result is template)
        if edit.code.startswith("set_"):
            assert edit.apply(result) is result


@given(templates(), st.data())
def test_untouched_contents_stay_the_same_objects(template: Template, data: st.DataObject) -> None:
    """What keeps both before and after cheap."""
    result = outcome(data.draw(edits_of(template)), template)
    if isinstance(result, Template):
        for content in template.contents():
            after = result.content(content.id)
            assert after is content or after != content


@given(templates(), st.data())
def test_json_round_trip(template: Template, data: st.DataObject) -> None:
    """An edit kept as a line does the same after a crash."""
    edit = data.draw(edits_of(template))
    again = read_edit_line(edit_line(edit))
    assert outcome(again, template) == outcome(edit, template)
    assert edit_line(again) == edit_line(edit)


@given(templates(), st.data())
def test_batch_is_its_edits_in_order_or_nothing(template: Template, data: st.DataObject) -> None:
    """All of them, or the refusal of the first that fails."""
    several = tuple(data.draw(st.lists(edits_of(template), max_size=3)))
    expected: Template | tuple[str, ...] = template
    for edit in several:
        assert isinstance(expected, Template)
        expected = outcome(edit, expected)
        if not isinstance(expected, Template):
            break
    assert outcome(Batch(several), template) == expected


def test_a_batch_that_ends_where_it_began_is_no_change() -> None:
    """A gesture there and back leaves no step."""
    template = good()
    assert Batch((edits.SetName("x"), edits.SetName(template.name))).apply(template) is template
    assert Batch(()).apply(template) is template


def test_every_edit_is_registered_and_generated() -> None:
    """A new edit gets its code, its JSON and its place in the property tests."""
    exported = {
        getattr(edits, name) for name in edits.__all__ if name[0].isupper() and name != "EDIT_CODES"
    } - {Edit}
    assert set(_REGISTER.values()) == exported


def test_rename_reaches_every_use() -> None:
    """Texts, button words and event fields alike, and the list."""
    template = Batch(
        (
            edits.SetText("button", "领取${name}"),
            edits.SetEvent(
                "picture", ClickEvent(EventType.OPEN_URL, (("target", "https://a.example/${name}"),))
            ),
        )
    ).apply(good())
    changed = edits.RenameParam("name", "姓名").apply(template)
    assert used_in(changed, "name") == ()
    assert used_in(changed, "姓名") == ("picture", "title", "button")
    assert [p.name for p in changed.params] == ["姓名"]
    assert edits.RenameParam("姓名", "name").apply(changed) == template


@given(templates(), st.data())
def test_remove_refuses_what_is_used(template: Template, data: st.DataObject) -> None:
    """Without a replacement a used parameter stays; with one it is gone everywhere."""
    if not template.params:
        return
    name = data.draw(st.sampled_from([p.name for p in template.params]))
    result = outcome(edits.RemoveParam(name), template)
    if used_in(template, name):
        assert result == ("edit.param_used",)
        result = edits.RemoveParam(name, "您").apply(template)
    assert isinstance(result, Template)
    assert used_in(result, name) == ()
    assert name not in [p.name for p in result.params]


REFUSALS: tuple[tuple[Edit, str, str], ...] = (
    (edits.SetText("nowhere", "x"), "edit.content_missing", "content:nowhere"),
    (edits.SetText("picture", "x"), "edit.wrong_kind", "content:picture"),
    (edits.SetText("title", "x" * (MAX_TEXT + 1)), "edit.text_too_long", "content:title"),
    (edits.SetText("title", "\ud83d"), "edit.text_not_storable", "content:title"),
    (edits.SetPicture("title", None), "edit.wrong_kind", "content:title"),
    (
        edits.SetPicture("picture", replace(PICTURE, crop=Crop(1, 0, 640, 640))),
        "edit.crop_outside",
        "content:picture",
    ),
    (edits.SetCrop("picture", Crop(0, 0, 0, 1)), "edit.crop_outside", "content:picture"),
    (
        Batch((edits.SetPicture("picture", None), edits.SetCrop("picture", Crop(0, 0, 1, 1)))),
        "edit.picture_missing",
        "content:picture",
    ),
    (edits.SetEvent("title", None), "edit.wrong_kind", "content:title/event"),
    (
        edits.SetEvent("button", ClickEvent(EventType.OPEN_URL, (("onclick", "x"),))),
        "edit.wrong_kind",
        "content:button/event.onclick",
    ),
    (edits.SetSmsSigns(("x",) * 51), "edit.too_many", "sms_signs"),
    (edits.AddParam("name"), "edit.param_exists", "param:name"),
    (edits.AddParam("a b"), "edit.param_bad_name", "param:a b"),
    (edits.SetParamExample("x", "y"), "edit.param_missing", "param:x"),
    (edits.RenameParam("x", "y"), "edit.param_missing", "param:x"),
    (Batch((edits.AddParam("x"), edits.RenameParam("x", "name"))), "edit.param_exists", "param:x"),
    (edits.RenameParam("name", "${x}"), "edit.param_bad_name", "param:name"),
    (edits.RemoveParam("name"), "edit.param_used", "param:name"),
)


@pytest.mark.parametrize(("edit", "code", "where"), REFUSALS)
def test_refusals(edit: Edit, code: str, where: str) -> None:
    """What would break the value is refused by place."""
    with pytest.raises(Refused) as caught:
        edit.apply(good())
    (found,) = caught.value.problems
    assert (found.code, found.where) == (code, where)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([], "data.wrong_type"),
        ({}, "data.key_missing"),
        ({"edit": "drop_table"}, "data.unknown_name"),
        ({"edit": "set_name", "name": 1}, "data.wrong_type"),
        ({"edit": "set_name", "name": "x", "more": 1}, "data.key_unknown"),
        ({"edit": "batch", "edits": [{"edit": "set_name"}]}, "data.key_missing"),
        ({"edit": "set_use", "use": 9}, "data.out_of_range"),
    ],
)
def test_hostile_json(data: object, code: str) -> None:
    """A damaged recovery line is refused, not half applied."""
    with pytest.raises(Refused) as caught:
        read_edit(data)
    assert caught.value.problems[0].code == code


def test_deep_batches_stay_readable() -> None:
    """Batches of batches are one shallow line; a hostile deep line is refused."""
    edit: Edit = edits.SetName("x")
    for _ in range(100):
        edit = Batch((edit,))
    assert read_edit_line(edit_line(edit)).apply(good()).name == "x"
    with pytest.raises(Refused) as caught:
        read_edit_line(b'{"edit":"batch","edits":[' * 100_000)
    assert caught.value.problems[0].code == "card.too_deep"


def test_vendors_and_backgrounds_stand_in_the_consoles_order() -> None:
    """Whatever the order of clicks, equal choices are equal templates."""
    template = good()
    first = edits.SetVendors((Vendor.VIVO, Vendor.HUAWEI)).apply(template)
    assert first.vendors == (Vendor.HUAWEI, Vendor.VIVO)
    a = edits.SetBackground("picture", Vendor.VIVO, PICTURE)
    b = edits.SetBackground("picture", Vendor.OPPO, PICTURE)
    assert Batch((a, b)).apply(template) == Batch((b, a)).apply(template)


def test_names_found_by_edits_and_texts_agree() -> None:
    """`used_in` looks where `params.names` finds."""
    assert used_in(good(), "name") == ("title",)
    assert names("${name}") == ("name",)


def provoked() -> Iterator[Refused]:
    """Yield every refusal of the table, for those who make sentences of them."""
    for edit, _, _ in REFUSALS:
        with pytest.raises(Refused) as caught:
            edit.apply(good())
        yield caught.value
