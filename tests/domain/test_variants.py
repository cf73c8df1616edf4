# SPDX-License-Identifier: Apache-2.0
"""Variants: each vendor sees its own, a changed master shows, and what is handed in is what each vendor would show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.codec import dumps, loads
from koodesk.domain.edits import ClearOverride, Edit, SetOverride, SetText, edit_line, read_edit_line
from koodesk.domain.problem import Refused
from koodesk.domain.template import ButtonContent, Content, Kept, Override, Page, Template, TextContent
from koodesk.domain.variants import content_mark, drifted, override_of, seen_by, submissions
from koodesk.domain.vendor import Vendor
from tests.domain.layout_strategies import cards, filled, layouts
from tests.domain.strategies import good, texts

VENDORS = list(Vendor)


def _title(template: Template) -> TextContent:
    """Return the title of a red packet."""
    found = template.content("title")
    assert isinstance(found, TextContent)
    return found


TITLE = _title(good())


def own(vendor: Vendor, text: str, template: Template | None = None) -> Template:
    """Return the red packet with a title of a vendor's own."""
    base = good() if template is None else template
    return SetOverride(vendor, replace(_title(base), text=text)).apply(base)


@st.composite
def varied(draw: st.DrawFn) -> Template:
    """A card of any layout with up to four overrides, made as an editor makes them, and words changed since."""
    template = draw(cards(draw(layouts)))
    contents = template.contents()
    for _ in range(draw(st.integers(0, 4))):
        vendor = draw(st.sampled_from(VENDORS))
        content = draw(st.sampled_from(contents))
        template = SetOverride(vendor, draw(filled(content))).apply(template)
    for content in draw(st.lists(st.sampled_from(contents), max_size=2)):
        template = template.with_content(draw(filled(template.content(content.id))))
    return template


@given(varied(), st.sampled_from(VENDORS))
def test_a_vendor_sees_its_own_and_the_masters_rest(template: Template, vendor: Vendor) -> None:
    """Content by content, in the same places; no variants are left in what it sees."""
    seen = seen_by(template, vendor)
    assert seen.overrides == ()
    for master, shown in zip(template.contents(), seen.contents(), strict=True):
        mine = override_of(template, vendor, master.id)
        assert shown == (master if mine is None else mine.content)
    assert replace(seen, pages=template.pages, overrides=template.overrides) == template
    assert seen_by(seen, vendor) is seen


def test_another_vendors_override_is_not_shown() -> None:
    """Nor is one of a content that the master no longer has."""
    template = own(Vendor.OPPO, "只给 OPPO")
    assert seen_by(template, Vendor.OPPO).content("title") == replace(TITLE, text="只给 OPPO")
    assert seen_by(template, Vendor.HUAWEI) == good()
    gone = replace(template, pages=(Page(tuple(c for c in template.contents() if c.id != "title")),))
    assert [c.id for c in seen_by(gone, Vendor.OPPO).contents()] == [c.id for c in gone.contents()]


def test_a_card_without_variants_is_seen_as_it_is() -> None:
    """The same object: every keystroke asks for it, once a vendor."""
    card = good()
    assert seen_by(card, Vendor.VIVO) is card
    assert seen_by(own(Vendor.OPPO, "x"), Vendor.OPPO).pages is not card.pages


@given(st.data())
def test_marks_are_equal_for_equal_contents_alone(data: st.DataObject) -> None:
    """Every field counts: id, words, second text, visibility, pictures, events."""
    contents = data.draw(cards(data.draw(layouts))).contents()
    one, other = (data.draw(filled(data.draw(st.sampled_from(contents)))) for _ in range(2))
    assert (content_mark(one) == content_mark(other)) == (one == other)
    assert content_mark(replace(one)) == content_mark(one)


@pytest.mark.parametrize(
    "changed",
    [
        TextContent("a", "title", "云杉", child="x"),
        TextContent("a", "title", "云杉", visible=False),
        TextContent("a", "title", "云杉", currency=False),
        TextContent("a", "title", "云杉", item=1),
        TextContent("a", "body", "云杉"),
        TextContent("b", "title", "云杉"),
        ButtonContent("a", "title", "云杉"),
    ],
)
def test_every_field_changes_the_mark(changed: Content) -> None:
    """One field at a time."""
    assert content_mark(changed) != content_mark(TextContent("a", "title", "云杉"))


def test_drift_is_seen_and_goes_again() -> None:
    """The master moves on: the override is out of date; back again, or made anew, it is not."""
    template = own(Vendor.OPPO, "只给 OPPO")
    assert drifted(template) == ()
    moved = SetText("title", "主标题变了").apply(template)
    assert drifted(moved) == template.overrides
    assert drifted(SetText("title", TITLE.text).apply(moved)) == ()
    assert drifted(SetText("body", "别的").apply(template)) == ()
    again = own(Vendor.OPPO, "又给 OPPO", moved)
    assert drifted(again) == ()
    gone = replace(template, pages=(Page(tuple(c for c in template.contents() if c.id != "title")),))
    assert drifted(gone) == template.overrides


@given(varied())
def test_drift_is_exactly_what_the_master_changed_since(template: Template) -> None:
    """By the mark that each override keeps."""
    late = drifted(template)
    for override in template.overrides:
        assert (override in late) == (content_mark(template.content(override.content.id)) != override.base)


@given(varied(), st.sampled_from(VENDORS), st.data())
def test_setting_and_clearing(template: Template, vendor: Vendor, data: st.DataObject) -> None:
    """Set and cleared is as before; equal to the master there is none; vendors and contents keep their order."""
    content = data.draw(filled(data.draw(st.sampled_from(template.contents()))))
    edit = SetOverride(vendor, content)
    after = edit.apply(template)
    assert read_edit_line(edit_line(edit)) == edit
    assert loads(dumps(after)) == after
    found = override_of(after, vendor, content.id)
    if content == template.content(content.id):
        assert found is None
    else:
        assert found is not None
        assert found.content == content
        assert found not in drifted(after)
    ids = [c.id for c in template.contents()]
    places = [(VENDORS.index(o.vendor), ids.index(o.content.id)) for o in after.overrides]
    assert places == sorted(set(places))
    clear = ClearOverride(vendor, content.id)
    assert read_edit_line(edit_line(clear)) == clear
    cleared = clear.apply(after)
    assert cleared == clear.apply(template)
    assert override_of(cleared, vendor, content.id) is None
    assert clear.apply(cleared) is cleared


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (TextContent("nowhere", "title"), "edit.content_missing"),
        (ButtonContent("title", "title"), "edit.wrong_kind"),
        (TextContent("title", "body"), "edit.wrong_kind"),
        (TextContent("title", "title", item=1), "edit.wrong_kind"),
    ],
)
def test_an_override_is_of_a_content_in_its_place(content: Content, code: str) -> None:
    """Another id, kind, slot or item is none of the master's."""
    edit: Edit = SetOverride(Vendor.OPPO, content)
    with pytest.raises(Refused) as caught:
        edit.apply(good())
    assert [p.code for p in caught.value.problems] == [code]


@given(varied(), st.text("云杉商城券", min_size=1, max_size=17))
def test_what_is_handed_in_is_what_each_vendor_shows(template: Template, name: str) -> None:
    """Every vendor in one template, with others that show the same; names apart and within 17 characters."""
    template = replace(template, name=name, kept=(Kept("RedPacket", template.pages, 1, 1),))
    handed_in = submissions(template)
    assert sorted(v for card in handed_in for v in card.vendors) == sorted(template.vendors)
    for card in handed_in:
        assert (card.overrides, card.kept) == ((), ())
        assert list(card.vendors) == [v for v in template.vendors if v in card.vendors]
        for vendor in card.vendors:
            shown = replace(seen_by(template, vendor), kept=(), vendors=card.vendors, name=card.name)
            assert shown == card
    looks = {card.pages for card in handed_in}
    assert len(looks) == len(handed_in)
    names = [card.name for card in handed_in]
    assert len(set(names)) == len(names)
    assert all(len(n) <= 17 for n in names)
    if len(handed_in) == 1:
        assert names == [name]


def test_vendors_with_the_same_variant_go_together() -> None:
    """Three looks of one card: three templates, in the order of their first vendors."""
    template = own(Vendor.VIVO, "给两家", own(Vendor.OPPO, "给两家", own(Vendor.SAMSUNG, "给一家")))
    template = replace(template, vendors=tuple(VENDORS), name="新春红包")
    handed_in = submissions(template)
    assert [card.vendors for card in handed_in] == [
        (Vendor.HUAWEI, Vendor.XIAOMI, Vendor.MEIZU),
        (Vendor.OPPO, Vendor.VIVO),
        (Vendor.SAMSUNG,),
    ]
    assert [card.name for card in handed_in] == ["新春红包1", "新春红包2", "新春红包3"]


def test_a_trial_card_keeps_its_word_in_every_name() -> None:
    """Facts 1.7: 测试 stands in the name; a name of 17 characters has to lose one for the number."""
    for name in ("新春红包" * 3 + "新年好测试", "测试" + "新春红包" * 3 + "新年好", "新春测试"):
        for card in submissions(replace(own(Vendor.OPPO, "x"), name=name)):
            assert "测试" in card.name
            assert len(card.name) <= 17
            assert card.name[-1] in "12"


def test_overrides_of_vendors_not_chosen_split_nothing() -> None:
    """Nor do those that say what the master says by now; a card for nobody is handed in as one."""
    template = replace(own(Vendor.OPPO, "只给 OPPO"), vendors=(Vendor.HUAWEI, Vendor.XIAOMI))
    assert submissions(template) == (replace(template, overrides=()),)
    same = Override(Vendor.OPPO, TITLE, content_mark(TITLE))
    assert submissions(replace(good(), overrides=(same,))) == (good(),)
    nobody = replace(own(Vendor.OPPO, "x"), vendors=())
    assert submissions(nobody) == (replace(nobody, overrides=()),)


@given(texts)
def test_the_edit_keeps_what_the_master_was(text: str) -> None:
    """The override's base is the mark of the master's content when it was made."""
    template = own(Vendor.OPPO, text)
    found = override_of(template, Vendor.OPPO, "title")
    assert found is None if text == TITLE.text else found is not None and found.base == content_mark(TITLE)
