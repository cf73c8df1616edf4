# SPDX-License-Identifier: Apache-2.0
"""The window of chapter 4: the wizard with its phone, two hands at one account, channel numbers, shortcuts, regions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from PIL import Image

from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.service_account.regions import NATIONWIDE
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import ActionType, RecordKind
from koodesk.domain.service_account.values import Shortcut as ShortcutValue
from tests.domain.service_account.samples import HOME, MENU, PORT, PROFILE, SHORTCUT, SIGN
from tests.ui.pages.video.clearing import ask, scan

if TYPE_CHECKING:
    from pathlib import Path

    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.service_account.accounts import AccountsPage
    from koodesk.ui.pages.service_account.ports import AccountPortsPage
    from koodesk.ui.pages.service_account.shortcuts import AccountShortcutsPage
    from koodesk.ui.pages.service_account.wizard import AccountWizardPage

pytestmark = pytest.mark.gui


def cleared(service: Any) -> None:
    """Say that the filing is approved: how it comes to that is another test's matter."""
    work = service.service_accounts._work
    with work.write() as connection:
        filing = work.filings.get(connection, FilingKind.SERVICE_ACCOUNT)
        work.filings.put(connection, replace(filing, state=FilingState.APPROVED))


def in_effect(service: Any, record_id: int) -> None:
    """Say that a record is approved and in effect."""
    work = service.service_accounts._work
    with work.write() as connection:
        record = work.accounts.record(connection, record_id)
        work.accounts.put(
            connection, replace(record, approval=Approval.APPROVED, life=Life.IN_EFFECT, live=record.content)
        )


def account(service: Any) -> Any:
    """Store an account that is in effect."""
    cleared(service)
    row = service.service_accounts.create(PROFILE, MENU, HOME)
    for record in row.records:
        in_effect(service, record.id)
    return service.service_accounts.get(row.id)


def picture(folder: Path, name: str, size: tuple[int, int]) -> str:
    path = folder / f"{name}.png"
    Image.new("RGB", size, "#2F6FDE").save(path)
    return str(path)


def drawn(robot: Robot, page: AccountWizardPage) -> list[str]:
    """Wait for the phone and return what may be tapped on it."""
    robot.settle()
    robot.wait(lambda: not page.phone._timer.isActive(), "the phone is drawn")
    robot.settle()
    placement = page.phone.phone.placement
    assert placement is not None
    return [box.id for box in placement.boxes]


def test_nothing_is_created_before_the_filing_and_the_page_leads_there(robot: Robot) -> None:
    page = cast("AccountWizardPage", robot.go("account_wizard", new=True))
    page.profile.name.setText("云消息服务")
    robot.click("wizard-next")
    robot.settle()
    assert page.banner.isVisible()
    assert "企业备案还没有通过" in page.banner.accessibleName()
    assert page.steps.currentIndex() == 0
    assert ask(robot, lambda service: service.service_accounts.list()) == ()


def test_the_three_steps_with_a_phone_that_follows(robot: Robot, tmp_path: Path) -> None:
    ask(robot, cleared)
    page = cast("AccountWizardPage", robot.go("account_wizard", new=True))
    profile, menu, home = page.profile, page.menu, page.home
    robot.fill(profile.name, "云消息服务")
    profile.industry.choose(1)
    robot.fill(profile.abstract, "服务通知")
    profile.logo.take(picture(tmp_path, "logo", (400, 300)))
    profile.papers.take([str(scan(tmp_path, "letter"))])
    profile.signatures._lines[0].setText(SIGN)
    robot.settle()
    assert profile.logo.value is not None
    assert (profile.logo.value.width, profile.logo.value.height) == (300, 300)
    robot.click("wizard-next")
    robot.settle()
    assert page.steps.currentIndex() == 1
    (row,) = ask(robot, lambda service: service.service_accounts.list())
    assert (row.name, row.draft, row.profile.problems) == ("云消息服务", True, ())
    robot.click("menu-add")
    robot.fill(menu.name, "热门生活")
    robot.click("menu-add-child")
    robot.fill(menu.name, "精选推荐")
    robot.fill(menu.top_action.texts["content"], "https://www.huaweicloud.com")
    robot.fill(menu.top_action.texts["web_title"], "精选推荐")
    assert drawn(robot, page)[-2:] == ["menu:1", "menu:1.1"]
    assert menu.value.items[0].action.type is ActionType.OPEN_SUBMENU
    robot.click("wizard-next")
    robot.settle()
    home.background.take(picture(tmp_path, "home", (1600, 900)))
    robot.fill(home.summary, "记录美好生活")
    robot.click("home-add-hotline")
    robot.fill(home._hotlines[0].number, "0755-28780808")
    robot.fill(home._hotlines[0].usage, "官方客服")
    assert drawn(robot, page)[:2] == ["back", "hotline:1"]
    robot.click("wizard-save")
    robot.settle()
    (row,) = ask(robot, lambda service: service.service_accounts.list())
    assert [record.problems for record in row.records] == [(), (), ()]
    assert row.home.content.hotlines[0].number == "0755-28780808"


def test_what_is_wrong_stands_beside_its_field_in_its_step(robot: Robot) -> None:
    ask(robot, cleared)
    bad = replace(MENU, items=(replace(MENU.items[1], name="名称太长名称太长名称太长名"),))
    row = ask(robot, lambda service: service.service_accounts.create(PROFILE, bad, replace(HOME, summary="")))
    page = cast("AccountWizardPage", robot.go("account_wizard", id=row.id, step=2))
    robot.click("wizard-submit")
    robot.settle()
    assert page.steps.currentIndex() == 1
    assert "还有 2 处要改：菜单、主页。" in page.banner.accessibleName()
    assert "名称长度是 26，最多 24" in page.menu.form.fields["name"].problem
    assert page.home.form.fields["summary"].problem


def test_a_tap_on_the_phone_opens_home_page_and_submenu(robot: Robot) -> None:
    row = ask(robot, account)
    page = cast("AccountWizardPage", robot.go("account_wizard", id=row.id))
    assert "logo" in drawn(robot, page)

    def tap(place: str) -> None:
        placement = page.phone.phone.placement
        assert placement is not None
        page.phone.tap(placement.box(place))

    tap("logo")
    assert drawn(robot, page)[0] == "back"
    tap("menu:1")
    assert drawn(robot, page)[-1] == "menu:1.2"
    tap("menu:1.1")
    assert "打开URL：https://www.huaweicloud.com" in page.phone.said.text()
    tap("back")
    assert drawn(robot, page)[0] == "logo"


def test_two_hands_at_one_account_are_asked(robot: Robot) -> None:
    ask(robot, cleared)
    row = ask(robot, lambda service: service.service_accounts.create(PROFILE))
    page = cast("AccountWizardPage", robot.go("account_wizard", id=row.id))
    robot.fill(page.profile.remark, "我的备注")
    theirs = replace(PROFILE, remark="对方的备注")
    ask(robot, lambda service: service.service_accounts.save_profile(row.id, theirs, row.profile.revision))
    robot.click("wizard-save")
    robot.settle()
    sheet = robot.sheet()
    robot.click("take-theirs", sheet)
    robot.settle()
    assert page.profile.remark.text() == "对方的备注"
    robot.fill(page.profile.remark, "再改一次")
    ask(
        robot,
        lambda service: service.service_accounts.save_profile(row.id, PROFILE, page.row.profile.revision),
    )
    robot.click("wizard-save")
    robot.settle()
    robot.accept(robot.sheet())
    saved = ask(robot, lambda service: service.service_accounts.get(row.id))
    assert saved.profile.content.remark == "再改一次"


def test_what_was_typed_is_saved_on_leaving_and_kept_while_it_cannot_be(robot: Robot) -> None:
    page = cast("AccountWizardPage", robot.go("account_wizard", new=True))
    assert page.changes() == {}  # nothing is stored for who only looks
    robot.fill(page.profile.name, "云消息服务")
    robot.go("filings")
    assert ask(robot, lambda service: service.service_accounts.list()) == ()
    robot.go("account_wizard", new=True)
    assert page.profile.name.text() == "云消息服务"
    ask(robot, cleared)
    other = ask(robot, lambda service: service.service_accounts.create(replace(PROFILE, name="别的号")))
    robot.go("accounts")
    robot.window.show_page("account_wizard", {"id": other.id})
    robot.settle()
    assert page.row.id == other.id
    assert page.profile.name.text() == "别的号"
    rows = ask(robot, lambda service: service.service_accounts.list())
    assert sorted(row.name for row in rows) == ["云消息服务", "别的号"]


def test_the_three_lists_show_each_record_and_a_freeze_needs_a_reason(robot: Robot) -> None:
    row = ask(robot, account)
    page = cast("AccountsPage", robot.go("accounts", kind=RecordKind.MENU))
    page.listing.table.selectRow(0)
    assert page.kind is RecordKind.MENU
    assert page._content(page.listing.model.rows[0]) == "热门生活、下载、快应用"
    robot.click("account-freeze")
    sheet = robot.sheet()
    robot.click(sheet.accept_button)
    robot.settle()
    assert sheet.isVisible()
    from PySide6.QtWidgets import QPlainTextEdit

    robot.fill(robot.find(QPlainTextEdit, "freeze-reason", sheet), "品牌更名")
    robot.click(sheet.accept_button)
    robot.settle()
    assert sheet.isVisible()
    assert "本地引擎没有运行" in sheet.banner.accessibleName(), (
        "the platform must know of it, and no engine runs here"
    )
    still = ask(robot, lambda service: service.service_accounts.get(row.id))
    assert (still.profile.life, still.profile.freeze_reason) == (Life.IN_EFFECT, "")
    sheet.reject()
    with ask(robot, lambda s: s).service_accounts._work.write() as connection:
        changed = connection.exec_driver_sql("UPDATE sa_record SET life = 'frozen' WHERE kind = 'pub'")
        assert changed.rowcount == 1
    page.refresh()
    robot.settle()
    page.listing.table.selectRow(0)
    assert page._freeze.text() == "解冻"


def test_changing_what_is_in_effect_asks_why(robot: Robot) -> None:
    from PySide6.QtWidgets import QPlainTextEdit

    row = ask(robot, account)
    menu = replace(MENU, items=MENU.items[:1])
    ask(robot, lambda s: s.service_accounts.save_menu(row.id, menu, row.menu.revision))
    page = cast("AccountWizardPage", robot.go("account_wizard", id=row.id, step=2))
    robot.settle()
    page.submit()
    sheet = robot.sheet()
    assert [edit.objectName() for edit in sheet.findChildren(QPlainTextEdit)] == ["change-reason-sa_menu"]
    robot.click(sheet.accept_button)
    robot.settle()
    assert sheet.isVisible(), "why is asked for"
    edit = robot.find(QPlainTextEdit, "change-reason-sa_menu", sheet)
    assert "原因" in edit.accessibleDescription()
    robot.fill(edit, "菜单只留一项")
    robot.click(sheet.accept_button)
    robot.settle()
    found = ask(robot, lambda s: s.service_accounts.get(row.id))
    assert not found.menu.changed, "it is saved to be handed in; no engine runs here"
    with ask(robot, lambda s: s).service_accounts._work.read() as connection:
        (body,) = connection.exec_driver_sql("SELECT body FROM submission WHERE kind = 'sa_menu'").one()
    assert '"change_reason": "菜单只留一项"' in body or '"change_reason":"菜单只留一项"' in body


def test_a_channel_number_is_bound_in_regions_that_are_free(robot: Robot) -> None:
    row = ask(robot, account)

    def number(service: Any) -> Any:
        accounts = service.service_accounts
        with accounts._work.write() as connection:
            made = accounts._records.make(connection, RecordKind.PORT, PORT)
        in_effect(service, made.id)
        service.account_ports.bind(made.id, row.id, (SIGN,), ("440000",))
        return made.id

    ask(robot, number)
    page = cast("AccountPortsPage", robot.go("account_ports"))
    page.listing.table.selectRow(0)
    robot.click("port-bind")
    sheet = robot.sheet()
    robot.click(sheet.accept_button)
    robot.settle()
    assert sheet.isVisible()  # the whole country overlaps with Guangdong
    from koodesk.ui.pages.service_account.region_picker import RegionPicker

    (picker,) = sheet.findChildren(RegionPicker)
    picker.show_value(("450000",))
    robot.accept(sheet)
    (port,) = ask(robot, lambda service: service.account_ports.list())
    assert [one.regions for one in port.bindings] == [("450000",), ("440000",)]


def test_a_shortcut_is_previewed_before_it_is_handed_in(robot: Robot) -> None:
    ask(robot, cleared)
    page = cast("AccountShortcutsPage", robot.go("account_shortcuts"))
    page._sheet(None)
    sheet = robot.sheet()
    robot.click(sheet.accept_button)
    robot.settle()
    from koodesk.ui.pages.service_account.shortcuts import ShortcutForm

    (form,) = sheet.findChildren(ShortcutForm)
    assert form.form.fields["signature"].problem
    assert form.cards[0].form.fields["name"].problem
    robot.fill(form.signature, SIGN)
    form.papers.show_value(SHORTCUT.papers)
    form.regions.show_value(("440000",))
    robot.fill(form.cards[0].name, "资料")
    robot.fill(form.cards[0].action.texts["content"], "https://www.huaweicloud.com")
    robot.fill(form.cards[0].action.texts["web_title"], "精选推荐")
    assert isinstance(form.value, ShortcutValue)
    robot.click(sheet.accept_button)
    robot.settle()
    preview = robot.sheet()
    assert preview is not sheet
    assert not sheet.isVisible()
    assert ask(robot, lambda service: service.account_shortcuts.list()) == ()
    robot.click(preview.cancel_button)
    robot.settle()
    assert sheet.isVisible()
    robot.click(sheet.accept_button)
    robot.settle()
    robot.click(robot.sheet().accept_button)  # no engine runs here: saved, and handed in later
    robot.settle()
    (row,) = ask(robot, lambda service: service.account_shortcuts.list())
    assert row.content.regions == ("440000",)


def test_regions_are_ticked_by_the_keyboard(robot: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from koodesk.ui.pages.service_account.region_picker import RegionPicker

    picker = RegionPicker((NATIONWIDE,))
    picker.resize(400, 320)
    picker.show()
    robot.fill(picker.search, "深圳")
    found = picker.tree.currentItem()
    assert found is not None
    assert found.text(0) == "深圳市"
    QTest.keyClick(picker.tree, Qt.Key.Key_Space)
    assert NATIONWIDE not in picker.value
    assert "440300" not in picker.value
    assert "440100" in picker.value
    assert "广西壮族自治区" not in picker.said.text()
    states = {code: picker._items[code].checkState(0) for code in (NATIONWIDE, "440000", "440300", "450000")}
    assert states == {
        NATIONWIDE: Qt.CheckState.PartiallyChecked,
        "440000": Qt.CheckState.PartiallyChecked,
        "440300": Qt.CheckState.Unchecked,
        "450000": Qt.CheckState.Checked,
    }
    QTest.keyClick(picker.tree, Qt.Key.Key_Space)
    assert picker.value == (NATIONWIDE,)
    picker.search.clear()
    assert not picker._items["110000"].isHidden()
    picker.deleteLater()
