# SPDX-License-Identifier: Apache-2.0
"""From what a gateway said to what the ledger writes. Pure: no clock, no storage, no network.

Answers are matched by number, never by position. A number the answer leaves out stays unknown; a number nobody asked
for is counted and changes nothing; of two answers about one number the first stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, repeat
from typing import Final

from koodesk.backend.ports.gateway import (
    OTHER_BYTES,
    Answered,
    Found,
    GatewayClass,
    LookUp,
    NotFound,
    NotSent,
    NumberResult,
    Outcome,
    Receipt,
    RefusedWhole,
    Unknown,
)
from koodesk.backend.ports.sending import Job, OpenQuestion, SentRow, Settlement
from koodesk.domain.pacing import backoff_ms
from koodesk.domain.send_state import Bucket, ChunkMove

SETTLE_MS: Final = {
    GatewayClass.IDEMPOTENT: 60_000,
    GatewayClass.LISTABLE: 600_000,
    GatewayClass.BLIND: 1 << 62,
}
"""How long after a call its absence from a list begins to mean something. A blind gateway has no list."""

APART_MS: Final = 60_000
"""Two "not found" settle a chunk only when they are at least this far apart."""

SILENT_MS: Final = 600_000
"""When to ask again about recipients that an answer left out."""

_row: Final = partial(tuple.__new__, SentRow)
_ACCEPTED: Final = Bucket.ACCEPTED.value
_REFUSED: Final = Bucket.REFUSED.value


@dataclass(frozen=True, slots=True)
class Matched:
    """An answer laid beside the recipients it is about. `missing`, `foreign`, `repeated` count what did not fit."""

    rows: tuple[SentRow, ...]
    refused: int
    missing: int
    foreign: int
    repeated: int


def match(
    numbers: Sequence[int],
    first_id: int,
    results: Sequence[NumberResult],
    now_ms: int,
    withheld: frozenset[int] = frozenset(),
) -> Matched:
    """Match results to recipients whose ids count up from `first_id` in the order of `numbers`, past `withheld`."""
    if results and not withheld:
        told, accepted_all, messages, codes = zip(*results, strict=True)
        if told == tuple(numbers) and len(set(told)) == len(told) and all(accepted_all) and all(messages):
            # Everybody, in our order: as a rule.
            rows_of_all = zip(count(first_id), messages, repeat(_ACCEPTED), codes, repeat(now_ms))
            return Matched(tuple(map(_row, rows_of_all)), 0, 0, 0, 0)
    members = range(first_id, first_id + len(numbers) + len(withheld))
    ids = dict(zip(numbers, (id_ for id_ in members if id_ not in withheld), strict=True))
    rows: list[SentRow] = []
    refused = foreign = repeated = 0
    seen: set[int] = set()
    for number, accepted, message_id, code in results:
        recipient = ids.get(number)
        if recipient is None:
            foreign += 1
            continue
        if recipient in seen:
            repeated += 1
            continue
        if accepted and not message_id:
            continue  # an acceptance that cannot be followed is no answer: the recipient stays unknown
        seen.add(recipient)
        if accepted:
            rows.append(SentRow(recipient, message_id, _ACCEPTED, code, now_ms))
        else:
            refused += 1
            rows.append(SentRow(recipient, None, _REFUSED, code, now_ms))
    return Matched(tuple(rows), refused, len(ids) - len(seen), foreign, repeated)


def settle_outcome(job: Job, outcome: Outcome, klass: GatewayClass, now_ms: int) -> Settlement:
    """Say what a call's outcome means for its chunk."""
    if isinstance(outcome, Answered):
        return _answered(job, job.batch.numbers, outcome.results, now_ms)
    if isinstance(outcome, RefusedWhole):
        return _settlement(job, ChunkMove.REFUSE, code=outcome.code, refuse_rest=True)
    wait = backoff_ms(job.attempt + 1)
    if isinstance(outcome, NotSent):
        return _settlement(
            job, ChunkMove.NOT_SENT, code=outcome.code, next_ms=now_ms + max(wait, outcome.retry_after_ms)
        )
    return _settlement(job, ChunkMove.DOUBT, code=outcome.code, next_ms=ask_again_at(klass, now_ms, wait))


def of_repeat(job: Job, outcome: Outcome, look_up: Callable[[str], LookUp]) -> Outcome:
    """Say what a call came to when another came before it under its key: refusing the repeat says nothing of that one.

    The gateway is asked under the key: at once where it keeps it with other bytes, which a ledger does not know of that was restored
    since. A refusal stands when it knows no such call after waits that alone outlast whatever
    may still be on its way; until then the outcome is unknown, and the call is tried again later.
    """
    if isinstance(outcome, Unknown) and outcome.code == OTHER_BYTES:
        first = look_up(job.batch.key)
        return Answered(first.of(job.batch.numbers)) if isinstance(first, Found) else outcome
    if not (job.doubt and isinstance(outcome, RefusedWhole)):
        return outcome
    found = look_up(job.batch.key)
    if isinstance(found, Found):
        return Answered(found.of(job.batch.numbers))
    waited = sum(backoff_ms(attempt) for attempt in range(1, job.attempt + 1))
    if isinstance(found, NotFound) and waited >= SETTLE_MS[GatewayClass.IDEMPOTENT]:
        return outcome
    return Unknown(outcome.code)


def ask_again_at(klass: GatewayClass, now_ms: int, retry_wait_ms: int) -> int:
    """Return when an unclear chunk may be touched next: retried with its key, looked up, or never."""
    if klass is GatewayClass.IDEMPOTENT:
        return now_ms + retry_wait_ms
    return min(1 << 62, now_ms + SETTLE_MS[klass])


def settle_look_up(
    question: OpenQuestion, answer: LookUp, now_ms: int, steady_apart_ms: int
) -> Settlement | None:
    """Say what a look-up means for its chunk; None when it settles nothing yet.

    `steady_apart_ms` is the time on a clock that cannot be moved since this process first saw "not found", 0 when it
    never did: a gateway's clock that is run forward must not make two look-ups of one second look far apart.
    """
    if isinstance(answer, Found):
        return _answered(question, question.numbers, answer.of(question.numbers), now_ms)
    if (
        isinstance(answer, NotFound)
        and question.not_found > 0
        and now_ms - question.not_found_ms >= APART_MS
        and steady_apart_ms >= APART_MS
    ):
        return _settlement(question, ChunkMove.NOT_FOUND, code="not_found", refuse_rest=True)
    return None


def too_soon_ms(klass: GatewayClass, waited_ms: int) -> int:
    """Return how long it is until "not found" counts, `waited_ms` after a call: a list that fills up later says nothing before
    its settle time."""
    return max(0, SETTLE_MS[klass] - waited_ms) if klass is GatewayClass.LISTABLE else 0


def answer_code(answer: LookUp) -> str:
    """Return what to write down of a look-up that settled nothing."""
    if isinstance(answer, Found):
        return "found"
    return "not_found" if isinstance(answer, NotFound) else answer.code


def unexpected(job: Job, klass: GatewayClass, now_ms: int) -> Settlement:
    """Say what a gateway that broke its word (it raised) means: the bytes may have left."""
    return settle_outcome(job, Unknown("gateway.broken"), klass, now_ms)


def _answered(
    about: Job | OpenQuestion, numbers: Sequence[int], results: Sequence[NumberResult], now_ms: int
) -> Settlement:
    matched = match(numbers, about.first_id, results, now_ms, about.withheld)
    notes = tuple(
        (name, count)
        for name, count in (
            ("foreign", matched.foreign),
            ("missing", matched.missing),
            ("refused", matched.refused),
            ("repeated", matched.repeated),
        )
        if count
    )
    against = _against(about, numbers, results, now_ms) if about.withheld else ()
    if matched.missing:
        again = now_ms + SILENT_MS
        found = _settlement(
            about, ChunkMove.DOUBT, rows=matched.rows, code="missing", next_ms=again, notes=notes
        )
        return replace(found, against=against)
    if not matched.refused and not about.withheld:
        move = ChunkMove.ACCEPT
    else:
        move = ChunkMove.REFUSE if matched.refused == len(numbers) else ChunkMove.SPLIT
    found = _settlement(about, move, rows=matched.rows, code="answered", notes=notes)
    return replace(found, against=against) if against else found


def _against(
    about: Job | OpenQuestion, numbers: Sequence[int], results: Sequence[NumberResult], now_ms: int
) -> tuple[Receipt, ...]:
    """Return acceptances of numbers that were not in the call, as reports that name it: who was withheld had been sent to."""
    key, ours = about.batch.key if isinstance(about, Job) else about.key, frozenset(numbers)
    return tuple(
        Receipt(0, message_id, "", "", "", now_ms, key, number)
        for number, accepted, message_id, _ in results
        if accepted and message_id and number not in ours
    )


def _settlement(
    about: Job | OpenQuestion,
    move: ChunkMove,
    *,
    rows: tuple[SentRow, ...] = (),
    code: str = "",
    next_ms: int = 0,
    refuse_rest: bool = False,
    notes: tuple[tuple[str, int | str], ...] = (),
) -> Settlement:
    return Settlement(
        about.chunk_id,
        about.campaign_id,
        about.chunk_no,
        move,
        rows,
        code,
        next_ms,
        refuse_rest,
        notes,
        attempt=about.attempt + 1 if isinstance(about, Job) else 0,
    )
