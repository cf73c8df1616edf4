# SPDX-License-Identifier: Apache-2.0
"""Custom domains (域名管理) and custom jump URLs (自定义跳转链接管理): filed with the platform before links may use them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.submitting import Submitting, progress_of
from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.desk import refuse_in_use
from koodesk.backend.ports.resolve import DomainRecord, JumpUrlRecord, ResolveStore
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.resolve import DomainRow, JumpUrlRow
from koodesk.domain.filing import FilingState
from koodesk.domain.jump_url import check_jump_url, host_of
from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.resolve_rules import ResolveRules
from koodesk.domain.resolve_task import DomainDraft, check_domain
from koodesk.domain.review_state import ReviewKind, Verdict, revision_digest

NOTE_MAX: Final = 80
"""Longest note, in characters; Koodesk's own."""

_STATES: Final = {
    Verdict.WAITING: FilingState.WAITING,
    Verdict.PROCESSING: FilingState.WAITING,
    Verdict.APPROVED: FilingState.APPROVED,
    Verdict.REJECTED: FilingState.REJECTED,
}


class Domains:
    """The custom domains of one workspace."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: ResolveStore,
        submitting: Submitting,
        rules: ResolveRules,
        clock: Clock,
        gateway_ms: Callable[[], int],
    ) -> None:
        self.access: Final = access
        self.rules: Final = rules
        self._work = work
        self._store = store
        self._submitting = submitting
        self._clock = clock
        self._gateway_ms = gateway_ms
        submitting.register(ReviewKind.DOMAIN, self._move)

    @needs("kooMessage:linkDomain:list")
    def list(self) -> tuple[DomainRow, ...]:
        """Return the domains by name."""
        now = _now(self._gateway_ms, self._clock)
        with self._work.read() as connection:
            used = [task.domain for task in self._store.tasks(connection)]
            used += [one.domain for one in self._work.uses.links(connection, now)]
            return tuple(self._row(connection, one, used) for one in self._store.domains(connection))

    @needs("kooMessage:linkDomain:create")
    def add(self, draft: DomainDraft) -> DomainRow:
        """File a domain for one kind of short codes. Adding a refused one again files it anew.

        Raises Refused: resolve.domain.*, text.*, gateway.* (saved; `sync` hands it in).
        """
        draft = replace(draft, name=draft.name.strip().lower())
        found = [*check_domain(draft, self.rules), *_note(draft.note)]
        if found:
            raise Refused(*found)
        body = {"name": draft.name, "generation": draft.generation.value, "note": draft.note}
        digest = revision_digest(body)
        with self._work.write() as connection:
            known = next((d for d in self._store.domains(connection) if d.name == draft.name), None)
            if known is not None and known.state not in (FilingState.REJECTED, FilingState.NOT_SUBMITTED):
                raise Refused(problem("resolve.domain.taken", "name", name=draft.name))
            record = DomainRecord(
                known.id if known is not None else 0,
                draft.name,
                draft.generation,
                draft.note,
                FilingState.NOT_SUBMITTED,
                digest,
                self._clock.now_ms(),
            )
            record = self._store.put_domain(connection, record)
            submission = self._submitting.intend(connection, ReviewKind.DOMAIN, str(record.id), digest, body)
        if submission.verdict is None:
            self._submitting.hand_in(submission)
        with self._work.read() as connection:
            return self._row(connection, self._record(connection, record.id), ())

    @needs("kooMessage:linkDomain:delete")
    def delete(self, domain_id: int) -> None:
        """Forget a domain that is not under review and that no link needs: none of a resolve task, and none of a send task that
        is not over or whose links may still be opened. Raises Refused."""
        now = _now(self._gateway_ms, self._clock)
        with self._work.write() as connection:
            record = self._record(connection, domain_id)
            if record.state is FilingState.WAITING:
                raise Refused(problem("resolve.domain.under_review", name=record.name))
            count = sum(task.domain == record.name for task in self._store.tasks(connection))
            if count:
                raise Refused(problem("resolve.domain.in_use", name=record.name, count=count))
            links = self._work.uses.links(connection, now)
            refuse_in_use(tuple(one.name for one in links if one.domain == record.name))
            self._submitting.give_up(connection, ReviewKind.DOMAIN, str(domain_id))
            self._store.delete_domain(connection, domain_id)

    def _record(self, connection: Connection, domain_id: int) -> DomainRecord:
        record = self._store.domain(connection, domain_id)
        if record is None:
            raise Refused(problem("resolve.domain.unknown", id=domain_id))
        return record

    def _row(self, connection: Connection, record: DomainRecord, used: Sequence[str]) -> DomainRow:
        submission = self._work.submissions.get(
            connection, ReviewKind.DOMAIN, str(record.id), record.submitted_digest
        )
        return DomainRow(
            id=record.id,
            name=record.name,
            generation=record.generation,
            note=record.note,
            state=record.state,
            created_ms=record.created_ms,
            progress=progress_of(submission),
            used=sum(name == record.name for name in used),
        )

    def _move(self, connection: Connection, submission: Submission) -> bool:
        record = self._store.domain(connection, int(submission.ref))
        if record is None or submission.verdict is None or submission.digest != record.submitted_digest:
            return False
        state = _STATES[submission.verdict]
        if state is record.state:
            return False
        self._store.put_domain(connection, replace(record, state=state))
        return True


class JumpUrls:
    """The custom jump URLs of one workspace."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: ResolveStore,
        submitting: Submitting,
        rules: ResolveRules,
        clock: Clock,
        gateway_ms: Callable[[], int],
    ) -> None:
        self.access: Final = access
        self.rules: Final = rules
        self._work = work
        self._store = store
        self._submitting = submitting
        self._clock = clock
        self._gateway_ms = gateway_ms
        submitting.register(ReviewKind.JUMP_URL, self._move)

    @needs("kooMessage:jumpUrl:list")
    def list(self) -> tuple[JumpUrlRow, ...]:
        """Return the jump URLs, newest first."""
        with self._work.read() as connection:
            return tuple(self._row(connection, one) for one in self._store.jump_urls(connection))

    @needs("kooMessage:jumpUrl:create")
    def add(self, url: str, note: str = "") -> JumpUrlRow:
        """File a jump URL; links may then lead anywhere on its host. Adding a refused one again files it anew.

        Raises Refused: jump_url.*, text.*, gateway.* (saved; `sync` hands it in).
        """
        url = url.strip()
        limit = self.rules.send_jump_url
        found = [
            *check_jump_url(url, limit.most, self.rules.private, "url", source=limit.source),
            *_note(note),
        ]
        wrong = errors(tuple(found))
        if wrong:
            raise Refused(*wrong)
        host = host_of(url)
        body = {"name": url, "url": url, "host": host, "note": note}
        digest = revision_digest(body)
        with self._work.write() as connection:
            known = next((one for one in self._store.jump_urls(connection) if one.url == url), None)
            if known is not None and known.state not in (FilingState.REJECTED, FilingState.NOT_SUBMITTED):
                raise Refused(problem("jump_url.twice", "url"))
            record = JumpUrlRecord(
                known.id if known is not None else 0,
                url,
                host,
                note,
                FilingState.NOT_SUBMITTED,
                digest,
                self._clock.now_ms(),
            )
            record = self._store.put_jump_url(connection, record)
            submission = self._submitting.intend(
                connection, ReviewKind.JUMP_URL, str(record.id), digest, body
            )
        if submission.verdict is None:
            self._submitting.hand_in(submission)
        with self._work.read() as connection:
            return self._row(connection, self._record(connection, record.id))

    @needs("kooMessage:jumpUrl:delete")
    def delete(self, url_id: int) -> None:
        """Forget a jump URL that is not under review and is not the last one filed of a host that a send task's links lead to;
        links of resolve tasks keep leading there. Raises Refused."""
        now = _now(self._gateway_ms, self._clock)
        with self._work.write() as connection:
            record = self._record(connection, url_id)
            if record.state is FilingState.WAITING:
                raise Refused(problem("jump_url.under_review", url=record.url[:80]))
            others = [one for one in self._store.jump_urls(connection) if one.id != url_id]
            if all(o.host != record.host or o.state is not FilingState.APPROVED for o in others):
                links = self._work.uses.links(connection, now)
                refuse_in_use(
                    tuple(one.name for one in links if one.jump_url and host_of(one.jump_url) == record.host)
                )
            self._submitting.give_up(connection, ReviewKind.JUMP_URL, str(url_id))
            self._store.delete_jump_url(connection, url_id)

    def _record(self, connection: Connection, url_id: int) -> JumpUrlRecord:
        record = self._store.jump_url(connection, url_id)
        if record is None:
            raise Refused(problem("jump_url.unknown", id=url_id))
        return record

    def _row(self, connection: Connection, record: JumpUrlRecord) -> JumpUrlRow:
        submission = self._work.submissions.get(
            connection, ReviewKind.JUMP_URL, str(record.id), record.submitted_digest
        )
        return JumpUrlRow(
            id=record.id,
            url=record.url,
            host=record.host,
            note=record.note,
            state=record.state,
            created_ms=record.created_ms,
            progress=progress_of(submission),
        )

    def _move(self, connection: Connection, submission: Submission) -> bool:
        record = self._store.jump_url(connection, int(submission.ref))
        if record is None or submission.verdict is None or submission.digest != record.submitted_digest:
            return False
        state = _STATES[submission.verdict]
        if state is record.state:
            return False
        self._store.put_jump_url(connection, replace(record, state=state))
        return True


def _now(gateway_ms: Callable[[], int], clock: Clock) -> int:
    """Return the clock by which links end; the desk's own, which is never ahead of it, while it cannot be asked."""
    try:
        return gateway_ms()
    except Refused:
        return clock.now_ms()


def _note(note: str) -> tuple[Problem, ...]:
    if len(note) > NOTE_MAX:
        return (problem("resolve.note.too_long", "note", limit=NOTE_MAX, actual=len(note)),)
    return tuple(unseen_characters(note, "note"))
