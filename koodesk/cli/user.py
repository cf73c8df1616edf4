# SPDX-License-Identifier: Apache-2.0
"""`koodesk user ...` and its groups: list, create, rights, password, enable, disable, delete; groups with their policies.

Passwords never stand on the line: they come from KOODESK_NEW_PASSWORD, else are asked for at the terminal.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import paths
from koodesk.cli.output import DONE, emit, language, report_refusals
from koodesk.domain.problem import Refused, problem

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.identity import GroupRow, UserRow


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("user", help="users and user groups")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    made = [actions.add_parser("list", help="the users with their groups")]
    create = actions.add_parser("create", help="make a user; the password is asked for")
    create.add_argument(
        "--group", action="append", default=[], metavar="GROUP", help="put the user into a group"
    )
    create.add_argument("--note", default="")
    create.add_argument("--no-password", action="store_true", help="nobody can sign in yet")
    create.add_argument(
        "--keep-password", action="store_true", help="need not be changed at the first sign-in"
    )
    named = [create]
    for name, about in (
        ("rights", "what a user may do, and by which policy"),
        ("password", "give a user a new password"),
        ("enable", "let a user sign in"),
        ("disable", "let a user sign in no longer"),
        ("delete", "delete a user with the access keys"),
    ):
        named.append(actions.add_parser(name, help=about))
    named[2].add_argument(
        "--keep-password", action="store_true", help="need not be changed at the first sign-in"
    )
    main = actions.add_parser("main-password", help="give the main account its first password")
    main.add_argument("--name", default="admin", help="what it is called when one signs in")
    made += [*named, main, actions.add_parser("groups", help="the user groups with policies and members")]
    group = actions.add_parser("group-create", help="make a user group")
    group.add_argument("--policy", action="append", default=[], metavar="POLICY", help="a policy it has")
    group.add_argument("--member", action="append", default=[], metavar="USER", help="a user in it")
    group.add_argument("--note", default="")
    gone = actions.add_parser("group-delete", help="delete a user group")
    for action in (*named, group, gone):
        action.add_argument("name", metavar="NAME")
    for action in (*named, gone):
        action.add_argument("--sure", action="store_true", help="also where it shuts somebody out")
    for action in (*made, group, gone):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        if args.action in ("groups", "group-create", "group-delete"):
            _groups(service, args)
        elif args.action == "rights":
            _rights(service, args)
        else:
            rows = _users(service, args)
            if args.json:
                emit({"users": [asdict(row) for row in rows]})
            else:
                for row in rows:
                    groups = ", ".join(name for _, name in row.groups) or "-"
                    print(f"{row.id:>4}  {row.name:<20}  {_state(row):<10}  {groups}")
    return outcome.code


def find_user(service: Service, name: str) -> UserRow:
    """Return the user of a name, whatever the case. Raises Refused (cli.user.unknown)."""
    found = next((u for u in service.users.list() if u.name.casefold() == name.casefold()), None)
    if found is None:
        raise Refused(problem("cli.user.unknown", name=name))
    return found


def new_password(prompt: str) -> str:
    """Return a new password from the environment or the terminal. Raises Refused (cli.password.missing)."""
    given = os.environ.get("KOODESK_NEW_PASSWORD", "")
    if given:
        return given
    if sys.stdin is None or not sys.stdin.isatty():
        raise Refused(problem("cli.password.missing"))
    typed = getpass.getpass(f"{prompt}: ")
    if getpass.getpass(f"{prompt} (again): ") != typed:
        raise Refused(problem("cli.password.differs"))
    return typed


def _users(service: Service, args: argparse.Namespace) -> tuple[UserRow, ...]:
    from koodesk.backend.views.identity import UserDraft

    if args.action == "list":
        return service.users.list()
    if args.action == "main-password":
        service.signing_in.set_main_password(args.name, new_password(args.name))
        return tuple(u for u in service.users.list() if u.main)
    if args.action == "create":
        groups = tuple(_group(service, name).id for name in args.group)
        password = "" if args.no_password else new_password(args.name)
        draft = UserDraft(args.name, args.note, groups)
        return (service.users.create(draft, password, must_change=not args.keep_password),)
    user = find_user(service, args.name)
    if args.action == "password":
        return (service.users.set_password(user.id, new_password(user.name), not args.keep_password),)
    if args.action == "delete":
        service.users.delete(user.id, sure=args.sure)
        return ()
    return (service.users.set_enabled(user.id, args.action == "enable", sure=args.sure),)


def _rights(service: Service, args: argparse.Namespace) -> None:
    rights = service.users.rights(find_user(service, args.name).id)
    if args.json:
        emit({"rights": [asdict(right) for right in rights]})
        return
    for right in rights:
        name = right.name_zh if language() == "zh" else right.name_en
        print(f"{'yes' if right.allowed else 'no':<4} {right.action:<36}  {right.policy or '-':<34}  {name}")


def _groups(service: Service, args: argparse.Namespace) -> None:
    from koodesk.backend.views.identity import GroupDraft

    rows: tuple[GroupRow, ...] = ()
    if args.action == "groups":
        rows = service.groups.list()
    elif args.action == "group-create":
        members = tuple(find_user(service, name).id for name in args.member)
        rows = (service.groups.create(GroupDraft(args.name, args.note, tuple(args.policy), members)),)
    else:
        service.groups.delete(_group(service, args.name).id, sure=args.sure)
    if args.json:
        emit({"groups": [asdict(row) for row in rows]})
        return
    for row in rows:
        members_of = ", ".join(name for _, name in row.members) or "-"
        print(f"{row.id:>4}  {row.name:<20}  {', '.join(row.policies) or '-'}  [{members_of}]")


def _group(service: Service, name: str) -> GroupRow:
    found = next((g for g in service.groups.list() if g.name.casefold() == name.casefold()), None)
    if found is None:
        raise Refused(problem("cli.group.unknown", name=name))
    return found


def _state(row: UserRow) -> str:
    if row.main:
        return "main"
    if not row.enabled:
        return "disabled"
    if row.locked_until_ms:
        return "locked"
    return "active" if row.has_password else "no password"
