# SPDX-License-Identifier: Apache-2.0
"""Rules for custom domains and jump URLs (facts 1.9, 4.3): the form's own rules once more, and that a domain is for
standard or for custom codes and never for both."""

from __future__ import annotations

from typing import Any

from koodesk.domain.jump_url import check_jump_url, host_of
from koodesk.domain.problem import Problem, problem
from koodesk.domain.resolve_task import DomainDraft, Generation, check_domain
from koodesk.engine.reviewer.knowledge import Knowledge
from koodesk.engine.rule_book import resolve_rules


def domain(body: dict[str, Any], _vendor: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a custom domain."""
    draft = DomainDraft(str(body["name"]), Generation(body["generation"]), str(body.get("note", "")))
    found = check_domain(draft, resolve_rules())
    if not found and knowledge.domain_is_filed(draft.name):
        return (problem("resolve.domain.taken", "name", name=draft.name),)
    return found


def jump_url(body: dict[str, Any], _vendor: str, _knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a jump URL: its host is what is filed."""
    rules = resolve_rules()
    url = str(body["url"])
    found = check_jump_url(url, rules.send_jump_url.most, rules.private, "url", source=rules.jump_url.source)
    if not found and body["host"] != host_of(url):
        return (problem("jump_url.host", "url", host=str(body["host"])[:80]),)
    return found
