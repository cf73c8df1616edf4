# SPDX-License-Identifier: Apache-2.0
"""Rules for filings and for papers in general: which must be there, of which type and size (facts 1.3)."""

from __future__ import annotations

from typing import Any

from koodesk.domain.company import read_company
from koodesk.domain.filing import FiledPaper, FilingKind, company_problems, missing_papers
from koodesk.domain.papers import Paper, PaperRule
from koodesk.domain.problem import Problem, problem
from koodesk.engine.reviewer.knowledge import Knowledge
from koodesk.engine.rule_book import filing_rules


def read_paper(given: dict[str, Any]) -> Paper:
    """Read a paper as handed in. Raises KeyError, TypeError or ValueError."""
    return Paper(str(given["name"]), int(given["size"]), str(given["digest"]), str(given["type"]))


def check(rule: PaperRule, where: str, paper: Paper) -> tuple[Problem, ...]:
    """Judge a paper by what was handed in about it; the content itself never leaves the desk."""
    found: list[Problem] = []
    if paper.size <= 0:
        found.append(problem("paper.empty", where, file=paper.name))
    elif paper.size > rule.max_bytes:
        found.append(
            problem(
                "paper.too_big",
                where,
                source=rule.source,
                file=paper.name,
                limit=rule.max_bytes,
                actual=paper.size,
            )
        )
    if paper.type not in rule.types:
        found.append(
            problem("paper.type", where, source=rule.source, file=paper.name, allowed=", ".join(rule.types))
        )
    return tuple(found)


def filing(body: dict[str, Any], _vendor: str, _knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review one of the filings. A conditional paper that is not there is no fault: whoever needs it asks for it."""
    rules = filing_rules(FilingKind(body["kind"]))
    filed = tuple(FiledPaper(str(one["paper"]), read_paper(one)) for one in body["papers"])
    company = read_company(body["company"]) if rules.company is not None else None
    found = [*missing_papers(rules, filed), *company_problems(rules, company)]
    for one in filed:
        found += check(rules.paper(one.paper).rule, f"paper:{one.paper}", one.file)
    return tuple(found)
