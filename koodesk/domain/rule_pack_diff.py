# SPDX-License-Identifier: Apache-2.0
"""What changes from one rule pack to another, and which problems a card would gain and lose. Pure.

A pack is laid out as a tree of names and plain values; where two trees part is a `Change`. What only one of them has is
one change, however much hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, StrEnum
from typing import Final

from koodesk.domain.checks import check
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Fact, RulePack
from koodesk.domain.template import Template

Tree = str | dict[str, "Tree"]

_NAMES: Final = ("id", "name", "value", "type")
"""The fields that name an item of a list, the first one that is there."""

UNKNOWN: Final = "unknown"
"""How a fact without a value is written."""


class Kind(StrEnum):
    """How a pack changes at one place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Area(StrEnum):
    """What a change is about, to sort by."""

    PACK = "pack"
    LAYOUT = "layout"
    VENDOR = "vendor"
    LIMIT = "limit"
    PIXELS = "pixels"
    EVENT = "event"
    FLOOR = "floor"
    NUMBER = "number"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two packs part. `where` is a path of names ("layouts/Carousel/slots/title/limits/OPPO").

    `old` and `new` are the values as text, empty where there is none; of a whole layout, slot or event its Chinese name.
    """

    area: Area
    kind: Kind
    where: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What another pack would find in a card: problems that appear and that disappear."""

    appear: tuple[Problem, ...]
    disappear: tuple[Problem, ...]

    @property
    def nothing(self) -> bool:
        """Tell whether the card is judged as before."""
        return not self.appear and not self.disappear


def compare(old: RulePack, new: RulePack) -> tuple[Change, ...]:
    """Return every place where two packs part, in the order of the packs.

    A fact that is as of its pack's date has no date of its own to part by.
    """
    return tuple(_changes(_tree(old, old.date), _tree(new, new.date), ()))


def effect(template: Template, old: RulePack, new: RulePack) -> Effect:
    """Return what a card gains and loses by another pack. A problem whose numbers alone moved is in both."""
    before, after = check(template, old), check(template, new)
    return Effect(
        tuple(p for p in after if p not in before),
        tuple(p for p in before if p not in after),
    )


def _changes(old: Tree, new: Tree, path: tuple[str, ...]) -> Iterator[Change]:
    if isinstance(old, str) or isinstance(new, str):
        if old != new:
            yield Change(_area(path), Kind.CHANGED, "/".join(path), _short(old), _short(new))
        return
    for name in dict.fromkeys((*old, *new)):
        here = (*path, name)
        if name not in new:
            yield Change(_area(here), Kind.REMOVED, "/".join(here), _short(old[name]), "")
        elif name not in old:
            yield Change(_area(here), Kind.ADDED, "/".join(here), "", _short(new[name]))
        else:
            yield from _changes(old[name], new[name], here)


def _area(path: tuple[str, ...]) -> Area:
    match path:
        case ("layouts", _, "vendors" | "param_vendors", *_):
            return Area.VENDOR
        case ("layouts", _, "total_chars", *_):
            return Area.LIMIT
        case ("layouts", _, "slots", _, "limits" | "child_limits", *_):
            return Area.LIMIT
        case ("layouts", _, "slots", _, "min_pixels" | "best_pixels", *_):
            return Area.PIXELS
        case ("layouts", *_):
            return Area.LAYOUT
        case ("events", *_):
            return Area.EVENT
        case ("floors", *_):
            return Area.FLOOR
        case ("numbers", *_):
            return Area.NUMBER
        case ("gift_words" | "sectors" | "superlatives", *_):
            return Area.WORDING
        case _:
            return Area.PACK


def _short(tree: Tree) -> str:
    """Return a value, or what names a whole part: its value, its Chinese name, or how much it holds."""
    if isinstance(tree, str):
        return tree
    for name in ("value", "name_zh", "zh", "name"):
        found = tree.get(name)
        if isinstance(found, str):
            return found
    return str(len(tree))


def _tree(value: object, day: str) -> Tree:
    if isinstance(value, Fact):
        found: dict[str, Tree] = {"value": UNKNOWN if value.value is None else plain(value.value)}
        for name in ("source", "confidence", "note"):
            found[name] = plain(getattr(value, name))
        found["date"] = "" if value.date == day else value.date
        return found
    if isinstance(value, Mapping):
        return {plain(k): _tree(v, day) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type) and _is_large(value):
        return {f.name: _tree(getattr(value, f.name), day) for f in fields(value)}
    if isinstance(value, tuple) and value and all(is_dataclass(v) for v in value):
        return {item_name(v, n): _tree(v, day) for n, v in enumerate(value, 1)}
    return plain(value)


def _is_large(value: object) -> bool:
    """Tell whether a value is a part with parts of its own, not a small one that is read as a whole."""
    return hasattr(value, "name_zh") or isinstance(value, RulePack) or hasattr(value, "max_length")


def item_name(value: object, number: int) -> str:
    """Return what an item of a list is called in a path: its first name there is, else its number."""
    for name in _NAMES:
        if hasattr(value, name):
            return plain(getattr(value, name))
    return str(number)


def plain(value: object) -> str:
    """Return a plain value of a pack as text: "1 x 17" of a text limit, "1088x612" of pixels, names joined by ", "."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and len(value) == 2 and all(type(v) is int for v in value):
        return f"{value[0]}x{value[1]}"
    if isinstance(value, tuple):
        return ", ".join(plain(v) for v in value)
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(f"{f.name}={plain(getattr(value, f.name))}" for f in fields(value))
    return "" if value is None else str(value)
