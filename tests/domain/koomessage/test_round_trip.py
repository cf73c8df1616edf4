# SPDX-License-Identifier: Apache-2.0
"""Every layout of the pack: card to body to the official SDK's classes and back, with nothing lost."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from koodesk.domain import koomessage
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.digest import template_digest
from koodesk.domain.layout_contents import blank_page, left_out, positions
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.samples import sample_starter
from koodesk.domain.template import ButtonContent, ImageContent, Override, Page, Template, TextContent, Use
from koodesk.domain.variants import content_mark
from koodesk.domain.vendor import Vendor
from tests.domain.koomessage.filled import EVENTS, built, card, choices, without_nulls
from tests.domain.strategies import RESOURCES, pack, templates

LAYOUTS = sorted(pack().layouts)
BODY = "CreateAimPersonalTemplateRequestBody"


def through_the_sdk(body: dict[str, object]) -> object:
    """The body as the SDK's classes print it again."""
    printed = built(BODY, body).to_dict()
    assert without_nulls(printed) == body
    return printed


@pytest.mark.parametrize("layout_id", LAYOUTS)
def test_a_starter_comes_back_with_its_digest(layout_id: str) -> None:
    template, _ = sample_starter(pack().layouts[layout_id], RESOURCES)
    (body,) = koomessage.bodies(template, pack())
    found = koomessage.read_body(through_the_sdk(body), pack())
    assert found.notes == ()
    assert found.template == template
    assert template_digest(found.template) == template_digest(template)


@pytest.mark.parametrize("layout_id", LAYOUTS)
def test_a_full_card_of_every_choice_comes_back(layout_id: str) -> None:
    layout = pack().layouts[layout_id]
    tried = 0
    for template in choices(layout):
        tried += 1
        body = koomessage.body(template, layout)
        back = koomessage.read_body(through_the_sdk(body), pack())
        assert koomessage.body(back.template, layout) == body
        hides = next((s.hides for s in layout.sub_types if s.value == template.sub_type), ())
        if not hides:
            assert back.template == template
            assert back.notes == ()
    assert tried >= 3


@pytest.mark.parametrize("layout_id", LAYOUTS)
def test_positions_are_those_of_the_layout(layout_id: str) -> None:
    layout = pack().layouts[layout_id]
    template = card(layout, {g.id: g.most for g in layout.groups})
    numbers = positions(layout, template.pages[0])
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
    unused = left_out(template, layout)
    wanted = sorted(numbers[c.id] for c in template.contents() if c.slot not in unused)
    assert [row["position_number"] for row in rows(template)] == wanted


def test_which_picture_is_opened_follows_from_the_card_and_not_from_the_event() -> None:
    """A button without a picture beside it opens none, whatever a card file says: what is written can be read back."""
    event = ClickEvent(EventType.VIEW_PIC, (("target", "0"),))
    template = Template(
        "RedPacket", "", Use.COMMERCIAL, (), (Page((ButtonContent("button", "button", "", event),)),)
    )
    layout = pack().layouts["RedPacket"]
    body = koomessage.body(template, layout)
    back = koomessage.loads(koomessage.dumps(body), pack())
    assert koomessage.body(back.template, layout) == body


@given(templates())
def test_what_is_read_is_written_the_same(template: Template) -> None:
    """Any card: a body is refused with a code, or reading it and writing it again changes nothing."""
    why_not: tuple[Problem, ...] = ()
    body: dict[str, object] = {}
    read: koomessage.Imported | None = None
    try:
        (body,) = koomessage.bodies(template, pack())
        read = koomessage.loads(koomessage.dumps(body), pack())
    except Refused as refused:
        why_not = refused.problems
    if read is None:
        # What is written can be read, but for a sub-type that the layout does not have.
        assert {p.code for p in why_not} <= (
            {"data.unknown_name"} if body else set(koomessage.KOOMESSAGE_CODES)
        )
        return
    assert koomessage.body(read.template, pack().layouts[read.template.layout]) == body


def red_packet() -> Template:
    return card(pack().layouts["RedPacket"], {})


def rows(template: Template) -> list[dict[str, object]]:
    """The components of the first page of a card's body."""
    (body,) = koomessage.bodies(template, pack())
    found: list[dict[str, object]] = json.loads(json.dumps(body))["pages"][0]["contents"]
    return found


def test_the_fields_of_every_event_have_the_sdks_names_and_types() -> None:
    template = red_packet()
    button = template.content("button")
    assert isinstance(button, ButtonContent)
    for event in EVENTS[:-1]:
        row = rows(template.with_content(replace(button, event=event)))[-1]
        action = {k: str(v) for k, v in dict(row["action"]).items()}  # type: ignore[call-overload]
        assert row["action_type"] == event.type.value
        assert action == dict(event.fields)
    popup = rows(template.with_content(replace(button, event=EVENTS[4])))[-1]
    assert dict(popup["action"])["mode"] == 0  # type: ignore[call-overload]


def test_view_pic_opens_the_picture_it_sits_on() -> None:
    template = red_packet()
    picture = template.content("picture")
    assert isinstance(picture, ImageContent)
    first = rows(template.with_content(replace(picture, event=EVENTS[-1])))[0]
    assert first["action"] == {"target": first["src"]}
    button = template.content("button")
    assert isinstance(button, ButtonContent)
    found = rows(template.with_content(replace(button, event=EVENTS[-1])))
    assert found[-1]["action"] == {"target": found[0]["src"]}


def test_empty_components_and_fields_are_left_out_and_keep_their_number() -> None:
    template = replace(red_packet(), scene="", sms_signs=(), params=(), vendors=())
    title = template.content("title")
    assert isinstance(title, TextContent)
    template = template.with_content(replace(title, text=""))
    (body,) = koomessage.bodies(template, pack())
    assert not {"scene", "sms_signs", "params", "factorys"} & set(body)
    assert [row["position_number"] for row in rows(template)] == [1, 2, 4, 5]


def test_a_hidden_text_without_the_switch_is_left_out() -> None:
    template = red_packet()
    title = template.content("title")
    assert isinstance(title, TextContent)
    found = rows(template.with_content(replace(title, visible=False)))
    assert [row["position_number"] for row in found] == [1, 2, 4, 5]
    assert all("visible" not in row for row in found)


def test_a_card_with_variants_is_one_body_for_each_group_of_vendors() -> None:
    template = red_packet()
    title = template.content("title")
    assert isinstance(title, TextContent)
    own = Override(Vendor.OPPO, replace(title, text="OPPO 专享"), content_mark(title))
    found = koomessage.bodies(replace(template, overrides=(own,)), pack())
    assert [len(b["factorys"]) for b in found] == [len(template.vendors) - 1, 1]  # type: ignore[arg-type]
    assert [b["tpl_name"] for b in found] == ["云杉好物1", "云杉好物2"]
    assert "OPPO 专享" in json.dumps(found[1], ensure_ascii=False)
    assert "OPPO 专享" not in json.dumps(found[0], ensure_ascii=False)


def test_a_content_of_no_slot_is_refused_not_lost() -> None:
    template = replace(red_packet(), pages=(Page((TextContent("x", "nowhere", "words"),)),))
    with pytest.raises(Refused, match=r"slot\.unknown"):
        koomessage.bodies(template, pack())
    wrong = replace(red_packet(), pages=(Page((TextContent("picture", "picture", "words"),)),))
    with pytest.raises(Refused, match=r"slot\.wrong_kind"):
        koomessage.bodies(wrong, pack())
    with pytest.raises(Refused, match=r"card\.unknown_layout"):
        koomessage.bodies(replace(red_packet(), layout="Unheard"), pack())


def test_a_group_whose_last_item_is_empty_keeps_the_numbers_behind_it() -> None:
    """A last item with nothing in it is held open on the way back, or the slots behind the group would move."""
    carousel = pack().layouts["Carousel"]
    behind = replace(carousel.slots[-1], id="more", position=5, group="")
    layout = replace(carousel, slots=(*carousel.slots, behind))
    rules = replace(pack(), layouts={"Carousel": layout})
    template = card(layout, {"cards": 4})
    page = Page(tuple(c for c in template.pages[0].contents if c.item < 3 or c.id == "picture-4"))
    empty = ImageContent("picture-4", "picture", item=3)
    template = replace(template, pages=(page,)).with_content(empty)
    body = koomessage.body(template, layout)
    numbers = [row["position_number"] for row in body["pages"][0]["contents"]]  # type: ignore[index]  # JSON values
    assert numbers == [*range(1, 13), 17]
    back = koomessage.read_body(body, rules).template
    assert koomessage.body(back, layout) == body
    assert [c.id for c in back.contents() if c.item == 3] == [
        "picture-4",
        "title-4",
        "subtitle-4",
        "button-4",
    ]


@pytest.mark.parametrize("layout_id", LAYOUTS)
def test_an_empty_card_comes_back_as_a_new_one(layout_id: str) -> None:
    """What a body leaves out for being empty is there to be filled again, groups with their fewest items."""
    layout = pack().layouts[layout_id]
    bare = {"card_id": layout_id, "tpl_name": "新", "use_id": 1, "pages": [{"page_order": 1, "contents": []}]}
    back = koomessage.read_body(bare, pack()).template
    optional = {s.id for s in layout.slots if s.kind is SlotKind.VIDEO and not s.required}
    gone = optional | left_out(back, layout)
    assert back.contents() == tuple(c for c in blank_page(layout).contents if c.slot not in gone)
    assert koomessage.bodies(back, pack())[0]["pages"] == bare["pages"]
