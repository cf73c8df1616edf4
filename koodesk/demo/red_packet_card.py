# SPDX-License-Identifier: Apache-2.0
"""The card of chapter 2, drawn step by step: picture, text, button and its event, on the canvas and beside it."""

from __future__ import annotations

from typing import Any, Final, cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from koodesk import paths
from koodesk.demo.robot import Robot, Stuck
from koodesk.demo.telling import Telling
from koodesk.editor.gallery_panel import GalleryPanel
from koodesk.editor.wall_window import WallWindow

PICTURE: Final = "redpacket-spring.jpg"


class RedPacketCard:
    """Draws the card in the editor that is open, as section 2.3.2 of the guide goes through it."""

    def __init__(self, story: Telling) -> None:
        self._story = story
        self._robot: Robot = story.robot

    @property
    def studio(self) -> Any:
        """The editor's studio."""
        return cast(Any, self._robot.page).studio

    def draw(self) -> None:
        """Go through the card: the common fields, picture, texts, button and its event, preview."""
        self._robot.shot("editor")
        self._picture()
        self._text()
        self._button()
        self._preview()

    def _select(self, content: str) -> None:
        self.studio.session.selection.go_to(f"content:{content}")
        self._robot.settle()

    def _picture(self) -> None:
        """Choose a picture from the gallery and crop it where it stands."""
        robot = self._robot
        sample = paths.resources() / "samples" / "materials" / PICTURE
        self._story.ask(lambda service: service.materials.add_files([sample]))
        self._select("picture")
        robot.shot("picture")
        robot.click("picture-choose")
        panel = robot.window.findChild(GalleryPanel)
        if panel is None:
            raise Stuck("the gallery does not open")
        robot.wait(lambda: panel.list.count() > 0, "the gallery is there")
        robot.settle()
        row = next(n for n in range(panel.list.count()) if PICTURE in panel.list.item(n).text())
        panel.list.setCurrentRow(row)
        robot.settle()
        robot.shot("gallery", panel)
        robot.click(panel.use)
        robot.wait(lambda: self.studio.canvas.tool is not None, "the picture is cropped where it stands")
        robot.settle()
        robot.shot("crop")
        QTest.keyClick(self.studio.canvas.tool, Qt.Key.Key_Return)
        robot.settle()

    def _text(self) -> None:
        """Look at a text with its limits on every phone, and its parameters."""
        self._select("title")
        self._robot.shot("text")

    def _button(self) -> None:
        """Look at the button: static or dynamic, the event of a tap and its target."""
        self._select("button")
        self._robot.shot("button")

    def _preview(self) -> None:
        """Look at the card on every phone (预览)."""
        robot = self._robot
        robot.click("editor-preview")
        walls = robot.window.findChildren(WallWindow)
        if not walls:
            raise Stuck("the preview does not open")
        robot.settle()
        robot.shot("preview", walls[-1])
        walls[-1].close()
        robot.settle()
