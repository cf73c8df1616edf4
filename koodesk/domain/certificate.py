# SPDX-License-Identifier: Apache-2.0
"""The certificate of a finished campaign (发送凭证): where every imported row stands, with a digest over all of them.

The ledger's digest is taken over the rows in order, each with what it was settled by; receipts, which go on coming, are not in
it. Whoever holds the file can count and digest the rows again, and so can whoever holds the ledger: equal digests are equal
rows. The certificate binds the campaign's digest, the totals, the ledger's digest and what the other side's own record said.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from koodesk.domain.send_state import Bucket

FORMAT: Final = "koodesk-certificate-1"

ROW_FIELDS: Final = (
    "number",
    "standing",
    "bucket",
    "code",
    "call",
    "message_id",
    "at_ms",
    "delivery",
    "delivery_code",
    "delivered_ms",
)
"""The columns of the file of rows; the ledger's digest is over the first seven."""

_DIGESTED: Final = 7


class Standing(StrEnum):
    """What a certificate says of a row."""

    SENT_ONCE = "sent_once"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


_OPEN: Final = frozenset({Bucket.UNKNOWN, Bucket.PENDING, Bucket.IN_FLIGHT})


def standing_of(bucket: Bucket) -> Standing:
    """Return what a bucket means in a certificate."""
    if bucket is Bucket.ACCEPTED:
        return Standing.SENT_ONCE
    return Standing.UNKNOWN if bucket in _OPEN else Standing.NOT_SENT


class EvidenceRow(NamedTuple):
    """A recipient with what proves where it stands: its call's key ("" when none left), the gateway's message id ("" where
    there is none, as for what a person decided), when it was answered (0: not), and what the receipts say so far."""

    number: str
    standing: str
    bucket: str
    code: str
    call: str
    message_id: str
    at_ms: int
    delivery: str = ""
    delivery_code: str = ""
    delivered_ms: int = 0


class LedgerDigest:
    """The digest and the counts of rows, one after the other."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.rows = 0
        self._numbers: set[str] = set()
        self._messages: set[str] = set()
        self.repeated = 0

    def add(self, row: EvidenceRow) -> None:
        """Add the next row; a number or a message id that was there before is counted as repeated."""
        self._hash.update(("\t".join(map(str, row[:_DIGESTED])) + "\n").encode())
        self.counts[row.standing, row.bucket, row.code] += 1
        self.rows += 1
        before = len(self._numbers) + len(self._messages)
        self._numbers.add(row.number)
        if row.message_id:
            self._messages.add(row.message_id)
        self.repeated += before + 1 + bool(row.message_id) - len(self._numbers) - len(self._messages)

    def hexdigest(self) -> str:
        """Return the digest of the rows so far."""
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """How many rows stand somewhere for one reason."""

    standing: str
    bucket: str
    code: str
    count: int


def lines(counts: Mapping[tuple[str, str, str], int], invalid: int, duplicate: int) -> tuple[Line, ...]:
    """Return the lines of a certificate in a fixed order; rows that never became recipients are lines of their own."""
    every = Counter(counts)
    for bucket, count in ((Bucket.INVALID, invalid), (Bucket.DUPLICATE, duplicate)):
        if count:
            every[Standing.NOT_SENT.value, bucket.value, ""] += count
    order = {standing.value: place for place, standing in enumerate(Standing)}
    return tuple(
        Line(*key, count) for key, count in sorted(every.items(), key=lambda e: (order[e[0][0]], e[0]))
    )


@dataclass(frozen=True, slots=True)
class Witness:
    """What the other side's own record says of the campaign, beside the ledger. `by` is "engine_log", or "" where there is no
    such record. `accepted` are its acceptances, `missing` those of the ledger it does not have, `foreign` those it has and
    the ledger does not, `repeated` recipients it accepted more than once."""

    by: str = ""
    accepted: int = 0
    missing: int = 0
    foreign: int = 0
    repeated: int = 0

    @property
    def agrees(self) -> bool:
        """Tell whether it says the same; true where nobody could be asked."""
        return not (self.missing or self.foreign or self.repeated)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate. Instants are of the gateway's clock but `made_ms`; `rows_digest` is the SHA-256 of the file of rows."""

    campaign: str
    name: str
    kind: str
    state: str
    digest: str
    gateway: str
    gateway_class: str
    signature: str
    imported: int
    confirmed_ms: int
    started_ms: int
    ended_ms: int
    lines: tuple[Line, ...]
    rows: int
    ledger_digest: str
    contradicted: int
    witness: Witness
    made_ms: int
    made_by: str
    rows_digest: str = ""
    format: str = FORMAT

    def count(self, standing: Standing) -> int:
        """Return how many rows stand so."""
        return sum(line.count for line in self.lines if line.standing == standing)

    @property
    def total(self) -> int:
        """Return the sum of the lines: the import, or the certificate is wrong."""
        return sum(line.count for line in self.lines)


def encode(certificate: Certificate) -> str:
    """Return a certificate as canonical JSON with its own digest, `certificate_digest`, last of all."""
    told = asdict(certificate)
    return _canonical({**told, "certificate_digest": certificate_digest(certificate)})


def certificate_digest(certificate: Certificate) -> str:
    """Return the digest over all a certificate says."""
    return hashlib.sha256(_canonical(asdict(certificate)).encode()).hexdigest()


def decode(text: str) -> tuple[Certificate, str]:
    """Read a certificate and the digest written in it. Raises ValueError, TypeError or KeyError when it is none."""
    read: Any = json.loads(text)
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise ValueError("not a certificate")
    told: dict[str, Any] = read
    written = str(told.pop("certificate_digest"))
    told["lines"] = tuple(Line(**line) for line in told["lines"])
    told["witness"] = Witness(**told["witness"])
    certificate = Certificate(**told)
    numbers: list[Any] = [
        certificate.imported,
        certificate.rows,
        certificate.made_ms,
        *(line.count for line in certificate.lines),
    ]
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise ValueError("counts are numbers")
    return certificate, written


def _canonical(told: Mapping[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass
class Comparison:
    """Two records of acceptances laid side by side, neither kept whole while they agree: sums of digests are equal when the
    records are, in whatever order."""

    ours: int = 0
    theirs: int = 0
    our_count: int = 0
    their_count: int = 0
    repeated: int = 0
    _seen: set[int] = field(default_factory=set)

    def ledger(self, call: str, message_id: str) -> None:
        """Add an acceptance of the ledger."""
        self.ours = (self.ours + _mark(call, message_id)) & _MASK
        self.our_count += 1

    def other(self, call: str, message_id: str, recipient: str) -> None:
        """Add an acceptance of the other record; `recipient` is its name for who got it."""
        self.theirs = (self.theirs + _mark(call, message_id)) & _MASK
        self.their_count += 1
        before = len(self._seen)
        self._seen.add(_mark("", recipient))
        self.repeated += before == len(self._seen)

    @property
    def equal(self) -> bool:
        """Tell whether both hold the same acceptances."""
        return (self.ours, self.our_count) == (self.theirs, self.their_count)


_MASK: Final = (1 << 128) - 1


def _mark(*words: str) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(words).encode(), digest_size=16).digest())


def compare(
    ledger: Iterable[tuple[str, str]], record: Iterable[tuple[str, str, str]], by: str
) -> Witness | None:
    """Compare acceptances of the ledger (call, message id) with another record (call, message id, recipient).

    None when they differ: then `differ` counts how. The first look keeps no acceptance, so that a million are no matter.
    """
    both = Comparison()
    for call, message_id in ledger:
        both.ledger(call, message_id)
    for call, message_id, recipient in record:
        both.other(call, message_id, recipient)
    return Witness(by, both.their_count, 0, 0, both.repeated) if both.equal else None


def differ(ledger: Iterable[tuple[str, str]], record: Iterable[tuple[str, str, str]], by: str) -> Witness:
    """Count how two records of acceptances differ."""
    ours = set(ledger)
    theirs: Counter[tuple[str, str]] = Counter()
    recipients: Counter[str] = Counter()
    for call, message_id, recipient in record:
        theirs[call, message_id] += 1
        recipients[recipient] += 1
    return Witness(
        by,
        theirs.total(),
        len(ours - theirs.keys()),
        len(theirs.keys() - ours),
        sum(count - 1 for count in recipients.values()),
    )
