# SPDX-License-Identifier: Apache-2.0
"""What a campaign of plain SMS is made of; that of the other kinds is in `sending`."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.problem import Problem
from koodesk.domain.sms import Variable


@dataclass(frozen=True, slots=True)
class SendablePlain:
    """An SMS template as a plain SMS needs it; the fields mean what they mean in `SendableSms`. `why_not` says why it cannot be
    sent, as its review and its kind have it."""

    sms_template_id: int
    template: str
    text: str
    signature: str
    promotion: bool
    variables: tuple[Variable, ...]
    why_not: tuple[Problem, ...]
