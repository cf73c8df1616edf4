# SPDX-License-Identifier: Apache-2.0
"""Where in the text of a fault script a refusal is about: the line a person has to change."""

from __future__ import annotations

import re
from typing import Final

from koodesk.domain.problem import Problem

_SYNTAX: Final = re.compile(r"\(at line ([0-9]{1,6}), column [0-9]{1,6}\)")
_KEY: Final = re.compile(r"(?:fault\[([0-9]{1,4})\])?\.?([A-Za-z0-9_-]*)")
_HEAD: Final = re.compile(r"\s*\[\[\s*fault\s*\]\]")


def line_of(text: str, found: Problem) -> int:
    """Return the line (from 1) of a script that a refusal of it is about; 0 where it is about no line in particular."""
    params = dict(found.params)
    if found.code == "faults.not_toml":
        syntax = _SYNTAX.search(str(params.get("cause", "")))
        return int(syntax[1]) if syntax else 0
    key = _KEY.fullmatch(str(params.get("key", "")))
    if key is None:
        return 0
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if _HEAD.match(line)]
    if key[1] is None:
        start, end = 0, heads[0] if heads else len(lines)
    elif int(key[1]) < len(heads):
        start = heads[int(key[1])]
        end = next((head for head in heads if head > start), len(lines))
    else:
        return 0
    wanted = re.compile(rf"""\s*["']?{re.escape(key[2])}["']?\s*=""") if key[2] else None
    for number in range(start, end):
        if wanted is not None and wanted.match(lines[number]):
            return number + 1
    # What is missing is missing from its rule.
    return start + 1 if key[1] is not None else 0
