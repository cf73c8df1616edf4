# SPDX-License-Identifier: Apache-2.0
"""`koodesk lint CARD.koocard [--vendor ...] [--json]`: a card against the rule pack; `--fix` puts right what needs no decision.
A `.koovideo` file is a video SMS and goes to `lint_video_sms`.

What lies under the words of a background is measured from the card's own pictures. `--workspace` takes the brand kit of a
workspace: its names and logos show the sender too, as they do in the editor. `--fix` makes every fix there is and writes the card (`--out` elsewhere, `--dry-run` nowhere), and says each: rule, place,
before and after. `--rules` lists all rules. Exit codes: 0 nothing that stops a submission is left (notes and warnings are
printed), 1 errors found, 2 wrong use or a file that cannot be read.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from koodesk import messages, paths
from koodesk.cli import lint_video_sms
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, as_data, emit, language, say
from koodesk.domain import koocard
from koodesk.domain.brand import EMPTY, BrandKit
from koodesk.domain.checks import check
from koodesk.domain.edits import edit_json
from koodesk.domain.fix_preview import FixStep, fix_steps
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.rule_list import rule_list
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.preview.safe_areas import SAFE_AREA_RULES
from koodesk.rule_packs import pack_in_use


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("lint", help="check a card against the rule pack, and fix it")
    parser.add_argument("card", type=Path, metavar="CARD.koocard|MESSAGE.koovideo", nargs="?")
    parser.add_argument(
        "--vendor",
        type=_vendors,
        action="extend",
        metavar="VENDOR,...",
        help="rules of these vendors only, or all (default: those the card has)",
    )
    parser.add_argument(
        "--workspace", type=Path, metavar="DIR", help="with the brand kit of this workspace (default: none)"
    )
    parser.add_argument("--fix", action="store_true", help="make every fix that needs no decision")
    parser.add_argument("--out", type=Path, metavar="F", help="with --fix: write the fixed card here")
    parser.add_argument("--dry-run", action="store_true", help="with --fix: say the fixes, write nothing")
    parser.add_argument("--rules", action="store_true", help="list all rules instead of checking a card")
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
    """Check the card, fix it where that is asked for, and print what was found."""
    if args.rules:
        _show_rules(as_json=args.json)
        return DONE
    wrong = _wrong_use(args)
    if wrong:
        argparse.ArgumentParser(prog="koodesk lint", usage="%(prog)s CARD.koocard [options]").error(wrong)
    if lint_video_sms.is_message(args.card):
        return lint_video_sms.run(args.card, as_json=args.json)
    try:
        pack = pack_in_use()
        template, materials = koocard.load(args.card)
        brand = EMPTY if args.workspace is None else _brand(args.workspace)
    except Refused as refused:
        _show(refused.problems, None, as_json=args.json)
        return WRONG_USE
    vendors = tuple(args.vendor or ())
    steps: tuple[FixStep, ...] = ()
    if args.fix:
        steps = fix_steps(template, pack, vendors)
        fixed = steps[-1].after if steps else template
        target = args.out or args.card
        if not args.dry_run and (steps or target != args.card):
            kept = {ref.digest for ref in fixed.materials()}
            koocard.save(target, fixed, {d: data for d, data in materials.items() if d in kept})
        template = fixed
    problems = lint(template, pack, vendors, brand=brand, materials=materials)
    _show(problems, template, as_json=args.json, steps=steps if args.fix else None)
    return PROBLEMS if errors(problems) else DONE


def _wrong_use(args: argparse.Namespace) -> str:
    if args.card is None:
        return "a card is needed, or --rules"
    if not args.fix and (args.out is not None or args.dry_run):
        return "--out and --dry-run go with --fix"
    if args.out is not None and args.dry_run:
        return "--dry-run writes nothing: leave --out away"
    if lint_video_sms.is_message(args.card) and (args.fix or args.vendor or args.workspace):
        return lint_video_sms.FOREIGN
    return ""


def _brand(folder: Path) -> BrandKit:
    """Return the brand kit of a workspace. Raises Refused: lint.no_workspace (none is made here), storage.*"""
    # Late: checking by itself needs no database library.
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(folder)
    if not workspace.database.is_file():
        raise Refused(problem("lint.no_workspace", "workspace", folder=str(folder)))
    with open_service(workspace) as service:
        return service.library.brand()


def lint(
    template: Template,
    pack: RulePack,
    vendors: Sequence[Vendor] = (),
    *,
    brand: BrandKit = EMPTY,
    materials: Mapping[str, bytes] = MappingProxyType({}),
) -> tuple[Problem, ...]:
    """Check a template for some vendors, or for its own when none is named; each problem once.

    `brand` is the kit of the workspace, `materials` the bytes of the pictures by digest: backgrounds are measured with them.
    """
    found = (p for v in vendors or (None,) for p in check(template, pack, v, brand=brand))
    return tuple(dict.fromkeys((*found, *_measured(template, pack, vendors, materials))))


def _measured(
    template: Template, pack: RulePack, vendors: Sequence[Vendor], materials: Mapping[str, bytes]
) -> tuple[Problem, ...]:
    layout = pack.layouts.get(template.layout)
    if layout is None or not any(slot.safe_areas for slot in layout.slots):
        return ()
    # Late: few layouts have anything to measure, and only then are pictures decoded. That needs no display.
    from koodesk.preview.ground_check import GroundCheck
    from koodesk.preview.phone_reader import read_phones
    from koodesk.preview.pictures import PictureSource

    phones = read_phones(paths.resources() / "phones")
    return GroundCheck(phones, PictureSource(materials.get)).problems(template, pack, vendors)


def slot_of(problem: Problem, template: Template | None) -> str | None:
    """Return the slot a problem is about, None when it is about no slot."""
    kind, _, rest = problem.where.partition(":")
    if kind == "slot":
        return rest
    if kind != "content" or template is None:
        return None
    content_id = rest.rpartition("/")[0] or rest
    return next((c.slot for c in template.contents() if c.id == content_id), None)


def _show(
    problems: Sequence[Problem],
    template: Template | None,
    *,
    as_json: bool,
    steps: Sequence[FixStep] | None = None,
) -> None:
    if as_json:
        found: dict[str, Any] = {"problems": [{**as_data(p), "slot": slot_of(p, template)} for p in problems]}
        if steps is not None:
            found["fixes"] = [_step_data(step) for step in steps]
        emit(found)
        return
    for step in steps or ():
        vendor = f" ({step.problem.vendor})" if step.problem.vendor else ""
        print(f"fixed: {step.problem.code}{vendor} {step.problem.where}")
        for change in step.changes:
            print(f"  {change.part}: {change.before} -> {change.after}")
    say(problems)


def _step_data(step: FixStep) -> dict[str, Any]:
    return {
        "code": step.problem.code,
        "where": step.problem.where,
        "vendor": step.problem.vendor.value if step.problem.vendor else None,
        "edit": edit_json(step.edit),
        "changes": [{"part": c.part, "before": c.before, "after": c.after} for c in step.changes],
    }


def _show_rules(*, as_json: bool) -> None:
    rows = sorted((*rule_list(), *SAFE_AREA_RULES), key=lambda row: row.code)
    if as_json:
        emit(
            {
                "rules": [
                    {
                        "code": row.code,
                        "severity": [s.value for s in row.severities],
                        "source": row.source,
                        "fixable": row.fixable,
                        **{lang: str(messages.sentence(_any(row.code), lang)) for lang in messages.LANGUAGES},
                    }
                    for row in rows
                ]
            }
        )
        return
    for row in rows:
        severity = "/".join(s.value for s in row.severities)
        about = messages.sentence(_any(row.code), language()).what
        print(f"{row.code:32} {severity:14} {'fix' if row.fixable else '':4} {row.source or '-':36} {about}")


def _any(code: str) -> Problem:
    """Return a problem of a code with nothing known of it: its sentence has dashes in the places."""
    return Problem(code, "", (("vendor", "—"),))
