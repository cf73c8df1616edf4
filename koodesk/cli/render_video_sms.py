# SPDX-License-Identifier: Apache-2.0
"""`koodesk render MESSAGE.koovideo --phones android,iphone,harmony --carriers cmcc,cucc,ctcc --out DIR`: a video SMS on phones.

Writes PHONE-CARRIER.png for each phone and carrier, as high as the message, and `placement.json`. A file holds no
signature, because that is chosen when the template is submitted: `--signature` names one, without it a chip stands in its
place. Values come from `--values` or a row of a number file; without any, parameters are chips of their names.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from koodesk import paths
from koodesk.cli.output import DONE, PROBLEMS, as_data, emit
from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.video_sms import koovideo
from koodesk.domain.video_sms.codec import template_digest
from koodesk.domain.video_sms.template import ResourceKind, VideoTemplate

PHONES: Final = ("android", "iphone", "harmony")
"""The phones by the names of `preview.video_sms_phone.PhoneKind`, written out so that --help loads no Qt."""

_OURS: Final = {"phones": None, "carriers": None, "signature": None, "font_scale": None}
_CARDS: Final = {"vendor": None, "text": False, "sheet": False, "pdf": False, "differences": False}
"""Options that belong to the one kind of file alone, with what each is when it is not given."""

Name = TypeVar("Name", bound=str)
Write = Callable[[Path, bytes], None]
Show = Callable[[tuple[Problem, ...]], None]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of a video SMS."""
    group = parser.add_argument_group("for a video SMS (.koovideo)")
    names = _names({name: name for name in PHONES})
    carriers = _names({carrier.value: carrier for carrier in THREE_CARRIERS})
    group.add_argument(
        "--phones", type=names, metavar="all|PHONE,...", help="android, iphone, harmony (default all)"
    )
    group.add_argument(
        "--carriers", type=carriers, metavar="all|CARRIER,...", help="cmcc, cucc, ctcc (default cmcc)"
    )
    group.add_argument("--signature", metavar="NAME", help="the name in 【】 before the first text")
    group.add_argument(
        "--font-scale", type=_font_scale, metavar="N", help="the phone's type size, 0.5 to 3 (default 1)"
    )


def _names(known: Mapping[str, Name]) -> Callable[[str], list[Name]]:
    def read(text: str) -> list[Name]:
        if text.strip().lower() == "all":
            return list(known.values())
        wanted = [part.strip().lower() for part in text.split(",")]
        if any(name not in known for name in wanted):
            raise argparse.ArgumentTypeError(f"one of {', '.join(known)}, all")
        return [known[name] for name in dict.fromkeys(wanted)]

    return read


def _font_scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a number from 0.5 to 3") from error
    if not 0.5 <= value <= 3:
        raise argparse.ArgumentTypeError("a number from 0.5 to 3")
    return value


def is_message(path: Path) -> bool:
    """Tell whether a file is a video SMS, by its name."""
    return path.suffix.lower() == koovideo.SUFFIX


def check_options(args: argparse.Namespace) -> None:
    """Refuse an option that belongs to the other kind of file, rather than leave it unread. Raises Refused: render.option."""
    foreign = _CARDS if is_message(args.card) else _OURS
    for name, unset in foreign.items():
        if getattr(args, name) != unset:
            option = "--" + name.replace("_", "-")
            raise Refused(problem("render.option", args.card.name, option=option, file=args.card.name))


def run(args: argparse.Namespace, write: Write, show: Show) -> int:
    """Draw the message, write the files, print what was done. Raises Refused when the file or the row cannot be read."""
    template, materials = koovideo.load(args.card)
    values = dict(args.values)
    if args.row is not None:
        # Late: rendering by itself needs no reader and no database library.
        from koodesk.backend import bootstrap

        values = dict(bootstrap.row_check().values(template.params, args.audience, args.row))
    try:
        summary = _draw(args, template, materials, values, write)
    except Refused as refused:
        show(refused.problems)
        return PROBLEMS
    if args.json:
        emit(summary)
    else:
        for phone, carriers in summary["phones"].items():
            for made in carriers.values():
                print(f"{phone:<8} {made['file']}")
    return DONE


def _draw(
    args: argparse.Namespace,
    template: VideoTemplate,
    materials: Mapping[str, bytes],
    values: Mapping[str, str],
    write: Write,
) -> dict[str, Any]:
    # Qt is looked for only now, so that --help and a wrong file cost nothing; with no window it needs no display.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from koodesk.preview import fonts
    from koodesk.preview.measure import FontMeasure
    from koodesk.preview.pictures import PictureSource
    from koodesk.preview.render import png
    from koodesk.preview.video_sms import arrange_message
    from koodesk.preview.video_sms_phone import PhoneKind
    from koodesk.preview.video_sms_pictures import still_loader
    from koodesk.preview.video_sms_reader import read_message_phones
    from koodesk.preview.video_sms_render import MessageRenderer
    from koodesk.preview.video_sms_report import message_as_json

    _application = QGuiApplication.instance() or QGuiApplication([])
    resources = paths.resources()
    known = read_message_phones(resources / "phones" / "video_sms")
    faces = fonts.load(resources / "fonts")
    measure = FontMeasure(faces)
    covers = _covers(template, materials)
    loader = still_loader(materials.get, lambda digest, at_ms: covers.get((digest, at_ms)))
    renderer = MessageRenderer(PictureSource(loader), faces)
    signature, font_scale = args.signature or "", args.font_scale or 1.0
    phones: dict[str, dict[str, Any]] = {}
    for name in args.phones or PHONES:
        phone = known[PhoneKind(name)]
        for carrier in args.carriers or (Carrier.CMCC,):
            placement = arrange_message(
                template, signature, phone, carrier, values, measure, dark=args.dark, font_scale=font_scale
            )
            file = f"{name}-{carrier.value}.png"
            write(args.out / file, png(renderer.paint(placement, args.scale)))
            phones.setdefault(name, {})[carrier.value] = {
                "file": file,
                "carrier": phone.sender(carrier).name,
                "sender_example": phone.sender(carrier).number,
                **message_as_json(placement),
                "marks": [as_data(mark) for mark in placement.marks],
            }
    summary: dict[str, Any] = {
        "message": args.card.name,
        "digest": template_digest(template),
        "signature": signature,
        "scale": args.scale,
        "dark": args.dark,
        "font_scale": font_scale,
        "values": dict(values),
        "assumptions": {
            name: [{"zh": zh, "en": en} for zh, en in known[PhoneKind(name)].assumptions] for name in phones
        },
        "phones": phones,
    }
    text = json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True)
    write(args.out / "placement.json", (text + "\n").encode())
    return summary


def _covers(template: VideoTemplate, materials: Mapping[str, bytes]) -> dict[tuple[str, int], bytes]:
    """Return each video's picture at its cover's moment, opened in a process of its own; without one where that fails."""
    videos = {
        (media.digest, media.cover_ms): media
        for media in template.media
        if media.kind is ResourceKind.VIDEO and media.digest in materials
    }
    if not videos:
        return {}
    from koodesk.backend import bootstrap

    check = bootstrap.video_check()
    found: dict[tuple[str, int], bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for key, media in videos.items():
            file = Path(folder) / f"film.{'3gp' if media.type == '3gp' else 'mp4'}"
            file.write_bytes(materials[media.digest])
            try:
                found[key] = check.cover(file, media.cover_ms)[0]
            except Refused:
                continue  # the place of the video is drawn empty, with its sign to play
    return found
