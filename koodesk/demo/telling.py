# SPDX-License-Identifier: Apache-2.0
"""What every story has in common: it asks the service, lets reviewers decide, runs the engine's clock, and watches a send."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final, cast

from koodesk.backend.service import Service
from koodesk.demo.robot import PATIENCE, Robot, Stuck
from koodesk.domain.billing.items import PackageKind
from koodesk.domain.problem import Problem
from koodesk.ui.pages.review import ReviewPage
from koodesk.ui.pages.send.confirm_sheet import ConfirmSheet
from koodesk.ui.widgets.forms import Form

BEIJING: Final = timezone(timedelta(hours=8))
HOUR: Final = 3600
DAY: Final = 24 * HOUR
LOOK_MS: Final = 250
"""How often to look at a send: seldom enough not to slow what is looked at."""
SAME: Final = 6
"""Receipts have come when the funnel stood still so many looks: longer than the worker's own pause between looks."""


@dataclass(slots=True)
class Plan:
    """How to play: where files go, how many recipients, the seed of everything random."""

    folder: Path
    recipients: int
    seed: int


class Telling:
    """One telling of a journey in a window. `said` is called with a line for each step; `campaign_id` is what was sent."""

    def __init__(self, robot: Robot, plan: Plan, said: Callable[[str], None] = lambda _line: None) -> None:
        self.robot = robot
        self.plan = plan
        self._said = said
        self.campaign_id = 0

    def steps(self) -> tuple[Callable[[], None], ...]:
        """Return the steps in order; the first line of each one's docstring says what it does."""
        raise NotImplementedError

    def play(self) -> None:
        """Play every step in order."""
        for step in self.steps():
            began = time.monotonic()
            step()
            self._said(f"{str(step.__doc__).split('.')[0]} ({time.monotonic() - began:.1f} s)")

    def ask(self, work: Callable[[Service], Any], seconds: float = PATIENCE) -> Any:
        """Ask the service something the window does not show, the way a page would. Raises Stuck when it refuses."""
        answers: list[Any] = []
        refusals: list[tuple[Problem, ...]] = []
        self.robot.window.desk.bridge.call(
            self.robot.window, lambda service, _task: work(service), answers.append, refusals.append
        )
        self.robot.wait(lambda: bool(answers or refusals), "the service answers", seconds)
        if refusals:
            raise Stuck(self.robot.window.desk.say(refusals[0]))
        return answers[0]

    def open_service(self) -> None:
        """Open the service: agree to both statements, once."""
        robot = self.robot
        robot.wait(
            lambda: self.ask(lambda service: service.engine.ensure_running()) is not None, "the engine runs"
        )
        page = cast(Any, robot.go("account"))
        page.agree.setChecked(True)
        robot.shot("open-service")
        robot.click(page.open_button)
        robot.wait(lambda: robot.window.current_id == "overview", "the service is opened")
        robot.settle()

    package_kind = PackageKind.PROMOTION
    """The package a story buys."""

    def buy_package(self) -> None:
        """Buy a package: choose it, order it, pay for it."""
        robot = self.robot
        robot.click("buy-package")
        robot.settle()
        page = cast(Any, robot.page)
        page.kind.choose(self.package_kind)
        robot.settle()
        robot.shot("buy-package")
        robot.click(page.to_order)
        robot.settle()
        robot.shot("order")
        robot.click("confirm-pay")
        robot.settle()
        robot.shot("paid")

    def read_bill(self) -> None:
        """Read the bill, and see that it is what was sent."""
        robot = self.robot
        robot.go("bills")
        robot.settle()
        robot.shot("bills")
        settlement = self.ask(lambda service: service.bills.settlement())
        if not settlement.rows or not all(row.agrees for row in settlement.rows):
            raise Stuck(f"ledger and bill do not agree: {settlement.rows}")

    def until_decided(self) -> None:
        """Run the engine's clock forward until nothing waits for a reviewer."""
        page = cast(ReviewPage, self.robot.go("review"))
        for _ in range(60):
            if not page.next_due.isEnabled():
                break
            self.robot.click(page.next_due)
            self.robot.settle()

    @staticmethod
    def fields(sheet: Any) -> dict[str, Any]:
        """Return all fields of the forms on a sheet by their names."""
        found: dict[str, Any] = {}
        for form in sheet.findChildren(Form):
            found.update(form.fields)
        return found

    def wake_at(self, hour: int) -> None:
        """Run the engine's clock forward to the next such hour of a Beijing day, when promotion may be sent."""
        now_ms = int(self.ask(lambda service: service.engine.status().now_ms))
        now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(BEIJING)
        then = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        if then <= now:
            then += timedelta(days=1)
        seconds = int((then - now).total_seconds()) + 1
        self.forward(seconds)

    def forward(self, seconds: int) -> None:
        """Run the engine's clock forward."""
        self.ask(lambda service: service.engine.forward(seconds))
        self.robot.window.status.poll()  # it asks every other second by itself, and a picture may come before

    def receipts_settle(self) -> None:
        """Wait until no more receipts come."""
        seen: list[Any] = []

        def quiet() -> bool:
            seen.append(self.ask(lambda service: service.campaigns.funnel(self.campaign_id)).total)
            return len(seen) >= SAME and seen[-SAME:] == seen[-1:] * SAME

        self.robot.wait(quiet, "receipts have come", 900, LOOK_MS)

    def confirm(self, send_button: Any) -> None:
        """Ask for the send, confirm it, and note what was begun."""
        robot = self.robot
        robot.click(send_button)
        sheet = cast(ConfirmSheet, robot.sheet())
        robot.shot("confirm")
        robot.accept(sheet)
        robot.wait(lambda: robot.window.current_id == "campaigns", "the send task shows")
        self.campaign_id = int(self.ask(lambda service: service.campaigns.list()[0].id))

    def read_task(self) -> None:
        """Read the send task and its details."""
        for page, picture in (("campaigns", "campaign"), ("details", "details")):
            self.robot.go(page, campaign_id=self.campaign_id)
            self.robot.settle()
            self.robot.shot(picture)

    def watch(self) -> None:
        """Watch it to its end, and let two days of receipts come."""
        robot = self.robot
        state = {"now": ""}
        picture = {"taken": False}

        def over() -> bool:
            row = self.ask(lambda service: service.campaigns.get(self.campaign_id))
            state["now"] = row.state
            if not picture["taken"] and row.accepted * 3 > row.to_send:
                picture["taken"] = True
                robot.shot("sending")
            return row.state in ("finished", "stopped", "needs_decision")

        robot.wait(over, "the campaign ends", 1800, LOOK_MS)
        for hours in (2, 22, 49):
            self.forward(hours * HOUR)
            self.receipts_settle()
