# SPDX-License-Identifier: Apache-2.0
"""Card templates over the cloud's API: created from the platform's own JSON, listed with their states, disabled, deleted.

Every revision that was ever handed in has a tpl_id of its own and is a template here. What was deleted or disabled is kept in
`withdrawn` under that id. Public templates are recipes of the desk's and have no id of this engine: their list is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson

from koodesk.domain.codec import decode, encode
from koodesk.domain.koomessage import body as platform_body
from koodesk.domain.koomessage import read_body
from koodesk.domain.params import token
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.template import Template
from koodesk.engine.cleared import card_body
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.errors import refusal
from koodesk.engine.cloud.ids import GONE, OFF, new_ref, withdraw
from koodesk.engine.cloud.materials import with_uploaded
from koodesk.engine.cloud.paging import both_or_none, iso, page_of
from koodesk.engine.cloud.records import hand_in, why
from koodesk.engine.rule_book import rule_pack

UNDER_REVIEW: Final = "KM.90016101"
NOT_PERSONAL: Final = "KM.90016103"
_RESOLVED_BY_LINK: Final = 1
"""match_type: the card is found by its short link."""

Row = dict[str, Any]


def create(call: Call) -> dict[str, Any]:
    """Create a card and hand it in to its vendors; all that the layout knows when none is named."""
    pack = rule_pack()
    try:
        template = read_body(dict(call.body), pack).template
    except Refused as failure:
        wrong = failure.problems[0]
        raise refusal("KM.80040007", where=wrong.where, problem=wrong.code) from None
    layout = pack.layouts[template.layout]
    vendors = template.vendors or tuple(layout.vendors)
    template = with_uploaded(call, template)
    found = hand_in(
        call,
        ReviewKind.CARD,
        new_ref(),
        dict(encode(template)),
        tuple(vendor.value for vendor in vendors),
    )
    return _done({"tpl_id": found["tpl_id"]})


def list_templates(call: Call) -> dict[str, Any]:
    """Return templates, newest first."""
    given, page = call.values, page_of(call)
    between = both_or_none(call)
    if given.get("tpl_type") == "public":
        return {"templates": [], "page_info": page.info(0)}
    rows = _rows(call, given.get("tpl_id", ""))
    tests: list[Callable[[Row], bool]] = []
    if "tpl_name" in given:
        tests.append(lambda row: given["tpl_name"] in str(row["body"].get("name", "")))
    if "factory_type" in given:
        wanted = {name.upper() for name in given["factory_type"]}
        tests.append(lambda row: bool(wanted & row["vendors"].keys()))
    if "has_param" in given:
        tests.append(lambda row: bool(row["body"].get("params")) is given["has_param"])
    if between is not None:
        tests.append(lambda row: between[0] <= row["submitted_ms"] <= between[1])
    found = [row for row in rows if all(test(row) for test in tests)]
    whole = not given.get("is_only_status", False)
    return {
        "templates": [_told(row, whole=whole) for row in page.of(found)],
        "page_info": page.info(len(found)),
    }


def change_state(call: Call) -> dict[str, Any]:
    """Enable or disable a template; nothing is sent by one that is disabled."""
    row = _one(call, "KD.CLOUD.NOT_FOUND")
    how = "" if call.body["tpl_state"] else OFF
    withdraw(call.connection, ReviewKind.CARD, row["tpl_id"], how, call.now_ms)
    return _done({})


def delete(call: Call) -> dict[str, Any]:
    """Delete a template that is not being reviewed."""
    row = _one(call, NOT_PERSONAL)
    if row["state"] == "waiting":
        raise refusal(UNDER_REVIEW, tpl_id=row["tpl_id"])
    withdraw(call.connection, ReviewKind.CARD, row["tpl_id"], GONE, call.now_ms)
    return _done({})


def _one(call: Call, code: str) -> Row:
    rows = _rows(call, call.values["tpl_id"])
    if not rows:
        raise refusal(code, tpl_id=call.values["tpl_id"])
    return rows[0]


def _rows(call: Call, tpl_id: str) -> list[Row]:
    rows = call.connection.execute(
        "SELECT r.tpl_id, r.state, r.stage, r.body, r.vendors, r.reasons, r.submitted_ms, r.decided_ms, "
        "coalesce(w.how, ''), w.at_ms FROM review r LEFT JOIN withdrawn w ON w.kind = 'card' AND w.ref = r.tpl_id "
        "WHERE r.kind = 'card' AND coalesce(w.how, '') != 'gone' AND (? = '' OR r.tpl_id = ?) ORDER BY r.id DESC",
        (tpl_id, tpl_id),
    )
    names = (
        "tpl_id",
        "state",
        "stage",
        "body",
        "vendors",
        "reasons",
        "submitted_ms",
        "decided_ms",
        "how",
        "off_ms",
    )
    found = []
    for values in rows:
        row = dict(zip(names, values, strict=True))
        row["body"] = card_body(orjson.loads(row["body"]))
        row["vendors"], row["reasons"] = orjson.loads(row["vendors"]), orjson.loads(row["reasons"])
        found.append(row)
    return found


def _told(row: Row, *, whole: bool) -> Row:
    decided = [one["decided_ms"] for one in row["vendors"].values()]
    told: Row = {
        "tpl_id": row["tpl_id"],
        "tpl_name": str(row["body"].get("name", "")),
        "tpl_state": 0 if row["how"] == OFF else 1,
        "disable_desc": "",
        "disable_time": iso(row["off_ms"]),
        "audit_state": int(row["stage"]),
        "audit_desc": why(row),
        "creation_time": iso(row["submitted_ms"]),
        "update_time": iso(max([row["submitted_ms"], *decided])),
        "factory_info": [
            {
                "factory_type": vendor,
                "state": int(one["state"] == "approved"),
                "version": "",
                "tpl_id": row["tpl_id"],
            }
            for vendor, one in row["vendors"].items()
        ],
        "match_type": _RESOLVED_BY_LINK,
    }
    template = _template(row)
    if template is None:
        return told
    told |= {
        "scene": template.scene,
        "description": template.sms_example,
        "card_id": template.layout,
        "sub_type": template.sub_type,
    }
    if whole:
        told["pages"] = _pages(template)
        told["params"] = [{"type": "string", "name": token(one.name)} for one in template.params]
    return told


def _template(row: Row) -> Template | None:
    """Return the card, None when a person approved what cannot be read."""
    try:
        return decode(row["body"])
    except Refused:
        return None


def _pages(template: Template) -> str:
    layout = rule_pack().layouts.get(template.layout)
    if layout is None:
        return "[]"
    try:
        return orjson.dumps(platform_body(template, layout)["pages"]).decode()
    except Refused:
        return "[]"  # a person approved what no body can hold


def _done(data: Row) -> Row:
    return {"status": "200", "message": "success", "data": data}


HANDLERS: Final[dict[str, Handler]] = {
    "create_aim_personal_template": create,
    "list_aim_templates": list_templates,
    "update_personal_template_state": change_state,
    "delete_aim_personal_template": delete,
}
