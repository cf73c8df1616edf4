# SPDX-License-Identifier: Apache-2.0
"""What the parts of a card have in common: what they are filled from, and what arranging them finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import Clip, Cut, Fill, Item, Measure, Rect, SlotBox, Unknown


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the boxes are filled from; the same for all boxes of a card."""

    template: Template
    layout: LayoutSpec
    vendor: Vendor
    pack: RulePack
    phone: PhoneSpec
    values: Mapping[str, str]
    measure: Measure
    dark: bool
    hints: bool

    def fill(self, role: str) -> Fill:
        """Return the colours of a role in this theme."""
        return self.phone.fill(role, self.dark)

    def colour(self, role: str) -> str:
        """Return the first colour of a role in this theme."""
        return self.phone.colour(role, self.dark)


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
