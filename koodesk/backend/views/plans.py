# SPDX-License-Identifier: Apache-2.0
"""Frozen rows of send plans for screens and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.backend.views.sending import Confirmation
from koodesk.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A send that waits for a person (待确认). `digest` is its token: what confirms it and nothing else."""

    digest: str
    kind: str
    name: str
    file: str
    to_send: int
    origin: str
    by: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What came of a plan: what would be confirmed, and the rows of its number file. `rehearsed` is a dry run: nothing is
    kept, and the confirmation has no digest."""

    confirmation: Confirmation
    file: str
    rows: int
    valid: int
    duplicate: int
    invalid: int
    rehearsed: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """What became of one file of a watched folder: the send that waits now ("" for none), or what is in its way."""

    file: str
    digest: str = ""
    to_send: int = 0
    problems: tuple[Problem, ...] = ()
