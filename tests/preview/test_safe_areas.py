# SPDX-License-Identifier: Apache-2.0
"""What lies under the safe areas: measured on pictures made for it, on our own packet, and on the samples that ship."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from koodesk.domain.problem import Severity
from koodesk.domain.rule_pack import SafeArea
from koodesk.domain.samples import sample_starter
from koodesk.domain.template import MaterialRef, Picture
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import Renderer
from koodesk.preview.safe_areas import (
    GRID,
    Ink,
    Samples,
    contrast_ratio,
    inks_on,
    luminance_of,
    problems_of,
    read_area,
    read_areas,
)
from koodesk.preview.sampling import samples_of, samples_of_picture
from tests.preview.arithmetic import RESOURCES, pack, phones

BAND = SafeArea(0.3, 0.4, "plain", "文字带", "band", "seed 2.3.2")
ZONE = SafeArea(0.8, 1.0, "free", "按钮区", "zone", "seed 2.3.2")
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
CREAM = Ink("#fff2e0")
PERSONAL = pack().layouts["RedPacketPersonal"]


def grid(colour: tuple[int, int, int], band: tuple[tuple[int, int, int], ...] = ()) -> Samples:
    """A picture of one colour; in the band the colours take turns from left to right."""
    width, height = GRID
    rows = bytearray()
    for y in range(height):
        inside = bool(band) and 0.3 * height <= y < 0.4 * height
        for x in range(width):
            rows += bytes(band[x % len(band)] if inside else colour)
    return Samples(width, height, bytes(rows))


def codes(samples: Samples, *inks: Ink) -> list[str]:
    return [p.code for p in problems_of(read_areas(samples, (BAND, ZONE), inks), "content:background")]


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast_ratio(luminance_of("#000000"), luminance_of("#ffffff")) == pytest.approx(21)
    assert contrast_ratio(luminance_of("#777777"), 1.0) == pytest.approx(4.48, abs=0.01)
    assert luminance_of("#80ff0000") == pytest.approx(0.2126)


def test_light_words_on_a_dark_plain_band_are_right() -> None:
    reading = read_area(grid(BLACK), BAND, (CREAM,))
    assert reading.contrast == pytest.approx(contrast_ratio(luminance_of(CREAM.colour), 0.0))
    assert (reading.clutter, reading.reads, reading.calm) == (0.0, True, True)
    assert codes(grid(BLACK), CREAM) == []


def test_light_words_on_a_light_band_do_not_read() -> None:
    found = problems_of(read_areas(grid(BLACK, (WHITE,)), (BAND, ZONE), (CREAM,)), "content:background")
    assert [p.code for p in found] == ["picture.band_contrast"]
    (problem,) = found
    assert problem.where == "content:background"
    assert problem.severity is Severity.WARNING
    assert problem.param("contrast") == pytest.approx(1.1)
    assert problem.param("limit") == 4.5
    assert (problem.param("area"), problem.source) == ("文字带", "seed 2.3.2")


def test_only_what_lies_in_the_band_counts() -> None:
    """The same light colour everywhere but in the band does no harm to the words."""
    reading = read_area(grid(WHITE, (BLACK,)), BAND, (CREAM,))
    assert reading.reads
    assert reading.calm


def test_a_tenth_that_swallows_the_words_is_enough_and_less_is_not() -> None:
    def with_lamps(every: int) -> Samples:
        return grid(BLACK, tuple(WHITE if at == 0 else BLACK for at in range(every)))

    assert not read_area(with_lamps(8), BAND, (CREAM,)).reads
    assert read_area(with_lamps(96), BAND, (CREAM,)).reads


def test_words_of_a_middle_tone_are_held_against_what_is_like_them() -> None:
    """Darkest and lightest tenth alone would both look good here; a third of the band is the words' own grey."""
    grey = Ink("#808080")
    reading = read_area(grid(BLACK, (BLACK, (128, 128, 128), WHITE)), BAND, (grey,))
    assert reading.contrast == pytest.approx(1.0)
    assert reading.dark == pytest.approx(0.0)
    assert reading.light == pytest.approx(1.0)


def test_large_words_need_less() -> None:
    colour = (205, 60, 50)
    small, large = Ink("#ffffff"), Ink("#ffffff", large=True)
    ratio = read_area(grid(colour), BAND, (large,)).contrast
    assert 3.0 < ratio < 4.9
    darker = grid((230, 80, 70))
    assert 3.0 < read_area(darker, BAND, (small,)).contrast < 4.5
    assert not read_area(darker, BAND, (small,)).reads
    assert read_area(darker, BAND, (large,)).reads
    assert read_area(darker, BAND, (large, small)).needed == 4.5


def test_clutter_is_the_mean_step_between_neighbours() -> None:
    stripes = read_area(grid(BLACK, (BLACK, WHITE)), BAND)
    width, high = GRID[0], 51 - 39  # rows 39 to 50 of 128 lie wholly in the band
    across, down = (width - 1) * high, width * (high - 1)
    assert stripes.clutter == pytest.approx(100 * across / (across + down))
    assert codes(grid(BLACK, ((0, 0, 0), (40, 40, 40)))) == ["picture.band_busy"]


def test_noise_is_busy_and_a_slow_run_is_calm() -> None:
    chance = Random(7)
    width, height = GRID
    noise = Samples(width, height, chance.randbytes(width * height * 3))
    slow = Samples(width, height, b"".join(bytes((y, 0, 0)) * width for y in range(height)))
    assert codes(noise) == ["picture.band_busy", "picture.band_busy"]
    assert codes(slow) == []


def test_in_the_buttons_zone_it_is_a_note_and_words_are_not_asked_about() -> None:
    width, height = GRID
    lower = bytes((255, 255, 255)) * 2 + bytes(6)
    rgb = bytes(width * height * 3 - width * 3 * 26) + lower * (width * 26 // 4)
    found = problems_of(read_areas(Samples(width, height, rgb), (BAND, ZONE), (CREAM,)), "")
    assert [(p.code, p.severity) for p in found] == [("picture.band_busy", Severity.NOTE)]
    assert read_areas(grid(WHITE), (ZONE,), (CREAM,))[0].needed == 0


@pytest.mark.parametrize("size", [(0, 0, 0), (2, 2, 11), (1, 1, 4)])
def test_samples_must_be_as_many_as_they_say(size: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="samples"):
        Samples(size[0], size[1], bytes(size[2]))


def test_one_sample_is_enough_to_measure() -> None:
    reading = read_area(Samples(1, 1, bytes(3)), SafeArea(0.95, 1.0, "plain", "", ""), (CREAM,))
    assert reading.reads
    assert reading.clutter == 0


def test_the_inks_are_those_of_the_words_on_the_background() -> None:
    for vendor in (Vendor.HUAWEI, Vendor.VIVO):
        inks = inks_on(phones()[vendor], PERSONAL, "background")
        assert {ink.large for ink in inks} == {True, False}
        phone = phones()[vendor]
        wanted = {phone.colour(phone.styles[s].colour, False) for s in ("packet_title", "packet_body")}
        assert {ink.colour for ink in inks} == wanted
    assert inks_on(phones()[Vendor.MEIZU], pack().layouts["RedPacket"], "picture") == ()


def test_words_on_a_ground_of_their_own_are_not_on_the_background() -> None:
    phone = phones()[Vendor.HUAWEI]
    boxes = tuple(
        replace(box, fill="surface") if box.id == "words" else box
        for box in phone.layouts["RedPacketPersonal"]
    )
    covered = replace(phone, layouts={"RedPacketPersonal": boxes})
    assert inks_on(covered, PERSONAL, "background") == ()


@pytest.mark.gui
@pytest.mark.parametrize("vendor", [v for v in Vendor if PERSONAL.takes(v)])
@pytest.mark.parametrize("dark", [False, True])
def test_our_own_packet_keeps_what_it_asks_of_others(vendor: Vendor, dark: bool, qapp: QApplication) -> None:
    """Without words, the drawn default is as plain in the band as a sender's background should be."""
    template, files = sample_starter(PERSONAL, RESOURCES)
    faces = fonts.load(RESOURCES / "fonts")
    bare = replace(template, style=2)
    placement = arrange(bare, PERSONAL, vendor, pack(), phones()[vendor], {}, FontMeasure(faces), dark=dark)
    image = Renderer(PictureSource(files.get), faces).paint(placement)
    card = placement.card
    shown = image.copy(round(card.x), round(card.y), round(card.width), round(card.height))
    (band,) = (a for a in PERSONAL.slot("background").safe_areas if a.kind == "plain")
    reading = read_area(samples_of(shown), band, inks_on(phones()[vendor], PERSONAL, "background", dark=dark))
    assert reading.reads, reading
    assert reading.calm, reading


@pytest.mark.gui
def test_samples_of_a_picture_are_those_of_its_crop(qapp: QApplication) -> None:
    """A picture that is green but for its middle in 3:4: the card shows nothing of the green."""
    image = QImage(800, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#00ff00"))
    for x in range(240, 560):
        for y in range(400):
            image.setPixelColor(x, y, QColor("#300000" if y < 200 else "#ffffff"))
    from koodesk.preview.render import png

    files = {"own": png(image)}
    picture = Picture(MaterialRef("own", 800, 400, len(files["own"])))
    samples = samples_of_picture(picture, PictureSource(files.get), (3, 4))
    assert samples is not None
    assert (samples.width, samples.height) == GRID
    assert samples.rgb[:3] == bytes((0x30, 0, 0))
    assert samples.rgb[-3:] == bytes((255, 255, 255))
    assert read_area(samples, BAND, (CREAM,)).reads
    assert samples_of_picture(picture, PictureSource(lambda _: None), (3, 4)) is None


@pytest.mark.gui
def test_a_transparent_picture_counts_as_white(qapp: QApplication) -> None:
    image = QImage(30, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    assert set(samples_of(image).rgb) == {255}
