# SPDX-License-Identifier: Apache-2.0
"""Stand-ins that tests and scripts share: a clock that is told the time, and a gateway that does what it is told.

The scripted gateway is a real other side in small: it keeps its own append-only list of acceptances (`accepted`), which
is what a test judges "once" by, apart from anything the ledger says. A batch of video SMS or of plain SMS that is not what
docs/architecture.md says is refused as a whole, as the engine would.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from koodesk.backend.ports.gateway import (
    OTHER_BYTES,
    Answered,
    Batch,
    Found,
    GatewayClass,
    GatewayClock,
    LookUp,
    NotFound,
    NotSent,
    NumberResult,
    Outcome,
    Promise,
    Receipt,
    ReceiptPage,
    RefusedWhole,
    Unclear,
    Unknown,
)
from koodesk.domain.problem import Refused, problem
from koodesk.domain.quiet_hours import may_start


class FixedClock:
    """A clock that moves when told; with `tick_ms` every reading of the steady clock moves it on as well."""

    def __init__(self, now_ms: int = 1_780_000_000_000, tick_ms: int = 0) -> None:
        self._now_ms = now_ms
        self._steady_ms = 0
        self._tick_ms = tick_ms
        self._lock = threading.Lock()

    def now_ms(self) -> int:
        """Return the wall clock."""
        with self._lock:
            return self._now_ms

    @property
    def passed_ms(self) -> int:
        """How far the steady clock has come, without moving it."""
        with self._lock:
            return self._steady_ms

    def steady_ms(self) -> int:
        """Return the steady clock."""
        with self._lock:
            self._now_ms += self._tick_ms
            self._steady_ms += self._tick_ms
            return self._steady_ms

    def forward(self, ms: int) -> None:
        """Let time pass on both clocks."""
        with self._lock:
            self._now_ms += ms
            self._steady_ms += ms

    def jump(self, ms: int) -> None:
        """Move the wall clock alone, as a person or an engine does."""
        with self._lock:
            self._now_ms += ms


def accept_all(batch: Batch) -> Outcome:
    """Accept everybody."""
    return Answered(tuple(NumberResult(n, True, f"{batch.key}:{n}") for n in batch.numbers))


Behaviour = Callable[[Batch], Outcome]
"""What the gateway answers to one call. What it accepts for good is what an `Answered` in it accepts, or what
`lost(...)` says."""


@dataclass(frozen=True, slots=True)
class lost:  # noqa: N801 - reads as a word of the script: script(lost(accept_all))
    """A behaviour whose effect happens and whose answer never arrives."""

    behaviour: Behaviour
    code: str = "timeout"


Step = Behaviour | lost | Outcome


@dataclass
class ScriptedGateway:
    """A gateway of any class that follows a script, one step a call; without a step left it accepts everybody.

    `idempotent` keeps the first answer of a key as the local engine does. `calls` are the batches as they came, `taken` when
    by the gateway's clock, which runs `speed` seconds in one. Like the engine it takes nothing outside a batch's hours.
    `kinds` are kinds of which it promises something else.
    """

    klass: GatewayClass = GatewayClass.IDEMPOTENT
    name: str = "scripted"
    max_chunk: int = 100
    video_fallback: bool = True
    clock: FixedClock = field(default_factory=FixedClock)
    script: deque[Step] = field(default_factory=deque)
    look_ups: deque[LookUp] = field(default_factory=deque)
    feed: list[Receipt] = field(default_factory=list)
    vendors: Mapping[int, str] = field(default_factory=dict)
    calls: list[Batch] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    accepted: list[tuple[str, int]] = field(default_factory=list)
    reachable: bool = True
    speed: int = 1
    taken: list[int] = field(default_factory=list)
    kinds: Mapping[str, Promise] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._first: dict[str, tuple[str, Answered]] = {}
        self._lock = threading.Lock()
        self._ahead_ms = self._since_ms = 0

    def promise(self, kind: str) -> Promise:
        """Return what was set for a kind."""
        return self.kinds.get(kind, Promise(self.klass, self.max_chunk))

    def will(self, *steps: Step) -> ScriptedGateway:
        """Add steps to the script."""
        self.script.extend(steps)
        return self

    def now_ms(self) -> int:
        """Return the script's clock."""
        return self.reading().now_ms

    def reading(self) -> GatewayClock:
        """Return the script's clock and its speed."""
        if not self.reachable:
            raise Refused(problem("gateway.unreachable", gateway=self.name, reason="script"))
        return GatewayClock(self._time_ms(), self.speed)

    def _time_ms(self) -> int:
        return (
            self.clock.now_ms() + self._ahead_ms + (self.speed - 1) * (self.clock.passed_ms - self._since_ms)
        )

    def run_at(self, speed: int) -> None:
        """Let the script's clock run at another speed, from where it stands."""
        self._ahead_ms, self._since_ms = self._time_ms() - self.clock.now_ms(), self.clock.passed_ms
        self.speed = speed

    def send(self, batch: Batch) -> Outcome:
        """Follow the next step."""
        with self._lock:
            self.calls.append(batch)
            if not may_start(self._time_ms(), batch.hours):
                return NotSent("KD.QUIET_HOURS", 60_000)
            step = self.script.popleft() if self.script else accept_all
            behaviour: Step = step.behaviour if isinstance(step, lost) else step
            kept = self._first.get(batch.key)
            if kept is not None and self.klass is GatewayClass.IDEMPOTENT and callable(behaviour):
                outcome: Outcome = kept[1] if kept[0] == batch.digest else Unknown(OTHER_BYTES)
            else:
                outcome = behaviour(batch) if callable(behaviour) else behaviour  # type: ignore[assignment]  # never `lost`
                fault = video_fault(batch) or plain_fault(batch)
                if fault:
                    outcome = RefusedWhole("KD.FIELD", fault)
                if isinstance(outcome, Answered):
                    self._keep(batch, outcome)
            return Unknown(step.code) if isinstance(step, lost) else outcome

    def _keep(self, batch: Batch, answer: Answered) -> None:
        self.taken.append(self._time_ms())
        self._first[batch.key] = (batch.digest, answer)
        members = set(batch.numbers)
        # An answer that says everything twice is one acceptance all the same.
        taken = dict.fromkeys(r.number for r in answer.results if r.accepted and r.number in members)
        self.accepted.extend((batch.key, number) for number in taken)

    def look_up(self, key: str) -> LookUp:
        """Answer from the script of look-ups, else from what is kept."""
        with self._lock:
            self.asked.append(key)
            if self.look_ups:
                return self.look_ups.popleft()
            if self.klass is GatewayClass.BLIND:
                return Unclear("blind")
            kept = self._first.get(key)
            return Found(kept[1].results) if kept else NotFound()

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Return the feed by position."""
        if not self.reachable:
            raise Refused(problem("gateway.unreachable", gateway=self.name, reason="script"))
        items = tuple(self.feed[after : after + limit])
        return ReceiptPage(items, after + len(items))

    def capability(self, numbers: Sequence[int], template_id: str) -> Mapping[int, str]:
        """Return the vendors that were set."""
        del template_id
        return {number: self.vendors.get(number, "") for number in numbers}

    def twice(self) -> list[int]:
        """Return the numbers that were accepted more than once: what must never be."""
        counts = Counter(number for _, number in self.accepted)
        return sorted(number for number, count in counts.items() if count > 1)


def refuse(numbers: Iterable[int], code: str = "blacklist") -> Behaviour:
    """Return a behaviour that accepts everybody but some."""
    refused = frozenset(numbers)
    return refuse_by(lambda number: code if number in refused else "")


def refuse_by(code_of: Callable[[int], str]) -> Behaviour:
    """Return a behaviour that refuses each number for which `code_of` has a code, and accepts the others."""

    def behave(batch: Batch) -> Outcome:
        return Answered(
            tuple(
                NumberResult(n, False, "", code)
                if (code := code_of(n))
                else NumberResult(n, True, f"{batch.key}:{n}")
                for n in batch.numbers
            )
        )

    return behave


# --- batches of video SMS --------------------------------------------------------------------------------------

_VIDEO_FIELDS = {"kind", "campaign", "task_name", "template", "expiration_hours", "recipients"}


def video_fault(batch: Batch) -> str:
    """Return the field of a video batch that is not what docs/architecture.md says; "" for a good one, and for a batch
    of another kind."""
    try:
        told: Any = json.loads(batch.payload)
    except ValueError:
        return ""
    if not isinstance(told, dict) or told.get("kind") != "video":
        return ""
    numbers: list[int] = []
    for entry in told.get("recipients", ()):
        if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], dict)):
            return "recipients"
        if not all(isinstance(value, str) and len(value) <= 256 for value in entry[1].values()):
            return "recipients"
        numbers.append(entry[0])
    sound = {
        "kind": told.keys() == _VIDEO_FIELDS,
        "task_name": 1 <= len(told.get("task_name", "")) <= 32,
        "template": len(told.get("template", "")) == 9,
        "expiration_hours": told.get("expiration_hours") in range(1, 73),
        "recipients": 1 <= len(numbers) <= 5_000 and tuple(numbers) == batch.numbers,
    }
    return next((name for name, good in sound.items() if not good), "")


_PLAIN_FIELDS = {
    "kind",
    "campaign",
    "task_name",
    "sms_template",
    "sms_sign",
    "sms_text",
    "values",
    "recipients",
}


def plain_fault(batch: Batch) -> str:
    """Return the field of a batch of plain SMS that is not what docs/architecture.md says; "" for a good one, and for a
    batch of another kind."""
    try:
        told: Any = json.loads(batch.payload)
    except ValueError:
        return ""
    if not isinstance(told, dict) or told.get("kind") != "plain":
        return ""
    sound = {
        "kind": told.keys() == _PLAIN_FIELDS,
        "task_name": 1 <= len(told.get("task_name", "")) <= 30,
        "sms_template": bool(told.get("sms_template")),
        "values": _texts(told.get("values")),
        "recipients": all(
            isinstance(entry, list) and len(entry) == 2 and _texts(entry[1]) for entry in told["recipients"]
        )
        and tuple(entry[0] for entry in told["recipients"]) == batch.numbers,
    }
    return next((name for name, good in sound.items() if not good), "")


def _texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


class QuickPasswords:
    """Hashes at once, for tests that are about something else than the hash (`ports.identity.PasswordHasher`)."""

    def hash(self, password: str) -> str:
        """Return a salted digest that says how it was made."""
        return "quick$" + hashlib.sha256(b"koodesk" + password.encode()).hexdigest()

    def verify(self, stored: str, password: str) -> bool:
        """Tell whether a password is the stored one."""
        return bool(stored) and stored == self.hash(password)

    def outdated(self, stored: str) -> bool:
        """Tell whether a stored hash was made otherwise."""
        return not stored.startswith("quick$")


class HeldSecrets:
    """Keeps secrets in memory and says of them what it is told to (`ports.identity.Secrets`)."""

    def __init__(self, kept: str = "keystore") -> None:
        self.kept = kept
        self.held: dict[str, str] = {}

    def keep(self, name: str, secret: str) -> str:
        """Keep a secret."""
        self.held[name] = secret
        return self.kept

    def find(self, name: str) -> str | None:
        """Return a secret, None where there is none."""
        return self.held.get(name)

    def forget(self, name: str) -> None:
        """Take a secret away."""
        self.held.pop(name, None)
