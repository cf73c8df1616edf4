# SPDX-License-Identifier: Apache-2.0
"""The audit log (审计日志): one entry a thing somebody did, chained by hashes so that a change of the past is found.

The hash of an entry covers the hash before it and everything the entry says. Entries are numbered from 1 without a gap,
so a row that is changed, taken out, put in or swapped breaks the chain at its place. What was cut off at the end is found
by the number of the last entry ever written, which is kept apart, or by a hash noted elsewhere (`until`).

An entry holds no full phone number and no secret: digits in a row are cut before they get here (`plain`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FIRST_HASH: Final = "0" * 64
"""What the first entry stands on."""

TEXT_MAX: Final = 200
_DIGITS: Final = re.compile(r"\d(?:[\s\-]?\d){6,}")


class Outcome(StrEnum):
    """How it ended. `BEGUN` stands before an export; `DONE` is written together with what was done; `REFUSED` is a
    rule, `DENIED` a right, `FAILED` a defect."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, when, from where, to what end.

    `at_ms` is this machine's clock (UTC, ms); `who` the user's name, `user_id` its number (0: the main account without a
    password, or nobody); `place` "window", "command" (line) or "service"; `action` of the catalogue or "session:..."; `what`
    the method; `subject` what it was about; `detail` the codes of a refusal, or the missing right.
    """

    id: int
    at_ms: int
    user_id: int
    who: str
    place: str
    action: str
    what: str
    subject: str
    outcome: Outcome
    detail: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries: empty takes all. `words` are looked for in the user's name, action, method and subject."""

    who: str = ""
    outcome: Outcome | None = None
    since_ms: int = 0
    until_ms: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class AuditSlice:
    """Entries newest first; `next` continues, 0 at the end."""

    entries: tuple[AuditEntry, ...]
    next: int = 0


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written: `entry` is its number, `why` gap, link, content or cut."""

    entry: int
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found: how many entries hold, the hash of the last of them, and where the chain breaks."""

    entries: int
    head: str
    broken: Broken | None = None


def plain(text: str) -> str:
    """Return a text fit for the log: one line, not too long, and seven or more digits in a row cut to the first three."""
    line = " ".join(text.split())
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return _DIGITS.sub(lambda found: f"{found.group()[:3]}****", line)[:TEXT_MAX]


def entry_hash(previous: str, entry: AuditEntry) -> str:
    """Return the hash an entry must have after the one before it."""
    said = [
        entry.id,
        entry.at_ms,
        entry.user_id,
        entry.who,
        entry.place,
        entry.action,
        entry.what,
        entry.subject,
        str(entry.outcome),
        entry.detail,
    ]
    text = previous + "\n" + json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def verify(entries: Iterable[AuditEntry], last: int | None = None) -> Verified:
    """Walk the chain from its beginning; `last` is the number of the last entry ever written, where that is known."""
    count, head = 0, FIRST_HASH
    for entry in entries:
        why = ""
        if entry.id != count + 1:
            why = "gap"
        elif entry.previous != head:
            why = "link"
        elif entry_hash(head, entry) != entry.hash:
            why = "content"
        if why:
            return Verified(count, head, Broken(count + 1, why))
        count, head = entry.id, entry.hash
    if last is not None and last != count:
        return Verified(count, head, Broken(count + 1, "cut"))
    return Verified(count, head)
