# SPDX-License-Identifier: Apache-2.0
"""Pictures of service accounts, by the ids they were uploaded under: as the pictures that phones show, and as papers."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import Any

from koodesk.domain.papers import Paper
from koodesk.domain.service_account.values import ServicePicture
from koodesk.engine.cloud.call import Call
from koodesk.engine.cloud.errors import wrong_field
from koodesk.engine.cloud.form import UploadedFile
from koodesk.engine.cloud.ids import new_ref
from koodesk.engine.cloud.pictures import Seen


def media_id(call: Call, kind: str, file: UploadedFile, seen: Seen | None) -> str:
    """Keep a picture and return its id; the same one for the same use has the id it had."""
    digest = hashlib.sha256(file.data).hexdigest()
    known = call.connection.execute(
        "SELECT id FROM cloud_media WHERE kind = ? AND digest = ?", (kind, digest)
    ).fetchone()
    if known is not None:
        return str(known[0])
    ref = new_ref()
    call.connection.execute(
        "INSERT INTO cloud_media (id, kind, name, digest, size, width, height, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ref,
            kind,
            file.name,
            digest,
            len(file.data),
            seen.width if seen else 0,
            seen.height if seen else 0,
            call.now_ms,
        ),
    )
    return ref


def picture(call: Call, ref: str, where: str) -> ServicePicture | None:
    """Return the picture of an id, None for none. Raises ApiError (400) for an unknown one."""
    if not ref:
        return None
    name, digest, size, width, height = _row(call, ref, where)
    return ServicePicture(digest, width, height, size, _type(name))


def paper(call: Call, ref: str, where: str) -> Paper:
    """Return the paper of an id; "id:address", as ports give it, is the id. Raises ApiError (400) for an unknown one."""
    name, digest, size, _width, _height = _row(call, ref.partition(":")[0], where)
    return Paper(name, size, digest, _type(name))


def media(call: Call, shown: ServicePicture | None, kind: str) -> str:
    """Return the id that a picture was uploaded under for a use, empty for one the desk brought."""
    if shown is None:
        return ""
    row = call.connection.execute(
        # One that was uploaded for another use serves too.
        "SELECT id FROM cloud_media WHERE digest = ? ORDER BY kind != ?, at_ms LIMIT 1",
        (shown.digest, kind),
    ).fetchone()
    return str(row[0]) if row else ""


def _row(call: Call, ref: str, where: str) -> Any:
    row = call.connection.execute(
        "SELECT name, digest, size, width, height FROM cloud_media WHERE id = ?", (ref,)
    ).fetchone()
    if row is None:
        raise wrong_field(where, expected="the id of an uploaded picture")
    return row


def _type(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()
