# SPDX-License-Identifier: Apache-2.0
"""What changes between two packs, for the rules and for a card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.rule_pack_diff import Area, Change, Effect, Kind, compare, effect
from koodesk.domain.rule_pack_reader import read_pack
from tests.domain import packs
from tests.domain.strategies import good, pack

SAME_DAY = pack().date


def changes(*edits: tuple[str, str, str]) -> tuple[Change, ...]:
    """What the shipped pack becomes by replacing texts in its files."""
    return compare(pack(), read_pack(packs.files(*edits, date=SAME_DAY)))


def test_a_pack_is_equal_to_itself() -> None:
    assert compare(pack(), pack()) == ()
    assert changes() == ()


@pytest.mark.parametrize(
    ("edit", "area", "where", "old", "new"),
    [
        (packs.SHORTER, Area.NUMBER, "numbers/tpl_name.max/value", "17", "3"),
        (
            ("layouts/Carousel.toml", "chars = 26", "chars = 27"),
            Area.LIMIT,
            "layouts/Carousel/slots/title/limits/HUAWEI/value",
            "lines=2 chars=26",
            "lines=2 chars=27",
        ),
        (
            ("layouts/Carousel.toml", "XIAOMI = { value = false", "XIAOMI = { value = true"),
            Area.VENDOR,
            "layouts/Carousel/vendors/XIAOMI/value",
            "no",
            "yes",
        ),
        (
            ("layouts/RedPacket.toml", "value = [320, 320]", "value = [400, 400]"),
            Area.PIXELS,
            "layouts/RedPacket/slots/picture/min_pixels/VIVO/value",
            "320x320",
            "400x400",
        ),
        (
            ("layouts/Carousel.toml", "most = 10", "most = 8"),
            Area.LAYOUT,
            "layouts/Carousel/groups/cards/most",
            "10",
            "8",
        ),
        (
            ("events.toml", "max_length = 1000", "max_length = 900"),
            Area.EVENT,
            "events/OPEN_URL/fields/target/max_length",
            "1000",
            "900",
        ),
        (
            ("floors.toml", "OPPO = { value = true, source", "OPPO = { value = false, source"),
            Area.FLOOR,
            "floors/0/vendors/OPPO/value",
            "yes",
            "no",
        ),
        (("vendors.toml", 'en = "vivo"', 'en = "Vivo"'), Area.PACK, "vendor_names/VIVO", "vivo, vivo", "vivo, Vivo"),
        (
            ("limits.toml", '"scene.max" = { value = 10, source = "API CreatePersonalTemplate", confidence = "stated"', '"scene.max" = { value = 10, source = "API CreatePersonalTemplate", confidence = "partial"'),
            Area.NUMBER,
            "numbers/scene.max/confidence",
            "stated",
            "partial",
        ),
    ],
)  # fmt: skip
def test_a_changed_value_is_one_change(
    edit: tuple[str, str, str], area: Area, where: str, old: str, new: str
) -> None:
    assert changes(edit) == (Change(area, Kind.CHANGED, where, old, new),)


def test_whole_parts_come_and_go_as_one_change() -> None:
    fewer = replace(pack(), layouts={k: v for k, v in pack().layouts.items() if k != "Carousel"})
    gone = Change(Area.LAYOUT, Kind.REMOVED, "layouts/Carousel", "横滑1", "")
    assert compare(pack(), fewer) == (gone,)
    assert compare(fewer, pack()) == (replace(gone, kind=Kind.ADDED, old="", new="横滑1"),)
    layout = pack().layouts["RedPacket"]
    without = replace(layout, slots=layout.slots[:-1])
    found = compare(pack(), replace(pack(), layouts={**pack().layouts, "RedPacket": without}))
    assert found == (Change(Area.LAYOUT, Kind.REMOVED, "layouts/RedPacket/slots/button", "按钮", ""),)
    numbers = {**pack().numbers, "pages.least": pack().numbers["pages.count"]}
    added = compare(pack(), replace(pack(), numbers=numbers))
    assert added == (Change(Area.NUMBER, Kind.ADDED, "numbers/pages.least", "", "10"),)


def test_a_value_that_becomes_unknown() -> None:
    edit = ("limits.toml", '"scene.max" = { value = 10, source', '"scene.max" = { source')
    unknown = (
        "limits.toml",
        'confidence = "stated", date = "2025-01-06" }\n"sms_example',
        'confidence = "unknown", date = "2025-01-06" }\n"sms_example',
    )
    found = {c.where: (c.old, c.new) for c in changes(edit, unknown)}
    assert found == {
        "numbers/scene.max/value": ("10", "unknown"),
        "numbers/scene.max/confidence": ("stated", "unknown"),
    }  # fmt: skip


def test_problems_that_appear_and_disappear() -> None:
    strict = read_pack(packs.files(packs.SHORTER))
    template = good()
    found = effect(template, pack(), strict)
    assert [(p.code, p.param("limit")) for p in found.appear] == [("name.too_long", 3)]
    assert found.disappear == ()
    back = effect(template, strict, pack())
    assert (back.appear, back.disappear) == ((), found.appear)
    assert effect(template, pack(), pack()) == Effect((), ())
    assert effect(template, pack(), pack()).nothing
    assert not found.nothing


def test_a_card_whose_layout_goes_away() -> None:
    without = replace(pack(), layouts={})
    assert "layout.unknown" in {p.code for p in effect(good(), pack(), without).appear}
