# SPDX-License-Identifier: Apache-2.0
"""Who a command acts as: `--user NAME` with a password, or an access key from the environment.

`--user` may stand anywhere on the line. The password is KOODESK_PASSWORD, else asked for at the terminal; an access key is
KOODESK_AK and KOODESK_SK, so that neither ever stands in a list of processes. Nothing is asked before a workspace is
opened, and without any of it a command acts as the main account while that has no password.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from typing import Final

from koodesk.backend.views.identity import OFFERED, Credentials
from koodesk.domain.problem import Refused, problem

OPTION: Final = "--user"


def take_user(arguments: list[str]) -> str:
    """Take `--user NAME` or `--user=NAME` out of the arguments and return the name, empty where there is none.

    Raises Refused (cli.user.missing) when the name is missing.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    for number, argument in enumerate(arguments[:end]):
        if argument.startswith(f"{OPTION}="):
            del arguments[number]
            name = argument.partition("=")[2]
        elif argument == OPTION:
            name = arguments[number + 1] if number + 1 < end else ""
            del arguments[number : number + 2]
        else:
            continue
        if not name or name.startswith("--"):
            raise Refused(problem("cli.user.missing", OPTION))
        return name
    return ""


def offer(user: str, ask: Callable[[str], str] = getpass.getpass) -> None:
    """Let what is opened from now on ask who this is."""
    OFFERED.set(lambda: _credentials(user, ask))


def ask_password(user: str, ask: Callable[[str], str] = getpass.getpass) -> str:
    """Return a user's password: KOODESK_PASSWORD, else asked for at the terminal; empty where nobody can be asked."""
    password = os.environ.get("KOODESK_PASSWORD", "")
    if not password and sys.stdin is not None and sys.stdin.isatty():
        password = ask(f"{user}: ")
    return password


def _credentials(user: str, ask: Callable[[str], str]) -> Credentials | None:
    if user:
        return Credentials(user, ask_password(user, ask))
    ak, sk = os.environ.get("KOODESK_AK", ""), os.environ.get("KOODESK_SK", "")
    return Credentials(ak=ak, sk=sk) if ak else None
