# SPDX-License-Identifier: Apache-2.0
"""The phones of video SMS from TOML (`resources/phones/video_sms`): one file a system over what all of them have in common.

A colour role or text style that is used and not given is refused on reading, a mistake in our own files included.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import Confidence
from koodesk.domain.strict_table import Table
from koodesk.preview.phone_spec import Bar, TextStyle
from koodesk.preview.placement import Fill, Font
from koodesk.preview.video_sms_phone import PARTS, MessageBox, MessagePhone, PhoneKind, Sender

FORMAT: Final = 1
WORDS: Final = ("clock", "date", "sender", "write", "example", "signature", "title_hint", "text_hint")
STYLES: Final = ("status", "carrier", "date", "sender", "example", "write", "time")
"""The styles of the phone itself; those of the message are named by its boxes."""
ROLES: Final = (
    *("case", "case_edge", "thread", "header", "writing", "ink", "pull", "avatar", "avatar_ink"),
    *("example", "chip", "audio_disc", "audio_mark", "audio_track", "audio_knob"),
    *("play_ground", "play_edge", "play_mark", "badge", "badge_ink"),
)
"""The colours every phone is drawn with, whatever its boxes name."""

_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{2})?[0-9a-f]{6}")


def read_message_phones(folder: Path) -> Mapping[PhoneKind, MessagePhone]:
    """Read every phone of a folder: `<kind>.toml` over `common.toml`. Raises Refused: phone.*, data.*."""
    common = _open(folder / "common.toml")
    return MappingProxyType({kind: _phone(_open(folder / f"{kind}.toml"), common) for kind in PhoneKind})


def _open(path: Path) -> Table:
    try:
        return Table(tomllib.loads(path.read_text("utf-8")), path.name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(problem("phone.unreadable", path.name, file=path.name)) from error


def _phone(table: Table, common: Table) -> MessagePhone:
    table.integer("format", FORMAT, FORMAT)
    screen, bars, name = table.table("screen"), table.table("bars"), table.table("name")
    sources = (common, table)
    carriers = _merged(sources, "carriers")
    styles = _merged(sources, "styles")
    words = _merged(sources, "words")
    light, dark = (_palette(_merged(sources, "colours", theme)) for theme in ("light", "dark"))
    boxes = table.table("boxes")
    phone = MessagePhone(
        kind=table.one_of("phone", {kind.value: kind for kind in PhoneKind}),
        name_zh=name.filled("zh", longest=20),
        name_en=name.filled("en", longest=20),
        source=table.filled("source", longest=50),
        confidence=table.one_of("confidence", {c.value: c for c in Confidence}),
        note=table.filled("note"),
        assumptions=tuple(_both(part) for part in table.tables("assumptions", 20)),
        width=_number(screen, "width"),
        height=_number(screen, "height"),
        bezel=_number(screen, "bezel"),
        radius=_number(screen, "radius"),
        camera=screen.text("camera"),
        gutter=_number(screen, "gutter"),
        status=_bar(bars.table("status")),
        header=_bar(bars.table("header")),
        writing=_bar(bars.table("writing")),
        words=MappingProxyType({word: words.text(word, longest=40) for word in WORDS}),
        carriers=MappingProxyType(
            {Carrier(key): _sender(carriers.table(key)) for key in _known(carriers, list(Carrier))}
        ),
        light=light,
        dark=dark,
        styles=MappingProxyType({key: _style(styles.table(key)) for key in styles.names()}),
        parts=MappingProxyType({part: _box(boxes.table(part)) for part in PARTS}),
    )
    for part in (screen, bars, name, words, boxes, table):
        part.close()
    _check_roles(table, phone)
    return phone


def _merged(sources: tuple[Table, ...], *path: str) -> Table:
    """Return the table under a path with what all phones have, and what this one says instead."""
    found: dict[str, object] = {}
    for source in sources:
        part: Table | None = source
        for name in path:
            part = part.table(name) if part is not None and part.has(name) else None
        if part is not None:
            found |= {name: part.value(name) for name in part.names()}
    return Table(found, sources[-1].file, ".".join(path))


def _known(table: Table, names: list[Carrier]) -> tuple[str, ...]:
    for name in table.names():
        if name not in names:
            table.refuse("data.unknown_name", name, value=name)
    return table.names()


def _both(table: Table) -> tuple[str, str]:
    said = (table.filled("zh"), table.filled("en"))
    table.close()
    return said


def _sender(table: Table) -> Sender:
    sender = Sender(table.filled("name", longest=20), table.filled("number", longest=24))
    table.close()
    return sender


def _number(table: Table, name: str, default: float | None = None) -> float:
    if default is not None and not table.has(name):
        return default
    value = table.value(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1_000 < value < 10_000:
        table.refuse("data.wrong_type", name, expected="number")
    return float(value)


def _palette(table: Table) -> Mapping[str, Fill]:
    return MappingProxyType({name: _fill(table, name) for name in table.names()})


def _fill(table: Table, name: str) -> Fill:
    value = table.value(name)
    match [value] if isinstance(value, str) else value:
        case [str(only)] if _COLOUR.fullmatch(only):
            return Fill(only)
        case [str(top), str(bottom)] if _COLOUR.fullmatch(top) and _COLOUR.fullmatch(bottom):
            return Fill(top, bottom)
    table.refuse("phone.bad_colour", name)


def _style(table: Table) -> TextStyle:
    bold = table.has("bold") and table.boolean("bold")
    style = TextStyle(
        Font(_number(table, "size"), bold), table.filled("colour"), _number(table, "leading", 1.4)
    )
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


def _box(table: Table) -> MessageBox:
    box = MessageBox(
        style=table.text("style", ""),
        fill=table.text("fill", ""),
        radius=_number(table, "radius", 0.0),
        heel=_number(table, "heel", -1.0),
        padding=_sides(table, "padding"),
        gap=_number(table, "gap", 0.0),
        width=_number(table, "width", 0.0),
        height=_number(table, "height", 0.0),
        min_height=_number(table, "min_height", 0.0),
        max_height=_number(table, "max_height", 0.0),
        fit=table.has("fit") and table.boolean("fit"),
        prefix=table.text("prefix", "", longest=20),
        line=table.text("line", ""),
    )
    table.close()
    return box


def _sides(table: Table, name: str) -> tuple[float, float, float, float]:
    values = table.values(name, 4, optional=True)
    match values:
        case ():
            return (0.0, 0.0, 0.0, 0.0)
        case (int() | float() as t, int() | float() as r, int() | float() as b, int() | float() as left):
            return (float(t), float(r), float(b), float(left))
    table.refuse("data.wrong_type", name, expected="[top, right, bottom, left]")


def _check_roles(table: Table, phone: MessagePhone) -> None:
    """Refuse a colour role or a style that is used and not given, and a role that one theme has alone."""
    if set(phone.light) != set(phone.dark):
        table.refuse("phone.unknown_role", "colours", role=min(set(phone.light) ^ set(phone.dark)))
    roles = [*ROLES, *(style.colour for style in phone.styles.values())]
    roles += [r for bar in (phone.status, phone.header, phone.writing) for r in (bar.field, bar.line)]
    roles += [role for box in phone.parts.values() for role in (box.fill, box.line)]
    for role in roles:
        if role and role not in phone.light:
            table.refuse("phone.unknown_role", "colours", role=role)
    styles = [*STYLES, *(phone.parts[part].style for part in ("subject", "text"))]
    for style in styles:
        if style not in phone.styles:
            table.refuse("phone.unknown_role", "styles", role=style)
