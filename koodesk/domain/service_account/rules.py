# SPDX-License-Identifier: Apache-2.0
"""The limits of a service account as data (`resources/rules/service_account.toml`), each with its source and confidence.

A limit nobody published (confidence "assumption") warns and never refuses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from koodesk.domain.papers import PaperRule
from koodesk.domain.problem import Severity
from koodesk.domain.service_account.values import RecordKind
from koodesk.domain.vendor import Vendor

SECTIONS: Final = ("profile", "change_reason", "signature", "menu", "action", "home", "port", "shortcut")
_ASSUMED: Final = "assumption"


@dataclass(frozen=True, slots=True)
class Limit:
    """A number with its source; `half` says that a Chinese character counts 2."""

    value: int
    source: str
    confidence: str
    half: bool = False

    @property
    def severity(self) -> Severity:
        """How much breaking it matters."""
        return Severity.WARNING if self.confidence == _ASSUMED else Severity.ERROR

    def measure(self, text: str) -> int:
        """Return the length of a text as this limit counts it."""
        return halves(text) if self.half else len(text)


def halves(text: str) -> int:
    """Count a text where a Chinese character is 2 and a letter or digit 1 (table 4-6); all beyond ASCII is as wide."""
    return sum(1 if char.isascii() else 2 for char in text)


@dataclass(frozen=True, slots=True)
class PictureRule:
    """Ratio (width, height), least pixels, most bytes of a picture."""

    ratio: tuple[int, int]
    least: tuple[int, int]
    max_bytes: int
    source: str

    def fits(self, width: int, height: int) -> bool:
        """Tell whether a picture has the ratio, to within a pixel."""
        wide, high = self.ratio
        return width > 0 and height > 0 and abs(width * high - height * wide) < max(wide, high)

    def middle(self, width: int, height: int) -> tuple[int, int, int, int] | None:
        """Return (x, y, width, height) of the largest middle part in the ratio, None when it is the whole picture."""
        if self.fits(width, height) or width <= 0 or height <= 0:
            return None
        wide, high = self.ratio
        unit = min(width // wide, height // high)
        part = (unit * wide, unit * high)
        return ((width - part[0]) // 2, (height - part[1]) // 2, *part) if unit else None


@dataclass(frozen=True, slots=True)
class PapersRule:
    """Authorisation papers: what each must be, how many there may be, and how many bytes together."""

    each: PaperRule
    most: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class VendorFact:
    """Whether a vendor's phones show service accounts, and how sure that is."""

    vendor: Vendor
    shows: bool
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class FrozenFact:
    """Whether phones hide a kind of record while its account is frozen, and how sure that is."""

    hidden: bool
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ServiceAccountRules:
    """All limits. `limit("menu.items")` is one of them by section and name."""

    date: str
    limits: Mapping[str, Limit]
    pictures: Mapping[str, PictureRule]
    papers: Mapping[str, PapersRule]
    vendors: tuple[VendorFact, ...]
    frozen: Mapping[RecordKind, FrozenFact]

    def limit(self, name: str) -> Limit:
        """Return one limit. Raises KeyError."""
        return self.limits[name]

    def shows(self, vendor: Vendor) -> bool:
        """Tell whether a vendor's phones show menus, home pages and shortcuts."""
        return any(fact.vendor is vendor and fact.shows for fact in self.vendors)

    def hidden_when_frozen(self, kind: RecordKind) -> bool:
        """Tell whether phones show nothing of a kind while its account is frozen."""
        return self.frozen[kind].hidden

    def menu_name(self, items: int) -> Limit:
        """Return how long first-level names may be in a menu of so many items (1 to 3; more as 3)."""
        return self.limits[
            ("menu.name_of_one", "menu.name_of_two", "menu.name_of_three")[max(1, min(items, 3)) - 1]
        ]


@lru_cache(maxsize=4)
def read_service_account_rules(text: str) -> ServiceAccountRules:
    """Read `service_account.toml`. Raises KeyError or ValueError when it is not complete: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    limits = {
        f"{section}.{name}": Limit(
            int(one["value"]), one["source"], one["confidence"], one.get("unit") == "half"
        )
        for section in SECTIONS
        for name, one in data[section].items()
    }
    pictures = {
        name: PictureRule(
            (one["ratio"][0], one["ratio"][1]),
            (one["least"][0], one["least"][1]),
            int(one["max_bytes"]),
            one["source"],
        )
        for name, one in data["picture"].items()
    }
    papers = {
        name: PapersRule(
            PaperRule(tuple(one["types"]), int(one["total_bytes"]), one["source"]),
            int(one["most"]),
            int(one["total_bytes"]),
        )
        for name, one in data["papers"].items()
    }
    return ServiceAccountRules(
        date=str(data["date"]),
        limits=MappingProxyType(limits),
        pictures=MappingProxyType(pictures),
        papers=MappingProxyType(papers),
        vendors=tuple(
            VendorFact(Vendor(one["id"]), bool(one["shows"]), one["source"], one["confidence"])
            for one in data["vendor"]
        ),
        frozen=MappingProxyType(
            {
                RecordKind(kind): FrozenFact(bool(one["hidden"]), one["source"], one["confidence"])
                for kind, one in data["frozen"].items()
            }
        ),
    )
