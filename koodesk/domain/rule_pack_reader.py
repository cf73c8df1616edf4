# SPDX-License-Identifier: Apache-2.0
"""Rule packs from TOML, checked to the last key.

A pack is a folder: `pack.toml` (id, date, the layouts it holds), `vendors.toml`, `events.toml`, `floors.toml`,
`limits.toml` and one `layouts/<id>.toml` a layout. A number without a source, an unknown fact with a value, a slot
twice or a key nobody reads makes the whole pack unusable: half a rule book is worse than none. Where packs lie on
disk is `koodesk.paths`' matter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from koodesk.domain.click_event import EventType
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import (
    Confidence,
    EventField,
    EventSpec,
    Fact,
    FloorSpec,
    LayoutSpec,
    Purpose,
    Ratio,
    RulePack,
    SlotKind,
    SlotSpec,
    SubType,
    TextLimit,
)
from koodesk.domain.strict_table import DATA_CODES, Table
from koodesk.domain.vendor import Vendor

T = TypeVar("T")

FORMAT: Final = 1
MAX_FILE: Final = 1_048_576
"""Largest file of a pack in bytes."""

PACK_CODES: Final = (
    *DATA_CODES,
    "pack.bad_date",
    "pack.bad_pattern",
    "pack.duplicate",
    "pack.file_missing",
    "pack.file_unknown",
    "pack.newer",
    "pack.unknown_with_value",
    "pack.unreadable",
    "pack.value_missing",
)
"""Every code this module refuses with."""

_VENDORS: Final = {v.value: v for v in Vendor}
_CONFIDENCE: Final = {c.value: c for c in Confidence}
_FIXED_FILES: Final = ("pack.toml", "vendors.toml", "events.toml", "floors.toml", "limits.toml")


def read_pack(files: Mapping[str, bytes]) -> RulePack:
    """Read a pack from its files, named by their paths below the pack's folder with forward slashes.

    Raises Refused with a problem that names the file and, where there is one, the key.
    """
    head = _open(files, "pack.toml")
    if head.integer("format", 1, 1_000_000) > FORMAT:
        head.refuse("pack.newer", "format", limit=FORMAT)
    pack_date = _date(head, "date")
    pack_id = head.filled("id", longest=100)
    layout_ids = head.texts("layouts", 100, longest=100)
    head.close()
    if len(set(layout_ids)) != len(layout_ids):
        head.refuse("pack.duplicate", "layouts")
    known = {*_FIXED_FILES, *(f"layouts/{i}.toml" for i in layout_ids)}
    for name in sorted(set(files) - known):
        raise Refused(problem("pack.file_unknown", name, file=name))
    return RulePack(
        id=pack_id,
        date=pack_date,
        layouts=MappingProxyType({i: _layout(files, i, pack_date) for i in layout_ids}),
        events=_events(files, pack_date),
        floors=_floors(files, pack_date),
        numbers=_numbers(files, pack_date),
        vendor_names=_vendor_names(files),
    )


def read_pack_folder(folder: Path) -> RulePack:
    """Read the pack that lies in a folder. Raises Refused, also when a file cannot be read.

    Other rules (the access policies) may lie beside it; of files it does not know, only layouts are looked at.
    """
    files: dict[str, bytes] = {}
    paths = [folder / name for name in _FIXED_FILES] + sorted((folder / "layouts").glob("*.toml"))
    try:
        for path in paths:
            with path.open("rb") as file:
                files[path.relative_to(folder).as_posix()] = file.read(MAX_FILE + 1)
    except OSError as error:
        name = Path(str(error.filename or folder)).name
        raise Refused(problem("pack.unreadable", name, file=name)) from error
    return read_pack(files)


def _open(files: Mapping[str, bytes], name: str) -> Table:
    if name not in files:
        raise Refused(problem("pack.file_missing", name, file=name))
    data = files[name]
    try:
        if len(data) > MAX_FILE:
            raise Refused(problem("pack.unreadable", name, file=name))
        return Table(tomllib.loads(data.decode("utf-8")), name)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refused(problem("pack.unreadable", name, file=name)) from error


def _date(table: Table, name: str) -> str:
    text = table.filled(name, longest=10)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        table.refuse("pack.bad_date", name)


def _fact(table: Table, pack_date: str, read: Callable[[Table], T]) -> Fact[T]:
    """Read one fact; `read` takes its `value` key."""
    source = table.filled("source", longest=100)
    confidence = table.one_of("confidence", _CONFIDENCE)
    note = table.text("note", "", longest=500)
    day = _date(table, "date") if table.has("date") else pack_date
    value: T | None = None
    if confidence is Confidence.UNKNOWN:
        if table.has("value"):
            table.refuse("pack.unknown_with_value", "value")
    elif not table.has("value"):
        table.refuse("pack.value_missing", "value")
    else:
        value = read(table)
    table.close()
    return Fact(value, source, confidence, note, day)


def _vendor_facts(
    owner: Table, name: str, pack_date: str, read: Callable[[Table], T], *, every: bool
) -> Mapping[Vendor, Fact[T]]:
    """Read a table of facts by vendor; with `every`, all vendors have to be there."""
    if not every and not owner.has(name):
        return MappingProxyType({})
    table = owner.table(name)
    for unknown in (n for n in table.names() if n not in _VENDORS):
        table.refuse("data.unknown_name", unknown[:100], value=unknown[:100])
    facts = {v: _fact(table.table(v.value), pack_date, read) for v in Vendor if every or table.has(v.value)}
    return MappingProxyType(facts)


def _flag(table: Table) -> bool:
    return table.boolean("value")


def _count(table: Table) -> int:
    return table.integer("value", 0, 2**40)


def _text_limit(table: Table) -> TextLimit:
    value = table.table("value")
    limit = TextLimit(value.integer("lines", 1, 1000), value.integer("chars", 1, 100_000))
    value.close()
    return limit


def _pixels(table: Table) -> tuple[int, int]:
    match table.values("value", 2):
        case (int(width), int(height)) if 0 < width <= 100_000 and 0 < height <= 100_000:
            pair = (width, height)
        case _:
            table.refuse("data.wrong_type", "value", expected="[width, height]")
    return pair


def _vendor_names(files: Mapping[str, bytes]) -> Mapping[Vendor, tuple[str, str]]:
    table = _open(files, "vendors.toml")
    names: dict[Vendor, tuple[str, str]] = {}
    for vendor in Vendor:
        row = table.table(vendor.value)
        names[vendor] = (row.filled("zh", longest=50), row.filled("en", longest=50))
        row.close()
    table.close()
    return MappingProxyType(names)


def _numbers(files: Mapping[str, bytes], pack_date: str) -> Mapping[str, Fact[int]]:
    top = _open(files, "limits.toml")
    table = top.table("numbers")
    top.close()
    return MappingProxyType({n: _fact(table.table(n), pack_date, _count) for n in table.names()})


def _floors(files: Mapping[str, bytes], pack_date: str) -> tuple[FloorSpec, ...]:
    top = _open(files, "floors.toml")
    floors: list[FloorSpec] = []
    for row in top.tables("floors", 100):
        spec = FloorSpec(
            type=row.integer("type", 0, 100),
            name_zh=row.filled("name_zh"),
            name_en=row.filled("name_en"),
            vendors=_vendor_facts(row, "vendors", pack_date, _flag, every=True),
        )
        row.close()
        if any(f.type == spec.type for f in floors):
            row.refuse("pack.duplicate", "type")
        floors.append(spec)
    top.close()
    return tuple(floors)


def _events(files: Mapping[str, bytes], pack_date: str) -> Mapping[EventType, EventSpec]:
    top = _open(files, "events.toml")
    types = {t.value: t for t in EventType}
    events: dict[EventType, EventSpec] = {}
    for row in top.tables("events", 100):
        kind = row.one_of("type", types)
        fields = tuple(_event_field(f) for f in row.tables("fields", 50, optional=True))
        if kind in events:
            row.refuse("pack.duplicate", "type")
        if len({f.name for f in fields}) != len(fields):
            row.refuse("pack.duplicate", "fields")
        events[kind] = EventSpec(
            type=kind,
            name_zh=row.filled("name_zh"),
            name_en=row.filled("name_en"),
            fields=fields,
            vendors=_vendor_facts(row, "vendors", pack_date, _flag, every=True),
        )
        row.close()
    top.close()
    for kind in EventType:
        if kind not in events:
            top.refuse("data.key_missing", f"events.{kind.value}")
    return MappingProxyType(events)


def _event_field(row: Table) -> EventField:
    pattern = row.text("pattern", "", longest=500)
    try:
        re.compile(pattern)
    except re.error:
        row.refuse("pack.bad_pattern", "pattern")
    field = EventField(
        name=row.filled("name", longest=50),
        max_length=row.integer("max_length", 1, 100_000),
        required=row.boolean("required"),
        params_allowed=row.boolean("params_allowed"),
        name_zh=row.filled("name_zh"),
        name_en=row.filled("name_en"),
        pattern=pattern,
        choices=row.texts("choices", 100, longest=100, optional=True),
        source=row.filled("source", longest=100),
    )
    row.close()
    return field


def _layout(files: Mapping[str, bytes], layout_id: str, pack_date: str) -> LayoutSpec:
    table = _open(files, f"layouts/{layout_id}.toml")
    if table.filled("id", longest=100) != layout_id:
        table.refuse("data.unknown_name", "id", value=layout_id)
    slots = tuple(_slot(row, pack_date) for row in table.tables("slots", 200))
    if len({s.id for s in slots}) != len(slots) or len({s.position for s in slots}) != len(slots):
        table.refuse("pack.duplicate", "slots")
    sub_types = tuple(_sub_type(row) for row in table.tables("sub_types", 50, optional=True))
    if len({s.value for s in sub_types}) != len(sub_types):
        table.refuse("pack.duplicate", "sub_types")
    spec = LayoutSpec(
        id=layout_id,
        name_zh=table.filled("name_zh"),
        name_en=table.filled("name_en"),
        family=table.filled("family"),
        use_when_zh=table.filled("use_when_zh"),
        use_when_en=table.filled("use_when_en"),
        slots=tuple(sorted(slots, key=lambda s: s.position)),
        sub_types=sub_types,
        vendors=_vendor_facts(table, "vendors", pack_date, _flag, every=True),
        param_vendors=_vendor_facts(table, "param_vendors", pack_date, _flag, every=True),
        purpose=table.one_of("purpose", {p.value: p for p in Purpose}),
        source=table.filled("source", longest=100),
    )
    table.close()
    return spec


def _sub_type(row: Table) -> SubType:
    found = SubType(
        value=row.integer("value", 1, 100),
        name_zh=row.filled("name_zh"),
        name_en=row.filled("name_en"),
        vendors=_vendor_list(row, "vendors"),
        source=row.filled("source", longest=100),
    )
    row.close()
    return found


def _vendor_list(row: Table, name: str, *, optional: bool = False) -> tuple[Vendor, ...]:
    named = row.texts(name, len(Vendor), longest=50, optional=optional)
    for text in named:
        if text not in _VENDORS:
            row.refuse("data.unknown_name", name, value=text)
    return tuple(v for v in Vendor if v.value in named)


def _slot(row: Table, pack_date: str) -> SlotSpec:
    slot = SlotSpec(
        id=row.filled("id", longest=50),
        position=row.integer("position", 1, 1000),
        kind=row.one_of("kind", {k.value: k for k in SlotKind}),
        role=row.filled("role", longest=50),
        name_zh=row.filled("name_zh"),
        name_en=row.filled("name_en"),
        required=row.boolean("required"),
        event_required=row.boolean("event_required"),
        params_allowed=row.boolean("params_allowed"),
        ratio=_ratio(row),
        limits=_vendor_facts(row, "limits", pack_date, _text_limit, every=False),
        min_pixels=_vendor_facts(row, "min_pixels", pack_date, _pixels, every=False),
        backgrounds=_vendor_list(row, "backgrounds", optional=True),
        hint_zh=row.text("hint_zh", ""),
        hint_en=row.text("hint_en", ""),
        source=row.filled("source", longest=100),
    )
    row.close()
    return slot


def _ratio(row: Table) -> Ratio | None:
    table = row.table_or_none("ratio")
    if table is None:
        return None
    ratio = Ratio(
        table.filled("name", longest=50), table.integer("width", 1, 1000), table.integer("height", 1, 1000)
    )
    table.close()
    return ratio
