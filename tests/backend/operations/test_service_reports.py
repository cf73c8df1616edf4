# SPDX-License-Identifier: Apache-2.0
"""Clicks of service accounts are fetched once each, survive an engine made anew, and are counted as they were told."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection

from koodesk import paths
from koodesk.backend.operations.rights import Access
from koodesk.backend.operations.service_reports import ServiceReports
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.ports.service_account import ServiceRecord
from koodesk.backend.ports.service_clicks import ServiceClick
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.service_clicks import SqlClickStore
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.domain.access import read_access_rules
from koodesk.domain.problem import Refused, problem
from koodesk.domain.report import DAY_MS
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import Content, Menu, RecordKind
from koodesk.domain.service_report import ServiceBy, ServiceCounts, ServiceFilter
from tests.databases import open_database
from tests.domain.service_account.samples import HOME, MENU, PROFILE, SHORTCUT

NOON = 20_000 * DAY_MS + 4 * 3_600_000  # noon in Beijing


@dataclass
class Engine:
    """A list of clicks, as an engine tells it."""

    name: str = "local"
    told: list[ServiceClick] = field(default_factory=list)
    away: bool = False
    asked: list[int] = field(default_factory=list)

    def clicks(self, after: int, limit: int) -> tuple[ServiceClick, ...]:
        """Return what comes after a number."""
        if self.away:
            raise Refused(problem("gateway.unreachable", gateway="local", reason="engine.not_running"))
        self.asked.append(after)
        return tuple(click for click in self.told if click.id > after)[:limit]

    def tap(self, pub: str, kind: str, item: str, billed: bool, message: str = "7", days: int = 0) -> None:
        """Let somebody tap."""
        at = NOON + days * DAY_MS
        self.told.append(ServiceClick(len(self.told) + 1, pub, kind, item, billed, message, at))


@dataclass
class Office:
    """A database with an account and a shortcut of it, an engine and the reports over both."""

    database: Database
    engine: Engine

    def reports(self, *policies: str) -> ServiceReports:
        """Return the reports for somebody with these policies, or for the person at the keyboard."""
        rules = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))
        principal = rules.principal("someone", policies) if policies else rules.local_owner()
        return ServiceReports(Access(rules, principal), SqlClickStore(self.database), self.engine)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = open_database(tmp_path)
    database.prepare()
    with database.write() as connection:
        for id_, kind, account, title in ((3, "pub", 0, "雅居电器"), (5, "sa_shortcut", 3, "满减")):
            connection.exec_driver_sql(
                "INSERT INTO sa_record (id, kind, account_id, revision, title, content, pending, live, submitted_digest, "
                "approval, life, effect_ms, freezes, freeze_reason, urged_ms, created_ms, saved_ms) "
                "VALUES (?, ?, ?, 1, ?, '', '', '', '', '', '', 0, 0, '', 0, 0, 0)",
                (id_, kind, account, title),
            )
    yield Office(database, Engine())
    database.close()


def test_clicks_are_told_apart_by_account_item_and_day(office: Office) -> None:
    engine = office.engine
    engine.tap("3", "menu", "menu:1.2", billed=True)
    engine.tap("3", "menu", "menu:1.2", billed=True, days=2)
    engine.tap("3", "home", "logo", billed=False)
    engine.tap("5", "shortcut", "shortcut:1", billed=True)  # a shortcut belongs to its account
    engine.tap("99", "menu", "menu:1", billed=False)
    report = office.reports().clicks()
    assert [(line.account, line.name, line.kind, line.item, line.counts) for line in report.lines] == [
        (0, "", "menu", "menu:1", ServiceCounts(1, 0)),
        (3, "雅居电器", "menu", "menu:1.2", ServiceCounts(2, 2)),
        (3, "雅居电器", "home", "logo", ServiceCounts(1, 0)),
        (3, "雅居电器", "shortcut", "shortcut:1", ServiceCounts(1, 1)),
    ]
    assert (report.total, report.total.free, report.complete) == (ServiceCounts(5, 3), 2, True)
    assert report.days == (
        ("2024-10-04", (2, 1, 1)),
        ("2024-10-05", (0, 0, 0)),
        ("2024-10-06", (1, 0, 0)),
    )
    for by in ServiceBy:
        lines = office.reports().clicks(by).lines
        assert sum((line.counts for line in lines), ServiceCounts()) == report.total
    assert office.reports().clicks(where=ServiceFilter(account=3, kind="menu")).total == ServiceCounts(2, 2)


@pytest.mark.both_databases
def test_each_click_is_fetched_once_and_stays_while_the_engine_is_away(office: Office) -> None:
    office.engine.tap("3", "menu", "menu:1", billed=True)
    reports = office.reports()
    reports.clicks()
    office.engine.tap("3", "menu", "menu:2", billed=True)
    assert reports.clicks().total.clicks == 2
    assert reports.clicks().total.clicks == 2
    office.engine.away = True
    report = reports.clicks()
    assert (report.total.clicks, report.complete) == (2, False)


def test_an_engine_made_anew_adds_to_what_was(office: Office) -> None:
    reports = office.reports()
    office.engine.tap("3", "menu", "menu:1", billed=True, message="7")
    office.engine.tap("3", "menu", "menu:1", billed=True, message="8")
    reports.clicks()
    office.engine.told.clear()
    assert reports.clicks().total.clicks == 2
    office.engine.tap("3", "home", "logo", billed=False, message="70")
    office.engine.tap("3", "home", "logo", billed=False, message="71")
    assert reports.clicks().total == ServiceCounts(4, 2)
    assert reports.clicks().total == ServiceCounts(4, 2)


def test_an_export_has_the_words_of_the_page(office: Office, tmp_path: Path) -> None:
    office.engine.tap("3", "menu", "menu:1", billed=True)
    options = {
        "by": "item",
        "title": "服务号报表",
        "headings": {"account": "服务号", "sum": "合计"},
        "names": {"menu": "菜单", "menu:1": "菜单 1"},
    }
    prepared = office.reports().prepare(options)
    assert prepared.write(tmp_path / "r.csv", silent, never) == 1
    rows = list(csv.reader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))
    assert rows == [
        ["服务号", "kind", "item", "clicks", "billed", "free"],
        ["雅居电器", "菜单", "菜单 1", "1", "1", "0"],
        ["合计", "", "", "1", "1", "0"],
    ]


def test_what_was_tapped_is_told_by_its_words(office: Office, tmp_path: Path) -> None:
    """As they are in effect, not as somebody is editing them; the name on the wire stands beside, and alone for what is gone."""
    work = SqlUnitOfWork(office.database)

    def put(connection: Connection, kind: RecordKind, live: Content, account: int = 0) -> int:
        draft = Menu() if kind is RecordKind.MENU else live
        record = ServiceRecord(
            *(0, kind, account, 1, draft, None, live, "", Approval.DRAFT, Life.IN_EFFECT, 0, 0, "", 0, 0, 0)
        )
        return work.accounts.put(connection, record).id

    with office.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM sa_record")
        account = put(connection, RecordKind.PROFILE, PROFILE)
        put(connection, RecordKind.MENU, MENU, account)
        put(connection, RecordKind.HOME, HOME, account)
        shortcut = put(connection, RecordKind.SHORTCUT, SHORTCUT)
    pub, button = str(account), str(shortcut)
    taps = (
        ("menu", "menu:1.1"),
        ("menu", "menu:2"),
        ("menu", "menu:9"),
        ("home", "logo"),
        ("home", "hotline:1"),
    )
    for kind, item in taps:
        office.engine.tap(pub, kind, item, billed=True)
    office.engine.tap(button, "shortcut", "shortcut:1", billed=True)
    office.engine.tap("77", "menu", "menu:1", billed=True)
    reports = ServiceReports(
        office.reports().access, SqlClickStore(office.database), office.engine, work=work
    )
    first, second = MENU.items[0], MENU.items[1]
    line = HOME.hotlines[0]
    told = {(one.name, one.item): one.words for one in reports.clicks().lines}
    assert told == {
        (PROFILE.name, "menu:1.1"): f"{first.name} › {first.children[0].name}",
        (PROFILE.name, "menu:2"): second.name,
        (PROFILE.name, "menu:9"): "",
        (PROFILE.name, "logo"): "",
        (PROFILE.name, "hotline:1"): f"{line.usage} {line.number}",
        (f"【{SHORTCUT.signature}】", "shortcut:1"): SHORTCUT.buttons[0].name,
        ("", "menu:1"): "",
    }
    prepared = reports.prepare({"by": "item", "names": {"menu:2": "菜单 2"}})
    prepared.write(tmp_path / "clicks.csv", silent, never)
    rows = list(csv.reader((tmp_path / "clicks.csv").read_text("utf-8-sig").splitlines()))
    assert f"{second.name} · 菜单 2" in {row[2] for row in rows if len(row) > 2}


def test_rights_are_asked_for(office: Office) -> None:
    assert office.reports("KooMessage SA ReadOnlyAccess").clicks().lines == ()
    with pytest.raises(Refused) as refused:
        office.reports("KooMessage SA ReadOnlyAccess").prepare({"by": "item"})
    assert [p.code for p in refused.value.problems] == ["access.denied"]
    office.reports("KooMessage SA FullAccess").prepare({"by": "item"})
    with pytest.raises(Refused):
        office.reports("KooMessage Basic Edition FullAccess").clicks()
