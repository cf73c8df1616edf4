# SPDX-License-Identifier: Apache-2.0
"""Refusals and findings as data.

Every rule in Koodesk answers with a `Problem`: a code, the place, and the numbers a sentence needs. Sentences in
Chinese and English are made in `koodesk.ui.messages`; the command line uses the same catalogue. This module knows
neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from koodesk.domain.vendor import Vendor

Scalar = str | int | float | bool
"""What a problem's parameter may hold: anything that goes to JSON without a question."""


class Severity(StrEnum):
    """How much a problem matters: an error stops the step, a warning is shown, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or worth knowing.

    `code` is dotted and stable ("template.name.too_long"). `where` is a path a screen can focus: "name",
    "content:title", "content:button/event.target", "param:name", "paper:licence", "row:5", or empty for the whole.
    `params` are the numbers and names of the sentence ("limit", "actual", ...), sorted by key. `source` is the tag of
    the rule's source in the facts sheet, empty when the rule is Koodesk's own.
    """

    code: str
    where: str = ""
    params: tuple[tuple[str, Scalar], ...] = ()
    severity: Severity = Severity.ERROR
    vendor: Vendor | None = None
    source: str = ""

    def param(self, name: str) -> Scalar | None:
        """Return one parameter, or None when the problem does not carry it."""
        return dict(self.params).get(name)


def problem(
    code: str,
    where: str = "",
    *,
    severity: Severity = Severity.ERROR,
    vendor: Vendor | None = None,
    source: str = "",
    **params: Scalar,
) -> Problem:
    """Build a `Problem` with its parameters as keywords: `problem("x.too_long", "name", limit=17, actual=20)`."""
    return Problem(code, where, tuple(sorted(params.items())), severity, vendor, source)


class Refused(Exception):
    """A step was refused; `problems` say why. Raised by services, adapters and the edits of the editor alike."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("a refusal needs at least one problem")
        self.problems: Final[tuple[Problem, ...]] = problems
        super().__init__(", ".join(p.code for p in problems))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Keep the problems that stop a step."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)
