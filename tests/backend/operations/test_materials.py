# SPDX-License-Identifier: Apache-2.0
"""The gallery: upload, search, sameness, optimisation and removal."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import insert

from koodesk.backend.storage.tables.sent import sent_content, sent_material
from koodesk.domain.crop import Crop
from koodesk.domain.material_rules import shown_name
from koodesk.domain.problem import Refused
from tests.backend.operations.desk import Desk, open_desk
from tests.hostile import picture_forge as forge


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def test_one_bad_file_never_stops_the_others(desk: Desk, tmp_path: Path) -> None:
    paths = []
    for no, data in enumerate(
        (forge.saved(forge.upright(), "PNG"), forge.eps(), forge.saved(forge.noise(9, 9), "PNG"))
    ):
        paths.append(tmp_path / f"{no}.jpg")
        paths[-1].write_bytes(data)
    paths.insert(1, tmp_path / "gone.png")
    outcomes = desk.materials.add_files(paths)
    assert [[p.code for p in outcome.problems] for outcome in outcomes] == [
        [],
        ["reader.not_found"],
        ["picture.format"],
        [],
    ]
    assert len(desk.materials.list()) == 2


@pytest.mark.both_databases
def test_a_material_is_named_by_its_content_and_found_by_its_name(desk: Desk) -> None:
    red = desk.materials.add_bytes("红包 A.png", forge.saved(Image.new("RGB", (8, 8), "red"), "PNG"))
    desk.clock.forward(1_000)
    blue = desk.materials.add_bytes("blue_100%.png", forge.saved(Image.new("RGB", (8, 8), "blue"), "PNG"))
    again = desk.materials.add_bytes("other name.png", forge.saved(Image.new("RGB", (8, 8), "red"), "PNG"))
    assert hashlib.sha256(red.path.read_bytes()).hexdigest() == red.digest
    assert (again.existed, again.name, again.digest) == (True, red.name, red.digest)
    assert [row.digest for row in desk.materials.list()] == [blue.digest, red.digest]
    assert [row.digest for row in desk.materials.list("红包")] == [red.digest]
    assert [row.digest for row in desk.materials.list("BLUE")] == [blue.digest]
    assert [row.digest for row in desk.materials.list("0%")] == [blue.digest]
    assert desk.materials.list("_1000") == ()
    with Image.open(red.thumbnail) as thumbnail:
        assert max(thumbnail.size) <= 256


def test_optimising_cuts_and_scales(desk: Desk) -> None:
    row = desk.materials.add_bytes("x.png", forge.saved(forge.upright(400, 200), "PNG"))
    cut = desk.materials.optimise(row.digest, crop=Crop(200, 0, 200, 100), size=(50, 25))
    with Image.open(cut.path) as picture:
        assert picture.size == (50, 25)
        seen = picture.convert("RGB").getpixel((25, 12))
    assert isinstance(seen, tuple)
    assert max(abs(a - b) for a, b in zip(seen, forge.CORNERS[1, 0], strict=True)) < 12


def test_optimising_a_jpeg_cuts_where_the_original_is_cut(desk: Desk) -> None:
    row = desk.materials.add_bytes("x.jpg", forge.saved(forge.upright(1600, 1200), "JPEG", quality=95))
    cut = desk.materials.optimise(row.digest, crop=Crop(0, 600, 800, 600), size=(100, 75))
    with Image.open(cut.path) as picture:
        corners = [picture.convert("RGB").getpixel(at) for at in ((3, 3), (96, 71))]
    for seen in corners:
        assert isinstance(seen, tuple)
        assert max(abs(a - b) for a, b in zip(seen, forge.CORNERS[0, 1], strict=True)) < 12


def test_a_transparent_picture_stays_transparent_and_fits(desk: Desk) -> None:
    picture = forge.noise(300, 300).convert("RGBA")
    picture.putalpha(100)
    row = desk.materials.add_bytes("x.png", forge.saved(picture, "PNG"))
    small = desk.materials.optimise(row.digest, max_bytes=120_000)
    assert small.media_type == "image/png"
    assert small.size <= 120_000


@pytest.mark.parametrize("crop", [Crop(0, 0, 61, 40), Crop(-1, 0, 5, 5), Crop(0, 0, 0, 5)])
def test_a_crop_outside_the_picture_is_refused(desk: Desk, crop: Crop) -> None:
    row = desk.materials.add_bytes("x.png", forge.saved(forge.upright(), "PNG"))
    with pytest.raises(Refused, match=r"picture\.crop_outside"):
        desk.materials.optimise(row.digest, crop=crop)


def test_what_can_never_fit_is_said(desk: Desk) -> None:
    row = desk.materials.add_bytes("x.png", forge.saved(forge.noise(300, 300), "PNG"))
    with pytest.raises(Refused, match=r"picture\.cannot_fit"):
        desk.materials.optimise(row.digest, max_bytes=500)


def test_a_material_on_a_card_cannot_be_deleted(desk: Desk) -> None:
    row = desk.materials.add_bytes("x.png", forge.saved(forge.upright(), "PNG"))
    desk.card(materials=[row.digest])
    with pytest.raises(Refused) as refused:
        desk.materials.delete(row.digest)
    assert refused.value.problems[0].param("cards") == "card"
    assert row.path.exists()


def test_a_material_that_a_sent_message_shows_cannot_be_deleted(desk: Desk) -> None:
    """The card is deleted, what it was when it was sent is not."""
    row = desk.materials.add_bytes("x.png", forge.saved(forge.upright(), "PNG"))
    with desk.work.write() as connection:
        connection.execute(
            insert(sent_content).values(kind="card", ref=7, digest="d", name="新春红包", content="{}")
        )
        connection.execute(insert(sent_material).values(kind="card", ref=7, digest="d", material=row.digest))
    with pytest.raises(Refused) as refused:
        desk.materials.delete(row.digest)
    assert [p.code for p in refused.value.problems] == ["material.in_sent"]
    assert refused.value.problems[0].param("cards") == "新春红包"
    assert row.path.exists()


@pytest.mark.both_databases
def test_a_material_nobody_uses_goes_with_its_files(desk: Desk) -> None:
    row = desk.materials.add_bytes("x.png", forge.saved(forge.upright(), "PNG"))
    desk.materials.delete(row.digest)
    assert desk.materials.list() == ()
    assert not row.path.exists()
    assert not row.thumbnail.exists()
    with pytest.raises(Refused, match=r"material\.unknown"):
        desk.materials.path(row.digest)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders of Windows take no such mode")
def test_a_disk_that_takes_nothing_is_a_refusal(desk: Desk) -> None:
    (desk.folder / "materials").write_text("a file where the folder should be")
    with pytest.raises(Refused, match=r"material\.not_writable"):
        desk.materials.add_bytes("x.png", forge.saved(forge.upright(), "PNG"))
    assert desk.materials.list() == ()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/x.png", "x.png"),
        ("C:\\fotos\\x.png", "x.png"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\nb.png", "ab.png"),
        ("<b>=1+1.png", "<b>=1+1.png"),
        ("\u200e", "picture"),
        ("x" * 100, "x" * 80),
    ],
)
def test_a_name_is_text_and_no_path(name: str, shown: str) -> None:
    assert shown_name(name) == shown
