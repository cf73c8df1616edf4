# SPDX-License-Identifier: Apache-2.0
"""Judges an xlsx package before any parser sees it: is it one, and does it unpack to something sane.

Everything is decompressed once, piece by piece and never kept, because declared sizes can lie. In passing the worksheets
are searched for what a parser would choke on or not tell: far cells, failed formulas, formulas without a result.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from koodesk.domain.problem import Refused, problem

MEMBERS_LIMIT: Final = 2_000
TOTAL_LIMIT: Final = 1_536 * 1_048_576
"""Most bytes a package may unpack to: a million rows of 20 columns stay below half of it."""
SHARED_LIMIT: Final = 512 * 1_048_576
"""Most bytes of shared strings, which parsers keep in memory."""
RATIO_LIMIT: Final = 300
"""Highest ratio of unpacked to packed bytes of a member above RATIO_FROM; real sheets stay below 60."""
RATIO_FROM: Final = 4 * 1_048_576

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_PIECE: Final = 1_048_576
_OVERLAP: Final = 32
# Each pattern begins with its own literal: joined by "|" they would cost ten times as much on a large sheet.
_TELLING: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rb"""r=["'][A-Z][A-Z]""",  # a cell beyond column Z
        rb"""<row r=["'][0-9]{8}""",  # a row far beyond the last of the format
        rb"""t=["']e["']""",  # a failed formula
        rb"<f[ />]",
        rb":f[ />]",  # a formula, with a prefix or without
    )
)


@dataclass(frozen=True, slots=True)
class Package:
    """What the check learned. `suspects` are members whose cells need a closer look (`sheet_scan`)."""

    archive: zipfile.ZipFile
    suspects: frozenset[str]


def check_package(data: bytes, report: Callable[[int, int], None]) -> Package:
    """Check the bytes of a file that claims to be an xlsx. Raises Refused with a reader.* code.

    `report(done, total)` counts unpacked bytes against declared ones.
    """
    if not data:
        raise Refused(problem("reader.empty"))
    if data.startswith(_OLE):
        raise Refused(problem("reader.encrypted" if _ENCRYPTED_STREAM in data else "reader.not_xlsx"))
    if not data.startswith(b"PK\x03\x04"):
        raise Refused(problem("reader.not_xlsx"))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as failure:
        raise Refused(problem("reader.damaged")) from failure
    members = archive.infolist()
    _check_directory(members, len(data))
    try:
        suspects = _unpack(archive, members, report)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as failure:
        raise Refused(problem("reader.damaged")) from failure
    return Package(archive, suspects)


def _check_directory(members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MEMBERS_LIMIT:
        raise Refused(problem("reader.too_large", "members", limit=MEMBERS_LIMIT, actual=len(members)))
    names = [m.filename for m in members]
    if len(set(names)) != len(names):
        raise Refused(problem("reader.damaged", "members"))
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise Refused(problem("reader.not_xlsx"))
    if any(m.flag_bits & 1 for m in members):
        raise Refused(problem("reader.encrypted"))
    if any(m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for m in members):
        raise Refused(problem("reader.damaged", "members"))
    declared = sum(m.file_size for m in members)
    if declared > TOTAL_LIMIT:
        raise Refused(problem("reader.too_large", "unpacked", limit=TOTAL_LIMIT, actual=declared))
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        # Two names for one stretch of bytes is how a small archive unpacks to petabytes.
        if member.header_offset < end:
            raise Refused(problem("reader.bomb", "members"))
        end = member.header_offset + 30 + len(member.filename.encode()) + member.compress_size
        if end > size:
            raise Refused(problem("reader.damaged", "members"))
        if member.file_size > RATIO_FROM and member.file_size > RATIO_LIMIT * max(1, member.compress_size):
            ratio = member.file_size // max(1, member.compress_size)
            raise Refused(problem("reader.bomb", "ratio", limit=RATIO_LIMIT, actual=ratio))


def _unpack(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], report: Callable[[int, int], None]
) -> frozenset[str]:
    declared = sum(m.file_size for m in members)
    total = 0
    suspects: set[str] = set()
    for member in members:
        limit = SHARED_LIMIT if member.filename.lower().endswith("sharedstrings.xml") else TOTAL_LIMIT
        size = 0
        tail = b""
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
                total += len(piece)
                if size > limit or total > TOTAL_LIMIT:
                    raise Refused(problem("reader.too_large", "unpacked", limit=limit, actual=size))
                if member.filename.endswith(".xml"):
                    joint = tail + piece[:_OVERLAP]
                    if member.filename not in suspects and any(
                        pattern.search(part) for part in (joint, piece) for pattern in _TELLING
                    ):
                        suspects.add(member.filename)
                    tail = piece[-_OVERLAP:]
                report(total, declared)
    return frozenset(suspects)
