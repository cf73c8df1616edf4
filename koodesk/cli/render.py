# SPDX-License-Identifier: Apache-2.0
"""`koodesk render CARD.koocard --vendor all|HUAWEI,... --out DIR`: a card on every vendor's phone, as pictures and data.

Writes VENDOR.png for each vendor that shows the card, `sheet.png` with `--sheet`, and `placement.json`. A `.koovideo`
file is drawn on the phones of video SMS instead: see `render_video_sms`. The same card and options give the same bytes.
Exit codes: 0 every asked vendor was drawn or does not take the layout, 1 the card cannot be drawn, 2 wrong use or a
file that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from koodesk import messages, paths
from koodesk.cli import render_video_sms
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, as_data, emit, language, say
from koodesk.domain import koocard
from koodesk.domain.digest import template_digest
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.rule_packs import pack_in_use

RENDER_CODES = ("render.cannot_write", "render.layout_unknown", "render.option", "render.row_and_file")
"""Every code this module refuses with itself."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("render", help="draw a card or a video SMS on phones")
    parser.add_argument("card", type=Path, metavar="CARD.koocard|MESSAGE.koovideo")
    parser.add_argument(
        "--vendor",
        type=_vendors,
        action="extend",
        metavar="all|VENDOR,...",
        help="default: those the card has",
    )
    parser.add_argument("--scale", type=_scale, default=2.0, help="pixels a dp, 0.5 to 4 (default 2)")
    parser.add_argument("--dark", action="store_true", help="phones in their dark theme")
    parser.add_argument("--text", action="store_true", help="the message's text instead of the card")
    parser.add_argument("--values", type=_values, default={}, metavar="JSON", help='{"name": "..."}')
    parser.add_argument("--row", type=int, metavar="N", help="the values of this row of the number file")
    parser.add_argument("--audience", type=Path, metavar="F.xlsx", help="the number file of --row")
    parser.add_argument("--sheet", action="store_true", help="also sheet.png: all phones side by side")
    parser.add_argument("--pdf", action="store_true", help="also sheet.pdf: the same, sharp at any size")
    parser.add_argument(
        "--differences", action="store_true", help="mark and number what each vendor cuts, drops or changes"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    render_video_sms.add_options(parser)


def _vendors(text: str) -> list[Vendor]:
    if text.strip().lower() == "all":
        return list(Vendor)
    try:
        return [Vendor(name.strip().upper()) for name in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"unknown vendor; one of {', '.join(Vendor)}, all") from error


def _scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a number from 0.5 to 4") from error
    if not 0.5 <= value <= 4:
        raise argparse.ArgumentTypeError("a number from 0.5 to 4")
    return value


def _values(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError('a JSON object of texts, such as {"name": "..."}') from error
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise argparse.ArgumentTypeError('a JSON object of texts, such as {"name": "..."}')
    return found


def run(args: argparse.Namespace) -> int:
    """Draw the card, write the files, print what was done."""
    try:
        render_video_sms.check_options(args)
        if (args.row is None) != (args.audience is None):
            raise Refused(problem("render.row_and_file", "row"))
        if render_video_sms.is_message(args.card):
            return render_video_sms.run(args, _write, lambda problems: _show(problems, as_json=args.json))
        pack = pack_in_use()
        template, materials = koocard.load(args.card)
    except Refused as refused:
        _show(refused.problems, as_json=args.json)
        return WRONG_USE
    if args.row is not None:
        # Late: rendering by itself needs no reader and no database library.
        from koodesk.backend import bootstrap

        try:
            args.values = dict(bootstrap.row_check().row(template, args.audience, args.row))
        except Refused as refused:
            _show(refused.problems, as_json=args.json)
            return WRONG_USE
    try:
        summary = _draw(args, pack, template, materials)
    except Refused as refused:
        _show(refused.problems, as_json=args.json)
        return PROBLEMS
    if args.json:
        emit(summary)
    else:
        for vendor, made in summary["vendors"].items():
            print(f"{vendor:<8} {made.get('file') or made['reason'][language()]}")
    return DONE


def _show(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    if as_json:
        emit({"problems": [as_data(p) for p in problems]})
    say(problems)


def _draw(
    args: argparse.Namespace, pack: RulePack, template: Template, materials: Mapping[str, bytes]
) -> dict[str, Any]:
    # Qt is looked for only now, so that --help and a wrong card cost nothing; with no window it needs no display.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from koodesk.preview import fonts
    from koodesk.preview.measure import FontMeasure
    from koodesk.preview.phone_reader import read_phones
    from koodesk.preview.pictures import PictureSource
    from koodesk.preview.render import Renderer, png
    from koodesk.preview.report import as_json
    from koodesk.preview.review import review
    from koodesk.preview.sheet import marked_image, sheet, sheet_pdf

    _application = QGuiApplication.instance() or QGuiApplication([])
    layout = pack.layouts.get(template.layout)
    if layout is None:
        raise Refused(problem("render.layout_unknown", "layout", layout=template.layout))
    resources = paths.resources()
    phones = read_phones(resources / "phones")
    faces = fonts.load(resources / "fonts")
    measure = FontMeasure(faces)
    renderer = Renderer(PictureSource(materials.get), faces)
    wanted = dict.fromkeys(args.vendor or template.vendors)
    made = review(
        template,
        pack,
        phones,
        [v for v in Vendor if v in wanted],
        measure,
        lambda found: messages.sentence(found, language()).what,
        lambda vendor: pack.vendor_names[vendor][0 if language() == "zh" else 1],
        values=args.values,
        dark=args.dark,
        show="text" if args.text else "card",
        numbered=args.differences,
    )
    vendors: dict[str, dict[str, Any]] = {}
    for one in made:
        if one.refusal is not None:
            vendors[one.vendor.value] = {"taken": False, "reason": as_data(one.refusal)}
            continue
        file = f"{one.vendor.value}.png"
        image = renderer.paint(one.placement, args.scale)
        if one.column.marks:
            image = marked_image(image, one.column.marks, renderer, args.scale)
        _write(args.out / file, png(image))
        vendors[one.vendor.value] = {"taken": True, "file": file, **as_json(one.placement)}
        vendors[one.vendor.value]["marks"] = [as_data(p) for p in one.placement.marks]
    summary: dict[str, Any] = {
        "card": args.card.name,
        "layout": template.layout,
        "digest": template_digest(template),
        "pack": {"id": pack.id, "date": pack.date},
        "scale": args.scale,
        "dark": args.dark,
        "vendors": vendors,
    }
    columns = [one.column for one in made]
    digest = template_digest(template)
    footing = messages.word("preview.drawn", language(), pack=pack.id, date=pack.date, digest=digest[:12])
    if args.sheet:
        image = sheet(columns, template.name, footing, renderer, scale=args.scale)
        _write(args.out / "sheet.png", png(image))
    if args.pdf:
        beside = args.out / ".sheet.pdf.part"
        sheet_pdf(columns, template.name, footing, renderer, beside, title=template.name)
        beside.replace(args.out / "sheet.pdf")
    text = json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True)
    _write(args.out / "placement.json", (text + "\n").encode())
    return summary


def _write(path: Path, data: bytes) -> None:
    """Write a file whole: beside it first, then in its place."""
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise Refused(problem("render.cannot_write", path.name, file=path.name)) from error
