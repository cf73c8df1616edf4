# SPDX-License-Identifier: Apache-2.0
"""Resolve tasks in the engine: once per key, refused with the reason, links counted exactly and never after their end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.domain.link import DAY_MS, LinkState
from koodesk.engine import link_resolving, resolve_tasks, review_rows
from koodesk.engine.errors import ApiError
from koodesk.engine.schema import sqlite_module
from tests.engine.client import SIGN, card, filing
from tests.engine.inside import Inside

DOMAIN = {"name": "go.yunshan.cn", "generation": 2, "note": ""}
JUMP = {"url": "https://shop.yunshan.cn/sale", "host": "shop.yunshan.cn", "note": ""}


def plain_card() -> dict[str, Any]:
    """A red packet without parameters: it may have a group link."""
    text = orjson.dumps(card()).decode().replace("${name}", "您").replace("${", "$ {")
    return {**orjson.loads(text), "params": []}


@pytest.fixture(scope="module")
def cleared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder whose engine has everything approved; the tpl_ids of a card without and of one with parameters."""
    folder = tmp_path_factory.mktemp("cleared")
    engine = Inside(folder)
    engine.reviewed("filing", "filing:short_link", filing("short_link"))
    plain = engine.reviewed("card", "card:plain", plain_card(), ("HUAWEI",))
    person = engine.reviewed("card", "card:person", card(), ("HUAWEI",))
    states = [plain["state"], person["state"]]
    states += [
        engine.reviewed("domain", "1", DOMAIN)["state"],
        engine.reviewed("jump_url", "1", JUMP)["state"],
    ]
    assert states == ["approved"] * 4, (plain["reasons"], person["reasons"])
    engine.connection.close()
    return folder, str(plain["tpl_id"]), str(person["tpl_id"])


class Links:
    """An engine with everything approved."""

    def __init__(self, folder: Path, plain: str, person: str) -> None:
        self.engine = Inside(folder)
        self.plain, self.person = plain, person

    def make(self, key: str = "k", **changes: Any) -> dict[str, Any]:
        return self.make_of({**self.group(), **changes}, key)

    def make_of(self, body: dict[str, Any], key: str = "k") -> dict[str, Any]:
        connection = self.engine.connection
        connection.execute("BEGIN")
        try:
            made = resolve_tasks.create(
                connection, key, orjson.dumps(body), self.engine.acceptance.codes, self.engine.now_ms
            )
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return made

    def group(self) -> dict[str, Any]:
        return {
            "task_name": "双十一",
            "tpl_id": self.plain,
            "aim_code_type": "group",
            "resolving_times": 3,
            "expiration_time": 30,
            "sms_signs": [SIGN],
            "params": [{}],
        }

    def people(self, count: int) -> dict[str, Any]:
        names = card()["params"]
        links = [
            {"dync_params": {one["name"]: f"客户{i}" for one in names}, "cust_flag": f"c{i}"}
            for i in range(count)
        ]
        return {
            **self.group(),
            "tpl_id": self.person,
            "aim_code_type": "individual",
            "resolving_times": 1,
            "expiration_time": 7,
            "params": links,
        }

    def open(self, code: str) -> LinkState:
        link = link_resolving.find(self.engine.connection, code)
        assert link is not None
        return link_resolving.resolve(self.engine.connection, link, self.engine.now_ms)

    def links(self, task: int) -> list[dict[str, Any]]:
        return list(resolve_tasks.details(self.engine.connection, task, 0, 500)["items"])

    def receipts(self, after: int = 0, limit: int = 500) -> list[dict[str, Any]]:
        return list(link_resolving.receipts(self.engine.connection, after, limit)["items"])


@pytest.fixture
def links(cleared: tuple[Path, str, str], tmp_path: Path) -> Any:
    folder, plain, person = cleared
    source = sqlite3.connect(folder / "engine.db")
    copied = sqlite3.connect(tmp_path / "engine.db")
    source.backup(copied)
    source.close()
    copied.close()
    found = Links(tmp_path, plain, person)
    yield found
    found.engine.connection.close()


def test_a_group_task_has_one_link_of_its_own(links: Links) -> None:
    made = links.make()
    (link,) = made["links"]
    assert made["expires_ms"] - links.engine.now_ms == 30 * DAY_MS
    assert link["aim_url"] == f"km2g.cn/{link['aim_code']}"
    assert links.engine.acceptance.codes.message_id(link["aim_code"]) == resolve_tasks.LINK_BASE + link["id"]


def test_the_same_key_and_body_give_the_same_answer_and_make_nothing_more(links: Links) -> None:
    first = links.make_of(links.people(5))
    links.engine.now_ms += 3 * DAY_MS
    assert links.make_of(links.people(5)) == first
    assert len(links.links(first["task_id"])) == 5
    assert len(resolve_tasks.listed(links.engine.connection, 0, 500)["items"]) == 1


def test_the_key_with_another_body_is_refused(links: Links) -> None:
    links.make()
    with pytest.raises(ApiError) as caught:
        links.make(expiration_time=31)
    assert (caught.value.status, caught.value.code) == (409, "KD.IDEMPOTENCY_MISMATCH")


def test_a_hundred_individual_links_have_a_hundred_codes(links: Links) -> None:
    made = links.make_of(links.people(100))
    assert len({one["aim_code"] for one in made["links"]}) == 100
    assert [one["cust_flag"] for one in made["links"]] == [f"c{i}" for i in range(100)]


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"tpl_id": "999"}, "KD.TEMPLATE_UNKNOWN", "template"),
        ({"params": []}, "KM.90016415", "links"),
        ({"params": [{}, {}]}, "KM.90016416", "links"),
        ({"params": None}, "KM.90016415", "params"),
        ({"sms_signs": []}, "KM.00001075", "signatures"),
        ({"sms_signs": ["名" * 19]}, "KM.00001076", "signatures:1"),
        ({"expiration_time": 181}, "KD.RESOLVE_FIELD", "days"),
        ({"resolving_times": 1}, "KD.RESOLVE_FIELD", "times"),
        ({"resolving_times": "2"}, "KD.FIELD", "resolving_times"),
        ({"aim_code_type": "all"}, "KD.FIELD", "aim_code_type, generation_type"),
        ({"generation_type": 3}, "KD.FIELD", "aim_code_type, generation_type"),
        ({"domain": "go.yunshan.cn"}, "KD.DOMAIN_NOT_FILED", "domain"),
        ({"domain": "a.cn"}, "KD.DOMAIN_NOT_FILED", "domain"),
        (
            {"domain": "km2g.cn", "generation_type": 2, "params": [{"custom_short_code": "abc"}]},
            "KD.DOMAIN_NOT_FILED",
            "domain",
        ),
        ({"params": [{"custom_url": "https://other.cn/"}]}, "KD.JUMP_URL_NOT_FILED", "link:1/custom_url"),
        ({"params": [{"custom_url": "http://127.1/"}]}, "KD.RESOLVE_FIELD", "link:1/custom_url"),
        ({"params": [7]}, "KD.FIELD", "params"),
        ({"params": [{"dync_params": {"a": 1}}]}, "KD.FIELD", "dync_params"),
    ],
)
def test_a_task_is_refused_with_its_reason(
    links: Links, changes: dict[str, Any], code: str, where: str
) -> None:
    with pytest.raises(ApiError) as caught:
        links.make(**changes)
    assert (caught.value.status, caught.value.code, caught.value.params.get("where")) == (400, code, where)
    assert resolve_tasks.listed(links.engine.connection, 0, 10)["items"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "KM.90016414"), (b"{}", "KM.90016414"), (b"[]", "KM.90016414"), (b"{", "KD.BAD_JSON")],
)
def test_what_is_no_request_is_refused(links: Links, body: bytes, code: str) -> None:
    with pytest.raises(ApiError) as caught:
        resolve_tasks.create(links.engine.connection, "k", body, links.engine.acceptance.codes, 0)
    assert caught.value.code == code


def test_links_need_the_filing_for_short_links(links: Links) -> None:
    links.engine.connection.execute("UPDATE review SET state = 'waiting' WHERE kind = 'filing'")
    with pytest.raises(ApiError) as caught:
        links.make()
    assert caught.value.code == "KD.LINK_FILING_NOT_APPROVED"


def test_custom_codes_stand_under_a_domain_filed_for_them_and_are_given_once(links: Links) -> None:
    custom: dict[str, Any] = {
        "generation_type": 2,
        "domain": "Go.Yunshan.cn",
        "params": [{"custom_short_code": "sale11", "custom_url": "https://ignored.cn"}],
    }
    made = links.make(**custom)
    assert made["links"][0]["aim_url"] == "go.yunshan.cn/sale11"
    assert links.links(made["task_id"])[0]["custom_url"] == ""
    with pytest.raises(ApiError) as caught:
        links.make("another", **custom)
    assert (caught.value.code, caught.value.params["where"]) == ("KD.CODE_TAKEN", "link:1/short_code")


def test_a_domain_is_for_one_kind_of_codes_only(links: Links) -> None:
    again = links.engine.reviewed("domain", "2", {**DOMAIN, "name": "GO.yunshan.cn", "generation": 1})
    assert (again["state"], again["reasons"][0]["code"]) == ("rejected", "resolve.domain.taken")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("domain", {"name": "a", "generation": 1}),
        ("domain", {"name": "a.cn", "generation": 3}),
        ("domain", {}),
        ("jump_url", {"url": "http://10.0.0.1/", "host": "10.0.0.1"}),
        ("jump_url", {"url": "https://a.cn/", "host": "b.cn"}),
        ("jump_url", {"url": 7}),
    ],
)
def test_an_unsound_domain_or_url_is_rejected(links: Links, kind: str, body: dict[str, Any]) -> None:
    assert links.engine.reviewed(kind, "9", body)["state"] == "rejected"


def test_a_group_link_is_resolved_as_often_as_its_task_says(links: Links) -> None:
    made = links.make()
    code, start = made["links"][0]["aim_code"], links.engine.now_ms
    states = []
    for _ in range(5):
        states.append(links.open(code))
        links.engine.now_ms += 1_000
    assert states == [LinkState.ACTIVE] * 3 + [LinkState.USED_UP] * 2
    (link,) = links.links(made["task_id"])
    assert (link["resolved"], link["first_ms"], link["last_ms"]) == (3, start, start + 2_000)
    assert [(r["aim_code"], r["status"], r["at_ms"]) for r in links.receipts()] == [
        (code, 0, start + i * 1_000) for i in range(3)
    ]


def test_an_individual_link_is_resolved_once(links: Links) -> None:
    made = links.make_of(links.people(2))
    first, second = (one["aim_code"] for one in made["links"])
    assert [links.open(first), links.open(first), links.open(second)] == [
        LinkState.ACTIVE,
        LinkState.USED_UP,
        LinkState.ACTIVE,
    ]
    assert [one["cust_flag"] for one in links.receipts()] == ["c0", "c1"]


def test_a_link_ends_to_the_millisecond(links: Links) -> None:
    made = links.make()
    code = made["links"][0]["aim_code"]
    links.engine.now_ms = made["expires_ms"] - 1
    assert links.open(code) is LinkState.ACTIVE
    links.engine.now_ms += 1
    assert links.open(code) is LinkState.EXPIRED


def test_a_frozen_task_resolves_nothing_until_it_is_let_go(links: Links) -> None:
    made = links.make()
    code, task = made["links"][0]["aim_code"], made["task_id"]
    connection = links.engine.connection
    assert resolve_tasks.freeze(connection, task, {"frozen": True}, 1)["frozen"]
    assert links.open(code) is LinkState.FROZEN
    assert not resolve_tasks.freeze(connection, task, {"frozen": False}, 2)["frozen"]
    assert links.open(code) is LinkState.ACTIVE
    refused: tuple[object, ...] = ({}, {"frozen": 1}, [])
    for wrong in refused:
        with pytest.raises(ApiError):
            resolve_tasks.freeze(connection, task, wrong, 3)


def test_an_account_that_stands_still_makes_and_resolves_no_links(links: Links) -> None:
    code = links.make()["links"][0]["aim_code"]
    links.engine.connection.execute("UPDATE account SET state = 'frozen'")
    assert links.open(code) is LinkState.FROZEN
    with pytest.raises(ApiError) as caught:
        links.make("another")
    assert caught.value.code == "KD.ACCOUNT_FROZEN"
    links.engine.connection.execute("UPDATE account SET state = 'normal'")
    assert links.open(code) is LinkState.ACTIVE


def test_events_cannot_be_changed_or_removed(links: Links) -> None:
    links.open(links.make()["links"][0]["aim_code"])
    for statement in ("UPDATE resolve_event SET ok = 0", "DELETE FROM resolve_event"):
        with pytest.raises(sqlite_module().DatabaseError, match="append-only"):
            links.engine.connection.execute(statement)


def test_the_feed_is_read_in_pages_and_each_receipt_once(links: Links) -> None:
    made = links.make(resolving_times=50)
    for _ in range(25):
        links.open(made["links"][0]["aim_code"])
    whole, read, after = links.receipts(), [], 0
    while True:
        page = link_resolving.receipts(links.engine.connection, after, 7)
        if not page["items"]:
            break
        read += page["items"]
        after = page["next"]
    assert read == whole
    assert len({one["id"] for one in read}) == 25
    assert page["last"] == after


def test_the_page_of_a_message_is_noted_and_is_no_resolve(links: Links) -> None:
    link_resolving.note_message(links.engine.connection, "AbCdEf123", links.engine.now_ms)
    assert links.receipts() == []
    assert links.engine.connection.execute("SELECT task, ok, reason FROM resolve_event").fetchall() == [
        (0, 0, "browser")
    ]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8 * DAY_MS)), max_size=40))
def test_whatever_is_opened_when_the_counters_equal_the_events(steps: list[tuple[int, int]]) -> None:
    seen = list[tuple[int, int]]()
    with_links(lambda links: _walk(links, steps, seen))
    assert all(counter == events for counter, events in seen)


def _walk(links: Links, steps: list[tuple[int, int]], seen: list[tuple[int, int]]) -> None:
    made = links.make("g")
    people = links.make_of(links.people(3), "p")
    codes = [one["aim_code"] for one in (*made["links"], *people["links"])]
    limits = [3, 1, 1, 1]
    for index, wait in steps:
        links.engine.now_ms += wait
        links.open(codes[index])
    connection = links.engine.connection
    for code, limit in zip(codes, limits, strict=True):
        counter = connection.execute("SELECT resolved FROM resolve_link WHERE code = ?", (code,)).fetchone()[
            0
        ]
        events = connection.execute(
            "SELECT count(*), coalesce(max(at_ms), 0) FROM resolve_event WHERE code = ? AND ok = 1", (code,)
        ).fetchone()
        seen.append((counter, events[0]))
        assert events[0] <= limit
        assert events[1] < (made["expires_ms"] if limit == 3 else people["expires_ms"])


_kept: list[tuple[Path, str, str]] = []


@pytest.fixture(autouse=True, scope="module")
def keep(cleared: tuple[Path, str, str]) -> None:
    """Property tests take no fixture of a function: they copy the cleared engine by themselves."""
    _kept[:] = [cleared]


def with_links(work: Callable[[Links], None]) -> None:
    """Run something on a fresh copy of the cleared engine, in memory's own file."""
    folder, plain, person = _kept[0]
    found = Links.__new__(Links)
    found.plain, found.person = plain, person
    engine = Inside.__new__(Inside)
    engine.connection = sqlite3.connect(":memory:", isolation_level=None)
    source = sqlite3.connect(folder / "engine.db")
    source.backup(engine.connection)
    source.close()
    original = Inside(folder)
    engine.acceptance, engine.settings, engine.now_ms = (
        original.acceptance,
        replace(original.settings),
        original.now_ms,
    )
    original.connection.close()
    found.engine = engine
    try:
        work(found)
    finally:
        engine.connection.close()


def test_reviews_of_both_kinds_are_listed(links: Links) -> None:
    kinds = {one["kind"] for one in review_rows.listed(links.engine.connection, "", "", 0, 500)["items"]}
    assert {"domain", "jump_url"} <= kinds
