# SPDX-License-Identifier: Apache-2.0
"""What is pushed to a registered address: the receipts since the last push, as the platform words them (facts 4.4).

    aim 0  smart messages of tasks with one number;  aim 2  of tasks with more (our reading of "single" and "batch")
    aim 1  states of card templates
    vms 0  reports of video SMS;  vms 1  replies to them;  vms 2 (Koodesk's) states of a template, to the address it was created with

A push holds at most `MOST` receipts. Cursors are the numbers of the feeds: a receipt is told again only when its push was not taken.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import orjson

from koodesk.engine import link_resolving, receipts
from koodesk.engine.batches import Acceptance
from koodesk.engine.cloud.callbacks import AIM
from koodesk.engine.cloud.ids import resolve_id, task_id
from koodesk.engine.cloud.paging import iso
from koodesk.engine.cloud.records import why

MOST: Final = 100
SINGLE, TEMPLATE_STATES, MANY = 0, 1, 2
REPORTS, REPLIES, VIDEO_STATES = 0, 1, 2
_COLUMNS: Final = "id, family, url_type, url, receipt, review, link"
_SPELT: Final = {"HUAWEI": "HuaWei", "XIAOMI": "XiaoMi"}
"""Receipts spell vendors their own way. Source: facts 4.4."""

_DELIVERED: Final = "Deliverd"
"""So the platform's example spells it. Source: facts 4.4."""

_ACTIVE, _NOT_ACTIVE = 1, 2
_DOMAIN: Final = "local"


@dataclass(frozen=True, slots=True)
class Callback:
    """A registered address and how far it has been told."""

    id: int
    family: str
    url_type: int
    url: str
    receipt: int
    review: int
    link: int


@dataclass(frozen=True, slots=True)
class Push:
    """What to post, in order, and the cursors to keep when all of it was taken. `count` is how many receipts it holds."""

    bodies: tuple[dict[str, Any], ...]
    count: int
    receipt: int
    review: int
    link: int


def callbacks(connection: Any) -> list[Callback]:
    """Return the registered addresses."""
    query = f"SELECT {_COLUMNS} FROM cloud_callback ORDER BY id"  # noqa: S608 - our own column list
    return [Callback(*row) for row in connection.execute(query)]


def collect(
    connection: Any,
    callback: Callback,
    acceptance: Acceptance,
    now_ms: int,
    attempt: int,
    told: Callable[[Sequence[receipts.ReceiptItem]], Sequence[receipts.ReceiptItem]] = tuple,
) -> Push:
    """Return what an address has not been told yet; `told` says what of it is told now, and what in its place."""
    states = callback.url_type == (TEMPLATE_STATES if callback.family == AIM else VIDEO_STATES)
    if states:
        return _states(connection, callback)
    found, following = receipts.page(connection, callback.receipt, MOST, now_ms)
    items = told(found)
    if callback.family != AIM:
        return _video(connection, callback, acceptance, items, following)
    return _smart(connection, callback, acceptance, items, following, attempt)


def keep(connection: Any, callback: Callback, push: Push, lost: int = 0) -> None:
    """Keep how far an address has been told; `lost` receipts were given up."""
    connection.execute(
        "UPDATE cloud_callback SET receipt = ?, review = ?, link = ?, lost = lost + ? WHERE id = ?",
        (push.receipt, push.review, push.link, lost, callback.id),
    )


def _smart(
    connection: Any,
    callback: Callback,
    acceptance: Acceptance,
    items: Sequence[receipts.ReceiptItem],
    following: int,
    attempt: int,
) -> Push:
    told: dict[str, list[dict[str, Any]]] = {"sms": [], "shortchain": []}
    for _id, message_text, kind, status, code, at_ms in items:
        if kind not in told:
            continue
        task, size = _task_of(connection, int(message_text))
        if (size == 1) is not (callback.url_type == SINGLE):
            continue
        message = acceptance.message(connection, int(message_text))
        if message["kind"] != "smart" or not message["template"]:
            continue
        link = message["short_url"].removeprefix("https://")
        common: dict[str, Any] = {
            "task_id": task,
            "cust_flag": str(message["number"]),
            "tpl_id": message["template"],
            "aim_url": link,
            "aim_code": message["aim_code"],
        }
        if kind == "sms":
            good = status == "0"
            common |= {
                "msg_id": message_text,
                "sms_sign": message["sign"],
                "send_time": iso(message["at_ms"]),
                "receive_time": iso(at_ms) if good else "",
                "send_status": _DELIVERED if good else "Failed",
                "send_status_desc": code,
            }
        else:
            common |= {"status": 0, "describe": "success"}
        told[kind].append(common)
    links = link_resolving.receipts(connection, callback.link, MOST)
    if (
        callback.url_type == MANY
    ):  # a resolve task has no number of its own; its links are made by the hundred
        told["shortchain"] += [
            {
                "task_id": resolve_id(connection, one["task_id"]),
                "cust_flag": one["cust_flag"],
                "tpl_id": one["tpl_id"],
                "aim_url": one["aim_url"],
                "aim_code": one["aim_code"],
                "status": one["status"],
                "describe": "success",
            }
            for one in links["items"]
        ]
    bodies = tuple(
        _enveloped(kind, body, attempt)
        for kind, found in told.items()
        for body in ([found] if callback.url_type == MANY else found)
        if body
    )
    return Push(bodies, sum(map(len, told.values())), following, callback.review, links["next"])


def _enveloped(kind: str, body: Any, attempt: int) -> dict[str, Any]:
    return {
        "request_id": uuid.uuid4().hex,
        "domain_id": _DOMAIN,
        "callback_type": kind,
        "body": orjson.dumps(body).decode(),
        "retry": attempt,
    }


def _video(
    connection: Any,
    callback: Callback,
    acceptance: Acceptance,
    items: Sequence[receipts.ReceiptItem],
    following: int,
) -> Push:
    wanted = "sms" if callback.url_type == REPORTS else "reply"
    told = []
    for _id, message_text, kind, status, code, at_ms in items:
        if kind != wanted:
            continue
        message = acceptance.message(connection, int(message_text))
        if message["kind"] != "video":
            continue
        common: dict[str, Any] = {
            "task_id": _task_of(connection, int(message_text))[0],
            "mobile": str(message["number"]),
            "rtime": _local(at_ms),
        }
        if wanted == "reply":
            told.append({**common, "content": quote(status, safe="")})
            continue
        good = status == "0"
        told.append(
            {
                **common,
                "status": int(not good),
                "code": code,
                "desc": "success" if good else "fail",
                "stime": _local(message["at_ms"]),
            }
        )
    name = "reports" if callback.url_type == REPORTS else "result"
    bodies = ({"seq_id": uuid.uuid4().hex, name: told},) if told else ()
    return Push(bodies, len(told), following, callback.review, callback.link)


def _states(connection: Any, callback: Callback) -> Push:
    kind = "card" if callback.family == AIM else "video_template"
    rows = connection.execute(
        "SELECT c.seq, c.snapshot, r.body FROM review_change c JOIN review r ON r.id = c.review_id "
        "WHERE c.seq > ? AND r.kind = ? ORDER BY c.seq LIMIT ?",
        (callback.review, kind, MOST),
    ).fetchall()
    bodies = []
    for _seq, text, body_text in rows:
        snapshot, body = orjson.loads(text), orjson.loads(body_text)
        if snapshot["state"] not in ("approved", "rejected"):
            continue
        if kind == "card":
            bodies.append(_card_state(snapshot))
        elif body.get("callback_url") == callback.url:
            bodies.append(_video_state(snapshot, body))
    last = rows[-1][0] if rows else callback.review
    return Push(tuple(bodies), len(bodies), callback.receipt, last, callback.link)


def _card_state(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {
        "tpl_id": snapshot["tpl_id"],
        "tpl_state": 1,
        "audit_state": int(snapshot["stage"]),
        "audit_desc": why(snapshot),
        "factory_info": [
            {
                "factory_type": _SPELT.get(name, name),
                "state": _ACTIVE if one["state"] == "approved" else _NOT_ACTIVE,
            }
            for name, one in snapshot["vendors"].items()
        ],
    }


def _video_state(snapshot: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    state = int(snapshot["stage"])
    return {
        "tpl_id": snapshot["tpl_id"],
        "tpl_size": sum(int(one.get("size", 0)) for one in body["reslist"]) if state == 0 else 0,
        "audit_state": state,
        "audit_desc": why(snapshot)[:1024],
        "status_detail": [
            {"carrier": name, "status": int(one["state"] != "approved") * 2, "desc": one["reason"]}
            for name, one in snapshot["vendors"].items()
        ],
        "tpl_name": body["tpl_name"],
        "title": body["title"],
        "tpl_sign": body["sign"],
        "create_time": iso(snapshot["submitted_ms"]),
        "restags": body["restags"],
    }


def _task_of(connection: Any, message: int) -> tuple[str, int]:
    """Return the id of a message's task and how many numbers it was for."""
    batch_id, submitted = connection.execute(
        "SELECT a.chunk, coalesce(t.submitted, 0) FROM acceptance a LEFT JOIN send_task t ON t.batch_id = a.chunk "
        "WHERE a.message = ?",
        (message,),
    ).fetchone()
    return task_id(connection, batch_id), submitted


def _local(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC) + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"
