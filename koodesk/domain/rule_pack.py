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


class Switch(StrEnum):
    """A choice the platform offers for a single component (facts 2.2)."""

    VISIBLE = "visible"
    """The component can be hidden (`visible` 0)."""
    CURRENCY = "currency"
    """The ￥ before a price can be left out (`currency_display` 0)."""
    BUTTON_TYPE = "button_type"
    """The button is static or dynamic by itself (`button_type`)."""


@dataclass(frozen=True, slots=True)
class SafeArea:
    """A band of a picture, as shares of its height from the top: `plain` so that text reads on it, or `free` of anything
    important because something covers it."""

    top: float
    bottom: float
    kind: str
    name_zh: str
    name_en: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """One slot of a layout.

    `position` is the API's position_number (with one item in each group). `role` says what a text is for ("title", "body",
    "merchant", "action"). `limits` gives each vendor's text limit, `child_limits` that of the second text; `min_pixels` each
    vendor's smallest (width, height) of a picture, `best_pixels` the recommended one. `ratio` is the first of `ratios`.
    `event_required` holds for pictures and buttons. `backgrounds` lists the vendors that take their own background.
    `group` names the repeated group the slot belongs to, "" for none. `child_zh` is the name of the second text, empty when
    there is none. `choices` are the only words a button may have, empty for any.
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
    group: str = ""
    event_allowed: bool = True
    child_zh: str = ""
    child_en: str = ""
    child_limits: Mapping[Vendor, Fact[TextLimit]] = field(default_factory=dict)
    best_pixels: Mapping[Vendor, Fact[tuple[int, int]]] = field(default_factory=dict)
    ratios: tuple[Ratio, ...] = ()
    switches: tuple[Switch, ...] = ()
    choices: tuple[str, ...] = ()
    safe_areas: tuple[SafeArea, ...] = ()

    def limit(self, vendor: Vendor, *, child: bool = False) -> TextLimit | None:
        """Return the vendor's text limit (of the second text with `child`), None when it is not published."""
        fact = (self.child_limits if child else self.limits).get(vendor)
        return None if fact is None else fact.value

    def ratio_named(self, name: str) -> Ratio | None:
        """Return one of the slot's ratios by its API name, its first when there is none of that name."""
        return next((r for r in self.ratios if r.name == name), self.ratio)


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A group of slots that repeats (carousel cards, articles, pairs): from `least` to `most` items."""

    id: str
    name_zh: str
    name_en: str
    least: int
    most: int
    source: str = ""
    confidence: Confidence = Confidence.STATED


@dataclass(frozen=True, slots=True)
class SubType:
    """A layout's own choice, such as static or dynamic button; `vendors` are those that honour it.

    `hides` are the slots this choice takes out of sight.
    """

    value: int
    name_zh: str
    name_en: str
    vendors: tuple[Vendor, ...]
    source: str = ""
    hides: tuple[str, ...] = ()
    moving: bool = False
    """The button moves on the vendors that honour it (动态按钮)."""


@dataclass(frozen=True, slots=True)
class StyleSpec:
    """A style (样式) of a layout: which of its slots are left out."""

    value: int
    name_zh: str
    name_en: str
    leaves_out: tuple[str, ...]
    source: str = ""


class Purpose(StrEnum):
    """What the palette files a layout under: marketing (营销类) or notices (通知类). Marketing must offer the opt-out."""

    MARKETING = "marketing"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class LayoutSpec:
    """A layout (版式): its slots in position order, its choices, and which vendor takes it.

    `param_vendors` tells whose phones put a recipient's values in place of parameters. `groups` repeat in the order of their
    slots. `total_chars` bounds all texts together, by vendor. `confidence` says how sure the list of slots is.
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
    groups: tuple[GroupSpec, ...] = ()
    styles: tuple[StyleSpec, ...] = ()
    total_chars: Mapping[Vendor, Fact[int]] = field(default_factory=dict)
    confidence: Confidence = Confidence.STATED
    note: str = ""

    def slot(self, slot_id: str) -> SlotSpec:
        """Return a slot. Raises KeyError when the layout has none of that id."""
        for spec in self.slots:
            if spec.id == slot_id:
                return spec
        raise KeyError(slot_id)

    def group(self, group_id: str) -> GroupSpec:
        """Return a repeated group. Raises KeyError when the layout has none of that id."""
        for spec in self.groups:
            if spec.id == group_id:
                return spec
        raise KeyError(group_id)

    def slots_of(self, group_id: str) -> tuple[SlotSpec, ...]:
        """Return the slots of a group in position order."""
        return tuple(s for s in self.slots if s.group == group_id)

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
class Sector:
    """A guarded trade: words that give it away, what it has to show, and the families of layouts it may not use."""

    id: str
    name_zh: str
    name_en: str
    words: tuple[str, ...]
    advice_zh: str
    advice_en: str
    source: str
    confidence: Confidence
    refused_families: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulePack:
    """All rules of one date. `date` is ISO; `numbers` holds single limits ("tpl_name.max", ...) as facts.

    `gift_words` are those by which a red packet names what it gives, `sectors` the guarded trades, `superlatives` words
    that exaggerate (facts 3.5).
    """

    id: str
    date: str
    layouts: Mapping[str, LayoutSpec]
    events: Mapping[EventType, EventSpec]
    floors: tuple[FloorSpec, ...]
    numbers: Mapping[str, Fact[int]]
    vendor_names: Mapping[Vendor, tuple[str, str]]
    gift_words: tuple[str, ...] = ()
    sectors: tuple[Sector, ...] = ()
    superlatives: tuple[str, ...] = ()

    def limit(self, name: str) -> int:
        """Return a single limit that is known. Raises KeyError when the pack lacks it or does not know it."""
        fact = self.numbers[name]
        if fact.value is None:
            raise KeyError(name)
        return fact.value
