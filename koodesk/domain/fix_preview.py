# SPDX-License-Identifier: Apache-2.0
"""What a fix would change, before it is made: the parts of a card that differ, each before and after, as plain text.

For a person who is asked first. Pictures are told by their shown part in pixels; whoever can draw them shows them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from koodesk.domain.click_event import ClickEvent
from koodesk.domain.edits import Edit
from koodesk.domain.fixes import fixes_in_turn
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import Content, MaterialRef, Override, Param, Picture, Template
from koodesk.domain.vendor import Vendor

NOTHING = "—"
"""Stands for an empty text or a part that is not there."""


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a card that differs.

    `part` says which ("content:title.text", "content:button.event.floor_type", "sms_signs"); of a vendor's own content
    it begins with the vendor ("OPPO content:title.text"). `before` and `after` are words, or NOTHING.
    """

    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FixStep:
    """A problem, its edit, the card after it, and what it changed."""

    problem: Problem
    edit: Edit
    after: Template
    changes: tuple[Change, ...]


def changes(before: Template, after: Template) -> tuple[Change, ...]:
    """Return the parts in which two cards differ, in the order of the form."""
    return tuple(_changes(before, after))


def fix_steps(template: Template, pack: RulePack, vendors: Sequence[Vendor] = ()) -> tuple[FixStep, ...]:
    """Return every fix there is, step by step, for some vendors or for the card's own when none is named."""
    steps: list[FixStep] = []
    now = template
    for vendor in vendors or (None,):
        for problem, edit in fixes_in_turn(now, pack, vendor):
            after = edit.apply(now)
            steps.append(FixStep(problem, edit, after, changes(now, after)))
            now = after
    return tuple(steps)


def marked(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return the pieces of two texts in reading order: ("=", both), ("-", only before) and ("+", only after)."""
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("=", before[a:b]))
            continue
        pieces += [piece for piece in (("-", before[a:b]), ("+", after[c:d])) if piece[1]]
    return tuple(pieces)


def _changes(before: Template, after: Template) -> Iterator[Change]:
    for field in fields(Template):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if was == now or field.name == "kept":
            continue
        if field.name == "pages":
            yield from _contents(before.contents(), after.contents(), "")
        elif field.name == "overrides":
            for vendor in Vendor:
                yield from _contents(_own(was, vendor), _own(now, vendor), f"{vendor.value} ")
        else:
            yield Change(field.name, _said(was), _said(now))


def _own(overrides: tuple[Override, ...], vendor: Vendor) -> tuple[Content, ...]:
    return tuple(o.content for o in overrides if o.vendor is vendor)


def _contents(before: tuple[Content, ...], after: tuple[Content, ...], prefix: str) -> Iterator[Change]:
    old, new = {c.id: c for c in before}, {c.id: c for c in after}
    for content_id in dict.fromkeys((*old, *new)):
        was, now, part = old.get(content_id), new.get(content_id), f"{prefix}content:{content_id}"
        if was is None or now is None or type(was) is not type(now):
            yield Change(part, _said(was), _said(now))
            continue
        for field in fields(was):
            one, other = getattr(was, field.name), getattr(now, field.name)
            if one == other:
                continue
            if isinstance(one, ClickEvent) and isinstance(other, ClickEvent) and one.type is other.type:
                for name in sorted({n for n, _ in (*one.fields, *other.fields)}):
                    if one.field(name) != other.field(name):
                        yield Change(
                            f"{part}.event.{name}", one.field(name) or NOTHING, other.field(name) or NOTHING
                        )
            else:
                yield Change(f"{part}.{field.name}", _said(one), _said(other))


def _said(value: object) -> str:
    """Say a part of a card in a line."""
    match value:
        case None | "" | ():
            return NOTHING
        case ClickEvent(type=kind, fields=found):
            return " ".join((kind.value, *(text for _, text in found)))
        case Picture(material=material, crop=crop):
            size = (material.width, material.height) if crop is None else (crop.width, crop.height)
            at = "" if crop is None else f" @{crop.x},{crop.y}"
            return f"{size[0]}x{size[1]}{at}"
        case MaterialRef(width=width, height=height):
            return f"{width}x{height}"
        case Param(name=name, example=example):
            return f"${{{name}}}" + (f" {example}" if example else "")
        case (Vendor() as vendor, Picture() as picture):
            return f"{vendor.value} {_said(picture)}"
        case tuple():
            return ", ".join(_said(one) for one in value)
        case bool():
            return "on" if value else "off"
        case Vendor():
            return value.value
        case str():
            return value
        case int():
            return str(value)
        case _:
            return getattr(value, "text", "") or getattr(value, "id", NOTHING)
