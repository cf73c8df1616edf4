# SPDX-License-Identifier: Apache-2.0
"""Resolve tasks (解析任务, AIM+): short links made once per Idempotency-Key, listed, frozen and let go again.

A standard code is the permutation of `links` over the link's number, above every message's; a custom one is kept as it
was asked for. Both stand in `resolve_link.code`, which is unique. How a link is resolved is `link_resolving`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from koodesk.domain.link import expiry
from koodesk.domain.problem import Problem, errors
from koodesk.domain.resolve_task import CodeType, Generation, LinkDraft, ResolveDraft, check_resolve_task
from koodesk.engine import account
from koodesk.engine.cleared import card
from koodesk.engine.errors import ApiError
from koodesk.engine.filed_links import check_domain, check_url
from koodesk.engine.links import DOMAIN, ShortCodes
from koodesk.engine.rule_book import resolve_rules

LINK_BASE: Final = 1 << 48
"""Numbers of links lie above this, message ids (16 + 32 bits) below: no code means both."""

LARGEST_PAGE: Final = 500
LARGEST_BODY: Final = 1_048_576

EMPTY_INPUT: Final = "KM.90016414"
EMPTY_PARAMS: Final = "KM.90016415"
TOO_MANY_CODES: Final = "KM.90016416"
NO_SIGNATURE: Final = "KM.00001075"
SIGNATURE_LENGTH: Final = "KM.00001076"
"""The platform's codes. Source: facts 4.6."""

_PLATFORM: Final = {
    "resolve.links.none": EMPTY_PARAMS,
    "resolve.links.too_many": TOO_MANY_CODES,
    "resolve.signatures.none": NO_SIGNATURE,
    "resolve.signature.length": SIGNATURE_LENGTH,
}
_TASK: Final = (
    "id, name, tpl_id, type, days, times, generation, domain, signatures, created_ms, expires_ms, frozen_ms"
)
_LINK: Final = "id, place, code, custom_url, cust_flag, params, resolved, first_ms, last_ms"


def create(connection: Any, key: str, body: bytes, codes: ShortCodes, now_ms: int) -> dict[str, Any]:
    """Make the links of a task, or give the first answer again.

    Raises ApiError: 409 when the key came with another body; 403 while the account takes nothing new; 400 for
    what the form, the clearing or the codes lack.
    """
    digest = hashlib.sha256(body).hexdigest()
    known = connection.execute("SELECT id, digest FROM resolve_task WHERE key = ?", (key,)).fetchone()
    if known is not None:
        if known[1] != digest:
            raise ApiError(409, "KD.IDEMPOTENCY_MISMATCH", "this key came with another body", key=key)
        return _made(connection, known[0])
    account.demand(connection)
    draft = _read(body)
    params, _vendors = card(connection, draft.tpl_id)
    wrong = errors(check_resolve_task(draft, resolve_rules(), params))
    if wrong:
        raise _refusal(wrong[0])
    _check_filing(connection)
    domain = _check_domain(connection, draft)
    for index, link in enumerate(draft.links):
        _check_link(connection, draft, link, f"link:{index + 1}", codes)
    task = connection.execute(
        "INSERT INTO resolve_task (key, digest, name, tpl_id, type, days, times, generation, domain, signatures, "
        "created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            digest,
            draft.name,
            draft.tpl_id,
            draft.type.value,
            draft.days,
            draft.times,
            draft.generation.value,
            domain,
            orjson.dumps(draft.signatures).decode(),
            now_ms,
            expiry(now_ms, draft.days),
        ),
    ).lastrowid
    for place, link in enumerate(draft.links):
        _insert(connection, int(task), place, link, draft, codes)
    return _made(connection, int(task))


def listed(connection: Any, after: int, limit: int) -> dict[str, Any]:
    """Return tasks with a number above `after`, oldest first, each with its links added up."""
    rows = connection.execute(
        f"SELECT {_TASK} FROM resolve_task WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608 - our own column list
        (after, limit),
    ).fetchall()
    return {"items": [_task(connection, row) for row in rows], "next": rows[-1][0] if rows else after}


def get(connection: Any, task: int) -> dict[str, Any]:
    """Return one task. Raises ApiError (404)."""
    row = connection.execute(
        f"SELECT {_TASK} FROM resolve_task WHERE id = ?",  # noqa: S608 - our own column list
        (task,),
    ).fetchone()
    if row is None:
        raise ApiError(404, "KD.RESOLVE_TASK_UNKNOWN", "no such resolve task", task=task)
    return _task(connection, row)


def details(connection: Any, task: int, after: int, limit: int) -> dict[str, Any]:
    """Return the links of a task with a number above `after`. Raises ApiError (404)."""
    domain = get(connection, task)["domain"]
    rows = connection.execute(
        f"SELECT {_LINK} FROM resolve_link WHERE task = ? AND id > ? ORDER BY id LIMIT ?",  # noqa: S608 - our own column list
        (task, after, limit),
    ).fetchall()
    return {"items": [_link(row, domain) for row in rows], "next": rows[-1][0] if rows else after}


def freeze(connection: Any, task: int, given: object, now_ms: int) -> dict[str, Any]:
    """Freeze the links of a task, or let them go again; asking for what is so already changes nothing. Raises ApiError."""
    get(connection, task)
    frozen = given.get("frozen") if isinstance(given, dict) else None
    if not isinstance(frozen, bool):
        raise ApiError(400, "KD.FIELD", "frozen must be true or false", where="frozen")
    connection.execute(
        "UPDATE resolve_task SET frozen_ms = CASE WHEN ? THEN coalesce(frozen_ms, ?) END WHERE id = ?",
        (frozen, now_ms, task),
    )
    return get(connection, task)


def _made(connection: Any, task: int) -> dict[str, Any]:
    """Return what a request is answered with: a function of what never changes, so the same for ever."""
    domain, created_ms, expires_ms = connection.execute(
        "SELECT domain, created_ms, expires_ms FROM resolve_task WHERE id = ?", (task,)
    ).fetchone()
    links = connection.execute(
        "SELECT id, code, cust_flag FROM resolve_link WHERE task = ? ORDER BY place", (task,)
    ).fetchall()
    return {
        "task_id": task,
        "created_ms": created_ms,
        "expires_ms": expires_ms,
        "links": [
            {"id": number, "aim_code": code, "aim_url": f"{domain}/{code}", "cust_flag": flag}
            for number, code, flag in links
        ],
    }


def _task(connection: Any, row: Any) -> dict[str, Any]:
    found = dict(zip(_TASK.split(", "), row, strict=True))
    found["signatures"] = orjson.loads(found["signatures"])
    found["frozen"] = found.pop("frozen_ms") is not None
    links, resolved, first_ms, last_ms = connection.execute(
        "SELECT count(*), coalesce(sum(resolved), 0), min(first_ms), max(last_ms) FROM resolve_link WHERE task = ?",
        (found["id"],),
    ).fetchone()
    return {**found, "links": links, "resolved": resolved, "first_ms": first_ms, "last_ms": last_ms}


def _link(row: Any, domain: str) -> dict[str, Any]:
    found = dict(zip(_LINK.split(", "), row, strict=True))
    found["params"] = orjson.loads(found["params"])
    return {**found, "aim_code": found["code"], "aim_url": f"{domain}/{found.pop('code')}"}


def _insert(
    connection: Any, task: int, place: int, link: LinkDraft, draft: ResolveDraft, codes: ShortCodes
) -> None:
    # The code follows from the number, and the number from the row: the row is put first, under a name no code can have.
    custom = draft.generation is Generation.CUSTOM
    number = connection.execute(
        "INSERT INTO resolve_link (task, place, code, custom_url, cust_flag, params) VALUES (?, ?, ?, ?, ?, ?)",
        (
            task,
            place,
            link.short_code if custom else f"-{task}-{place}",
            "" if custom else link.custom_url,
            link.cust_flag,
            orjson.dumps(dict(link.values)).decode(),
        ),
    ).lastrowid
    if not custom:
        connection.execute(
            "UPDATE resolve_link SET code = ? WHERE id = ?", (codes.code(LINK_BASE + int(number)), number)
        )


def _check_filing(connection: Any) -> None:
    row = connection.execute(
        "SELECT 1 FROM review WHERE kind = 'filing' AND state = 'approved' "
        "AND json_extract(body, '$.kind') = 'short_link' LIMIT 1"
    ).fetchone()
    if row is None:
        raise ApiError(
            400, "KD.LINK_FILING_NOT_APPROVED", "the filing for short links is not approved", where="filing"
        )


def _check_domain(connection: Any, draft: ResolveDraft) -> str:
    """Return the domain the links stand under. Raises ApiError when it is not filed for this way of making codes."""
    name = draft.domain.lower()
    check_domain(connection, name, draft.generation)
    return name or DOMAIN


def _check_link(connection: Any, draft: ResolveDraft, link: LinkDraft, where: str, codes: ShortCodes) -> None:
    if draft.generation is Generation.CUSTOM:
        taken = connection.execute("SELECT 1 FROM resolve_link WHERE code = ?", (link.short_code,)).fetchone()
        message = codes.message_id(link.short_code)
        if taken is None and message is not None:
            taken = connection.execute("SELECT 1 FROM acceptance WHERE message = ?", (message,)).fetchone()
        if taken is not None:
            raise ApiError(
                400,
                "KD.CODE_TAKEN",
                "this short code is taken",
                where=f"{where}/short_code",
                short_code=link.short_code,
            )
    elif link.custom_url:
        check_url(connection, link.custom_url, f"{where}/custom_url")


def _refusal(found: Problem) -> ApiError:
    params: dict[str, Any] = {"where": found.where, "problem": found.code}
    for name, value in found.params:
        params.setdefault(name, value)
    return ApiError(400, _PLATFORM.get(found.code, "KD.RESOLVE_FIELD"), found.code, **params)


def _read(body: bytes) -> ResolveDraft:
    if len(body) > LARGEST_BODY:
        raise ApiError(413, "KD.TOO_LARGE", "body too large", limit=LARGEST_BODY)
    if not body.strip():
        raise ApiError(400, EMPTY_INPUT, "empty input")
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as failure:
        raise ApiError(400, "KD.BAD_JSON", "the body is not JSON") from failure
    if not isinstance(given, dict) or not given:
        raise ApiError(400, EMPTY_INPUT, "empty input")
    links = given.get("params")
    if not isinstance(links, list):
        raise ApiError(400, EMPTY_PARAMS, "params missing", where="params")
    try:
        kind = CodeType(given.get("aim_code_type", ""))
        generation = Generation(given.get("generation_type", Generation.STANDARD.value))
    except ValueError as unknown:
        raise ApiError(400, "KD.FIELD", "unknown value", where="aim_code_type, generation_type") from unknown
    signatures = given.get("sms_signs")
    if not isinstance(signatures, list) or not all(isinstance(one, str) for one in signatures):
        raise ApiError(400, NO_SIGNATURE, "sms_signs missing", where="sms_signs")
    return ResolveDraft(
        name=_text(given, "task_name"),
        tpl_id=_text(given, "tpl_id"),
        type=kind,
        days=_number(given, "expiration_time"),
        times=_number(given, "resolving_times"),
        signatures=tuple(signatures),
        links=tuple(_read_link(one) for one in links),
        generation=generation,
        domain=_text(given, "domain"),
    )


def _read_link(given: Any) -> LinkDraft:
    if not isinstance(given, dict):
        raise ApiError(400, "KD.FIELD", "a link is an object", where="params")
    values = given.get("dync_params") or {}
    if not isinstance(values, dict) or not all(isinstance(one, str) for one in values.values()):
        raise ApiError(400, "KD.FIELD", "dync_params holds texts", where="dync_params")
    return LinkDraft(
        short_code=_text(given, "custom_short_code"),
        custom_url=_text(given, "custom_url"),
        cust_flag=_text(given, "cust_flag"),
        values=tuple(sorted(values.items())),
    )


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name) or ""
    if not isinstance(value, str):
        raise ApiError(400, "KD.FIELD", "a text", where=name)
    return value


def _number(given: Mapping[str, Any], name: str) -> int:
    value = given.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ApiError(400, "KD.FIELD", "a whole number", where=name)
    return value
