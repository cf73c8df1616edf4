# SPDX-License-Identifier: Apache-2.0
"""The send page of video SMS on a real service and engine: figure 3-6 step by step, and everything it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk.domain.carrier import Carrier
from koodesk.domain.recipient import ConsentKind
from koodesk.domain.review_state import ReviewerMode
from tests.ui.pages.video.clearing import DAY, SIGN, ask, message, numbers, submitted

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.send.confirm_sheet import ConfirmSheet
    from koodesk.ui.pages.video.send import VideoSendPage

pytestmark = pytest.mark.gui


def opened(robot: Robot, **arguments: object) -> VideoSendPage:
    page = cast("VideoSendPage", robot.go("video_send", **arguments))
    robot.settle()
    return page


def checked(robot: Robot, page: VideoSendPage, lines: str) -> None:
    """Type numbers in and have them checked."""
    page.audience.tabs.setCurrentIndex(1)
    robot.fill(page.audience.numbers, lines)
    robot.click("check-numbers", page.audience)
    robot.wait(lambda: page.audience.audience is not None, "the numbers are checked")
    robot.settle()


def figure(page: VideoSendPage, name: str) -> str:
    return page.audience.figures[name]._figure.text()


def facts(sheet: Any) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(label.text() for label in sheet.findChildren(QLabel))


def test_without_an_approved_template_it_says_so_and_leads_there(robot: Robot) -> None:
    page = opened(robot)
    assert "至少要有一家运营商审核通过" in page.banner.accessibleName()
    assert not page.send_button.isEnabled()
    assert not page.audience.picker.isEnabled()
    assert "先选择视频短信模板" in page.audience.file_note.text()
    assert page.banner._jump is not None
    robot.click(page.banner._jump)
    robot.settle()
    assert robot.window.current_id == "video_templates"


def test_the_counts_by_carrier_and_the_share_of_china_mobile(live: Robot) -> None:
    template = ask(live, lambda service: service.video_templates.sendable()[0])
    page = opened(live, template_id=template.id)
    assert page.template.value == template.id
    assert f"【{SIGN}】" in page.template_note.text()
    assert "p_1、p_2" in page.audience.file_note.text()
    checked(live, page, numbers(62, 20, 18) + "\n123\n13800130001,李先生,周日")
    counts = {name: figure(page, name) for name in page.audience.figures}
    assert counts == {
        "imported": "101",
        "invalid": "1",
        "duplicate": "1",
        "opted_out": "0",
        "not_eligible": "0",
        "submitted": "100",
    }
    said = page.audience.bar.accessibleName()
    assert "移动 62 · 62.0%" in said
    assert "联通 20 · 20.0%" in said
    assert "移动 ≥ 75%" in said
    assert "62" in page.audience.share.text()
    assert page.audience.share.property("look") == "warning"
    checked(live, page, numbers(75, 15, 10))
    assert page.audience.share.property("look") == "hint"
    assert "75.0%" in page.audience.share.text()


def test_the_rows_behind_a_count_name_no_vendor(live: Robot) -> None:
    page = opened(live)
    checked(live, page, numbers(3, 0, 0))
    live.click("rows-imported", page.audience)
    sheet = cast("Any", live.sheet())
    live.settle()
    assert [c.name for c in sheet.listing.model.columns] == ["工作表", "行", "手机号", "参数"]
    assert len(sheet.listing.model.rows) == 3
    sheet.accept()


def test_every_row_on_every_phone_of_every_carrier(live: Robot) -> None:
    page = opened(live)
    checked(live, page, "13800138000,王女士,周六\n18600138000,赵钱孙李周吴郑王先生,周日")
    effect = page.effect
    seen: set[bytes] = set()

    def drawn() -> bytes:
        live.settle()
        image = effect.picture.pixmap().toImage()
        return bytes(image.constBits())

    seen.add(drawn())
    assert "138****8000" in effect.note.text()
    effect.row.setValue(2)
    seen.add(drawn())
    assert "赵钱孙李周吴郑王先生" in effect.note.text()
    for number in (1, 2):
        effect.phone.setCurrentIndex(number)
        seen.add(drawn())
    for carrier in (Carrier.CUCC, Carrier.CTCC):
        effect.carrier.choose(carrier)
        seen.add(drawn())
    assert len(seen) == 6


def test_a_long_message_scrolls_inside_the_phone(live: Robot) -> None:
    from dataclasses import replace

    from koodesk.domain.video_sms.template import Frame, Text

    def long(service: Any) -> int:
        signature = service.video_signatures.list()[0].id
        made = message(service, signature, "长短信")
        frames = (
            *made.frames,
            *(Frame((Text(f"第 {n} 段。" + "云杉 E7 续航六百公里。" * 6),)) for n in range(4)),
        )
        template = submitted(service, replace(made, frames=frames))
        for _ in range(4):
            service.engine.forward(DAY)
            service.reviews.sync()
        return template

    page = opened(live, template_id=ask(live, long))
    effect = page.effect
    live.wait(lambda: not effect.slider.isHidden(), "the phone can be scrolled")
    first = effect.picture.pixmap().toImage()
    effect.slider.setValue(effect.slider.maximum())
    live.settle()
    assert effect.picture.pixmap().toImage() != first
    effect.phone.setCurrentIndex(1)
    live.settle()
    assert effect.slider.value() == 0


def test_what_is_missing_stands_beside_its_field(live: Robot) -> None:
    page = opened(live)
    assert page.missing.text() == "还缺：任务名称、号码"
    live.click(page.send_button)
    live.settle()
    assert page.form.fields["name"].control.property("state") == "error"
    assert "还没有号码" in page.audience.wrong.text()
    live.fill(page.name, "新车上市")
    checked(live, page, numbers(8, 1, 1))
    assert page.missing.text() == "还缺：同意来源"
    live.click(page.send_button)
    live.settle()
    assert not live.open_sheets()
    assert page.audience.consent.property("state") == "error"


def test_a_time_that_has_passed_is_refused_beside_the_time(live: Robot) -> None:
    page = opened(live)
    live.fill(page.name, "新车上市")
    checked(live, page, numbers(8, 1, 1))
    page.audience.consent_kind.choose(ConsentKind.FORM)
    live.fill(page.audience.consent, "展厅留资登记表")
    page.time.when.button(1).click()
    now = ask(live, lambda service: service.engine.status().now_ms)
    assert page.time.at.dateTime().toMSecsSinceEpoch() > now
    page.time.at.setDateTime(page.time.at.dateTime().addDays(-2))
    live.click(page.send_button)
    live.settle()
    assert not live.open_sheets()
    assert page.time.wrong.isVisible()
    page.time.at.setDateTime(page.time.at.dateTime().addDays(3))
    live.click(page.send_button)
    sheet = live.sheet()
    assert not page.time.wrong.isVisible()
    sheet.reject()


def test_what_is_confirmed_is_what_is_sent(live: Robot) -> None:
    from koodesk.ui.pages.campaigns import CampaignsPage

    page = opened(live)
    live.fill(page.name, "新车上市首发")
    page.hours.setValue(48)
    checked(live, page, numbers(6, 2, 2))
    page.audience.consent_kind.choose(ConsentKind.FORM)
    live.fill(page.audience.consent, "展厅留资登记表")
    live.settle()
    live.click("video_send")
    sheet = cast("ConfirmSheet", live.sheet())
    said = facts(sheet)
    for words in ("将给 10 个号码发送", "新车上市首发", f"【{SIGN}】", "三网一般", "48 小时", "60.0%"):
        assert words in said, words
    assert "移动 6 · 60.0%" in sheet.carriers.accessibleName()
    digest = sheet._confirmation.digest
    assert digest[:16] in said
    live.accept(sheet)
    live.wait(lambda: live.window.current_id == "campaigns", "the send task shows")
    row = ask(live, lambda service: service.campaigns.list()[0])
    assert (row.kind, row.digest, row.to_send, row.expiration_hours) == ("video", digest, 10, 48)
    tasks = cast(CampaignsPage, live.page)
    live.wait(lambda: tasks.listing.table.current() is not None, "the task is chosen")
    assert tasks.listing.table.current().id == row.id


def test_a_change_after_the_question_has_to_be_confirmed_anew(live: Robot) -> None:
    page = opened(live)
    live.fill(page.name, "新车上市")
    checked(live, page, numbers(4, 0, 0))
    page.audience.consent_kind.choose(ConsentKind.FORM)
    live.fill(page.audience.consent, "展厅留资登记表")
    live.settle()
    live.click("video_send")
    sheet = live.sheet()
    template = page.template.value

    def edit(service: Any) -> None:
        from dataclasses import replace

        row, content = service.video_templates.open(template)
        service.video_templates.save(template, replace(content, title="另一个主题"), row.revision)

    ask(live, edit)
    live.click(sheet.accept_button)
    live.settle()
    assert sheet.isVisible()
    assert sheet.banner.isVisible()
    assert ask(live, lambda service: service.campaigns.list()) == ()
    sheet.reject()


def test_numbers_of_a_carrier_that_has_not_approved_are_left_out(live: Robot) -> None:
    def half(service: Any) -> int:
        service.reviews.set_mode(ReviewerMode.DESK)
        template = submitted(service, message(service, service.video_signatures.list()[0].id, "只有移动"))
        service.reviews.sync()
        review = next(r for r in service.reviews.list() if r.title == "只有移动")
        service.reviews.approve(review.id, Carrier.CMCC)
        service.reviews.reject(review.id, "图片不清楚", Carrier.CUCC)
        service.reviews.sync()
        return template

    page = opened(live, template_id=ask(live, half))
    assert "没有通过审核的运营商，它的号码不发送。" in page.template_note.text()
    checked(live, page, numbers(5, 3, 2))
    assert (figure(page, "not_eligible"), figure(page, "submitted")) == ("5", "5")
    assert "联通 3 · 不会发送" in page.audience.bar.accessibleName()
    assert page.audience.share.property("look") == "hint"  # of what is sent, all are China Mobile's
    live.fill(page.name, "只发移动")
    page.audience.consent_kind.choose(ConsentKind.FORM)
    live.fill(page.audience.consent, "展厅留资登记表")
    live.settle()
    live.click("video_send")
    sheet = live.sheet()
    said = facts(sheet)
    assert "将给 5 个号码发送" in said
    assert "运营商未通过 5" in said
    sheet.reject()


def test_a_trial_needs_every_value_and_a_carrier_that_approved(live: Robot) -> None:
    page = opened(live)
    live.fill(page.name, "新车上市")
    live.fill(page.test.numbers, "13800138000")
    live.click(page.test.button)
    live.settle()
    assert page.test.wrong.isVisible()
    for name, value in (("p_1", "王女士"), ("p_2", "周六")):
        live.fill(page.test.values[name], value)
    live.click(page.test.button)
    live.settle()
    assert not page.test.wrong.isVisible()
    assert "已试发 1 个号码" in page.banner.accessibleName()
    row = ask(live, lambda service: service.campaigns.list(tests=True)[0])
    assert (row.kind, row.test, row.to_send) == ("video", True, 1)


# --- what reviewers decide meanwhile ---------------------------------------------------------------------------


def test_the_open_page_follows_what_reviewers_decide(live: Robot) -> None:
    """Nobody looks at the review desk: the engine decides by its clock, and the page that is open shows it."""
    second = ask(
        live,
        lambda service: submitted(service, message(service, service.video_signatures.list()[0].id, "第二则")),
    )
    page = opened(live, template_id=second)
    assert "审核" in page.banner.accessibleName()
    assert page.banner.isVisible()
    assert second not in {row.id for row in page._templates}
    ask(live, lambda service: service.engine.forward(10 * DAY))
    live.window.status.poll()
    live.wait(lambda: second in {row.id for row in page._templates}, "the page offers the template")
    live.settle()
    assert not page.banner.isVisible()


def test_what_stood_in_the_way_is_taken_back_and_nothing_else(live: Robot) -> None:
    page = opened(live)
    page._show(((), 0))
    assert "还没有可发送的视频短信模板" in page.banner.accessibleName()
    assert not page.send_button.isEnabled()
    page.refresh()
    live.settle()
    assert not page.banner.isVisible()
    assert page.template.value
    page._show(((), 0))
    page.banner.tell("别的", "danger")
    page.refresh()
    live.settle()
    assert page.banner.isVisible()
