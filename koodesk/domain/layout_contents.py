# SPDX-License-Identifier: Apache-2.0
"""A layout's slots filled: order, position numbers, items of repeated groups, and what is out of sight.

Pure. The API numbers components from left to right, then from top to bottom, in one running number (facts 2.2); slots that
are left out keep their number, the items of a repeated group take one number after the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from koodesk.domain.rule_pack import LayoutSpec, SlotKind, SlotSpec
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    Page,
    Template,
    TextContent,
    VideoContent,
)


def content_id(slot: str, item: int = 0, page: int = 0) -> str:
    """Return the id a content gets when it is made for a place: the slot, its item from the second on, its page likewise."""
    return slot + (f"-{item + 1}" if item else "") + (f"@{page + 1}" if page else "")


def free_id(wanted: str, taken: set[str]) -> str:
    """Return `wanted`, or the first of wanted~2, wanted~3, ... that is not taken."""
    found, count = wanted, 1
    while found in taken:
        count += 1
        found = f"{wanted}~{count}"
    return found


def taken_ids(template: Template) -> set[str]:
    """Return every id that a new content must not have: those in use and those kept for the way back."""
    kept = (c.id for k in template.kept for page in k.pages for c in page.contents)
    return {*(c.id for c in template.contents()), *kept}


def items(page: Page, layout: LayoutSpec, group: str) -> int:
    """Return how many items of a group a page has."""
    slots = {s.id for s in layout.slots_of(group)}
    return max((c.item + 1 for c in page.contents if c.slot in slots), default=0)


def places(layout: LayoutSpec, counts: dict[str, int]) -> Iterator[tuple[SlotSpec, int]]:
    """Yield (slot, item) in the order of position numbers, a group's items one after the other."""
    done: set[str] = set()
    for slot in layout.slots:
        if not slot.group:
            yield slot, 0
        elif slot.group not in done:
            done.add(slot.group)
            members = layout.slots_of(slot.group)
            for item in range(counts.get(slot.group, 0)):
                for member in members:
                    yield member, item


def page_places(layout: LayoutSpec, page: Page) -> tuple[tuple[SlotSpec, int], ...]:
    """Return (slot, item) of every place of a page in the order of position numbers, filled or not."""
    return tuple(places(layout, {g.id: items(page, layout, g.id) for g in layout.groups}))


def positions(layout: LayoutSpec, page: Page) -> dict[str, int]:
    """Return the position_number of every content of a page by its id; contents of unknown slots are left out."""
    numbers = {(s.id, item): at for at, (s, item) in enumerate(page_places(layout, page), 1)}
    return {c.id: numbers[c.slot, c.item] for c in page.contents if (c.slot, c.item) in numbers}


def ordered(layout: LayoutSpec, contents: tuple[Content, ...]) -> tuple[Content, ...]:
    """Return contents in the order of their position numbers; those of unknown slots stay at the end."""
    page = Page(contents)
    numbers = positions(layout, page)
    return tuple(sorted(contents, key=lambda c: numbers.get(c.id, 1_000_000)))


def out_of_sight(template: Template, layout: LayoutSpec) -> frozenset[str]:
    """Return the slots that the chosen sub-type hides or the chosen style leaves out."""
    hidden = next((s.hides for s in layout.sub_types if s.value == template.sub_type), ())
    return frozenset((*hidden, *left_out(template, layout)))


def left_out(template: Template, layout: LayoutSpec) -> frozenset[str]:
    """Return the slots that the chosen style does not use: they are not submitted at all."""
    return frozenset(next((s.leaves_out for s in layout.styles if s.value == template.style), ()))


def in_sight(template: Template, layout: LayoutSpec) -> tuple[Content, ...]:
    """Return the contents a phone shows, as far as the card itself decides."""
    hidden = out_of_sight(template, layout)
    return tuple(c for c in template.contents() if c.visible and c.slot not in hidden)


def empty(slot: SlotSpec, item: int = 0, page: int = 0, *, taken: set[str] | None = None) -> Content:
    """Return an empty content for a place, with an id that is not among `taken`."""
    made = free_id(content_id(slot.id, item, page), taken or set())
    match slot.kind:
        case SlotKind.TEXT:
            return TextContent(made, slot.id, item=item)
        case SlotKind.IMAGE:
            return ImageContent(made, slot.id, item=item)
        case SlotKind.VIDEO:
            return VideoContent(made, slot.id, item=item)
        case SlotKind.BUTTON:
            return ButtonContent(made, slot.id, slot.choices[0] if slot.choices else "", item=item)


def blank_page(layout: LayoutSpec, page: int = 0, *, taken: set[str] | None = None) -> Page:
    """Return a page with an empty content in every slot, groups with their fewest items."""
    used = set(taken or ())
    contents: list[Content] = []
    for slot, item in places(layout, {g.id: g.least for g in layout.groups}):
        made = empty(slot, item, page, taken=used)
        used.add(made.id)
        contents.append(made)
    return Page(tuple(contents))
