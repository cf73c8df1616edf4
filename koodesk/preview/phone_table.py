# SPDX-License-Identifier: Apache-2.0
"""What the readers of phones (`phone_reader`, `video_sms_reader`) read alike: a file, lengths, colours, bars."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from koodesk.domain.problem import Refused, problem
from koodesk.domain.strict_table import Table
from koodesk.preview.phone import Bar
from koodesk.preview.placement import Fill

Lengths = Mapping[str, float]
"""A phone's own lengths by name."""

_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{2})?[0-9a-f]{6}")


def open_table(path: Path) -> Table:
    """Read a TOML file. Raises Refused: phone.unreadable."""
    try:
        return Table(tomllib.loads(path.read_text("utf-8")), path.name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(problem("phone.unreadable", path.name, file=path.name)) from error


def read_number(
    table: Table, name: str, default: float | None = None, lengths: Lengths | None = None
) -> float:
    """Read a length: a number, or "@name" for one of the phone's own lengths where these are given."""
    if default is not None and not table.has(name):
        return default
    value = _resolved(table, name, table.value(name), lengths)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -10_000 < value < 10_000:
        table.refuse("data.wrong_type", name, expected="number")
    return float(value)


def read_sides(table: Table, name: str, lengths: Lengths | None = None) -> tuple[float, float, float, float]:
    """Read four lengths: top, right, bottom, left; all 0 when they are left out."""
    values = table.values(name, 4, optional=True)
    if not values:
        return (0.0, 0.0, 0.0, 0.0)
    match [_resolved(table, name, value, lengths) for value in values]:
        case [int() | float() as t, int() | float() as r, int() | float() as b, int() | float() as left]:
            return (float(t), float(r), float(b), float(left))
    table.refuse("data.wrong_type", name, expected="[top, right, bottom, left]")


def _resolved(table: Table, name: str, value: object, lengths: Lengths | None) -> object:
    """Return the length that "@name" stands for, anything else as it is."""
    if lengths is None or not isinstance(value, str) or value[:1] != "@":
        return value
    if value[1:] not in lengths:
        table.refuse("data.unknown_name", name, value=value)
    return lengths[value[1:]]


def read_palette(table: Table) -> Mapping[str, Fill]:
    """Read colours by role: one, or top and bottom. Raises Refused: phone.bad_colour."""
    return MappingProxyType({name: _fill(table, name) for name in table.names()})


def _fill(table: Table, name: str) -> Fill:
    value = table.value(name)
    match [value] if isinstance(value, str) else value:
        case [str(only)] if _COLOUR.fullmatch(only):
            return Fill(only)
        case [str(top), str(bottom)] if _COLOUR.fullmatch(top) and _COLOUR.fullmatch(bottom):
            return Fill(top, bottom)
    table.refuse("phone.bad_colour", name)


def read_bar(table: Table) -> Bar:
    """Read a bar of the phone; nothing else may stand in the table."""
    bar = Bar(
        height=read_number(table, "height"),
        centred=table.has("centred") and table.boolean("centred"),
        avatar=table.has("avatar") and table.boolean("avatar"),
        left=table.texts("left", 6, optional=True),
        right=table.texts("right", 6, optional=True),
        field=table.text("field", ""),
        radius=read_number(table, "radius", 0.0),
        line=table.text("line", ""),
    )
    table.close()
    return bar
