# SPDX-License-Identifier: Apache-2.0
"""The signature of video SMS (智能信息基础版签名, table 3-5): who a video SMS is from, and its states.

The length of its name was not found; Koodesk's own bound lies within every length the platform names for a signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from koodesk.domain.papers import Paper
from koodesk.domain.plain_text import length_problems, unseen_characters
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.review_state import Verdict
from koodesk.domain.video_sms.rules import VideoSmsRules


class VideoSignatureState(StrEnum):
    """未提交 → 审核中 → 审核通过 | 审核未通过."""

    NOT_SUBMITTED = "not_submitted"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def usable(self) -> bool:
        """Tell whether templates can be handed in with it."""
        return self is VideoSignatureState.APPROVED


class VideoSignatureEvent(StrEnum):
    """What happens to a signature."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"


_S, _E = VideoSignatureState, VideoSignatureEvent
MOVES: Final[Mapping[tuple[VideoSignatureState, VideoSignatureEvent], VideoSignatureState]] = (
    MappingProxyType(
        {
            (_S.NOT_SUBMITTED, _E.EDIT): _S.NOT_SUBMITTED,
            (_S.NOT_SUBMITTED, _E.SUBMIT): _S.WAITING,
            (_S.WAITING, _E.APPROVE): _S.APPROVED,
            (_S.WAITING, _E.REJECT): _S.REJECTED,
            (_S.REJECTED, _E.EDIT): _S.NOT_SUBMITTED,
        }
    )
)
"""Every legal move; what is not here is refused."""


def advance(state: VideoSignatureState, event: VideoSignatureEvent) -> VideoSignatureState:
    """Return the state after an event. Raises Refused("video_signature.illegal_move")."""
    after = MOVES.get((state, event))
    if after is None:
        raise Refused(problem("video_signature.illegal_move", state=state.value, event=event.value))
    return after


def event_of(verdict: Verdict) -> VideoSignatureEvent | None:
    """Return the event a verdict means, None while it still waits."""
    return {Verdict.APPROVED: _E.APPROVE, Verdict.REJECTED: _E.REJECT}.get(verdict)


@dataclass(frozen=True, slots=True)
class VideoSignatureDraft:
    """The form: `third_party` says that the owner of the name is not the account's own company."""

    name: str
    third_party: bool = False


def check_signature(
    rules: VideoSmsRules,
    draft: VideoSignatureDraft,
    authorization: Paper | None,
    *,
    filing_letter: bool = True,
) -> tuple[Problem, ...]:
    """Check the form.

    A letter of authorisation of its own is needed when the filing has none (`filing_letter` says whether it has), or has
    one that does not cover this name (table 3-5). That nobody can tell from a file; it is read as needed for a name of
    somebody else.
    """
    found = list(
        length_problems(
            "video_signature.name",
            draft.name,
            "name",
            least=rules.signature_min,
            most=rules.signature_max,
            source="Koodesk",
        )
    )
    unseen = unseen_characters(draft.name, "name")
    found += unseen
    if draft.name != draft.name.strip():
        found.append(problem("signature.name.outer_space", "name"))
    elif draft.name and not unseen and not re.fullmatch(rules.signature_pattern, draft.name):
        wrong = next(c for c in draft.name if not re.fullmatch(rules.signature_pattern, c))
        found.append(problem("signature.name.characters", "name", char=wrong))
    if authorization is None and (draft.third_party or not filing_letter):
        found.append(
            problem("video_signature.authorization_missing", "paper:authorization", source="seed t3-5")
        )
    return tuple(found)


def body(draft: VideoSignatureDraft, authorization: Paper | None, other: Paper | None) -> dict[str, Any]:
    """Return what the reviewer gets; papers are {"name", "size", "digest", "type"} or null."""

    def paper(file: Paper | None) -> dict[str, Any] | None:
        if file is None:
            return None
        return {"name": file.name, "size": file.size, "digest": file.digest, "type": file.type}

    return {
        "name": draft.name,
        "third_party": draft.third_party,
        "authorization": paper(authorization),
        "other": paper(other),
    }
