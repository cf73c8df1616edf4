# SPDX-License-Identifier: Apache-2.0
"""A certificate as a file: `.zip` with the certificate, its rows and a page to print; or the page or the rows alone.

What is opened again may come from anybody: members are looked up by name, never unpacked, and read line by line up to fixed
sizes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Final

from koodesk.backend.operations.table_export import half_written, neutral, write_document, write_table
from koodesk.backend.ports.exports import Table, TablePrinter
from koodesk.backend.ports.progress import Cancel, Progress, Report
from koodesk.domain.certificate import (
    ROW_FIELDS,
    Certificate,
    EvidenceRow,
    Standing,
    certificate_digest,
    decode,
    encode,
)
from koodesk.domain.problem import Refused, problem

HEAD: Final = "certificate.json"
ROWS: Final = "rows.csv"
PAGE: Final = "certificate.pdf"

HEAD_BYTES: Final = 1_048_576
LINE_CHARACTERS: Final = 2_000
ROW_BYTES: Final = 1_000
"""The most a row of a sound file takes; a file of rows that is longer than that for all of them is refused."""

_TOLD_EVERY: Final = 5_000
_BEIJING: Final = timezone(timedelta(hours=8))

Words = Mapping[str, str]
"""What the page says, by name, in the language of whoever exports."""


def write_certificate(
    path: Path,
    certificate: Certificate,
    rows: Iterable[EvidenceRow],
    words: Words,
    printer: TablePrinter | None,
    progress: Report,
    cancel: Cancel,
) -> int:
    """Write a certificate as .zip, .pdf or .csv; return how many rows. Raises Refused: export.kind, export.not_writable,
    export.cancelled; then there is no file."""
    ending = path.suffix.lower()
    if ending == ".csv":
        cells = (tuple(map(str, row)) for row in rows)
        return write_table(path, ROW_FIELDS, cells, progress, cancel, certificate.rows)
    if ending == ".pdf":
        if printer is None:
            raise Refused(problem("export.kind", "path", kinds=".zip .csv", actual=ending))
        return write_document(path, page(certificate, words), printer)
    beside = half_written(path, os.getpid())
    try:
        count = _write_archive(beside, certificate, rows, words, printer, progress, cancel)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as failure:
        raise Refused(problem("export.not_writable", "path", file=path.name)) from failure
    finally:
        beside.unlink(missing_ok=True)
        beside.with_suffix(".page.pdf").unlink(missing_ok=True)
    return count


def _write_archive(
    beside: Path,
    certificate: Certificate,
    rows: Iterable[EvidenceRow],
    words: Words,
    printer: TablePrinter | None,
    progress: Report,
    cancel: Cancel,
) -> int:
    digest, count = hashlib.sha256(), 0
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(ROWS, "w", force_zip64=True) as member:
            for lines in _csv(rows):
                content = "".join(lines).encode()
                digest.update(content)
                member.write(content)
                count += len(lines)
                if cancel():
                    raise Refused(problem("export.cancelled"))
                progress(Progress("store", max(0, count - 1), certificate.rows))
        certificate = replace(certificate, rows_digest=digest.hexdigest())
        archive.writestr(HEAD, encode(certificate))
        if printer is not None:
            printed = beside.with_suffix(".page.pdf")
            printer(printed, page(certificate, words))
            archive.write(printed, PAGE)
    return count - 1


def _csv(rows: Iterable[EvidenceRow]) -> Iterator[list[str]]:
    """Yield a heading and the rows as lines of CSV, many at a time."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(ROW_FIELDS)
    count = 1
    for row in rows:
        writer.writerow([neutral(cell) for cell in row])
        count += 1
        if count % _TOLD_EVERY == 0:
            yield out.getvalue().splitlines(keepends=True)
            out.seek(0)
            out.truncate()
    yield out.getvalue().splitlines(keepends=True)


def page(certificate: Certificate, words: Words) -> Table:
    """Return what the printed page says: the totals by reason, and above them what they are bound to."""

    def say(name: str, value: object) -> str:
        return f"{words.get(name, name)}  {value}"

    witness = certificate.witness
    told = (
        say("campaign", f"{certificate.name}  ({certificate.campaign})"),
        say("signature", certificate.signature),
        say(
            "gateway",
            f"{words.get(f'gateway.{certificate.gateway}', certificate.gateway)} / {words.get(certificate.gateway_class, certificate.gateway_class)}",
        ),
        say("times", " – ".join(_moment(at) for at in (certificate.started_ms, certificate.ended_ms))),
        say(
            "totals",
            "   ".join(f"{words.get(one, one)} {certificate.count(one):,}" for one in Standing)
            + f"   {words.get('imported', 'imported')} {certificate.imported:,}",
        ),
        say(
            "witness",
            words.get("no_witness", "-")
            if not witness.by
            else f"{words.get(witness.by, witness.by)}: {witness.accepted:,}; "
            + words.get("agrees" if witness.agrees else "differs", "agrees" if witness.agrees else "differs"),
        ),
        *([say("contradicted", f"{certificate.contradicted:,}")] if certificate.contradicted else []),
        say("digest", certificate.digest),
        say("ledger_digest", certificate.ledger_digest),
        *([say("rows_digest", certificate.rows_digest)] if certificate.rows_digest else []),
        say(
            "made",
            f"{_moment(certificate.made_ms)}  {words.get(f'by.{certificate.made_by}', certificate.made_by)}",
        ),
    )
    lines = (
        (
            words.get(line.standing, line.standing),
            words.get(f"bucket.{line.bucket}", line.bucket),
            words.get(f"code.{line.code}", line.code),
            line.count,
        )
        for line in certificate.lines
    )
    rows = (*lines, (words.get("totals", "totals"), "", "", certificate.total))
    headings = tuple(words.get(name, name) for name in ("standing", "bucket", "code", "count"))
    return Table(words.get("title", "Certificate"), told, headings, rows)


class CertificateFile:
    """A certificate somebody handed in. Raises Refused (certificate.not_one) for anything else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as failure:
            raise Refused(problem("certificate.not_one", "path", file=path.name)) from failure
        try:
            self.certificate, written = decode(self._read_head())
        except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as failure:
            self._archive.close()
            raise Refused(problem("certificate.not_one", "path", file=path.name)) from failure
        self.sealed = written == certificate_digest(self.certificate)
        """Whether it is as it was written."""
        self.rows_digest = ""
        """The digest of the rows, once they were read to their end."""

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def rows(self) -> Iterator[EvidenceRow]:
        """Yield the rows; `rows_digest` is theirs afterwards. Raises Refused (certificate.not_one) at one that is none."""
        digest = hashlib.sha256()
        try:
            member = self._archive.getinfo(ROWS)
            if member.file_size > (self.certificate.rows + 1) * ROW_BYTES or member.flag_bits & 1:
                raise ValueError("longer than its rows")
            with self._archive.open(member) as content:
                lines = _lines(content, digest)
                for place, cells in enumerate(csv.reader(lines)):
                    if place == 0:
                        if tuple(cells) != ROW_FIELDS:
                            raise ValueError("another table")
                        continue
                    if len(cells) != len(ROW_FIELDS):
                        raise ValueError("a row of another width")
                    yield read_row([_plain(cell) for cell in cells])
        except (OSError, ValueError, KeyError, csv.Error, zipfile.BadZipFile, EOFError) as failure:
            raise Refused(problem("certificate.not_one", "path", file=self._path.name)) from failure
        self.rows_digest = digest.hexdigest()

    def _read_head(self) -> str:
        member = self._archive.getinfo(HEAD)
        if member.file_size > HEAD_BYTES or member.flag_bits & 1:
            raise ValueError("too large")
        with self._archive.open(member) as content:
            return content.read(HEAD_BYTES + 1).decode("utf-8")


def read_row(cells: Sequence[str]) -> EvidenceRow:
    """Read a row from its cells, in the order of ROW_FIELDS. Raises ValueError for numbers that are none."""
    number, standing, bucket, code, call, message_id, at_ms, delivery, delivery_code, delivered_ms = cells
    return EvidenceRow(
        number,
        standing,
        bucket,
        code,
        call,
        message_id,
        int(at_ms),
        delivery,
        delivery_code,
        int(delivered_ms),
    )


def _lines(content: IO[bytes], digest: hashlib._Hash) -> Iterator[str]:
    """Yield lines of text, each of bounded length."""
    while True:
        line = content.readline(LINE_CHARACTERS)
        if not line:
            return
        if not line.endswith(b"\n") and len(line) >= LINE_CHARACTERS:
            raise ValueError("a line without end")
        digest.update(line)
        yield line.decode("utf-8")


def _plain(cell: str) -> str:
    """Take back what kept a spreadsheet from computing a cell."""
    return cell[1:] if cell[:1] == "'" and neutral(cell[1:]) == cell else cell


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, _BEIJING).strftime("%Y-%m-%d %H:%M:%S") if at_ms else "—"
