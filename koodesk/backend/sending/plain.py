# SPDX-License-Identifier: Apache-2.0
"""Freezing the send of a plain SMS: the approved template, the values that are the same for everybody, and the audience,
whose columns have the others.

Nobody is left out for a phone or a carrier: a plain SMS reaches every one. It keeps to what the class of its template asks for,
notice or promotion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from koodesk.backend.ports.gateway import GatewayClass
from koodesk.backend.ports.sendable import SendableAudience, SendablePlain
from koodesk.backend.sending.frozen import (
    Around,
    Frozen,
    hours,
    limited,
    missing,
    through,
    too_often,
    untold,
    waves_of,
)
from koodesk.domain.campaign import CampaignKind, Snapshot
from koodesk.domain.plain_send import (
    PlainSendDraft,
    check_length,
    check_plain_draft,
    check_values,
    columns,
    length,
)
from koodesk.domain.problem import Problem, Refused, Severity, errors, problem
from koodesk.domain.recipient import Fallback
from koodesk.domain.sms import SmsRules, Variable
from koodesk.domain.sms_values import check_value


def freeze(around: Around, draft: PlainSendDraft, id_: str, now_ms: int, as_of: int = 0) -> Frozen:
    """Ask for everything a draft names, check it, and return the snapshot with what is worth a note.

    Raises Refused with everything that is in the way.
    """
    sms = around.sources.plain(draft.sms_template_id)
    audience = around.sources.audience(draft.audience_id, sms.signature)
    snapshot = limited(around, _snapshot(around, draft, id_, sms, audience), now_ms, as_of)
    found = [*check_plain_draft(draft, now_ms, sms.promotion), *_clearing(around.sms, draft, sms)]
    found.extend(hours(around, draft.window, sms.promotion)[1])
    found.extend(missing(snapshot.params, audience))
    if sms.promotion and not audience.consent.strip():
        found.append(problem("campaign.consent.missing", "audience"))
    if snapshot.to_send <= 0:
        found.extend(too_often(snapshot))
        found.append(problem("campaign.plain.nobody", "audience", rows=audience.rows))
    if errors(found):
        raise Refused(*found)
    if snapshot.gateway_class == GatewayClass.BLIND:
        found.append(problem("campaign.plain.blind", "gateway", severity=Severity.NOTE))
    estimated = length(around.sms, sms.text, sms.signature, sms.variables, draft.sms_values)
    return Frozen(snapshot, "", (*found, *too_often(snapshot)), parts=(estimated.parts, estimated.most_parts))


def freeze_test(
    around: Around,
    draft: PlainSendDraft,
    numbers: Sequence[int],
    values: Mapping[str, str],
    id_: str,
    now_ms: int,
) -> Snapshot:
    """The same for a test send: at once, to numbers that were typed in, all with the same values."""
    sms = around.sources.plain(draft.sms_template_id)
    at_once = replace(draft, start_at_ms=0, not_after_ms=0)
    names = columns(sms.variables, dict(draft.sms_values))
    found = [*check_plain_draft(at_once, now_ms, sms.promotion), *_clearing(around.sms, at_once, sms)]
    found.extend(untold(names, values))
    found.extend(_tried(around.sms, sms.variables, {name: values[name] for name in names if name in values}))
    if errors(found):
        raise Refused(*found)
    rows = len(numbers)
    nobody = SendableAudience(0, "", names, rows, rows, 0, 0, "test", 0, 0, 0, 0)
    return _snapshot(around, at_once, id_, sms, nobody, test=True)


def _snapshot(
    around: Around,
    draft: PlainSendDraft,
    id_: str,
    sms: SendablePlain,
    audience: SendableAudience,
    *,
    test: bool = False,
) -> Snapshot:
    window, _ = hours(around, draft.window, sms.promotion)
    return Snapshot(
        uuid=id_,
        name=draft.name.strip(),
        test=test,
        card_id=0,
        card_digest="",
        tpl_id="",
        params=columns(sms.variables, dict(draft.sms_values)),
        sms_template_id=sms.sms_template_id,
        sms_template=sms.template,
        sms_text=sms.text,
        sms_values=tuple(sorted(draft.sms_values)),
        signature=sms.signature,
        promotion=sms.promotion,
        audience_id=audience.audience_id,
        audience_digest=audience.digest,
        imported=audience.rows,
        invalid=audience.invalid,
        duplicate=audience.duplicate,
        opted_out=audience.opted_out,
        not_eligible=0,
        to_send=audience.valid - audience.opted_out,
        unasked=0,
        fallen_back=0,
        fallback=Fallback.NONE.value,
        validity_days=0,
        start_at_ms=draft.start_at_ms,
        not_after_ms=draft.not_after_ms,
        window_start=window.start,
        window_end=window.end,
        **through(around.gateway, CampaignKind.PLAIN, draft.chunk_size),
        rate=draft.rate,
        budget=draft.budget,
        **waves_of(draft),
        kind=CampaignKind.PLAIN.value,
    )


def _clearing(rules: SmsRules, draft: PlainSendDraft, sms: SendablePlain) -> list[Problem]:
    """Return what of the text is not cleared for sending, and what is wrong with its values."""
    link = [one for one in sms.why_not if one.code == "campaign.plain.link"]
    found: list[Problem] = list(link)
    if len(sms.why_not) > len(link):
        found.append(problem("campaign.sms.not_sendable", "sms_template", id=sms.sms_template_id))
    found.extend(check_values(rules, sms.variables, draft.sms_values))
    if not errors(found):
        found.extend(
            check_length(rules, length(rules, sms.text, sms.signature, sms.variables, draft.sms_values))
        )
    return found


def _tried(rules: SmsRules, variables: Sequence[Variable], values: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the values of a test send."""
    return [
        replace(one, where=f"param:{variable.number}")
        for variable in variables
        if (value := values.get(str(variable.number)))
        for one in check_value(rules, variable, value)
    ]
