# SPDX-License-Identifier: Apache-2.0
"""Chapter 2 of the guide, step by step, in the real window: from an empty workspace to a red packet that everybody on a
list gets once. Each step is a method; journey tests play some of them, `koodesk demo` plays them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from PySide6.QtWidgets import QAbstractButton, QApplication

from koodesk.demo import files
from koodesk.demo.console import Console
from koodesk.demo.red_packet_card import RedPacketCard
from koodesk.domain.filing import FilingKind
from koodesk.domain.recipient import ConsentKind
from koodesk.domain.sms import VariableType
from koodesk.ui.pages.filings import FilingsPage
from koodesk.ui.pages.send.page import SendPage
from koodesk.ui.pages.sms_templates import TemplateSheet
from koodesk.ui.pages.studio.layout_palette import LayoutPalette
from koodesk.ui.widgets.forms import Choice

SHOP: Final = "云杉商城"
APP: Final = "yunshan_mall"
CAMPAIGN: Final = "新春红包"
SMS_NAME: Final = "新春红包提醒"
SMS_TEXT: Final = "您有一个新春红包待领取，点击 ${1} 查看，拒收请回复R"
SEND_HOUR: Final = 10
DRAWN_MS: Final = 700
"""The layouts of a page are drawn within this time."""


class RedPacketStory(Console):
    """The red packet of chapter 2."""

    card_id = 0
    probe = ("resolve_tasks", "generate-resolve-task")

    def steps(self) -> tuple[Callable[[], None], ...]:
        """Return the steps in order."""
        return (
            self.open_service,
            self.buy_package,
            self.make_users,
            self.verify_rights,
            self.empty_overview,
            self.file_papers,
            self.add_app,
            self.add_signature,
            self.add_template,
            self.design,
            self.submit_card,
            self.fill_send,
            self.send,
            self.watch,
            self.read_bill,
            self.read_results,
        )

    # --- clearing --------------------------------------------------------------------------------------------

    def empty_overview(self) -> None:
        """See what stands before the first send."""
        self.robot.go("overview")
        self.robot.shot("overview-empty")

    def file_papers(self) -> None:
        """Hand in the enterprise filing, both records."""
        robot = self.robot
        folder = self.plan.folder / "papers"
        folder.mkdir(parents=True, exist_ok=True)
        titles = ("企业营业执照", "智能信息业务素材承诺函", "签名授权函", "公司关系授权函")
        for number, kind in enumerate((FilingKind.SEND_TASK, FilingKind.SHORT_LINK)):
            page = cast(FilingsPage, robot.go("filings"))
            page.tabs.setCurrentIndex(number)
            robot.settle()
            for name, title in zip(files.PAPERS, titles, strict=True):
                page.attach(name, [str(files.paper(folder / f"{name}.png", title))])
                robot.settle()
            if kind is FilingKind.SEND_TASK:
                robot.shot("filing")
            robot.click("filing-submit")
            robot.settle()
        robot.shot("filing-waiting")
        self.until_decided()

    def add_app(self) -> None:
        """Add an SMS application."""
        robot = self.robot
        robot.go("sms_apps")
        robot.click("add-app")
        sheet = robot.sheet()
        fields = self.fields(sheet)
        robot.fill(fields["name"].control, APP)
        robot.shot("sms-app")
        robot.accept(sheet)
        self.until_decided()
        robot.go("sms_apps")
        robot.shot("sms-apps")

    def add_signature(self) -> None:
        """Add a signature with its licence."""
        robot = self.robot
        robot.go("sms_signatures")
        robot.click("add-signature")
        robot.settle()
        sheet = robot.sheet()
        fields = self.fields(sheet)
        robot.fill(fields["name"].control, SHOP)
        fields["licence"].control.set_path(
            str(files.paper(self.plan.folder / "papers" / "营业执照.png", "营业执照"))
        )
        robot.shot("signature")
        robot.accept(sheet)
        self.until_decided()
        robot.go("sms_signatures")
        robot.shot("signatures")

    def add_template(self) -> None:
        """Add an SMS template with the resolve mark."""
        robot = self.robot
        robot.go("sms_templates")
        robot.click("add-sms-template")
        robot.settle()
        sheet = cast(TemplateSheet, robot.sheet())
        robot.fill(sheet.name, SMS_NAME)
        robot.fill(sheet.content, SMS_TEXT)
        kinds = cast(Choice, sheet.variable_controls()[0])
        kinds.choose(VariableType.NEWTEXT)
        robot.fill(sheet.note, "会员节日活动通知")
        robot.wait(lambda: sheet.estimated == SMS_TEXT, "the length is counted")
        robot.settle()
        robot.shot("sms-template")
        robot.accept(sheet)
        self.until_decided()
        robot.go("sms_templates")
        robot.shot("sms-templates")

    # --- the card --------------------------------------------------------------------------------------------

    def design(self) -> None:
        """Draw the red packet and look at it on every phone."""
        robot = self.robot
        robot.go("studio")
        robot.click("new-card")
        robot.wait(lambda: robot.window.findChild(QAbstractButton, "layout-RedPacket") is not None, "layouts")
        palette = cast(LayoutPalette, robot.window.findChild(LayoutPalette))
        robot.wait(lambda: palette.drawn, "the layouts are drawn")
        robot.settle()
        robot.shot("layouts", palette)
        robot.choose_layout("RedPacket")
        robot.wait(lambda: robot.window.current_id == "editor", "the editor opens")
        robot.settle()
        self.card_id = int(self.ask(lambda service: service.cards.list()[0].id))
        robot.wait(lambda: cast(Any, robot.page).studio is not None, "the card is drawn")
        robot.settle()
        RedPacketCard(self).draw()

    def submit_card(self) -> None:
        """Submit the card and wait for the vendors."""
        robot = self.robot
        cast(Any, robot.page).submit()
        robot.settle()
        robot.go("review")
        robot.shot("review-desk")
        self.until_decided()
        robot.go("studio")
        robot.settle()
        robot.shot("studio")

    # --- sending ---------------------------------------------------------------------------------------------

    def fill_send(self) -> None:
        """Choose message and numbers."""
        robot = self.robot
        self.wake_at(SEND_HOUR)
        robot.go("campaigns")
        robot.shot("campaigns-empty")
        page = cast(SendPage, robot.go("send", card_id=self.card_id))
        robot.shot("send-form")
        robot.fill(page.name, CAMPAIGN)
        page.audience.fallbacks.button(1).click()
        params = tuple(page.audience.card.params)
        plan = self.plan
        path = plan.folder / f"号码{plan.recipients}.xlsx"
        self.ask(lambda _: files.numbers(path, params, plan.recipients, plan.seed), 600)
        page.audience.picker.set_path(str(path))
        robot.wait(lambda: page.audience.audience is not None, "the numbers are checked", 600)
        page.audience.consent_kind.choose(ConsentKind.SIGN_UP)
        robot.fill(page.audience.consent, "2026 年会员注册协议第 4 条，注册时勾选")
        robot.settle()
        for name, widget in (("numbers", page.audience), ("time-and-preview", page.test.button)):
            robot.look_at(widget)
            robot.shot(name)

    def send(self) -> None:
        """Confirm, and see it start."""
        self.confirm("send")

    def read_results(self) -> None:
        """Read the result: task, details, report, overview."""
        robot = self.robot
        self.read_task()
        robot.go("smart_report")
        robot.settle()
        robot.shot("report")
        robot.go("overview")
        robot.settle()
        robot.shot("overview")
        robot.change_look(theme_name="dark", language="en")
        robot.settle()
        robot.shot("overview-dark-en")
        QApplication.processEvents()
