# SPDX-License-Identifier: Apache-2.0
"""Fault scripts (故障脚本): how the local engine fails on purpose, as data that can be kept, read and played again.

A script is a TOML file of rules. Each says which request it strikes (`on`), what happens to it (`does`), and to how
many: a share of the calls, only their first attempts, only between two instants of the engine's clock. Which calls a
share strikes follows from the seed and the call's own name, never from a counter or the time of day, so that a script
played again strikes the same calls in whatever order they arrive.

    seed = 7
    [[fault]]
    on = "send"
    does = "reset_after"      # accepted, and the connection breaks before the answer
    share = 0.2
    attempts = 1              # a call that is repeated goes through
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from koodesk.domain.problem import Refused, problem
from koodesk.domain.strict_table import Table

LONGEST_SCRIPT: Final = 65_536
"""Longest text of a script, in characters. Koodesk's own."""

LONGEST_NAME: Final = 120
MOST_FAULTS: Final = 64
LONGEST_WAIT_MS: Final = 120_000
"""Longest a fault may hold a request: past every patience the desk has."""

FILE: Final = "faults.toml"
"""How a script is called in a refusal that has no better name for it."""


class On(StrEnum):
    """Which request a fault strikes."""

    SEND = "send"
    LOOK_UP = "look_up"
    RECEIPTS = "receipts"
    SUBMIT = "submit"
    """Handing in for review; over the cloud's API also an upload."""


class Does(StrEnum):
    """What happens. Names in `_after` tell what comes once the request has done its work; the others prevent it."""

    STATUS = "status"
    """Answered with an HTTP status at once; nothing is done."""
    RESET = "reset"
    """The connection breaks; nothing is done."""
    HANG = "hang"
    """No answer for `wait_ms`, then the connection breaks; nothing is done."""
    REFUSE = "refuse"
    """Refused as a whole with `code`; nothing is done."""
    UNKNOWN_KEY = "unknown_key"
    """The engine says it does not know this key, whether it does or not: a list that lags behind."""
    STATUS_AFTER = "status_after"
    RESET_AFTER = "reset_after"
    HANG_AFTER = "hang_after"
    SLOW = "slow"
    """Done; the answer drips out over `wait_ms`."""
    CUT = "cut"
    """Done; half of the answer, then the connection breaks."""
    GARBLED = "garbled"
    """Done; status 200 with a text that is not JSON."""
    EMPTY = "empty"
    """Done; status 200 with an answer that says nothing of anybody."""
    REFUSE_SOME = "refuse_some"
    """A `part` of the recipients is refused with `code`; the others are accepted."""
    LEAVE_OUT = "leave_out"
    """Done; the answer leaves out a `part`. Of receipts: they never come."""
    FOREIGN = "foreign"
    """Done; the answer speaks of what nobody asked about as well."""
    TWICE = "twice"
    """Done; the answer says everything twice."""
    SHUFFLED = "shuffled"
    """Done; the answer is in another order."""
    LATE = "late"
    """A `part` of the receipts come `wait_ms` of the engine's clock later, behind others."""
    AGAIN = "again"
    """A `part` of the receipts come, and `wait_ms` later once more."""


_EVERY: Final = frozenset(
    (
        Does.STATUS,
        Does.RESET,
        Does.HANG,
        Does.STATUS_AFTER,
        Does.RESET_AFTER,
        Does.HANG_AFTER,
        Does.SLOW,
        Does.CUT,
        Does.GARBLED,
        Does.EMPTY,
        Does.LEAVE_OUT,
        Does.FOREIGN,
        Does.TWICE,
        Does.SHUFFLED,
    )
)
MAY: Final[Mapping[On, frozenset[Does]]] = {
    On.SEND: _EVERY | {Does.REFUSE, Does.REFUSE_SOME},
    On.LOOK_UP: _EVERY | {Does.UNKNOWN_KEY},
    On.RECEIPTS: _EVERY | {Does.LATE, Does.AGAIN},
    # Its answer has no list that could say too little or too much.
    On.SUBMIT: _EVERY - {Does.EMPTY, Does.LEAVE_OUT, Does.FOREIGN, Does.TWICE, Does.SHUFFLED} | {Does.REFUSE},
}
"""What can happen to which request."""

LATER: Final = frozenset((Does.LATE, Does.AGAIN))
"""What happens to single receipts in time; for longer than any request is held."""
IN_PARTS: Final = frozenset((Does.REFUSE_SOME, Does.LEAVE_OUT)) | LATER
_WAITING: Final = frozenset((Does.HANG, Does.HANG_AFTER, Does.SLOW)) | LATER
_WITH_STATUS: Final = frozenset((Does.STATUS, Does.STATUS_AFTER))
_WITH_CODE: Final = frozenset((Does.REFUSE, Does.REFUSE_SOME))
STATUSES: Final = frozenset((408, 429, 500, 502, 503, 504))
"""What a front door of a cloud answers when it is the one that fails."""

LONGEST_SPAN_MS: Final = 366 * 86_400_000
_CODE: Final = re.compile(r"[A-Z0-9._]{1,40}", re.ASCII)
_SPAN: Final = re.compile(r"([0-9]{1,11})(ms|s|m|h|d)", re.ASCII)
_UNITS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule. `share` (0..1) of the calls are struck, and of each only the first `attempts` (0: every one).

    `from_ms` to `until_ms` (0: for ever) count from the instant the script was put in force. `part` (0..1) is the share of
    recipients or receipts that REFUSE_SOME, LEAVE_OUT, LATE and AGAIN mean.
    """

    on: On
    does: Does
    share: float = 1.0
    attempts: int = 0
    status: int = 503
    code: str = "KD.FAULT"
    wait_ms: int = 1_000
    part: float = 0.1
    from_ms: int = 0
    until_ms: int = 0

    def in_force(self, since_ms: int) -> bool:
        """Tell whether the rule holds `since_ms` after its script was put in force."""
        return self.from_ms <= since_ms and (not self.until_ms or since_ms < self.until_ms)


@dataclass(frozen=True, slots=True)
class FaultScript:
    """Rules in order: the first that strikes a call decides what happens to it. Empty: the engine behaves.

    `name` is what it is called where it is shown, and decides nothing.
    """

    seed: int = 0
    faults: tuple[Fault, ...] = ()
    name: str = ""

    def strike(self, on: On, call: str, attempt: int, since_ms: int) -> tuple[int, Fault] | None:
        """Return the fault that strikes the n-th `attempt` (from 1) of a call, with its place in the script.

        `call` names it: what is the same when the script is played again.
        """
        for place, fault in enumerate(self.faults):
            if (
                fault.on is on
                and fault.in_force(since_ms)
                and (not fault.attempts or attempt <= fault.attempts)
                and self.chance(place, "call", call) < fault.share
            ):
                return place, fault
        return None

    def takes(self, place: int, member: str) -> bool:
        """Tell whether a recipient or receipt belongs to the part that the fault at a place means."""
        return self.chance(place, "part", member) < self.faults[place].part

    def chance(self, place: int, what: str, name: str) -> float:
        """Return a number in [0, 1) that follows from the seed and the names alone."""
        told = f"{self.seed}\n{place}\n{what}\n{name}".encode()
        return int.from_bytes(hashlib.blake2b(told, digest_size=7).digest(), "big") / (1 << 56)

    def to_json(self) -> dict[str, Any]:
        """Return the script as JSON values, which `script_of` reads."""
        named = {"name": self.name} if self.name else {}
        return {**named, "seed": self.seed, "fault": [_json_of(fault) for fault in self.faults]}


def _json_of(fault: Fault) -> dict[str, Any]:
    told: dict[str, Any] = {
        "on": fault.on.value,
        "does": fault.does.value,
        "share": fault.share,
        "attempts": fault.attempts,
        "from": f"{fault.from_ms}ms",
    }
    if fault.until_ms:
        told["until"] = f"{fault.until_ms}ms"
    if fault.does in _WITH_STATUS:
        told["status"] = fault.status
    if fault.does in _WITH_CODE:
        told["code"] = fault.code
    if fault.does in _WAITING:
        told["wait"] = f"{fault.wait_ms}ms"
    if fault.does in IN_PARTS:
        told["part"] = fault.part
    return told


def read_fault_script(text: str, file: str = FILE) -> FaultScript:
    """Read a script. Raises Refused: faults.not_toml, faults.too_long, faults.* and data.* naming the key."""
    if len(text) > LONGEST_SCRIPT:
        raise Refused(problem("faults.too_long", file, file=file, limit=LONGEST_SCRIPT, actual=len(text)))
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        raise Refused(problem("faults.not_toml", file, file=file, cause=str(broken)[:200])) from broken
    return script_of(data, file)


def script_of(data: object, file: str = FILE) -> FaultScript:
    """Read a script from plain values, of TOML or JSON. Raises Refused as `read_fault_script` does."""
    table = Table(data, file)
    seed = table.integer("seed", 0, (1 << 63) - 1, 0)
    rules = table.tables("fault", MOST_FAULTS, optional=True)
    name = table.text("name", "", longest=LONGEST_NAME)
    table.close()
    return FaultScript(seed, tuple(_fault(rule) for rule in rules), name)


def _fault(table: Table) -> Fault:
    on = table.one_of("on", {one.value: one for one in On})
    does = table.one_of("does", {one.value: one for one in Does})
    if does not in MAY[on]:
        table.refuse("faults.cannot", "does", on=on.value, does=does.value)
    usual = Fault(on, does)
    fault = Fault(
        on,
        does,
        share=_share(table, "share", usual.share),
        attempts=table.integer("attempts", 0, 1_000, usual.attempts),
        status=_status(table) if does in _WITH_STATUS else usual.status,
        code=_code(table) if does in _WITH_CODE else usual.code,
        wait_ms=_span(table, "wait", LONGEST_SPAN_MS if does in LATER else LONGEST_WAIT_MS, usual.wait_ms)
        if does in _WAITING
        else usual.wait_ms,
        part=_share(table, "part", usual.part) if does in IN_PARTS else usual.part,
        from_ms=_span(table, "from", LONGEST_SPAN_MS, 0),
        until_ms=_span(table, "until", LONGEST_SPAN_MS, 0),
    )
    if fault.until_ms and fault.until_ms <= fault.from_ms:
        table.refuse("faults.ends_before", "until")
    table.close()
    return fault


def _share(table: Table, name: str, usual: float) -> float:
    if not table.has(name):
        return usual
    value = table.value(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        table.refuse("data.wrong_type", name, expected="number")
    if not 0 < value <= 1:  # a "nan" is not within either
        table.refuse("data.out_of_range", name, low=0, high=1)
    return float(value)


def _status(table: Table) -> int:
    status = table.integer("status", 400, 599, 503)
    if status not in STATUSES:
        table.refuse("faults.status", "status", actual=status, known=", ".join(map(str, sorted(STATUSES))))
    return status


def _code(table: Table) -> str:
    code = table.text("code", "KD.FAULT", longest=40)
    if not _CODE.fullmatch(code):
        table.refuse("faults.code", "code")
    return code


def _span(table: Table, name: str, most_ms: int, usual_ms: int) -> int:
    if not table.has(name):
        return usual_ms
    text = table.text(name, longest=14)
    found = _SPAN.fullmatch(text)
    span_ms = int(found[1]) * _UNITS[found[2]] if found else -1
    if not 0 <= span_ms <= most_ms:
        table.refuse("faults.span", name, actual=text, limit=most_ms // 1000)
    return span_ms
