# SPDX-License-Identifier: Apache-2.0
"""Video SMS on the platform's wire: the body of POST /v1/aim-basic/send-tasks, and what answers and lists say of a task.

Pure. A task is found again by its name like one of smart messages (`smart.task_name`). The platform answers for a task as a
whole and counts what became of it; whose message it was it tells by callback only, to an address that a desk does not have. So one of
whose messages all came to the same is told of each, and of any other nothing is (docs/decisions/0055). A message is named
"v<task>:<number>", by which it is known for one of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from koodesk.backend.gateways.cloud.smart import Unreadable, message_id, task_name
from koodesk.backend.ports.gateway import Answered, Found, NumberResult, RefusedWhole
from koodesk.domain.video_sms.reslist import TEXT_TYPE

KIND: Final = "video"
PREFIX: Final = "v"
TAKEN: Final = "0"
"""`ret_code` of a task that was taken. [SDK CreateVmsTaskResponseMode; facts 4.4 has 0 for success throughout]"""


def body(told: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the JSON of a send task for a payload of video SMS. Raises KeyError, TypeError or ValueError for another."""
    return {
        "task_name": task_name(key),
        "tpl_id": told["template"],
        "expiration_time": int(told["expiration_hours"]),
        "individual_params": [
            {
                "mobiles": [str(number)],
                "dync_params": [
                    {
                        "param_name": f"#{name}#",
                        "content_type": TEXT_TYPE,
                        "content_source": TEXT_TYPE,
                        "content_detail": value,
                    }
                    for name, value in params.items()
                ],
            }
            for number, params in told["recipients"]
        ],
    }


def answered(answer: Mapping[str, Any], numbers: Sequence[int]) -> Answered | RefusedWhole:
    """Return what the answer to a send task says: for all its numbers the same. Raises Unreadable."""
    data = answer.get("data") or answer
    code, task = data.get("ret_code"), data.get("task_id")
    if code == TAKEN and isinstance(task, str) and task:
        return Answered(tuple(NumberResult(n, True, message_id(PREFIX + task, n)) for n in numbers))
    if isinstance(code, str) and code not in ("", TAKEN):
        return RefusedWhole(code, str(data.get("desc") or ""))
    raise Unreadable(f"ret_code {code!r}")


def of_listed(task: Mapping[str, Any]) -> Found:
    """Return what the list of tasks says of a call that nobody answered: how many it took, not whom. Raises Unreadable."""
    task_id, count = task.get("task_id"), task.get("total_count")
    if not isinstance(task_id, str) or not task_id or not isinstance(count, int):
        raise Unreadable("task")
    return Found((), everyone=PREFIX + task_id, counted=count)


def status(task: Mapping[str, Any]) -> str:
    """Return "0" when every message of a task arrived, "1" when none did and none waits, "" otherwise."""
    total = int(task.get("total_count") or 0)
    if total and int(task.get("success_count") or 0) == total:
        return "0"
    return "1" if total and int(task.get("failed_count") or 0) == total else ""
