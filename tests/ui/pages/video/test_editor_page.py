# SPDX-License-Identifier: Apache-2.0
"""The page of the video SMS editor in the real window on a real service: save, conflict, submit, recovery, media, ready templates."""

from __future__ import annotations

import wave
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk import paths
from koodesk.domain.problem import Severity
from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.edits import Place
from koodesk.domain.video_sms.template import Frame, Media, ResourceKind, Text, VideoTemplate
from tests.ui.pages.video.clearing import SIGN, ask

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.editor.video_sms.studio import MessageStudio
    from koodesk.ui.pages.video.editor_page import VideoEditorPage

pytestmark = pytest.mark.gui

SAMPLES = paths.resources() / "samples"
WORDS = "全新车型已到店，诚邀您前来试驾。拒收请回复R"


def page_of(robot: Robot) -> VideoEditorPage:
    return cast("VideoEditorPage", robot.window.page("video_editor"))


def studio_of(robot: Robot) -> MessageStudio:
    studio = page_of(robot).studio
    assert studio is not None
    return studio


def open_template(robot: Robot, template_id: int) -> MessageStudio:
    robot.go("video_editor", template_id=template_id)
    robot.wait(lambda: page_of(robot).studio is not None, "the template opens")
    return studio_of(robot)


@pytest.fixture
def opened(robot: Robot) -> int:
    """A template with one text, open in the editor, that saves itself only when told."""

    def work(service: Any) -> int:
        row = service.video_templates.new("新车上市")
        template = VideoTemplate("新车上市", (Frame((Text(WORDS),)),))
        return int(service.video_templates.save(row.id, template, row.revision).id)

    template_id = int(ask(robot, work))
    open_template(robot, template_id)
    page_of(robot).autosave.setChecked(False)
    return template_id


def stored(robot: Robot, template_id: int) -> VideoTemplate:
    return cast("VideoTemplate", ask(robot, lambda service: service.video_templates.open(template_id))[1])


def write(studio: MessageStudio, text: str) -> None:
    place = Place(0, 0)
    assert studio.session.change("set_text", place.where, lambda t: edits.set_text(t, place, text))


def words_of(template: VideoTemplate) -> str:
    return next(e.text for _, _, e in template.elements() if isinstance(e, Text))


def follow_banner(robot: Robot) -> None:
    """Click the button of the banner."""
    from PySide6.QtWidgets import QPushButton

    (jump,) = (one for one in robot.page.banner.findChildren(QPushButton) if one.isVisible())
    robot.click(jump)


# --- saving ------------------------------------------------------------------------------------------------------


def test_save_keeps_the_message_and_what_is_typed_meanwhile_is_saved_next(robot: Robot, opened: int) -> None:
    page, document = page_of(robot), studio_of(robot).session.document
    write(studio_of(robot), "第一版")
    assert page.save_button.isEnabled()
    page.save()
    write(studio_of(robot), "第二版")
    robot.settle()
    assert words_of(stored(robot, opened)) == "第一版"
    assert document.is_dirty
    page.save()
    robot.settle()
    assert words_of(stored(robot, opened)) == "第二版"
    assert not document.is_dirty
    assert not page.save_button.isEnabled()


def test_the_template_saves_itself(robot: Robot, opened: int) -> None:
    robot.window.desk.settings.change(autosave_seconds=0)
    page_of(robot).autosave.setChecked(True)
    write(studio_of(robot), "自动保存")
    robot.wait(lambda: not studio_of(robot).session.document.is_dirty, "the template saves itself")
    assert words_of(stored(robot, opened)) == "自动保存"


def test_the_choice_of_a_signature_is_saved(robot: Robot, opened: int) -> None:
    studio_of(robot).session.change("set_signature", "signature", lambda t: edits.set_signature(t, 5))
    page_of(robot).save()
    robot.settle()
    assert stored(robot, opened).signature_id == 5
    assert not studio_of(robot).session.document.is_dirty


def test_a_template_saved_elsewhere_is_not_overwritten_unasked(robot: Robot, opened: int) -> None:
    row, template = ask(robot, lambda service: service.video_templates.open(opened))
    other = edits.set_name(template, "别人的名称")
    ask(robot, lambda service: service.video_templates.save(opened, other, row.revision))
    page, studio = page_of(robot), studio_of(robot)
    write(studio, "我的内容")
    page.save()
    robot.settle()
    assert stored(robot, opened).name == "别人的名称"
    assert studio.session.document.is_dirty
    assert "别处保存" in robot.said()
    follow_banner(robot)
    robot.settle()
    assert words_of(stored(robot, opened)) == "我的内容"
    assert not studio.session.document.is_dirty


def test_leaving_saves_and_the_panels_are_remembered(robot: Robot, opened: int) -> None:
    studio = studio_of(robot)
    studio._down.setSizes([260, 440])
    state = studio.layout_state()
    write(studio, "离开前")
    robot.go("overview")
    robot.settle()
    assert words_of(stored(robot, opened)) == "离开前"
    assert robot.window.desk.settings.value.video_panels == state


# --- what comes back ---------------------------------------------------------------------------------------------


def test_unsaved_work_comes_back_with_its_history_and_can_be_dropped(robot: Robot, opened: int) -> None:
    from koodesk.editor.video_sms.document import log_path

    page, studio = page_of(robot), studio_of(robot)
    before = studio.session.template
    write(studio, "没有保存")
    studio.session.change("insert", "frame:2", lambda t: edits.insert_frame(t, 1, Text("第二段")))
    log = log_path(robot.window.desk.workspace.recovery, opened)
    robot.wait(lambda: log.exists() and log.read_bytes().count(b"\n") == 3, "both edits are on the disk")
    killed = log.read_bytes()
    # As after kill -9: the page goes without a word, the log is what it was.
    page._close_studio()
    robot.wait(lambda: log.read_bytes() == killed, "the log is closed")
    studio = open_template(robot, opened)
    document = studio.session.document
    assert (len(document.template.frames), document.depth) == (2, 2)
    assert "已恢复" in robot.said()
    document.undo()
    document.undo()
    assert document.template == before
    document.redo()
    follow_banner(robot)
    robot.wait(lambda: page.studio is not None and page.studio is not studio, "the template opens anew")
    assert studio_of(robot).session.template == before
    assert studio_of(robot).session.document.depth == 0


def test_another_language_keeps_the_work_and_its_history(robot: Robot, opened: int) -> None:
    write(studio_of(robot), "换语言之前")
    robot.change_look(language="en")
    robot.wait(lambda: page_of(robot).studio is not None, "the template opens anew")
    robot.settle()
    document = studio_of(robot).session.document
    assert words_of(document.template) == "换语言之前"
    assert document.depth == 1
    assert page_of(robot).submit_button.text() == "Submit for review"


# --- handing in --------------------------------------------------------------------------------------------------


def test_a_refusal_opens_the_sheet_at_the_field(robot: Robot, opened: int) -> None:
    page, studio = page_of(robot), studio_of(robot)
    write(studio, "先保存再提交")
    studio.session.change("set_name", "name", lambda t: edits.set_name(t, "新车"))
    page.submit()
    robot.settle()
    assert words_of(stored(robot, opened)) == "先保存再提交", "it is saved even when it is not taken"
    assert studio.sheet.isVisible()
    assert studio.sheet.focusWidget() is studio.sheet.signature
    assert not studio.session.document.is_dirty
    write(studio, "再改一次")
    page.save()
    robot.settle()
    assert words_of(stored(robot, opened)) == "再改一次", "the revision after the refusal is known"
    studio.sheet.reject()


def test_letters_the_filing_lacks_are_told_while_editing_and_lead_to_the_filings(
    robot: Robot, opened: int
) -> None:
    studio = studio_of(robot)
    write(studio, "尊敬的#p_1#，详情见 https://example.com/a")

    def lacks() -> set[str]:
        return {p.where for p in studio.session.problems if p.where.startswith("paper:")}

    robot.wait(lambda: lacks() == {"paper:params_letter", "paper:link_letter"}, "the workspace answers")
    assert all(
        p.severity is Severity.WARNING for p in studio.session.problems if p.where.startswith("paper:")
    )
    write(studio, "没有参数，也没有链接")
    robot.wait(lambda: not lacks(), "nothing is lacking any more")
    studio.session.change("set_has_qr", "", lambda t: edits.set_has_qr(t, True))
    robot.wait(lambda: lacks() == {"paper:qr_letter"}, "the QR code asks for its letter")
    studio.dock.show_problems()
    problems = studio.dock.problems.list
    problems.itemClicked.emit(problems.item(problems.count() - 1))
    robot.settle()
    assert robot.window.current_id == "filings"


def test_a_cleared_template_is_handed_in_from_the_sheet_and_shows_its_state(live: Robot) -> None:
    """From a blank template to the review, as the guide has it (chapter 3, 创建智能信息基础版模板)."""
    row = ask(live, lambda service: service.video_templates.new("新车上市"))
    studio = open_template(live, row.id)
    page, session = page_of(live), studio.session
    assert session.signature_name == SIGN, "the approved signature is chosen already"
    studio.insert(ResourceKind.TEXT)
    write(studio, "尊敬的#p_1#，诚邀试驾。拒收请回复R")
    studio.put_down()
    live.click(page.submit_button)
    sheet = studio.sheet
    live.wait(lambda: not studio.checker.asking, "the filing is looked at")
    live.click(sheet.confirm)
    assert sheet.focusWidget() is sheet.name
    assert page._row.state.value == "draft", "without a name it is not handed in"
    sheet.name.setText("新车邀约")
    sheet.name.textEdited.emit("新车邀约")
    sheet.remarks.setPlainText("老客户回访")
    live.wait(lambda: not studio.checker.asking, "the filing is looked at again")
    live.click(sheet.confirm)
    live.settle()
    live.wait(lambda: page._row.state.value == "waiting", "it waits for its review")
    assert "已提交审核" in live.said()
    assert not sheet.isVisible()
    assert not session.document.is_dirty
    kept = stored(live, row.id)
    assert (kept.name, kept.remarks) == ("新车邀约", "老客户回访")
    carriers = ask(live, lambda service: service.video_templates.get(row.id)).carriers
    assert [c.carrier.value for c in carriers] == ["cmcc", "cucc", "ctcc"]


# --- media -------------------------------------------------------------------------------------------------------


def test_files_of_this_machine_are_stored_and_put_in(robot: Robot, opened: int, tmp_path: Path) -> None:
    from koodesk.editor.video_sms.media_work import Target

    studio = studio_of(robot)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    studio.media.take_paths((SAMPLES / "materials" / "electric-car.jpg", broken), Target(0))
    robot.wait(lambda: not studio.media.busy, "both files are done")
    assert [type(e).__name__ for _, _, e in studio.session.template.elements()] == ["Media", "Text"]
    assert "broken.png" in robot.said()
    picture = studio.session.template.media[0]
    row = ask(robot, lambda service: service.materials.get(picture.digest))
    assert (row.size, row.width, row.height) == (picture.size, picture.width, picture.height)
    panel = studio.choose(ResourceKind.IMAGE, Target(1))
    robot.settle()
    assert [panel.list.item(n).text().split("\n")[0] for n in range(panel.list.count())] == [
        "electric-car.jpg"
    ]
    panel.reject()


def test_a_video_goes_in_plays_inside_the_phone_and_gets_another_cover(robot: Robot, opened: int) -> None:
    pytest.importorskip("av")
    from koodesk.editor.video_sms.media_work import Target

    studio = studio_of(robot)
    studio.media.take_paths((SAMPLES / "videos" / "car.mp4",), Target(0))
    robot.wait(
        lambda: not studio.media.busy and len(studio.session.template.frames) == 2, "the video goes in"
    )
    video = studio.session.template.media[0]
    assert (video.kind, video.type) == (ResourceKind.VIDEO, "mp4")
    assert video.duration_ms > 4_000
    before = ask(robot, lambda service: service.materials.list("", "all"))
    studio.session.selection.select("frame:1/element:1")
    player = studio.playing.player
    robot.click(studio.inspector.media.play)
    robot.wait(lambda: player.shown > 3, "the video plays")
    assert player.image is not None
    studio.session.selection.select("")
    assert player.content == ""
    studio.session.selection.select("frame:1/element:1")
    studio.inspector.media.cover.setValue(2_500)
    robot.wait(lambda: studio.session.template.media[0].cover_ms == 2_500, "the cover is chosen")
    key = f"{video.digest}@2500"
    robot.wait(lambda: studio.session.pictures.ladder(key) is not None, "its picture arrives")
    assert ask(robot, lambda service: service.materials.list("", "all")) == before, "covers are not stored"


def test_a_gif_stays_one_and_plays_and_a_sound_has_its_length(
    robot: Robot, opened: int, tmp_path: Path
) -> None:
    from PIL import Image

    from koodesk.editor.video_sms.media_work import Target

    wave_file, gif_file = tmp_path / "tone.wav", tmp_path / "wave.gif"
    with wave.open(str(wave_file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(2 * 8_000 * 2))
    pictures = [Image.new("RGB", (320, 240), (40 * n, 90, 200 - 30 * n)) for n in range(6)]
    pictures[0].save(gif_file, save_all=True, append_images=pictures[1:], duration=80, loop=0)
    studio = studio_of(robot)
    studio.media.take_paths((gif_file, wave_file), Target(0))
    robot.wait(lambda: not studio.media.busy, "both are stored")
    gif, sound_element = studio.session.template.media
    assert (gif.kind, gif.type, gif.width, gif.height) == (ResourceKind.IMAGE, "gif", 320, 240)
    assert (sound_element.kind, sound_element.type) == (ResourceKind.AUDIO, "wav")
    assert sound_element.duration_ms == 2_000
    studio.session.selection.select("frame:1/element:1")
    robot.click(studio.inspector.media.play)
    player = studio.playing.player
    robot.wait(lambda: player.shown > 8, "the gif plays, and again")
    assert player.content == "frame:1/element:1"
    robot.wait(lambda: studio.session.pictures.ladder(gif.digest) is not None, "its first picture arrives")


def test_what_was_stored_before_is_put_in_again_as_it_is(robot: Robot, opened: int) -> None:
    from koodesk.ui.pages.video.media_shelf import item_of

    studio = studio_of(robot)
    path = SAMPLES / "materials" / "coffee-cup.jpg"
    row = ask(robot, lambda service: service.materials.add_files((path,)))[0].row
    item = item_of(row)
    assert item is not None
    assert studio.media.insert(item.media, 0)
    page_of(robot).save()
    robot.settle()
    assert stored(robot, opened).media == (
        Media(ResourceKind.IMAGE, row.digest, "jpg", row.size, 0, row.width, row.height),
    )
    assert item_of(replace(row, media_type="application/zip")) is None


# --- ready templates ---------------------------------------------------------------------------------------------


def test_a_ready_template_replaces_subject_and_frames_as_one_step(robot: Robot, opened: int) -> None:
    from koodesk.editor.video_sms.public_panel import PublicPanel

    page, studio = page_of(robot), studio_of(robot)
    before = studio.session.template
    page.choose_public()
    robot.settle()
    panel = page.findChild(PublicPanel)
    assert panel is not None
    assert panel.list.count() >= 4
    pictures_only = next(
        n
        for n, one in enumerate(panel._ready)
        if one.template.media and all(m.kind is ResourceKind.IMAGE for m in one.template.media)
    )
    panel.list.setCurrentRow(pictures_only)
    chosen = panel._ready[pictures_only].template
    robot.click(panel.use)
    robot.wait(lambda: studio.session.template != before, "it is used")
    template = studio.session.template
    assert (template.title, len(template.frames)) == (chosen.title, len(chosen.frames))
    digests = {media.digest for media in template.media}
    rows = ask(robot, lambda service: [service.materials.get(digest) for digest in digests])
    assert {(row.digest, row.size) for row in rows} == {(m.digest, m.size) for m in template.media}
    studio.session.document.undo()
    assert studio.session.template == before
