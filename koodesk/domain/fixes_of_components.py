# SPDX-License-Identifier: Apache-2.0
"""Fixes of events, switches, styles, videos and variants; `fixes` is where they are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.crop import fit, inside, refit
from koodesk.domain.edits import (
    Batch,
    ClearOverride,
    Edit,
    SetChild,
    SetCurrency,
    SetEvent,
    SetMoving,
    SetRatio,
    SetSmsExample,
    SetSmsSigns,
    SetStyle,
    SetSubType,
    SetVideo,
    SetVisible,
)
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import ButtonContent, Content, ImageContent, Picture, Template, VideoContent

Fix = Callable[[Problem, Template, RulePack], Edit | None]

_SIGN: Final = re.compile("【([^【】]*)】")


def content_at(problem: Problem, template: Template) -> Content | None:
    """Return the content a problem is about, None when it is about something else or gone."""
    kind, _, rest = problem.where.partition(":")
    content_id = rest.partition("/")[0]
    return next((c for c in template.contents() if kind == "content" and c.id == content_id), None)


def _event_at(problem: Problem, template: Template) -> tuple[Content, ClickEvent] | None:
    content = content_at(problem, template)
    if isinstance(content, ImageContent | ButtonContent) and content.event is not None:
        return content, content.event
    return None


def no_event(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Take an event away that the slot may not have."""
    found = _event_at(problem, template)
    return None if found is None else SetEvent(found[0].id, None)


def in_the_browser(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Open the same link in the browser: every vendor takes that event, and it takes http as well as https."""
    found = _event_at(problem, template)
    if found is None or found[1].type is not EventType.OPEN_URL:
        return None
    target = found[1].field("target")
    if not target.startswith(("http://", "https://")):
        return None
    return SetEvent(found[0].id, ClickEvent(EventType.OPEN_BROWSER, (("target", target),)))


def floor_in_browser(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Let the floor open the browser, the only one that takes an http link (facts 3.3)."""
    found = _event_at(problem, template)
    return None if found is None else SetEvent(found[0].id, found[1].with_field("floor_type", "2"))


def shown(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Show a component that cannot be hidden."""
    return SetVisible(_id(problem), visible=True)


def with_currency(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Set the currency switch back where there is none."""
    return SetCurrency(_id(problem), currency=True)


def at_rest(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Set a button's own movement back where it has none."""
    return SetMoving(_id(problem), moving=False)


def no_child(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Take away a second text that the slot does not have."""
    return SetChild(_id(problem), "")


def first_ratio(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Take the first ratio the slot offers."""
    return SetRatio(_id(problem), "")


def _id(problem: Problem) -> str:
    return problem.where.partition(":")[2].partition("/")[0]


def first_style(_: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Take the layout's first style."""
    layout = pack.layouts.get(template.layout)
    return SetStyle(layout.styles[0].value) if layout is not None and layout.styles else None


def first_sub_type(_: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Take the layout's first sub-type."""
    layout = pack.layouts.get(template.layout)
    return SetSubType(layout.sub_types[0].value) if layout is not None and layout.sub_types else None


def right_cover(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Crop a cover to the ratio of the video's place."""
    content = content_at(problem, template)
    layout = pack.layouts.get(template.layout)
    if layout is None or not isinstance(content, VideoContent) or content.cover is None:
        return None
    slot = next((s for s in layout.slots if s.id == content.slot), None)
    ratio = None if slot is None else slot.ratio_named(content.ratio)
    if ratio is None:
        return None
    material, crop = content.cover.material, content.cover.crop
    size, shape = (material.width, material.height), (ratio.width, ratio.height)
    fitted = fit(*size, shape) if crop is None or not inside(crop, *size) else refit(crop, *size, shape)
    return SetVideo(content.id, content.video, Picture(material, fitted))


def own_sign(_: Problem, template: Template, __: RulePack) -> Edit | None:
    """Sign the example SMS with the card's first signature."""
    if not template.sms_signs:
        return None
    return SetSmsExample(_SIGN.sub(f"【{template.sms_signs[0]}】", template.sms_example, count=1))


def signs_of_example(_: Problem, template: Template, __: RulePack) -> Edit | None:
    """Take the signature the example SMS already carries."""
    signed = _SIGN.search(template.sms_example)
    name = signed.group(1).strip() if signed is not None else ""
    return SetSmsSigns((name,)) if name else None


def masters(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Take away the variants of a vendor that show nothing: of contents that are gone, or of a vendor not chosen."""
    ids = {c.id for c in template.contents()}
    gone = tuple(
        ClearOverride(o.vendor, o.content.id)
        for o in template.overrides
        if o.vendor is problem.vendor and (problem.code == "variant.unused" or o.content.id not in ids)
    )
    return Batch(gone) if gone else None


FIXES: Final[dict[str, Fix]] = {
    "cover.ratio": right_cover,
    "event.field_bad": in_the_browser,
    "event.not_allowed": no_event,
    "event.vendor_doubtful": in_the_browser,
    "floor.http_needs_browser": floor_in_browser,
    "ratio.unknown": first_ratio,
    "sms_example.sign_unknown": own_sign,
    "sms_signs.missing": signs_of_example,
    "style.unknown": first_style,
    "sub_type.unknown": first_sub_type,
    "switch.currency_ignored": with_currency,
    "switch.moving_ignored": at_rest,
    "switch.visible_ignored": shown,
    "text.child_unexpected": no_child,
    "variant.lost": masters,
    "variant.unused": masters,
}
"""The fixes of this module by code."""
