# SPDX-License-Identifier: Apache-2.0
"""The fault script in force: which request is struck, and what its answer looks like on the wire.

What a script may say is `domain.fault_script`. Here it meets HTTP: before the request does its work (`Deck.strike`, then
`Struck.before`), and after (`Struck.after`). Breaking a connection needs the server's own transport, which `with_transport`
puts into the request's scope.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from koodesk.domain.fault_script import LATER, Does, Fault, FaultScript, On, script_of
from koodesk.domain.problem import Refused
from koodesk.engine.errors import ApiError
from koodesk.engine.late import FEED, Late
from koodesk.engine.store import read_meta, write_meta

_TRANSPORT: Final = "koodesk.transport"
_PIECES: Final = 20
_FOREIGN_NUMBER: Final = 19_999_999_998
_FOREIGN_RECEIPT: Final = 1 << 52
"""Above every receipt id of this engine (`schema.MESSAGE_BITS`), and still an exact number in JSON everywhere."""

_LOST: Final = frozenset(
    (Does.STATUS_AFTER, Does.RESET_AFTER, Does.HANG_AFTER, Does.CUT, Does.GARBLED, Does.EMPTY)
)
"""Of an answer that is struck so nothing is heard."""


def with_transport(app: ASGIApp) -> ASGIApp:
    """Hand the server's connection on with each request, for the faults that break it."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn's `send` is a method of the cycle that holds the connection; another server's is not, and then a broken
        # connection is told by an answer that ends before its body.
        scope[_TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await app(scope, receive, send)

    return outer


class Break(Response):
    """Ends the connection with no answer, or after `head` of `whole` bytes of one."""

    def __init__(self, wait_ms: int = 0, *, body: bytes = b"", told: int = 0) -> None:
        super().__init__()
        self._wait_ms = wait_ms
        self._body = body
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, say what is to be said, break."""
        del receive
        await asyncio.sleep(self._wait_ms / 1000)
        transport = scope.get(_TRANSPORT)
        if self._body or transport is None:
            length = str(max(self._told, len(self._body) + 1)).encode()
            head = [(b"content-type", b"application/json"), (b"content-length", length)]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": self._body, "more_body": True})
            await asyncio.sleep(0.01)  # what was written leaves before the connection does
        if transport is not None:
            transport.abort()


@dataclass(frozen=True, slots=True)
class Struck:
    """A request that meets a fault. `script.faults[place]` is the fault."""

    script: FaultScript
    place: int
    fault: Fault

    def before(self) -> Response | None:
        """Return the answer that takes the place of the request's work, None when the work is to be done."""
        fault = self.fault
        match fault.does:
            case Does.STATUS:
                return _status(fault.status)
            case Does.RESET:
                return Break()
            case Does.HANG:
                return Break(fault.wait_ms)
            case Does.REFUSE:
                return _json(ApiError(400, fault.code, "refused by the fault script").to_json(), 400)
            case Does.UNKNOWN_KEY:
                return _json(ApiError(404, "KD.KEY_UNKNOWN", "no batch has this key").to_json(), 404)
            case _:
                return None

    def refusal(self, number: object) -> str:
        """Return the code with which the fault refuses one recipient, empty where it does not."""
        meant = self.fault.does is Does.REFUSE_SOME and self.script.takes(self.place, str(number))
        return self.fault.code if meant else ""

    def takes(self, name: str) -> bool:
        """Tell whether a recipient or receipt is among those that the fault means."""
        return self.script.takes(self.place, name)

    def place_of(self, name: str) -> float:
        """Return where a receipt stands in the order of SHUFFLED."""
        return self.script.chance(self.place, "order", name)

    def after(self, answer: bytes) -> Response | None:
        """Return what leaves instead of an answer (JSON) to work that is done, None when the answer itself does."""
        fault = self.fault
        match fault.does:
            case Does.STATUS_AFTER:
                return _status(fault.status)
            case Does.RESET_AFTER:
                return Break()
            case Does.HANG_AFTER:
                return Break(fault.wait_ms)
            case Does.CUT:
                return Break(body=answer[: len(answer) // 2], told=len(answer))
            case Does.GARBLED:
                return Response(b"<html>502 Bad Gateway</html>", media_type="text/html")
            case Does.SLOW:
                return StreamingResponse(_drip(answer, fault.wait_ms), media_type="application/json")
            case Does.EMPTY | Does.LEAVE_OUT | Does.FOREIGN | Does.TWICE | Does.SHUFFLED:
                return _json(self._told(orjson.loads(answer)), 200)
            case _:
                return None

    def _told(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return the answer with its list changed; the other fields stay."""
        name = "items" if self.fault.on is On.RECEIPTS else "results"
        told: list[Any] = answer[name]
        match self.fault.does:
            case Does.EMPTY:
                # A receipt page without its list is no page; an answer with an empty one answers for nobody.
                return {} if name == "items" else {**answer, name: []}
            case Does.LEAVE_OUT:
                changed = [one for one in told if not self.takes(str(one[0]))]
            case Does.FOREIGN:
                changed = [*told, self._foreign(answer)]
            case Does.TWICE:
                changed = told + told
            case _:
                changed = sorted(told, key=lambda one: self.place_of(str(one[0])))
        return {**answer, name: changed}

    def _foreign(self, answer: dict[str, Any]) -> list[Any]:
        if self.fault.on is On.RECEIPTS:
            id_ = _FOREIGN_RECEIPT + int(answer["next"])
            return [id_, str(id_), "sms", "delivered", "DELIVRD", 0]
        return [_FOREIGN_NUMBER, "accepted", "1"]


class Deck:
    """The script in force, since when, and how often each call has come. Counting begins anew with the process."""

    def __init__(self, script: FaultScript | None = None, since_ms: int = 0) -> None:
        self.script = script or FaultScript()
        self.since_ms = since_ms
        self.late = Late()
        self._seen: Counter[tuple[On, str]] = Counter()

    def feed(self, answer: bytes, struck: Struck | None, now_ms: int) -> bytes:
        """Return a page of the feed (JSON) without the receipts that come later, and with those whose time has come, unless this answer
        is not to arrive."""
        if struck is not None and struck.fault.does in _LOST:
            return answer
        if not (self.late.holds(FEED) or (struck is not None and struck.fault.does in LATER)):
            return answer
        page = orjson.loads(answer)
        return orjson.dumps({**page, "items": self._later(FEED, page["items"], struck, now_ms)})

    def pushed(self, address: str, cursor: int, items: Sequence[Any], now_ms: int) -> tuple[Any, ...]:
        """Return what is pushed to an address in the place of the receipts behind a cursor. What breaks on the wire, and receipts of
        nobody's, are none of a push: the other end is the customer's."""
        struck: Struck | None = None
        if items:
            turn = f"{address}:{cursor}"  # the same however often it is tried
            struck = self.strike(On.RECEIPTS, f"push:{turn}", now_ms, turn)
        told = self._later(address, items, struck, now_ms)
        if struck is None:
            return tuple(told)
        match struck.fault.does:
            case Does.EMPTY:
                return ()
            case Does.LEAVE_OUT:
                return tuple(one for one in told if not struck.takes(str(one[0])))
            case Does.TWICE:
                return tuple(told + told)
            case Does.SHUFFLED:
                return tuple(sorted(told, key=lambda one: struck.place_of(str(one[0]))))
            case _:
                return tuple(told)

    def _later(
        self, whose: str, items: Sequence[Any], struck: Struck | None, now_ms: int
    ) -> list[Sequence[Any]]:
        if struck is not None and struck.fault.does in LATER:
            due_ms = now_ms + struck.fault.wait_ms
            self.late.hold(whose, items, struck.takes, due_ms, hidden=struck.fault.does is Does.LATE)
        return self.late.told(whose, items, now_ms)

    def strike(self, on: On, key: str, now_ms: int, turn: str = "") -> Struck | None:
        """Tell what happens to a request. `key` is the batch's, empty for receipts, which are named by their turn; `turn` is what a call
        is named by where its key does not say (the cloud's API)."""
        if not self.script.faults:
            return None
        self._seen[on, key] += 1
        attempt = self._seen[on, key]
        # The part of a key that is the same when a campaign is sent again: its chunk, without the campaign.
        call = turn or (key.rpartition("-")[2] if key else str(attempt))
        found = self.script.strike(on, call, attempt, now_ms - self.since_ms)
        return Struck(self.script, *found) if found else None

    def to_json(self) -> dict[str, Any]:
        """Return the script and since when it holds."""
        return {**self.script.to_json(), "since_ms": self.since_ms}


def kept(connection: Any) -> Deck:
    """Return what a former run of the engine had in force."""
    try:
        told = orjson.loads(read_meta(connection, "faults"))
    except KeyError:
        return Deck()
    since_ms = int(told.pop("since_ms"))
    return Deck(script_of(told), since_ms)


def put(connection: Any, given: object, now_ms: int) -> Deck:
    """Put a script in force from now on; one without rules ends the faults. Raises ApiError (400)."""
    try:
        deck = Deck(script_of(given), now_ms)
    except Refused as refused:
        wrong = refused.problems[0]
        raise ApiError(400, "KD.FAULTS", "not a fault script", where=wrong.where, cause=wrong.code) from None
    write_meta(connection, "faults", orjson.dumps(deck.to_json()).decode())
    return deck


def _status(status: int) -> Response:
    # 408, 429 and 503 with the engine's own error say that nothing was taken; a gateway in between says nothing.
    if status in (429, 503):
        return _json(ApiError(status, "KD.BUSY", "come again", retry_after_ms=100).to_json(), status)
    return Response(b"upstream failed", status, media_type="text/plain")


def _json(told: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(told), status, media_type="application/json")


async def _drip(answer: bytes, wait_ms: int) -> AsyncIterator[bytes]:
    size = max(1, -(-len(answer) // _PIECES))
    for start in range(0, len(answer), size):
        await asyncio.sleep(wait_ms / 1000 / _PIECES)
        yield answer[start : start + size]
