# SPDX-License-Identifier: Apache-2.0
"""Pictures of a service account: made fit where nothing is lost that one would miss, and left alone where it would be."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from koodesk.domain.service_account.rules import PictureRule
from tests.backend.operations.desk import Desk, open_desk
from tests.domain.service_account.samples import RULES
from tests.hostile import picture_forge as forge


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def file(desk: Desk, size: tuple[int, int], name: str = "a.png") -> Path:
    path = desk.folder / name
    Image.new("RGB", size, "#2F6FDE").save(path)
    return path


@pytest.mark.parametrize(
    ("given_", "kept"),
    [((300, 300), (300, 300)), ((400, 300), (300, 300)), ((300, 241), (241, 241)), ((300, 200), (300, 200)), ((200, 200), (200, 200))],
)  # fmt: skip
def test_a_logo_is_cut_to_its_middle_unless_it_would_be_too_small(
    desk: Desk, given_: tuple[int, int], kept: tuple[int, int]
) -> None:
    row = desk.materials.add_account_picture(file(desk, given_), RULES.pictures["logo"])
    assert (row.width, row.height) == kept


def test_a_heavy_logo_is_optimised_to_its_bytes(desk: Desk) -> None:
    path = desk.folder / "noise.png"
    path.write_bytes(forge.saved(forge.noise(400, 400), "PNG"))
    assert path.stat().st_size > RULES.pictures["logo"].max_bytes
    row = desk.materials.add_account_picture(path, RULES.pictures["logo"])
    assert row.size <= RULES.pictures["logo"].max_bytes
    assert row.width == row.height


@given(st.integers(0, 5000), st.integers(0, 5000), st.sampled_from(sorted(RULES.pictures)))
def test_the_middle_has_the_ratio_and_lies_inside(width: int, height: int, name: str) -> None:
    rule: PictureRule = RULES.pictures[name]
    part = rule.middle(width, height)
    if part is None:
        assert rule.fits(width, height) or width < rule.ratio[0] or height < rule.ratio[1]
        return
    x, y, wide, high = part
    assert rule.fits(wide, high)
    assert 0 <= x <= x + wide <= width
    assert 0 <= y <= y + high <= height
    assert min(width - wide, height - high) < max(rule.ratio)
