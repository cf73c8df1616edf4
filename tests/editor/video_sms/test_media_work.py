# SPDX-License-Identifier: Apache-2.0
"""Pictures made smaller inside the message: the copy takes the place, the original stays, and it is one step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from koodesk.domain.video_sms.template import Media

if TYPE_CHECKING:
    from collections.abc import Callable

    from koodesk.domain.video_sms.template import VideoTemplate
    from koodesk.editor.video_sms.session import VideoSession
    from koodesk.editor.video_sms.studio import MessageStudio
    from tests.editor.video_sms.conftest import MemoryShelf

pytestmark = pytest.mark.gui
WHERE = "frame:1/element:1"


@pytest.fixture
def with_photo(
    shelf: MemoryShelf,
    make_session: Callable[[VideoTemplate], VideoSession],
    make_studio: Callable[[VideoSession], MessageStudio],
) -> MessageStudio:
    """A studio whose message is one picture of 400,000 bytes and a text."""
    from koodesk.domain.video_sms.template import Frame, ResourceKind, Text, VideoTemplate

    photo = shelf.put("photo.jpg", ResourceKind.IMAGE, "jpg", b"p" * 400_000).media
    studio = make_studio(make_session(VideoTemplate("主题", (Frame((photo,)), Frame((Text("文字"),))))))
    studio.session.selection.select(WHERE)
    return studio


def test_a_picture_is_compressed_where_it_stands_as_one_step(
    with_photo: MessageStudio, shelf: MemoryShelf
) -> None:
    session = with_photo.session
    before = session.element(WHERE)
    section = with_photo.inspector.media
    assert section.compress.isVisibleTo(section)
    section._sizes.aboutToShow.emit()
    choices = {action.text(): action for action in section._sizes.actions()}
    assert len(choices) == 3  # what is left of the budget is more than it takes now
    list(choices.values())[1].trigger()
    after = session.element(WHERE)
    assert isinstance(after, Media)
    assert after.size == 200_000
    assert any(item.media == before for item in shelf.items)
    session.document.undo()
    assert session.element(WHERE) == before


def test_what_was_replaced_meanwhile_is_left_alone(
    with_photo: MessageStudio, shelf: MemoryShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koodesk.domain.video_sms import edits
    from koodesk.domain.video_sms.edits import Place
    from koodesk.domain.video_sms.template import ResourceKind

    session = with_photo.session
    other = shelf.put("other.jpg", ResourceKind.IMAGE, "jpg", b"o" * 9_000).media
    answers: list[Callable[[], None]] = []
    real = shelf.compress

    def later(*asked: Any) -> None:
        answers.append(lambda: real(*asked))

    monkeypatch.setattr(shelf, "compress", later)
    with_photo.media.compress(WHERE, 100_000)
    assert with_photo.media.busy
    session.change("set_media", WHERE, lambda t: edits.set_media(t, Place(0, 0), other))
    answers[0]()
    assert session.element(WHERE) == other
    assert not with_photo.media.busy


def test_small_pictures_and_gifs_are_not_offered_it(with_photo: MessageStudio, shelf: MemoryShelf) -> None:
    from koodesk.domain.video_sms import edits
    from koodesk.domain.video_sms.edits import Place
    from koodesk.domain.video_sms.template import ResourceKind

    section = with_photo.inspector.media
    for name, size in (("still.jpg", 9_000), ("moving.gif", 300_000)):
        ending = name.rpartition(".")[2]
        media = shelf.put(name, ResourceKind.IMAGE, ending, b"g" * size).media
        with_photo.session.change(
            "set_media", WHERE, partial(edits.set_media, place=Place(0, 0), media=media)
        )
        assert not section.compress.isVisibleTo(section), name
