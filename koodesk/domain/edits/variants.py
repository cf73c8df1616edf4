# SPDX-License-Identifier: Apache-2.0
"""Edits of the vendors' variants: what one vendor shows instead of the master's content."""

from __future__ import annotations

from dataclasses import dataclass, replace

from koodesk.domain.codec import MAX_OVERRIDES
from koodesk.domain.content_codec import MAX_SHORT, VENDORS, Json, content_json, read_content
from koodesk.domain.edits.base import Edit, find, refuse, registered
from koodesk.domain.strict_table import Table
from koodesk.domain.template import Content, Override, Template
from koodesk.domain.variants import content_mark
from koodesk.domain.vendor import Vendor


def _ordered(template: Template, overrides: list[Override]) -> tuple[Override, ...]:
    vendors, ids = list(Vendor), [c.id for c in template.contents()]
    rank = {content_id: n for n, content_id in enumerate(ids)}
    return tuple(sorted(overrides, key=lambda o: (vendors.index(o.vendor), rank.get(o.content.id, len(ids)))))


@registered("set_override")
@dataclass(frozen=True, slots=True)
class SetOverride(Edit):
    """Let one vendor show `content` instead of the master's content of the same id, slot and item.

    The override remembers the master as it is now, so that a later change of the master can be seen; `base` is the digest
    of the master to remember instead, for a change that leaves the question open.
    """

    vendor: Vendor
    content: Content
    base: str = ""

    def apply(self, template: Template) -> Template:
        """Return the template with the override; equal to the master, it goes away."""
        master = find(template, self.content.id)
        same_place = (master.slot, master.item) == (self.content.slot, self.content.item)
        if type(master) is not type(self.content) or not same_place:
            refuse("edit.wrong_kind", self.where, content=self.content.id)
        if master == self.content:
            return ClearOverride(self.vendor, self.content.id).apply(template)
        others = [
            o for o in template.overrides if not (o.vendor is self.vendor and o.content.id == master.id)
        ]
        if len(others) >= MAX_OVERRIDES:
            refuse("edit.too_many", self.where, limit=MAX_OVERRIDES)
        made = Override(self.vendor, self.content, self.base or content_mark(master))
        overrides = _ordered(template, [*others, made])
        return template if overrides == template.overrides else replace(template, overrides=overrides)

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content.id}"

    def _fields(self) -> Json:
        base: Json = {"base": self.base} if self.base else {}
        return {"vendor": self.vendor.value, "content": content_json(self.content), **base}

    @classmethod
    def _read(cls, table: Table) -> SetOverride:
        vendor, content = table.one_of("vendor", VENDORS), read_content(table.table("content"))
        return cls(vendor, content, table.text("base", "", longest=MAX_SHORT))


@registered("clear_override")
@dataclass(frozen=True, slots=True)
class ClearOverride(Edit):
    """Let a vendor show the master's content again."""

    vendor: Vendor
    content: str

    def apply(self, template: Template) -> Template:
        """Return the template without the override; the same one when there is none."""
        left = tuple(
            o for o in template.overrides if not (o.vendor is self.vendor and o.content.id == self.content)
        )
        return template if len(left) == len(template.overrides) else replace(template, overrides=left)

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content}"

    def _fields(self) -> Json:
        return {"vendor": self.vendor.value, "content": self.content}

    @classmethod
    def _read(cls, table: Table) -> ClearOverride:
        return cls(table.one_of("vendor", VENDORS), table.filled("content", longest=MAX_SHORT))
