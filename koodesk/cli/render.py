# SPDX-License-Identifier: Apache-2.0
"""`koodesk render CARD.koocard --vendor all|HUAWEI,... --out DIR`: a card on every vendor's phone, as pictures and data.

Writes VENDOR.png for each vendor that shows the card, `sheet.png` with `--sheet`, and `placement.json`. The same card
and options give the same bytes. Exit codes: 0 every asked vendor was drawn or does not take the layout, 1 the card
cannot be drawn, 2 wrong use or a file that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, as_data, emit, language, say
from koodesk.domain import koocard
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor

if TYPE_CHECKING:
    from koodesk.preview.placement import Placement

RENDER_CODES = ("render.cannot_write", "render.layout_unknown")
"""Every code this module refuses with itself."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("render", help="draw a card on every vendor's phone")
    parser.add_argument("card", type=Path, metavar="CARD.koocard")
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
    parser.add_argument("--sheet", action="store_true", help="also sheet.png: all phones side by side")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


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
        pack = read_pack_folder(paths.resources() / "rules")
        template, materials = koocard.load(args.card)
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
    from koodesk.preview.arrange import Show, arrange, not_taken
    from koodesk.preview.measure import FontMeasure
    from koodesk.preview.phone_reader import read_phones
    from koodesk.preview.pictures import PictureSource
    from koodesk.preview.render import Renderer, png
    from koodesk.preview.report import as_json
    from koodesk.preview.sheet import Column, sheet

    _application = QGuiApplication.instance() or QGuiApplication([])
    layout = pack.layouts.get(template.layout)
    if layout is None:
        raise Refused(problem("render.layout_unknown", "layout", layout=template.layout))
    resources = paths.resources()
    phones = read_phones(resources / "phones")
    faces = fonts.load(resources / "fonts")
    measure = FontMeasure(faces)
    renderer = Renderer(PictureSource(materials.get), faces)
    vendors: dict[str, dict[str, Any]] = {}
    columns: list[Column] = []
    wanted = dict.fromkeys(args.vendor or template.vendors)
    for vendor in (v for v in Vendor if v in wanted):
        reason = not_taken(layout, vendor)
        name = pack.vendor_names[vendor][0 if language() == "zh" else 1]
        show: Show = "text" if args.text or reason is not None else "card"
        placement = arrange(
            template,
            layout,
            vendor,
            pack,
            phones[vendor],
            args.values,
            measure,
            dark=args.dark,
            show=show,
        )
        if reason is not None:
            vendors[vendor.value] = {"taken": False, "reason": as_data(reason)}
            columns.append(Column(name, placement, (messages.sentence(reason, language()).what,)))
            continue
        file = f"{vendor.value}.png"
        _write(args.out / file, png(renderer.paint(placement, args.scale)))
        vendors[vendor.value] = {"taken": True, "file": file, **as_json(placement)}
        vendors[vendor.value]["marks"] = [as_data(p) for p in placement.marks]
        columns.append(Column(name, placement, _notes(placement, layout)))
    summary: dict[str, Any] = {
        "card": args.card.name,
        "layout": template.layout,
        "pack": {"id": pack.id, "date": pack.date},
        "scale": args.scale,
        "dark": args.dark,
        "vendors": vendors,
    }
    if args.sheet:
        footing = messages.word("preview.drawn", language(), pack=pack.id, date=pack.date)
        image = sheet(columns, template.name, footing, renderer, scale=args.scale)
        _write(args.out / "sheet.png", png(image))
    text = json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True)
    _write(args.out / "placement.json", (text + "\n").encode())
    return summary


def _notes(placement: Placement, layout: LayoutSpec) -> tuple[str, ...]:
    """Say what a vendor cuts and changes, and what is not known of it, for the sheet."""
    notes = list(placement.marks)
    for cut in reversed(placement.cuts):
        slot = layout.slot(cut.slot)
        code = "preview.cut_estimate" if cut.estimate else "preview.cut"
        notes.insert(0, problem(code, slot_zh=slot.name_zh, slot_en=slot.name_en, dropped=cut.dropped))
    if any(unknown.what == "text_limit" for unknown in placement.unknowns):
        notes.append(problem("preview.limits_unknown"))
    return tuple(messages.sentence(p, language()).what for p in notes)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole: beside it first, then in its place."""
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise Refused(problem("render.cannot_write", path.name, file=path.name)) from error
