# SPDX-License-Identifier: Apache-2.0
"""The automatic reviewer: `review` applies the written rules of the platform and answers with reasons, never a mood.

Each kind has its rules in a function of its own; they read what was handed in as a stranger's data, so that a form
nobody can read is a rejection with a reason and not a failure of the engine. How long a review takes is `timing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from koodesk.domain.problem import Problem, Refused, Severity, problem
from koodesk.domain.review_state import ReviewKind
from koodesk.engine.reviewer import cards, papers, resolve, service_account, sms, video_sms
from koodesk.engine.reviewer.knowledge import Knowledge

Rule = Callable[[dict[str, Any], str, Knowledge], tuple[Problem, ...]]

_RULES: Final[Mapping[ReviewKind, Rule]] = {
    ReviewKind.FILING: papers.filing,
    ReviewKind.SMS_APP: sms.app,
    ReviewKind.SMS_SIGNATURE: sms.signature,
    ReviewKind.SMS_TEMPLATE: sms.template,
    ReviewKind.CARD: cards.card,
    ReviewKind.VIDEO_SIGNATURE: video_sms.signature,
    ReviewKind.VIDEO_TEMPLATE: video_sms.template,
    ReviewKind.DOMAIN: resolve.domain,
    ReviewKind.JUMP_URL: resolve.jump_url,
    ReviewKind.PUB: service_account.pub,
    ReviewKind.SA_MENU: service_account.part,
    ReviewKind.SA_HOME: service_account.part,
    ReviewKind.SA_PORT: service_account.port,
    ReviewKind.SA_SHORTCUT: service_account.shortcut,
}


def review(kind: ReviewKind, body: dict[str, Any], party: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Return why this is rejected, nothing when it is approved. `party` is the vendor of a card, the carrier of a video
    SMS template, and empty for anything else."""
    try:
        found = _RULES[kind](body, party, knowledge)
    except Refused as refused:
        found = refused.problems
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        return (problem("review.unreadable", cause=type(failure).__name__),)
    return tuple(one for one in found if one.severity is Severity.ERROR)
