# SPDX-License-Identifier: Apache-2.0
"""The dock's page of recipients: rows on every phone, their SMS with its parts, and the rows that go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from koodesk import paths
from koodesk.domain.edits import SetSmsExample, SetText
from koodesk.domain.problem import problem
from koodesk.domain.row_plan import SmsText, SmsVariable, compile_plan
from koodesk.domain.rows import RowFinder
from koodesk.domain.sms import VariableType
from koodesk.domain.sms_rules import read_sms_rules
from koodesk.domain.template import Template
from koodesk.editor.row_source import BadRow, BadRows, RowChoices, RowFile, RowMessage, ShownRow
from koodesk.editor.session import Session
from koodesk.editor.studio import Studio

pytestmark = pytest.mark.gui

NAMES = ("陈晨", "林雨桐", "赵" * 90, "空  格", "周舟")
RULES = read_sms_rules((paths.resources() / "rules" / "sms.toml").read_text("utf-8")).template


class Rows:
    """A number file in memory; the finder is the domain's own and answers when `answer` is called."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.cancelled = 0
        self.answer: Callable[[], None] = lambda: None
        self.progress: Callable[[int, int], None] = lambda _done, _total: None

    def choices(self, then: Any, failed: Any) -> None:
        sms = SmsText("${1}请看${2}", "云杉", (SmsVariable("2", VariableType.NEWTEXT),))
        then(RowChoices((RowFile(7, "a.xlsx", len(NAMES)),), (RowMessage("新春", sms, ("2",)),), RULES))

    def add(self, path: Path, params: tuple[str, ...], then: Any, failed: Any) -> None:
        assert params == ("name",)
        if path.suffix == ".xlsx":
            then(RowFile(8, path.name, len(NAMES)))
        else:
            failed((problem("audience.file_name", "file", file=path.name),))

    def row(self, file: int, at: int, then: Any, failed: Any) -> None:
        then(ShownRow(at, at + 2, "138****0000", {"name": NAMES[at]}))

    def locate(self, file: int, at_row: int, then: Any, failed: Any) -> None:
        self.row(file, at_row, then, failed)

    def search(self, file: int, text: str, then: Any, failed: Any) -> None:
        at = next((n for n, name in enumerate(NAMES) if text in name), None)
        then(None) if at is None else self.row(file, at, then, failed)

    def check(
        self, file: int, template: Template, sms: Any, progress: Any, then: Any, failed: Any
    ) -> Callable[[], None]:
        def answer() -> None:
            finder = RowFinder(compile_plan(template, self._session.pack, sms, RULES))
            finder.look([(n, [name]) for n, name in enumerate(NAMES)], (0,))
            first = tuple(BadRow(n, n + 2, f.code, f.param, f.value) for n, f in finder.first)
            then(BadRows(finder.rows, finder.bad_rows, tuple(finder.counts().items()), first))

        def cancel() -> None:
            self.cancelled += 1

        self.answer, self.progress = answer, progress
        return cancel


@pytest.fixture
def studio(session: Session, qtbot: QtBot) -> Iterator[Studio]:
    session.around = replace(session.around, rows=Rows(session))
    made = Studio(session)
    qtbot.addWidget(made)
    made.resize(1096, 720)
    made.show()
    qtbot.waitExposed(made)
    session.edit(SetText("title", "${name}，你好"))
    made.dock.rows_tab.click()
    yield made
    made.stop()


def choose(studio: Studio, at: int) -> None:
    bar = studio.dock.rows
    assert bar is not None
    bar.file.setCurrentIndex(at)
    bar.file.activated.emit(at)


def title(studio: Studio) -> str:
    return "".join(getattr(i, "text", "") for i in studio.canvas.placement.of("title"))


def test_rows_are_walked_and_every_phone_follows(studio: Studio, session: Session) -> None:
    bar = studio.dock.rows
    assert bar is not None
    assert not bar.finder.isEnabled()
    choose(studio, 1)
    assert "陈晨" in title(studio)
    assert "138****0000" in bar.who.text()
    assert (bar.previous.isEnabled(), bar.next.isEnabled()) == (False, True)
    bar.next.click()
    assert "林雨桐" in title(studio)
    bar.last.click()
    assert "周舟" in title(studio)
    assert not bar.next.isEnabled()
    bar.first.click()
    bar.search.setText("雨桐")
    bar.search.returnPressed.emit()
    assert "林雨桐" in title(studio)
    bar.search.setText("没有这个人")
    bar.search.returnPressed.emit()
    assert bar.told.text() != ""
    assert "林雨桐" in title(studio)
    choose(studio, 0)
    assert session.values == {}


def test_the_sms_of_a_row_has_its_parts(studio: Studio, session: Session) -> None:
    bar = studio.dock.rows
    assert bar is not None
    session.edit(SetSmsExample("${name}您好"))
    choose(studio, 1)
    assert (bar.sms.text(), bar.sms_parts.text()) == ("陈晨您好", "4 字，按 1 条计费")
    bar.go(2)
    assert "92 字，按 2 条计费" in bar.sms_parts.text()
    bar.message.setCurrentIndex(1)
    length = len("【云杉】${1}请看") + RULES.link_chars
    assert bar.sms.text().startswith("【云杉】")
    assert bar.sms_parts.text().startswith(f"{length} 字")


def test_bad_rows_are_counted_listed_and_shown(studio: Studio, session: Session) -> None:
    bar = studio.dock.rows
    assert bar is not None
    session.edit(SetSmsExample("${name}您好"))
    choose(studio, 1)
    bar.finder.click()
    rows = studio.session.around.rows
    assert isinstance(rows, Rows)
    rows.progress(2, 5)
    assert (bar.progress.value(), bar.progress.maximum(), bar.finder.isHidden()) == (2, 5, True)
    rows.answer()
    assert "5 行，2 行有问题" in bar.told.text()
    assert {bar.bad.item(n).data(256) for n in range(bar.bad.count())} == {2, 3}
    bar.bad.itemClicked.emit(bar.bad.item(0))
    assert "赵" in title(studio)


def test_a_cancelled_search_says_nothing(studio: Studio) -> None:
    bar = studio.dock.rows
    assert bar is not None
    choose(studio, 1)
    bar.finder.click()
    rows = studio.session.around.rows
    assert isinstance(rows, Rows)
    bar.cancel.click()
    rows.answer()
    assert (rows.cancelled, bar.bad.count(), bar.told.text()) == (1, 0, "")
    assert not bar.finder.isHidden()


def test_a_file_is_imported_or_refused_in_words(studio: Studio) -> None:
    bar = studio.dock.rows
    assert bar is not None
    bar.add_file("b.doc")
    assert bar.told.text() != ""
    bar.add_file("b.xlsx")
    assert "b.xlsx" in bar.file.currentText()
    assert "陈晨" in title(studio)
