# SPDX-License-Identifier: Apache-2.0
"""`koodesk service-account`: chapter 4 of the guide without a window (智能信息服务号).

    file FILE.toml | list | create FILE.toml [--submit] | submit ID [--reason PART=TEXT] | freeze ID --reason R | unfreeze ID | urge ID menu|home
    ports | port NUMBER --signature S --paper P | bind NUMBER ID [--region R] | unbind NUMBER | delete-port NUMBER
    shortcuts | shortcut FILE.toml | stop ID | effect SIGNATURE [--region R] [--vendor V]

Exit codes: 0 done, 1 refused, 2 wrong use.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from koodesk import paths
from koodesk.cli.engine_up import bring_up
from koodesk.cli.output import DONE, emit, report_refusals
from koodesk.cli.service_account_file import (
    Files,
    read_account,
    read_filing,
    read_shortcut,
    region_choice,
)
from koodesk.domain.filing import FilingKind
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Refused, problem
from koodesk.domain.service_account.codec import encode
from koodesk.domain.service_account.values import Port, PortType, RecordKind, ServicePicture
from koodesk.domain.vendor import Vendor

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.service_account import AccountEffects, AccountRow, PortRow, RecordRow

_TYPES: Final = {"ordinary": PortType.ORDINARY, "prefix": PortType.PREFIX, "suffix": PortType.SUFFIX}
_PARTS: Final = {"profile": RecordKind.PROFILE, "menu": RecordKind.MENU, "home": RecordKind.HOME}
_MEDIA: Final = {"image/png": "png", "image/jpeg": "jpg"}


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "service-account", help="service accounts: profile, menu, home page, numbers, shortcuts"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, about: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(name, help=about)
        made.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        made.add_argument("--json", action="store_true", help="one JSON object on standard output")
        return made

    filing = action("file", "hand in the filing of the service account from a TOML file")
    filing.add_argument("file", type=Path, metavar="FILE.toml")
    action("list", "the accounts, newest first")
    create = action("create", "make an account of a TOML file, as a draft")
    create.add_argument("file", type=Path, metavar="FILE.toml")
    create.add_argument("--submit", action="store_true", help="hand it in at once")
    submit = action("submit", "hand in profile, menu and home page")
    submit.add_argument("account", metavar="ID|NAME")
    submit.add_argument(
        "--reason",
        action="append",
        default=[],
        type=_reason,
        metavar="PART=TEXT",
        help="why a part that is in effect is changed; PART is profile (1-200 characters), menu (1-1000) or home (5-50)",
    )
    action("unfreeze", "unfreeze: a new review").add_argument("account", metavar="ID|NAME")
    freeze = action("freeze", "freeze an account: phones show it no more")
    freeze.add_argument("account", metavar="ID|NAME")
    freeze.add_argument("--reason", required=True, help="why, at most 200 characters")
    urge = action("urge", "urge the review of a menu or home page")
    urge.add_argument("account", metavar="ID|NAME")
    urge.add_argument("part", choices=("menu", "home"))
    action("ports", "the channel numbers, newest first")
    port = action("port", "register a channel number")
    port.add_argument("number", metavar="NUMBER")
    port.add_argument("--type", choices=tuple(_TYPES), default="ordinary")
    port.add_argument(
        "--signature", action="append", default=[], metavar="NAME", help="without 【】; may be repeated"
    )
    port.add_argument(
        "--paper", action="append", type=Path, default=[], metavar="F.png", help="授权证明; may be repeated"
    )
    bind = action("bind", "bind a channel number to an account")
    bind.add_argument("number", metavar="NUMBER")
    bind.add_argument("account", metavar="ID|NAME")
    bind.add_argument(
        "--region", action="append", default=[], metavar="NAME|CODE", help="全国 where none is named"
    )
    bind.add_argument(
        "--signature",
        action="append",
        default=[],
        metavar="NAME",
        help="all of the number's where none is named",
    )
    for name, about in (
        ("unbind", "remove the bindings of a channel number"),
        ("delete-port", "delete a channel number"),
    ):
        action(name, about).add_argument("number", metavar="NUMBER")
    action("shortcuts", "the SMS shortcuts, newest first")
    shortcut = action("shortcut", "make an SMS shortcut of a TOML file and hand it in")
    shortcut.add_argument("file", type=Path, metavar="FILE.toml")
    action("stop", "take a shortcut out of service").add_argument("shortcut", type=int, metavar="ID")
    effect = action("effect", "what a message with an SMS signature shows on a phone")
    effect.add_argument("signature", metavar="SIGNATURE")
    effect.add_argument("--region", default="", metavar="NAME|CODE")
    effect.add_argument("--vendor", choices=[v.value for v in Vendor], default=Vendor.HUAWEI.value)


def _reason(text: str) -> tuple[RecordKind, str]:
    part, equals, reason = text.partition("=")
    if not equals or part not in _PARTS:
        raise argparse.ArgumentTypeError(f"PART=TEXT, PART being one of {', '.join(_PARTS)}")
    return _PARTS[part], reason


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    # Late, so that --help loads no database library.
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        if args.action in _READS:
            _show(_READS[args.action](service, args), as_json=args.json)
        else:
            bring_up(service)
            service.reviews.sync()
            _show(_WRITES[args.action](service, args), as_json=args.json)
    return outcome.code


# --- what each action does -------------------------------------------------------------------------------------


def _file(service: Service, args: argparse.Namespace) -> Any:
    kind = FilingKind.SERVICE_ACCOUNT
    company, papers = read_filing(args.file)
    for paper, path in papers:
        service.filings.attach(kind, paper, path)
    service.filings.set_company(kind, company)
    row = service.filings.submit(kind)
    return {"state": row.state.value, "due_ms": row.progress.due_ms}


def _files(service: Service, kind: RecordKind) -> Files:
    def picture(path: Path, rule: str) -> ServicePicture:
        row = service.materials.add_account_picture(
            path, service.service_accounts.checker.rules.pictures[rule]
        )
        return ServicePicture(row.digest, row.width, row.height, row.size, _MEDIA[row.media_type])

    def paper(path: Path) -> Paper:
        return service.service_accounts.add_paper(path, kind)

    return Files(picture, paper)


def _create(service: Service, args: argparse.Namespace) -> Any:
    regions = service.service_accounts.checker.regions
    found = read_account(args.file, _files(service, RecordKind.PROFILE), regions)
    row = service.service_accounts.create(found.profile, found.menu, found.home)
    return account_data(service.service_accounts.submit(row.id) if args.submit else row)


def _submit(service: Service, args: argparse.Namespace) -> Any:
    number = _account(service, args.account).id
    return account_data(service.service_accounts.submit(number, dict(args.reason)))


def _freeze(service: Service, args: argparse.Namespace) -> Any:
    return account_data(service.service_accounts.freeze(_account(service, args.account).id, args.reason))


def _unfreeze(service: Service, args: argparse.Namespace) -> Any:
    return account_data(service.service_accounts.unfreeze(_account(service, args.account).id))


def _urge(service: Service, args: argparse.Namespace) -> Any:
    accounts, number = service.service_accounts, _account(service, args.account).id
    return account_data(accounts.urge_menu(number) if args.part == "menu" else accounts.urge_home(number))


def _port(service: Service, args: argparse.Namespace) -> Any:
    paper = _files(service, RecordKind.PORT).paper
    made = Port(_TYPES[args.type], args.number, tuple(args.signature), papers=tuple(map(paper, args.paper)))
    return port_data(service.account_ports.create(made))


def _bind(service: Service, args: argparse.Namespace) -> Any:
    choice = region_choice(tuple(args.region), service.service_accounts.checker.regions)
    port, account = _number(service, args.number), _account(service, args.account)
    return port_data(service.account_ports.bind(port.id, account.id, tuple(args.signature), choice))


def _unbind(service: Service, args: argparse.Namespace) -> Any:
    port = _number(service, args.number)
    for one in port.bindings:
        service.account_ports.unbind(one.id)
    return port_data(service.account_ports.get(port.id))


def _delete_port(service: Service, args: argparse.Namespace) -> Any:
    port = _number(service, args.number)
    service.account_ports.delete(port.id)
    return {"deleted": port.number}


def _shortcut(service: Service, args: argparse.Namespace) -> Any:
    regions = service.service_accounts.checker.regions
    made = read_shortcut(args.file, _files(service, RecordKind.SHORTCUT), regions)
    return record_data(service.account_shortcuts.create(made))


def _stop(service: Service, args: argparse.Namespace) -> Any:
    return record_data(service.account_shortcuts.stop(args.shortcut))


def _effect(service: Service, args: argparse.Namespace) -> Any:
    found = service.service_accounts.effects_on(args.signature, args.region, Vendor(args.vendor))
    return effect_data(found)


_READS: Final = {
    "list": lambda service, _: {"items": [account_data(row) for row in service.service_accounts.list()]},
    "ports": lambda service, _: {"items": [port_data(row) for row in service.account_ports.list()]},
    "shortcuts": lambda service, _: {"items": [record_data(row) for row in service.account_shortcuts.list()]},
    "effect": _effect,
}
_WRITES: Final = {
    "file": _file,
    "create": _create,
    "submit": _submit,
    "freeze": _freeze,
    "unfreeze": _unfreeze,
    "urge": _urge,
    "port": _port,
    "bind": _bind,
    "unbind": _unbind,
    "delete-port": _delete_port,
    "shortcut": _shortcut,
    "stop": _stop,
}


def _account(service: Service, named: str) -> AccountRow:
    if named.isascii() and named.isdecimal():
        return service.service_accounts.get(int(named))
    found = [row for row in service.service_accounts.list() if row.name == named]
    if len(found) != 1:
        raise Refused(problem("sa.unknown", "account", id=named))
    return found[0]


def _number(service: Service, number: str) -> PortRow:
    found = next((row for row in service.account_ports.list() if row.number == number), None)
    if found is None:
        raise Refused(problem("sa.unknown", "number", id=number))
    return found


# --- what is printed -------------------------------------------------------------------------------------------


def record_data(row: RecordRow) -> dict[str, Any]:
    """Return a record as the command's JSON object."""
    return {
        "id": row.id,
        "kind": row.kind.value,
        "title": row.title,
        "revision": row.revision,
        "approval": row.approval.value,
        "life": row.life.value,
        "effect_ms": row.effect_ms,
        "reasons": [{"code": r.code, "where": r.where, "text": r.text} for r in row.reasons],
        "problems": [{"code": p.code, "where": p.where} for p in row.problems],
        "content": encode(row.content),
    }


def account_data(row: AccountRow) -> dict[str, Any]:
    """Return an account as the command's JSON object."""
    return {
        "id": row.id,
        "name": row.name,
        "remark": row.remark,
        "ports": list(row.ports),
        "profile": record_data(row.profile),
        "menu": record_data(row.menu),
        "home": record_data(row.home),
    }


def port_data(row: PortRow) -> dict[str, Any]:
    """Return a channel number as the command's JSON object."""
    return {
        **record_data(row.record),
        "number": row.number,
        "bindings": [
            {
                "id": one.id,
                "account": one.account_id,
                "name": one.account_name,
                "signatures": list(one.signatures),
                "regions": list(one.regions),
            }
            for one in row.bindings
        ],
    }


def effect_data(found: AccountEffects) -> dict[str, Any]:
    """Return what a message shows as the command's JSON object."""
    return {
        "account": found.account_id,
        "name": found.name,
        "menu": None if found.menu is None else encode(found.menu),
        "home": None if found.home is None else encode(found.home),
        "shortcuts": [one.name for one in found.shortcuts],
        "doubtful": found.doubtful,
    }


def _show(data: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        emit(data)
        return
    for one in data.get("items", [data]):
        print(_line(one))


def _line(one: dict[str, Any]) -> str:
    """Return one line a person reads: who it is and how its records stand."""
    parts = [
        one[name]
        for name in ("profile", "menu", "home")
        if isinstance(one.get(name), dict) and "approval" in one[name]
    ]
    states = "  ".join(f"{part['approval']}/{part['life']}" for part in parts or [one] if "approval" in part)
    if not states:
        return "  ".join(f"{name}={value}" for name, value in one.items())
    name = one.get("name") or one.get("number") or one.get("title") or "-"
    return f"{one['id']:>6}  {states}  {name}"
