# SPDX-License-Identifier: Apache-2.0
"""The settlement report: the real ledger beside a bill, equal to the row, or the difference with who is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from koodesk import paths
from koodesk.backend.bootstrap import access_rules
from koodesk.backend.operations.bills import Bills
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.storage.stores.bill_counts import SqlBillCounts
from koodesk.domain.billing.items import Item
from koodesk.domain.billing.records import BillBy, BillLine, BillPage
from koodesk.domain.billing.settle import HOUR_MS, Source
from koodesk.domain.sms_rules import read_sms_rules
from tests.backend.sending.workshop import FIRST_NUMBER, Workshop, add_audience, open_workshop

SMS = read_sms_rules((paths.resources() / "rules" / "sms.toml").read_text("utf-8")).template
CHARGES = (("promotion_send", 2), ("promotion_resolve", 1))
PRICES = (("promotion_send", 17_700), ("promotion_resolve", 0))
HOUR = 495_000 * HOUR_MS


class Till:
    """A gateway whose bill is given, in pages of two."""

    def __init__(self, lines: list[BillLine], settled_ms: int) -> None:
        self.lines, self.settled_ms = lines, settled_ms

    def bill(self, after: int, limit: int, ref: str = "") -> BillPage:
        del ref
        rest = [line for line in self.lines if line.id > after][:limit]
        return BillPage(tuple(rest), rest[-1].id if rest else after, self.settled_ms)


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    opened = open_workshop(tmp_path)
    yield opened
    opened.database.close()


def sent(workshop: Workshop, arrived: int = 6, shown: int = 4) -> int:
    """Send to ten; so many arrive in the first hour, so many cards are shown in the second."""
    campaign = workshop.confirm(10, charges=CHARGES, prices=PRICES)
    workshop.run(campaign)
    told = [
        Receipt(n, f"u1-000000:{FIRST_NUMBER + n}", "sms", "0", "DELIVRD", HOUR + n) for n in range(arrived)
    ]
    told += [
        Receipt(100 + n, f"u1-000000:{FIRST_NUMBER + n}", "shortchain", "0", "", HOUR + HOUR_MS + n)
        for n in range(shown)
    ]
    assert workshop.ledger.take("scripted", told, 1) == arrived + shown
    return campaign


def line(
    number: int, item: Item, quantity: int, hour: int = HOUR, ref: str = "u1", **changes: object
) -> BillLine:
    made = BillLine(number, hour, hour, ref, item, quantity, Source.PAY_PER_USE, 0, 17_700, quantity * 17_700)
    return replace(made, **changes)  # type: ignore[arg-type]  # the tests name fields of BillLine


def bills(workshop: Workshop, lines: list[BillLine], settled_ms: int = HOUR + 9 * HOUR_MS) -> Bills:
    rules = access_rules()
    till: Any = Till(lines, settled_ms)  # the part of the till that bills use
    return Bills(Access(rules, rules.local_owner()), till, SqlBillCounts(workshop.database), SMS)


GOOD = [line(1, Item.PROMOTION_SEND, 12), line(2, Item.PROMOTION_RESOLVE, 4, HOUR + HOUR_MS, amount=0)]


def test_a_bill_that_is_what_was_sent(workshop: Workshop) -> None:
    sent(workshop)
    report = bills(workshop, GOOD).settlement()
    told = [(row.item, row.ledger, row.billed, row.unsettled, row.agrees) for row in report.rows]
    assert told == [
        (Item.PROMOTION_SEND, 12, 12, 0, True),
        (Item.PROMOTION_RESOLVE, 4, 4, 0, True),
    ]
    assert [row.amount for row in report.rows] == [12 * 17_700, 0]
    assert report.elsewhere == ()


def test_a_plain_sms_counts_the_parts_each_message_had(workshop: Workshop) -> None:
    add_audience(workshop.database, 10)
    with workshop.database.write() as connection:  # 66 characters, and every third one has 84
        connection.exec_driver_sql(
            "UPDATE audience_row SET params = CASE row_no % 3 WHEN 0 THEN json_object('1', ?) ELSE json_object('1', ?) END",
            ("张" * 20, "张三"),
        )
        connection.exec_driver_sql("UPDATE audience SET params = '[\"1\"]'")
    campaign = workshop.confirm(
        10,
        audience=False,
        kind="plain",
        params=("1",),
        sms_text="尊敬的${1}，" + "字" * 45 + "${2}拒收请回复R",
        sms_values=(("2", "A1"),),
        signature="云杉商城",
        charges=(("notice_send", 2),),
        prices=(("notice_send", 17_700),),
    )
    workshop.run(campaign)
    told = [Receipt(n, f"u1-000000:{FIRST_NUMBER + n}", "sms", "0", "DELIVRD", HOUR + n) for n in range(6)]
    assert workshop.ledger.take("scripted", told, 1) == 6
    (row,) = bills(workshop, [line(1, Item.NOTICE_SEND, 8)]).settlement().rows
    assert (row.item, row.ledger, row.billed, row.agrees) == (Item.NOTICE_SEND, 8, 8, True)


def test_what_is_not_due_yet_is_no_difference(workshop: Workshop) -> None:
    sent(workshop)
    report = bills(workshop, GOOD[:1], HOUR + HOUR_MS).settlement()
    told = [(row.ledger, row.billed, row.unsettled, row.agrees) for row in report.rows]
    assert told == [(12, 12, 0, True), (0, 0, 4, True)]


@pytest.mark.parametrize(
    ("lines", "differences"),
    [
        ([replace(GOOD[0], quantity=14), GOOD[1]], [(HOUR, 12, 14)]),
        ([GOOD[1]], [(HOUR, 12, 0)]),
        ([replace(GOOD[0], hour_ms=HOUR + HOUR_MS), GOOD[1]], [(HOUR, 12, 0), (HOUR + HOUR_MS, 0, 12)]),
        ([*GOOD, line(3, Item.VIDEO, 1)], [(HOUR, 0, 1)]),
    ],
)
def test_every_hour_that_differs_is_named(
    workshop: Workshop, lines: list[BillLine], differences: list[tuple[int, int, int]]
) -> None:
    sent(workshop)
    report = bills(workshop, lines).settlement()
    found = [(one.hour_ms, one.ledger, one.billed) for row in report.rows for one in row.differences]
    assert found == differences


def test_who_is_behind_a_difference(workshop: Workshop) -> None:
    campaign = sent(workshop)
    parts = bills(workshop, GOOD)
    behind = parts.behind(campaign, Item.PROMOTION_SEND, HOUR)
    assert [row.what for row in behind] == ["counted"] * 6 + ["waiting"] * 4
    assert all("****" in row.number for row in behind), "numbers are masked"
    shown = parts.behind(campaign, Item.PROMOTION_RESOLVE, HOUR + HOUR_MS)
    assert [row.what for row in shown] == ["counted"] * 4 + ["waiting"] * 6
    assert parts.behind(campaign, Item.VIDEO, HOUR) == ()


def test_a_receipt_told_twice_or_of_a_failure_counts_for_nothing_more(workshop: Workshop) -> None:
    sent(workshop)
    again = [
        Receipt(0, f"u1-000000:{FIRST_NUMBER}", "sms", "0", "DELIVRD", HOUR),
        Receipt(50, f"u1-000000:{FIRST_NUMBER + 8}", "sms", "1", "KD.SIM.SWITCHED_OFF", HOUR + 5),
    ]
    workshop.ledger.take("scripted", again, 2)
    assert all(row.agrees for row in bills(workshop, GOOD).settlement().rows)


def test_what_no_campaign_of_this_desk_is_behind(workshop: Workshop) -> None:
    sent(workshop)
    report = bills(
        workshop,
        [*GOOD, line(3, Item.CLICK, 5, ref="pub-1"), line(4, Item.PLUS_RESOLVE, 2, ref="resolve:7")],
    ).settlement()
    assert [(row.key, row.quantity) for row in report.elsewhere] == [("pub-1", 5), ("resolve:7", 2)]
    assert all(row.agrees for row in report.rows)


def test_clicks_are_told_once_a_name(workshop: Workshop) -> None:
    """An account and the shortcuts of its signature are called alike; two shortcuts of one signature are one line."""
    sent(workshop)
    with workshop.database.write() as connection:
        for id_, kind in ((3, "pub"), (5, "sa_shortcut"), (6, "sa_shortcut")):
            connection.exec_driver_sql(
                "INSERT INTO sa_record (id, kind, account_id, revision, title, content, pending, live, submitted_digest, "
                "approval, life, effect_ms, freezes, freeze_reason, urged_ms, created_ms, saved_ms) "
                "VALUES (?, ?, 0, 1, '雅居', '', '', '', '', '', '', 0, 0, '', 0, 0, 0)",
                (id_, kind),
            )
    clicks = [line(10 + ref, Item.CLICK, ref, ref=str(ref)) for ref in (3, 5, 6, 9)]
    found = bills(workshop, [*GOOD, *clicks])
    told = [(row.kind, row.name, row.quantity) for row in found.settlement().elsewhere]
    assert told == [("pub", "雅居", 3), ("sa_shortcut", "雅居", 11), ("", "9", 9)]
    names = {row.name for row in found.bill(BillBy.CAMPAIGN).rows}
    assert {"雅居", "【雅居】", "9"} <= names


@pytest.mark.both_databases
def test_the_bill_is_grouped_three_ways_with_one_sum(workshop: Workshop) -> None:
    sent(workshop)
    lines = [
        *GOOD,
        line(3, Item.NOTICE_SEND, 5, HOUR + 30 * HOUR_MS, ref="n-1", price=None, amount=None),
        line(4, Item.PROMOTION_SEND, 3, source=Source.PACKAGE, package=1, price=0, amount=0),
    ]
    part = bills(workshop, lines)
    for by, keys in (
        (BillBy.DAY, 2),
        (BillBy.ITEM, 3),
        (BillBy.CAMPAIGN, 2),
    ):
        bill = part.bill(by)
        assert len(bill.rows) == keys
        assert sum(row.quantity for row in bill.rows) == bill.total.quantity == 24
        assert (bill.total.packaged, bill.total.unknown, bill.total.amount) == (3, 5, 12 * 17_700)
    assert [row.name for row in part.bill(BillBy.CAMPAIGN).rows] == ["n-1", "spring"]


def test_a_price_that_was_not_known_is_no_amount(workshop: Workshop) -> None:
    sent(workshop)
    lines = [replace(GOOD[0], price=None, amount=None), GOOD[1]]
    assert [row.amount for row in bills(workshop, lines).settlement().rows] == [None, 0]


def test_more_lines_than_a_page(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(workshop)
    monkeypatch.setattr("koodesk.backend.operations.bills.PAGE", 2)
    lines = [line(n, Item.PROMOTION_SEND, 1, HOUR + n * HOUR_MS) for n in range(1, 8)]
    assert bills(workshop, lines).bill().total.quantity == 7
