# SPDX-License-Identifier: Apache-2.0
"""A reviewer's reasons as lines for a person."""

from __future__ import annotations

import json
from typing import Any

from koodesk import messages
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.review_state import Verdict
from koodesk.ui import i18n


def reason_line(reason: Any) -> str:
    """Say one reason: its catalogue sentence where its code has one, else the reviewer's own words."""
    if reason.code in messages.catalogue():
        params = (
            json.loads(reason.params) if isinstance(reason.params, str) and reason.params else reason.params
        )
        pairs = tuple(sorted(dict(params or {}).items()))
        return str(messages.sentence(Problem(reason.code, reason.where, pairs), i18n.language()))
    return str(reason.text or reason.code)


def reason_lines(reasons: Any) -> str:
    """Say all reasons, a line each."""
    return "\n".join(f"· {reason_line(reason)}" for reason in reasons)


def said_of(row: Any) -> tuple[Problem, ...]:
    """Return what reviewers said of a card's present content, each at the part it is about; nothing where it was not
    rejected by anybody, or was changed since."""
    if row.changed_since_review or not any(v.verdict is Verdict.REJECTED for v in row.verdicts):
        return ()
    found: dict[Problem, None] = {}
    for reason in row.progress.reasons:
        if reason.text:
            vendors = {
                r.vendor for r in row.progress.reasons if (r.text, r.where) == (reason.text, reason.where)
            }
            vendor = reason.vendor if len(vendors) == 1 else None
            found[
                problem(
                    "review.said", reason.where, severity=Severity.WARNING, vendor=vendor, text=reason.text
                )
            ] = None
        elif reason.where:
            found[Problem(reason.code, reason.where, reason.params, Severity.WARNING, reason.vendor)] = None
    return tuple(found)
