# SPDX-License-Identifier: Apache-2.0
"""Taps on a service account: what can be tapped, and which taps count for the bill (facts 1.1). Pure.

A tap is a place as phones name it: "menu:1", "menu:1.2" (a submenu's item), "logo", "hotline:1", "quick_app:2",
"shortcut:1"; numbers count from 1. On the home page the menu stands as well, and its taps are the home page's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from koodesk.domain.service_account.values import Action, ActionType, HomePage, Menu, Shortcut

MENU, HOME, SHORTCUT = "menu", "home", "shortcut"
KINDS: Final = (MENU, HOME, SHORTCUT)
LOGO: Final = "logo"

_PLACE: Final = re.compile(r"(menu|hotline|quick_app|shortcut):([1-9]\d?)(?:\.([1-9]\d?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ClickRules:
    """Which taps count, by kind and part; `assumed` are those no source tells of."""

    billed: Mapping[tuple[str, str], bool]
    assumed: frozenset[tuple[str, str]]
    date: str

    def counts(self, kind: str, part: str) -> bool:
        """Tell whether a tap counts. Raises KeyError for one the data does not name."""
        return self.billed[kind, part]


def read_click_rules(text: str) -> ClickRules:
    """Read `service_account_clicks.toml`. Raises KeyError or ValueError when the data is not complete."""
    data = tomllib.loads(text)
    billed: dict[tuple[str, str], bool] = {}
    assumed: set[tuple[str, str]] = set()
    for one in data["clicks"]:
        key = (str(one["kind"]), str(one["part"]))
        if key in billed or key[0] not in KINDS:
            raise ValueError(f"click {key}")
        billed[key] = bool(one["billed"])
        if one["confidence"] != "stated":
            assumed.add(key)
    return ClickRules(MappingProxyType(billed), frozenset(assumed), str(data["date"]))


@dataclass(frozen=True, slots=True)
class SaTap:
    """A tap that exists: where, what it is called in reports, its part for the rules, and what it does on the phone."""

    kind: str
    item: str
    part: str
    action: Action | None = None


def tap_on(kind: str, place: str, menu: Menu | None, home: HomePage | None) -> SaTap | None:
    """Return a tap on a menu or a home page, None where there is no such thing on what is in effect."""
    if kind == HOME and place == LOGO:
        return SaTap(HOME, LOGO, LOGO) if home is not None else None
    found = _PLACE.fullmatch(place)
    if found is None:
        return None
    what, number, child = found[1], int(found[2]), int(found[3] or 0)
    if what == "menu" and menu is not None and (kind == MENU or home is not None):
        return _menu(kind, place, menu, number, child)
    if kind != HOME or home is None or child:
        return None
    if what == "hotline" and number <= len(home.hotlines):
        line = home.hotlines[number - 1]
        return SaTap(HOME, place, "hotline", Action(ActionType.CALLING, line.number))
    if what == "quick_app" and number <= len(home.quick_apps):
        app = home.quick_apps[number - 1]
        return SaTap(HOME, place, "quick_app", Action(ActionType.OPEN_QUICK, app.link))
    return None


def tap_on_shortcut(place: str, shortcut: Shortcut) -> SaTap | None:
    """Return a tap on a button of a shortcut, None where it has no such button."""
    found = _PLACE.fullmatch(place)
    if found is None or found[1] != SHORTCUT or found[3] or int(found[2]) > len(shortcut.buttons):
        return None
    return SaTap(SHORTCUT, place, "button", shortcut.buttons[int(found[2]) - 1].action)


def _menu(kind: str, place: str, menu: Menu, number: int, child: int) -> SaTap | None:
    if number > len(menu.items):
        return None
    item = menu.items[number - 1]
    if child:
        if child > len(item.children):
            return None
        action = item.children[child - 1].action
    else:
        action = item.action
    opens = not child and bool(item.children)
    return SaTap(kind, place, "submenu" if opens else "menu" if kind == HOME else "jump", action)
