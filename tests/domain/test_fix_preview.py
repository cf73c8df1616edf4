# SPDX-License-Identifier: Apache-2.0
"""What a fix would change, said before it is made."""

from __future__ import annotations

import pytest
from hypothesis import given

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.crop import Crop
from koodesk.domain.edits import (
    AddParam,
    Batch,
    ClearOverride,
    Edit,
    SetBackground,
    SetCrop,
    SetEvent,
    SetOverride,
    SetSmsSigns,
    SetText,
    SetVendors,
    SetVisible,
)
from koodesk.domain.fix_preview import NOTHING, Change, changes, fix_steps, marked
from koodesk.domain.fixes import fix_all
from koodesk.domain.template import Picture, Template
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import event, material
from tests.domain.strategies import good, pack, templates, texts

LINK = "https://m.yunshan.example/hongbao"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (SetText("body", "新"), Change("content:body.text", good().content("body").text, "新")),  # type: ignore[union-attr]
        (SetCrop("picture", Crop(1, 2, 30, 30)), Change("content:picture.picture", "640x640", "30x30 @1,2")),
        (
            SetBackground("picture", Vendor.OPPO, Picture(material("b"))),
            Change("content:picture.backgrounds", NOTHING, "OPPO 2000x2000"),
        ),
        (SetEvent("button", None), Change("content:button.event", f"OPEN_BROWSER {LINK}", NOTHING)),
        (
            event(EventType.OPEN_BROWSER, target="https://a.example"),
            Change("content:button.event.target", LINK, "https://a.example"),
        ),
        (
            SetEvent("button", ClickEvent(EventType.VIEW_PIC)),
            Change("content:button.event", f"OPEN_BROWSER {LINK}", "VIEW_PIC"),
        ),
        (SetVisible("title", visible=False), Change("content:title.visible", "on", "off")),
        (SetSmsSigns(()), Change("sms_signs", "云杉商城", NOTHING)),
        (AddParam("x", "1"), Change("params", "${name} 林晓", "${name} 林晓, ${x} 1")),
        (SetVendors((Vendor.OPPO,)), Change("vendors", "HUAWEI, XIAOMI, OPPO, VIVO, SAMSUNG", "OPPO")),
        (
            SetOverride(Vendor.OPPO, good().content("title")),
            None,
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_an_edit_changes(edit: Edit, expected: Change | None) -> None:
    """One part, before and after; nothing for an edit that changes nothing."""
    found = changes(good(), edit.apply(good()))
    assert found == (() if expected is None else (expected,))


def test_a_vendors_own_content() -> None:
    """Named by the vendor, field by field."""
    mine = SetText("title", "甲").apply(good()).content("title")
    other = SetText("title", "乙").apply(good()).content("title")
    one = SetOverride(Vendor.OPPO, mine).apply(good())
    two = SetOverride(Vendor.OPPO, other).apply(one)
    assert changes(good(), one) == (Change("OPPO content:title", NOTHING, "甲"),)
    assert changes(one, two) == (Change("OPPO content:title.text", "甲", "乙"),)
    assert changes(two, ClearOverride(Vendor.OPPO, "title").apply(two)) == (
        Change("OPPO content:title", "乙", NOTHING),
    )


@given(texts, texts)
def test_marked_pieces_give_both_texts(before: str, after: str) -> None:
    """What is kept and dropped is the old text, what is kept and added the new one."""
    pieces = marked(before, after)
    assert "".join(text for mark, text in pieces if mark != "+") == before
    assert "".join(text for mark, text in pieces if mark != "-") == after
    assert all(text for _, text in pieces)


def test_marked_by_hand() -> None:
    """Dropped before added."""
    assert marked("a<b", "a＜b") == (("=", "a"), ("-", "<"), ("+", "＜"), ("=", "b"))


@given(templates())
def test_steps_end_where_fixing_ends(template: Template) -> None:
    """Each says at least one change, and together they are `fix_all`."""
    steps = fix_steps(template, pack())
    assert all(step.changes for step in steps)
    after = steps[-1].after if steps else template
    assert after == fix_all(template, pack()).apply(template)
    assert Batch(tuple(step.edit for step in steps)).apply(template) == after
