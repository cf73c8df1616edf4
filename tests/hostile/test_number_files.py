# SPDX-License-Identifier: Apache-2.0
"""Number files nobody should send: each ends in a typed refusal, and the process that asked lives on."""

from __future__ import annotations

import struct
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from koodesk.backend.ports.audience import ReadSummary
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.number_files import XlsxNumberFiles
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.recipient import FILE_LIMIT
from tests.hostile import xlsx_forge as forge

GOOD = [["手机号", "name"], ["13800138000", "张三"]]


def read(path: Path, limits: ReaderLimits | None = None) -> ReadSummary:
    return XlsxNumberFiles(limits).read(path, ["name"], lambda block: None, silent, never)


def refusal(path: Path, limits: ReaderLimits | None = None) -> Problem:
    with pytest.raises(Refused) as refused:
        read(path, limits)
    assert len(refused.value.problems) == 1
    return refused.value.problems[0]


def encrypted() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 4096
    )


def old_xls() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "Workbook".encode("utf-16-le") + b"\0" * 4096


def truncated() -> bytes:
    whole = forge.workbook([*GOOD, *[[f"1390000{n:04}", "李四"] for n in range(5000)]])
    return whole[: len(whole) // 2]


def other_zip() -> bytes:
    return forge.zipped({"word/document.xml": "<document/>", "[Content_Types].xml": "<Types/>"})


def ratio_bomb() -> bytes:
    members = forge.package({"Sheet1": forge.sheet_xml(GOOD, None)})
    return forge.zipped({**members, "xl/worksheets/sheet1.xml": b" " * 64_000_000})


def lying_bomb() -> bytes:
    """A member that says it is small: the sizes of both directories are changed afterwards."""
    members = forge.package({"Sheet1": forge.sheet_xml(GOOD, None)})
    size = 300_000_000
    data = forge.zipped({**members, "xl/worksheets/sheet1.xml": b" " * size})
    return data.replace(struct.pack("<I", size), struct.pack("<I", 1000))


def overlapping() -> bytes:
    """Two entries of the directory that name the same bytes."""
    data = bytearray(
        forge.zipped({**forge.package({"Sheet1": forge.sheet_xml(GOOD, None)}), "xl/extra.xml": "<a/>"})
    )
    with zipfile.ZipFile(BytesIO(bytes(data))) as archive:
        first, second = archive.infolist()[:2]
        moved = struct.pack("<I", first.header_offset)
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(second.filename.encode()))
    data[at + 42 : at + 46] = moved
    return bytes(data)


def far_cell() -> bytes:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    xml = forge.sheet_xml(GOOD, None).replace("</sheetData>", far + "</sheetData>")
    return forge.zipped(forge.package({"Sheet1": xml}))


def far_row() -> bytes:
    far = '<row r="99999999"><c r="A99999999"><v>1</v></c></row>'
    xml = forge.sheet_xml(GOOD, None).replace("</sheetData>", far + "</sheetData>")
    return forge.zipped(forge.package({"Sheet1": xml}))


def entities() -> bytes:
    document = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    members = forge.package({"Sheet1": forge.sheet_xml(GOOD, None)})
    return forge.zipped({**members, "xl/workbook.xml": document + members["xl/workbook.xml"]})


def broken_sheet() -> bytes:
    members = forge.package(
        {"Sheet1": forge.sheet_xml(GOOD, None).replace("</sheetData>", "<row r='3'><c r='A3'><v")}
    )
    return forge.zipped(members)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "reader.empty"),
        (truncated, "reader.not_xlsx"),
        (encrypted, "reader.encrypted"),
        (old_xls, "reader.not_xlsx"),
        ("手机号,name\n13800138000,张三\n".encode, "reader.not_xlsx"),
        (other_zip, "reader.not_xlsx"),
        (lambda: b"PK\x03\x04" + b"\0" * 100, "reader.damaged"),
        (ratio_bomb, "reader.bomb"),
        (lying_bomb, "reader.damaged"),
        (overlapping, "reader.bomb"),
        (far_cell, "reader.far_cell"),
        (far_row, "reader.far_cell"),
        (entities, "reader.damaged"),
        (broken_sheet, "reader.damaged"),
        (lambda: forge.workbook([]), "audience.header"),
    ],
)
def test_a_bad_file_is_a_typed_refusal(make: Callable[[], bytes], code: str, tmp_path: Path) -> None:
    found = refusal(forge.write(tmp_path, make()))
    expected = "reader.damaged" if make is truncated else code
    assert found.code == expected
    assert found.param("file") == "numbers.xlsx"


def test_a_file_of_41_mb_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as stream:
        stream.truncate(41 * 1_048_576)
    found = refusal(path)
    assert (found.code, found.param("limit"), found.param("actual")) == (
        "reader.file_too_large",
        FILE_LIMIT,
        41 * 1_048_576,
    )


def test_a_file_that_is_not_there_is_a_refusal(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx").code == "reader.not_found"


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on address space is Linux's")
def test_a_parser_out_of_memory_ends_the_child_only(tmp_path: Path) -> None:
    far = '<row r="1000000"><c r="Z1000000"><v>1</v></c></row>'  # within the bounds of files, not within these of memory
    xml = forge.sheet_xml(GOOD, None).replace("</sheetData>", far + "</sheetData>")
    path = forge.write(tmp_path, forge.zipped(forge.package({"Sheet1": xml})))
    assert refusal(path, ReaderLimits(memory=256 * 1_048_576)).code == "reader.too_large"
    assert read(forge.write(tmp_path, forge.workbook(GOOD))).valid == 1


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (["电话", "name"], "电话、name"),
        (["手机号"], "手机号"),
        (["手机号", "name", "city"], "手机号、name、city"),
        (["手机号", "name", "name"], "手机号、name、name"),
        (["13800138000", "张三"], "13800138000、张三"),
    ],
)
def test_a_wrong_header_names_both_sides(header: list[forge.Cell], found: str, tmp_path: Path) -> None:
    refused = refusal(forge.write(tmp_path, forge.workbook([header, ["13800138000", "a", "b"]])))
    assert refused.code == "audience.header"
    assert refused.where == "sheet:Sheet1"
    assert (refused.param("expected"), refused.param("found")) == ("手机号、name", found)
