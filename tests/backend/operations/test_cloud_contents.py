# SPDX-License-Identifier: Apache-2.0
"""The bytes of what is handed in to the real platform: pictures cut to their crop, within the platform's limit; papers as they are."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from koodesk.backend.operations.cloud_contents import DeskContents
from koodesk.backend.readers.picture_files import ChildPictures
from koodesk.backend.storage.paper_files import PaperFolder
from koodesk.backend.storage.stores.materials import MaterialFolder, SqlMaterialStore
from koodesk.domain.crop import Crop
from koodesk.domain.problem import Refused
from tests.backend.operations.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(tmp_path)


@pytest.fixture
def contents(desk: Desk) -> DeskContents:
    files = MaterialFolder(desk.folder / "materials")
    return DeskContents(
        desk.work, SqlMaterialStore(), files, ChildPictures(), PaperFolder(desk.folder / "papers")
    )


def half_and_half() -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    out, image = io.BytesIO(), Image.new("RGB", (200, 100), "red")
    image.paste("blue", (100, 0, 200, 100))
    image.save(out, "PNG")
    return out.getvalue()


def test_a_picture_leaves_as_it_is_stored_or_cut_to_its_crop(desk: Desk, contents: DeskContents) -> None:
    ref = desk.materials.add_bytes("p", half_and_half()).ref
    whole, media_type = contents.picture(ref.digest, None, 1_000_000)
    assert (whole, media_type) == (contents.material(ref.digest), ref.media_type)
    cut, _ = contents.picture(ref.digest, Crop(100, 0, 100, 100), 1_000_000)
    with Image.open(io.BytesIO(cut)) as image:
        assert image.size == (100, 100)
        red, _, blue = image.convert("RGB").getpixel((50, 50))  # type: ignore[misc]  # three bands
        assert blue > 200 > 100 > red


def test_what_is_not_there_is_refused(desk: Desk, contents: DeskContents) -> None:
    with pytest.raises(Refused) as refused:
        contents.material("0" * 64)
    assert [one.code for one in refused.value.problems] == ["material.unknown"]
    with pytest.raises(Refused) as refused:
        contents.paper("0" * 64)
    assert [one.code for one in refused.value.problems] == ["paper.gone"]
