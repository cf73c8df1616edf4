# SPDX-License-Identifier: Apache-2.0
"""Edits that need the layout at hand: another item in a repeated group, one less, another page. Pure."""

from __future__ import annotations

from dataclasses import replace

from koodesk.domain.edits import InsertItem, InsertPage, RemoveItem
from koodesk.domain.layout_contents import blank_page, content_id, empty, free_id, items, taken_ids
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import Content, Page, Template

STRUCTURE_CODES = ("structure.fewest_items", "structure.most_items", "structure.most_pages")
"""Every code this module refuses with."""


def add_item(
    template: Template,
    layout: LayoutSpec,
    group: str,
    at: int | None = None,
    *,
    page: int = 0,
    like: int | None = None,
) -> InsertItem:
    """Return the edit that adds an item to a group, at its end or before item `at`; `like` copies an item's contents.

    Raises Refused when the group is full.
    """
    spec = layout.group(group)
    count = items(template.pages[page], layout, group)
    if count >= spec.most:
        raise Refused(
            problem(
                "structure.most_items",
                f"group:{group}",
                group=spec.name_zh,
                group_en=spec.name_en,
                limit=spec.most,
                actual=count,
            )
        )
    number = count if at is None else max(0, min(at, count))
    taken = taken_ids(template)
    contents: list[Content] = []
    for slot in layout.slots_of(group):
        made = empty(slot, number, page, taken=taken)
        source = None if like is None else template.by_slot(slot.id, like, page)
        if source is not None:
            made = replace(source, id=made.id, item=number)
        taken.add(made.id)
        contents.append(made)
    return InsertItem(page, tuple(contents), _place(template.pages[page], layout, group))


def _place(page: Page, layout: LayoutSpec, group: str) -> int:
    """Return the number of contents of a page that stand before a group."""
    first = min(s.position for s in layout.slots_of(group))
    before = {s.id for s in layout.slots if s.position < first}
    return sum(1 for c in page.contents if c.slot in before)


def remove_item(
    template: Template, layout: LayoutSpec, group: str, item: int, *, page: int = 0
) -> RemoveItem:
    """Return the edit that removes an item. Raises Refused when the group has its fewest items already."""
    spec = layout.group(group)
    count = items(template.pages[page], layout, group)
    if count <= spec.least:
        raise Refused(
            problem(
                "structure.fewest_items",
                f"group:{group}",
                group=spec.name_zh,
                group_en=spec.name_en,
                limit=spec.least,
                actual=count,
            )
        )
    return RemoveItem(page, tuple(s.id for s in layout.slots_of(group)), item)


def add_page(
    template: Template, layout: LayoutSpec, most: int | None, *, like: int | None = None
) -> InsertPage:
    """Return the edit that adds a page at the end, blank or like another; `most` is the pack's limit, None for unknown.

    Raises Refused when there are as many pages as may be.
    """
    count = len(template.pages)
    if most is not None and count >= most:
        raise Refused(problem("structure.most_pages", "pages", limit=most, actual=count))
    taken = taken_ids(template)
    if like is None:
        return InsertPage(count, blank_page(layout, count, taken=taken).contents)
    copies: list[Content] = []
    for content in template.pages[like].contents:
        made = free_id(content_id(content.slot, content.item, count), taken)
        taken.add(made)
        copies.append(replace(content, id=made))
    return InsertPage(count, Page(tuple(copies)).contents)
