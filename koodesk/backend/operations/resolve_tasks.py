# SPDX-License-Identifier: Apache-2.0
"""Resolve tasks (解析任务管理, 解析任务明细): making links of an approved template, and how often each was resolved.

A task is saved with the very bytes it is asked for with, before it is asked for; the platform makes one task of one key, so
asking again after a lost answer makes no second one. What the platform refuses is not kept.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.filed_links import FiledLinks
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.table_export import write_table
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.exports import Options, Prepared
from koodesk.backend.ports.progress import Cancel, Report
from koodesk.backend.ports.resolve import (
    ResolveGateway,
    ResolveLinkRecord,
    ResolveStore,
    ResolveTaskRecord,
)
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.cards import CardRow
from koodesk.backend.views.resolve import UNSENT, LinkRow, ResolveTaskRow
from koodesk.domain import codec
from koodesk.domain.export_job import FORMATS
from koodesk.domain.link import LinkLife, expiry
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.resolve_rules import ResolveRules
from koodesk.domain.resolve_task import CodeType, Generation, ResolveDraft, check_resolve_task
from koodesk.domain.template import Template

PAGE: Final = 500
RECEIPTS: Final = 2_000
COLUMNS: Final = (
    "task_name",
    "url",
    "code",
    "cust_flag",
    "custom_url",
    "resolved",
    "times",
    "first_ms",
    "last_ms",
    "expires_ms",
    "state",
)
"""Columns of an export, by the names that its headings are given under; the parameters of the links follow."""

_BEIJING: Final = timezone(timedelta(hours=8))


class ResolveTasks:
    """The resolve tasks of one workspace. `card` gives a template's row; `hand_over` gives its pictures to the pages."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: ResolveStore,
        gateway: ResolveGateway,
        rules: ResolveRules,
        clock: Clock,
        card: Callable[[int], CardRow],
        hand_over: Callable[[Template], None],
        words: Callable[[str], str] = str,
    ) -> None:
        self.access: Final = access
        self.rules: Final = rules
        self._work = work
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._card = card
        self._hand_over = hand_over
        self._words = words

    # --- reading ---------------------------------------------------------------------------------------------

    @needs("kooMessage:devResolveTask:list")
    def list(self) -> tuple[ResolveTaskRow, ...]:
        """Return the tasks, newest first, as the desk knows them; `sync` brings what happened since."""
        now = self._now()
        with self._work.read() as connection:
            return tuple(task_row(one, now) for one in self._store.tasks(connection))

    @needs("kooMessage:devResolveTask:list")
    def get(self, task_id: int) -> ResolveTaskRow:
        """Return one task. Raises Refused("resolve.task_unknown")."""
        now = self._now()
        with self._work.read() as connection:
            return task_row(self._record(connection, task_id), now)

    @needs("kooMessage:devShortLink:list")
    def links(self, task_id: int, after: int = -1, limit: int = PAGE) -> tuple[LinkRow, ...]:
        """Return a task's links in order, from the place after `after`. Raises Refused("resolve.task_unknown")."""
        now = self._now()
        with self._work.read() as connection:
            record = self._record(connection, task_id)
            found = self._store.links(connection, task_id, after, limit)
        return tuple(link_row(record, link, now) for link in found)

    @needs("kooMessage:devResolveTask:list")
    def sync(self) -> int:
        """Ask again for what was not confirmed, then take over every new resolve; return how many there were.

        Raises Refused: gateway.unreachable.
        """
        with self._work.read() as connection:
            waiting = [one for one in self._store.tasks(connection) if not one.remote_id]
        for record in reversed(waiting):
            self._ask(record)
        return self._pull()

    # --- making ----------------------------------------------------------------------------------------------

    @needs("kooMessage:devResolveTask:create")
    def create(self, card_id: int, draft: ResolveDraft) -> ResolveTaskRow:
        """生成解析标识 of an approved template. `draft.tpl_id` is taken from the template.

        Raises Refused: resolve.*, jump_url.*, card.unknown, what keeps the template from being used, gateway.refused with the
        platform's code, gateway.unreachable (saved; `sync` asks again).
        """
        row = self._card(card_id)
        draft = replace(draft, tpl_id=row.tpl_id, domain=draft.domain.strip().lower())
        found = list(check_resolve_task(draft, self.rules, row.params))
        if row.why_not:
            found = [replace(one, where="card_id") for one in row.why_not] + found
        with self._work.write() as connection:
            found += self._not_filed(connection, draft)
            wrong = errors(tuple(found))
            if wrong:
                raise Refused(*wrong)
            text = self._work.cards.by_digest(connection, card_id, row.submitted_digest)
            record = self._store.add_task(connection, *_records(draft, row, self._clock.now_ms()))
        if text is not None:
            with suppress(Refused):  # a page without its pictures is still a page
                self._hand_over(codec.loads(text.encode()))
        self._ask(record)
        return self.get(record.id)

    @needs("kooMessage:devResolveTask:create")
    def generate(self, card_id: int, draft: ResolveDraft) -> ResolveTaskRow:
        """The console's way to the same: 生成群发短链 and 生成个性化短链 are rights of their own there (facts 5)."""
        kind = "group" if draft.type is CodeType.GROUP else "individual"
        self.access.demand(f"kooMessage:devShortLink:{kind}")
        return self.create(card_id, draft)

    @needs("kooMessage:devResolveTask:create")
    def freeze(self, task_id: int, frozen: bool) -> ResolveTaskRow:
        """Freeze a task's links, or let them go again. Raises Refused: resolve.task_unknown, resolve.task_unsent, gateway.*"""
        with self._work.read() as connection:
            record = self._record(connection, task_id)
        if not record.remote_id:
            raise Refused(problem("resolve.task_unsent", name=record.name))
        self._gateway.freeze(record.remote_id, frozen)
        with self._work.write() as connection:
            self._store.set_frozen(connection, task_id, frozen)
        return self.get(task_id)

    @needs("kooMessage:devShortLink:export")
    def prepare_links(self, options: Options) -> Prepared:
        """下载个性化短链列表文件: prepare the export of a task's links: `task`; `headings`. Raises Refused (resolve.task_unknown)."""
        task_id, headings = int(options["task"]), options.get("headings") or {}
        now = self._now()
        with self._work.read() as connection:
            record = self._record(connection, task_id)
            links = self._store.links(connection, task_id, -1, self.rules.individual_links.most)
        names = sorted({name for link in links for name, _ in link.params})
        titles = [*(str(headings.get(name, name)) for name in COLUMNS), *names]

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            rows = (self._cells(link_row(record, link, now), names) for link in links)
            return write_table(path, titles, rows, progress, cancel, len(links))

        return Prepared(record.name, FORMATS[:2], len(links), write)

    # --- inside ----------------------------------------------------------------------------------------------

    def _now(self) -> int:
        """Return the platform's clock: links end by it. The desk's own while it cannot be asked."""
        try:
            return self._gateway.now_ms()
        except Refused:
            return self._clock.now_ms()

    def _record(self, connection: Connection, task_id: int) -> ResolveTaskRecord:
        record = self._store.task(connection, task_id)
        if record is None:
            raise Refused(problem("resolve.task_unknown", id=task_id))
        return record

    def _not_filed(self, connection: Connection, draft: ResolveDraft) -> Sequence[Problem]:
        """Return what of the domain and the jump URLs is not filed."""
        filed = FiledLinks(self._store, self.rules)
        found = list(filed.check_domain(connection, draft.domain, draft.generation))
        if draft.generation is Generation.STANDARD:
            hosts = filed.hosts(connection)
            for place, link in enumerate(draft.links, 1):
                found += filed.check_url(hosts, link.custom_url, f"link:{place}/custom_url")
        return found

    def _ask(self, record: ResolveTaskRecord) -> None:
        """Ask for a task and take over what was made; one that is refused is forgotten. Raises Refused."""
        try:
            made = self._gateway.create(record.key, record.body.encode())
        except Refused as refusal:
            if any(p.code != "gateway.unreachable" for p in refusal.problems):
                with self._work.write() as connection:
                    self._store.delete_task(connection, record.id)
            raise
        with self._work.write() as connection:
            self._store.confirm(connection, record.id, made)

    def _pull(self) -> int:
        """Take over the receipts after the cursor; the cursor is saved in the same write as its page."""
        new = 0
        with self._work.read() as connection:
            cursor = self._store.cursor(connection, self._gateway.name)
        while True:
            page = self._gateway.receipts(cursor, RECEIPTS)
            if (
                page.last < cursor
            ):  # another engine's cursor: its receipts are read from the first, none twice
                cursor = 0
                continue
            if not page.items:
                return new
            with self._work.write() as connection:
                new += self._store.take(connection, page.items)
                self._store.set_cursor(connection, self._gateway.name, page.next)
            cursor = page.next

    def _cells(self, row: LinkRow, names: Sequence[str]) -> Sequence[str]:
        values = dict(row.params)
        cells: list[str] = []
        for name in COLUMNS:
            value = getattr(row, name)
            if name.endswith("_ms"):
                moment = datetime.fromtimestamp(value / 1000, _BEIJING)
                cells.append(moment.strftime("%Y-%m-%d %H:%M:%S") if value else "")
            elif name == "state":
                cells.append(self._words(f"state.resolve_task.{value}"))
            else:
                cells.append(str(value))
        return [*cells, *(values.get(name, "") for name in names)]


def task_row(record: ResolveTaskRecord, now_ms: int) -> ResolveTaskRow:
    """Return a task as lists show it."""
    life = LinkLife(record.times * max(record.links, 1), record.resolved, record.expires_ms, record.frozen)
    return ResolveTaskRow(
        id=record.id,
        remote_id=record.remote_id,
        name=record.name,
        card_id=record.card_id,
        card_name=record.card_name,
        tpl_id=record.tpl_id,
        type=record.type,
        days=record.days,
        times=record.times,
        generation=record.generation,
        domain=record.domain,
        signatures=record.signatures,
        created_ms=record.created_ms,
        expires_ms=record.expires_ms,
        links=record.links,
        resolved=record.resolved,
        last_ms=record.last_ms,
        state=life.at(now_ms).value if record.remote_id else UNSENT,
    )


def link_row(record: ResolveTaskRecord, link: ResolveLinkRecord, now_ms: int) -> LinkRow:
    """Return a link as lists show it."""
    life = LinkLife(record.times, link.resolved, record.expires_ms, record.frozen)
    return LinkRow(
        task_id=record.id,
        task_name=record.name,
        place=link.place,
        code=link.code,
        url=link.url,
        custom_url=link.custom_url,
        cust_flag=link.cust_flag,
        params=link.params,
        resolved=link.resolved,
        times=record.times,
        first_ms=link.first_ms,
        last_ms=link.last_ms,
        expires_ms=record.expires_ms,
        state=life.at(now_ms).value if record.remote_id else UNSENT,
    )


def _records(
    draft: ResolveDraft, row: CardRow, now_ms: int
) -> tuple[ResolveTaskRecord, list[ResolveLinkRecord]]:
    links = [
        ResolveLinkRecord(0, place, 0, link.short_code, "", link.custom_url, link.cust_flag, link.values)
        for place, link in enumerate(draft.links)
    ]
    record = ResolveTaskRecord(
        id=0,
        key=uuid.uuid4().hex,
        remote_id=0,
        name=draft.name,
        card_id=row.id,
        card_name=row.name,
        tpl_id=draft.tpl_id,
        type=draft.type,
        days=draft.days,
        times=draft.times,
        generation=draft.generation,
        domain=draft.domain,
        signatures=draft.signatures,
        body=_body(draft),
        frozen=False,
        created_ms=now_ms,
        expires_ms=expiry(now_ms, draft.days),
    )
    return record, links


def _body(draft: ResolveDraft) -> str:
    """Return what the platform is asked with. Source: facts 1.9 [SDK CreateResolveTaskRequestBody]."""
    return json.dumps(
        {
            "task_name": draft.name,
            "tpl_id": draft.tpl_id,
            "aim_code_type": draft.type.value,
            "resolving_times": draft.times,
            "expiration_time": draft.days,
            "generation_type": draft.generation.value,
            "domain": draft.domain,
            "sms_signs": list(draft.signatures),
            "params": [
                {
                    "custom_short_code": link.short_code,
                    "custom_url": link.custom_url,
                    "cust_flag": link.cust_flag,
                    "dync_params": dict(link.values),
                }
                for link in draft.links
            ],
        },
        ensure_ascii=False,
    )
