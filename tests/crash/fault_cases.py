# SPDX-License-Identifier: Apache-2.0
"""Ways for the engine to fail, as data: the rules of a script, and the buckets a campaign ends in by each gateway.

By the engine's own door a call has a key: what is unclear is sent again, and everybody is accepted. At the cloud it has none: what
is unclear is looked for by its name, is counted as accepted where it is found and as refused where it is not, and is never sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

COUNT, CHUNK = 20, 10
LITTLE, LONG = 0.4, 10.0
"""Seconds the desk waits for an answer: little where a call hangs, so that it costs little; long where an answer that is late on a
busy machine would be another story than the one that is told."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a campaign ends. `accepted` and `refused` of -1 are as many as the engine's log says and the rest, some of each.
    `asked`: it ends there only after somebody was asked what became of a call, on a clock that is run forward."""

    accepted: int = COUNT
    refused: int = 0
    unknown: int = 0
    state: str = "finished"
    asked: bool = False


SENT = Ends()
FOUND = Ends(asked=True)
NOT_THERE = Ends(accepted=0, refused=COUNT, asked=True)
"""Looked for twice and not found: not accepted, and not sent again."""
SOME = Ends(-1, -1)
SOME_FOUND = Ends(-1, -1, asked=True)
OPEN = Ends(accepted=0, unknown=COUNT, state="unclear")
"""Nobody ever says: a person has to."""


@dataclass(frozen=True, slots=True)
class Case:
    """A behaviour: the rules, where it ends by the engine's own door (None: only the cloud has it) and at the cloud (None, with the
    reason in `why`, where it cannot happen there)."""

    name: str
    rules: tuple[str, ...]
    local: Ends | None = field(default=SENT)
    cloud: Ends | None = field(default=SENT)
    why: str = ""
    chunk: int = CHUNK
    """Smaller where a share of the calls is struck, so that some are and some are not. Of those refused whole three in a row would pause
    the campaign."""
    poor: int = 0
    """How many of the recipients lack a value of the card: the engine refuses them by itself."""

    def ends(self, way: str) -> Ends | None:
        """Return where it ends by a way."""
        return self.cloud if way == "cloud" else self.local

    @property
    def patience(self) -> float:
        """How long the desk waits for an answer."""
        waits = any(f'"{does}"' in text for text in self.rules for does in ("hang", "hang_after", "slow"))
        return LITTLE if waits else LONG


def rule(on: str, does: str, **keys: object) -> str:
    """Write one rule."""
    lines = [
        f"{name.rstrip('_')} = {value!r}".replace("'", '"')
        for name, value in {"on": on, "does": does, **keys}.items()
    ]
    return "\n".join(("[[fault]]", *lines))


def once(name: str, does: str, cloud: Ends | None, why: str = "", **keys: object) -> Case:
    """A fault that strikes the first attempt of every call, and no other."""
    return Case(name, (rule("send", does, attempts=1, **keys),), cloud=cloud, why=why)


def lost(name: str, does: str, cloud: Ends = FOUND, **keys: object) -> Case:
    """Every answer is lost, and so is what is asked about it the first time: the cloud's own, whose calls are looked for."""
    rules = (rule("send", "reset_after"), rule("look_up", does, **{"attempts": 1, **keys}))
    return Case(name, rules, local=None, cloud=cloud)


IN_THE_SUITE = frozenset(
    (
        "turned away busy",
        "turned away too many",
        "half of the calls break before",
        "the connection breaks after",
        "an answer about nobody",
        "some refused, and the answer is lost",
        "looked for: a list that lags behind",
        "looked for: a list that says everything twice",
        "looked for: a list that can never be read",
        "receipts: half a page",
    )
)
"""What the suite plays at the cloud, one of each end. `scripts/fault_table.py` plays all."""

_NAMES_THE_REFUSED = "an answer there names those who were refused, and nobody else"

CASES = (
    # Nothing was done, and the desk is told so or has to guess.
    once("turned away busy", "status", NOT_THERE, status=503),
    once("turned away too many", "status", SENT, status=429),
    once("a gateway fails before", "status", NOT_THERE, status=502),
    once("a gateway times out before", "status", NOT_THERE, status=504),
    once("an error before", "status", NOT_THERE, status=500),
    once("a request timeout before", "status", NOT_THERE, status=408),
    once("the connection breaks before", "reset", NOT_THERE),
    once("no answer before", "hang", NOT_THERE, wait="700ms"),
    Case("three failures in a row before", (rule("send", "reset", attempts=3),), cloud=NOT_THERE),
    Case(
        "half of the calls break before",
        (rule("send", "reset", share=0.5, attempts=2),),
        cloud=SOME_FOUND,
        chunk=2,
    ),
    Case(
        "busy for a while",
        (rule("send", "status", status=503, until="1s"),),
        cloud=None,
        why="at the cloud it is told from the first call on that nobody knows, and no second is made",
    ),
    Case("too many for a while", (rule("send", "status", status=429, attempts=3),), local=None),
    # It was done, and the desk does not hear so.
    once("busy after", "status_after", FOUND, status=503),
    once(
        "too many after",
        "status_after",
        None,
        why="429 is the word by which the cloud turns a call away before its work (docs/decisions/0053)",
        status=429,
    ),
    once("an error after", "status_after", FOUND, status=500),
    once("a gateway fails after", "status_after", FOUND, status=502),
    once("a gateway times out after", "status_after", FOUND, status=504),
    once("the connection breaks after", "reset_after", FOUND),
    once("no answer after", "hang_after", FOUND, wait="700ms"),
    Case("three broken answers in a row", (rule("send", "reset_after", attempts=3),), cloud=FOUND),
    Case(
        "half of the answers are lost twice",
        (rule("send", "reset_after", share=0.5, attempts=2),),
        cloud=FOUND,
    ),
    once("half of an answer", "cut", FOUND),
    once("an answer that is no JSON", "garbled", FOUND),
    once("an answer that drips", "slow", SENT, wait="600ms"),
    once("an answer that drips too slowly", "slow", FOUND, wait="16s"),
    Case(
        "first lost before, then lost after",
        (rule("send", "reset", attempts=1), rule("send", "hang_after", wait="700ms", attempts=2)),
        cloud=NOT_THERE,
    ),
    # An answer that does not say what was asked.
    Case("an answer about nobody", (rule("send", "empty", attempts=1),), FOUND, FOUND),
    Case(
        "an answer leaves some out",
        (rule("send", "leave_out", part=0.5, attempts=1),),
        FOUND,
        None,
        _NAMES_THE_REFUSED,
    ),
    Case(
        "an answer leaves all out",
        (rule("send", "leave_out", part=1.0, attempts=1),),
        FOUND,
        None,
        _NAMES_THE_REFUSED,
    ),
    Case("an answer always leaves all out", (rule("send", "empty"),), OPEN, FOUND),
    Case("an answer names a stranger", (rule("send", "foreign"),)),
    Case("an answer says everything twice", (rule("send", "twice"),)),
    Case("an answer in another order", (rule("send", "shuffled"),), cloud=None, why=_NAMES_THE_REFUSED),
    # The engine refuses.
    Case("a call refused whole", (rule("send", "refuse", share=0.5),), SOME, SOME, chunk=5),
    Case("some refused", (rule("send", "refuse_some", part=0.3, code="E200028"),), SOME, SOME),
    Case(
        "all refused one by one",
        (rule("send", "refuse_some", part=1.0),),
        Ends(accepted=0, refused=COUNT),
        Ends(accepted=0, refused=COUNT),
    ),
    Case(
        "some refused, and the answer is lost",
        (rule("send", "reset_after", attempts=1),),
        Ends(accepted=COUNT - 3, refused=3),
        Ends(accepted=COUNT - 3, refused=3, asked=True),
        poor=3,
    ),
    # What is asked about a call whose answer was lost.
    lost("looked for: turned away busy", "status", status=503),
    lost("looked for: turned away too many", "status", status=429),
    lost("looked for: the connection breaks", "reset"),
    lost("looked for: no answer", "hang", wait="700ms"),
    lost("looked for: half a list", "cut"),
    lost("looked for: a list that is no JSON", "garbled"),
    lost("looked for: an empty list", "empty"),
    lost("looked for: a list that lags behind", "unknown_key"),
    lost("looked for: a list that says everything twice", "twice", attempts=0),
    lost("looked for: a list in another order", "shuffled", attempts=0),
    lost("looked for: a list with a stranger", "foreign", attempts=0),
    lost("looked for: a list that can never be read", "garbled", OPEN, attempts=0),
    lost("looked for: three failures in a row", "reset", attempts=3),
    # Receipts: however they come, what was sent stays what was sent.
    Case("receipts: the reader is turned away", (rule("receipts", "status", status=503, attempts=3),)),
    Case("receipts: the connection breaks", (rule("receipts", "reset", attempts=3),)),
    Case("receipts: half a page", (rule("receipts", "cut", attempts=3),)),
    Case("receipts: a page that is no JSON", (rule("receipts", "garbled", attempts=3),)),
    Case("receipts: a page without its list", (rule("receipts", "empty", attempts=3),)),
    Case("receipts: everything twice", (rule("receipts", "twice"),)),
    Case("receipts: another order", (rule("receipts", "shuffled"),)),
    Case("receipts: of messages nobody sent", (rule("receipts", "foreign"),)),
    Case("receipts: half of them never come", (rule("receipts", "leave_out", part=0.5),)),
)
