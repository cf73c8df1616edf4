# SPDX-License-Identifier: Apache-2.0
"""What video SMS takes into the gallery besides a card's pictures and videos, and videos fitted into it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from koodesk.backend.operations.library import Library
from koodesk.backend.ports.progress import Progress
from koodesk.backend.readers.picture_files import ChildPictures
from koodesk.backend.storage.stores.brand import SqlBrandStore
from koodesk.backend.storage.stores.materials import MaterialFolder, SqlMaterialStore
from koodesk.domain.media_types import MaterialKind
from koodesk.domain.problem import Refused
from koodesk.domain.video_fit import FitGoal, VideoCut, whole
from koodesk.rule_packs import default_shelf
from tests.backend.operations.desk import Desk, open_desk
from tests.hostile import media_forge, picture_forge
from tests.hostile import video_forge as forge
from tests.hostile.video_forge import film


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def library(desk: Desk) -> Library:
    return Library(
        desk.materials.access,
        desk.work,
        SqlMaterialStore(),
        MaterialFolder(desk.folder / "materials"),
        ChildPictures(),
        desk.materials,
        SqlBrandStore(),
        default_shelf().in_use().pack,
    )


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "wave.gif": (media_forge.gif, "image/gif"),
    "ring.mp3": (media_forge.mp3, "audio/mpeg"),
    "ring.wav": (media_forge.wav, "audio/wav"),
    "old.3gp": (lambda: film("mpeg4", container="3gp"), "video/3gpp"),
    "film.mp4": (film, "video/mp4"),
    "photo.png": (lambda: picture_forge.saved(picture_forge.upright(), "PNG"), "image/png"),
}


def put(desk: Desk, name: str) -> Path:
    path = desk.folder / name
    path.write_bytes(FILES[name][0]())
    return path


@pytest.mark.parametrize("name", FILES)
def test_each_kind_is_stored_under_its_digest(name: str, desk: Desk) -> None:
    row = desk.materials.add_media(put(desk, name))
    assert (row.name, row.media_type) == (name, FILES[name][1])
    assert row.path.suffix == {"photo.png": ".png"}.get(name, Path(name).suffix)
    assert hashlib.sha256(row.path.read_bytes()).hexdigest() == row.digest
    assert row.thumbnail.is_file()
    assert (row.duration_ms > 0) == (row.media_type.startswith(("video", "audio")))
    assert (row.width > 0) == (not row.media_type.startswith("audio"))
    assert not row.oversize
    # Out of a message file it is the same material again.
    assert desk.materials.add_bytes("again", row.path.read_bytes()).digest == row.digest
    assert len(desk.materials.list(kind="all")) == (2 if name == "film.mp4" else 1)
    desk.materials.delete(row.digest)
    assert not row.path.exists()


KINDS: dict[MaterialKind, set[str]] = {
    "picture": {"photo.png"},
    "video": {"film.mp4"},
    "message_picture": {"photo.png", "wave.gif"},
    "message_video": {"film.mp4", "old.3gp"},
    "sound": {"ring.mp3", "ring.wav"},
    "all": set(FILES),
}


def test_cards_see_what_cards_take_and_messages_what_they_take(desk: Desk) -> None:
    for name in FILES:
        desk.materials.add_media(put(desk, name))
    for kind, names in KINDS.items():
        assert {row.name for row in desk.materials.list(kind=kind)} == names, kind
    rows = {row.material.name: row for row in library(desk).list()}
    assert set(rows) == set(FILES)
    # Sounds have one thumbnail: that makes none of them look like another.
    assert library(desk).learn_looks() == 0
    assert all(not row.alike for row in library(desk).list())


def test_a_gif_and_a_3gp_are_played_and_a_sound_is_not(desk: Desk) -> None:
    for name, count in (("wave.gif", 4), ("old.3gp", 30)):
        row = desk.materials.add_media(put(desk, name))
        assert sum(len(block) for block in desk.materials.frames(row.digest)) == count
    row = desk.materials.add_media(put(desk, "ring.mp3"))
    with pytest.raises(Refused, match=r"material\.not_a_video"):
        desk.materials.frames(row.digest)


def test_cards_still_refuse_them(desk: Desk) -> None:
    for name in ("wave.gif", "ring.mp3", "ring.wav", "old.3gp"):
        path = put(desk, name)
        (outcome,) = desk.materials.add_files([path])
        assert [p.code for p in outcome.problems] == ["picture.format"]
        with pytest.raises(Refused, match=r"video\.format"):
            desk.materials.add_video(path)
    gif = desk.materials.add_media(put(desk, "wave.gif"))
    with pytest.raises(Refused, match=r"picture\.format"):
        desk.materials.optimise(gif.digest)


def test_the_library_takes_them_in_with_pictures_and_videos(desk: Desk) -> None:
    broken = desk.folder / "broken.gif"
    broken.write_bytes(media_forge.gif()[:30])
    outcomes = library(desk).add_files([*(put(desk, name) for name in FILES), broken, desk.folder / "gone"])
    assert [o.name for o in outcomes if o.row is None] == ["broken.gif", "gone"]
    assert {o.row.media_type for o in outcomes if o.row} == {kind for _, kind in FILES.values()}


def test_a_fitted_video_is_a_material_and_the_source_stays(desk: Desk) -> None:
    path = desk.folder / "新车.mov"
    path.write_bytes(film(size=(320, 240), frames=100, sound=True, container="mov"))
    before = path.read_bytes()
    said: list[Progress] = []
    cut = VideoCut(500, 3_500, cover_ms=1_000)
    row = desk.materials.fit_video(path, cut, FitGoal(200_000), said.append)
    assert (row.name, row.media_type, row.existed) == ("新车.mov", "video/mp4", False)
    assert row.size <= 200_000
    assert abs(row.duration_ms - 3_000) < 40
    assert path.read_bytes() == before
    assert said[-1].done == said[-1].total > 0
    # No cover of its own: a message shows a moment of the video.
    assert [r.digest for r in desk.materials.list(kind="all")] == [row.digest]
    again = desk.materials.fit_video(path, cut, FitGoal(200_000))
    assert (again.digest, again.existed) == (row.digest, True)


def test_a_video_of_3gp_is_made_too(desk: Desk) -> None:
    path = put(desk, "film.mp4")
    row = desk.materials.fit_video(path, VideoCut(0, 1_000), FitGoal(100_000, container="3gp"))
    assert (row.media_type, row.path.suffix) == ("video/3gpp", ".3gp")
    assert desk.materials.add_media(row.path).digest == row.digest


def test_a_cancelled_or_refused_fit_stores_nothing(desk: Desk) -> None:
    path = put(desk, "film.mp4")
    with pytest.raises(Refused, match=r"reader\.cancelled"):
        desk.materials.fit_video(path, VideoCut(0, 1_000), FitGoal(100_000), cancel=lambda: True)
    with pytest.raises(Refused, match=r"video\.cut_outside"):
        desk.materials.fit_video(path, VideoCut(0, 9_000), FitGoal(100_000))
    assert desk.materials.list(kind="all") == ()
    assert not list((desk.folder / "materials").glob("*"))


def test_who_may_not_change_the_gallery_may_look_and_not_fit(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, nobody=True)
    path = desk.folder / "film.mp4"
    path.write_bytes(film())
    for ask in (
        lambda: desk.materials.probe_video(path),
        lambda: desk.materials.add_media(path),
        lambda: desk.materials.clip_strip(path, 3),
        lambda: desk.materials.first_frames(path),
        lambda: desk.materials.fit_video(path, VideoCut(0, 1_000), FitGoal(100_000)),
    ):
        with pytest.raises(Refused, match=r"access\.denied"):
            ask()
    desk.database.close()


def test_a_source_is_looked_at_and_nothing_of_it_is_kept(desk: Desk) -> None:
    path = desk.folder / "film.mov"
    path.write_bytes(forge.turned(film(size=(128, 96), frames=100, container="mov"), 90))
    facts = desk.materials.probe_video(path)
    assert (facts.width, facts.height, facts.duration_ms) == (96, 128, 4_000)
    assert whole(facts).length_ms == 4_000
    strip = [frame for block in desk.materials.clip_strip(path, 8) for frame in block]
    assert len(strip) == 8
    assert all((frame.width, frame.height) == (96, 128) for frame in strip)
    shown = [f.at_ms for block in desk.materials.first_frames(path, 1_000, 2_000) for f in block]
    assert shown[0] == 1_000
    assert 15 <= len(shown) <= 16
    assert desk.materials.list(kind="all") == ()
