# SPDX-License-Identifier: Apache-2.0
"""The worst-row finder: what of a card goes wrong for the recipients of a number file, before anything is sent.

A file is looked at in a process of its own (`RowCheck`, which needs no workspace); stored audiences are looked at page by page
(`Rows`). Numbers stay masked, values are cut to an excerpt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from koodesk.backend.operations.audience_lines import mask_numbers, valid_line
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.audience import AudienceRecord, AudienceStore, StoredRow
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.rows import RowFiles, RowFindings
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.audience import AudienceLine
from koodesk.backend.views.rows import BadRow, PlainRows, RowReport
from koodesk.domain.plain_rows import PlainFinder, PlainText
from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipient import place
from koodesk.domain.row_plan import RowPlan, SmsText, compile_plan
from koodesk.domain.rows import Finding, RowFinder
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.sms import SmsRules, parts
from koodesk.domain.template import Template

_PAGE: Final = 5_000


class RowCheck:
    """`koodesk rows check`: a card against a number file, with no workspace."""

    def __init__(self, files: RowFiles, pack: RulePack, sms_rules: SmsRules) -> None:
        self._files = files
        self._pack = pack
        self.sms_rules: Final = sms_rules

    def plan(self, template: Template, sms: SmsText | None = None) -> RowPlan:
        """Compile a card and the SMS it rides on. Raises Refused: layout.unknown, rows.sms_place."""
        return compile_plan(template, self._pack, sms, self.sms_rules)

    def run(
        self,
        template: Template,
        path: Path,
        sms: SmsText | None = None,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> RowReport:
        """Look at every row of a file. Raises Refused: what `plan` raises, reader.*, audience.header."""
        return _report(self._files.find(path, self.plan(template, sms), progress, cancel))

    def row(self, template: Template, path: Path, row_no: int, cancel: Cancel = never) -> Mapping[str, str]:
        """Return a recipient's values of the card's parameters by the row's number in the file.

        Raises Refused: reader.*, audience.header, rows.no_such_row.
        """
        return self.values([p.name for p in template.params], path, row_no, cancel)

    def values(
        self, names: Sequence[str], path: Path, row_no: int, cancel: Cancel = never
    ) -> Mapping[str, str]:
        """Return a recipient's values of these columns by the row's number in the file; raises what `row` raises."""
        return self._files.row(path, list(names), row_no, cancel)


class Rows:
    """Rows of number files and audiences in the light of a card, for the window."""

    def __init__(self, access: Access, work: UnitOfWork, store: AudienceStore, check: RowCheck) -> None:
        self.access: Final = access
        self._work = work
        self._store = store
        self._check = check

    @needs("kooMessage:mobileFile:upload")
    def check_file(
        self,
        template: Template,
        path: Path,
        sms: SmsText | None = None,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> RowReport:
        """Look at every row of a file that is not imported. Raises Refused: reader.*, audience.header, rows.sms_place."""
        return self._check.run(template, path, sms, progress, cancel)

    @needs("kooMessage:mobileFile:upload")
    def file_row(
        self, template: Template, path: Path, row_no: int, cancel: Cancel = never
    ) -> Mapping[str, str]:
        """Return a recipient's values by the row's number in a file that is not imported."""
        return self._check.row(template, path, row_no, cancel)

    @needs("kooMessage:mobileFile:list")
    def check_audience(
        self,
        template: Template,
        audience_id: int,
        sms: SmsText | None = None,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> RowReport:
        """Look at every valid row of an audience. Raises Refused: audience.unknown, rows.column_missing, reader.cancelled."""
        plan = self._check.plan(template, sms)
        record = self._of(audience_id, plan.params)
        finder = RowFinder(plan)
        for page in self._pages(record, progress, cancel):
            block = [(row.row_no, [row.params.get(name, "") for name in plan.params]) for row in page]
            finder.look(block, range(len(plan.params)))
        return _report(
            RowFindings(finder.rows, finder.bad_rows, finder.counts(), tuple(finder.first), record.sheets)
        )

    @needs("kooMessage:mobileFile:list")
    def check_plain(
        self, text: PlainText, audience_id: int, progress: Report = silent, cancel: Cancel = never
    ) -> PlainRows:
        """Look at every valid row of an audience as a plain SMS: its length, its parts, and values the platform would refuse.

        Raises Refused: audience.unknown, rows.column_missing, reader.cancelled.
        """
        record = self._of(audience_id, text.columns)
        finder = PlainFinder(self._check.sms_rules, text)
        for page in self._pages(record, progress, cancel):
            for row in page:
                finder.look(row.params)
        first, wrong = finder.first_bad or (-1, None)
        return PlainRows(
            rows=finder.rows,
            by_parts=tuple(sorted(finder.by_parts.items())),
            longest=finder.longest,
            longest_chars=finder.longest_chars,
            longest_parts=parts(self._check.sms_rules, finder.longest_chars),
            too_long=finder.too_long,
            bad=finder.bad,
            first_bad=first,
            problem=wrong,
        )

    @needs("kooMessage:mobileFile:list")
    def search(self, audience_id: int, text: str, limit: int = 50) -> tuple[AudienceLine, ...]:
        """Return the first rows one of whose values holds `text`, or whose number is it; numbers masked.

        Of a number the first three or the last four digits will do: what a masked one shows. Raises Refused: audience.unknown.
        """
        with self._work.read() as connection:
            record = self._store.get(connection, audience_id)
            if record is None:
                raise Refused(problem("audience.unknown", id=audience_id))
            found = (
                self._store.rows_like(connection, audience_id, text.strip(), limit) if text.strip() else ()
            )
        return tuple(valid_line(record, row) for row in found)

    @needs("kooMessage:mobileFile:list")
    def position(self, audience_id: int, row_no: int) -> int:
        """Return how many valid rows of an audience stand before a row_no: its offset in `audiences.rows`."""
        with self._work.read() as connection:
            return self._store.position(connection, audience_id, row_no)

    def _of(self, audience_id: int, columns: Sequence[str]) -> AudienceRecord:
        with self._work.read() as connection:
            record = self._store.get(connection, audience_id)
        if record is None:
            raise Refused(problem("audience.unknown", id=audience_id))
        missing = [name for name in columns if name not in record.params]
        if missing:
            raise Refused(problem("rows.column_missing", "params", column="、".join(missing)))
        return record

    def _pages(
        self, record: AudienceRecord, progress: Report, cancel: Cancel
    ) -> Iterator[tuple[StoredRow, ...]]:
        """Go through the valid rows of an audience, a short read a page."""
        after = done = 0
        while True:
            if cancel():
                raise Refused(problem("reader.cancelled", file=record.name))
            with self._work.read() as connection:
                page = self._store.rows_after(connection, record.id, after, _PAGE)
            if not page:
                return
            yield page
            after, done = page[-1].row_no, done + len(page)
            progress(Progress("rows", done, record.valid))


def _report(found: RowFindings) -> RowReport:
    return RowReport(
        rows=found.rows,
        bad_rows=found.bad_rows,
        by_problem=dict(found.by_problem),
        first=tuple(_bad_row(found.sheets, number, one) for number, one in found.first),
        notes=found.notes,
    )


def _bad_row(sheets: Sequence[str], number: int, finding: Finding) -> BadRow:
    sheet, row = place(number)
    return BadRow(
        row_no=number,
        sheet=sheets[sheet] if sheet < len(sheets) else "",
        row=row,
        code=finding.code,
        vendor=finding.vendor,
        slot=finding.slot,
        where=finding.where,
        param=finding.param,
        value=mask_numbers(finding.value),
        reason=finding.reason,
    )
