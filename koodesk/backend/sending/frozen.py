# SPDX-License-Identifier: Apache-2.0
"""What preparing a campaign comes to, and what all kinds of it ask and show alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TypedDict

from koodesk.backend.ports.desk import Frequency
from koodesk.backend.ports.gateway import SendGateway
from koodesk.backend.ports.sendable import SendableAudience, SendableVideo, Sources
from koodesk.backend.sending.pricing import Pricing
from koodesk.backend.views.sending import CarrierCount, Confirmation
from koodesk.domain.billing.forecast import Forecast
from koodesk.domain.campaign import TEST_LIMIT, CampaignKind, Snapshot
from koodesk.domain.carrier import Carrier
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Problem, Refused, Severity, problem
from koodesk.domain.quiet_hours import ANY_TIME, Window, opens_at
from koodesk.domain.send_draft import Draft
from koodesk.domain.send_policy import SendPolicy
from koodesk.domain.sms import SmsRules
from koodesk.domain.video_send import VideoSendRules, reached

CHUNK = 1_000
"""Recipients of a call where the form names no size: large enough for speed, small enough for an unclear one."""


@dataclass(frozen=True, slots=True)
class Around:
    """What preparing asks: the other topics, the gateway, the rules of SMS values and of video sends, what the workspace
    holds its promotion to, and whom it wrote to lately."""

    sources: Sources
    gateway: SendGateway
    sms: SmsRules
    video: VideoSendRules
    policy: Callable[[], SendPolicy]
    frequency: Frequency
    pricing: Pricing | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """A snapshot, the name of the card it sends ("" for none), what is worth a note, and what it is forecast to cost. `parts` are
    the fewest and the most a plain SMS is billed as."""

    snapshot: Snapshot
    card_name: str
    notes: tuple[Problem, ...]
    forecast: Forecast | None = None
    parts: tuple[int, int] = (0, 0)


def hours(around: Around, asked: Window | None, promotion: bool) -> tuple[Window, tuple[Problem, ...]]:
    """Return the hours a campaign keeps to, and what is wrong with those the form asks for.

    Promotion keeps to the workspace's hours, and may ask for fewer; for anything else any time is allowed.
    """
    if not promotion:
        return asked or ANY_TIME, ()
    allowed = around.policy().hours
    if asked is None:
        return allowed, ()
    if asked.start < allowed.start or asked.end > allowed.end:
        wide = problem("campaign.window.too_wide", "window", start=allowed.start, end=allowed.end)
        return asked, (wide,)
    return asked, ()


def limited(around: Around, snapshot: Snapshot, now_ms: int, as_of: int) -> Snapshot:
    """Return a snapshot held to the workspace's frequency limits, with the rows they hold back left out.

    `as_of` is the instant that was counted at before, when the same is frozen again; 0 counts at the planned start.
    """
    limits = around.policy().limits
    if not snapshot.promotion or snapshot.test or not limits.any:
        return snapshot
    counted = replace(
        snapshot,
        frequency=limits.every,
        frequency_at_ms=as_of or max(now_ms, snapshot.start_at_ms),
    )
    held = around.frequency.held(counted)
    return replace(
        counted,
        frequency_held=held.rows,
        not_eligible=snapshot.not_eligible + held.rows,
        to_send=snapshot.to_send - held.rows,
        fallen_back=max(0, snapshot.fallen_back - held.without_card),
    )


def too_often(snapshot: Snapshot) -> tuple[Problem, ...]:
    """Return a warning of the rows that a frequency limit holds back."""
    if not snapshot.frequency_held:
        return ()
    day, week, month = snapshot.frequency
    return (
        problem(
            "campaign.frequency.held",
            "audience",
            severity=Severity.WARNING,
            count=snapshot.frequency_held,
            day=day,
            week=week,
            month=month,
        ),
    )


def replies_untold(snapshot: Snapshot) -> tuple[Problem, ...]:
    """Return a note for a promotion through the real cloud: replies of R come to a public address only, which a desk does not have."""
    if not snapshot.promotion or snapshot.gateway != Platform.CLOUD:
        return ()
    return (problem("campaign.replies_untold", "audience", severity=Severity.NOTE),)


class Waves(TypedDict):
    """The fields of a snapshot that say in which waves it goes."""

    waves: tuple[int, ...]
    wave_rules: tuple[tuple[str, int], ...]


def waves_of(draft: Draft) -> Waves:
    """Return in which waves a draft goes; its rules are said only where there are any."""
    rules = tuple(sorted(asdict(draft.wave_rules).items())) if draft.waves else ()
    return {"waves": draft.waves, "wave_rules": rules}


class Through(TypedDict):
    """The fields of a snapshot that say through which gateway it goes, and in calls of how many."""

    gateway: str
    gateway_class: str
    chunk_size: int


def through(gateway: SendGateway, kind: CampaignKind, wanted: int) -> Through:
    """Return the gateway as a snapshot has it. A call has as many recipients as the form says, or a size of ours, never more
    than the gateway takes."""
    promise = gateway.promise(kind.value)
    size = min(wanted or CHUNK, promise.max_chunk)
    return {"gateway": gateway.name, "gateway_class": promise.klass.value, "chunk_size": size}


def test_numbers(numbers: Iterable[int]) -> tuple[int, ...]:
    """Return the numbers of a test send, each once. Raises Refused (campaign.test.count)."""
    unique = tuple(dict.fromkeys(numbers))
    if not 1 <= len(unique) <= TEST_LIMIT:
        raise Refused(problem("campaign.test.count", "numbers", limit=TEST_LIMIT, actual=len(unique)))
    return unique


def untold(params: Iterable[str], values: Mapping[str, str]) -> list[Problem]:
    """Return a problem for each parameter that a test send has no value for."""
    return [
        problem("campaign.test.params", f"param:{name}", name=name) for name in params if not values.get(name)
    ]


def missing(params: Iterable[str], audience: SendableAudience) -> list[Problem]:
    """Return a problem for each parameter that the number file has no column for."""
    return [
        problem("campaign.params.missing", "audience", name=name)
        for name in params
        if name not in audience.params
    ]


def unreached(
    carriers: Iterable[tuple[Carrier, int]], sent_to: tuple[Carrier, ...], where: str
) -> tuple[Problem, ...]:
    """Return a warning for each carrier whose numbers the video SMS does not go to."""
    return tuple(
        problem(
            "campaign.video.carrier_unknown"
            if carrier is Carrier.UNKNOWN
            else "campaign.video.carrier_not_approved",
            where,
            severity=Severity.WARNING,
            carrier=carrier.value,
            count=count,
        )
        for carrier, count in carriers
        if count and carrier not in sent_to
    )


def sent_to(video: SendableVideo) -> tuple[Carrier, ...]:
    """Return the carriers whose numbers get a video SMS."""
    return reached(video.carriers, video.three)


def confirmation(digest: str, frozen: Frozen, now_ms: int) -> Confirmation:
    """Return what a person is asked to confirm."""
    snapshot = frozen.snapshot
    start = max(now_ms, snapshot.start_at_ms)
    return Confirmation(
        digest=digest,
        name=snapshot.name,
        card_id=snapshot.card_id,
        card_name=frozen.card_name,
        sms_text=snapshot.sms_text,
        signature=snapshot.signature,
        promotion=snapshot.promotion,
        audience_id=snapshot.audience_id,
        audience_digest=snapshot.audience_digest,
        imported=snapshot.imported,
        invalid=snapshot.invalid,
        duplicate=snapshot.duplicate,
        opted_out=snapshot.opted_out,
        not_eligible=snapshot.not_eligible,
        to_send=snapshot.to_send,
        with_card=snapshot.to_send - snapshot.fallen_back if snapshot.card_id else 0,
        fallback=snapshot.fallback,
        validity_days=snapshot.validity_days,
        start_at_ms=snapshot.start_at_ms,
        not_after_ms=snapshot.not_after_ms,
        window_start=snapshot.window_start,
        window_end=snapshot.window_end,
        opens_ms=opens_at(start, Window(snapshot.window_start, snapshot.window_end)),
        price_fen=snapshot.price_fen,
        notes=frozen.notes,
        kind=snapshot.kind,
        video_template_id=snapshot.video_template_id,
        video_name=snapshot.video_name,
        video_digest=snapshot.video_digest,
        channel=snapshot.video_channel,
        expiration_hours=snapshot.expiration_hours,
        budget=snapshot.budget,
        waves=snapshot.waves,
        wave_rules=snapshot.wave_rules,
        forecast=frozen.forecast,
        carriers=tuple(
            CarrierCount(carrier, count, carrier in snapshot.video_carriers)
            for carrier, count in snapshot.carriers
        ),
        frequency_held=snapshot.frequency_held,
        frequency=snapshot.frequency,
        domain=snapshot.domain,
        jump_url=snapshot.jump_url,
        gateway=snapshot.gateway,
        **(_plain(frozen) if snapshot.kind == CampaignKind.PLAIN else {}),
    )


class _Plain(TypedDict, total=False):
    """The lines of a confirmation that only a plain SMS has."""

    sms_template_id: int
    columns: tuple[str, ...]
    sms_values: tuple[tuple[str, str], ...]
    parts: tuple[int, int]


def _plain(frozen: Frozen) -> _Plain:
    snapshot = frozen.snapshot
    return {
        "sms_template_id": snapshot.sms_template_id,
        "columns": snapshot.params,
        "sms_values": snapshot.sms_values,
        "parts": frozen.parts,
    }
