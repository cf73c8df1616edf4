# SPDX-License-Identifier: Apache-2.0
"""Video SMS templates to and from versioned JSON text, the same text for equal templates.

History of the format (`format`): 1. The first: title, frames of elements (a text, or a media file by digest), name,
signature_id, validity_days, channel, remarks, has_qr.

What is read may come from a stranger: size, depth and lengths are limited, unknown keys and newer formats are refused
with the key's name. Whether a template obeys the platform's rules is `rules`' question: half-finished ones are saved too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from koodesk.domain import codec as cards
from koodesk.domain.digest import canonical, content_digest
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.strict_table import DATA_CODES, Table
from koodesk.domain.video_sms.template import (
    Channel,
    Element,
    Frame,
    Media,
    ResourceKind,
    Text,
    VideoTemplate,
)

FORMAT: Final = 1
MAX_BYTES: Final = 1_048_576
MAX_FRAMES: Final = 64
MAX_ELEMENTS: Final = 4
MAX_TEXT: Final = 20_000
MAX_SIZE: Final = 1 << 40
FILE: Final = "template.json"

VIDEO_CODEC_CODES: Final = (
    *DATA_CODES,
    "video_sms.file.newer",
    "video_sms.file.too_large",
    "video_sms.file.unreadable",
)
"""Every code this module refuses with."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_TYPE: Final = re.compile(r"[A-Za-z0-9]{1,8}")

_KINDS: Final = {kind.value: kind for kind in ResourceKind if kind is not ResourceKind.TEXT}
_CHANNELS: Final = {channel.value: channel for channel in Channel}


def encode(template: VideoTemplate) -> str:
    """Return a template as canonical JSON: equal templates, equal text."""
    return canonical({"format": FORMAT, "signature_id": template.signature_id, **_content(template)}).decode()


def template_digest(template: VideoTemplate) -> str:
    """Return the lower-case hex SHA-256 of what a template says. The chosen signature is not in it: it is handed in
    beside the template, and the same template may be handed in with another."""
    return content_digest(canonical(_content(template)))


def decode(text: str | bytes, file: str = FILE) -> VideoTemplate:
    """Read a template from its text; `file` names it in problems. Raises Refused: video_sms.file.*, data.*."""
    try:
        # A lone surrogate has no UTF-8 and would break every save: refused like bytes that are none.
        data = text.encode() if isinstance(text, str) else text
        values = cards.parse(data, file, MAX_BYTES)
    except UnicodeEncodeError as error:
        raise Refused(problem("video_sms.file.unreadable", file, file=file)) from error
    except Refused as refused:
        raise Refused(*(_of_a_message(p, file) for p in refused.problems)) from refused
    table = Table(values, file)
    found = table.integer("format", 1, 2**31)
    if found > FORMAT:
        raise Refused(problem("video_sms.file.newer", file, file=file, limit=FORMAT, actual=found))
    template = VideoTemplate(
        title=table.text("title", longest=MAX_TEXT),
        frames=tuple(_frame(frame) for frame in table.tables("frames", MAX_FRAMES)),
        name=table.text("name", longest=MAX_TEXT),
        signature_id=table.integer("signature_id", 0, 2**53),
        validity_days=table.integer("validity_days", 0, 10**6),
        channel=table.one_of("channel", _CHANNELS),
        remarks=table.text("remarks", longest=MAX_TEXT),
        has_qr=table.boolean("has_qr"),
    )
    table.close()
    return template


def _of_a_message(said: Problem, file: str) -> Problem:
    """Say what the shared parser found with a message's codes; what is nested too deep is unreadable here."""
    if said.code == "card.too_large":
        return replace(said, code="video_sms.file.too_large")
    return problem("video_sms.file.unreadable", file, file=file)


def _content(template: VideoTemplate) -> dict[str, Any]:
    return {
        "title": template.title,
        "frames": [{"elements": [_element_json(e) for e in frame.elements]} for frame in template.frames],
        "name": template.name,
        "validity_days": template.validity_days,
        "channel": template.channel.value,
        "remarks": template.remarks,
        "has_qr": template.has_qr,
    }


def _element_json(element: Element) -> dict[str, Any]:
    if isinstance(element, Text):
        return {"kind": ResourceKind.TEXT.value, "text": element.text}
    return {
        "kind": element.kind.value,
        "digest": element.digest,
        "type": element.type,
        "size": element.size,
        "duration_ms": element.duration_ms,
        "width": element.width,
        "height": element.height,
        "param": element.param,
        "cover_ms": element.cover_ms,
    }


def _frame(table: Table) -> Frame:
    frame = Frame(tuple(_element(one) for one in table.tables("elements", MAX_ELEMENTS)))
    table.close()
    return frame


def _element(table: Table) -> Element:
    kind = table.text("kind", longest=20)
    if kind == ResourceKind.TEXT.value:
        text = Text(table.text("text", longest=MAX_TEXT))
        table.close()
        return text
    media = Media(
        kind=table.one_of("kind", _KINDS),
        digest=_shaped(table, "digest", _DIGEST),
        type=_shaped(table, "type", _TYPE),
        size=table.integer("size", 0, MAX_SIZE),
        duration_ms=table.integer("duration_ms", 0, 10**9),
        width=table.integer("width", 0, 10**6),
        height=table.integer("height", 0, 10**6),
        param=table.integer("param", 0, 10**9),
        cover_ms=table.integer("cover_ms", 0, 10**9),
    )
    table.close()
    return media


def _shaped(table: Table, name: str, shape: re.Pattern[str]) -> str:
    value = table.text(name, longest=64)
    if not shape.fullmatch(value):
        table.refuse("data.unknown_name", name, value=value)
    return value
