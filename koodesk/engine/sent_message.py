# SPDX-License-Identifier: Apache-2.0
"""One message told again: what its phone got, from the stored request and what was in force when it was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from koodesk.engine.cleared import Cleared
from koodesk.engine.envelope import HOUR_MS, LONGEST_EXPIRATION, SmartBatch, VideoBatch
from koodesk.engine.handsets import Handsets
from koodesk.engine.links import ShortCodes
from koodesk.engine.recipients import sms_values
from koodesk.engine.video_cleared import carrier_of, shown

FALLBACK_MS: Final = LONGEST_EXPIRATION * HOUR_MS
"""How long the video SMS of a fallback is tried: the form of a smart send asks for no hours."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it lies in the database: the entry of its recipient, its batch, and the context kept with that."""

    message_id: int
    campaign: str
    chunk: str
    at_ms: int
    expires_ms: int
    context: dict[str, Any]
    batch: SmartBatch | VideoBatch
    entry: list[Any]


def told(connection: Any, sent: Sent, codes: ShortCodes) -> dict[str, Any]:
    """Return what one recipient got: `kind` is "smart" (with or without a card), "video" or "plain"."""
    batch = sent.batch
    if isinstance(batch, VideoBatch):
        return _video(connection, sent, batch.template, sent.expires_ms, fallback=False)
    if batch.basic_template and not sent.entry[2]:
        return _video(connection, sent, batch.basic_template, sent.at_ms + FALLBACK_MS, fallback=True)
    if batch.plain:
        return _plain(sent)
    return _smart(sent, batch, codes)


def _smart(sent: Sent, batch: SmartBatch, codes: ShortCodes) -> dict[str, Any]:
    number, params, card, *_ = sent.entry
    vendor = Handsets(sent.context["seed"], sent.context["mix"]).vendor(number)
    link = codes.link(sent.message_id, batch.domain)
    rules = Cleared.from_json(sent.context["rules"])
    return {
        **_base(sent, "smart"),
        "template": batch.template,
        "params": params,
        "card": bool(card) and vendor in rules.card_vendors,
        "vendor": vendor,
        "sign": rules.text.signature,
        "card_sent": bool(card),
        "card_vendors": sorted(rules.card_vendors),
        "short_url": f"https://{link}",
        "jump_url": batch.jump_url,
        "aim_code": link.rpartition("/")[2],
        "expires_ms": sent.expires_ms,
        "sms_text": rules.text.write(sms_values(sent.entry), link),
    }


def _plain(sent: Sent) -> dict[str, Any]:
    text = Cleared.from_json(sent.context["rules"]).text
    values = sms_values(sent.entry)
    return {
        **_base(sent, "plain"),
        "template": "",
        "params": values,
        "card": False,
        "carrier": carrier_of(sent.entry[0]),
        "sign": text.signature,
        "expires_ms": sent.expires_ms,
        "sms_text": text.write(values, ""),
    }


def _video(connection: Any, sent: Sent, template: str, expires_ms: int, *, fallback: bool) -> dict[str, Any]:
    number, params, *_ = sent.entry
    return {
        **_base(sent, "video"),
        "template": template,
        "params": params,
        "carrier": carrier_of(number),
        "fallback": fallback,
        "expires_ms": expires_ms,
        **shown(connection, template, params),
    }


def _base(sent: Sent, kind: str) -> dict[str, Any]:
    return {
        "message_id": str(sent.message_id),
        "kind": kind,
        "campaign": sent.campaign,
        "chunk": sent.chunk,
        "number": sent.entry[0],
        "at_ms": sent.at_ms,
    }
