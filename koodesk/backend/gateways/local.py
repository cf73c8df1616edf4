# SPDX-License-Identifier: Apache-2.0
"""The local engine as a send gateway: it keeps keys, so the same key and bytes give the first answer.

The table of outcomes (promises, section 1; tests/backend/gateways/test_local.py walks through it):

    no connection                              NotSent       nothing can have arrived
    timeout or break after the connection      Unknown
    200 that cannot be read                    Unknown
    401, 429, 503, KD.QUIET_HOURS and what the NotSent       the engine says itself that it took nothing
      account stops, with the engine's own body
    409 (this key came with other bytes)       Unknown       something was accepted under this key: the dispatcher looks it up
    400, 403, 404, 413, 422 with an error body RefusedWhole
    everything else (500, 502, 504, 408, ...)  Unknown
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import Any, Final
from urllib.parse import quote

import orjson

from koodesk.backend.gateways.engine_http import (
    CALL_SECONDS,
    Answer,
    EngineHttp,
    MayHaveSent,
    NothingSent,
    clock_of,
)
from koodesk.backend.ports.account import ACCOUNT_STOPS
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.ports.gateway import (
    Answered,
    Batch,
    Found,
    GatewayClass,
    GatewayClock,
    LookUp,
    NotFound,
    NotSent,
    NumberResult,
    Outcome,
    Promise,
    Receipt,
    ReceiptPage,
    RefusedWhole,
    Unclear,
    Unknown,
)
from koodesk.backend.ports.receipt_columns import Columns, ReceiptColumns
from koodesk.domain.problem import Refused, problem

MAX_CHUNK: Final = 5_000
CAPABILITY_LIMIT: Final = 10_000
_TAKEN_NOTHING: Final = frozenset({401, 429, 503})
_REFUSED: Final = frozenset({400, 403, 404, 413, 422})
_LATER: Final = frozenset({"KD.QUIET_HOURS", *ACCOUNT_STOPS})
_LATER_MS: Final = 60_000
# The engine speaks of receipts in words; the ledger keeps "0" for every success, as the cloud's own receipts do.
_LARGEST: Final = 1 << 63
_result: Final = partial(tuple.__new__, NumberResult)
_SUCCESS: Final = frozenset({"delivered", "resolved"})
_AS_KEPT: Final = dict.fromkeys(_SUCCESS, "0")


class LocalGateway:
    """Sends through the engine of a workspace. Safe to use from several threads."""

    name: Final = "local"
    klass: Final = GatewayClass.IDEMPOTENT
    max_chunk: Final = MAX_CHUNK
    video_fallback: Final = True

    def __init__(self, endpoint: Callable[[], Endpoint], seconds: float = CALL_SECONDS) -> None:
        """`seconds` is the longest an answer may take before its outcome is unknown."""
        self._http = EngineHttp(endpoint, seconds)

    def promise(self, kind: str) -> Promise:
        """Return the same of every kind: each goes as a batch under a key."""
        del kind
        return Promise(self.klass, self.max_chunk)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._http.close()

    def now_ms(self) -> int:
        """Return the engine's clock. Raises Refused (gateway.unreachable)."""
        return self.reading().now_ms

    def reading(self) -> GatewayClock:
        """Return the engine's clock and its speed. Raises Refused (gateway.unreachable)."""
        return clock_of(self._http.ask("GET", "/engine/v1/clock"))

    def send(self, batch: Batch) -> Outcome:
        """Make the one call."""
        try:
            headers = {"Idempotency-Key": batch.key}
            if not batch.hours.always:
                headers["X-Koodesk-Hours"] = f"{batch.hours.start}-{batch.hours.end}"
            answer = self._http.call("POST", "/engine/v1/batches", batch.payload, headers)
        except NothingSent as failure:
            return NotSent(failure.code)
        except MayHaveSent as failure:
            return Unknown(failure.code)
        if answer.status == 200:
            try:
                return Answered(_results(answer.body))
            except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
                return Unknown("unreadable")
        return _refusal(answer)

    def look_up(self, key: str) -> LookUp:
        """Ask what became of a key."""
        return self._looked_up(f"/engine/v1/batches/{quote(key, safe='')}")

    def look_up_task(self, name: str) -> LookUp:
        """Ask what became of the task of a name (`gateways.keyless`)."""
        return self._looked_up(f"/engine/v1/batches/{quote(name, safe='')}?by=task_name")

    def _looked_up(self, target: str) -> LookUp:
        try:
            answer = self._http.call("GET", target)
        except (NothingSent, MayHaveSent) as failure:
            return Unclear(failure.code)
        told = answer.error()
        if answer.status == 404 and told is not None and told[0] == "KD.KEY_UNKNOWN":
            return NotFound()
        if answer.status != 200:
            return Unclear(f"http_{answer.status}")
        try:
            return Found(_results(answer.body))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return Unclear("unreadable")

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Return receipts after a cursor. Raises Refused (gateway.unreachable)."""
        page = self._http.ask("GET", f"/engine/v1/receipts?after={after}&limit={limit}")
        try:
            told = page["items"]
            items = _receipts(told)
            if told and not items:
                raise ValueError("not one of them can be read")
            last = page.get("last")
            return ReceiptPage(
                items, int(page["next"]), int(last) if last is not None else None, len(told) - len(items)
            )
        except (KeyError, TypeError, ValueError) as broken:
            raise Refused(problem("gateway.unreachable", gateway=self.name, reason="unreadable")) from broken

    def capability(self, numbers: Sequence[int], template_id: str) -> Mapping[int, str]:
        """Return the vendor per number, "" where the card cannot be shown. Raises Refused."""
        found: dict[int, str] = {}
        for start in range(0, len(numbers), CAPABILITY_LIMIT):
            part = list(numbers[start : start + CAPABILITY_LIMIT])
            told = self._http.ask(
                "POST", "/engine/v1/capabilities", {"template": template_id, "numbers": part}
            )
            try:
                found.update(zip(part, map(str, told["vendors"]), strict=True))
            except (KeyError, TypeError, ValueError) as broken:
                raise Refused(
                    problem("gateway.unreachable", gateway=self.name, reason="unreadable")
                ) from broken
        return found


def _results(body: bytes) -> tuple[NumberResult, ...]:
    """Read the engine's answer. Raises ValueError, KeyError or TypeError when it is not one."""
    told = orjson.loads(body)["results"]
    if told and all(len(one) == 3 for one in told):
        numbers, words, details = zip(*told, strict=True)
        # Everybody, which is the usual answer.
        if words.count("accepted") == len(told) == sum(map(bool, details)) and (
            set(map(type, numbers)) == {int} and set(map(type, details)) == {str}
        ):
            return tuple(map(_result, zip(numbers, repeat(True), details, repeat(""))))
    results = []
    for number, word, detail in told:
        if not isinstance(detail, (str, int)) or not (number is None or isinstance(number, int)):
            raise ValueError("not a number, or nothing to follow it by")
        # The engine gives null back for an entry that held no number: nobody's answer.
        if word == "accepted" and detail and number is not None:
            results.append(NumberResult(number, True, str(detail)))
        elif word == "refused":
            results.append(NumberResult(number or 0, False, "", str(detail)))
        else:
            raise ValueError("neither accepted nor refused")
    return tuple(results)


def _receipts(told: list[Any]) -> Sequence[Receipt]:
    """Read a page of receipts without those that are none."""
    # As the engine writes them there is nothing to convert, and there are ten thousand a page: they stay columns.
    columns = _columns(told)
    if columns is not None:
        return ReceiptColumns(columns)
    return tuple([receipt for receipt in map(_receipt, told) if receipt is not None])


def _columns(told: list[Any]) -> Columns | None:
    """Return receipts as columns, None where one of them is not as the engine writes it."""
    try:
        ids, messages, kinds, statuses, codes, at_ms = zip(*told, strict=True)
    except (TypeError, ValueError):
        return None
    if any(set(map(type, column)) != {str} for column in (messages, kinds, statuses, codes)):
        return None
    for column in (ids, at_ms):
        if set(map(type, column)) != {int} or min(column) <= -_LARGEST or max(column) >= _LARGEST:
            return None
    return ids, messages, kinds, tuple(map(_AS_KEPT.get, statuses, statuses)), codes, at_ms


def _receipt(item: Any) -> Receipt | None:
    """Read one receipt, None when it is none: one that is broken must not keep the others."""
    try:
        id_, message_id, kind, status, code, at_ms = item
        if abs(int(id_)) >> 63 or abs(int(at_ms)) >> 63:
            return None
        words = str(kind), "0" if status in _SUCCESS else str(status), str(code)
        return Receipt(int(id_), str(message_id), *words, int(at_ms))
    except (TypeError, ValueError):
        return None


def _refusal(answer: Answer) -> Outcome:
    told = answer.error()
    if told is None:
        return Unknown(f"http_{answer.status}")
    code, params = told
    wait = params.get("retry_after_ms", 0)
    if answer.status in _TAKEN_NOTHING:
        return NotSent(code, wait if isinstance(wait, int) else 0)
    if code in _LATER:
        return NotSent(code, _LATER_MS)
    if answer.status in _REFUSED:
        return RefusedWhole(code, str(params.get("where", "")))
    return Unknown(code if answer.status == 409 else f"http_{answer.status}")
