# SPDX-License-Identifier: Apache-2.0
"""Checks of a component's switches, styles and choices, and of texts counted together. Sources: facts 2.2, 2.4, 2.6, 3.1."""

from __future__ import annotations

from collections.abc import Iterator

from koodesk.domain.checks.register import NOTE, WARNING, Context, child_place, found, place, rule
from koodesk.domain.edits.parameters import texts_of
from koodesk.domain.layout_contents import in_sight, out_of_sight
from koodesk.domain.params import names
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Confidence, Switch
from koodesk.domain.template import ButtonContent, ImageContent, TextContent


@rule("style.unknown", source="seed")
def style_offered(context: Context) -> Iterator[Problem]:
    """The style (样式) is one of the layout's."""
    layout = context.layout
    if layout is None or not layout.styles:
        return
    if context.template.style not in {s.value for s in layout.styles}:
        yield found("style.unknown", "style", actual=context.template.style)


@rule("button.choice_unknown", source="seed")
def button_words(context: Context) -> Iterator[Problem]:
    """Where a layout has ready-made buttons (个性化红包: 开 拆 抢 领), the button is one of them."""
    for content, slot in context.slots():
        if isinstance(content, ButtonContent) and slot.choices and content.text not in slot.choices:
            yield found(
                "button.choice_unknown",
                place(content),
                choices="、".join(slot.choices),
                actual=content.text[:20],
            )


@rule("event.not_allowed", source="SDK AimPersonalTemplateContent")
def event_where_allowed(context: Context) -> Iterator[Problem]:
    """Pictures of swiped cards, and backgrounds, carry no event of their own."""
    for content, slot in context.slots():
        tapped = isinstance(content, ImageContent | ButtonContent) and content.event is not None
        if tapped and not slot.event_allowed:
            where = f"{place(content)}/event"
            yield found("event.not_allowed", where, slot=slot.name_zh, slot_en=slot.name_en)


@rule("switch.visible_ignored", "switch.currency_ignored", "switch.moving_ignored", source="SDK")
def switches_offered(context: Context) -> Iterator[Problem]:
    """A component is hidden, its ￥ left out or its button set moving only where the layout has that switch."""
    for content in context.template.contents():
        slot = context.slot_of(content)
        if slot is None:
            continue
        words = {"slot": slot.name_zh, "slot_en": slot.name_en}
        if not content.visible and Switch.VISIBLE not in slot.switches:
            yield found("switch.visible_ignored", place(content), WARNING, **words)
        bare = isinstance(content, TextContent) and not content.currency
        if bare and Switch.CURRENCY not in slot.switches:
            yield found("switch.currency_ignored", place(content), WARNING, **words)
        if isinstance(content, ButtonContent) and content.moving and Switch.BUTTON_TYPE not in slot.switches:
            yield found("switch.moving_ignored", place(content), WARNING, **words)


@rule("switch.against_sub_type", source="SDK")
def switch_with_sub_type(context: Context) -> Iterator[Problem]:
    """Where the sub-type shows or hides a zone (领券区), all of the zone goes with it: none of it is hidden by itself."""
    layout = context.layout
    if layout is None:
        return
    zone = {slot for s in layout.sub_types for slot in s.hides} - out_of_sight(context.template, layout)
    for content in context.submitted():
        slot = context.slot_of(content)
        if slot is not None and slot.id in zone and not content.visible:
            yield found("switch.against_sub_type", place(content), slot=slot.name_zh, slot_en=slot.name_en)


@rule("param.hidden", source="ali")
def no_params_hidden(context: Context) -> Iterator[Problem]:
    """No parameter stands in a component that is handed in and out of sight; what a style leaves out is not handed in."""
    layout = context.layout
    if layout is None:
        return
    shown = {c.id for c in in_sight(context.template, layout)}
    for content in context.submitted():
        if content.id in shown:
            continue
        for name in dict.fromkeys(n for text in texts_of(content) for n in names(text)):
            yield found("param.hidden", place(content), WARNING, name=name)


@rule("text.child_unexpected", "text.child_missing", source="SDK")
def second_texts(context: Context) -> Iterator[Problem]:
    """A second text stands where the layout has one, and both halves of a pair are there."""
    for content, slot in context.slots():
        if not isinstance(content, TextContent):
            continue
        if content.child and not slot.child_zh:
            yield found(
                "text.child_unexpected", child_place(content), slot=slot.name_zh, slot_en=slot.name_en
            )
        elif slot.child_zh and content.text.strip() and not content.child.strip():
            yield found("text.child_missing", child_place(content), slot=slot.child_zh, slot_en=slot.child_en)


@rule("text.total_over_limit", source="hc")
def texts_together(context: Context) -> Iterator[Problem]:
    """All texts of a layout together stay within the vendor's total (长文本: 350)."""
    layout = context.layout
    if layout is None:
        return
    shown = [
        context.with_examples(part)
        for content in in_sight(context.template, layout)
        if isinstance(content, TextContent)
        for part in (content.text, content.child)
    ]
    actual = sum(map(len, shown))
    for vendor in context.takers:
        fact = layout.total_chars.get(vendor)
        if fact is not None and fact.value is not None and actual > fact.value:
            yield found("text.total_over_limit", "", WARNING, vendor, limit=fact.value, actual=actual)


@rule("text.edge_space", source="")
def texts_trimmed(context: Context) -> Iterator[Problem]:
    """A text that begins or ends with a space or an empty line is shifted on the phone."""
    for content, _ in context.slots():
        if isinstance(content, TextContent | ButtonContent):
            parts = [(place(content), content.text)]
            if isinstance(content, TextContent):
                parts.append((child_place(content), content.child))
            for where, text in parts:
                if text.strip() and text.strip() != text:
                    yield found("text.edge_space", where, WARNING)


@rule("text.same_twice", source="")
def texts_differ(context: Context) -> Iterator[Problem]:
    """The same sentence in two slots of a page wastes one of them; items of a group are looked at among themselves."""
    for page in context.template.pages:
        seen: dict[tuple[str, bool], str] = {}
        for content in page.contents:
            slot = context.slot_of(content)
            if not isinstance(content, TextContent) or slot is None or len(content.text.strip()) < 4:
                continue
            key = (content.text.strip(), bool(slot.group))
            if key in seen:
                yield found("text.same_twice", place(content), NOTE, text=content.text.strip()[:20])
            seen.setdefault(key, content.id)


@rule("layout.order_derived", source="")
def order_known(context: Context) -> Iterator[Problem]:
    """Where the order of a layout's components is derived and not published, say so once."""
    layout = context.layout
    if layout is not None and layout.confidence is not Confidence.STATED and context.takers:
        yield found("layout.order_derived", "layout", NOTE, layout=layout.name_zh, layout_en=layout.name_en)
