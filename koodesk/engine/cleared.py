# SPDX-License-Identifier: Apache-2.0
"""What a batch may send: the approved card, SMS template, signature and filing behind it, or why it may not.

Everything here refuses the batch as a whole; single recipients are `batches`' matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

from koodesk.domain.quiet_hours import WIDEST_PROMOTION, Window, may_start
from koodesk.domain.signature import SmsType, bracketed
from koodesk.domain.sms import Variable, VariableType
from koodesk.engine.errors import ApiError
from koodesk.engine.messages import SmsText
from koodesk.engine.rule_book import sms_rules
from koodesk.engine.settings import EngineSettings

NO_LINK: Final = "KM.00001377"
"""SMS template lacks the 解析标识 variable. Source: facts 4.6."""

NOT_ACTIVE: Final = "E200030"
"""Template not active. Source: facts 4.2 (send_status of a plain SMS)."""

WRONG_TYPE: Final = "E200033"
"""Wrong template type. Source: facts 4.2 (send_status of a plain SMS)."""


def _standing(column: str) -> str:
    """Return the condition that leaves out what the cloud's API has deleted or disabled under a column of the review."""
    return (
        f" AND NOT EXISTS (SELECT 1 FROM withdrawn w WHERE w.kind = review.kind AND w.ref = review.{column})"  # noqa: S608 - names of this module
    )


NOT_WITHDRAWN: Final = _standing("ref")
CARD_NOT_WITHDRAWN: Final = _standing("tpl_id")


def hold_hours(hours: Window, now_ms: int) -> None:
    """Refuse what came outside the hours it may be taken in. Raises ApiError."""
    if not may_start(now_ms, hours):
        raise ApiError(
            400, "KD.QUIET_HOURS", "may be sent within the window only", start=hours.start, end=hours.end
        )


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was found: the text, the card's parameters, and the vendors that have activated the card."""

    text: SmsText
    params: frozenset[str]
    card_vendors: frozenset[str]
    promotion: bool

    def check_hours(self, settings: EngineSettings, now_ms: int) -> None:
        """Refuse promotion outside 08:00-22:00 Beijing time (facts 1.6.1). Raises ApiError."""
        if self.promotion and settings.quiet_hours:
            hold_hours(WIDEST_PROMOTION, now_ms)

    def to_json(self) -> dict[str, Any]:
        """Return what is kept with a batch."""
        return {
            "content": self.text.content,
            "variables": [[one.number, one.type.value, one.description] for one in self.text.variables],
            "signature": self.text.signature,
            "params": sorted(self.params),
            "card_vendors": sorted(self.card_vendors),
            "promotion": self.promotion,
            **({"domain": self.text.domain} if self.text.domain else {}),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Cleared:
        """Read what `to_json` gave."""
        variables = tuple(
            Variable(number, VariableType(kind), text) for number, kind, text in kept["variables"]
        )
        return cls(
            SmsText(
                sms_rules().template, kept["content"], variables, kept["signature"], kept.get("domain", "")
            ),
            frozenset(kept["params"]),
            frozenset(kept["card_vendors"]),
            kept["promotion"],
        )


def cleared(
    connection: Any, template: str, sms_template: str, sms_sign: str, sms_text: str, domain: str = ""
) -> Cleared:
    """Return what a batch may send. Raises ApiError (400) naming what is missing or not approved.

    `template` is the card's tpl_id, empty for a plain SMS; `sms_template` is the ref its review was handed in under;
    `sms_text` is the content the sender thinks is approved, empty for none; `domain` is what the links stand under, which
    `filed_links` has checked.
    """
    _check_filing(connection)
    body = _sms_template(connection, sms_template)
    sign = sms_sign.removeprefix("【").removesuffix("】")
    if body["signature"] != sign:
        raise ApiError(
            400, "KD.SIGNATURE_MISMATCH", "the SMS template is for another signature", where="sms_sign"
        )
    _check_signature(connection, sign)
    content = str(body["content"])
    if sms_text not in ("", content, bracketed(sign) + content):
        raise ApiError(400, "KD.SMS_TEXT_CHANGED", "not the text that was approved", where="sms_text")
    variables = tuple(
        Variable(int(one["number"]), VariableType(one["type"]), str(one.get("description", "")))
        for one in body["variables"]
    )
    text = SmsText(sms_rules().template, content, variables, sign, domain)
    params, vendors = card(connection, template) if template else (frozenset[str](), frozenset[str]())
    if template and not text.has_link:
        raise ApiError(400, NO_LINK, "the SMS template has no link variable", where="sms_template")
    return Cleared(text, params, vendors, body["type"] == SmsType.PROMOTION.value)


def card(connection: Any, tpl_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return a card's parameter names and the vendors that have activated it. Raises ApiError (400)."""
    row = connection.execute(
        f"SELECT state, vendors, body FROM review WHERE kind = 'card' AND tpl_id = ?{CARD_NOT_WITHDRAWN}",  # noqa: S608 - our own text
        (tpl_id,),
    ).fetchone()
    if row is None:
        raise ApiError(400, "KD.TEMPLATE_UNKNOWN", "no such card template", where="template", template=tpl_id)
    state, vendors, stored = row
    if state != "approved":
        raise ApiError(
            400,
            "KD.TEMPLATE_NOT_APPROVED",
            "no vendor has activated this card",
            where="template",
            state=state,
        )
    body = card_body(orjson.loads(stored))
    active = frozenset(name for name, one in orjson.loads(vendors).items() if one["state"] == "approved")
    return frozenset(str(one["name"]) for one in body.get("params", ())), active


def card_body(body: dict[str, Any]) -> dict[str, Any]:
    """Return the card's own JSON, whether it was handed in bare or as {"template": ...}."""
    inner = body.get("template")
    return inner if isinstance(inner, dict) else body


def _check_filing(connection: Any) -> None:
    row = connection.execute(
        "SELECT 1 FROM review WHERE kind = 'filing' AND state = 'approved' "
        "AND json_extract(body, '$.kind') = 'send_task' LIMIT 1"
    ).fetchone()
    if row is None:
        raise ApiError(
            400, "KD.FILING_NOT_APPROVED", "the filing for send tasks is not approved", where="filing"
        )


def _sms_template(connection: Any, ref: str) -> dict[str, Any]:
    # The newest approved revision counts; a later one that still waits does not take the former away.
    row = connection.execute(
        f"SELECT body FROM review WHERE kind = 'sms_template' AND ref = ? AND state = 'approved'{NOT_WITHDRAWN} "  # noqa: S608 - our own text
        "ORDER BY id DESC LIMIT 1",
        (ref,),
    ).fetchone()
    if row is None:
        raise ApiError(
            400, NOT_ACTIVE, "SMS template unknown or not active", where="sms_template", template=ref
        )
    body: dict[str, Any] = orjson.loads(row[0])
    return body


def _check_signature(connection: Any, name: str) -> None:
    row = connection.execute(
        "SELECT 1 FROM review WHERE kind = 'sms_signature' AND state = 'approved' "  # noqa: S608 - our own text
        f"AND json_extract(body, '$.name') = ?{NOT_WITHDRAWN} LIMIT 1",
        (name,),
    ).fetchone()
    if row is None:
        raise ApiError(400, "KD.SIGNATURE_NOT_APPROVED", "the signature is not approved", where="sms_sign")
