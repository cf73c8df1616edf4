# SPDX-License-Identifier: Apache-2.0
"""A close look at a worksheet that holds far cells or formulas: how large it really is, and which cells have no value.

The fast parser makes room for every cell between the first and the last, and shows a failed formula as an empty cell.
So sheets that hold either are walked once here, with a parser that keeps nothing.
"""

from __future__ import annotations

import posixpath
import zipfile
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipient import ROWS_OF_A_SHEET, column_letters

CELLS_LIMIT: Final = ROWS_OF_A_SHEET * 26
"""Most cells between the first and the last of a sheet: the parser makes room for all of them."""

_PIECE: Final = 1_048_576

Marks = dict[int, dict[int, str]]
"""Spreadsheet row (from 1) -> column index (from 0) -> code of what is wrong with the cell."""


class _Walker:
    """Follows cells by their references, or by their order where they carry none."""

    def __init__(self) -> None:
        self.marks: Marks = {}
        self.last_row = 0
        self.last_column = -1
        self._row = 0
        self._column = -1
        self._failed = False
        self._formula = False
        self._value = False
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = -1
        elif name == "c":
            reference = attributes.get("r", "")
            letters = reference.rstrip("0123456789")
            self._column = _index(letters) if letters else self._column + 1
            if len(reference) > len(letters):
                self._row = int(reference[len(letters) :])
            self._failed = attributes.get("t") == "e"
            self._formula = self._value = False
        elif name == "f":
            self._formula = True
        elif name in ("v", "t"):
            self._inside = True

    def text(self, data: str) -> None:
        if self._inside and data:
            self._value = True

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("v", "t"):
            self._inside = False
        elif name == "c" and (self._value or self._formula or self._failed):
            self.last_row = max(self.last_row, self._row)
            self.last_column = max(self.last_column, self._column)
            if self._failed:
                self.marks.setdefault(self._row, {})[self._column] = "audience.cell.error"
            elif self._formula and not self._value:
                self.marks.setdefault(self._row, {})[self._column] = "audience.cell.no_result"


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def scan_sheet(archive: zipfile.ZipFile, member: str, sheet: str) -> Marks:
    """Walk one worksheet. Raises Refused when it would not fit, or is not readable XML."""
    walker = _Walker()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.CharacterDataHandler = walker.text
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as failure:
        raise Refused(problem("reader.damaged", f"sheet:{sheet}")) from failure
    last = f"{column_letters(max(walker.last_column, 0))}{walker.last_row}"
    if walker.last_row > ROWS_OF_A_SHEET or walker.last_row * (walker.last_column + 1) > CELLS_LIMIT:
        raise Refused(
            problem(
                "reader.far_cell",
                f"sheet:{sheet}",
                sheet=sheet,
                cell=last,
                limit=CELLS_LIMIT,
                actual=walker.last_row * (walker.last_column + 1),
            )
        )
    return walker.marks


def _refuse_doctype(*_: object) -> None:
    """No xlsx has a document type; one that does declares entities to grow from."""
    raise Refused(problem("reader.damaged", "doctype"))


def sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet name -> member of the package. Raises Refused when the workbook's own parts are damaged."""
    try:
        parts = [archive.read(name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")]
        if any(b"<!DOCTYPE" in part for part in parts):
            _refuse_doctype()
        workbook, relations = map(ET.fromstring, parts)
    except (KeyError, ET.ParseError) as failure:
        raise Refused(problem("reader.damaged", "workbook")) from failure
    targets = {r.get("Id", ""): r.get("Target", "") for r in relations}
    members: dict[str, str] = {}
    for element in workbook.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            key = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "id"), "")
            target = targets.get(key, "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            members[element.get("name", "")] = path
    return members
