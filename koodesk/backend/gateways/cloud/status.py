# SPDX-License-Identifier: Apache-2.0
"""Status reports by asking: the platform pushes them to a public address, which a desk does not have.

So tasks that still wait are asked about in turn, the young ones often and the old ones seldom: what was sent
(`list_aim_send_details`), and what was resolved (`list_aim_resolve_details`). A task has at most 100 numbers, so its
list stays far below the 10,000 rows beyond which the platform answers nothing (facts 4.1). What is told becomes receipts
with an id made of what they say: asked twice, told once. The ids are negative, so that they meet no other gateway's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from koodesk.backend.gateways.cloud import video
from koodesk.backend.gateways.cloud.client import CloudQuestions
from koodesk.backend.gateways.cloud.rounds import ask_each
from koodesk.backend.gateways.cloud.smart import message_id, number_of
from koodesk.backend.ports.gateway import Receipt, ReceiptKind

PAGE: Final = 100
DEEPEST: Final = 10_000
"""offset + limit of a list of details; beyond it the answer is empty. [facts 4.1]"""

LINK_DAYS: Final = 8
"""How far back links are looked for: they live at most 7 days. [facts 1.9]"""

AGAIN_MS: Final = ((3_600_000, 30_000), (86_400_000, 600_000), (1 << 62, 3_600_000))
"""(younger than, ask again after): ours; nobody publishes how often one may ask."""

_BEIJING: Final = timezone(timedelta(hours=8))
_SENT: Final = {"success": "0", "fail": "1"}

Waiting = Callable[[], Sequence[tuple[str, int]]]
"""Tells the tasks that wait for status reports: the platform's task id and when it was accepted, in ms."""

Members = Callable[[str], Sequence[int]]
"""Tells the numbers of a task of video SMS, which the platform does not."""


def nobody(task: str) -> Sequence[int]:
    """Know no numbers of any task."""
    del task
    return ()


class StatusPoll:
    """Asks about tasks that wait, a few each time. For one thread."""

    def __init__(
        self,
        client: CloudQuestions,
        waiting: Waiting,
        now_ms: Callable[[], int],
        at_once: int = 20,
        members: Members = nobody,
    ) -> None:
        """`at_once` is how many tasks are asked about in one go."""
        self._client = client
        self._waiting = waiting
        self._now_ms = now_ms
        self._at_once = at_once
        self._members = members
        self._asked_ms: dict[str, int] = {}

    def receipts(self) -> tuple[Receipt, ...]:
        """Ask about the tasks that are due, the longest unasked first. Raises what a call raises, and what an unreadable answer does,
        where nothing was heard of any."""
        now = self._now_ms()
        waiting = dict(self._waiting())
        for gone in self._asked_ms.keys() - waiting.keys():
            del self._asked_ms[gone]
        due = [
            (self._asked_ms.get(task, 0), task)
            for task, since in waiting.items()
            if self._due(task, since, now)
        ]
        found: list[Receipt] = []
        failed = ask_each(
            [task for _, task in sorted(due)[: self._at_once]],
            lambda task: found.extend(self._of(task, now)),
            lambda task: self._asked_ms.update({task: now}),
        )
        if failed is not None and not found:
            raise failed
        return tuple(found)

    def _due(self, task: str, since_ms: int, now_ms: int) -> bool:
        pause = next(pause for age, pause in AGAIN_MS if now_ms - since_ms < age)
        asked = self._asked_ms.get(task)
        return asked is None or now_ms - asked >= pause

    def _of(self, task: str, now_ms: int) -> Iterable[Receipt]:
        if task.startswith(video.PREFIX):
            yield from self._of_video(task, now_ms)
            return
        for row in self.pages("list_aim_send_details", "send_details", task_id=task):
            status = _SENT.get(str(row.get("send_status")))
            number = number_of(row.get("cust_flag"))
            if status is not None and number is not None:
                at_ms = instant(row.get("receive_time") or row.get("send_time"), now_ms)
                code = str(row.get("result_code") or "")
                yield receipt(task, number, ReceiptKind.SMS, status, code, at_ms)
        since = now_ms - LINK_DAYS * 86_400_000
        window = {"begin_time": written(since), "end_time": written(now_ms)}
        for row in self.pages(
            "list_aim_resolve_details", "resolve_details", task_id=task, resolved_status="success", **window
        ):
            number = number_of(row.get("cust_flag"))
            if number is not None and row.get("resolved_status") == "success":
                at_ms = instant(row.get("resolved_time"), now_ms)
                yield receipt(task, number, ReceiptKind.SHORTCHAIN, "0", "", at_ms)

    def _of_video(self, task: str, now_ms: int) -> Iterable[Receipt]:
        """Tell of each message of a task of video SMS what all of them came to; nothing while they differ."""
        told = self._client.ask(
            "list_vms_send_tasks", task_id=task.removeprefix(video.PREFIX), offset=0, limit=1
        )
        rows = (told.get("data") or told).get("aim_basic_send_tasks") or ()
        status = video.status(rows[0]) if rows else ""
        numbers = self._members(task) if status else ()
        # A task that took others than the ledger knows tells nothing of any one of them.
        if len(numbers) == (rows[0].get("total_count") if rows else 0):
            for number in numbers:
                yield receipt(task, number, ReceiptKind.SMS, status, "", now_ms)

    def pages(self, operation: str, name: str, **where: object) -> Iterable[dict[str, Any]]:
        """Return the rows of a list, page after page, as far as the platform goes."""
        offset = 0
        while offset + PAGE <= DEEPEST:
            told = self._client.ask(operation, offset=offset, limit=PAGE, **where)
            rows = [row for row in told.get(name) or () if isinstance(row, dict)]
            yield from rows
            offset += PAGE
            if len(rows) < PAGE:
                return


def receipt(task: str, number: int, kind: ReceiptKind, status: str, code: str, at_ms: int) -> Receipt:
    """Return what the platform tells of a message as a receipt; the same words, the same id."""
    message = message_id(task, number)
    digest = hashlib.sha256(f"{message}\n{kind}\n{status}\n{code}".encode()).digest()
    return Receipt(-1 - (int.from_bytes(digest[:8], "big") >> 1), message, kind.value, status, code, at_ms)


def instant(text: object, otherwise_ms: int) -> int:
    """Read an instant of the platform's in ms; without a zone it is Beijing time. What cannot be read is `otherwise_ms`."""
    try:
        found = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise_ms
    return int((found if found.tzinfo else found.replace(tzinfo=_BEIJING)).timestamp() * 1000)


def written(at_ms: int) -> str:
    """Write an instant as the platform's filters take it: 2019-10-12T07:20:50Z."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
