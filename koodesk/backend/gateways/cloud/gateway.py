# SPDX-License-Identifier: Apache-2.0
"""The real platform as a send gateway of the class `listable`: no key, but a task is found again by its unique name. Of plain SMS
there is no list either: they are `blind`.

The table of outcomes (promises, section 1; tests/backend/gateways/cloud/test_gateway.py walks through it):

    no connection, certificate not accepted     NotSent       nothing can have arrived
    timeout or break after the connection       Unknown       every other fault of TLS too: it may be the answer's
    200 that cannot be read                     Unknown
    401, 403, 429                               NotSent       the platform turned the call away before its work
    400, 404, 413, 422 with the platform's code RefusedWhole
    everything else (500, 502, 503, 504, ...)   Unknown       503 too: who says it is not known

A chunk of video SMS is one task of video SMS, of the same size: the fewer a task has, the more its counts tell. The fallback BASIC is
refused whole: a call cannot carry both kinds (docs/decisions/0053).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from koodesk.backend.gateways.cloud import plain, smart, video
from koodesk.backend.gateways.cloud.channel import Channels, ChannelUnknown
from koodesk.backend.gateways.cloud.client import REFUSED, TURNED_AWAY, CloudQuestions, Told
from koodesk.backend.gateways.cloud.rounds import UNREADABLE
from koodesk.backend.gateways.cloud.status import Members, StatusPoll, Waiting, nobody, written
from koodesk.backend.gateways.engine_http import MayHaveSent, NothingSent
from koodesk.backend.ports.gateway import (
    Answered,
    Batch,
    Found,
    GatewayClass,
    GatewayClock,
    LookUp,
    NotFound,
    NotSent,
    Outcome,
    Promise,
    ReceiptPage,
    RefusedWhole,
    Unclear,
    Unknown,
)
from koodesk.domain.pacing import CALL_MS
from koodesk.domain.problem import Refused, problem

SUPPORTED: Final = "SUPPORTED"
"""What stands for the vendor of a phone that shows the card: the platform says that it does, not whose it is."""

_SMART, _VIDEO = "create_aim_send_task", "create_vms_send_task"
_LATER_MS: Final = 60_000
_LATE_MS: Final = CALL_MS // 2
_YEAR_MS: Final = 364 * 86_400_000
"""Only tasks of the last year are listed. [facts 4.2]"""


def _as_it_is(ref: str) -> str:
    """Return what the platform calls a template where nothing else is known."""
    return ref


def _surely(_key: str) -> bool:
    """Say of every call that it was made with the account in use."""
    return True


def _anybodys(_tpl_id: str) -> None:
    """Let every template be sent."""


class CloudGateway:
    """Sends through the real platform. Safe to use from several threads, `receipts` from one."""

    name: Final = "cloud"
    klass: Final = GatewayClass.LISTABLE
    max_chunk: Final = smart.MAX_NUMBERS
    video_fallback: Final = False

    def __init__(
        self,
        client: CloudQuestions,
        waiting: Waiting,
        now_ms: Callable[[], int],
        sms_template: Callable[[str], str] = _as_it_is,
        members: Members = nobody,
        same_caller: Callable[[str], bool] = _surely,
        demand: Callable[[str], None] = _anybodys,
    ) -> None:
        """`waiting` tells the tasks without a status report, `members` the numbers of one of video SMS; `now_ms` is this machine's
        clock, for the platform has none that can be asked; `sms_template` is what the platform calls a template of the desk's;
        `same_caller` tells whether the call of a key was made with the account in use: another's tasks are not listed. `demand` raises
        Refused for a card or video SMS, by its id, that another account alone has; what it raises keeps the call from being made."""
        self._client = client
        self._channels = Channels(client)
        self._status = StatusPoll(client, waiting, now_ms, members=members)
        self._sms_template = sms_template
        self._same_caller = same_caller
        self._demand = demand
        self._now_ms = now_ms

    def promise(self, kind: str) -> Promise:
        """Return what is promised of a kind: nothing lists plain SMS."""
        if kind == plain.KIND:
            return Promise(GatewayClass.BLIND, plain.MAX_NUMBERS)
        return Promise(self.klass, self.max_chunk)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def now_ms(self) -> int:
        """Return this machine's clock."""
        return self._now_ms()

    def reading(self) -> GatewayClock:
        """Return this machine's clock, which has no speed."""
        return GatewayClock(self._now_ms(), own=False)

    def send(self, batch: Batch) -> Outcome:
        """Make the one call; what has to be asked before it can leave is asked first. Where the machine slept over that, the call
        does not leave: hours, pauses and stops were looked at before."""
        begun = time.monotonic(), self._now_ms()
        try:
            content = self._content(batch)
        except (KeyError, TypeError, ValueError):
            return RefusedWhole("payload", "recipients")
        except ChannelUnknown as unknown:
            return NotSent(unknown.code, _LATER_MS)
        except (NothingSent, MayHaveSent) as failure:
            return NotSent(failure.code)  # a question broke; the send task has not left
        except Told as told:
            return NotSent(told.code or f"http_{told.status}", _LATER_MS)
        except Refused as refusal:
            return NotSent(refusal.problems[0].code, _LATER_MS)  # no key, or no SDK: nobody was even asked
        if content is None:
            return RefusedWhole("kind_of_two_calls", "kind")
        operation, asked = content
        passed = max(
            (time.monotonic() - begun[0]) * 1_000, self._now_ms() - begun[1]
        )  # the first may stand still in a sleep
        if passed > _LATE_MS:
            return NotSent("worker.late")
        try:
            answer = self._client.ask(operation, body=asked)
            if operation == _VIDEO:
                return video.answered(answer, batch.numbers)
            if operation in (plain.SAME, plain.DIFFERENT):
                return Answered(plain.answered(answer, batch.numbers))
            return Answered(smart.answered(answer, batch.numbers))
        except NothingSent as failure:
            return NotSent(failure.code)
        except MayHaveSent as failure:
            return Unknown(failure.code)
        except Told as told:
            return _turned_down(told)
        except Refused as refusal:
            return NotSent(
                refusal.problems[0].code, _LATER_MS
            )  # the key was taken away: the call was not made
        except (smart.Unreadable, AttributeError, TypeError):
            return Unknown("unreadable")

    def _content(self, batch: Batch) -> tuple[str, dict[str, object]] | None:
        """Return the call and its body, None for a kind of batch that the platform cannot be sent. Raises what asking does."""
        told = smart.envelope(batch.payload)
        if told.get("kind") == video.KIND:
            self._demand(str(told["template"]))
            return _VIDEO, video.body(told, batch.key)
        if told.get("kind") == plain.KIND:
            # The platform takes the channel of the template's signature where none is said: nothing has to be asked before.
            return plain.body(told, batch.key, self._sms_template(str(told["sms_template"])))
        if told.get("kind", "smart") != "smart" or told.get("fallback") == "basic":
            return None
        self._demand(str(told["template"]))
        template = self._sms_template(str(told["sms_template"]))
        channel = self._channels.of(template, str(told["sms_sign"]))
        return _SMART, smart.body({**told, "sms_template": template}, batch.key, channel)

    def look_up(self, key: str) -> LookUp:
        """Look for the task of a key by its name, among those of the last year: of smart messages, then of video SMS."""
        name = smart.task_name(key)
        try:
            smarts = self._tasks("list_aim_send_tasks", "aim_send_tasks", name)
            videos = [] if smarts else self._tasks("list_vms_send_tasks", "aim_basic_send_tasks", name)
            if len(smarts) + len(videos) > 1:
                return Unclear("name_twice")
            if videos:
                return video.of_listed(videos[0])
            if not smarts:
                return NotFound() if self._same_caller(key) else Unclear("other_caller")
            rows = self._status.pages("list_aim_send_details", "send_details", task_id=smarts[0]["task_id"])
            listed = [number for row in rows if (number := smart.number_of(row.get("cust_flag"))) is not None]
            return Found(smart.of_listed(smarts[0], listed))
        except (NothingSent, MayHaveSent) as failure:
            return Unclear(failure.code)
        except Told as failure:
            return Unclear(failure.code or f"http_{failure.status}")
        except Refused as refusal:
            return Unclear(refusal.problems[0].code)
        except (smart.Unreadable, AttributeError, KeyError, TypeError):
            return Unclear("unreadable")

    def _tasks(self, operation: str, rows: str, name: str) -> list[dict[str, Any]]:
        """Return the tasks of a name. Raises as asking does, and KeyError, TypeError for an answer that is no list."""
        now = self._now_ms()
        window = {"begin_time": written(now - _YEAR_MS), "end_time": written(now + 86_400_000)}
        told = self._client.ask(operation, task_name=name, offset=0, limit=100, **window)
        found = (told.get("data") or told)[rows] or ()
        # A list that says a task twice says it of one task; two tasks of a name are two ids.
        return list({task.get("task_id"): task for task in found if task.get("task_name") == name}.values())

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Ask about tasks that wait. There is no list to go along: the cursor stays where it is.

        Raises Refused (gateway.unreachable)."""
        del limit  # a few tasks of at most 100 numbers each
        try:
            return ReceiptPage(self._status.receipts(), after)
        except (NothingSent, MayHaveSent) as failure:
            raise self._unreachable(failure.code) from failure
        except Told as failure:
            raise self._unreachable(failure.code or f"http_{failure.status}") from failure
        except UNREADABLE as failure:
            raise self._unreachable("unreadable") from failure

    def capability(self, numbers: Sequence[int], template_id: str) -> Mapping[int, str]:
        """Ask which phones show the card, 100 a call: `SUPPORTED`, or "" for those that do not. Raises Refused."""
        found: dict[int, str] = {}
        for start in range(0, len(numbers), smart.MAX_NUMBERS):
            part = numbers[start : start + smart.MAX_NUMBERS]
            asked = {"mobiles": [str(number) for number in part], "tpl_id": template_id}
            try:
                told = self._client.ask("check_mobile_capability", body=asked)
            except (NothingSent, MayHaveSent) as failure:
                raise self._unreachable(failure.code) from failure
            except Told as failure:
                raise Refused(
                    problem(
                        "gateway.refused", gateway=self.name, error_code=failure.code or str(failure.status)
                    )
                ) from failure
            for name, word in (("supported_mobiles", SUPPORTED), ("unsupported_mobiles", "")):
                told_numbers = (smart.number_of(one) for one in told.get(name) or ())
                found.update({number: word for number in told_numbers if number is not None})
        return found

    def _unreachable(self, reason: str) -> Refused:
        return Refused(problem("gateway.unreachable", gateway=self.name, reason=reason))


def _turned_down(told: Told) -> Outcome:
    code = told.code or f"http_{told.status}"
    if told.status in TURNED_AWAY:
        return NotSent(code, _LATER_MS)
    if told.status in REFUSED and told.code:  # without the platform's own code it may be anybody's page
        return RefusedWhole(code)
    return Unknown(f"http_{told.status}")
