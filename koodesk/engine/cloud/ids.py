# SPDX-License-Identifier: Apache-2.0
"""The ids that the cloud's API gives: of records, which are reviews here, and of send tasks, which are batches.

A record's id is the ref it was handed in under: the desk's own word, or 32 hex digits for what was made over this API. A task's
id has the engine's own number above the batch's, so that two engines do not give the same.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

import orjson

from koodesk.domain.review_state import ReviewKind
from koodesk.engine.cloud.errors import refusal
from koodesk.engine.frozen_accounts import FROZEN
from koodesk.engine.schema import MESSAGE_BITS
from koodesk.engine.store import read_meta

GONE: Final = "gone"
OFF: Final = "off"
"""How something is withdrawn: deleted, or disabled for a while."""

_NAMES: Final = (
    "id",
    "ref",
    "digest",
    "state",
    "stage",
    "body",
    "vendors",
    "reasons",
    "submitted_ms",
    "decided_ms",
    "channel_num",
    "tpl_id",
)
_COLUMNS: Final = ", ".join(f"r.{name}" for name in _NAMES)


_RESOLVE: Final = 1 << (MESSAGE_BITS - 1)
"""This bit tells a resolve task's id from a send task's."""


def new_ref() -> str:
    """Return the id of a new record."""
    return secrets.token_hex(16)


def task_id(connection: Any, batch_id: int) -> str:
    """Return the id of a send task."""
    return str(_own(connection) << MESSAGE_BITS | batch_id)


def resolve_id(connection: Any, number: int) -> str:
    """Return the id of a resolve task, or of a link of one."""
    return str(_own(connection) << MESSAGE_BITS | _RESOLVE | number)


def resolve_of(connection: Any, task: str) -> int | None:
    """Return the resolve task of an id, None when it is no id of this engine's."""
    found = batch_of(connection, task)
    return found ^ _RESOLVE if found is not None and found & _RESOLVE else None


def batch_of(connection: Any, task: str) -> int | None:
    """Return the batch of a task's id, None when it is no id of this engine's."""
    if not (task.isascii() and task.isdigit() and len(task) <= 18):
        return None
    own, batch = divmod(int(task), 1 << MESSAGE_BITS)
    return batch if own == _own(connection) else None


def records(connection: Any, kind: ReviewKind) -> list[dict[str, Any]]:
    """Return the newest review of each record of a kind, newest first, without what was deleted. `off` tells
    whether it is disabled or frozen, `since_ms` when its first review was handed in."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, (SELECT min(f.submitted_ms) FROM review f WHERE f.kind = r.kind AND f.ref = r.ref), "  # noqa: S608 - our own column list
        f"coalesce(w.how, ''), r.kind = 'pub' AND {FROZEN} FROM review r LEFT JOIN withdrawn w ON w.kind = r.kind AND w.ref = r.ref "
        "WHERE r.kind = ? AND coalesce(w.how, '') != 'gone' "
        "AND r.id = (SELECT max(n.id) FROM review n WHERE n.kind = r.kind AND n.ref = r.ref) ORDER BY r.id DESC",
        (kind.value,),
    ).fetchall()
    found = []
    for *row, since_ms, how, frozen in rows:
        one = dict(zip(_NAMES, row, strict=True))
        for name in ("body", "vendors", "reasons"):
            one[name] = orjson.loads(one[name])
        found.append({**one, "since_ms": since_ms, "off": how == OFF or bool(frozen)})
    return found


def record(connection: Any, kind: ReviewKind, wanted: str) -> dict[str, Any]:
    """Return one record as `records` does. Raises ApiError (404)."""
    for one in records(connection, kind):
        if one["ref"] == wanted:
            return one
    raise refusal("KD.CLOUD.NOT_FOUND", id=wanted)


def withdraw(connection: Any, kind: ReviewKind, ref: str, how: str, now_ms: int, reason: str = "") -> None:
    """Let a record be deleted or disabled from now on; empty `how` takes it back. A card's `ref` is its tpl_id."""
    connection.execute("DELETE FROM withdrawn WHERE kind = ? AND ref = ?", (kind.value, ref))
    if how:
        connection.execute(
            "INSERT INTO withdrawn (kind, ref, how, at_ms, reason) VALUES (?, ?, ?, ?, ?)",
            (kind.value, ref, how, now_ms, reason),
        )


def _own(connection: Any) -> int:
    return int(read_meta(connection, "next_message")) >> MESSAGE_BITS
