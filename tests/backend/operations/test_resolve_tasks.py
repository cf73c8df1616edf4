# SPDX-License-Identifier: Apache-2.0
"""Resolve tasks at the desk: asked for once whatever is lost, refused before and by the platform, resolves counted once each;
domains and jump URLs through their review; rights as the platform's matrix has them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from koodesk.backend.operations.link_filings import Domains, JumpUrls
from koodesk.backend.operations.resolve_tasks import COLUMNS, ResolveTasks
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.ports.resolve import LinkReceipt, LinkReceiptPage, MadeLink, MadeTask
from koodesk.backend.storage.stores.resolve import SqlResolveStore
from koodesk.domain import codec
from koodesk.domain.access import read_access_rules
from koodesk.domain.campaign import encode
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.link import DAY_MS
from koodesk.domain.problem import Refused, problem
from koodesk.domain.resolve_rules import read_resolve_rules
from koodesk.domain.resolve_task import CodeType, DomainDraft, Generation, LinkDraft, ResolveDraft
from koodesk.domain.template import Template
from tests.backend.operations.clearing_desk import RESOURCES, START_MS, ClearingDesk
from tests.backend.sending.workshop import snapshot
from tests.domain.strategies import good

RULES = read_resolve_rules((RESOURCES / "rules" / "resolve.toml").read_text("utf-8"))
GROUP = ResolveDraft("双十一", "", CodeType.GROUP, 30, 1000, ("云杉商城",), (LinkDraft(),))


@dataclass
class Platform:
    """Stands in for the platform: one task a key, receipts in pages of two. `lose` loses an answer, `refuse` says no."""

    name: str = "local"
    lose: bool = False
    down: bool = False
    refuse: str = ""
    tasks: dict[str, MadeTask] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    told: list[LinkReceipt] = field(default_factory=list)
    frozen: dict[int, bool] = field(default_factory=dict)

    def _answer(self) -> None:
        if self.down:
            raise Refused(problem("gateway.unreachable", gateway="local", reason="x"))

    def create(self, key: str, body: bytes) -> MadeTask:
        self._answer()
        if self.refuse:
            raise Refused(problem("gateway.refused", gateway="local", error_code=self.refuse))
        assert self.bodies.setdefault(key, body) == body
        if key not in self.tasks:
            number = len(self.tasks) + 1
            links = tuple(
                MadeLink(number * 100 + i, f"code{number}{i}", f"km2g.cn/code{number}{i}")
                for i in range(len(json.loads(body)["params"]))
            )
            days = int(json.loads(body)["expiration_time"])
            self.tasks[key] = MadeTask(number, START_MS, START_MS + days * 86_400_000, links)
        if self.lose:
            self.lose = False
            raise Refused(problem("gateway.unreachable", gateway="local", reason="timeout"))
        return self.tasks[key]

    def freeze(self, remote_id: int, frozen: bool) -> None:
        self._answer()
        self.frozen[remote_id] = frozen

    def receipts(self, after: int, limit: int) -> LinkReceiptPage:
        self._answer()
        del limit
        items = tuple(one for one in self.told if one.id > after)[:2]
        last = self.told[-1].id if self.told else 0
        return LinkReceiptPage(items, items[-1].id if items else after, last)

    def now_ms(self) -> int:
        self._answer()
        return START_MS

    def resolve(self, code: str, times: int = 1) -> None:
        for _ in range(times):
            number = self.told[-1].id + 1 if self.told else 1
            self.told.append(LinkReceipt(number, code, START_MS + number))


class Desk:
    """The operations on a real database, with an approved card."""

    def __init__(self, folder: Path) -> None:
        self.clearing = ClearingDesk(folder)
        self.platform = Platform()
        self.handed: list[Template] = []
        self.store = SqlResolveStore()
        self.access = self.clearing.access
        self.tasks = self._tasks(self.access)
        clearing = self.clearing
        self.domains = Domains(
            self.access,
            clearing.work,
            self.store,
            clearing.submitting,
            RULES,
            clearing.clock,
            clearing.clock.now_ms,
        )
        self.urls = JumpUrls(
            self.access,
            clearing.work,
            self.store,
            clearing.submitting,
            RULES,
            clearing.clock,
            clearing.clock.now_ms,
        )

    def _tasks(self, access: Access) -> ResolveTasks:
        clearing = self.clearing
        return ResolveTasks(
            access,
            clearing.work,
            self.store,
            self.platform,
            RULES,
            clearing.clock,
            clearing.cards.get,
            self.handed.append,
        )

    def card(self, *params: str) -> int:
        """An approved red packet, with its parameter "name" or without."""
        template = good()
        assert [p.name for p in template.params] == ["name"]
        if not params:
            text = codec.dumps(template).decode().replace("${name}", "您")
            template = replace(codec.loads(text.encode()), params=())
        if self.clearing.filings.get(FilingKind.SEND_TASK).state is not FilingState.APPROVED:
            self.clearing.clear_filing()
        row = self.clearing.cards.create(template)
        self.clearing.cards.submit(row.id)
        self.clearing.decide_all()
        assert self.clearing.cards.get(row.id).sendable
        return row.id

    def tasks_of(self, policy: str) -> ResolveTasks:
        """The same tasks for somebody with one system policy."""
        rules = read_access_rules((RESOURCES / "rules" / "access.toml").read_text("utf-8"))
        return self._tasks(Access(rules, rules.principal("somebody", (policy,))))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def test_a_group_link_from_the_form_to_its_code(desk: Desk) -> None:
    row = desk.tasks.create(desk.card(), GROUP)
    assert (row.state, row.links, row.resolved, row.remote_id) == ("active", 1, 0, 1)
    assert row.expires_ms - row.created_ms == 30 * 86_400_000
    (link,) = desk.tasks.links(row.id)
    assert (link.code, link.url, link.state) == ("code10", "km2g.cn/code10", "active")
    assert len(desk.handed) == 1, "the page has the pictures of what was approved"


def test_a_lost_answer_is_asked_for_again_and_makes_one_task(desk: Desk) -> None:
    desk.platform.lose = True
    with pytest.raises(Refused) as refused:
        desk.tasks.create(desk.card(), GROUP)
    assert codes(refused) == ["gateway.unreachable"]
    (waiting,) = desk.tasks.list()
    assert waiting.state == "unsent"
    with pytest.raises(Refused) as early:
        desk.tasks.freeze(waiting.id, True)
    assert codes(early) == ["resolve.task_unsent"]
    desk.tasks.sync()
    (made,) = desk.tasks.list()
    assert (made.state, made.remote_id, len(desk.platform.tasks)) == ("active", 1, 1)


def test_what_the_platform_refuses_is_not_kept(desk: Desk) -> None:
    desk.platform.refuse = "KD.CODE_TAKEN"
    with pytest.raises(Refused) as refused:
        desk.tasks.create(desk.card(), GROUP)
    assert codes(refused) == ["gateway.refused"]
    assert desk.tasks.list() == ()


def test_a_form_that_breaks_a_rule_asks_nobody(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.tasks.create(desk.card("name"), replace(GROUP, days=181))
    assert codes(refused) == ["resolve.type.params", "resolve.days.range"]
    assert desk.platform.bodies == {}
    assert desk.tasks.list() == ()


def test_only_an_approved_template_has_links(desk: Desk) -> None:
    draft = desk.clearing.cards.new("RedPacket")
    with pytest.raises(Refused) as refused:
        desk.tasks.create(draft.id, GROUP)
    assert refused.value.problems[0].where == "card_id"


@pytest.mark.both_databases
def test_resolves_are_counted_once_however_often_they_are_read(desk: Desk) -> None:
    row = desk.tasks.create(desk.card(), GROUP)
    desk.platform.resolve("code10", 5)
    assert desk.tasks.sync() == 5
    assert desk.tasks.sync() == 0
    (link,) = desk.tasks.links(row.id)
    assert (link.resolved, link.first_ms, link.last_ms) == (5, START_MS + 1, START_MS + 5)
    # An older cursor after a restored backup: everything is read again and nothing counts twice.
    with desk.clearing.work.write() as connection:
        desk.store.set_cursor(connection, "local", 0)
    assert desk.tasks.sync() == 0
    assert desk.tasks.get(row.id).resolved == 5


def test_the_cursor_of_another_engine_is_given_up(desk: Desk) -> None:
    row = desk.tasks.create(desk.card(), GROUP)
    with desk.clearing.work.write() as connection:
        desk.store.set_cursor(connection, "local", 10_000)
    desk.platform.resolve("code10", 3)
    assert desk.tasks.sync() == 3
    assert desk.tasks.get(row.id).resolved == 3


def test_an_individual_task_ends_when_every_link_is_used(desk: Desk) -> None:
    links = tuple(LinkDraft(cust_flag=f"c{i}", values=(("name", f"客户{i}"),)) for i in range(3))
    form = replace(GROUP, type=CodeType.INDIVIDUAL, days=7, times=1, links=links)
    row = desk.tasks.generate(desk.card("name"), form)
    for i in range(3):
        desk.platform.resolve(f"code1{i}")
    desk.tasks.sync()
    assert desk.tasks.get(row.id).state == "used_up"
    assert {one.state for one in desk.tasks.links(row.id)} == {"used_up"}
    assert [one.place for one in desk.tasks.links(row.id, after=0, limit=1)] == [1]


def test_freezing_is_told_to_the_platform(desk: Desk) -> None:
    row = desk.tasks.create(desk.card(), GROUP)
    assert desk.tasks.freeze(row.id, True).state == "frozen"
    assert desk.platform.frozen == {1: True}
    assert desk.tasks.freeze(row.id, False).state == "active"


def test_an_export_holds_every_link_and_neutralises_formulas(desk: Desk, tmp_path: Path) -> None:
    links = tuple(LinkDraft(cust_flag="=1+1", values=(("name", f"客户{i}"),)) for i in range(2))
    form = replace(GROUP, type=CodeType.INDIVIDUAL, days=7, times=1, links=links)
    row = desk.tasks.create(desk.card("name"), form)
    path = tmp_path / "links.csv"
    ready = desk.tasks.prepare_links({"task": row.id, "headings": {name: name.upper() for name in COLUMNS}})
    assert ready.write(path, silent, never) == 2
    heading, first, _ = csv.reader(path.read_text("utf-8-sig").splitlines())
    assert heading == [*(name.upper() for name in COLUMNS), "name"]
    assert (first[1], first[3], first[-1]) == ("km2g.cn/code10", "'=1+1", "客户0")


@pytest.mark.both_databases
def test_a_domain_is_filed_for_one_kind_of_codes(desk: Desk) -> None:
    card = desk.card()
    row = desk.domains.add(DomainDraft(" Go.Yunshan.CN ", Generation.CUSTOM, "活动"))
    assert (row.name, row.state) == ("go.yunshan.cn", FilingState.WAITING)
    form = replace(GROUP, generation=Generation.CUSTOM, domain="go.yunshan.cn", links=(LinkDraft("sale11"),))
    with pytest.raises(Refused) as early:
        desk.tasks.create(card, form)
    assert codes(early) == ["resolve.domain.not_filed"]
    with pytest.raises(Refused) as waiting:
        desk.domains.delete(row.id)
    assert codes(waiting) == ["resolve.domain.under_review"]
    desk.clearing.decide_all()
    assert desk.domains.list()[0].usable
    with pytest.raises(Refused) as standard:
        desk.tasks.create(card, replace(GROUP, domain="go.yunshan.cn"))
    assert codes(standard) == ["resolve.domain.other_kind"]
    with pytest.raises(Refused) as system:
        desk.tasks.create(card, replace(form, domain="km2g.cn"))
    assert codes(system) == ["resolve.domain.other_kind"]
    desk.tasks.create(card, form)
    with pytest.raises(Refused) as used:
        desk.domains.delete(row.id)
    assert codes(used) == ["resolve.domain.in_use"]
    with pytest.raises(Refused) as twice:
        desk.domains.add(DomainDraft("go.yunshan.cn", Generation.STANDARD))
    assert codes(twice) == ["resolve.domain.taken"]


def test_a_refused_domain_may_be_filed_anew(desk: Desk) -> None:
    desk.domains.add(DomainDraft("go.yunshan.cn", Generation.CUSTOM))
    desk.clearing.decide_all(approve=False)
    (row,) = desk.domains.list()
    assert row.state is FilingState.REJECTED
    assert row.progress.reasons
    again = desk.domains.add(DomainDraft("go.yunshan.cn", Generation.STANDARD))
    assert (again.id, again.state) == (row.id, FilingState.WAITING)
    desk.clearing.decide_all()
    desk.domains.delete(row.id)
    assert desk.domains.list() == ()


def test_links_lead_only_to_hosts_that_are_filed(desk: Desk) -> None:
    card = desk.card()
    form = replace(GROUP, links=(LinkDraft(custom_url="https://Shop.Yunshan.cn/sale?x=1"),))
    with pytest.raises(Refused) as early:
        desk.tasks.create(card, form)
    assert [(p.code, p.where) for p in early.value.problems] == [
        ("resolve.url.not_filed", "link:1/custom_url")
    ]
    row = desk.urls.add("https://shop.yunshan.cn/", "商城首页")
    assert (row.host, row.state) == ("shop.yunshan.cn", FilingState.WAITING)
    with pytest.raises(Refused) as twice:
        desk.urls.add("https://shop.yunshan.cn/")
    assert codes(twice) == ["jump_url.twice"]
    with pytest.raises(Refused) as waiting:
        desk.urls.delete(row.id)
    assert codes(waiting) == ["jump_url.under_review"]
    desk.clearing.decide_all()
    made = desk.tasks.create(card, form)
    assert desk.tasks.links(made.id)[0].custom_url == "https://Shop.Yunshan.cn/sale?x=1"
    desk.urls.delete(row.id)
    assert desk.urls.list() == ()


def add_send(desk: Desk, name: str, state: str, ended_ms: int, **links: str) -> None:
    """Write a send task whose links use what is filed, as the ledger has it."""
    told = snapshot(name, 1, name=name, **links)
    with desk.clearing.work.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO campaign (uuid, name, state, digest, snapshot, gateway, gateway_class, signature, promotion, fallback, "
            "validity_days, window_start, window_end, chunk_size, created_ms, confirmed_ms, ended_ms) "
            "VALUES (?, ?, ?, ?, ?, 'local', 'idempotent', 's', 0, 'none', 7, 0, 1440, 10, 0, 0, ?)",
            (name, name, state, name, encode(told), ended_ms),
        )


@pytest.mark.parametrize(
    ("state", "ended_ms", "held"),
    [
        ("running", 0, True),
        ("finished", START_MS - 7 * DAY_MS + 1, True),
        ("finished", START_MS - 7 * DAY_MS, False),
        ("stopped", START_MS - 1, True),
    ],
)
def test_what_the_links_of_a_send_need_stays(desk: Desk, state: str, ended_ms: int, held: bool) -> None:
    """Until the last link that may have left is over, by the platform's clock."""
    domain = desk.domains.add(DomainDraft("go.yunshan.cn", Generation.STANDARD))
    url = desk.urls.add("https://shop.yunshan.cn/")
    desk.clearing.decide_all()
    start = desk.clearing.clock.now_ms()
    assert start == START_MS, "the table above is about this instant"
    add_send(desk, "春节", state, ended_ms, domain="go.yunshan.cn", jump_url="https://shop.yunshan.cn/a?b=1")
    assert desk.domains.list()[0].used == int(held)
    if not held:
        desk.domains.delete(domain.id)
        desk.urls.delete(url.id)
        return
    for records, number in ((desk.domains, domain.id), (desk.urls, url.id)):
        with pytest.raises(Refused) as refused:
            records.delete(number)
        assert codes(refused) == ["record.in_use"]
        assert dict(refused.value.problems[0].params)["names"] == "春节"
    desk.urls.add("https://shop.yunshan.cn/other")
    desk.clearing.decide_all()
    desk.urls.delete(url.id)  # its host stays filed by the other


@pytest.mark.parametrize(
    ("url", "note", "code"),
    [
        ("javascript:alert(1)", "", "jump_url.scheme"),
        ("http://10.0.0.1/", "", "jump_url.private"),
        ("https://a.cn/".ljust(2_049, "x"), "", "jump_url.too_long"),
        ("https://a.cn/", "名" * 81, "resolve.note.too_long"),
    ],
)
def test_unsound_jump_urls_are_refused(desk: Desk, url: str, note: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.urls.add(url, note)
    assert codes(refused) == [code]


MATRIX: tuple[tuple[str, tuple[bool, bool, bool, bool], Callable[[ResolveTasks, int, Path], object]], ...] = (
    ("list", (True, True, True, True), lambda tasks, _card, _path: tasks.list()),
    ("create", (True, False, True, True), lambda tasks, card, _path: tasks.create(card, GROUP)),
    ("generate", (True, False, True, False), lambda tasks, card, _path: tasks.generate(card, GROUP)),
    ("links", (True, True, True, False), lambda tasks, _card, _path: tasks.links(1)),
    ("export", (True, False, True, False), lambda tasks, _card, _path: tasks.prepare_links({"task": 1})),
)
"""Method, and whether FullAccess, ReadOnlyAccess, CommonOperations and Development may (facts 5)."""


@pytest.mark.parametrize(("name", "allowed", "call"), MATRIX, ids=[row[0] for row in MATRIX])
def test_rights_are_the_matrix_of_the_platform(
    desk: Desk,
    tmp_path: Path,
    name: str,
    allowed: tuple[bool, ...],
    call: Callable[[ResolveTasks, int, Path], object],
) -> None:
    card = desk.card()
    desk.tasks.create(card, GROUP)
    for policy, may in zip(
        ("FullAccess", "ReadOnlyAccess", "CommonOperations", "Development"), allowed, strict=True
    ):
        tasks = desk.tasks_of(f"KooMessage {policy}")
        path = tmp_path / f"{name}-{policy}.csv"
        if may:
            call(tasks, card, path)
        else:
            with pytest.raises(Refused) as refused:
                call(tasks, card, path)
            assert codes(refused) == ["access.denied"], policy
