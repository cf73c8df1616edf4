# SPDX-License-Identifier: Apache-2.0
"""The flight recorder (飞行记录): type a number, see its way through every send task, and what its phone showed."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QWidget

from koodesk.backend.views.phones import PhoneMessage, Recorder, Recording
from koodesk.ui import states, theme
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.phones.facts import account_words, clear
from koodesk.ui.pages.phones.screen import Screen, draw
from koodesk.ui.pages.phones.timeline import Timeline
from koodesk.ui.pages.phones.two_lines import Lines, TwoLines
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, Chip, button, label
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import line_edit

PHONE_WIDTH: Final = 240
PHONE_HEIGHT: Final = 416


class RecorderPage(Page):
    """The number above, its send tasks at the left, the way through one in the middle, the phone at the right."""

    page_id = "recorder"
    icon = "search"
    watches: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Any) -> None:
        self._found: Recorder | None = None
        self._asked: tuple[str, int, int] = ("", 0, 0)
        self._message = ""
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out the search and its three columns."""
        self.set_title(tr("飞行记录"), tr("输入一个手机号，看它在每个发送任务里经过了什么、收到了什么"))
        bar = QHBoxLayout()
        bar.setSpacing(8)
        self.number = line_edit(tr("11 位手机号"), limit=40)
        self.number.setObjectName("recorder-number")
        self.number.setAccessibleName(tr("手机号"))
        self.number.setFixedWidth(240)
        self.number.returnPressed.connect(self.look_up)
        bar.addWidget(self.number)
        bar.addWidget(button(tr("查询"), self.look_up, kind="primary", icon="search", name="recorder-go"))
        self.about = label("", "second")
        bar.addWidget(self.about)
        bar.addStretch(1)
        self.outs = QHBoxLayout()
        self.outs.setSpacing(6)
        bar.addLayout(self.outs)
        self.body.addLayout(bar)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        self.tasks = TwoLines(tr("发送任务"))
        self.tasks.setObjectName("recorder-tasks")
        self.tasks.setFixedWidth(248)
        self.tasks.chosen.connect(self._choose)
        columns.addWidget(self.tasks)
        self.timeline = Timeline(self.desk)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.timeline)
        area.setAccessibleName(tr("时间线"))
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        panel = Card(tr("时间线"), margins=16)
        panel.body.addWidget(area, 1)
        columns.addWidget(panel, 1)
        self.phone = Card(tr("它的手机显示的"), margins=16)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(PHONE_WIDTH, PHONE_HEIGHT)
        self.phone.body.addWidget(self.picture, 1)
        self.same = Chip()
        self.phone.body.addWidget(self.same)
        self.account = label("", "second", wrap=True)
        self.account.setVisible(False)
        self.phone.body.addWidget(self.account)
        self.phone.body.addWidget(
            button(tr("在终端里打开"), self._open_phone, icon="smartphone", name="recorder-open")
        )
        self.phone.setFixedWidth(280)
        columns.addWidget(self.phone)
        whole = QWidget()
        whole.setLayout(columns)
        columns.setContentsMargins(0, 0, 0, 0)
        self.empty = EmptyState(
            "search",
            tr("查一个号码"),
            tr("从号码文件的哪一行来、怎样改写、什么时候受理和送达、点了什么，一条时间线看完。"),
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(whole)
        self.body.addWidget(self.stack, 1)

    def open(self, **arguments: Any) -> None:
        """Look up what was asked for: a number, or a row of the send details whose number is masked."""
        number = str(arguments.get("number", ""))
        campaign, recipient = int(arguments.get("campaign_id", 0)), int(arguments.get("recipient_id", 0))
        if number or recipient:
            self.number.setText(number)
            self._asked = (number, campaign, recipient)
            self._found = None

    def refresh(self) -> None:
        """Look up what was asked for last, or wait for a number."""
        if any(self._asked) and self._found is None:
            self._fetch()
        elif not any(self._asked):
            self.number.setFocus()

    def look_up(self) -> None:
        """Look the typed number up in every send task."""
        self._asked = (self.number.text().strip(), 0, 0)
        self._fetch()

    def _fetch(self) -> None:
        number, campaign, recipient = asked = self._asked
        self.banner.hide()
        self.about.setText("")
        clear(self.outs)

        def show(found: Recorder) -> None:
            if asked == self._asked:
                self._show(found)

        if recipient:
            self.run(lambda service: service.recorder.of_recipient(campaign, recipient), show)
        else:
            self.run(lambda service: service.recorder.look_up(number, campaign), show)

    def _show(self, found: Recorder) -> None:
        self._found = found
        carrier = self.desk.word(f"carrier.{found.carrier}")
        place = " · ".join(filter(None, (found.number, found.region, carrier)))
        self.about.setText(tr("{place}（按号段，携号转网除外）", place=place))
        clear(self.outs)
        for signature, _at_ms, _source in found.opt_outs[:3]:
            self.outs.addWidget(Chip(tr("已退订【{signature}】", signature=signature), "danger", "ban"))
        if found.unheard:
            self.banner.tell(tr("引擎没有运行：这里只有账本里的记录，缺少还没返回的回执和操作。"), "warning")
        if not found.recordings:
            self.empty.tell(tr("没有给这个号码发送过"), tr("它不在任何发送任务里，或者您不能查看那些任务。"))
            self.stack.setCurrentIndex(0)
            return
        self.tasks.put([self._line(one) for one in found.recordings], found.recordings[0].campaign_id)
        self.stack.setCurrentIndex(1)
        self._choose(found.recordings[0].campaign_id)

    def _line(self, one: Recording) -> Lines:
        at_ms = next((event.at_ms for event in one.events if event.at_ms), 0)
        state = states.word("campaign", one.state)
        note = f"【{one.signature}】 {tr('测试发送') if one.test else state}"
        icon = "film" if one.kind == "video" else "message-square-text"
        return Lines(one.campaign_id, one.campaign, note, minute(at_ms)[5:], icon, not one.message_id)

    def _choose(self, campaign_id: int) -> None:
        found = self._found
        one = next((r for r in found.recordings if r.campaign_id == campaign_id), None) if found else None
        if one is None:
            return
        self.timeline.show_recording(one)
        self._message = message = one.message_id
        self.phone.setVisible(bool(message))
        if not message:
            return
        self.picture.clear()
        ratio, dark = self.devicePixelRatioF(), theme.is_dark()
        region = found.region if found else ""

        def work(service: Any) -> tuple[Screen, PhoneMessage]:
            opened = service.phones.open(message, None, region, as_sent=True)
            screen = draw(
                service, opened, card=True, dark=dark, room=(PHONE_WIDTH, PHONE_HEIGHT), ratio=ratio
            )
            return screen, opened

        def show(found: tuple[Screen, PhoneMessage]) -> None:
            if message != self._message:
                return
            screen, opened = found
            image = screen.image
            if image.height() > PHONE_HEIGHT * ratio:
                smooth = Qt.TransformationMode.SmoothTransformation
                image = image.scaledToHeight(round(PHONE_HEIGHT * ratio), smooth)
            image.setDevicePixelRatio(ratio)
            self.picture.setPixmap(QPixmap.fromImage(image))
            self.same.setVisible(opened.kind != "plain")
            around = account_words(opened)
            self.account.setText(tr("服务号：{words}", words=around) if around else "")
            self.account.setVisible(bool(around))
            if opened.same:
                self.same.show_state(tr("与确认发送的版本一致 {digest}", digest=one.digest[:10]), "success")
            else:
                self.same.show_state(tr("模板已删除，只剩文字 {digest}", digest=one.digest[:10]), "warning")

        def failed(problems: Any) -> None:
            if message == self._message:
                self.same.setVisible(False)
                self.picture.setText(self.desk.say(problems))
                self.picture.setWordWrap(True)

        self.run(work, show, failed)

    def _open_phone(self) -> None:
        self.desk.go("phones", message_id=self._message, looks=[True])
