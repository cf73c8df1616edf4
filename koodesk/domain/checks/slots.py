# SPDX-License-Identifier: Apache-2.0
"""Checks of the frame: layout, pages, slots and sub-type. Sources: facts 1.7, 2.2, 2.5, 2.6."""

from __future__ import annotations

from collections.abc import Iterator

from koodesk.domain.checks.register import NOTE, Context, found, place, rule
from koodesk.domain.layout_contents import items, out_of_sight, places
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.template import ButtonContent, Content, ImageContent, TextContent, VideoContent


def kind_of(content: Content) -> SlotKind:
    """Return the kind of slot a content fits."""
    match content:
        case TextContent():
            return SlotKind.TEXT
        case ImageContent():
            return SlotKind.IMAGE
        case VideoContent():
            return SlotKind.VIDEO
        case ButtonContent():
            return SlotKind.BUTTON


@rule("layout.unknown", source="")
def layout_known(context: Context) -> Iterator[Problem]:
    """A card of a layout the pack lacks cannot be checked, drawn or submitted."""
    if context.layout is None:
        yield found("layout.unknown", "layout", layout=context.template.layout[:100])


@rule("pages.missing", "pages.too_many", source="SDK")
def pages_count(context: Context) -> Iterator[Problem]:
    """A template has 1-10 pages."""
    limit, actual = context.limit("pages.count"), len(context.template.pages)
    if not actual:
        yield found("pages.missing", "pages")
    elif limit is not None and actual > limit:
        yield found("pages.too_many", "pages", limit=limit, actual=actual)


@rule("slot.missing", "slot.unknown", "slot.wrong_kind", source="API CreatePersonalTemplate")
def slots_filled(context: Context) -> Iterator[Problem]:
    """Every required slot has its content, and every content its slot."""
    layout = context.layout
    if layout is None:
        return
    hidden = out_of_sight(context.template, layout)
    for number, page in enumerate(context.template.pages):
        counts = {g.id: max(items(page, layout, g.id), g.least) for g in layout.groups}
        for slot, item in places(layout, counts):
            there = context.template.by_slot(slot.id, item, number) is not None
            if slot.required and slot.id not in hidden and not there:
                yield found("slot.missing", f"slot:{slot.id}", slot=slot.name_zh, slot_en=slot.name_en)
    for content in context.template.contents():
        spec = context.slot_of(content)
        if spec is None:
            yield found("slot.unknown", place(content), slot=content.slot)
        elif spec.kind is not kind_of(content):
            yield found("slot.wrong_kind", place(content), slot=spec.name_zh, slot_en=spec.name_en)


@rule("slot.twice", source="API CreatePersonalTemplate")
def slots_once(context: Context) -> Iterator[Problem]:
    """A place of a page is filled once: one number, one component. Only slots of a group have further items."""
    for page in context.template.pages:
        taken: set[tuple[str, int]] = set()
        for content in page.contents:
            spec = context.slot_of(content)
            if spec is None:
                continue
            if (content.slot, content.item) in taken or (content.item and not spec.group):
                yield found("slot.twice", place(content), slot=spec.name_zh, slot_en=spec.name_en)
            taken.add((content.slot, content.item))


@rule("group.too_few", "group.too_many", source="SDK")
def groups_counted(context: Context) -> Iterator[Problem]:
    """A repeated group has as many items as the layout allows (carousel 2-10, articles 2-4, pairs 2-6, vouchers <= 4)."""
    layout = context.layout
    if layout is None:
        return
    hidden = out_of_sight(context.template, layout)
    for page in context.template.pages:
        for group in layout.groups:
            if all(slot.id in hidden for slot in layout.slots_of(group.id)):
                continue
            actual = items(page, layout, group.id)
            names = {"group": group.name_zh, "group_en": group.name_en}
            if actual < group.least:
                yield found("group.too_few", f"group:{group.id}", limit=group.least, actual=actual, **names)
            elif actual > group.most:
                yield found("group.too_many", f"group:{group.id}", limit=group.most, actual=actual, **names)


@rule("sub_type.unknown", "sub_type.ignored", source="SDK")
def sub_type_honoured(context: Context) -> Iterator[Problem]:
    """The choice is one of the layout's; vendors that do not honour it show the first one (dynamic: HUAWEI only)."""
    layout = context.layout
    if layout is None or not layout.sub_types:
        return
    chosen = next((s for s in layout.sub_types if s.value == context.template.sub_type), None)
    if chosen is None:
        yield found("sub_type.unknown", "sub_type", actual=context.template.sub_type)
        return
    for vendor in context.takers:
        if vendor not in chosen.vendors:
            shown = layout.sub_types[0]
            yield found(
                "sub_type.ignored",
                "sub_type",
                NOTE,
                vendor,
                choice=chosen.name_zh,
                choice_en=chosen.name_en,
                shown=shown.name_zh,
                shown_en=shown.name_en,
            )
