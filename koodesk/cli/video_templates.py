# SPDX-License-Identifier: Apache-2.0
"""`koodesk video list|public|new|import|export|submit|signature`: templates and signatures of video SMS (智能信息基础版).

`submit` sets what the dialog 提交审核 asks for, where it is given, saves and hands in. Exit codes: 0 done, 1 refused, 2
wrong use.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from koodesk import paths
from koodesk.cli.engine_up import bring_up
from koodesk.cli.output import DONE, emit, report_refusals
from koodesk.domain.problem import Refused, problem
from koodesk.domain.video_sms.signature import VideoSignatureDraft
from koodesk.domain.video_sms.template import Channel, VideoTemplate

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.video import PublicVideoRow, VideoSignatureRow, VideoTemplateRow

ACTIONS: Final = ("list", "public", "new", "import", "export", "submit", "signature")


def add_actions(actions: Any) -> None:
    """Declare the actions beside those of video files."""
    show = actions.add_parser("list", help="the templates of video SMS, last saved first")
    show.add_argument("--text", default="", help="only those whose name, subject or id holds it")
    public = actions.add_parser("public", help="the public templates one may begin with")
    new = actions.add_parser("new", help="store a new template, empty or a copy of a public one")
    new.add_argument("--title", default="", help="its subject")
    new.add_argument("--public", metavar="KEY", default="", help="copy this public template")
    take = actions.add_parser("import", help="store a template file in the workspace")
    take.add_argument("file", type=Path, metavar="MESSAGE.koovideo")
    give = actions.add_parser("export", help="write a template with its media as a file")
    give.add_argument("template", metavar="ID|NAME")
    give.add_argument("--out", type=Path, required=True, metavar="F.koovideo")
    hand_in = actions.add_parser("submit", help="hand a template in for review")
    hand_in.add_argument("template", metavar="ID|NAME")
    hand_in.add_argument("--name", help="模板名称")
    hand_in.add_argument("--signature", metavar="NAME", help="a signature of the workspace, without 【】")
    hand_in.add_argument("--days", type=int, metavar="N", help="有效期（日）, 0 is permanent")
    hand_in.add_argument("--channel", choices=[c.value for c in Channel], help="通道配置")
    hand_in.add_argument("--remarks", help="模板备注")
    hand_in.add_argument(
        "--qr", action=argparse.BooleanOptionalAction, default=None, help="a picture or video shows a QR code"
    )
    sign = actions.add_parser("signature", help="the signatures of video SMS: list, add")
    steps = sign.add_subparsers(dest="step", metavar="STEP", required=True)
    signatures = steps.add_parser("list", help="the signatures, newest first")
    add = steps.add_parser("add", help="add a signature and hand it in")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--third-party", action="store_true", help="the name is not the company's own")
    add.add_argument("--authorization", type=Path, metavar="F.pdf", help="签名授权函")
    add.add_argument("--other", type=Path, metavar="F.zip|F.rar", help="其他材料")
    for action in (show, public, new, take, give, hand_in, signatures, add):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    # Late, so that --help loads no database library.
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        match args.action:
            case "signature":
                _signature(service, args)
            case "list":
                rows = service.video_templates.list(args.text)
                _show_all([as_data(row) for row in rows], [_line(row) for row in rows], as_json=args.json)
            case "public":
                ready = service.video_templates.public()
                lines = [f"{row.key:<14}  {row.name}  {row.about}" for row in ready]
                _show_all([_public_data(row) for row in ready], lines, as_json=args.json)
            case "new" if args.public:
                made = service.video_templates.new_from_public(args.public)
                if args.title:
                    made = _changed(service, made, title=args.title)
                _show(made, as_json=args.json)
            case "new":
                _show(service.video_templates.new(args.title), as_json=args.json)
            case "import":
                _show(service.video_templates.import_file(args.file), as_json=args.json)
            case "export":
                row = find_template(service, args.template)
                service.video_templates.export_file(row.id, args.out)
                if args.json:
                    emit({"id": row.id, "file": str(args.out)})
            case _:
                _show(_submit(service, args), as_json=args.json)
    return outcome.code


def as_data(row: VideoTemplateRow) -> dict[str, Any]:
    """Return a template as the command's JSON object."""
    return {
        "id": row.id,
        "tpl_id": row.tpl_id,
        "name": row.name,
        "title": row.title,
        "state": row.state.value,
        "sendable": row.sendable,
        "carriers": {v.carrier.value: {"state": v.verdict.value, "reason": v.reason} for v in row.carriers},
        "reasons": [{"code": r.code, "where": r.where, "text": r.text} for r in row.reasons],
        "signature": row.signature_name,
        "channel": row.channel.value,
        "validity_days": row.validity_days,
        "params": list(row.params),
        "size": row.size,
        "revision": row.revision,
        "digest": row.digest,
        "left_open": [p.code for p in row.left_open],
    }


def signature_data(row: VideoSignatureRow) -> dict[str, Any]:
    """Return a signature as the command's JSON object."""
    return {
        "id": row.id,
        "name": row.name,
        "third_party": row.third_party,
        "state": row.state.value,
        "usable": row.usable,
        "reasons": [{"code": r.code, "where": r.where, "text": r.text} for r in row.reasons],
    }


def _signature(service: Service, args: argparse.Namespace) -> None:
    if args.step == "list":
        rows = service.video_signatures.list()
        lines = [_signature_line(row) for row in rows]
        _show_all([signature_data(row) for row in rows], lines, as_json=args.json)
        return
    bring_up(service)
    draft = VideoSignatureDraft(args.name, args.third_party)
    row = service.video_signatures.add(draft, args.authorization, args.other)
    if args.json:
        emit(signature_data(row))
    else:
        print(_signature_line(row))


def _submit(service: Service, args: argparse.Namespace) -> VideoTemplateRow:
    """Set what the dialog asks for, where it is given, and hand in. Raises Refused."""
    bring_up(service)
    service.reviews.sync()
    changes: dict[str, Any] = {
        "name": args.name,
        "validity_days": args.days,
        "channel": None if args.channel is None else Channel(args.channel),
        "remarks": args.remarks,
        "has_qr": args.qr,
    }
    if args.signature is not None:
        found = next((s for s in service.video_signatures.list() if s.name == args.signature), None)
        if found is None:
            raise Refused(problem("video_signature.unknown", "signature", id=args.signature))
        changes["signature_id"] = found.id
    row = find_template(service, args.template)
    given = {name: value for name, value in changes.items() if value is not None}
    return service.video_templates.submit(_changed(service, row, **given).id if given else row.id)


def _changed(service: Service, row: VideoTemplateRow, **changes: Any) -> VideoTemplateRow:
    _, template = service.video_templates.open(row.id)
    changed: VideoTemplate = replace(template, **changes)
    return service.video_templates.save(row.id, changed, row.revision)


def find_template(service: Service, named: str) -> VideoTemplateRow:
    """Return a template by its id on the desk or its whole name. Raises Refused: video_sms.unknown, video_sms.ambiguous."""
    if named.isascii() and named.isdecimal():
        return service.video_templates.get(int(named))
    found = [row for row in service.video_templates.list() if row.name == named]
    if not found:
        raise Refused(problem("video_sms.unknown", "template", id=named))
    if len(found) > 1:
        raise Refused(problem("video_sms.ambiguous", "template", name=named, count=len(found)))
    return found[0]


def _public_data(row: PublicVideoRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": {"zh": row.name, "en": row.name_en},
        "about": {"zh": row.about, "en": row.about_en},
        "title": row.title,
        "params": list(row.params),
        "size": row.size,
    }


def _show_all(values: list[dict[str, Any]], lines: list[str], *, as_json: bool) -> None:
    if as_json:
        emit({"items": values})
        return
    for line in lines:
        print(line)


def _show(row: VideoTemplateRow, *, as_json: bool) -> None:
    if as_json:
        emit(as_data(row))
    else:
        print(_line(row))


def _line(row: VideoTemplateRow) -> str:
    carriers = ",".join(v.carrier.value for v in row.carriers if v.verdict.value == "approved") or "-"
    name = row.name or row.title or "-"
    return f"{row.id:>6}  {row.tpl_id or '-':>9}  {row.state.value:<9}  {carriers:<14}  {name}"


def _signature_line(row: VideoSignatureRow) -> str:
    return f"{row.id:>6}  {row.state.value:<13}  【{row.name}】"
