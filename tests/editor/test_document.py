# SPDX-License-Identifier: Apache-2.0
"""The document: one step a gesture, undo and redo that give the very same template, nothing half done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import (
    AddParam,
    Edit,
    RenameParam,
    SetEvent,
    SetName,
    SetPicture,
    SetText,
    SetVendors,
)
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.editor.document import TemplateDocument
from tests.starters import starter

pytestmark = pytest.mark.gui

STARTER = starter(read_pack_folder(paths.resources() / "rules").layouts["RedPacket"])


def test_typing_in_one_gesture_is_one_step(template: Template) -> None:
    document = TemplateDocument(template)
    gesture = document.new_gesture()
    for text in ("春", "春节", "春节好"):
        document.apply(SetText("title", text), gesture)
    assert document.depth == 1
    document.undo()
    assert document.template == template
    document.redo()
    assert document.template.content("title") == STARTER.with_content(
        document.template.content("title")
    ).content("title")


def test_other_places_and_gestures_do_not_merge(template: Template) -> None:
    document = TemplateDocument(template)
    gesture = document.new_gesture()
    document.apply(SetText("title", "a"), gesture)
    document.apply(SetText("body", "b"), gesture)
    document.apply(SetText("title", "c"), gesture)
    document.apply(SetText("title", "d"), document.new_gesture())
    document.apply(SetText("title", "e"))
    document.apply(SetText("title", "f"))
    assert document.depth == 6


def test_a_gesture_that_ends_where_it_began_leaves_no_step_and_gives_redo_back(template: Template) -> None:
    document = TemplateDocument(template)
    document.apply(SetName("一"))
    document.undo()
    gesture = document.new_gesture()
    document.apply(SetText("title", "x"), gesture)
    assert document.redo_code == ""
    document.apply(SetText("title", "${name}，您的新春红包到了"), gesture)
    assert document.depth == 0
    assert document.redo_code == "set_name"


def test_an_edit_that_changes_nothing_is_no_step(template: Template) -> None:
    document = TemplateDocument(template)
    seen: list[object] = []
    document.changed.connect(lambda before, after: seen.append(after))
    assert document.apply(SetName(template.name)) is False
    assert document.depth == 0
    assert seen == []


def test_a_refused_edit_leaves_everything(template: Template) -> None:
    document = TemplateDocument(template)
    document.apply(SetName("一"))
    document.undo()
    with pytest.raises(Refused):
        document.apply(SetText("nobody", "x"))
    assert document.template == template
    assert document.redo_code == "set_name"


def test_changed_tells_before_and_after_once(template: Template) -> None:
    document = TemplateDocument(template)
    seen: list[tuple[Template, Template]] = []
    document.changed.connect(lambda before, after: seen.append((before, after)))
    document.apply(SetName("一"))
    document.undo()
    document.redo()
    assert [(b.name, a.name) for b, a in seen] == [("新春红包", "一"), ("一", "新春红包"), ("新春红包", "一")]
    assert seen[0][0].pages is seen[0][1].pages


def test_dirty_compares_with_what_was_saved(template: Template) -> None:
    document = TemplateDocument(template)
    assert document.is_dirty
    document.mark_saved(document.digest)
    assert not document.is_dirty
    document.apply(SetName("一"))
    assert document.is_dirty
    document.undo()
    assert not document.is_dirty


TEXTS = st.text(max_size=8)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(SetText, st.sampled_from(["title", "body", "merchant", "button", "picture", "no"]), TEXTS),
    st.builds(SetName, TEXTS),
    st.builds(AddParam, st.sampled_from(["a", "b", "name", ""]), TEXTS),
    st.builds(RenameParam, st.sampled_from(["a", "name"]), st.sampled_from(["b", "c"])),
    st.builds(SetVendors, st.lists(st.sampled_from(list(Vendor)), unique=True).map(tuple)),
    st.builds(SetPicture, st.just("picture"), st.none()),
    st.builds(
        SetEvent,
        st.sampled_from(["picture", "button", "title"]),
        st.one_of(st.none(), st.builds(ClickEvent, st.sampled_from(list(EventType)))),
    ),
)
MOVES = st.lists(
    st.one_of(st.tuples(EDITS, st.integers(0, 3)), st.sampled_from(["undo", "redo"])), max_size=30
)


@given(MOVES)
def test_undo_all_then_redo_all_gives_the_same_templates(moves: list[object]) -> None:
    document = TemplateDocument(STARTER)
    for move in moves:
        if move == "undo":
            document.undo()
        elif move == "redo":
            document.redo()
        elif isinstance(move, tuple):
            try:
                document.apply(*move)
            except Refused:
                continue
    end, depth = document.template, document.depth
    while document.undo_code:
        document.undo()
    assert document.template == STARTER
    for _ in range(depth):
        document.redo()
    assert document.template == end
