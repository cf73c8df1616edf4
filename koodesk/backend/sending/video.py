# SPDX-License-Identifier: Apache-2.0
"""Freezing the send of a video SMS: the approved template, the audience, and which carriers' numbers it goes to.

Whose carrier has not approved the template is left out before anything leaves (`not_eligible`), and the confirmation says
how many those are. Carriers are told by segment, an estimate: the gateway has the last word on every number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from koodesk.backend.ports.sendable import CarrierCounts, SendableAudience, SendableVideo
from koodesk.backend.sending.frozen import (
    Around,
    Frozen,
    hours,
    limited,
    missing,
    sent_to,
    through,
    too_often,
    unreached,
    untold,
    waves_of,
)
from koodesk.domain.campaign import CampaignKind, Snapshot
from koodesk.domain.problem import Problem, Refused, Severity, errors, problem
from koodesk.domain.recipient import Fallback
from koodesk.domain.video_send import VideoSendDraft, check_video_draft, mobile_share


def freeze(around: Around, draft: VideoSendDraft, id_: str, now_ms: int, as_of: int = 0) -> Frozen:
    """Ask for everything a draft names, check it, and return the snapshot with what is worth a note.

    Raises Refused with everything that is in the way.
    """
    video = around.sources.video(draft.template_id)
    audience = around.sources.audience(draft.audience_id, video.signature)
    carriers = around.sources.carriers(draft.audience_id, video.signature)
    snapshot = limited(around, _snapshot(around, draft, id_, video, audience, carriers), now_ms, as_of)
    found = [*check_video_draft(draft, now_ms, around.video), *_clearing(video, draft.start_at_ms)]
    found.extend(hours(around, draft.window, snapshot.promotion)[1])
    found.extend(missing(video.params, audience))
    if snapshot.promotion and not audience.consent.strip():
        found.append(problem("campaign.consent.missing", "audience"))
    if snapshot.to_send <= 0:
        found.extend(too_often(snapshot))
        found.append(problem("campaign.video.nobody", "audience", rows=audience.rows))
    if errors(found):
        raise Refused(*found)
    return Frozen(snapshot, "", (*found, *_notes(around, snapshot, video, carriers), *too_often(snapshot)))


def freeze_test(
    around: Around,
    draft: VideoSendDraft,
    numbers: Sequence[int],
    values: Mapping[str, str],
    id_: str,
    now_ms: int,
) -> Snapshot:
    """The same for a test send: at once, to numbers that were typed in and whose carriers approved the template."""
    video = around.sources.video(draft.template_id)
    at_once = replace(draft, start_at_ms=0, not_after_ms=0)
    found = [*check_video_draft(at_once, now_ms, around.video), *_clearing(video, now_ms)]
    found.extend(untold(video.params, values))
    counts: dict[str, int] = {}
    for number in numbers:
        carrier = around.sources.carrier(number)
        counts[carrier.value] = counts.get(carrier.value, 0) + 1
        if carrier not in sent_to(video):
            found.append(
                problem(
                    "campaign.test.carrier", "numbers", carrier=carrier.value, tail=f"{number % 10_000:04}"
                )
            )
    if errors(found):
        raise Refused(*found)
    rows = len(numbers)
    nobody = SendableAudience(0, "", video.params, rows, rows, 0, 0, "test", 0, 0, 0, 0)
    carriers = CarrierCounts(tuple((c, counts[c.value]) for c in sent_to(video) if c.value in counts))
    return _snapshot(around, at_once, id_, video, nobody, carriers, test=True)


def _snapshot(
    around: Around,
    draft: VideoSendDraft,
    id_: str,
    video: SendableVideo,
    audience: SendableAudience,
    carriers: CarrierCounts,
    *,
    test: bool = False,
) -> Snapshot:
    promotion = around.video.promotion
    window, _ = hours(around, draft.window, promotion)
    reached = sent_to(video)
    not_eligible = sum(count for carrier, count in carriers.every if carrier not in reached)
    return Snapshot(
        uuid=id_,
        name=draft.name.strip(),
        test=test,
        card_id=0,
        card_digest="",
        tpl_id="",
        params=(),
        sms_template_id=0,
        sms_template="",
        sms_text="",
        sms_values=(),
        signature=video.signature,
        promotion=promotion,
        audience_id=audience.audience_id,
        audience_digest=audience.digest,
        imported=audience.rows,
        invalid=audience.invalid,
        duplicate=audience.duplicate,
        opted_out=audience.opted_out,
        not_eligible=not_eligible,
        to_send=audience.valid - audience.opted_out - not_eligible,
        unasked=0,
        fallen_back=0,
        fallback=Fallback.NONE.value,
        validity_days=0,
        start_at_ms=draft.start_at_ms,
        not_after_ms=draft.not_after_ms,
        window_start=window.start,
        window_end=window.end,
        **through(around.gateway, CampaignKind.VIDEO, draft.chunk_size),
        rate=draft.rate,
        budget=draft.budget,
        **waves_of(draft),
        kind=CampaignKind.VIDEO.value,
        video_template_id=video.template_id,
        video_name=video.name,
        video_tpl_id=video.tpl_id,
        video_digest=video.digest,
        video_params=video.params,
        video_channel=video.channel,
        video_carriers=tuple(carrier.value for carrier in reached),
        expiration_hours=draft.expiration_hours,
        carriers=tuple((carrier.value, count) for carrier, count in carriers.every),
    )


def _clearing(video: SendableVideo, start_at_ms: int) -> list[Problem]:
    if not video.sendable:
        return [problem("campaign.video.not_sendable", "template", name=video.name)]
    if video.expires_ms and start_at_ms >= video.expires_ms:
        return [problem("campaign.video.expires", "start_at", name=video.name, at_ms=video.expires_ms)]
    return []


def _notes(
    around: Around, snapshot: Snapshot, video: SendableVideo, carriers: CarrierCounts
) -> tuple[Problem, ...]:
    """Return what does not stop the send: who is left out, the package's condition, and what it is treated as."""
    notes = [*unreached(carriers.every, sent_to(video), "template")]
    if video.three:
        share = mobile_share(dict(carriers.every), sent_to(video), around.video)
        notes.extend([share] if share else [])
    if snapshot.promotion:
        notes.append(problem("campaign.video.counts_as_promotion", "template", severity=Severity.NOTE))
    return tuple(notes)
