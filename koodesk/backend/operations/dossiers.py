# SPDX-License-Identifier: Apache-2.0
"""Dossiers (材料包): what the real platform has no API for, as a folder to take to the console, and what became of it there.

What is submitted waits as a submission like any other; a person's word moves its record the way a reviewer's does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.dossier_file import Say, page, write_folder, write_zip
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.submitting import Submitting
from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.dossier import HandWord, HandWords
from koodesk.backend.ports.review_gateway import ReviewReason, ReviewState, VendorState
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.dossier import DossierRow
from koodesk.domain.dossier import Dossier, HandState, Place, check_word, dossier_of
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind

_BEIJING: Final = timedelta(hours=8)


class Dossiers:
    """What waits for a person's hand. `kinds` are those the platform has no API for; none with the local engine."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        submitting: Submitting,
        words: HandWords,
        paper: Callable[[str], Path],
        places: Mapping[ReviewKind, Place],
        names: Mapping[str, tuple[str, str]],
        kinds: frozenset[ReviewKind],
        clock: Clock,
    ) -> None:
        """`paper` tells where a paper of a digest lies, `names` what papers are called, in Chinese and English."""
        self.access: Final = access
        self._work = work
        self._submitting = submitting
        self._words = words
        self._paper = paper
        self._places = places
        self._names = names
        self._kinds = kinds
        self._clock = clock

    @property
    def by_hand(self) -> bool:
        """Tell whether anything is handed in by hand here; the same for everybody."""
        return bool(self._kinds)

    @needs("koodesk:dossier:list")
    def list(self) -> tuple[DossierRow, ...]:
        """Return what is or was handed in by hand, what waits first, the newest first."""
        with self._work.read() as connection:
            last = self._words.last(connection)
            rows = [self._row(one, last) for one in self._submissions(connection)]
        return tuple(sorted(rows, key=lambda row: (not row.open, -row.submitted_ms)))

    @needs("koodesk:dossier:export")
    def write(self, kind: ReviewKind, ref: str, path: Path, say: Say) -> int:
        """Write the dossier of what is handed in of a record as a .zip, or as a new folder; return how many papers lie in it. `say`
        says its words in the language of whoever takes it along.

        Raises Refused: dossier.none, paper.gone, export.not_writable.
        """
        with self._work.read() as connection:
            dossier = _dossier(self._one(connection, kind, ref))
        self.access.about(f"{kind.value} {ref}")
        papers = {paper.digest: self._paper(paper.digest) for paper in dossier.papers}
        write = write_zip if path.suffix.lower() == ".zip" else write_folder
        try:
            write(path, page(dossier, self._places[kind], self._names, say), dossier, papers)
        except OSError as failure:
            raise Refused(problem("export.not_writable", "path", file=path.name)) from failure
        return len(dossier.papers)

    @needs("koodesk:dossier:update")
    def tell(
        self,
        kind: ReviewKind,
        ref: str,
        state: HandState,
        on_day: str,
        reason: str = "",
        given: Mapping[str, str] | None = None,
    ) -> DossierRow:
        """Tell what became of a record at the console: handed in there, approved or rejected, on a day.

        Raises Refused: dossier.none, dossier.decided, dossier.day, dossier.reason, dossier.given.
        """
        now = self._clock.now_ms()
        today = (datetime.fromtimestamp(now / 1000, UTC) + _BEIJING).date()
        numbers = {name: value.strip() for name, value in (given or {}).items() if value.strip()}
        wrong = check_word(state, on_day, reason, numbers, today)
        if wrong:
            raise Refused(*wrong)
        with self._work.write() as connection:
            submission = self._one(connection, kind, ref)
            if submission.verdict is not None and submission.verdict.decided:
                raise Refused(problem("dossier.decided", "state", kind=kind.value))
            word = HandWord(
                kind,
                ref,
                submission.wire_digest,
                state,
                on_day,
                reason.strip(),
                self.access.principal.name,
                now,
                numbers,
            )
            self._words.add(connection, word)
            if state is not HandState.SUBMITTED:
                self._submitting.told(connection, _answer(submission, word))
            return self._row(self._one(connection, kind, ref), self._words.last(connection))

    # --- inside ----------------------------------------------------------------------------------------------

    def _submissions(self, connection: Connection) -> tuple[Submission, ...]:
        """Return the newest submission of each record of the kinds that go by hand."""
        newest: dict[tuple[ReviewKind, str], Submission] = {}
        for kind in self._kinds:
            for one in self._work.submissions.of_kind(connection, kind).values():
                known = newest.get((kind, one.ref))
                if known is None or one.submitted_ms >= known.submitted_ms:
                    newest[kind, one.ref] = one
        return tuple(newest.values())

    def _one(self, connection: Connection, kind: ReviewKind, ref: str) -> Submission:
        found = next(
            (one for one in self._submissions(connection) if (one.kind, one.ref) == (kind, ref)), None
        )
        if found is None:
            raise Refused(problem("dossier.none", "ref", kind=kind.value, ref=ref))
        return found

    def _row(self, submission: Submission, last: Mapping[tuple[str, str, str], HandWord]) -> DossierRow:
        dossier = _dossier(submission)
        told = last.get((submission.kind.value, submission.ref, submission.wire_digest))
        row = DossierRow(
            submission.kind,
            submission.ref,
            submission.wire_digest,
            dossier.title,
            len(dossier.papers),
            submission.submitted_ms,
            submission.verdict or HandState.SUBMITTED.verdict,
            gives=self._places[submission.kind].gives,
        )
        if told is None:
            return row
        return replace(row, state=told.state.value, on_day=told.on_day, by=told.by, reason=told.reason)


def _dossier(submission: Submission) -> Dossier:
    return dossier_of(submission.kind, submission.ref, submission.wire_digest, submission.body)


def _answer(submission: Submission, word: HandWord) -> ReviewState:
    """Return a person's word as a reviewer's."""
    verdict = word.state.verdict.value
    reasons = (
        (ReviewReason("review.person", "", "{}", word.reason),) if word.state is HandState.REJECTED else ()
    )
    return ReviewState(
        0,
        submission.kind,
        submission.ref,
        submission.wire_digest,
        verdict,
        tuple(VendorState(vendor, verdict, word.reason) for vendor in submission.vendors),
        reasons,
        submission.submitted_ms,
        decided_ms=word.at_ms,
        channel_num=word.given.get("channel_num", ""),
        tpl_id=word.given.get("tpl_id", ""),
    )
