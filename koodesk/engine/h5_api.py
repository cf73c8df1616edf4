# SPDX-License-Identifier: Apache-2.0
"""The signed requests about H5 pages: where they are served, the pictures they show, previews on a real phone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request

from koodesk.engine.errors import ApiError
from koodesk.engine.h5_listener import H5Listener, Mode
from koodesk.engine.h5_previews import Previews
from koodesk.engine.h5_site import H5Site
from koodesk.engine.links import ShortCodes
from koodesk.engine.reading import json_object
from koodesk.engine.store import Store, read_meta

LARGEST_PICTURE: Final = 2 * 1024 * 1024
MOST_DIGESTS: Final = 500

_KINDS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")

Handler = Callable[[Request, bytes], Awaitable[bytes | Mapping[str, Any]]]
"""Answers a signed request: JSON bytes, or what becomes JSON."""


class H5Api:
    """The H5 side of one running engine."""

    def __init__(
        self,
        store: Store,
        now_ms: Callable[[], int],
        codes: Callable[[], ShortCodes],
        message: Callable[[Any, int], dict[str, Any]],
    ) -> None:
        self._store = store
        self._previews = Previews()
        self._site = H5Site(store, now_ms, codes, message, self._previews)
        self.listener = H5Listener(store, self._site.app())

    async def restore(self) -> None:
        """Go on as a former run left it."""
        secret = await self._store.run(lambda c: read_meta(c, "secret"))
        self._site.use(bytes.fromhex(secret))
        await self.listener.restore()

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return method, path and handler of each."""
        return [
            ("GET", "/h5", self.status),
            ("PUT", "/h5", self.switch),
            ("POST", "/h5/previews", self.preview),
            ("POST", "/h5/previews/{token}/end", self.end),
            ("POST", "/pictures/missing", self.missing),
            ("PUT", "/pictures/{digest}", self.put_picture),
        ]

    async def status(self, _request: Request, _body: bytes) -> Mapping[str, Any]:
        return {**self.listener.told(), "previews": self._previews.count()}

    async def switch(self, request: Request, body: bytes) -> Mapping[str, Any]:
        wanted = json_object(body).get("mode")
        if wanted not in list(Mode):
            raise ApiError(400, "KD.FIELD", "off, loopback or network", where="mode")
        await self.listener.switch(Mode(str(wanted)))
        return await self.status(request, b"")

    async def preview(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        return self._previews.add(json_object(body))

    async def end(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        return {"ended": self._previews.end(request.path_params["token"])}

    async def missing(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        digests = json_object(body).get("digests")
        if not isinstance(digests, list) or len(digests) > MOST_DIGESTS or not all(map(_is_digest, digests)):
            raise ApiError(400, "KD.FIELD", "a list of digests", where="digests", limit=MOST_DIGESTS)

        def job(connection: Any) -> list[str]:
            return [
                digest
                for digest in digests
                if connection.execute("SELECT 1 FROM h5_picture WHERE digest = ?", (digest,)).fetchone()
                is None
            ]

        return {"missing": await self._store.run(job)}

    async def put_picture(self, request: Request, body: bytes) -> Mapping[str, Any]:
        digest = request.path_params["digest"]
        if not _is_digest(digest):
            raise ApiError(400, "KD.FIELD", "a digest", where="digest")
        if len(body) > LARGEST_PICTURE:
            raise ApiError(413, "KD.TOO_LARGE", "picture too large", limit=LARGEST_PICTURE)
        kind = next((name for magic, name in _KINDS.items() if body.startswith(magic)), None)
        if kind is None:
            raise ApiError(400, "KD.FIELD", "PNG or JPEG", where="body")
        await self._store.run(
            lambda c: (
                c.execute(
                    "INSERT OR IGNORE INTO h5_picture (digest, media_type, data) VALUES (?, ?, ?)",
                    (digest, kind, body),
                )
                and None
            )
        )
        return {"digest": digest, "media_type": kind}


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
