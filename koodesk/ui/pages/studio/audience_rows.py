# SPDX-License-Identifier: Apache-2.0
"""The workspace's number files as the editor's rows: every call goes through the bridge and answers on this thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk.domain.recipient import AudienceBucket
from koodesk.domain.row_plan import SmsText, SmsVariable
from koodesk.domain.sms import VariableType
from koodesk.domain.template import Template
from koodesk.editor.row_source import BadRow, BadRows, Failed, RowChoices, RowFile, RowMessage, ShownRow

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.ui.bridge import Task
    from koodesk.ui.page import Page


class AudienceRows:
    """Answers `editor.row_source.RowSource`. Calls belong to the page: when it is gone, nothing follows."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def choices(self, then: Callable[[RowChoices], None], failed: Failed) -> None:
        """Return the files and SMS templates there are."""
        self._page.run(_choices, then, failed)

    def add(
        self, path: Path, params: tuple[str, ...], then: Callable[[RowFile], None], failed: Failed
    ) -> None:
        """Check and store a number file; the page of number files shows it as well."""

        def added(row: Any) -> None:
            then(_file(row))
            self._page.desk.changed.emit("audiences")

        self._page.run(lambda service: service.audiences.check_file(path, params), added, failed)

    def row(self, file: int, at: int, then: Callable[[ShownRow | None], None], failed: Failed) -> None:
        """Return the row at a place."""
        self._page.run(lambda service: _row(service, file, at), then, failed)

    def locate(self, file: int, at_row: int, then: Callable[[ShownRow | None], None], failed: Failed) -> None:
        """Return the row a problem names."""
        self._page.run(lambda service: _row(service, file, service.rows.position(file, at_row)), then, failed)

    def search(self, file: int, text: str, then: Callable[[ShownRow | None], None], failed: Failed) -> None:
        """Return the first row that is like a text."""

        def work(service: Service) -> ShownRow | None:
            found = service.rows.search(file, text, 1)
            return _row(service, file, service.rows.position(file, found[0].row_no)) if found else None

        self._page.run(work, then, failed)

    def check(
        self,
        file: int,
        template: Template,
        sms: SmsText | None,
        progress: Callable[[int, int], None],
        then: Callable[[BadRows], None],
        failed: Failed,
    ) -> Callable[[], None]:
        """Look at every row of a file on a thread of the bridge."""

        def work(service: Service, task: Task) -> BadRows:
            report = service.rows.check_audience(template, file, sms, task.progress.emit, task.cancelled)
            first = tuple(BadRow(r.row_no, r.row, r.code, r.param, r.value) for r in report.first)
            return BadRows(report.rows, report.bad_rows, tuple(report.by_problem.items()), first)

        task = self._page.run_long(work, then, failed)
        task.progress.connect(partial(_report, progress))
        return task.cancel


def _report(progress: Callable[[int, int], None], report: Any) -> None:
    progress(report.done, report.total)


def _choices(service: Service) -> RowChoices:
    messages = []
    for row in service.sms.templates():
        variables = tuple(SmsVariable(str(v.number), v.type) for v in row.variables)
        links = tuple(str(v.number) for v in row.variables if v.type is VariableType.NEWTEXT)
        messages.append(RowMessage(row.name, SmsText(row.content, row.signature_name, variables), links))
    files = tuple(_file(row) for row in service.audiences.list())
    return RowChoices(files, tuple(messages), service.sms.rules.template)


def _file(row: Any) -> RowFile:
    return RowFile(row.id, row.name, row.valid)


def _row(service: Service, file: int, at: int) -> ShownRow | None:
    found = service.audiences.rows(file, AudienceBucket.VALID, at, 1)
    return ShownRow(at, found[0].row, found[0].number, found[0].params) if found else None
