# SPDX-License-Identifier: Apache-2.0
"""Frozen rows of the send pages: confirmations, campaigns, details, funnel, events. No behaviour but sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koodesk.domain.problem import Problem

if TYPE_CHECKING:
    from koodesk.domain.billing.forecast import Forecast


@dataclass(frozen=True, slots=True)
class CarrierCount:
    """Recipients whose segment (号段) was given to a carrier, an estimate since numbers may move (携号转网). `sent` is false
    where the video SMS does not go: the carrier has not approved it, or it is unknown and the channel reaches one only."""

    carrier: str
    count: int
    sent: bool


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person is asked to confirm; `digest` binds every line of it. Windows are minutes of the Beijing day,
    instants are ms; `price_fen` -1 means no price is forecast. `notes` are findings that do not stop the send.

    `kind` is "smart", "video" or "plain". The video template is the one everybody gets, or in a smart send those whose phone
    cannot show the card (fallback "basic"); `carriers` counts whom it is for. Of a video send the fields of card and
    text are empty; of a smart send without such a fallback, those of the video. `frequency_held` of the not eligible are
    held back by the frequency limits (a day, 7 days, 30 days) of `frequency`. `budget` is the most it may cost, 0 for
    no limit, `forecast` what it is expected to cost and at most, None where nobody forecasts: both in thousandths of a
    fen. `domain` is what the short links stand under, "" the platform's own; `jump_url` where browsers are led instead of
    the H5 page, "" for the page.

    Of a plain SMS, `columns` are the variables whose values stand in the number file, `sms_values` those with one value for
    everybody, `parts` the fewest and the most parts a message is billed as; of the other kinds these are empty."""

    digest: str
    name: str
    card_id: int
    card_name: str
    sms_text: str
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
    with_card: int
    fallback: str
    validity_days: int
    start_at_ms: int
    not_after_ms: int
    window_start: int
    window_end: int
    opens_ms: int
    price_fen: int
    notes: tuple[Problem, ...] = ()
    kind: str = "smart"
    video_template_id: int = 0
    video_name: str = ""
    video_digest: str = ""
    channel: str = ""
    expiration_hours: int = 0
    carriers: tuple[CarrierCount, ...] = ()
    frequency_held: int = 0
    frequency: tuple[int, ...] = ()
    budget: int = 0
    forecast: Forecast | None = None
    waves: tuple[int, ...] = ()
    wave_rules: tuple[tuple[str, int], ...] = ()
    domain: str = ""
    jump_url: str = ""
    gateway: str = ""
    """What it goes through: the real cloud's is "cloud"."""
    sms_template_id: int = 0
    columns: tuple[str, ...] = ()
    sms_values: tuple[tuple[str, str], ...] = ()
    parts: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class LinkChoices:
    """What the short links of a smart send may stand under beside the platform's own domain, and where they may lead a browser."""

    domains: tuple[str, ...]
    jump_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A number that a frequency limit holds back, masked: how many promotional messages of the signature went to it or
    may still go, within a day, 7 days and 30 days, and when the last one did (0: none has left)."""

    row_no: int
    number: str
    counts: tuple[int, int, int]
    last_ms: int


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A send task in the list (发送任务管理). `reason` is a code where the state needs one.

    `kind` is "smart", "video" or "plain"; `task_state` is the platform's own word for a video task (`domain.video_send`), ""
    for the others. The video template is the one sent, or the fallback of a smart task. `domain` and `jump_url` are those of the
    short links, "" the platform's domain and the H5 page."""

    id: int
    uuid: str
    name: str
    test: bool
    state: str
    reason: str
    card_id: int
    sms_template_id: int
    audience_id: int
    signature: str
    promotion: bool
    fallback: str
    validity_days: int
    start_at_ms: int
    not_after_ms: int
    window_start: int
    window_end: int
    rate: int
    gateway: str
    gateway_class: str
    imported: int
    to_send: int
    accepted: int
    refused: int
    unknown: int
    pending: int
    in_flight: int
    created_ms: int
    confirmed_ms: int
    started_ms: int
    ended_ms: int
    digest: str
    kind: str = "smart"
    task_state: str = ""
    video_template_id: int = 0
    video_name: str = ""
    expiration_hours: int = 0
    domain: str = ""
    jump_url: str = ""
    sms_text: str = ""
    """Of a plain SMS: the text of its template as it was confirmed, without the signature."""


@dataclass(frozen=True, slots=True)
class FunnelCounts:
    """Recipients that got this far. `resolvable` counts those whose phone can show the card; `timeout` and `waiting`
    are accepted messages without a status report, older and younger than 72 h."""

    submitted: int = 0
    resolvable: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    timeout: int = 0
    waiting: int = 0
    resolved: int = 0
    exposed: int = 0
    clicked: int = 0
    replied: int = 0


@dataclass(frozen=True, slots=True)
class Funnel:
    """The funnel of one campaign: whole, and by vendor in alphabetical order ("" is an unknown vendor). That of a video
    or plain SMS is by carrier instead, as its segments said at the confirmation."""

    total: FunnelCounts
    vendors: tuple[tuple[str, FunnelCounts], ...]
    carriers: tuple[tuple[str, FunnelCounts], ...] = ()


@dataclass(frozen=True, slots=True)
class DetailFilter:
    """Which recipients to list. Empty means all; `number` is a full number, `carrier` is for video and plain SMS."""

    bucket: str = ""
    delivery: str = ""
    number: int = 0
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class DetailRow:
    """One recipient (发送任务明细): number (masked unless exported), bucket, the gateway's code, and how far it got.
    Instants are 0 when it did not happen. `carrier` is filled for video SMS, `vendor` for smart messages."""

    id: int
    number: str
    vendor: str
    card: bool
    bucket: str
    code: str
    message_id: str
    accepted_ms: int
    delivery: str
    delivery_code: str
    delivered_ms: int
    resolved_ms: int
    exposed_ms: int
    clicked_ms: int
    carrier: str = ""
    replied_ms: int = 0


@dataclass(frozen=True, slots=True)
class DetailPage:
    """A page of recipients. `next` is the `after` of the next page, 0 when this was the last."""

    rows: tuple[DetailRow, ...]
    next: int


@dataclass(frozen=True, slots=True)
class CampaignEventRow:
    """One thing that happened to a campaign: a code, the chunk it is about (0 for none), numbers as sorted pairs."""

    id: int
    at_ms: int
    code: str
    chunk_no: int
    params: tuple[tuple[str, str], ...]
    by: str
