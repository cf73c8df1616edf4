# SPDX-License-Identifier: Apache-2.0
"""Variants: one master card, and what single vendors show instead of some of its contents. Pure.

The platform knows one card for all vendors; only the backgrounds of a red packet differ by vendor (facts 2.2). A card with
other overrides is therefore handed in as several templates, one a group of vendors that show the same (`submissions`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Final

from koodesk.domain.content_codec import content_json
from koodesk.domain.template import Content, Override, Page, Template
from koodesk.domain.vendor import Vendor

_MOST_NAME: Final = 17
"""Longest name of a template in characters; the number of a vendor group is one of them. Source: API CreatePersonalTemplate."""


def content_mark(content: Content) -> str:
    """Return the lower-case hex SHA-256 of a content: equal contents, and only they, have equal marks."""
    text = json.dumps(content_json(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def override_of(template: Template, vendor: Vendor, content_id: str) -> Override | None:
    """Return a vendor's override of a content, None when the vendor shows the master's."""
    return next((o for o in template.overrides if o.vendor is vendor and o.content.id == content_id), None)


def seen_by(template: Template, vendor: Vendor) -> Template:
    """Return the card as one vendor gets it: its overrides in place, no variants left.

    An override whose content the master no longer has shows nothing.
    """
    own = {o.content.id: o.content for o in template.overrides if o.vendor is vendor}
    if not own:
        return replace(template, overrides=()) if template.overrides else template
    pages = tuple(
        Page(tuple(own.get(c.id, c) for c in page.contents))
        if any(c.id in own for c in page.contents)
        else page
        for page in template.pages
    )
    return replace(template, pages=pages, overrides=())


def drifted(template: Template) -> tuple[Override, ...]:
    """Return the overrides whose master content has changed since, or is gone."""
    now = {c.id: c for c in template.contents()}
    return tuple(
        o for o in template.overrides if o.content.id not in now or content_mark(now[o.content.id]) != o.base
    )


def submissions(template: Template) -> tuple[Template, ...]:
    """Return the templates to hand in: one for each group of vendors that show the same card, in the vendors' order.

    A card without overrides is one template. Names get the number of the group, within the platform's 17 characters.
    """
    groups: dict[Template, list[Vendor]] = {}
    for vendor in template.vendors:
        groups.setdefault(replace(seen_by(template, vendor), kept=(), vendors=()), []).append(vendor)
    if len(groups) <= 1:
        whole = next(iter(groups), replace(template, overrides=(), kept=()))
        return (replace(whole, vendors=template.vendors),)
    return tuple(
        replace(card, vendors=tuple(vendors), name=_numbered(template.name, number))
        for number, (card, vendors) in enumerate(groups.items(), 1)
    )


def _numbered(name: str, number: int) -> str:
    """Return a name with a number behind it: the longest name loses its last character for it, or its first where the last
    belongs to the word a trial card's name has to keep (facts 1.7)."""
    cut = 1 if len(name) > _MOST_NAME - 1 and name.endswith("测试") else 0
    return f"{name[cut : cut + _MOST_NAME - 1]}{number}"
