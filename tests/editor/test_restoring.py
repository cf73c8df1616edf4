# SPDX-License-Identifier: Apache-2.0
"""From any card to any other of the same shape and back, as one edit that goes through the recovery log."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.crop import Crop
from koodesk.domain.edits import (
    AddParam,
    Edit,
    RemoveParam,
    RenameParam,
    SetBackground,
    SetEvent,
    SetName,
    SetPicture,
    SetText,
    SetVendors,
    edit_json,
    read_edit,
)
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import MaterialRef, Picture, Template
from koodesk.domain.vendor import Vendor
from koodesk.editor.restoring import can_restore, restoring
from tests.starters import starter

_PICTURE = Picture(MaterialRef("ab" * 32, 800, 600, 1000), Crop(0, 0, 600, 600))
_EDITS: tuple[Edit, ...] = (
    SetText("title", "没有参数"),
    SetText("title", "甲"),
    SetText("body", "正文"),
    RemoveParam("name", "x"),
    RenameParam("name", "shop"),
    AddParam("amount", "30"),
    SetName("别的名称"),
    SetVendors((Vendor.XIAOMI,)),
    SetPicture("picture", _PICTURE),
    SetBackground("picture", Vendor.OPPO, _PICTURE),
    SetBackground("picture", Vendor.VIVO, _PICTURE),
    SetEvent("button", None),
)


def _after(template: Template, edits: list[Edit]) -> Template:
    from koodesk.domain.problem import Refused

    for edit in edits:
        try:
            template = edit.apply(template)
        except Refused:
            continue
    return template


@given(
    st.lists(st.sampled_from(_EDITS), unique=True, max_size=8),
    st.lists(st.sampled_from(_EDITS), unique=True, max_size=8),
)
def test_the_edit_leads_there(pack: RulePack, one: list[Edit], other: list[Edit]) -> None:
    first = starter(pack.layouts["RedPacket"])
    now, then = _after(first, one), _after(first, other)
    edit = restoring(now, then)
    assert edit.apply(now) == then
    assert read_edit(edit_json(edit)).apply(now) == then


def test_a_card_of_another_shape_is_not_restored(pack: RulePack) -> None:
    now = starter(pack.layouts["RedPacket"])
    other = replace(now, pages=(replace(now.pages[0], contents=now.pages[0].contents[1:]),))
    assert not can_restore(now, other)
    with pytest.raises(ValueError, match="RedPacket"):
        restoring(now, other)
