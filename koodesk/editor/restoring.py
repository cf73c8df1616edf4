# SPDX-License-Identifier: Apache-2.0
"""From the card as it is to a version of it that was saved: as ordinary edits, so that it is one step of the history."""

from __future__ import annotations

from koodesk.domain.edits import (
    AddParam,
    Batch,
    Edit,
    RemoveParam,
    SetBackground,
    SetEvent,
    SetName,
    SetPicture,
    SetRatio,
    SetScene,
    SetSmsExample,
    SetSmsSigns,
    SetSmsTemplate,
    SetSubType,
    SetText,
    SetUse,
    SetVendors,
    SetVideo,
)
from koodesk.domain.template import ButtonContent, Content, ImageContent, Template, TextContent, VideoContent


def can_restore(now: Template, then: Template) -> bool:
    """Tell whether both have the same layout and contents; otherwise there is no way from one to the other."""
    return now.layout == then.layout and _shape(now) == _shape(then)


def restoring(now: Template, then: Template) -> Batch:
    """Return the edit that makes `then` of `now`. Raises ValueError when `can_restore` says no."""
    if not can_restore(now, then):
        raise ValueError(then.layout)
    edits: list[Edit] = []
    if now.params != then.params:
        # Texts are set below, so what a removed parameter leaves behind in them does not matter.
        edits += [RemoveParam(p.name, "") for p in now.params]
        edits += [AddParam(p.name, p.example) for p in then.params]
    for content in then.contents():
        edits += _filling(content)
        if isinstance(content, ImageContent):
            before = now.content(content.id)
            assert isinstance(before, ImageContent)
            kept = dict(content.backgrounds)
            edits += [SetBackground(content.id, v, None) for v, _ in before.backgrounds if v not in kept]
    edits += [
        SetName(then.name),
        SetUse(then.use),
        SetVendors(then.vendors),
        SetSubType(then.sub_type),
        SetScene(then.scene),
        SetSmsExample(then.sms_example),
        SetSmsSigns(then.sms_signs),
        SetSmsTemplate(then.sms_template),
    ]
    return Batch(tuple(edits))


def _filling(content: Content) -> list[Edit]:
    """Return the edits that fill a content as this one is filled."""
    match content:
        case TextContent(id=place, text=text):
            return [SetText(place, text)]
        case ButtonContent(id=place, text=text, event=event):
            return [SetText(place, text), SetEvent(place, event)]
        case ImageContent(id=place, picture=picture, event=event, backgrounds=backgrounds):
            own = [SetBackground(place, vendor, back) for vendor, back in backgrounds]
            return [SetPicture(place, picture), *own, SetEvent(place, event)]
        case VideoContent(id=place, video=video, cover=cover, ratio=ratio):
            return [SetVideo(place, video, cover), SetRatio(place, ratio)]


def _shape(template: Template) -> tuple[tuple[str, str, type], ...]:
    return tuple((content.id, content.slot, type(content)) for content in template.contents())
