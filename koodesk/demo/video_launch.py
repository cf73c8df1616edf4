# SPDX-License-Identifier: Apache-2.0
"""Chapter 3 of the guide, step by step, in the real window: a car maker announces a new model by video SMS to every phone
of three carriers, from the filing to the last receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from koodesk import paths
from koodesk.demo import files
from koodesk.demo.console import Console
from koodesk.demo.robot import Stuck
from koodesk.domain.billing.items import PackageKind
from koodesk.domain.filing import FilingKind
from koodesk.domain.recipient import ConsentKind
from koodesk.domain.video_sms.template import Channel, ResourceKind
from koodesk.editor.param_text import ParamText
from koodesk.editor.video_sms.media_work import Target
from koodesk.editor.video_sms.words import channel_word
from koodesk.ui.pages.filings import FilingsPage

COMPANY: Final = "云栖汽车（示例）有限公司"
SIGN: Final = "云栖汽车"
TITLE: Final = "极光 X1 今日上市，邀您试驾"
TEXT: Final = "尊敬的#p_1#，极光 X1 今日正式上市！到店试驾享 #p_2# 元购车礼，拒收请回复R"
NAME: Final = "极光 X1 上市"
CAMPAIGN: Final = "极光 X1 新车上市"
PAPERS: Final = (
    ("licence", "营业执照.png"),
    ("material_letter", "智能信息素材承诺函.pdf"),
    ("signature_letter", "签名授权函.pdf"),
    ("port_register", "端口客户信息登记书.pdf"),
    ("params_letter", "动参承诺函.pdf"),
)
SEND_HOUR: Final = 10


class VideoStory(Console):
    """The video SMS of chapter 3."""

    template_id = 0
    package_kind = PackageKind.VIDEO
    probe = ("video_send", "video_send")

    def steps(self) -> tuple[Callable[[], None], ...]:
        """Return the steps in order."""
        return (
            self.open_service,
            self.buy_package,
            self.make_users,
            self.verify_rights,
            self.file_papers,
            self.add_signature,
            self.new_template,
            self.insert_video,
            self.insert_text,
            self.cut_video,
            self.submit_template,
            self.fill_send,
            self.send,
            self.watch,
            self.read_bill,
            self.read_results,
        )

    # --- clearing --------------------------------------------------------------------------------------------

    def file_papers(self) -> None:
        """Hand in the filing of video SMS."""
        robot = self.robot
        folder = self.plan.folder / "papers"
        folder.mkdir(parents=True, exist_ok=True)
        page = cast(FilingsPage, robot.go("filings", kind=FilingKind.VIDEO_SMS))
        for paper, name in PAPERS:
            page.attach(paper, [str(files.paper(folder / name, name.partition(".")[0], COMPANY))])
            robot.settle()
        robot.shot("filing")
        robot.click("filing-submit")
        robot.settle()
        robot.shot("filing-waiting")
        self.until_decided()

    def add_signature(self) -> None:
        """Add a signature."""
        robot = self.robot
        robot.go("video_signatures")
        robot.shot("signatures-empty")
        robot.click("add-video-signature")
        sheet = robot.sheet()
        robot.fill(self.fields(sheet)["name"].control, SIGN)
        robot.shot("signature")
        robot.accept(sheet)
        self.until_decided()
        robot.go("video_signatures")
        robot.shot("signatures")

    # --- the template ----------------------------------------------------------------------------------------

    @property
    def studio(self) -> Any:
        """The editor's studio."""
        return cast(Any, self.robot.page).studio

    def new_template(self) -> None:
        """Begin with an empty template and give it a subject."""
        robot = self.robot
        robot.go("video_templates")
        robot.shot("templates-empty")
        robot.click("new-video-template")
        robot.wait(lambda: robot.window.current_id == "video_editor", "the editor opens")
        robot.wait(lambda: self.studio is not None, "the template is drawn")
        robot.settle()
        self.template_id = int(self.ask(lambda service: service.video_templates.list()[0].id))
        robot.shot("editor-empty")
        self.studio.edit_in_place("title")
        self.type(TITLE)

    def type(self, words: str) -> None:
        """Type where the cursor is, as an input method does, and accept."""
        robot = self.robot
        robot.settle()
        field = self.studio.canvas.findChild(ParamText)
        if field is None:
            raise Stuck("nothing is being typed in")
        commit = QInputMethodEvent()
        commit.setCommitString(words)
        QApplication.sendEvent(field, commit)
        self.studio.put_down()
        robot.settle()

    def insert_video(self) -> None:
        """Insert a video of this machine (从本地上传视频)."""
        robot, studio = self.robot, self.studio
        source = (paths.resources() / "samples" / "videos" / "car").with_suffix(".mp4")
        studio.media.take_paths((source,), Target(0))
        robot.wait(lambda: bool(studio.session.template.media), "the video is there")
        robot.settle()
        robot.shot("editor-video")

    def insert_text(self) -> None:
        """Insert a text below it, with parameters."""
        robot, studio = self.robot, self.studio
        studio.session.selection.select("frame:1/element:1")
        studio.insert(ResourceKind.TEXT)
        self.type(TEXT)
        robot.wait(lambda: studio.session.template.params == ("p_1", "p_2"), "the text is there")
        robot.shot("editor-text")

    def cut_video(self) -> None:
        """Cut the video: four seconds of it, within a budget."""
        robot, studio = self.robot, self.studio
        before = studio.session.template.media[0].digest
        studio.clip("frame:1/element:1")
        sheet = cast(Any, robot.sheet())
        robot.wait(
            lambda: hasattr(sheet, "line") and bool(sheet.line.picture_at(0)), "the time line is there"
        )
        sheet.line.set_cut(500, 4500)
        sheet.line.set_head(2000)
        robot.click("clip-cover", sheet)
        robot.settle()
        robot.shot("clip")
        robot.accept(sheet)
        robot.wait(
            lambda: studio.session.template.media[0].digest != before, "the cut video is in the message"
        )
        robot.settle()
        robot.shot("editor")

    def submit_template(self) -> None:
        """Submit the template and wait for the carriers."""
        robot, studio = self.robot, self.studio
        robot.click("video_editor-submit")
        robot.settle()
        sheet = studio.sheet
        robot.fill(sheet.name, NAME)
        robot.fill(sheet.signature, sheet.signature.itemText(sheet.signature.count() - 1))
        robot.fill(sheet.channel, channel_word(Channel.THREE_ORDINARY))
        robot.fill(sheet.remarks, "新车上市邀约，发送给已登记的意向客户")
        robot.settle()
        robot.shot("submit")
        cast(Any, robot.page).submit()
        robot.wait(
            lambda: bool(self.ask(lambda service: service.video_templates.get(self.template_id)).tpl_id),
            "the template is handed in",
        )
        robot.go("review")
        robot.shot("review-desk")
        self.until_decided()
        robot.go("video_templates")
        robot.settle()
        robot.shot("templates")

    # --- sending ---------------------------------------------------------------------------------------------

    def fill_send(self) -> None:
        """Choose template and numbers."""
        robot, plan = self.robot, self.plan
        self.wake_at(SEND_HOUR)
        robot.go("campaigns")
        robot.shot("campaigns-empty")
        page = cast(Any, robot.go("video_send", template_id=self.template_id))
        robot.fill(page.name, CAMPAIGN)
        robot.settle()
        robot.shot("send-form")
        params = self.ask(lambda service: service.video_templates.get(self.template_id)).params
        path = plan.folder / f"意向客户{plan.recipients}.xlsx"
        self.ask(
            lambda _: files.numbers(
                path, tuple(params), plan.recipients, plan.seed, prefixes=files.MOSTLY_MOBILE
            ),
            600,
        )
        page.audience.picker.set_path(str(path))
        robot.wait(lambda: page.audience.audience is not None, "the numbers are checked", 600)
        page.audience.consent_kind.choose(ConsentKind.FORM)
        robot.fill(page.audience.consent, "2026 年车展意向登记表第 3 条")
        robot.settle()
        robot.look_at(page.audience)
        robot.shot("send")

    def send(self) -> None:
        """Confirm, and see it start."""
        self.confirm(cast(Any, self.robot.page).send_button)

    def read_results(self) -> None:
        """Read the result: task, details, report."""
        robot = self.robot
        self.read_task()
        robot.go("video_report")
        robot.settle()
        robot.shot("report")
        robot.change_look(theme_name="dark", language="en")
        robot.settle()
        robot.shot("report-dark-en")
        robot.go("video_editor", template_id=self.template_id)
        robot.wait(lambda: self.studio is not None, "the template is drawn")
        robot.settle()
        robot.shot("editor-dark-en")
