# SPDX-License-Identifier: Apache-2.0
"""What a backup may be: its manifest, the names in it, its sizes, and the databases it brings.

All of it was written by a stranger until it has passed here. A name in a backup is looked up in a table of places and never
joined to a path as it stands.
"""

from __future__ import annotations

import re
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from koodesk.backend.ports.backup import BackupFile, BackupInfo
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.schema_version import APPLICATION_ID, SCHEMA_VERSION
from koodesk.backend.storage.sqlite_file import sqlite_module
from koodesk.domain.digest import canonical, content_digest
from koodesk.domain.problem import Refused, problem

MANIFEST: Final = "koodesk-backup.json"
FORMAT: Final = "koodesk-backup"
VERSION: Final = 1
ENGINE_ID: Final = 0x4B4F4F45
"""The application id of an engine's database (`koodesk.engine.schema`, which the backend does not import)."""
ENGINE_SCHEMA: Final = 4

_APPEND_ONLY: Final = re.compile(
    r"createtrigger(\w+)_no_(update|delete)before\2on\1beginselectraise\(abort,'\1isappend-only'\);end"
)
"""A trigger of an engine's database as `_plain` writes it: all that any of them does is to refuse."""

LARGEST_MANIFEST: Final = 64 * 1_048_576
MEMBERS_LIMIT: Final = 500_000
RATIO_LIMIT: Final = 1_000
"""Deflate cannot do better; a database of one repeated page comes close."""
RATIO_FROM: Final = 64 * 1_048_576
PACKED_RATIO: Final = 100
PACKED_FROM: Final = 1_048_576

_DIGEST: Final = r"[0-9a-f]{64}"
_NAMES: Final = {
    "desk": (re.compile(r"koodesk\.db"), "."),
    "engine": (re.compile(r"engine\.db"), "engine"),
    "settings": (re.compile(r"settings\.json"), "."),
    "materials": (re.compile(rf"(thumbnails/)?{_DIGEST}\.[a-z0-9]{{1,5}}"), "materials"),
    "papers": (re.compile(rf"{_DIGEST}(\.[a-z0-9]{{1,5}})?"), "papers"),
}
_MEMBER: Final = re.compile(rf"blobs/{_DIGEST}")


def target_of(area: str, name: str) -> Path | None:
    """Return where a file of a backup belongs below a workspace, None for a name no workspace has."""
    known = _NAMES.get(area)
    if known is None or not known[0].fullmatch(name):
        return None
    return Path(known[1]) / name


def seal(info: BackupInfo, application: int) -> dict[str, Any]:
    """Return the manifest of a backup, with the digest of itself."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "application": application,
        "koodesk": info.koodesk,
        "created_ms": info.created_ms,
        "files": [[file.area, file.name, file.digest, file.size] for file in info.files],
    }
    return {**told, "seal": content_digest(canonical(told))}


def check_members(package: zipfile.ZipFile, packed: int) -> None:
    """Refuse an archive with other members than a backup has, hidden ones, or more inside than could be. Raises Refused."""
    members = package.infolist()
    if len(members) > MEMBERS_LIMIT:
        raise Refused(problem("backup.too_many", limit=MEMBERS_LIMIT, actual=len(members)))
    names = [member.filename for member in members]
    if MANIFEST not in names or len(set(names)) != len(names):
        raise Refused(problem("backup.not_one", "file", file=Path(package.filename or "").name))
    for member in members:
        if member.filename != MANIFEST and not _MEMBER.fullmatch(member.filename):
            raise Refused(problem("backup.foreign_member", "file", name=member.filename[:80]))
        if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(problem("backup.not_one", "file", file=Path(package.filename or "").name))
    unpacked = sum(member.file_size for member in members)
    if unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * max(1, packed):
        raise Refused(problem("backup.bomb", "file", limit=RATIO_LIMIT * packed, actual=unpacked))


def read_manifest(package: zipfile.ZipFile) -> BackupInfo:
    """Read and check a backup's manifest. Raises Refused: backup.not_one, .newer, .foreign, .damaged."""
    import json

    member = package.getinfo(MANIFEST)
    if member.file_size > LARGEST_MANIFEST:
        raise Refused(problem("backup.too_many", limit=LARGEST_MANIFEST, actual=member.file_size))
    try:
        with package.open(member) as stream:
            told = json.loads(stream.read(LARGEST_MANIFEST + 1).decode())
        given = told.pop("seal")
        if told["format"] != FORMAT:
            raise ValueError
        if told["version"] > VERSION:
            raise Refused(problem("backup.newer", limit=VERSION, actual=told["version"]))
        if told["application"] != APPLICATION_ID:
            raise Refused(problem("backup.foreign", "file"))
        if content_digest(canonical(told)) != given:
            raise ValueError
        files = tuple(BackupFile(str(a), str(n), str(d), int(s)) for a, n, d, s in told["files"])
        info = BackupInfo(str(told["koodesk"]), int(told["created_ms"]), files)
    except Refused:
        raise
    except Exception as failure:
        raise Refused(problem("backup.damaged", "manifest", name=MANIFEST)) from failure
    _check_files(package, info)
    return info


def _check_files(package: zipfile.ZipFile, info: BackupInfo) -> None:
    members = {member.filename: member for member in package.infolist()}
    places: set[tuple[str, str]] = set()
    for file in info.files:
        if target_of(file.area, file.name) is None or (file.area, file.name) in places:
            raise Refused(problem("backup.foreign_member", "manifest", name=f"{file.area}/{file.name}"[:80]))
        places.add((file.area, file.name))
        member = members.get(f"blobs/{file.digest}")
        if file.size < 0 or member is None or member.file_size != file.size:
            raise Refused(problem("backup.damaged", file.area, name=file.name[:80]))
        # Only databases are written packed: a picture or a paper that unpacks to a hundred times itself is no backup's.
        most = PACKED_RATIO * member.compress_size + PACKED_FROM
        if file.area not in ("desk", "engine") and file.size > most:
            raise Refused(problem("backup.bomb", file.area, limit=most, actual=file.size))
    if ("desk", "koodesk.db") not in places:
        raise Refused(problem("backup.damaged", "desk", name="koodesk.db"))


def check_database(path: Path, area: str) -> None:
    """Refuse a database that is another program's, too new, damaged, or has objects in its schema that no Koodesk makes.

    Raises Refused: backup.foreign, backup.newer, backup.damaged, backup.foreign_schema.
    """
    module = sqlite_module()
    wanted, newest = (APPLICATION_ID, SCHEMA_VERSION) if area == "desk" else (ENGINE_ID, ENGINE_SCHEMA)
    try:
        with closing(module.connect(f"file:{path.as_posix()}?mode=ro&immutable=1", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema=OFF")
            if connection.execute("PRAGMA application_id").fetchone()[0] != wanted:
                raise Refused(problem("backup.foreign", area))
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > newest:
                raise Refused(problem("backup.newer", area, limit=newest, actual=version))
            objects = {
                (kind, name): _plain(sql)
                for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_schema")
            }
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise Refused(problem("backup.damaged", area, name=path.name[:16]))
    except module.Error as failure:
        raise Refused(problem("backup.damaged", area, name=path.name[:16])) from failure
    _check_objects(objects, area, version == newest)


def _check_objects(objects: dict[tuple[str, str], str], area: str, present: bool) -> None:
    """Compare what acts by itself (triggers, views) with what this Koodesk makes; an older schema has less of it."""
    if area != "desk":
        strange = [
            name
            for (kind, name), sql in objects.items()
            if (kind == "view" and name != "acceptance_log")
            or (kind == "trigger" and not _APPEND_ONLY.fullmatch(sql))
        ]
    else:
        known = _own_objects()
        strange = [
            name
            for (kind, name), sql in objects.items()
            if kind in ("trigger", "view")
            and ((kind, name) not in known or (present and known[kind, name] != sql))
        ]
    if strange:
        raise Refused(problem("backup.foreign_schema", area, name=strange[0][:40]))


def _own_objects() -> dict[tuple[str, str], str]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="koodesk-schema-") as folder:
        database = Database(Path(folder) / "own.db")
        try:
            database.prepare()
            with database.read() as connection:
                rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_schema").all()
        finally:
            database.close()
    return {(kind, name): _plain(sql) for kind, name, sql in rows}


def _plain(sql: str | None) -> str:
    return "".join((sql or "").split()).replace('"', "").lower()
