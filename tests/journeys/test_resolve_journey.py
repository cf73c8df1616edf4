# SPDX-License-Identifier: Apache-2.0
"""解析标识 in the real window: from a template's menu to a link, its page opened, and the count that comes back; a card on a phone."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]


def get(url: str) -> tuple[int, str]:
    at = urlsplit(url)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=120)
    try:
        connection.request("GET", at.path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def cleared(folder: Path, papers: Path) -> int:
    """A workspace with an approved card without parameters; return its number."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace
    from tests.backend.test_resolve_journey import approved, file_papers

    with open_service(Workspace(folder)) as service:
        service.engine.ensure_running()
        service.account.open(agreed=True)
        file_papers(service, papers)
        return approved(service, change=True).id


def test_from_the_templates_menu_to_the_count(windows: Windows, tmp_path: Path) -> None:
    card_id = cleared(tmp_path / "ws", tmp_path)
    robot = windows.open(tmp_path / "ws")
    gallery: Any = robot.go("studio")
    robot.wait(lambda: gallery._rows is not None, "the templates are there")
    row = next(one for one in gallery._rows if one.id == card_id)
    entries = {action.text(): action for action in gallery.menu(row).actions()}
    entries["生成解析标识"].trigger()
    sheet: Any = robot.sheet()
    robot.fill(sheet.name, "双十一")
    robot.fill(sheet.signatures, "云杉商城")
    robot.accept(sheet)
    page: Any = robot.page
    assert page.page_id == "resolve_tasks"
    robot.wait(lambda: len(page.listing.model.rows) == 1, "the task is listed")

    def ask(work: Any) -> Any:
        found: list[Any] = []
        page.run(work, found.append)
        robot.wait(lambda: bool(found), "the service answers")
        return found[0]

    task = page.listing.model.rows[0]
    (link,) = ask(lambda service: service.resolve_tasks.links(task.id))
    base = ask(lambda service: service.h5.ensure()).urls[0]
    for _ in range(3):
        status, html = get(f"{base}/{link.code}")
        assert (status, "云杉商城" in html) == (200, True)
    page.sync()
    robot.wait(lambda: page.listing.model.rows[0].resolved == 3, "the resolves come back")
    details: Any = robot.go("resolve_links", task_id=task.id)
    robot.wait(lambda: bool(details.listing.model.rows), "the link is listed")
    details.listing.table.selectRow(0)
    details._copy_link()
    from PySide6.QtGui import QGuiApplication

    assert QGuiApplication.clipboard().text() == f"https://{link.url}"


def test_a_card_is_seen_on_a_phone_until_the_sheet_is_closed(windows: Windows, tmp_path: Path) -> None:
    card_id = cleared(tmp_path / "ws", tmp_path)
    robot = windows.open(tmp_path / "ws")
    gallery: Any = robot.go("studio")
    robot.wait(lambda: gallery._rows is not None, "the templates are there")
    sheet: Any = gallery.on_phone(next(one for one in gallery._rows if one.id == card_id))
    robot.wait(lambda: bool(sheet._url), "the preview is up")
    assert sheet.code._image is None, "no code before the network is switched on"
    assert "127.0.0.1" in sheet._url
    address = sheet._url
    assert get(address)[0] == 200
    sheet.network.setChecked(True)
    robot.wait(lambda: sheet.code._image is not None, "the code is there")
    assert get(address)[0] == 410, "the former preview has ended"
    port = urlsplit(sheet._url).port
    here = f"http://127.0.0.1:{port}{urlsplit(sheet._url).path}"
    assert get(here)[0] == 200
    sheet.accept()
    robot.settle()

    def ended() -> bool:
        try:
            return get(here)[0] == 410
        except OSError:
            return False

    robot.wait(ended, "closing the sheet ends the preview")
    found: list[Any] = []
    gallery.run(lambda service: service.h5.status(), found.append)
    robot.wait(lambda: bool(found), "the engine says where it listens")
    assert found[0].mode == "loopback"
