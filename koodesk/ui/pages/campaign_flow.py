# SPDX-License-Identifier: Apache-2.0
"""发送节奏 of a send task: its waves and what they wait for, the rates that hold, and a breaker that is open."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QSpinBox

from koodesk.domain.send_state import OVER, CampaignState
from koodesk.domain.vendor import Vendor
from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.send_kinds import task_action
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import Card, Chip, button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, padded

WORKSPACE: Final = "workspace"
MOST_RATE: Final = 1_000_000


def rate_words(rate: int) -> str:
    """Say a rate."""
    return tr("每秒 {count} 条", count=f"{rate:,}") if rate else tr("不限速")


def percent(share: int) -> str:
    """Say a share of thousandths in percent."""
    return f"{share / 10:g}%"


def share_of(part: int, whole: int) -> str:
    """Say a part of a whole in percent, a dash where there is nothing yet."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


class FlowCard(Card):
    """The panel. `page` runs its calls and stops a task; it hides itself for a task that is over and had no waves."""

    def __init__(self, page: Any) -> None:
        super().__init__(tr("发送节奏"))
        self._page = page
        self._row: Any = None
        self._shown: Any = None
        self.rates = label("", "second", wrap=True)
        bar = QHBoxLayout()
        bar.addWidget(self.rates, 1)
        self.change = button(
            tr("调整速度"), lambda: RateSheet(page, self._row).open(), name="change-rate", icon="settings"
        )
        bar.addWidget(self.change)
        self.body.addLayout(bar)
        self._breaker = QHBoxLayout()
        self.breaker = Chip()
        self.breaker_words = label("", "second", wrap=True)
        self._breaker.addWidget(self.breaker)
        self._breaker.addWidget(self.breaker_words, 1)
        self.body.addLayout(self._breaker)
        wave = QHBoxLayout()
        wave.setSpacing(12)
        self.wave = Chip()
        self.wave_words = label("", "second", wrap=True)
        wave.addWidget(self.wave)
        wave.addWidget(self.wave_words, 1)
        self.go_on = button(tr("发下一批"), self._go_on, kind="primary", icon="play", name="go-on")
        self.stop = button(tr("停止任务"), lambda: page._stop(self._row), kind="danger", name="stop-waves")
        wave.addWidget(self.go_on)
        wave.addWidget(self.stop)
        self.body.addLayout(wave)
        self.counts = label("", "hint", wrap=True)
        self.body.addWidget(self.counts)
        self.hide()

    def show_flow(self, row: Any, found: Any) -> None:
        """Show how a task flows; nothing is touched while it is as before."""
        if (row.id, row.state, row.reason, found) == self._shown:
            return
        self._shown, self._row = (row.id, row.state, row.reason, found), row
        live = row.state not in OVER
        self.setVisible(live or found.wave is not None)
        told = [tr("本任务 {rate}", rate=rate_words(row.rate))]
        told += [
            tr("{scope} {rate}", scope=self._scope(one.scope), rate=rate_words(one.rate))
            for one in found.shared
        ]
        self.rates.setText(" · ".join(told))
        self.rates.setVisible(live)
        self.change.setVisible(live)
        self.breaker.setVisible(bool(found.open_since_ms) and live)
        self.breaker_words.setVisible(bool(found.open_since_ms) and live)
        if found.open_since_ms:
            self.breaker.show_state(tr("通道已熔断"), "danger", "triangle-alert")
            self.breaker_words.setText(
                tr(
                    "{since} 起多次调用没有结果，暂停调用；{until} 之后用一次调用试探，恢复后自动继续。",
                    since=moment(found.open_since_ms)[11:],
                    until=moment(found.open_until_ms)[11:],
                )
            )
        self._show_wave(row, found.wave, live)
        for control in (self.change, self.go_on, self.stop):
            self._page.guard(control, task_action(row.kind, "control"))

    def _scope(self, scope: str) -> str:
        return tr("工作区") if scope == WORKSPACE else str(self._page.desk.word(f"vendor.{scope}"))

    def _show_wave(self, row: Any, wave: Any, live: bool) -> None:
        held = wave is not None and live and wave.waits not in ("", "sending")
        asks = held and wave.waits.startswith("wave_")
        for part in (self.wave, self.wave_words, self.counts):
            part.setVisible(wave is not None)
        self.go_on.setVisible(held and wave.waits != "ready")
        self.stop.setVisible(held)
        if wave is None:
            return
        self.wave.show_state(
            tr("第 {wave} 批，共 {waves} 批", wave=wave.wave, waves=wave.waves),
            "warning" if held else "accent" if live else "neutral",
            "pause" if held else "",
        )
        self.go_on.setText(tr("仍然发下一批") if asks else tr("发下一批"))
        self.wave_words.setText(self._wave_words(row, wave))
        self.counts.setText(
            tr(
                "已发出的批次：未受理 {refused}，未送达 {failed}，已送达 {delivered}",
                refused=share_of(wave.refused, wave.accepted + wave.refused),
                failed=share_of(wave.failed, wave.delivered + wave.failed),
                delivered=share_of(wave.delivered, wave.accepted),
            )
        )

    @staticmethod
    def _wave_words(row: Any, wave: Any) -> str:
        """Say what a task that is sent in waves does or waits for."""
        if row.state in OVER:
            return tr("分批发送：先 {shares}，再发其余。", shares=tr("，再 ").join(map(percent, wave.shares)))
        if wave.waits == "hold":
            return tr(
                "这一批已经发出，观察到 {until}，没有触发停止规则就发下一批。", until=moment(wave.until_ms)
            )
        if wave.waits == "unknown":
            return tr("这一批有 {count} 次调用结果未知，弄清之后再发下一批。", count=f"{wave.unknown:,}")
        if wave.waits == "ready":
            return tr("观察结束，马上发下一批。")
        if wave.waits.startswith("wave_"):
            return tr("{why}，已暂停，等人决定。", why=states.word("campaign_reason", wave.waits))
        if wave.waits == "sending":
            paused = row.state != CampaignState.RUNNING
            return tr("这一批还没有发完。") if paused else tr("正在发送这一批，发完后先观察，再发下一批。")
        return tr("前面的批次没有触发停止规则，正在发送其余号码。")

    def _go_on(self) -> None:
        campaign = self._row.id
        self._page.run(
            lambda service: service.flow.go_on(campaign),
            lambda _: self._page.desk.changed.emit("campaigns"),
        )


class RateSheet(Sheet):
    """The rates that hold, each changed by itself; they count from the next call."""

    def __init__(self, page: Page, row: Any) -> None:
        super().__init__(page, tr("调整速度"), tr("保存"), self._take, width=520)
        self._page = page
        self._row = row
        self.body.addWidget(
            label(
                tr("每秒最多多少条，0 为不限。发送中也可以改，从下一次调用起生效；几个限制同时有效。"),
                "second",
                wrap=True,
            )
        )
        self.form = Form()
        self.boxes: dict[str, QSpinBox] = {}
        names = {"": tr("本任务"), WORKSPACE: tr("整个工作区")}
        names |= {vendor.value: str(page.desk.word(f"vendor.{vendor.value}")) for vendor in Vendor}
        for scope, name in names.items():
            box = padded(QSpinBox())
            box.setRange(0, MOST_RATE)
            box.setSpecialValueText(tr("不限速"))
            box.setAccessibleName(name)
            self.boxes[scope] = box
            self.form.add(scope or "rate", name, box)
        self.boxes[""].setValue(row.rate)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self._rates_before: dict[str, int] = {"": row.rate}
        self.accept_button.setEnabled(False)
        page.run(lambda service: service.flow.of(row.id), self._show)

    def _show(self, found: Any) -> None:
        shared = {one.scope: one.rate for one in found.shared}
        for scope, box in self.boxes.items():
            if scope:
                box.setValue(shared.get(scope, 0))
            self._rates_before[scope] = box.value()
        self.accept_button.setEnabled(True)
        self.boxes[""].setFocus()

    def _take(self) -> None:
        changed = {
            scope: box.value()
            for scope, box in self.boxes.items()
            if box.value() != self._rates_before.get(scope)
        }
        number = self._row.id

        def work(service: Any) -> None:
            for scope, rate in changed.items():
                if scope:
                    service.flow.set_shared_rate(scope, rate)
                else:
                    service.campaigns.set_rate(number, rate)

        def done(_: Any) -> None:
            self.accept()
            self._page.desk.changed.emit("campaigns")

        def failed(problems: Any) -> None:
            self.banner.tell(self._page.desk.say(self.form.show_problems(problems) or problems))

        self._page.run(work, done, failed)
