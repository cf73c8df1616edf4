# SPDX-License-Identifier: Apache-2.0
"""Smart messages on the platform's wire: the body of POST /v1/aim/send-tasks, and what answers say of each number.

Pure. A task is found again by its name, so that is made of the chunk's key alone: `KD` and 26 signs of its SHA-256,
which also fits the 32 characters a task of video SMS may have (facts 4.2). The console shows it; which campaign it
belongs to is in the ledger.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from koodesk.backend.ports.gateway import NumberResult
from koodesk.domain.sms import places

MAX_NUMBERS: Final = 100
"""Links, and so numbers, of one call. [facts 4.2]"""

ACCEPTED: Final = "Success"
_GENERATED_BY_STANDARD: Final = "1"


class Unreadable(ValueError):
    """An answer that says nothing one can go by."""


@dataclass(frozen=True, slots=True)
class SmsChannel:
    """What a text message template belongs to: all of it has to match on the platform. [SDK SmsChannel]"""

    channel_number: str
    app_name: str


def task_name(key: str) -> str:
    """Return the unique name of a chunk's task: 28 characters, the same for the same key."""
    digest = hashlib.sha256(key.encode()).digest()
    return "KD" + base64.b32encode(digest)[:26].decode("ascii")


def envelope(payload: bytes) -> dict[str, Any]:
    """Read a batch's canonical payload (docs/architecture.md, POST /engine/v1/batches). Raises ValueError, TypeError."""
    told = orjson.loads(payload)
    if not isinstance(told, dict):
        raise TypeError("no object")
    return told


def body(told: Mapping[str, Any], key: str, channel: SmsChannel) -> dict[str, Any]:
    """Return the JSON of a send task for a payload of smart messages. Raises KeyError, TypeError or ValueError for another."""
    order = tuple(dict.fromkeys(places(told["sms_text"])))
    jump = {"custom_url": told["jump_url"]} if told.get("jump_url") else {}
    return {
        "task_name": task_name(key),
        "sms_channel": {
            "channel_number": channel.channel_number,
            "sms_tpl_id": told["sms_template"],
            "sms_sign": told["sms_sign"],
            "sms_app_name": channel.app_name,
        },
        "resolve_task": {
            "tpl_id": told["template"],
            "aim_code_type": "individual",
            "resolve_times": 1,
            "expiration_time": int(told["validity_days"]),
            "generation_type": _GENERATED_BY_STANDARD,
            **({"domain": told["domain"]} if told.get("domain") else {}),
            "params": [
                {
                    "cust_flag": str(number),
                    **jump,
                    "dync_params": params,
                    # In the order of the text; the link is the platform's to fill and is left out.
                    "sms_params": [values[str(place)] for place in order if str(place) in values],
                }
                for number, params, _, values in told["recipients"]
            ],
        },
    }


def answered(answer: Mapping[str, Any], numbers: Sequence[int]) -> tuple[NumberResult, ...]:
    """Return what the answer to a send task says of each number. Raises Unreadable.

    A task the platform took in has an id and the state Success; a number is accepted unless its link could not be made.
    """
    task_id = answer.get("task_id")
    state = answer.get("task_state")
    failed = _failed(answer)
    if state == ACCEPTED and isinstance(task_id, str) and task_id:
        return tuple(
            NumberResult(number, False, "", failed[number])
            if number in failed
            else NumberResult(number, True, message_id(task_id, number))
            for number in numbers
        )
    if failed.keys() >= set(numbers):
        return tuple(NumberResult(number, False, "", failed[number]) for number in numbers)
    raise Unreadable(f"state {state!r}")


def of_listed(task: Mapping[str, Any], listed: Sequence[int]) -> tuple[NumberResult, ...]:
    """Return what the list of tasks says of a call that nobody answered; `listed` are the numbers among its details.

    Only numbers that the platform names are answered for; the others stay unclear. Raises Unreadable.
    """
    task_id = task.get("task_id")
    if task.get("task_state") != ACCEPTED or not isinstance(task_id, str) or not task_id:
        raise Unreadable(f"state {task.get('task_state')!r}")
    failed = _failed(task)
    named = dict.fromkeys((*listed, *_params(task)))
    taken = [NumberResult(n, True, message_id(task_id, n)) for n in named if n not in failed]
    return (*taken, *(NumberResult(number, False, "", code) for number, code in failed.items()))


def message_id(task_id: str, number: int) -> str:
    """Return what a message is followed by: the platform tells of messages by task and number."""
    return f"{task_id}:{number}"


def number_of(text: object) -> int | None:
    """Read a phone number of the platform's, with or without the country's code; None for anything else."""
    digits = str(text or "").removeprefix("+").removeprefix("00")
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 11 else None


def _failed(told: Mapping[str, Any]) -> dict[int, str]:
    """Return the numbers whose link could not be made, each with the platform's code."""
    failed: dict[int, str] = {}
    for one in told.get("failed_short_chains") or ():
        number = number_of(one.get("cust_flag"))
        if number is not None:
            failed[number] = str(one.get("result_code") or "link_failed")
    return failed


def _params(task: Mapping[str, Any]) -> tuple[int, ...]:
    params = (task.get("resolve_task") or {}).get("params") or ()
    return tuple(number for one in params if (number := number_of(one.get("cust_flag"))) is not None)
