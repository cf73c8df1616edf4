# SPDX-License-Identifier: Apache-2.0
"""Whose an export is: a job is the work of whoever asked for it to its end, and its file is for those who may export its kind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.operations.exports import Exports
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.exports import ExportKind, Options, Prepared
from koodesk.backend.ports.progress import Cancel, Report
from koodesk.backend.service import Service
from koodesk.backend.storage.owner_marks import OwnerMarks
from koodesk.backend.storage.stores.exports import SqlExportStore
from koodesk.backend.views.exports import ExportRow
from koodesk.backend.views.identity import UserDraft
from koodesk.backend.workspace import Workspace
from koodesk.domain.access import Principal
from koodesk.domain.audit import AuditEntry
from koodesk.domain.problem import Refused
from tests.backend.operations.identity_desk import PASSWORD, IdentityDesk

KIND = "kooMessage:bill:export"


@dataclass
class Ledger:
    """Something to export that asks again, while it is written, who it is written for."""

    access: Access
    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    asked_by: list[str] = field(default_factory=list)

    @needs(KIND)
    def prepare(self, _options: Options) -> Prepared:
        """Prepare one row."""
        return Prepared("账单", (".csv",), 1, self.write)

    @needs("kooMessage:bill:list")
    def look(self) -> str:
        """Say who looks."""
        return self.access.principal.name

    def write(self, path: Path, _progress: Report, _cancel: Cancel) -> int:
        """Wait, then look and write."""
        self.begun.set()
        assert self.go_on.wait(20)
        self.asked_by.append(self.look())
        path.write_text("row", "utf-8")
        return 1


class Office(IdentityDesk):
    """Users, and an export centre that they share."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ledger = Ledger(self.access)
        kinds = {"bill": ExportKind(self.ledger.prepare, lambda _: KIND)}
        store, marks = SqlExportStore(self.database), OwnerMarks(self.folder / "marks")
        self.exports = Exports(self.access, store, marks, kinds, self.clock.now_ms)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.user("mary", "KooMessage CommonOperations")
    made.user("reader", "KooMessage ReadOnlyAccess")
    made.user("writer", "KooMessage Basic Edition FullAccess")
    yield made
    made.ledger.go_on.set()
    made.exports.close()
    made.database.close()


def begun(office: Office, who: str = "mary") -> ExportRow:
    """Begin an export as somebody; it waits."""
    office.signing_in.sign_in(who, PASSWORD)
    row = office.exports.start("bill", office.folder / "bill.csv")
    assert office.ledger.begun.wait(20)
    return row


def told(entries: list[AuditEntry]) -> list[tuple[str, str, str]]:
    return [(e.who, e.action.rpartition(":")[0], e.outcome.value) for e in entries]


@pytest.mark.parametrize("then", ["reader", ""], ids=["somebody else signs in", "nobody is signed in"])
def test_a_job_is_the_work_of_whoever_asked_for_it(office: Office, then: str) -> None:
    row = begun(office)
    before = len(office.entries())
    if then:
        office.signing_in.sign_in(then, PASSWORD)
    else:
        office.signing_in.sign_out()
    thread = office.exports._threads[row.id]
    office.ledger.go_on.set()
    thread.join(20)
    assert office.ledger.asked_by == ["mary"]
    assert told(office.entries()[before:])[-1] == ("mary", "kooMessage:bill", "done")
    assert office.entries()[-1].subject == f"export_id={row.id}; kind=bill; rows=1"
    office.signing_in.sign_in("mary", PASSWORD)
    assert (office.exports.get(row.id).state, office.exports.get(row.id).by) == ("finished", "mary")


def test_what_became_of_a_job_is_in_the_log(office: Office) -> None:
    before = len(office.entries())
    row = begun(office)
    office.ledger.access = Access(access_rules(), Principal("nobody", ()))  # its own look is refused
    office.ledger.go_on.set()
    assert office.exports.wait(row.id).state == "failed"
    last = office.entries()[-1]
    assert (last.who, last.action, last.outcome.value, last.detail) == (
        "mary",
        KIND,
        "failed",
        "access.denied",
    )
    assert [e.outcome.value for e in office.entries()[before:] if e.action == KIND] == ["begun", "failed"]


def test_its_file_is_for_those_who_may_export_its_kind(office: Office) -> None:
    row = begun(office)
    office.ledger.go_on.set()
    office.exports.wait(row.id)
    office.signing_in.sign_in("reader", PASSWORD)
    (seen,) = office.exports.list()
    assert (seen.offered, seen.action, seen.by, seen.state) == (False, KIND, "mary", "finished")
    assert (seen.path, seen.title, seen.reason) == ("", "", "")


def test_a_name_that_comes_again_is_no_right(office: Office) -> None:
    row = begun(office)
    office.ledger.go_on.set()
    office.exports.wait(row.id)
    office.signing_in.enter_as_main()
    mary, reader = (next(u for u in office.users.list() if u.name == name) for name in ("mary", "reader"))
    office.users.delete(mary.id)
    office.users.change(reader.id, UserDraft("mary", "", tuple(group for group, _ in reader.groups)))
    office.signing_in.sign_in("mary", PASSWORD)
    with pytest.raises(Refused, match=r"access\.denied"):
        office.exports.forget(row.id)


@pytest.mark.parametrize("what", ["cancel", "forget", "repeat"])
def test_somebody_else_s_export_is_left_alone_without_its_right(office: Office, what: str) -> None:
    row = begun(office)
    office.signing_in.sign_in("writer", PASSWORD)
    with pytest.raises(Refused) as refused:
        getattr(office.exports, what)(row.id)
    assert [(p.code, p.param("action")) for p in refused.value.problems] == [("access.denied", KIND)]


def user_call(service: Service) -> Callable[[str], list[str]]:
    def codes(kind: str) -> list[str]:
        options = {"by": "day", "campaign": 1, "audience": 1, "task": 1, "reason": "对账"}
        try:
            service.exports.start(kind, service.workspace.exports / f"{kind}.csv", options)
        except Refused as refused:
            return [p.code for p in refused.problems]
        return []

    return codes


@pytest.mark.parametrize(
    ("policy", "kinds"),
    [
        ("Security Administrator", {"audit"}),
        ("KooMessage SA FullAccess", {"service_report"}),
        ("KooMessage Basic Edition CommonOperations", {"video_report", "details", "unknown"}),
        ("KooMessage ReadOnlyAccess", set()),
        ("KooMessage FullAccess", None),
    ],
)
def test_every_kind_asks_for_its_own_right(tmp_path: Path, policy: str, kinds: set[str] | None) -> None:
    workspace = Workspace(tmp_path / "ws").create()
    with open_service(workspace, access_rules().principal("someone", (policy,))) as service:
        every = set(service.exports._kinds)
        codes = user_call(service)
        allowed = {kind for kind in every if "access.denied" not in codes(kind)}
    assert every >= {*NAMED}
    assert allowed & {*NAMED} == ({*NAMED} - {"audit"} if kinds is None else kinds)


NAMED = (
    "details",
    "unknown",
    "refused",
    "smart_report",
    "video_report",
    "plain_report",
    "service_report",
    "audit",
    "bill",
    "settlement",
    "opt_outs",
    "links",
)


def test_a_kind_s_right_is_the_one_its_preparer_asks_for(tmp_path: Path) -> None:
    """The list judges by the action a kind names, the export by the preparer's own: they must not part."""
    with open_service(Workspace(tmp_path / "ws").create(), Principal("nobody", ())) as service:
        kinds = service.exports._kinds
        for name, kind in kinds.items():
            options = {"by": "day", "campaign": 1, "audience": 1, "task": 1, "reason": "x"}
            with pytest.raises(Refused) as refused:
                kind.prepare(options)
            (one,) = refused.value.problems
            assert (one.code, one.param("action")) == ("access.denied", kind.action({})), name


def test_who_she_is_now_is_what_her_work_is_judged_by(office: Office) -> None:
    """Whatever she came in with: her password may be another by now."""
    office.signing_in.sign_in("mary", PASSWORD)
    asked = replace(office.access.principal, policies=())
    now = office.access.anew(asked)
    assert now is not None
    assert (now.name, now.user_id, [one.name for one in now.policies]) == (
        "mary",
        asked.user_id,
        ["KooMessage CommonOperations"],
    )
    office.signing_in.enter_as_main()
    mary = next(one for one in office.users.list() if one.name == "mary")
    office.users.set_enabled(mary.id, False)
    assert office.access.anew(asked) is None
    office.users.delete(mary.id)
    assert office.access.anew(asked) is None
    main = replace(office.access.principal, policies=(), proof="")
    assert office.access.anew(main) == office.access.principal
    office.signing_in.set_main_password("boss", PASSWORD)
    boss = office.access.anew(main)
    assert boss is not None
    assert (boss.name, boss.main) == ("boss", True)
