# SPDX-License-Identifier: Apache-2.0
"""Links of an individual task as lines that come out of a spreadsheet: one link a line, its columns in a fixed order.

Columns are parted by tabs where a line has one, else by commas (Chinese ones too). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from koodesk.domain.problem import Refused, problem
from koodesk.domain.resolve_task import LinkDraft

FLAG: Final = "cust_flag"
CODE: Final = "custom_short_code"
URL: Final = "custom_url"
"""Columns that are not parameters, by the platform's names."""

_COMMA: Final = re.compile(r"[,，]")


def columns(params: Sequence[str], *, custom: bool, url: bool) -> tuple[str, ...]:
    """Return the columns of a line: the sender's note, the parameters, then the code or the URL where one is asked for."""
    return (FLAG, *params, *((CODE,) if custom else ()), *((URL,) if url and not custom else ()))


def read_links(text: str, names: Sequence[str]) -> tuple[LinkDraft, ...]:
    """Return one link for each line that is not blank. Raises Refused("resolve.line.columns") with every line that has too
    many or too few columns; trailing empty ones may be left out."""
    found: list[LinkDraft] = []
    wrong = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in (line.split("\t") if "\t" in line else _COMMA.split(line))]
        while len(cells) > len(names) and not cells[-1]:
            cells.pop()
        if len(cells) > len(names):
            wrong.append(
                problem("resolve.line.columns", "links", line=number, limit=len(names), actual=len(cells))
            )
            continue
        given = dict(zip(names, cells, strict=False))
        found.append(
            LinkDraft(
                short_code=given.pop(CODE, ""),
                custom_url=given.pop(URL, ""),
                cust_flag=given.pop(FLAG, ""),
                values=tuple(sorted((name, value) for name, value in given.items())),
            )
        )
    if wrong:
        raise Refused(*wrong)
    return tuple(found)
