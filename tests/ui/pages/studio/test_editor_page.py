# SPDX-License-Identifier: Apache-2.0
"""The editor's page in the real window on a real service: save, conflict, submit, export, recovery, pictures, panels."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk.backend.operations.cards import Cards
from koodesk.domain.edits import RemoveParam, SetName, SetText, SetVendors
from koodesk.domain.template import ImageContent, Template, TextContent
from koodesk.domain.vendor import Vendor

if TYPE_CHECKING:
    from collections.abc import Callable

    from koodesk.demo.robot import Robot
    from koodesk.editor.studio import Studio
    from koodesk.ui.pages.studio.editor_page import EditorPage

pytestmark = pytest.mark.gui


def ask(robot: Robot, work: Callable[[Any], Any]) -> Any:
    """Ask the window's own service, as a page does."""
    answers: list[Any] = []
    robot.window.desk.bridge.call(
        robot.window, lambda service, _task: work(service), answers.append, answers.append
    )
    robot.wait(lambda: bool(answers), "the service answers")
    return answers[0]


def page_of(robot: Robot) -> EditorPage:
    return cast("EditorPage", robot.window.page("editor"))


def studio_of(robot: Robot) -> Studio:
    studio = page_of(robot).studio
    assert studio is not None
    return studio


def open_card(robot: Robot, card_id: int) -> Studio:
    robot.go("editor", card_id=card_id)
    robot.wait(lambda: page_of(robot).studio is not None, "the card opens")
    return studio_of(robot)


@pytest.fixture
def card(robot: Robot) -> int:
    """A new card, open in the editor, that saves itself only when told."""
    row = ask(robot, lambda service: service.cards.new("RedPacket"))
    open_card(robot, row.id)
    page_of(robot).autosave.setChecked(False)
    return int(row.id)


def stored(robot: Robot, card_id: int) -> Template:
    return cast("Template", ask(robot, lambda service: service.cards.open(card_id))[1])


def follow_banner(robot: Robot) -> None:
    """Click the button of the banner."""
    from PySide6.QtWidgets import QPushButton

    (jump,) = (one for one in robot.page.banner.findChildren(QPushButton) if one.isVisible())
    robot.click(jump)


def body_of(template: Template) -> str:
    content = template.content("body")
    assert isinstance(content, TextContent)
    return content.text


# --- saving ------------------------------------------------------------------------------------------------------


def test_save_keeps_the_card_and_what_is_typed_meanwhile_is_saved_next(robot: Robot, card: int) -> None:
    page, document = page_of(robot), studio_of(robot).session.document
    studio_of(robot).session.edit(SetText("body", "第一版。拒收请回复R"))
    assert page.save_button.isEnabled()
    page.save()
    studio_of(robot).session.edit(SetText("body", "第二版。拒收请回复R"))
    robot.settle()
    assert body_of(stored(robot, card)) == "第一版。拒收请回复R"
    assert document.is_dirty
    page.save()
    robot.settle()
    assert body_of(stored(robot, card)) == "第二版。拒收请回复R"
    assert not document.is_dirty
    assert not page.save_button.isEnabled()


def test_the_card_saves_itself(robot: Robot, card: int) -> None:
    robot.window.desk.settings.change(autosave_seconds=0)
    page_of(robot).autosave.setChecked(True)
    studio_of(robot).session.edit(SetText("body", "自动保存。拒收请回复R"))
    robot.wait(lambda: not studio_of(robot).session.document.is_dirty, "the card saves itself")
    assert body_of(stored(robot, card)) == "自动保存。拒收请回复R"


def test_a_card_saved_elsewhere_is_not_overwritten_unasked(robot: Robot, card: int) -> None:
    row, template = ask(robot, lambda service: service.cards.open(card))
    other = SetName("别人的名称").apply(template)
    ask(robot, lambda service: service.cards.save(card, other, row.revision))
    page, studio = page_of(robot), studio_of(robot)
    studio.session.edit(SetText("body", "我的内容。拒收请回复R"))
    page.save()
    robot.settle()
    assert stored(robot, card).name == "别人的名称"
    assert studio.session.document.is_dirty
    assert "别处保存" in robot.said()
    follow_banner(robot)
    robot.settle()
    assert body_of(stored(robot, card)) == "我的内容。拒收请回复R"
    assert not studio.session.document.is_dirty
    versions = ask(robot, lambda service: service.cards.versions(card))
    assert "别人的名称" in [version.name for version in versions]


# --- handing in --------------------------------------------------------------------------------------------------


def test_a_card_with_an_error_is_refused_and_the_banner_jumps_to_the_place(robot: Robot, card: int) -> None:
    page, studio = page_of(robot), studio_of(robot)
    studio.session.edit(SetText("title", "测试红包"))
    robot.click(page.submit_button)
    robot.settle()
    assert "测试" in robot.said()
    assert studio.dock.problems.isVisible()
    studio.session.selection.select("")
    follow_banner(robot)
    assert studio.session.selection.content == "title"
    field = studio.inspector.panel.field.text_field  # type: ignore[union-attr]  # a text is selected
    assert robot.window.focusWidget() is field
    assert page.submit_button.isEnabled()
    assert ask(robot, lambda service: service.cards.get(card)).state.value == "draft"


def test_without_a_filing_the_banner_leads_to_the_filings(robot: Robot, card: int) -> None:
    page = page_of(robot)
    robot.click(page.submit_button)
    robot.settle()
    follow_banner(robot)
    robot.settle()
    assert robot.window.current_id == "filings"


def test_a_card_handed_in_while_it_is_being_saved_is_saved_first(robot: Robot, card: int) -> None:
    page, studio = page_of(robot), studio_of(robot)
    studio.session.edit(SetText("title", "测试红包"))
    page.save()
    page.submit()
    robot.settle()
    robot.wait(page.submit_button.isEnabled, "the answer comes")
    assert "别处保存" not in robot.said()
    assert "测试" in robot.said()
    assert ask(robot, lambda service: service.cards.get(card)).revision == 2


def test_a_save_that_ends_after_another_card_was_opened_frees_its_button(
    robot: Robot, card: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The save is held back until the other card is open: the order a slow disk brings."""
    other = ask(robot, lambda service: service.cards.new("RedPacket", "另一张"))
    page, studio = page_of(robot), studio_of(robot)
    opened, save = threading.Event(), Cards.save

    def slow(self: Cards, *arguments: Any, **named: Any) -> Any:
        opened.wait(120)
        return save(self, *arguments, **named)

    monkeypatch.setattr(Cards, "save", slow)
    studio.session.edit(SetText("title", "测试红包"))
    page.save()
    page.submit()
    page.open(card_id=other.id)
    try:
        robot.wait(lambda: page.studio is not None and page.studio is not studio, "the other card opens")
        assert not page.submit_button.isEnabled()
    finally:
        opened.set()
    robot.wait(lambda: "测试" in robot.said(), "the card that was handed in is answered")
    robot.wait(page.submit_button.isEnabled, "the other card can be handed in")


def test_a_card_handed_in_while_it_is_being_saved_is_answered_after_another_was_opened(
    robot: Robot, card: int
) -> None:
    """What was asked for is done for the card it was asked for, and the next card is left alone."""
    other = ask(robot, lambda service: service.cards.new("RedPacket", "另一张"))
    whole = stored(robot, other.id)
    page, studio = page_of(robot), studio_of(robot)
    studio.session.edit(SetText("title", "测试红包"))
    page.save()
    page.submit()
    page.open(card_id=other.id)
    robot.wait(lambda: "测试" in robot.said(), "the card that was handed in is answered")
    robot.wait(lambda: page.studio is not None and page.studio is not studio, "the other card opens")
    robot.wait(page.submit_button.isEnabled, "the other card can be handed in")
    robot.settle()
    assert ask(robot, lambda service: service.cards.get(card)).revision == 2
    kept = ask(robot, lambda service: service.cards.get(other.id))
    assert (kept.revision, kept.state.value) == (other.revision, "draft")
    assert stored(robot, other.id) == whole == studio_of(robot).session.document.template


# --- what comes back ---------------------------------------------------------------------------------------------


def test_unsaved_work_comes_back_with_its_history_and_can_be_dropped(robot: Robot, card: int) -> None:
    from koodesk.editor import recovery

    page, studio = page_of(robot), studio_of(robot)
    before = studio.session.document.template
    studio.session.edit(SetText("body", "没有保存。拒收请回复R"))
    studio.session.edit(SetName("没有保存"))
    log = recovery.log_path(robot.window.desk.workspace.recovery, f"card-{card}")
    robot.wait(lambda: log.exists() and log.read_bytes().count(b"\n") == 3, "both edits are on the disk")
    killed = log.read_bytes()
    # As after kill -9: the page goes without a word, the log is what it was.
    page._close_studio()
    robot.wait(lambda: log.read_bytes() == killed, "the log is closed")
    studio = open_card(robot, card)
    document = studio.session.document
    assert (document.template.name, document.depth) == ("没有保存", 2)
    assert "已恢复" in robot.said()
    document.undo()
    document.undo()
    assert document.template == before
    document.redo()
    follow_banner(robot)
    robot.wait(lambda: page.studio is not None and page.studio is not studio, "the card opens anew")
    assert studio_of(robot).session.document.template == before
    assert studio_of(robot).session.document.depth == 0


def test_another_language_keeps_the_work_and_its_history(robot: Robot, card: int) -> None:
    studio_of(robot).session.edit(SetText("body", "换语言之前。拒收请回复R"))
    robot.change_look(language="en")
    robot.wait(lambda: page_of(robot).studio is not None, "the card opens anew")
    robot.settle()
    document = studio_of(robot).session.document
    assert body_of(document.template) == "换语言之前。拒收请回复R"
    assert document.depth == 1
    assert page_of(robot).submit_button.text() == "Submit for review"


def test_panels_are_remembered(robot: Robot, card: int) -> None:
    page, studio = page_of(robot), studio_of(robot)
    page._panel_actions["show_layers"].setChecked(False)
    studio._down.setSizes([300, 400])
    state = studio.layout_state()
    robot.go("studio")
    assert robot.window.desk.settings.value.editor_panels == state
    robot.change_look()
    studio = open_card(robot, card)
    assert studio is not page.studio
    assert studio.layers.isHidden()
    assert not page_of(robot)._panel_actions["show_layers"].isChecked()
    assert studio.layout_state() == state


def test_a_version_is_restored_as_one_step(robot: Robot, card: int) -> None:
    from koodesk.editor.versions_panel import VersionsPanel

    page, studio = page_of(robot), studio_of(robot)
    first = studio.session.document.template
    studio.session.edit(SetText("title", "没有参数的标题"))
    studio.session.edit(RemoveParam("name"))
    studio.session.edit(SetVendors((Vendor.HUAWEI,)))
    page.save()
    robot.settle()
    depth = studio.session.document.depth
    page.versions()
    robot.settle()
    panel = page.findChild(VersionsPanel)
    assert panel is not None
    robot.wait(lambda: not panel.busy and len(panel._painted) == 3, "the pictures are painted")
    assert panel.list.count() == 2
    assert not panel.restore.isEnabled()
    panel.list.setCurrentRow(1)
    robot.click(panel.restore)
    assert studio.session.document.template == first
    assert studio.session.document.depth == depth + 1
    studio.session.document.undo()
    assert studio.session.document.template.vendors == (Vendor.HUAWEI,)


# --- pictures ----------------------------------------------------------------------------------------------------


def picture_of(studio: Studio) -> ImageContent:
    content = studio.session.document.template.content("picture")
    assert isinstance(content, ImageContent)
    return content


def test_several_files_are_added_and_found_and_one_becomes_the_picture(
    robot: Robot, card: int, tmp_path: Path
) -> None:
    from koodesk.editor.canvas.crop_tool import CropTool
    from tests.editor.conftest import png

    files = tuple(tmp_path / name for name in ("春.png", "夏.png", "坏.png"))
    files[0].write_bytes(png(900, 600, 10))
    files[1].write_bytes(png(600, 600, 200))
    files[2].write_bytes(b"not a picture")
    studio = studio_of(robot)
    panel = studio.open_gallery("picture")
    robot.settle()
    before = panel.list.count()
    panel._add(files)
    robot.wait(lambda: panel.list.count() == before + 2, "the two good ones are there")
    assert "坏.png" in panel._wrong.text()
    panel.search.setText("春")
    robot.wait(lambda: panel.list.count() == 1, "the search narrows")
    robot.click(panel.use)
    picture = picture_of(studio).picture
    assert picture is not None
    assert picture.crop is not None
    assert (picture.crop.width, picture.crop.height) == (600, 600)
    assert isinstance(studio.canvas.tool, CropTool)
    studio.canvas.put_down()
    panel = studio.open_gallery("picture")
    panel.search.setText("没有的名称")
    robot.wait(lambda: "没有这个名称" in panel._empty.text(), "nothing is found")
    panel.reject()


def test_a_dropped_file_that_is_too_large_is_made_to_fit(robot: Robot, card: int, tmp_path: Path) -> None:
    from PySide6.QtCore import QMimeData, QUrl
    from PySide6.QtGui import QImage

    from koodesk.editor.inspector.picture_panel import PicturePanel

    noise = QImage(1200, 1200, QImage.Format.Format_RGB32)
    noise.bits()[:] = __import__("random").Random(5).randbytes(1200 * 1200 * 4)  # type: ignore[index]  # a memoryview
    noise.save(str(tmp_path / "大图.png"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "大图.png"))])
    studio = studio_of(robot)
    before = picture_of(studio).picture
    studio.canvas.dropped.emit("picture", data)
    robot.wait(lambda: picture_of(studio).picture != before, "the picture arrives")
    studio.session.selection.select("picture")
    panel = studio.inspector.panel
    assert isinstance(panel, PicturePanel)
    robot.wait(lambda: bool(studio.session.problems_of("picture")), "it is said that it is too large")
    robot.click(panel.optimise)
    most = studio.session.pack.limit("picture.bytes")

    def fits() -> bool:
        picture = picture_of(studio).picture
        return picture is not None and picture.material.size <= most

    robot.wait(fits, "it fits")
    assert not panel.optimise.isVisible()


def test_the_pictures_of_all_vendors_are_written(robot: Robot, card: int, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QFileDialog

    page = page_of(robot)
    page.export()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    robot.wait(lambda: "已导出" in robot.said(), "the pictures are written")
    written = sorted(path.name for path in tmp_path.glob("*.png"))
    takers = studio_of(robot).session.takers()
    assert len(written) == len(takers) == 5
    assert all(any(v.value in name for name in written) for v in takers)
    assert not list(tmp_path.glob(".*.part"))


# --- with an engine ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_good_card_is_handed_in(look: None, tmp_path: Path) -> None:
    """On a cleared workspace, with the real engine: saved, handed in, and each vendor will answer."""
    from tests.journeys.windows import Windows

    windows = Windows()
    try:
        robot = windows.open(tmp_path / "ws", sample=True)
        row = ask(robot, lambda service: service.cards.new("RedPacket", "夏日红包"))
        studio = open_card(robot, row.id)
        studio.session.edit(SetText("body", "30元无门槛红包。拒收请回复R"))
        robot.click(page_of(robot).submit_button)
        robot.wait(lambda: "已提交审核" in robot.said(), "the card is handed in")
        kept = ask(robot, lambda service: service.cards.get(row.id))
        assert kept.tpl_id
        assert kept.state.value != "draft"
        assert not studio.session.document.is_dirty
    finally:
        windows.end()


def test_a_version_is_named_and_the_differing_content_is_told(robot: Robot, card: int) -> None:
    from koodesk.editor.versions_panel import VersionsPanel

    page, studio = page_of(robot), studio_of(robot)
    studio.session.edit(SetText("title", "另一个标题"))
    page.save()
    robot.settle()
    page.versions()
    robot.settle()
    panel = page.findChild(VersionsPanel)
    assert panel is not None
    robot.wait(lambda: not panel.busy and len(panel._painted) == 3, "the pictures are painted")
    panel.list.setCurrentRow(1)
    assert panel.differing.text() == "不同：标题"
    plain = panel._painted[1].image
    assert panel._then.pixmap().toImage() != plain, "what differs is framed"
    panel.name.setText("首发")
    robot.click(panel.keep_name)
    robot.wait(lambda: panel.list.item(1).text().startswith("首发"), "the name is shown")
    assert [v.label for v in ask(robot, lambda service: service.cards.versions(card))] == ["", "首发"]
    assert panel.pinned.isHidden()


def test_a_number_file_of_the_workspace_is_seen_row_by_row(robot: Robot, card: int) -> None:
    studio = studio_of(robot)
    ask(
        robot, lambda service: service.audiences.check_text("13800000001,陈晨\n13900000002,林雨桐", ("name",))
    )
    studio.dock.rows_tab.click()
    robot.settle()
    bar = studio.dock.rows
    assert bar is not None
    bar.file.setCurrentIndex(1)
    bar.file.activated.emit(1)
    robot.settle()
    assert dict(studio.session.values) == {"name": "陈晨"}
    assert "13800000001" not in bar.who.text()
    bar.search.setText("139")
    bar.search.returnPressed.emit()
    robot.settle()
    assert dict(studio.session.values) == {"name": "林雨桐"}
    robot.click(bar.finder)
    robot.wait(lambda: not bar.finder.isHidden() and "2 行" in bar.told.text(), "the rows are looked at")
    assert "0 行有问题" in bar.told.text()
