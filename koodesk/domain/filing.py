# SPDX-License-Identifier: Apache-2.0
"""Enterprise filings (企业备案): their records, the papers of each, and their states.

智能信息: 填写发送任务备案信息 and 填写生成短链备案信息 are two independent records with the same papers
(`resources/rules/filing.toml`). 智能信息基础版 has a record and papers of its own (`filing_video.toml`), and so has
智能信息服务号 (`filing_service_account.toml`), which asks for the company's data besides (`company`). The states are the
transition table below, stated for 智能信息 and read the same for the others. Source: seed 2.3.2, 3.3.2, 4.3.2, tables
2-4, 3-4 and 4-4 (facts 1.3).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from koodesk.domain.company import CompanyData, CompanyRules, check_company, read_company_rules
from koodesk.domain.papers import Paper, PaperRule
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.review_state import Verdict, revision_digest


class FilingKind(StrEnum):
    """Which record: smart messages for send tasks (发送任务) or for making short links (生成短链), video SMS
    (智能信息基础版), or the service account (智能信息服务号)."""

    SEND_TASK = "send_task"
    SHORT_LINK = "short_link"
    VIDEO_SMS = "video_sms"
    SERVICE_ACCOUNT = "service_account"


class FilingState(StrEnum):
    """未提交 → 审核中 → 审核通过 | 审核未通过."""

    NOT_SUBMITTED = "not_submitted"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class FilingEvent(StrEnum):
    """What happens to a filing.

    EDIT changes a paper on the desk; FILE hands in the papers as they are (提交); APPROVE and REJECT come from the
    reviewer. The platform's "edit" is EDIT and then FILE: its form has one button for both.
    """

    EDIT = "edit"
    FILE = "file"
    APPROVE = "approve"
    REJECT = "reject"


MOVES: Final[Mapping[tuple[FilingState, FilingEvent], FilingState]] = MappingProxyType(
    {
        (FilingState.NOT_SUBMITTED, FilingEvent.EDIT): FilingState.NOT_SUBMITTED,
        (FilingState.NOT_SUBMITTED, FilingEvent.FILE): FilingState.WAITING,
        # 审核中: the form is locked; only the reviewer moves it.
        (FilingState.WAITING, FilingEvent.APPROVE): FilingState.APPROVED,
        (FilingState.WAITING, FilingEvent.REJECT): FilingState.REJECTED,
        # 审核未通过: handing in the changed form goes back to 审核中.
        (FilingState.REJECTED, FilingEvent.EDIT): FilingState.REJECTED,
        (FilingState.REJECTED, FilingEvent.FILE): FilingState.WAITING,
        # 审核通过: may be changed, and the state is not refreshed, whatever becomes of the change.
        (FilingState.APPROVED, FilingEvent.EDIT): FilingState.APPROVED,
        (FilingState.APPROVED, FilingEvent.FILE): FilingState.APPROVED,
        (FilingState.APPROVED, FilingEvent.APPROVE): FilingState.APPROVED,
        (FilingState.APPROVED, FilingEvent.REJECT): FilingState.APPROVED,
    }
)
"""Every legal move; what is not here is refused."""


def advance(state: FilingState, event: FilingEvent) -> FilingState:
    """Return the state after an event. Raises Refused("filing.locked" or "filing.illegal_move")."""
    after = MOVES.get((state, event))
    if after is not None:
        return after
    if state is FilingState.WAITING:
        raise Refused(problem("filing.locked", source="seed 2.3.2", event=event.value))
    raise Refused(problem("filing.illegal_move", state=state.value, event=event.value))


def event_of(verdict: Verdict) -> FilingEvent | None:
    """Return the event a verdict means, None while nothing is decided."""
    return {Verdict.APPROVED: FilingEvent.APPROVE, Verdict.REJECTED: FilingEvent.REJECT}.get(verdict)


@dataclass(frozen=True, slots=True)
class PaperSpec:
    """One paper of the form: `many` False means one file only, and a new upload replaces the old.

    `letter` says that the form offers a sample letter to download and sign. `when_*` says in words what makes a paper
    needed that is not always (条件必填), "" for every other.
    """

    id: str
    name_zh: str
    name_en: str
    required: bool
    many: bool
    letter: bool
    rule: PaperRule
    source: str
    when_zh: str = ""
    when_en: str = ""


@dataclass(frozen=True, slots=True)
class FilingRules:
    """The papers of the form in its order; `licence_type_*` is the fixed 企业证件类型, the usual one where `company` asks
    which it is; `many_max` files at most where several are taken. `company` is None where no company data is asked."""

    papers: tuple[PaperSpec, ...]
    licence_type_zh: str
    licence_type_en: str
    many_max: int
    company: CompanyRules | None = None

    def paper(self, paper_id: str) -> PaperSpec:
        """Return one paper. Raises Refused("filing.unknown_paper")."""
        for spec in self.papers:
            if spec.id == paper_id:
                return spec
        raise Refused(problem("filing.unknown_paper", f"paper:{paper_id}", paper=paper_id))


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """A paper in its place of the form."""

    paper: str
    file: Paper


def missing_papers(rules: FilingRules, papers: tuple[FiledPaper, ...]) -> tuple[Problem, ...]:
    """Return a problem for each required paper that is not there."""
    present = {filed.paper for filed in papers}
    return tuple(
        problem(
            "filing.paper_missing",
            f"paper:{spec.id}",
            source=spec.source,
            paper=spec.id,
            name_zh=spec.name_zh,
            name_en=spec.name_en,
        )
        for spec in rules.papers
        if spec.required and spec.id not in present
    )


def company_problems(rules: FilingRules, company: CompanyData | None) -> tuple[Problem, ...]:
    """Return what is wrong with the company data of a record, nothing where none is asked for."""
    return () if rules.company is None else check_company(rules.company, company or CompanyData())


def with_paper(
    rules: FilingRules, papers: tuple[FiledPaper, ...], paper_id: str, file: Paper
) -> tuple[FiledPaper, ...]:
    """Return the papers with one more: replacing where one file only is taken, else added once by content.

    Raises Refused("filing.too_many_files" or "filing.unknown_paper").
    """
    spec = rules.paper(paper_id)
    if not spec.many:
        kept = tuple(p for p in papers if p.paper != paper_id)
    else:
        kept = tuple(p for p in papers if (p.paper, p.file.digest) != (paper_id, file.digest))
        here = sum(p.paper == paper_id for p in kept)
        if here >= rules.many_max:
            raise Refused(
                problem("filing.too_many_files", f"paper:{paper_id}", limit=rules.many_max, actual=here + 1)
            )
    return (*kept, FiledPaper(paper_id, file))


def body(
    kind: FilingKind, papers: tuple[FiledPaper, ...], company: CompanyData | None = None
) -> dict[str, object]:
    """Return what the reviewer gets: {"kind", "papers": [{"paper", "name", "size", "digest", "type"}, ...]}, and the
    company data where the record has any."""
    ordered = sorted(papers, key=lambda p: (p.paper, p.file.digest))
    return {
        "kind": kind.value,
        "papers": [
            {
                "paper": p.paper,
                "name": p.file.name,
                "size": p.file.size,
                "digest": p.file.digest,
                "type": p.file.type,
            }
            for p in ordered
        ],
        **({} if company is None else {"company": company.to_json()}),
    }


def digest(kind: FilingKind, papers: tuple[FiledPaper, ...], company: CompanyData | None = None) -> str:
    """Return the identity of a filing: the same papers in any order, with the same company data, give the same digest."""
    return revision_digest(body(kind, papers, company))


def read_filing_rules(text: str) -> FilingRules:
    """Read `filing.toml` or one of its sisters. Raises KeyError or ValueError when the data is not complete: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    papers = tuple(
        PaperSpec(
            id=entry["id"],
            name_zh=entry["zh"],
            name_en=entry["en"],
            required=entry["required"],
            many=entry["many"],
            letter=entry["letter"],
            rule=PaperRule(tuple(entry["types"]), int(entry["max_bytes"]), entry["limit_source"]),
            source=entry["source"],
            when_zh=entry.get("when_zh", ""),
            when_en=entry.get("when_en", ""),
        )
        for entry in data["paper"]
    )
    if len({spec.id for spec in papers}) != len(papers):
        raise ValueError("a paper is written twice")
    company = read_company_rules(data["company"]) if "company" in data else None
    return FilingRules(
        papers, data["licence_type_zh"], data["licence_type_en"], int(data["many_max"]), company
    )
