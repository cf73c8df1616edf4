# SPDX-License-Identifier: Apache-2.0
"""A real video of the gallery playing in the real window: on the canvas and on the wall, started, stopped, and refused."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk import paths
from koodesk.domain.edits import SetName, SetVideo
from koodesk.domain.problem import Refused, problem
from koodesk.domain.template import MaterialRef, Picture, VideoContent

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from koodesk.demo.robot import Robot
    from koodesk.editor.playing import Player
    from koodesk.editor.studio import Studio
    from koodesk.ui.pages.studio.editor_page import EditorPage

pytest.importorskip("av", reason="the extra that decodes videos is not installed")
pytestmark = pytest.mark.gui

VIDEO = paths.resources() / "samples" / "videos" / "ferry.mp4"


@pytest.fixture
def studio(robot: Robot) -> Studio:
    """A card with a video, open in the editor."""
    answers: list[Any] = []

    def make(service: Any) -> Any:
        added = service.materials.add_video(VIDEO)
        return service.cards.new("VideoImageAndText").id, added.video.ref, added.cover.ref

    robot.window.desk.bridge.call(robot.window, lambda service, _task: make(service), answers.append)
    robot.wait(lambda: bool(answers), "the card is made")
    card_id, video, cover = answers[0]
    robot.go("editor", card_id=card_id)
    page = cast("EditorPage", robot.window.page("editor"))
    robot.wait(lambda: page.studio is not None, "the card opens")
    assert page.studio is not None
    page.autosave.setChecked(False)
    session = page.studio.session
    assert session.edit(SetVideo(content(page.studio).id, video, Picture(cover)))
    robot.settle()
    robot.wait(lambda: session.pictures.ladder(cover.digest) is not None, "the cover is there")
    return page.studio


def content(studio: Studio) -> VideoContent:
    return next(c for c in studio.session.document.template.contents() if isinstance(c, VideoContent))


def seen(studio: Studio) -> QImage:
    """What the canvas shows in the middle of the video's place."""
    box = studio.canvas.box(content(studio).id)
    assert box is not None
    studio.session.selection.point_at("")
    return studio.canvas.grab(studio.canvas.area(box.rect.grown(-20)).toAlignedRect()).toImage()


def click(studio: Studio) -> None:
    """Click on the video."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    QTest.mouseClick(studio.canvas.proxy(content(studio).id), Qt.MouseButton.LeftButton)


def plays(robot: Robot, player: Player, pictures: int = 3) -> None:
    robot.wait(lambda: player.shown >= pictures, "the video plays")


class Unhurried:
    """A clock that waits for the pictures: a busy machine leaves none out, so that the video is not over before its test.

    It comes to a picture's time only when the one before it, asked for between two looks at the clock, has been shown.
    """

    def __init__(self, player: Player) -> None:
        from PySide6.QtCore import QElapsedTimer

        self._player, self._real = player, QElapsedTimer()
        self._asked = self._shown_before = self._shown_then = 0

    def invalidate(self) -> None:
        """Nothing: it runs from the first picture, which starts it."""

    def start(self) -> None:
        """Run; the picture that was asked for last is shown now."""
        self._real.start()
        self._asked, self._shown_then = self._player._asked, self._player.shown

    def restart(self) -> None:
        """Run anew, from where the pictures that are there have ended."""
        self._real.restart()

    def elapsed(self) -> int:
        player = self._player
        if player._asked != self._asked:
            self._asked, self._shown_then = player._asked, self._shown_before
        self._shown_before = player.shown
        due = self._asked + (player.shown > self._shown_then)
        real = self._real.elapsed()
        return real if due >= len(player._times) else min(real, player._times[due] - player._ahead_ms)


def unhurried(player: Player) -> Player:
    player._clock = Unhurried(player)  # type: ignore[assignment,misc]  # as much of a clock as it asks for
    return player


def test_a_click_plays_in_the_place_and_another_stops(robot: Robot, studio: Studio) -> None:
    player, canvas = unhurried(studio.playing.player), studio.canvas
    proxy = canvas.proxy(content(studio).id)
    proxy.picked.emit(content(studio).id)
    at_rest = seen(studio)
    click(studio)
    assert player.content == content(studio).id
    plays(robot, player)
    first, count = seen(studio), player.shown
    assert first != at_rest
    robot.wait(lambda: player.shown > count + 5, "it goes on")
    assert seen(studio) != first
    click(studio)
    assert (player.content, player.image) == ("", None)
    assert seen(studio) == at_rest


def test_space_plays_escape_stops_and_so_does_any_change(robot: Robot, studio: Studio) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    player = studio.playing.player
    proxy = studio.canvas.proxy(content(studio).id)
    proxy.setFocus()
    QTest.keyClick(proxy, Qt.Key.Key_Space)
    plays(robot, player, 1)
    QTest.keyClick(proxy, Qt.Key.Key_Escape)
    assert player.content == ""
    QTest.keyClick(proxy, Qt.Key.Key_Space)
    plays(robot, player, 1)
    studio.session.edit(SetName("别的名称"))
    assert player.content == ""


def test_it_ends_by_itself_with_the_cover(robot: Robot, studio: Studio) -> None:
    player = studio.playing.player
    click(studio)
    plays(robot, player, 1)
    robot.wait(lambda: not player.content, "the video ends")
    # 5 s at 15 a second at most; how many of them are shown is the machine's matter.
    assert 1 <= player.shown <= 76


def test_no_picture_is_unpacked_on_the_thread_of_the_window(
    robot: Robot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtGui import QImage

    from koodesk.editor import playing
    from tests.journeys.windows import Heartbeat

    threads: set[int] = set()

    class Watched(QImage):
        @staticmethod
        def fromData(data: bytes) -> QImage:  # type: ignore[override]  # noqa: N802 - Qt's name, one of its overloads
            threads.add(threading.get_ident())
            return QImage.fromData(data)

    monkeypatch.setattr(playing, "QImage", Watched)
    unhurried(studio.playing.player)
    click(studio)
    plays(robot, studio.playing.player, 1)
    heart = Heartbeat()
    plays(robot, studio.playing.player, 30)
    print(heart.stop())
    assert threads
    assert threading.get_ident() not in threads


def test_the_wall_plays_one_phone_at_a_time(robot: Robot, studio: Studio) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from koodesk.editor.wall_window import WallWindow

    page = cast("EditorPage", robot.window.page("editor"))
    page.preview()
    window = page.findChild(WallWindow)
    assert window is not None
    one, two = studio.session.takers()[:2]
    playing = window.playing
    unhurried(playing.player)
    robot.wait(lambda: {one, two} <= set(playing._phones), "the phones are painted")
    robot.wait(lambda: not window.wall.busy, "the phones are painted anew")
    robot.settle()
    picture = window.wall.tile(one).picture
    at_rest = picture.grab().toImage()
    robot.click(window.wall.tile(one))
    plays(robot, playing.player)
    assert playing.vendor is one
    assert picture.grab().toImage() != at_rest
    robot.click(window.wall.tile(two))
    plays(robot, playing.player)
    assert playing.vendor is two
    assert picture.grab().toImage() == at_rest
    # Esc stops first, and closes the window when nothing plays.
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert playing.player.content == ""
    assert window.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_without_the_reader_it_says_what_is_missing(
    robot: Robot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koodesk.backend.readers.video_files import ChildVideos

    def missing(*_arguments: object) -> Any:
        raise Refused(problem("video.reader_missing"))

    monkeypatch.setattr(ChildVideos, "frames", missing)
    click(studio)
    robot.wait(lambda: not studio.playing.player.content, "it is refused")
    robot.settle()
    banner = robot.page.banner
    assert banner.isVisible()
    assert banner.accessibleName()


def test_a_video_that_is_not_here_does_not_play(robot: Robot, studio: Studio) -> None:
    found = content(studio)
    away = MaterialRef("0" * 64, 640, 360, 1000, "video/mp4", 5000)
    studio.session.edit(SetVideo(found.id, away, found.cover))
    click(studio)
    robot.wait(lambda: not studio.playing.player.content, "it is refused")
    assert robot.page.banner.isVisible()
