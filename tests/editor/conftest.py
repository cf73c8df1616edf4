# SPDX-License-Identifier: Apache-2.0
"""A studio on the red-packet starter, with a gallery in memory and the window's own look."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from koodesk import paths
from koodesk.domain.crop import Crop
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.template import MaterialRef, Picture, Template
from tests.starters import starter

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QIcon
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from koodesk.domain.problem import Problem
    from koodesk.editor.gallery import Added, Failed
    from koodesk.editor.session import Session
    from koodesk.editor.studio import Studio


@pytest.fixture(scope="session")
def pack() -> RulePack:
    return read_pack_folder(paths.resources() / "rules")


@pytest.fixture
def template(pack: RulePack) -> Template:
    return starter(pack.layouts["RedPacket"])


def png(width: int, height: int, tint: int = 0) -> bytes:
    """A picture with something to see in it."""
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

    from koodesk.preview import render

    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    run = QLinearGradient(0, 0, width, height)
    run.setColorAt(0, QColor.fromHsv(tint % 360, 90, 250))
    run.setColorAt(1, QColor.fromHsv((tint + 50) % 360, 200, 190))
    painter.fillRect(image.rect(), run)
    painter.setBrush(QColor(255, 255, 255, 160))
    painter.drawEllipse(QPoint(width // 2, height // 2), height // 4, height // 4)
    painter.end()
    return render.png(image)


class MemoryGallery:
    """A gallery that answers at once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.items: list[tuple[MaterialRef, str]] = []
        self.focals: dict[str, Any] = {}

    def put(self, name: str, data: bytes) -> MaterialRef:
        from koodesk.preview.pictures import decode

        ladder = decode(data)
        assert ladder is not None
        digest = hashlib.sha256(data).hexdigest()
        made = MaterialRef(digest, *ladder.natural, len(data))
        self.files[digest] = data
        self.items.insert(0, (made, name))
        return made

    def find(self, text: str, then: Added, failed: Failed, *, videos: bool = False) -> None:
        from koodesk.editor.gallery import GalleryItem

        kind = "video/" if videos else "image/"
        fitting = ((m, n) for m, n in self.items if text in n and m.media_type.startswith(kind))
        then(tuple(GalleryItem(m, n) for m, n in fitting))

    def cover(self, video: MaterialRef, then: Added, failed: Failed) -> None:
        from koodesk.editor.gallery import GalleryItem

        then((GalleryItem(self.put("cover", png(1280, 720)), "cover"),))

    def play(
        self,
        video: MaterialRef,
        got: Callable[[tuple[Any, ...]], None],
        then: Callable[[], None],
        failed: Failed,
    ) -> Callable[[], None]:
        """There is nothing to play in memory: it ends at once."""
        then()
        return lambda: None

    def set_focal(self, material: MaterialRef, focal: Any, failed: Failed) -> None:
        self.focals[material.digest] = focal

    def add_files(self, paths: tuple[Path, ...], then: Added, failed: Failed) -> None:
        from koodesk.editor.gallery import GalleryItem

        then(tuple(GalleryItem(self.put(p.name, p.read_bytes()), p.name) for p in paths))

    def add_bytes(self, name: str, data: bytes, then: Added, failed: Failed) -> None:
        from koodesk.editor.gallery import GalleryItem

        then((GalleryItem(self.put(name, data), name),))

    def optimise(
        self, material: MaterialRef, crop: Crop | None, max_bytes: int, then: Added, failed: Failed
    ) -> None:
        from koodesk.editor.gallery import GalleryItem

        then((GalleryItem(self.put("optimised", png(400, 400)), "optimised"),))


class PlainLook:
    """The window's theme, without its sentences: a code is shown as it is."""

    def color(self, role: str) -> QColor:
        from koodesk.ui import theme

        return theme.role(role)

    def icon(self, name: str, role: str = "text_second", size: int = 18, gap: int = 0) -> QIcon:
        from koodesk.ui import icons

        return icons.icon(name, role, size, gap)

    def sentence(self, problem: Problem) -> str:
        return problem.code


@pytest.fixture
def gallery(qapp: QApplication) -> MemoryGallery:
    return MemoryGallery()


@pytest.fixture
def make_session(qapp: QApplication, pack: RulePack, gallery: MemoryGallery) -> Callable[[Template], Session]:
    from koodesk.editor.document import TemplateDocument
    from koodesk.editor.session import Session, Surroundings
    from koodesk.preview import fonts
    from koodesk.preview.measure import FontMeasure
    from koodesk.preview.phone_reader import read_phones
    from koodesk.preview.pictures import PictureSource

    def make(template: Template) -> Session:
        around = Surroundings(
            pack=pack,
            phones=read_phones(paths.resources() / "phones"),
            measure=FontMeasure(fonts.load(paths.resources() / "fonts")),
            pictures=PictureSource(gallery.files.get),
            gallery=gallery,
            look=PlainLook(),
        )
        return Session(TemplateDocument(template), around)

    return make


@pytest.fixture
def session(make_session: Callable[[Template], Session], template: Template) -> Session:
    return make_session(template)


@pytest.fixture
def studio(qtbot: QtBot, session: Session) -> Iterator[Studio]:
    from koodesk.editor.studio import Studio

    made = Studio(session)
    qtbot.addWidget(made)
    made.resize(1096, 720)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.stop()


@pytest.fixture
def with_picture(gallery: MemoryGallery, template: Template, pack: RulePack) -> Template:
    """The starter with a 800 x 600 picture that is not cropped yet."""
    material = gallery.put("a.png", png(800, 600, 20))
    return starter(pack.layouts["RedPacket"], picture=Picture(material))
