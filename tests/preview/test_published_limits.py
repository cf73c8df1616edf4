# SPDX-License-Identifier: Apache-2.0
"""What a vendor says is shown is shown: a text of exactly the published length is cut on no phone, one more is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from koodesk.domain.rule_pack import LayoutSpec, SlotKind, SlotSpec, TextLimit
from koodesk.domain.samples import sample_starter
from koodesk.domain.template import Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.placement import Cut
from tests.preview.arithmetic import RESOURCES, pack, phones


def published() -> Iterator[tuple[LayoutSpec, SlotSpec, bool, Vendor, TextLimit]]:
    """Yield every published limit of the pack: layout, slot, whether of the second text, vendor and limit."""
    for layout in pack().layouts.values():
        for slot in layout.slots:
            if slot.kind is not SlotKind.TEXT:
                continue
            for child, limits in ((False, slot.limits), (True, slot.child_limits)):
                for vendor, fact in limits.items():
                    if fact.value is not None and layout.takes(vendor):
                        yield layout, slot, child, vendor, fact.value


def cuts(layout: LayoutSpec, slot: SlotSpec, child: bool, vendor: Vendor, text: str) -> list[Cut]:
    """Return the cuts of the slot's first content when it holds a text."""
    template: Template = sample_starter(layout, RESOURCES)[0]
    first = next(c for c in template.contents() if c.slot == slot.id)
    assert isinstance(first, TextContent)
    changed = replace(first, child=text) if child else replace(first, text=text)
    placement = arrange(
        template.with_content(changed),
        layout,
        vendor,
        pack(),
        phones()[vendor],
        {},
        FontMeasure(fonts.load(RESOURCES / "fonts")),
    )
    return [c for c in placement.cuts if c.content_id == first.id and c.dropped in text]


CASES = list(published())


@pytest.mark.gui
@pytest.mark.parametrize(
    ("layout", "slot", "child", "vendor", "limit"),
    CASES,
    ids=[f"{la.id}-{s.id}{'-child' if c else ''}-{v.lower()}" for la, s, c, v, _ in CASES],
)
def test_a_text_of_the_published_length_shows_whole(
    layout: LayoutSpec, slot: SlotSpec, child: bool, vendor: Vendor, limit: TextLimit, qapp: object
) -> None:
    assert cuts(layout, slot, child, vendor, "字" * limit.chars) == []
    (cut,) = cuts(layout, slot, child, vendor, "字" * (limit.chars + 1))
    assert not cut.estimate
