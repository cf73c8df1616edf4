# SPDX-License-Identifier: Apache-2.0
"""`koodesk platform show|plan|use`: whether a workspace speaks to the local engine or to the real cloud.

`plan` says what a switch would mean and changes nothing. `use cloud` is the step after which sends cost money, so it asks,
or wants `--yes`.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, emit, language, report_refusals, say
from koodesk.domain.platform import Platform


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "platform", help="local engine or real cloud: which one a workspace speaks to"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("show", help="which one it is, and who chose it")
    for name, said in (
        ("plan", "what a switch would mean; nothing is changed"),
        ("use", "switch; from then on sends to the cloud cost money"),
    ):
        made = actions.add_parser(name, help=said)
        made.add_argument("platform", choices=[one.value for one in Platform])
        if name == "use":
            made.add_argument("--yes", action="store_true", help="do not ask")
    for action in actions.choices.values():
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        if args.action == "show":
            _show(service.platform.show(), as_json=args.json)
            return outcome.code
        to = Platform(args.platform)
        plan = service.platform.plan(to)
        if args.action == "plan" or not args.yes:
            _plan(plan, as_json=args.json)
            if args.action == "plan" or plan.problems:
                outcome.code = PROBLEMS if plan.problems else DONE
                return outcome.code
            if args.json or not sys.stdin.isatty():
                outcome.code = WRONG_USE
                return outcome.code
            if input("switch? [y/N] ").strip().lower() not in ("y", "yes", "是"):
                outcome.code = PROBLEMS
                return outcome.code
        _show(service.platform.switch(to), as_json=args.json)
    return outcome.code


def _show(view: Any, *, as_json: bool) -> None:
    if as_json:
        emit({name: told for name, told in asdict(view).items() if name != "opened_for"})
        return
    print(f"platform  {messages.word(f'state.platform.{view.platform.value}', language())}")
    print(f"by        {view.by or '-'}")
    print(f"key       {view.key or '-'}")


def _plan(plan: Any, *, as_json: bool) -> None:
    if as_json:
        emit(asdict(plan))
        return
    say(plan.problems)
    for name, counts in (("put away", plan.put_away), ("comes back", plan.comes_back)):
        told = ", ".join(f"{messages.word(f'state.review_kind.{k}', language())} {n}" for k, n in counts)
        print(f"{name:>12}  {told or '-'}")
    print(f"{'asked anew':>12}  {plan.audiences} audiences")
    print(f"{'reports':>12}  {plan.unreported:,} messages of the last 72 h without one")
