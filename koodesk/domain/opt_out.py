# SPDX-License-Identifier: Apache-2.0
"""Opting out (退订): a number gets no more of a signature. Where an entry comes from, and what a person may say of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, problem

REASON_LIMIT: Final = 200
"""Characters of a reason; Koodesk's own."""


class OptOutSource(StrEnum):
    """Where an entry comes from: the recipient's own reply, a file, or a person's hand."""

    REPLY = "reply"
    IMPORT = "import"
    HAND = "hand"


def check_reason(reason: str) -> tuple[Problem, ...]:
    """Return what is wrong with a reason: none, too long, or with characters nobody sees."""
    words = reason.strip()
    if not words:
        return (problem("opt_out.reason.empty", "reason"),)
    if len(words) > REASON_LIMIT:
        return (problem("opt_out.reason.too_long", "reason", limit=REASON_LIMIT, actual=len(words)),)
    return tuple(unseen_characters(words, "reason"))
