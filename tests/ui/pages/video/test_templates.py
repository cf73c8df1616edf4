# SPDX-License-Identifier: Apache-2.0
"""The page of templates: new, public and imported ones open in the editor; copies, files and deleting; states in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk.domain.carrier import Carrier
from koodesk.domain.review_state import ReviewerMode, ReviewKind
from tests.ui.pages.video.clearing import ask, message

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QFileDialog

    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.video.editor_page import VideoEditorPage
    from koodesk.ui.pages.video.templates import VideoTemplatesPage

pytestmark = [
    pytest.mark.gui,
    # What the offscreen platform says whenever a menu opens.
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
]


def opened(robot: Robot) -> VideoTemplatesPage:
    page = cast("VideoTemplatesPage", robot.go("video_templates"))
    robot.settle()
    return page


def in_editor(robot: Robot) -> VideoEditorPage:
    """Wait for the editor and leave it without saving by itself."""
    robot.wait(lambda: robot.window.current_id == "video_editor", "the editor opens")
    page = cast("VideoEditorPage", robot.page)
    robot.wait(lambda: page.studio is not None, "the template is there")
    return page


def menu(robot: Robot, page: VideoTemplatesPage) -> dict[str, QAction]:
    """Open the menu of the chosen template and return its entries by their first words."""
    from PySide6.QtWidgets import QMenu

    robot.click(page._more)
    shown = [one for one in page.findChildren(QMenu) if one.isVisible()]
    assert len(shown) == 1
    return {action.text().rstrip("…"): action for action in shown[0].actions()}


def close_menus(page: VideoTemplatesPage) -> None:
    from PySide6.QtWidgets import QMenu

    for one in page.findChildren(QMenu):
        one.close()


def dialog_of(page: VideoTemplatesPage) -> QFileDialog:
    from PySide6.QtWidgets import QFileDialog

    (found,) = (one for one in page.findChildren(QFileDialog) if one.isVisible())
    return found


@pytest.fixture
def kept(robot: Robot) -> int:
    """A template of a picture and a text that has not been handed in."""
    return int(ask(robot, lambda service: service.video_templates.create(message(service, 0)).id))


# --- beginning ---------------------------------------------------------------------------------------------------


def test_the_empty_list_begins_a_template(robot: Robot) -> None:
    page = opened(robot)
    assert page.listing.currentWidget() is page.listing.empty
    assert not page._edit.isEnabled()
    assert not page._send.isEnabled()
    robot.click("new-video-template")
    in_editor(robot)
    page = opened(robot)
    assert len(page.listing.model.rows) == 1


def test_a_public_template_becomes_an_own_one(robot: Robot) -> None:
    page = cast("VideoTemplatesPage", robot.go("video_templates", public=True))
    robot.settle()
    assert page.tabs.currentIndex() == 1
    assert not page.own_actions.isVisible()
    assert len(page.public.model.rows) >= 4
    first = page.public.model.rows[0]
    page.public.choose(first.key)
    robot.click("use-public-video")
    studio = in_editor(robot).studio
    assert studio is not None
    assert studio.session.template.title == first.title
    page = opened(robot)
    assert [row.title for row in page.listing.model.rows] == [first.title]
    page.tabs.setCurrentIndex(0)
    assert page.own_actions.isVisible()
    assert not page._use.isVisible()


# --- what is done with one ---------------------------------------------------------------------------------------


def test_a_copy_stands_beside_it_and_deleting_asks_first(robot: Robot, kept: int) -> None:
    page = opened(robot)
    assert page.listing.table.current().id == kept, "the first one is chosen"
    menu(robot, page)["复制"].trigger()
    robot.settle()
    close_menus(page)
    rows = page.listing.model.rows
    assert len(rows) == 2
    assert {row.title for row in rows} == {"云杉 E7 上市"}
    page.listing.choose(kept)
    menu(robot, page)["删除"].trigger()
    close_menus(page)
    sheet = robot.sheet()
    assert "新车上市" in sheet.windowTitle()
    sheet.reject()
    robot.settle()
    assert len(page.listing.model.rows) == 2
    menu(robot, page)["删除"].trigger()
    close_menus(page)
    robot.accept(robot.sheet())
    robot.settle()
    assert [row.id for row in page.listing.model.rows] == [row.id for row in rows if row.id != kept]


def test_a_template_goes_out_as_a_file_and_comes_in_again(robot: Robot, kept: int, tmp_path: Path) -> None:
    page = opened(robot)
    menu(robot, page)["导出文件"].trigger()
    close_menus(page)
    path = tmp_path / "新车.koovideo"
    dialog = dialog_of(page)
    dialog.fileSelected.emit(str(path))
    robot.settle()
    dialog.close()
    assert page.banner.accessibleName() == "已导出 新车.koovideo。"
    assert path.read_bytes().startswith(b"PK")
    page.import_file()
    dialog = dialog_of(page)
    dialog.fileSelected.emit(str(path))
    studio = in_editor(robot).studio
    dialog.close()
    assert studio is not None
    assert studio.session.template.frames == ask(
        robot, lambda service: service.video_templates.open(kept)[1].frames
    )
    page = opened(robot)
    assert len(page.listing.model.rows) == 2


def test_a_file_that_is_none_is_refused(robot: Robot, tmp_path: Path) -> None:
    path = tmp_path / "photo.koovideo"
    path.write_bytes(b"no template")
    page = opened(robot)
    page.import_file()
    dialog = dialog_of(page)
    dialog.fileSelected.emit(str(path))
    robot.settle()
    dialog.close()
    assert robot.window.current_id == "video_templates"
    assert "这不是视频短信文件" in robot.said()
    assert page.listing.model.rows == []


# --- states ------------------------------------------------------------------------------------------------------


def test_carriers_of_one_mind_stand_together_and_a_refusal_says_why(live: Robot) -> None:
    from koodesk.ui.pages.video.templates import carrier_states

    def work(service: Any) -> int:
        service.reviews.set_mode(ReviewerMode.DESK)
        signature = service.video_signatures.list()[0].id
        made = service.video_templates.create(message(service, signature, "周末试驾"))
        service.video_templates.submit(made.id)
        (review,) = (
            r for r in service.reviews.list() if r.kind is ReviewKind.VIDEO_TEMPLATE and not r.state.decided
        )
        service.reviews.reject(review.id, "图片不清晰", Carrier.CTCC)
        service.reviews.sync()
        return int(made.id)

    made = ask(live, work)
    assert isinstance(made, int), made
    page = opened(live)
    page.listing.choose(made)
    row = page.listing.table.current()
    assert carrier_states(row) == "移动、联通 审核中 · 电信 驳回"
    assert "图片不清晰" in page.reasons.text()
    assert page.reasons.isVisible()
    assert not page._send.isEnabled()
    assert "至少一家运营商审核通过后才能发送" in page._send.toolTip()
    page.listing.choose(next(r.id for r in page.listing.model.rows if r.id != made))
    assert carrier_states(page.listing.table.current()) == "移动、联通、电信 通过"
    assert not page.reasons.isVisible()
    assert page._send.isEnabled()
    assert page._send.toolTip() == ""


def test_what_waits_for_the_carriers_cannot_be_deleted(live: Robot) -> None:
    def work(service: Any) -> int:
        service.reviews.set_mode(ReviewerMode.DESK)
        signature = service.video_signatures.list()[0].id
        made = service.video_templates.create(message(service, signature, "周末试驾"))
        service.video_templates.submit(made.id)
        return int(made.id)

    made = ask(live, work)
    page = opened(live)
    page.listing.choose(made)
    entries = menu(live, page)
    assert not entries["删除"].isEnabled()
    assert entries["复制"].isEnabled()
    close_menus(page)
