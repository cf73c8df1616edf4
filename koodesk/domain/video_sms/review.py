# SPDX-License-Identifier: Apache-2.0
"""States of a video SMS template and of its signature: per carrier, and folded into one. [SDK VmsTemplateStatus], facts 1.10."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from koodesk.domain.carrier import Carrier
from koodesk.domain.review_state import Verdict


class AuditState(IntEnum):
    """audit_state of a template at the platform. [SDK VmsTemplateStatus]."""

    USABLE = 0
    UNDER_REVIEW = 1
    REJECTED = 2
    DISABLED = 3
    ABSENT = 4
    EXPIRED = 5


@dataclass(frozen=True, slots=True)
class CarrierVerdict:
    """One carrier's verdict on a template, with the reason when it is a refusal."""

    carrier: Carrier
    verdict: Verdict
    reason: str = ""


def fold_carriers(verdicts: Iterable[Verdict]) -> Verdict:
    """Fold the carriers' verdicts into one: usable as soon as one carrier takes it, refused when all have refused.

    The platform tells a state per carrier (status_detail) and one for the template (audit_state), and not how it makes
    the one from the others; this is read as it is written for the vendors of a card.
    """
    known = tuple(verdicts)
    if Verdict.APPROVED in known:
        return Verdict.APPROVED
    if known and all(v is Verdict.REJECTED for v in known):
        return Verdict.REJECTED
    return Verdict.WAITING


def audit_state(verdict: Verdict | None, approved_ms: int, validity_days: int, now_ms: int) -> AuditState:
    """Return the platform's state of a template: expired when its validity (whole days, 0 permanent) is over."""
    if verdict is None:
        return AuditState.ABSENT
    if verdict is Verdict.REJECTED:
        return AuditState.REJECTED
    if verdict is not Verdict.APPROVED:
        return AuditState.UNDER_REVIEW
    if validity_days and now_ms >= approved_ms + validity_days * 86_400_000:
        return AuditState.EXPIRED
    return AuditState.USABLE
