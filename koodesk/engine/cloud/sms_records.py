# SPDX-License-Identifier: Apache-2.0
"""The SMS layer over the cloud's API: applications, signatures with their papers, templates.

A record names others by id, a review by name: ids are looked up on the way in and on the way out. A paper's content is not
kept: what the reviewers judge is its name, size, type and digest, as with what the desk hands in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, Final

from koodesk.domain.review_state import ReviewKind
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.errors import refusal, wrong_field
from koodesk.engine.cloud.form import UploadedFile
from koodesk.engine.cloud.ids import GONE, new_ref, record, records, withdraw
from koodesk.engine.cloud.paging import USUAL_OF_ACCOUNTS, both_or_none, iso, page_of
from koodesk.engine.cloud.records import hand_in, why
from koodesk.engine.errors import ApiError

REGION: Final = "cn-north-4"
"""Source: facts 1.0."""

Row = dict[str, Any]
_APP, _SIGN, _TEMPLATE = ReviewKind.SMS_APP, ReviewKind.SMS_SIGNATURE, ReviewKind.SMS_TEMPLATE

# --- applications ----------------------------------------------------------------------------------------------


def create_app(call: Call) -> dict[str, Any]:
    """Create an application."""
    return _put_app(call, new_ref())


def update_app(call: Call) -> dict[str, Any]:
    """Change an application."""
    return _put_app(call, record(call.connection, _APP, call.values["app_id"])["ref"])


def list_apps(call: Call) -> dict[str, Any]:
    """Return applications, newest first."""
    return _page(
        call,
        [_app(one) for one in records(call.connection, _APP)],
        {"app_name": "app_name"},
        {"status": "status"},
    )


def show_app(call: Call) -> dict[str, Any]:
    """Return one application."""
    return _told(_app(record(call.connection, _APP, call.values["app_id"])))


def _put_app(call: Call, ref: str) -> dict[str, Any]:
    name = call.body["app_name"]
    hand_in(call, _APP, ref, {"name": name, "uplink_url": call.body.get("up_link_addr", "")})
    return {"app_id": ref, "app_name": name}


def _app(found: Row) -> Row:
    return {
        "app_id": found["ref"],
        "app_name": found["body"]["name"],
        "status": found["stage"],
        "region": REGION,
        "create_time": iso(found["since_ms"]).removesuffix("Z"),
        "up_link_addr": found["body"].get("uplink_url") or "",
        "_at_ms": found["since_ms"],
    }


def _app_named(call: Call, name: str) -> Row:
    """Return an application by its name, empty fields when there is none any more."""
    for one in records(call.connection, _APP):
        if str(one["body"]["name"]).casefold() == name.casefold():
            return {"app_id": one["ref"], "app_name": one["body"]["name"]}
    return {"app_id": "", "app_name": name}


# --- signatures ------------------------------------------------------------------------------------------------


def create_signature(call: Call) -> dict[str, Any]:
    """Create a signature and hand it in."""
    return _put_signature(call, new_ref())


def update_signature(call: Call) -> dict[str, Any]:
    """Change a signature and hand it in again. One that is being reviewed stays as it is."""
    found = record(call.connection, _SIGN, call.values["signature_id"])
    if found["state"] in ("waiting", "processing"):
        raise refusal("KD.CLOUD.STATE", state=found["stage"])
    return _put_signature(call, found["ref"])


def delete_signature(call: Call) -> dict[str, Any]:
    """Delete a signature: nothing is sent under it any more."""
    found = record(call.connection, _SIGN, call.values["signature_id"])
    withdraw(call.connection, _SIGN, found["ref"], GONE, call.now_ms)
    return {}


def list_signatures(call: Call) -> dict[str, Any]:
    """Return signatures, newest first."""
    rows = [_signature(call, one) for one in records(call.connection, _SIGN)]
    whole = {name: name for name in ("signature_id", "signature_type", "status")}
    return _page(call, rows, {"app_name": "app_name", "signature_name": "signature_name"}, whole)


def show_signature(call: Call) -> dict[str, Any]:
    """Return one signature."""
    return _told(_signature(call, record(call.connection, _SIGN, call.values["signature_id"])))


def upload_paper(call: Call) -> dict[str, Any]:
    """Take a paper of a signature."""
    file: UploadedFile = call.body["file"]
    if not isinstance(file, UploadedFile):
        raise refusal("KD.CLOUD.BAD_FORM")
    ref = new_ref()
    call.connection.execute(
        "INSERT INTO cloud_paper (id, name, size, digest, about, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (
            ref,
            file.name,
            len(file.data),
            hashlib.sha256(file.data).hexdigest(),
            call.values.get("file_desc", ""),
            call.now_ms,
        ),
    )
    return {"file_id": ref}


def show_paper(call: Call) -> dict[str, Any]:
    """Return the name of a paper."""
    found = _paper_row(call, call.values["file_id"])
    if found is None:
        raise refusal("KD.CLOUD.NOT_FOUND", id=call.values["file_id"])
    return {"file_id": found[0], "file_name": found[1]}


def _put_signature(call: Call, ref: str) -> dict[str, Any]:
    given = call.body
    third = given["is_involved_third"] == "yes"
    body = {
        "name": given["signature_name"],
        "type": given["signature_type"],
        "app": _of(call, _APP, given["app_id"], "app_id")["body"]["name"],
        "source": given["signature_source"],
        "source_title": given.get("source_title_content", ""),
        "third_party": third,
        "licence": _paper(call, given["file_id"], "file_id"),
        "attorney": _paper(call, given.get("power_attorney_file_id", ""), "power_attorney_file_id")
        if third
        else None,
        "note": given.get("apply_desc", ""),
        "files": [given["file_id"], given.get("power_attorney_file_id", "")],
    }
    hand_in(call, _SIGN, ref, body)
    return {"signature_id": ref, "signature_name": given["signature_name"]}


def _signature(call: Call, found: Row) -> Row:
    body = found["body"]
    files = [*(body.get("files") or ()), "", ""]
    return {
        "signature_id": found["ref"],
        "signature_name": body["name"],
        "signature_type": body["type"],
        **_app_named(call, str(body["app"])),
        "apply_desc": body.get("note") or "",
        "channel_num": found["channel_num"],
        "file_id": files[0],
        "power_attorney_file_id": files[1],
        "status": found["stage"],
        "signature_source": body["source"],
        "is_involved_third": "yes" if body["third_party"] else "no",
        "review_desc": why(found),
        "source_title_content": body.get("source_title") or "",
        "create_time": iso(found["since_ms"]),
        "_at_ms": found["since_ms"],
    }


def _paper(call: Call, file_id: str, where: str) -> dict[str, Any]:
    found = _paper_row(call, file_id)
    if found is None:
        raise wrong_field(where, expected="the id of an uploaded file")
    _id, name, size, digest = found
    return {
        "name": name,
        "size": size,
        "digest": digest,
        "type": PurePosixPath(name).suffix.removeprefix(".").lower(),
    }


def _paper_row(call: Call, file_id: str) -> tuple[str, str, int, str] | None:
    row = call.connection.execute(
        "SELECT id, name, size, digest FROM cloud_paper WHERE id = ?", (file_id,)
    ).fetchone()
    return tuple(row) if row else None


# --- templates -------------------------------------------------------------------------------------------------


def create_template(call: Call) -> dict[str, Any]:
    """Create a template and hand it in."""
    return _put_template(call, new_ref())


def update_template(call: Call) -> dict[str, Any]:
    """Change a template and hand it in again. One that is being reviewed stays as it is."""
    found = record(call.connection, _TEMPLATE, call.values["template_id"])
    if found["state"] == "waiting":
        raise refusal("KD.CLOUD.STATE", state=found["stage"])
    return _put_template(call, found["ref"])


def delete_template(call: Call) -> dict[str, Any]:
    """Delete a template: nothing is sent by it any more."""
    found = record(call.connection, _TEMPLATE, call.values["template_id"])
    withdraw(call.connection, _TEMPLATE, found["ref"], GONE, call.now_ms)
    return {}


def list_templates(call: Call) -> dict[str, Any]:
    """Return templates, newest first."""
    rows = [_template(call, one) for one in records(call.connection, _TEMPLATE)]
    whole = {name: name for name in ("template_id", "template_type", "flow_status")}
    parts = {"app_name": "app_name", "template_name": "template_name"}
    return _page(call, rows, parts, whole, window=("start_time", "end_time"))


def show_template(call: Call) -> dict[str, Any]:
    """Return one template."""
    return _told(_template(call, record(call.connection, _TEMPLATE, call.values["template_id"])))


def show_variables(call: Call) -> dict[str, Any]:
    """Return the variables of a template, in their order."""
    found = record(call.connection, _TEMPLATE, call.values["template_id"])
    rows = [
        {
            "id": place,
            "variable_index": int(one["number"]),
            "variable_type": str(one["type"]),
            "variable_desc": str(one.get("description") or ""),
        }
        for place, one in enumerate(found["body"]["variables"], start=1)
    ]
    return {"results": rows, "total": len(rows)}


def _put_template(call: Call, ref: str) -> dict[str, Any]:
    given = call.body
    signature = _of(call, _SIGN, given["signature_id"], "signature_id")["body"]
    app = str(signature["app"])
    if given.get("app_id"):
        app = str(_of(call, _APP, given["app_id"], "app_id")["body"]["name"])
    body = {
        "name": given["template_name"],
        "type": given.get("template_type") or signature["type"],
        "app": app,
        "signature": signature["name"],
        "content": given["template_content"],
        "variables": [
            {
                "number": one["variable_index"],
                "type": one["variable_type"],
                "description": one.get("variable_desc", ""),
            }
            for one in given["variable_attributes"]
        ],
        "note": given.get("template_desc", ""),
    }
    hand_in(call, _TEMPLATE, ref, body)
    return {"template_id": ref, "template_name": given["template_name"]}


def _template(call: Call, found: Row) -> Row:
    body = found["body"]
    signature = next(
        (one["ref"] for one in records(call.connection, _SIGN) if one["body"]["name"] == body["signature"]),
        "",
    )
    return {
        "template_id": found["ref"],
        "template_name": body.get("name", ""),
        "create_time": iso(found["since_ms"]),
        "template_type": body["type"],
        **_app_named(call, str(body["app"])),
        "signature_id": signature,
        "template_content": body["content"],
        "template_desc": body.get("note") or "",
        "has_variable": "yes" if body["variables"] else "no",
        "flow_status": found["stage"],
        "universal_template": 0,
        "review_desc": why(found),
        "_at_ms": found["since_ms"],
    }


# --- what they share -------------------------------------------------------------------------------------------


def _of(call: Call, kind: ReviewKind, ref: str, where: str) -> Row:
    """Return the record that a field of a body names. Raises ApiError (400) for that field."""
    try:
        return record(call.connection, kind, ref)
    except ApiError:
        raise wrong_field(where, expected="the id of a record") from None


def _told(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def _page(
    call: Call,
    rows: list[Row],
    parts: dict[str, str],
    whole: dict[str, str],
    window: tuple[str, str] = ("begin_time", "end_time"),
) -> dict[str, Any]:
    """Return a page of rows whose fields hold what `parts` ask for and are what `whole` asks for."""
    page, between = page_of(call, USUAL_OF_ACCOUNTS), both_or_none(call, window)
    given = call.values
    tests: list[Callable[[Row], bool]] = [
        *(lambda row, n=n, f=f: given[n] in row[f] for n, f in parts.items() if n in given),
        *(lambda row, n=n, f=f: given[n] == row[f] for n, f in whole.items() if n in given),
    ]
    if between is not None:
        tests.append(lambda row: between[0] <= row["_at_ms"] <= between[1])
    found = [row for row in rows if all(test(row) for test in tests)]
    return {"result": [_told(row) for row in page.of(found)], "page_info": page.info(len(found))}


HANDLERS: Final[dict[str, Handler]] = {
    "create_sms_app": create_app,
    "update_aim_msg_app": update_app,
    "list_aim_msg_app": list_apps,
    "list_aim_msg_app_detail": show_app,
    "add_aim_msg_signature": create_signature,
    "update_aim_msg_signature": update_signature,
    "delete_aim_msg_signature": delete_signature,
    "list_aim_msg_signature": list_signatures,
    "list_aim_msg_signature_detail": show_signature,
    "upload_aim_msg_signature_file": upload_paper,
    "show_aim_msg_signature_file_info": show_paper,
    "create_aim_msg_template": create_template,
    "update_aim_msg_template": update_template,
    "delete_aim_msg_template": delete_template,
    "list_aim_msg_template": list_templates,
    "show_aim_msg_template_detail": show_template,
    "show_aim_msg_template_variable": show_variables,
}
