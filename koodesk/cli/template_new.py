# SPDX-License-Identifier: Apache-2.0
"""`koodesk template new --layout RedPacket --out CARD.koocard`: the starter of a layout as a card file.

The parts of one subcommand; `koodesk.cli.template` declares the command they belong to.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.cli.output import DONE, emit
from koodesk.domain import koocard
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.samples import sample_starter

NEW_CODES = ("file.exists", "layout.unknown")
"""Every code this module refuses with itself."""


def add_parser(subparsers: Any) -> None:
    """Declare `new` below `template`."""
    parser = subparsers.add_parser("new", help="write a new card, ready to be changed")
    parser.add_argument("--layout", required=True, help="the layout, such as RedPacket")
    parser.add_argument("--out", required=True, type=Path, metavar="CARD.koocard")
    parser.add_argument("--force", action="store_true", help="replace the file when it is there")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Write the card and say where it is."""
    new(args.layout, args.out, replace=args.force)
    if args.json:
        emit({"layout": args.layout, "file": str(args.out)})
    else:
        print(args.out)
    return DONE


def new(layout: str, out: Path, *, replace: bool = False) -> None:
    """Write the starter of a layout to a card file.

    Raises Refused when the layout is not known, the file is there and not to be replaced, or it cannot be written.
    """
    resources = paths.resources()
    spec = read_pack_folder(resources / "rules").layouts.get(layout)
    if spec is None:
        raise Refused(problem("layout.unknown", "layout", layout=layout))
    if not replace and out.exists() and out.stat().st_size:  # an empty file is a name kept free, not work
        raise Refused(problem("file.exists", out.name, file=out.name))
    template, materials = sample_starter(spec, resources)
    koocard.save(out, template, materials)
