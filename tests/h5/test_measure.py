# SPDX-License-Identifier: Apache-2.0
"""The table of widths says what Qt says of the bundled fonts, character by character; the line drawings are Qt's own."""

from __future__ import annotations

import json

import pytest

from koodesk import paths
from koodesk.domain.problem import Refused
from koodesk.h5.measure import bundled
from koodesk.preview.arrange import arrange
from koodesk.preview.fonts import load
from koodesk.preview.measure import FontMeasure
from koodesk.preview.placement import Font
from scripts import make_h5_data
from tests.h5.pages import pack, public

CORPUS = (
    "，。！？：；“”‘’（）《》【】—…·、￥¥%‰℃①②㈠★☆→←↑↓■□ＡＢＣ１２３",
    "The quick brown fox jumps over 1,234.56 lazy dogs; él façade œuvre Żółć",
    "喆玥祎垚堃䶮㛃䜣龘靐齉",
    "a\u200bb\u200dc\ufe0fd\ne",
    "👨‍👩‍👧 🎁 ❤️ 🇨🇳",
    "\u0301e\u0000\u202e\ufffd",
)


@pytest.fixture(scope="module")
def qt(qapp: object) -> FontMeasure:
    del qapp
    return FontMeasure(load(paths.resources() / "fonts"))


@pytest.mark.gui
@pytest.mark.slow
@pytest.mark.parametrize("bold", [False, True])
def test_every_character_of_the_plane_is_as_wide_as_in_qt(qt: FontMeasure, bold: bool) -> None:
    font, table = Font(1000, bold), bundled()
    # Qt knows no glyph at all for the two ends of the byte order mark; no text reaches a phone with them (`visible`).
    codes = [c for c in range(0x20, 0x1_1000) if not 0xD800 <= c < 0xE000 and c not in (0xFEFF, 0xFFFE)]
    wrong = [hex(c) for c in codes if abs(qt.advance(chr(c), font) - table.advance(chr(c), font)) > 1e-6]
    assert wrong == []


@pytest.mark.gui
@pytest.mark.parametrize("text", CORPUS)
def test_texts_and_heights_are_as_in_qt(qt: FontMeasure, text: str) -> None:
    table = bundled()
    for font in (Font(10.5), Font(16, True), Font(23.75)):
        assert table.advance(text, font) == pytest.approx(qt.advance(text, font), abs=1e-9)
        assert table.ascent(font) == qt.ascent(font)
        assert table.line_height(font) == qt.line_height(font)
    assert table.missing(text) == qt.missing(text)


@pytest.mark.gui
@pytest.mark.slow
def test_every_public_template_is_placed_as_with_qt(qt: FontMeasure) -> None:
    from koodesk.h5.views import phones

    placed = 0
    for path in sorted((paths.resources() / "templates" / "public").glob("*.toml")):
        card = public(path.stem)
        layout = pack().layouts[card.layout]
        for vendor, phone in phones().items():
            try:
                own = arrange(card, layout, vendor, pack(), phone, {}, bundled())
            except Refused:
                continue
            theirs = arrange(card, layout, vendor, pack(), phone, {}, qt)
            assert (own.items, own.cuts, own.slots) == (theirs.items, theirs.cuts, theirs.slots), path.stem
            placed += 1
    assert placed > 100


@pytest.mark.gui
def test_the_shipped_tables_are_what_the_script_makes(qt: FontMeasure) -> None:
    del qt
    shipped = paths.resources() / "h5"
    assert json.loads((shipped / "figures.json").read_text("utf-8")) == make_h5_data.figures()
    fonts = paths.resources() / "fonts"
    made = {
        name: make_h5_data.widths(fonts / f"NotoSansSC-{name.title()}.ttf") for name in ("regular", "bold")
    }
    assert json.loads((shipped / "advances.json").read_text("utf-8")) == made
