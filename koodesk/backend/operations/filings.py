# SPDX-License-Identifier: Apache-2.0
"""Enterprise filings: papers in, papers out, handing in. States and paper rules are `domain.filing`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import EllipsisType
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.submitting import Submitting, progress_of
from koodesk.backend.ports.clearing import FilingRecord, Submission
from koodesk.backend.ports.files import Letters, PaperFiles
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.clearing import FilingRow, PaperRow
from koodesk.domain import filing
from koodesk.domain.company import CompanyData, tidied
from koodesk.domain.filing import FilingEvent, FilingKind, FilingRules, FilingState
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.review_state import ReviewKind

_VIDEO_LETTERS: Final = {"signature_letter": "video_signature_letter"}
"""Letters that read differently in the record of video SMS."""


class Filings:
    """All records: 发送任务 and 生成短链 of 智能信息, 智能信息基础版, and 智能信息服务号."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        submitting: Submitting,
        rules: Mapping[FilingKind, FilingRules],
        papers: PaperFiles,
        letters: Letters,
    ) -> None:
        self.access: Final = access
        self._rules: Final = rules
        self._work = work
        self._submitting = submitting
        self._papers = papers
        self._letters = letters
        submitting.register(ReviewKind.FILING, self._move)

    def rules_of(self, kind: FilingKind) -> FilingRules:
        """Return the papers of a record; the same for everybody, so that it needs no right."""
        return self._rules[kind]

    @needs("kooMessage:enterpriseFiling:get")
    def get(self, kind: FilingKind) -> FilingRow:
        """Return one record with its papers and what is missing."""
        with self._work.read() as connection:
            return self._row(connection, self._work.filings.get(connection, kind))

    @needs("kooMessage:enterpriseFiling:update")
    def attach(self, kind: FilingKind, paper: str, path: Path) -> FilingRow:
        """Put a file in a paper's place: replacing where one file only is taken.

        Raises Refused: filing.locked (under review), filing.unknown_paper, filing.too_many_files, paper.*.
        """
        spec = self.rules_of(kind).paper(paper)
        self._check_editable(kind)  # before the copy, so that a locked form answers at once
        file = self._papers.put(spec.rule, f"paper:{paper}", path)
        with self._work.write() as connection:
            record = self._edited(connection, kind)
            changed = filing.with_paper(self.rules_of(kind), record.papers, paper, file)
            return self._saved(connection, replace(record, papers=changed))

    @needs("kooMessage:enterpriseFiling:update")
    def remove(self, kind: FilingKind, paper: str, digest: str = "") -> FilingRow:
        """Take a paper out: the one file with `digest`, or all of them. Raises Refused(filing.locked)."""
        self.rules_of(kind).paper(paper)
        with self._work.write() as connection:
            record = self._edited(connection, kind)
            kept = tuple(p for p in record.papers if p.paper != paper or (digest and p.file.digest != digest))
            return self._saved(connection, replace(record, papers=kept))

    @needs("kooMessage:enterpriseFiling:update")
    def set_company(
        self, kind: FilingKind, company: CompanyData, seen: CompanyData | EllipsisType | None = ...
    ) -> FilingRow:
        """Store the company data of a record that asks for it, tidied. `seen` is what was stored when it was looked at,
        None for nothing; left out, nobody asks.

        Raises Refused: filing.no_company, filing.locked, filing.company_changed when somebody else has stored other data
        since, company.* for each field that is wrong; nothing is stored then.
        """
        rules = self.rules_of(kind)
        if rules.company is None:
            raise Refused(problem("filing.no_company"))
        tidy = tidied(company)
        wrong = filing.company_problems(rules, tidy)
        if wrong:
            raise Refused(*wrong)
        with self._work.write() as connection:
            stored = self._work.filings.get(connection, kind)
            if stored.company == tidy:
                return self._row(connection, stored)
            if seen is not ... and stored.company != seen:
                raise Refused(problem("filing.company_changed"))
            return self._saved(connection, replace(self._edited(connection, kind), company=tidy))

    @needs("kooMessage:enterpriseFiling:update")
    def submit(self, kind: FilingKind) -> FilingRow:
        """提交. Handing in the same papers again while they wait or stand approved changes nothing.

        Raises Refused: filing.paper_missing for each missing paper, company.* for each field, filing.locked, gateway.*
        (saved, and handed in by the next `sync`).
        """
        with self._work.write() as connection:
            record = self._work.filings.get(connection, kind)
            missing = self._missing(record)
            if missing:
                raise Refused(*missing)
            digest = filing.digest(kind, record.papers, record.company)
            if record.state is FilingState.WAITING and digest != record.submitted_digest:
                filing.advance(record.state, FilingEvent.FILE)  # refuses: the form is locked
            submission = self._submitting.intend(
                connection,
                ReviewKind.FILING,
                kind.value,
                digest,
                filing.body(kind, record.papers, record.company),
            )
            self._work.filings.put(connection, replace(record, submitted_digest=digest))
        if submission.verdict is None:
            self._submitting.hand_in(submission)
        return self.get(kind)

    @needs("kooMessage:enterpriseFiling:get")
    def sample_letter(self, paper: str, path: Path, kind: FilingKind | None = None) -> None:
        """Write the sample letter of a paper (.docx). Raises Refused: letter.none, file.not_written.

        For the record of video SMS its own words are taken, with the signatures the desk has.
        """
        known = [spec for rules in self._rules.values() for spec in rules.papers if spec.id == paper]
        if not any(spec.letter for spec in known):
            raise Refused(problem("letter.none", f"paper:{paper}", paper=paper))
        if kind is not FilingKind.VIDEO_SMS:
            self._letters.write(paper, path)
            return
        with self._work.read() as connection:
            names = [record.draft.name for record in reversed(self._work.video.signatures(connection))]
        self._letters.write(_VIDEO_LETTERS.get(paper, paper), path, names)

    @needs("kooMessage:enterpriseFiling:get")
    def paper_path(self, digest: str) -> Path:
        """Return where a stored paper lies, for opening it in the system's own viewer."""
        return self._papers.path(digest)

    def check_cleared(self, connection: Connection) -> None:
        """Raise Refused("filing.needed") unless the filing for send tasks is approved: smart messages need it."""
        if self._work.filings.get(connection, FilingKind.SEND_TASK).state is not FilingState.APPROVED:
            raise Refused(problem("filing.needed", "page:filings", source="facts 1.3"))

    def check_video_cleared(self, connection: Connection) -> None:
        """Raise Refused("filing.needed_video") unless the filing of video SMS is approved."""
        if self._work.filings.get(connection, FilingKind.VIDEO_SMS).state is not FilingState.APPROVED:
            raise Refused(problem("filing.needed_video", "page:filings", source="seed 3.3.2"))

    def check_account_cleared(self, connection: Connection) -> None:
        """Raise Refused("filing.needed_service_account") unless the filing of the service account is approved."""
        if self._work.filings.get(connection, FilingKind.SERVICE_ACCOUNT).state is not FilingState.APPROVED:
            raise Refused(problem("filing.needed_service_account", "page:filings", source="seed 4.3.2"))

    def letters_present(self, connection: Connection) -> tuple[str, ...]:
        """Return the papers that lie in the filing of video SMS, by id."""
        papers = self._work.filings.get(connection, FilingKind.VIDEO_SMS).papers
        return tuple(dict.fromkeys(filed.paper for filed in papers))

    # --- inside ----------------------------------------------------------------------------------------------

    def _missing(self, record: FilingRecord) -> tuple[Problem, ...]:
        rules = self.rules_of(record.kind)
        return (
            *filing.missing_papers(rules, record.papers),
            *filing.company_problems(rules, record.company),
        )

    def _check_editable(self, kind: FilingKind) -> None:
        with self._work.read() as connection:
            filing.advance(self._work.filings.get(connection, kind).state, FilingEvent.EDIT)

    def _edited(self, connection: Connection, kind: FilingKind) -> FilingRecord:
        record = self._work.filings.get(connection, kind)
        self._submitting.give_up(connection, ReviewKind.FILING, kind.value)
        return replace(record, state=filing.advance(record.state, FilingEvent.EDIT))

    def _saved(self, connection: Connection, record: FilingRecord) -> FilingRow:
        self._work.filings.put(connection, record)
        return self._row(connection, record)

    def _row(self, connection: Connection, record: FilingRecord) -> FilingRow:
        rules = self.rules_of(record.kind)
        submission = self._work.submissions.get(
            connection, ReviewKind.FILING, record.kind.value, record.submitted_digest
        )
        missing = self._missing(record)
        changed = filing.digest(record.kind, record.papers, record.company) != record.submitted_digest
        unsent = submission is not None and submission.verdict is None
        free = (record.state, FilingEvent.EDIT) in filing.MOVES
        return FilingRow(
            kind=record.kind,
            state=record.state,
            licence_type_zh=rules.licence_type_zh,
            licence_type_en=rules.licence_type_en,
            papers=tuple(
                PaperRow(
                    id=spec.id,
                    name_zh=spec.name_zh,
                    name_en=spec.name_en,
                    required=spec.required,
                    many=spec.many,
                    letter=spec.letter,
                    types=spec.rule.types,
                    max_bytes=spec.rule.max_bytes,
                    limit_source=spec.rule.source,
                    files=tuple(p.file for p in record.papers if p.paper == spec.id),
                    when_zh=spec.when_zh,
                    when_en=spec.when_en,
                )
                for spec in rules.papers
            ),
            editable=free,
            changed=changed,
            submittable=not missing and free and (changed or unsent or record.state is FilingState.REJECTED),
            missing=missing,
            progress=progress_of(submission),
            company=record.company,
        )

    def _move(self, connection: Connection, submission: Submission) -> bool:
        record = self._work.filings.get(connection, FilingKind(submission.ref))
        if submission.digest != record.submitted_digest or submission.verdict is None:
            return False
        state = record.state
        if state in (FilingState.NOT_SUBMITTED, FilingState.REJECTED):
            state = filing.advance(state, FilingEvent.FILE)
        event = filing.event_of(submission.verdict)
        if event is not None:
            state = filing.advance(state, event)
        if state is record.state:
            return False
        self._work.filings.put(connection, replace(record, state=state))
        return True
