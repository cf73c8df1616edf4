# SPDX-License-Identifier: Apache-2.0
"""How much a rule pack says and how sure it is of it: counts, and every rule whose sources disagree. Pure.

Paths are those of `rule_pack_diff`, so that one reader makes words of both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Final

from koodesk.domain.rule_pack import Confidence, Fact, RulePack
from koodesk.domain.rule_pack_diff import UNKNOWN, item_name, plain

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A rule with its source. `where` is a path of names ("layouts/Carousel/slots/title/limits/OPPO"), `value` plain text,
    empty for a part that is sure or unsure as a whole. `note` says what the other sources say, where the pack records it."""

    where: str
    value: str
    source: str
    confidence: Confidence
    note: str
    date: str


@dataclass(frozen=True, slots=True)
class PackSummary:
    """A pack at a glance. `counts` has every confidence; their sum is `statements`."""

    layouts: int
    events: int
    statements: int
    counts: Mapping[Confidence, int]
    conflicts: tuple[Statement, ...]


def statements(pack: RulePack) -> Iterator[Statement]:
    """Yield every rule that has a source and a confidence of its own, in the order of the pack."""
    return _walk(pack, (), pack.date)


def summary(pack: RulePack) -> PackSummary:
    """Count a pack's rules by confidence and list those whose sources disagree."""
    found: Final = tuple(statements(pack))
    counted = Counter(s.confidence for s in found)
    return PackSummary(
        layouts=len(pack.layouts),
        events=len(pack.events),
        statements=len(found),
        counts={c: counted[c] for c in Confidence},
        conflicts=tuple(s for s in found if s.confidence is Confidence.CONFLICT),
    )


def _walk(value: object, path: Path, date: str) -> Iterator[Statement]:
    if isinstance(value, Fact):
        shown = UNKNOWN if value.value is None else plain(value.value)
        yield Statement("/".join(path), shown, value.source, value.confidence, value.note, value.date or date)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _walk(inner, (*path, plain(name)), date)
    elif isinstance(value, tuple):
        for number, inner in enumerate(value, 1):
            if is_dataclass(inner):
                yield from _walk(inner, (*path, item_name(inner, number)), date)
    elif is_dataclass(value) and not isinstance(value, type):
        confidence = getattr(value, "confidence", None)
        if isinstance(confidence, Confidence):
            source, note = getattr(value, "source", ""), getattr(value, "note", "")
            yield Statement("/".join(path), "", source, confidence, note, date)
        for field in fields(value):
            yield from _walk(getattr(value, field.name), (*path, field.name), date)
