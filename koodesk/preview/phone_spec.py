# SPDX-License-Identifier: Apache-2.0
"""A vendor's phone and card as data: sizes, colours and the boxes of each layout (read by `phone_reader`).

The files are this project's own drawing of how a card sits in a phone's message thread. No vendor publishes these
numbers, so each file says source "drawn" and how far it may be trusted; the published limits are the rule pack's.
Everything that differs between vendors is here, and the code that reads it never asks which vendor it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from koodesk.domain.vendor import Vendor
from koodesk.preview.phone import Phone
from koodesk.preview.placement import ShapeKind


@dataclass(frozen=True, slots=True)
class Art:
    """A figure behind a box: colours are roles, `inset` is top, right, bottom, left from the box's edges.

    A figure with a `width` stands in the middle unless its left or right inset holds it; one with a `height` hangs
    from the top unless a bottom inset holds it.
    """

    kind: ShapeKind
    fill: str
    stroke: str
    stroke_width: float
    inset: tuple[float, float, float, float]
    width: float
    height: float
    radius: float
    depth: float
    at: float
    count: int
    name: str
    only_default: bool
    """Drawn only where the sender chose no background of her own."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a card: a column, a row, a slot or empty room. Lengths in dp; 0 means as much as there is."""

    id: str
    parent: str
    flow: str
    """column, row; stack: one on the other, each as large as the box; strip: a row wider than the box, moved to the item in
    view; swiper: one item of the group in view at a time."""
    slot: str
    part: str
    """"child" for the second text of the slot."""
    repeat: str
    """The group whose every item gets a box like this one, with all that is in it."""
    dots: str
    """The group whose items are shown as dots, the one in view filled."""
    prefix: str
    """Words before a price that the sender can leave out."""
    only: str
    """The slot without which the box is not there (an icon beside a text, a line above a button)."""
    when: tuple[int, ...]
    """The sub-types with which the box is there; empty for all."""
    style: str
    lines: int
    width: float
    height: float
    min_height: float
    padding: tuple[float, float, float, float]
    gap: float
    pull: float
    """How far the box moves up into what lies above it."""
    align: str
    """Where children stand across the flow, or lines across a text."""
    spread: str
    """Where children stand along a row or column that has room left: together at one place, or apart from end to end."""
    fill: str
    stroke: str
    stroke_width: float
    radius: float
    ring: str
    ring_width: float
    pulse: str
    figure: ShapeKind
    """What a button's body looks like: a rounded rectangle, or a coin."""
    backdrop: str
    """The slot whose picture fills the box from behind: the background for this vendor where the slot has such, else its own."""
    art: tuple[Art, ...]
    fill_by: Mapping[int, str]
    """Colour role of the body by the sub-type this vendor shows, `fill` for one that is not named."""
    ink_by: Mapping[int, str]
    """Colour role of the words likewise, the style's for one that is not named."""
    dot: str
    """Colour role of the dots of a group."""
    dot_on: str
    """Colour role of the dot of the item in view."""


@dataclass(frozen=True, slots=True, eq=False)
class PhoneSpec(Phone):
    """A vendor's phone, with a card for each layout. There is one object for each file."""

    vendor: Vendor
    bubble_radius: float
    toggle: str
    """Where 显示原文 stands below the card: start, centre or end."""
    toggle_pill: bool
    layouts: Mapping[str, tuple[Box, ...]]
