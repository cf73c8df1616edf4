# SPDX-License-Identifier: Apache-2.0
"""`koodesk template new --layout RedPacket --out CARD.koocard`: the starter of a layout as a card file, or with `--public
NAME` a copy of a public template; `koodesk template public` lists those.

The parts of two subcommands that need no workspace; `koodesk.cli.template` declares the command they belong to.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.cli.output import DONE, emit, language
from koodesk.domain import koocard
from koodesk.domain.problem import Refused, problem
from koodesk.domain.public_cards import about, public_recipe, public_recipes, without_pictures
from koodesk.domain.recipes import Recipe
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.samples import sample_card
from koodesk.domain.starters import starter_recipe
from koodesk.rule_packs import pack_in_use

NEW_CODES = ("file.exists", "layout.unknown")
"""Every code this module refuses with itself."""


def add_parser(subparsers: Any) -> None:
    """Declare `new` and `public` below `template`."""
    parser = subparsers.add_parser("new", help="write a new card, ready to be changed")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--layout", help="the starter of a layout, such as RedPacket")
    kind.add_argument("--public", metavar="NAME", help="a copy of a public template, such as mid-autumn")
    parser.add_argument("--out", required=True, type=Path, metavar="CARD.koocard")
    parser.add_argument("--force", action="store_true", help="replace the file when it is there")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    shown = subparsers.add_parser("public", help="list the public templates, ready to be copied")
    shown.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Write the card and say where it is."""
    made = (
        new_from_public(args.public, args.out, replace=args.force)
        if args.public
        else new(args.layout, args.out, replace=args.force)
    )
    if args.json:
        source = {"public": args.public} if args.public else {}
        emit({"layout": made, **source, "file": str(args.out)})
    else:
        print(args.out)
    return DONE


def list_public(*, as_json: bool) -> int:
    """Print the public templates: name, layout, vendors and title; in JSON also the tags and parameters."""
    layouts = pack_in_use().layouts
    rows = []
    for recipe in public_recipes(paths.resources()):
        if recipe.layout not in layouts:
            continue  # a rule pack of the user's own may know fewer layouts
        words, card = about(recipe), without_pictures(recipe, layouts[recipe.layout])
        rows.append(
            {
                "name": recipe.name,
                "layout": recipe.layout,
                "title_zh": words.title_zh,
                "title_en": words.title_en,
                "tags": list(words.tags),
                "vendors": [v.value for v in card.vendors],
                "params": [p.name for p in card.params],
            }
        )
    if as_json:
        emit({"items": rows})
        return DONE
    title = f"title_{language()}"
    for row in rows:
        print(f"{row['name']:<22}{row['layout']:<28}{' '.join(row['vendors']):<42}{row[title]}")
    return DONE


def new(layout: str, out: Path, *, replace: bool = False) -> str:
    """Write the starter of a layout to a card file and return the layout.

    Raises Refused when the layout is not known, the file is there and not to be replaced, or it cannot be written.
    """
    spec = _spec(layout)
    return _write(starter_recipe(spec, paths.resources() / "templates" / "starters"), spec, out, replace)


def new_from_public(name: str, out: Path, *, replace: bool = False) -> str:
    """Write a copy of a public template to a card file and return its layout.

    Raises Refused when there is none of that name, and as `new`.
    """
    recipe = public_recipe(paths.resources(), name)
    return _write(recipe, _spec(recipe.layout), out, replace)


def _spec(layout: str) -> LayoutSpec:
    spec = pack_in_use().layouts.get(layout)
    if spec is None:
        raise Refused(problem("layout.unknown", "layout", layout=layout))
    return spec


def _write(recipe: Recipe, spec: LayoutSpec, out: Path, replace: bool) -> str:
    if not replace and out.exists() and out.stat().st_size:  # an empty file is a name kept free, not work
        raise Refused(problem("file.exists", out.name, file=out.name))
    template, materials = sample_card(recipe, spec, paths.resources())
    koocard.save(out, template, materials)
    return spec.id
