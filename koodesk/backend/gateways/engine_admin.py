# SPDX-License-Identifier: Apache-2.0
"""The local engine's other doors: reviews, the review desk, clock and settings. Translation only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import orjson

from koodesk.backend.gateways.engine_http import EngineHttp, clock_of
from koodesk.backend.ports.engine import Endpoint, EngineSettings, EngineStatus
from koodesk.backend.ports.faults import FaultsInForce
from koodesk.backend.ports.gateway import GatewayClock
from koodesk.backend.ports.review_gateway import (
    PartyFindings,
    ReviewItem,
    ReviewPage,
    ReviewReason,
    ReviewState,
    VendorState,
)
from koodesk.domain.fault_script import FaultScript, script_of
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind

_API: Final = "/engine/v1"
T = TypeVar("T")


class EngineDoors:
    """Implements ReviewGateway, AccountGateway, ReviewDesk and EngineAdmin for the engine of a workspace."""

    name: Final = "local"

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._http = EngineHttp(endpoint)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._http.close()

    # --- reviews -------------------------------------------------------------------------------------------

    def submit(self, item: ReviewItem) -> ReviewState:
        """Hand one thing in; handing it in twice is one review."""
        given = {
            "kind": item.kind.value,
            "ref": item.ref,
            "digest": item.digest,
            "vendors": list(item.vendors),
            "body": orjson.loads(item.body),
        }
        return _read(_review, self._http.ask("POST", f"{_API}/reviews", given))

    def states(self, after: int, limit: int = 500) -> ReviewPage:
        """Return every change of a review after the cursor, each once, in order."""
        return _read(_page, self._http.ask("GET", f"{_API}/reviews/changes?after={after}&limit={limit}"))

    def urge(self, kind: str, ref: str, digest: str) -> None:
        """Ask the reviewer to decide sooner about what waits under this digest."""
        self._http.ask("POST", f"{_API}/reviews/urge", {"kind": kind, "ref": ref, "digest": digest})

    def freeze(self, pub: str, reason: str) -> None:
        """Let phones show nothing of a service account from now on."""
        self._http.ask("POST", f"{_API}/service-accounts/{quote(pub, safe='')}/freeze", {"reason": reason})

    def reviews(self, kind: str = "", state: str = "", after: int = 0, limit: int = 500) -> ReviewPage:
        """Return reviews, oldest first."""
        given = {"kind": kind, "state": state, "after": after, "limit": limit}
        query = urlencode({name: value for name, value in given.items() if value not in ("", 0)})
        return _read(_page, self._http.ask("GET", f"{_API}/reviews?{query}"))

    def findings(self, review_id: int) -> tuple[PartyFindings, ...]:
        """Return what the automatic reviewer would say now."""
        return _read(
            lambda told: tuple(
                PartyFindings(str(one["party"]), tuple(_reason(reason) for reason in one["reasons"]))
                for one in told["items"]
            ),
            self._http.ask("GET", f"{_API}/reviews/{review_id}/findings"),
        )

    def decide(
        self, review_id: int, approve: bool, reason: str = "", vendor: str = "", where: str = ""
    ) -> ReviewState:
        """Approve or reject, for one vendor or for all that are open."""
        given: dict[str, object] = {"approve": approve, "reason": reason}
        if vendor:
            given["vendor"] = vendor
        if where:
            given["where"] = where
        return _read(_review, self._http.ask("POST", f"{_API}/reviews/{review_id}/decision", given))

    # --- the engine itself -----------------------------------------------------------------------------------

    def status(self) -> EngineStatus:
        """Return the engine at a glance."""
        return _read(_status, self._http.ask("GET", f"{_API}/status"))

    def forward(self, forward_ms: int) -> int:
        """Run the engine's clock forward; return the new now in ms."""
        return _read(
            lambda told: int(told["now_ms"]),
            self._http.ask("POST", f"{_API}/clock", {"forward_ms": forward_ms}),
        )

    def set_speed(self, speed: int) -> GatewayClock:
        """Let the engine's clock run at a speed; return the clock."""
        return clock_of(self._http.ask("POST", f"{_API}/clock", {"speed": speed}))

    def settings(self) -> EngineSettings:
        """Return the settings in force."""
        return _read(_settings, self._http.ask("GET", f"{_API}/settings"))

    def change(self, settings: EngineSettings) -> EngineSettings:
        """Put settings in force and return them."""
        given = {**asdict(settings), "vendor_mix": dict(settings.vendor_mix)}
        return _read(_settings, self._http.ask("PUT", f"{_API}/settings", given))

    def faults(self) -> FaultsInForce:
        """Return the fault script in force."""
        return _read(
            lambda told: FaultsInForce(_faults(told), int(told["since_ms"])),
            self._http.ask("GET", f"{_API}/faults"),
        )

    def put_faults(self, script: FaultScript) -> FaultScript:
        """Put a fault script in force and return it."""
        return _read(_faults, self._http.ask("PUT", f"{_API}/faults", script.to_json()))

    def message(self, message_id: str) -> Mapping[str, object]:
        """Return what one phone got."""
        return _read(dict, self._http.ask("GET", f"{_API}/messages/{int(message_id)}"))


def _read(make: Callable[[Any], T], told: Any) -> T:
    """Make a value of an answer; an answer of another shape is an engine that cannot be spoken with."""
    try:
        return make(told)
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise Refused(problem("gateway.unreachable", gateway="local", reason="unreadable")) from broken


def _reason(told: Any) -> ReviewReason:
    params = dict(told.get("params") or {})
    if told.get("text") and told.get("vendor"):
        params["vendor"] = str(told["vendor"])  # a person's words are one vendor's or carrier's
    return ReviewReason(
        str(told.get("code", "")),
        str(told.get("where", "")),
        orjson.dumps(params).decode(),
        str(told.get("text") or ""),
    )


def _review(told: Any) -> ReviewState:
    return ReviewState(
        id=int(told["id"]),
        kind=ReviewKind(told["kind"]),
        ref=str(told["ref"]),
        digest=str(told["digest"]),
        state=str(told["state"]),
        vendors=tuple(
            VendorState(name, str(one["state"]), str(one.get("reason") or ""))
            for name, one in (told.get("vendors") or {}).items()
        ),
        reasons=tuple(_reason(one) for one in told.get("reasons") or ()),
        submitted_ms=int(told.get("submitted_ms") or 0),
        due_ms=int(told.get("due_ms") or 0),
        decided_ms=int(told.get("decided_ms") or 0),
        channel_num=str(told.get("channel_num") or ""),
        tpl_id=str(told.get("tpl_id") or ""),
        body=orjson.dumps(told.get("body") or {}).decode(),
        calendar=str(told.get("calendar") or ""),
    )


def _page(told: Any) -> ReviewPage:
    return ReviewPage(tuple(_review(item) for item in told["items"]), int(told["next"]))


def _status(told: Any) -> EngineStatus:
    counts, calendar = told["counts"], told.get("calendar") or {}
    return EngineStatus(
        version=str(told["version"]),
        pid=int(told["pid"]),
        now_ms=int(told["now_ms"]),
        offset_ms=int(told["offset_ms"]),
        reviewer=str(told["reviewer"]),
        reviews=int(counts["reviews"]),
        messages=int(counts["messages"]),
        receipts=int(counts["receipts"]),
        day=str(calendar.get("day") or ""),
        announced=bool(calendar.get("announced", True)),
        open=bool(calendar.get("open", True)),
        opens_ms=int(calendar.get("opens_ms") or 0),
        speed=int(told.get("speed", 1)),
        faults=int((told.get("faults") or {}).get("rules", 0)),
        changes=int(counts.get("changes", 0)),
    )


def _faults(told: Any) -> FaultScript:
    return script_of({name: value for name, value in told.items() if name != "since_ms"})


def _settings(told: Any) -> EngineSettings:
    known = {one.name for one in fields(EngineSettings)}
    given = {name: value for name, value in told.items() if name in known}
    mix = tuple(sorted((str(name), float(share)) for name, share in given.pop("vendor_mix").items()))
    return EngineSettings(vendor_mix=mix, **given)
