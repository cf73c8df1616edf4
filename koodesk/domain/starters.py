# SPDX-License-Identifier: Apache-2.0
"""Starters: a new card that is already a good example of its layout (`resources/templates/starters/<layout>.toml`).

The words are those of made-up companies, so that nobody's brand is shown and nothing has to be thought of before the first
look at the phones. A starter passes the checks; only its pictures stay open where none are handed in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipes import Materials, Recipe, read_recipe
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import MaterialRef, Template

STARTER_CODES: Final = ("starter.missing",)
"""Every code this module refuses with."""


def starter_recipe(layout: LayoutSpec, folder: Path) -> Recipe:
    """Return the recipe of a layout's starter from the folder of starters. Raises Refused when there is none."""
    path = folder / f"{layout.id}.toml"
    if not path.is_file():
        raise Refused(problem("starter.missing", "layout", layout=layout.id))
    return read_recipe(path)


def no_materials(_file: str) -> MaterialRef | None:
    """Leave every picture open."""
    return None


def starter(
    layout: LayoutSpec, folder: Path, name: str = "", materials: Materials = no_materials
) -> Template:
    """Return a new card of a layout for every vendor that takes it. Raises Refused when there is no starter."""
    return starter_recipe(layout, folder).make(layout, materials, name)
