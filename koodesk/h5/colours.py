# SPDX-License-Identifier: Apache-2.0
"""Colours of a placement ("#rrggbb" or "#aarrggbb") as SVG writes them, lighter and darker as the painter makes them."""

from __future__ import annotations

import colorsys


def parted(colour: str) -> tuple[str, float]:
    """Return "#rrggbb" and how opaque it is, 0 to 1."""
    if len(colour) == 9:
        return f"#{colour[3:]}", int(colour[1:3], 16) / 255
    return colour, 1.0


def paint(name: str, colour: str) -> str:
    """Return the presentation attributes that set `name` ("fill", "stroke", "stop") to a colour."""
    plain, opacity = parted(colour)
    key = "stop-color" if name == "stop" else name
    shown = f' {name}-opacity="{opacity:.3g}"' if opacity < 1 else ""
    return f'{key}="{plain}"{shown}'


def lighter(colour: str, percent: int) -> str:
    """Return a colour with its value raised to `percent` of what it is; beyond full light it turns paler."""
    plain, _ = parted(colour)
    red, green, blue = (int(plain[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    value *= percent / 100
    if value > 1:
        saturation, value = max(saturation - (value - 1), 0.0), 1.0
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hsv_to_rgb(hue, saturation, value))


def darker(colour: str, percent: int) -> str:
    """Return a colour with its value divided by `percent` / 100."""
    return lighter(colour, round(10_000 / percent))


def mixed(one: str, other: str) -> str:
    """Return the colour half way between two."""
    a, b = parted(one)[0], parted(other)[0]
    return "#" + "".join(f"{(int(a[i : i + 2], 16) + int(b[i : i + 2], 16)) // 2:02x}" for i in (1, 3, 5))
