# SPDX-License-Identifier: Apache-2.0
"""A studio on a car maker's message, with a shelf in memory and the window's own look."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from koodesk import paths
from koodesk.domain.problem import Problem
from koodesk.domain.video_sms.rules import VideoSmsRules, read_video_rules
from koodesk.domain.video_sms.template import Frame, Media, ResourceKind, Text, VideoTemplate
from tests.editor.conftest import PlainLook, png

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from koodesk.editor.gallery import Moment
    from koodesk.editor.video_sms.session import VideoSession
    from koodesk.editor.video_sms.shelf import Failed, FileFacts, Found, ShelfItem
    from koodesk.editor.video_sms.studio import MessageStudio

RULES = read_video_rules((paths.resources() / "rules" / "video_sms.toml").read_text("utf-8"))
VIDEO = Media(ResourceKind.VIDEO, "a" * 64, "mp4", 900_000, 15_000, 640, 360)
WORDS = "尊敬的#p_1#，全新车型已到店，诚邀您前来试驾。拒收请回复R"


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class MemoryShelf:
    """A shelf that answers at once. `lengths` are what `probe` says of a file by name; `refusals` keep a file out."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.items: list[ShelfItem] = []
        self.lengths: dict[str, int] = {}
        self.refusals: dict[str, Problem] = {}
        self.moments: tuple[Moment, ...] = ()
        self.stopped = 0

    def put(self, name: str, kind: ResourceKind, ending: str, data: bytes, duration_ms: int = 0) -> ShelfItem:
        from koodesk.editor.video_sms.shelf import ShelfItem

        digest = digest_of(data)
        sound = kind is ResourceKind.AUDIO
        media = Media(kind, digest, ending, len(data), duration_ms, 0 if sound else 320, 0 if sound else 240)
        self.files[digest] = data
        item = ShelfItem(media, name, "h264" if kind is ResourceKind.VIDEO else "")
        self.items.insert(0, item)
        return item

    def find(self, kind: ResourceKind, text: str, then: Found, failed: Failed) -> None:
        then(tuple(i for i in self.items if i.media.kind is kind and text in i.name))

    def add(self, path: Path, then: Found, failed: Failed) -> Callable[[], None]:
        if path.name in self.refusals:
            failed((self.refusals[path.name],))
        else:
            ending = path.suffix.removeprefix(".")
            kind = next(kind for kind, endings in RULES.types.items() if ending in endings)
            then((self.put(path.name, kind, ending, path.read_bytes(), self.lengths.get(path.name, 0)),))
        return lambda: None

    def probe(self, path: Path, then: Callable[[FileFacts], None], failed: Failed) -> None:
        from koodesk.editor.video_sms.shelf import FileFacts

        then(FileFacts(self.lengths.get(path.name, 0), path.stat().st_size))

    def about(self, media: Media, then: Found, failed: Failed) -> None:
        then(tuple(i for i in self.items if i.media.digest == media.digest))

    def compress(self, media: Media, max_bytes: int, then: Found, failed: Failed) -> None:
        then((self.put("smaller", media.kind, media.type, b"x" * max_bytes),))

    def play(
        self,
        media: Media,
        got: Callable[[tuple[Moment, ...]], None],
        then: Callable[[], None],
        failed: Failed,
    ) -> Callable[[], None]:
        got(self.moments)
        then()

        def stop() -> None:
            self.stopped += 1

        return stop


@pytest.fixture(scope="session")
def rules() -> VideoSmsRules:
    return RULES


@pytest.fixture
def shelf(qapp: QApplication) -> MemoryShelf:
    return MemoryShelf()


@pytest.fixture
def message(shelf: MemoryShelf) -> VideoTemplate:
    """A video, a text and a picture with a text: three frames, four elements."""
    picture = shelf.put("car.png", ResourceKind.IMAGE, "png", png(320, 240, 20)).media
    return VideoTemplate(
        "新车上市邀您试驾",
        (Frame((VIDEO,)), Frame((Text(WORDS),)), Frame((picture, Text("续航 700 公里")))),
    )


@pytest.fixture
def make_session(qapp: QApplication, shelf: MemoryShelf) -> Callable[[VideoTemplate], VideoSession]:
    from koodesk.editor.video_sms.document import VideoDocument
    from koodesk.editor.video_sms.session import VideoSession, VideoSurroundings
    from koodesk.preview import fonts
    from koodesk.preview.measure import FontMeasure
    from koodesk.preview.pictures import PictureSource
    from koodesk.preview.video_sms_pictures import still_loader
    from koodesk.preview.video_sms_reader import read_message_phones

    def make(template: VideoTemplate) -> VideoSession:
        around = VideoSurroundings(
            rules=RULES,
            phones=read_message_phones(paths.resources() / "phones" / "video_sms"),
            measure=FontMeasure(fonts.load(paths.resources() / "fonts")),
            pictures=PictureSource(still_loader(shelf.files.get, lambda _digest, _at: None)),
            shelf=shelf,
            look=PlainLook(),
        )
        return VideoSession(VideoDocument(template, VideoDocument.digest_of(template)), around)

    return make


@pytest.fixture
def session(make_session: Callable[[VideoTemplate], VideoSession], message: VideoTemplate) -> VideoSession:
    return make_session(message)


@pytest.fixture
def make_studio(qtbot: QtBot) -> Iterator[Callable[[VideoSession], MessageStudio]]:
    from koodesk.editor.video_sms.studio import MessageStudio

    made: list[MessageStudio] = []

    def make(session: VideoSession) -> MessageStudio:
        studio = MessageStudio(session)
        qtbot.addWidget(studio)
        studio.resize(1096, 720)
        studio.show()
        qtbot.waitExposed(studio)
        made.append(studio)
        return studio

    yield make
    for studio in made:
        studio.stop()


@pytest.fixture
def studio(make_studio: Callable[[VideoSession], MessageStudio], session: VideoSession) -> MessageStudio:
    return make_studio(session)
