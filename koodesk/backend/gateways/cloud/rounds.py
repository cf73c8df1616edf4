# SPDX-License-Identifier: Apache-2.0
"""Asking the platform about many, one after the other: what goes wrong about one keeps nobody else's news back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from koodesk.backend.gateways.cloud.client import FAILURES, REFUSED, Told
from koodesk.backend.gateways.engine_http import NothingSent
from koodesk.domain.problem import Refused

UNREADABLE: Final = (AttributeError, KeyError, TypeError, ValueError)
"""What an answer raises that is not what it should be."""

IN_A_ROW: Final = 3
"""Failures one after another that end a round: a platform that is away or turns calls away is not asked about all of them."""

One = TypeVar("One")


def ask_each(
    due: Iterable[One], ask: Callable[[One], None], asked: Callable[[One], None]
) -> Exception | None:
    """Ask about each; return why nothing was heard at all, None when anything was, or nobody was due.

    `asked` is told each that was asked about, whatever came of it, so that the next round begins with others. Where nobody
    can be asked (no connection, no key) the round ends. A word of the platform's about one (it is not there, it is another's) is an answer.
    """
    heard, row = False, 0
    failed: Exception | None = None
    for one in due:
        try:
            ask(one)
        except (NothingSent, Refused) as failure:
            failed = failure
            break
        except (*FAILURES, *UNREADABLE) as failure:
            asked(one)
            if isinstance(failure, Told) and failure.status in REFUSED and failure.code:
                heard, row = True, 0
                continue
            failed, row = failure, row + 1
            if row == IN_A_ROW:
                break
        else:
            asked(one)
            heard, row = True, 0
    return None if heard else failed
