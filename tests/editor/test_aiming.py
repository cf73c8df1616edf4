# SPDX-License-Identifier: Apache-2.0
"""Edits aimed at one vendor become that vendor's own contents; what is of the whole card stays the master's."""

from __future__ import annotations

import pytest

from koodesk.domain.edits import (
    Batch,
    RemoveItem,
    RenameParam,
    SetBackground,
    SetName,
    SetOverride,
    SetText,
    SetVendors,
)
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import ImageContent, MaterialRef, Picture, Template
from koodesk.domain.variants import drifted, override_of, seen_by
from koodesk.domain.vendor import Vendor
from koodesk.editor.aiming import aimed
from koodesk.editor.session import Session
from koodesk.editor.studio import Studio
from tests.starters import starter

OPPO = Vendor.OPPO


def test_a_text_becomes_the_vendors_own_and_the_master_stays(template: Template) -> None:
    edit = aimed(template, OPPO, SetText("title", "只给一家"))
    after = edit.apply(template)
    assert isinstance(edit, SetOverride)
    assert after.content("title") == template.content("title")
    assert seen_by(after, OPPO).content("title").text == "只给一家"  # type: ignore[union-attr]  # a text
    assert seen_by(after, Vendor.HUAWEI) == seen_by(template, Vendor.HUAWEI)


def test_several_contents_are_one_edit(template: Template) -> None:
    both = Batch((SetText("title", "一"), SetText("body", "二")))
    after = aimed(template, OPPO, both).apply(template)
    assert {o.content.id for o in after.overrides} == {"title", "body"}


def test_back_to_the_masters_words_nothing_is_its_own(template: Template) -> None:
    own = aimed(template, OPPO, SetText("title", "一")).apply(template)
    words = template.content("title").text  # type: ignore[union-attr]  # a text
    assert aimed(own, OPPO, SetText("title", words)).apply(own) == template


def test_editing_what_has_drifted_does_not_settle_the_question(template: Template) -> None:
    own = aimed(template, OPPO, SetText("title", "一")).apply(template)
    moved = SetText("title", "主卡片的新标题").apply(own)
    assert drifted(moved)
    assert drifted(aimed(moved, OPPO, SetText("title", "二")).apply(moved))


@pytest.mark.parametrize("edit", [SetName("新名称"), SetVendors((Vendor.HUAWEI, OPPO))])
def test_what_is_of_the_whole_card_is_an_edit_of_the_master(
    template: Template, edit: SetName | SetVendors
) -> None:
    assert aimed(template, OPPO, edit) is edit


def test_a_parameter_is_renamed_everywhere(template: Template) -> None:
    own = aimed(template, OPPO, SetText("title", "${name} 一")).apply(template)
    after = aimed(own, OPPO, RenameParam("name", "who")).apply(own)
    assert "${who}" in seen_by(after, OPPO).content("title").text  # type: ignore[union-attr]  # a text


def test_a_background_needs_no_content_of_its_own(template: Template) -> None:
    picture = next(c for c in template.contents() if isinstance(c, ImageContent))
    ground = Picture(MaterialRef("ab" * 32, 1088, 1088, 9))
    edit = SetBackground(picture.id, OPPO, ground)
    assert aimed(template, OPPO, edit) is edit
    own = SetOverride(OPPO, picture.__class__(picture.id, picture.slot)).apply(template)
    after = aimed(own, OPPO, edit).apply(own)
    kept = override_of(after, OPPO, picture.id)
    assert kept is not None
    assert kept.content.background(OPPO) == ground  # type: ignore[union-attr]  # a picture


def test_structure_is_refused_with_the_vendor(pack: RulePack) -> None:
    template = starter(pack.layouts["Carousel"])
    with pytest.raises(Refused) as refused:
        aimed(template, OPPO, RemoveItem(0, ("picture",), 0))
    assert [(p.code, p.vendor) for p in refused.value.problems] == [("variant.structure", OPPO)]


@pytest.mark.gui
def test_one_vendor_is_edited_seen_and_taken_back(session: Session, studio: Studio) -> None:
    before = session.document.template
    session.selection.select("title")
    section = studio.inspector.variants
    row = section.rows[OPPO]
    assert (row.badge.text(), row.drift.isHidden()) == ("与主卡片相同", True)
    row.edit.click()
    assert (session.target, studio.canvas.vendor) == (OPPO, OPPO)
    assert studio.bar.target.currentText().startswith("只编辑")
    session.edit(SetText("title", "只给一家"))
    assert section.rows[OPPO].badge.text() == "专用"
    assert studio.inspector.panel.field.text_field.text() == "只给一家"  # type: ignore[union-attr]  # a text
    assert any(getattr(i, "text", "") == "只给一家" for i in studio.canvas.placement.of("title"))
    studio.show_vendor(Vendor.HUAWEI)
    assert session.target is None
    assert studio.inspector.panel.field.text_field.text() != "只给一家"  # type: ignore[union-attr]  # a text
    session.edit(SetText("title", "主卡片改了"))
    assert not section.rows[OPPO].drift.isHidden()
    section.rows[OPPO].compare.click()
    assert "主卡片改了" in section.rows[OPPO].words.text()
    section.rows[OPPO].keep.click()
    assert section.rows[OPPO].drift.isHidden()
    section.rows[OPPO].adopt.click()
    assert not session.document.template.overrides
    for _ in range(4):
        session.document.undo()
    assert session.document.template == before


@pytest.mark.gui
def test_another_persons_values_are_on_the_canvas(session: Session, studio: Studio) -> None:
    session.edit(SetText("title", "${name}，你好"))
    session.set_values({"name": "欧阳"})
    lines = "".join(getattr(i, "text", "") for i in studio.canvas.placement.of("title"))
    assert "欧阳" in lines
