# SPDX-License-Identifier: Apache-2.0
"""Orders and packages on the engine: paid once, proved where protected, over after a year, renewed while there is money."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from koodesk.domain.billing.money import LARGEST_PRICE, LARGEST_SUM, YUAN
from koodesk.engine import account, packages, prices, settlement
from koodesk.engine.billing_api import top_up
from koodesk.engine.errors import ApiError
from tests.engine.inside import DAY_MS, Inside

OFFER = "promotion-100k"


def order(inside: Inside, **given: Any) -> dict[str, Any]:
    return packages.order(
        inside.connection, {"offer": OFFER, "count": 1, "by": "lin", **given}, inside.now_ms
    )


def pay(inside: Inside, order_id: int, **given: Any) -> dict[str, Any]:
    return packages.pay(inside.connection, order_id, {"method": "online", **given}, inside.now_ms)


def held(inside: Inside) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = packages.packages(inside.connection)["items"]
    return found


def refused(call: Any) -> tuple[int, str]:
    with pytest.raises(ApiError) as failure:
        call()
    return failure.value.status, failure.value.code


def test_an_order_is_paid_once_and_lasts_a_year(inside: Inside) -> None:
    made = order(inside, count=3)
    assert (made["state"], made["amount"], made["by"]) == ("unpaid", 3 * 17_700 * YUAN, "lin")
    assert held(inside) == []
    paid = pay(inside, made["id"])
    assert pay(inside, made["id"]) == paid
    assert paid["state"] == "paid"
    assert [one["units"] for one in held(inside)] == [100_000] * 3
    bought, expires = held(inside)[0]["bought_ms"], held(inside)[0]["expires_ms"]
    then = datetime.fromtimestamp(bought / 1000, UTC) + timedelta(hours=8)
    assert datetime.fromtimestamp(expires / 1000, UTC) + timedelta(hours=8) == then.replace(
        year=then.year + 1
    )
    assert refused(lambda: packages.cancel(inside.connection, made["id"])) == (409, "KD.ORDER_CLOSED")


def test_the_29th_of_february_lasts_until_the_28th() -> None:
    at = int(datetime(2028, 2, 29, 12, tzinfo=UTC).timestamp() * 1000)
    assert packages.years_later(at, 1) == int(datetime(2029, 2, 28, 12, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"offer": "free-lunch"}, (404, "KD.OFFER_UNKNOWN")),
        ({"offer": 7}, (404, "KD.OFFER_UNKNOWN")),
        ({"count": 0}, (400, "KD.FIELD")),
        ({"count": -1}, (400, "KD.FIELD")),
        ({"count": 101}, (400, "KD.FIELD")),
        ({"count": True}, (400, "KD.FIELD")),
        ({"count": 1.5}, (400, "KD.FIELD")),
        ({"count": "1"}, (400, "KD.FIELD")),
        ({"by": "x" * 101}, (400, "KD.FIELD")),
    ],
)
def test_hostile_orders(inside: Inside, given: dict[str, Any], told: tuple[int, str]) -> None:
    assert refused(lambda: order(inside, **given)) == told
    assert packages.orders(inside.connection)["items"] == []


def test_a_hundred_is_the_most(inside: Inside) -> None:
    assert order(inside, count=100)["amount"] == 1_770_000 * YUAN


@pytest.mark.parametrize("state", ["retention", "frozen"])
def test_an_account_that_takes_nothing_buys_nothing(inside: Inside, state: str) -> None:
    made = order(inside)
    account.change(inside.connection, {"state": state})
    assert refused(lambda: order(inside))[0] == 403
    assert refused(lambda: pay(inside, made["id"]))[0] == 403
    assert held(inside) == []


def test_who_pays_proves_who_she_is(inside: Inside) -> None:
    account.change(inside.connection, {"protection": True})
    made = order(inside)
    for code in (None, "", "000000", 123456, ["1"]):  # none was sent yet
        assert pay(inside, made["id"], code=code)["refused"] == "KD.CODE_WRONG"
    code = packages.challenge(inside.connection, made["id"])["code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(packages.TRIES):
        assert pay(inside, made["id"], code=wrong)["refused"] == "KD.CODE_WRONG"
    assert pay(inside, made["id"], code=code)["refused"] == "KD.CODE_WRONG", "too many tries end a code"
    code = packages.challenge(inside.connection, made["id"])["code"]
    assert pay(inside, made["id"], code=code)["state"] == "paid"
    assert len(held(inside)) == 1
    assert refused(lambda: packages.challenge(inside.connection, made["id"])) == (409, "KD.ORDER_CLOSED")


def test_a_balance_pays_only_what_it_has(inside: Inside) -> None:
    made = order(inside)
    assert refused(lambda: pay(inside, made["id"], method="balance")) == (402, "KD.BALANCE_SHORT")
    top_up(inside.connection, {"amount": 17_700 * YUAN}, inside.now_ms)
    assert pay(inside, made["id"], method="balance")["method"] == "balance"
    assert account.get(inside.connection)["balance"] == 0
    assert refused(lambda: pay(inside, order(inside)["id"], method="promise")) == (400, "KD.FIELD")


@pytest.mark.parametrize("amount", [0, -1, LARGEST_SUM + 1, True, "5", 1.0, None])
def test_no_senseless_amount_is_paid_in(inside: Inside, amount: object) -> None:
    assert refused(lambda: top_up(inside.connection, {"amount": amount}, inside.now_ms)) == (400, "KD.FIELD")
    assert account.get(inside.connection)["balance"] == 0


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"item": "teleport", "price": 1}, "item"),
        ({"item": "video"}, "price"),
        ({"item": "video", "price": -1}, "price"),
        ({"item": "video", "price": LARGEST_PRICE + 1}, "price"),
        ({"item": "video", "price": 0.5}, "price"),
    ],
)
def test_hostile_prices(inside: Inside, given: dict[str, Any], where: str) -> None:
    with pytest.raises(ApiError) as failure:
        prices.set_price(inside.connection, given, inside.now_ms)
    assert failure.value.params["where"] == where


def test_a_price_of_the_contract_stands_above_the_books(inside: Inside) -> None:
    before = {one["item"]: one for one in prices.listed(inside.connection, inside.now_ms)["items"]}
    assert (before["notice_send"]["price"], before["notice_send"]["confidence"]) == (None, "unknown")
    for price in (5_000, 4_500):
        prices.set_price(
            inside.connection, {"item": "notice_send", "price": price, "by": "lin"}, inside.now_ms
        )
    after = {one["item"]: one for one in prices.listed(inside.connection, inside.now_ms)["items"]}
    told = after["notice_send"]
    assert (told["price"], told["confidence"], told["by"]) == (4_500, "contract", "lin")
    # An hour that was over before keeps the price it had.
    assert "notice_send" not in {
        item.value for item in prices.in_force(inside.connection, inside.now_ms - DAY_MS)
    }


def test_a_package_is_renewed_while_there_is_money(inside: Inside) -> None:
    pay(inside, order(inside)["id"])
    (first,) = held(inside)
    packages.set_renewal(inside.connection, first["id"], {"renew": True})
    top_up(inside.connection, {"amount": 20_000 * YUAN}, inside.now_ms)
    settlement.advance(inside.connection, first["expires_ms"] - 1)
    assert len(held(inside)) == 1
    settlement.advance(inside.connection, first["expires_ms"])
    second, first = held(inside)
    assert (first["renewal"], second["bought_ms"], second["renew"]) == ("done", first["expires_ms"], 1)
    assert account.get(inside.connection)["balance"] == 2_300 * YUAN
    # The next time the balance is too small: it lapses, and is not tried again.
    top_up(inside.connection, {"amount": YUAN}, inside.now_ms)
    settlement.advance(inside.connection, second["expires_ms"] + DAY_MS)
    settlement.advance(inside.connection, second["expires_ms"] + 9 * DAY_MS)
    assert [one["renewal"] for one in held(inside)] == ["failed", "done"]
    assert account.get(inside.connection)["balance"] == 2_301 * YUAN
    assert refused(lambda: packages.set_renewal(inside.connection, second["id"], {"renew": True})) == (
        404,
        "KD.PACKAGE_UNKNOWN",
    )


def test_a_package_nobody_renews_is_over(inside: Inside) -> None:
    pay(inside, order(inside)["id"])
    settlement.advance(inside.connection, inside.now_ms + 400 * DAY_MS)
    (only,) = held(inside)
    assert (only["renewal"], only["units"]) == ("", 100_000)
