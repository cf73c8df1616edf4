# SPDX-License-Identifier: Apache-2.0
"""The audit log as the front door writes it: what gets an entry, what does not, and with what it is committed."""

from __future__ import annotations

import csv
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from koodesk.backend.bootstrap import access_rules
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.views.identity import GroupDraft, UserDraft
from koodesk.domain.audit import AuditEntry, AuditFilter, Outcome
from koodesk.domain.audit_file import verify_lines
from koodesk.domain.problem import Refused, problem
from tests.backend.operations.identity_desk import OTHER, PASSWORD, IdentityDesk

READ_ONLY = "KooMessage ReadOnlyAccess"


@pytest.fixture
def desk(tmp_path: Path) -> IdentityDesk:
    return IdentityDesk(tmp_path)


def short(entry: AuditEntry) -> tuple[str, str, str, str]:
    return entry.who, entry.what, entry.outcome.value, entry.detail


def test_what_changes_something_has_one_entry_and_what_reads_has_none(desk: IdentityDesk) -> None:
    desk.users.create(UserDraft("mary"))
    desk.users.list()
    desk.audit.page()
    (entry,) = desk.entries()
    assert short(entry) == ("local", "users.create", "done", "")
    assert (entry.action, entry.place, entry.subject, entry.at_ms) == (
        "iam:user:create",
        "service",
        "mary",
        desk.clock.now_ms(),
    )


def test_a_refusal_by_a_rule_has_an_entry_too(desk: IdentityDesk) -> None:
    with pytest.raises(Refused):
        desk.users.create(UserDraft("1mary"))
    assert short(desk.entries()[-1]) == ("local", "users.create", "refused", "iam.name.characters")


def test_a_database_that_is_busy_is_not_waited_for_twice() -> None:
    """The log would wait for the same database as long again before anybody is told."""

    class Trail:
        def write(self, call: object, outcome: Outcome, detail: str = "") -> None:
            raise AssertionError("the log was asked")

    class Topic:
        def __init__(self) -> None:
            rules = access_rules()
            self.access = Access(rules, rules.local_owner(), Trail())

        @needs("iam:user:create")
        def create(self) -> None:
            raise Refused(problem("storage.busy", file="koodesk.db", seconds=15))

    with pytest.raises(Refused, match=r"storage\.busy"):
        Topic().create()


@pytest.mark.both_databases
def test_the_entry_is_committed_with_the_work(desk: IdentityDesk) -> None:
    """The write that does the work holds the entry: a copy of the database at that moment has both."""
    seen: list[tuple[int, ...]] = []
    attach = desk.trail.attach

    def counts() -> tuple[int, ...]:
        with desk.work.read() as other:
            return tuple(
                other.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("iam_user", "audit")
            )

    def look(connection: Connection) -> None:
        attach(connection)
        seen.append(counts())

    desk.database.before_commit = look
    desk.users.create(UserDraft("mary"))
    assert seen == [(0, 0)]
    assert counts() == (1, 1)


def test_what_was_rolled_back_leaves_no_done(desk: IdentityDesk) -> None:
    desk.users.create(UserDraft("mary"))
    with pytest.raises(Refused):
        desk.users.create(UserDraft("Mary"))
    assert [e.outcome for e in desk.entries()] == [Outcome.DONE, Outcome.REFUSED]


def test_a_defect_has_an_entry(desk: IdentityDesk) -> None:
    class Broken:
        def __init__(self, access: Access) -> None:
            self.access = access

        @needs("iam:user:create")
        def make(self, password: str) -> None:
            raise RuntimeError(password)

    with pytest.raises(RuntimeError):
        Broken(desk.access).make(PASSWORD)
    entry = desk.entries()[-1]
    assert (entry.outcome, entry.detail, entry.subject) == (Outcome.FAILED, "RuntimeError", "")


def test_refused_rights_are_written_a_read_once_and_a_write_each_time(desk: IdentityDesk) -> None:
    desk.user("mary", READ_ONLY)
    desk.signing_in.sign_in("mary", PASSWORD)
    before = len(desk.entries())
    for _ in range(3):  # as a page that asks every second
        with pytest.raises(Refused):
            desk.users.list()
    for _ in range(2):
        with pytest.raises(Refused):
            desk.users.create(UserDraft("eve"))
    assert [short(e) for e in desk.entries()[before:]] == [
        ("mary", "users.list", "denied", "iam:user:list"),
        ("mary", "users.create", "denied", "iam:user:create"),
        ("mary", "users.create", "denied", "iam:user:create"),
    ]


def test_nobody_signed_in_leaves_no_entry_by_looking_and_one_by_trying(desk: IdentityDesk) -> None:
    desk.signing_in.sign_out()
    before = len(desk.entries())
    for _ in range(2):
        with pytest.raises(Refused):
            desk.users.list()
        with pytest.raises(Refused):
            desk.users.create(UserDraft("eve"))
    assert [(e.who, e.what, e.outcome) for e in desk.entries()[before:]] == [
        ("", "users.create", Outcome.DENIED),
        ("", "users.create", Outcome.DENIED),
    ]


def test_what_is_shown_by_a_right_of_its_own_has_an_entry(desk: IdentityDesk) -> None:
    class Recorder:
        def __init__(self, access: Access) -> None:
            self.access = access

        @needs("kooMessage:devSendTask:list")
        def show(self) -> bool:
            return self.access.use("kooMessage:recipientNumber:get", "recipient_id=7")

    assert Recorder(desk.access).show()
    (entry,) = desk.entries()
    assert (entry.action, entry.subject) == ("kooMessage:recipientNumber:get", "recipient_id=7")
    desk.user("mary", READ_ONLY)
    desk.signing_in.sign_in("mary", PASSWORD)
    before = len(desk.entries())
    assert not Recorder(desk.access).show()
    assert len(desk.entries()) == before, "a number that stays masked is no event"


@pytest.mark.both_databases
def test_many_at_once_make_one_chain(desk: IdentityDesk) -> None:
    def work(name: str) -> None:
        for number in range(5):
            desk.groups.create(GroupDraft(f"{name}{number}"))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    found = desk.audit.verify()
    assert (found.entries, found.broken) == (20, None)


def test_signing_in_and_out_is_written_and_what_was_typed_is_not(desk: IdentityDesk) -> None:
    desk.user("mary")
    before = len(desk.entries())
    for name, password in (("mary", OTHER), (PASSWORD, "x"), ("mary", PASSWORD)):
        try:
            desk.signing_in.sign_in(name, password)
        except Refused:
            continue
    desk.signing_in.sign_out()
    assert [(e.who, e.action, e.outcome.value) for e in desk.entries()[before:]] == [
        ("mary", "session:signIn", "denied"),
        ("local", "session:signIn", "denied"),
        ("mary", "session:signIn", "done"),
        ("mary", "session:signOut", "done"),
    ]


def test_no_secret_and_no_full_number_is_anywhere_in_the_file(desk: IdentityDesk) -> None:
    row = desk.users.create(UserDraft("mary", note="13800138000"), PASSWORD, must_change=False)
    desk.users.set_password(row.id, OTHER)
    made = desk.keys.create(row.id)
    desk.groups.create(GroupDraft("call 13800138000"))
    said = " ".join(repr(e) for e in desk.entries())
    for secret in (PASSWORD, OTHER, made.sk, made.row.ak, "13800138000"):
        assert secret not in said
    whole = (desk.folder / "koodesk.db").read_bytes()
    for secret in (PASSWORD, OTHER, made.sk):
        assert secret.encode() not in whole


def test_the_table_only_grows(desk: IdentityDesk) -> None:
    desk.users.create(UserDraft("mary"))
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit", "INSERT OR REPLACE INTO audit SELECT * FROM audit"):  # fmt: skip
        with pytest.raises(DatabaseError, match="append-only"), desk.work.write() as connection:
            connection.execute(text(statement))
    assert desk.audit.verify().broken is None


@pytest.mark.parametrize(
    ("statement", "entry", "why"),
    [
        ("UPDATE audit SET who = 'eve' WHERE id = 2", 2, "content"),
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE id = 3", 3, "content"),
        ("DELETE FROM audit WHERE id = 2", 2, "gap"),
        ("DELETE FROM audit WHERE id = 4", 4, "cut"),
        ("UPDATE audit SET id = 9 WHERE id = 1", 1, "gap"),
        ("UPDATE audit SET hash = 'x' WHERE id = 2", 2, "content"),
    ],
)
def test_what_is_done_to_the_file_is_found(desk: IdentityDesk, statement: str, entry: int, why: str) -> None:
    for name in "abcd":
        desk.users.create(UserDraft(name))
    assert desk.audit.verify().entries == 4
    desk.database.close()
    with closing(sqlite3.connect(desk.folder / "koodesk.db")) as other:
        other.executescript("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;")
        other.execute(statement)
        other.commit()
    broken = desk.audit.verify().broken
    assert broken is not None
    assert (broken.entry, broken.why) == (entry, why)


def test_entries_written_after_the_end_was_cut_off_do_not_hide_it(desk: IdentityDesk) -> None:
    for name in "ab":
        desk.users.create(UserDraft(name))
    desk.database.close()
    with closing(sqlite3.connect(desk.folder / "koodesk.db")) as other:
        other.executescript("DROP TRIGGER audit_no_delete; DELETE FROM audit WHERE id = 2;")
    desk.users.create(UserDraft("c"))
    broken = desk.audit.verify().broken
    assert broken is not None
    assert (broken.entry, broken.why) == (2, "gap")


def test_a_chain_written_anew_is_found_by_a_hash_noted_elsewhere(desk: IdentityDesk) -> None:
    desk.users.create(UserDraft("a"))
    noted = desk.audit.verify().head
    desk.users.create(UserDraft("b"))
    assert desk.audit.verify(noted).broken is None
    broken = desk.audit.verify("0" * 63 + "1").broken
    assert broken is not None
    assert broken.why == "noted"


def test_looking_into_it(desk: IdentityDesk) -> None:
    for name in "abcde":
        desk.users.create(UserDraft(name))
    first = desk.audit.page(limit=2)
    assert [e.id for e in first.entries] == [5, 4]
    rest = desk.audit.page(before=first.next, limit=3)
    assert ([e.id for e in rest.entries], rest.next) == ([3, 2, 1], 0)
    assert [e.subject for e in desk.audit.page(where=AuditFilter(words="c")).entries][-1] == "a"
    assert [e.subject for e in desk.audit.page(where=AuditFilter(words="%")).entries] == []
    assert desk.audit.page(where=AuditFilter(outcome=Outcome.DENIED)).entries == ()
    assert desk.audit.page(where=AuditFilter(since_ms=desk.clock.now_ms() + 1)).entries == ()


def test_an_export_is_in_the_log_before_its_first_row(desk: IdentityDesk, tmp_path: Path) -> None:
    desk.users.create(UserDraft("a"))
    path = tmp_path / "audit.csv"
    ready = desk.audit.prepare({"headings": {"id": "编号"}})
    assert (ready.total, ready.write(path, silent, never)) == (2, 3)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:4] == ["编号", "at", "user_id", "who"]
    assert verify_lines(rows[1:]).whole
    assert [row[8] for row in rows[1:]] == ["done", "begun", "done"]
    assert [(e.what, e.outcome.value) for e in desk.entries()[1:]] == [
        ("audit.prepare", "begun"),
        ("audit.prepare", "done"),
    ]


def test_an_export_that_another_service_carries_out_is_told_by_its_own_right(desk: IdentityDesk) -> None:
    class Details:
        def __init__(self, access: Access) -> None:
            self.access = access

        @needs("kooMessage:devSendTask:export")
        def prepare(self, campaign_id: int) -> int:
            return campaign_id

        @needs("kooMessage:devSendTask:list")
        def look(self) -> None:
            """Read something."""

    class Jobs:
        def __init__(self, access: Access) -> None:
            self.access = access

        @needs("kooMessage:devMaterial:create")
        def start(self, kind: str) -> int:
            details = Details(self.access)
            details.look()
            return details.prepare(3)

    assert Jobs(desk.access).start("details") == 3
    assert [(e.action, e.what.rpartition(".")[2], e.subject, e.outcome.value) for e in desk.entries()] == [
        ("kooMessage:devSendTask:export", "start", "kind=details", "begun"),
        ("kooMessage:devMaterial:create", "start", "kind=details", "done"),
    ]


def test_the_log_needs_its_right(desk: IdentityDesk) -> None:
    desk.user("mary", "KooMessage FullAccess", "RTC Administrator", "Koodesk LocalEngine")
    desk.signing_in.sign_in("mary", PASSWORD)
    for call in (desk.audit.page, desk.audit.verify, lambda: desk.audit.prepare({})):
        with pytest.raises(Refused):
            call()
