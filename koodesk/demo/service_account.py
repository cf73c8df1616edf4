# SPDX-License-Identifier: Apache-2.0
"""Chapter 4 of the guide, step by step, in the real window: a shop's service account, from its filing to the taps that come back
from a phone. What chapter 2 shows (signature, SMS template, card) is there already: the sample workspace is cleared for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from PySide6.QtWidgets import QLineEdit, QWidget

from koodesk.backend.service import Service
from koodesk.demo import files, sample
from koodesk.demo.red_packet import RedPacketStory
from koodesk.demo.robot import Stuck
from koodesk.demo.telling import DAY, HOUR
from koodesk.domain.billing.items import PackageKind
from koodesk.domain.filing import FilingKind
from koodesk.domain.service_account.values import ActionType
from koodesk.domain.vendor import Vendor
from koodesk.ui.pages.filings import FilingsPage

COMPANY: Final = {
    "name": "云杉商城（示例）有限公司",
    "credit_code": "914403001922038216",
    "contact": "李先生",
    "phone": "01234567899",
    "mail": "service@example.com",
}
ACCOUNT: Final = "云杉商城"
SITE: Final = "https://mall.example.com"
HOTLINE: Final = "0755-28780808"
BACKGROUND: Final = (1600, 900)
CANDIDATES: Final = 20
TAPS: Final = (
    ("menu:1", "phone-menu"),
    ("menu:1.1", ""),
    ("shortcut:1", "phone-shortcut"),
    ("logo", "phone-home-page"),
    ("hotline:1", ""),
    ("back", ""),
    ("button:5", "phone-tapped"),
)
"""What is tapped on the phone, and the picture that is taken then."""


class ServiceAccountStory(RedPacketStory):
    """The service account of chapter 4."""

    package_kind = PackageKind.CLICK
    reader_policy = "KooMessage SA ReadOnlyAccess"
    probe = ("account_ports", "port-delete")

    def steps(self) -> tuple[Callable[[], None], ...]:
        """Return the steps in order."""
        return (
            self.open_service,
            self.buy_package,
            self.make_users,
            self.clear_messages,
            self.file_account,
            self.write_profile,
            self.make_menu,
            self.make_home,
            self.create_port,
            self.verify_rights,
            self.bind_port,
            self.create_shortcut,
            self.fill_send,
            self.send,
            self.watch,
            self.open_on_a_phone,
            self.read_bill,
            self.read_results,
        )

    @property
    def page(self) -> Any:
        """The page shown."""
        return cast(Any, self.robot.page)

    def paper(self, name: str) -> str:
        """Draw a paper and return its path."""
        folder = self.plan.folder / "papers"
        folder.mkdir(parents=True, exist_ok=True)
        return str(files.paper(folder / f"{name}.png", name, COMPANY["name"]))

    def put(self, name: str, text: str, within: QWidget | None = None) -> None:
        """Type into a field by its name."""
        self.robot.fill(self.robot.find(QLineEdit, name, within), text)

    # --- what was cleared before -----------------------------------------------------------------------------

    def clear_messages(self) -> None:
        """Have signature, SMS template and card cleared, as chapter 2 does."""
        self.ask(sample.fill, 300)
        self.card_id = int(self.ask(lambda service: service.cards.list()[0].id))

    def file_account(self) -> None:
        """Hand in the filing of the service account."""
        robot = self.robot
        page = cast(FilingsPage, robot.go("filings", kind=FilingKind.SERVICE_ACCOUNT))
        robot.settle()
        for name, value in COMPANY.items():
            self.put(f"company-{name}", value)
        fields = cast(Any, page.company).form.fields
        fields["company:enterprise_type"].control.choose("private_nonprofit")
        fields["company:industry"].control.choose("2")
        for paper, title in (("licence", "企业营业执照"), ("aim_authorization", "智能信息授权书")):
            page.attach(paper, [self.paper(title)])
            robot.settle()
        robot.shot("filing")
        robot.click("filing-submit")
        robot.settle()
        self.until_decided()

    # --- the account -----------------------------------------------------------------------------------------

    def write_profile(self) -> None:
        """Create the account: its profile."""
        robot = self.robot
        robot.go("accounts")
        robot.shot("accounts-empty")
        robot.click("account-create")
        robot.settle()
        form = self.page.profile
        robot.fill(form.name, ACCOUNT)
        robot.fill(form.remark, "会员活动和订单通知")
        form.industry.setCurrentIndex(2)
        robot.fill(form.abstract, "云杉商城的官方服务号：活动、订单和客服")
        form.auto_port.choose(False)
        form.signatures.show_value((ACCOUNT,))
        form.signatures.picked.emit(form.signatures.value)
        form.logo.take(str(files.sample("logo-shop.png")))
        form.papers.take([self.paper("华为智能信息授权书")])
        robot.wait(lambda: form.logo.value is not None and bool(form.papers.value), "the files are there")
        self._drawn()
        robot.shot("profile")
        robot.click("wizard-next")
        robot.settle()

    def _drawn(self) -> None:
        """Wait for the phone beside the form: it follows a moment later."""
        self.robot.settle()
        self.robot.wait(lambda: bool(self.page.phone.fresh), "the phone shows what was filled in")

    def make_menu(self) -> None:
        """Make the menu: one item that opens a submenu, one that opens a page."""
        robot, form = self.robot, self.page.menu
        robot.click("menu-add")
        self.put("menu-name", "热门生活")
        self._action(form, ActionType.OPEN_SUBMENU)
        for name, path in (("精选推荐", "pick"), ("今日特卖", "today")):
            robot.click("menu-add-child")
            self.put("menu-name", name)
            self._action(form, ActionType.OPEN_URL)
            self.put("menu-action-content", f"{SITE}/{path}")
            self.put("menu-action-web_title", name)
            form.tree.setCurrentItem(form.tree.topLevelItem(0))
        robot.click("menu-add")
        self.put("menu-name", "我的订单")
        self._action(form, ActionType.OPEN_URL)
        self.put("menu-action-content", f"{SITE}/orders")
        self.put("menu-action-web_title", "我的订单")
        self._drawn()
        robot.shot("menu")
        robot.click("wizard-next")
        robot.settle()

    @staticmethod
    def _action(form: Any, kind: ActionType) -> None:
        form.top_action.type.choose(kind)

    def make_home(self) -> None:
        """Make the home page and hand the three in."""
        robot, form = self.robot, self.page.home
        form.background.take(str(files.backdrop(self.plan.folder / "主页背景.png", BACKGROUND, ACCOUNT)))
        robot.fill(form.summary, "记录美好生活，帮助用户实现自我价值")
        robot.click("home-add-hotline")
        self.put("hotline-1-number", HOTLINE)
        self.put("hotline-1-usage", "官方客服")
        robot.wait(lambda: form.background.value is not None, "the picture is there")
        self._drawn()
        robot.shot("home-page")
        robot.click("wizard-submit")
        robot.wait(lambda: robot.window.current_id == "accounts", "the three are handed in")
        robot.settle()
        robot.shot("accounts-waiting")
        self._in_effect()
        robot.go("accounts")
        robot.shot("accounts")

    def _in_effect(self) -> None:
        """Let the reviewers decide, and the day pass until it is in effect."""
        self.until_decided()
        self.forward(DAY)
        self.ask(lambda service: service.reviews.sync())

    def create_port(self) -> None:
        """Create the channel number the signature's messages come from."""
        robot = self.robot
        number = self.ask(lambda service: service.sms.signatures()[0].channel_num)
        robot.go("account_ports")
        robot.shot("ports-empty")
        robot.click("port-create")
        sheet = robot.sheet()
        self.put("port-number", str(number), sheet)
        fields = self.fields(sheet)
        signatures, papers = fields["signatures"].control, fields["papers"].control
        signatures.show_value((ACCOUNT,))
        papers.take([self.paper("授权证明")])
        robot.wait(lambda: bool(papers.value), "the paper is there")
        robot.settle()
        robot.shot("port")
        robot.accept(sheet)
        self._in_effect()

    def before_probe(self) -> None:
        """Choose the channel number that the reader shall not delete."""
        self.page.listing.table.selectRow(0)
        self.robot.settle()

    def bind_port(self) -> None:
        """Bind the channel number to the account."""
        robot = self.robot
        robot.go("account_ports")
        self.page.listing.table.selectRow(0)
        robot.settle()
        robot.click("port-bind")
        sheet = robot.sheet()
        robot.settle()
        robot.shot("bind")
        robot.accept(sheet)
        robot.shot("ports")

    def create_shortcut(self) -> None:
        """Create a shortcut below messages with the signature."""
        robot = self.robot
        robot.go("account_shortcuts")
        robot.shot("shortcuts-empty")
        robot.click("shortcut-create")
        sheet = robot.sheet()
        self.put("shortcut-signature", ACCOUNT, sheet)
        fields = self.fields(sheet)
        fields["papers"].control.take([self.paper("授权证明")])
        robot.wait(lambda: bool(fields["papers"].control.value), "the paper is there")
        self.put("shortcut-1-name", "会员中心", sheet)
        self.put("shortcut-1-action-content", f"{SITE}/member", sheet)
        self.put("shortcut-1-action-web_title", "会员中心", sheet)
        self.put("shortcut-1-link-info", "云杉商城会员", sheet)
        robot.settle()
        robot.shot("shortcut")
        robot.click(sheet.accept_button)
        robot.settle()
        preview = robot.sheet()
        robot.shot("shortcut-preview")
        robot.accept(preview)
        self._in_effect()
        robot.go("account_shortcuts")
        robot.shot("shortcuts")

    # --- on a phone ------------------------------------------------------------------------------------------

    def open_on_a_phone(self) -> None:
        """Open the message on a phone of its recipient, and tap what the service account shows around it."""
        robot = self.robot
        phone = self._phone()
        number = self.ask(lambda service: _reached(service, phone))
        page = robot.go("phones", phone_id=phone)
        self.page.change_phone()
        sheet = robot.sheet()
        robot.fill(self.fields(sheet)["number"].control, number)
        robot.accept(sheet)
        robot.wait(lambda: bool(self.page.inbox.count()), "the message is in the inbox")
        robot.settle()
        self.page.inbox.open_row(0)
        robot.wait(lambda: bool(self.page.stage.spots()), "the message opens on the phone")
        robot.settle()
        robot.shot("phone", None)
        for what, picture in TAPS:
            self.tap(what)
            if picture:
                robot.shot(picture)
        assert robot.page is page

    def _phone(self) -> int:
        """Return the phone of the vendor that shows service accounts."""
        phones = self.ask(lambda service: service.phones.list())
        return int(next(phone.id for phone in phones if phone.vendor == Vendor.HUAWEI.value))

    def tap(self, what: str) -> None:
        """Tap a place of the screen."""
        spots = {one.spot.what: one for one in self.page.stage.spots()}
        if what not in spots:
            raise Stuck(f"{what} is not on the phone, only {', '.join(spots)}")
        self.robot.click(spots[what])
        self.robot.settle()

    def read_bill(self) -> None:
        """Let the taps be settled, and read the bill."""
        self.forward(2 * HOUR)
        super().read_bill()

    def read_results(self) -> None:
        """Read the result: task, details, and the report of what was tapped."""
        self.read_task()
        robot = self.robot
        robot.go("service_report")
        robot.settle()
        robot.shot("report")


def _reached(service: Service, phone: int) -> str:
    """Return the number of a recipient whose message has arrived as a card, found by trying the phone with it."""
    for number, _task in service.phones.suggest(Vendor.HUAWEI, CANDIDATES):
        service.phones.set_number(phone, number)
        rows = service.phones.inbox(phone).rows
        if rows and service.phones.open(rows[0].message_id).card:
            service.phones.set_number(phone, "")
            return number
    raise Stuck("no card has arrived on any phone")
