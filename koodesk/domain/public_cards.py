# SPDX-License-Identifier: Apache-2.0
"""Public templates (公共模板): ready cards with title and tags, one recipe each in `resources/templates/public`.

They belong to the installation and are never changed or deleted, only copied (the platform refuses the deletion of its own
with KM.90016102). Making a record of one is `backend.operations.cards`' matter, drawing it the window's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipes import About, Recipe, read_recipe, read_recipes
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.starters import no_materials
from koodesk.domain.template import Template

PUBLIC_CODES: Final = ("card.public_unknown",)
"""Every code this module refuses with."""

TAGS: Final = (
    *("festival", "season", "sale", "red_packet", "member", "retail", "food", "travel", "finance"),
    *("notice", "video", "culture", "service"),
)
"""The words a public template may be found by, in the order in which they are offered."""


def public_recipes(resources: Path) -> tuple[Recipe, ...]:
    """Return the recipes of the public templates, by name. Raises Refused("recipe.unreadable")."""
    return read_recipes(resources / "templates" / "public")


def public_recipe(resources: Path, name: str) -> Recipe:
    """Return one recipe. Raises Refused("card.public_unknown")."""
    # By what is there, so that a name can never lead out of the folder.
    found = next((p for p in (resources / "templates" / "public").glob("*.toml") if p.stem == name), None)
    if found is None:
        raise Refused(problem("card.public_unknown", "name", name=name))
    return read_recipe(found)


def about(recipe: Recipe) -> About:
    """Return what a public template is for; one without its words is shown by its name."""
    return recipe.about or About(recipe.name, recipe.name, ())


def without_pictures(recipe: Recipe, layout: LayoutSpec) -> Template:
    """Return the card with every picture open: enough for its vendors and parameters. Raises Refused."""
    return recipe.make(layout, no_materials)
