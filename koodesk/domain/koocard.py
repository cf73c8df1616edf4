# SPDX-License-Identifier: Apache-2.0
"""The `.koocard` file: one card with its pictures, to hand on or keep.

A zip of `manifest.json` (format and the SHA-256 of `template.json`), `template.json` (see `codec`) and one
`materials/<sha256>` a picture. History of the format:

1. The first.

A file may come from a stranger. Size, members and growth are limited before anything is unpacked, names are compared
with the few that may be there and never used as paths, and every part is checked against its digest. The pictures
inside are bytes here; opening them is the picture reader's job, in a process of its own.
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
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from koodesk.domain import codec
from koodesk.domain.digest import content_digest
from koodesk.domain.problem import Refused, problem
from koodesk.domain.strict_table import Table
from koodesk.domain.template import Template

FORMAT: Final = 1
SUFFIX: Final = ".koocard"
MAX_FILE: Final = 134_217_728
"""Largest file, and largest sum of what is inside, in bytes (128 MB)."""
MAX_MATERIAL: Final = 33_554_432
"""Largest picture inside in bytes (32 MB); the vendors take 2 MB, but a card in the making may hold more."""
MAX_MANIFEST: Final = 65_536
MAX_MEMBERS: Final = 256
MAX_RATIO: Final = 200
"""How many times larger a member may unpack. JSON of a card stays below 30, pictures near 1."""

KOOCARD_CODES: Final = (
    "koocard.cannot_read",
    "koocard.cannot_write",
    "koocard.damaged",
    "koocard.digest_wrong",
    "koocard.material_missing",
    "koocard.material_unused",
    "koocard.member_unknown",
    "koocard.newer",
    "koocard.no_space",
    "koocard.not_a_card",
    "koocard.too_large",
)
"""Every code this module refuses with, besides those of `codec` for the parts inside."""

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


def pack(template: Template, materials: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a card file, the same for the same card.

    `materials` holds at least the template's, by digest. Raises Refused when one is missing or is not what its digest
    says.
    """
    body = codec.dumps(template)
    manifest = {"format": FORMAT, "kind": "koocard", "template": content_digest(body)}
    parts = {
        "manifest.json": json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n",
        "template.json": body,
    }
    for ref in template.materials():
        if ref.digest not in materials:
            raise Refused(problem("koocard.material_missing", "materials", digest=ref.digest))
        if content_digest(materials[ref.digest]) != ref.digest:
            raise Refused(problem("koocard.digest_wrong", "materials", member=f"materials/{ref.digest}"))
        parts[f"materials/{ref.digest}"] = materials[ref.digest]
    if len(parts) > MAX_MEMBERS:
        raise Refused(problem("koocard.too_large", member="", limit=MAX_MEMBERS, actual=len(parts)))
    for name, data in parts.items():
        _limit(name, len(data), MAX_MATERIAL if name.startswith("materials/") else codec.MAX_BYTES)
    _limit("", sum(map(len, parts.values())), MAX_FILE)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 3  # zipfile writes the platform's own number otherwise
            info.external_attr = 0o644 << 16
            # Pictures are compressed already; the version of zlib would show in deflated bytes.
            info.compress_type = zipfile.ZIP_STORED
            archive.writestr(info, parts[name])
    return file.getvalue()


def unpack(data: bytes) -> tuple[Template, dict[str, bytes]]:
    """Return the template and the pictures' bytes by digest. Raises Refused; nothing of a bad file gets through."""
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _members(archive)
    except _DAMAGE as error:
        raise Refused(problem("koocard.damaged")) from error
    body = parts.pop("template.json", b"")
    _check_manifest(parts.pop("manifest.json", b""), body)
    template = codec.loads(body)
    materials = {name.removeprefix("materials/"): content for name, content in parts.items()}
    for digest, content in materials.items():
        if content_digest(content) != digest:
            raise Refused(problem("koocard.digest_wrong", "materials", member=f"materials/{digest}"))
    _check_materials(template, materials)
    return template, materials


def save(path: Path, template: Template, materials: Mapping[str, bytes]) -> None:
    """Write a card file so that `path` holds either what it held before or the whole new card. Raises Refused."""
    data = pack(template, materials)
    try:
        _replace(path, data)
    except OSError as error:
        code = "koocard.no_space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "koocard.cannot_write"
        raise Refused(problem(code, path.name, file=path.name, reason=_reason(error))) from error


def load(path: Path) -> tuple[Template, dict[str, bytes]]:
    """Read a card file; see `unpack`. Raises Refused, also when the file cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise Refused(
            problem("koocard.cannot_read", path.name, file=path.name, reason=_reason(error))
        ) from error
    return unpack(data)


def _replace(path: Path, data: bytes) -> None:
    # Not tempfile: its files are private to the user for good, and a card is made to be handed on.
    temporary = path.parent / f".koocard-{secrets.token_hex(8)}.tmp"
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


def _reason(error: OSError) -> str:
    """Return the error's symbol (ENOENT): short, the same in every language of the system, and free of paths."""
    return errno.errorcode.get(error.errno or 0, "")


def _limit(member: str, size: int, limit: int) -> None:
    if size > limit:
        raise Refused(problem("koocard.too_large", member, member=member, limit=limit, actual=size))


def _check_end(data: bytes) -> None:
    """Look at the archive's end before zipfile does: a hostile directory would cost memory just by being read."""
    _limit("", len(data), MAX_FILE)
    if len(data) < _END.size or not data.startswith(b"PK\x03\x04"):
        raise Refused(problem("koocard.not_a_card"))
    mark, disk, first_disk, here, entries, size, _, comment = _END.unpack_from(data, len(data) - _END.size)
    before = data[-_END.size - _LOCATOR_SIZE :][:4]
    if mark != b"PK\x05\x06" or comment or disk or first_disk or here != entries or before == b"PK\x06\x07":
        raise Refused(problem("koocard.damaged"))
    if entries > MAX_MEMBERS or size > MAX_MEMBERS * 512:
        raise Refused(problem("koocard.too_large", "", member="", limit=MAX_MEMBERS, actual=entries))


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(names) > MAX_MEMBERS or len(set(names)) != len(names):
        raise Refused(problem("koocard.damaged"))
    for info in infos:
        name = info.filename
        if name not in ("manifest.json", "template.json") and _MATERIAL.fullmatch(name) is None:
            shown = "".join(c if c.isprintable() else "?" for c in name[:100])
            raise Refused(problem("koocard.member_unknown", "", member=shown))
        if info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(problem("koocard.damaged"))
        _limit(name, info.file_size, MAX_MATERIAL if name.startswith("materials/") else codec.MAX_BYTES)
        if info.file_size > MAX_MANIFEST and info.file_size > MAX_RATIO * max(1, info.compress_size):
            _limit(name, info.file_size, MAX_RATIO * info.compress_size)
    _limit("", sum(info.file_size for info in infos), MAX_FILE)
    # zipfile stops at the declared size and checks the CRC, so a lying header is damage, not growth.
    return {info.filename: archive.read(info) for info in infos}


def _check_manifest(data: bytes, body: bytes) -> None:
    if not data or not body:
        raise Refused(problem("koocard.not_a_card"))
    table = Table(codec.parse(data, "manifest.json", MAX_MANIFEST), "manifest.json")
    found = table.integer("format", 1, 2**31)
    if found > FORMAT:
        raise Refused(problem("koocard.newer", "manifest.json", limit=FORMAT, actual=found))
    table.one_of("kind", {"koocard": True})
    if table.text("template", longest=64) != content_digest(body):
        raise Refused(problem("koocard.digest_wrong", "template.json", member="template.json"))
    table.close()


def _check_materials(template: Template, materials: Mapping[str, bytes]) -> None:
    for ref in template.materials():
        if ref.digest not in materials:
            raise Refused(problem("koocard.material_missing", "materials", digest=ref.digest))
        if ref.size != len(materials[ref.digest]):
            raise Refused(problem("koocard.digest_wrong", "materials", member=f"materials/{ref.digest}"))
    used = {ref.digest for ref in template.materials()}
    for digest in sorted(set(materials) - used):
        raise Refused(problem("koocard.material_unused", "materials", digest=digest))
