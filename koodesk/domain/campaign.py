# SPDX-License-Identifier: Apache-2.0
"""A campaign (发送任务) as a person fills it in, and the frozen snapshot that she confirms.

The snapshot holds everything a recipient's message depends on and everything the confirmation shows: count, texts,
price, window, audience digest, fallback. Its digest is what is confirmed; change any of it and confirm again. Counting
and asking are the operations' matter; this module only says what a sound draft is and what the digest is of. The forms of
the other kinds are `video_send` and `plain_send`; all kinds share the snapshot, the payloads' frame and the ledger.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Final

from koodesk.domain.problem import Problem, problem
from koodesk.domain.quiet_hours import Window, check_window
from koodesk.domain.recipient import Fallback
from koodesk.domain.send_state import Bucket
from koodesk.domain.waves import USUAL, WaveRules, check_waves

NAME_LIMIT: Final = 30
"""任务名称: at most 30 characters, not blank. Source: facts 1.8."""

VALIDITY_DAYS: Final = (1, 7)
"""解析标识有效期: 1 to 7 days for individual links. Source: facts 1.8, 1.9."""

STALE_MS: Final = 15 * 60_000
"""A schedule that nobody was there to start for longer than this asks; it does not fire."""

TEST_LIMIT: Final = 10
"""Most numbers of one test send (试发测试); Koodesk's own rule."""


class CampaignKind(StrEnum):
    """What a campaign sends: a smart message (智能信息), a video SMS (智能信息基础版), or a plain SMS (普通短信)."""

    SMART = "smart"
    VIDEO = "video"
    PLAIN = "plain"


EVERY_KIND: Final = tuple(kind.value for kind in CampaignKind)


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """The send form (figure 2-4). `start_at_ms` 0 is at once; `not_after_ms` 0 is no end; `rate` (messages a second) 0
    is no limit; `chunk_size` 0 is the gateway's own; `window` None is the default for the kind of message.
    `sms_values` are the values of the SMS template's variables other than the link, the same for everybody.
    `waves` are the shares, in thousandths, that leave before the rest, and `wave_rules` when each next may go.
    `fallback_template_id` is the video SMS that phones without cards get where the fallback is BASIC, 0 otherwise. `budget` is the most
    the campaign may cost (预算上限), thousandths of a fen; 0 is no limit. `domain` is what the short links stand under, "" the
    platform's own; `jump_url` where they lead in a browser instead of the H5 page, "" for the page."""

    name: str
    card_id: int
    sms_template_id: int
    audience_id: int
    fallback: Fallback = Fallback.NONE
    validity_days: int = 7
    start_at_ms: int = 0
    not_after_ms: int = 0
    window: Window | None = None
    rate: int = 0
    chunk_size: int = 0
    sms_values: tuple[tuple[str, str], ...] = ()
    fallback_template_id: int = 0
    budget: int = 0
    domain: str = ""
    jump_url: str = ""
    waves: tuple[int, ...] = ()
    wave_rules: WaveRules = USUAL


def check_draft(draft: CampaignDraft, now_ms: int, promotion: bool) -> tuple[Problem, ...]:
    """Return everything that is wrong with the form itself; whether the things it names may be sent is asked apart."""
    found = check_form(
        draft.name,
        draft.start_at_ms,
        draft.not_after_ms,
        draft.window,
        draft.rate,
        draft.chunk_size,
        now_ms,
        promotion,
    )
    least, most = VALIDITY_DAYS
    if not least <= draft.validity_days <= most:
        found.append(
            problem(
                "campaign.validity.range", "validity_days", least=least, most=most, actual=draft.validity_days
            )
        )
    if draft.fallback is Fallback.BASIC and not draft.fallback_template_id:
        found.append(problem("campaign.fallback.no_template", "fallback"))
    found.extend(check_waves(draft.waves, draft.wave_rules))
    return tuple(found)


def check_form(
    name: str,
    start_at_ms: int,
    not_after_ms: int,
    window: Window | None,
    rate: int,
    chunk_size: int,
    now_ms: int,
    promotion: bool,
) -> list[Problem]:
    """Return what is wrong with the fields that every kind of campaign has."""
    found: list[Problem] = []
    if not name.strip():
        found.append(problem("campaign.name.empty", "name"))
    elif len(name) > NAME_LIMIT:
        found.append(problem("campaign.name.too_long", "name", limit=NAME_LIMIT, actual=len(name)))
    if any(not c.isprintable() for c in name):
        found.append(problem("campaign.name.control", "name"))
    if start_at_ms and start_at_ms < now_ms - STALE_MS:
        found.append(problem("campaign.start.past", "start_at", at_ms=start_at_ms))
    if not_after_ms and not_after_ms <= max(now_ms, start_at_ms):
        found.append(problem("campaign.end.before_start", "not_after", at_ms=not_after_ms))
    if rate < 0:
        found.append(problem("campaign.rate.range", "rate", least=0, actual=rate))
    if chunk_size < 0:
        found.append(problem("campaign.chunk_size.range", "chunk_size", least=0, actual=chunk_size))
    if window is not None:
        found.extend(check_window(window, promotion))
    return found


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is confirmed. `unasked` counts rows whose phone nobody asked about, `fallen_back` those that get the fallback.

    `uuid` makes every prepared campaign its own: confirming one twice is one campaign, sending
    the same thing again takes a new confirmation. `price_fen` is the most it can cost without any package, in fen; -1 means
    that a price is not known.

    The fields from `kind` on came later: where they say nothing they are not encoded, so that a snapshot of before has
    the digest of before. The `video_` ones name the video SMS: of everybody (kind VIDEO), or of those whose phone cannot
    show the card (fallback BASIC). `video_carriers` are the carriers whose numbers get it, `carriers` how many of those
    it is for each carrier issued, before the ones it does not go to are left out; both by segment, an estimate.

    `frequency` are the limits of promotional messages a day, 7 days and 30 days that were in force, `frequency_at_ms` the
    instant they were counted at, `frequency_held` how many rows of `not_eligible` they hold back.

    `waves` are the shares, in thousandths, that leave before the rest, `wave_rules` the rules by their names.

    `charges` are what one message is charged for (`billing.items.Item`) and how many units of it; `prices` the unit prices
    that are known, `budget` the most it may cost: both in thousandths of a fen.

    `domain` and `jump_url` are those of the short links; empty are the platform's domain and the H5 page.

    Of a plain SMS, `sms_values` are the values that are the same for everybody and `params` the other variables, whose
    values are columns of the number file."""

    uuid: str
    name: str
    test: bool
    card_id: int
    card_digest: str
    tpl_id: str
    params: tuple[str, ...]
    sms_template_id: int
    sms_template: str
    sms_text: str
    sms_values: tuple[tuple[str, str], ...]
    signature: str
    promotion: bool
    audience_id: int
    audience_digest: str
    imported: int
    invalid: int
    duplicate: int
    opted_out: int
    not_eligible: int
    to_send: int
    unasked: int
    fallen_back: int
    fallback: str
    validity_days: int
    start_at_ms: int
    not_after_ms: int
    window_start: int
    window_end: int
    gateway: str
    gateway_class: str
    chunk_size: int
    rate: int
    price_fen: int = -1
    kind: str = CampaignKind.SMART.value
    video_template_id: int = 0
    video_name: str = ""
    video_tpl_id: str = ""
    video_digest: str = ""
    video_params: tuple[str, ...] = ()
    video_channel: str = ""
    video_carriers: tuple[str, ...] = ()
    expiration_hours: int = 0
    carriers: tuple[tuple[str, int], ...] = ()
    frequency: tuple[int, ...] = ()
    frequency_at_ms: int = 0
    frequency_held: int = 0
    charges: tuple[tuple[str, int], ...] = ()
    prices: tuple[tuple[str, int], ...] = ()
    budget: int = 0
    domain: str = ""
    jump_url: str = ""
    waves: tuple[int, ...] = ()
    wave_rules: tuple[tuple[str, int], ...] = ()


_SINCE: Final = {
    field.name: field.default
    for field in fields(Snapshot)
    if field.name
    in ("kind", "expiration_hours", "carriers", "charges", "prices", "budget", "domain", "jump_url")
    or field.name.startswith(("video_", "frequency", "wave"))
}
"""Fields that snapshots of earlier releases do not have, and what they mean where they are not written."""


def encode(snapshot: Snapshot) -> str:
    """Return the snapshot as canonical JSON: sorted keys, no spaces, so that equal snapshots are equal bytes."""
    told = {
        name: value for name, value in asdict(snapshot).items() if name not in _SINCE or value != _SINCE[name]
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Snapshot:
    """Read a snapshot back. Raises ValueError, TypeError or KeyError when it is not one."""
    told = json.loads(text)
    told["params"] = tuple(told["params"])
    told["sms_values"] = tuple((str(k), str(v)) for k, v in told["sms_values"])
    for name in ("video_params", "video_carriers", "frequency", "waves"):
        told[name] = tuple(told.get(name, ()))
    for name in ("carriers", "charges", "prices", "wave_rules"):
        told[name] = tuple((str(k), int(v)) for k, v in told.get(name, ()))
    return Snapshot(**told)


def digest_of(text: str) -> str:
    """Return the digest that is confirmed, of an encoded snapshot: hex SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Buckets:
    """How many imported rows stand where."""

    invalid: int = 0
    duplicate: int = 0
    opted_out: int = 0
    not_eligible: int = 0
    pending: int = 0
    in_flight: int = 0
    accepted: int = 0
    refused: int = 0
    unknown: int = 0
    cancelled: int = 0
    expired: int = 0

    @property
    def total(self) -> int:
        """Return the sum: the rows of the import."""
        return sum(getattr(self, bucket.value) for bucket in Bucket)

    @property
    def open(self) -> int:
        """Return how many still wait for an answer; a campaign with one of these is not finished."""
        return self.pending + self.in_flight + self.unknown


# --- the canonical payload -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayloadFrame:
    """What all payloads of a campaign share: the bytes before and after the recipients, and the last field of each.

    `sms_values` is None for a video SMS and for a plain one, whose recipients are a number and its values only."""

    head: str
    sms_values: str | None


def payload_frame(snapshot: Snapshot) -> PayloadFrame:
    """Return the frame of POST /engine/v1/batches (docs/architecture.md) for a confirmed snapshot."""
    if snapshot.kind == CampaignKind.VIDEO:
        video: dict[str, object] = {
            "kind": snapshot.kind,
            "campaign": snapshot.uuid,
            "task_name": snapshot.name,
            "template": snapshot.video_tpl_id,
            "expiration_hours": snapshot.expiration_hours,
        }
        return PayloadFrame(_head(video), None)
    if snapshot.kind == CampaignKind.PLAIN:
        plain: dict[str, object] = {
            "kind": snapshot.kind,
            "campaign": snapshot.uuid,
            "task_name": snapshot.name,
            "sms_template": snapshot.sms_template,
            "sms_sign": snapshot.signature,
            "sms_text": snapshot.sms_text,
            "values": dict(snapshot.sms_values),
        }
        return PayloadFrame(_head(plain), None)
    smart: dict[str, object] = {
        "campaign": snapshot.uuid,
        "task_name": snapshot.name,
        "template": snapshot.tpl_id,
        "sms_template": snapshot.sms_template,
        "sms_sign": snapshot.signature,
        "sms_text": snapshot.sms_text,
        "validity_days": snapshot.validity_days,
        "fallback": snapshot.fallback,
    }
    if snapshot.fallback == Fallback.BASIC:
        smart["basic_template"] = snapshot.video_tpl_id
    if snapshot.domain:
        smart["domain"] = snapshot.domain
    if snapshot.jump_url:
        smart["jump_url"] = snapshot.jump_url
    values = json.dumps(dict(snapshot.sms_values), ensure_ascii=False, separators=(",", ":"))
    return PayloadFrame(_head(smart), values)


def _head(envelope: Mapping[str, object]) -> str:
    head = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    return f'{head[:-1]},"recipients":['


def payload(frame: PayloadFrame, rows: Iterable[tuple[int, str, int]]) -> bytes:
    """Return the bytes of a chunk from (number, JSON of parameters, card 0/1), in the order of the recipient ids.

    The JSON of the parameters is taken as it lies in the ledger, where it was checked: equal rows, equal bytes.
    """
    if frame.sms_values is None:
        recipients = ",".join([f"[{number},{params}]" for number, params, _ in rows])
    else:
        tail = f",{frame.sms_values}]"
        recipients = ",".join([f"[{number},{params},{card}{tail}" for number, params, card in rows])
    return f"{frame.head}{recipients}]}}".encode()


def chunk_key(uuid: str, number: int) -> str:
    """Return the idempotency key of a chunk: derived, so that a restored ledger asks with the same key."""
    return f"{uuid}-{number:06d}"
