# SPDX-License-Identifier: Apache-2.0
"""The local engine's resolve tasks and H5 pages (`ports.resolve`). Translation only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from koodesk.backend.gateways.engine_http import EngineHttp
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.ports.resolve import LinkReceipt, LinkReceiptPage, MadeLink, MadeTask, PagesStatus
from koodesk.domain.problem import Refused, problem

_API: Final = "/engine/v1"
_DIGESTS: Final = 500
T = TypeVar("T")


class EngineLinks:
    """Implements ResolveGateway and PagesGateway for the engine of a workspace."""

    name: Final = "local"

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._http = EngineHttp(endpoint)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._http.close()

    def now_ms(self) -> int:
        """Return the engine's clock."""
        return _read(lambda told: int(told["now_ms"]), self._http.ask("GET", f"{_API}/status"))

    # --- resolve tasks ---

    def create(self, key: str, body: bytes) -> MadeTask:
        """Make a task; the same key and body is the same task."""
        told = self._http.ask("POST", f"{_API}/resolve-tasks", content=body, headers={"Idempotency-Key": key})
        return _read(_task, told)

    def freeze(self, remote_id: int, frozen: bool) -> None:
        """Freeze a task's links, or let them go again."""
        self._http.ask("POST", f"{_API}/resolve-tasks/{remote_id}/state", {"frozen": frozen})

    def receipts(self, after: int, limit: int) -> LinkReceiptPage:
        """Return shortchain receipts of resolve tasks after a cursor."""
        return _read(_receipts, self._http.ask("GET", f"{_API}/resolve-receipts?after={after}&limit={limit}"))

    # --- pages ---

    def pages(self) -> PagesStatus:
        """Return where pages are served."""
        return _read(_pages, self._http.ask("GET", f"{_API}/h5"))

    def switch(self, mode: str) -> PagesStatus:
        """Serve pages elsewhere, or no more."""
        return _read(_pages, self._http.ask("PUT", f"{_API}/h5", {"mode": mode}))

    def missing(self, digests: Sequence[str]) -> tuple[str, ...]:
        """Return which pictures the engine does not have."""
        found: list[str] = []
        for start in range(0, len(digests), _DIGESTS):
            part = list(digests[start : start + _DIGESTS])
            told = self._http.ask("POST", f"{_API}/pictures/missing", {"digests": part})
            found += _read(lambda answer: [str(one) for one in answer["missing"]], told)
        return tuple(found)

    def put_picture(self, digest: str, data: bytes) -> None:
        """Hand a picture over."""
        self._http.ask("PUT", f"{_API}/pictures/{digest}", content=data)

    def preview(
        self, template: str, vendor: str, values: Mapping[str, str], sender: str, minutes: int
    ) -> tuple[str, str, int]:
        """Put a card up under a token; return token, path and end."""
        given = {
            "template": json.loads(template),
            "vendor": vendor,
            "values": dict(values),
            "sender": sender,
            "minutes": minutes,
        }
        told = self._http.ask("POST", f"{_API}/h5/previews", given)
        return _read(lambda one: (str(one["token"]), str(one["path"]), int(one["expires_ms"])), told)

    def end_preview(self, token: str) -> bool:
        """End a preview now; tell whether there was one."""
        return _read(
            lambda told: bool(told["ended"]), self._http.ask("POST", f"{_API}/h5/previews/{token}/end")
        )


def _read(make: Callable[[Any], T], told: Any) -> T:
    """Make a value of an answer; an answer of another shape is an engine that cannot be spoken with."""
    try:
        return make(told)
    except (KeyError, TypeError, ValueError) as broken:
        raise Refused(problem("gateway.unreachable", gateway="local", reason="unreadable")) from broken


def _task(told: Any) -> MadeTask:
    links = tuple(
        MadeLink(int(one["id"]), str(one["aim_code"]), str(one["aim_url"])) for one in told["links"]
    )
    return MadeTask(int(told["task_id"]), int(told["created_ms"]), int(told["expires_ms"]), links)


def _receipts(told: Any) -> LinkReceiptPage:
    items = tuple(
        LinkReceipt(int(one["id"]), str(one["aim_code"]), int(one["at_ms"])) for one in told["items"]
    )
    return LinkReceiptPage(items, int(told["next"]), int(told["last"]))


def _pages(told: Any) -> PagesStatus:
    urls = tuple(str(one) for one in told["urls"])
    return PagesStatus(str(told["mode"]), int(told["port"]), urls, int(told["previews"]))
