# SPDX-License-Identifier: Apache-2.0
"""Buying at the desk: what is checked before the platform is asked, and by whom, over the real wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.domain.account import AccountState
from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.price_book import Confidence
from koodesk.domain.billing.records import BillBy, OrderState, PayBy
from koodesk.domain.problem import Refused

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with open_service(Workspace(tmp_path_factory.mktemp("till") / "ws")) as service:
        service.engine.ensure_running()
        service.account.open(agreed=True)
        try:
            yield service
        finally:
            service.engine.stop()


def codes(call: object) -> list[str]:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]  # the tests give lambdas
    return [problem.code for problem in refused.value.problems]


def test_from_an_offer_to_a_package(service: Service) -> None:
    service.account.change(protection=True)
    order = service.packages.order("promotion-100k", 2)
    assert (order.state, order.amount) == (OrderState.UNPAID, 2 * 17_700 * 100_000)
    assert codes(lambda: service.packages.pay(order.id, PayBy.ONLINE)) == ["billing.code_missing"]
    assert codes(lambda: service.packages.pay(order.id, PayBy.ONLINE, "nonsense")) == ["billing.code_wrong"]
    assert codes(lambda: service.packages.pay(order.id, PayBy.BALANCE, "1")) == ["billing.balance_short"]
    code = service.packages.challenge(order.id)
    paid = service.packages.pay(order.id, PayBy.ONLINE, code)
    assert service.packages.pay(order.id, PayBy.ONLINE) == paid
    held = service.packages.held()
    assert [one.left for one in held.packages] == [100_000, 100_000]
    left = {one.kind: (one.left, one.bought) for one in held.balances}
    assert left[PackageKind.PROMOTION] == (200_000, 2)
    assert left[PackageKind.VIDEO] == (0, 0)
    rows = service.packages.set_renewal(held.packages[0].id, renew=True)
    assert [row.renew for row in rows] == [True, False]
    service.account.change(protection=False)


@pytest.mark.parametrize("count", [0, 101, -5])
def test_quantities_out_of_range(service: Service, count: int) -> None:
    assert codes(lambda: service.packages.order("promotion-100k", count)) == ["billing.count"]


def test_what_is_not_there(service: Service) -> None:
    assert codes(lambda: service.packages.order("free", 1)) == ["billing.offer_unknown"]
    assert codes(lambda: service.packages.pay(999, PayBy.ONLINE)) == ["billing.order_unknown"]


def test_prices_and_packages_of_a_contract(service: Service) -> None:
    told = service.packages.set_price(Item.NOTICE_SEND, "0.045")
    assert told.items[Item.NOTICE_SEND].price == 4_500
    assert told.items[Item.NOTICE_SEND].confidence is Confidence.CONTRACT
    offers = service.packages.add_offer(PackageKind.NOTICE, 50_000, "2,250").offers
    assert (offers[-1].size, offers[-1].price, offers[-1].confidence) == (
        50_000,
        2_250 * 100_000,
        Confidence.CONTRACT,
    )
    order = service.packages.order(offers[-1].id, 1)
    assert service.packages.cancel(order.id).state is OrderState.CANCELLED
    assert codes(lambda: service.packages.set_price(Item.VIDEO, "1000.00001")) == ["money.too_large"]
    assert codes(lambda: service.packages.set_price(Item.VIDEO, "-1")) == ["money.unreadable"]
    assert codes(lambda: service.packages.add_offer(PackageKind.VIDEO, 0, "1")) == ["billing.size"]
    assert codes(lambda: service.packages.add_offer(PackageKind.VIDEO, 1, "0")) == ["billing.nothing"]


def test_money_paid_in_ends_the_arrears(service: Service) -> None:
    service.account.change(state=AccountState.ARREARS)
    account = service.packages.top_up("0.01")
    assert (account.balance, account.state) == (1_000, AccountState.NORMAL)
    assert codes(lambda: service.packages.top_up("0")) == ["billing.nothing"]
    assert codes(lambda: service.packages.top_up("100000000.1")) == ["money.too_large"]


def test_a_bill_of_nothing_is_empty_and_is_exported(service: Service, tmp_path: Path) -> None:
    for by in BillBy:
        bill = service.bills.bill(by)
        assert (bill.rows, bill.total.quantity, bill.total.amount) == ((), 0, 0)
    job = service.exports.start("bill", tmp_path / "bill.csv", {"by": "day"})
    assert (service.exports.wait(job.id).state, service.exports.get(job.id).rows) == ("finished", 0)
    assert "sum" in (tmp_path / "bill.csv").read_text("utf-8-sig")
    assert service.bills.settlement().rows == ()
