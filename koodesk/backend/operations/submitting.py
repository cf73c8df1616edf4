# SPDX-License-Identifier: Apache-2.0
"""Handing things in for review, and bringing what was decided back to the records.

Three steps, so that nothing is lost whatever dies in between: the intent is saved in the operation's own write; the
reviewer is called outside any transaction; the answer is saved in a second write. An intent without an answer is
handed in again by `flush`; the same kind, ref and digest is the same review on the other side, so once more does no
harm. Changes of reviews may come twice and in any order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from koodesk.backend.ports.account import ACCOUNT_STOPS
from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.review_gateway import (
    ReviewGateway,
    ReviewItem,
    ReviewReason,
    ReviewState,
    VendorState,
)
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.clearing import ReviewProgress
from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Refused, Scalar
from koodesk.domain.review_state import Reason, ReviewKind, VendorVerdict, Verdict, fold
from koodesk.domain.vendor import Vendor
from koodesk.domain.video_sms.review import CarrierVerdict, fold_carriers

Mover = Callable[[Connection, Submission], bool]
"""Moves the record of a submission to where its verdict says; returns whether anything changed."""

_PAGE = 500

_STAYS = frozenset(
    {
        "gateway.refused",
        # The real platform: its answer was lost, it lacks what this one names, or it has no way to take this one.
        "cloud.unclear",
        "cloud.app_needed",
        "cloud.signature_needed",
        "cloud.channel",
        "cloud.account_whole",
        "cloud.account_needed",
        "cloud.upload_limit",
        "material.unknown",
        "paper.gone",
    }
)
"""Why one thing stays unsent while the others go: nothing that stands in the way of all."""


class Submitting:
    """The way to the reviewer and back, for every kind of record. Topics register a mover for their kind."""

    def __init__(self, work: UnitOfWork, gateway: ReviewGateway, gateway_name: str) -> None:
        self._work = work
        self._gateway = gateway
        self._name = gateway_name
        self._movers: dict[ReviewKind, Mover] = {}

    def register(self, kind: ReviewKind, mover: Mover) -> None:
        """Say who moves the records of a kind."""
        self._movers[kind] = mover

    def intend(
        self,
        connection: Connection,
        kind: ReviewKind,
        ref: str,
        digest: str,
        body: Mapping[str, object] | str,
        vendors: tuple[str, ...] = (),
    ) -> Submission:
        """Save that something is to be handed in. Call inside the write that sets the record's submitted digest.

        Content that waits or is approved is the same submission still; content that was refused is a new attempt.
        """
        self._work.submissions.drop_unsent(connection, kind, ref, keep=digest)
        known = self._work.submissions.get(connection, kind, ref, digest)
        if known is not None and known.verdict is not Verdict.REJECTED:
            return known
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, sort_keys=True)
        attempt = 1 if known is None else known.attempt + 1
        submission = Submission(kind, ref, digest, text, vendors, attempt=attempt)
        self._work.submissions.put(connection, submission)
        return submission

    def hand_in(self, submission: Submission) -> None:
        """Call the reviewer and save the answer. Raises Refused (gateway.*); the intent stays and is not lost."""
        answer = self._gateway.submit(
            ReviewItem(
                submission.kind,
                submission.ref,
                submission.wire_digest,
                submission.body,
                submission.vendors,
            )
        )
        with self._work.write() as connection:
            self._apply(connection, answer)

    def flush(self) -> int:
        """Hand in every intent the reviewer has not confirmed; return how many were taken.

        One that the other side refuses to take stays unsent and does not hold up the others; handing it in by hand
        says why. While the account takes nothing new all of them wait. Raises Refused (gateway.unreachable).
        """
        taken = 0
        with self._work.read() as connection:
            waiting = self._work.submissions.unsent(connection)
        for submission in waiting:
            try:
                self.hand_in(submission)
            except Refused as refusal:
                if any(p.code in ACCOUNT_STOPS.values() for p in refusal.problems):
                    return taken
                if any(p.code not in _STAYS for p in refusal.problems):
                    raise
                continue
            taken += 1
        return taken

    def give_up(self, connection: Connection, kind: ReviewKind, ref: str) -> None:
        """Forget what was meant to be handed in of a record that is gone or was changed since."""
        self._work.submissions.drop_unsent(connection, kind, ref, keep="")

    def pull(self) -> tuple[int, int]:
        """Read all new changes of reviews; return how many there were and how many moved a record.

        The cursor is saved in the same write as the changes of its page.
        """
        changes = moved = 0
        with self._work.read() as connection:
            cursor = self._work.submissions.cursor(connection, self._name)
        while True:
            page = self._gateway.states(cursor, _PAGE)
            if not page.items:
                return changes, moved
            with self._work.write() as connection:
                moved += sum(self._apply(connection, item) for item in page.items)
                self._work.submissions.set_cursor(connection, self._name, page.next)
            changes += len(page.items)
            if page.next <= cursor:
                return changes, moved
            cursor = page.next

    def told(self, connection: Connection, answer: ReviewState) -> bool:
        """Take over what a person tells of a review that nobody can be asked about; return whether a record moved."""
        return self._apply(connection, answer)

    def _apply(self, connection: Connection, answer: ReviewState) -> bool:
        """Take over one review as the other side reports it; return whether a record moved."""
        kind = answer.kind
        before = self._work.submissions.by_wire(connection, kind, answer.ref, answer.digest)
        if before is None:  # an earlier attempt, or not handed in from this workspace
            return False
        after = merged(before, answer)
        if after != before:
            self._work.submissions.put(connection, after)
        mover = self._movers.get(kind)
        moved = mover(connection, after) if mover is not None else False
        return moved and after != before


def merged(before: Submission, answer: ReviewState) -> Submission:
    """Return a submission with what the other side says, older news dropped.

    News is older when fewer have decided than is known, or the last decision is earlier than the known one.
    """
    verdicts, carriers = read_verdicts(answer.vendors), read_carriers(answer.vendors)
    verdict = folded(answer.state, verdicts, carriers)
    words = [v.verdict for v in verdicts] + [c.verdict for c in carriers]
    known = [v.verdict for v in before.verdicts] + [c.verdict for c in before.carriers]
    if before.verdict is not None and _age(verdict, words, answer.decided_ms) < _age(
        before.verdict, known, before.decided_ms
    ):
        return before
    return replace(
        before,
        verdict=verdict,
        verdicts=verdicts,
        carriers=carriers,
        reasons=tuple(read_reason(reason) for reason in answer.reasons),
        submitted_ms=answer.submitted_ms,
        due_ms=answer.due_ms,
        decided_ms=answer.decided_ms,
        channel_num=answer.channel_num or before.channel_num,
        tpl_id=answer.tpl_id or before.tpl_id,
        calendar=answer.calendar,
    )


def _age(verdict: Verdict, words: Sequence[Verdict], decided_ms: int) -> tuple[int, int]:
    if words:
        return (sum(word.decided for word in words), decided_ms)
    return (2 if verdict.decided else int(verdict is Verdict.PROCESSING), decided_ms)


def folded(state: str, verdicts: tuple[VendorVerdict, ...], carriers: tuple[CarrierVerdict, ...]) -> Verdict:
    """Return the one verdict of a review: folded from the vendors' or carriers' where there are any."""
    if verdicts:
        return fold(v.verdict for v in verdicts)
    if carriers:
        return fold_carriers(c.verdict for c in carriers)
    return Verdict(state)


def read_verdicts(states: tuple[VendorState, ...]) -> tuple[VendorVerdict, ...]:
    """Return the vendors' words in the console's order."""
    found = {s.vendor: s for s in states}
    return tuple(
        VendorVerdict(v, Verdict(found[v.value].state), found[v.value].reason)
        for v in Vendor
        if v.value in found
    )


def read_carriers(states: tuple[VendorState, ...]) -> tuple[CarrierVerdict, ...]:
    """Return the carriers' words in their usual order."""
    found = {s.vendor: s for s in states}
    return tuple(
        CarrierVerdict(c, Verdict(found[c.value].state), found[c.value].reason)
        for c in Carrier
        if c.value in found
    )


def read_reason(reason: ReviewReason) -> Reason:
    """Return a reason as data; parameters that are not an object of plain values are kept as text."""
    try:
        given = json.loads(reason.params or "{}")
    except ValueError:
        given = {"detail": reason.params}
    params: dict[str, Scalar] = {}
    vendor: Vendor | None = None
    if isinstance(given, dict):
        for name, value in given.items():
            if name == "vendor" and value in list(Vendor):
                vendor = Vendor(value)
            params[str(name)] = value if isinstance(value, str | int | float | bool) else json.dumps(value)
    return Reason(reason.code, reason.where, tuple(sorted(params.items())), reason.text, vendor)


def progress_of(submission: Submission | None) -> ReviewProgress:
    """Return the progress a row shows, the empty one when nothing was handed in."""
    if submission is None:
        return ReviewProgress()
    return ReviewProgress(
        submitted_ms=submission.submitted_ms,
        due_ms=submission.due_ms,
        decided_ms=submission.decided_ms,
        unsent=submission.verdict is None,
        reasons=submission.reasons,
        calendar=submission.calendar,
    )
