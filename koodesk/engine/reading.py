# SPDX-License-Identifier: Apache-2.0
"""Reading requests: bodies, numbers and pages out of what came over the wire, each refusal with its place."""

from __future__ import annotations

from typing import Any, Final

import orjson
from starlette.requests import Request

from koodesk.domain.quiet_hours import ANY_TIME, DAY_MINUTES, Window
from koodesk.engine.errors import ApiError

HOURS_HEADER: Final = "X-Koodesk-Hours"
LARGEST_BODY: Final = 16 * 1024 * 1024


async def read_body(request: Request) -> bytes:
    """Return the body. Raises ApiError (413) past `LARGEST_BODY`."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise ApiError(413, "KD.TOO_LARGE", "body too large", limit=LARGEST_BODY)
        parts.append(part)
    return b"".join(parts)


def key_of(request: Request) -> str:
    """Return the key of the batch that a request is about, empty for one that is about none."""
    return str(request.path_params.get("key") or request.headers.get("Idempotency-Key", ""))


def hours_of(request: Request) -> Window:
    """Return the hours a batch may be taken in: the header X-Koodesk-Hours, minutes of the Beijing day as "480-1260"; any
    time without it. Raises ApiError (400)."""
    text = request.headers.get(HOURS_HEADER)
    if text is None:
        return ANY_TIME
    start, _, end = text.partition("-")
    hours = Window(whole_number(start, HOURS_HEADER), whole_number(end, HOURS_HEADER))
    if not hours.start < hours.end <= DAY_MINUTES:
        raise ApiError(400, "KD.FIELD", "minutes of the day, from-to", where=HOURS_HEADER)
    return hours


def json_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object. Raises ApiError (400)."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as failure:
        raise ApiError(400, "KD.BAD_JSON", "the body is not JSON") from failure
    if not isinstance(given, dict):
        raise ApiError(400, "KD.BAD_JSON", "the body is not an object")
    return given


def whole_number(text: str, where: str) -> int:
    """Read a number of a path or query. Raises ApiError (400) naming `where`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ApiError(400, "KD.FIELD", "a whole number", where=where)
    return int(text)


def paging(request: Request, largest: int) -> tuple[int, int]:
    """Return `after` and `limit` of a list. Raises ApiError (400) for a limit outside 1..`largest`."""
    after = whole_number(request.query_params.get("after") or "0", "after")
    limit = whole_number(request.query_params.get("limit") or str(min(largest, 500)), "limit")
    if not 1 <= limit <= largest:
        raise ApiError(400, "KD.FIELD", "limit out of range", where="limit", limit=largest)
    return after, limit


def one_of(request: Request, name: str, known: set[str]) -> str:
    """Return a query's value, empty for none. Raises ApiError (400) for an unknown one."""
    value = request.query_params.get(name, "")
    if value and value not in known:
        raise ApiError(400, "KD.FIELD", "unknown value", where=name)
    return value
