# SPDX-License-Identifier: Apache-2.0
"""What a dry run shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CallView:
    """One call as it would leave, the numbers of phones masked in it. `body` is JSON, None where there is none."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any
