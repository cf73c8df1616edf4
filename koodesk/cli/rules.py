# SPDX-License-Identifier: Apache-2.0
"""`koodesk rules check|status|install|remove`: rule packs from the command line.

`check PACK` reads a pack to its last key and says what it would change, in the rules and for the cards it is shown; it needs
no workspace. The others work on the user's installed pack, with the rights of a workspace. Exit codes of `check`: 0 the pack
can be used, 1 something speaks against it, 2 wrong use.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, PROBLEMS, as_data, emit, language, say
from koodesk.domain import koocard
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.rule_pack_diff import Change, Effect, compare, effect
from koodesk.domain.rule_pack_files import read_files
from koodesk.domain.rule_pack_reader import read_pack
from koodesk.rule_packs import default_shelf

if TYPE_CHECKING:
    from koodesk.backend.views.rules import RulesRow

RULES_CODES = ("rules.no_cards",)
"""Every code this module refuses with itself."""

SHIPPED = "shipped"


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("rules", help="check, install and remove rule packs")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    look = actions.add_parser("check", help="check a pack and say what it changes")
    look.add_argument("pack", type=Path, metavar="PACK", help="folder, its pack.toml, or a zip")
    look.add_argument(
        "--against",
        nargs="?",
        const=SHIPPED,
        metavar="PACK",
        help="say what changes from another pack (default: the shipped one)",
    )
    look.add_argument(
        "--cards",
        type=Path,
        nargs="+",
        default=[],
        metavar="FOLDER|CARD.koocard",
        help="cards to say for which problems appear and disappear",
    )
    take = actions.add_parser("install", help="take a pack into use from the next start on")
    take.add_argument("pack", type=Path, metavar="PACK")
    take.add_argument("--older", action="store_true", help="even though it is not newer than the shipped one")
    status = actions.add_parser("status", help="which pack is in use")
    remove = actions.add_parser("remove", help="give an installed pack back")
    for action in (take, status, remove):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
    for action in (look, take, status, remove):
        action.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    if args.action == "check":
        return _check(args)
    from koodesk.backend.bootstrap import open_service  # `check` needs no database library
    from koodesk.backend.workspace import Workspace

    with open_service(Workspace(args.workspace or paths.default_workspace())) as service:
        if args.action == "install":
            row = service.rules.install(args.pack, older=args.older)
        elif args.action == "remove":
            row = service.rules.remove()
        else:
            row = service.rules.status()
    _show_status(row, as_json=args.json)
    return DONE


def _check(args: argparse.Namespace) -> int:
    new = default_shelf().read(args.pack)
    old = default_shelf().shipped()
    if args.against not in (None, SHIPPED):
        old = read_pack(read_files(Path(args.against)))
    changes = compare(old, new) if args.against else ()
    effects, unreadable = _effects(args.cards, old, new)
    if args.json:
        emit(
            {
                "pack": {"id": new.id, "date": new.date, "layouts": list(new.layouts)},
                "against": {"id": old.id, "date": old.date},
                "changes": [change_data(c) for c in changes],
                "cards": [effect_data(path, found) for path, found in effects],
                "problems": [as_data(p) for p in unreadable],
            }
        )
    else:
        _print(new, old, changes, effects)
        say(unreadable)
    return PROBLEMS if unreadable else DONE


def card_files(places: Sequence[Path]) -> Iterator[Path]:
    """Yield the card files named, and those below the folders named. Raises Refused for a folder without any."""
    for place in places:
        if not place.is_dir():
            yield place
            continue
        found = sorted(place.rglob(f"*{koocard.SUFFIX}"))
        if not found:
            raise Refused(problem("rules.no_cards", place.name, file=place.name))
        yield from found


def _effects(
    places: Sequence[Path], old: RulePack, new: RulePack
) -> tuple[list[tuple[Path, Effect]], list[Problem]]:
    effects: list[tuple[Path, Effect]] = []
    unreadable: list[Problem] = []
    for path in card_files(places):
        try:
            template, _ = koocard.load(path)
        except Refused as refused:
            unreadable.extend(refused.problems)
        else:
            effects.append((path, effect(template, old, new)))
    return effects, unreadable


def change_data(change: Change) -> dict[str, str]:
    """Return a change of the rules as a JSON object."""
    return {
        "area": change.area.value,
        "kind": change.kind.value,
        "where": change.where,
        "old": change.old,
        "new": change.new,
    }


def effect_data(path: Path, found: Effect) -> dict[str, Any]:
    """Return what another pack means for a card as a JSON object."""
    return {
        "card": str(path),
        "appear": [as_data(p) for p in found.appear],
        "disappear": [as_data(p) for p in found.disappear],
    }


def _print(
    new: RulePack, old: RulePack, changes: Sequence[Change], effects: Sequence[tuple[Path, Effect]]
) -> None:
    print(f"{new.id} {new.date}  <-  {old.id} {old.date}")
    for change in changes:
        mark = {"added": "+", "removed": "-", "changed": "~"}[change.kind.value]
        print(f"{mark} {change.where}: {change.old or '—'} -> {change.new or '—'}")
    for path, found in effects:
        print(path)
        for mark, problems in (("+", found.appear), ("-", found.disappear)):
            for one in problems:
                vendor = f"{one.vendor.value} " if one.vendor else ""
                print(f"  {mark} {vendor}{messages.sentence(one, language())}")


def _show_status(row: RulesRow, *, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "in_use": {"id": row.id, "date": row.date},
                "next_start": {"id": row.next_id, "date": row.next_date, "installed": row.installed},
                "shipped": row.shipped,
                "problems": [as_data(p) for p in row.problems],
            }
        )
        return
    say(row.problems)
    print(
        messages.word("rules.installed" if row.installed else "rules.shipped", language(), date=row.next_date)
    )
