# SPDX-License-Identifier: Apache-2.0
"""The gallery: my templates and the public ones as tiles that are drawn when they are in sight."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from koodesk.domain.problem import problem
from koodesk.domain.vendor import Vendor
from koodesk.ui.pages.studio.gallery_page import PUBLIC, GalleryPage
from koodesk.ui.pages.studio.public_preview import PublicPreview
from koodesk.ui.pages.studio.tiles import TILE, Tile, TileList

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot

pytestmark = pytest.mark.gui


def ask(robot: Robot, work: Any) -> Any:
    """Call the service and wait for its answer."""
    found: list[Any] = []
    robot.window.desk.bridge.call(
        robot.page, lambda service, _task: work(service), found.append, found.append
    )
    robot.wait(lambda: bool(found), "the service answers")
    return found[0]


def gallery(robot: Robot) -> GalleryPage:
    page = robot.go("studio")
    robot.settle()
    return cast(GalleryPage, page)


def public(robot: Robot) -> GalleryPage:
    """Show the public templates."""
    page = gallery(robot)
    page.tabs.setCurrentIndex(PUBLIC)
    robot.wait(lambda: page.public.list.tiles.rowCount() > 0, "the public templates come")
    return page


def titles(tiles: TileList) -> list[str]:
    return [tile.title for tile in tiles.tiles.tiles]


def click(tiles: TileList, number: int, at: QPoint | None = None) -> None:
    cell = tiles.visualRect(tiles.tiles.index(number))
    QTest.mouseClick(
        tiles.viewport(),
        Qt.MouseButton.LeftButton,
        pos=at if at is not None else cell.topLeft() + QPoint(60, 60),
    )


def test_nothing_of_ones_own_and_then_a_copy_that_opens(robot: Robot) -> None:
    page = gallery(robot)
    assert page.own.currentWidget() is page.empty
    page = public(robot)
    number = titles(page.public.list).index("中秋团圆好礼")
    page.public.list.scrollTo(page.public.list.tiles.index(number))
    click(page.public.list, number)
    sheet = robot.sheet()
    assert isinstance(sheet, PublicPreview)
    robot.wait(lambda: not sheet.phone.pixmap().isNull(), "the phone is drawn")
    first = sheet.phone.pixmap().toImage()
    sheet.vendor.setCurrentIndex(1)
    robot.wait(lambda: sheet.phone.pixmap().toImage() != first, "another vendor's phone is drawn")
    robot.click(sheet.accept_button)
    robot.wait(lambda: robot.window.current_id == "editor", "the editor opens")
    robot.wait(lambda: cast(Any, robot.page).studio is not None, "the card is drawn")
    page = gallery(robot)
    assert titles(page.list) == ["中秋团圆好礼"]


def test_looking_alone_makes_no_card(robot: Robot) -> None:
    page = public(robot)
    click(page.public.list, 0)
    robot.sheet().reject()
    assert ask(robot, lambda service: service.cards.list()) == ()


def test_words_tags_and_vendors_narrow(robot: Robot) -> None:
    page = public(robot)
    everything = titles(page.public.list)
    robot.fill(page.search, "月饼")
    robot.wait(lambda: titles(page.public.list) == ["月饼领券购"], "found by its title")
    robot.fill(page.search, "MID-AUTUMN")
    robot.wait(
        lambda: titles(page.public.list) == ["中秋团圆好礼"], "found by its English title, in any case"
    )
    robot.fill(page.search, "没有这样的")
    robot.wait(lambda: page.public.stack.currentWidget() is page.public._none, "nothing is said to be found")
    robot.fill(page.search, "")
    robot.wait(lambda: titles(page.public.list) == everything, "all of them again")
    robot.click("tag-notice")
    rows = [tile.row for tile in page.public.list.tiles.tiles]
    assert 0 < len(rows) < len(everything)
    assert all("notice" in row.tags for row in rows)
    page.vendor.setCurrentIndex(1 + list(Vendor).index(Vendor.XIAOMI))
    rows = [tile.row for tile in page.public.list.tiles.tiles]
    assert rows
    assert all("notice" in row.tags and Vendor.XIAOMI in row.vendors for row in rows)
    robot.click("tag-all")
    page.vendor.setCurrentIndex(0)
    assert titles(page.public.list) == everything


def test_my_templates_narrow_by_name_and_vendor(robot: Robot) -> None:
    for name in ("mid-autumn", "check-in"):
        ask(robot, lambda service, name=name: service.cards.new_from_public(name))
    page = gallery(robot)
    page.refresh()
    robot.wait(lambda: sorted(titles(page.list)) == ["中秋团圆好礼", "值机提醒"], "both are there")
    robot.fill(page.search, "值机")
    robot.wait(lambda: titles(page.list) == ["值机提醒"], "found by name")
    page.vendor.setCurrentIndex(1 + list(Vendor).index(Vendor.OPPO))
    assert page.own.currentWidget() is page.none
    robot.fill(page.search, "")
    robot.wait(lambda: titles(page.list) == ["中秋团圆好礼"], "found by vendor")


def test_a_thousand_templates_are_no_thousand_widgets_and_only_those_near_are_drawn(robot: Robot) -> None:
    row = ask(robot, lambda service: service.cards.new_from_public("check-in"))
    page = gallery(robot)
    page.refresh()
    robot.wait(lambda: page.list.tiles.rowCount() == 1, "it is there")
    robot.settle()
    before = len(page.findChildren(QWidget))
    # The same card under other ids: its picture can be drawn by its own id only, which is enough to count requests.
    page._came(tuple(replace(row, id=row.id + n, name=f"{n:04}") for n in range(1000)))
    assert page.list.tiles.rowCount() == 1000
    assert len(page.findChildren(QWidget)) == before
    page.list.look()
    wanted = len(page.list.pictures._queue)
    assert 0 < wanted < 120
    page.list.scrollToBottom()
    last = page.list.tiles.tiles[-1].picture
    robot.wait(lambda: last in page.list.pictures._there, "the last one has had its turn")
    assert len(page.list.pictures._there) < 200


def test_pictures_arrive_and_one_that_is_gone_leaves_its_place_empty(robot: Robot) -> None:
    row = ask(robot, lambda service: service.cards.new_from_public("check-in"))
    page = gallery(robot)
    page.refresh()
    robot.wait(lambda: page.list.tiles.rowCount() == 1, "it is there")
    picture = page.list.tiles.tiles[0].picture
    robot.wait(lambda: page.list.pictures.get(picture) is not None, "it is drawn")
    robot.settle()
    page._came((replace(row, id=987654),))
    gone = page.list.tiles.tiles[0].picture
    robot.wait(lambda: gone in page.list.pictures._there, "it was tried")
    assert page.list.pictures.get(gone) is None
    assert not page.banner.isVisible()


def test_the_menu_and_the_keyboard(robot: Robot) -> None:
    ask(robot, lambda service: service.cards.new_from_public("check-in"))
    page = gallery(robot)
    page.refresh()
    robot.wait(lambda: page.list.tiles.rowCount() == 1, "it is there")
    opened: list[Any] = []
    menus: list[Any] = []
    page.list.opened.disconnect(page.edit)
    page.list.opened.connect(opened.append)
    page.list.menu_wanted.disconnect(page._open_menu)
    page.list.menu_wanted.connect(lambda row, _at: menus.append(row))
    cell = page.list.visualRect(page.list.tiles.index(0))
    click(page.list, 0, page.list.delegate.more(cell).center())
    assert ([r.name for r in menus], opened) == (["值机提醒"], [])
    click(page.list, 0, cell.bottomRight())  # the gap between tiles
    assert opened == []
    click(page.list, 0)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert [r.name for r in opened] == ["值机提醒"] * 2
    menu = page.menu(menus[0])
    assert [a.text() for a in menu.actions() if a.text()] == [
        "编辑", "发送信息", "生成解析标识", "在手机上看", "提交审核", "复制", "导出卡片文件", "删除",
    ]  # fmt: skip
    send = next(a for a in menu.actions() if a.text() == "发送信息")
    assert not send.isEnabled()  # a draft is not sent
    menu.deleteLater()


def test_tiles_say_who_they_are(robot: Robot) -> None:
    page = public(robot)
    tile: Tile = page.public.list.tiles.index(0).data(TILE)
    spoken = page.public.list.tiles.index(0).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert tile.title in spoken
    assert "华为" in spoken


def test_what_was_left_open_is_said_in_the_editor(robot: Robot) -> None:
    row = ask(robot, lambda service: service.cards.new_from_public("check-in"))
    page = gallery(robot)
    left = (problem("card.sample_video_left_open", file="car.mp4"), problem("video.reader_missing"))
    page._made(replace(row, left_open=left))
    robot.wait(lambda: robot.window.current_id == "editor", "the editor opens")
    robot.settle()
    said = robot.page.banner.accessibleName()
    assert robot.page.banner.isVisible()
    assert "car.mp4" in said
    assert "PyAV" in said


def test_a_tag_can_be_reached_and_pressed_by_keyboard(robot: Robot) -> None:
    page = public(robot)
    button = robot.find(QAbstractButton, "tag-video", page)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert all("video" in tile.row.tags for tile in page.public.list.tiles.tiles)
