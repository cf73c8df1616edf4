# SPDX-License-Identifier: Apache-2.0
"""Resolve tasks (解析任务, 生成解析标识): short links to a template for a company that keeps its own SMS channel (AIM+).

The form and its rules (facts 1.9), and custom domains (域名管理, facts 4.3). Numbers are data:
`resources/rules/resolve.toml`. Whether a template is approved, a domain filed or a code free is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from koodesk.domain.jump_url import check_jump_url
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.resolve_rules import ResolveRules

_CODE: Final = re.compile(r"[A-Za-z0-9]+")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)+")


class CodeType(StrEnum):
    """生成短链类型 (aim_code_type)."""

    GROUP = "group"
    """群发: one link for everybody."""
    INDIVIDUAL = "individual"
    """个性化: a link for each person."""


class Generation(IntEnum):
    """How short codes come about (generation_type)."""

    STANDARD = 1
    CUSTOM = 2


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """One link of a task: its own code (custom generation only), where it leads instead of the H5 page, a note of the
    sender's (`cust_flag`), and the values of the template's parameters by name."""

    short_code: str = ""
    custom_url: str = ""
    cust_flag: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResolveDraft:
    """The form. `times` is how often each link may be resolved; `domain` empty is the platform's own."""

    name: str
    tpl_id: str
    type: CodeType
    days: int
    times: int
    signatures: tuple[str, ...]
    links: tuple[LinkDraft, ...]
    generation: Generation = Generation.STANDARD
    domain: str = ""


@dataclass(frozen=True, slots=True)
class DomainDraft:
    """A custom domain: for standard codes or for custom ones, never for both."""

    name: str
    generation: Generation
    note: str = ""


def check_resolve_task(
    draft: ResolveDraft, rules: ResolveRules, params: Collection[str]
) -> tuple[Problem, ...]:
    """Return everything that is wrong with the form for a template with these parameters."""
    group = draft.type is CodeType.GROUP
    found = _name(draft.name, rules)
    if group and params:
        found.append(problem("resolve.type.params", "type", count=len(params)))
    days = rules.group_days if group else rules.individual_days
    if not days.hold(draft.days):
        found.append(
            problem(
                "resolve.days.range",
                "days",
                source=days.source,
                least=days.least,
                most=days.most,
                actual=draft.days,
            )
        )
    times = rules.group_times if group else rules.individual_times
    if not times.hold(draft.times):
        outside = "resolve.times.range" if group else "resolve.times.once"
        found.append(
            problem(
                outside, "times", source=times.source, least=times.least, most=times.most, actual=draft.times
            )
        )
    found += _signatures(draft.signatures, rules)
    most = rules.group_links if group else rules.individual_links
    if not most.hold(len(draft.links)):
        code = "resolve.links.none" if not draft.links else "resolve.links.too_many"
        found.append(problem(code, "links", source=most.source, limit=most.most, actual=len(draft.links)))
    if draft.domain:
        found += check_domain_name(draft.domain, rules)
    elif draft.generation is Generation.CUSTOM:
        found.append(problem("resolve.domain.needed", "domain"))
    seen: set[str] = set()
    for index, link in enumerate(draft.links):
        found += _link(link, f"link:{index + 1}/", draft, rules, frozenset() if group else frozenset(params))
        if draft.generation is Generation.CUSTOM and link.short_code:
            if link.short_code in seen:
                found.append(
                    problem("resolve.code.twice", f"link:{index + 1}/short_code", short_code=link.short_code)
                )
            seen.add(link.short_code)
    return tuple(found)


def check_domain_name(name: str, rules: ResolveRules, where: str = "domain") -> list[Problem]:
    """Return what is wrong with a custom domain's name."""
    if len(name) > rules.domain.most:
        return [
            problem(
                "resolve.domain.too_long",
                where,
                source=rules.domain.source,
                limit=rules.domain.most,
                actual=len(name),
            )
        ]
    if not _DOMAIN.fullmatch(name):
        return [problem("resolve.domain.pattern", where, source=rules.domain.source)]
    return []


def check_domain(draft: DomainDraft, rules: ResolveRules) -> tuple[Problem, ...]:
    """Return what is wrong with the form of a custom domain."""
    if not draft.name:
        return (problem("resolve.domain.empty", "name"),)
    found = check_domain_name(draft.name, rules, "name")
    if not found and (draft.name.lower() in rules.system_domains or rules.private.has(draft.name.lower())):
        found.append(problem("resolve.domain.not_yours", "name", name=draft.name))
    if not found and draft.name.rpartition(".")[2].isdigit():
        found.append(problem("resolve.domain.pattern", "name", source=rules.domain.source))
    return tuple(found)


def check_code(code: str, rules: ResolveRules, where: str) -> list[Problem]:
    """Return what is wrong with a custom short code."""
    bounds = rules.short_code
    if not bounds.hold(len(code)):
        return [
            problem(
                "resolve.code.length",
                where,
                source=bounds.source,
                least=bounds.least,
                most=bounds.most,
                actual=len(code),
            )
        ]
    if not _CODE.fullmatch(code):
        return [problem("resolve.code.pattern", where, source=bounds.source)]
    return []


def _link(
    link: LinkDraft, at: str, draft: ResolveDraft, rules: ResolveRules, params: frozenset[str]
) -> list[Problem]:
    found: list[Problem] = []
    if draft.generation is Generation.CUSTOM:
        if link.short_code:
            found += check_code(link.short_code, rules, f"{at}short_code")
        else:
            found.append(problem("resolve.code.needed", f"{at}short_code"))
        if link.custom_url:
            found.append(problem("resolve.url.ignored", f"{at}custom_url", severity=Severity.WARNING))
    else:
        if link.short_code:
            found.append(problem("resolve.code.not_custom", f"{at}short_code"))
        if link.custom_url:
            found += check_jump_url(
                link.custom_url,
                rules.jump_url.most,
                rules.private,
                f"{at}custom_url",
                source=rules.jump_url.source,
            )
    if len(link.cust_flag) > rules.cust_flag.most:
        found.append(
            problem(
                "resolve.flag.too_long",
                f"{at}cust_flag",
                source=rules.cust_flag.source,
                limit=rules.cust_flag.most,
                actual=len(link.cust_flag),
            )
        )
    given = dict(link.values)
    found += [
        problem("resolve.param.missing", f"{at}param:{name}", name=name)
        for name in sorted(params)
        if not given.get(name)
    ]
    found += [
        problem("resolve.param.unknown", f"{at}param:{name}", name=name)
        for name in sorted(set(given) - params)
    ]
    return found


def _name(name: str, rules: ResolveRules) -> list[Problem]:
    if not name.strip():
        return [problem("resolve.name.empty", "name")]
    if len(name) > rules.task_name.most:
        return [
            problem(
                "resolve.name.too_long",
                "name",
                source=rules.task_name.source,
                limit=rules.task_name.most,
                actual=len(name),
            )
        ]
    if any(not c.isprintable() for c in name):
        return [problem("resolve.name.control", "name")]
    return []


def _signatures(signatures: tuple[str, ...], rules: ResolveRules) -> list[Problem]:
    bounds, length = rules.signatures, rules.signature_length
    if not signatures:
        return [problem("resolve.signatures.none", "signatures", source=bounds.source)]
    found: list[Problem] = []
    if len(signatures) > bounds.most:
        found.append(
            problem(
                "resolve.signatures.too_many",
                "signatures",
                source=bounds.source,
                limit=bounds.most,
                actual=len(signatures),
            )
        )
    for index, sign in enumerate(signatures):
        where = f"signatures:{index + 1}"
        if not length.hold(len(sign)):
            found.append(
                problem(
                    "resolve.signature.length",
                    where,
                    source=length.source,
                    least=length.least,
                    most=length.most,
                    actual=len(sign),
                )
            )
        elif any(c in "【】[]" for c in sign) or not sign.isprintable() or sign != sign.strip():
            found.append(problem("resolve.signature.brackets", where, source=length.source, name=sign))
        elif sign in signatures[:index]:
            found.append(problem("resolve.signature.twice", where, name=sign))
    return found
