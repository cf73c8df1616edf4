# SPDX-License-Identifier: Apache-2.0
"""The loop's body: choose, claim, call, settle.

    plan -> claim (committed) -> call -> outcome (committed)

Each turn writes, in one commit, the outcomes that have come and the intents of the calls that leave next; then, and
only then, those calls go to a few sender threads. Killed anywhere, the ledger says of every chunk that it has not left,
that it may have left, or what became of it. What an outcome means is `settling`, what a campaign does next is `watch`, what
is asked about calls of unknown outcome is `questions`.
"""

from __future__ import annotations

import logging
import queue
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from koodesk.backend.ports.account import ACCOUNT_STOPS
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.gateway import GatewayClass, NotSent, SendGateway
from koodesk.backend.ports.sending import CampaignWork, Dispatching, Job, Settlement
from koodesk.backend.sending.gateway_time import GatewayTime
from koodesk.backend.sending.guard import OUTSIDE_HOURS, Guard, SharedRates
from koodesk.backend.sending.holding import Waves
from koodesk.backend.sending.questions import Questions, Reply
from koodesk.backend.sending.seats import Seats, sendable
from koodesk.backend.sending.settling import (
    of_repeat,
    settle_outcome,
    unexpected,
)
from koodesk.backend.sending.watch import may_leave, may_retry, next_step
from koodesk.domain.guard_rules import GuardRules
from koodesk.domain.pacing import BACKOFF_FIRST_MS, CALL_MS, ErrorLimit, Pace, backoff_ms, took, wait_ms
from koodesk.domain.problem import Refused
from koodesk.domain.quiet_hours import Window, needed_ms, opens_at
from koodesk.domain.send_state import RESTORED_ASKS, CampaignMove, CampaignState, ChunkMove, ChunkState

CLOSE_TRIES: Final = 20
"""How often outcomes are offered to a database that refuses them before a worker ends without."""

SHORTEST_WAIT_MS: Final = 1_000
"""How long a chosen call may wait for a sender at any speed of the gateway's clock."""

ADOPT_MS: Final = 5_000
"""How often a worker of a team looks whether another has gone and left chunks in flight."""

Turn = Callable[[Sequence[Settlement], Sequence[Job], int, str], frozenset[int]]
"""What writes a turn: the ledger, or with marks beside it (`fence.MarkedTurns`)."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works. `senders` calls are in flight at once; `watch_ms` is how often campaigns are looked at, and
    so how soon a pause or a stop acts; `call_ms` is the longest a call can take: none starts later than that before
    the window closes (at a speed of the gateway's clock, see `quiet_hours.needed_ms`)."""

    senders: int = 3
    watch_ms: int = 200
    call_ms: int = CALL_MS
    errors: ErrorLimit = field(default_factory=ErrorLimit)
    guard: GuardRules = field(default_factory=GuardRules)


@dataclass(slots=True)
class _Memory:
    """What is remembered of a running campaign. All of it may be forgotten: the ledger alone decides."""

    pace: Pace = field(default_factory=Pace)
    answered_before: int = 0
    refused_before: int = 0
    refused_in_a_row: int = 0
    held: bool = False
    stopped: str = ""
    ready: list[Job] = field(default_factory=list)


class Dispatcher:
    """Sends what the ledger holds through one gateway; for one thread. `open` first, `close` last. With `seats` only the
    campaigns are sent that this worker has a seat in; all are looked at."""

    def __init__(
        self,
        ledger: Dispatching,
        gateway: SendGateway,
        clock: Clock,
        options: WorkerOptions,
        time: GatewayTime,
        seats: Seats | None = None,
        turn: Turn | None = None,
    ) -> None:
        self._ledger = ledger
        self._turn = turn or ledger.turn
        self._gateway = gateway
        self._klass = GatewayClass(gateway.klass)
        self._clock = clock
        self._options = options
        self._time = time
        self._seats = seats
        self._owner: Final = seats.name if seats is not None else uuid.uuid4().hex
        self._done: queue.SimpleQueue[Settlement | Reply] = queue.SimpleQueue()
        self._pool: ThreadPoolExecutor | None = None
        self._calls: set[int] = set()
        self._unwritten: list[Settlement] = []
        self._memory: dict[int, _Memory] = {}
        self._sound: set[int] = set()
        self._works: tuple[CampaignWork, ...] = ()
        self._watched_ms: int | None = None
        self._adopted_ms = clock.steady_ms()
        self._failures = 0
        self._hold_until_ms = 0
        self._eager = True
        self._closing = False
        self._chosen = 0, 0
        self._guard = Guard(options.guard, keys=self._klass is GatewayClass.IDEMPOTENT)
        self._shared = SharedRates()
        self._waves = Waves(ledger, self._move)
        self._questions = Questions(ledger, gateway, clock, time)
        self._stale = False
        self._told_more = False

    # --- life ----------------------------------------------------------------------------------------------

    def open(self, *, trusted: bool) -> None:
        """Take over from whoever sent before: what was in flight is unknown now. With a ledger that may be an old
        copy (not `trusted`) and a gateway that keeps no keys, running campaigns ask a person."""
        now = self._time.now_ms()
        orphans = self._ledger.adopt_orphans(self._owner, now)
        if orphans:
            _log.info("took over %d chunks of unknown outcome", orphans)
        if not trusted and self._klass is not GatewayClass.IDEMPOTENT:
            for work in self._mine():
                if work.state in RESTORED_ASKS:
                    self._move(work, CampaignMove.ASK, "restored")
        self._pool = ThreadPoolExecutor(self._options.senders, thread_name_prefix="sender")

    def close(self) -> None:
        """Await the calls that left, write their outcomes, end the threads. What waits for a sender does not leave."""
        self._closing = True
        failures = 0
        try:
            while self._calls or self._questions.asking or self._unwritten:
                try:
                    self._collect(0.2)
                    self._write([])
                except Refused as refusal:
                    failures += 1
                    if failures == CLOSE_TRIES:
                        # What could not be written stays in flight in the ledger: the next worker takes it over.
                        _log.error("outcomes could not be written at the end: %s", refusal)
                        return
        finally:
            if self._pool is not None:
                self._pool.shutdown(wait=True)
                self._pool = None

    @property
    def calling(self) -> bool:
        """Tell whether calls are on their way or outcomes wait to be written."""
        return bool(self._calls or self._unwritten)

    # --- one turn ------------------------------------------------------------------------------------------

    def turn(self) -> None:
        """Do what is due, or wait a moment for something to be. Raises Refused when the ledger cannot be written;
        nothing is lost by that, the next turn tries again."""
        self._collect(0.0 if self._eager else self._idle_seconds())
        self._time.refresh(force=self._stale)
        self._stale = False
        if self._time.known:
            self._guard.tell(self._ledger, self._gateway.name, self._time.now_ms(), self._clock.steady_ms())
        came = bool(self._unwritten)
        # What is no whole acceptance may stop a campaign: it is looked at before and after such an outcome is written.
        more, self._told_more = self._told_more, any(s.move is not ChunkMove.ACCEPT for s in self._unwritten)
        works = self._watch(force=more or self._told_more or (self._seats is not None and self._seats.new))
        taken = self._write(self._choose(works))
        last = came and not self._calls  # of all, perhaps: the next turn looks whether a campaign is over
        if last:
            self._watched_ms = None
        self._eager = last or (bool(taken) and len(self._calls) < self._capacity)
        self._build_ahead(works)
        if self._pool is not None:
            self._questions.ask(works, self._pool, self._done)

    def work(self, campaign_id: int) -> CampaignWork | None:
        """Return a campaign as the ledger has it now, None when it is over or asks."""
        return next((w for w in self._watch(force=True) if w.id == campaign_id), None)

    def held(self, campaign_id: int) -> bool:
        """Tell whether a running campaign waits for its hours, or between two waves."""
        memory = self._memory.get(campaign_id)
        return campaign_id in self._waves.held or (memory is not None and memory.held)

    @property
    def _capacity(self) -> int:
        """How many calls are intended at once: for each sender one more, so that none waits while outcomes are written.
        Where a kill makes a question of whatever was intended, one more for all of them."""
        waiting = self._options.senders if self._klass is GatewayClass.IDEMPOTENT else 1
        return self._options.senders + waiting

    def _idle_seconds(self) -> float:
        return max(0.01, self._options.watch_ms / 1000) if self._options.watch_ms else 0.001

    def _write(self, jobs: list[Job]) -> int:
        """Commit what came and what is intended, then let the calls go; return how many left."""
        now = self._time.now_ms()
        try:
            claimed = self._turn(self._unwritten, jobs, now, self._owner)
        except Exception:
            self._memory.clear()  # what was chosen has not left, and will be chosen again
            # Nobody knows whether it was written: what was claimed by it is given back, or stays in flight in our name.
            known = {(one.chunk_id, one.attempt) for one in self._unwritten}
            back = [settle_outcome(job, NotSent("worker.late"), self._klass_of(job), now) for job in jobs]
            self._unwritten += [one for one in back if (one.chunk_id, one.attempt) not in known]
            raise
        for settlement in self._unwritten:
            self._calls.discard(settlement.chunk_id)
            self._questions.settled(settlement)
        self._unwritten.clear()
        leaving = [job for job in jobs if job.chunk_id in claimed]
        for job in leaving:  # all of them first: what is claimed and does not leave is nobody's
            self._calls.add(job.chunk_id)
            self._guard.left()
            self._submit(job)
        for job in leaving:
            self._shared.left(job, self._clock.steady_ms())
            self._running(job.campaign_id).pace = took(
                self._running(job.campaign_id).pace,
                self._clock.steady_ms(),
                len(job.batch.numbers),
                self._rate(job.campaign_id),
            )
        return len(claimed)

    def _submit(self, job: Job) -> None:
        assert self._pool is not None, "a dispatcher is opened before its first turn"
        self._pool.submit(self._call, job, *self._chosen)

    def _call(self, job: Job, steady_ms: int, wall_ms: int) -> None:
        """On a sender thread: the call, and what it means.

        A job that was chosen too long ago (the process was stopped, the machine slept) does not leave: hours, pauses
        and stops were looked at then. The steady clock may stand still in a sleep, so both count.
        """
        late = max(SHORTEST_WAIT_MS, self._options.call_ms // (2 * self._time.speed))
        waited = max(self._clock.steady_ms() - steady_ms, self._clock.now_ms() - wall_ms)
        klass = self._klass_of(job)
        if self._closing or waited > late:
            self._done.put(settle_outcome(job, NotSent("worker.late"), klass, self._time.now_ms()))
            return
        try:
            outcome = of_repeat(job, self._gateway.send(job.batch), self._gateway.look_up)
            settlement = settle_outcome(job, outcome, klass, self._time.now_ms())
        except Exception as failure:  # noqa: BLE001 - whatever it was, the bytes may have left: that is "unknown"
            _log.error("the gateway raised or answered nonsense: %s", type(failure).__name__)
            settlement = unexpected(job, klass, self._time.now_ms())
        self._done.put(settlement)

    def _klass_of(self, job: Job) -> GatewayClass:
        """Return what was promised of a job's campaign: of some kinds a gateway promises less."""
        known = (w.gateway_class for w in self._works if w.id == job.campaign_id)
        return GatewayClass(next(known, self._klass))

    def _collect(self, seconds: float) -> None:
        """Take what has come, waiting up to `seconds` for the first."""
        timeout: float | None = seconds
        while True:
            try:
                done = self._done.get(timeout=timeout) if timeout else self._done.get_nowait()
            except queue.Empty:
                return
            timeout = None
            if isinstance(done, Settlement):
                self._learn(done)
                self._unwritten.append(self._guard.ended(done, self._clock.steady_ms()))
            elif (found := self._questions.answered(*done)) is not None:
                self._unwritten.append(found)

    def _learn(self, settlement: Settlement) -> None:
        """Slow down while calls fail, and count whole refusals in a row."""
        memory = self._running(settlement.campaign_id)
        if settlement.code == "worker.late":
            return  # says nothing about the gateway
        if settlement.code == OUTSIDE_HOURS:
            # Its clock was further than ours, or not so far: look again soon. A long wait could miss the hours of days.
            self._stale = True
            self._hold_until_ms = self._clock.steady_ms() + BACKOFF_FIRST_MS
            return
        if settlement.move in (ChunkMove.NOT_SENT, ChunkMove.DOUBT) and settlement.code != "missing":
            memory.stopped = ACCOUNT_STOPS.get(settlement.code, "")
            self._failures += 1
            self._hold_until_ms = self._clock.steady_ms() + backoff_ms(self._failures)
            return
        self._failures = 0
        self._hold_until_ms = 0
        whole = settlement.move is ChunkMove.REFUSE
        memory.refused_in_a_row = memory.refused_in_a_row + 1 if whole else 0

    # --- campaigns -----------------------------------------------------------------------------------------

    def _mine(self) -> tuple[CampaignWork, ...]:
        return tuple(work for work in self._ledger.live() if work.gateway == self._gateway.name)

    def _watch(self, *, force: bool) -> tuple[CampaignWork, ...]:
        """Look at the live campaigns, make the moves that are due, and return them as they stand then."""
        steady = self._clock.steady_ms()
        due = self._watched_ms is None or steady - self._watched_ms >= self._options.watch_ms
        if not (force or due):
            return self._works
        self._watched_ms = steady
        if self._ledger.shared and steady - self._adopted_ms >= ADOPT_MS:
            self._adopted_ms = steady
            self._ledger.adopt_orphans(self._owner, self._time.now_ms())
        if self._seats is not None:
            self._seats.looking()
        works = self._mine()
        now = self._time.now_ms()
        # Before the gateway has told its clock once, nothing is due: a schedule is not started by a guess.
        self._shared.update(self._ledger.rates())
        moved = [self._advance(work, now) for work in works] if self._time.known else []
        if any(moved):
            works = self._mine()
        self._works = works
        if self._seats is not None and self._time.known:
            self._seats.tell(sendable(works, now, self._options.call_ms, self._time.speed))
        for forgotten in self._memory.keys() - {work.id for work in works}:
            del self._memory[forgotten]
        return works

    def _advance(self, work: CampaignWork, now_ms: int) -> bool:
        """Make the move that is due for one campaign; return whether there was one."""
        step = next_step(work, now_ms, self._time.speed)
        if step.expire:
            return self._ledger.expire(work.id, now_ms) > 0
        starts = step.move is CampaignMove.START
        if starts or (work.state == CampaignState.RUNNING and work.id not in self._sound):
            if not self._ledger.sound(work.id):
                return self._move(work, CampaignMove.ASK, "changed")
            self._sound.add(work.id)
        if starts:
            memory = self._running(work.id)
            memory.answered_before, memory.refused_before = work.answered, work.refused
            memory.refused_in_a_row = 0
        if step.move is not None:
            return self._move(work, step.move, step.reason)
        if work.state == CampaignState.RUNNING:
            memory = self._running(work.id)
            answered, refused = work.answered - memory.answered_before, work.refused - memory.refused_before
            if self._options.errors.exceeded(answered, refused, memory.refused_in_a_row):
                return self._move(work, CampaignMove.PAUSE, "too_many_errors")
            if work.over_budget:
                return self._move(work, CampaignMove.PAUSE, "budget")
            if memory.stopped:
                stopped, memory.stopped = memory.stopped, ""
                return self._move(work, CampaignMove.PAUSE, stopped.replace(".", "_"))
            return self._waves.step(work, now_ms, self._clock.steady_ms())
        return False

    def _move(self, work: CampaignWork, move: CampaignMove, reason: str = "") -> bool:
        """Move a campaign unless somebody else has moved it meanwhile."""
        memory = self._memory.get(work.id)
        if memory is not None:
            memory.ready.clear()
            memory.refused_in_a_row = 0
        return self._ledger.move(
            work.id, move, self._time.now_ms(), reason=reason, by="worker", only_from=frozenset({work.state})
        )

    def _running(self, campaign_id: int) -> _Memory:
        return self._memory.setdefault(campaign_id, _Memory())

    def _rate(self, campaign_id: int) -> int:
        return next((work.rate for work in self._works if work.id == campaign_id), 0)

    # --- choosing ------------------------------------------------------------------------------------------

    def _choose(self, works: tuple[CampaignWork, ...]) -> list[Job]:
        """Return the chunks to send next: one campaign after the other, what is in doubt first."""
        self._chosen = self._clock.steady_ms(), self._clock.now_ms()
        room = self._capacity - len(self._calls - {settlement.chunk_id for settlement in self._unwritten})
        if room <= 0 or not self._time.known or self._clock.steady_ms() < self._hold_until_ms:
            return []
        if self._failures:
            room = min(room, 1)  # one call finds out whether the gateway is back
        steady = self._clock.steady_ms()
        room = self._guard.room(steady, len(self._calls), room)
        if self._shared.limited:  # one at a time, once what left before has been paid for
            room = 0 if self._shared.waits(steady) else min(room, 1)
        jobs: list[Job] = []
        for work in works:
            if len(jobs) >= room or not may_leave(work, self._time.now_ms()):
                continue
            memory = self._running(work.id)
            if self._waits_for_hours(work, memory) or wait_ms(memory.pace, steady):
                continue
            if self._seats is not None and not self._seats.takes_part(work.id):
                continue
            # A pace is kept chunk by chunk: the next may go when the last has been paid for.
            most = 1 if work.rate else room - len(jobs)
            hours = Window(work.window_start, work.window_end)
            try:
                chosen = self._next(work, memory, most)
                within = [replace(job, batch=replace(job.batch, hours=hours)) for job in chosen]
                jobs += [self._shared.paced(self._ledger, job, work.rate, self._chosen[1]) for job in within]
            except Refused as refusal:
                if not any(problem.code == "campaign.changed" for problem in refusal.problems):
                    raise  # the database is busy, say: that is no reason to ask anybody
                self._move(work, CampaignMove.ASK, "changed")
        return jobs

    def _next(self, work: CampaignWork, memory: _Memory, most: int) -> list[Job]:
        now = self._time.now_ms()
        if may_retry(work, now) and work.unknown > work.silent:
            again = self._ledger.jobs(work.id, ChunkState.UNKNOWN, most, now)
            if again:
                return [job for job in again if job.chunk_id not in self._calls]
        if not memory.ready and work.planned:
            memory.ready = list(self._ledger.jobs(work.id, ChunkState.PLANNED, most, now))
        chosen, memory.ready = memory.ready[:most], memory.ready[most:]
        return chosen

    def _build_ahead(self, works: tuple[CampaignWork, ...]) -> None:
        """Build what leaves next while calls are on their way, so that no outcome waits for it. Whether it may leave is asked when
        it is chosen and, by the ledger, when it is claimed."""
        now = self._time.now_ms()
        for work in works if self._calls else ():
            if work.state == CampaignState.RUNNING and work.planned and not self._running(work.id).ready:
                with suppress(Refused):  # the next turn meets it again
                    jobs = self._ledger.jobs(work.id, ChunkState.PLANNED, self._capacity, now)
                    self._running(work.id).ready = list(jobs)

    def _waits_for_hours(self, work: CampaignWork, memory: _Memory) -> bool:
        now = self._time.now_ms()
        window = Window(work.window_start, work.window_end)
        opens = opens_at(now, window, needed_ms(self._options.call_ms, self._time.speed, window))
        if opens == now:
            memory.held = False
            return False
        if not memory.held:
            memory.held = True
            if work.planned:
                self._ledger.note(work.id, now, "campaign.held", [("opens_ms", opens)])
        return True
