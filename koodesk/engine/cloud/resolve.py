# SPDX-License-Identifier: Apache-2.0
"""Resolve tasks over the cloud's API, and what became of short links: those of resolve tasks and those in messages.

The platform lists a task's links one a row, and leaves it to the caller to put them together by the task's id. Details may
be asked for by a send task's id too.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from koodesk.engine import resolve_tasks
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.errors import wrong_field
from koodesk.engine.cloud.ids import resolve_id, resolve_of, task_id
from koodesk.engine.cloud.paging import DAY_MS, iso, page_of, window_of
from koodesk.engine.cloud.tasks import Task, by_message, card_name, numbered, tasks
from koodesk.engine.envelope import SmartBatch

_OK: Final = "0"
_INDIVIDUAL: Final = "individual"
_LINKS: Final = (
    "SELECT t.id, t.name, t.tpl_id, t.type, t.days, t.times, t.domain, t.signatures, t.created_ms, t.expires_ms, "
    "l.id, l.code, l.custom_url, l.cust_flag, l.params, l.resolved, l.first_ms, "
    "EXISTS (SELECT 1 FROM resolve_event e WHERE e.link = l.id AND e.ok = 0 AND e.reason != 'browser') "
    "FROM resolve_link l JOIN resolve_task t ON t.id = l.task WHERE "
)


@dataclass(frozen=True, slots=True)
class _Link:
    """A link of a resolve task with what its task says."""

    task: int
    name: str
    tpl_id: str
    type: str
    days: int
    times: int
    domain: str
    signatures: str
    created_ms: int
    expires_ms: int
    id: int
    code: str
    custom_url: str
    cust_flag: str
    params: str
    resolved: int
    first_ms: int | None
    failed: int

    @property
    def url(self) -> str:
        """Return the whole short link."""
        return f"{self.domain}/{self.code}"

    @property
    def status(self) -> str:
        """Return whether it was resolved, as the platform says it."""
        return "success" if self.resolved else "fail" if self.failed else "unresolved"


def create(call: Call) -> dict[str, Any]:
    """Make the links of a task."""
    given = call.body
    individual = given["aim_code_type"] == _INDIVIDUAL
    times = 1 if individual else given.get("resolving_times")  # facts 1.9: of an individual link always one
    if times is None:
        raise wrong_field("resolving_times", expected="at least 2 for group links")
    body = {
        **given,
        "task_name": f"Task_{iso(call.now_ms)}",
        "resolving_times": times,
        "generation_type": int(given.get("generation_type", "1")),
    }
    key = f"cloud-{secrets.token_hex(12)}"
    made = resolve_tasks.create(call.connection, key, orjson.dumps(body), call.acceptance.codes, call.now_ms)
    links = _links(call, "t.id = ?", (made["task_id"],))
    return {**_task(call, links[0]), "resolved_times": 0, "params": [_param(one) for one in links]}


def list_tasks(call: Call) -> dict[str, Any]:
    """Return tasks, newest first, a row for each link; of the last day when no window is given."""
    page = page_of(call)
    found = _asked(call)
    rows = [
        {
            **_task(call, one),
            "task_name": one.name,
            "resolved_times": one.resolved,
            "params": [{**_param(one), "resolved_times": one.resolved}],
        }
        for one in ([] if page.too_deep else page.of(found))
    ]
    for row in rows:
        del row["params"][0]["custom_short_code"]  # the list has no such field
    return {"resolve_tasks": rows, "page_info": page.info(len(found))}


def list_details(call: Call) -> dict[str, Any]:
    """Return what became of each link, newest task first; of the last day when no window is given."""
    page, wanted = page_of(call), call.values.get("resolved_status", "")
    rows = [_detail(call, one) for one in _asked(call)]
    rows += [row for task in _sent(call) for row in _details_of(call, task)]
    tests: dict[str, Callable[[dict[str, Any]], bool]] = {
        "cust_flag": lambda row: row["cust_flag"] == call.values["cust_flag"],
        "aim_url": lambda row: row["aim_url"] == call.values["aim_url"],
    }
    for name, test in tests.items():
        if name in call.values:
            rows = [row for row in rows if test(row)]
    if wanted:
        rows = [row for row in rows if row["resolved_status"] == wanted]
    return {
        "resolve_details": [] if page.too_deep else list(page.of(rows)),
        "page_info": page.info(len(rows)),
    }


def _asked(call: Call) -> list[_Link]:
    """Return the links of resolve tasks that a request asks for."""
    given = call.values
    window = window_of(call, DAY_MS)
    where, values = ["t.created_ms BETWEEN ? AND ?"], list[Any](window)
    if "task_id" in given:
        where, values = ["t.id = ?"], [resolve_of(call.connection, given["task_id"]) or 0]
    if "task_name" in given:
        where.append("instr(t.name, ?) > 0")
        values.append(given["task_name"])
    for name, condition in (
        ("tpl_id", "t.tpl_id = ?"),
        ("cust_flag", "l.cust_flag = ?"),
        ("aim_url", "t.domain || '/' || l.code = ?"),
        ("sms_sign", "EXISTS (SELECT 1 FROM json_each(t.signatures) s WHERE s.value = ?)"),
    ):
        if name in given:
            where.append(condition)
            values.append(given[name])
    found = _links(call, " AND ".join(where), tuple(values))
    if "tpl_name" in given:
        found = [one for one in found if given["tpl_name"] in card_name(call.connection, one.tpl_id)]
    return found


def _links(call: Call, where: str, values: tuple[Any, ...]) -> list[_Link]:
    rows = call.connection.execute(f"{_LINKS}{where} ORDER BY t.id DESC, l.place", values)
    return [_Link(*row) for row in rows]


def _sent(call: Call) -> list[Task]:
    """Return the send tasks that a request asks for."""
    given = call.values
    found = tasks(
        call.connection,
        ("smart",),
        window_of(call, DAY_MS),
        task=given.get("task_id", ""),
        name=given.get("task_name", ""),
        template=given.get("tpl_id", ""),
        sign=given.get("sms_sign", ""),
    )
    if "tpl_name" in given:
        found = [one for one in found if given["tpl_name"] in card_name(call.connection, one.template)]
    return found


def _task(call: Call, one: _Link) -> dict[str, Any]:
    return {
        "task_id": resolve_id(call.connection, one.task),
        "tpl_id": one.tpl_id,
        "sms_signs": orjson.loads(one.signatures),
        "resolving_times": one.times,
        "aim_code_type": one.type,
        "domain": one.domain,
        "expiration_time": one.days,
    }


def _param(one: _Link) -> dict[str, Any]:
    return {
        "cust_flag": one.cust_flag,
        "dync_params": dict(orjson.loads(one.params)),
        "custom_url": one.custom_url,
        "aim_url": one.url,
        "aim_code": one.code,
        "result_code": _OK,
        "error_message": "",
        "generate_date": iso(one.created_ms),
        "expire_date": iso(one.expires_ms),
        "custom_short_code": one.code,
    }


def _detail(call: Call, one: _Link) -> dict[str, Any]:
    return {
        "resolve_id": resolve_id(call.connection, one.id),
        "task_id": resolve_id(call.connection, one.task),
        "task_name": one.name,
        "send_account": "",
        "tpl_id": one.tpl_id,
        "tpl_name": card_name(call.connection, one.tpl_id),
        "cust_flag": one.cust_flag,
        "aim_url": one.url,
        "result_code": _OK,
        "generate_date": iso(one.created_ms),
        "expire_date": iso(one.expires_ms),
        "resolved_time": iso(one.first_ms),
        "resolved_status": one.status,
    }


def _details_of(call: Call, task: Task) -> list[dict[str, Any]]:
    """Return the links in a send task's messages."""
    batch, _refused = call.acceptance.request(call.connection, task.batch_id)
    if not isinstance(batch, SmartBatch):
        return []
    found = by_message(call.connection, task, call.now_ms)
    (expires_ms,) = call.connection.execute(
        "SELECT expires_ms FROM batch WHERE id = ?", (task.batch_id,)
    ).fetchone()
    name, number = card_name(call.connection, task.template), task_id(call.connection, task.batch_id)
    rows = []
    for place, message, _code in numbered(task, task.submitted):
        entry = batch.recipients[place]
        if message is None or not entry[2]:
            continue
        outcome = found.get(message)
        resolved_ms = outcome.resolved_ms if outcome is not None else 0
        rows.append(
            {
                "resolve_id": str(message),
                "task_id": number,
                "task_name": task.name,
                "send_account": task.sender,
                "tpl_id": task.template,
                "tpl_name": name,
                "cust_flag": str(entry[0]),
                "aim_url": call.acceptance.codes.link(message, batch.domain),
                "result_code": _OK,
                "generate_date": iso(task.at_ms),
                "expire_date": iso(expires_ms),
                "resolved_time": iso(resolved_ms),
                "resolved_status": "success" if resolved_ms else "unresolved",
            }
        )
    return rows


HANDLERS: Final[dict[str, Handler]] = {
    "create_resolve_task": create,
    "list_resolve_tasks": list_tasks,
    "list_aim_resolve_details": list_details,
}
