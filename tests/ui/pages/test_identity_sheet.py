# SPDX-License-Identifier: Apache-2.0
"""The window's identity check (身份验证): a user's password, hidden, gone after a wrong try, with the tries that are left beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.backend.operations.identity_desk import PASSWORD
from tests.backend.operations.test_identity_check import Shop

pytest.importorskip("PySide6")
if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from koodesk.ui.desk import Desk

pytestmark = pytest.mark.gui


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path)
    made.user("mary", "KooMessage FullAccess")
    made.signing_in.sign_in("mary", PASSWORD)
    return made


@pytest.fixture
def desk(look: None, shop: Shop, tmp_path: Path) -> Iterator[Desk]:
    from koodesk.backend.workspace import Workspace
    from koodesk.settings import SettingsFile
    from koodesk.ui.bridge import Bridge
    from koodesk.ui.desk import Desk

    service: Any = shop  # the sheet asks for nothing but the packages
    shop.close = shop.database.close  # type: ignore[attr-defined]  # as a service does
    bridge = Bridge(lambda: service)
    made = Desk(Workspace(tmp_path / "ws"), bridge, SettingsFile(tmp_path / "settings.toml"))
    made.session = shop.signing_in.session()
    yield made
    bridge.close()


def test_a_user_proves_it_by_her_password(qtbot: QtBot, desk: Desk, shop: Shop) -> None:
    from PySide6.QtWidgets import QAbstractButton, QLineEdit

    from koodesk.domain.billing.records import PayBy
    from koodesk.ui.page import Page
    from koodesk.ui.pages.billing.identity_sheet import IdentitySheet

    page = Page(desk)
    qtbot.addWidget(page)
    page.show()
    paid: list[object] = []
    order = shop.platform.orders()[0]
    sheet = IdentitySheet(page, order, PayBy.ONLINE, shop.packages.proof(), paid.append)
    sheet.open()
    assert sheet.code.echoMode() == QLineEdit.EchoMode.Password
    assert sheet.findChild(QAbstractButton, "get-code") is None
    sheet.code.setText("Willow-2026")
    sheet.accept_button.click()
    qtbot.waitUntil(lambda: not desk.bridge.busy)
    assert (sheet.isVisible(), sheet.code.text(), paid) == (True, "", [])
    assert "还可以再试 4 次" in sheet.code.accessibleDescription()
    sheet.code.setText(PASSWORD)
    sheet.accept_button.click()
    qtbot.waitUntil(lambda: bool(paid))
    assert not page.findChildren(IdentitySheet)


def test_the_main_account_without_a_password_gets_a_code(qtbot: QtBot, desk: Desk, shop: Shop) -> None:
    from koodesk.domain.billing.records import PayBy
    from koodesk.ui.page import Page
    from koodesk.ui.pages.billing.identity_sheet import IdentitySheet

    shop.signing_in.enter_as_main()
    page = Page(desk)
    qtbot.addWidget(page)
    page.show()
    paid: list[object] = []
    order = shop.platform.orders()[0]
    sheet = IdentitySheet(page, order, PayBy.ONLINE, shop.packages.proof(), paid.append)
    sheet.open()
    sheet._get_code()
    qtbot.waitUntil(lambda: bool(sheet.told.text()))
    sheet.code.setText(sheet.told.text()[-6:])
    sheet.accept_button.click()
    qtbot.waitUntil(lambda: bool(paid))
