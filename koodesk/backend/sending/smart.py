# SPDX-License-Identifier: Apache-2.0
"""Freezing the send of a smart message: card, SMS text, audience, and the video SMS for phones without cards.

A video SMS as the fallback has to have the signature of the SMS: one campaign has one sender, whom a recipient opts out
of. With it the whole campaign keeps to what the stricter of the two must keep to (docs/decisions/0035).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from koodesk.backend.ports.sendable import (
    CarrierCounts,
    SendableAudience,
    SendableCard,
    SendableSms,
    SendableVideo,
)
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
from koodesk.domain.campaign import CampaignDraft, CampaignKind, Snapshot, check_draft
from koodesk.domain.problem import Problem, Refused, Severity, errors, problem
from koodesk.domain.recipient import Fallback
from koodesk.domain.signature import bracketed
from koodesk.domain.sms import SmsRules, Variable, VariableType, count, link_length, places, render
from koodesk.domain.sms_values import check_value

LINK_TYPE: Final = "NEWTEXT"
_NOBODY: Final = CarrierCounts(())


@dataclass(frozen=True, slots=True)
class _Content:
    """What a draft says to whom: the card, the text that carries it, and the video SMS instead, if any."""

    card: SendableCard
    sms: SendableSms
    video: SendableVideo | None
    promotion: bool


def freeze(around: Around, draft: CampaignDraft, id_: str, now_ms: int, as_of: int = 0) -> Frozen:
    """Ask for everything a draft names, check it, and return the snapshot with what is worth a note.

    Raises Refused with everything that is in the way.
    """
    draft = _trimmed(draft)
    content = _content(around, draft)
    audience = around.sources.audience(draft.audience_id, content.sms.signature)
    carriers = around.sources.carriers(draft.audience_id, content.sms.signature) if content.video else _NOBODY
    snapshot = limited(around, _snapshot(around, draft, id_, content, audience, carriers), now_ms, as_of)
    found = [*check_draft(draft, now_ms, content.promotion), *_clearing(around, content, draft)]
    found.extend(around.sources.link_problems(draft.domain, draft.jump_url))
    found.extend(hours(around, draft.window, content.promotion)[1])
    found.extend(missing(content.card.params, audience))
    if content.video is not None and snapshot.fallen_back:
        found.extend(missing(content.video.params, audience))
    if content.promotion and not audience.consent.strip():
        found.append(problem("campaign.consent.missing", "audience"))
    if snapshot.to_send <= 0:
        found.extend(too_often(snapshot))
        found.append(problem("campaign.nothing_to_send", "audience", rows=audience.rows))
    if errors(found):
        raise Refused(*found)
    if audience.unasked:
        found.append(
            problem(
                "campaign.capability.unasked",
                "audience",
                severity=Severity.WARNING,
                count=audience.unasked,
            )
        )
    if content.video is not None:
        found.extend(unreached(carriers.unresolvable, sent_to(content.video), "fallback"))
    found.extend(too_often(snapshot))
    return Frozen(snapshot, content.card.name, tuple(found))


def freeze_test(
    around: Around,
    draft: CampaignDraft,
    numbers: Sequence[int],
    values: Mapping[str, str],
    id_: str,
    now_ms: int,
) -> Snapshot:
    """The same for a test send: at once, to numbers that were typed in."""
    content = _content(around, draft)
    at_once = replace(_trimmed(draft), start_at_ms=0, not_after_ms=0)
    found = [*check_draft(at_once, now_ms, content.promotion), *_clearing(around, content, at_once)]
    found.extend(around.sources.link_problems(at_once.domain, at_once.jump_url))
    found.extend(untold(content.card.params, values))
    if errors(found):
        raise Refused(*found)
    rows = len(numbers)
    nobody = SendableAudience(0, "", content.card.params, rows, rows, 0, 0, "test", 0, 0, 0, 0)
    return _snapshot(around, at_once, id_, content, nobody, _NOBODY, test=True)


def _trimmed(draft: CampaignDraft) -> CampaignDraft:
    """Return the draft with its domain and jump URL as the platform has them."""
    return replace(draft, domain=draft.domain.strip().lower(), jump_url=draft.jump_url.strip())


def _content(around: Around, draft: CampaignDraft) -> _Content:
    card, sms = around.sources.card(draft.card_id), around.sources.sms(draft.sms_template_id)
    basic = draft.fallback is Fallback.BASIC and draft.fallback_template_id
    video = around.sources.video(draft.fallback_template_id) if basic else None
    promotion = sms.promotion or (video is not None and around.video.promotion)
    return _Content(card, sms, video, promotion)


def _snapshot(
    around: Around,
    draft: CampaignDraft,
    id_: str,
    content: _Content,
    audience: SendableAudience,
    carriers: CarrierCounts,
    *,
    test: bool = False,
) -> Snapshot:
    card, sms, video = content.card, content.sms, content.video
    window, _ = hours(around, draft.window, content.promotion)
    cannot = audience.unresolvable - audience.unresolvable_opted_out
    not_eligible = cannot if draft.fallback is Fallback.NONE else 0
    snapshot = Snapshot(
        uuid=id_,
        name=draft.name.strip(),
        test=test,
        card_id=card.card_id,
        card_digest=card.digest,
        tpl_id=card.tpl_id,
        params=card.params,
        sms_template_id=sms.sms_template_id,
        sms_template=sms.template,
        sms_text=sms.text,
        sms_values=tuple(sorted(draft.sms_values)),
        signature=sms.signature,
        promotion=content.promotion,
        audience_id=audience.audience_id,
        audience_digest=audience.digest,
        imported=audience.rows,
        invalid=audience.invalid,
        duplicate=audience.duplicate,
        opted_out=audience.opted_out,
        not_eligible=not_eligible,
        to_send=audience.valid - audience.opted_out - not_eligible,
        unasked=audience.unasked,
        fallen_back=0 if draft.fallback is Fallback.NONE else cannot,
        fallback=draft.fallback.value,
        validity_days=draft.validity_days,
        start_at_ms=draft.start_at_ms,
        not_after_ms=draft.not_after_ms,
        window_start=window.start,
        window_end=window.end,
        **through(around.gateway, CampaignKind.SMART, draft.chunk_size),
        rate=draft.rate,
        budget=draft.budget,
        **waves_of(draft),
        domain=draft.domain,
        jump_url=draft.jump_url,
    )
    return snapshot if video is None else _with_video(snapshot, video, audience, carriers)


def _with_video(
    snapshot: Snapshot, video: SendableVideo, audience: SendableAudience, carriers: CarrierCounts
) -> Snapshot:
    """Put the video SMS for phones without cards in; it goes to the carriers that approved it only."""
    reached = sent_to(video)
    cannot = sum(count for _, count in carriers.unresolvable)
    instead = sum(count for carrier, count in carriers.unresolvable if carrier in reached)
    return replace(
        snapshot,
        not_eligible=cannot - instead,
        to_send=audience.valid - audience.opted_out - (cannot - instead),
        fallen_back=instead,
        video_template_id=video.template_id,
        video_name=video.name,
        video_tpl_id=video.tpl_id,
        video_digest=video.digest,
        video_params=video.params,
        video_channel=video.channel,
        video_carriers=tuple(carrier.value for carrier in reached),
        carriers=tuple((carrier.value, count) for carrier, count in carriers.unresolvable),
    )


# --- what is not cleared ---------------------------------------------------------------------------------------


def _clearing(around: Around, content: _Content, draft: CampaignDraft) -> list[Problem]:
    """Return what of card, text and video SMS is not cleared for sending, and what is wrong with the text's values."""
    card, sms, video = content.card, content.sms, content.video
    found: list[Problem] = []
    if not card.sendable:
        found.append(problem("campaign.card.not_sendable", "card", id=card.card_id))
    if not sms.sendable:
        found.append(problem("campaign.sms.not_sendable", "sms_template", id=sms.sms_template_id))
    if not any(kind == LINK_TYPE for _, kind in sms.variables):
        found.append(problem("campaign.sms.no_link", "sms_template", source="KM.00001377"))
    if video is not None and not around.gateway.video_fallback:
        found.append(problem("campaign.fallback.one_call", "fallback", gateway=around.gateway.name))
    if video is not None and not video.sendable:
        found.append(problem("campaign.video.not_sendable", "fallback", name=video.name))
    if video is not None and video.signature != sms.signature:
        found.append(
            problem(
                "campaign.fallback.signature", "fallback", signature=sms.signature, actual=video.signature
            )
        )
    rules, values = around.sms, dict(draft.sms_values)
    needed = {name: kind for name, kind in sms.variables if kind != LINK_TYPE}
    found.extend(
        problem("campaign.sms_values.missing", f"sms:{name}", name=name)
        for name in sorted(needed.keys() - values.keys())
    )
    found.extend(
        problem("campaign.sms_values.unknown", f"sms:{name}", name=name)
        for name in sorted(values.keys() - needed.keys())
    )
    for name in sorted(needed.keys() & values.keys()):
        judged = check_value(rules, Variable(int(name), VariableType(needed[name])), values[name])
        found.extend(replace(one, where=f"sms:{name}") for one in judged)
    if needed.keys() <= values.keys():
        found.extend(_length(sms, values, rules, draft.domain))
    return found


def _length(sms: SendableSms, values: Mapping[str, str], rules: SmsRules, domain: str) -> list[Problem]:
    """Return whether the SMS as the phone gets it, signature and link included, is too long."""
    link = "x" * link_length(rules, domain)
    filled = {number: values.get(str(number), link) for number in places(sms.text)}
    actual = count(bracketed(sms.signature)) + count(render(sms.text, filled))
    if actual <= rules.with_signature_max:
        return []
    limit = rules.with_signature_max
    return [problem("campaign.sms.too_long", "sms_template", source="msgsms", limit=limit, actual=actual)]
