# SPDX-License-Identifier: Apache-2.0
"""The library's page in the real window on a real service: adding, finding, changing, deleting, and the ways to a card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from PIL import Image

from koodesk.domain.brand import BrandKit

if TYPE_CHECKING:
    from collections.abc import Callable

    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.brand import BrandPage
    from koodesk.ui.pages.library.page import LibraryPage

pytestmark = pytest.mark.gui


def ask(robot: Robot, work: Callable[[Any], Any]) -> Any:
    answers: list[Any] = []
    robot.window.desk.bridge.call(
        robot.window, lambda service, _task: work(service), answers.append, answers.append
    )
    robot.wait(lambda: bool(answers), "the service answers")
    return answers[0]


def picture(folder: Path, name: str, colour: str, size: tuple[int, int] = (320, 180)) -> Path:
    image = Image.new("RGB", size, colour)
    image.paste("white", (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    image.save(folder / name)
    return folder / name


def names(page: LibraryPage) -> list[str]:
    return [row.material.name for row in page.model.rows]


@pytest.fixture
def page(robot: Robot, tmp_path: Path) -> LibraryPage:
    """The library with two pictures and a file that is none."""
    made = cast("LibraryPage", robot.go("library"))
    assert made.stack.currentWidget() is made.empty
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"nothing")
    made.add((picture(tmp_path, "red.png", "red"), bad, picture(tmp_path, "blue.png", "blue")))
    robot.settle()
    return made


def test_a_bad_file_is_named_and_the_others_are_there(robot: Robot, page: LibraryPage) -> None:
    assert sorted(names(page)) == ["blue.png", "red.png"]
    assert "bad.png" in page.banner.accessibleName()
    assert page.progress.isHidden()
    assert page.add_button.isEnabled()
    page.add((Path(page.model.rows[0].material.path),))
    robot.settle()
    assert len(names(page)) == 2  # the same content is one


def test_search_tags_and_filters(robot: Robot, page: LibraryPage) -> None:
    page.show_material(next(r.material.digest for r in page.model.rows if r.material.name == "red.png"))
    page.detail.tags.setText("春节，红包")
    page.detail.tags.editingFinished.emit()
    robot.settle()
    assert page.tiles.current().material.tags == ("春节", "红包")
    page.search.setText("红")
    robot.wait(lambda: names(page) == ["red.png"], "the search finds")
    page.search.setText("nothing of that name")
    robot.wait(lambda: page.stack.currentWidget() is page.none, "nothing is found")
    page.search.clear()
    robot.wait(lambda: len(names(page)) == 2, "everything is back")
    page.tag.choose("春节")
    page.refresh()
    robot.settle()
    assert names(page) == ["red.png"]
    # What the filters hide is shown when it is asked for.
    other = ask(robot, lambda service: service.materials.list("blue"))[0]
    page.show_material(other.digest)
    robot.settle()
    assert page.tiles.current().material.digest == other.digest


def test_a_refused_name_is_put_back(robot: Robot, page: LibraryPage) -> None:
    page.tiles.choose(page.model.rows[0].material.digest)
    before = page.tiles.current().material.name
    page.detail.name.setText("   ")
    page.detail.name.editingFinished.emit()
    robot.settle()
    assert page.detail.name.text() == before
    assert page.banner.isVisible()
    page.detail.name.setText("新名称")
    page.detail.name.editingFinished.emit()
    robot.settle()
    assert "新名称" in names(page)


def test_a_click_sets_the_focal_point(robot: Robot, page: LibraryPage) -> None:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    digest = page.model.rows[0].material.digest
    page.tiles.choose(digest)
    picker = page.detail.focal
    robot.wait(lambda: not picker.place().isEmpty(), "the picture is there")
    place = picker.place()
    at = QPoint(round(place.x() + place.width() * 0.25), round(place.y() + place.height() * 0.75))
    QTest.mouseClick(picker, Qt.MouseButton.LeftButton, pos=at)

    def kept() -> Any:
        return ask(robot, lambda service: service.library.focals()).get(digest)

    robot.wait(lambda: kept() is not None, "it is kept")
    across, down = kept()
    assert abs(across - 250) <= 10
    assert abs(down - 750) <= 10
    QTest.keyClick(picker, Qt.Key.Key_Left)
    robot.wait(lambda: kept()[0] == across - 10, "the arrow moves it")


def test_deleting_is_refused_by_the_name_of_the_card(robot: Robot, page: LibraryPage) -> None:
    from PySide6.QtWidgets import QPushButton

    from koodesk.ui.widgets.dialogs import Sheet

    card = ask(robot, lambda service: service.cards.new("RedPacket", "新春红包"))
    page.desk.changed.emit("materials")
    robot.settle()
    used = next(row for row in page.model.rows if row.used_by)
    page.tiles.choose(used.material.digest)
    robot.settle()
    page.delete()
    sheet = page.window().findChild(Sheet)
    assert sheet is not None
    robot.click(sheet.accept_button)
    robot.settle()
    assert "新春红包" in page.banner.accessibleName()
    assert used.material.name in names(page)
    link = next(b for b in page.detail.findChildren(QPushButton) if b.text() == "新春红包")
    robot.click(link)
    robot.settle()
    assert robot.window.current_id == "editor"
    robot.wait(lambda: robot.page._row is not None, "the card opens")  # type: ignore[attr-defined]
    assert robot.page._row.id == card.id  # type: ignore[attr-defined]  # which card the editor has open


def test_only_what_is_in_sight_is_read(robot: Robot, page: LibraryPage, tmp_path: Path) -> None:
    many = tuple(picture(tmp_path, f"n{n:02d}.png", f"#{n:02x}40{255 - n:02x}", (32, 18)) for n in range(60))
    ask(robot, lambda service: service.library.add_files(many))
    page.desk.changed.emit("materials")
    robot.settle()
    assert len(names(page)) == 62
    page.tiles.scrollToTop()
    robot.settle()
    read = len(page.model._there)
    assert 0 < read < 62
    page.tiles.scrollToBottom()
    robot.wait(lambda: len(page.model._there) > read, "the rest comes when it is scrolled to")
    # A refresh leaves the place that was looked at.
    at = page.tiles.verticalScrollBar().value()
    ask(robot, lambda service: service.library.set_tags(page.model.rows[0].material.digest, ["新"]))
    page.desk.changed.emit("materials")
    robot.settle()
    assert page.model.rows[0].material.tags == ("新",)
    assert page.tiles.verticalScrollBar().value() == at > 0


def test_the_brand_kit_is_filled_and_offered(robot: Robot, page: LibraryPage) -> None:
    digest = page.model.rows[0].material.digest
    page.tiles.choose(digest)
    page.detail.logo.click()
    robot.settle()
    assert page.model.rows[0].logo
    brand = cast("BrandPage", robot.go("brand"))
    brand.names.new.setText("云杉商城")
    brand.names.add()
    robot.settle()
    brand.signs.new.setText("【云杉】")
    brand.signs.add()
    robot.settle()
    kept = ask(robot, lambda service: service.library.brand())
    assert kept == BrandKit(logos=(digest,), names=("云杉商城",), signs=("云杉",))
    brand.names.new.setText("长" * 40)
    brand.names.add()
    robot.settle()
    assert brand.banner.isVisible()
    assert ask(robot, lambda service: service.library.brand()) == kept
    card = ask(robot, lambda service: service.cards.new("RedPacket"))
    robot.go("editor", card_id=card.id)
    robot.wait(lambda: robot.page.studio is not None, "the card opens")  # type: ignore[attr-defined]
    session = robot.page.studio.session  # type: ignore[attr-defined]
    assert session.around.brand == kept
