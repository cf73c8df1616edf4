# SPDX-License-Identifier: Apache-2.0
"""The sample pictures that ship."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path

import pytest
from PIL import Image, ImageFilter, ImageStat

from koodesk.domain import koocard
from koodesk.domain.checks import check
from koodesk.domain.problem import Refused, errors
from koodesk.domain.samples import Shelf, read_sample, read_samples, sample_starter
from tests.domain.strategies import RESOURCES, pack, red_packet

FOLDER = RESOURCES / "samples" / "materials"


SIZES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("brand.png", "coupon.png", "lantern.png", "red-packet.png"), (640, 640)),
    **dict.fromkeys(
        (
            *(
                "airport.jpg",
                "autumn-coat.jpg",
                "bank-branch.jpg",
                "book-fair.jpg",
                "coach.jpg",
                "concert.jpg",
            ),
            *("double-eleven.jpg", "electric-car.jpg", "fresh-fruit.jpg", "member-day.jpg", "new-phone.jpg"),
            *("restaurant.jpg", "spring-tea.jpg", "summer-travel.jpg", "train.jpg", "winter-hotpot.jpg"),
            *("back-to-school.jpg", "double-twelve.jpg", "golden-week.jpg", "mid-autumn.jpg", "mid-year.jpg"),
            *("valentine.jpg", "year-review.jpg"),
        ),
        (1248, 702),
    ),
    **dict.fromkeys(
        (
            *(
                "backpack.jpg",
                "bouquet.jpg",
                "cake.jpg",
                "coffee-cup.jpg",
                "headphones.jpg",
                "rice-cooker.jpg",
            ),
            *("mooncake.jpg", "skin-care.jpg", "sneakers.jpg", "tea-box.jpg", "watch.jpg"),
        ),
        (1088, 1088),
    ),
    **{
        f"logo-{name}.png": (320, 320)
        for name in (
            *("airline", "bank", "bookstore", "car", "coach"),
            *("express", "power", "rail", "restaurant", "shop"),
        )
    },
    **{f"poster-{name}.jpg": (960, 1300) for name in ("autumn", "concert", "new-year", "spring", "summer")},
    "poster-tall.jpg": (1080, 1440),
    **{f"redpacket-{name}.jpg": (1080, 1440) for name in ("gold", "night", "spring")},
    **{f"drama-{name}.jpg": (1080, 1440) for name in ("city", "night")},
    **{
        f"notice-{name}.jpg": (1120, 372)
        for name in ("airline", "bank", "coach", "express", "hospital", "power", "rail")
    },
    **{f"banner-{name}.jpg": (1260, 540) for name in ("sale", "tea")},
}
"""Every sample and its pixels: the size of its slot, at least what a vendor asks for."""


def test_samples_have_the_pixels_of_their_slots_and_are_small() -> None:
    """Every vendor takes them as they are, and all of them weigh little in the installation."""
    samples = read_samples(FOLDER)
    assert {s.name: (s.material.width, s.material.height) for s in samples} == SIZES
    for sample in samples:
        assert sample.material.size == len(sample.data) <= 180_000, sample.name
    assert sum(len(s.data) for s in samples) <= 4 * 2**20


def test_samples_are_what_they_say_they_are() -> None:
    """The size and the kind that are read without an imaging library are those an imaging library finds."""
    for sample in read_samples(FOLDER):
        with Image.open(io.BytesIO(sample.data)) as picture:
            picture.load()
            assert picture.size == (sample.material.width, sample.material.height), sample.name
            assert Image.MIME[str(picture.format)] == sample.material.media_type, sample.name


def test_the_list_of_samples_names_every_file() -> None:
    """The README of the folder names each file, and no other."""
    text = (FOLDER / "README.md").read_text("utf-8")
    assert set(re.findall(r"`([a-z-]+\.(?:png|jpg))`", text)) == set(SIZES)


@pytest.mark.parametrize("name", [name for name in SIZES if name.startswith("redpacket-")])
def test_a_packet_s_background_is_plain_where_its_words_stand(name: str) -> None:
    """Dark and even between 30 and 40 % of the height, quiet in the lowest fifth (facts 2.6)."""
    with Image.open(FOLDER / name) as picture:
        grey = picture.convert("L")
    width, height = grey.size
    words = grey.crop((0, round(height * 0.3), width, round(height * 0.4)))
    assert ImageStat.Stat(words).stddev[0] <= 10
    assert brightest(words) <= 110, "light words would not be read"
    assert unrest(words) <= 1
    assert unrest(grey.crop((0, round(height * 0.8), width, height))) <= 1
    assert unrest(grey.crop((0, round(height * 0.5), width, round(height * 0.8)))) > 3, (
        "the measure sees a drawing"
    )


def brightest(grey: Image.Image) -> float:
    """Return the greatest value of a grey picture."""
    return max(value for value, count in enumerate(grey.histogram()) if count)


def unrest(grey: Image.Image) -> float:
    """Return how many edges a grey picture has: their mean strength, without the rim, which the filter leaves as it is."""
    edges = grey.filter(ImageFilter.FIND_EDGES)
    return ImageStat.Stat(edges.crop((1, 1, grey.width - 1, grey.height - 1))).mean[0]


def jpeg(*parts: bytes) -> bytes:
    """Return the bytes of a JPEG of these segments."""
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xd9" + bytes(8)


FRAME = b"\x00\x11\x08" + (300).to_bytes(2, "big") + (400).to_bytes(2, "big") + bytes(10)


@pytest.mark.parametrize(
    "data",
    [
        jpeg(b"\xff\xc0" + FRAME),
        jpeg(b"\xff\xe0\x00\x04\xff\xc0", b"\xff\xc2" + FRAME),  # the marker inside a segment is not one
        jpeg(b"\xff\xc4\x00\x06\x00\x01\x00\x02", b"\xff\xff\xff\xc1" + FRAME),  # C4 is a table; FF fills
    ],
    ids=["baseline", "progressive behind a segment", "behind a table and fill bytes"],
)
def test_the_size_of_a_jpeg(tmp_path: Path, data: bytes) -> None:
    """Read from the frame's header, wherever it stands."""
    (tmp_path / "a.jpg").write_bytes(data)
    material = read_sample(tmp_path / "a.jpg").material
    assert (material.width, material.height, material.media_type) == (400, 300, "image/jpeg")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8",
        b"\xff\xd8" + bytes(20),
        b"\xff\xd8\xff\xe0\xff\xff" + bytes(20),
        jpeg(b"\xff\xc0" + FRAME)[:10],
        jpeg(b"\xff\xe0\x00\x00"),
        b"\x89PNG\r\n\x1a\n" + bytes(8),
    ],
    ids=[
        "start only",
        "no marker",
        "segment too long",
        "cut in the frame",
        "segment of no length",
        "cut PNG",
    ],
)
def test_a_picture_cut_off_before_its_size(tmp_path: Path, data: bytes) -> None:
    """A code, never a wrong size."""
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(Refused) as caught:
        read_sample(tmp_path / "a.jpg")
    assert caught.value.problems[0].code == "sample.unreadable"


def test_the_sample_starter_can_be_submitted_and_packed() -> None:
    """No errors, and a card file that opens again."""
    template, materials = sample_starter(red_packet(), RESOURCES)
    assert errors(check(template, pack())) == ()
    assert koocard.unpack(koocard.pack(template, materials)) == (template, materials)


def test_a_missing_or_foreign_sample(tmp_path: Path) -> None:
    """A broken installation is a code."""
    folder = tmp_path / "samples" / "materials"
    folder.mkdir(parents=True)
    for data in (None, b"GIF89a"):
        if data:
            (folder / "red-packet.png").write_bytes(data)
        with pytest.raises(Refused) as caught:
            Shelf(tmp_path)("red-packet.png")
        assert caught.value.problems[0].code == "sample.unreadable"


def test_every_sample_video_is_listed_and_has_its_cover() -> None:
    """What `index.toml` says is what there is; every film has a cover of its shape, of at most 100 KB."""
    folder = RESOURCES / "samples" / "videos"
    films = {path.name for path in folder.glob("*.mp4")}
    index = tomllib.loads((folder / "index.toml").read_text("utf-8"))
    assert set(index) == films == {"car.mp4", "ferry.mp4", "tea.mp4"}
    shelf = Shelf(RESOURCES)
    for name in films:
        film, cover = shelf(name), shelf(name.replace(".mp4", "-cover.jpg"))
        assert (film.media_type, cover.media_type) == ("video/mp4", "image/jpeg")
        assert (film.width * cover.height, film.size <= 250_000) == (film.height * cover.width, True), name
        assert cover.size <= 100_000, name
