# SPDX-License-Identifier: Apache-2.0
"""How the checks are tested: one change to a good card, one problem.

Each subject's file holds a table of cases; `test_register` sees that together they reach every code there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from koodesk.domain.checks import check
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import Batch, Edit, SetEvent, SetText, SetVendors
from koodesk.domain.problem import Problem, Severity
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import good, pack

Change = Edit | Callable[[Template], Template]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True)
class Case:
    """A change and the problem it has to give."""

    change: Change
    code: str
    where: str
    severity: Severity = ERROR
    vendor: Vendor | None = None

    def __str__(self) -> str:
        return f"{self.code} {self.where} {self.vendor or ''}".strip()


def changed(change: Change) -> Template:
    """Return the good card with a change."""
    return change.apply(good()) if isinstance(change, Edit) else change(good())


def problems(change: Change, vendor: Vendor | None = None) -> tuple[Problem, ...]:
    """Check the good card with a change."""
    return check(changed(change), pack(), vendor)


def assert_found(case: Case) -> None:
    """The change gives the problem once, and without the change it is not there."""
    same = [
        p
        for p in problems(case.change)
        if (p.code, p.where, p.severity, p.vendor) == (case.code, case.where, case.severity, case.vendor)
    ]
    assert len(same) >= 1, [str(p) for p in problems(case.change)]
    assert same[0] not in check(good(), pack())


def codes(change: Change, vendor: Vendor | None = None) -> set[str]:
    """Return the codes of the problems that are not notes."""
    return {p.code for p in problems(change, vendor) if p.severity is not NOTE}


def event(kind: EventType, **fields: str) -> SetEvent:
    """Return the edit that gives the button an event."""
    return SetEvent("button", ClickEvent(kind, tuple(sorted((k, v) for k, v in fields.items() if v))))


def to(*vendors: Vendor) -> SetVendors:
    """Return the edit that chooses vendors."""
    return SetVendors(vendors)


def both(*edits: Edit) -> Batch:
    """Return several edits as one."""
    return Batch(edits)


def text(slot: str, words: str) -> SetText:
    """Return the edit of a text."""
    return SetText(slot, words)


def with_fields(**fields: object) -> Callable[[Template], Template]:
    """Return a change no edit would make, such as a parameter given twice."""
    return lambda template: replace(template, **fields)  # type: ignore[arg-type]  # each case names a real field
