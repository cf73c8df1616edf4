# SPDX-License-Identifier: Apache-2.0
"""Regions (地区): the country, its provinces and the units directly below them, and choices among them as sets.

A choice is a tuple of codes of GB/T 2260: `NATIONWIDE` (全国), a province, or a unit of one. What a choice covers are its
leaves: the units below a province, or the province itself where the standard names none. Two choices are the same when
they cover the same; `normalise` writes each in its one shortest way.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from koodesk.domain.problem import Refused, problem

NATIONWIDE: Final = "000000"
"""The code of the whole country; it stands in no standard."""

Choice = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class City:
    """A unit below a province."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Province:
    """A unit of the first level with those below it, which may be none."""

    code: str
    name_zh: str
    name_en: str
    cities: tuple[City, ...]

    @property
    def leaves(self) -> tuple[str, ...]:
        """The smallest units of the province by their codes."""
        return tuple(city.code for city in self.cities) or (self.code,)


@dataclass(frozen=True, slots=True)
class Regions:
    """The tree, in the order of the codes."""

    provinces: tuple[Province, ...]
    _covers: Mapping[str, frozenset[str]] = field(repr=False)
    _names: Mapping[str, tuple[str, str]] = field(repr=False)

    def known(self, code: str) -> bool:
        """Tell whether a code is one of the tree."""
        return code in self._covers

    def leaves(self, choice: Iterable[str]) -> frozenset[str]:
        """Return the smallest units a choice covers. Raises Refused("region.unknown")."""
        found: set[str] = set()
        for code in choice:
            if code not in self._covers:
                raise Refused(problem("region.unknown", "regions", source="GB/T 2260", region=code[:20]))
            found |= self._covers[code]
        return frozenset(found)

    def choice(self, leaves: Iterable[str]) -> Choice:
        """Return the shortest choice that covers exactly some leaves."""
        wanted = frozenset(leaves)
        if wanted == self._covers[NATIONWIDE]:
            return (NATIONWIDE,)
        found: list[str] = []
        for province in self.provinces:
            inside = wanted & self._covers[province.code]
            if inside == self._covers[province.code]:
                found.append(province.code)
            else:
                found += sorted(inside)
        return tuple(found)

    def normalise(self, choice: Iterable[str]) -> Choice:
        """Return a choice in its one shortest way: every city is its province, every province the country."""
        return self.choice(self.leaves(choice))

    def common(self, one: Iterable[str], other: Iterable[str]) -> Choice:
        """Return what both choices cover; empty when they do not overlap."""
        return self.choice(self.leaves(one) & self.leaves(other))

    def contains(self, choice: Iterable[str], other: Iterable[str]) -> bool:
        """Tell whether a choice covers all of another."""
        return self.leaves(other) <= self.leaves(choice)

    def name(self, code: str, *, english: bool = False) -> str:
        """Return a unit's name; units below provinces have their Chinese one only. An unknown code names itself."""
        found = self._names.get(code)
        return code if found is None else found[1 if english else 0]

    def path(self, code: str, *, english: bool = False) -> str:
        """Return a unit's name with its province before it."""
        name = self.name(code, english=english)
        province = f"{code[:2]}0000"
        if code in (NATIONWIDE, province) or not self.known(code):
            return name
        return f"{self.name(province, english=english)} {name}"

    def by_name(self, name: str) -> str:
        """Return the code of a unit by code, whole name, or name without its last character (广东, 深圳), or 全国.

        Raises Refused: region.unknown, region.ambiguous.
        """
        wanted = name.strip()
        if wanted in self._covers:
            return wanted
        whole = [code for code, names in self._names.items() if wanted and wanted in names]
        found = whole or [
            code for code, names in self._names.items() if len(wanted) > 1 and names[0].startswith(wanted)
        ]
        if not found:
            raise Refused(problem("region.unknown", "regions", source="GB/T 2260", region=wanted[:20]))
        if len(found) > 1:
            names = "、".join(self.path(code) for code in found[:5])
            raise Refused(problem("region.ambiguous", "regions", region=wanted[:20], names=names))
        return found[0]

    def locate(self, place: str) -> str:
        """Return the code of a place as people and number tables write it ("广东省广州市", "北京", a code); "" for none.

        The smallest unit that is named counts; a place that could be two is none.
        """
        wanted = "".join(place.split())
        if not wanted or wanted in self._covers:
            return wanted
        for province in self.provinces:
            for name in (
                province.name_zh,
                province.name_zh[:2] if len(province.name_zh) < 4 else province.name_zh[:3],
            ):
                if wanted.startswith(name):
                    rest = wanted[len(name) :].lstrip("省市")
                    city = next(
                        (
                            c
                            for c in province.cities
                            if rest and (rest.startswith(c.name) or c.name.startswith(rest))
                        ),
                        None,
                    )
                    return province.code if city is None else city.code
        try:
            return self.by_name(wanted)
        except Refused:
            return ""

    def matching(self, text: str) -> frozenset[str]:
        """Return the codes whose name or code holds a text, case ignored; all of them for an empty one."""
        wanted = text.strip().casefold()
        return frozenset(
            code
            for code, names in self._names.items()
            if wanted in code or any(wanted in name.casefold() for name in names)
        )


def read_regions(text: str) -> Regions:
    """Read `regions.toml`. Raises KeyError or ValueError when the data breaks its own rules: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    provinces = tuple(
        Province(
            one["code"],
            one["zh"],
            one["en"],
            tuple(City(str(code), str(name)) for code, name in one.get("cities", ())),
        )
        for one in data["province"]
    )
    covers: dict[str, frozenset[str]] = {}
    names: dict[str, tuple[str, str]] = {NATIONWIDE: ("全国", "Nationwide")}
    for province in provinces:
        for code in (province.code, *(city.code for city in province.cities)):
            if code in covers or code[:2] != province.code[:2] or not (code.isdigit() and len(code) == 6):
                raise ValueError(f"region {code}")
            covers[code] = frozenset((code,))
        covers[province.code] = frozenset(province.leaves)
        names[province.code] = (province.name_zh, province.name_en)
        names.update({city.code: (city.name, city.name) for city in province.cities})
    covers[NATIONWIDE] = frozenset(leaf for province in provinces for leaf in province.leaves)
    return Regions(provinces, MappingProxyType(covers), MappingProxyType(names))
