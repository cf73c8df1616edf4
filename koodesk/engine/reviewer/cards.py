# SPDX-License-Identifier: Apache-2.0
"""Rules for cards: each vendor's reviewer rejects what the rule pack says this vendor refuses (facts 1.7, 2, 3)."""

from __future__ import annotations

from typing import Any

from koodesk.domain.checks import check
from koodesk.domain.codec import decode
from koodesk.domain.problem import Problem, problem
from koodesk.domain.vendor import Vendor
from koodesk.engine.cleared import card_body
from koodesk.engine.reviewer.knowledge import Knowledge
from koodesk.engine.rule_book import rule_pack


def card(body: dict[str, Any], vendor: str, _knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a card for one vendor."""
    template = decode(card_body(body))
    reviewer = Vendor(vendor)
    pack = rule_pack()
    if reviewer not in template.vendors:
        return (problem("review.vendor_not_chosen", "vendors", vendor=reviewer),)
    return tuple(check(template, pack, reviewer))
