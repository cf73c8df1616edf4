# SPDX-License-Identifier: Apache-2.0
"""How a fault script strikes the cloud's API: what breaks on the wire is as everywhere (`faults`), what an answer says wrongly is
said in this API's own shape."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response

from koodesk.domain.fault_script import Does, On
from koodesk.engine.faults import Struck
from koodesk.engine.late import Late

STRUCK: Final = {
    "create_aim_send_task": On.SEND,
    "create_vms_send_task": On.SEND,
    "send_aim_batch_messages": On.SEND,
    "send_aim_batch_different_messages": On.SEND,
    "list_aim_send_tasks": On.LOOK_UP,
    "list_vms_send_tasks": On.LOOK_UP,
    "list_aim_send_details": On.RECEIPTS,
    "upload_aim_template_material": On.SUBMIT,
    "upload_aim_msg_signature_file": On.SUBMIT,
    "create_aim_personal_template": On.SUBMIT,
    "create_vms_template": On.SUBMIT,
    "create_sms_app": On.SUBMIT,
    "update_aim_msg_app": On.SUBMIT,
    "add_aim_msg_signature": On.SUBMIT,
    "update_aim_msg_signature": On.SUBMIT,
    "create_aim_msg_template": On.SUBMIT,
    "update_aim_msg_template": On.SUBMIT,
    "list_aim_templates": On.LOOK_UP,
    "upload_media": On.SUBMIT,
    "create_pub_info": On.SUBMIT,
    "update_pub_info": On.SUBMIT,
    "unfreeze_pub": On.SUBMIT,
    "update_menu": On.SUBMIT,
    "update_portal_info": On.SUBMIT,
    "list_pub_infos": On.LOOK_UP,
}
"""The operations that a fault script can strike."""

_NAMES: Final = (
    "task_name",
    "tpl_name",
    "app_name",
    "signature_name",
    "template_name",
    "file_name",
    "pub_name",
)
"""Where a call's name stands: the first that it has."""

_WHOM: Final = frozenset(("cust_flag", "mobiles", "to"))
"""Where the numbers of a send stand."""

_SENDING: Final = "sending"
"""What the details say of a message whose report has not come."""

_FOREIGN: Final = "19999999998"
_LISTS: Final = {
    "list_aim_send_tasks": "aim_send_tasks",
    "list_aim_send_details": "send_details",
    "list_aim_templates": "templates",
    "list_vms_send_tasks": "aim_basic_send_tasks",
    "list_pub_infos": "data",
    "send_aim_batch_messages": "result",
    "send_aim_batch_different_messages": "result",
}
_SAID: Final = (Does.EMPTY, Does.LEAVE_OUT, Does.FOREIGN, Does.TWICE, Does.SHUFFLED)


def name_of(on: On, values: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """Return what a call is named by, empty for receipts and for a call without a name: those are named by their turn."""
    if on is On.RECEIPTS:
        return ""
    return next((str(told[name]) for name in _NAMES for told in (body, values) if told.get(name)), "")


def turn_of(body: Mapping[str, Any]) -> str:
    """Return what a send is called that is the same when it is made again by whoever: a digest of whom it is to. The name of a task
    may be made of a campaign's own number, which is another each time."""
    return hashlib.sha256("\n".join(sorted(_numbers(body))).encode()).hexdigest()[:16]


def _numbers(told: object, whom: bool = False) -> Iterator[str]:
    if isinstance(told, Mapping):
        for name, value in told.items():
            yield from _numbers(value, name in _WHOM)
    elif isinstance(told, list):
        for one in told:
            yield from _numbers(one, whom)
    elif whom:
        yield str(told)


def before(struck: Struck, operation: str) -> Response | None:
    """Return the answer that takes the place of the work, None when the work is to be done. A list that lags behind does its
    work and says that there is nothing (`after`)."""
    return None if _lags(struck, operation) else struck.before()


def after(
    struck: Struck, operation: str, answer: Mapping[str, Any], late: Late, now_ms: int
) -> Response | None:
    """Return what leaves instead of an answer, None when the answer itself does."""
    does = struck.fault.does
    if does is Does.LATE:
        details = _LISTS[operation]
        return _json({**answer, details: [_reported(struck, late, row, now_ms) for row in answer[details]]})
    if not (does in _SAID or _lags(struck, operation)):
        return struck.after(orjson.dumps(answer))
    name = _LISTS.get(operation)
    if name is None:  # an answer to a send that speaks of a task: nothing said, or all of it
        return _json({}) if does is Does.EMPTY else None
    if "data" in answer:  # lists of video SMS wrap their rows
        return _json({**answer, "data": {**answer["data"], name: _changed(struck, answer["data"][name])}})
    return _json({**answer, name: _changed(struck, answer[name])})


def _reported(struck: Struck, late: Late, row: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Return a row of the details as it was before its report came, while that is held back. The list itself says it again each time
    it is asked: AGAIN adds nothing."""
    name = _name(row)
    if row["send_status"] == _SENDING or not struck.takes(name):
        return row
    if late.until_ms(name, now_ms + struck.fault.wait_ms) <= now_ms:
        return row
    return {**row, "send_status": _SENDING, "receive_time": "", "result_code": ""}


def _lags(struck: Struck, operation: str) -> bool:
    return struck.fault.does is Does.UNKNOWN_KEY and operation in _LISTS


def _changed(struck: Struck, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    match struck.fault.does:
        case Does.LEAVE_OUT:
            return [one for one in rows if not struck.script.takes(struck.place, _name(one))]
        case Does.FOREIGN:
            whose = "to" if rows and "to" in rows[0] else "cust_flag"
            return [*rows, *({**one, "msg_id": "1", whose: _FOREIGN} for one in rows[:1])]
        case Does.TWICE:
            return rows + rows
        case Does.SHUFFLED:
            return sorted(rows, key=lambda one: struck.script.chance(struck.place, "order", _name(one)))
        case _:
            return []


def _name(row: dict[str, Any]) -> str:
    return str(row.get("msg_id") or row.get("task_id") or row.get("pub_id"))


def _json(answer: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(answer), 200, media_type="application/json")
