# SPDX-License-Identifier: Apache-2.0
"""Search on real workspaces: every kind is found, the index follows every change, and rights decide what is found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.ports.resolve import DomainRecord, JumpUrlRecord, ResolveLinkRecord, ResolveTaskRecord
from koodesk.backend.service import Service
from koodesk.backend.storage.search_step import SEARCH_4
from koodesk.backend.storage.tables.search import WATCHED
from koodesk.backend.workspace import Workspace
from koodesk.domain.filing import FilingState
from koodesk.domain.problem import Refused
from koodesk.domain.resolve_task import CodeType, Generation
from koodesk.domain.search import FoundKind
from koodesk.domain.service_account.values import RecordKind
from tests.databases import open_database
from tests.domain.service_account import samples

FIXTURES = Path(__file__).parents[2] / "fixtures"


def workspace(folder: Path, fixture: str = "v3-workspace.db") -> Workspace:
    """Return a workspace as an older release left it after a whole story."""
    made = Workspace(folder).create()
    shutil.copy(FIXTURES / fixture, made.database)
    return made


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(workspace(tmp_path / "ws")) as service:
        yield service


def names(service: Service, query: str) -> dict[FoundKind, list[str]]:
    """Return the names found, by kind."""
    return {group.kind: [e.name for e in group.entries] for group in service.search.find(query).groups}


def test_what_an_older_workspace_holds_is_found(service: Service) -> None:
    assert names(service, "红包") == {
        FoundKind.CARD: ["新春红包"],
        FoundKind.CAMPAIGN: ["新春红包"],
        FoundKind.SMS_TEMPLATE: ["新春红包提醒"],
        FoundKind.REVIEW: ["新春红包提醒", "新春红包"],
    }
    assert names(service, "云杉")[FoundKind.SMS_SIGNATURE] == ["云杉商城"]
    assert FoundKind.CAMPAIGN in names(service, "云杉"), "a task is found by its signature"
    assert names(service, "yssc")[FoundKind.SMS_SIGNATURE] == ["云杉商城"]
    assert names(service, "yunshan")[FoundKind.SMS_APP] == ["yunshan_mall"]
    assert names(service, "拒收请回复")[FoundKind.SMS_TEMPLATE] == ["新春红包提醒"], "and an SMS by its text"
    tpl_id = service.cards.list()[0].tpl_id
    assert tpl_id
    assert names(service, tpl_id)[FoundKind.CARD] == ["新春红包"]
    assert names(service, tpl_id[-4:])[FoundKind.CARD] == ["新春红包"]
    assert names(service, "没有这样的记录") == {}


def test_video_sms_is_found(tmp_path: Path) -> None:
    with open_service(workspace(tmp_path / "ws", "v3-video-workspace.db")) as service:
        found = names(service, "极光")
        assert found[FoundKind.VIDEO_TEMPLATE] == ["极光 X1 上市"]
        assert found[FoundKind.VIDEO_CAMPAIGN] == ["极光 X1 新车上市"]
        assert names(service, "试驾")[FoundKind.VIDEO_TEMPLATE] == ["极光 X1 上市"], "by its subject"
        assert FoundKind.VIDEO_SIGNATURE in names(service, "云栖")


def test_a_service_account_is_found_by_its_parts(tmp_path: Path) -> None:
    with open_service(workspace(tmp_path / "ws", "v3-workspace.db")) as service:
        accounts = service.service_accounts
        records, work = accounts._records, accounts._work
        with work.write() as connection:
            made = records.make(connection, RecordKind.PROFILE, samples.PROFILE)
            records.make(connection, RecordKind.MENU, samples.MENU, made.id)
            records.make(connection, RecordKind.PORT, samples.PORT)
            records.make(connection, RecordKind.SHORTCUT, samples.SHORTCUT)
        assert names(service, "云消息") == {
            FoundKind.SERVICE_ACCOUNT: ["云消息服务"],
            FoundKind.CHANNEL_NUMBER: ["012345678912"],  # by its signature
            FoundKind.SHORTCUT: ["云消息服务"],
        }
        assert names(service, "热门生活")[FoundKind.SERVICE_ACCOUNT] == ["云消息服务"], "by its menu"
        assert names(service, "yxx")[FoundKind.SERVICE_ACCOUNT] == ["云消息服务"]
        assert names(service, "资料")[FoundKind.SHORTCUT] == ["云消息服务"], "by a button"
        with work.write() as connection:
            work.accounts.delete(connection, made.id)
        assert FoundKind.SERVICE_ACCOUNT not in names(service, "热门生活")


def test_links_domains_and_jump_urls_are_found(tmp_path: Path) -> None:
    with open_service(workspace(tmp_path / "ws", "v3-workspace.db")) as service:
        tasks = service.resolve_tasks
        link = ResolveLinkRecord(0, 0, 0, "sale11", "", "", "", ())
        record = ResolveTaskRecord(
            *(
                0,
                "key",
                0,
                "双十一主会场",
                1,
                "红包卡片",
                "123456789",
                CodeType.GROUP,
                30,
                10,
                Generation.CUSTOM,
            ),
            *("go.yunshan.cn", ("云杉商城",), "{}", False, 1, 2),
        )
        domain = DomainRecord(0, "go.yunshan.cn", Generation.CUSTOM, "大促", FilingState.APPROVED, "", 1)
        url = JumpUrlRecord(
            0, "https://shop.yunshan.cn/", "shop.yunshan.cn", "商城", FilingState.APPROVED, "", 1
        )
        with tasks._work.write() as connection:
            tasks._store.add_task(connection, record, (link,))
            tasks._store.put_domain(connection, domain)
            tasks._store.put_jump_url(connection, url)
        for query in ("主会场", "红包卡片", "123456789", "sale11"):
            assert names(service, query)[FoundKind.RESOLVE_TASK] == ["双十一主会场"], query
        assert names(service, "大促")[FoundKind.LINK_DOMAIN] == ["go.yunshan.cn"]
        assert names(service, "shop.yunshan")[FoundKind.JUMP_URL] == ["https://shop.yunshan.cn/"]
        with tasks._work.write() as connection:
            tasks._store.delete_task(connection, 1)
        assert FoundKind.RESOLVE_TASK not in names(service, "主会场")


def test_the_index_follows_every_change(service: Service) -> None:
    card = service.cards.new("RedPacket", "端午粽子")
    assert names(service, "粽子")[FoundKind.CARD] == ["端午粽子"]
    row, template = service.cards.open(card.id)
    service.cards.save(card.id, replace(template, name="中秋月饼"), row.revision)
    assert FoundKind.CARD not in names(service, "粽子")
    assert names(service, "月饼")[FoundKind.CARD] == ["中秋月饼"]
    service.cards.delete(card.id)
    assert names(service, "月饼") == {}


def test_the_newest_comes_first_except_for_names_that_begin_so(service: Service) -> None:
    for name in ("红包雨", "大红包", "小红包"):
        service.cards.new("RedPacket", name)
    assert names(service, "红包")[FoundKind.CARD] == ["红包雨", "小红包", "大红包", "新春红包"]


def test_no_more_of_a_kind_than_asked_for(service: Service) -> None:
    for number in range(8):
        service.cards.new("RedPacket", f"红包 {number}")
    (group,) = (g for g in service.search.find("红包", 3).groups if g.kind is FoundKind.CARD)
    assert (len(group.entries), group.more) == (3, True)


def test_a_whole_number_finds_the_tasks_it_is_in(service: Service) -> None:
    with service.search._store._database.read() as connection:  # type: ignore[attr-defined]  # the real store
        number = connection.exec_driver_sql("SELECT number FROM recipient ORDER BY id LIMIT 1").scalar_one()
    shown = f"{str(number)[:3]}****{str(number)[7:]}"
    (entry,) = next(
        g.entries for g in service.search.find(str(number)).groups if g.kind is FoundKind.RECIPIENT
    )
    assert (entry.name, entry.note) == (shown, "新春红包")
    assert entry.ref == f"{service.campaigns.list()[0].id}/{number}"
    by_tail = names(service, str(number)[7:])[FoundKind.RECIPIENT]
    assert shown in by_tail
    assert names(service, "13000000001").get(FoundKind.RECIPIENT) is None


def test_what_one_may_not_list_does_not_appear(tmp_path: Path) -> None:
    made = workspace(tmp_path / "ws")
    rules = access_rules()
    with open_service(made) as owner:
        owner.search.prepare()
    rights = {
        "KooMessage ReadOnlyAccess": {FoundKind.CARD, FoundKind.CAMPAIGN, FoundKind.SMS_TEMPLATE},
        "KooMessage FullAccess": {FoundKind.CARD, FoundKind.CAMPAIGN, FoundKind.SMS_TEMPLATE},
    }
    for policy, kinds in rights.items():
        with open_service(made, rules.principal("someone", (policy,))) as service:
            assert set(names(service, "红包")) == kinds, "the review desk is the local engine's"
    with open_service(made, rules.principal("nobody", ())) as service, pytest.raises(Refused) as refused:
        service.search.find("红包")
    assert refused.value.problems[0].code == "access.denied"


def test_numbers_are_found_in_the_tasks_one_may_list(tmp_path: Path) -> None:
    made = workspace(tmp_path / "ws")
    with closing(sqlite3.connect(made.database)) as connection:
        (number,) = connection.execute("SELECT number FROM recipient LIMIT 1").fetchone()
    rules = access_rules()
    only_video = replace(
        rules.policies["KooMessage ReadOnlyAccess"],
        statements=tuple(
            replace(s, actions=tuple(a for a in s.actions if "devSendTask" not in a))
            for s in rules.policies["KooMessage ReadOnlyAccess"].statements
        ),
    )
    principal = replace(rules.principal("someone", ()), policies=(only_video,))
    with open_service(made, principal) as service:
        assert FoundKind.RECIPIENT not in names(service, str(number))
        assert FoundKind.CAMPAIGN not in names(service, "红包")


def test_a_long_queue_is_taken_in_block_by_block(tmp_path: Path) -> None:
    made = workspace(tmp_path / "ws")
    with open_service(made) as service:
        with service.search._store._database.write() as connection:  # type: ignore[attr-defined]  # the real store
            connection.exec_driver_sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                "INSERT INTO sms_app (name, name_key, uplink_url, state, submitted_digest, created_ms) "
                "SELECT 'app_' || i, 'app_' || i, '', 'x', '', 0 FROM n"
            )
        first = service.search.find("app")
        assert first.waiting > 4000, "a search answers before the whole queue is taken in"
        while service.search.prepare():
            pass
        answer = service.search.find("app_4999")
        assert answer.waiting == 0
        assert [e.name for g in answer.groups for e in g.entries] == ["app_4999"]


def test_a_walked_workspace_has_the_triggers_of_a_new_one(tmp_path: Path) -> None:
    def made(path: Path) -> set[tuple[str, str]]:
        with closing(sqlite3.connect(path)) as connection:
            return set(
                connection.execute(
                    "SELECT name, sql FROM sqlite_schema WHERE name LIKE 'search%' AND type IN ('trigger', 'index') "
                    "AND sql IS NOT NULL"
                )
            )

    old = workspace(tmp_path / "old").database
    new = Workspace(tmp_path / "new").create().database
    for path in (old, new):
        database = open_database(path.parent, path.name)
        database.prepare()
        database.close()
    assert made(old) == made(new)
    assert len(made(new)) == 3 * len(WATCHED) + 1
    assert len(SEARCH_4) > len(WATCHED)
