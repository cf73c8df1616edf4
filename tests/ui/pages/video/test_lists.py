# SPDX-License-Identifier: Apache-2.0
"""The lists around video SMS: its filing, its signatures and templates, send tasks by kind, and their details."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk.domain.campaign import CampaignKind
from koodesk.domain.filing import FilingKind
from koodesk.domain.video_send import VideoSendDraft
from tests.ui.pages.video.clearing import ask, by_day, numbers, pdf, scan

if TYPE_CHECKING:
    from pathlib import Path

    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.campaigns import CampaignsPage
    from koodesk.ui.pages.details import DetailsPage
    from koodesk.ui.pages.filings import FilingsPage
    from koodesk.ui.pages.video.signatures import VideoSignaturesPage
    from koodesk.ui.pages.video.templates import VideoTemplatesPage

pytestmark = pytest.mark.gui


def texts(widget: Any) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(one.text() for one in widget.findChildren(QLabel))


def sent(robot: Robot, lines: str = "") -> int:
    """Send the approved template to some numbers and wait for the end; return the task."""

    def work(service: Any) -> int:
        by_day(service)
        template = service.video_templates.sendable()[0]
        audience = service.audiences.check_text(lines or numbers(6, 3, 1), template.params, "展厅留资登记表")
        draft = VideoSendDraft("新车上市首发", template.id, audience.id)
        made = service.campaigns.confirm(service.campaigns.prepare_video(draft).digest)
        return int(made.id)

    made = ask(robot, work)
    assert isinstance(made, int), made
    robot.wait(
        lambda: ask(robot, lambda service: service.campaigns.get(made)).accepted > 0, "the task is sent"
    )
    return made


# --- filing ------------------------------------------------------------------------------------------------------


def test_the_third_filing_says_when_a_letter_is_needed_and_is_handed_in(robot: Robot, tmp_path: Path) -> None:
    page = cast("FilingsPage", robot.go("filings", kind=FilingKind.VIDEO_SMS.value))
    robot.settle()
    assert page.kind is FilingKind.VIDEO_SMS
    said = texts(page.card)
    for words in ("端口客户信息登记书 *", "视频短信文案中有动态参数时需要", "3 个工作日内完成审核。"):
        assert words in said, words
    assert "还缺 4 份必填材料。" in page.foot_note.text()
    page.attach("licence", [str(scan(tmp_path, "licence"))])
    robot.settle()
    for paper in ("material_letter", "signature_letter", "port_register"):
        page.attach(paper, [str(pdf(tmp_path, paper))])
        robot.settle()
    assert page.foot_note.text() == ""
    wrong = tmp_path / "letter.txt"
    wrong.write_text("no letter", "utf-8")
    page.attach("params_letter", [str(wrong)])
    robot.settle()
    assert page._lines["params_letter"].wrong.text()
    # The other filings are what they were.
    page.tabs.setCurrentIndex(0)
    robot.settle()
    assert "端口客户信息登记书" not in texts(page.card)


def test_a_sample_letter_is_a_word_file(robot: Robot, tmp_path: Path) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QFileDialog

    page = cast("FilingsPage", robot.go("filings", kind=FilingKind.VIDEO_SMS.value))
    robot.settle()
    asked: list[str] = []

    for paper in page._shown.papers:
        if paper.letter:
            page.letter(paper.id)
            (dialog,) = page.findChildren(QFileDialog)
            name = dialog.selectedFiles()[0].rpartition("/")[2]
            asked.append(name)
            dialog.fileSelected.emit(str(tmp_path / name))
            dialog.close()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            robot.settle()
    assert len(asked) == 7
    assert all((tmp_path / name).read_bytes().startswith(b"PK") for name in asked)


# --- signatures and templates ------------------------------------------------------------------------------------


def test_a_signature_is_added_refused_beside_its_field_and_waits(live: Robot, tmp_path: Path) -> None:
    from koodesk.demo.red_packet import RedPacketStory

    page = cast("VideoSignaturesPage", live.go("video_signatures"))
    assert [r.name for r in page.listing.model.rows] == ["云杉汽车"]
    live.click("add-video-signature")
    sheet = live.sheet()
    fields = RedPacketStory.fields(sheet)
    live.fill(fields["name"].control, "云")
    live.click(sheet.accept_button)
    live.settle()
    assert fields["name"].control.property("state") == "error"
    live.fill(fields["name"].control, "云杉试驾")
    fields["paper:authorization"].control.set_path(str(pdf(tmp_path, "letter")))
    live.accept(sheet)
    rows = {r.name: r for r in page.listing.model.rows}
    assert rows["云杉试驾"].state.value in ("waiting", "approved")
    page.listing.choose(rows["云杉汽车"].id)
    assert not page._edit.isEnabled()
    assert page._edit.toolTip() == "只有审核未通过的签名可以修改"


def test_templates_are_found_and_lead_on(live: Robot) -> None:
    page = cast("VideoTemplatesPage", live.go("video_templates"))
    live.settle()
    row = page.listing.model.rows[0]
    page.listing.choose(row.id)
    assert page._send.isEnabled()
    page.search.setText("没有这个")
    live.wait(lambda: not page.listing.model.rows, "nothing is found")
    page.search.setText(row.tpl_id)
    live.wait(lambda: len(page.listing.model.rows) == 1, "it is found by its id")
    page.listing.choose(row.id)
    live.click("send-video-template")
    live.settle()
    assert live.window.current_id == "video_send"
    assert cast("Any", live.page).template.value == row.id


# --- send tasks --------------------------------------------------------------------------------------------------


def test_tasks_are_listed_by_kind_with_the_platforms_word(live: Robot) -> None:
    made = sent(live)
    page = cast("CampaignsPage", live.go("campaigns", campaign_id=made))
    live.wait(lambda: len(page.listing.model.rows) == 1, "the task is listed")
    assert "平台的任务状态" in page.facts.text()
    assert "投递有效期 72 小时" in page.facts.text()
    said = texts(page.detail)
    assert "运营商未通过" in said
    assert "不可解析" not in said
    assert "已解析" not in page.funnel.accessibleName()
    assert "上行回复" in page.funnel.accessibleName()
    live.wait(lambda: "移动" in page.bars.accessibleName(), "the carriers come")
    assert page.by.text() == "按运营商（按号段估计）"
    page.kind.choose(CampaignKind.SMART)
    live.wait(lambda: not page.listing.model.rows, "there is no smart task")
    assert page.detail.isHidden()
    assert page.history.isHidden()
    page.kind.choose(CampaignKind.VIDEO)
    live.wait(lambda: len(page.listing.model.rows) == 1, "the video task is back")


def test_a_task_asked_for_is_the_one_that_shows(live: Robot) -> None:
    first, second = sent(live), sent(live, numbers(0, 2, 2))
    page = cast("CampaignsPage", live.go("campaigns", campaign_id=second))
    live.settle()
    assert page.listing.table.current().id == second
    live.go("overview")
    live.go("campaigns", campaign_id=first)
    live.wait(lambda: page.listing.table.current().id == first, "the other one is chosen")
    live.settle()
    assert page.history.campaign_id == first
    page.refresh()  # still under way when another task is asked for, as the one just confirmed is
    page.open(campaign_id=second)
    page.refresh()
    live.wait(lambda: page.listing.table.current().id == second, "it shows nevertheless")
    live.settle()
    assert page.history.campaign_id == second


def test_details_of_a_video_task_have_no_column_of_cards(live: Robot) -> None:
    from PySide6.QtCore import QModelIndex

    made = sent(live)
    page = cast("DetailsPage", live.go("details", campaign_id=made))
    live.settle()
    table = page.listing.table
    shown = [c.name for n, c in enumerate(page.listing.model.columns) if not table.isColumnHidden(n)]
    assert shown == ["手机号", "运营商", "受理结果", "回执", "送达时间", "上行回复", "结果码"]
    assert page.carrier.isVisible()
    assert len(page.listing.model.rows) == 10
    page.listing.model.fetchMore(QModelIndex())  # a table asks whenever its columns change
    live.settle()
    assert len(page.listing.model.rows) == 10
    page.carrier.choose("cucc")
    live.wait(lambda: len(page.listing.model.rows) == 3, "one carrier's numbers are listed")
    assert {r.carrier for r in page.listing.model.rows} == {"cucc"}
    words = [page.bucket.itemText(n) for n in range(page.bucket.count())]
    assert "运营商未通过" in words
    assert "不可解析" not in words
