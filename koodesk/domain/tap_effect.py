# SPDX-License-Identifier: Apache-2.0
"""What a tap would do on a real phone, as far as the platform's own words say. Pure.

An effect is told, never carried out: no browser opens, no number is dialled. What is installed on a phone nobody here
knows, so for apps both ways are told: the app, and the floor (兜底) where it is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.params import substitute
from koodesk.domain.rule_pack import Confidence, RulePack
from koodesk.domain.vendor import Vendor

_MARKET: Final = "0"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a tap does: the event with the recipient's values in its fields, whether the phone's vendor takes it.

    `taken` is None where sources disagree or say nothing. `floor` is the type of the floor ("0" to "3") and `floor_url`
    its link, for OPEN_APP only; `floor_taken` says whether the vendor honours it.
    """

    type: EventType
    fields: tuple[tuple[str, str], ...]
    taken: bool | None
    source: str
    note: str = ""
    floor: str = ""
    floor_url: str = ""
    floor_taken: bool | None = None

    def field(self, name: str) -> str:
        """Return a field's text, empty when it is not set."""
        return dict(self.fields).get(name, "")


def effect_of(event: ClickEvent, vendor: Vendor, values: Mapping[str, str], pack: RulePack) -> Effect:
    """Return what a tap on a component with this event does on a vendor's phone."""
    fields = tuple((name, substitute(text, values)) for name, text in event.fields)
    spec = pack.events.get(event.type)
    fact = spec.vendors.get(vendor) if spec else None
    taken = None if fact is None or fact.confidence in _UNSURE else fact.value
    floor, floor_url, floor_taken = "", "", None
    if event.type is EventType.OPEN_APP:
        told = dict(fields)
        floor, floor_url = told.get("floor_type") or _MARKET, told.get("floor_url", "")
        floor_spec = next((one for one in pack.floors if str(one.type) == floor), None)
        floor_fact = floor_spec.vendors.get(vendor) if floor_spec else None
        floor_taken = None if floor_fact is None or floor_fact.confidence in _UNSURE else floor_fact.value
    return Effect(
        event.type,
        tuple((name, text) for name, text in fields if name not in ("floor_type", "floor_url")),
        taken,
        fact.source if fact else "",
        fact.note if fact else "",
        floor,
        floor_url,
        floor_taken,
    )


_UNSURE: Final = (Confidence.CONFLICT, Confidence.UNKNOWN)
