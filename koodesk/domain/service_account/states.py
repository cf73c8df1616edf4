# SPDX-License-Identifier: Apache-2.0
"""The two states of each record as transition tables: how far its review is, and whether phones show it.

The platform has `approve_state` 1 审核中, 2 通过, 3 驳回 and `state` 1 未生效, 2 已生效, 3 已失效, 4 已冻结 [SDK]. DRAFT is the
desk's own: saved and not handed in. What is in effect stays so while a change of it is edited or reviewed; a freeze ends
with a new review [SDK]. What makes 已失效 is not published: on the desk it is a shortcut that was taken out of service.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from koodesk.domain.problem import Refused, problem


class Approval(StrEnum):
    """草稿 → 审核中 → 通过 | 驳回."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class ApprovalEvent(StrEnum):
    """What happens to a record's review."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"


class Life(StrEnum):
    """未生效 → 已生效 → 已失效 | 已冻结."""

    NOT_IN_EFFECT = "not_in_effect"
    IN_EFFECT = "in_effect"
    EXPIRED = "expired"
    FROZEN = "frozen"


class LifeEvent(StrEnum):
    """What happens to what phones show."""

    TAKE_EFFECT = "take_effect"
    EXPIRE = "expire"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"


_A, _AE, _L, _LE = Approval, ApprovalEvent, Life, LifeEvent

APPROVAL_NUMBERS: Final[Mapping[Approval, int]] = MappingProxyType(
    {_A.WAITING: 1, _A.APPROVED: 2, _A.REJECTED: 3}
)
LIFE_NUMBERS: Final[Mapping[Life, int]] = MappingProxyType(
    {_L.NOT_IN_EFFECT: 1, _L.IN_EFFECT: 2, _L.EXPIRED: 3, _L.FROZEN: 4}
)
"""The platform's own numbers [SDK]."""

APPROVAL_MOVES: Final[Mapping[tuple[Approval, ApprovalEvent], Approval]] = MappingProxyType(
    {
        (_A.DRAFT, _AE.EDIT): _A.DRAFT,
        (_A.DRAFT, _AE.SUBMIT): _A.WAITING,
        # 审核中: locked, only the reviewer moves it.
        (_A.WAITING, _AE.APPROVE): _A.APPROVED,
        (_A.WAITING, _AE.REJECT): _A.REJECTED,
        (_A.REJECTED, _AE.EDIT): _A.DRAFT,
        (_A.REJECTED, _AE.SUBMIT): _A.WAITING,
        (_A.APPROVED, _AE.EDIT): _A.DRAFT,
        # Unfreezing hands the same content in once more.
        (_A.APPROVED, _AE.SUBMIT): _A.WAITING,
    }
)
"""Every legal move of a review; what is not here is refused."""

LIFE_MOVES: Final[Mapping[tuple[Life, LifeEvent], Life]] = MappingProxyType(
    {
        (_L.NOT_IN_EFFECT, _LE.TAKE_EFFECT): _L.IN_EFFECT,
        (_L.IN_EFFECT, _LE.TAKE_EFFECT): _L.IN_EFFECT,
        (_L.EXPIRED, _LE.TAKE_EFFECT): _L.IN_EFFECT,
        (_L.IN_EFFECT, _LE.EXPIRE): _L.EXPIRED,
        (_L.IN_EFFECT, _LE.FREEZE): _L.FROZEN,
        # Back in effect only by the approval of the review that unfreezing begins.
        (_L.FROZEN, _LE.UNFREEZE): _L.NOT_IN_EFFECT,
    }
)
"""Every legal move of what phones show."""


def advance_approval(state: Approval, event: ApprovalEvent) -> Approval:
    """Return the state after an event. Raises Refused: sa.under_review, sa.illegal_move."""
    after = APPROVAL_MOVES.get((state, event))
    if after is not None:
        return after
    if state is Approval.WAITING:
        raise Refused(problem("sa.under_review"))
    raise Refused(problem("sa.illegal_move", state=state.value))


def advance_life(state: Life, event: LifeEvent) -> Life:
    """Return the state after an event. Raises Refused("sa.illegal_life")."""
    after = LIFE_MOVES.get((state, event))
    if after is None:
        raise Refused(problem("sa.illegal_life", state=state.value))
    return after
