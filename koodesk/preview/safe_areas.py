# SPDX-License-Identifier: Apache-2.0
"""What lies under the safe areas of a background: do the words read on it, and is it calm. Pure arithmetic on samples.

The guide only says that the band of the words must be plain and that nothing important may stand in the button's zone
(seed 2.3.2). How plain is plain is measured here: contrast as WCAG 2.2 defines it, clutter as the edges of a small picture
of fixed size. The threshold of clutter is Koodesk's own. `sampling` makes the samples of a picture.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from types import MappingProxyType
from typing import Final

from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.rule_list import RuleRow
from koodesk.domain.rule_pack import LayoutSpec, SafeArea, SlotKind
from koodesk.domain.vendor import Vendor
from koodesk.preview.phone_spec import Box, PhoneSpec

GRID: Final = (96, 128)
"""Samples across and down of what is shown of a background: the sizes below hold for this grid."""
NEEDED: Final = 4.5
NEEDED_LARGE: Final = 3.0
"""Least contrast of words and ground (WCAG 2.2, 1.4.3, level AA); large words are 24 px, or 18.66 px and bold."""
CALM: Final = MappingProxyType({"plain": 1.0, "free": 2.5})
"""Most mean step of brightness from a sample to its neighbours, in percent of black to white, that still is calm, by the kind
of area. Koodesk's own: drawn packets with a plain band stay below 0.3, drawn scenes lie between 1 and 4, photographs of
streets and stalls above; beside the button a pattern does no harm."""

SAFE_AREA_RULES: Final = (
    RuleRow("picture.band_busy", (Severity.WARNING, Severity.NOTE), "seed 2.3.2", False),
    RuleRow("picture.band_contrast", (Severity.WARNING,), "seed 2.3.2", False),
)
"""Every code this module finds, as a row of the list of rules (`domain.rule_list` has those that need no pictures)."""


@dataclass(frozen=True, slots=True)
class Samples:
    """A small picture: `width` x `height` samples in rows from the top left, three bytes each (red, green, blue)."""

    width: int
    height: int
    rgb: bytes

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or len(self.rgb) != self.width * self.height * 3:
            raise ValueError(f"{len(self.rgb)} bytes are not {self.width} x {self.height} samples")


@dataclass(frozen=True, slots=True)
class Ink:
    """The colour of words ("#rrggbb" or "#aarrggbb") and whether they count as large."""

    colour: str
    large: bool = False

    @property
    def needed(self) -> float:
        """The least contrast such words need."""
        return NEEDED_LARGE if self.large else NEEDED


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured in one safe area.

    `dark` and `light` are the relative luminance (0 to 1) of its darkest and lightest tenth; `contrast` is the WCAG ratio
    (1 to 21) between the words and the tenth of the samples that is nearest to them, 0 where no words were asked about, and
    `needed` what they need. `clutter` is the mean step of brightness between neighbours, in percent.
    """

    area: SafeArea
    dark: float
    light: float
    contrast: float
    needed: float
    clutter: float

    @property
    def reads(self) -> bool:
        """Whether the words read, as far as there are any."""
        return not self.needed or self.contrast >= self.needed

    @property
    def calm(self) -> bool:
        """Whether the ground is calm."""
        return self.clutter <= self.allowed

    @property
    def allowed(self) -> float:
        """The most clutter there may be."""
        return CALM[self.area.kind]


def read_area(samples: Samples, area: SafeArea, inks: Iterable[Ink] = ()) -> Reading:
    """Measure one area; of several inks the one that falls shortest of what it needs counts."""
    first, last = _rows(samples, area)
    width, rgb = samples.width, samples.rgb
    ground = sorted(
        _luminance(rgb[at], rgb[at + 1], rgb[at + 2]) for at in range(first * width * 3, last * width * 3, 3)
    )
    tenth = max(len(ground) // 10, 1)
    worst = min(
        ((_nearest(ground, ink, tenth), ink.needed) for ink in inks),
        key=lambda found: found[0] / found[1],
        default=(0.0, 0.0),
    )
    return Reading(
        area,
        sum(ground[:tenth]) / tenth,
        sum(ground[-tenth:]) / tenth,
        worst[0],
        worst[1],
        _clutter(samples, first, last),
    )


def read_areas(samples: Samples, areas: Iterable[SafeArea], inks: Iterable[Ink]) -> tuple[Reading, ...]:
    """Measure every area; words stand in the plain ones only."""
    inks = tuple(inks)
    return tuple(read_area(samples, area, inks if area.kind == "plain" else ()) for area in areas)


def problems_of(readings: Iterable[Reading], where: str, vendor: Vendor | None = None) -> tuple[Problem, ...]:
    """Say what is amiss, with the numbers. Nothing here stops a card: how real phones colour the words is not published."""
    found: list[Problem] = []
    for reading in readings:
        area = reading.area
        # The name without the advice behind its colon: the sentence has its own.
        names = {"area": area.name_zh.partition("：")[0], "area_en": area.name_en.partition(":")[0]}
        if not reading.reads:
            found.append(
                problem(
                    "picture.band_contrast",
                    where,
                    severity=Severity.WARNING,
                    vendor=vendor,
                    source=area.source,
                    # Rounded away from the limit: what falls short of it by little is not said to meet it.
                    contrast=floor(reading.contrast * 10) / 10,
                    limit=reading.needed,
                    **names,
                )
            )
        if not reading.calm:
            found.append(
                problem(
                    "picture.band_busy",
                    where,
                    severity=Severity.WARNING if area.kind == "plain" else Severity.NOTE,
                    vendor=vendor,
                    source=area.source,
                    clutter=ceil(reading.clutter * 10) / 10,
                    limit=reading.allowed,
                    **names,
                )
            )
    return tuple(found)


def inks_on(
    phone: PhoneSpec,
    layout: LayoutSpec,
    slot: str,
    *,
    dark: bool = False,
    shown: Container[str] | None = None,
) -> tuple[Ink, ...]:
    """Return the inks of the words a phone draws on the background of a slot, each once; none where it draws no such card.

    `shown` are the slots that are in sight, None for all of the layout.
    """
    boxes = phone.layouts.get(layout.id, ())
    parents = {box.id: box for box in boxes if box.id}
    kinds: Mapping[str, SlotKind] = {s.id: s.kind for s in layout.slots}
    found: dict[Ink, None] = {}
    for box in boxes:
        if shown is not None and box.slot not in shown:
            continue
        if kinds.get(box.slot) is SlotKind.TEXT and box.style and _stands_on(box, slot, parents):
            style = phone.styles[box.style]
            large = style.font.size >= (18.66 if style.font.bold else 24.0)
            found[Ink(phone.colour(style.colour, dark), large)] = None
    return tuple(found)


def contrast_ratio(one: float, other: float) -> float:
    """Return the WCAG contrast of two relative luminances, 1 to 21."""
    low, high = sorted((one, other))
    return (high + 0.05) / (low + 0.05)


def luminance_of(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" or "#aarrggbb" (its alpha is not looked at)."""
    digits = colour[-6:]
    return _luminance(int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))


# --- measuring -----------------------------------------------------------------------------------------------------


def _rows(samples: Samples, area: SafeArea) -> tuple[int, int]:
    """Return the first row that lies wholly in an area and the one after the last: at least one row."""
    first = min(ceil(area.top * samples.height - 1e-9), samples.height - 1)
    return first, max(min(floor(area.bottom * samples.height + 1e-9), samples.height), first + 1)


@lru_cache(maxsize=256)
def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _luminance(red: int, green: int, blue: int) -> float:
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _nearest(ground: list[float], ink: Ink, tenth: int) -> float:
    """Return the mean contrast of the ink with the tenth of the ground that is nearest to it."""
    own = luminance_of(ink.colour)
    ratios = sorted(contrast_ratio(own, one) for one in ground)
    return sum(ratios[:tenth]) / tenth


def _clutter(samples: Samples, first: int, last: int) -> float:
    width, rgb = samples.width, samples.rgb
    tones = [
        (299 * rgb[at] + 587 * rgb[at + 1] + 114 * rgb[at + 2]) / 1000
        for at in range(first * width * 3, last * width * 3, 3)
    ]
    steps, count = 0.0, 0
    for at, tone in enumerate(tones):
        if (at + 1) % width:
            steps, count = steps + abs(tones[at + 1] - tone), count + 1
        if at + width < len(tones):
            steps, count = steps + abs(tones[at + width] - tone), count + 1
    return 100 * steps / (255 * count) if count else 0.0


def _stands_on(box: Box, slot: str, parents: Mapping[str, Box]) -> bool:
    """Tell whether a box lies on the background of a slot, with no ground of its own in between."""
    held: Box | None = box
    while held is not None:
        if held.backdrop == slot:
            return True
        if held.fill:
            return False
        held = parents.get(held.parent)
    return False
