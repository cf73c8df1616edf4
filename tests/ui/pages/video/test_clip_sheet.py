# SPDX-License-Identifier: Apache-2.0
"""Cutting a video in the real window: said before it is made, within the budget when it is, and nothing when cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk import paths
from koodesk.domain.crop import Crop
from koodesk.domain.video_sms.template import Frame, Media, ResourceKind, Text, VideoTemplate
from tests.ui.pages.video.clearing import ask

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.editor.video_sms.studio import MessageStudio
    from koodesk.ui.pages.video.clip_sheet import ClipSheet
    from koodesk.ui.pages.video.editor_page import VideoEditorPage

pytest.importorskip("av")
pytestmark = pytest.mark.gui

CAR = paths.resources() / "samples" / "videos" / "car.mp4"
ROOM = 150_000


@pytest.fixture
def page(robot: Robot) -> VideoEditorPage:
    """The editor on a message of one text."""

    def work(service: Any) -> int:
        row = service.video_templates.new("新车上市")
        template = VideoTemplate("新车上市", (Frame((Text("全新车型已到店，诚邀您前来试驾。"),)),))
        return int(service.video_templates.save(row.id, template, row.revision).id)

    page = cast("VideoEditorPage", robot.go("video_editor", template_id=ask(robot, work)))
    robot.wait(lambda: page.studio is not None, "the template opens")
    page.autosave.setChecked(False)
    return page


def studio_of(page: VideoEditorPage) -> MessageStudio:
    assert page.studio is not None
    return page.studio


def opened(
    robot: Robot, page: VideoEditorPage, path: Path = CAR, room: int = ROOM, most: int = 30_000
) -> ClipSheet:
    """Ask for a video of this machine to be cut, as the editor does for one that does not fit."""
    from koodesk.editor.video_sms.media_work import ClipRequest, Target

    page.clip(ClipRequest(path, path.name, 5_000, path.stat().st_size, most, room, Target(0)))
    sheet = cast("ClipSheet", robot.sheet())
    robot.settle()
    return sheet


def stored(robot: Robot) -> list[str]:
    return [row.digest for row in ask(robot, lambda service: service.materials.list("", "all"))]


def media(page: VideoEditorPage) -> Media:
    (found,) = studio_of(page).session.template.media
    return found


# --- making it ---------------------------------------------------------------------------------------------------


def test_what_comes_out_is_said_first_and_then_in_the_message_within_the_budget(
    robot: Robot, page: VideoEditorPage
) -> None:
    sheet = opened(robot, page)
    assert "预计不超过" in sheet.predicted.text()
    assert "上限 146 KB" in sheet.predicted.text()
    assert "5.0 秒 · " in sheet.predicted.text()
    assert "无声音" in sheet.predicted.text()
    sheet.line.set_cut(500, 4_500)
    sheet.line.set_head(2_000)
    robot.click(sheet.cover)
    sheet.ratio.choose(9 / 16)
    robot.click(sheet.turn)
    assert "4.0 秒 · " in sheet.predicted.text()
    plan = sheet._plan
    assert plan is not None
    assert f"{plan.width}×{plan.height}" in sheet.predicted.text()
    assert plan.height > plan.width, "upright, as it was asked for"
    assert sheet.cut.crop is None, "lying it has the ratio already"
    assert stored(robot) == []
    robot.accept(sheet)
    robot.wait(lambda: bool(studio_of(page).session.template.media), "it is in the message")
    video = media(page)
    row = ask(robot, lambda service: service.materials.get(video.digest))
    assert (video.kind, video.type) == (ResourceKind.VIDEO, "mp4")
    assert video.size == row.size <= plan.predicted_bytes <= ROOM
    assert (video.width, video.height) == (row.width, row.height) == (plan.width, plan.height)
    assert video.duration_ms == pytest.approx(4_000, abs=100)
    assert video.cover_ms == 1_500, "the moment 2.0 s of the source is 1.5 s of the part"
    assert stored(robot) == [video.digest]
    assert studio_of(page).session.document.depth == 1


def test_a_video_of_the_message_is_cut_in_its_place(robot: Robot, page: VideoEditorPage) -> None:
    from koodesk.editor.video_sms.media_work import Target

    studio = studio_of(page)
    studio.media.take_paths((CAR,), Target(0))
    robot.wait(lambda: not studio.media.busy and bool(studio.session.template.media), "the video goes in")
    before = media(page)
    studio.clip("frame:1/element:1")
    sheet = cast("ClipSheet", robot.sheet())
    robot.settle()
    sheet.line.set_cut(1_000, 3_000)
    robot.accept(sheet)
    robot.wait(lambda: media(page) != before, "the part is in its place")
    assert media(page).duration_ms == pytest.approx(2_000, abs=100)
    assert media(page).cover_ms == 0
    assert set(stored(robot)) == {before.digest, media(page).digest}, "the source stays"
    studio.session.document.undo()
    assert media(page) == before


def test_no_more_is_kept_than_the_message_takes(robot: Robot, page: VideoEditorPage) -> None:
    sheet = opened(robot, page, most=3_000)
    assert (sheet.line.start_ms, sheet.line.end_ms) == (0, 3_000)
    sheet.end.setValue(4.5)
    assert (sheet.line.start_ms, sheet.line.end_ms) == (1_500, 4_500)
    assert sheet.start.value() == 1.5
    sheet.reject()


def test_too_small_a_budget_says_so_until_less_is_kept(robot: Robot, page: VideoEditorPage) -> None:
    sheet = opened(robot, page, room=4_000)
    assert sheet.wrong.isVisible()
    assert not sheet.predicted.isVisible()
    assert "放不进 3.91 KB" in sheet.wrong.text()
    assert "至少要 4" in sheet.wrong.text()
    assert not sheet.accept_button.isEnabled()
    sheet._make()
    assert sheet._task is None
    sheet.line.set_cut(0, 600)
    assert not sheet.wrong.isVisible()
    assert sheet.predicted.isVisible()
    assert "上限 4 KB" in sheet.predicted.text()
    assert sheet.accept_button.isEnabled()
    sheet.reject()


def test_no_room_at_all_is_said_too(robot: Robot, page: VideoEditorPage) -> None:
    sheet = opened(robot, page, room=0)
    assert "放不进 0" in sheet.wrong.text()
    assert not sheet.accept_button.isEnabled()
    sheet.reject()


# --- cancelling --------------------------------------------------------------------------------------------------


def test_a_cancel_while_it_is_encoded_stores_nothing_and_it_can_be_made_again(
    robot: Robot, page: VideoEditorPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = opened(robot, page)
    videos = robot.window.desk.bridge._service.result().materials._videos
    fit, pressed = videos.fit, Event()

    def held(path: Path, cut: Any, goal: Any, cancel: Any, report: Any) -> Any:
        def tell(progress: Any) -> None:
            report(progress)
            while progress.stage == "fit" and not pressed.wait(0.05):
                report(progress)  # not done before the window has heard of it

        return fit(path, cut, goal, cancel, tell)

    monkeypatch.setattr(videos, "fit", held)
    robot.click(sheet.accept_button)
    task = sheet._task
    assert task is not None
    for part in (sheet.line, sheet.view, sheet.start, sheet.ratio, sheet.play, sheet.accept_button):
        assert not part.isEnabled()
    assert sheet.progress.isVisible()
    seen: list[str] = []

    def at_first(progress: Any) -> None:
        if progress.stage == "fit" and not seen:
            seen.append(sheet.accept_button.text())
            robot.click(sheet.cancel_button)
            pressed.set()

    task.progress.connect(at_first)
    robot.wait(lambda: sheet._task is None, "it stops")
    assert seen, "it was being encoded"
    assert seen[0].startswith("正在生成")
    assert sheet.isVisible()
    assert "什么都没有保存" in sheet.banner.accessibleName()
    assert not sheet.progress.isVisible()
    assert stored(robot) == []
    assert studio_of(page).session.template.media == ()
    for part in (sheet.line, sheet.view, sheet.start, sheet.ratio, sheet.play, sheet.accept_button):
        assert part.isEnabled()
    robot.accept(sheet)
    robot.wait(lambda: bool(studio_of(page).session.template.media), "it is in the message")
    assert stored(robot) == [media(page).digest]


def test_a_cancel_that_comes_too_late_inserts_nothing_and_says_where_it_is(
    robot: Robot, page: VideoEditorPage
) -> None:
    sheet = opened(robot, page)
    service = robot.window.desk.bridge._service.result()
    robot.click(sheet.accept_button)
    until = time.monotonic() + 60
    while not service.materials.list("", "all"):  # this thread does not hear of it meanwhile
        assert time.monotonic() < until
        time.sleep(0.01)
    robot.window.desk.bridge._pool.submit(int).result()
    sheet.reject()
    robot.wait(lambda: sheet._task is None, "it ends")
    assert sheet.isVisible()
    assert "保存在图库里" in sheet.banner.accessibleName()
    assert studio_of(page).session.template.media == ()
    assert len(stored(robot)) == 1
    sheet.reject()


def test_closing_changes_nothing_also_before_anything_is_known(robot: Robot, page: VideoEditorPage) -> None:
    from koodesk.editor.video_sms.media_work import ClipRequest, Target

    page.clip(ClipRequest(CAR, CAR.name, 5_000, 1, 30_000, ROOM, Target(0)))
    sheet = robot.sheet()
    assert not sheet.accept_button.isEnabled()
    sheet.reject()
    robot.settle()
    opened(robot, page).reject()
    robot.settle()
    assert robot.open_sheets() == []
    assert studio_of(page).session.template.media == ()
    assert stored(robot) == []


# --- what cannot be cut ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("notes.mp4", b"no video", "不是 mp4、mov、3gp、mkv 或 webm 视频"),
        ("cut.mp4", CAR.read_bytes()[:40_000], "cut.mp4"),
    ],
)
def test_a_broken_file_says_why(
    robot: Robot, page: VideoEditorPage, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    sheet = opened(robot, page, path)
    assert why in sheet.banner.accessibleName()
    assert not sheet._waiting.isVisible(), "nothing more is being loaded"
    assert not sheet.accept_button.isEnabled()
    sheet.reject()
    robot.settle()
    assert robot.open_sheets() == []


def test_a_source_that_is_gone_by_then_says_so_and_nothing_is_lost(
    robot: Robot, page: VideoEditorPage, tmp_path: Path
) -> None:
    path = tmp_path / "car.mp4"
    path.write_bytes(CAR.read_bytes())
    sheet = opened(robot, page, path)
    path.unlink()
    robot.click(sheet.accept_button)
    robot.wait(lambda: sheet._task is None, "it ends")
    assert sheet.isVisible()
    assert sheet.wrong.isVisible()
    assert "car.mp4" in sheet.wrong.text()
    assert sheet.accept_button.isEnabled()
    sheet.reject()


# --- what is chosen ----------------------------------------------------------------------------------------------


def test_typed_times_are_taken_one_at_a_time(robot: Robot, page: VideoEditorPage) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    sheet = opened(robot, page)
    sheet.line.set_cut(1_234, 4_321)
    assert (sheet.start.value(), sheet.end.value()) == (1.2, 4.3)
    sheet.end.setFocus()
    sheet.end.selectAll()
    QTest.keyClicks(sheet.end, "3.5")
    assert sheet.line.end_ms == 4_321, "not before it is all typed"
    QTest.keyClick(sheet.end, Qt.Key.Key_Return)
    assert (sheet.line.start_ms, sheet.line.end_ms) == (1_234, 3_500), "the other keeps its milliseconds"
    assert sheet._task is None, "the Return key does not begin to encode"
    sheet.start.stepUp()
    assert (sheet.line.start_ms, sheet.line.end_ms) == (1_300, 3_500)
    sheet.start.setValue(4.9)
    assert (sheet.line.start_ms, sheet.line.end_ms) == (4_800, 5_000), "the shortest part there is"
    sheet.reject()


def test_a_drawn_box_and_a_turn_are_what_is_cut(robot: Robot, page: VideoEditorPage) -> None:
    sheet = opened(robot, page)
    sheet.ratio.choose(1.0)
    assert sheet.cut.crop == Crop(140, 0, 360, 360)
    for turn in (90, 180, 270, 0):
        robot.click(sheet.turn)
        assert sheet.cut.rotate == turn
    sheet.ratio.choose(0.0)
    assert sheet.cut.crop is None
    sheet.reject()


def test_a_video_without_sound_has_none_to_take_out(robot: Robot, page: VideoEditorPage) -> None:
    sheet = opened(robot, page)
    assert not sheet.mute.isEnabled()
    assert sheet.mute.toolTip() == "这段视频没有声音"
    sheet.reject()


# --- pictures ----------------------------------------------------------------------------------------------------


def watched(sheet: ClipSheet) -> list[int]:
    """Return a list that the width of every picture shown is added to."""
    widths: list[int] = []
    sheet.pictures.shown.connect(lambda image: widths.append(image.width()))
    return widths


def test_the_time_line_has_pictures_and_the_moment_becomes_sharp(robot: Robot, page: VideoEditorPage) -> None:
    sheet = opened(robot, page)
    robot.wait(lambda: sheet.line.picture_at(4_900) is not sheet.line.picture_at(0), "the strip is there")
    robot.wait(lambda: sheet.pictures._large_at == 0, "the first moment is there")
    widths = watched(sheet)
    sheet.line.set_head(2_500)
    robot.wait(lambda: sheet.pictures._large_at == 2_500, "the moment is there")
    assert widths[0] <= 160 < widths[-1], "at once as a thumbnail, then as large as a preview has it"
    assert len(widths) == 2
    late = ask(robot, lambda service: next(iter(service.materials.clip_strip(CAR, 4))))
    sheet.pictures._strip_part(late)
    assert len(widths) == 2, "a thumbnail that comes later leaves what is sharp"
    sheet.reject()


def test_playing_begins_anew_at_once(robot: Robot, page: VideoEditorPage) -> None:
    sheet = opened(robot, page)
    sheet.line.set_cut(0, 1_500)
    for _ in range(3):  # on, off, on: what still comes of the first is nobody's any more
        sheet._toggle()
    robot.wait(lambda: not sheet.pictures.playing, "it plays to the end")
    assert sheet.line.head_ms > 1_300
    assert not sheet.banner.isVisible()
    sheet.reject()


def test_what_is_kept_is_played_to_its_end(robot: Robot, page: VideoEditorPage) -> None:
    sheet = opened(robot, page)
    sheet.line.set_cut(1_000, 1_800)
    at: list[int] = []
    sheet.line.head_moved.connect(at.append)
    robot.click(sheet.play)
    assert sheet.play.text() == "停止"
    robot.wait(lambda: not sheet.pictures.playing, "it plays to the end")
    assert sheet.play.text() == "播放"
    assert at == sorted(at)
    assert at[0] >= 1_000
    assert 1_700 <= at[-1] <= 1_800
    sheet.line.set_cut(1_000, 4_500)
    sheet.line.set_head(4_500)
    at.clear()
    robot.click(sheet.play)  # again, from the start
    robot.wait(lambda: bool(at), "it begins anew")
    assert at[0] < 1_700
    robot.click(sheet.play)
    assert not sheet.pictures.playing
    sheet.reject()


@pytest.mark.parametrize(
    "by_hand", [lambda sheet: sheet.line.set_head(3_000), lambda sheet: sheet.line.set_cut(500, 4_000)]
)
def test_whoever_moves_something_stops_the_playing(
    robot: Robot, page: VideoEditorPage, by_hand: Callable[[ClipSheet], None]
) -> None:
    sheet = opened(robot, page)
    robot.click(sheet.play)
    robot.wait(lambda: sheet.line.head_ms > 200, "it plays")
    by_hand(sheet)
    assert not sheet.pictures.playing
    head = sheet.line.head_ms
    robot.settle()
    assert sheet.line.head_ms == head, "nothing that was still coming moves it"
    sheet.reject()
