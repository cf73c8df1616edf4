# SPDX-License-Identifier: Apache-2.0
"""The review desk on video SMS: a filing, a signature, and a template that each carrier decides by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk.backend.bootstrap import access_rules
from koodesk.backend.views.identity import GroupDraft, UserDraft
from koodesk.domain.access import Kind
from koodesk.domain.carrier import Carrier
from koodesk.domain.review_state import ReviewerMode, Verdict
from koodesk.domain.video_sms.signature import VideoSignatureDraft
from tests.ui.pages.video.clearing import ask, message, pdf, submitted

if TYPE_CHECKING:
    from pathlib import Path

    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.review import ReviewPage

pytestmark = pytest.mark.gui

PASSWORD = "Spruce-2026"


def by_hand(robot: Robot, name: str) -> int:
    """Submit a template for a person to review."""

    def work(service: Any) -> int:
        service.reviews.set_mode(ReviewerMode.DESK)
        made = submitted(service, message(service, service.video_signatures.list()[0].id, name))
        service.reviews.sync()
        return made

    return int(ask(robot, work))


def desk(robot: Robot) -> ReviewPage:
    page = cast("ReviewPage", robot.go("review"))
    robot.settle()
    return page


def shown(page: ReviewPage) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(one.text() for one in page.detail.findChildren(QLabel))


def test_each_carrier_decides_by_itself_and_the_row_stays_until_all_have(live: Robot) -> None:
    template = by_hand(live, "逐家审核")
    page = desk(live)
    row = page.listing.table.current()
    assert row.title == "逐家审核"
    for words in ("移动", "联通", "电信", "第 1 帧", "第 2 帧", "动参承诺函"):
        assert words in shown(page), words
    live.click("approve-cmcc")
    live.settle()
    assert page.listing.table.current().id == row.id  # two carriers have not decided
    live.click("reject-cucc")
    sheet = live.sheet()
    live.fill(_reason(sheet), "画面不清楚")
    live.accept(sheet)
    found = {c.carrier: c for c in ask(live, lambda service: service.video_templates.get(template)).carriers}
    assert found[Carrier.CMCC].verdict is Verdict.APPROVED
    assert (found[Carrier.CUCC].verdict, found[Carrier.CUCC].reason) == (Verdict.REJECTED, "画面不清楚")
    assert found[Carrier.CTCC].verdict is Verdict.WAITING
    assert "画面不清楚" in shown(page)
    live.click("approve-ctcc")
    live.settle()
    assert page.listing.table.current() is None
    page.tabs.setCurrentIndex(1)
    live.settle()
    assert "逐家审核" in [r.title for r in page.listing.model.rows]


def _reason(sheet: Any) -> Any:
    from PySide6.QtWidgets import QPlainTextEdit

    return sheet.findChild(QPlainTextEdit)


def test_the_reviewer_sees_the_message_on_a_phone(live: Robot) -> None:
    from koodesk.ui.pages.video.message_view import MessagePhones

    by_hand(live, "看手机")
    page = desk(live)
    phones = page.detail.findChild(MessagePhones)
    assert phones is not None
    live.wait(lambda: not phones.picture.pixmap().isNull(), "the phone is drawn")
    first = phones.picture.pixmap().toImage()
    phones.phone.setCurrentIndex(1)
    live.settle()
    assert phones.picture.pixmap().toImage() != first


def test_a_signature_and_a_filing_can_be_read(live: Robot, tmp_path: Path) -> None:
    def work(service: Any) -> None:
        service.reviews.set_mode(ReviewerMode.DESK)
        service.video_signatures.add(VideoSignatureDraft("云杉试驾", True), pdf(tmp_path, "letter"))
        service.reviews.sync()

    ask(live, work)
    page = desk(live)
    assert page.listing.table.current().title == "云杉试驾"
    for words in ("【云杉试驾】", "涉及第三方权益", "letter.pdf"):
        assert words in shown(page), words
    page.tabs.setCurrentIndex(3)
    live.settle()
    filing = next(r for r in page.listing.model.rows if r.kind.value == "filing")
    page.listing.choose(filing.id)
    live.settle()
    for words in ("智能信息基础版备案信息", "端口客户信息登记书", "port_register.pdf", "动参承诺函"):
        assert words in shown(page), words


def test_by_keys_alone_with_a_place_and_a_common_reason(live: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from koodesk.ui.pages.review_reject import RejectSheet

    first, second = by_hand(live, "一号"), by_hand(live, "二号")
    page = desk(live)
    page.listing.table.setFocus()
    page.listing.table.selectRow(0)
    live.wait(
        lambda: "自动审核员的意见" in shown(page) and "会通过" in shown(page), "the rules have been asked"
    )
    title = page.listing.table.current().title
    QTest.keyClick(page.listing.table, Qt.Key.Key_J)
    assert page.listing.table.current().title != title
    QTest.keyClick(page.listing.table, Qt.Key.Key_K)
    assert page.listing.table.current().title == title
    QTest.keyClick(page.listing.table, Qt.Key.Key_R)
    sheet = live.sheet()
    assert isinstance(sheet, RejectSheet)
    sheet.place.choose("frame:1/element:1")
    assert sheet.place.value == "frame:1/element:1"
    sheet.common.setCurrentIndex(1)
    words = sheet.reason.toPlainText()
    assert words
    live.accept(sheet)
    made = {"一号": first, "二号": second}[title]
    row = ask(live, lambda service: service.video_templates.get(made))
    assert {(r.where, r.text) for r in row.progress.reasons} == {("frame:1/element:1", words)}
    page.approve_all()
    live.accept(live.sheet())
    live.settle()
    assert page.listing.model.rows == []
    page.party.choose("cmcc")
    page.tabs.setCurrentIndex(3)
    live.settle()
    assert {r.kind.value for r in page.listing.model.rows} == {"video_template"}


def test_keys_of_whoever_may_not_decide_do_nothing_and_the_page_says_why(live: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    def reader(service: Any) -> None:
        reads = [action.id for action in access_rules().actions.values() if action.kind is Kind.READ]
        looks = {"Effect": "Allow", "Action": reads}
        service.policies.create("looking", json.dumps({"Version": "1.1", "Statement": [looks]}))
        group = service.groups.create(GroupDraft("readers", policies=("looking",)))
        service.users.create(UserDraft("reader", groups=(group.id,)), PASSWORD, must_change=False)
        service.signing_in.sign_in("reader", PASSWORD)

    by_hand(live, "一号")
    ask(live, reader)
    live.window.status.poll()
    session = live.window.desk
    live.wait(lambda: bool(session.why_not("koodesk:review:decide")), "the window knows who is signed in")
    live.settle()
    page = desk(live)
    page.listing.table.setFocus()
    page.listing.table.selectRow(0)
    live.settle()
    assert session.why_not("koodesk:review:decide") in shown(page)
    assert "J 下一条" in shown(page)
    assert "A 通过" not in shown(page)
    for key in (Qt.Key.Key_A, Qt.Key.Key_R):
        QTest.keyClick(page.listing.table, key)
        live.settle()
    assert not live.open_sheets()
    assert not page.banner.isVisible()
    assert page.listing.table.current().title == "一号"
