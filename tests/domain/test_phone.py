# SPDX-License-Identifier: Apache-2.0
"""Phones, what can be tapped on a card, and what a tap would do."""

from __future__ import annotations

import pytest

from koodesk.domain.carrier import Carrier
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.phone import PhoneDraft, check_phone, number_of
from koodesk.domain.phone_tap import components, is_component
from koodesk.domain.tap_effect import effect_of
from koodesk.domain.template import ButtonContent, ImageContent
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import pack
from tests.starters import starter


@pytest.mark.parametrize(
    ("draft", "codes"),
    [
        (PhoneDraft("店长的手机", Vendor.HUAWEI), []),
        (PhoneDraft("x" * 20, Vendor.OPPO, "138 0013 8000", Carrier.CMCC, "北京市"), []),
        (PhoneDraft("x" * 21, Vendor.OPPO), ["phone.name.too_long"]),
        (PhoneDraft(" ", Vendor.OPPO), ["phone.name.missing"]),
        (PhoneDraft("a\u202eb", Vendor.OPPO), ["text.bidi_mark"]),
        (PhoneDraft("a", Vendor.OPPO, region="京" * 30), []),
        (PhoneDraft("a", Vendor.OPPO, region="京" * 31), ["phone.region.too_long"]),
        (PhoneDraft("a", Vendor.OPPO, carrier=Carrier.UNKNOWN), ["phone.carrier"]),
        (PhoneDraft("a", Vendor.OPPO, "1380013800"), ["phone.number"]),
        (PhoneDraft("a", Vendor.OPPO, "138001380000"), ["phone.number"]),
        (PhoneDraft("a", Vendor.OPPO, "12800138000"), ["phone.number"]),
        (PhoneDraft("a", Vendor.OPPO, "１３８００１３８０００"), []),
        (PhoneDraft("a", Vendor.OPPO, "<b>13800138000</b>"), ["phone.number"]),
    ],
)
def test_rules_of_a_phone(draft: PhoneDraft, codes: list[str]) -> None:
    assert [one.code for one in check_phone(draft)] == codes


def test_a_number_in_any_spelling() -> None:
    assert {number_of(text) for text in ("13800138000", "+86 138-0013-8000", "１３８００１３８０００")} == {
        13800138000
    }


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("button:5", True),
        ("image:1", True),
        ("button:4@2", True),
        ("button:1000", False),
        ("Button:5", False),
        ("text:2", False),
        ("image:1\n", False),
    ],
)
def test_names_of_components(word: str, is_one: bool) -> None:
    assert is_component(word) is is_one


@pytest.mark.parametrize("layout", sorted(pack().layouts))
def test_every_picture_and_button_of_a_starter_is_named_once(layout: str) -> None:
    spec = pack().layouts[layout]
    card = starter(spec)
    found = components(card, spec)
    names = [one.what for one in found]
    assert len(set(names)) == len(names)
    assert all(is_component(name) for name in names)
    buttons = {c.id for c in card.contents() if isinstance(c, ButtonContent) and c.visible}
    assert {one.content_id for one in found if one.kind == "button"} <= buttons
    wired = {c.id for c in card.contents() if isinstance(c, ImageContent) and c.event and c.visible}
    assert {one.content_id for one in found if one.kind == "image"} >= wired - _hidden(layout)


def _hidden(layout: str) -> set[str]:
    from koodesk.domain.layout_contents import out_of_sight

    card = starter(pack().layouts[layout])
    hidden = out_of_sight(card, pack().layouts[layout])
    return {c.id for c in card.contents() if c.slot in hidden}


def test_the_picture_of_a_carousel_follows_its_button() -> None:
    spec = pack().layouts["Carousel"]
    found = components(starter(spec), spec)
    images = [one for one in found if one.kind == "image"]
    buttons = [one for one in found if one.kind == "button"]
    assert images
    assert [one.event for one in images] == [one.event for one in buttons]


@pytest.mark.parametrize(
    ("event", "vendor", "taken", "floor"),
    [
        (
            ClickEvent(EventType.OPEN_URL, (("target", "https://a.cn/${name}"),)),
            Vendor.HUAWEI,
            True,
            ("", None),
        ),
        (ClickEvent(EventType.OPEN_URL, (("target", "https://a.cn"),)), Vendor.OPPO, None, ("", None)),
        (ClickEvent(EventType.DIAL_PHONE, (("target", "95500"),)), Vendor.OPPO, False, ("", None)),
        (
            ClickEvent(EventType.OPEN_APP, (("package_name", "a.b"), ("target", "ab://"))),
            Vendor.HUAWEI,
            True,
            ("0", True),
        ),
        (
            ClickEvent(
                EventType.OPEN_APP, (("floor_type", "3"), ("floor_url", "hap://app/x"), ("target", "ab://"))
            ),
            Vendor.VIVO,
            True,
            ("3", False),
        ),
    ],
)
def test_what_a_tap_does(
    event: ClickEvent, vendor: Vendor, taken: bool | None, floor: tuple[str, bool | None]
) -> None:
    effect = effect_of(event, vendor, {"name": "王"}, pack())
    assert effect.taken is taken
    assert (effect.floor, effect.floor_taken) == floor
    assert "${name}" not in effect.field("target")
    assert not {"floor_type", "floor_url"} & {name for name, _ in effect.fields}
