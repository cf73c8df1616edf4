# SPDX-License-Identifier: Apache-2.0
"""The views of a card: each page, and each item of what a phone swipes through, put in place once and seen side by side.

A browser without scripts cannot swipe a part of a drawing; it can scroll from one whole view to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from koodesk import paths
from koodesk.domain.layout_contents import items
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.template import Template
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor
from koodesk.h5.measure import bundled
from koodesk.preview.arrange import arrange
from koodesk.preview.phone_reader import read_phones
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import Placement


@dataclass(frozen=True, slots=True)
class View:
    """One view by day and by night."""

    light: Placement
    dark: Placement


@lru_cache(maxsize=1)
def phones() -> Mapping[Vendor, PhoneSpec]:
    """Return the drawn phones of all vendors."""
    return read_phones(paths.resources() / "phones")


def showing(template: Template, pack: RulePack, wished: str, vendors: frozenset[str]) -> Vendor | None:
    """Return whose phone the card is shown as: the one wished for where it takes the card, else the template's first that
    does; `vendors` are those that have activated it, empty for no matter which. None when nobody takes it."""
    layout = pack.layouts.get(template.layout)
    if layout is None:
        return None
    drawn = [v for v in template.vendors if layout.takes(v) and phones()[v].layouts.get(layout.id)]
    good = [v for v in drawn if not vendors or v.value in vendors] or drawn
    return next((v for v in good if v.value == wished), good[0] if good else None)


def views(template: Template, pack: RulePack, vendor: Vendor, values: Mapping[str, str]) -> tuple[View, ...]:
    """Return the views of a card on one vendor's phone, equal ones once. Raises Refused as `arrange` does."""
    layout, phone = pack.layouts[template.layout], phones()[vendor]
    found: list[View] = []
    for page, at in _places(seen_by(template, vendor), layout):

        def placed(dark: bool, page: int = page, at: Mapping[str, int] = at) -> Placement:
            return arrange(
                template, layout, vendor, pack, phone, values, bundled(), dark=dark, page=page, at=at
            )

        light = placed(False)
        if all(light.items != other.light.items for other in found):
            found.append(View(light, placed(True)))
    return tuple(found)


def _places(template: Template, layout: LayoutSpec) -> Iterator[tuple[int, dict[str, int]]]:
    """Yield (page, item in view by group): the first item of all groups, then the others, one group after the other."""
    for number, page in enumerate(template.pages):
        yield number, {}
        for group in layout.groups:
            for item in range(1, items(page, layout, group.id)):
                yield number, {group.id: item}
