# SPDX-License-Identifier: Apache-2.0
"""Plain SMS over the cloud's API: one text to at most 500 numbers, or different texts. Nothing lists them: a call whose answer is
lost stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.clearing import SmsTemplate, mobile, sms_template
from koodesk.engine.cloud.errors import refusal
from koodesk.engine.cloud.paging import iso
from koodesk.engine.cloud.sending import accepted

TAKEN: Final = "000000"
"""The platform took the message. Source: facts 4.2."""

_DAYS: Final = 1
"""Days of validity: the form asks for it, a message without a link has none."""


def send_same(call: Call) -> dict[str, Any]:
    """Send one text to all."""
    template = _template(call, call.body["template_id"])
    _check_channel(call, template)
    return _answer([_send(call, template, call.body)])


def send_different(call: Call) -> dict[str, Any]:
    """Send different texts, each to its own numbers. Refused as a whole when one of the texts is."""
    contents = call.body["sms_content"]
    templates = [_template(call, one["template_id"]) for one in contents]
    _check_channel(call, templates[0])
    if sum(len(one["to"]) for one in contents) > _MOST:
        raise refusal("KD.CLOUD.FIELD", where="sms_content", limit=_MOST)
    return _answer([_send(call, template, one) for template, one in zip(templates, contents, strict=True)])


def _template(call: Call, template_id: str) -> SmsTemplate:
    template = sms_template(call.connection, template_id)
    if template.links:
        # A plain SMS brings its own link; the twin's messages carry links of their own.
        raise refusal("KD.CLOUD.CUSTOM_LINK", where="template_id")
    return template


def _check_channel(call: Call, template: SmsTemplate) -> None:
    if call.body.get("channel_num", template.channel) != template.channel:
        raise refusal("KD.CLOUD.CHANNEL", where="channel_num")


def _send(call: Call, template: SmsTemplate, given: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    name = call.body.get("task_name") or f"Task_{iso(call.now_ms)}"
    values = template.values(given.get("template_params", []))
    batch = {
        "campaign": f"cloud:{name}",
        "task_name": name,
        "template": "",
        "sms_template": template.ref,
        "sms_sign": template.signature,
        "sms_text": "",
        "validity_days": _DAYS,
        "recipients": [[mobile(to), {}, 0, values] for to in given["to"]],
    }
    results = accepted(call, batch, {"extend": call.body.get("extend", "")})
    rows = [
        {
            "to": to,
            "channel_num": template.channel,
            "msg_id": more if state == "accepted" else "",
            "send_status": TAKEN if state == "accepted" else more,
            "create_time": iso(call.now_ms),
        }
        for to, (_number, state, more) in zip(given["to"], results, strict=True)
    ]
    return results.task, rows


def _answer(sent: list[tuple[str, list[dict[str, Any]]]]) -> dict[str, Any]:
    rows = [row for _task, some in sent for row in some]
    taken = any(row["send_status"] == TAKEN for row in rows)
    return {"task_id": sent[0][0], "status": "Success" if taken else "Failed", "result": rows}


_MOST: Final = 500
"""Numbers of one call. Source: facts 4.7."""

HANDLERS: Final[dict[str, Handler]] = {
    "send_aim_batch_messages": send_same,
    "send_aim_batch_different_messages": send_different,
}
