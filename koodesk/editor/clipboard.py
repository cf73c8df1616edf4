# SPDX-License-Identifier: Apache-2.0
"""A content on the clipboard: JSON for other cards, plain text for other programs.

What comes back is untrusted: it is read by the codec of cards, under its limits, and what it does not know is refused.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QMimeData

from koodesk.domain.codec import decode, encode, parse
from koodesk.domain.conversion_slots import fitted
from koodesk.domain.edits import (
    Batch,
    Edit,
    SetBackground,
    SetChild,
    SetEvent,
    SetPicture,
    SetRatio,
    SetText,
    SetVideo,
)
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import SlotSpec
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    Page,
    Template,
    TextContent,
    VideoContent,
)

MIME: Final = "application/x-koodesk-content+json"
MOST_BYTES: Final = 262_144


def to_mime(template: Template, content_id: str) -> QMimeData:
    """Return a content of a template for the clipboard. Raises KeyError when there is none of that id."""
    content = template.content(content_id)
    # A card with this one content, so that the one codec of cards writes and reads it.
    alone = replace(template, pages=(Page((content,)),), params=(), overrides=(), kept=())
    data = QMimeData()
    data.setData(MIME, json.dumps(encode(alone), ensure_ascii=False).encode())
    if isinstance(content, TextContent | ButtonContent):
        data.setText(content.text)
    return data


def from_mime(data: QMimeData) -> Content | None:
    """Return the content on the clipboard, None when there is none. Raises Refused when it cannot be trusted."""
    if not data.hasFormat(MIME):
        return None
    template = decode(parse(bytes(data.data(MIME).data()), "clipboard", MOST_BYTES), "clipboard")
    contents = template.contents()
    return contents[0] if len(contents) == 1 else None


def pasted(into: Content, found: Content, slot: SlotSpec | None = None) -> Edit | None:
    """Return the edit that puts what `found` holds into another content, None when the two have nothing in common.

    With the slot of `into`, what the slot cannot hold stays behind and crops get its ratio.
    """
    if slot is not None and type(into) is type(found):
        found = fitted(found, slot, into.item)
    edits: list[Edit] = []
    words = slot is None or not slot.choices or getattr(found, "text", "") in slot.choices
    if (
        words
        and isinstance(into, TextContent | ButtonContent)
        and isinstance(found, TextContent | ButtonContent)
    ):
        edits.append(SetText(into.id, found.text))
    if isinstance(into, TextContent) and isinstance(found, TextContent) and found.child:
        edits.append(SetChild(into.id, found.child))
    if isinstance(into, ImageContent) and isinstance(found, ImageContent):
        edits.append(SetPicture(into.id, found.picture))
        edits += [SetBackground(into.id, vendor, picture) for vendor, picture in found.backgrounds]
    if isinstance(into, VideoContent) and isinstance(found, VideoContent):
        edits += [SetVideo(into.id, found.video, found.cover), SetRatio(into.id, found.ratio)]
    event = slot is None or slot.event_allowed
    if (
        event
        and isinstance(into, ImageContent | ButtonContent)
        and isinstance(found, ImageContent | ButtonContent)
    ):
        edits.append(SetEvent(into.id, found.event))
    return Batch(tuple(edits)) if edits else None


def readable(data: QMimeData) -> Content | None:
    """Like `from_mime`, with None for what cannot be trusted: to tell whether pasting is worth offering."""
    try:
        return from_mime(data)
    except Refused:
        return None
