# SPDX-License-Identifier: Apache-2.0
"""Ready-made cards as data: the starter of each layout and the public templates, one TOML file a card.

A recipe names sample pictures by file; `samples` makes a template of it. Read like any file from outside, key by key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.content_codec import EVENT_FIELDS, VENDORS
from koodesk.domain.crop import fit
from koodesk.domain.layout_contents import content_id, ordered
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import LayoutSpec, Ratio, SlotKind, SlotSpec
from koodesk.domain.strict_table import Table
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    MaterialRef,
    Page,
    Param,
    Picture,
    Template,
    TextContent,
    Use,
    VideoContent,
)
from koodesk.domain.vendor import Vendor

RECIPE_CODES: Final = ("recipe.unreadable",)
"""Every code this module refuses with, beside those of `strict_table`."""

Materials = Callable[[str], MaterialRef | None]
"""Finds the material of a sample file's name; None leaves the slot empty."""

_EVENTS: Final = {e.value: e for e in EventType}


@dataclass(frozen=True, slots=True)
class About:
    """What a public template is for: a title and words to find it by, in both languages."""

    title_zh: str
    title_en: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A ready-made card as it was read: `name` of the file, its layout, and the table to make a template from."""

    name: str
    layout: str
    about: About | None
    _data: dict[str, object]

    def make(self, layout: LayoutSpec, materials: Materials, name: str = "") -> Template:
        """Return the card for every vendor that takes its layout (or those the recipe names). Raises Refused."""
        table = Table(self._data, self.name)
        for key in ("layout", "about"):
            if table.has(key):
                table.value(key)
        pages: dict[int, list[Content]] = {}
        for row in table.tables("contents", 200):
            page = row.integer("page", 1, 10, 1) - 1
            pages.setdefault(page, []).append(_content(row, layout, page, materials))
        vendors = table.texts("vendors", len(Vendor), optional=True)
        template = Template(
            layout=layout.id,
            name=name or table.filled("name"),
            use=Use.COMMERCIAL,
            vendors=tuple(v for v in Vendor if (v.value in vendors if vendors else layout.takes(v))),
            pages=tuple(Page(ordered(layout, tuple(pages[n]))) for n in sorted(pages)),
            params=tuple(_param(row) for row in table.tables("params", 20, optional=True)),
            sub_type=table.integer("sub_type", 1, 100, 1),
            scene=table.text("scene", ""),
            sms_example=table.text("sms_example", ""),
            sms_signs=table.texts("sms_signs", 3, optional=True),
            sms_template=table.text("sms_template", ""),
            style=table.integer("style", 1, 100, 1),
        )
        if name:
            table.value("name")
        table.close()
        return template


def read_recipe(path: Path) -> Recipe:
    """Read one recipe. Raises Refused."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(problem("recipe.unreadable", path.name, file=path.name)) from error
    table = Table(data, path.name)
    row = table.table_or_none("about")
    about = None
    if row is not None:
        about = About(row.filled("title_zh"), row.filled("title_en"), row.texts("tags", 20))
        row.close()
    return Recipe(path.stem, table.filled("layout", longest=100), about, data)


def read_recipes(folder: Path) -> tuple[Recipe, ...]:
    """Read every recipe of a folder, by file name. Raises Refused."""
    return tuple(read_recipe(path) for path in sorted(folder.glob("*.toml")))


def _param(row: Table) -> Param:
    param = Param(row.filled("name"), row.filled("example"))
    row.close()
    return param


def _content(row: Table, layout: LayoutSpec, page: int, materials: Materials) -> Content:
    slot_id, item = row.filled("slot", longest=50), row.integer("item", 1, 50, 1) - 1
    slot = next((s for s in layout.slots if s.id == slot_id), None)
    if slot is None:
        row.refuse("data.unknown_name", "slot", value=slot_id)
    made = content_id(slot_id, item, page)
    visible = row.boolean("visible") if row.has("visible") else True
    content: Content
    match slot.kind:
        case SlotKind.TEXT:
            currency = row.boolean("currency") if row.has("currency") else True
            content = TextContent(
                made, slot_id, row.text("text", ""), item, row.text("child", ""), visible, currency
            )
        case SlotKind.IMAGE:
            content = ImageContent(
                made,
                slot_id,
                _picture(row, "picture", slot.ratio, materials),
                _event(row),
                _backgrounds(row, slot, materials),
                item,
                visible,
            )
        case SlotKind.VIDEO:
            ratio = row.text("ratio", "")
            file = row.text("video", "")
            cover = _picture(row, "cover", slot.ratio_named(ratio), materials)
            content = VideoContent(
                made, slot_id, materials(file) if file else None, cover, item, ratio, visible
            )
        case SlotKind.BUTTON:
            moving = row.has("moving") and row.boolean("moving")
            content = ButtonContent(made, slot_id, row.text("text", ""), _event(row), item, moving, visible)
    row.close()
    return content


def _picture(row: Table, key: str, ratio: Ratio | None, materials: Materials) -> Picture | None:
    """Return the sample under a key, cropped to the ratio when it has another."""
    file = row.text(key, "")
    material = materials(file) if file else None
    if material is None:
        return None
    if ratio is None:
        return Picture(material)
    whole = fit(material.width, material.height, (ratio.width, ratio.height))
    uncut = (whole.width, whole.height) == (material.width, material.height)
    return Picture(material, None if uncut else whole)


def _backgrounds(row: Table, slot: SlotSpec, materials: Materials) -> tuple[tuple[Vendor, Picture], ...]:
    table = row.table_or_none("backgrounds")
    if table is None:
        return ()
    found = {VENDORS[n]: _picture(table, n, None, materials) for n in table.names() if n in VENDORS}
    table.close()
    return tuple((v, p) for v in slot.backgrounds if (p := found.get(v)) is not None)


def _event(row: Table) -> ClickEvent | None:
    table = row.table_or_none("event")
    if table is None:
        return None
    kind = table.one_of("type", _EVENTS)
    fields = {n: table.text(n) for n in table.names() if n in EVENT_FIELDS}
    table.close()
    return ClickEvent(kind, tuple(sorted((k, v) for k, v in fields.items() if v)))
