# SPDX-License-Identifier: Apache-2.0
"""Resolving the links of resolve tasks: counted exactly, told in a feed of their own.

Every attempt is a row of the append-only `resolve_event`; `ok` is 1 for a resolve that counts (and is billed), else
`reason` says why it does not: the state of the link, or "browser" for the page of a message, whose resolve its phone
reports. The counters of a link follow from its events and stand beside it, because a group link may have millions.
All functions run inside the store's transaction, of which there is one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

from koodesk.domain.link import LinkLife, LinkState
from koodesk.engine import account
from koodesk.engine.errors import ApiError

LARGEST_PAGE: Final = 10_000
BROWSER: Final = "browser"


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link with what its task says about it."""

    id: int
    task: int
    code: str
    domain: str
    custom_url: str
    cust_flag: str
    values: dict[str, str]
    tpl_id: str
    signatures: tuple[str, ...]
    individual: bool
    life: LinkLife


def find(connection: Any, code: str) -> FoundLink | None:
    """Return the link of a code, None when no resolve task has it."""
    row = connection.execute(
        "SELECT l.id, l.task, l.code, t.domain, l.custom_url, l.cust_flag, l.params, t.tpl_id, t.signatures, t.type, "
        "t.times, l.resolved, t.expires_ms, t.frozen_ms FROM resolve_link l JOIN resolve_task t ON t.id = l.task "
        "WHERE l.code = ?",
        (code,),
    ).fetchone()
    if row is None:
        return None
    number, task, code, domain, custom_url, cust_flag, params, tpl_id, signatures, kind, *life = row
    times, resolved, expires_ms, frozen_ms = life
    # In its retention period or frozen an account's functions stand still (facts 1.1): its links too.
    stopped = account.get(connection)["state"] in account.STOPS
    return FoundLink(
        id=number,
        task=task,
        code=code,
        domain=domain,
        custom_url=custom_url,
        cust_flag=cust_flag,
        values=orjson.loads(params),
        tpl_id=tpl_id,
        signatures=tuple(orjson.loads(signatures)),
        individual=kind == "individual",
        life=LinkLife(times, resolved, expires_ms, frozen_ms is not None or stopped),
    )


def resolve(connection: Any, link: FoundLink, now_ms: int) -> LinkState:
    """Resolve a link and count it, or note the attempt; return how the link stood before."""
    state = link.life.at(now_ms)
    _record(
        connection,
        link.task,
        link.id,
        link.code,
        state is LinkState.ACTIVE,
        "" if state is LinkState.ACTIVE else state.value,
        now_ms,
    )
    if state is LinkState.ACTIVE:
        connection.execute(
            "UPDATE resolve_link SET resolved = resolved + 1, first_ms = coalesce(first_ms, ?), last_ms = ? WHERE id = ?",
            (now_ms, now_ms, link.id),
        )
    return state


def note_message(connection: Any, code: str, now_ms: int) -> None:
    """Note that the page of a message was opened in a browser: no resolve, and never billed as one."""
    _record(connection, 0, 0, code, False, BROWSER, now_ms)


def resolved(connection: Any, code: str, now_ms: int) -> dict[str, Any]:
    """Resolve a link as a phone does, without a browser. Raises ApiError (404, or 410 with how the link stands)."""
    link = find(connection, code)
    if link is None:
        raise ApiError(404, "KD.LINK_UNKNOWN", "no such short link")
    state = resolve(connection, link, now_ms)
    return {**told(link, now_ms), "state": state.value, "ok": state is LinkState.ACTIVE}


def told(link: FoundLink, now_ms: int) -> dict[str, Any]:
    """Return a link as it stands, nothing counted."""
    return {
        "kind": "resolve",
        "task_id": link.task,
        "template": link.tpl_id,
        "aim_code": link.code,
        "aim_url": f"{link.domain}/{link.code}",
        "custom_url": link.custom_url,
        "cust_flag": link.cust_flag,
        "params": link.values,
        "signatures": list(link.signatures),
        "resolved": link.life.resolved,
        "times": link.life.most,
        "expires_ms": link.life.expires_ms,
        "state": link.life.at(now_ms).value,
    }


def receipts(connection: Any, after: int, limit: int) -> dict[str, Any]:
    """Return the shortchain receipts numbered above `after`: one for every resolve that counts, in order."""
    rows = connection.execute(
        "SELECT e.id, e.task, e.link, e.code, l.cust_flag, t.tpl_id, t.domain, e.at_ms FROM resolve_event e "
        "JOIN resolve_link l ON l.id = e.link JOIN resolve_task t ON t.id = e.task "
        "WHERE e.id > ? AND e.ok = 1 ORDER BY e.id LIMIT ?",
        (after, limit),
    ).fetchall()
    items = [
        {
            "id": number,
            "task_id": task,
            "link_id": link,
            "aim_code": code,
            "aim_url": f"{domain}/{code}",
            "cust_flag": flag,
            "tpl_id": tpl_id,
            "status": 0,
            "at_ms": at_ms,
        }
        for number, task, link, code, flag, tpl_id, domain, at_ms in rows
    ]
    last = connection.execute("SELECT max(id) FROM resolve_event").fetchone()[0] or 0
    # `last` below `after` tells a reader that its cursor is another engine's.
    return {"items": items, "next": rows[-1][0] if rows else after, "last": last}


def _record(connection: Any, task: int, link: int, code: str, ok: bool, reason: str, at_ms: int) -> None:
    connection.execute(
        "INSERT INTO resolve_event (task, link, code, ok, reason, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (task, link, code, int(ok), reason, at_ms),
    )
