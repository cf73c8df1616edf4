# SPDX-License-Identifier: Apache-2.0
"""What is taken to the console by hand, in the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.workspace import Workspace
from koodesk.domain.dossier import HandState
from koodesk.domain.filing import FilingKind
from koodesk.domain.platform import Platform
from tests.backend.operations.clearing_desk import JPG, REQUIRED

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.dossiers import DossiersPage, WordSheet

pytestmark = pytest.mark.gui


@pytest.fixture
def cloudy(look: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    """A window on a workspace of the real cloud, with one filing submitted."""
    from tests.journeys.windows import Windows

    monkeypatch.setenv("KOODESK_CLOUD_AK", "AK1")
    monkeypatch.setenv("KOODESK_CLOUD_SK", "SK1")
    workspace = Workspace(tmp_path / "ws")
    with open_service(workspace) as service:
        service.platform.switch(Platform.CLOUD)
    with open_service(workspace) as service:
        paper = tmp_path / "paper.jpg"
        paper.write_bytes(JPG)
        for name in REQUIRED:
            service.filings.attach(FilingKind.SEND_TASK, name, paper)
        service.filings.submit(FilingKind.SEND_TASK)
    windows = Windows()
    yield windows.open(workspace.root, processes=False)
    windows.end()


def test_a_dossier_is_taken_along_and_told_of(cloudy: Robot, tmp_path: Path) -> None:
    from koodesk.ui.pages.dossiers import WordSheet

    page = cast("DossiersPage", cloudy.go("dossiers"))
    cloudy.settle()
    page.listing.table.selectRow(0)
    row = page.row
    assert page.called(row) == "发送任务备案信息"
    page.write(row, tmp_path / "dossier")
    cloudy.settle()
    assert (tmp_path / "dossier" / "index.html").is_file()
    page.ask_word()
    cloudy.settle()
    sheet = cast("WordSheet", cloudy.window.findChild(WordSheet))
    sheet.state.choose(HandState.REJECTED)
    sheet.accept_button.click()
    cloudy.settle()
    assert "驳回要写明原因" in sheet.form.fields["reason"].problem
    sheet.state.choose(HandState.APPROVED)
    sheet.accept_button.click()
    cloudy.settle()
    page.listing.table.selectRow(0)
    assert (page.row.state, page.row.open) == ("approved", False)
    assert not page._tell.isEnabled()


def test_with_the_local_engine_the_page_says_that_nothing_goes_by_hand(robot: Robot) -> None:
    page = cast("DossiersPage", robot.go("dossiers"))
    robot.settle()
    assert "由引擎审核" in page._empty._text.text()
    assert not page._write.isEnabled()
