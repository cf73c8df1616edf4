# SPDX-License-Identifier: Apache-2.0
"""Plain SMS on the platform's wire: POST /v1/aim/sms/messages for one text, /v1/aim/sms/diff-messages for different ones.

Pure. Nothing lists plain SMS, so what an answer does not say nobody can ask for. The platform answers for each number; status
reports come by callback only, to an address that a desk does not have (docs/decisions/0063). The task's name and the key that
status reports give back (`extend`) are for a person who looks into the console.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from koodesk.backend.gateways.cloud.smart import Unreadable, number_of, task_name
from koodesk.backend.ports.gateway import NumberResult
from koodesk.domain.sms import places

KIND: Final = "plain"
MAX_NUMBERS: Final = 500
"""Numbers of one call. [facts 4.2]"""

SAME, DIFFERENT = "send_aim_batch_messages", "send_aim_batch_different_messages"
TAKEN: Final = "000000"
"""`send_status` of a number that was taken. [facts 4.2]"""

REFUSED: Final = ("E200015", "E200028", "E200029", "E200030", "E200031", "E200033", "E200041")
"""The other words of `send_status` that are known: the number was not taken. [facts 4.2]"""

_REFUSED: Final = re.compile(rf"{'|'.join(REFUSED)}|E2\d{{5}}|K[MD]\.[A-Z0-9_.]{{1,60}}", re.ASCII)
"""How the platform's codes of what went wrong look. Any other word says nothing one can go by."""

_PREFIX: Final = "s"
"""Before the platform's id of a message, so that it meets none of another kind or gateway."""


def body(told: Mapping[str, Any], key: str, template_id: str) -> tuple[str, dict[str, Any]]:
    """Return the call and its JSON for a payload of plain SMS: one text to all where all have the same values. Raises KeyError,
    TypeError or ValueError for another payload, or one with more numbers than a call has."""
    order = [str(place) for place in dict.fromkeys(places(told["sms_text"]))]
    texts: dict[tuple[str, ...], list[str]] = {}
    for number, own in told["recipients"]:
        values = {**told["values"], **own}
        # Without a value the platform refuses the number, as it does with one it does not take; the others have theirs.
        texts.setdefault(tuple(values.get(name, "") for name in order), []).append(str(number))
    if len(told["recipients"]) > MAX_NUMBERS:
        raise ValueError("more numbers than a call has")
    named = {"task_name": task_name(key), "extend": key}
    contents = [
        {"to": to, "template_id": template_id, "template_params": list(params)}
        for params, to in texts.items()
    ]
    if len(contents) == 1:
        return SAME, {**named, **contents[0]}
    return DIFFERENT, {**named, "sms_content": contents}


def answered(answer: Mapping[str, Any], numbers: Sequence[int]) -> tuple[NumberResult, ...]:
    """Return what the answer says of each number; of one that it says nothing clear of, nothing. Raises Unreadable where it
    says nothing of anybody."""
    rows = answer.get("result")
    if not isinstance(rows, list):
        raise Unreadable("result")
    members = frozenset(numbers)
    found = [one for row in rows if isinstance(row, dict) and (one := _of(row)) is not None]
    if not any(one.number in members for one in found):
        raise Unreadable("nobody")
    return tuple(found)


def _of(row: Mapping[str, Any]) -> NumberResult | None:
    number, status, message = number_of(row.get("to")), row.get("send_status"), row.get("msg_id")
    if number is None or not isinstance(status, str):
        return None
    if status == TAKEN and isinstance(message, str) and message:
        return NumberResult(number, True, f"{_PREFIX}{message}:{number}")
    return NumberResult(number, False, "", status) if _REFUSED.fullmatch(status) else None
