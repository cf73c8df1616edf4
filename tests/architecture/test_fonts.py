# SPDX-License-Identifier: Apache-2.0
"""The bundled fonts are the ones the script made, may be shipped, and draw the names of people."""

import hashlib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from scripts.make_fonts import FAMILY, NAME_CHARACTERS, WEIGHTS, Weight, gbk_characters

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
# The source font has no glyph for it, and nobody is called so.
NOT_IN_SOURCE = {"≒"}


def test_the_files_are_the_committed_ones() -> None:
    lines = (FONTS / "SHA256SUMS").read_text("ascii").splitlines()
    listed = {name: digest for digest, name in (line.split() for line in lines)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.glob("*.ttf")}
    assert found == listed
    assert len(found) == len(WEIGHTS)


@pytest.mark.parametrize("weight", WEIGHTS, ids=lambda weight: weight.style)
def test_each_weight_draws_names_and_all_of_gbk(weight: Weight) -> None:
    with TTFont(FONTS / f"NotoSansSC-{weight.style}.ttf", lazy=True) as font:
        covered = {chr(point) for point in font.getBestCmap()}
        glyphs = font["glyf"]
        names = font["name"]
        assert set("喆玥祎垚堃" + NAME_CHARACTERS) <= covered
        assert gbk_characters() - covered == NOT_IN_SOURCE
        assert set("￥¥·…—→←↑↓■□①②™©※№℃√×÷≤≥") <= covered
        # A glyph and not only an entry in the table.
        assert all(glyphs[font.getBestCmap()[ord(char)]].numberOfContours for char in "喆玥祎垚堃国")
        assert (names.getDebugName(1), names.getDebugName(2)) == (FAMILY, weight.style)
        assert "fvar" not in font


def test_the_licence_allows_the_name() -> None:
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    # Modified versions may not use the reserved name; ours is another.
    assert "Reserved Font Name 'Source'" in licence
    assert "Source" not in FAMILY
