# SPDX-License-Identifier: Apache-2.0
"""The red packet's starter for tests that want a card to work on, with a picture of their own or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from koodesk.domain import starters
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import ImageContent, Picture, Template

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "templates" / "starters"


def starter(layout: LayoutSpec, name: str = "", picture: Picture | None = None) -> Template:
    """Return the starter of a layout with `picture` in its first picture slot."""
    card = starters.starter(layout, FOLDER, name)
    first = next((c for c in card.contents() if isinstance(c, ImageContent)), None)
    return card if first is None else card.with_content(replace(first, picture=picture))
