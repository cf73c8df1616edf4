# SPDX-License-Identifier: Apache-2.0
"""`koodesk lint CARD.koocard [--vendor ...] [--json]`: a card against the rule pack.

Exit codes: 0 nothing that stops a submission (notes and warnings are printed), 1 errors found, 2 wrong use or a file
that cannot be read.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, as_data, emit, say
from koodesk.domain import koocard
from koodesk.domain.checks import check
from koodesk.domain.problem import Problem, Refused, errors
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("lint", help="check a card against the rule pack")
    parser.add_argument("card", type=Path, metavar="CARD.koocard")
    parser.add_argument(
        "--vendor",
        type=_vendors,
        action="extend",
        metavar="VENDOR,...",
        help="rules of these vendors only, or all (default: those the card has)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _vendors(text: str) -> list[Vendor]:
    """Read `HUAWEI,OPPO` or `all`, in any case."""
    if text.strip().lower() == "all":
        return list(Vendor)
    try:
        return [Vendor(name.strip().upper()) for name in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"unknown vendor; one of {', '.join(Vendor)}, all") from error


def run(args: argparse.Namespace) -> int:
    """Check the card and print what was found."""
    try:
        pack = read_pack_folder(paths.resources() / "rules")
        template, _ = koocard.load(args.card)
    except Refused as refused:
        _show(refused.problems, None, as_json=args.json)
        return WRONG_USE
    problems = lint(template, pack, args.vendor or ())
    _show(problems, template, as_json=args.json)
    return PROBLEMS if errors(problems) else DONE


def lint(template: Template, pack: RulePack, vendors: Sequence[Vendor] = ()) -> tuple[Problem, ...]:
    """Check a template for some vendors, or for its own when none is named; each problem once."""
    if not vendors:
        return check(template, pack)
    return tuple(dict.fromkeys(p for v in vendors for p in check(template, pack, v)))


def slot_of(problem: Problem, template: Template | None) -> str | None:
    """Return the slot a problem is about, None when it is about no slot."""
    kind, _, rest = problem.where.partition(":")
    if kind == "slot":
        return rest
    if kind != "content" or template is None:
        return None
    content_id = rest.rpartition("/")[0] or rest
    return next((c.slot for c in template.contents() if c.id == content_id), None)


def _show(problems: Sequence[Problem], template: Template | None, *, as_json: bool) -> None:
    if as_json:
        emit({"problems": [{**as_data(p), "slot": slot_of(p, template)} for p in problems]})
    else:
        say(problems)
