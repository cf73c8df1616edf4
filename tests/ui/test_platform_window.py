# SPDX-License-Identifier: Apache-2.0
"""The mark of the platform on every page, the switch, the form of the key, and pages that only the local engine fills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.workspace import Workspace
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Refused, problem

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.main_window import MainWindow
    from koodesk.ui.pages.settings import SettingsPage

pytestmark = pytest.mark.gui

STRIP = "真实云平台：发送会到达真实手机，并按合同计费"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """An access key of no worth, of an address where nobody is."""
    monkeypatch.setenv("KOODESK_CLOUD_AK", "AK1")
    monkeypatch.setenv("KOODESK_CLOUD_SK", "SK1")
    monkeypatch.setenv("KOODESK_CLOUD_ENDPOINT", "http://127.0.0.1:9")


@pytest.fixture
def cloudy(look: None, key: None, tmp_path: Path) -> Iterator[Robot]:
    """A window on a workspace that speaks to the real cloud."""
    from tests.journeys.windows import Windows

    with open_service(Workspace(tmp_path / "ws")) as service:
        service.platform.switch(Platform.CLOUD)
    windows = Windows()
    robot = windows.open(tmp_path / "ws", processes=False)
    known(robot, Platform.CLOUD)
    yield robot
    windows.end()


def known(robot: Robot, chosen: Platform) -> None:
    """Let the window ask which platform it is."""
    robot.window.status.poll()
    robot.settle()
    assert robot.window.desk.platform_chosen is chosen


def strip(robot: Robot) -> Any:
    from koodesk.ui.platform_mark import PlatformStrip

    found = robot.window.findChild(PlatformStrip)
    assert found is not None
    return found


def sheet(robot: Robot) -> Any:
    from koodesk.ui.platform_sheet import PlatformSheet

    found = robot.window.findChild(PlatformSheet)
    assert found is not None
    return found


def test_on_the_local_engine_the_mark_is_green_and_nothing_lies_over_the_page(robot: Robot) -> None:
    from PySide6.QtWidgets import QToolButton

    known(robot, Platform.LOCAL)
    mark = robot.find(QToolButton, "platform")
    assert (mark.text(), mark.property("platform")) == ("本地引擎", "local")
    assert not strip(robot).isVisible()


def test_on_the_real_cloud_no_page_is_without_its_mark(cloudy: Robot) -> None:
    from PySide6.QtWidgets import QPushButton, QToolButton

    from koodesk.ui.local_only import LOCAL_ONLY, LocalOnlyPage
    from koodesk.ui.navigation import AREAS

    for page in (entry.page_id for area in AREAS for entry in area.pages):
        cloudy.go(page)
        assert strip(cloudy).isVisible(), page
        assert strip(cloudy).text.text() == STRIP
        mark = cloudy.find(QToolButton, "platform")
        assert (mark.isVisible(), mark.text(), mark.property("platform")) == (True, "真实云平台", "cloud")
        assert isinstance(cloudy.page, LocalOnlyPage) == (page in LOCAL_ONLY)
    cloudy.settle()
    cloudy.go("overview")
    cloudy.settle()
    assert not cloudy.find(QPushButton, "buy-package").isVisible(), "packages are bought in the console there"
    assert cloudy.window.status.engine.accessibleName() == "真实云平台"
    cloudy.change_look(theme_name="dark", language="en")
    cloudy.settle()
    assert strip(cloudy).isVisible()
    assert strip(cloudy).text.text().startswith("Real cloud: sends reach real phones")


def test_what_reviewers_of_the_cloud_decide_reaches_the_page_without_anybody_asking(
    cloudy: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koodesk.backend.operations.reviews import Reviews
    from koodesk.backend.views.clearing import SyncRow

    told: list[str] = []
    status = cloudy.window.status
    assert status._platform_timer.isActive()
    status._platform_timer.stop()  # it would ask once more after ten seconds
    cloudy.window.desk.changed.connect(told.append)
    moved = 1

    def sync(_self: Reviews) -> SyncRow:
        if moved < 0:
            raise Refused(problem("gateway.unreachable", gateway="cloud", reason="timeout"))
        return SyncRow(0, moved, moved)

    monkeypatch.setattr(Reviews, "sync", sync)
    status.follow_platform()
    cloudy.settle()
    assert told == ["reviews"]
    moved = 0
    status.follow_platform()
    cloudy.settle()
    assert told == ["reviews"], "nothing was decided"
    moved = -1
    status.follow_platform()
    cloudy.settle()
    known(cloudy, Platform.CLOUD)
    assert "连接不上" in status.engine.toolTip(), "that nobody answers is said"


def test_without_a_key_the_sheet_leads_to_its_form(robot: Robot) -> None:
    from PySide6.QtWidgets import QToolButton

    known(robot, Platform.LOCAL)
    robot.click(robot.find(QToolButton, "platform"))
    robot.settle()
    asked = sheet(robot)
    assert not asked.accept_button.isEnabled()
    assert "还没有云平台的访问密钥" in asked.banner.accessibleName()
    asked.banner._jump.click()
    robot.settle()
    assert robot.window.current_id == "settings"


@pytest.mark.usefixtures("key")
def test_a_switch_opens_the_window_anew(robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    from koodesk import app

    opened: list[MainWindow] = []
    build = app.build_window

    def built(*arguments: Any, **named: Any) -> MainWindow:
        opened.append(build(*arguments, **named))
        return opened[-1]

    monkeypatch.setattr(app, "build_window", built)
    known(robot, Platform.LOCAL)
    robot.go("settings")
    robot.window.open_platform()
    robot.settle()
    asked = sheet(robot)
    assert asked.accept_button.isEnabled()
    asked.accept_button.click()
    robot.settle()
    assert not robot.window.isVisible()
    (window,) = opened
    try:
        again = type(robot)(window)
        again.settle()
        known(again, Platform.CLOUD)
        assert window.current_id == "settings"
        assert strip(again).isVisible()
    finally:
        window.close()
        window.deleteLater()


@pytest.mark.usefixtures("key")
def test_a_window_of_before_a_switch_says_so(robot: Robot) -> None:
    known(robot, Platform.LOCAL)
    with open_service(robot.window.desk.workspace) as other:
        other.platform.switch(Platform.CLOUD)
    known(robot, Platform.CLOUD)
    assert strip(robot).isVisible()
    assert "只能查看" in strip(robot).text.text()
    assert strip(robot).reopen_button.isVisible()


def test_a_key_is_saved_and_its_secret_not_shown_again(robot: Robot) -> None:
    page = cast("SettingsPage", robot.go("settings"))
    robot.settle()
    card = page.platform
    assert card.kept.text() == "还没有密钥。"
    assert not card.check_button.isEnabled()
    card.ak.setText("AK 1")
    card.sk.setText("secret")
    card.save_button.click()
    robot.settle()
    assert card.sk.text() == ""  # whatever comes of it
    assert "访问密钥 ID（AK）不能用" in card.form.fields["ak"].problem
    card.ak.setText("AK1")
    card.sk.setText("secret")
    card.endpoint.setText("http://127.0.0.1:9")
    card.save_button.click()
    robot.settle()
    assert "正在使用 AK1，保存在仅本次运行。" in card.kept.text()  # a test has no key store
    assert (card.sk.text(), card.ak.text(), card.endpoint.text()) == ("", "AK1", "http://127.0.0.1:9")
    card.check_button.click()
    robot.settle()
    assert card.found.text().startswith("连接不上云平台")
    card.forget_button.click()
    robot.settle()
    from koodesk.ui.widgets.dialogs import Sheet

    asked = next(one for one in robot.window.findChildren(Sheet) if one.isVisible())
    asked.accept_button.click()
    robot.settle()
    assert card.kept.text() == "还没有密钥。"


def test_without_the_sdk_the_form_says_what_to_install(robot: Robot) -> None:
    from koodesk.backend.views.cloud import CloudView

    page = cast("SettingsPage", robot.go("settings"))
    robot.settle()
    page.platform._show_key(CloudView("https://x", "AK1", "keystore", sdk=False))
    assert "koodesk[cloud]" in page.platform.sdk.text()
    assert page.platform.sdk.isVisibleTo(page)
    assert not page.platform.check_button.isEnabled()


def test_what_only_the_engine_has_is_not_among_the_settings(cloudy: Robot) -> None:
    page = cast("SettingsPage", cloudy.go("settings"))
    cloudy.settle()
    assert page.platform.isVisibleTo(page)
    assert not any(card.isVisibleTo(page) for card in (page.clock, page.faults, page.cloud_api))
    assert not page.banner.isVisible()


def test_a_trial_send_says_that_it_is_real(cloudy: Robot) -> None:
    from PySide6.QtWidgets import QFrame

    cloudy.go("send")
    cloudy.settle()
    found = cloudy.page.findChildren(QFrame, "moneyMark")
    assert [one.accessibleName() for one in found] == ["这会经过真实云平台：到达真实手机，并按合同计费。"]


@pytest.mark.parametrize(
    ("gateway", "said"), [("cloud", ["确认真实发送", "danger"]), ("local", ["确认发送", "primary"])]
)
def test_a_confirmation_says_when_it_costs_money(robot: Robot, gateway: str, said: list[str]) -> None:
    from koodesk.backend.views.sending import Confirmation
    from koodesk.ui.pages.send.confirm_sheet import ConfirmSheet

    page = robot.go("send")
    robot.settle()
    told = Confirmation(
        digest="d" * 64,
        name="新春",
        card_id=1,
        card_name="红包",
        sms_text="点击 ${1}",
        signature="云杉商城",
        promotion=False,
        audience_id=1,
        audience_digest="a" * 64,
        imported=3,
        invalid=0,
        duplicate=0,
        opted_out=0,
        not_eligible=0,
        to_send=3,
        with_card=3,
        fallback="sms",
        validity_days=7,
        start_at_ms=0,
        not_after_ms=0,
        window_start=0,
        window_end=1440,
        opens_ms=0,
        price_fen=-1,
        gateway=gateway,
    )
    shown = ConfirmSheet(page, told, lambda _campaign: None)
    assert [shown.accept_button.text(), shown.accept_button.property("kind")] == said
    marked = getattr(shown, "mark", None)
    assert (marked is not None) == (gateway == "cloud")
    if marked is not None:
        assert marked.accessibleName() == "真实云平台：这次发送会到达 3 部真实手机，并按合同计费。"
    shown.reject()
    shown.deleteLater()
