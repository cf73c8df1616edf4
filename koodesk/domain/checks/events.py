# SPDX-License-Identifier: Apache-2.0
"""Checks of click events and their fields. Sources: facts 3.1, 3.2 [SDK AimPersonalTemplateContentAction]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from koodesk.domain.checks.register import ERROR, WARNING, Context, found, place, rule
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.params import names
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Confidence
from koodesk.domain.template import ButtonContent, ImageContent

TIME_FORMAT: Final = "%Y-%m-%d %H:%M:%S"
"""How begin_time and end_time of OPEN_SCHEDULE are written."""

_RANGE: Final = {"longitude": 180.0, "latitude": 90.0}


def events_of(context: Context) -> Iterator[tuple[str, ClickEvent]]:
    """Yield (where, event) for every event of the template."""
    for content in context.submitted():
        if isinstance(content, ImageContent | ButtonContent) and content.event is not None:
            yield f"{place(content)}/event", content.event


def _holds_something(content: ImageContent | ButtonContent) -> bool:
    return content.picture is not None if isinstance(content, ImageContent) else bool(content.text.strip())


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


@rule("event.missing", source="SDK")
def event_there(context: Context) -> Iterator[Problem]:
    """Every picture and button has an event where the layout asks for one; an optional one that is empty needs none."""
    for content, slot in context.slots():
        if (
            isinstance(content, ImageContent | ButtonContent)
            and slot.event_required
            and content.event is None
            and (slot.required or _holds_something(content))
        ):
            yield found("event.missing", f"{place(content)}/event", slot=slot.name_zh, slot_en=slot.name_en)


@rule("event.vendor_refused", "event.vendor_doubtful", source="SDK AimPersonalTemplateContent")
def event_taken(context: Context) -> Iterator[Problem]:
    """Each vendor accepts the event; where sources disagree about one that may work, it is a warning."""
    for where, event in events_of(context):
        spec = context.pack.events[event.type]
        words = {"event": spec.name_zh, "event_en": spec.name_en}
        for vendor in context.takers:
            fact = spec.vendors.get(vendor)
            if fact is None or not fact.value:
                yield found("event.vendor_refused", where, ERROR, vendor, **words)
            elif fact.confidence is Confidence.CONFLICT:
                yield found("event.vendor_doubtful", where, WARNING, vendor, **words)


@rule(
    "event.field_missing",
    "event.field_too_long",
    "event.field_bad",
    "event.field_unexpected",
    source="SDK AimPersonalTemplateContentAction",
)
def event_fields(context: Context) -> Iterator[Problem]:
    """Each event has its required fields, each of its length and form; a field of another event is pointed out.

    The form is looked at with the parameters' examples in place, and not at all while one has no example. The length
    holds for both: what is submitted and what a recipient's phone would open.
    """
    for where, event in events_of(context):
        spec = context.pack.events[event.type]
        for field in spec.fields:
            text = event.field(field.name)
            place_ = f"{where}.{field.name}"
            words = {"field": field.name_zh, "field_en": field.name_en}
            if not text.strip():
                if field.required:
                    yield found("event.field_missing", place_, **words)
                continue
            shown = context.with_examples(text)
            actual = max(len(text), len(shown))
            if actual > field.max_length:
                yield found("event.field_too_long", place_, limit=field.max_length, actual=actual, **words)
                continue  # its form no longer matters, and patterns are spared endless texts
            if names(shown):
                continue
            if (field.pattern and _pattern(field.pattern).fullmatch(shown) is None) or (
                field.choices and shown not in field.choices
            ):
                yield found("event.field_bad", place_, **words)
        known = {f.name for f in spec.fields}
        for name, _ in event.fields:
            if name not in known:
                yield found("event.field_unexpected", f"{where}.{name}", WARNING, field=name, field_en=name)


@rule("event.view_without_picture", source="SDK AimPersonalTemplateContentAction")
def picture_to_view(context: Context) -> Iterator[Problem]:
    """VIEW_PIC opens a picture of the card: its own, or, on a button, one that stands on the same page."""
    for page in context.template.pages:
        pictures = [c.id for c in page.contents if isinstance(c, ImageContent) and c.picture is not None]
        for content in page.contents:
            if not isinstance(content, ImageContent | ButtonContent) or content.event is None:
                continue
            there = content.id in pictures if isinstance(content, ImageContent) else bool(pictures)
            if content.event.type is EventType.VIEW_PIC and not there:
                yield found("event.view_without_picture", f"{place(content)}/event")


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, TIME_FORMAT)  # noqa: DTZ007  # the phone reads it as its own local time
    except ValueError:
        return None


@rule("event.time_bad", "event.time_order", source="SDK AimPersonalTemplateContentAction")
def schedule_times(context: Context) -> Iterator[Problem]:
    """The times of a calendar entry exist, and the end is not before the beginning."""
    for where, event in events_of(context):
        if event.type is not EventType.OPEN_SCHEDULE:
            continue
        times: list[datetime] = []
        for name in ("begin_time", "end_time"):
            text = event.field(name)
            time = _time(text)
            if time is not None:
                times.append(time)
            elif text:
                yield found("event.time_bad", f"{where}.{name}")
        if len(times) == 2 and times[1] < times[0]:
            yield found("event.time_order", f"{where}.end_time")


@rule("event.coordinate_range", source="")
def coordinates(context: Context) -> Iterator[Problem]:
    """Longitude lies within ±180 and latitude within ±90 degrees."""
    for where, event in events_of(context):
        if event.type is not EventType.OPEN_MAP:
            continue
        for name, most in _RANGE.items():
            try:
                value = float(event.field(name))
            except ValueError:
                continue  # event_fields says that it is missing or no number
            if not -most <= value <= most:
                yield found("event.coordinate_range", f"{where}.{name}", limit=int(most))
