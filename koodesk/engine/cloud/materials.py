# SPDX-License-Identifier: Apache-2.0
"""Materials of cards over the cloud's API: pictures and videos with their covers.

Pictures are kept where H5 pages find them. Of a video its name, size and digest are kept and no more: nobody plays it here. An
address is kept as it is and never asked: the engine does not use the network by itself.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from koodesk.domain.koomessage.sources import remote
from koodesk.domain.template import MaterialRef, Template, materials_of
from koodesk.domain.template_materials import with_materials
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.errors import refusal, wrong_field
from koodesk.engine.cloud.ids import new_ref
from koodesk.engine.cloud.paging import iso
from koodesk.engine.cloud.pictures import Seen, look

MOST_BYTES: Final = {"image": 2 * 1024 * 1024, "video": 7 * 1024 * 1024, "thumbnail": 100 * 1024}
"""Source: facts 4.7 [SDK]."""

_FIRST: Final = 690_000_000_000_000_000
"""Resource ids have 18 digits, as those of the SDK's examples."""

_SUFFIXES: Final = {
    "image": frozenset({".png", ".jpg", ".jpeg"}),
    "video": frozenset({".mp4"}),
    "thumbnail": frozenset({".png", ".jpg", ".jpeg"}),
}
_COLUMNS: Final = (
    "number, id, type, name, rate, about, digest, size, media_type, width, height, url, video, main, at_ms"
)


@dataclass(frozen=True, slots=True)
class _Material:
    number: int
    id: str
    type: str
    name: str
    rate: str
    about: str
    digest: str
    size: int
    media_type: str
    width: int
    height: int
    url: str
    video: str
    main: int
    at_ms: int

    @property
    def resource_id(self) -> str:
        """Return the id that cards name the material by."""
        return str(_FIRST + self.number)


def upload(call: Call) -> dict[str, Any]:
    """Take a material."""
    given = call.body
    kind = given["resource_type"]
    if kind == "image" and not given.get("image_rate"):
        raise wrong_field("image_rate", expected="a ratio")
    video = ""
    if kind == "thumbnail":
        video = given.get("material_id", "")
        if not _found(call, "id = ? AND type = 'video'", video):
            raise wrong_field("material_id", expected="the id of an uploaded video")
    name, url, data = given.get("file_name", ""), "", b""
    if given["file_type"] == "url":
        url = given.get("file_url", "")
        name = name or PurePosixPath(urlsplit(url).path).name[:200]
        if (
            urlsplit(url).scheme not in ("http", "https")
            or PurePosixPath(name).suffix.lower() not in _SUFFIXES[kind]
        ):
            raise wrong_field("file_url", expected="an address that ends with the file's type")
        seen = Seen("")
    else:
        if not name:
            raise wrong_field("file_name", expected="a value")
        data = _bytes(given.get("file_stream", ""))
        seen = _seen(kind, data)
    ref, digest = new_ref(), hashlib.sha256(data).hexdigest() if data else ""
    main = int(kind == "thumbnail" and not _found(call, "video = ?", video))
    number = call.connection.execute(
        f"INSERT INTO cloud_material ({_COLUMNS.removeprefix('number, ')}) "  # noqa: S608 - our own column list
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ref,
            kind,
            name,
            given.get("image_rate", ""),
            given.get("description", ""),
            digest,
            len(data),
            seen.media_type,
            seen.width,
            seen.height,
            url,
            video,
            main,
            call.now_ms,
        ),
    ).lastrowid
    if seen.width:
        call.connection.execute(
            "INSERT OR IGNORE INTO h5_picture (digest, media_type, data) VALUES (?, ?, ?)",
            (digest, seen.media_type, data),
        )
    return _done({"material_id": ref, "aim_resource_id": str(_FIRST + int(number))})


def list_materials(call: Call) -> dict[str, Any]:
    """Return materials of a kind, newest first. `offset` is the number of a page here, from 1."""
    given = call.values
    rows = _found(call, "type = ? ORDER BY number DESC", given["resource_type"])
    for name, of in (("material_id", "id"), ("aim_resource_id", "resource_id")):
        if name in given:
            rows = [row for row in rows if getattr(row, of) == given[name]]
    if "file_name" in given:
        rows = [row for row in rows if given["file_name"] in row.name]
    offset, limit = given["offset"], given["limit"]
    page = rows[(offset - 1) * limit : offset * limit]
    told = [{**_told(row), **_cover(call, row)} for row in page]
    info = {"offset": offset, "limit": limit, "total": len(rows)}
    return _done({"page_info": info, "results": told})


def delete(call: Call) -> dict[str, Any]:
    """Delete materials, a video's covers with it; cards that were handed in keep what they have."""
    for ref in call.body["material_ids"]:
        if not _found(call, "id = ?", ref):
            raise refusal("KD.CLOUD.NOT_FOUND", id=ref)
        call.connection.execute("DELETE FROM cloud_material WHERE id = ? OR video = ?", (ref, ref))
    return _done({})


def set_cover(call: Call) -> dict[str, Any]:
    """Let one of a video's covers be the one that shows."""
    video = _video(call, call.body["aim_resource_id"])
    if not _found(call, "id = ? AND video = ?", call.body["thumbnail_id"], video.id):
        raise refusal("KD.CLOUD.NOT_FOUND", id=call.body["thumbnail_id"])
    call.connection.execute(
        "UPDATE cloud_material SET main = (id = ?) WHERE video = ?", (call.body["thumbnail_id"], video.id)
    )
    return _done({})


def show_covers(call: Call) -> dict[str, Any]:
    """Return the covers of a video."""
    video = _video(call, call.values["aim_resource_id"])
    rows = _found(call, "video = ? ORDER BY number", video.id)
    return {**_done([]), "data": [_cover_told(row) for row in rows]}


def with_uploaded(call: Call, template: Template) -> Template:
    """Return a card with the pictures that were uploaded in the place of their ids; videos keep theirs. Raises ApiError (400)
    for an id that nothing was uploaded under."""
    stored: dict[str, MaterialRef] = {}
    for material in _remotes(template):
        number = material.remote.removeprefix("id:")
        if number == material.remote:
            continue  # an address of the customer's
        rows = (
            _found(call, "number = ?", int(number) - _FIRST) if number.isascii() and number.isdigit() else []
        )
        if not rows:
            raise refusal("KD.CLOUD.NOT_FOUND", id=number[:40])
        row = rows[0]
        if row.width:
            stored[remote(material.remote).digest] = MaterialRef(
                row.digest, row.width, row.height, row.size, row.media_type
            )
    return with_materials(template, stored)


def _remotes(template: Template) -> list[MaterialRef]:
    return [one for content in template.contents() for one in materials_of(content) if one.remote]


def _found(call: Call, where: str, *values: Any) -> Sequence[_Material]:
    rows = call.connection.execute(f"SELECT {_COLUMNS} FROM cloud_material WHERE {where}", values)  # noqa: S608 - words of this module
    return [_Material(*row) for row in rows]


def _video(call: Call, resource_id: str) -> _Material:
    rows = _found(call, "type = 'video' AND number = ?", _number(resource_id))
    if not rows:
        raise refusal("KD.CLOUD.NOT_FOUND", id=resource_id)
    return rows[0]


def _number(resource_id: str) -> int:
    known = resource_id.isascii() and resource_id.isdigit() and len(resource_id) <= 18
    return int(resource_id) - _FIRST if known else 0


def _bytes(stream: str) -> bytes:
    """Read "data:image/jpeg;base64,..."; the prefix is asked for (facts 4.2)."""
    head, parted, text = stream.partition(";base64,")
    if not parted or not head.startswith("data:"):
        raise wrong_field("file_stream", expected="data:<type>;base64,<content>")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise wrong_field("file_stream", expected="Base64") from None


def _seen(kind: str, data: bytes) -> Seen:
    seen = look(data)
    wanted = ("video/mp4",) if kind == "video" else ("image/png", "image/jpeg")
    if seen is None or seen.media_type not in wanted or len(data) > MOST_BYTES[kind]:
        raise refusal("KM.90016009", resource_type=kind, size=len(data), limit=MOST_BYTES[kind])
    return seen


def _told(row: _Material) -> dict[str, Any]:
    return {
        "id": row.id,
        "created_at": iso(row.at_ms),
        "resource_type": row.type,
        "file_name": row.name,
        "aim_resource_id": row.resource_id,
        "obs_object_key": row.digest,
        "obs_file_url": row.url,
        "image_rate": row.rate,
        "description": row.about,
    }


def _cover(call: Call, row: _Material) -> dict[str, Any]:
    covers = _found(call, "video = ? AND main", row.id) if row.type == "video" else []
    return {"thumbnail": _cover_told(covers[0], resource_type=True)} if covers else {}


def _cover_told(row: _Material, *, resource_type: bool = False) -> dict[str, Any]:
    told = {**_told(row), "is_primary": row.main, "is_auto_gen": 1, "size": row.size}
    return told if resource_type else {name: value for name, value in told.items() if name != "resource_type"}


def _done(data: Any) -> dict[str, Any]:
    return {"status": "200", "message": "success", "data": data}


HANDLERS: Final[dict[str, Handler]] = {
    "upload_aim_template_material": upload,
    "list_aim_template_materials": list_materials,
    "delete_template_material": delete,
    "set_primary_video_thumbnail": set_cover,
    "show_template_video_thumbnail": show_covers,
}
