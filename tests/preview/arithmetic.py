# SPDX-License-Identifier: Apache-2.0
"""What preview tests share: a measure that is arithmetic, the shipped rules and phones, and a card to arrange."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from koodesk.domain.rule_pack import Confidence, Fact, LayoutSpec, RulePack, TextLimit
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.template import ButtonContent, ImageContent, MaterialRef, Picture, Template, TextContent
from koodesk.domain.text_count import width_in_characters
from koodesk.domain.vendor import Vendor
from koodesk.preview.phone_reader import read_phones
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import Font
from tests.starters import starter

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
PICTURE = Picture(MaterialRef("ab" * 32, 640, 640, 1000))
TAKERS = (Vendor.HUAWEI, Vendor.XIAOMI, Vendor.OPPO, Vendor.VIVO, Vendor.SAMSUNG)


class ArithmeticMeasure:
    """Chinese characters are as wide as the font size, all others half: no font needed, and sums one can check."""

    def advance(self, text: str, font: Font) -> float:
        """Return the width."""
        return sum(width_in_characters(char) for char in text) * font.size

    def ascent(self, font: Font) -> float:
        """Return 0.9 of the size."""
        return font.size * 0.9

    def line_height(self, font: Font) -> float:
        """Return 1.2 of the size."""
        return font.size * 1.2

    def missing(self, text: str) -> str:
        """Only a lantern emoji is missing."""
        return "🏮" if "🏮" in text else ""

    def __hash__(self) -> int:
        """One is like another."""
        return 1


MEASURE = ArithmeticMeasure()


@lru_cache
def pack() -> RulePack:
    """Return the shipped rules."""
    return read_pack_folder(RESOURCES / "rules")


@lru_cache
def phones() -> dict[Vendor, PhoneSpec]:
    """Return the shipped phones."""
    return dict(read_phones(RESOURCES / "phones"))


def layout() -> LayoutSpec:
    """Return the red packet."""
    return pack().layouts["RedPacket"]


def card(**texts: str) -> Template:
    """Return the starter with a picture; name a slot to set its text."""
    template = starter(layout(), picture=PICTURE)
    for slot, text in texts.items():
        content = template.by_slot(slot)
        assert isinstance(content, TextContent | ButtonContent)
        template = template.with_content(replace(content, text=text))
    return template


def picture_of(template: Template) -> ImageContent:
    """Return the picture content."""
    content = template.by_slot("picture")
    assert isinstance(content, ImageContent)
    return content


def with_limit(spec: LayoutSpec, slot: str, vendor: Vendor, lines: int, chars: int) -> LayoutSpec:
    """Return the layout as if the vendor had published a limit."""
    fact = Fact(TextLimit(lines, chars), "test", Confidence.STATED)
    slots = tuple(replace(s, limits={**s.limits, vendor: fact}) if s.id == slot else s for s in spec.slots)
    return replace(spec, slots=slots)
