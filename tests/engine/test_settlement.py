# SPDX-License-Identifier: Apache-2.0
"""Settlement: equal to a recount of the acceptance log and the receipts, within the forecast, each hour once."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koodesk.domain.billing.forecast import Shares, forecast, quantities
from koodesk.domain.billing.items import RESOLVE_OF, Item, PackageKind, send_item
from koodesk.domain.billing.money import YUAN
from koodesk.domain.billing.settle import HOUR_MS, Package
from koodesk.domain.sms import count, parts
from koodesk.engine import account, packages, prices, receipts, settlement, taps
from koodesk.engine.acceptance_log import acceptances
from koodesk.engine.rule_book import rule_pack, sms_rules
from koodesk.engine.schema import sqlite_module
from koodesk.engine.settings import EngineSettings
from tests.engine import video
from tests.engine.client import CONTENT, batch, sms_template
from tests.engine.inside import DAY_MS, Inside

SURE = Shares(1000, 1000)
LONG = "尊敬的会员，您的专属新春礼遇已经准备好，打开下面的链接就能看到红包、优惠券和门店活动：${2} 称呼${1} 拒收请回复R"
"""With a name of some length it goes in two parts, with a short one in one."""


class Desk:
    """One engine with everything cleared, whose clock every example runs further."""

    def __init__(self, folder: Path) -> None:
        self.engine = Inside(folder)
        self.card = self.engine.clear()
        self.video = video.clear(self.engine, replace(video.CAR, validity_days=0))
        self.serial = 0
        self.templates = {True: "sms:1"}
        found = self.engine.reviewed("sms_template", "sms:2", sms_template(content=LONG, name="新春礼遇"))
        assert found["state"] == "approved", found["reasons"]

    def settle(self) -> None:
        """Let everything of the past be told and settled."""
        self.engine.later(9 * DAY_MS)
        settlement.advance(self.engine.connection, self.engine.now_ms)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("settlement"))
    yield made
    made.engine.connection.close()


def bill(connection: Any, ref: str) -> list[dict[str, Any]]:
    names = ("id", "hour", "settled", "ref", "item", "quantity", "source", "package", "price", "amount")
    return [
        dict(zip(names, line, strict=True)) for line in settlement.lines(connection, 0, 10_000, ref)["items"]
    ]


def recount(engine: Inside, campaign: str, receipts: list[tuple[Any, ...]]) -> Counter[tuple[int, str]]:
    """Count what is charged from what is public: the acceptance log, the receipts, and what each phone got."""
    mine = {int(line["message"]) for line in acceptances(engine.folder, campaign)}
    found: Counter[tuple[int, str]] = Counter()
    told: set[tuple[int, str]] = set()
    for _, message, kind, status, _, at_ms in receipts:
        number = int(message)
        if number not in mine or status != "0" or kind not in ("sms", "shortchain"):
            continue
        if (number, kind) in told:
            continue
        told.add((number, kind))
        got = engine.acceptance.message(engine.connection, number)
        promotion = got["kind"] == "video" or "R" in got.get("sms_text", "R")
        send = send_item(promotion=promotion)
        hour = at_ms - at_ms % HOUR_MS
        if kind == "shortchain":
            found[hour, RESOLVE_OF[send].value] += 1
        elif got["kind"] == "video":
            found[hour, Item.VIDEO.value] += 1
        else:
            found[hour, send.value] += parts(sms_rules().template, count(got["sms_text"]))
    return found


def packages_of(connection: Any) -> list[Package]:
    return [
        Package(id_, PackageKind(kind), units, resolves, bought, expires)
        for id_, kind, units, resolves, bought, expires in connection.execute(
            "SELECT id, kind, units, resolves, bought_ms, expires_ms FROM package"
        )
    ]


def buy(engine: Inside, kind: PackageKind, size: int) -> None:
    made = prices.add_offer(
        engine.connection, {"kind": kind.value, "size": size, "price": YUAN}, engine.now_ms
    )
    order = packages.order(engine.connection, {"offer": made["offers"][-1]["id"], "count": 1}, engine.now_ms)
    packages.pay(engine.connection, order["id"], {"method": "online"}, engine.now_ms)


@pytest.mark.slow
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 10**6),
    kind=st.sampled_from(["smart", "long", "fallback", "video"]),
    size=st.integers(1, 60),
    rates=st.tuples(*[st.sampled_from([0.0, 0.3, 0.9, 1.0]) for _ in range(4)]),
    bought=st.lists(st.tuples(st.sampled_from([PackageKind.PROMOTION, PackageKind.VIDEO]), st.integers(1, 80)), max_size=2),
    price=st.none() | st.tuples(st.integers(0, 2 * YUAN), st.integers(0, YUAN)),
    wait=st.integers(0, 3 * HOUR_MS),
)  # fmt: skip
def test_settlement_equals_recount_and_keeps_to_the_forecast(
    desk: Desk, seed: int, kind: str, size: int, rates: Any, bought: Any, price: Any, wait: int
) -> None:
    engine, draw = desk.engine, random.Random(seed)
    delivered, resolved, late, twice = rates
    engine.settings = replace(
        EngineSettings(), seed=seed, delivered=delivered, resolved=resolved, out_of_order=late,
        duplicate_receipts=twice, video_silent=0.2, quiet_hours=False, receipt_delay_ms=draw.choice([50, 2_000, 600_000]),
    )  # fmt: skip
    for package, units in bought:
        buy(engine, package, units)
    if price is not None:
        for item, amount in zip((Item.PROMOTION_SEND, Item.PROMOTION_RESOLVE), price, strict=True):
            prices.set_price(engine.connection, {"item": item.value, "price": amount}, engine.now_ms)
    desk.serial += 1
    campaign = f"c-{desk.serial}"
    engine.now_ms += wait
    rows, now = recipients(draw, kind, size), engine.now_ms
    wanted = quantities(
        cards=sum(bool(row[2]) for row in rows if len(row) == 4),
        texts=sum(not row[2] for row in rows if len(row) == 4) if kind != "fallback" else 0,
        videos=size if kind == "video" else sum(not row[2] for row in rows) if kind == "fallback" else 0,
        sms_parts=2 if kind == "long" else 1,
        send=Item.PROMOTION_SEND,
        resolve=Item.PROMOTION_RESOLVE,
        shares=SURE,
    )
    foreseen = forecast(
        wanted,
        packages_of(engine.connection),
        prices.in_force(engine.connection, now - now % HOUR_MS),
        from_ms=now,
        until_ms=now + 8 * DAY_MS,
    )
    before = receipts.last_seq(engine.connection)
    engine.accept(f"k-{desk.serial}", body(desk, kind, campaign, rows))
    desk.settle()

    lines = bill(engine.connection, campaign)
    counted: Counter[tuple[int, str]] = Counter()
    for line in lines:
        counted[line["hour"], line["item"]] += line["quantity"]
    assert counted == recount(engine, campaign, engine.feed(before))
    charged = sum(line["amount"] for line in lines)
    assert foreseen.most is not None
    assert foreseen.ceiling is not None
    assert 0 <= charged <= foreseen.most <= foreseen.ceiling
    for part in foreseen.parts:
        assert sum(q for (_, item), q in counted.items() if item == part.item) <= part.most
    assert all(p.left >= 0 for p in packages_of(engine.connection))


def recipients(draw: random.Random, kind: str, size: int) -> list[list[Any]]:
    if kind == "video":
        return [video.row(video.CMCC + i) for i in range(size)]
    values = [
        {"1": draw.choice(["林", "欧阳晓月明", "尊贵的会员张三李四王五赵六钱七孙八"])} for _ in range(size)
    ]
    if kind == "smart":
        values = [{"1": "张三"}] * size
    params = {"p_1": "林晓", "p_2": "上海"}
    return [
        [13_800_000_000 + i, {"name": f"客户{i}", **params}, int(draw.random() < 0.7), values[i]]
        for i in range(size)
    ]


def body(desk: Desk, kind: str, campaign: str, rows: list[list[Any]]) -> dict[str, Any]:
    if kind == "video":
        return video.batch(desk.video, rows, campaign=campaign)
    more: dict[str, Any] = {"campaign": campaign, "recipients": rows}
    if kind == "long":
        more |= {"sms_template": "sms:2", "sms_text": LONG}
    if kind == "fallback":
        more |= {"fallback": "basic", "basic_template": desk.video}
    return batch(desk.card, 13_800_000_000, 1, **more)


# --- when, and once ------------------------------------------------------------------------------------------------


def sent(engine: Inside, count_: int = 20, resolved: float = 1.0) -> str:
    """Send smart messages to so many, everybody reached at once; return the campaign."""
    engine.settings = replace(
        EngineSettings(),
        delivered=1.0,
        resolved=resolved,
        quiet_hours=False,
        receipt_delay_ms=1,
        vendor_mix={"HUAWEI": 1.0},
    )
    tpl = engine.clear()
    engine.now_ms -= engine.now_ms % HOUR_MS  # on the hour
    engine.accept("k", batch(tpl, 13_800_000_000, count_))
    return "c-1"


def test_an_hour_is_settled_when_its_lag_is_over(inside: Inside) -> None:
    campaign = sent(inside)
    begun = inside.now_ms
    for at_ms, billed in ((0, 0), (HOUR_MS, 0), (2 * HOUR_MS - 1, 0), (2 * HOUR_MS, 40)):
        settlement.advance(inside.connection, begun + at_ms)
        assert sum(line["quantity"] for line in bill(inside.connection, campaign)) == billed
    # Asked again, and much later, nothing is billed twice.
    settlement.advance(inside.connection, begun + 2 * HOUR_MS)
    settlement.advance(inside.connection, begun + 90 * DAY_MS)
    assert sum(line["quantity"] for line in bill(inside.connection, campaign)) == 40
    assert [line["hour"] for line in bill(inside.connection, campaign)] == [begun] * 2


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM bill_line",
        "UPDATE bill_line SET amount = 0",
        "UPDATE price SET amount = 0",
        "DELETE FROM top_up",
    ],
)
def test_what_is_billed_cannot_be_changed(inside: Inside, statement: str) -> None:
    sent(inside)
    prices.set_price(inside.connection, {"item": "video", "price": 1}, inside.now_ms)
    inside.connection.execute("INSERT INTO top_up (amount, by, at_ms) VALUES (1, '', 1)")
    settlement.advance(inside.connection, inside.now_ms + DAY_MS)
    with pytest.raises(sqlite_module().IntegrityError, match="append-only"):
        inside.connection.execute(statement)


def test_what_fails_is_free(inside: Inside) -> None:
    inside.settings = replace(EngineSettings(), quiet_hours=False, delivered=0.0)
    inside.accept("k", batch(inside.clear(), 13_800_000_000, 30))
    settlement.advance(inside.connection, inside.now_ms + 9 * DAY_MS)
    assert bill(inside.connection, "c-1") == []


def test_a_package_first_then_the_balance_then_arrears(inside: Inside) -> None:
    prices.set_price(inside.connection, {"item": "promotion_resolve", "price": 1_000}, inside.now_ms)
    buy(inside, PackageKind.PROMOTION, 8)
    campaign = sent(inside)
    settlement.advance(inside.connection, inside.now_ms + DAY_MS)
    told = [
        (line["item"], line["source"], line["quantity"], line["amount"])
        for line in bill(inside.connection, campaign)
    ]
    assert told == [
        ("promotion_send", "package", 8, 0),
        ("promotion_send", "pay_per_use", 12, 12 * 17_700),
        ("promotion_resolve", "included", 8, 0),
        ("promotion_resolve", "pay_per_use", 12, 12_000),
    ]
    now = account.get(inside.connection)
    assert (now["balance"], now["state"]) == (-(12 * 17_700 + 12_000), "arrears")
    settlement.charge(inside.connection, -YUAN * 10)
    assert account.get(inside.connection)["state"] == "normal"


def test_a_price_nobody_knows_is_billed_as_unknown_and_not_charged(inside: Inside) -> None:
    settlement.advance(inside.connection, inside.now_ms)
    inside.connection.execute(
        "INSERT INTO sa_click (pub, kind, item, billed, message, at_ms) VALUES ('pub-1','menu','m',1,0,?),"
        "('pub-1','home','logo',0,0,?), ('pub-1','menu','m',1,0,?)",
        (inside.now_ms, inside.now_ms, inside.now_ms + HOUR_MS),
    )
    settlement.advance(inside.connection, inside.now_ms + DAY_MS)
    clicks = [(line["item"], line["quantity"], line["amount"]) for line in bill(inside.connection, "pub-1")]
    assert clicks == [("click", 1, 60_667), ("click", 1, 60_667)]

    inside.connection.execute(
        "INSERT INTO acceptance_chunk (campaign, key, at_ms) VALUES ('n-1', 'n-1', ?)", (inside.now_ms,)
    )
    batch_id = inside.connection.execute("SELECT max(id) FROM acceptance_chunk").fetchone()[0]
    hour = inside.now_ms - inside.now_ms % HOUR_MS + 40 * HOUR_MS
    inside.connection.execute("INSERT INTO batch_usage VALUES (?, ?, 'notice_send', 7)", (hour, batch_id))
    before = account.get(inside.connection)["balance"]
    settlement.advance(inside.connection, inside.now_ms + 9 * DAY_MS)
    (line,) = bill(inside.connection, "n-1")
    assert (line["quantity"], line["price"], line["amount"]) == (7, None, None)
    assert account.get(inside.connection)["balance"] == before


def test_the_balance_is_what_came_in_less_what_was_bought_and_charged(inside: Inside) -> None:
    from koodesk.engine.billing_api import top_up

    top_up(inside.connection, {"amount": 20_000 * YUAN, "by": "lin"}, inside.now_ms)
    order = packages.order(
        inside.connection, {"offer": "promotion-100k", "count": 1, "by": "lin"}, inside.now_ms
    )
    packages.pay(inside.connection, order["id"], {"method": "balance"}, inside.now_ms)
    sent(inside)
    settlement.advance(inside.connection, inside.now_ms + DAY_MS)
    charged = inside.connection.execute("SELECT coalesce(sum(amount), 0) FROM bill_line").fetchone()[0]
    assert account.get(inside.connection)["balance"] == 20_000 * YUAN - 17_700 * YUAN - charged
    assert charged == 0
    (held,) = packages.packages(inside.connection)["items"]
    assert held["units"] == 100_000 - 20


@pytest.mark.parametrize("hours", [0, 1, 2, 3, 26])
def test_a_card_opened_in_an_hour_that_is_settled_is_billed_late_in_that_hour(
    inside: Inside, hours: int
) -> None:
    """The desk counts by the hour of the receipt: a line of another hour would never meet it."""
    campaign = sent(inside, resolved=0.0)
    begun, numbers = inside.now_ms, range(3)
    first = min(int(line["message"]) for line in acceptances(inside.folder, campaign))
    inside.now_ms += hours * HOUR_MS + 60_000
    settlement.advance(inside.connection, inside.now_ms)
    for number in numbers:  # an hour later somebody writes down what happened two minutes after the arrival
        message = inside.acceptance.message(inside.connection, first + number)
        made = taps.tap(
            inside.connection, message, taps.Tap("exposed"), begun + 30_000, inside.now_ms, rule_pack()
        )
        assert len(made) == 2
        taps.tap(inside.connection, message, taps.Tap("exposed"), begun + 40_000, inside.now_ms, rule_pack())
    inside.now_ms += 9 * DAY_MS
    settlement.advance(inside.connection, inside.now_ms)
    told: Counter[tuple[int, str]] = Counter()
    for line in bill(inside.connection, campaign):
        told[line["hour"], line["item"]] += line["quantity"]
    assert told[begun, "promotion_resolve"] == 3
    assert told == recount(inside, campaign, inside.feed(0))


def test_the_content_of_the_contract_is_one_part() -> None:
    assert parts(sms_rules().template, count(CONTENT)) == 1
