# SPDX-License-Identifier: Apache-2.0
"""Single facts of a rule pack from TOML: a value with source, confidence and date, alone or one a vendor."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, TypeVar

from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import Confidence, Fact, TextLimit
from koodesk.domain.strict_table import Table
from koodesk.domain.vendor import Vendor

T = TypeVar("T")

MAX_FILE: Final = 1_048_576
"""Largest file of a pack in bytes."""

VENDORS: Final = {v.value: v for v in Vendor}
CONFIDENCE: Final = {c.value: c for c in Confidence}


def open_table(files: Mapping[str, bytes], name: str) -> Table:
    if name not in files:
        raise Refused(problem("pack.file_missing", name, file=name))
    data = files[name]
    try:
        if len(data) > MAX_FILE:
            raise Refused(problem("pack.unreadable", name, file=name))
        return Table(tomllib.loads(data.decode("utf-8")), name)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refused(problem("pack.unreadable", name, file=name)) from error


def read_date(table: Table, name: str) -> str:
    text = table.filled(name, longest=10)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        table.refuse("pack.bad_date", name)


def read_fact(table: Table, pack_date: str, read: Callable[[Table], T]) -> Fact[T]:
    """Read one fact; `read` takes its `value` key."""
    source = table.filled("source", longest=100)
    confidence = table.one_of("confidence", CONFIDENCE)
    note = table.text("note", "", longest=500)
    day = read_date(table, "date") if table.has("date") else pack_date
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


def vendor_facts(
    owner: Table, name: str, pack_date: str, read: Callable[[Table], T], *, every: bool
) -> Mapping[Vendor, Fact[T]]:
    """Read a table of facts by vendor; with `every`, all vendors have to be there."""
    if not every and not owner.has(name):
        return MappingProxyType({})
    table = owner.table(name)
    for unknown in (n for n in table.names() if n not in VENDORS):
        table.refuse("data.unknown_name", unknown[:100], value=unknown[:100])
    facts = {
        v: read_fact(table.table(v.value), pack_date, read) for v in Vendor if every or table.has(v.value)
    }
    return MappingProxyType(facts)


def read_flag(table: Table) -> bool:
    return table.boolean("value")


def read_count(table: Table) -> int:
    return table.integer("value", 0, 2**40)


def read_text_limit(table: Table) -> TextLimit:
    value = table.table("value")
    limit = TextLimit(value.integer("lines", 1, 1000), value.integer("chars", 1, 100_000))
    value.close()
    return limit


def read_pixels(table: Table) -> tuple[int, int]:
    match table.values("value", 2):
        case (int(width), int(height)) if 0 < width <= 100_000 and 0 < height <= 100_000:
            pair = (width, height)
        case _:
            table.refuse("data.wrong_type", "value", expected="[width, height]")
    return pair


def vendor_list(row: Table, name: str, *, optional: bool = False) -> tuple[Vendor, ...]:
    named = row.texts(name, len(Vendor), longest=50, optional=optional)
    for text in named:
        if text not in VENDORS:
            row.refuse("data.unknown_name", name, value=text)
    return tuple(v for v in Vendor if v.value in named)
