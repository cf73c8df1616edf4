# SPDX-License-Identifier: Apache-2.0
"""How fast the local engine's clock runs (时钟速度), what that means, and where it stands."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent

from koodesk.domain.problem import Problem
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.forms import Form, choice

POLL_MS: Final = 1_000
SPEEDS: Final = (1, 10, 60, 600, 3_600)


def speed_word(speed: int) -> str:
    """Say a speed in words one can picture."""
    return {
        1: tr("1 倍：和真实时间一样"),
        10: tr("10 倍：6 秒走 1 分钟"),
        60: tr("60 倍：1 秒走 1 分钟"),
        600: tr("600 倍：1 秒走 10 分钟"),
        3_600: tr("3600 倍：1 秒走 1 小时"),
    }.get(speed, tr("{speed} 倍", speed=f"{speed:,}"))


class ClockCard(Card):
    """The speed, put in force as soon as it is chosen; the clock itself, read once a second while one looks."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("本地引擎的时钟"))
        self._page = page
        self._asking = False
        self.body.addWidget(
            label(
                tr(
                    "审核、定时发送、发送时段、有效期、回执、72 小时超时和结算都按这个时钟走。"
                    "它只属于本地引擎；真实平台按真实时间。"
                ),
                "second",
                wrap=True,
            )
        )
        form = Form(label_width=96)
        self.now = label("—", selectable=True)
        self.now.setContentsMargins(0, 4, 0, 4)
        form.add("now", tr("现在"), self.now)
        self.speed = choice([(speed_word(speed), speed) for speed in SPEEDS])
        self.speed.setMaximumWidth(320)
        self.speed.setAccessibleName(tr("时钟速度"))
        self.speed.activated.connect(lambda _: self.change())
        form.add(
            "speed",
            tr("时钟速度"),
            self.speed,
            hint=tr(
                "选择后立即生效，从现在的时刻接着走，不会倒退。引擎停止期间按真实时间走。"
                "推广类信息在任何速度下都只在发送时段内受理；速度越快，一天的时段过得越快，一次发送会跨更多天。"
            ),
        )
        self.form = form
        self.body.addWidget(form)
        self._page.guard(self.speed, "koodesk:engine:control")
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.refresh)

    def refresh(self) -> None:
        """Read the clock."""
        if self._asking:
            return
        self._asking = True
        self._page.run(lambda service: service.engine.status(), self._show, self._show_off)

    def _show(self, status: Any) -> None:
        self._asking = False
        self.now.setText(moment(status.now_ms))
        if not self.speed.view().isVisible():  # nobody is choosing
            speeds = sorted({*SPEEDS, status.speed})  # the command line knows every whole number
            self.speed.put([(speed_word(speed), speed) for speed in speeds], status.speed)

    def _show_off(self, _problems: tuple[Problem, ...]) -> None:
        self._asking = False
        self.now.setText(tr("本地引擎未运行"))

    def change(self) -> None:
        """Put the chosen speed in force."""
        speed = self.speed.value

        def done(_told: Any) -> None:
            self._page.banner.tell(tr("引擎时钟：{speed}。", speed=speed_word(speed)), "success")
            self.refresh()

        def failed(problems: tuple[Problem, ...]) -> None:
            self._page.show_problems(problems, self.form)
            self.refresh()

        self._page.run(lambda service: service.engine.set_speed(speed), done, failed)

    def showEvent(self, event: QShowEvent) -> None:
        """Read on while one looks."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Read no more."""
        self._timer.stop()
        super().hideEvent(event)
