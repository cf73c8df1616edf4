# SPDX-License-Identifier: Apache-2.0
"""From any card to any other and back, of whatever layouts, as one edit that goes through the recovery log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import structure
from koodesk.domain.conversion import convert
from koodesk.domain.crop import Crop
from koodesk.domain.edits import (
    AddParam,
    Edit,
    RemoveParam,
    RenameParam,
    SetBackground,
    SetEvent,
    SetName,
    SetOverride,
    SetPicture,
    SetText,
    SetVendors,
    edit_line,
    read_edit_line,
)
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import MaterialRef, Picture, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.editor.restoring import restoring
from tests.starters import starter

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from koodesk.editor.session import Session

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
    SetOverride(Vendor.OPPO, TextContent("title", "title", "短")),
)


def _after(template: Template, edits: list[Edit]) -> Template:
    for edit in edits:
        try:
            template = edit.apply(template)
        except Refused:
            continue
    return template


def _leads_there(now: Template, then: Template) -> None:
    edit = restoring(now, then)
    assert edit.apply(now) == then
    assert read_edit_line(edit_line(edit)).apply(now) == then


@given(
    st.lists(st.sampled_from(_EDITS), unique=True, max_size=8),
    st.lists(st.sampled_from(_EDITS), unique=True, max_size=8),
)
def test_the_edit_leads_there(pack: RulePack, one: list[Edit], other: list[Edit]) -> None:
    first = starter(pack.layouts["RedPacket"])
    _leads_there(_after(first, one), _after(first, other))


def test_from_any_layout_to_any_other(pack: RulePack) -> None:
    cards = [starter(pack.layouts[name]) for name in ("RedPacket", "Carousel", "StandardImageAndText")]
    for now in cards:
        for then in cards:
            _leads_there(now, then)


def test_other_items_pages_and_slots_that_are_left_out(pack: RulePack) -> None:
    layout = pack.layouts["Carousel"]
    now = starter(layout)
    more = structure.add_item(now, layout, "cards", like=0).apply(now)
    pages = structure.add_page(more, layout, 10, like=0).apply(more)
    fewer = replace(now, pages=(replace(now.pages[0], contents=now.pages[0].contents[1:]),))
    for then in (more, pages, fewer):
        _leads_there(now, then)
        _leads_there(then, now)


def test_what_a_change_of_layout_kept_is_restored_too(pack: RulePack) -> None:
    one, other = pack.layouts["Carousel"], pack.layouts["StandardImageAndText"]
    before = starter(one)
    after = convert(before, one, other).apply(before)
    _leads_there(starter(pack.layouts["RedPacket"]), after)
    back = restoring(after, before).apply(after)
    assert back == before
    assert not back.kept


@pytest.mark.gui
def test_a_version_of_another_layout_comes_back_in_one_step(
    qtbot: QtBot, pack: RulePack, make_session: Callable[[Template], Session]
) -> None:
    from koodesk.editor.versions_panel import Version, VersionsPanel

    session = make_session(starter(pack.layouts["StandardImageAndText"]))
    now, then = session.document.template, starter(pack.layouts["Carousel"])
    panel = VersionsPanel(session, Vendor.XIAOMI, (Version("2024-10-12", False, then),))
    qtbot.addWidget(panel)
    # Xiaomi takes no carousel: the version is shown on another phone, and can be restored all the same.
    qtbot.waitUntil(lambda: not panel.busy)
    assert not panel._then.pixmap().isNull()
    assert panel.restore.isEnabled()
    panel.restore.click()
    assert session.document.template == then
    assert session.document.depth == 1
    session.document.undo()
    assert session.document.template == now


@pytest.mark.gui
def test_a_version_of_a_layout_the_rules_lack_stays_where_it_is(
    qtbot: QtBot, session: Session, template: Template
) -> None:
    from koodesk.editor.versions_panel import Version, VersionsPanel

    unheard = replace(template, layout="Unheard")
    panel = VersionsPanel(session, Vendor.HUAWEI, (Version("2024-10-12", False, unheard),))
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: not panel.busy)
    assert not panel.restore.isEnabled()
