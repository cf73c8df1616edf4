# SPDX-License-Identifier: Apache-2.0
"""The page of signatures: what each state allows, changing a rejected one, deleting, and the sample letter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk.domain.review_state import ReviewerMode, ReviewKind
from koodesk.domain.video_sms.signature import VideoSignatureDraft
from tests.ui.pages.video.clearing import SIGN, ask, pdf

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.video.signatures import VideoSignaturesPage

pytestmark = pytest.mark.gui

REASON = "签名与营业执照上的名称不一致"


def opened(live: Robot) -> VideoSignaturesPage:
    page = cast("VideoSignaturesPage", live.go("video_signatures"))
    live.settle()
    return page


def rejected(live: Robot, folder: Path, name: str = "云杉试驾") -> int:
    """Hand in a signature and reject it at the review desk; return its id."""

    def work(service: Any) -> int:
        service.reviews.set_mode(ReviewerMode.DESK)
        made = service.video_signatures.add(VideoSignatureDraft(name, True), pdf(folder, "letter"))
        (review,) = (
            r for r in service.reviews.list() if r.kind is ReviewKind.VIDEO_SIGNATURE and r.title == name
        )
        service.reviews.reject(review.id, REASON)
        service.reviews.sync()
        return int(made.id)

    made = ask(live, work)
    assert isinstance(made, int), made
    return made


def names(page: VideoSignaturesPage) -> list[str]:
    return [row.name for row in page.listing.model.rows]


def test_a_rejected_one_says_why_is_changed_and_waits_again(live: Robot, tmp_path: Path) -> None:
    from koodesk.demo.red_packet import RedPacketStory

    made = rejected(live, tmp_path)
    page = opened(live)
    page.listing.choose(made)
    row = page.listing.table.current()
    assert row.state.value == "rejected"
    page.show_reasons(row)
    assert "【云杉试驾】" in live.said()
    assert REASON in live.said()
    assert page._edit.isEnabled()
    assert page._remove.isEnabled()
    live.click(page._edit)
    sheet = live.sheet()
    fields = RedPacketStory.fields(sheet)
    assert fields["name"].control.text() == "云杉试驾"
    assert fields["third_party"].control.value is True
    live.fill(fields["name"].control, "云杉汽车服务")
    fields["paper:authorization"].control.set_path(str(pdf(tmp_path, "again")))
    live.accept(sheet)
    assert "签名已提交审核" in live.said()
    assert sorted(names(page)) == sorted([SIGN, "云杉汽车服务"])
    row = page.listing.table.current()
    assert (row.id, row.state.value) == (made, "waiting")
    assert not page._edit.isEnabled()
    assert not page._remove.isEnabled()
    assert page._remove.toolTip() == "审核中的签名不能删除"


def test_a_letter_of_the_wrong_kind_is_refused_beside_its_field(live: Robot, tmp_path: Path) -> None:
    from koodesk.demo.red_packet import RedPacketStory

    page = opened(live)
    live.click("add-video-signature")
    sheet = live.sheet()
    fields = RedPacketStory.fields(sheet)
    live.fill(fields["name"].control, "云杉试驾")
    wrong = tmp_path / "letter.pdf"
    wrong.write_bytes(b"no pdf")
    fields["paper:authorization"].control.set_path(str(wrong))
    live.click(sheet.accept_button)
    live.settle()
    assert sheet.isVisible()
    assert "letter.pdf" in fields["paper:authorization"].problem
    sheet.reject()
    live.settle()
    assert names(page) == [SIGN]


def test_deleting_asks_first_and_takes_one_away(live: Robot) -> None:
    page = opened(live)
    page.listing.choose(page.listing.model.rows[0].id)
    live.click(page._remove)
    sheet = live.sheet()
    sheet.reject()
    live.settle()
    assert names(page) == [SIGN]
    live.click(page._remove)
    live.accept(live.sheet())
    live.settle()
    assert names(page) == []
    assert page.listing.currentWidget() is page.listing.empty
    assert not page._edit.isEnabled()
    assert not page._remove.isEnabled()
    assert page._remove.toolTip() == "先选择一个签名"


def test_the_sample_letter_is_saved_where_one_says(robot: Robot, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QFileDialog

    page = cast("VideoSignaturesPage", robot.go("video_signatures", add=True))
    sheet = robot.sheet()
    robot.click("video-letter", sheet)
    (dialog,) = page.findChildren(QFileDialog)
    assert dialog.defaultSuffix() == "docx"
    path = tmp_path / "签名授权函.docx"
    dialog.fileSelected.emit(str(path))
    robot.settle()
    assert path.read_bytes().startswith(b"PK")
    assert page.banner.accessibleName() == "样例已保存。"
    dialog.close()
    sheet.reject()
