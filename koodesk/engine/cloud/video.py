# SPDX-License-Identifier: Apache-2.0
"""Video SMS (智能信息基础版) over the cloud's API: templates with their resources, send tasks of at most 5,000.

A template made here is handed in to the carriers of the three-network channel: the API has no field for it. Of a resource its type,
size and digest are kept, as of what the desk hands in; its length is not measured.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any, Final

import orjson

from koodesk.domain.carrier import THREE_CARRIERS
from koodesk.domain.review_state import ReviewKind, Verdict
from koodesk.domain.video_sms.reslist import TEXT_TYPE
from koodesk.domain.video_sms.review import AuditState, audit_state
from koodesk.domain.video_sms.template import PARAM, Channel
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.clearing import mobile
from koodesk.engine.cloud.errors import refusal, wrong_field
from koodesk.engine.cloud.ids import new_ref, task_id
from koodesk.engine.cloud.paging import YEAR_MS, both_or_none, iso, page_of
from koodesk.engine.cloud.records import hand_in, why
from koodesk.engine.cloud.sending import accepted
from koodesk.engine.cloud.tasks import card_name, counts, tasks
from koodesk.engine.envelope import HOUR_MS, LONGEST_EXPIRATION
from koodesk.engine.video_cleared import texts_of

MOST: Final = 5_000
TAKEN: Final = "0"
_SIGN: Final = re.compile(r"^【([^【】]{1,20})】")
_OK: Final = {"status": "200", "message": "success"}
_CARRIER_STATE: Final = {Verdict.APPROVED: 0, Verdict.WAITING: 1, Verdict.REJECTED: 2}
"""Source: facts 4.4, status_detail."""

_TASK_STATES: Final = ("processing", "sending_complete", "sending_failed")

Row = dict[str, Any]


def create_template(call: Call) -> Row:
    """Create a template and hand it in. A draft is not kept: there is nothing here to go on with it."""
    given = call.body
    if given.get("is_draft"):
        raise wrong_field("is_draft", expected="0")
    resources = [_resource(one, f"reslist[{place}]") for place, one in enumerate(given["reslist"])]
    texts = [one["source"] for one in resources if one["res_type"] == TEXT_TYPE]
    signed = _SIGN.match(texts[0]) if texts else None
    if signed is None:
        raise wrong_field("reslist", expected="a first text that begins with 【signature】")
    body = {
        "tpl_name": given.get("tpl_name", ""),
        "title": given["title"],
        "sign": signed[1],
        "expiration_time": int(given["expiration_time"]),
        "remarks": given.get("remarks", ""),
        "restags": Channel.THREE_ORDINARY.value,
        "has_qr": False,
        "params": sorted({f"p_{int(number)}" for text in texts for number in PARAM.findall(text)}),
        "letters": [],
        "callback_url": given.get("callbackurl", ""),
        "reslist": resources,
    }
    found = hand_in(
        call, ReviewKind.VIDEO_TEMPLATE, new_ref(), body, tuple(one.value for one in THREE_CARRIERS)
    )
    return {"tplid": found["tpl_id"]}


def list_templates(call: Call) -> Row:
    """Return templates and their states, newest first."""
    given, page = call.values, page_of(call)
    between = both_or_none(call)
    found = [] if given.get("tpl_type") == "public" else template_rows(call, given.get("tpl_id", ""))
    if "tpl_name" in given:
        found = [row for row in found if given["tpl_name"] in row["tpl_name"]]
    if "has_param" in given:
        found = [row for row in found if bool(row["var_info"]) is given["has_param"]]
    if between is not None:
        found = [row for row in found if between[0] <= row["_at_ms"] <= between[1]]
    rows = [{name: value for name, value in row.items() if name != "_at_ms"} for row in page.of(found)]
    return {**_OK, "data": {"templates": rows, "page_info": page.info(len(found))}}


def create_task(call: Call) -> Row:
    """Send to at most 5,000 numbers: the same values for all, or values of their own."""
    given = call.body
    same, own = given.get("mobiles") or [], given.get("individual_params") or []
    if bool(same) == bool(own):
        raise wrong_field("mobiles", expected="mobiles or individual_params")
    groups = (
        [(same, given.get("dync_params", []))]
        if same
        else [(one["mobiles"], one.get("dync_params", [])) for one in own]
    )
    if sum(len(numbers) for numbers, _ in groups) > MOST:
        raise wrong_field("individual_params", limit=MOST)
    names = _params(call, given["tpl_id"])
    recipients = [
        [mobile(number), _values(names, params)] for numbers, params in groups for number in numbers
    ]
    batch = {
        "kind": "video",
        "campaign": f"cloud:{given['task_name']}",
        "task_name": given["task_name"],
        "template": given["tpl_id"],
        "expiration_hours": given.get("expiration_time", LONGEST_EXPIRATION),
        "recipients": recipients,
    }
    results = accepted(call, batch, {"exdata": given.get("exdata", "")})
    refused = [code for _number, state, code in results if state == "refused"]
    if len(refused) == len(results):
        return {**_OK, "data": {"ret_code": refused[0], "task_id": results.task, "desc": refused[0]}}
    return {**_OK, "data": {"ret_code": TAKEN, "task_id": results.task, "desc": "success"}}


def list_tasks(call: Call) -> Row:
    """Return send tasks, newest first. What no carrier has reported for 72 hours is a timeout (facts 4.5)."""
    given, page = call.values, page_of(call)
    window = both_or_none(call) or (call.now_ms - YEAR_MS, call.now_ms)
    sent = both_or_none(call, ("send_begin_time", "send_end_time"))  # a task is sent when it is handed in
    if sent is not None:
        window = (max(window[0], sent[0]), min(window[1], sent[1]))
    found = tasks(
        call.connection,
        ("video",),
        window,
        task=given.get("task_id", ""),
        name=given.get("task_name", ""),
        template=given.get("tpl_id", ""),
    )
    if "tpl_name" in given:
        found = [one for one in found if given["tpl_name"] in card_name(call.connection, one.template)]
    if "operator" in given:
        found = [one for one in found if one.sender == given["operator"]]
    rows = []
    for one in found if "task_status" in given else page.of(found):
        counted = counts(call.connection, one, call.now_ms)
        left = one.submitted - counted.delivered - counted.failed
        late = left if call.now_ms - one.at_ms >= LONGEST_EXPIRATION * HOUR_MS else 0
        rows.append(
            {
                "task_id": task_id(call.connection, one.batch_id),
                "task_name": one.name,
                "task_state": _TASK_STATES[2 if not one.accepted else int(left == late)],
                "tpl_id": one.template,
                "tpl_name": card_name(call.connection, one.template),
                "operator": one.sender,
                "create_time": iso(one.at_ms),
                "send_time": iso(one.at_ms),
                "total_count": one.submitted,
                "success_count": counted.delivered,
                "failed_count": counted.failed,
                "timeout_count": late,
                "exdata": str(one.told.get("exdata", "")),
            }
        )
    total = len(found)
    if "task_status" in given:
        rows = [row for row in rows if row["task_state"] == given["task_status"]]
        total, rows = len(rows), list(page.of(rows))
    return {**_OK, "data": {"aim_basic_send_tasks": rows, "page_info": page.info(total)}}


def template_rows(call: Call, tpl_id: str) -> list[Row]:
    """Return templates as the platform tells of them; `_at_ms` is when one was handed in."""
    rows = call.connection.execute(
        "SELECT tpl_id, state, body, vendors, reasons, submitted_ms FROM review WHERE kind = 'video_template' "
        "AND (? = '' OR tpl_id = ?) ORDER BY id DESC",
        (tpl_id, tpl_id),
    )
    return [
        _template(
            call, tpl_id, state, orjson.loads(body), orjson.loads(carriers), orjson.loads(reasons), at_ms
        )
        for tpl_id, state, body, carriers, reasons, at_ms in rows
    ]


def _template(
    call: Call, tpl_id: str, state: str, body: Row, carriers: Row, reasons: list[Row], at_ms: int
) -> Row:
    days = int(body["expiration_time"])
    approved = [one["decided_ms"] for one in carriers.values() if one["state"] == Verdict.APPROVED.value]
    since_ms = max(approved, default=at_ms)
    stands = audit_state(Verdict(state), since_ms, days, call.now_ms)
    told = why({"reasons": reasons})
    return {
        "tpl_id": tpl_id,
        "audit_state": int(stands),
        "audit_desc": told[:1024],
        # 0 unless it can be used (facts 4.4).
        "tpl_size": sum(int(one.get("size", 0)) for one in body["reslist"])
        if stands is AuditState.USABLE
        else 0,
        "valid_time": iso(since_ms + days * 24 * HOUR_MS) if approved else "",
        "status_detail": [
            {"carrier": name, "status": _CARRIER_STATE[Verdict(one["state"])], "desc": one["reason"]}
            for name, one in carriers.items()
        ],
        "preview_url": "",
        "tpl_name": str(body["tpl_name"]),
        "title": str(body["title"]),
        "tpl_sign": str(body["sign"]),
        "create_time": iso(at_ms),
        "var_info": [{"name": f"#{name}#", "type": TEXT_TYPE} for name in body.get("params") or ()],
        "restags": str(body["restags"]),
        "_at_ms": at_ms,
    }


def _params(call: Call, tpl_id: str) -> list[str]:
    """Return a template's parameters in the order of their placeholders: values come in that order (facts 4.2)."""
    row = call.connection.execute(
        "SELECT body FROM review WHERE kind = 'video_template' AND tpl_id = ?", (tpl_id,)
    ).fetchone()
    if row is None:
        raise refusal("KD.CLOUD.NOT_FOUND", id=tpl_id)
    numbers = [int(number) for text in texts_of(orjson.loads(row[0])) for number in PARAM.findall(text)]
    return [f"p_{number}" for number in sorted(dict.fromkeys(numbers))]


def _values(names: list[str], params: list[Row]) -> dict[str, str]:
    """Return the values by parameter: by their own names where they have one, else in order."""
    return {
        str(one.get("param_name") or name).strip("#"): one["content_detail"]
        for name, one in zip([*names, *[""] * len(params)], params, strict=False)
    }


def _resource(given: Row, where: str) -> Row:
    kind, source, content = given["type"], given["source"], given["content"]
    index = {"index": given["index"]} if given.get("index") else {}
    if (kind == TEXT_TYPE) is not (source == TEXT_TYPE):
        raise wrong_field(f"{where}.source", expected="txt for texts, file or url for the others")
    if kind == TEXT_TYPE:
        return {"res_type": TEXT_TYPE, **index, "source": content}
    if source == "url":
        # The engine does not use the network by itself, so it cannot tell what is there.
        raise wrong_field(f"{where}.source", expected="file")
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise wrong_field(f"{where}.content", expected="Base64") from None
    return {
        "res_type": kind,
        **index,
        "digest": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "duration_ms": 0,
        "param": 0,
    }


HANDLERS: Final[dict[str, Handler]] = {
    "create_vms_template": create_template,
    "list_vms_template_status": list_templates,
    "create_vms_send_task": create_task,
    "list_vms_send_tasks": list_tasks,
}
