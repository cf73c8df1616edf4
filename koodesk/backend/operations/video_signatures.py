# SPDX-License-Identifier: Apache-2.0
"""Signatures of video SMS (智能信息基础版签名管理): adding, changing, handing in. The form and states are the domain's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.submitting import Submitting, progress_of
from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.files import Letters, PaperFiles
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.ports.video import VideoSignatureRecord
from koodesk.backend.views.video import VideoSignatureRow
from koodesk.domain.filing import FilingKind
from koodesk.domain.papers import Paper, PaperRule
from koodesk.domain.problem import Refused, errors, problem
from koodesk.domain.review_state import ReviewKind, revision_digest, taken_by
from koodesk.domain.video_sms import signature as signatures
from koodesk.domain.video_sms.rules import VideoSmsRules
from koodesk.domain.video_sms.signature import (
    VideoSignatureDraft,
    VideoSignatureEvent,
    VideoSignatureState,
)

LETTER: Final = "video_signature_letter"
"""The sample letter of authorisation, by its name among the letters."""

FILING_LETTER: Final = "signature_letter"
"""签名授权函 among the papers of the filing: a signature it covers needs none of its own (table 3-5)."""


class VideoSignatures:
    """The signatures of one workspace."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        submitting: Submitting,
        rules: VideoSmsRules,
        papers: PaperFiles,
        letters: Letters,
        clock: Clock,
    ) -> None:
        self.access: Final = access
        self.rules: Final = rules
        self._work = work
        self._submitting = submitting
        self._papers = papers
        self._letters = letters
        self._clock = clock
        submitting.register(ReviewKind.VIDEO_SIGNATURE, self._move)

    @needs("kooMessage:basicSignature:list")
    def list(self) -> tuple[VideoSignatureRow, ...]:
        """Return the signatures, newest first."""
        with self._work.read() as connection:
            return tuple(self._row(connection, record) for record in self._work.video.signatures(connection))

    @needs("kooMessage:basicSignature:create")
    def add(
        self, draft: VideoSignatureDraft, authorization: Path | None = None, other: Path | None = None
    ) -> VideoSignatureRow:
        """Add a signature and hand it in; the files are copied in.

        Raises Refused: video_signature.*, signature.name.*, paper.*, gateway.* (saved; `sync` hands it in).
        """
        return self._put(0, draft, authorization, other)

    @needs("kooMessage:basicSignature:create")
    def change(
        self,
        signature_id: int,
        draft: VideoSignatureDraft,
        authorization: Path | None = None,
        other: Path | None = None,
    ) -> VideoSignatureRow:
        """Change a refused signature (or one not handed in yet) and hand it in; None keeps the stored file.

        Raises Refused: video_signature.illegal_move in every other state, and as `add`.
        """
        return self._put(signature_id, draft, authorization, other)

    @needs("kooMessage:basicSignature:delete")
    def delete(self, signature_id: int) -> None:
        """Delete a signature that is not under review; templates that were handed in with it keep their state."""
        with self._work.write() as connection:
            record = self._record(connection, signature_id)
            if record.state is VideoSignatureState.WAITING:
                raise Refused(problem("video_signature.under_review", name=record.draft.name))
            self._submitting.give_up(connection, ReviewKind.VIDEO_SIGNATURE, str(signature_id))
            self._work.video.delete_signature(connection, signature_id)

    @needs("kooMessage:basicSignature:list")
    def sample_letter(self, path: Path, name: str = "") -> None:
        """Write the sample of the letter of authorisation (.docx), with a signature's name where one is given.

        Raises Refused: file.not_written.
        """
        self._letters.write(LETTER, path, (name,) if name else ())

    # --- inside ----------------------------------------------------------------------------------------------

    def _put(
        self, signature_id: int, draft: VideoSignatureDraft, authorization: Path | None, other: Path | None
    ) -> VideoSignatureRow:
        letter = self._store(self.rules.authorization, "paper:authorization", authorization)
        more = self._store(self.rules.other, "paper:other", other)
        with self._work.write() as connection:
            same = next(
                (r for r in self._work.video.signatures(connection) if r.draft.name == draft.name), None
            )
            if not signature_id and same is not None and same.state is VideoSignatureState.NOT_SUBMITTED:
                signature_id = same.id  # the reviewer never got it: adding again hands it in
            if signature_id:
                record = self._record(connection, signature_id)
                state = signatures.advance(record.state, VideoSignatureEvent.EDIT)
                record = replace(
                    record,
                    draft=draft,
                    authorization=letter or record.authorization,
                    other=more or record.other,
                    state=state,
                )
            else:
                record = VideoSignatureRecord(
                    0, draft, letter, more, VideoSignatureState.NOT_SUBMITTED, "", self._clock.now_ms()
                )
            filed = {p.paper for p in self._work.filings.get(connection, FilingKind.VIDEO_SMS).papers}
            found = list(
                signatures.check_signature(
                    self.rules, draft, record.authorization, filing_letter=FILING_LETTER in filed
                )
            )
            if same is not None and same.id != signature_id:
                found.append(problem("signature.name.taken", "name", name=draft.name))
            wrong = errors(tuple(found))
            if wrong:
                raise Refused(*wrong)
            body = signatures.body(draft, record.authorization, record.other)
            digest = revision_digest(body)
            record = self._work.video.put_signature(connection, replace(record, submitted_digest=digest))
            submission = self._submitting.intend(
                connection, ReviewKind.VIDEO_SIGNATURE, str(record.id), digest, body
            )
        if submission.verdict is None:
            self._submitting.hand_in(submission)
        with self._work.read() as connection:
            return self._row(connection, self._record(connection, record.id))

    def _store(self, rule: PaperRule, where: str, path: Path | None) -> Paper | None:
        return None if path is None else self._papers.put(rule, where, path)

    def _record(self, connection: Connection, signature_id: int) -> VideoSignatureRecord:
        record = self._work.video.signature(connection, signature_id)
        if record is None:
            raise Refused(problem("video_signature.unknown", id=signature_id))
        return record

    def _row(self, connection: Connection, record: VideoSignatureRecord) -> VideoSignatureRow:
        submission = self._work.submissions.get(
            connection, ReviewKind.VIDEO_SIGNATURE, str(record.id), record.submitted_digest
        )
        return VideoSignatureRow(
            id=record.id,
            name=record.draft.name,
            third_party=record.draft.third_party,
            authorization=record.authorization,
            other=record.other,
            state=record.state,
            created_ms=record.created_ms,
            progress=progress_of(submission),
        )

    def _move(self, connection: Connection, submission: Submission) -> bool:
        record = self._work.video.signature(connection, int(submission.ref))
        if record is None or submission.verdict is None or submission.digest != record.submitted_digest:
            return False
        event, begins = (
            signatures.event_of(submission.verdict),
            (VideoSignatureState.NOT_SUBMITTED, VideoSignatureEvent.SUBMIT),
        )
        state = taken_by(record.state, event, signatures.MOVES, begins)
        if state is record.state:
            return False
        self._work.video.put_signature(connection, replace(record, state=state))
        return True
