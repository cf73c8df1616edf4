# SPDX-License-Identifier: Apache-2.0
"""The local engine as phones ask it: what one phone got, and taps. Translation only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from koodesk.backend.gateways.engine_http import EngineHttp
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.ports.phones import ReceiptRow, ToldMessage
from koodesk.domain.problem import Refused, problem

_API: Final = "/engine/v1/messages"


class PhoneEngine:
    """Implements `ports.phones.PhoneGateway` for the engine of a workspace."""

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._http = EngineHttp(endpoint)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._http.close()

    def told(self, message_id: str) -> ToldMessage:
        """Return what one phone got."""
        answer = self._http.ask("GET", f"{_API}/{_number(message_id)}")
        try:
            return _told(answer)
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            raise _unreadable() from broken

    def tap(self, message_id: str, what: str, text: str = "") -> tuple[ReceiptRow, ...]:
        """Do something to a message; return the receipts it made."""
        given = {"what": what} | ({"text": text} if text else {})
        answer = self._http.ask("POST", f"{_API}/{_number(message_id)}/taps", given)
        try:
            return tuple(_receipt(id_, *rest) for id_, _message, *rest in answer["receipts"])
        except (KeyError, TypeError, ValueError) as broken:
            raise _unreadable() from broken

    def tap_account(self, message_id: str, kind: str, item: str, pub: str) -> bool:
        """Tap the menu, home page or a shortcut below a message; tell whether the tap counts for the bill."""
        given = {"what": "service_account", "kind": kind, "item": item, "pub": pub}
        answer = self._http.ask("POST", f"{_API}/{_number(message_id)}/taps", given)
        try:
            return bool(answer["click"][4])
        except (KeyError, TypeError, IndexError) as broken:
            raise _unreadable() from broken


def _number(message_id: str) -> str:
    """Return a message id that may stand in a path. Raises Refused (gateway.refused) for one that no engine gave."""
    if not (message_id.isascii() and message_id.isdigit() and len(message_id) <= 18):
        raise Refused(problem("gateway.refused", gateway="local", error_code="KD.MESSAGE_UNKNOWN"))
    return message_id


def _unreadable() -> Refused:
    return Refused(problem("gateway.unreachable", gateway="local", reason="unreadable"))


def _receipt(id_: Any, kind: Any, status: Any, code: Any, at_ms: Any) -> ReceiptRow:
    return ReceiptRow(int(id_), str(kind), str(status), str(code), int(at_ms))


def _told(told: Any) -> ToldMessage:
    return ToldMessage(
        message_id=str(told["message_id"]),
        kind=str(told["kind"]),
        number=int(told["number"]),
        at_ms=int(told["at_ms"]),
        expires_ms=int(told["expires_ms"]),
        delivered_ms=int(told["delivered_ms"]),
        failed=str(told["failed"]),
        template=str(told["template"]),
        params=tuple(sorted((str(name), str(value)) for name, value in told["params"].items())),
        vendor=str(told.get("vendor") or ""),
        card=bool(told.get("card")),
        card_sent=bool(told.get("card_sent")),
        card_vendors=tuple(map(str, told.get("card_vendors") or ())),
        text=str(told.get("sms_text") or ""),
        link=str(told.get("short_url") or ""),
        carrier=str(told.get("carrier") or ""),
        fallback=bool(told.get("fallback")),
        title=str(told.get("title") or ""),
        sign=str(told.get("sign") or ""),
        receipts=tuple(_receipt(*one) for one in told["receipts"]),
        jump_url=str(told.get("jump_url") or ""),
    )
