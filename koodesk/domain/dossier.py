# SPDX-License-Identifier: Apache-2.0
"""A dossier (材料包): what has to be handed in at the console by hand, because the platform has no API for it.

It is made of the very body that was to be handed in: its fields to copy and its papers to upload. What became of it is told by
the person who was there: submitted, approved or rejected, with the day, and why it was rejected.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from koodesk.domain.problem import Problem, problem
from koodesk.domain.review_state import ReviewKind, Verdict

LONGEST_REASON: Final = 500
"""Characters of a reason; Koodesk's own."""
LONGEST_GIVEN: Final = 64
"""Characters of a number the platform gave; Koodesk's own."""

_PAPER: Final = frozenset({"name", "size", "digest", "type"})
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')

FIELDS: Final = frozenset(
    {
        "name",
        "kind",
        "url",
        "host",
        "note",
        "third_party",
        "licence_type",
        "credit_code",
        "contact",
        "phone",
        "mail",
        "enterprise_type",
        "industry",
        "type",
        "source",
        "signature",
        "content",
        "change_reason",
        # papers outside the filings' own lists
        "licence",
        "attorney",
        "authorization",
        "other",
    }
)
"""Fields that have a word of their own; others are named as in the body."""

PAGE_WORDS: Final = frozenset(
    {
        "language",
        "about",
        "steps",
        "step_open",
        "step_menu",
        "step_unknown",
        "step_copy",
        "step_tell",
        "fields",
        "papers",
        "no_papers",
        "no",
        "paper",
        "file",
        "size",
        "digest",
        "record",
        "submitted_on",
        "result",
        "who",
        "reason",
    }
)
"""What the page says; "language" is "zh" or "en"."""


class HandState(StrEnum):
    """What a person tells of a dossier: taken to the console, and what was decided there."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def verdict(self) -> Verdict:
        """Return what it means for the record."""
        return {
            HandState.SUBMITTED: Verdict.WAITING,
            HandState.APPROVED: Verdict.APPROVED,
            HandState.REJECTED: Verdict.REJECTED,
        }[self]


@dataclass(frozen=True, slots=True)
class DossierPaper:
    """A file to upload. `paper` is its place in the form, `size` in bytes, `type` its ending."""

    paper: str
    name: str
    size: int
    digest: str
    type: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is handed in: fields (path, value) in the body's order, and papers."""

    kind: ReviewKind
    ref: str
    digest: str
    title: str
    fields: tuple[tuple[str, str], ...]
    papers: tuple[DossierPaper, ...]


def dossier_of(kind: ReviewKind, ref: str, digest: str, body: str) -> Dossier:
    """Return the dossier of a submission's body (JSON text). Raises ValueError for a body that is none."""
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError("no object")
    fields: list[tuple[str, str]] = []
    papers: list[DossierPaper] = []
    for path, value in _walk(told, ""):
        if isinstance(value, dict):
            place = str(value.get("paper") or path.rpartition(".")[2])
            papers.append(
                DossierPaper(
                    place, str(value["name"]), int(value["size"]), str(value["digest"]), str(value["type"])
                )
            )
        else:
            fields.append((path, value))
    title = next((str(told[name]) for name in ("name", "url", "kind") if told.get(name)), ref)
    return Dossier(kind, ref, digest, title, tuple(fields), tuple(papers))


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Go through a body: papers as mappings, everything else as text; what is empty is left out."""
    if isinstance(value, dict):
        if value.keys() >= _PAPER:
            yield path, value
            return
        for name, inner in value.items():
            yield from _walk(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _walk(inner, f"{path}.{number}")
    elif value not in (None, ""):
        yield path, ("✓" if value else "—") if isinstance(value, bool) else str(value)


def file_name(number: int, paper: DossierPaper) -> str:
    """Return what a paper is called in the folder: its number in the list and its own name, without what a file system minds."""
    stem = _UNSAFE.sub("_", paper.name).strip(" .")[-80:] or "paper"
    ending = f".{paper.type}" if paper.type else ""
    return f"{number:02}-{stem}" if stem.lower().endswith(ending.lower()) else f"{number:02}-{stem}{ending}"


def check_word(
    state: HandState, day: str, reason: str, given: Mapping[str, str], today: date
) -> tuple[Problem, ...]:
    """Return what is wrong with what a person tells: the day is one of the calendar (YYYY-MM-DD) and not to come, a rejection has
    its reason."""
    found: list[Problem] = []
    try:
        told = date.fromisoformat(day)
    except ValueError:
        told = None
    if told is None or told > today or len(day) != 10:
        found.append(problem("dossier.day", "day", actual=day[:20]))
    length = len(reason.strip())
    if length > LONGEST_REASON or (state is HandState.REJECTED and not length):
        found.append(problem("dossier.reason", "reason", limit=LONGEST_REASON, actual=length))
    for name, value in given.items():
        if len(value) > LONGEST_GIVEN or not value.isprintable():
            found.append(problem("dossier.given", name, limit=LONGEST_GIVEN, actual=len(value)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the console a kind is handed in; "" where nobody has written it down. `gives` names the numbers the platform gives
    for it, which the desk needs afterwards."""

    zh: str
    en: str
    source: str
    gives: tuple[str, ...] = ()


def read_places(text: str) -> Mapping[ReviewKind, Place]:
    """Read `dossier.toml`. Raises KeyError or ValueError when the data is not complete: it ships with the program."""
    found = {
        ReviewKind(entry["id"]): Place(
            entry["zh"], entry["en"], entry["source"], tuple(entry.get("gives", ()))
        )
        for entry in tomllib.loads(text)["kind"]
    }
    if found.keys() != set(ReviewKind):
        raise ValueError("not every kind has its place")
    return found
