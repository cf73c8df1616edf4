# SPDX-License-Identifier: Apache-2.0
"""What the parts of a card have in common: what they are filled from, and what arranging them finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from koodesk.domain.layout_contents import items, out_of_sight
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.template import Content, Template
from koodesk.domain.vendor import Vendor
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import Clip, Cut, Fill, Item, Measure, Rect, SlotBox, Unknown


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the boxes are filled from; the same for all boxes of a card.

    `page` is the page shown (from 0); `at` the item in view of each group, by the group's id.
    """

    template: Template
    layout: LayoutSpec
    vendor: Vendor
    pack: RulePack
    phone: PhoneSpec
    values: Mapping[str, str]
    measure: Measure
    dark: bool
    hints: bool
    page: int = 0
    at: Mapping[str, int] = field(default_factory=dict)

    def fill(self, role: str) -> Fill:
        """Return the colours of a role in this theme."""
        return self.phone.fill(role, self.dark)

    def colour(self, role: str) -> str:
        """Return the first colour of a role in this theme."""
        return self.phone.colour(role, self.dark)

    @property
    def sub_type(self) -> int:
        """The sub-type this vendor shows: the one chosen where it is honoured, else the layout's first; 0 without any."""
        offered = self.layout.sub_types
        for one in offered:
            if one.value == self.template.sub_type and self.vendor in one.vendors:
                return one.value
        return offered[0].value if offered else 0

    def role(self, plain: str, by: Mapping[int, str]) -> str:
        """Return the colour role for the sub-type this vendor shows, `plain` where none is named for it."""
        return by.get(self.sub_type, plain) if by else plain

    def content(self, slot: str, item: int) -> Content | None:
        """Return what stands in a slot of the page, None when it is left out, hidden, or belongs to another style."""
        group = self.layout.slot(slot).group
        found = self.template.by_slot(slot, item if group else 0, self.page)
        if found is None or not found.visible or slot in self.hidden:
            return None
        return found

    @property
    def hidden(self) -> frozenset[str]:
        """The slots that sub-type or style take out of sight."""
        return out_of_sight(self.template, self.layout)

    def items(self, group: str) -> int:
        """Return how many items of a group the page has."""
        return items(self.template.pages[self.page], self.layout, group)

    def in_view(self, group: str) -> int:
        """Return which item of a group is in view."""
        return max(0, min(self.at.get(group, 0), self.items(group) - 1))


@dataclass(slots=True)
class Card:
    """What arranging a card found; grows while boxes are put in place. Nothing is painted beyond `edge`."""

    rect: Rect
    edge: Clip
    items: list[Item] = field(default_factory=list)
    slots: list[SlotBox] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    marks: list[Problem] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)


def aligned(align: str, room: float) -> float:
    """Return where something stands in the room left beside it: at its start, centre or end."""
    return {"start": 0.0, "centre": room / 2, "end": room}[align]
