# SPDX-License-Identifier: Apache-2.0
"""Addresses for receipts, registered and listed over the cloud's API. What is pushed to them is `pushed`, how is `pusher`.

What happened before an address was registered is not told to it.
"""

from __future__ import annotations

from typing import Any, Final

from koodesk.engine.cloud.addresses import check_address
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.ids import new_ref
from koodesk.engine.receipts import last_seq, release

AIM: Final = "aim"
VMS: Final = "vms"
_OK: Final = {"status": "200", "message": "success"}


def add_aim(call: Call) -> dict[str, Any]:
    """Register an address for receipts of smart messages."""
    ref = register(call, AIM, call.body["url_type"], call.body["callback_url"])
    data = {"callback_url": call.body["callback_url"], "id": ref, "url_type": call.body["url_type"]}
    return {**_OK, "data": data}


def list_aim(call: Call) -> dict[str, Any]:
    """Return the addresses for receipts of smart messages."""
    rows = [
        {"callback_url": url, "id": ref, "url_type": kind} for ref, kind, url, _remark in _rows(call, AIM)
    ]
    return {**_OK, "data": rows}


def add_vms(call: Call) -> dict[str, Any]:
    """Register an address for receipts of video SMS."""
    register(call, VMS, call.body["url_type"], call.body["callback_url"], call.body.get("remark", ""))
    return dict(_OK)


def list_vms(call: Call) -> dict[str, Any]:
    """Return the addresses for receipts of video SMS."""
    rows = [
        {"url_type": kind, "callback_url": url, "remark": remark}
        for _ref, kind, url, remark in _rows(call, VMS)
    ]
    return {**_OK, "data": {"callbacks": rows}}


def register(call: Call, family: str, url_type: int, url: str, remark: str = "") -> str:
    """Register an address and return its id; the same one twice is one. Raises ApiError (400)."""
    check_address(url, call.config.callbacks)
    known = call.connection.execute(
        "SELECT ref FROM cloud_callback WHERE family = ? AND url_type = ? AND url = ?",
        (family, url_type, url),
    ).fetchone()
    if known is not None:
        return str(known[0])
    release(call.connection, call.now_ms)
    ref = new_ref()
    call.connection.execute(
        "INSERT INTO cloud_callback (ref, family, url_type, url, remark, at_ms, receipt, review, link) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(seq), 0) FROM review_change), "
        "(SELECT coalesce(max(id), 0) FROM resolve_event))",
        (ref, family, url_type, url, remark, call.now_ms, last_seq(call.connection)),
    )
    return ref


def _rows(call: Call, family: str) -> list[tuple[str, int, str, str]]:
    return [
        (str(ref), int(kind), str(url), str(remark))
        for ref, kind, url, remark in call.connection.execute(
            "SELECT ref, url_type, url, remark FROM cloud_callback WHERE family = ? ORDER BY id", (family,)
        )
    ]


HANDLERS: Final[dict[str, Handler]] = {
    "add_call_back": add_aim,
    "list_aim_callbacks": list_aim,
    "add_vms_call_back": add_vms,
    "list_vms_callbacks": list_vms,
}
