# SPDX-License-Identifier: Apache-2.0
"""`koodesk import FILE.json --out CARD.koocard [--materials FOLDER]`: a body of the platform as a card file.

Materials the platform knows stay its own. Those the body was exported with are looked for in `--materials`, a folder or
another card file; one that is not found is kept by the name it has in the body, so that exporting the card again gives the
same JSON, and is said as a warning.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from koodesk.cli.output import DONE, as_data, emit, say
from koodesk.domain import koocard, koomessage
from koodesk.domain.codec import MAX_BYTES
from koodesk.domain.digest import content_digest, template_digest
from koodesk.domain.koomessage.sources import as_remote
from koodesk.domain.problem import Problem, Refused, Severity, problem
from koodesk.domain.template import Content, ImageContent, Picture, Template, VideoContent
from koodesk.domain.template_materials import mapped
from koodesk.rule_packs import pack_in_use

IMPORT_CODES = ("file.exists", "import.cannot_read", "koomessage.material_missing")
"""Every code this module refuses with or warns of itself."""

MAX_FILES = 2000
"""Most files of a folder that are looked through for materials."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("import", help="make a card of the platform's JSON")
    parser.add_argument("file", type=Path, metavar="FILE.json")
    parser.add_argument("--out", type=Path, metavar="CARD.koocard", help="default: beside FILE.json")
    parser.add_argument(
        "--materials", type=Path, metavar="FOLDER", help="folder or card file with the pictures"
    )
    parser.add_argument("--force", action="store_true", help="replace the card file when it is there")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Write the card file and say what of the body it does not hold."""
    out: Path = args.out or args.file.with_suffix(koocard.SUFFIX)
    if not args.force and out.exists() and out.stat().st_size:  # an empty file is a name kept free, not work
        raise Refused(problem("file.exists", out.name, file=out.name))
    found = koomessage.loads(_bytes(args.file, MAX_BYTES), pack_in_use(), args.file.name)
    wanted = {ref.digest for ref in found.template.materials()}
    files = {} if args.materials is None or not wanted else materials(args.materials, wanted)
    template, missing = without_missing(found.template, files)
    koocard.save(out, template, files)
    notes = (*found.notes, *missing)
    digest = template_digest(template)
    if args.json:
        told = [as_data(p) for p in notes]
        emit({"file": str(out), "layout": template.layout, "digest": digest, "problems": told})
    else:
        say(notes)
        print(out)
    return DONE


def materials(place: Path, wanted: set[str]) -> dict[str, bytes]:
    """Return the wanted files of a folder or card file, by digest. Raises Refused when it cannot be read."""
    if place.is_file():
        _, held = koocard.load(place)
        return {digest: data for digest, data in held.items() if digest in wanted}
    found: dict[str, bytes] = {}
    try:
        paths = sorted(p for p in place.iterdir() if p.is_file())[:MAX_FILES]
    except OSError as error:
        raise Refused(problem("import.cannot_read", place.name, file=place.name)) from error
    for path in paths:
        if path.stat().st_size > koocard.MAX_MATERIAL or len(found) == len(wanted):
            continue
        data = _bytes(path, koocard.MAX_MATERIAL)
        digest = content_digest(data)
        if digest in wanted:
            found[digest] = data
    return found


def without_missing(template: Template, files: dict[str, bytes]) -> tuple[Template, tuple[Problem, ...]]:
    """Return the template with what is not among `files` named as it stands in the body, and a warning for each."""
    missing: dict[str, Problem] = {}

    def fits(picture: Picture) -> bool:
        data = files.get(picture.material.digest)
        return data is not None and len(data) == picture.material.size

    def there(picture: Picture | None) -> Picture | None:
        if picture is None or picture.material.remote or fits(picture):
            return picture
        digest = picture.material.digest
        missing[digest] = problem(
            "koomessage.material_missing", "materials", severity=Severity.WARNING, digest=digest[:12]
        )
        return Picture(as_remote(picture.material, picture.crop))

    def change(content: Content) -> Content:
        if isinstance(content, ImageContent):
            backgrounds = tuple((v, there(p) or p) for v, p in content.backgrounds)
            return replace(content, picture=there(content.picture), backgrounds=backgrounds)
        if isinstance(content, VideoContent):
            video = None if content.video is None else there(Picture(content.video))
            material = None if video is None else video.material
            return replace(content, video=material, cover=there(content.cover))
        return content

    return mapped(template, change), tuple(missing.values())


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise Refused(problem("import.cannot_read", path.name, file=path.name)) from error
