# SPDX-License-Identifier: Apache-2.0
"""The grounds of a whole card: which pictures are measured, for whom, how it is said, and what is remembered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage

from koodesk.domain.crop import Crop
from koodesk.domain.edits import Batch, Edit, SetCrop, SetOverride, SetPicture, SetStyle, SetText, SetVendors
from koodesk.domain.problem import Problem, Severity
from koodesk.domain.rule_list import RuleRow
from koodesk.domain.samples import read_sample
from koodesk.domain.template import ImageContent, MaterialRef, Picture, Template
from koodesk.domain.vendor import Vendor
from koodesk.preview.ground_check import GroundCheck
from koodesk.preview.pictures import Ladder, PictureSource
from koodesk.preview.render import png
from koodesk.preview.safe_areas import SAFE_AREA_RULES
from tests.preview.arithmetic import RESOURCES, pack, phones
from tests.starters import starter

BUSY, CONTRAST = "picture.band_busy", "picture.band_contrast"
PERSONAL = pack().layouts["RedPacketPersonal"]


class Shown(PictureSource):
    """Pictures by digest, counting how often one is looked at."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.looks = 0
        super().__init__(self.files.get)

    def ladder(self, digest: str) -> Ladder | None:
        self.looks += 1
        return super().ladder(digest)

    def sample(self, name: str) -> Picture:
        """Take one of the pictures that ship."""
        found = read_sample(RESOURCES / "samples" / "materials" / name)
        self.files[found.material.digest] = found.data
        return Picture(found.material)

    def plain(self, colour: str, digest: str = "d" * 64) -> Picture:
        """Make a picture of one colour."""
        image = QImage(300, 400, QImage.Format.Format_RGB32)
        image.fill(QColor(colour))
        self.files[digest] = png(image)
        return Picture(MaterialRef(digest, 300, 400, len(self.files[digest])))


@pytest.fixture
def shown() -> Shown:
    return Shown()


def card(*edits: Edit) -> Template:
    """The starter for HUAWEI and VIVO, which show it."""
    begun = replace(starter(PERSONAL), vendors=(Vendor.HUAWEI, Vendor.VIVO))
    return Batch(edits).apply(begun)


def found(shown: Shown, template: Template, *vendors: Vendor) -> list[Problem]:
    return list(GroundCheck(phones(), shown).problems(template, pack(), vendors))


def codes(problems: list[Problem]) -> list[tuple[str, Vendor | None]]:
    return [(p.code, p.vendor) for p in problems]


def test_the_default_and_a_plain_dark_picture_are_right(shown: Shown) -> None:
    """And so are the packets that ship."""
    assert found(shown, card()) == []
    assert found(shown, card(SetPicture("background", shown.plain("#5a0a0c")))) == []
    for name in ("redpacket-gold.jpg", "redpacket-night.jpg", "redpacket-spring.jpg"):
        assert found(shown, card(SetPicture("background", shown.sample(name)))) == [], name


def test_a_busy_picture_is_warned_of_once_for_all(shown: Shown) -> None:
    """At the slot, with the numbers; it never stops a card."""
    busy = found(shown, card(SetPicture("background", shown.sample("restaurant.jpg"))))
    assert codes(busy) == [(CONTRAST, None), (BUSY, None), (BUSY, None)]
    assert {p.where for p in busy} == {"content:background"}
    assert [p.severity for p in busy] == [Severity.WARNING, Severity.WARNING, Severity.NOTE]
    assert {p.source for p in busy} == {"seed 2.3.2", "seed 2.3.2, partial"}


def test_a_light_picture_does_not_let_the_words_be_read(shown: Shown) -> None:
    assert codes(found(shown, card(SetPicture("background", shown.plain("#ffe0a0"))))) == [(CONTRAST, None)]


def test_where_no_words_are_shown_no_band_is_looked_at(shown: Shown) -> None:
    """Style 2 has the button only: its zone still counts."""
    busy = card(SetPicture("background", shown.sample("restaurant.jpg")), SetStyle(2))
    (zone,) = found(shown, busy)
    assert (zone.code, zone.severity) == (BUSY, Severity.NOTE)


def test_a_vendors_own_background_is_the_vendors(shown: Shown) -> None:
    dark = card(SetPicture("background", shown.plain("#5a0a0c")))
    mine = dark.content("background")
    assert isinstance(mine, ImageContent)
    own = replace(mine, picture=shown.plain("#ffe0a0", "e" * 64))
    theirs = SetOverride(Vendor.VIVO, own).apply(dark)
    assert codes(found(shown, theirs)) == [(CONTRAST, Vendor.VIVO)]
    assert found(shown, theirs, Vendor.HUAWEI) == []
    # Alike in what is wrong, and yet each its own: mending one leaves the other.
    both = SetPicture("background", shown.plain("#ffe0a0", "f" * 64)).apply(theirs)
    assert codes(found(shown, both)) == [(CONTRAST, Vendor.HUAWEI), (CONTRAST, Vendor.VIVO)]


def test_who_does_not_show_the_card_is_not_asked(shown: Shown) -> None:
    light = card(SetPicture("background", shown.plain("#ffe0a0")))
    assert found(shown, light, Vendor.OPPO) == []
    assert found(shown, SetVendors((Vendor.XIAOMI,)).apply(light)) == []
    assert codes(found(shown, light, Vendor.VIVO)) == [(CONTRAST, None)]


def test_what_is_not_there_is_not_measured(shown: Shown) -> None:
    """A picture on the platform only, one that is missing, a layout without safe areas, and one nobody knows."""
    away = replace(shown.plain("#ffe0a0").material, remote="id:6919")
    assert found(shown, card(SetPicture("background", Picture(away)))) == []
    assert shown.looks == 0
    missing = MaterialRef("a" * 64, 300, 400, 9)
    assert found(shown, card(SetPicture("background", Picture(missing)))) == []
    packet = starter(pack().layouts["RedPacket"], picture=shown.plain("#ffe0a0"))
    assert found(shown, packet) == []
    assert found(shown, replace(card(SetPicture("background", shown.plain("#fff"))), layout="Unheard")) == []


def test_only_another_picture_or_crop_is_measured(shown: Shown) -> None:
    """Words, vendors and undo measure nothing again; a picture that was missing is looked for again."""
    check = GroundCheck(phones(), shown)
    street = shown.sample("restaurant.jpg")
    begun = card(SetPicture("background", street))
    first = check.problems(begun, pack())
    assert shown.looks == 1
    for edit in (
        SetText("title", "别的"),
        SetVendors((Vendor.HUAWEI,)),
        SetVendors((Vendor.VIVO, Vendor.OPPO)),
    ):
        assert check.problems(edit.apply(begun), pack()) == first
    assert shown.looks == 1
    cropped = SetCrop("background", Crop(0, 0, 90, 120)).apply(begun)
    assert check.problems(cropped, pack()) != first
    assert shown.looks == 2
    assert check.problems(begun, pack()) == first
    assert shown.looks == 2
    late = MaterialRef("a" * 64, 300, 400, 9)
    waiting = card(SetPicture("background", Picture(late)))
    assert check.problems(waiting, pack()) == ()
    shown.plain("#ffe0a0", "a" * 64)
    shown.forget_missing()
    assert codes(list(check.problems(waiting, pack()))) == [(CONTRAST, None)]


def test_every_finding_is_in_the_list_of_rules(shown: Shown) -> None:
    """With the severity it has."""
    listed: dict[str, RuleRow] = {row.code: row for row in SAFE_AREA_RULES}
    names = ("restaurant.jpg", "drama-city.jpg", "train.jpg", "coach.jpg")
    all_found = [p for n in names for p in found(shown, card(SetPicture("background", shown.sample(n))))]
    assert {(p.code, p.severity) for p in all_found} == {
        (row.code, severity) for row in listed.values() for severity in row.severities
    }
