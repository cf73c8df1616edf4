# SPDX-License-Identifier: Apache-2.0
"""What an SVG drawing is put together from: numbers, definitions with names of their own, and cuts."""

from __future__ import annotations

from koodesk.preview.placement import Clip, Rect


def num(value: float) -> str:
    """Return a length in dp with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class Drawing:
    """Collects the definitions of one drawing; `name` keeps its names apart from other drawings' on the page."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._kept: dict[str, str] = {}

    def define(self, text: str) -> str:
        """Keep a definition, `{id}` standing for its name; return the name. Equal ones are one."""
        found = self._kept.get(text)
        if found is None:
            found = self._kept[text] = f"{self._name}{len(self._kept)}"
        return found

    def defs(self) -> str:
        """Return all definitions."""
        if not self._kept:
            return ""
        return f"<defs>{''.join(text.replace('{id}', name) for text, name in self._kept.items())}</defs>"

    def clipped(self, body: str, clips: tuple[Clip, ...], rect: Rect, radius: float = 0.0) -> str:
        """Return a body cut at clips, but at none that is the figure itself or whose corners it stays away from."""
        for clip in clips:
            itself = clip.rect == rect and radius >= clip.radius
            if not itself and not clip.rect.grown(-clip.radius).contains(rect):
                body = f'<g clip-path="url(#{self.cut(clip.rect, clip.radius)})">{body}</g>'
        return body

    def cut(self, rect: Rect, radius: float) -> str:
        """Return the name of a rounded cut."""
        radius = min(radius, rect.width / 2, rect.height / 2)
        return self.define(
            f'<clipPath id="{{id}}"><rect x="{num(rect.x)}" y="{num(rect.y)}" width="{num(rect.width)}" '
            f'height="{num(rect.height)}" rx="{num(max(radius, 0.0))}"/></clipPath>'
        )
