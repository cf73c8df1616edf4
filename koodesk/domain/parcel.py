# SPDX-License-Identifier: Apache-2.0
"""The one-file form of a document with its media: a zip that may come from a stranger.

Its members are `manifest.json` (kind, format and the SHA-256 of `template.json`), `template.json` and one
`materials/<sha256>` a media file. Size, members and growth are limited before anything is unpacked, names are compared
with the few that may be there and never used as paths, and every part is checked against its digest. What the template
says, and opening the media, is others' matter; so are the sentences, which is why each kind of file has codes of its own.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import secrets
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from koodesk.domain import codec
from koodesk.domain.digest import content_digest
from koodesk.domain.problem import Problem, Refused, Scalar, problem
from koodesk.domain.strict_table import Table

MAX_FILE: Final = 134_217_728
"""Largest file, and largest sum of what is inside, in bytes (128 MB)."""
MAX_MATERIAL: Final = 33_554_432
"""Largest media file inside in bytes (32 MB)."""
MAX_MANIFEST: Final = 65_536
MAX_MEMBERS: Final = 256
MAX_RATIO: Final = 200
"""How many times larger a member may unpack. JSON of a template stays below 30, media near 1."""

_END: Final = struct.Struct("<4sHHHHIIH")
_LOCATOR_SIZE: Final = 20
_MATERIAL: Final = re.compile(r"materials/([0-9a-f]{64})")
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What zipfile raises on hostile input: damaged, unknown compression, encrypted, odd names and lengths."""

Sizes = Iterable[tuple[str, int]]
"""Digest and size of each media file a template shows."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One kind of file. `kind` is its word in the manifest and the beginning of its codes, `foreign` the last part of
    the code for a file that is none of the kind, `format` the newest it reads."""

    kind: str
    foreign: str
    format: int

    def pack(self, body: bytes, sizes: Sizes, materials: Mapping[str, bytes]) -> bytes:
        """Return the bytes of a file, the same for the same contents.

        `materials` holds at least those named by `sizes`. Raises Refused when one is missing or is not what its digest
        says.
        """
        manifest = {"format": self.format, "kind": self.kind, "template": content_digest(body)}
        parts = {
            "manifest.json": json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n",
            "template.json": body,
        }
        for digest, _ in sizes:
            if digest not in materials:
                self._stop("material_missing", "materials", digest=digest)
            if content_digest(materials[digest]) != digest:
                self._stop("digest_wrong", "materials", member=f"materials/{digest}")
            parts[f"materials/{digest}"] = materials[digest]
        if len(parts) > MAX_MEMBERS:
            self._stop("too_large", member="", limit=MAX_MEMBERS, actual=len(parts))
        for name, data in parts.items():
            self._limit(name, len(data), MAX_MATERIAL if name.startswith("materials/") else codec.MAX_BYTES)
        self._limit("", sum(map(len, parts.values())), MAX_FILE)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in sorted(parts):
                info = zipfile.ZipInfo(name, _DATE)
                info.create_system = 3  # zipfile writes the platform's own number otherwise
                info.external_attr = 0o644 << 16
                # Media are compressed already; the version of zlib would show in deflated bytes.
                info.compress_type = zipfile.ZIP_STORED
                archive.writestr(info, parts[name])
        return file.getvalue()

    def unpack(self, data: bytes) -> tuple[bytes, dict[str, bytes]]:
        """Return the template's text and the media by digest. Raises Refused; nothing of a bad file gets through.

        Whether the media are those of the template is `check_materials`' question, asked when the text was read.
        """
        self._check_end(data)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = self._members(archive)
        except _DAMAGE as error:
            raise Refused(problem(f"{self.kind}.damaged")) from error
        body = parts.pop("template.json", b"")
        self._check_manifest(parts.pop("manifest.json", b""), body)
        return body, {name.removeprefix("materials/"): content for name, content in parts.items()}

    def check_materials(self, sizes: Sizes, materials: Mapping[str, bytes]) -> None:
        """Refuse media that are not what their digests say, and a file that holds more or less than its template shows."""
        for digest, content in materials.items():
            if content_digest(content) != digest:
                self._stop("digest_wrong", "materials", member=f"materials/{digest}")
        used = set()
        for digest, size in sizes:
            used.add(digest)
            if digest not in materials:
                self._stop("material_missing", "materials", digest=digest)
            if size != len(materials[digest]):
                self._stop("digest_wrong", "materials", member=f"materials/{digest}")
        for digest in sorted(set(materials) - used):
            self._stop("material_unused", "materials", digest=digest)

    def save(self, path: Path, data: bytes) -> None:
        """Write a file so that `path` holds either what it held before or the whole new one. Raises Refused."""
        try:
            self._replace(path, data)
        except OSError as error:
            code = "no_space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "cannot_write"
            file, reason = path.name, _reason(error)
            raise Refused(problem(f"{self.kind}.{code}", file, file=file, reason=reason)) from error

    def load(self, path: Path) -> bytes:
        """Read a file, one byte more than the largest at most. Raises Refused when it cannot be read."""
        try:
            with path.open("rb") as file:
                return file.read(MAX_FILE + 1)
        except OSError as error:
            name, reason = path.name, _reason(error)
            raise Refused(problem(f"{self.kind}.cannot_read", name, file=name, reason=reason)) from error

    # --- inside ------------------------------------------------------------------------------------------------

    def _stop(self, code: str, where: str = "", **params: Scalar) -> NoReturn:
        raise Refused(Problem(f"{self.kind}.{code}", where, tuple(sorted(params.items()))))

    def _replace(self, path: Path, data: bytes) -> None:
        # Not tempfile: its files are private to the user for good, and these are made to be handed on.
        temporary = path.parent / f".{self.kind}-{secrets.token_hex(8)}.tmp"
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        if os.name == "posix":  # elsewhere a folder cannot be opened, and the rename is durable by itself
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _limit(self, member: str, size: int, limit: int) -> None:
        if size > limit:
            self._stop("too_large", member, member=member, limit=limit, actual=size)

    def _check_end(self, data: bytes) -> None:
        """Look at the archive's end before zipfile does: a hostile directory would cost memory just by being read."""
        self._limit("", len(data), MAX_FILE)
        if len(data) < _END.size or not data.startswith(b"PK\x03\x04"):
            self._stop(self.foreign)
        mark, disk, first, here, entries, size, _, comment = _END.unpack_from(data, len(data) - _END.size)
        before = data[-_END.size - _LOCATOR_SIZE :][:4]
        if mark != b"PK\x05\x06" or comment or disk or first or here != entries or before == b"PK\x06\x07":
            self._stop("damaged")
        if entries > MAX_MEMBERS or size > MAX_MEMBERS * 512:
            self._stop("too_large", "", member="", limit=MAX_MEMBERS, actual=entries)

    def _members(self, archive: zipfile.ZipFile) -> dict[str, bytes]:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if len(names) > MAX_MEMBERS or len(set(names)) != len(names):
            self._stop("damaged")
        for info in infos:
            name = info.filename
            if name not in ("manifest.json", "template.json") and _MATERIAL.fullmatch(name) is None:
                shown = "".join(c if c.isprintable() else "?" for c in name[:100])
                self._stop("member_unknown", "", member=shown)
            if info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                self._stop("damaged")
            self._limit(
                name, info.file_size, MAX_MATERIAL if name.startswith("materials/") else codec.MAX_BYTES
            )
            if info.file_size > MAX_MANIFEST and info.file_size > MAX_RATIO * max(1, info.compress_size):
                self._limit(name, info.file_size, MAX_RATIO * info.compress_size)
        self._limit("", sum(info.file_size for info in infos), MAX_FILE)
        # zipfile stops at the declared size and checks the CRC, so a lying header is damage, not growth.
        return {info.filename: archive.read(info) for info in infos}

    def _check_manifest(self, data: bytes, body: bytes) -> None:
        if not data or not body:
            self._stop(self.foreign)
        table = Table(codec.parse(data, "manifest.json", MAX_MANIFEST), "manifest.json")
        found = table.integer("format", 1, 2**31)
        if found > self.format:
            self._stop("newer", "manifest.json", limit=self.format, actual=found)
        table.one_of("kind", {self.kind: True})
        if table.text("template", longest=64) != content_digest(body):
            self._stop("digest_wrong", "template.json", member="template.json")
        table.close()


def _reason(error: OSError) -> str:
    """Return the error's symbol (ENOENT): short, the same in every language of the system, and free of paths."""
    return errno.errorcode.get(error.errno or 0, "")
