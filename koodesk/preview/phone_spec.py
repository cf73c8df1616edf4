# SPDX-License-Identifier: Apache-2.0
"""A vendor's phone and card as data: sizes, colours and the boxes of each layout, from `resources/phones/<vendor>.toml`.

The files are this project's own drawing of how a card sits in a phone's message thread. No vendor publishes these
numbers, so each file says source "drawn" and how far it may be trusted; the published limits are the rule pack's.
Everything that differs between vendors is here, and the code that reads it never asks which vendor it has.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import Confidence
from koodesk.domain.strict_table import Table
from koodesk.domain.vendor import Vendor
from koodesk.preview.placement import Fill, Font, ShapeKind

FORMAT: Final = 1
PHONE_CODES: Final = ("phone.unreadable", "phone.bad_colour", "phone.bad_box", "phone.unknown_role")
"""Every code this module refuses with, beside those of `strict_table`."""

_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{2})?[0-9a-f]{6}")
_ALIGNS: Final = {"start": "start", "centre": "centre", "end": "end"}
_FLOWS: Final = {"column": "column", "row": "row", "": ""}
_SHAPES: Final = {kind.value: kind for kind in ShapeKind}


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Size, weight, colour role and line height (a factor of the size) of a text."""

    font: Font
    colour: str
    leading: float


@dataclass(frozen=True, slots=True)
class Art:
    """A figure behind a box: colours are roles, `inset` is top, right, bottom, left from the box's edges.

    A figure with a `width` stands in the middle unless its left or right inset holds it; one with a `height` hangs
    from the top unless a bottom inset holds it.
    """

    kind: ShapeKind
    fill: str
    stroke: str
    stroke_width: float
    inset: tuple[float, float, float, float]
    width: float
    height: float
    radius: float
    depth: float
    at: float
    count: int
    name: str
    only_default: bool
    """Drawn only where the sender chose no background of her own."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a card: a column, a row, a slot or empty room. Lengths in dp; 0 means as much as there is."""

    id: str
    parent: str
    flow: str
    slot: str
    style: str
    lines: int
    width: float
    height: float
    min_height: float
    padding: tuple[float, float, float, float]
    gap: float
    pull: float
    """How far the box moves up into what lies above it."""
    align: str
    """Where children stand across the flow, or lines across a text."""
    spread: str
    """Where children stand along a row or column that has room left."""
    fill: str
    stroke: str
    stroke_width: float
    radius: float
    ring: str
    ring_width: float
    pulse: str
    backdrop: str
    """The slot whose own background for this vendor fills the box."""
    art: tuple[Art, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the phone: the status bar, the header of the thread, or the row to write in."""

    height: float
    centred: bool
    avatar: bool
    left: tuple[str, ...]
    right: tuple[str, ...]
    field: str
    """Colour role of the field to write in; empty for none."""
    radius: float
    line: str
    """Colour role of the hairline that parts the bar from the thread; empty for none."""


@dataclass(frozen=True, slots=True, eq=False)
class PhoneSpec:
    """A vendor's phone: screen, bars, words, colours by role in light and dark, styles, and a card for each layout.

    Compared and hashed as an object, not by content: there is one for each file, and shells are kept by it.
    """

    vendor: Vendor
    source: str
    confidence: Confidence
    note: str
    width: float
    height: float
    bezel: float
    radius: float
    camera: str
    gutter: float
    bubble_radius: float
    toggle: str
    """Where 显示原文 stands below the card: start, centre or end."""
    toggle_pill: bool
    status: Bar
    header: Bar
    writing: Bar
    words: Mapping[str, str]
    light: Mapping[str, Fill]
    dark: Mapping[str, Fill]
    styles: Mapping[str, TextStyle]
    layouts: Mapping[str, tuple[Box, ...]]

    def fill(self, role: str, dark: bool) -> Fill:
        """Return a role's colours. Raises KeyError for a role the file does not name; empty role draws nothing."""
        if not role:
            return Fill()
        return (self.dark if dark else self.light)[role]

    def colour(self, role: str, dark: bool) -> str:
        """Return a role's first colour, empty for the empty role."""
        return self.fill(role, dark).top


def read_phones(folder: Path) -> Mapping[Vendor, PhoneSpec]:
    """Read the phones of all vendors from `<folder>/<vendor in lower case>.toml`. Raises Refused."""
    return MappingProxyType({vendor: read_phone(folder / f"{vendor.lower()}.toml") for vendor in Vendor})


def read_phone(path: Path) -> PhoneSpec:
    """Read one phone. Raises Refused when the file is missing, is no TOML, or says something not understood."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(problem("phone.unreadable", path.name, file=path.name)) from error
    return _phone(Table(data, path.name))


def _phone(table: Table) -> PhoneSpec:
    table.integer("format", FORMAT, FORMAT)
    screen, words, bars = table.table("screen"), table.table("words"), table.table("bars")
    colours, styles, layouts = table.table("colours"), table.table("styles"), table.table("layouts")
    light, dark = _palette(colours.table("light")), _palette(colours.table("dark"))
    colours.close()
    if set(light) != set(dark):
        table.refuse("phone.unknown_role", "colours", role=min(set(light) ^ set(dark)))
    spec = PhoneSpec(
        vendor=table.one_of("vendor", {v.value: v for v in Vendor}),
        source=table.filled("source", longest=50),
        confidence=table.one_of("confidence", {c.value: c for c in Confidence}),
        note=table.text("note", ""),
        width=_number(screen, "width"),
        height=_number(screen, "height"),
        bezel=_number(screen, "bezel"),
        radius=_number(screen, "radius"),
        camera=screen.text("camera"),
        gutter=_number(screen, "gutter"),
        bubble_radius=_number(screen, "bubble_radius"),
        toggle=screen.one_of("toggle", _ALIGNS),
        toggle_pill=screen.boolean("toggle_pill"),
        status=_bar(bars.table("status")),
        header=_bar(bars.table("header")),
        writing=_bar(bars.table("writing")),
        words=MappingProxyType({name: words.text(name) for name in words.names()}),
        light=light,
        dark=dark,
        styles=MappingProxyType({name: _style(styles.table(name)) for name in styles.names()}),
        layouts=MappingProxyType({n: _boxes(layouts, n) for n in layouts.names()}),
    )
    for part in (screen, bars, styles, table):
        part.close()
    _check_roles(table, spec)
    return spec


def _number(table: Table, name: str, default: float | None = None) -> float:
    if default is not None and not table.has(name):
        return default
    value = table.value(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -10_000 < value < 10_000:
        table.refuse("data.wrong_type", name, expected="number")
    return float(value)


def _palette(table: Table) -> Mapping[str, Fill]:
    return MappingProxyType({name: _fill(table, name) for name in table.names()})


def _fill(table: Table, name: str) -> Fill:
    value = table.value(name)
    parts = [value] if isinstance(value, str) else value
    match parts:
        case [str(only)] if _COLOUR.fullmatch(only):
            return Fill(only)
        case [str(top), str(bottom)] if _COLOUR.fullmatch(top) and _COLOUR.fullmatch(bottom):
            return Fill(top, bottom)
    table.refuse("phone.bad_colour", name)


def _style(table: Table) -> TextStyle:
    bold = table.has("bold") and table.boolean("bold")
    font = Font(_number(table, "size"), bold)
    style = TextStyle(font, table.filled("colour"), _number(table, "leading", 1.4))
    table.close()
    return style


def _bar(table: Table) -> Bar:
    bar = Bar(
        height=_number(table, "height"),
        centred=table.has("centred") and table.boolean("centred"),
        avatar=table.has("avatar") and table.boolean("avatar"),
        left=table.texts("left", 6, optional=True),
        right=table.texts("right", 6, optional=True),
        field=table.text("field", ""),
        radius=_number(table, "radius", 0.0),
        line=table.text("line", ""),
    )
    table.close()
    return bar


def _sides(table: Table, name: str) -> tuple[float, float, float, float]:
    values = table.values(name, 4, optional=True)
    match values:
        case ():
            return (0.0, 0.0, 0.0, 0.0)
        case (int() | float() as t, int() | float() as r, int() | float() as b, int() | float() as left):
            return (float(t), float(r), float(b), float(left))
    table.refuse("data.wrong_type", name, expected="[top, right, bottom, left]")


def _boxes(layouts: Table, name: str) -> tuple[Box, ...]:
    boxes: list[Box] = []
    for table in layouts.tables(name, 60):
        box = _box(table)
        known = [b.id for b in boxes if b.id]
        if box.id in known or (boxes and box.parent not in known) or (not boxes and box.parent):
            table.refuse("phone.bad_box", "in" if boxes else "id")
        boxes.append(box)
    if not boxes or not boxes[0].flow or not boxes[0].width:
        layouts.refuse("phone.bad_box", name)
    return tuple(boxes)


def _box(table: Table) -> Box:
    box = Box(
        id=table.text("id", ""),
        parent=table.text("in", ""),
        flow=table.one_of("flow", _FLOWS) if table.has("flow") else "",
        slot=table.text("slot", ""),
        style=table.text("style", ""),
        lines=table.integer("lines", 1, 50, 1),
        width=_number(table, "width", 0.0),
        height=_number(table, "height", 0.0),
        min_height=_number(table, "min_height", 0.0),
        padding=_sides(table, "padding"),
        gap=_number(table, "gap", 0.0),
        pull=_number(table, "pull", 0.0),
        align=table.one_of("align", _ALIGNS) if table.has("align") else "start",
        spread=table.one_of("spread", _ALIGNS) if table.has("spread") else "start",
        fill=table.text("fill", ""),
        stroke=table.text("stroke", ""),
        stroke_width=_number(table, "stroke_width", 0.0),
        radius=_number(table, "radius", 0.0),
        ring=table.text("ring", ""),
        ring_width=_number(table, "ring_width", 0.0),
        pulse=table.text("pulse", ""),
        backdrop=table.text("backdrop", ""),
        art=tuple(_art(t) for t in table.tables("art", 12, optional=True)),
    )
    table.close()
    return box


def _art(table: Table) -> Art:
    art = Art(
        kind=table.one_of("kind", _SHAPES),
        fill=table.text("fill", ""),
        stroke=table.text("stroke", ""),
        stroke_width=_number(table, "stroke_width", 0.0),
        inset=_sides(table, "inset"),
        width=_number(table, "width", 0.0),
        height=_number(table, "height", 0.0),
        radius=_number(table, "radius", 0.0),
        depth=_number(table, "depth", 0.0),
        at=_number(table, "at", 0.0),
        count=table.integer("count", 0, 100, 0),
        name=table.text("name", ""),
        only_default=table.has("only_default") and table.boolean("only_default"),
    )
    table.close()
    return art


def _check_roles(table: Table, spec: PhoneSpec) -> None:
    """Refuse a colour role or style that is used and not given: a mistake found on reading, not on drawing."""
    roles = [style.colour for style in spec.styles.values()]
    roles += [r for bar in (spec.status, spec.header, spec.writing) for r in (bar.field, bar.line)]
    for boxes in spec.layouts.values():
        for box in boxes:
            roles += [box.fill, box.stroke, box.ring, box.pulse]
            roles += [role for art in box.art for role in (art.fill, art.stroke)]
            if box.style and box.style not in spec.styles:
                table.refuse("phone.unknown_role", "styles", role=box.style)
    for role in roles:
        if role and role not in spec.light:
            table.refuse("phone.unknown_role", "colours", role=role)
