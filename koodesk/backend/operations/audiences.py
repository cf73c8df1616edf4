# SPDX-License-Identifier: Apache-2.0
"""Audiences (号码文件): from a file or typed lines to checked rows, with the reason behind every row that was not taken.

An audience is written block by block in short transactions and appears only when it is complete. Its digest is what
a confirmation is bound to: SHA-256 over the parameter names and every valid row in file order, so that a changed digit
shows. Sending it is `koodesk.backend.sending`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from koodesk.backend.operations.audience_lines import REFUSED_HEADER, refused_cells, refused_line, valid_line
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.table_export import write_table
from koodesk.backend.ports.audience import (
    AudienceRecord,
    AudienceStore,
    Capability,
    ConsentSaid,
    NumberFiles,
    ReadSummary,
    RowBlock,
)
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.desk import Used, refuse_in_use
from koodesk.backend.ports.exports import Prepared
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.audience import AudienceLine, AudienceRow
from koodesk.domain import codec
from koodesk.domain.export_job import FORMATS
from koodesk.domain.plain_send import columns
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.recipient import FILE_NAME, AudienceBucket, ConsentKind

CAPABILITY_BATCH: Final = 10_000
"""Numbers of one question to the local engine (docs/architecture.md)."""

_PAGE: Final = 10_000
_DROP_ROWS: Final = 50_000
_ABANDONED_MS: Final = 60 * 60 * 1_000
"""Age from which an unfinished import is certainly nobody's: a reader is ended after minutes."""


class Audiences:
    """The audiences of a workspace. `reason` gives the Chinese words of a refusal's code, for exports."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: AudienceStore,
        files: NumberFiles,
        capability: Capability,
        clock: Clock,
        reason: Callable[[str], str] = str,
    ) -> None:
        self.access: Final = access
        self._work = work
        self._store = store
        self._files = files
        self._capability = capability
        self._clock = clock
        self._reason = reason

    # --- in --------------------------------------------------------------------------------------------------

    @needs("kooMessage:mobileFile:upload")
    def check_file(
        self,
        path: Path,
        params: Sequence[str] = (),
        progress: Report = silent,
        cancel: Cancel = never,
        consent_source: str = "",
    ) -> AudienceRow:
        """Read, check and store a number file made on the sample for `params`.

        Raises Refused: audience.file_name, reader.* (the file cannot be read), audience.header, audience.no_rows.
        """
        refused = file_name_problem(path)
        if refused is not None:
            raise Refused(refused)
        return self._import(
            path.name,
            params,
            consent_source,
            lambda add: self._files.read(path, params, add, progress, cancel),
        )

    @needs("kooMessage:mobileFile:upload")
    def check_text(self, text: str, params: Sequence[str] = (), consent_source: str = "") -> AudienceRow:
        """Check and store manual input (手动输入): a recipient a line, the number and then its values after commas.

        Raises Refused: audience.text_too_long, audience.no_rows.
        """
        return self._import(
            "", params, consent_source, lambda add: self._files.check_lines(text, params, add)
        )

    @needs("kooMessage:mobileFile:upload")
    def set_consent(
        self, audience_id: int, source: str, kind: ConsentKind = ConsentKind.OTHER
    ) -> AudienceRow:
        """Say where the recipients' consent comes from; promotion is not sent without. Who says so, and when, is kept."""
        source = source.strip()
        if not 1 <= len(source) <= 200 or not source.isprintable():
            raise Refused(problem("audience.consent", "consent", limit=200, actual=len(source)))
        said = ConsentSaid(source, ConsentKind(kind).value, self.access.principal.name, self._clock.now_ms())
        with self._work.write() as connection:
            self._store.set_consent(connection, audience_id, said)
        return self._row(self._record(audience_id))

    @needs("kooMessage:mobileFile:upload")
    def delete(self, audience_id: int) -> None:
        """Remove an audience with its rows. Campaigns keep their own copies.

        Raises Refused (record.in_use) while a campaign that is not over was confirmed with it: its confirmation names it.
        """
        self._record(audience_id)
        with self._work.write() as connection:
            refuse_in_use(self._work.uses.names(connection, Used.AUDIENCE, audience_id))
            self._store.hide(connection, audience_id)
        self._drop(audience_id)

    def clean(self) -> int:
        """Remove what a crash left half imported, at the start; return how many audiences."""
        with self._work.read() as connection:
            left = self._store.unfinished(connection, self._clock.now_ms() - _ABANDONED_MS)
        for audience_id in left:
            self._drop(audience_id)
        return len(left)

    # --- looking ---------------------------------------------------------------------------------------------

    @needs("kooMessage:mobileFile:list")
    def list(self) -> tuple[AudienceRow, ...]:
        """Return all audiences, newest first."""
        with self._work.read() as connection:
            return tuple(self._row(record) for record in self._store.list(connection))

    @needs("kooMessage:mobileFile:list")
    def get(self, audience_id: int) -> AudienceRow:
        """Return one audience. Raises Refused("audience.unknown")."""
        return self._row(self._record(audience_id))

    @needs("kooMessage:mobileFile:list")
    def rows(
        self, audience_id: int, bucket: AudienceBucket, offset: int = 0, limit: int = 100
    ) -> tuple[AudienceLine, ...]:
        """Page through the rows behind a count, in file order."""
        record = self._record(audience_id)
        with self._work.read() as connection:
            if bucket in (AudienceBucket.DUPLICATE, AudienceBucket.INVALID):
                refused = self._store.refusals(connection, audience_id, bucket.value, offset, limit)
                return tuple(refused_line(record, row) for row in refused)
            rows = self._store.rows(connection, audience_id, bucket, offset, limit)
            return tuple(valid_line(record, row) for row in rows)

    @needs("kooMessage:mobileFile:list")
    def vendors(self, audience_id: int) -> Mapping[str, int]:
        """Return vendor -> rows; "" are not asked about, "-" cannot show the card."""
        self._record(audience_id)
        with self._work.write() as connection:
            return self._store.count_vendors(connection, audience_id)

    @needs("kooMessage:mobileFile:list")
    def verify(self, audience_id: int) -> None:
        """Compute the digest from the rows again. Raises Refused("audience.altered") when it is another one."""
        record = self._record(audience_id)
        with self._work.read() as connection:
            if self._store.digest(connection, audience_id) != record.digest:
                raise Refused(problem("audience.altered", name=record.name))

    # --- out -------------------------------------------------------------------------------------------------

    @needs("kooMessage:mobileFile:upload")
    def sample_file(self, card_id: int, path: Path, more: Sequence[str] = ()) -> None:
        """Write the sample made for a card: 手机号 and one column a parameter, with the parameters' examples.

        `more` are further columns, by name: those of the video SMS for phones without cards.
        """
        with self._work.read() as connection:
            text = self._work.cards.template(connection, card_id)
        if text is None:
            raise Refused(problem("card.unknown", id=card_id))
        template = codec.loads(text.encode())
        columns = {param.name: param.example for param in template.params}
        self._files.write_sample([*columns.items(), *((n, n) for n in more if n not in columns)], path)

    @needs("kooMessage:mobileFile:upload")
    def sample_video_file(self, template_id: int, path: Path) -> None:
        """Write the sample made for a video SMS template: 手机号 and one column a parameter (p_1, ...), by name.

        Raises Refused: video_sms.unknown, export.not_writable.
        """
        with self._work.read() as connection:
            record = self._work.video.template(connection, template_id)
        if record is None:
            raise Refused(problem("video_sms.unknown", "template", id=template_id))
        self._files.write_sample([(name, name) for name in record.params], path)

    @needs("kooMessage:mobileFile:upload")
    def sample_plain_file(self, sms_template_id: int, path: Path, fixed: Sequence[str] = ()) -> None:
        """Write the sample made for a plain SMS: 手机号 and one column a variable, by its number; those of `fixed` have one value
        for everybody and no column. Raises Refused: sms.unknown, export.not_writable.
        """
        with self._work.read() as connection:
            record = self._work.sms.template(connection, sms_template_id)
        if record is None:
            raise Refused(problem("sms.unknown", "sms_template_id", id=sms_template_id))
        self._files.write_sample([(n, n) for n in columns(record.draft.variables, fixed)], path)

    @needs("kooMessage:mobileFile:export")
    def export_refused(self, audience_id: int, path: Path) -> int:
        """Write the refused rows as xlsx, numbers masked and formulas neutralised; return how many."""
        record = self._record(audience_id)
        return self._files.write_table(REFUSED_HEADER, self._refused_cells(record), path)

    @needs("kooMessage:mobileFile:export")
    def prepare_refused(self, audience_id: int) -> Prepared:
        """Prepare the export of the refused rows, numbers masked. Raises Refused (audience.unknown)."""
        record = self._record(audience_id)
        total = record.rows - record.valid

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            return write_table(path, REFUSED_HEADER, self._refused_cells(record), progress, cancel, total)

        return Prepared(record.name, FORMATS[:2], total, write)

    def _refused_cells(self, record: AudienceRecord) -> Iterator[tuple[str, ...]]:
        offset = 0
        while True:
            with self._work.read() as connection:
                page = self._store.refusals(connection, record.id, "", offset, _PAGE)
            for row in page:
                yield refused_cells(refused_line(record, row), self._reason)
            if len(page) < _PAGE:
                return
            offset += _PAGE

    # --- capability ------------------------------------------------------------------------------------------

    @needs("kooMessage:mobileCapability:check")
    def capability(
        self, audience_id: int, card_id: int, progress: Report = silent, cancel: Cancel = never
    ) -> AudienceRow:
        """Ask which phones can show a card (可解析/不可解析), batch by batch; earlier answers are forgotten.

        Raises Refused: audience.unknown, card.unknown, card.not_submitted (never submitted), reader.cancelled, or what the
        gateway says. Batches that were answered stay.
        """
        record = self._record(audience_id)
        with self._work.write() as connection:
            card = self._work.cards.get(connection, card_id)
            if card is None:
                raise Refused(problem("card.unknown", id=card_id))
            if not card.tpl_id:
                raise Refused(problem("card.not_submitted", name=card.name))
            self._store.forget_vendors(connection, audience_id)
        after = done = 0
        try:
            while True:
                progress(Progress("ask", done, record.valid))
                if cancel():
                    raise Refused(problem("reader.cancelled", file=record.name))
                with self._work.read() as connection:
                    batch = self._store.numbers_after(connection, audience_id, after, CAPABILITY_BATCH)
                if not batch:
                    break
                answers = self._capability.capability([number for _, number in batch], card.tpl_id)
                # A number without an answer stays unknown: it is not ours to guess.
                known = [(row_no, answers[number]) for row_no, number in batch if number in answers]
                with self._work.write() as connection:
                    self._store.set_vendors(connection, audience_id, known)
                after = batch[-1][0]
                done += len(batch)
        finally:
            with self._work.write() as connection:
                self._store.count_vendors(connection, audience_id)
        return self._row(self._record(audience_id))

    # --- inside ----------------------------------------------------------------------------------------------

    def _import(
        self,
        name: str,
        params: Sequence[str],
        consent_source: str,
        read: Callable[[Callable[[RowBlock], None]], ReadSummary],
    ) -> AudienceRow:
        with self._work.write() as connection:
            audience_id = self._store.begin(connection, name, self._clock.now_ms(), params)

        def add(block: RowBlock) -> None:
            with self._work.write() as connection:
                self._store.add(connection, audience_id, block)

        try:
            summary = read(add)
            if not summary.rows:
                raise Refused(problem("audience.no_rows", file=name))
            with self._work.write() as connection:
                self._store.finish(connection, audience_id, summary)
                if consent_source.strip():
                    who, when = self.access.principal.name, self._clock.now_ms()
                    said = ConsentSaid(consent_source.strip(), ConsentKind.OTHER.value, who, when)
                    self._store.set_consent(connection, audience_id, said)
        except BaseException:
            # The first failure is the one to tell; what cannot be removed now is removed at the next start.
            with suppress(Refused):
                self._drop(audience_id)
            raise
        return self._row(self._record(audience_id), summary.notes)

    def _drop(self, audience_id: int) -> None:
        """Remove rows piece by piece, so that nobody waits for the database meanwhile."""
        gone = False
        while not gone:
            with self._work.write() as connection:
                gone = self._store.drop_some(connection, audience_id, _DROP_ROWS)

    def _record(self, audience_id: int) -> AudienceRecord:
        with self._work.read() as connection:
            record = self._store.get(connection, audience_id)
        if record is None:
            raise Refused(problem("audience.unknown", id=audience_id))
        return record

    @staticmethod
    def _row(record: AudienceRecord, notes: tuple[Problem, ...] = ()) -> AudienceRow:
        return AudienceRow(
            id=record.id,
            name=record.name,
            created_ms=record.created_ms,
            params=record.params,
            rows=record.rows,
            valid=record.valid,
            duplicate=record.duplicate,
            invalid=record.invalid,
            resolvable=record.resolvable,
            unresolvable=record.unresolvable,
            consent_source=record.consent_source,
            consent_kind=record.consent_kind,
            consent_by=record.consent_by,
            consent_ms=record.consent_ms,
            digest=record.digest,
            by_code=record.by_code,
            normalised=record.normalised,
            notes=notes,
        )


def file_name_problem(path: Path) -> Problem | None:
    """Return what is wrong with a number file's name, None for a good one (facts 1.8)."""
    if FILE_NAME.fullmatch(path.name):
        return None
    return problem("audience.file_name", "file", file=path.name, source="seed fig 2-4")
