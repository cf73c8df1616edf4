# SPDX-License-Identifier: Apache-2.0
"""A reviewer's reasons as lines for a person."""

from __future__ import annotations

import json
from typing import Any

from koodesk import messages
from koodesk.domain.problem import Problem
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
