# SPDX-License-Identifier: Apache-2.0
"""Calls that are shown and not made: with the numbers of phones masked, whatever field they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson

from koodesk.backend.ports.gateway import Batch
from koodesk.backend.ports.rehearsal import RehearsedCall

_NUMBER: Final = re.compile(r"(?<![0-9])((?:\+?86|0086)?1[0-9]{2})[0-9]{4}([0-9]{4})(?![0-9])", re.ASCII)
_FIRST, _LAST = 10_000_000_000, 19_999_999_999


def masked(value: Any) -> Any:
    """Return JSON with the middle of every phone number replaced: in texts, in numbers, and in the keys of objects."""
    match value:
        case bool():
            return value
        case str():
            return _NUMBER.sub(r"\1****\2", value)
        case int():
            return masked(str(value)) if _FIRST <= value <= _LAST else value
        case dict():
            return {masked(name): masked(one) for name, one in value.items()}
        case list() | tuple():
            return [masked(one) for one in value]
        case _:
            return value


class LocalStage:
    """Rehearses the local engine's one call a batch."""

    def calls(self, batches: Iterable[Batch]) -> Iterator[RehearsedCall]:
        """Yield the calls of a send."""
        for batch in batches:
            yield RehearsedCall("POST", "/engine/v1/batches", (), masked(orjson.loads(batch.payload)))
