# SPDX-License-Identifier: Apache-2.0
"""Common reasons of a rejection (常用驳回原因), as data in two languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

REASON_MAX = 200
"""Most characters of a reviewer's words; Koodesk's own."""


@dataclass(frozen=True, slots=True)
class CommonReason:
    """A reason; `kinds` are the review kinds it fits, none for all. `source` is a tag of the facts, or "Koodesk"."""

    id: str
    kinds: tuple[str, ...]
    zh: str
    en: str
    source: str


def read_common_reasons(text: str) -> tuple[CommonReason, ...]:
    """Read `review_reasons.toml`. Raises KeyError or ValueError when the data breaks its own rules: it ships."""
    data: dict[str, Any] = tomllib.loads(text)
    found = tuple(
        CommonReason(one["id"], tuple(one.get("kinds", ())), one["zh"], one["en"], one["source"])
        for one in data["reason"]
    )
    if len({one.id for one in found}) != len(found):
        raise ValueError("a reason is written twice")
    if any(not 0 < len(words) <= REASON_MAX for one in found for words in (one.zh, one.en)):
        raise ValueError("a reason is empty or too long")
    return found
