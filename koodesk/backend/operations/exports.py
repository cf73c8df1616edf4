# SPDX-License-Identifier: Apache-2.0
"""The export centre (下载中心): every export is a job that goes on while one does something else, stays listed with what became of
it, and can be asked for again.

What is exported and who may is the matter of whoever owns the data: it hands in an `ExportKind` (`export_kinds`). Here is
what all exports share: one thread of its own for each, progress, a stop that acts, and the truth after a crash. What a process
that has gone left half written is removed. On a file such a job is INTERRUPTED; a team's goes back into its queue, and
whoever works on the same machine writes it anew (docs/decisions/0064).

A job is to its end the work of whoever asked for it, with the rights she has when it is written. Its file, its title and its reason are for those who may export that
kind; others see that there was one.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from koodesk.backend.operations.export_records import read, remove_half, written
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.exports import (
    ExportKind,
    ExportQueue,
    ExportRecord,
    ExportStore,
    Options,
    Owners,
    Prepared,
)
from koodesk.backend.ports.progress import Progress
from koodesk.backend.views.exports import ExportRow
from koodesk.domain.access import Principal
from koodesk.domain.audit import Outcome
from koodesk.domain.export_job import OVER, ExportState
from koodesk.domain.problem import Problem, Refused, problem

BEAT_SECONDS: Final = 0.3
CLOSE_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.1
"""How often it is asked whether an export has ended that another process may write."""
KEPT: Final = 500
"""Jobs listed at most; older ones stay in the workspace."""

_UNKNOWN: Final = "kooMessage:exportJob:create"
"""The right to a job of a kind this program does not know."""
_OUTCOMES: Final = {
    ExportState.FINISHED: Outcome.DONE,
    ExportState.FAILED: Outcome.FAILED,
    ExportState.CANCELLED: Outcome.REFUSED,
    ExportState.INTERRUPTED: Outcome.FAILED,
}

_log: Final = logging.getLogger(__name__)


class _Stopped(Exception):
    """The service closes: nobody cancelled this job, it is interrupted."""


class Exports:
    """The exports of one workspace. `kinds` by their names; `now_ms` is the wall clock; `queue` is that of a team's workspace."""

    def __init__(
        self,
        access: Access,
        store: ExportStore,
        owners: Owners,
        kinds: Mapping[str, ExportKind],
        now_ms: Callable[[], int],
        queue: ExportQueue | None = None,
    ) -> None:
        self.access: Final = access
        self._queue = queue
        self._asked: dict[int, Principal] = {}
        self._store = store
        self._owners = owners
        self._kinds = dict(kinds)
        self._now_ms = now_ms
        self._owner: Final = uuid.uuid4().hex
        self._held = ExitStack()
        self._lock = threading.Lock()
        self._threads: dict[int, threading.Thread] = {}
        self._progress: dict[int, Progress] = {}
        self._stops: dict[int, threading.Event] = {}
        self._closing = threading.Event()

    @needs("kooMessage:exportJob:create")
    def start(self, kind: str, path: Path, options: Options | None = None) -> ExportRow:
        """Begin an export and return at once; what it is called, and whether one may, is decided before.

        Raises Refused: everything its owner refuses (rights, a missing reason), export.kind for a file it is not written as,
        export.busy while another export writes the same file, export.unknown for a kind or options nobody knows.
        """
        given = dict(options or {})
        prepared = self._prepare(kind, given)
        path = path.absolute()
        if path.suffix.lower() not in prepared.formats:
            raise Refused(
                problem("export.kind", "path", kinds=" ".join(prepared.formats), actual=path.suffix)
            )
        place, who = self._queue.place if self._queue is not None else "", self.access.principal
        if any((job.path, job.place) == (str(path), place) for job in self._alive()):
            raise Refused(problem("export.busy", "path", file=path.name))
        record = ExportRecord(
            id=0,
            kind=kind,
            title=prepared.title,
            path=str(path),
            options=json.dumps(given, ensure_ascii=False, sort_keys=True),
            reason=str(given.get("reason", "")).strip(),
            by=who.name,
            state=(ExportState.WAITING if place else ExportState.RUNNING).value,
            owner="" if place else self._owner,
            pid=0 if place else os.getpid(),
            rows=0,
            done=0,
            total=prepared.total,
            size=0,
            problems="[]",
            started_ms=self._now_ms(),
            ended_ms=0,
            place=place,
            user_id=who.user_id,
            main=who.main,
        )
        return self._begin(record, prepared, path) if self._queue is None else self._enqueue(record, who)

    @needs("kooMessage:exportJob:create")
    def repeat(self, job_id: int) -> ExportRow:
        """Do an export again as it was asked for, to the same file; a new job. Raises Refused as `start`, and export.missing."""
        record = self._record(job_id)
        return self.start(record.kind, Path(record.path), json.loads(record.options))

    @needs("kooMessage:exportJob:create")
    def cancel(self, job_id: int) -> None:
        """Ask an export to stop; whoever writes it does within two seconds and leaves no file, and one that nobody writes is over.

        Raises Refused: export.missing, access.denied for one that one may not make oneself.
        """
        record = self._record(job_id)
        self._own(record)
        with self._lock:
            stop = self._stops.get(job_id)
        if stop is not None:
            stop.set()
        if self._queue is not None and self._store.withdraw(job_id, self._now_ms()):
            if record.place == self._queue.place:
                remove_half(record)
            self._tell(record, ExportState.CANCELLED, self.access.principal, 0, ())
            return
        self._store.ask_to_stop(job_id)

    @needs("kooMessage:exportJob:create")
    def forget(self, job_id: int) -> None:
        """Take an export that has ended off the list; its file stays. Raises Refused as `cancel`, and export.running."""
        record = self._record(job_id)
        self._own(record)
        if record.state not in OVER:
            raise Refused(problem("export.running"))
        self._store.forget(job_id)

    @needs("kooMessage:exportJob:list")
    def list(self, limit: int = KEPT) -> tuple[ExportRow, ...]:
        """Return exports, newest first, with how far they are. What a process left behind that is gone is said so."""
        self._alive()
        return tuple(self._row(record) for record in self._store.list(limit))

    @needs("kooMessage:exportJob:list")
    def get(self, job_id: int) -> ExportRow:
        """Return one export. Raises Refused (export.missing)."""
        return self._row(self._record(job_id))

    @needs("kooMessage:exportJob:list")
    def wait(self, job_id: int, seconds: float = 3_600.0) -> ExportRow:
        """Wait for an export of this process, or of a team's queue, to end; return how it stands then. Raises Refused (export.missing)."""
        with self._lock:
            thread = self._threads.get(job_id)
        if thread is not None and self._queue is None:
            thread.join(seconds)
        end = time.monotonic() + seconds
        while (row := self.get(job_id)).state not in OVER and self._queue is not None:
            if time.monotonic() >= end or self._closing.wait(LOOK_SECONDS):
                break
        return row

    def work(self) -> None:
        """Write the exports of a team that wait for this machine, each as whoever asked for it, until none is left.

        Raises Refused (storage.*).
        """
        if self._queue is not None:
            self._queue.begin(self._owner, self._carry_on)
            self._queue.finish()

    def close(self) -> None:
        """Stop what runs and wait for it; it is interrupted, not cancelled, and a team's goes back into the queue."""
        self._closing.set()
        if self._queue is not None:
            self._queue.close()  # first: what is given back would be taken again
        with self._lock:
            threads = tuple(self._threads.values())
        for thread in threads:
            thread.join(CLOSE_SECONDS)
        with self._lock:
            self._held.close()

    # --- inside ----------------------------------------------------------------------------------------------

    def _prepare(self, kind: str, options: Options) -> Prepared:
        found = self._kinds.get(kind)
        if found is None:
            raise Refused(problem("export.unknown", "kind", kind=kind[:40]))
        try:
            return found.prepare(options)
        except (KeyError, TypeError, ValueError) as failure:
            raise Refused(problem("export.unknown", "options", kind=kind)) from failure

    def _begin(self, record: ExportRecord, prepared: Prepared, path: Path) -> ExportRow:
        with self._lock:
            if not self._threads:
                self._held.enter_context(self._owners.hold(self._owner))
            job_id = self._store.add(record)
            self._stops[job_id] = threading.Event()
            self._progress[job_id] = Progress("store", 0, prepared.total)
            thread = threading.Thread(
                target=self._run,
                args=(replace(record, id=job_id), prepared, path, self.access.principal),
                name=f"export-{job_id}",
                daemon=True,
            )
            self._threads[job_id] = thread
            thread.start()
        return self.get(job_id)

    def _enqueue(self, record: ExportRecord, who: Principal) -> ExportRow:
        """Put an export into the queue of this machine, and begin to take from it."""
        assert self._queue is not None
        self._queue.begin(self._owner, self._carry_on)
        job_id = self._store.add(record)
        if not who.proof:
            self._asked[job_id] = who  # named by whoever opened the service: nobody else knows her
        self._queue.begin(self._owner, self._carry_on)  # where the last one has ended meanwhile
        return self.get(job_id)

    def _carry_on(self, job_id: int) -> None:
        """On a job's own thread: write an export of the queue, unless it is over or another writes it."""
        record = self._store.take(job_id, self._owner, os.getpid())
        if record is None:
            return
        remove_half(record)
        with self._lock:
            self._stops[job_id] = threading.Event()
            self._progress[job_id] = Progress("store", 0, record.total)
            self._threads[job_id] = threading.current_thread()
        record = replace(record, owner=self._owner)
        asked = Principal(record.by, (), record.user_id, main=record.main)
        try:
            who = self._asked.get(job_id) or self.access.anew(asked)
        except Refused as refusal:
            _log.warning("who asked for an export could not be read: %s", refusal)
            self._leave(record)
            return
        if who is None:
            gone = problem("export.asker_gone", name=record.by)
            self._end(record, ExportState.FAILED, asked, 0, (gone,))
        else:
            self._run(record, None, Path(record.path), who)

    def _run(self, record: ExportRecord, prepared: Prepared | None, path: Path, who: Principal) -> None:
        """On the job's own thread, as whoever asked for it: write, and keep how it ended. What comes from a queue is prepared here,
        where her rights are looked at again."""
        with self.access.on_behalf(who, self._action(record)):
            state, rows, problems = self._carry_out(record, prepared, path)
            if state is ExportState.INTERRUPTED and self._queue is not None:
                self._leave(record)
            else:
                self._end(record, state, who, rows, problems)

    def _end(
        self,
        record: ExportRecord,
        state: ExportState,
        who: Principal,
        rows: int,
        problems: tuple[Problem, ...],
    ) -> None:
        try:
            size = Path(record.path).stat().st_size if state is ExportState.FINISHED else 0
            ended = self._store.end(
                record.id, record.owner, state.value, rows, size, written(problems), self._now_ms()
            )
            if ended:
                self._tell(record, state, who, rows, problems)
        except (
            Refused,
            OSError,
        ) as refusal:  # a full disk, say: the next look finds a job whose process is gone
            _log.error("how an export ended could not be kept: %s", refusal)
        self._let_go(record)

    def _leave(self, record: ExportRecord) -> None:
        """Give back what this process does not write to the end."""
        try:
            self._store.give_back(record.id, record.owner)
        except Refused as refusal:  # the next look finds a job whose process is gone
            _log.warning("an export could not be given back: %s", refusal)
        self._let_go(record)

    def _let_go(self, record: ExportRecord) -> None:
        with self._lock:
            for kept in (self._progress, self._stops, self._threads, self._asked):
                kept.pop(record.id, None)
            if not self._threads:
                self._held.close()

    def _tell(
        self,
        record: ExportRecord,
        state: ExportState,
        who: Principal,
        rows: int,
        problems: tuple[Problem, ...],
    ) -> None:
        """Write into the audit log how an export ended."""
        said = "" if state is ExportState.FINISHED else f"export.{state.value}"
        self.access.record(
            self._action(record),
            _OUTCOMES[state],
            who=who,
            subject=f"export_id={record.id}; kind={record.kind}; rows={rows}",
            detail=" ".join(one.code for one in problems) or said,
        )

    def _carry_out(
        self, record: ExportRecord, prepared: Prepared | None, path: Path
    ) -> tuple[ExportState, int, tuple[Problem, ...]]:
        """Write the file; return how it ended, how many rows, and why there is none."""
        try:
            if prepared is None:
                self._own(record)
            made = prepared or self._prepare(record.kind, json.loads(record.options))
            return ExportState.FINISHED, self._write(record, made, path), ()
        except _Stopped:
            return ExportState.INTERRUPTED, 0, ()
        except Refused as refusal:
            if any(one.code == "export.cancelled" for one in refusal.problems):
                return ExportState.CANCELLED, 0, ()
            return ExportState.FAILED, 0, refusal.problems
        except Exception as failure:  # noqa: BLE001 - a defect of ours must be told where somebody waits for a file
            _log.exception("an export failed")
            return ExportState.FAILED, 0, (problem("defect", kind=type(failure).__name__),)

    def _write(self, record: ExportRecord, prepared: Prepared, path: Path) -> int:
        job_id, stop = record.id, self._stops[record.id]
        last = time.monotonic()

        def progress(now: Progress) -> None:
            nonlocal last
            self._progress[job_id] = now
            if time.monotonic() - last < BEAT_SECONDS:
                return
            last = time.monotonic()
            try:
                wanted = self._store.beat(job_id, record.owner, now.done, now.total)
            except Refused:
                return  # a database that is busy is told a little later
            if wanted:
                stop.set()

        def cancel() -> bool:
            if self._closing.is_set() and not stop.is_set():
                raise _Stopped
            return stop.is_set()

        if cancel():
            raise Refused(problem("export.cancelled"))
        return prepared.write(path, progress, cancel)

    def _alive(self) -> Sequence[ExportRecord]:
        """Return the jobs somebody writes or shall write; those of a file whose process is gone are written off first."""
        alive = []
        for record in self._store.running():
            if record.place or self._owners.alive(record.owner):
                alive.append(record)
                continue
            remove_half(record)
            self._store.end(
                record.id, record.owner, ExportState.INTERRUPTED.value, 0, 0, "[]", self._now_ms()
            )
        return alive

    def _record(self, job_id: int) -> ExportRecord:
        record = self._store.get(job_id)
        if record is None:
            raise Refused(problem("export.missing", id=job_id))
        return record

    def _action(self, record: ExportRecord) -> str:
        """Return the right to a job; what it was asked for may be of an older release, or gone."""
        kind = self._kinds.get(record.kind)
        if kind is None:
            return _UNKNOWN
        try:
            return kind.action(json.loads(record.options))
        except (KeyError, TypeError, ValueError, Refused):
            return kind.action({})

    def _own(self, record: ExportRecord) -> None:
        """Raise Refused (access.denied) for a job that one could not begin oneself; names alone say nothing, they come again."""
        self.access.demand(self._action(record))

    def _row(self, record: ExportRecord) -> ExportRow:
        running = record.state == ExportState.RUNNING
        action = self._action(record)
        offered = self.access.may(action).allowed
        now = self._progress.get(record.id) if running else None
        return ExportRow(
            id=record.id,
            kind=record.kind,
            title=record.title if offered else "",
            path=record.path if offered else "",
            state=record.state,
            by=record.by,
            reason=record.reason if offered else "",
            done=now.done if now else record.done,
            total=now.total if now else record.total,
            rows=record.rows,
            size=record.size,
            problems=read(record.problems),
            started_ms=record.started_ms,
            ended_ms=record.ended_ms,
            gone=record.state == ExportState.FINISHED and not Path(record.path).is_file(),
            action=action,
            offered=offered,
        )
