# SPDX-License-Identifier: Apache-2.0
"""Rights at the front door: every method of a topic service names its action with `@needs`.

The decision itself is `domain.access`. A service that uses the decorator has an attribute `access`. This is also the one
place that writes the audit log: an entry for everything that changes something or takes it out, and for every right that
was refused; methods do nothing for it. Reads are not written.
"""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import wraps
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

from koodesk.backend.ports.audit import UNDER_WAY, Call, Trail
from koodesk.domain.access import AccessRules, Decision, Kind, Principal, decide
from koodesk.domain.audit import Outcome, plain
from koodesk.domain.problem import Problem, Refused, problem

P = ParamSpec("P")
R = TypeVar("R")

_log: Final = logging.getLogger(__name__)

ACTION_ATTRIBUTE: Final = "needed_action"
"""Where a decorated method keeps its action, for the test that no public method is left without one."""

SIGNED_OUT: Final = Principal("", ())
"""What stands in the place of a name when nobody is signed in."""

_TELLING: Final = ("name", "reason", "kind", "state")
"""Arguments whose text may stand in the audit log; numbers of records may too. Nothing else does."""

Renewal = Callable[[Principal, bool], Principal | Problem]
"""Reads anew who somebody is and what she may do, or why she is signed out; with True the change is her own, and she stays."""


class Access:
    """Who is signed in, what she may, and the audit log of it. Safe for several threads.

    Somebody else may sign in while the service lives (`enter`); a call that is under way ends as whoever began it.
    """

    def __init__(
        self,
        rules: AccessRules,
        principal: Principal | None,
        trail: Trail | None = None,
        place: str = "service",
    ) -> None:
        self.rules: Final = rules
        self.place = place
        self.renewal: Renewal | None = None
        self.recall: Callable[[Principal], Principal | None] | None = None
        """Reads anew who somebody is whose work goes on without her, whatever she came in with (`anew`)."""
        self._trail = trail
        self._lock = threading.Lock()
        self._entered = principal
        self._known: dict[str, Decision] = {}
        self._told: set[tuple[str, str]] = set()
        self._ended: Problem | None = None

    @property
    def principal(self) -> Principal:
        """Whoever acts in this thread, else who is signed in; a principal without name and rights for nobody."""
        call = UNDER_WAY.get()
        who = call.principal if call is not None and call.owner is self else self._entered
        return who or SIGNED_OUT

    @property
    def signed_in(self) -> bool:
        """Tell whether anybody is signed in."""
        return self._entered is not None

    @property
    def ended(self) -> Problem | None:
        """Why the one who was signed in no longer is, where it was not her own doing."""
        return self._ended

    def enter(self, principal: Principal | None, *, instead_of: Principal | None = None) -> None:
        """Let somebody act from now on; None signs out. With `instead_of` only while that one still is signed in: who has locked
        her desk meanwhile is not let in again."""
        with self._lock:
            if instead_of is not None and self._entered != instead_of:
                return
            self._ended = None
            if principal != self._entered:
                self._entered = principal
                self._known = {}
                self._told = set()

    def renew(self, *, own: bool = False) -> None:
        """Read anew who is signed in and what she may do. Signs out whose password, rights or user somebody else has changed or
        taken away since she came in; with `own` the change is hers, and new rights hold without that."""
        entered, renewal = self._entered, self.renewal
        if entered is None or renewal is None:
            return
        renewed = renewal(entered, own)
        ended = renewed if isinstance(renewed, Problem) else None
        with self._lock:
            if self._entered is not entered or renewed == entered:
                return
            self._entered = None if isinstance(renewed, Problem) else renewed
            self._ended = ended
            self._known = {}
        if ended is None:
            return
        try:
            self.record("session:signOut", Outcome.DONE, who=entered, detail=ended.code)
        except Refused as busy:  # she is out all the same
            _log.warning("no entry of a session that ended: %s", busy)

    def anew(self, who: Principal) -> Principal | None:
        """Return somebody with the rights she has now, None when she is there no more; without users everybody is who she was."""
        return who if self.recall is None else self.recall(who)

    def may(self, action: str) -> Decision:
        """Decide one action; screens use it to explain, never instead of the check in the service."""
        who, known = self.principal, self._known
        if who is not self._entered:
            return decide(self.rules, who, action)
        decision = known.get(action)
        if decision is None:
            decision = known[action] = decide(self.rules, who, action)
        return decision

    def demand(self, action: str) -> None:
        """Raise Refused: access.denied naming the action that is missing, access.sign_in_first when nobody is there."""
        decision = self.may(action)
        if decision.allowed:
            return
        who = self.principal
        if who is SIGNED_OUT:
            why = (self._ended,) if self._ended is not None else ()
            raise Refused(problem("access.sign_in_first"), *why)
        known = self.rules.actions.get(decision.missing)
        raise Refused(
            problem(
                "access.denied",
                action=decision.missing,
                name_zh=known.name_zh if known else decision.missing,
                name_en=known.name_en if known else decision.missing,
                policy=decision.policy,
                principal=who.name,
            )
        )

    @contextmanager
    def calling(
        self,
        action: str,
        what: str,
        names: Sequence[str],
        args: Sequence[object],
        kwargs: Mapping[str, object],
    ) -> Iterator[Call]:
        """Run one call at the front door: it is its principal's to the end, and leaves its entry in the log."""
        outer = UNDER_WAY.get()
        if outer is not None and outer.owner is self:
            yield outer  # a service that uses another: the call began there
            return
        known = self.rules.actions.get(action)
        kind = known.kind if known else Kind.WRITE
        self.renew()  # judged by what holds now, not by what held at the sign-in
        call = Call(self, self._entered, self.place, action, what, kind=kind)
        if kind is not Kind.READ:
            call.subject = _subject(names, args, kwargs)
        token = UNDER_WAY.set(call)
        try:
            yield call
        except BaseException as failure:
            self._end_badly(call, failure, names, args, kwargs)
            raise
        else:
            if kind is Kind.EXPORT or (kind is Kind.WRITE and not call.recorded):
                self._write(call, Outcome.DONE)
        finally:
            UNDER_WAY.reset(token)

    def allow(self, action: str) -> None:
        """Demand the action of the call under way; the entry of an export is durable before its first row leaves."""
        self.demand(action)
        call = UNDER_WAY.get()
        if call is None or call.owner is not self:
            return
        if not call.begun:
            call.action, call.begun = action, True
            if call.kind is Kind.EXPORT:
                self._write(call, Outcome.BEGUN)
            return
        known = self.rules.actions.get(action)
        if known is not None and known.kind is Kind.EXPORT and call.action != action:
            # an export that another service carries out: what it takes out is said by its own right
            inner = Call(self, call.principal, call.place, action, call.what, call.subject)
            self._write(inner, Outcome.BEGUN)

    @contextmanager
    def on_behalf(self, principal: Principal, action: str) -> Iterator[None]:
        """Let the work of this thread be somebody's to its end, whoever signs in meanwhile: rights are judged and records
        named as hers. For work that goes on after the call that began it."""
        token = UNDER_WAY.set(Call(self, principal, self.place, action, action, begun=True))
        try:
            yield
        finally:
            UNDER_WAY.reset(token)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Do something that is not the call's own work: its writes are kept whatever becomes of the call, and are no sign that
        the call was carried out."""
        token = UNDER_WAY.set(None)
        try:
            yield
        finally:
            UNDER_WAY.reset(token)

    def use(self, action: str, subject: str) -> bool:
        """Tell whether one may do something more inside a call, and leave an entry of its own when so.

        For what is shown only to whoever has a right of its own: full numbers, by a call that else only reads.
        """
        if not self.may(action).allowed:
            return False
        call = UNDER_WAY.get()
        who = self.principal
        what = call.what if call is not None else action
        self._write(Call(self, who, self.place, action, what, plain(subject)), Outcome.DONE)
        return True

    def about(self, subject: str) -> None:
        """Say what the call under way is about, where its arguments do not."""
        call = UNDER_WAY.get()
        if call is not None and call.owner is self:
            call.subject = plain(subject)

    def record(
        self, action: str, outcome: Outcome, *, who: Principal, subject: str = "", detail: str = ""
    ) -> None:
        """Write an entry that is no call at the front door: signing in and out."""
        call = Call(self, who, self.place, action, action, plain(subject), Kind.WRITE)
        self._write(call, outcome, detail)

    # --- inside ----------------------------------------------------------------------------------------------

    def _end_badly(
        self,
        call: Call,
        failure: BaseException,
        names: Sequence[str],
        args: Sequence[object],
        kwargs: Mapping[str, object],
    ) -> None:
        problems = failure.problems if isinstance(failure, Refused) else ()
        codes = [p.code for p in problems]
        if any(code.startswith("storage.") for code in codes):
            # What the database did not take it would not take from the log either, after waiting as long once more.
            _log.warning("no entry: %s %s ended with %s", call.action, call.what, " ".join(codes))
            return
        missing = " ".join(str(p.param("action")) for p in problems if p.code == "access.denied")
        if "access.denied" in codes or "access.sign_in_first" in codes:
            if call.kind is Kind.READ:
                if "access.sign_in_first" in codes:
                    return  # a locked window whose pages still ask: nobody tried anything
                with self._lock:  # a page that asks every second is told once
                    if (call.action, call.what) in self._told:
                        return
                    self._told.add((call.action, call.what))
                call.subject = _subject(names, args, kwargs)
            self._write(call, Outcome.DENIED, missing)
        elif call.kind is not Kind.READ:
            outcome = Outcome.REFUSED if codes else Outcome.FAILED
            self._write(call, outcome, " ".join(codes) or type(failure).__name__)

    def _write(self, call: Call, outcome: Outcome, detail: str = "") -> None:
        if self._trail is not None:
            self._trail.write(call, outcome, plain(detail))


def _subject(names: Sequence[str], args: Sequence[object], kwargs: Mapping[str, object]) -> str:
    """Say what a call is about by its arguments: numbers of records, members of enumerations, names; never content."""
    found = []
    for name, value in (*zip(names, args, strict=False), *kwargs.items()):
        if isinstance(value, Enum):
            found.append(f"{name}={value.value}")
        elif (name == "id" or name.endswith("_id")) and isinstance(value, int):
            found.append(f"{name}={value}")
        elif name in _TELLING and isinstance(value, str):
            found.append(f"{name}={plain(value)}")
        elif isinstance(named := getattr(value, "name", None), str):
            found.append(plain(named))
    return "; ".join(found)[:200]


class Guarded(Protocol):
    """What `@needs` asks of the object it guards."""

    @property
    def access(self) -> Access: ...


G = TypeVar("G", bound=Guarded)


def method_facts(method: Callable[..., object]) -> tuple[str, tuple[str, ...]]:
    """Return how the log calls a method, and the names of its arguments without `self`."""
    names = tuple(inspect.signature(method).parameters)[1:]
    return method.__qualname__.lower(), names


def needs(action: str) -> Callable[[Callable[Concatenate[G, P], R]], Callable[Concatenate[G, P], R]]:
    """Check `action` before the method runs: `@needs("kooMessage:devTemplate:create")`."""

    def decorate(method: Callable[Concatenate[G, P], R]) -> Callable[Concatenate[G, P], R]:
        what, names = method_facts(method)

        @wraps(method)
        def guarded(self: G, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with self.access.calling(action, what, names, args, kwargs):
                self.access.allow(action)
                return method(self, *args, **kwargs)

        setattr(guarded, ACTION_ATTRIBUTE, action)
        return guarded

    return decorate
