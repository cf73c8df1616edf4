# SPDX-License-Identifier: Apache-2.0
"""Rules for video SMS signatures and templates (facts 1.3, 1.10): the wire's own rules, and what only the platform knows:
whether the filing and the signature are approved, and whether the filing has the letters a message needs."""

from __future__ import annotations

from typing import Any

from koodesk.domain.carrier import Carrier
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Problem, problem
from koodesk.domain.video_sms.reslist import check_body
from koodesk.domain.video_sms.rules import LETTERS, carriers_of, letter_problems
from koodesk.domain.video_sms.signature import VideoSignatureDraft, check_signature
from koodesk.domain.video_sms.template import PARAM, Channel
from koodesk.engine.reviewer.knowledge import Knowledge
from koodesk.engine.reviewer.papers import check, read_paper
from koodesk.engine.rule_book import video_rules
from koodesk.engine.video_cleared import texts_of


def signature(body: dict[str, Any], _party: str, _knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a signature: name rule, the letter of authorization where it is needed, types and sizes."""
    name, third_party = body["name"], body["third_party"]
    if not isinstance(name, str) or not isinstance(third_party, bool):
        raise TypeError("name, third_party")
    rules = video_rules()
    papers: dict[str, Paper | None] = {
        place: read_paper(body[place]) if body.get(place) is not None else None
        for place in ("authorization", "other")
    }
    found = list(check_signature(rules, VideoSignatureDraft(name, third_party), papers["authorization"]))
    for place, rule in (("authorization", rules.authorization), ("other", rules.other)):
        paper = papers[place]
        if paper is not None:
            found += check(rule, f"paper:{place}", paper)
    return tuple(found)


def template(body: dict[str, Any], party: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a template for one carrier."""
    rules = video_rules()
    found = list(check_body(body, rules))
    if found:
        return tuple(found)
    carrier, sign, texts = Carrier(party), str(body["sign"]), texts_of(body)
    if carrier not in carriers_of(Channel(body["restags"]), rules):
        found.append(problem("review.carrier_not_of_channel", "restags", carrier=carrier.value))
    if not knowledge.is_video_signature(sign):
        found.append(problem("review.video_signature_not_approved", "signature", signature=sign))
    filed = knowledge.video_filing_papers()
    if filed is None:
        return (*found, problem("review.video_filing_not_approved", "filing"))
    # Read off the message itself, not off what the desk says that it needs.
    holds = (
        any(PARAM.search(text) for text in texts),
        any(rules.link.search(text) for text in texts),
        bool(body.get("has_qr")),
    )
    needed = [letter for letter, held in zip(LETTERS, holds, strict=True) if held]
    return (*found, *letter_problems(needed, filed))
