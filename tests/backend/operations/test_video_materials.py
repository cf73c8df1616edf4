# SPDX-License-Identifier: Apache-2.0
"""Videos of the gallery: taken in with a cover, kept apart from pictures, shown and removed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from koodesk.domain.problem import Refused
from koodesk.domain.video_rules import COVER_BYTES, MEDIA_TYPE
from tests.backend.operations.desk import Desk, open_desk
from tests.hostile import picture_forge
from tests.hostile import video_forge as forge
from tests.hostile.video_forge import film


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def put(desk: Desk, data: bytes, name: str = "秋茶.mp4") -> Path:
    path = desk.folder / name
    path.write_bytes(data)
    return path


def test_a_video_comes_with_its_first_picture_as_a_cover(desk: Desk) -> None:
    added = desk.materials.add_video(put(desk, film(frames=75, size=(640, 360), picture=forge.quarters)))
    video, cover = added.video, added.cover
    assert (video.name, video.media_type, video.ref.duration_ms) == ("秋茶.mp4", MEDIA_TYPE, 3000)
    assert (video.width, video.height, video.size) == (640, 360, video.path.stat().st_size)
    assert hashlib.sha256(video.path.read_bytes()).hexdigest() == video.digest
    assert (cover.media_type, cover.width, cover.height) == ("image/jpeg", 640, 360)
    assert cover.size <= COVER_BYTES
    assert not video.oversize
    assert added.notes == ()
    for row in (video, cover):
        with Image.open(row.thumbnail) as thumbnail:
            assert max(thumbnail.size) == 256
    again = desk.materials.add_video(put(desk, film(frames=75, size=(640, 360), picture=forge.quarters)))
    assert (again.video.existed, again.video.digest) == (True, video.digest)


def test_pictures_are_listed_without_videos_unless_they_are_asked_for(desk: Desk) -> None:
    added = desk.materials.add_video(put(desk, film()))
    desk.clock.forward(1_000)
    picture = desk.materials.add_bytes("x.png", picture_forge.saved(picture_forge.upright(), "PNG"))
    assert [row.digest for row in desk.materials.list()] == [picture.digest, added.cover.digest]
    assert [row.digest for row in desk.materials.list(kind="video")] == [added.video.digest]
    assert len(desk.materials.list(kind="all")) == 3
    assert desk.materials.list("x.png", kind="video") == ()


def test_a_cover_of_another_time_is_another_picture(desk: Desk) -> None:
    added = desk.materials.add_video(put(desk, film()))
    later = desk.materials.cover(added.video.digest, 1_500)
    assert later.digest not in (added.cover.digest, added.video.digest)
    assert later.digest in {row.digest for row in desk.materials.list()}
    with pytest.raises(Refused, match=r"video\.time_outside"):
        desk.materials.cover(added.video.digest, 60_000)


def test_the_preview_gets_the_pictures_of_a_video(desk: Desk) -> None:
    added = desk.materials.add_video(put(desk, film(fps=10, frames=20)))
    times = [frame.at_ms for block in desk.materials.frames(added.video.digest) for frame in block]
    assert times == list(range(0, 2000, 100))


def test_a_picture_is_no_video(desk: Desk) -> None:
    row = desk.materials.add_bytes("x.png", picture_forge.saved(picture_forge.upright(), "PNG"))
    with pytest.raises(Refused, match=r"material\.not_a_video"):
        desk.materials.cover(row.digest, 0)
    with pytest.raises(Refused, match=r"material\.not_a_video"):
        desk.materials.frames(row.digest)
    with pytest.raises(Refused, match=r"material\.unknown"):
        desk.materials.frames("0" * 64)


def test_a_video_is_no_picture(desk: Desk) -> None:
    path = put(desk, film())
    (outcome,) = desk.materials.add_files([path])
    assert [p.code for p in outcome.problems] == ["picture.format"]
    video = desk.materials.add_video(path).video
    with pytest.raises(Refused, match=r"picture\.format"):
        desk.materials.optimise(video.digest)


def test_a_video_out_of_a_card_file_is_a_video_again(desk: Desk) -> None:
    video = desk.materials.add_video(put(desk, film())).video
    stored = video.path.read_bytes()
    desk.materials.delete(video.digest)
    again = desk.materials.add_bytes("红包 1", stored)
    assert again.ref == video.ref
    with pytest.raises(Refused, match=r"video\.truncated"):
        desk.materials.add_bytes("x", stored[:-1])


def test_a_video_on_a_card_stays_and_one_of_nobody_goes(desk: Desk) -> None:
    used = desk.materials.add_video(put(desk, film())).video
    desk.card(materials=[used.digest])
    with pytest.raises(Refused, match=r"material\.in_use"):
        desk.materials.delete(used.digest)
    free = desk.materials.add_video(put(desk, film(frames=30))).video
    desk.materials.delete(free.digest)
    assert not free.path.exists()
    assert not free.thumbnail.exists()


def test_a_cancelled_video_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"reader\.cancelled"):
        desk.materials.add_video(put(desk, film()), lambda: True)
    assert desk.materials.list(kind="all") == ()
