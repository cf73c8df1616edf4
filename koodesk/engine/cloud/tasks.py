# SPDX-License-Identifier: Apache-2.0
"""Send tasks as lists are asked for them: rows of `send_task`, with what their messages came to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from koodesk.engine.cloud.ids import batch_of
from koodesk.engine.receipts import Outcome, outcomes

_COLUMNS: Final = (
    "t.batch_id, t.kind, t.name, t.template, t.sms_template, t.sign, t.at_ms, t.submitted, t.sender, t.told"
)


@dataclass(frozen=True, slots=True)
class Task:
    """One send task. `told` is what its caller said and no batch has: the channel number, the application."""

    batch_id: int
    kind: str
    name: str
    template: str
    sms_template: str
    sign: str
    at_ms: int
    submitted: int
    sender: str
    told: dict[str, Any]
    first: int
    accepted: int
    refused: dict[int, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """How far the messages of a task came: reported as delivered, as failed, resolved."""

    delivered: int
    failed: int
    resolved: int


def tasks(
    connection: Any,
    kinds: tuple[str, ...],
    window: tuple[int, int] | None,
    *,
    task: str = "",
    name: str = "",
    template: str = "",
    sign: str = "",
) -> list[Task]:
    """Return tasks, newest first. `name` is a part of the name, the others are whole; a task's id needs no window."""
    where, values = [f"t.kind IN ({', '.join('?' * len(kinds))})"], list[Any](kinds)
    if task:
        where.append("t.batch_id = ?")
        values.append(batch_of(connection, task) or 0)
    elif window is not None:
        where.append("t.at_ms BETWEEN ? AND ?")
        values += window
    for column, value in (("template", template), ("sign", sign)):
        if value:
            where.append(f"t.{column} = ?")
            values.append(value)
    if name:
        where.append("instr(t.name, ?) > 0")
        values.append(name)
    rows = connection.execute(
        f"SELECT {_COLUMNS}, b.first_message, b.accepted, b.refused FROM send_task t JOIN batch b ON b.id = t.batch_id "  # noqa: S608 - names of this module
        f"WHERE {' AND '.join(where)} ORDER BY t.batch_id DESC",
        values,
    )
    return [_task(row) for row in rows]


def note(connection: Any, key: str, sender: str, told: dict[str, Any]) -> int:
    """Keep what a caller said about the batch of a key; return the batch."""
    (batch_id,) = connection.execute("SELECT id FROM acceptance_chunk WHERE key = ?", (key,)).fetchone()
    connection.execute(
        "UPDATE send_task SET sender = ?, told = ? WHERE batch_id = ?",
        (sender, orjson.dumps(told).decode(), batch_id),
    )
    return int(batch_id)


def counts(connection: Any, task: Task, now_ms: int) -> Counts:
    """Return how far a task's messages came by an instant; those that were refused at once have failed."""
    found = outcomes(connection, task.batch_id, now_ms).values()
    return Counts(
        delivered=sum(one.status == "0" for one in found),
        failed=sum(one.status not in ("", "0") for one in found) + len(task.refused),
        resolved=sum(one.resolved_ms > 0 for one in found),
    )


def with_recipient(connection: Any, found: list[Task], recipient: bytes) -> list[Task]:
    """Return the tasks that a number, by its keyed hash, may be in: a message went to it, or somebody was refused."""
    rows = connection.execute("SELECT DISTINCT chunk FROM acceptance WHERE recipient = ?", (recipient,))
    chunks = {row[0] for row in rows}
    return [one for one in found if one.batch_id in chunks or one.refused]


def card_name(connection: Any, tpl_id: str) -> str:
    """Return the name of a card or a video SMS template, empty when it has none."""
    row = connection.execute(
        "SELECT coalesce(json_extract(body, '$.name'), json_extract(body, '$.template.name'), "
        "json_extract(body, '$.tpl_name'), '') FROM review WHERE tpl_id = ? AND tpl_id != ''",
        (tpl_id,),
    ).fetchone()
    return str(row[0]) if row else ""


def numbered(task: Task, size: int) -> Iterator[tuple[int, int | None, str]]:
    """Yield of each recipient of a task its place, its message (None when it was refused) and the code of a refusal."""
    message = task.first
    for place in range(size):
        code = task.refused.get(place, "")
        yield place, None if code else message, code
        message += not code


def by_message(connection: Any, task: Task, now_ms: int) -> dict[int, Outcome]:
    """Return what became of a task's messages so far."""
    return outcomes(connection, task.batch_id, now_ms)


def _task(row: Any) -> Task:
    (
        batch_id,
        kind,
        name,
        template,
        sms_template,
        sign,
        at_ms,
        submitted,
        sender,
        told,
        first,
        accepted,
        refused,
    ) = row
    return Task(
        batch_id,
        kind,
        name,
        template,
        sms_template,
        sign,
        at_ms,
        submitted,
        sender,
        orjson.loads(told),
        first,
        accepted,
        {int(place): str(code) for place, code in orjson.loads(refused).items()},
    )
