# SPDX-License-Identifier: Apache-2.0
"""Channel numbers over the cloud's API: registered, listed with what they serve, bound to accounts, deleted.

A binding is made here and nowhere reviewed; the desk keeps its own beside its records.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from koodesk.domain.problem import Refused
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.service_account.codec import decode
from koodesk.domain.service_account.values import Port, PortType, RecordKind
from koodesk.engine.cloud.accounts import named, put, regions
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.errors import refusal, wrong_field
from koodesk.engine.cloud.ids import GONE, new_ref, record, records, withdraw
from koodesk.engine.cloud.media import paper
from koodesk.engine.cloud.paging import USUAL_OF_ACCOUNTS, both_or_none, iso, page_of
from koodesk.engine.errors import ApiError

Row = dict[str, Any]
_BINDINGS: Final = 1


def register(call: Call) -> Row:
    """Register a channel number and hand it in."""
    given = call.body
    if given["port_type"] not in set(PortType):
        raise wrong_field("port_type", expected="1|3|5")
    if any(one.number == given["port"] for _found, one in _ports(call)):
        raise wrong_field("port", expected="a number that is not registered")
    port = Port(
        PortType(given["port_type"]),
        given["port"],
        tuple(given.get("sign", [])),
        bool(given.get("sign_check", 1)),
        tuple(paper(call, one, "authorization_files") for one in given.get("authorization_files", [])),
    )
    put(call, ReviewKind.SA_PORT, new_ref(), port, "")
    told = {"port": port.number, "port_type": int(port.type), "sign": list(port.signatures)}
    return {"data": {"data": told}}


def list_ports(call: Call) -> Row:
    """Return channel numbers, or with type 1 what they are bound to; newest first."""
    given, page = call.values, page_of(call, USUAL_OF_ACCOUNTS)
    between = both_or_none(call, ("start_time", "end_time"))
    rows = _bound(call) if given.get("type", 0) == _BINDINGS else _listed(call)
    if "port" in given:
        rows = [row for row in rows if given["port"] in row["port"]]
    if "port_type" in given:
        rows = [row for row in rows if row["port_type"] == given["port_type"]]
    if "sign_search" in given:
        rows = [row for row in rows if any(given["sign_search"] in sign for sign in row["sign"])]
    if between is not None:
        rows = [row for row in rows if between[0] <= row["_at_ms"] <= between[1]]
    told = [{name: value for name, value in row.items() if name != "_at_ms"} for row in page.of(rows)]
    return {"data": {"page_info": page.info(len(rows)), "data": told}}


def delete(call: Call) -> Row:
    """Delete a channel number that serves no account."""
    found = record(call.connection, ReviewKind.SA_PORT, call.values["port_id"])
    if _bindings(call, "port = ?", found["ref"]):
        raise refusal("KD.CLOUD.STATE", state="bound")
    port = _port(found)
    withdraw(call.connection, ReviewKind.SA_PORT, found["ref"], GONE, call.now_ms)
    return {"data": {"data": {"port": port.number, "port_type": int(port.type)}}}


def bind(call: Call) -> Row:
    """Bind a channel number to an account, with some of its signatures in some regions."""
    given = call.body
    wanted = given.get("ext_port_id", "")
    found = next(
        (
            (one, port)
            for one, port in _ports(call)
            if port.number == given["port"] and wanted in ("", one["ref"])
        ),
        None,
    )
    if found is None:
        raise wrong_field("port", expected="a registered number")
    try:
        account = record(call.connection, ReviewKind.PUB, given["pub_id"])
    except ApiError:
        raise wrong_field("pub_id", expected="the id of an account") from None
    one, port = found
    signs = tuple(given.get("sign") or port.signatures)
    if not set(signs) <= set(port.signatures):
        raise wrong_field("sign", expected="signatures of the number")
    if one["state"] == "waiting" or account["state"] == "waiting":
        raise refusal("KD.CLOUD.STATE", state="waiting")
    names = [name for name in given.get("province", "").replace("，", ",").split(",") if name.strip()]
    where = regions([name.strip() for name in names], "province")
    for _id, _port_ref, pub, _signs, province, _at_ms in _bindings(call, "port = ?", one["ref"]):
        if pub == account["ref"] and province == ",".join(where):
            raise refusal("KD.CLOUD.STATE", state="bound")
    call.connection.execute(
        "INSERT INTO cloud_binding (id, port, pub, signs, province, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (new_ref(), one["ref"], account["ref"], orjson.dumps(signs).decode(), ",".join(where), call.now_ms),
    )
    return {"data": {"message": "success"}}


def unbind(call: Call) -> Row:
    """Take a channel number from its account."""
    if not _bindings(call, "id = ?", call.body["id"]):
        raise refusal("KD.CLOUD.NOT_FOUND", id=call.body["id"])
    call.connection.execute("DELETE FROM cloud_binding WHERE id = ?", (call.body["id"],))
    return {"data": {"message": "success"}}


def _port(found: Row) -> Port:
    port = decode(RecordKind.PORT, found["body"]["content"])
    assert isinstance(port, Port)
    return port


def _ports(call: Call) -> list[tuple[Row, Port]]:
    found = []
    for one in records(call.connection, ReviewKind.SA_PORT):
        try:
            found.append((one, _port(one)))
        except (Refused, KeyError, TypeError):
            continue  # a person approved what nobody can read
    return found


def _bindings(call: Call, where: str, *values: str) -> list[tuple[str, str, str, str, str, int]]:
    rows = call.connection.execute(
        f"SELECT id, port, pub, signs, province, at_ms FROM cloud_binding WHERE {where} ORDER BY at_ms DESC, id",  # noqa: S608 - words of this module
        values,
    )
    return [tuple(row) for row in rows]


def _listed(call: Call) -> list[Row]:
    rows = []
    for one, port in _ports(call):
        serves = [named(call, pub) for _id, _port_ref, pub, *_more in _bindings(call, "port = ?", one["ref"])]
        rows.append(
            {
                **_common(port),
                "id": one["ref"],
                "create_time": iso(one["since_ms"]),
                "sign": list(port.signatures),
                "is_bind": int(bool(serves)),
                "pub_list": [{"pub_name": name, "pub_reference": ""} for name in serves],
                "_at_ms": one["since_ms"],
            }
        )
    if "is_bind" in call.values:
        rows = [row for row in rows if row["is_bind"] == call.values["is_bind"]]
    return rows


def _bound(call: Call) -> list[Row]:
    ports = {one["ref"]: port for one, port in _ports(call)}
    rows = []
    for number, port_ref, pub, signs, province, at_ms in _bindings(call, "1"):
        if port_ref not in ports:
            continue
        rows.append(
            {
                **_common(ports[port_ref]),
                "id": number,
                "create_time": iso(at_ms),
                "sign": orjson.loads(signs),
                "pub_id": pub,
                "pub_name": named(call, pub),
                "province": province,
                "is_bind": 1,
                "_at_ms": at_ms,
            }
        )
    wanted = call.values.get("pub_name", "")
    return [row for row in rows if wanted in row["pub_name"]]


def _common(port: Port) -> Row:
    return {
        "port": port.number,
        "port_type": int(port.type),
        "sign_check": int(port.sign_check),
        "authorization_files": {one.digest[:32]: one.name for one in port.papers},
    }


HANDLERS: Final[dict[str, Handler]] = {
    "register_port": register,
    "list_port_infos": list_ports,
    "delete_port_info": delete,
    "lock_port": bind,
    "unlock_port": unbind,
}
