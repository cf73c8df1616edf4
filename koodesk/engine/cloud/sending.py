# SPDX-License-Identifier: Apache-2.0
"""Smart messages over the cloud's API: send tasks of at most 100, what became of them, and who can show a card.

There is no idempotency key: the same call twice is two tasks, and both are listed under their name.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

import orjson

from koodesk.domain.vendor import Vendor
from koodesk.engine.cleared import card
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.clearing import SmsTemplate, mobile, sms_template
from koodesk.engine.cloud.errors import refusal
from koodesk.engine.cloud.ids import task_id
from koodesk.engine.cloud.paging import WEEK_MS, YEAR_MS, iso, iso_ms, page_of, window_of
from koodesk.engine.cloud.tasks import (
    Task,
    by_message,
    card_name,
    counts,
    note,
    numbered,
    tasks,
    with_recipient,
)
from koodesk.engine.envelope import SmartBatch
from koodesk.engine.handsets import NO_CARD, Handsets

NOT_JUDGED: Final = -1
"""`support_resolve_count` of a task made over the API: nobody looked what the phones can show (facts 4.2)."""

MOST: Final = 100
"""Numbers of one call. Source: facts 4.7."""

_KINDS: Final = ("smart",)
_STANDARD: Final = "1"


def create(call: Call) -> dict[str, Any]:
    """Send to at most 100 numbers. Who is refused alone stands in `failed_short_chains`, the rest goes out."""
    asked = call.body["resolve_task"]
    template = _matching(call, call.body["sms_channel"])
    urls = {one.get("custom_url", "") for one in asked["params"]}
    if asked.get("generation_type", _STANDARD) != _STANDARD or len(urls) > 1:
        # A batch has one domain and one address beside the card's page, and codes of the engine's own.
        raise refusal("KD.CLOUD.CUSTOM_LINK", where="resolve_task")
    recipients = [
        [
            mobile(one["cust_flag"]),
            {
                name.removeprefix("${").removesuffix("}"): value
                for name, value in one.get("dync_params", {}).items()
            },
            1,
            template.values(one.get("sms_params", [])),
        ]
        for one in asked["params"]
    ]
    batch = {
        "campaign": f"cloud:{call.body['task_name']}",
        "task_name": call.body["task_name"],
        "template": asked["tpl_id"],
        "sms_template": template.ref,
        "sms_sign": template.signature,
        "sms_text": "",
        "validity_days": asked["expiration_time"],
        "domain": asked.get("domain", ""),
        "jump_url": urls.pop(),
        "recipients": recipients,
    }
    results = accepted(call, batch, {"sms_channel": dict(call.body["sms_channel"])})
    failed = [
        {**one, "result_code": code, "error_message": code}
        for one, (_number, state, code) in zip(asked["params"], results, strict=True)
        if state == "refused"
    ]
    (task,) = tasks(call.connection, _KINDS, None, task=str(results.task))
    return {
        **_told(call, task),
        "sms_channel": dict(call.body["sms_channel"]),
        "resolve_task": {
            "resolve_times": 1,
            "generation_type": _STANDARD,
            **asked,
            "params": asked["params"],
        },
        "failed_short_chains": [
            {name: value for name, value in one.items() if name != "sms_params"} for one in failed
        ],
    }


class Results(list[tuple[Any, str, str]]):
    """What a batch was answered with, each recipient in its place; `task` is the task's id."""

    task: str = ""


def accepted(call: Call, batch: dict[str, Any], told: dict[str, Any]) -> Results:
    """Have a batch accepted under a key of its own. Raises ApiError when it is refused as a whole."""
    key = f"cloud-{secrets.token_hex(12)}"
    answer = call.acceptance.accept(
        call.connection, key, orjson.dumps(batch), call.settings, call.now_ms, call.refusal
    )
    results = Results((number, state, more) for number, state, more in orjson.loads(answer)["results"])
    results.task = task_id(call.connection, note(call.connection, key, call.caller.user, told))
    return results


def list_tasks(call: Call) -> dict[str, Any]:
    """Return tasks, newest first; of the last seven days when no window is given."""
    page, given = page_of(call), call.values
    found = _found(call, WEEK_MS)
    if "tpl_name" in given:
        found = [one for one in found if given["tpl_name"] in card_name(call.connection, one.template)]
    if "task_status" in given:
        wanted = given["task_status"] == "Success"
        found = [one for one in found if (one.accepted > 0) is wanted]
    if page.too_deep:
        return {"aim_send_tasks": [], "page_info": page.info(len(found))}
    told = []
    for one in page.of(found):
        channel = one.told.get("sms_channel") or {"channel_number": "", "sms_app_name": ""}
        told.append(
            {
                **_told(call, one),
                "success_number": counts(call.connection, one, call.now_ms).delivered,
                "sms_channel": {**channel, "sms_sign": one.sign},
                **_request(call, one),
            }
        )
    return {"aim_send_tasks": told, "page_info": page.info(len(found))}


def list_details(call: Call) -> dict[str, Any]:
    """Return what became of each number; a task's in the order it was handed in, the newest task first."""
    page, connection = page_of(call), call.connection
    found = _found(call, WEEK_MS)
    flag = call.values.get("cust_flag", "")
    number = mobile(flag) if flag else ""
    if isinstance(number, int):
        found = with_recipient(connection, found, call.acceptance.recipient(number))
    elif flag:
        found = [one for one in found if one.refused]
    if page.too_deep:
        return {"send_details": [], "page_info": page.info(sum(one.submitted for one in found))}
    if flag:
        rows = [
            row for one in found for row in _details(call, one) if mobile(str(row["cust_flag"])) == number
        ]
        return {"send_details": list(page.of(rows)), "page_info": page.info(len(rows))}
    skipped, rows = 0, []
    for one in found:
        if skipped + one.submitted > page.offset and skipped < page.offset + page.limit:
            begin, end = page.offset - skipped, page.offset + page.limit - skipped
            rows += _details(call, one)[max(0, begin) : max(0, end)]
        skipped += one.submitted
    return {"send_details": rows, "page_info": page.info(skipped)}


def check_capability(call: Call) -> dict[str, Any]:
    """Tell which numbers' phones show the card, or cards at all when no template is named."""
    if call.body.get("encryption_alg", "NONE") != "NONE":
        raise refusal("KD.CLOUD.SHA1", where="encryption_alg")
    template = call.body.get("tpl_id", "")
    active = card(call.connection, template)[1] if template else frozenset(one.value for one in Vendor)
    vendor = Handsets(call.settings.seed, call.settings.vendor_mix).vendor
    able: dict[bool, list[str]] = {True: [], False: []}
    for text in call.body["mobiles"]:
        number = mobile(text)
        name = vendor(number) if isinstance(number, int) else NO_CARD
        able[name in active].append(text)
    return {
        "supported_mobiles": able[True],
        "unsupported_mobiles": able[False],
        **({"tpl_id": template} if template else {}),
    }


def _matching(call: Call, channel: dict[str, Any]) -> SmsTemplate:
    """Return the SMS template of a channel whose four fields belong together. Raises ApiError (400)."""
    template = sms_template(call.connection, channel["sms_tpl_id"])
    said = {"sms_sign": template.signature, "channel_number": template.channel, "sms_app_name": template.app}
    for where, expected in said.items():
        if channel[where].removeprefix("【").removesuffix("】") != expected:
            raise refusal("KD.CLOUD.CHANNEL", where=f"sms_channel.{where}")
    return template


def _found(call: Call, default_ms: int) -> list[Task]:
    given = call.values
    window = window_of(call, default_ms)
    return tasks(
        call.connection,
        _KINDS,
        (max(window[0], call.now_ms - YEAR_MS), window[1]),
        task=given.get("task_id", ""),
        name=given.get("task_name", ""),
        template=given.get("tpl_id", ""),
        sign=given.get("sms_sign", ""),
    )


def _told(call: Call, task: Task) -> dict[str, Any]:
    counted = counts(call.connection, task, call.now_ms)
    return {
        "task_id": task_id(call.connection, task.batch_id),
        "task_name": task.name,
        "task_state": "Success" if task.accepted else "Failed",
        "creation_time": iso_ms(task.at_ms),
        "submission_count": task.submitted,
        "send_count": task.accepted,
        "resolve_count": counted.resolved,
        "support_resolve_count": NOT_JUDGED,
    }


def _request(call: Call, task: Task) -> dict[str, Any]:
    """Return what a task was asked for, its numbers with it as far as a call of this API can have had so many."""
    batch, refused = call.acceptance.request(call.connection, task.batch_id)
    if not isinstance(batch, SmartBatch):
        return {}
    asked = {
        "tpl_id": task.template,
        "resolve_times": 1,
        "aim_code_type": "individual",
        "domain": batch.domain,
    }
    if task.submitted > MOST:
        return {"resolve_task": {**asked, "expiration_time": batch.validity_days}, "failed_short_chains": []}
    params = [_param(entry, batch.jump_url) for entry in batch.recipients]
    failed = [
        {**params[place], "result_code": code, "error_message": code} for place, code in refused.items()
    ]
    return {
        "resolve_task": {**asked, "expiration_time": batch.validity_days, "params": params},
        "failed_short_chains": failed,
    }


def _param(entry: Any, url: str) -> dict[str, Any]:
    if not (isinstance(entry, list) and len(entry) > 1 and isinstance(entry[1], dict)):
        return {"cust_flag": "", "dync_params": {}, "custom_url": url}
    values = {name: value for name, value in entry[1].items() if isinstance(value, str)}
    return {"cust_flag": str(entry[0]), "dync_params": values, "custom_url": url}


def _details(call: Call, task: Task) -> list[dict[str, Any]]:
    batch, _refused = call.acceptance.request(call.connection, task.batch_id)
    found = by_message(call.connection, task, call.now_ms)
    name = card_name(call.connection, batch.template) if isinstance(batch, SmartBatch) else ""
    told = []
    for place, message, code in numbered(task, task.submitted):
        outcome = found.get(message) if message is not None else None
        entry = batch.recipients[place]
        flag = str(entry[0]) if isinstance(entry, list) and entry else ""
        status = "fail" if code else _STATUS[outcome.status if outcome else ""]
        told.append(
            {
                "msg_id": str(message)
                if message is not None
                else f"{task_id(call.connection, task.batch_id)}-{place}",
                "task_id": task_id(call.connection, task.batch_id),
                "task_name": task.name,
                "tpl_id": task.template,
                "tpl_name": name,
                "cust_flag": flag,
                "send_account": flag,
                "send_status": status,
                "send_time": iso(task.at_ms),
                "receive_time": iso(outcome.at_ms) if outcome and outcome.status == "0" else "",
                "result_code": code or (outcome.code if outcome else ""),
            }
        )
    return told


_STATUS: Final = {"": "sending", "0": "success", "1": "fail"}

HANDLERS: Final[dict[str, Handler]] = {
    "create_aim_send_task": create,
    "list_aim_send_tasks": list_tasks,
    "list_aim_send_details": list_details,
    "check_mobile_capability": check_capability,
}
