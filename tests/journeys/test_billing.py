# SPDX-License-Identifier: Apache-2.0
"""Buying a package step by step as in the guide, a send that its budget stops, and a bill that is what was sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]

RECIPIENTS = 120


def test_from_a_package_to_a_bill_that_agrees(windows: Windows, sample: Path, tmp_path: Path) -> None:
    from koodesk.demo import files
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan
    from koodesk.domain.billing.items import PackageKind
    from koodesk.domain.recipient import ConsentKind

    robot = windows.open(sample)
    story = RedPacketStory(robot, Plan(tmp_path / "files", RECIPIENTS, seed=7))
    ask = story.ask
    ask(lambda service: service.engine.ensure_running())
    ask(lambda service: service.account.change(protection=True))

    # 1-3: the overview leads to the form; kind, package and quantity make the price.
    robot.go("overview")
    robot.wait(cast(Any, robot.page).balances.isVisible, "the balances are shown")
    robot.click("buy-package")
    robot.settle()
    page = cast(Any, robot.page)
    page.kind.choose(PackageKind.NOTICE)
    assert not page.to_order.isEnabled(), "nobody publishes that price"
    page.kind.choose(PackageKind.PROMOTION)
    page.count.setValue(2)
    assert page.cost.text() == "35,400.00 元"
    page.count.setValue(1)
    # 4-6: the order, the way to pay, the identity check, success.
    robot.click("to-order")
    robot.settle()
    robot.click("confirm-pay")
    sheet = cast(Any, robot.sheet())
    sheet.code.setText("000000x")
    robot.click(sheet.accept_button)
    robot.settle()
    assert robot.open_sheets(), "a wrong code pays for nothing"
    assert ask(lambda service: service.packages.held()).packages == ()
    robot.click("get-code", sheet)
    robot.settle()
    sheet.code.setText(sheet.told.text()[-6:])
    robot.accept(sheet)
    (package,) = ask(lambda service: service.packages.held()).packages
    assert (package.left, package.kind) == (100_000, PackageKind.PROMOTION)
    robot.go("packages")
    assert len(cast(Any, robot.page).listing.model.rows) == 1

    # A send whose budget does not reach to its end.
    story.wake_at(10)
    card = ask(lambda service: service.cards.list()[0])
    page = cast(Any, robot.go("send", card_id=card.id))
    robot.fill(page.name, "新春红包")
    page.audience.fallbacks.button(1).click()
    path = tmp_path / "numbers.xlsx"
    files.numbers(path, tuple(page.audience.card.params), RECIPIENTS, 7)
    page.audience.picker.set_path(str(path))
    robot.wait(lambda: page.audience.audience is not None, "the numbers are checked", 300)
    page.audience.consent_kind.choose(ConsentKind.SIGN_UP)
    robot.fill(page.audience.consent, "2026 年会员注册协议")
    robot.fill(page.budget, "abc")
    robot.click("send")
    robot.settle()
    assert not robot.open_sheets(), "what is no amount is no budget"
    robot.fill(page.budget, "10")
    robot.wait(lambda: "最多 0.00 元" in page.cost.text(), "the form says what it would cost")
    robot.click("send")
    sheet = cast(Any, robot.sheet())
    forecast = sheet._confirmation.forecast
    assert (forecast.most, forecast.ceiling) == (0, RECIPIENTS * 17_700)
    assert "最多 0.00 元" in sheet.cost.sum.text()
    robot.accept(sheet)
    robot.wait(lambda: robot.window.current_id == "campaigns", "the task shows")
    number = ask(lambda service: service.campaigns.list()[0].id)
    ask(lambda service: service.engine.ensure_worker())
    robot.wait(
        lambda: ask(lambda s: s.campaigns.get(number)).state == "paused", "the budget stops it", 120, 250
    )
    row, stand = ask(lambda s: (s.campaigns.get(number), s.campaigns.budget(number)))
    assert row.reason == "budget"
    assert 0 < row.accepted < RECIPIENTS
    assert stand.committed <= stand.amount == 10 * 100_000
    refused = ask_refused(robot, lambda service: service.campaigns.resume(number))
    assert refused == ["campaign.budget.reached"]
    robot.go("campaigns", campaign_id=number)
    robot.click("raise-budget")
    sheet = cast(Any, robot.sheet())
    robot.fill(sheet.amount, "100")
    robot.accept(sheet)
    robot.wait(lambda: ask(lambda s: s.campaigns.get(number)).state == "finished", "it goes on", 120, 250)

    # Two days later everything is settled: ledger and bill agree in every hour.
    story.campaign_id = number
    for hours in (2, 22, 49):
        story.forward(hours * 3600)
        story.receipts_settle()

    def agree() -> bool:
        return [row.agrees for row in ask(lambda service: service.bills.settlement()).rows] == [True, True]

    robot.wait(agree, "ledger and bill agree", step_ms=250)  # a busy worker fetches receipts late
    settlement = ask(lambda service: service.bills.settlement())
    total = ask(lambda service: service.campaigns.funnel(number)).total
    assert [row.billed for row in settlement.rows] == [total.delivered, total.resolved]
    assert all(row.unsettled == 0 and row.amount == 0 for row in settlement.rows)
    (package,) = ask(lambda service: service.packages.held()).packages
    assert package.left == 100_000 - total.delivered
    page = cast(Any, robot.go("bills"))
    assert page.verdict.accessibleName() == "全部一致"


def ask_refused(robot: Any, work: Any) -> list[str]:
    found: list[Any] = []
    robot.window.desk.bridge.call(
        robot.window, lambda service, _task: work(service), found.append, found.append
    )
    robot.wait(lambda: bool(found), "the service answers")
    return [problem.code for problem in found[0]]
