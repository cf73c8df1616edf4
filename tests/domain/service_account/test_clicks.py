# SPDX-License-Identifier: Apache-2.0
"""Which taps on a service account exist, and which of them count."""

from __future__ import annotations

import pytest

from koodesk import paths
from koodesk.domain.service_account.clicks import read_click_rules, tap_on, tap_on_shortcut
from tests.domain.service_account.samples import HOME, MENU, SHORTCUT

RULES = read_click_rules((paths.resources() / "rules" / "service_account_clicks.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("kind", "place", "billed"),
    [
        ("menu", "menu:1", False),  # opens its submenu
        ("menu", "menu:1.1", True),
        ("menu", "menu:1.2", True),
        ("menu", "menu:2", True),  # jumps directly
        ("home", "menu:1", False),
        ("home", "menu:1.1", True),
        ("home", "menu:3", True),
        ("home", "logo", False),
        ("home", "hotline:1", False),
        ("home", "quick_app:1", False),
    ],
)
def test_what_counts(kind: str, place: str, billed: bool) -> None:
    found = tap_on(kind, place, MENU, HOME)
    assert found is not None
    assert (found.kind, found.item, RULES.counts(found.kind, found.part)) == (kind, place, billed)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("menu", "menu:4"),
        ("menu", "menu:1.3"),
        ("menu", "menu:2.1"),
        ("menu", "menu:0"),
        ("menu", "logo"),
        ("menu", "hotline:1"),
        ("home", "hotline:9"),
        ("home", "hotline:1.1"),
        ("home", "quick_app:99"),
        ("home", ""),
        ("home", "menu:١"),
        ("shortcut", "shortcut:1"),
    ],
)
def test_what_is_not_there(kind: str, place: str) -> None:
    assert tap_on(kind, place, MENU, HOME) is None


def test_without_menu_or_home_page_there_is_nothing() -> None:
    assert tap_on("menu", "menu:2", None, HOME) is None
    assert tap_on("home", "logo", MENU, None) is None
    assert tap_on("home", "menu:2", MENU, None) is None


def test_a_shortcut_counts_because_no_source_says_it_does_not() -> None:
    found = tap_on_shortcut("shortcut:1", SHORTCUT)
    assert found is not None
    assert RULES.counts(found.kind, found.part)
    assert ("shortcut", "button") in RULES.assumed
    assert tap_on_shortcut(f"shortcut:{len(SHORTCUT.buttons) + 1}", SHORTCUT) is None
    assert tap_on_shortcut("menu:1", SHORTCUT) is None
