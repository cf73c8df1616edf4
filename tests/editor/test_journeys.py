# SPDX-License-Identifier: Apache-2.0
"""Journeys through the studio in a real window: typing in place, cropping, events, keyboard only."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtTest import QTest

from koodesk.domain.click_event import EventType
from koodesk.domain.crop import Crop
from koodesk.domain.template import ButtonContent, ImageContent, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.editor.canvas.crop_tool import CropTool
from koodesk.editor.canvas.text_tool import TextTool
from koodesk.editor.inspector.button_panel import ButtonPanel
from koodesk.editor.inspector.picture_panel import PicturePanel
from koodesk.editor.inspector.template_panel import TemplatePanel
from koodesk.editor.studio import Studio

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from koodesk.editor.session import Session
    from tests.editor.conftest import MemoryGallery

pytestmark = pytest.mark.gui


def text(studio: Studio, content_id: str) -> str:
    content = studio.session.document.template.content(content_id)
    assert isinstance(content, TextContent | ButtonContent)
    return content.text


def image(studio: Studio) -> ImageContent:
    content = studio.session.document.template.content("picture")
    assert isinstance(content, ImageContent)
    return content


def text_tool(studio: Studio) -> TextTool:
    tool = studio.canvas.tool
    assert isinstance(tool, TextTool)
    return tool


def crop_tool(studio: Studio) -> CropTool:
    tool = studio.canvas.tool
    assert isinstance(tool, CropTool)
    return tool


def template_panel(studio: Studio) -> TemplatePanel:
    panel = studio.inspector.panel
    assert isinstance(panel, TemplatePanel)
    return panel


@pytest.fixture
def cropping(qtbot: QtBot, make_session: Callable[[Template], Session], with_picture: Template) -> Studio:
    """A studio whose picture is there and being cropped."""
    made = Studio(make_session(with_picture))
    qtbot.addWidget(made, before_close_func=lambda widget: widget.stop())
    made.resize(1096, 720)
    made.show()
    qtbot.waitExposed(made)
    made.edit_in_place("picture")
    return made


# --- texts -------------------------------------------------------------------------------------------------------


def test_click_a_text_and_type(qtbot: QtBot, studio: Studio) -> None:
    QTest.mouseClick(studio.canvas.proxy("merchant"), Qt.MouseButton.LeftButton)
    field = text_tool(studio).field
    QTest.keyClicks(field, "Shop 8")
    # The document follows every key, so the phones do.
    assert text(studio, "merchant") == "Shop 8"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert studio.canvas.tool is None
    assert studio.session.document.depth == 1
    studio.session.document.undo()
    assert text(studio, "merchant") == "云杉商城"
    studio.session.document.redo()
    assert text(studio, "merchant") == "Shop 8"


def test_escape_takes_everything_back(qtbot: QtBot, studio: Studio) -> None:
    studio.edit_in_place("body")
    field = text_tool(studio).field
    QTest.keyClicks(field, "gone")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert studio.canvas.tool is None
    assert text(studio, "body").startswith("30元")
    assert studio.session.document.depth == 0


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform says so for every popup
def test_a_chip_is_one_character_and_the_dollar_completes(qtbot: QtBot, studio: Studio) -> None:
    studio.edit_in_place("title")
    field = text_tool(studio).field
    QTest.keyClick(field, Qt.Key.Key_Home)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert text(studio, "title") == "，您的新春红包到了"
    field.insert_param("name")
    assert text(studio, "title").startswith("${name}")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert text(studio, "title") == "，您的新春红包到了"
    QTest.keyClicks(field, "${na")
    popup = field.completer_popup()
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert text(studio, "title").startswith("${name}，")
    field.set_text("")
    QTest.keyClicks(field, "x${name}y")
    assert text(studio, "title") == "x${name}y"
    assert field.toPlainText() == "x\ufffcy"


def test_pasted_text_is_plain_and_keeps_parameters(qtbot: QtBot, studio: Studio) -> None:
    studio.edit_in_place("title")
    field = text_tool(studio).field
    data = QMimeData()
    data.setHtml("<b>红包</b>")
    data.setText("<b>红包</b>\n${name}")
    field.selectAll()
    field.insertFromMimeData(data)
    assert text(studio, "title") == "<b>红包</b> ${name}"
    field.selectAll()
    assert field.createMimeDataFromSelection().text() == "<b>红包</b> ${name}"


def test_inspector_and_canvas_show_the_same_text(qtbot: QtBot, studio: Studio) -> None:
    studio.edit_in_place("body")
    QTest.keyClicks(text_tool(studio).field, "new")
    panel = studio.inspector.panel
    assert panel.field.text_field.text() == "new"  # type: ignore[union-attr]  # a text is selected
    studio.session.document.undo()
    assert text_tool(studio).field.text().startswith("30元")


# --- pictures ----------------------------------------------------------------------------------------------------


def test_crop_accepts_with_enter_as_one_step(qtbot: QtBot, cropping: Studio) -> None:
    tool = crop_tool(cropping)
    assert tool.crop == Crop(100, 0, 600, 600)
    QTest.keyClick(tool, Qt.Key.Key_Plus)
    for _ in range(4):
        QTest.keyClick(tool, Qt.Key.Key_Left)
    crop = tool.crop
    assert crop.width == crop.height < 600
    assert crop.x > 100
    assert cropping.session.document.depth == 0
    QTest.keyClick(tool, Qt.Key.Key_Return)
    picture = image(cropping).picture
    assert picture is not None
    assert picture.crop == crop
    assert cropping.session.document.depth == 1
    cropping.edit_in_place("picture")
    QTest.keyClick(crop_tool(cropping), Qt.Key.Key_Return)
    assert cropping.session.document.depth == 1


def test_crop_given_up_leaves_nothing(qtbot: QtBot, cropping: Studio) -> None:
    tool = crop_tool(cropping)
    before = cropping.session.document.template
    start = tool.rect().center()
    QTest.mousePress(tool, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(tool, start + QPoint(30, 0))
    QTest.mouseRelease(tool, Qt.MouseButton.LeftButton)
    assert tool.crop.x < 100
    QTest.keyClick(tool, Qt.Key.Key_Escape)
    assert cropping.canvas.tool is None
    assert cropping.session.document.template is before
    assert cropping.session.document.depth == 0


def test_a_chosen_picture_is_cut_to_the_ratio_and_cropped_next(
    studio: Studio, gallery: MemoryGallery
) -> None:
    from tests.editor.conftest import png

    material = gallery.put("b.png", png(1000, 500))
    panel = studio.open_gallery("picture")
    panel.chosen.emit(material)
    panel.accept()
    picture = image(studio).picture
    assert picture is not None
    assert picture.crop == Crop(250, 0, 500, 500)
    assert isinstance(studio.canvas.tool, CropTool)


def test_files_dropped_and_images_pasted_become_the_picture(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    from PySide6.QtGui import QImage

    from tests.editor.conftest import png

    file = tmp_path / "drop.png"
    file.write_bytes(png(640, 640))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    studio.canvas.dropped.emit("picture", data)
    first = image(studio).picture
    assert first is not None
    pasted = QMimeData()
    whole = QImage(500, 400, QImage.Format.Format_RGB32)
    whole.fill(Qt.GlobalColor.green)
    pasted.setImageData(whole)
    studio.paste_data(pasted)
    qtbot.waitUntil(lambda: image(studio).picture != first)
    second = image(studio).picture
    assert second is not None
    assert second.crop == Crop(50, 0, 400, 400)


def test_a_vendor_background_is_its_own(studio: Studio, gallery: MemoryGallery) -> None:
    from tests.editor.conftest import png

    studio.session.selection.select("picture")
    panel = studio.inspector.panel
    assert isinstance(panel, PicturePanel)
    material = gallery.put("back.png", png(300, 400))
    studio.pictures.place("picture", material, Vendor.OPPO)
    assert image(studio).background(Vendor.OPPO) is not None
    assert image(studio).picture is None
    panel.background(Vendor.OPPO).clear.click()
    assert image(studio).backgrounds == ()


# --- events and the card's own fields ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(EventType))
def test_every_event_has_its_fields(studio: Studio, kind: EventType) -> None:
    studio.session.selection.select("button")
    panel = studio.inspector.panel
    assert isinstance(panel, ButtonPanel)
    section = panel.event_section
    section.kind.setCurrentIndex(section.kind.findData(kind.value))
    section.kind.activated.emit(section.kind.currentIndex())
    content = studio.session.document.template.content("button")
    assert isinstance(content, ButtonContent)
    assert content.event is not None
    assert content.event.type is kind
    for spec in studio.session.pack.events[kind].fields:
        assert section.field(spec.name) is not None


def test_what_was_filled_in_comes_back_with_its_event(qtbot: QtBot, studio: Studio) -> None:
    studio.session.selection.select("button")
    panel = studio.inspector.panel
    assert isinstance(panel, ButtonPanel)
    section = panel.event_section

    def choose(kind: EventType) -> None:
        section.kind.setCurrentIndex(section.kind.findData(kind.value))
        section.kind.activated.emit(section.kind.currentIndex())

    choose(EventType.DIAL_PHONE)
    field = section.field("target")
    QTest.keyClicks(field, "95588")
    choose(EventType.OPEN_URL)
    choose(EventType.DIAL_PHONE)
    content = studio.session.document.template.content("button")
    assert isinstance(content, ButtonContent)
    assert content.event is not None
    assert content.event.field("target") == "95588"


def test_problems_stand_beside_their_field_and_in_the_list(qtbot: QtBot, studio: Studio) -> None:
    panel = template_panel(studio)
    panel.name.selectAll()
    QTest.keyClicks(panel.name, "a name that is far too long")
    qtbot.waitUntil(lambda: bool(studio.session.problems_at("name")))
    assert panel.name.property("state") == "error"
    entries = [studio.dock.problems.list.item(row) for row in range(studio.dock.problems.list.count())]
    entry = next(item for item in entries if "name.too_long" in item.text())
    studio.session.selection.select("title")
    studio.dock.problems.list.itemActivated.emit(entry)
    assert studio.session.selection.content == ""
    assert panel.name.hasFocus()


def test_parameters_are_twenty_at_most(qtbot: QtBot, studio: Studio) -> None:
    panel = studio.inspector.params
    seen: list[object] = []
    studio.session.refused.connect(seen.append)
    for number in range(19):
        panel._name.setText(f"p{number}")
        panel._example.setText("例")
        panel.add_button.click()
    assert len(studio.session.document.template.params) == 20
    assert not panel.add_button.isEnabled()
    assert not seen


def test_a_floor_asks_for_its_link_and_says_who_takes_it(studio: Studio) -> None:
    from PySide6.QtWidgets import QComboBox

    studio.session.selection.select("button")
    panel = studio.inspector.panel
    assert isinstance(panel, ButtonPanel)
    section = panel.event_section
    section.kind.setCurrentIndex(section.kind.findData(EventType.OPEN_APP.value))
    section.kind.activated.emit(section.kind.currentIndex())
    assert section.field("floor_url").isHidden() or not section.field("floor_url").isVisibleTo(section)
    floor = section.field("floor_type")
    assert isinstance(floor, QComboBox)
    floor.setCurrentIndex(floor.findData("1"))
    floor.activated.emit(floor.currentIndex())
    assert section.field("floor_url").isVisibleTo(section)


def test_zoom_by_keyboard_and_the_vendor_from_the_bar(qtbot: QtBot, studio: Studio) -> None:
    studio.canvas.proxy("title").setFocus()
    zoom = studio.view.zoom
    QTest.keyClick(studio.canvas.proxy("title"), Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert studio.view.zoom > zoom
    QTest.keyClick(studio.canvas.proxy("title"), Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert studio.view.zoom == 1
    menu = studio.bar.vendor.menu()
    assert menu is not None
    menu.actions()[-1].trigger()
    assert studio.canvas.vendor is studio.session.takers()[-1]
    assert studio.wall.tile(studio.canvas.vendor).isChecked()


def test_vendors_use_style_and_signatures(qtbot: QtBot, studio: Studio) -> None:
    panel = template_panel(studio)
    assert not panel.vendors[Vendor.MEIZU].isEnabled()
    panel.vendors[Vendor.OPPO].click()
    assert Vendor.OPPO not in studio.session.document.template.vendors
    QTest.keyClicks(panel.sms.signs.new, "[shop]")
    QTest.keyClick(panel.sms.signs.new, Qt.Key.Key_Return)
    assert studio.session.document.template.sms_signs == ("云杉商城", "[shop]")
    studio.session.selection.select("button")
    button_panel = studio.inspector.panel
    assert isinstance(button_panel, ButtonPanel)
    button_panel.style_choice(2).click()
    assert studio.session.document.template.sub_type == 2


# --- the whole ---------------------------------------------------------------------------------------------------


def test_keyboard_only(qtbot: QtBot, studio: Studio) -> None:
    """Tab through the slots, edit with F2, clear with Delete, undo with the keyboard."""
    studio.canvas.proxy("picture").setFocus(Qt.FocusReason.TabFocusReason)
    visited = []
    for _ in range(5):
        visited.append(studio.session.selection.content)
        QTest.keyClick(studio.window().focusWidget(), Qt.Key.Key_Tab)
    assert visited == ["picture", "merchant", "title", "body", "button"]
    studio.canvas.proxy("body").setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(studio.canvas.proxy("body"), Qt.Key.Key_F2)
    field = text_tool(studio).field
    QTest.keyClicks(field, "typed")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert text(studio, "body") == "typed"
    assert studio.canvas.proxy("body").hasFocus()
    QTest.keyClick(studio.canvas.proxy("body"), Qt.Key.Key_Delete)
    assert text(studio, "body") == ""
    QTest.keyClick(studio.canvas.proxy("body"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert text(studio, "body") == "typed"


def test_slots_speak(qtbot: QtBot, studio: Studio) -> None:
    qtbot.waitUntil(lambda: bool(studio.session.problems))
    proxy = studio.canvas.proxy("picture")
    assert proxy.accessibleName() == "图片"
    assert "picture.missing" in proxy.accessibleDescription()
    assert "云杉商城" in studio.canvas.proxy("merchant").accessibleDescription()


def test_contents_are_copied_between_slots(studio: Studio) -> None:
    from koodesk.editor import clipboard

    data = clipboard.to_mime(studio.session.document.template, "title")
    studio.session.selection.select("body")
    studio.paste_data(data)
    assert text(studio, "body") == text(studio, "title")


@pytest.mark.parametrize("bad", [b"", b"{}", b"[" * 100_000, b'{"format": 99}', b"\xff\x00"])
def test_a_strange_clipboard_is_refused_in_words(studio: Studio, bad: bytes) -> None:
    from koodesk.editor import clipboard

    seen: list[object] = []
    studio.session.refused.connect(seen.append)
    studio.session.selection.select("body")
    before = studio.session.document.template
    data = QMimeData()
    data.setData(clipboard.MIME, bad)
    studio.paste_data(data)
    assert studio.session.document.template is before
    assert len(seen) == 1


def test_the_wall_shows_every_vendor_and_says_why_one_is_absent(qtbot: QtBot, studio: Studio) -> None:
    from PySide6.QtWidgets import QLabel

    qtbot.waitUntil(lambda: all(studio.wall.tile(v).words for v in studio.session.takers()), timeout=20_000)
    assert Vendor.MEIZU not in studio.session.takers()
    words = [label.text() for label in studio.wall.findChildren(QLabel)]
    assert "preview.vendor.not_taken" in words
    studio.wall.tile(Vendor.XIAOMI).click()
    assert studio.canvas.vendor is Vendor.XIAOMI


def test_typing_leaves_the_window_alive(qtbot: QtBot, studio: Studio) -> None:
    """Prints the longest gap of the window's heartbeat; nothing here depends on the time of this machine."""
    gaps: list[float] = []
    last = time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now

    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(beat)
    timer.start()
    studio.edit_in_place("title")
    for letter in "abcdefghij" * 3:
        QTest.keyClicks(text_tool(studio).field, letter)
        qtbot.wait(1)
    timer.stop()
    assert text(studio, "title") == "abcdefghij" * 3
    print(f"heartbeat: longest gap {max(gaps) * 1000:.0f} ms")
