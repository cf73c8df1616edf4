# SPDX-License-Identifier: Apache-2.0
"""What all five kinds of records of a service account have in common: saved by revision, handed in, moved by the reviewer.

The desk is told of an approval twice: first that it is given, with the time it takes effect, then that it is in effect;
so "in effect" follows the gateway's clock. What is in effect stays while a change of it is edited or reviewed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.service_account_effects import effects
from koodesk.backend.operations.service_account_history import PastAccounts, begin, remember
from koodesk.backend.operations.submitting import Submitting, progress_of
from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.service_account import AccountsShown, BindingRecord, ServiceRecord
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.service_account import AccountEffects, RecordRow
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.review_state import ReviewKind, Verdict, revision_digest
from koodesk.domain.service_account.checks import Checker
from koodesk.domain.service_account.codec import encode
from koodesk.domain.service_account.states import (
    LIFE_MOVES,
    Approval,
    ApprovalEvent,
    Life,
    LifeEvent,
    advance_approval,
    advance_life,
)
from koodesk.domain.service_account.values import Content, Port, Profile, RecordKind, title_of
from koodesk.domain.vendor import Vendor

REVIEW: Final = {kind: ReviewKind(kind.value) for kind in RecordKind}
"""The review of each kind of record."""


@dataclass(frozen=True, slots=True)
class Book:
    """All records, bindings and submissions as they are in one read."""

    records: Mapping[RecordKind, tuple[ServiceRecord, ...]]
    bindings: tuple[BindingRecord, ...]
    submissions: Mapping[RecordKind, Mapping[tuple[str, str], Submission]]

    def part(self, account_id: int, kind: RecordKind) -> ServiceRecord:
        """Return one of the three records of an account."""
        if kind is RecordKind.PROFILE:
            return next(one for one in self.records[kind] if one.id == account_id)
        return next(one for one in self.records[kind] if one.account_id == account_id)

    def others(self, record: ServiceRecord) -> tuple[Profile, ...]:
        """Return the enterprise's other profiles of the same name: no other matters to a check."""
        if not isinstance(record.content, Profile):
            return ()
        name = record.content.name
        return tuple(
            one.content
            for one in self.records[RecordKind.PROFILE]
            if one.id != record.id and isinstance(one.content, Profile) and one.content.name == name
        )

    def number(self, port_id: int) -> str:
        """Return a channel number by its record."""
        found = next((one for one in self.records[RecordKind.PORT] if one.id == port_id), None)
        return found.content.number if found is not None and isinstance(found.content, Port) else str(port_id)


class AccountRecords:
    """Stores, hands in and moves records. It checks no right: the topics that use it do. `gateway_ms` is the platform's clock."""

    def __init__(
        self,
        work: UnitOfWork,
        submitting: Submitting,
        checker: Checker,
        clock: Clock,
        gateway_ms: Callable[[], int],
    ) -> None:
        self.work: Final = work
        self.checker: Final = checker
        self._submitting = submitting
        self._clock = clock
        self._gateway_ms = gateway_ms
        for kind in REVIEW.values():
            submitting.register(kind, self._move)
        begin(work, clock.now_ms())

    def now_ms(self) -> int:
        """Return the desk's own clock, for when something was made or saved."""
        return self._clock.now_ms()

    def gateway_ms(self) -> int:
        """Return the clock that messages and effects follow; the desk's own while it cannot be asked. Not inside a transaction."""
        try:
            return self._gateway_ms()
        except Refused:
            return self._clock.now_ms()

    def make(
        self, connection: Connection, kind: RecordKind, content: Content, account_id: int = 0
    ) -> ServiceRecord:
        """Store a new draft."""
        now_ms = self._clock.now_ms()
        return self.work.accounts.put(
            connection,
            ServiceRecord(
                id=0,
                kind=kind,
                account_id=account_id,
                revision=1,
                content=content,
                pending=None,
                live=None,
                submitted_digest="",
                approval=Approval.DRAFT,
                life=Life.NOT_IN_EFFECT,
                effect_ms=0,
                freezes=0,
                freeze_reason="",
                urged_ms=0,
                created_ms=now_ms,
                saved_ms=now_ms,
            ),
        )

    def get(self, connection: Connection, record_id: int, kind: RecordKind) -> ServiceRecord:
        """Return a record of a kind. Raises Refused("sa.unknown")."""
        record = self.work.accounts.record(connection, record_id)
        if record is None or record.kind is not kind:
            raise Refused(problem("sa.unknown", id=record_id))
        return record

    def part(self, connection: Connection, account_id: int, kind: RecordKind) -> ServiceRecord:
        """Return one of the three records of an account. Raises Refused("sa.unknown")."""
        if kind is RecordKind.PROFILE:
            return self.get(connection, account_id, kind)
        record = self.work.accounts.of_account(connection, account_id, kind)
        if record is None:
            raise Refused(problem("sa.unknown", id=account_id))
        return record

    def save(
        self, connection: Connection, record: ServiceRecord, content: Content, revision: int
    ) -> ServiceRecord:
        """Save a content over the revision one started from; the same content again changes nothing.

        Raises Refused: sa.saved_meanwhile when another's save came between, sa.under_review, sa.illegal_life (frozen).
        """
        if record.revision != revision:
            raise Refused(
                problem("sa.saved_meanwhile", title=title_of(record.content), revision=record.revision)
            )
        if content == record.content:
            return record
        if record.life is Life.FROZEN:
            raise Refused(problem("sa.illegal_life", state=record.life.value))
        approval = advance_approval(record.approval, ApprovalEvent.EDIT)
        pending = record.pending
        if self._unsent(connection, record):
            self._submitting.give_up(connection, REVIEW[record.kind], str(record.id))
            pending = None
        return self.work.accounts.put(
            connection,
            replace(
                record,
                content=content,
                pending=pending,
                approval=approval,
                revision=record.revision + 1,
                saved_ms=self._clock.now_ms(),
            ),
        )

    def intend(self, connection: Connection, record: ServiceRecord, reason: str = "") -> Submission:
        """Save that the content is to be handed in, with why it changes what is in effect. The caller has checked both."""
        if record.approval is Approval.WAITING:
            raise Refused(problem("sa.under_review"))
        # A menu or home page is named to the reviewer by its account.
        owner = self.work.accounts.record(connection, record.account_id) if record.account_id else None
        name = title_of(owner.content) if owner is not None else ""
        body = {
            "name": name or title_of(record.content),
            "content": encode(record.content),
            "account": str(record.account_id) if record.account_id else "",
            "resumed": record.freezes,
            **({"change_reason": reason} if reason else {}),
        }
        digest = revision_digest(body)
        self.work.accounts.put(
            connection, replace(record, pending=record.content, submitted_digest=digest, urged_ms=0)
        )
        return self._submitting.intend(connection, REVIEW[record.kind], str(record.id), digest, body)

    def hand_in(self, *submissions: Submission) -> None:
        """Call the reviewer for what he has not confirmed. Raises Refused (gateway.*); it is saved, `sync` hands it in."""
        for submission in submissions:
            if submission.verdict is None:
                self._submitting.hand_in(submission)

    def effects(self, signature: str, region: str, vendor: Vendor, at_ms: int = 0) -> AccountEffects | None:
        """Return what a message shows on a phone, for whoever may look at phones: now, or at an instant (`at_ms`) of the
        gateway's clock; None for an instant of which nobody wrote it down."""
        with self.work.read() as connection:
            shown: AccountsShown = self.work.accounts
            if at_ms:
                text = self.work.shown.at(connection, at_ms)
                if text is None:
                    return None
                shown = PastAccounts(text)
            return effects(connection, shown, self.checker, signature, region, vendor)

    def due(self, record: ServiceRecord) -> bool:
        """Tell whether handing in would bring the reviewer anything new."""
        if record.approval is Approval.WAITING:
            return False
        return record.approval is not Approval.APPROVED and record.content != record.live

    def needs_reason(self, record: ServiceRecord) -> bool:
        """Tell whether handing a record in changes what is in effect."""
        return record.live is not None and record.content != record.live

    def check(self, record: ServiceRecord, others: tuple[Profile, ...] = ()) -> tuple[Problem, ...]:
        """Return what is wrong with a record's content; `others` are the enterprise's other profiles."""
        if isinstance(record.content, Profile):
            return self.checker.profile(record.content, others)
        return self.checker.check(record.content)

    def demand(self, record: ServiceRecord, others: tuple[Profile, ...] = ()) -> None:
        """Raise Refused with every error of a record's content."""
        wrong = errors(self.check(record, others))
        if wrong:
            raise Refused(*wrong)

    def row(self, book: Book, record: ServiceRecord) -> RecordRow:
        """Return a record as screens see it."""
        submission = book.submissions[record.kind].get((str(record.id), record.submitted_digest))
        return RecordRow(
            id=record.id,
            kind=record.kind,
            account_id=record.account_id or (record.id if record.kind is RecordKind.PROFILE else 0),
            title=title_of(record.content),
            revision=record.revision,
            content=record.content,
            live=record.live,
            approval=record.approval,
            life=record.life,
            changed=record.content not in (record.pending, record.live),
            effect_ms=record.effect_ms,
            freeze_reason=record.freeze_reason,
            urged_ms=record.urged_ms,
            created_ms=record.created_ms,
            saved_ms=record.saved_ms,
            progress=progress_of(submission),
            problems=self.check(record, book.others(record)),
        )

    def book(self, connection: Connection) -> Book:
        """Read everything once: lists are made of it, a row at a time."""
        accounts = self.work.accounts
        records = {kind: accounts.records(connection, kind) for kind in RecordKind}
        submissions = {
            kind: self.work.submissions.of_kind(connection, review) for kind, review in REVIEW.items()
        }
        return Book(records, accounts.bindings(connection), submissions)

    # --- inside ----------------------------------------------------------------------------------------------

    def _submission(self, connection: Connection, record: ServiceRecord) -> Submission | None:
        return self.work.submissions.get(
            connection, REVIEW[record.kind], str(record.id), record.submitted_digest
        )

    def _unsent(self, connection: Connection, record: ServiceRecord) -> bool:
        submission = self._submission(connection, record)
        return submission is not None and submission.verdict is None

    def _move(self, connection: Connection, submission: Submission) -> bool:
        """Move a record to where the reviewer's word says."""
        record = self.work.accounts.record(connection, int(submission.ref))
        verdict = submission.verdict
        if record is None or verdict is None or record.pending is None:
            return False
        if submission.digest != record.submitted_digest:
            return False
        after = record
        if (
            record.content == record.pending
        ):  # else it was edited since: the review is of what phones will show
            after = replace(after, approval=_approval(record.approval, verdict))
        match verdict:
            case Verdict.PROCESSING:
                after = replace(after, effect_ms=submission.due_ms)
            case Verdict.APPROVED:
                life = record.life
                if (life, LifeEvent.TAKE_EFFECT) in LIFE_MOVES:
                    life = advance_life(life, LifeEvent.TAKE_EFFECT)
                after = replace(
                    after, life=life, live=record.pending, pending=None, effect_ms=submission.decided_ms
                )
            case Verdict.REJECTED:
                after = replace(after, pending=None)
            case Verdict.WAITING:
                pass
        if after == record:
            return False
        self.work.accounts.put(connection, after)
        if verdict is Verdict.APPROVED:
            remember(self.work, connection, after.effect_ms)
        return True


def _approval(state: Approval, verdict: Verdict) -> Approval:
    """Return where a record's own review stands after a word of the reviewer."""
    goal = {
        Verdict.WAITING: Approval.WAITING,
        Verdict.PROCESSING: Approval.APPROVED,
        Verdict.APPROVED: Approval.APPROVED,
        Verdict.REJECTED: Approval.REJECTED,
    }[verdict]
    if state is goal:
        return state
    if state is not Approval.WAITING:
        state = advance_approval(state, ApprovalEvent.SUBMIT)
    if goal is Approval.WAITING:
        return state
    return advance_approval(
        state, ApprovalEvent.APPROVE if goal is Approval.APPROVED else ApprovalEvent.REJECT
    )
