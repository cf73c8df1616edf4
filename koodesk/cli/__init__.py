# SPDX-License-Identifier: Apache-2.0
"""The command line: every job without a window, through the same services and checks as the window.

Each command is a module with `add_parser(subparsers)` and `run(args) -> int`. Exit codes: 0 done, 1 problems found,
2 wrong use. `--json` prints one JSON object on standard output; everything else goes to standard error.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Final

WRONG_USE: Final = 2

COMMANDS: Final = {
    "open": ("koodesk.cli.open_window", "open the studio"),
    "demo": ("koodesk.cli.demo", "play the whole journey: design, clear, send, read the result"),
    "render": ("koodesk.cli.render", "draw a card on every vendor's phone"),
    "lint": ("koodesk.cli.lint", "check a card against the rule pack"),
    "layouts": ("koodesk.cli.layouts", "list the layouts, with vendors and slots"),
    "export": ("koodesk.cli.export", "write a card as the platform's JSON"),
    "import": ("koodesk.cli.import_card", "make a card of the platform's JSON"),
    "rules": ("koodesk.cli.rules", "check, install and remove rule packs"),
    "audience": ("koodesk.cli.audience", "check a number file"),
    "rows": ("koodesk.cli.rows", "find the rows of a number file a card goes wrong for"),
    "campaign": ("koodesk.cli.campaign", "send, list and control campaigns"),
    "watch": ("koodesk.cli.watch", "number files dropped into a folder become sends that wait"),
    "exports": ("koodesk.cli.exports", "the export centre"),
    "report": ("koodesk.cli.report", "what became of the sends"),
    "template": ("koodesk.cli.template", "make, import, list and submit cards"),
    "video": ("koodesk.cli.video", "look at a video, fit it, take a cover from it; templates of video SMS"),
    "sms-template": ("koodesk.cli.sms_template", "list SMS templates"),
    "service-account": ("koodesk.cli.service_account", "service accounts, channel numbers, SMS shortcuts"),
    "review": ("koodesk.cli.review", "the review desk"),
    "phone": ("koodesk.cli.phone", "simulated phones: inbox, taps, replies"),
    "recorder": ("koodesk.cli.recorder", "everything known of one phone number"),
    "package": ("koodesk.cli.package", "packages: list, buy; prices"),
    "bill": ("koodesk.cli.bill", "bills, and the settlement laid beside the ledger"),
    "account": ("koodesk.cli.account", "open the service; the account at the platform"),
    "resolve": ("koodesk.cli.resolve", "short links of a card for your own SMS channel, and who opened them"),
    "preview": ("koodesk.cli.preview", "a card on a real phone by QR code"),
    # desk
    "backup": ("koodesk.cli.backup", "a workspace as one file, and back"),
    "workspace": ("koodesk.cli.workspace", "where a workspace is, and moving it"),
    "opt-out": ("koodesk.cli.opt_out", "who gets no more of a signature"),
    "settings": ("koodesk.cli.settings", "what a workspace holds itself to"),
    "engine": ("koodesk.cli.engine", "the local engine"),
    "bench": ("koodesk.cli.bench", "prove a send under kills and faults"),
    "cloud": ("koodesk.cli.cloud", "the access key of the real platform"),
    "platform": ("koodesk.cli.platform", "local engine or real cloud: which one a workspace speaks to"),
    "dossier": ("koodesk.cli.dossier", "what is handed in at the cloud's console by hand"),
    # a team
    "to-postgres": ("koodesk.cli.to_postgres", "move a workspace into a team's database"),
    "worker": ("koodesk.cli.worker", "send what is confirmed; of a team, as many as are started"),
    # users and rights
    "user": ("koodesk.cli.user", "users and user groups"),
    "access-key": ("koodesk.cli.access_key", "access keys (AK/SK) of users"),
    "policy": ("koodesk.cli.policy", "system and custom policies"),
    "audit": ("koodesk.cli.audit", "the audit log"),
}


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Build the parser, with all commands or (to start fast) with the one that is asked for."""
    parser = argparse.ArgumentParser(
        prog="koodesk", description="Rich SMS: design, see, clear, send once, learn."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, _about) in COMMANDS.items():
        if only is None or only == name:
            importlib.import_module(module).add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    user = ""
    if any(argument.partition("=")[0] == "--user" for argument in arguments):
        from koodesk.cli.output import report_refusals
        from koodesk.cli.who import take_user

        with report_refusals(as_json="--json" in arguments) as outcome:
            user = take_user(arguments)
        if outcome.code:
            return WRONG_USE
    if not arguments or (arguments[0].startswith("--") and arguments[0] not in ("--help", "--version")):
        arguments.insert(0, "open")
    if arguments[0] == "--version":
        from koodesk import __version__

        print(__version__)
        return 0
    only = arguments[0] if arguments[0] in COMMANDS else None
    parsed = build_parser(only).parse_args(arguments)
    module = importlib.import_module(COMMANDS[parsed.command][0])
    from koodesk.cli.output import report_refusals
    from koodesk.cli.who import offer

    offer(user)
    with report_refusals(as_json=getattr(parsed, "json", False)) as outcome:
        outcome.code = module.run(parsed)
    return outcome.code
