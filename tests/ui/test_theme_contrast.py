# SPDX-License-Identifier: Apache-2.0
"""Every theme's text can be read: contrast of role pairs after WCAG 2.2, 4.5 for text and 3 for the edges of controls."""

from __future__ import annotations

import pytest

from koodesk.ui import theme

TEXT = 4.5
EDGE = 3.0
PAIRS = [
    *(
        (fore, back, TEXT)
        for fore in ("text", "text_second", "text_hint")
        for back in ("window", "surface", "sunken")
    ),
    *(
        ("text", back, TEXT)
        for back in ("accent_soft", "hover", "danger_soft", "warning_soft", "success_soft")
    ),
    *(("accent", back, TEXT) for back in ("window", "surface", "accent_soft")),
    *(("on_accent", back, TEXT) for back in ("accent", "accent_hover")),
    *(
        (fore, back, TEXT)
        for fore in ("success", "warning", "danger")
        for back in ("surface", "window", "hover")
    ),
    *((fore, f"{fore}_soft", TEXT) for fore in ("success", "warning", "danger")),
    *(("border_control", back, EDGE) for back in ("window", "surface")),
    *((f"chart_{number}", "surface", EDGE) for number in range(1, 6)),
]


def luminance(color: str) -> float:
    """Return the relative luminance of "#RRGGBB" as WCAG defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_the_published_one() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("fore", "back", "least"), PAIRS)
def test_role_pairs_can_be_told_apart(name: str, fore: str, back: str, least: float) -> None:
    roles = theme.load(name).roles
    assert contrast(roles[fore], roles[back]) >= least, f"{fore} on {back}"


def test_both_themes_have_the_same_roles() -> None:
    assert theme.load("light").roles.keys() == theme.load("dark").roles.keys()


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.gui
def test_the_stylesheet_names_only_roles_there_are(name: str, qapp: object) -> None:
    del qapp
    assert "@" not in theme.stylesheet(theme.load(name))
