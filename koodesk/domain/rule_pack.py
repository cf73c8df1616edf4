# SPDX-License-Identifier: Apache-2.0
"""Rule packs: dated data about layouts, vendors and events, every value with its source and confidence.

The values and the questions one may ask of them. The packs themselves are TOML in `resources/rules/`; reading and
checking them is `rule_pack_reader`. Where the facts sheet says "not found", a fact has confidence UNKNOWN and no
value, and whoever asks has to say so to the user instead of guessing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from koodesk.domain.click_event import EventType
from koodesk.domain.vendor import Vendor

T_co = TypeVar("T_co", covariant=True)


class Confidence(StrEnum):
    """How well a fact is known: the marks of the facts sheet (stated, partial or old, sources conflict, not found)."""

    STATED = "stated"
    PARTIAL = "partial"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact(Generic[T_co]):
    """A value with its source tag ("faq0107", "SDK", ...). `value` is None exactly when confidence is UNKNOWN.

    `date` is the ISO date the source was read or published, the pack's own when the fact gives none.
    """

    value: T_co | None
    source: str
    confidence: Confidence
    note: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class TextLimit:
    """At most `lines` lines and about `chars` Chinese characters; longer text is cut on the handset (超长截断)."""

    lines: int
    chars: int


class SlotKind(StrEnum):
    """What fills a slot."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    BUTTON = "button"


@dataclass(frozen=True, slots=True)
class Ratio:
    """An image ratio and its API name ("oneToOne")."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """One slot of a layout.

    `position` is the API's position_number. `role` says what a text is for ("title", "body", "merchant", "action").
    `limits` gives each vendor's text limit; `min_pixels` each vendor's smallest (width, height) of a picture.
    `event_required` holds for pictures and buttons. `backgrounds` lists the vendors that take their own background.
    """

    id: str
    position: int
    kind: SlotKind
    role: str
    name_zh: str
    name_en: str
    required: bool
    event_required: bool
    params_allowed: bool
    ratio: Ratio | None
    limits: Mapping[Vendor, Fact[TextLimit]]
    min_pixels: Mapping[Vendor, Fact[tuple[int, int]]]
    backgrounds: tuple[Vendor, ...]
    hint_zh: str = ""
    hint_en: str = ""
    source: str = ""

    def limit(self, vendor: Vendor) -> TextLimit | None:
        """Return the vendor's text limit, None when it is not published."""
        fact = self.limits.get(vendor)
        return None if fact is None else fact.value


@dataclass(frozen=True, slots=True)
class SubType:
    """A layout's own choice, such as static or dynamic button; `vendors` are those that honour it."""

    value: int
    name_zh: str
    name_en: str
    vendors: tuple[Vendor, ...]
    source: str = ""


class Purpose(StrEnum):
    """What the palette files a layout under: marketing (营销类) or notices (通知类). Marketing must offer the opt-out."""

    MARKETING = "marketing"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class LayoutSpec:
    """A layout (版式): its slots in position order, its choices, and which vendor takes it.

    `param_vendors` tells whose phones put a recipient's values in place of parameters.
    """

    id: str
    name_zh: str
    name_en: str
    family: str
    use_when_zh: str
    use_when_en: str
    slots: tuple[SlotSpec, ...]
    sub_types: tuple[SubType, ...]
    vendors: Mapping[Vendor, Fact[bool]]
    param_vendors: Mapping[Vendor, Fact[bool]] = field(default_factory=dict)
    purpose: Purpose = Purpose.MARKETING
    source: str = ""

    def slot(self, slot_id: str) -> SlotSpec:
        """Return a slot. Raises KeyError when the layout has none of that id."""
        for spec in self.slots:
            if spec.id == slot_id:
                return spec
        raise KeyError(slot_id)

    def takes(self, vendor: Vendor) -> bool:
        """Tell whether the vendor is known to take this layout."""
        fact = self.vendors.get(vendor)
        return bool(fact is not None and fact.value)


@dataclass(frozen=True, slots=True)
class EventField:
    """A field of an event: longest text in characters, whether it must be filled, whether parameters may stand in it.

    `pattern` is a regular expression for the whole text, `choices` the only texts allowed; empty means anything.
    """

    name: str
    max_length: int
    required: bool
    params_allowed: bool
    name_zh: str
    name_en: str
    pattern: str = ""
    choices: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class EventSpec:
    """An event with its fields in form order and its vendors."""

    type: EventType
    name_zh: str
    name_en: str
    fields: tuple[EventField, ...]
    vendors: Mapping[Vendor, Fact[bool]]

    def field(self, name: str) -> EventField:
        """Return a field. Raises KeyError when the event has none of that name."""
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class FloorSpec:
    """A floor (兜底) of OPEN_APP and the vendors that honour it. Source: facts 3.3."""

    type: int
    name_zh: str
    name_en: str
    vendors: Mapping[Vendor, Fact[bool]]


@dataclass(frozen=True, slots=True)
class RulePack:
    """All rules of one date. `date` is ISO; `numbers` holds single limits ("tpl_name.max", ...) as facts."""

    id: str
    date: str
    layouts: Mapping[str, LayoutSpec]
    events: Mapping[EventType, EventSpec]
    floors: tuple[FloorSpec, ...]
    numbers: Mapping[str, Fact[int]]
    vendor_names: Mapping[Vendor, tuple[str, str]]

    def limit(self, name: str) -> int:
        """Return a single limit that is known. Raises KeyError when the pack lacks it or does not know it."""
        fact = self.numbers[name]
        if fact.value is None:
            raise KeyError(name)
        return fact.value
