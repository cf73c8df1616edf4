# SPDX-License-Identifier: Apache-2.0
"""Edits aimed at one vendor (厂商专用内容): what changes in the card as that vendor gets it becomes the vendor's own content.

What concerns the whole card (its name, vendors, parameters, SMS fields) stays an edit of the master, and so does a
background, which the platform knows by vendor anyway. Pages, items, style and layout are the same for all vendors.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from koodesk.domain.edits import (
    AddParam,
    Batch,
    ClearOverride,
    Edit,
    RemoveParam,
    RenameParam,
    SetBackground,
    SetOverride,
    SetParamExample,
)
from koodesk.domain.problem import Refused, problem
from koodesk.domain.template import Template
from koodesk.domain.variants import override_of, seen_by
from koodesk.domain.vendor import Vendor

_WHOLE: Final = (AddParam, RemoveParam, RenameParam, SetParamExample, SetOverride, ClearOverride)


def aimed(template: Template, vendor: Vendor, edit: Edit) -> Edit:
    """Return what makes `edit` on the card as one vendor gets it.

    Raises Refused: variant.structure for an edit of pages, items, style or layout, or what the edit refuses itself.
    """
    if _of_all(template, vendor, edit):
        return edit
    seen = seen_by(template, vendor)
    after = edit.apply(seen)
    if replace(after, pages=seen.pages) != seen:
        if after.pages == seen.pages and (after.layout, after.style) == (seen.layout, seen.style):
            return edit
        raise Refused(problem("variant.structure", edit.where, vendor=vendor))
    if [[c.id for c in p.contents] for p in after.pages] != [[c.id for c in p.contents] for p in seen.pages]:
        raise Refused(problem("variant.structure", edit.where, vendor=vendor))
    changed: list[Edit] = []
    for content in after.contents():
        if content != seen.content(content.id):
            known = override_of(template, vendor, content.id)
            # What the master was when the vendor's content began: a later change of it stays an open question.
            changed.append(SetOverride(vendor, content, "" if known is None else known.base))
    return changed[0] if len(changed) == 1 else Batch(tuple(changed))


def _of_all(template: Template, vendor: Vendor, edit: Edit) -> bool:
    """Tell whether an edit is one of the master whatever vendor is aimed at."""
    if isinstance(edit, Batch):
        return bool(edit.edits) and all(_of_all(template, vendor, one) for one in edit.edits)
    if isinstance(edit, SetBackground):
        return override_of(template, vendor, edit.content) is None
    return isinstance(edit, _WHOLE)
