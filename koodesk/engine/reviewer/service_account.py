# SPDX-License-Identifier: Apache-2.0
"""Rules for the service account (facts 1.11): the desk's own rules once more, and what only the platform knows: whether the
filing is approved, whether there is an approved account, which other profiles there are."""

from __future__ import annotations

from typing import Any

from koodesk.domain.problem import Problem, problem
from koodesk.domain.service_account.codec import decode
from koodesk.domain.service_account.values import Content, Profile, RecordKind
from koodesk.engine.reviewer.knowledge import Knowledge
from koodesk.engine.rule_book import account_checker


def pub(body: dict[str, Any], _party: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a profile beside the enterprise's other ones."""
    profile = _content(RecordKind.PROFILE, body)
    others = [_content(RecordKind.PROFILE, other) for other in knowledge.other_accounts()]
    found = account_checker().profile(profile, others) if isinstance(profile, Profile) else ()
    return (*found, *_filing(knowledge))


def part(body: dict[str, Any], _party: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a menu or a home page; each for itself, whatever becomes of the account."""
    kind = RecordKind.MENU if "items" in body["content"] else RecordKind.HOME
    return (*account_checker().check(_content(kind, body)), *_filing(knowledge))


def port(body: dict[str, Any], _party: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a channel number: an account has to be approved first (seed 4.3.2)."""
    found = account_checker().check(_content(RecordKind.PORT, body))
    if knowledge.has_approved_account():
        return found
    return (*found, problem("review.account_not_approved", source="seed 4.3.2"))


def shortcut(body: dict[str, Any], _party: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a shortcut."""
    return (*account_checker().check(_content(RecordKind.SHORTCUT, body)), *_filing(knowledge))


def _content(kind: RecordKind, body: dict[str, Any]) -> Any:
    content: Content = decode(kind, body["content"])
    return content


def _filing(knowledge: Knowledge) -> tuple[Problem, ...]:
    if knowledge.has_account_filing():
        return ()
    return (problem("review.account_filing_not_approved", "filing", source="seed 4.3.2"),)
