# SPDX-License-Identifier: Apache-2.0
"""Makes xlsx files byte by byte, in the dialects of other programs and with the damage of bad ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

Cell = str | int | float | bool | None | tuple[str, str]
"""A text, a number, a truth value, nothing, or (kind, content): ("error", "#N/A"), ("formula", "1+1"),
("cached", "13800138000"), ("xml", "<c .../>")."""


def letters(index: int) -> str:
    """Name a column by its index from 0."""
    return chr(ord("A") + index) if index < 26 else letters(index // 26 - 1) + chr(ord("A") + index % 26)


def cell_xml(reference: str, cell: Cell, shared: dict[str, int] | None, exponent: bool) -> str:
    """Write one cell; `shared` collects shared strings, None writes them in place."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f'<c r="{reference}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{reference}"><v>{f"{cell:.10E}" if exponent else cell}</v></c>'
    if isinstance(cell, tuple):
        kind, content = cell
        return {
            "error": f'<c r="{reference}" t="e"><v>{escape(content)}</v></c>',
            "formula": f'<c r="{reference}"><f>{escape(content)}</f></c>',
            "cached": f'<c r="{reference}" t="str"><f>A1</f><v>{escape(content)}</v></c>',
            "xml": content,
        }[kind]
    text = escape(cell)
    if shared is None:
        return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{reference}" t="s"><v>{shared.setdefault(cell, len(shared))}</v></c>'


def sheet_xml(rows: Sequence[Sequence[Cell]], shared: dict[str, int] | None, exponent: bool = False) -> str:
    """Write a worksheet. Rows that are empty sequences leave a gap."""
    body = "".join(
        f'<row r="{no}">'
        + "".join(cell_xml(f"{letters(at)}{no}", cell, shared, exponent) for at, cell in enumerate(row))
        + "</row>"
        for no, row in enumerate(rows, 1)
        if row
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def package(sheets: Mapping[str, str], shared: Mapping[str, int] | None = None) -> dict[str, str]:
    """Return the members of a workbook: sheet name -> worksheet XML."""
    numbered = list(enumerate(sheets.items(), 1))
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{no}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for no, _ in numbered
    )
    relations = "".join(
        f'<Relationship Id="rId{no}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{no}.xml"/>'
        for no, _ in numbered
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{no}" r:id="rId{no}"/>' for no, (name, _) in numbered
        )
        + "</sheets></workbook>",
    }
    if shared:
        relations += f'<Relationship Id="rId900" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        members["xl/sharedStrings.xml"] = (
            f'<sst xmlns="{MAIN}" count="{len(shared)}" uniqueCount="{len(shared)}">'
            + "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in shared)
            + "</sst>"
        )
    members["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
    )
    for no, (_, xml) in numbered:
        members[f"xl/worksheets/sheet{no}.xml"] = xml
    return members


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """Pack members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(*tables: Sequence[Sequence[Cell]], shared: bool = False, exponent: bool = False) -> bytes:
    """Return an xlsx of tables, a sheet each; strings in place or shared, numbers plain or with an exponent."""
    strings: dict[str, int] | None = {} if shared else None
    sheets = {f"Sheet{no}": sheet_xml(rows, strings, exponent) for no, rows in enumerate(tables, 1)}
    return zipped(package(sheets, strings))


def write(folder: Path, data: bytes, name: str = "numbers.xlsx") -> Path:
    """Put a file on disk."""
    path = folder / name
    path.write_bytes(data)
    return path
