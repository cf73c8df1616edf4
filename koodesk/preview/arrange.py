# SPDX-License-Identifier: Apache-2.0
"""Template + layout + vendor + rules + phone -> Placement. Pure: the same values give the same placement anywhere.

The thread shows the card, or the text it came with (显示原文); below it stand the words that switch between them. What a
vendor refuses or changes beyond single slots, such as a click event it does not take, is noted here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from koodesk.domain.layout_contents import in_sight
from koodesk.domain.problem import Problem, Refused, Severity, problem
from koodesk.domain.rule_pack import Confidence, LayoutSpec, RulePack
from koodesk.domain.template import ButtonContent, ImageContent, Template
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor
from koodesk.preview.card import arrange_card
from koodesk.preview.line_breaking import wrap
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import (
    Clip,
    Item,
    Measure,
    Placement,
    Rect,
    Run,
    Shape,
    ShapeKind,
    TextLine,
    Unknown,
)
from koodesk.preview.scene import Card, Scene
from koodesk.preview.shell import arrange_shell
from koodesk.preview.wording import word

Show = Literal["card", "text", "fallback"]
"""The card, its text after 显示原文, or what a phone gets that shows no cards."""
NOWHERE: Mapping[str, int] = MappingProxyType({})
"""Every group at its first item."""

ARRANGE_CODES = (
    "preview.background.default",
    "preview.button.static",
    "preview.event.doubtful",
    "preview.event.refused",
    "preview.not_drawn",
    "preview.param.not_replaced",
    "preview.param.unfilled",
    "preview.picture.missing",
    "preview.sms.missing",
    "preview.text.controls",
    "preview.text.other_font",
    "preview.vendor.not_taken",
    "preview.vendor.unknown",
    "preview.video.missing",
)
"""Every code that arranging marks or refuses with."""


def not_taken(layout: LayoutSpec, vendor: Vendor) -> Problem | None:
    """Tell why a vendor shows no card of this layout; None when it does."""
    fact = layout.vendors.get(vendor)
    if fact is not None and fact.value:
        return None
    unknown = fact is None or fact.confidence is Confidence.UNKNOWN
    return problem(
        "preview.vendor.unknown" if unknown else "preview.vendor.not_taken",
        "vendors",
        severity=Severity.NOTE,
        vendor=vendor,
        source=fact.source if fact is not None else "",
        layout=layout.id,
    )


def arrange(
    template: Template,
    layout: LayoutSpec,
    vendor: Vendor,
    pack: RulePack,
    phone: PhoneSpec,
    values: Mapping[str, str],
    measure: Measure,
    *,
    dark: bool = False,
    show: Show = "card",
    hints: bool = False,
    page: int = 0,
    at: Mapping[str, int] = NOWHERE,
) -> Placement:
    """Put a template in place on one vendor's phone.

    A vendor's own variant is what is put in place. `page` (from 0) is shown; `at` names the item in view of a repeated group.
    `values` fill the parameters by name; when empty, each parameter shows its example. With `hints` an empty text slot
    shows what belongs there, as the editor needs it and no phone does. The text alone shows on every phone; where the
    card would not, there are no words to switch to it. Raises Refused when the card is asked for and the vendor does
    not take the layout, or there is no drawing of it for this phone.
    """
    refusal = not_taken(layout, vendor)
    if refusal is not None and show == "card":
        raise Refused(refusal)
    boxes = phone.layouts.get(layout.id, ())
    if not boxes and show == "card":
        raise Refused(
            problem(
                "preview.not_drawn",
                "layout",
                vendor=vendor,
                layout=layout.id,
            )
        )
    template = seen_by(template, vendor)
    page = max(0, min(page, len(template.pages) - 1))
    scene = Scene(template, layout, vendor, pack, phone, values, measure, dark, hints, page, at)
    sender = template.sms_signs[0] if template.sms_signs else ""
    least = arrange_shell(phone, measure, sender, dark, 0.0)
    x, y = least.screen.x + phone.gutter, least.thread_top
    card = arrange_card(scene, boxes, x, y) if show == "card" else _bubble(scene, x, y)
    toggle_height = 40.0
    shell = arrange_shell(phone, measure, sender, dark, card.rect.height + toggle_height)
    toggle, words = Rect(card.rect.x, card.rect.bottom, 0, 0), list[Item]()
    if refusal is None and show != "fallback":
        toggle, words = _toggle(scene, card.rect, shell.screen, show)
        _note_vendor(scene, card)
    return Placement(
        vendor=vendor,
        layout=layout.id,
        dark=dark,
        show=show,
        width=shell.width,
        height=shell.height,
        screen=shell.screen,
        card=card.rect,
        toggle=toggle,
        shell=shell.behind,
        items=(*card.items, *words),
        front=shell.before,
        slots=tuple(card.slots),
        cuts=tuple(card.cuts),
        marks=tuple(card.marks),
        unknowns=tuple(card.unknowns),
    )


def _toggle(scene: Scene, card: Rect, screen: Rect, show: Show) -> tuple[Rect, list[Item]]:
    """The words below the card, as plain words or on a pill."""
    phone = scene.phone
    style = phone.styles["toggle"]
    text = phone.words["show_text" if show == "card" else "show_card"]
    width, height = scene.measure.advance(text, style.font), 24.0
    pad = 12.0 if phone.toggle_pill else 0.0
    box = width + 2 * pad
    x = {
        "start": card.x + (0.0 if phone.toggle_pill else 4.0),
        "centre": screen.x + (screen.width - box) / 2,
        "end": card.right - box,
    }[phone.toggle]
    rect = Rect(x, card.bottom + 9, box, height)
    items: list[Item] = []
    if phone.toggle_pill:
        items.append(Shape(ShapeKind.ROUND, rect, scene.fill("toggle_pill"), height / 2, role="toggle"))
    glyphs = scene.measure.line_height(style.font)
    baseline = rect.y + (height - glyphs) / 2 + scene.measure.ascent(style.font)
    line = Rect(x + pad, rect.y, width, height)
    run = Run(text, x + pad, width, 0, 0)
    items.append(TextLine(line, baseline, style.font, scene.colour(style.colour), (run,), "toggle"))
    return rect, items


def _bubble(scene: Scene, x: float, y: float) -> Card:
    """The text message itself, as every phone shows it without the card."""
    phone, measure = scene.phone, scene.measure
    style = phone.styles["bubble"]
    font, pad = style.font, 13.0
    room = phone.width - 2 * phone.gutter - 44
    text = word(scene.template.sms_example, (), {}).text
    lines = wrap(text, room - 2 * pad, lambda run: measure.advance(run, font))
    widths = [measure.advance(text[a:b], font) for a, b in lines]
    height = font.size * style.leading
    rect = Rect(x, y, min(max(widths) + 2 * pad, room), height * len(lines) + 2 * pad - 4)
    card = Card(rect, Clip(rect, phone.bubble_radius))
    card.items.append(Shape(ShapeKind.ROUND, rect, scene.fill("bubble"), phone.bubble_radius, role="bubble"))
    glyphs = measure.line_height(font)
    for row, ((a, b), width) in enumerate(zip(lines, widths, strict=True)):
        top = rect.y + pad - 2 + row * height
        run = Run(text[a:b], rect.x + pad, width, a, b)
        box = Rect(rect.x + pad, top, width, height)
        baseline = top + (height - glyphs) / 2 + measure.ascent(font)
        card.items.append(TextLine(box, baseline, font, scene.colour(style.colour), (run,), "sms"))
    if not text:
        card.marks.append(
            problem("preview.sms.missing", "sms_example", severity=Severity.NOTE, vendor=scene.vendor)
        )
    return card


def _note_vendor(scene: Scene, card: Card) -> None:
    """Note what holds for the whole card on this vendor: events it does not take, and how sure the drawing is."""
    fact = scene.layout.vendors[scene.vendor]
    if fact.note:
        card.unknowns.append(Unknown("", "layout", fact.note))
    if scene.phone.confidence is not Confidence.STATED:
        card.unknowns.append(Unknown("", "geometry", scene.phone.note))
    for content in in_sight(scene.template, scene.layout):
        if not isinstance(content, ImageContent | ButtonContent) or content.event is None:
            continue
        spec = scene.pack.events.get(content.event.type)
        taken = spec.vendors.get(scene.vendor) if spec is not None else None
        if taken is None or (taken.value and taken.confidence is not Confidence.CONFLICT):
            continue
        card.marks.append(
            problem(
                "preview.event.refused" if taken.value is False else "preview.event.doubtful",
                f"content:{content.id}/event",
                severity=Severity.WARNING,
                vendor=scene.vendor,
                source=taken.source,
                event=content.event.type.value,
            )
        )
