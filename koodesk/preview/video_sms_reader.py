# SPDX-License-Identifier: Apache-2.0
"""The phones of video SMS from TOML (`resources/phones/video_sms`): one file a system over what all of them have in common.

A colour role or text style that is used and not given is refused on reading, a mistake in our own files included.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from koodesk.domain.carrier import Carrier
from koodesk.domain.rule_pack import Confidence
from koodesk.domain.strict_table import Table
from koodesk.preview.phone import TextStyle
from koodesk.preview.phone_table import open_table, read_bar, read_number, read_palette, read_sides
from koodesk.preview.placement import Font
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


def read_message_phones(folder: Path) -> Mapping[PhoneKind, MessagePhone]:
    """Read every phone of a folder: `<kind>.toml` over `common.toml`. Raises Refused: phone.*, data.*."""
    common = open_table(folder / "common.toml")
    return MappingProxyType({kind: _phone(open_table(folder / f"{kind}.toml"), common) for kind in PhoneKind})


def _phone(table: Table, common: Table) -> MessagePhone:
    table.integer("format", FORMAT, FORMAT)
    screen, bars, name = table.table("screen"), table.table("bars"), table.table("name")
    sources = (common, table)
    carriers = _merged(sources, "carriers")
    styles = _merged(sources, "styles")
    words = _merged(sources, "words")
    light, dark = (read_palette(_merged(sources, "colours", theme)) for theme in ("light", "dark"))
    boxes = table.table("boxes")
    phone = MessagePhone(
        kind=table.one_of("phone", {kind.value: kind for kind in PhoneKind}),
        name_zh=name.filled("zh", longest=20),
        name_en=name.filled("en", longest=20),
        source=table.filled("source", longest=50),
        confidence=table.one_of("confidence", {c.value: c for c in Confidence}),
        note=table.filled("note"),
        assumptions=tuple(_both(part) for part in table.tables("assumptions", 20)),
        width=read_number(screen, "width"),
        height=read_number(screen, "height"),
        bezel=read_number(screen, "bezel"),
        radius=read_number(screen, "radius"),
        camera=screen.text("camera"),
        gutter=read_number(screen, "gutter"),
        status=read_bar(bars.table("status")),
        header=read_bar(bars.table("header")),
        writing=read_bar(bars.table("writing")),
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


def _style(table: Table) -> TextStyle:
    bold = table.has("bold") and table.boolean("bold")
    style = TextStyle(
        Font(read_number(table, "size"), bold), table.filled("colour"), read_number(table, "leading", 1.4)
    )
    table.close()
    return style


def _box(table: Table) -> MessageBox:
    box = MessageBox(
        style=table.text("style", ""),
        fill=table.text("fill", ""),
        radius=read_number(table, "radius", 0.0),
        heel=read_number(table, "heel", -1.0),
        padding=read_sides(table, "padding"),
        gap=read_number(table, "gap", 0.0),
        width=read_number(table, "width", 0.0),
        height=read_number(table, "height", 0.0),
        min_height=read_number(table, "min_height", 0.0),
        max_height=read_number(table, "max_height", 0.0),
        fit=table.has("fit") and table.boolean("fit"),
        prefix=table.text("prefix", "", longest=20),
        line=table.text("line", ""),
    )
    table.close()
    return box


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
