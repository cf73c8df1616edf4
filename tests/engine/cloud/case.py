# SPDX-License-Identifier: Apache-2.0
"""What the SDK suite knows of one operation: a call that is answered, what the answer must hold, and one that is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.engine.cloud.world import World

Request = Callable[[World], Any]


@dataclass(frozen=True)
class Case:
    """`good` and `bad` make requests of the SDK; `says` looks at the answer to the good one; `code` is the refusal."""

    good: Request
    says: Callable[[World, Any], bool]
    bad: Request
    code: str = "KD.CLOUD.FIELD"
    status: int = 400
