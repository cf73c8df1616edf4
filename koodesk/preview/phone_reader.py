# SPDX-License-Identifier: Apache-2.0
"""Phones from TOML (`resources/phones`): a vendor's own file over what all have in common, and one file a layout.

A colour role or text style that is used and not given, or a box in a box that is not there, is refused on reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from koodesk.domain.rule_pack import Confidence
from koodesk.domain.strict_table import Table
from koodesk.domain.vendor import Vendor
from koodesk.preview.phone import TextStyle
from koodesk.preview.phone_spec import Art, Box, PhoneSpec
from koodesk.preview.phone_table import (
    Lengths,
    open_table,
    read_bar,
    read_number,
    read_palette,
    read_sides,
)
from koodesk.preview.placement import Font, ShapeKind

FORMAT: Final = 1
PHONE_CODES: Final = ("phone.unreadable", "phone.bad_colour", "phone.bad_box", "phone.unknown_role")
"""Every code this module and `phone_table` refuse with, beside those of `strict_table`."""

_ALIGNS: Final = {"start": "start", "centre": "centre", "end": "end"}
_SPREADS: Final = {**_ALIGNS, "apart": "apart"}
_FLOWS: Final = {f: f for f in ("column", "row", "stack", "strip", "swiper", "")}
_SHAPES: Final = {kind.value: kind for kind in ShapeKind}
_FIGURES: Final = {kind.value: kind for kind in (ShapeKind.ROUND, ShapeKind.COIN)}


def read_phones(folder: Path) -> Mapping[Vendor, PhoneSpec]:
    """Read the phones of all vendors from a folder. Raises Refused.

    `<vendor in lower case>.toml` is a vendor's phone, `common.toml` what all have unless they say otherwise (colours, text
    styles, lengths by name), `layouts/<layout>.toml` the card of a layout: one for all vendors, or one of its own for some.
    """
    common = open_table(folder / "common.toml")
    layouts = tuple(open_table(path) for path in sorted((folder / "layouts").glob("*.toml")))
    return MappingProxyType(
        {vendor: _phone(open_table(folder / f"{vendor.lower()}.toml"), common, layouts) for vendor in Vendor}
    )


def read_phone(path: Path) -> PhoneSpec:
    """Read one phone by itself, with what stands in its own file. Raises Refused when the file is missing, is no TOML, or
    says something not understood."""
    return _phone(open_table(path), None, ())


def _phone(table: Table, common: Table | None, drawings: tuple[Table, ...]) -> PhoneSpec:
    table.integer("format", FORMAT, FORMAT)
    screen, words, bars = table.table("screen"), table.table("words"), table.table("bars")
    vendor = table.one_of("vendor", {v.value: v for v in Vendor})
    sources = (table,) if common is None else (common, table)
    light, dark = (
        read_palette(_merged(sources, "colours", "light")),
        read_palette(_merged(sources, "colours", "dark")),
    )
    styles = _merged(sources, "styles")
    lengths = {
        name: read_number(part, name) for part in (_merged(sources, "lengths"),) for name in part.names()
    }
    layouts = dict(_drawn(table.table("layouts"), lengths)) if table.has("layouts") else {}
    for drawing in drawings:
        layouts.update(_drawn_for(drawing, vendor, lengths))
    if set(light) != set(dark):
        table.refuse("phone.unknown_role", "colours", role=min(set(light) ^ set(dark)))
    spec = PhoneSpec(
        vendor=vendor,
        source=table.filled("source", longest=50),
        confidence=table.one_of("confidence", {c.value: c for c in Confidence}),
        note=table.text("note", ""),
        width=read_number(screen, "width"),
        height=read_number(screen, "height"),
        bezel=read_number(screen, "bezel"),
        radius=read_number(screen, "radius"),
        camera=screen.text("camera"),
        gutter=read_number(screen, "gutter"),
        bubble_radius=read_number(screen, "bubble_radius"),
        toggle=screen.one_of("toggle", _ALIGNS),
        toggle_pill=screen.boolean("toggle_pill"),
        status=read_bar(bars.table("status")),
        header=read_bar(bars.table("header")),
        writing=read_bar(bars.table("writing")),
        words=MappingProxyType({name: words.text(name) for name in words.names()}),
        light=light,
        dark=dark,
        styles=MappingProxyType({name: _style(styles.table(name)) for name in styles.names()}),
        layouts=MappingProxyType(layouts),
    )
    for part in (screen, bars, styles, table):
        part.close()
    _check_roles(table, spec)
    return spec


def _merged(sources: tuple[Table, ...], *path: str) -> Table:
    """Return the table under a path with what all phones have, and what this one says instead."""
    found: dict[str, object] = {}
    last = sources[-1]
    for source in sources:
        part: Table | None = source
        for name in path:
            part = part.table(name) if part is not None and part.has(name) else None
        if part is not None:
            found |= {name: part.value(name) for name in part.names()}
            last = part
    return Table(found, last.file, last.key)


def _drawn(table: Table, lengths: Lengths) -> Mapping[str, tuple[Box, ...]]:
    return {name: _boxes(table, name, lengths) for name in table.names()}


def _drawn_for(table: Table, vendor: Vendor, lengths: Lengths) -> Mapping[str, tuple[Box, ...]]:
    """Return the drawing of one layout for a vendor: its own, or the one for all."""
    layout = table.filled("layout", longest=100)
    own = table.table("vendors") if table.has("vendors") else None
    if own is not None and own.has(vendor.value):
        return {layout: _boxes(own, vendor.value, lengths)}
    return {layout: _boxes(table, "card", lengths)} if table.has("card") else {}


def _style(table: Table) -> TextStyle:
    bold = table.has("bold") and table.boolean("bold")
    font = Font(read_number(table, "size"), bold)
    style = TextStyle(
        font, table.filled("colour"), read_number(table, "leading", 1.4), table.text("relief", "")
    )
    table.close()
    return style


def _boxes(layouts: Table, name: str, lengths: Lengths) -> tuple[Box, ...]:
    boxes: list[Box] = []
    for table in layouts.tables(name, 80):
        box = _box(table, lengths)
        known = [b.id for b in boxes if b.id]
        if box.id in known or (boxes and box.parent not in known) or (not boxes and box.parent):
            table.refuse("phone.bad_box", "in" if boxes else "id")
        boxes.append(box)
    if not boxes or not boxes[0].flow or not boxes[0].width:
        layouts.refuse("phone.bad_box", name)
    return tuple(boxes)


def _box(table: Table, lengths: Lengths) -> Box:
    box = Box(
        id=table.text("id", ""),
        parent=table.text("in", ""),
        flow=table.one_of("flow", _FLOWS) if table.has("flow") else "",
        slot=table.text("slot", ""),
        part=table.one_of("part", {"child": "child"}) if table.has("part") else "",
        repeat=table.text("repeat", ""),
        dots=table.text("dots", ""),
        prefix=table.text("prefix", ""),
        only=table.text("only", ""),
        when=_sub_types(table),
        style=table.text("style", ""),
        lines=table.integer("lines", 1, 50, 1),
        width=read_number(table, "width", 0.0, lengths),
        height=read_number(table, "height", 0.0, lengths),
        min_height=read_number(table, "min_height", 0.0, lengths),
        padding=read_sides(table, "padding", lengths),
        gap=read_number(table, "gap", 0.0, lengths),
        pull=read_number(table, "pull", 0.0, lengths),
        align=table.one_of("align", _ALIGNS) if table.has("align") else "start",
        spread=table.one_of("spread", _SPREADS) if table.has("spread") else "start",
        fill=table.text("fill", ""),
        stroke=table.text("stroke", ""),
        stroke_width=read_number(table, "stroke_width", 0.0, lengths),
        radius=read_number(table, "radius", 0.0, lengths),
        ring=table.text("ring", ""),
        ring_width=read_number(table, "ring_width", 0.0, lengths),
        pulse=table.text("pulse", ""),
        figure=table.one_of("figure", _FIGURES) if table.has("figure") else ShapeKind.ROUND,
        backdrop=table.text("backdrop", ""),
        art=tuple(_art(t, lengths) for t in table.tables("art", 12, optional=True)),
        fill_by=_roles_by(table, "fill_by"),
        ink_by=_roles_by(table, "ink_by"),
        dot=table.text("dot", "dot"),
        dot_on=table.text("dot_on", "dot_on"),
    )
    table.close()
    return box


def _sub_types(table: Table) -> tuple[int, ...]:
    """Read `when`: the sub-types a box belongs to."""
    found = table.values("when", 50, optional=True)
    numbers = tuple(n for n in found if isinstance(n, int) and not isinstance(n, bool))
    if len(numbers) != len(found):
        table.refuse("data.wrong_type", "when", expected="[sub-type, ...]")
    return numbers


def _roles_by(table: Table, name: str) -> Mapping[int, str]:
    """Read colour roles by sub-type: `{ 1 = "blue", 2 = "black" }`."""
    part = table.table_or_none(name)
    if part is None:
        return MappingProxyType({})
    for key in part.names():
        if not key.isascii() or not key.isdecimal():
            part.refuse("data.unknown_name", key, value=key)
    return MappingProxyType({int(key): part.filled(key) for key in part.names()})


def _art(table: Table, lengths: Lengths) -> Art:
    art = Art(
        kind=table.one_of("kind", _SHAPES),
        fill=table.text("fill", ""),
        stroke=table.text("stroke", ""),
        stroke_width=read_number(table, "stroke_width", 0.0, lengths),
        inset=read_sides(table, "inset", lengths),
        width=read_number(table, "width", 0.0, lengths),
        height=read_number(table, "height", 0.0, lengths),
        radius=read_number(table, "radius", 0.0, lengths),
        depth=read_number(table, "depth", 0.0, lengths),
        at=read_number(table, "at", 0.0, lengths),
        count=table.integer("count", 0, 100, 0),
        name=table.text("name", ""),
        only_default=table.has("only_default") and table.boolean("only_default"),
    )
    table.close()
    return art


def _check_roles(table: Table, spec: PhoneSpec) -> None:
    """Refuse a colour role or style that is used and not given: a mistake found on reading, not on drawing."""
    roles = [role for style in spec.styles.values() for role in (style.colour, style.relief)]
    roles += [r for bar in (spec.status, spec.header, spec.writing) for r in (bar.field, bar.line)]
    for boxes in spec.layouts.values():
        for box in boxes:
            roles += [box.fill, box.stroke, box.ring, box.pulse]
            roles += [*box.fill_by.values(), *box.ink_by.values()]
            roles += [box.dot, box.dot_on] if box.dots else []
            roles += [role for art in box.art for role in (art.fill, art.stroke)]
            if box.style and box.style not in spec.styles:
                table.refuse("phone.unknown_role", "styles", role=box.style)
    for role in roles:
        if role and role not in spec.light:
            table.refuse("phone.unknown_role", "colours", role=role)
