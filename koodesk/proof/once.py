# SPDX-License-Identifier: Apache-2.0
"""One send under kills, judged by the engine's own log: what `koodesk bench once` runs.

A real engine and a real worker, each a process of its own, under the kills of `lives` and a fault script that loses
answers. Then the send is let end: a gateway with keys gives the first answers again, one with a list is asked after the
settle time of its own clock, which is run forward. Two "not found" have to be a minute apart on a clock that nobody can
run forward, and this waits for it.

The judge believes the engine's append-only log, which no desk can write, and compares what the sender says with it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koodesk import paths
from koodesk.backend.gateways.keyless import MOST
from koodesk.backend.ports.gateway import GatewayClass
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.fault_script import FaultScript, read_fault_script
from koodesk.domain.problem import Refused
from koodesk.domain.send_state import CampaignMove
from koodesk.proof import bad_senders
from koodesk.proof.ground import SIGNATURE, SMS_TEXT, accepted_messages, add_audience, snapshot
from koodesk.proof.lives import Lives, longest_seconds

OURS: Final = "koodesk"
SENDERS: Final = (OURS, *bad_senders.SENDERS)
CHUNK: Final = 200

_PER_SECOND: Final = 30_000
_SETTLE_MS: Final = 11 * 60_000
_MINUTE_MS: Final = 61_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What to prove: a class of gateway, how many recipients, how many kills, a seed, and whose sender."""

    klass: GatewayClass
    recipients: int
    kills: int
    seed: int
    sender: str = OURS


def plan_of(gateway: str, recipients: int, kills: int, seed: int, sender: str = OURS) -> Plan:
    """Return a plan by the words of the command. Known-bad senders send without keys, whatever the gateway."""
    klass = GatewayClass(gateway) if sender == OURS else GatewayClass.LISTABLE
    return Plan(klass, recipients, kills, seed, sender)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of everybody. `lost`: the sender says accepted, or nothing, and the engine accepted nothing. `twice`:
    the engine accepted more than one message. `unknown`: the sender says it does not know. `untold`: the engine accepted,
    and the sender says it did not."""

    accepted: int
    lost: int
    twice: int
    unknown: int
    untold: int

    def holds(self, klass: GatewayClass) -> bool:
        """Tell whether the promise of a class was kept: only a blind gateway may leave unknown ones."""
        bad = self.lost or self.twice or self.untold
        return not bad and (klass is GatewayClass.BLIND or self.unknown == 0)


@dataclass(frozen=True, slots=True)
class Result:
    """A run: its verdict, what was done to it, how long it took, and the state it ended in."""

    verdict: Verdict
    worker_kills: int
    engine_kills: int
    seconds: float
    ended: str


def judge(
    everybody: int, rows: Iterable[tuple[str, str]], accepted: Iterable[tuple[str, str]], unknown: int
) -> Verdict:
    """Judge a send by the engine's log.

    `rows` are what the sender says of each recipient, as (bucket, message id); `accepted` is the log, as (message id,
    recipient); `unknown` counts the recipients of whom the sender says that it does not know.
    """
    by_message = dict(accepted)
    told = list(rows)
    claimed = [message for bucket, message in told if bucket == "accepted"]
    lost = sum(message not in by_message for message in claimed) + (everybody - len(told))
    # Of an unknown recipient it is honest not to say; more acceptances than that are some the sender denies.
    hidden = len(by_message.keys() - set(claimed))
    return Verdict(len(by_message), lost, _twice(by_message.values()), unknown, max(0, hidden - unknown))


def judge_list(everybody: int, done: int, accepted: Iterable[tuple[str, str]]) -> Verdict:
    """Judge a sender that keeps no rows and says only how many of its list it is done with."""
    recipients = [recipient for _, recipient in accepted]
    lost = done - len(set(recipients)) if done == everybody else everybody
    return Verdict(len(recipients), lost, _twice(recipients), 0, 0)


def _twice(recipients: Iterable[str]) -> int:
    return sum(count > 1 for count in Counter(recipients).values())


def faults_of(klass: GatewayClass, seed: int) -> FaultScript:
    """Return the shipped fault script of a class, with a seed."""
    place = paths.resources() / "samples" / "once" / f"{klass}.toml"
    return FaultScript(seed, read_fault_script(place.read_text("utf-8"), place.name).faults)


def prove(folder: Path, plan: Plan, say: Callable[[str], None]) -> Result:
    """Send under kills in an empty folder, let it end, judge. Raises Refused (bench.*, engine.*)."""
    lives = Lives(folder, plan.seed, longest_seconds(plan.recipients, plan.kills))
    try:
        lives.doors.put_faults(faults_of(plan.klass, plan.seed))
        if plan.sender != OURS:
            return _prove_bad(lives, plan, say)
        return _Ours(lives, plan).prove(say)
    finally:
        lives.close()


def _span(plan: Plan) -> float:
    """Return how many seconds a life may last: its share of the send, or the campaign is over before the kills are."""
    return min(0.2, 1.2 * plan.recipients / max(1, plan.kills) / _PER_SECOND)


class _Ours:
    """Koodesk's own worker, as it is."""

    def __init__(self, lives: Lives, plan: Plan) -> None:
        self._lives = lives
        self._plan = plan
        self._database = Database(lives.workspace.database)
        self._database.prepare()
        self._ledger = SqlLedger(self._database)
        self._gateway = "local" if plan.klass is GatewayClass.IDEMPOTENT else f"local-{plan.klass}"
        self._uuid = f"bench-once-{plan.seed}"
        self._command = (
            "koodesk.worker",
            "--workspace",
            str(lives.workspace.root),
            "--gateway",
            self._gateway,
        )

    def prove(self, say: Callable[[str], None]) -> Result:
        """Confirm, send, judge."""
        lives, plan = self._lives, self._plan
        try:
            campaign = self._confirm()
            begin = lives.seconds
            lives.kill(
                plan.kills,
                _span(plan),
                (*self._command, "--campaign", str(campaign)),
                lambda: self._moves(campaign),
            )
            say(
                f"{lives.sender_kills} kills of the worker, {lives.engine_kills} of the engine; letting it end"
            )
            self._finish(campaign)
            seconds = lives.seconds - begin
            unknown = self._ledger.recount(campaign).unknown
            told = [(row.bucket, row.message_id) for row in self._ledger.full_rows(campaign, 0)]
            log = accepted_messages(lives.workspace, self._uuid)
            verdict = judge(plan.recipients, told, log, unknown)
            state = self._ledger.campaign(campaign).state
            return Result(verdict, lives.sender_kills, lives.engine_kills, seconds, state)
        finally:
            self._database.close()

    def _confirm(self) -> int:
        count = self._plan.recipients
        add_audience(self._database, count)
        text = encode(
            snapshot(
                self._uuid,
                count,
                tpl_id=self._lives.tpl_id,
                sms_text=SMS_TEXT,
                signature=SIGNATURE,
                gateway=self._gateway,
                gateway_class=self._plan.klass.value,
                chunk_size=min(CHUNK, MOST.get(self._plan.klass, CHUNK)),
            )
        )
        return self._ledger.create(digest_of(text), text, self._lives.doors.status().now_ms, "bench")

    def _moves(self, campaign: int) -> Callable[[], bool]:
        """Return what tells whether something new is in flight or was accepted: before that a kill proves little."""
        before = self._ledger.buckets(campaign)

        def moved() -> bool:
            now = self._ledger.buckets(campaign)
            return now != before and bool(now.in_flight or now.accepted > before.accepted)

        return moved

    def _finish(self, campaign: int) -> None:
        """Let a worker go on until nothing changes by itself any more; the engine's clock is run forward for that."""
        forward = _SETTLE_MS
        with self._lives.running(*self._command):
            while self._goes_on(campaign):
                if self._ledger.campaign(campaign).state == "unclear":
                    # Twice where an answer breaks: a clock that is run forward too far only waits less.
                    with suppress(Refused):
                        self._lives.doors.forward(forward)
                        forward = _MINUTE_MS
                time.sleep(0.5)
                self._lives.not_for_ever()

    def _goes_on(self, campaign: int) -> bool:
        """Tell whether something still changes by itself. What pauses by itself is resumed, as a person would."""
        state = self._ledger.campaign(campaign).state
        if state == "paused":
            self._ledger.move(campaign, CampaignMove.RESUME, self._lives.doors.status().now_ms, by="bench")
            return True
        if state == "unclear":
            return self._plan.klass is not GatewayClass.BLIND
        return state in ("scheduled", "running", "stopping")


def _prove_bad(lives: Lives, plan: Plan, say: Callable[[str], None]) -> Result:
    """The same with a known-bad sender, by what it keeps itself."""
    place = lives.workspace.root / bad_senders.STORE
    command = (
        "koodesk.proof.bad_senders",
        plan.sender,
        str(lives.workspace.root),
        str(plan.recipients),
        lives.tpl_id,
    )

    def moves() -> Callable[[], bool]:
        before = bad_senders.Store(place).cursor
        return lambda: bad_senders.Store(place).cursor > before

    begin = lives.seconds
    lives.kill(plan.kills, _span(plan), command, moves)
    say(f"{lives.sender_kills} kills of the sender, {lives.engine_kills} of the engine; letting it end")
    lives.engine.ensure_running()
    lives.start(*command).wait()
    seconds = lives.seconds - begin
    log = accepted_messages(lives.workspace, f"bench-{plan.sender}")
    verdict = judge_list(plan.recipients, bad_senders.Store(place).done, log)
    return Result(verdict, lives.sender_kills, lives.engine_kills, seconds, "ended")
