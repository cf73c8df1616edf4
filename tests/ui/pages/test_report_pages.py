# SPDX-License-Identifier: Apache-2.0
"""The smart message report, the click map and the export centre on a workspace of an older release, with its real service."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from koodesk.backend.workspace import Workspace

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from koodesk.ui.desk import Desk
    from koodesk.ui.page import Page

pytestmark = pytest.mark.gui

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def desk(look: None, tmp_path: Path) -> Iterator[Desk]:
    from koodesk import app
    from koodesk.settings import SettingsFile
    from koodesk.ui.bridge import Bridge
    from koodesk.ui.desk import Desk

    workspace = Workspace(tmp_path / "ws").create()
    shutil.copy(FIXTURES / "v3-workspace.db", workspace.database)
    bridge = Bridge(lambda: app.open_backend(workspace))
    yield Desk(workspace, bridge, SettingsFile(tmp_path / "settings.toml"))
    bridge.close()


def shown(qtbot: QtBot, page: Page, **arguments: Any) -> None:
    qtbot.addWidget(page)
    page.resize(1096, 740)
    page.open(**arguments)
    page.show()
    page.refresh()
    settle(page)


def settle(page: Page) -> None:
    from koodesk.demo.robot import pause

    pause(1)
    while page.desk.bridge.busy:
        pause(5)
    pause(1)


def test_the_report_shows_how_far_messages_came_and_is_exported(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    from PySide6.QtWidgets import QFileDialog

    from koodesk.domain.smart_report import SmartBy
    from koodesk.ui.pages.exports import ExportsPage
    from koodesk.ui.pages.smart_report import SmartReportPage

    page = SmartReportPage(desk)
    shown(qtbot, page)
    assert page.figures["submitted"]._value.text() == "60"
    assert page.heat_button.isEnabled()
    page._by.choose(SmartBy.VENDOR)
    settle(page)
    assert len(page.listing.model.rows) > 1
    assert sum(line.counts.submitted for line in page.listing.model.rows) == 60
    went: list[tuple[str, dict[str, Any]]] = []
    desk.navigated.connect(lambda name, arguments: went.append((name, arguments)))
    page.heat_button.click()
    assert went == [("heat", {"campaign_id": 1})]

    page.export()
    (dialog,) = (one for one in page.findChildren(QFileDialog) if one.isVisible())
    dialog.fileSelected.emit(str(tmp_path / "2026.12"))
    settle(page)
    dialog.close()
    assert page.banner.accessibleName().startswith("已导出")
    assert (tmp_path / "2026.12.xlsx").read_bytes().startswith(b"PK")

    centre = ExportsPage(desk)
    shown(qtbot, centre)
    (row,) = centre.listing.model.rows
    assert (row.state, row.title, row.rows) == ("finished", "智能信息报表", len(page.listing.model.rows))
    assert not centre.open_file.isEnabled(), "nothing is chosen yet"
    centre.listing.table.selectRow(0)
    assert centre.open_file.isEnabled()
    assert not centre.stop.isEnabled()
    centre._again()
    settle(centre)
    newest = max(one.id for one in centre.listing.model.rows)
    centre.run(lambda service: service.exports.wait(newest))
    settle(centre)
    centre.refresh()
    settle(centre)
    assert [one.state for one in centre.listing.model.rows] == ["finished", "finished"]
    centre.listing.table.selectRow(1)
    centre._remove()
    settle(centre)
    assert len(centre.listing.model.rows) == 1


def test_a_pdf_has_the_report(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    from koodesk.ui.exporting import begin_export
    from koodesk.ui.pages.smart_report import SmartReportPage

    page = SmartReportPage(desk)
    shown(qtbot, page)
    begin_export(page, "smart_report", tmp_path / "r.pdf", {"by": "day", "title": "智能信息报表"})
    settle(page)
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    begin_export(page, "smart_report", tmp_path / "nowhere" / "r.csv", {"by": "day"})
    settle(page)
    assert "r.csv" in page.banner.accessibleName()


def test_the_click_map_has_every_component_on_the_picture_and_in_the_list(qtbot: QtBot, desk: Desk) -> None:
    from koodesk.ui import heat_picture
    from koodesk.ui.pages.heat import HeatPage

    page = HeatPage(desk)
    shown(qtbot, page, campaign_id=1)
    spots = page.listing.model.rows
    assert [page._key(spot) for spot in spots] == ["image:1", "button:5"]
    assert sum(spot.times for spot in spots) == 4
    phone = page._phone
    assert phone is not None
    area = heat_picture.area_of(phone, spots[1])
    assert area is not None
    page._point(area.center())
    assert page.listing.table.current() == spots[1]
    assert "按钮 5" in page.view.accessibleName()
    plain = heat_picture.with_heat(phone, ())
    assert page.view.pixmap().toImage() != plain


def test_a_csv_of_the_details_has_their_reason_in_the_list(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    from koodesk.ui.exporting import begin_export, detail_headings
    from koodesk.ui.pages.exports import ExportsPage

    page = ExportsPage(desk)
    shown(qtbot, page)
    options = {"campaign": 1, "reason": "", "headings": detail_headings()}
    begin_export(page, "details", tmp_path / "d.csv", options)
    settle(page)
    assert page.listing.model.rows == [], "without a reason there is no export"
    about_one = (page.state, page.open_file, page.again, page.stop, page.remove)
    assert not any(part.isVisible() for part in about_one), "there is nothing to filter and to act on"
    begin_export(page, "details", tmp_path / "d.csv", {**options, "reason": "对账"})
    settle(page)
    page.refresh()
    settle(page)
    (row,) = page.listing.model.rows
    assert (row.state, row.reason, row.rows) == ("finished", "对账", 60)
    assert all(part.isVisible() for part in about_one)
    rows = list(csv.reader((tmp_path / "d.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0][0] == "手机号"
    assert len(rows) == 61
