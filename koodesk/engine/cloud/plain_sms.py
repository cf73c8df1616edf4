# SPDX-License-Identifier: Apache-2.0
"""Plain SMS over the cloud's API: one text to at most 500 numbers, or different texts. Nothing lists them: a call whose answer is
lost stays unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.clearing import SmsTemplate, mobile, sms_template
from koodesk.engine.cloud.errors import refusal
from koodesk.engine.cloud.paging import iso
from koodesk.engine.cloud.sending import accepted

TAKEN: Final = "000000"
"""The platform took the message. Source: facts 4.2."""


def send_same(call: Call) -> dict[str, Any]:
    """Send one text to all."""
    return _send(call, [call.body])


def send_different(call: Call) -> dict[str, Any]:
    """Send different texts, each to its own numbers. Refused as a whole when one of the texts is."""
    contents = call.body["sms_content"]
    if sum(len(one["to"]) for one in contents) > _MOST:
        raise refusal("KD.CLOUD.FIELD", where="sms_content", limit=_MOST)
    return _send(call, contents)


@dataclass(slots=True)
class _Batch:
    """Texts of one template that go out together: a number is in it once, with the values of its text. `places` are those of the
    entries in the call: which text, which number of it."""

    template: SmsTemplate
    numbers: set[int | str] = field(default_factory=set)
    entries: list[list[Any]] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)


def _send(call: Call, contents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    known = {one: _template(call, one) for one in dict.fromkeys(one["template_id"] for one in contents)}
    first = known[contents[0]["template_id"]]
    if call.body.get("channel_num", first.channel) != first.channel:
        raise refusal("KD.CLOUD.CHANNEL", where="channel_num")
    name = call.body.get("task_name") or f"Task_{iso(call.now_ms)}"
    rows: dict[tuple[int, int], dict[str, Any]] = {}
    tasks: list[str] = []
    for batch in _batches(known, contents):
        results = accepted(call, _body(name, batch), {"extend": call.body.get("extend", "")})
        tasks.append(results.task)
        for (text, place), (_number, state, more) in zip(batch.places, results, strict=True):
            rows[text, place] = {
                "to": contents[text]["to"][place],
                "channel_num": batch.template.channel,
                "msg_id": more if state == "accepted" else "",
                "send_status": TAKEN if state == "accepted" else more,
                "create_time": iso(call.now_ms),
            }
    told = [rows[place] for place in sorted(rows)]
    taken = any(row["send_status"] == TAKEN for row in told)
    return {"task_id": tasks[0], "status": "Success" if taken else "Failed", "result": told}


def _batches(known: Mapping[str, SmsTemplate], contents: Sequence[Mapping[str, Any]]) -> list[_Batch]:
    """Put texts together as far as no number gets two of them in one batch: five hundred texts to one number each are one batch. Within
    a text a number that stands there twice stays, to be refused with its code."""
    found: list[_Batch] = []
    for text, one in enumerate(contents):
        template = known[one["template_id"]]
        values = template.values(one.get("template_params", []))
        numbers = [mobile(to) for to in one["to"]]
        wanted = frozenset(numbers)
        batch = next((b for b in found if b.template is template and b.numbers.isdisjoint(wanted)), None)
        if batch is None:
            batch = _Batch(template)
            found.append(batch)
        batch.numbers |= wanted
        batch.entries += [[number, values] for number in numbers]
        batch.places += [(text, place) for place in range(len(numbers))]
    return found


def _body(name: str, batch: _Batch) -> dict[str, Any]:
    return {
        "kind": "plain",
        "campaign": f"cloud:{name}",
        "task_name": name,
        "sms_template": batch.template.ref,
        "sms_sign": batch.template.signature,
        "sms_text": "",
        "values": {},
        "recipients": batch.entries,
    }


def _template(call: Call, template_id: str) -> SmsTemplate:
    template = sms_template(call.connection, template_id)
    if template.links:
        # A plain SMS brings its own link; the twin's messages carry links of their own.
        raise refusal("KD.CLOUD.CUSTOM_LINK", where="template_id")
    return template


_MOST: Final = 500
"""Numbers of one call. Source: facts 4.7."""

HANDLERS: Final[dict[str, Handler]] = {
    "send_aim_batch_messages": send_same,
    "send_aim_batch_different_messages": send_different,
}
