# SPDX-License-Identifier: Apache-2.0
"""From the card as it is to a version of it that was saved: as ordinary edits, so that it is one step of the history.

Whatever lies between the two (another layout, other pages, items or variants) is one `ChangeLayout` that carries what the
version held.
"""

from __future__ import annotations

from koodesk.domain.edits import (
    AddParam,
    Batch,
    ChangeLayout,
    Edit,
    RemoveParam,
    SetName,
    SetScene,
    SetSmsExample,
    SetSmsSigns,
    SetSmsTemplate,
    SetUse,
    SetVendors,
)
from koodesk.domain.template import Template


def restoring(now: Template, then: Template) -> Batch:
    """Return the edit that makes `then` of `now`, whatever the two are."""
    edits: list[Edit] = []
    if now.params != then.params:
        # Contents are put in place below, so what a removed parameter leaves behind in them does not matter.
        edits += [RemoveParam(p.name, "") for p in now.params]
        edits += [AddParam(p.name, p.example) for p in then.params]
    edits += [
        ChangeLayout(then.layout, then.pages, then.sub_type, then.style, then.overrides, then.kept),
        SetName(then.name),
        SetUse(then.use),
        SetVendors(then.vendors),
        SetScene(then.scene),
        SetSmsExample(then.sms_example),
        SetSmsSigns(then.sms_signs),
        SetSmsTemplate(then.sms_template),
    ]
    return Batch(tuple(edits))
