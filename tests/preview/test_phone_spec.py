# SPDX-License-Identifier: Apache-2.0
"""The phone files: what ships is read whole, and a mistake is found on reading."""

from pathlib import Path

import pytest

from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import Confidence
from koodesk.domain.vendor import Vendor
from koodesk.preview.phone_reader import read_phone
from koodesk.preview.placement import ShapeKind
from tests.preview.arithmetic import RESOURCES, TAKERS, layout, phones

HUAWEI = (RESOURCES / "phones" / "huawei.toml").read_text("utf-8")


def test_every_vendor_has_a_phone_that_says_it_is_drawn() -> None:
    assert set(phones()) == set(Vendor)
    for phone in phones().values():
        assert phone.source == "drawn"
        assert phone.confidence is not Confidence.STATED
        assert phone.note


@pytest.mark.parametrize("vendor", TAKERS)
def test_a_card_holds_every_slot_of_its_layout_once(vendor: Vendor) -> None:
    slots = [box.slot for box in phones()[vendor].layouts["RedPacket"] if box.slot]
    assert sorted(slots) == sorted(spec.id for spec in layout().slots)


def test_backgrounds_are_drawn_where_the_rules_have_them() -> None:
    drawn = {v for v in TAKERS if any(b.backdrop for b in phones()[v].layouts["RedPacket"])}
    assert drawn == set(layout().slot("picture").backgrounds)


def test_every_icon_named_is_drawn() -> None:
    from koodesk.preview.icons import outline

    for phone in phones().values():
        bars = (phone.status, phone.header, phone.writing)
        names = {n for bar in bars for n in (*bar.left, *bar.right)}
        names |= {
            a.name for bs in phone.layouts.values() for b in bs for a in b.art if a.kind is ShapeKind.ICON
        }
        for name in names:
            assert not outline(name).isEmpty()
    with pytest.raises(KeyError):
        outline("unicorn")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('thread = "#f1f3f5"', 'thread = "blue"', "phone.bad_colour"),
        ('thread = "#f1f3f5"', "", "phone.unknown_role"),
        ('fill = "gold"', 'fill = "silver"', "phone.unknown_role"),
        ('style = "title"', 'style = "headline"', "phone.unknown_role"),
        ('in = "card"\nslot = "picture"', 'in = "nowhere"\nslot = "picture"', "phone.bad_box"),
        ("gutter = 16", 'gutter = "wide"', "data.wrong_type"),
        ("gutter = 16", "gutter = 16\nguter = 1", "data.key_unknown"),
        ("gutter = 16\n", "", "data.key_missing"),
        ("format = 1", "format = 2", "data.out_of_range"),
        ('vendor = "HUAWEI"', 'vendor = "HONOR"', "data.unknown_name"),
        ("[screen]", "[screen", "phone.unreadable"),
    ],
)
def test_a_mistake_is_found_on_reading(old: str, new: str, code: str, tmp_path: Path) -> None:
    assert old in HUAWEI
    path = tmp_path / "phone.toml"
    path.write_text(HUAWEI.replace(old, new, 1), "utf-8")
    with pytest.raises(Refused) as refused:
        read_phone(path)
    assert [p.code for p in refused.value.problems] == [code]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_phone(tmp_path / "none.toml")
    assert refused.value.problems[0].param("file") == "none.toml"
