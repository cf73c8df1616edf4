# SPDX-License-Identifier: Apache-2.0
"""`koodesk export CARD.koocard --format koomessage [--out F.json]`: a card as the body of POST /v1/aim/templates.

One body is one JSON object. A card whose vendors show different things is several submissions: with `--out` one numbered
file each, without it a JSON list. The bodies are written whatever the checks say; exit codes: 0 nothing stands against a
submission, 1 the checks find errors (said on standard error) or the card cannot be written as a body, 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from koodesk.cli.output import DONE, PROBLEMS, emit, say
from koodesk.domain import koocard, koomessage
from koodesk.domain.checks import check
from koodesk.domain.problem import Refused, errors, problem
from koodesk.domain.template import MaterialRef
from koodesk.rule_packs import pack_in_use

EXPORT_CODES = ("export.cannot_write",)
"""Every code this module refuses with itself."""

_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "video/mp4": ".mp4"}


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("export", help="write a card as the platform's JSON")
    parser.add_argument("card", type=Path, metavar="CARD.koocard")
    parser.add_argument("--format", choices=["koomessage"], default="koomessage")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="default: standard output")
    parser.add_argument(
        "--materials",
        type=Path,
        metavar="FOLDER",
        help="also write the card's pictures and videos there, named by their digests",
    )
    parser.add_argument(
        "--json", action="store_true", help="with --out: print one JSON object about what was written"
    )


def run(args: argparse.Namespace) -> int:
    """Write the bodies, then say what the checks have against them."""
    pack = pack_in_use()
    template, materials = koocard.load(args.card)
    bodies = koomessage.bodies(template, pack)
    if args.materials is not None:
        for ref in template.materials():
            _write(args.materials / file_name(ref), materials[ref.digest])
    files: list[Path] = []
    if args.out is None:
        whole = bodies[0] if len(bodies) == 1 else list(bodies)
        sys.stdout.write(json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    else:
        for number, body in enumerate(bodies, 1):
            numbered = args.out.with_stem(f"{args.out.stem}-{number}")
            files.append(args.out if len(bodies) == 1 else numbered)
            _write(files[-1], koomessage.dumps(body))
        if args.json:
            emit({"files": [str(file) for file in files], "layout": template.layout})
        else:
            print(*files, sep="\n")
    wrong = errors(check(template, pack))
    say(wrong)
    return PROBLEMS if wrong else DONE


def file_name(ref: MaterialRef) -> str:
    """Return the name a material is written under: its digest, with the ending of its type."""
    return ref.digest + _ENDINGS.get(ref.media_type, "")


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise Refused(problem("export.cannot_write", path.name, file=path.name)) from error
