# SPDX-License-Identifier: Apache-2.0
"""The sender under any order of what may happen to it, as a Hypothesis state machine; one class a gateway's class.

The ledger is a real file, the dispatcher and the receipt reader are the product's; only the sender threads are replaced by
a queue (`Calls`), so that the machine decides when a call leaves and whether anybody hears its answer. Killed means: the
dispatcher is forgotten with everything it knew. The gateway keeps its own list of acceptances, which is believed.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Connection

from koodesk.backend.ports.gateway import GatewayClass, Receipt
from koodesk.backend.sending import dispatcher as dispatcher_module
from koodesk.backend.sending.dispatcher import Dispatcher, WorkerOptions
from koodesk.backend.sending.fence import Fence, MarkedTurns
from koodesk.backend.sending.gateway_time import GatewayTime
from koodesk.backend.sending.receiving import ReceiptReader
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.sqlite_file import sqlite_module
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.testing import FixedClock, Step
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.pacing import CALL_MS
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_state import CAMPAIGN_MOVES, OVER, CampaignMove, CampaignState
from tests.backend.sending.sender_end import play_to_its_end
from tests.backend.sending.sender_platform import LOST, STEPS, Platform
from tests.backend.sending.workshop import PATIENT, add_audience, give_up, snapshot

SIZE: Final = 18
CHUNK: Final = 2
MOST: Final = 3
"""Campaigns of one story."""


DENIED: Final = frozenset({"refused", "pending", "cancelled", "expired"})
"""What says of a recipient that nothing was accepted."""


Begins = Callable[[str], AbstractContextManager[Connection]]


class Calls:
    """Stands where the dispatcher has its pool: calls wait until somebody lets them go."""

    def __init__(self, *_args: object, **_keys: object) -> None:
        self.waiting: list[Callable[[], None]] = []

    def submit(self, work: Callable[..., None], *args: Any) -> None:
        """Keep a call."""
        self.waiting.append(lambda: work(*args))

    def let_go(self, place: int = 0) -> None:
        """Make one of the calls that wait."""
        self.waiting.pop(place % len(self.waiting))()

    def shutdown(self, *, wait: bool) -> None:
        """Make what is left: a pool that is shut down in good order does."""
        del wait
        while self.waiting:
            self.let_go()


@cache
def blank() -> bytes:
    """Return a prepared database with an audience for each campaign of a story."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "koodesk.db"
        database = Database(path)
        database.prepare()
        for number in range(1, MOST + 1):
            add_audience(database, SIZE, number)
        database.close()
        return path.read_bytes()


def fast_folder() -> str | None:
    """Return a folder in memory, where a commit costs no disk; None where the machine has none."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class Sender(RuleBasedStateMachine):
    """The stories of one class of gateway."""

    klass: GatewayClass

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=fast_folder()))
        (self.folder / "koodesk.db").write_bytes(blank())
        self.clock = FixedClock()
        self.gateway = Platform(klass=self.klass, clock=self.clock)
        self.campaigns: list[str] = []
        self.ends: dict[str, int] = {}
        self.given_up: set[int] = set()
        self.receipts = 0
        self.backup: tuple[bytes, list[str]] | None = None
        self.restored = False
        self.dispatcher: Dispatcher | None = None
        self.trouble = ""
        self.looked_at: int | None = None
        self.latest_ms = 0
        self.open()

    def open(self) -> None:
        """Open the ledger as a process does that has just begun."""
        self.database = Database(self.folder / "koodesk.db", cache_kb=1_024)
        self.ledger = SqlLedger(self.database)
        setattr(self.database, "_transaction", self.noted(self.database._transaction))  # noqa: B010 - as below
        self.looked_at = None
        self._turn = self.ledger.turn
        setattr(self.ledger, "turn", self.troubled)  # noqa: B010 - another's method, in its place

    def noted(self, transaction: Begins) -> Begins:
        """Remember that something was written: what nobody has written to need not be looked at again."""

        @contextmanager
        def noting(begin: str) -> Iterator[Connection]:
            self.looked_at = None
            with transaction(begin) as connection:
                yield connection

        return noting

    def troubled(self, *told: Any) -> frozenset[int]:
        """Write as the ledger does; what is in trouble refuses once, before its commit or after it, when there is something to write."""
        if not (told[0] or told[1]):
            return self._turn(*told)
        trouble, self.trouble = self.trouble, ""
        found = self._turn(*told) if trouble != "before" else frozenset()
        if trouble:
            raise Refused(problem("storage.unreachable", place="there"))
        return found

    def take_turn(self) -> None:
        """Let the worker do what is due, as it does: it meets trouble again."""
        assert self.dispatcher is not None
        with suppress(Refused):
            self.dispatcher.turn()

    def teardown(self) -> None:
        """Bring a story that held to its end; give everything back."""
        try:
            if sys.exception() is None:
                play_to_its_end(self)
        finally:
            self.database.close()
            shutil.rmtree(self.folder)

    # --- a person --------------------------------------------------------------------------------------------

    @initialize(
        step=st.sampled_from(LOST),
        ms=st.sampled_from((100, 61_000, 660_000)),
        most=st.sampled_from((0, 0, 30_000)),
        shows_ms=st.sampled_from((0, 590_000)),
    )
    def first(self, step: Step, ms: int, most: int, shows_ms: int) -> None:
        """Every story has something to send, a worker that sends it, and a call nobody hears of."""
        self.gateway.shows_ms = shows_ms
        self.confirm(0, most)
        self.start(False)
        self.mishap(step, ms)

    @precondition(lambda self: len(self.campaigns) < MOST)
    @rule(later=st.sampled_from((0, 0, 3_600_000)), most=st.sampled_from((0, 0, 30_000, 3_600_000)))
    def confirm(self, later: int, most: int) -> None:
        """Confirm a campaign, at once or at a time, with a last time to send at or without."""
        number = len(self.campaigns) + 1
        end = self.clock.now_ms() + later + most if most else 0
        uuid = f"u{len(self.ends) + 1}"  # what is confirmed after a backup was put back is another campaign
        self.ends[uuid] = end or 1 << 62
        text = encode(
            snapshot(
                uuid,
                SIZE,
                audience_id=number,
                chunk_size=CHUNK,
                gateway=self.gateway.name,
                gateway_class=self.klass.value,
                start_at_ms=self.clock.now_ms() + later if later else 0,
                not_after_ms=end,
            )
        )
        assert self.ledger.create(digest_of(text), text, self.clock.now_ms(), "Li") == number
        self.campaigns.append(uuid)

    @precondition(lambda self: self.campaigns)
    @rule(
        which=st.integers(0, MOST),
        move=st.sampled_from((CampaignMove.PAUSE, CampaignMove.RESUME, CampaignMove.STOP)),
    )
    def steer(self, which: int, move: CampaignMove) -> None:
        """Pause, resume or stop, where that may be."""
        campaign = which % len(self.campaigns) + 1
        row = self.ledger.campaign(campaign)
        if move is CampaignMove.RESUME and row.reason == "restored" and self.klass is GatewayClass.BLIND:
            return  # a person who says "go" to an old copy has been told what that may mean
        if (CampaignState(row.state), move) in CAMPAIGN_MOVES:
            self.ledger.move(campaign, move, self.clock.now_ms(), by="Li")

    @precondition(lambda self: self.campaigns)
    @rule(which=st.integers(0, MOST))
    def decide(self, which: int) -> None:
        """Count those of unknown outcome as not sent, where a campaign waits for that."""
        campaign = which % len(self.campaigns) + 1
        row = self.ledger.campaign(campaign)
        if row.state == "unclear" and row.unknown:
            give_up(self.database, campaign, self.clock.now_ms())
            self.given_up.add(campaign)

    @rule()
    def back_up(self) -> None:
        """Keep a copy of the database as it is, whoever works meanwhile."""
        kept = self.folder / "kept"
        with closing(sqlite_module().connect(kept)) as copy, self.database.engine.connect() as connection:
            connection.connection.driver_connection.backup(copy)  # type: ignore[union-attr]  # SQLite's has one
        self.backup = kept.read_bytes(), list(self.campaigns)

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self) -> None:
        """Put the copy in the place of the database; whoever worked is gone."""
        assert self.backup is not None
        self.dispatcher = None
        self.database.close()
        for path in self.folder.glob("koodesk.db*"):
            path.unlink()
        (self.folder / "koodesk.db").write_bytes(self.backup[0])
        self.campaigns = list(self.backup[1])
        self.restored = True
        self.open()

    # --- processes -------------------------------------------------------------------------------------------

    @precondition(lambda self: self.dispatcher is None)
    @rule(dies=st.sampled_from((False, False, False, True)))
    def start(self, dies: bool) -> None:
        """Start a worker; it may die as soon as it has taken its generation."""
        self.open_again()
        fence = Fence(self.folder / "worker.generation")
        trusted = fence.enter(self.ledger)
        if dies:
            return
        time = GatewayTime(self.gateway, self.clock)
        time.refresh(force=True)
        options = WorkerOptions(senders=2, watch_ms=0, errors=PATIENT)
        turn = None if self.klass is GatewayClass.IDEMPOTENT else MarkedTurns(self.ledger, fence).turn
        self.dispatcher = Dispatcher(self.ledger, self.gateway, self.clock, options, time, None, turn)
        self.dispatcher.open(trusted=trusted)
        self.reader = ReceiptReader(self.ledger, self.gateway, page=5)

    def open_again(self) -> None:
        """A process that begins knows nothing of the one before."""
        self.database.close()
        self.open()

    @property
    def calls(self) -> Calls:
        """Return the calls that wait."""
        assert self.dispatcher is not None
        pool = self.dispatcher._pool
        assert isinstance(pool, Calls)
        return pool

    @precondition(lambda self: self.dispatcher is not None)
    @rule(times=st.integers(1, 3))
    def turn(self, times: int) -> None:
        """Let the worker do what is due."""
        for _ in range(times):
            self.take_turn()

    @precondition(lambda self: self.dispatcher is not None and self.calls.waiting)
    @rule(place=st.integers(0, 9), step=st.sampled_from(STEPS))
    def call(self, place: int, step: Step) -> None:
        """Let one call go, and say what becomes of it."""
        self.gateway.script.clear()
        self.gateway.will(step)
        self.calls.let_go(place)
        self.gateway.script.clear()

    @precondition(lambda self: self.dispatcher is not None)
    @rule(step=st.sampled_from(LOST), ms=st.sampled_from((100, 61_000, 660_000)))
    def mishap(self, step: Step, ms: int) -> None:
        """Nobody hears what became of a call; time passes, and the worker goes on."""
        self.turn(1)
        if self.calls.waiting:
            self.call(0, step)
        while self.calls.waiting:
            self.calls.let_go()
        self.turn(1)
        while self.calls.waiting:
            self.calls.let_go()
        self.wait(ms)
        self.turn(3)

    @precondition(lambda self: self.dispatcher is not None)
    @rule(turns=st.integers(1, 6))
    def go_on(self, turns: int) -> None:
        """A while in which nothing goes wrong."""
        for _ in range(turns):
            self.take_turn()
            while self.calls.waiting:
                self.calls.let_go()
        self.take_turn()

    @precondition(lambda self: self.dispatcher is not None)
    @rule(left=st.integers(0, 3))
    def die(self, left: int) -> None:
        """The worker is killed; some of its calls had left, and nobody hears their answers."""
        for _ in range(min(left, len(self.calls.waiting))):
            self.calls.let_go()
        self.dispatcher = None

    @precondition(lambda self: self.dispatcher is not None)
    @rule()
    def end(self) -> None:
        """The worker is told to end, and does so in good order."""
        assert self.dispatcher is not None
        calls = self.calls
        while calls.waiting:
            calls.let_go()
        self.dispatcher.close()
        self.dispatcher = None

    # --- the world -------------------------------------------------------------------------------------------

    @rule(ms=st.sampled_from((100, 2_000, 61_000, 660_000, 4_000_000, 300_000_000)))
    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.clock.forward(ms)
        self.gateway.arrive()

    @rule(ms=st.sampled_from((-3_600_000, -1_000, 1_000, 3_600_000)))
    def move_clock(self, ms: int) -> None:
        """Somebody moves the clock."""
        self.latest_ms = max(self.latest_ms, self.clock.now_ms())
        self.clock.jump(ms)

    @rule(when=st.sampled_from(("before", "after")))
    def cut_off(self, when: str) -> None:
        """The connection breaks at the worker's next commit; after it, nobody hears that it was one."""
        self.trouble = when

    @rule(reachable=st.booleans())
    def reach(self, reachable: bool) -> None:
        """The gateway goes away and comes back; its calls are what `call` says."""
        self.gateway.reachable = reachable

    @rule(data=st.data())
    def report(self, data: st.DataObject) -> None:
        """A receipt comes: of something accepted, again, of nobody; in any order of time."""
        accepted = self.gateway.accepted
        known = [f"{key}:{number}" for key, number in accepted[-12:]]
        message = data.draw(st.sampled_from((*known, "nobody's")))
        kind = data.draw(st.sampled_from(("sms", "shortchain", "exposed", "clicked")))
        again = bool(self.gateway.feed) and data.draw(st.booleans())
        at = self.clock.now_ms() + data.draw(st.integers(-5_000, 5_000))
        self.receipts += not again
        receipt = Receipt(self.receipts, message, kind, data.draw(st.sampled_from(("0", "1"))), "c", at)
        self.gateway.feed.append(self.gateway.feed[-1] if again else receipt)

    @precondition(lambda self: self.dispatcher is not None and self.gateway.reachable)
    @rule()
    def receive(self) -> None:
        """Take a page of receipts."""
        self.reader.poll()

    # --- what must hold --------------------------------------------------------------------------------------

    @invariant()
    def nobody_has_two(self) -> None:
        """By the gateway's own list."""
        counts = Counter((key.rpartition("-")[0], number) for key, number in self.gateway.accepted)
        twice = [who for who, count in counts.items() if count > 1]
        assert not twice, f"accepted twice: {twice}"

    @invariant()
    def nothing_left_after_its_time(self) -> None:
        """By the gateway's clock. A call that was chosen in time may wait for a sender, and no longer than that."""
        for key, at in self.gateway.took:
            assert at < self.ends[key.rpartition("-")[0]] + CALL_MS // 2, f"{key} left after its time"

    @invariant()
    def everybody_is_in_one_bucket(self) -> None:
        """The sums are the rows', the import is all of them, and nothing is called finished too early. Looked at again when the
        ledger was written to, or the gateway has accepted somebody."""
        if self.looked_at == len(self.gateway.accepted):
            return
        for campaign, uuid in enumerate(self.campaigns, 1):
            buckets = self.ledger.buckets(campaign)
            assert buckets == self.ledger.recount(campaign)
            assert buckets.total == SIZE
            row = self.ledger.campaign(campaign)
            if row.state in OVER:
                assert (buckets.pending, buckets.in_flight, buckets.unknown) == (0, 0, 0), row.state
            self.says_what_was(campaign, uuid)
        self.looked_at = len(self.gateway.accepted)

    def says_what_was(self, campaign: int, uuid: str) -> None:
        """What the ledger calls accepted was; what it calls refused was not, unless a person said so."""
        accepted = {number for key, number in self.gateway.accepted if key.rpartition("-")[0] == uuid}
        for row in self.ledger.full_rows(campaign, self.clock.now_ms()):
            if row.bucket == "accepted":
                assert int(row.number) in accepted, f"{uuid}: {row.number} lost"
            elif row.bucket in DENIED and campaign not in self.given_up and not self.restored:
                assert int(row.number) not in accepted, f"{uuid}: {row.number} denied, {row.bucket}"


class IdempotentSender(Sender):
    """The local engine."""

    klass = GatewayClass.IDEMPOTENT


class ListableSender(Sender):
    """The cloud's smart messages and video SMS."""

    klass = GatewayClass.LISTABLE


class BlindSender(Sender):
    """The cloud's plain SMS."""

    klass = GatewayClass.BLIND


SENDERS: Final = (IdempotentSender, ListableSender, BlindSender)


def with_calls(patch: Callable[[object, str, object], None]) -> None:
    """Put the queue of calls in the place of the dispatcher's threads."""
    patch(dispatcher_module, "ThreadPoolExecutor", Calls)
