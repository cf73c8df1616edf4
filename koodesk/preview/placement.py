# SPDX-License-Identifier: Apache-2.0
"""What `arrange` answers: everything a phone shows, in place, as frozen values. No Qt.

Lengths are dp: one dp is one pixel at scale 1. The origin is the top left of the whole picture, y grows downwards.
Colours are "#rrggbb" or "#aarrggbb". How these values become pixels is `painter`'s matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from koodesk.domain.click_event import EventType
from koodesk.domain.crop import Crop
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Fact, SlotKind, TextLimit
from koodesk.domain.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in dp."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x just beyond the rectangle."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y just beyond the rectangle."""
        return self.y + self.height

    def contains(self, other: Rect, tolerance: float = 1e-6) -> bool:
        """Tell whether the other rectangle lies inside this one."""
        return (
            other.x >= self.x - tolerance
            and other.y >= self.y - tolerance
            and other.right <= self.right + tolerance
            and other.bottom <= self.bottom + tolerance
        )

    def overlaps(self, other: Rect, tolerance: float = 1e-6) -> bool:
        """Tell whether the two share more than an edge."""
        return (
            self.x < other.right - tolerance
            and other.x < self.right - tolerance
            and self.y < other.bottom - tolerance
            and other.y < self.bottom - tolerance
        )

    def united(self, other: Rect) -> Rect:
        """Return the smallest rectangle around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def common(self, other: Rect) -> Rect:
        """Return what both cover; without width or height when they only touch or lie apart."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        width, height = min(self.right, other.right) - x, min(self.bottom, other.bottom) - y
        return Rect(x, y, max(width, 0.0), max(height, 0.0))

    def grown(self, by: float) -> Rect:
        """Return the rectangle with every side moved outwards by `by` (inwards when negative)."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True, slots=True)
class Font:
    """A size in dp and a weight of the bundled family. Phones draw their own fonts; the preview draws one everywhere."""

    size: float
    bold: bool = False


class Measure(Protocol):
    """How wide and high text is. `measure.FontMeasure` asks the bundled fonts; tests hand in arithmetic."""

    def advance(self, text: str, font: Font) -> float:
        """Return the width of a run on one line, in dp. Must be the sum over its clusters."""

    def ascent(self, font: Font) -> float:
        """Return the height above the baseline, in dp."""

    def line_height(self, font: Font) -> float:
        """Return ascent plus descent, in dp."""

    def missing(self, text: str) -> str:
        """Return the characters of `text` that the font cannot draw, each once."""

    def __hash__(self) -> int:
        """Hash it: shells are kept by the measure they were made with, so use one measure for long."""


class ShapeKind(StrEnum):
    """The few figures a phone and a card are drawn of."""

    ROUND = "round"
    """A rectangle with rounded corners."""
    ELLIPSE = "ellipse"
    FLAP = "flap"
    """A rounded rectangle whose lower edge bulges downwards by `depth`: the flap of an envelope."""
    TICKET = "ticket"
    """A rounded rectangle with a half-round notch of radius `depth` on both sides, at `at` of its height."""
    DASHES = "dashes"
    """A dashed line through the middle of the rectangle."""
    GLOW = "glow"
    """A round light in the middle of the rectangle, faded out at its sides."""
    RAYS = "rays"
    """A fan of `count` rays from the middle of the rectangle, faded out at its sides."""
    COIN = "coin"
    """A struck coin of the fill's two colours: rim, milled ring, face and light; `stroke` is its deepest colour."""
    WAVES = "waves"
    """Rows of overlapping scales, `count` across, as lines that fade in from the top of the rectangle."""
    CLOUD = "cloud"
    """An auspicious cloud (祥云) as lines, fitted into the rectangle; mirrored with a negative `depth`."""
    TRIANGLE = "triangle"
    """A triangle that points to the right: the sign to play."""
    ICON = "icon"
    """A line drawing by `name` from `icons`, fitted into the rectangle."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A colour, or a run from `top` to `bottom`; empty `top` draws nothing."""

    top: str = ""
    bottom: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """A rounded rectangle that an item must not paint beyond."""

    rect: Rect
    radius: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A figure that carries no content of its own, or the body of a button (`content_id` set then)."""

    kind: ShapeKind
    rect: Rect
    fill: Fill = Fill()
    radius: float = 0.0
    stroke: str = ""
    stroke_width: float = 0.0
    depth: float = 0.0
    at: float = 0.0
    count: int = 0
    name: str = ""
    clips: tuple[Clip, ...] = ()
    role: str = ""
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line drawn in one go.

    `start` and `end` are the characters of the content's own text it stands for (code points), so that an editor can go
    from a point to a character; a parameter is one run over its whole `${name}` with `param` set. The ellipsis of a cut
    has start == end.
    """

    text: str
    x: float
    width: float
    start: int
    end: int
    param: str = ""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text. `rect` is the line's box, `baseline` its y. `hint` marks words that no phone shows."""

    rect: Rect
    baseline: float
    font: Font
    colour: str
    runs: tuple[Run, ...]
    role: str = ""
    slot: str = ""
    content_id: str = ""
    hint: bool = False
    clips: tuple[Clip, ...] = ()
    relief: str = ""
    """The colour of the light on the lower edge of words that are cut into their ground."""

    @property
    def text(self) -> str:
        """What the line reads."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class PictureBox:
    """A picture, or the drawn place of a missing one (`digest` empty).

    `crop` is in the pixels of the upright original of `natural` size; None shows the middle of the picture in the ratio
    of the box, as a phone does. `label` is the ratio written on a missing picture.
    """

    rect: Rect
    radius: float
    digest: str
    natural: tuple[int, int]
    crop: Crop | None
    slot: str
    content_id: str
    role: str = "picture"
    label: str = ""
    clips: tuple[Clip, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulse:
    """The moving light of a dynamic button; at phase 0 it draws nothing, so a still picture shows the button at rest."""

    rect: Rect
    radius: float
    colour: str
    content_id: str


Item = Shape | TextLine | PictureBox | Pulse
"""What a painter draws, in order."""


class CutKind(StrEnum):
    """What ran out first."""

    LINES = "lines"
    CHARS = "chars"


@dataclass(frozen=True, slots=True)
class Cut:
    """Text a phone does not show. `shown + dropped` is the whole text; the ellipsis is in neither.

    `limit` is the vendor's published limit with its source; where nothing is published its value is None and the cut
    follows from this drawing's own space: `estimate` is true then.
    """

    vendor: Vendor
    slot: str
    content_id: str
    kind: CutKind
    shown: str
    dropped: str
    limit: Fact[TextLimit]
    estimate: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """A thing about a slot that no source tells: `what` is "text_limit", "button_limit", "background_size", "params", "layout" or "geometry"."""

    slot: str
    what: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SlotBox:
    """Where a slot lies on the card, for hit tests and for assistive technology."""

    slot: str
    content_id: str
    kind: SlotKind
    role: str
    rect: Rect
    event: EventType | None = None
    dynamic: bool = False
    part: str = ""
    """"child" where the second text of the content lies."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A whole phone with the card on it.

    Painted in the order `shell`, `items`, `front`. `shell` and `front` are the same objects for the same phone, theme
    and height, so that a painter may keep them as one picture. `card` is the card (or the bubble of the original text)
    inside `screen`; `toggle` is the words 显示原文 / 显示卡片 below it, without width where there are none. `marks` are the things a vendor drops or draws
    in another way; `unknowns` those that nobody published.
    """

    vendor: Vendor
    layout: str
    dark: bool
    show: str
    width: float
    height: float
    screen: Rect
    card: Rect
    toggle: Rect
    shell: tuple[Item, ...]
    items: tuple[Item, ...]
    front: tuple[Item, ...]
    slots: tuple[SlotBox, ...]
    cuts: tuple[Cut, ...]
    marks: tuple[Problem, ...]
    unknowns: tuple[Unknown, ...]

    def of(self, content_id: str) -> tuple[Item, ...]:
        """Return the items of one content, in the order they are painted."""
        return tuple(item for item in self.items if item.content_id == content_id)

    def slot_at(self, x: float, y: float) -> SlotBox | None:
        """Return the slot under a point, None beside all of them."""
        point = Rect(x, y, 0, 0)
        return next((box for box in reversed(self.slots) if box.rect.contains(point)), None)
