# SPDX-License-Identifier: Apache-2.0
"""A workspace that is not opened begins with opening the service (figure 2-2), and is never asked again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]


def test_it_is_opened_once_by_a_verified_enterprise(windows: Windows, tmp_path: Path) -> None:
    from koodesk.domain.account import AccountState

    folder = tmp_path / "ws"
    robot = windows.open(folder)
    robot.wait(lambda: robot.window.current_id == "account", "the service is to be opened first")
    robot.settle()

    def ask(work: Any) -> Any:
        answers: list[Any] = []
        robot.window.desk.bridge.call(
            robot.window, lambda service, _task: work(service), answers.append, answers.append
        )
        robot.wait(lambda: bool(answers), "the service answers")
        return answers[0]

    # Before it is opened nothing is taken, and the refusal says what to do.
    refused = ask(lambda service: service.sms.add_app("yunshan"))
    assert [problem.code for problem in refused] == ["account.not_opened"]
    assert "开通服务" in robot.window.desk.say(refused)

    ask(lambda service: service.account.change(verified=False))
    page = cast(Any, robot.go("account"))
    assert not page.agree.isEnabled()
    robot.click("verify-enterprise")
    sheet = robot.sheet()
    robot.fill(_line_edit(sheet), "云杉商城（示例）有限公司")
    robot.accept(sheet)
    page = cast(Any, robot.page)
    assert page.agree.isEnabled()
    assert not page.open_button.isEnabled(), "without the tick nothing is opened"
    page.agree.setChecked(True)
    robot.click(page.open_button)
    robot.wait(lambda: robot.window.current_id == "overview", "the overview follows")
    robot.settle()
    assert not robot.page.opening.isVisible()  # type: ignore[attr-defined]  # the overview's own
    account = ask(lambda service: service.account.get())
    assert (account.opened, account.enterprise) == (True, "云杉商城（示例）有限公司")
    # What could not be handed in is handed in now.
    assert ask(lambda service: service.reviews.sync()).handed_in == 1

    ask(lambda service: service.account.change(state=AccountState.FROZEN))
    assert [p.code for p in ask(lambda service: service.sms.add_app("again"))] == ["account.frozen"]
    robot.go("account")
    assert robot.window.current_id == "account"
    robot.go("overview")
    windows.close(robot)

    again = windows.open(folder)
    again.settle()
    assert again.window.current_id == "overview"


def _line_edit(sheet: Any) -> Any:
    from PySide6.QtWidgets import QLineEdit

    return sheet.findChild(QLineEdit)
