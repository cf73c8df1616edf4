# SPDX-License-Identifier: Apache-2.0
"""What a marketer does in the editor of video SMS, by keyboard and by mouse, on a studio with a shelf in memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtTest import QTest

from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Severity, problem
from koodesk.domain.video_sms.template import Frame, Media, ResourceKind, Text, VideoTemplate
from tests.editor.conftest import png
from tests.editor.video_sms.conftest import VIDEO, WORDS, MemoryShelf

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from koodesk.editor.video_sms.session import VideoSession
    from koodesk.editor.video_sms.studio import MessageStudio
    from koodesk.editor.video_sms.text_tool import MessageTextTool

pytestmark = pytest.mark.gui


def kinds(session: VideoSession) -> list[str]:
    """The frames by the first letters of their elements."""
    return ["".join(e.kind.value[0] for e in frame.elements) for frame in session.template.frames]


def tool_of(studio: MessageStudio) -> MessageTextTool:
    from koodesk.editor.video_sms.text_tool import MessageTextTool

    tool = studio.canvas.tool
    assert isinstance(tool, MessageTextTool)
    return tool


def refusals(session: VideoSession) -> list[Any]:
    found: list[Any] = []
    session.refused.connect(found.extend)
    return found


# --- typing ------------------------------------------------------------------------------------------------------


def test_a_text_is_put_in_and_typed_where_it_stands_as_one_step(studio: MessageStudio) -> None:
    session = studio.session
    session.selection.select("frame:1/element:1")
    studio.rail.inserts[ResourceKind.TEXT].click()
    assert kinds(session) == ["v", "t", "t", "it"]
    assert session.selection.content == "frame:2/element:1"
    tool = tool_of(studio)
    QTest.keyClicks(tool.field, "abc")
    assert session.element() == Text("abc")
    assert "3" in tool.strip.counter.text()
    tool.accept()
    assert session.document.undo_code == "set_text"
    session.document.undo()
    assert session.element() == Text("")
    session.document.undo()
    assert kinds(session) == ["v", "t", "it"]


def test_escape_takes_back_what_was_typed(studio: MessageStudio) -> None:
    from PySide6.QtCore import Qt

    studio.edit_in_place("frame:2/element:1")
    tool = tool_of(studio)
    QTest.keyClicks(tool.field, "xyz")
    assert studio.session.element() == Text(WORDS + "xyz")
    QTest.keyClick(tool.field, Qt.Key.Key_Escape)
    assert studio.session.element() == Text(WORDS)
    assert studio.canvas.tool is None
    assert studio.session.document.depth == 0


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform says so for every popup
def test_typing_a_mark_offers_parameters_and_takes_one_as_a_chip(studio: MessageStudio) -> None:
    from PySide6.QtCore import Qt

    studio.edit_in_place("frame:3/element:2")
    field = tool_of(studio).field
    QTest.keyClicks(field, "#")
    popup = field.completer_popup()
    assert popup.isVisible()
    model = popup.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["p_1", "p_2"]
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert studio.session.element("frame:3/element:2") == Text("续航 700 公里#p_2#")
    assert len(field.chips()) == 1
    QTest.keyClicks(field, "#p_1#")
    assert len(field.chips()) == 2, "written letter by letter it becomes a chip as well"
    assert studio.session.template.params == ("p_1", "p_2")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert studio.session.element("frame:3/element:2") == Text("续航 700 公里#p_2#")


def test_the_subject_is_typed_in_place_and_shows_parameters_as_they_are_written(
    studio: MessageStudio,
) -> None:
    studio.edit_in_place("title")
    tool = tool_of(studio)
    QTest.keyClicks(tool.field, "#p_1#")
    assert studio.session.template.title == "新车上市邀您试驾#p_1#"
    assert tool.field.chips() == ()
    assert tool.strip.counter.text() == "13/20"
    assert tool.strip.insert.isHidden()


def test_the_signature_stays_before_the_text_that_is_typed(studio: MessageStudio) -> None:
    from koodesk.editor.video_sms.canvas import is_sign
    from koodesk.editor.video_sms.session import SignatureChoice

    session = studio.session
    session.put_signatures((SignatureChoice(3, "云栖汽车", usable=True, state=""),))
    session.change("set_signature", "signature", lambda t: _signed(t, 3))
    studio.edit_in_place("frame:2/element:1")
    tool = tool_of(studio)
    shown = [line for line in studio.canvas._shown().of("frame:2/element:1") if hasattr(line, "runs")]
    assert [run.text for line in shown for run in line.runs] == ["【云栖汽车】"]
    assert all(is_sign(run) for line in shown for run in line.runs)
    indent = tool.field.document().begin().blockFormat().textIndent()
    width = shown[0].runs[0].width * studio.canvas.zoom
    assert indent == pytest.approx(width, abs=1)


def _signed(template: VideoTemplate, signature: int) -> VideoTemplate:
    from koodesk.domain.video_sms.edits import set_signature

    return set_signature(template, signature)


# --- order -------------------------------------------------------------------------------------------------------


def test_alt_with_an_arrow_moves_on_the_canvas_and_the_keyboard_follows(studio: MessageStudio) -> None:
    from PySide6.QtCore import Qt

    session, canvas = studio.session, studio.canvas
    proxy = canvas.proxy("frame:1/element:1")
    proxy.setFocus()
    session.selection.select("frame:1/element:1")
    QTest.keyClick(proxy, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert kinds(session) == ["t", "v", "it"]
    assert session.selection.content == "frame:2/element:1"
    QTest.keyClick(canvas.proxy("frame:2/element:1"), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert kinds(session) == ["t", "it", "v"]
    session.selection.select("frame:2/element:2")
    QTest.keyClick(canvas.proxy("frame:2/element:2"), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert kinds(session) == ["t", "ti", "v"]
    for _ in range(3):
        session.document.undo()
    assert kinds(session) == ["v", "t", "it"]


def test_the_list_moves_and_removes_frames_by_keyboard(studio: MessageStudio) -> None:
    from PySide6.QtCore import Qt

    session, frames = studio.session, studio.rail.frames
    frames.setCurrentRow(1)
    assert session.selection.content == "frame:2/element:1"
    QTest.keyClick(frames, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert kinds(session) == ["t", "v", "it"]
    assert frames.currentRow() == 0
    QTest.keyClick(frames, Qt.Key.Key_Delete)
    assert kinds(session) == ["v", "it"]
    assert session.selection.content == "frame:1/element:1"
    frames.move_to(0, 2)
    assert kinds(session) == ["it", "v"]
    assert session.selection.content == "frame:2/element:1"


def drag(studio: MessageStudio, where: str, to: Any) -> None:
    """Take a part by its middle and let it go at a point of the canvas."""
    from PySide6.QtCore import QPoint, Qt

    proxy = studio.canvas.proxy(where)
    start = proxy.rect().center()
    QTest.mousePress(proxy, Qt.MouseButton.LeftButton, pos=start)
    local = proxy.mapFrom(studio.canvas, to)
    for point in (start + QPoint(0, 20), local):
        QTest.mouseMove(proxy, point)
        _move(proxy, point)
    QTest.mouseRelease(proxy, Qt.MouseButton.LeftButton, pos=local)


def _move(proxy: Any, point: Any) -> None:
    """Tell a widget that the mouse moves with its button held: the offscreen platform does not."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    there = QPointF(proxy.mapToGlobal(point))
    QApplication.sendEvent(proxy, QMouseEvent(QEvent.Type.MouseMove, QPointF(point), there, left, left, none))


def test_a_drag_on_the_canvas_moves_a_frame_joins_two_and_takes_one_out(studio: MessageStudio) -> None:
    from PySide6.QtCore import QPoint

    session, canvas = studio.session, studio.canvas

    def edge(frame: int, share: float) -> QPoint:
        box = canvas.box(f"frame:{frame}")
        assert box is not None
        area = canvas.area(box.rect)
        return QPoint(round(area.center().x()), round(area.top() + share * area.height()))

    drag(studio, "frame:1/element:1", edge(3, 0.95))
    assert kinds(session) == ["t", "it", "v"]
    assert session.selection.content == "frame:3/element:1"
    drag(studio, "frame:1/element:1", edge(3, 0.6))
    assert kinds(session) == ["it", "vt"]
    drag(studio, "frame:2/element:2", edge(1, 0.05))
    assert kinds(session) == ["t", "it", "v"]
    before = session.document.depth
    drag(studio, "frame:1/element:1", edge(1, 0.5))
    assert session.document.depth == before, "a drop where it stands moves nothing"
    assert canvas._drop is None


def test_escape_gives_a_drag_up(studio: MessageStudio) -> None:
    from PySide6.QtCore import QPoint, Qt

    proxy = studio.canvas.proxy("frame:1/element:1")
    QTest.mousePress(proxy, Qt.MouseButton.LeftButton, pos=proxy.rect().center())
    _move(proxy, proxy.rect().center() + QPoint(0, 300))
    assert proxy.dragging
    QTest.keyClick(proxy, Qt.Key.Key_Escape)
    QTest.mouseRelease(proxy, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert kinds(studio.session) == ["v", "t", "it"]
    assert studio.canvas._drop is None


def test_frames_are_joined_and_parted_from_the_inspector(studio: MessageStudio) -> None:
    session, section = studio.session, studio.inspector.frame
    session.selection.select("frame:2/element:1")
    assert section.join_up.isEnabled()
    assert not section.join_down.isEnabled(), "the next frame is full"
    section.join_up.click()
    assert kinds(session) == ["vt", "it"]
    assert session.selection.content == "frame:1/element:2"
    section.split.click()
    assert kinds(session) == ["v", "t", "it"]
    section.copy.click()
    assert kinds(session) == ["v", "t", "t", "it"]


# --- files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {
        "a.png": png(64, 48, 1),
        "b.png": png(64, 48, 90),
        "film.mp4": b"film" * 50,
        "tone.mp3": b"tone" * 40,
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in made}


def test_files_go_in_one_behind_the_other_where_they_are_dropped(
    studio: MessageStudio, files: dict[str, Path], shelf: MemoryShelf
) -> None:
    from koodesk.editor.video_sms.media_work import Target

    studio.media.take_paths((files["a.png"], files["tone.mp3"], files["b.png"]), Target(1))
    assert kinds(studio.session) == ["v", "i", "a", "i", "t", "it"]
    first = studio.session.element("frame:2/element:1")
    assert isinstance(first, Media)
    assert (first.type, first.size) == ("png", files["a.png"].stat().st_size)


def test_a_file_of_another_kind_is_refused_by_name_and_the_others_go_in(
    studio: MessageStudio, files: dict[str, Path], tmp_path: Path
) -> None:
    from koodesk.editor.video_sms.media_work import Target

    found = refusals(studio.session)
    studio.media.take_paths((tmp_path / "song.flac", files["a.png"]), Target(0))
    assert [(p.code, p.where) for p in found] == [("video_sms.insert.file_type", "file:song.flac")]
    assert kinds(studio.session) == ["i", "v", "t", "it"]


def test_a_file_the_store_refuses_is_told_with_its_name(
    studio: MessageStudio, files: dict[str, Path], shelf: MemoryShelf
) -> None:
    from koodesk.editor.video_sms.media_work import Target

    found = refusals(studio.session)
    shelf.refusals["a.png"] = problem("picture.broken")
    studio.media.take_paths((files["a.png"], files["b.png"]), Target(0))
    assert [(p.code, p.where) for p in found] == [("picture.broken", "file:a.png")]
    assert kinds(studio.session)[0] == "i"
    assert not studio.media.busy


def test_a_video_that_is_too_long_is_refused_with_both_lengths_while_nobody_cuts(
    studio: MessageStudio, files: dict[str, Path], shelf: MemoryShelf
) -> None:
    from koodesk.editor.video_sms.media_work import Target

    found = refusals(studio.session)
    shelf.lengths["film.mp4"] = 45_200
    studio.media.take_paths((files["film.mp4"],), Target(0))
    assert [(p.code, dict(p.params)) for p in found] == [
        ("video_sms.insert.video_too_long", {"limit": 30, "actual": 45.2})
    ]
    assert shelf.items[0].name != "film.mp4", "it is not even stored"
    assert kinds(studio.session) == ["v", "t", "it"]


def test_a_video_that_does_not_fit_is_asked_to_be_cut(
    studio: MessageStudio, files: dict[str, Path], shelf: MemoryShelf
) -> None:
    from koodesk.editor.video_sms.media_work import ClipRequest, Target

    asked: list[ClipRequest] = []
    studio.clip_wanted.connect(asked.append)
    studio.offer_clips()
    shelf.lengths["film.mp4"] = 31_000
    found = refusals(studio.session)
    studio.media.take_paths((files["film.mp4"],), Target(2))
    (request,) = asked
    left = studio.session.rules.budget_bytes - studio.session.template.size
    assert (request.source, request.duration_ms, request.max_ms) == (files["film.mp4"], 31_000, 30_000)
    assert (request.max_bytes, request.target) == (left, Target(2))
    assert found == []
    studio.session.selection.select("frame:1/element:1")
    assert not studio.inspector.media.clip.isHidden()
    studio.inspector.media.clip.click()
    assert asked[1].source == VIDEO
    assert asked[1].max_bytes == left + VIDEO.size, "what it replaces gives its room back"
    cut = shelf.put("cut.mp4", ResourceKind.VIDEO, "mp4", b"cut", 29_000)
    assert studio.media.put_cut(cut, asked[1].target)
    assert studio.session.element("frame:1/element:1") == cut.media


def test_a_film_of_another_make_is_taken_only_to_be_made_anew(
    studio: MessageStudio, shelf: MemoryShelf, tmp_path: Path
) -> None:
    from koodesk.editor.video_sms.media_work import ClipRequest, Target

    (tmp_path / "film.mov").write_bytes(b"moov")
    found = refusals(studio.session)
    studio.media.take_paths((tmp_path / "film.mov",), Target(0))
    assert [p.code for p in found] == ["video_sms.insert.file_type"]
    asked: list[ClipRequest] = []
    studio.clip_wanted.connect(asked.append)
    studio.offer_clips()
    shelf.lengths["film.mov"] = 5_000
    studio.media.take_paths((tmp_path / "film.mov",), Target(0))
    assert [request.source for request in asked] == [tmp_path / "film.mov"]
    assert kinds(studio.session) == ["v", "t", "it"]
    assert not studio.media.busy


def test_a_large_video_goes_in_with_a_warning_while_nobody_cuts(
    studio: MessageStudio, shelf: MemoryShelf
) -> None:
    from koodesk.editor.video_sms.media_work import Target

    large = shelf.put("large.mp4", ResourceKind.VIDEO, "mp4", b"x" * 2_000_000, 20_000)
    assert studio.media.put(large, Target(0, None))
    studio.checker.check_now()
    assert any(
        p.code == "video_sms.over_budget" and p.severity is Severity.WARNING for p in studio.session.problems
    )


def test_nothing_goes_into_a_full_message(
    make_session: Callable[[VideoTemplate], VideoSession],
    make_studio: Callable[[VideoSession], MessageStudio],
) -> None:
    full = VideoTemplate("主题", tuple(Frame((Text(f"第{n}"),)) for n in range(8)))
    studio = make_studio(make_session(full))
    found = refusals(studio.session)
    studio.insert(ResourceKind.TEXT)
    assert [p.code for p in found] == ["video_sms.insert.frames"]
    assert studio.canvas.tool is None
    assert studio.session.template == full
    assert studio.rail.inserts[ResourceKind.VIDEO].toolTip() == "video_sms.insert.frames"


def test_the_gallery_offers_files_of_one_kind_and_puts_the_chosen_in_place(
    studio: MessageStudio, shelf: MemoryShelf, qtbot: QtBot
) -> None:
    from koodesk.editor.video_sms.media_work import Target

    shelf.put("old.mp4", ResourceKind.VIDEO, "mp4", b"old", 9_000)
    shelf.put("new.mp4", ResourceKind.VIDEO, "mp4", b"new", 8_000)
    place = studio.session.place()
    assert place is None
    studio.session.selection.select("frame:1/element:1")
    place = studio.session.place()
    panel = studio.choose(ResourceKind.VIDEO, Target(0, place))
    assert [panel.list.item(n).text().split("\n")[0] for n in range(panel.list.count())] == [
        "new.mp4",
        "old.mp4",
    ]
    panel.search.setText("old")
    qtbot.waitUntil(lambda: panel.list.count() == 1)
    panel.use.click()
    element = studio.session.element("frame:1/element:1")
    assert isinstance(element, Media)
    assert element.duration_ms == 9_000
    assert studio.session.document.undo_code == "set_media"


# --- what is wrong, and how much there is ------------------------------------------------------------------------


def test_a_click_on_a_problem_goes_to_its_place(studio: MessageStudio) -> None:
    session, problems = studio.session, studio.dock.problems
    studio.edit_in_place("frame:2/element:1")
    session.change("set_text", "frame:2/element:1", lambda t: _worded(t, "有【括号】"))
    studio.canvas.put_down()
    studio.checker.check_now()
    session.selection.select("")
    (row,) = [n for n in range(problems.list.count()) if "text.brackets" in problems.list.item(n).text()]
    problems.list.itemClicked.emit(problems.list.item(row))
    assert session.selection.content == "frame:2/element:1"
    assert studio.inspector.text.field.hasFocus()
    assert "1" in studio.dock.problems_tab.text()
    assert "video_sms.text.brackets" in studio.canvas.proxy("frame:2/element:1").accessibleDescription()


def _worded(template: VideoTemplate, text: str) -> VideoTemplate:
    from koodesk.domain.video_sms.edits import Place, set_text

    return set_text(template, Place(1, 0), text)


def test_the_budget_shows_a_share_an_element_and_selects_it(studio: MessageStudio) -> None:
    from koodesk.editor.video_sms.budget_bar import _Segment

    segments = studio.dock.budget.findChildren(_Segment)
    shown = [s for s in segments if not s.isHidden()]
    assert [s.where for s in shown] == [
        "frame:1/element:1",
        "frame:2/element:1",
        "frame:3/element:1",
        "frame:3/element:2",
    ]
    assert shown[0].width() > 20 * shown[1].width()
    shown[2].click()
    assert studio.session.selection.content == "frame:3/element:1"


def test_every_part_has_a_name_for_a_screen_reader(studio: MessageStudio) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider

    names = [
        studio.canvas.proxy(w).accessibleName() for w in ("title", "frame:1/element:1", "frame:3/element:2")
    ]
    assert names == ["模板主题", "第 1 帧 · 视频", "第 3 帧 · 文本"]
    kinds_ = (QAbstractButton, QComboBox, QLineEdit, QSlider)
    nameless = [
        widget
        for kind in kinds_
        for widget in studio.findChildren(kind)
        if not widget.accessibleName()
        and not getattr(widget, "text", str)()
        and widget.isVisibleTo(studio)
        # Qt's own parts inside other widgets
        and not widget.objectName().startswith("qt_")
        and not widget.metaObject().className().startswith("QLineEditIconButton")
    ]
    assert nameless == []


# --- phones ------------------------------------------------------------------------------------------------------


def test_the_wall_shows_three_systems_for_one_carrier_and_nine_phones_for_all(
    studio: MessageStudio, qtbot: QtBot
) -> None:
    wall, bar = studio.dock.wall, studio.dock.bar
    assert wall.tiles == 3
    bar.carrier.setCurrentIndex(3)
    bar.carrier.activated.emit(3)
    assert wall.tiles == 9
    qtbot.waitUntil(lambda: not wall.busy)


def test_a_recipients_values_show_on_the_canvas(studio: MessageStudio) -> None:
    def text_of() -> str:
        return "".join(run.text for line in studio.canvas.lines("frame:2/element:1") for run in line.runs)

    assert "p_1" in text_of()
    studio.session.set_values({"p_1": "张先生"})
    assert "张先生" in text_of()
    studio.session.set_values({})
    assert "张先生" not in text_of()


def test_the_canvas_shows_another_phone_and_carrier(studio: MessageStudio) -> None:
    from koodesk.preview.video_sms_phone import PhoneKind

    studio.bar.phone.setCurrentIndex(1)
    studio.bar.phone.activated.emit(1)
    studio.bar.carrier.setCurrentIndex(2)
    studio.bar.carrier.activated.emit(2)
    placement = studio.canvas.placement
    assert (placement.phone, placement.carrier) == (PhoneKind.IPHONE, Carrier.CTCC)


def test_a_gif_plays_where_it_stands_again_and_again_until_it_is_stopped(
    make_session: Callable[[VideoTemplate], VideoSession],
    make_studio: Callable[[VideoSession], MessageStudio],
    shelf: MemoryShelf,
    qtbot: QtBot,
) -> None:
    from koodesk.editor.gallery import Moment

    gif = shelf.put("wave.gif", ResourceKind.IMAGE, "gif", b"GIF89a").media
    shelf.moments = (Moment(0, png(20, 15, 0)), Moment(30, png(20, 15, 120)))
    studio = make_studio(make_session(VideoTemplate("主题", (Frame((gif,)), Frame((Text("欢迎"),))))))
    player = studio.playing.player
    studio.session.selection.select("frame:1/element:1")
    studio.inspector.media.play.click()
    assert player.content == "frame:1/element:1"
    qtbot.waitUntil(lambda: player.shown > 4)
    assert player.content == "frame:1/element:1", "it began again"
    studio.session.selection.select("frame:2/element:1")
    assert player.content == ""
    assert shelf.stopped == 1


# --- handing in --------------------------------------------------------------------------------------------------


def test_the_sheet_asks_for_what_is_missing_and_tells_of_letters(studio: MessageStudio) -> None:
    from koodesk.editor.video_sms.session import SignatureChoice

    session, sheet = studio.session, studio.sheet
    asked: list[object] = []
    studio.checker.workspace_wanted.connect(asked.append)
    handed: list[object] = []
    studio.submit_requested.connect(lambda: handed.append(1))
    studio.open_sheet()
    assert asked == [session.template]
    studio.checker.put_workspace(
        (
            problem(
                "video_sms.letter_needed",
                "paper:params_letter",
                severity=Severity.WARNING,
                letter="params_letter",
            ),
        )
    )
    sheet.confirm.click()
    assert handed == []
    assert sheet.focusWidget() is sheet.name
    assert {p.where for p in session.problems if p.severity is Severity.ERROR} == {"name", "signature"}
    session.put_signatures(
        (
            SignatureChoice(1, "云栖", usable=True, state=""),
            SignatureChoice(2, "旧的", usable=False, state="审核中"),
        )
    )
    sheet.signature.setCurrentIndex(1)
    sheet.signature.activated.emit(1)
    sheet.name.setText("新车")
    sheet.name.textEdited.emit("新车")
    sheet.validity.setValue(0)
    sheet.has_qr.setChecked(True)
    template = session.template
    assert (template.name, template.signature_id, template.validity_days, template.has_qr) == (
        "新车",
        1,
        0,
        True,
    )
    sheet.confirm.click()
    assert handed == [], "a letter is missing"
    studio.checker.put_workspace(())
    sheet.confirm.click()
    assert handed == [1]
    sheet.reject()
    assert all(p.where not in ("name", "signature") for p in session.problems)


def test_a_template_in_the_making_is_not_asked_for_the_fields_of_the_sheet(studio: MessageStudio) -> None:
    assert not [p for p in studio.session.problems if p.where in ("name", "signature")]
