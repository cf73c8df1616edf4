# SPDX-License-Identifier: Apache-2.0
"""The named crash points: where a process is killed, in which story, and what must hold once it was started again.

A point stands at a function of the product (`fused`), before or after its work. "Inside" means that the function runs in
a transaction: after it and before the commit. `quick` ones are in the suite at their first pass; all of them at the first,
the middle and the last, on a file and on PostgreSQL, by `python scripts/crash_points.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

_STORES: Final = "koodesk.backend.storage.stores"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What takes the place of a point in a team's workspace. Without a story there is none, and `name` says why."""

    name: str
    story: str = ""
    at: str = ""
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One point. `story` names a function of `crash_stories`; `holds` is what it checks afterwards. `team` is where it lies in a
    team's workspace, when not at the same place."""

    id: str
    name: str
    story: str
    at: str
    when: str
    holds: str
    quick: bool = False
    team: Elsewhere | None = None

    def of_a_team(self) -> Point:
        """Return the point as it is in a team's workspace; one without a story is not there."""
        if self.team is None:
            return self
        there = self.team
        return replace(self, name=there.name, story=there.story, at=there.at, holds=there.holds, team=None)


_THE_SERVERS: Final = Elsewhere("not here: a team backs its database up with the server's own tools")
_ONCE: Final = (
    "everybody accepted once by the engine's log, the ledger recounts to the same, the campaign finished"
)

POINTS: Final = (
    Point(
        "C01",
        "import: rows of the number file written, inside",
        "importing",
        f"{_STORES}.audience:SqlAudienceStore.add",
        "after",
        "no audience is shown that is not whole, and importing again gives every row",
        quick=True,
    ),
    Point(
        "C02",
        "import: the audience closed, inside",
        "importing",
        f"{_STORES}.audience:SqlAudienceStore.finish",
        "after",
        "no audience is shown that is not whole, and importing again gives every row",
    ),
    Point(
        "C03",
        "freeze: a slice of recipients copied, inside",
        "confirming",
        f"{_STORES}.sending_plan:copy_rows",
        "after",
        "no campaign is visible, and confirming again gives one, whole",
        quick=True,
    ),
    Point(
        "C04",
        "confirm: the campaign made visible, committed",
        "confirming",
        f"{_STORES}.sending_create:CampaignWriter._finish",
        "after",
        "one campaign, whole, and confirming again gives the same",
    ),
    Point("C05", "claim: inside", "sending", f"{_STORES}.sending_dispatch:claim", "after", _ONCE),
    Point(
        "C06",
        "intent: committed, nothing has left",
        "sending",
        f"{_STORES}.sending:SqlLedger.turn",
        "after",
        _ONCE,
        quick=True,
    ),
    Point(
        "C07",
        "body: it has left, no answer was read",
        "sending",
        "http.client:HTTPConnection.request",
        "after",
        _ONCE,
    ),
    Point(
        "C08",
        "answer: read, nothing of it is stored",
        "sending",
        "koodesk.backend.gateways.local:LocalGateway.send",
        "after",
        _ONCE,
        quick=True,
    ),
    Point(
        "C09",
        "commit: the outcome written, inside",
        "sending",
        f"{_STORES}.sending_dispatch:settle",
        "after",
        _ONCE,
    ),
    Point(
        "C10",
        "checkpoint: everything is in the write-ahead log alone",
        "sending",
        "koodesk.backend.storage.database:Database.close",
        "before",
        _ONCE,
    ),
    Point(
        "C11",
        "lease: taken, nothing looked at",
        "sending",
        "koodesk.backend.sending.lock:WorkerLock.__enter__",
        "after",
        _ONCE,
        team=Elsewhere(
            "lease: the worker's name held, nothing is in flight in it",
            "sending",
            "koodesk.backend.storage.postgres.presence:Presence.hold",
            _ONCE,
        ),
    ),
    Point(
        "C12",
        "lease: the orphans of the one before taken over, inside",
        "taking_over",
        f"{_STORES}.sending_dispatch:adopt_orphans",
        "after",
        _ONCE,
        quick=True,
    ),
    Point(
        "C13",
        "lease: the generation raised in the database and not beside it",
        "sending",
        f"{_STORES}.sending:SqlLedger.fence",
        "after",
        _ONCE,
    ),
    Point(
        "C14",
        "finish and start: a move of the campaign, inside",
        "sending",
        f"{_STORES}.sending_moves:move",
        "after",
        _ONCE,
    ),
    Point(
        "C15",
        "finish and start: a move of the campaign, committed",
        "sending",
        f"{_STORES}.sending:SqlLedger.move",
        "after",
        _ONCE,
    ),
    Point(
        "C16",
        "receipts: a page stored and the cursor moved, inside",
        "sending",
        f"{_STORES}.sending_receipts:take",
        "after",
        _ONCE + ", and every receipt is counted once",
        quick=True,
        team=Elsewhere(
            "receipts: those of a page whose messages are known stored beside others, inside",
            "sending",
            f"{_STORES}.receipts_beside:take_known",
            _ONCE + ", and every receipt is counted once",
        ),
    ),
    Point(
        "C17",
        "receipts: a page stored and the cursor moved, committed",
        "sending",
        f"{_STORES}.sending:SqlLedger.take",
        "after",
        _ONCE + ", and every receipt is counted once",
    ),
    Point(
        "C18",
        "pause: inside",
        "pausing",
        f"{_STORES}.sending_moves:move",
        "after",
        "it runs on as if nobody had asked; " + _ONCE,
        quick=True,
    ),
    Point(
        "C19",
        "pause: committed",
        "pausing",
        f"{_STORES}.sending:SqlLedger.move",
        "after",
        "it is paused, and resumed " + _ONCE,
    ),
    Point(
        "C20",
        "cancel: what has not left is cancelled, inside",
        "stopping",
        f"{_STORES}.sending_moves:close_planned",
        "after",
        "stopped wholly or not at all; accepted and cancelled add up, nobody twice",
        quick=True,
    ),
    Point(
        "C21",
        "expiry: what has not left expired, inside",
        "expiring",
        f"{_STORES}.sending_moves:close_planned",
        "after",
        "nothing leaves after its time; everybody expired",
    ),
    Point(
        "C22",
        "export: written beside, not yet in place",
        "exporting",
        "pathlib:Path.replace",
        "before",
        "no half file under the name that was asked for; the job is told as interrupted; again gives the whole file",
        quick=True,
        team=Elsewhere(
            "export: written beside, not yet in place",
            "exporting",
            "pathlib:Path.replace",
            "no half file under the name that was asked for; whoever works on the machine writes the whole file, as the same job",
        ),
    ),
    Point(
        "C23",
        "short codes: the engine has accepted, inside",
        "engine",
        "koodesk.engine.batches:add_plan",
        "after",
        _ONCE,
        quick=True,
    ),
    Point(
        "C24",
        "short codes: the engine has accepted and answers nobody any more",
        "engine",
        "koodesk.engine.batches:Acceptance.accept",
        "after",
        _ONCE,
    ),
    Point(
        "C25",
        "billing: what a batch is charged for kept, inside",
        "engine",
        "koodesk.engine.usage:keep",
        "after",
        _ONCE + ", and every accepted message is charged once",
    ),
    Point(
        "C26",
        "migration: walked, inside",
        "migrating",
        "koodesk.backend.storage.steps:walk",
        "after",
        "the old schema or the new one, and opening again gives the new one with every row",
        quick=True,
        team=Elsewhere(
            "migration: a table of the file copied, inside",
            "moving",
            "koodesk.backend.storage.postgres.moving:_copy",
            "the file untouched and the database empty, and moving again brings every row",
        ),
    ),
    Point(
        "C27",
        "migration: the copy of before beside, not yet in place",
        "migrating",
        "pathlib:Path.replace",
        "before",
        "the old schema, untouched, and opening again gives the new one with every row",
        team=Elsewhere(
            "migration: all of it committed, the file still in its place",
            "moving",
            "pathlib:Path.replace",
            "everything has arrived, and moving again puts the file aside",
        ),
    ),
    Point(
        "C28",
        "backup: written beside, not yet in place",
        "backing_up",
        "pathlib:Path.replace",
        "before",
        "no half backup under its name; again gives one that verifies",
        quick=True,
        team=_THE_SERVERS,
    ),
    Point(
        "C29",
        "backup: restored beside, not yet in place",
        "restoring",
        "pathlib:Path.replace",
        "before",
        "no half workspace under its name; again gives one that opens",
        team=_THE_SERVERS,
    ),
    Point(
        "C30",
        "autosave: an edit handed to the system",
        "autosaving",
        "koodesk.editor.recovery_writer:RecoveryWriter._do",
        "after",
        "what the log tells is what was typed up to then",
        quick=True,
    ),
)


def points_of(*, shared: bool) -> tuple[Point, ...]:
    """Return the thirty as they are in a workspace of a team, or in one of a file."""
    return tuple(point.of_a_team() for point in POINTS) if shared else POINTS
