# SPDX-License-Identifier: Apache-2.0
"""Rule packs from TOML, checked to the last key.

A pack is a folder: `pack.toml` (id, date, the layouts it holds), `vendors.toml`, `events.toml`, `floors.toml`,
`limits.toml` and one `layouts/<id>.toml` a layout. A number without a source, an unknown fact with a value, a slot
twice or a key nobody reads makes the whole pack unusable: half a rule book is worse than none. Where packs lie on
disk is `koodesk.paths`' matter; single facts are `rule_pack_facts`', layouts `rule_pack_layouts`'.

History of the format: 1, the first; 2 has repeated groups, styles, second texts, switches, safe areas and total lengths.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from koodesk.domain.click_event import EventType
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import EventField, EventSpec, Fact, FloorSpec, RulePack, Sector
from koodesk.domain.rule_pack_facts import (
    CONFIDENCE,
    MAX_FILE,
    open_table,
    read_count,
    read_date,
    read_fact,
    read_flag,
    vendor_facts,
)
from koodesk.domain.rule_pack_layouts import read_layout
from koodesk.domain.strict_table import DATA_CODES, Table
from koodesk.domain.vendor import Vendor

FORMAT: Final = 2

PACK_CODES: Final = (
    *DATA_CODES,
    "pack.bad_date",
    "pack.bad_area",
    "pack.bad_group",
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

FIXED_FILES: Final = ("pack.toml", "vendors.toml", "events.toml", "floors.toml", "limits.toml")
"""The files of every pack beside its layouts, the head first."""
WORDING: Final = "wording.toml"
"""The file of the content rules, which a pack may lack."""


def read_pack(files: Mapping[str, bytes]) -> RulePack:
    """Read a pack from its files, named by their paths below the pack's folder with forward slashes.

    Raises Refused with a problem that names the file and, where there is one, the key.
    """
    head = open_table(files, "pack.toml")
    if head.integer("format", 1, 1_000_000) > FORMAT:
        head.refuse("pack.newer", "format", limit=FORMAT)
    pack_date = read_date(head, "date")
    pack_id = head.filled("id", longest=100)
    layout_ids = head.texts("layouts", 100, longest=100)
    head.close()
    if len(set(layout_ids)) != len(layout_ids):
        head.refuse("pack.duplicate", "layouts")
    known = {*FIXED_FILES, WORDING, *(f"layouts/{i}.toml" for i in layout_ids)}
    for name in sorted(set(files) - known):
        raise Refused(problem("pack.file_unknown", name, file=name))
    gift_words, sectors, superlatives = _wording(files)
    return RulePack(
        id=pack_id,
        date=pack_date,
        layouts=MappingProxyType(
            {i: read_layout(open_table(files, f"layouts/{i}.toml"), i, pack_date) for i in layout_ids}
        ),
        events=_events(files, pack_date),
        floors=_floors(files, pack_date),
        numbers=_numbers(files, pack_date),
        vendor_names=_vendor_names(files),
        gift_words=gift_words,
        sectors=sectors,
        superlatives=superlatives,
    )


def read_pack_folder(folder: Path) -> RulePack:
    """Read the pack that lies in a folder. Raises Refused, also when a file cannot be read.

    Other rules (the access policies) may lie beside it; of files it does not know, only layouts are looked at.
    """
    files: dict[str, bytes] = {}
    paths = [folder / name for name in FIXED_FILES]
    paths += [path for path in (folder / WORDING,) if path.exists()]
    paths += sorted((folder / "layouts").glob("*.toml"))
    try:
        for path in paths:
            with path.open("rb") as file:
                files[path.relative_to(folder).as_posix()] = file.read(MAX_FILE + 1)
    except OSError as error:
        name = Path(str(error.filename or folder)).name
        raise Refused(problem("pack.unreadable", name, file=name)) from error
    return read_pack(files)


def _wording(files: Mapping[str, bytes]) -> tuple[tuple[str, ...], tuple[Sector, ...], tuple[str, ...]]:
    """Read the content rules; a pack of format 1 has none."""
    if WORDING not in files:
        return (), (), ()
    top = open_table(files, WORDING)
    words = _words(top.table("gift"))
    boasts = top.table_or_none("superlatives")
    superlatives = () if boasts is None else _words(boasts)
    sectors: list[Sector] = []
    for row in top.tables("sectors", 50, optional=True):
        sector = Sector(
            id=row.filled("id", longest=50),
            name_zh=row.filled("name_zh"),
            name_en=row.filled("name_en"),
            words=row.texts("words", 50, longest=20),
            advice_zh=row.filled("advice_zh"),
            advice_en=row.filled("advice_en"),
            source=row.filled("source", longest=100),
            confidence=row.one_of("confidence", CONFIDENCE),
            refused_families=row.texts("refused_families", 20, longest=50, optional=True),
        )
        row.close()
        if any(s.id == sector.id for s in sectors):
            row.refuse("pack.duplicate", "id")
        sectors.append(sector)
    top.close()
    return words, tuple(sectors), superlatives


def _words(table: Table) -> tuple[str, ...]:
    """Read a list of words with its source."""
    words = table.texts("words", 50, longest=20)
    table.filled("source", longest=100)
    table.one_of("confidence", CONFIDENCE)
    table.close()
    return words


def _vendor_names(files: Mapping[str, bytes]) -> Mapping[Vendor, tuple[str, str]]:
    table = open_table(files, "vendors.toml")
    names: dict[Vendor, tuple[str, str]] = {}
    for vendor in Vendor:
        row = table.table(vendor.value)
        names[vendor] = (row.filled("zh", longest=50), row.filled("en", longest=50))
        row.close()
    table.close()
    return MappingProxyType(names)


def _numbers(files: Mapping[str, bytes], pack_date: str) -> Mapping[str, Fact[int]]:
    top = open_table(files, "limits.toml")
    table = top.table("numbers")
    top.close()
    return MappingProxyType({n: read_fact(table.table(n), pack_date, read_count) for n in table.names()})


def _floors(files: Mapping[str, bytes], pack_date: str) -> tuple[FloorSpec, ...]:
    top = open_table(files, "floors.toml")
    floors: list[FloorSpec] = []
    for row in top.tables("floors", 100):
        spec = FloorSpec(
            type=row.integer("type", 0, 100),
            name_zh=row.filled("name_zh"),
            name_en=row.filled("name_en"),
            vendors=vendor_facts(row, "vendors", pack_date, read_flag, every=True),
        )
        row.close()
        if any(f.type == spec.type for f in floors):
            row.refuse("pack.duplicate", "type")
        floors.append(spec)
    top.close()
    return tuple(floors)


def _events(files: Mapping[str, bytes], pack_date: str) -> Mapping[EventType, EventSpec]:
    top = open_table(files, "events.toml")
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
            vendors=vendor_facts(row, "vendors", pack_date, read_flag, every=True),
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
