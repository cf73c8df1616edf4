# SPDX-License-Identifier: Apache-2.0
"""`koodesk resolve create|list|details|freeze`: short links of an approved card (解析任务), and how often they were resolved.

`create` makes one group link, or individual links from a file with one line a link (tabs or commas): the customer flag, the
card's parameters in order, then a custom code with --domain --custom. Exit codes: 0 done, 1 refused, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import paths
from koodesk.cli.output import DONE, emit, report_refusals
from koodesk.domain.problem import Refused, problem
from koodesk.domain.resolve_lines import columns, read_links
from koodesk.domain.resolve_task import CodeType, Generation, LinkDraft, ResolveDraft

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.resolve import LinkRow, ResolveTaskRow


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "resolve", help="short links of a card: create, list, details, freeze"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    make = actions.add_parser("create", help="make links of an approved card")
    make.add_argument("card", type=int, metavar="CARD", help="number of the card")
    make.add_argument("--name", required=True, help="任务名称")
    make.add_argument(
        "--sign", action="append", required=True, metavar="NAME", help="a signature, without 【】"
    )
    make.add_argument("--days", type=int, default=7, metavar="N", help="validity (1-180, individual 1-7)")
    make.add_argument("--times", type=int, default=1000, metavar="N", help="resolves of a group link")
    make.add_argument(
        "--individual", type=Path, metavar="FILE", help="one line a link; - reads standard input"
    )
    make.add_argument("--domain", default="", metavar="NAME", help="a filed custom domain")
    make.add_argument(
        "--custom", metavar="CODE", nargs="?", const="", help="custom codes; the code of a group link"
    )
    make.add_argument("--url", default="", help="custom jump URL of a group link")
    make.add_argument("--flag", default="", help="customer flag of a group link")
    show = actions.add_parser("list", help="the tasks, newest first")
    links = actions.add_parser("details", help="the links of a task")
    links.add_argument("task", type=int, metavar="TASK")
    freeze = actions.add_parser("freeze", help="disable a task's links, or let them go again")
    freeze.add_argument("task", type=int, metavar="TASK")
    freeze.add_argument("--off", action="store_true", help="let them go again")
    for action in (make, show, links, freeze):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        service.engine.ensure_running()
        if args.action == "create":
            service.reviews.sync()
            row = service.resolve_tasks.create(args.card, draft_of(service, args))
            _show_links(service, row, as_json=args.json)
            return outcome.code
        service.resolve_tasks.sync()
        if args.action == "details":
            _show_links(service, service.resolve_tasks.get(args.task), as_json=args.json)
        elif args.action == "freeze":
            _show([service.resolve_tasks.freeze(args.task, not args.off)], as_json=args.json)
        else:
            _show(service.resolve_tasks.list(), as_json=args.json)
    return outcome.code


def draft_of(service: Service, args: argparse.Namespace) -> ResolveDraft:
    """Return the form the arguments stand for. Raises Refused: lines that cannot be read, resolve.file."""
    custom = args.custom is not None
    if args.individual is None:
        kind, times = CodeType.GROUP, args.times
        links: tuple[LinkDraft, ...] = (LinkDraft(args.custom or "", args.url, args.flag),)
    else:
        kind, times = CodeType.INDIVIDUAL, 1
        params = service.cards.get(args.card).params
        links = read_links(_text(args.individual), columns(params, custom=custom, url=True))
    return ResolveDraft(
        name=args.name,
        tpl_id="",
        type=kind,
        days=args.days,
        times=times,
        signatures=tuple(args.sign),
        links=links,
        generation=Generation.CUSTOM if custom else Generation.STANDARD,
        domain=args.domain,
    )


def _text(path: Path) -> str:
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as failure:
        raise Refused(problem("resolve.file", "links", file=path.name)) from failure


def as_data(row: ResolveTaskRow) -> dict[str, Any]:
    """Return a task as the command's JSON object."""
    return {
        "id": row.id,
        "name": row.name,
        "card": row.card_id,
        "tpl_id": row.tpl_id,
        "type": row.type.value,
        "domain": row.domain,
        "state": row.state,
        "links": row.links,
        "times": row.times,
        "resolved": row.resolved,
        "expires_ms": row.expires_ms,
    }


def link_data(link: LinkRow) -> dict[str, Any]:
    """Return a link as the command's JSON object."""
    return {
        "url": link.url,
        "code": link.code,
        "cust_flag": link.cust_flag,
        "custom_url": link.custom_url,
        "params": dict(link.params),
        "state": link.state,
        "resolved": link.resolved,
        "first_ms": link.first_ms,
        "last_ms": link.last_ms,
    }


def _show(rows: Any, *, as_json: bool) -> None:
    if as_json:
        emit({"items": [as_data(row) for row in rows]})
        return
    for row in rows:
        print(
            f"{row.id:>6}  {row.state:<8}  {row.links:>4}  {row.resolved:>8}  {row.type.value:<10}  {row.name}"
        )


def _show_links(service: Service, row: ResolveTaskRow, *, as_json: bool) -> None:
    links = service.resolve_tasks.links(row.id)
    if as_json:
        emit({**as_data(row), "items": [link_data(link) for link in links]})
        return
    for link in links:
        print(f"{link.url:<28}  {link.state:<8}  {link.resolved:>8}  {link.cust_flag}")
