# SPDX-License-Identifier: Apache-2.0
"""The export centre (下载中心): every export is a job that goes on while one does something else, stays listed with what became of
it, and can be asked for again.

What is exported and who may is the matter of whoever owns the data: it hands in an `ExportKind` (`export_kinds`). Here is
what all exports share: one thread of its own for each, progress, a stop that acts, and the truth after a crash. A job whose
process has gone is INTERRUPTED, and what it left half written is removed.

A job is to its end the work of whoever asked for it. Its file, its title and its reason are for those who may export that
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
from typing import Any, Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.table_export import half_written
from koodesk.backend.ports.exports import ExportKind, ExportRecord, ExportStore, Options, Owners, Prepared
from koodesk.backend.ports.progress import Progress
from koodesk.backend.views.exports import ExportRow
from koodesk.domain.access import Principal
from koodesk.domain.audit import Outcome
from koodesk.domain.export_job import ExportState
from koodesk.domain.problem import Problem, Refused, problem

BEAT_SECONDS: Final = 0.3
CLOSE_SECONDS: Final = 5.0
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
    """The exports of one workspace. `kinds` by their names; `now_ms` is the wall clock."""

    def __init__(
        self,
        access: Access,
        store: ExportStore,
        owners: Owners,
        kinds: Mapping[str, ExportKind],
        now_ms: Callable[[], int],
    ) -> None:
        self.access: Final = access
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
        if any(job.path == str(path) for job in self._alive()):
            raise Refused(problem("export.busy", "path", file=path.name))
        record = ExportRecord(
            id=0,
            kind=kind,
            title=prepared.title,
            path=str(path),
            options=json.dumps(given, ensure_ascii=False, sort_keys=True),
            reason=str(given.get("reason", "")).strip(),
            by=self.access.principal.name,
            state=ExportState.RUNNING.value,
            owner=self._owner,
            pid=os.getpid(),
            rows=0,
            done=0,
            total=prepared.total,
            size=0,
            problems="[]",
            started_ms=self._now_ms(),
            ended_ms=0,
        )
        return self._begin(record, prepared, path)

    @needs("kooMessage:exportJob:create")
    def repeat(self, job_id: int) -> ExportRow:
        """Do an export again as it was asked for, to the same file; a new job. Raises Refused as `start`, and export.missing."""
        record = self._record(job_id)
        return self.start(record.kind, Path(record.path), json.loads(record.options))

    @needs("kooMessage:exportJob:create")
    def cancel(self, job_id: int) -> None:
        """Ask a running export to stop; it acts within two seconds and leaves no file.

        Raises Refused: export.missing, access.denied for one that one may not make oneself.
        """
        self._own(self._record(job_id))
        with self._lock:
            stop = self._stops.get(job_id)
        if stop is not None:
            stop.set()
        self._store.ask_to_stop(job_id)

    @needs("kooMessage:exportJob:create")
    def forget(self, job_id: int) -> None:
        """Take an export that has ended off the list; its file stays. Raises Refused as `cancel`, and export.running."""
        record = self._record(job_id)
        self._own(record)
        if record.state == ExportState.RUNNING:
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
        """Wait for an export of this process to end; return how it stands then. Raises Refused (export.missing)."""
        with self._lock:
            thread = self._threads.get(job_id)
        if thread is not None:
            thread.join(seconds)
        return self.get(job_id)

    def close(self) -> None:
        """Stop what runs and wait for it; it is interrupted, not cancelled."""
        self._closing.set()
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

    def _run(self, record: ExportRecord, prepared: Prepared, path: Path, who: Principal) -> None:
        """On the job's own thread, as whoever asked for it: write, and keep how it ended."""
        action = self._action(record)
        with self.access.on_behalf(who, action):
            state, rows, problems = self._carry_out(record.id, prepared, path)
            said = "" if state is ExportState.FINISHED else f"export.{state.value}"
            try:
                size = path.stat().st_size if state is ExportState.FINISHED else 0
                self._store.end(record.id, state.value, rows, size, _written(problems), self._now_ms())
                self.access.record(
                    action,
                    _OUTCOMES[state],
                    who=who,
                    subject=f"export_id={record.id}; kind={record.kind}; rows={rows}",
                    detail=" ".join(one.code for one in problems) or said,
                )
            except (
                Refused,
                OSError,
            ) as refusal:  # a full disk, say: the next look finds a job whose process is gone
                _log.error("how an export ended could not be kept: %s", refusal)
        with self._lock:
            for kept in (self._progress, self._stops, self._threads):
                kept.pop(record.id, None)
            if not self._threads:
                self._held.close()

    def _carry_out(
        self, job_id: int, prepared: Prepared, path: Path
    ) -> tuple[ExportState, int, tuple[Problem, ...]]:
        """Write the file; return how it ended, how many rows, and why there is none."""
        try:
            return ExportState.FINISHED, self._write(job_id, prepared, path), ()
        except _Stopped:
            return ExportState.INTERRUPTED, 0, ()
        except Refused as refusal:
            if any(one.code == "export.cancelled" for one in refusal.problems):
                return ExportState.CANCELLED, 0, ()
            return ExportState.FAILED, 0, refusal.problems
        except Exception as failure:  # noqa: BLE001 - a defect of ours must be told where somebody waits for a file
            _log.exception("an export failed")
            return ExportState.FAILED, 0, (problem("defect", kind=type(failure).__name__),)

    def _write(self, job_id: int, prepared: Prepared, path: Path) -> int:
        stop = self._stops[job_id]
        last = time.monotonic()

        def progress(now: Progress) -> None:
            nonlocal last
            self._progress[job_id] = now
            if time.monotonic() - last < BEAT_SECONDS:
                return
            last = time.monotonic()
            try:
                wanted = self._store.beat(job_id, now.done, now.total)
            except Refused:
                return  # a database that is busy is told a little later
            if wanted:
                stop.set()

        def cancel() -> bool:
            if self._closing.is_set():
                raise _Stopped
            return stop.is_set()

        if cancel():
            raise Refused(problem("export.cancelled"))
        return prepared.write(path, progress, cancel)

    def _alive(self) -> Sequence[ExportRecord]:
        """Return the jobs somebody writes; those whose process is gone are written off first."""
        alive = []
        for record in self._store.running():
            if self._owners.alive(record.owner):
                alive.append(record)
                continue
            half_written(Path(record.path), record.pid).unlink(missing_ok=True)
            self._store.end(record.id, ExportState.INTERRUPTED.value, 0, 0, "[]", self._now_ms())
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
            problems=_read(record.problems),
            started_ms=record.started_ms,
            ended_ms=record.ended_ms,
            gone=record.state == ExportState.FINISHED and not Path(record.path).is_file(),
            action=action,
            offered=offered,
        )


def _written(problems: tuple[Problem, ...]) -> str:
    plain: list[dict[str, Any]] = [
        {"code": one.code, "where": one.where, "params": dict(one.params)} for one in problems
    ]
    return json.dumps(plain, ensure_ascii=False)


def _read(text: str) -> tuple[Problem, ...]:
    return tuple(
        Problem(one["code"], one["where"], tuple(sorted(one["params"].items()))) for one in json.loads(text)
    )
