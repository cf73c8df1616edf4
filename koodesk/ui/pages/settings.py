# SPDX-License-Identifier: Apache-2.0
"""Settings: language, look, send window, and the local engine's model of the world."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from koodesk.domain.platform import Platform
from koodesk.domain.problem import Problem
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.settings_parts.backup import BackupCard
from koodesk.ui.pages.settings_parts.cloud_api import CloudApiCard
from koodesk.ui.pages.settings_parts.database import DatabaseCard
from koodesk.ui.pages.settings_parts.engine_clock import ClockCard
from koodesk.ui.pages.settings_parts.faults import FaultCard
from koodesk.ui.pages.settings_parts.place import PlaceCard
from koodesk.ui.pages.settings_parts.platform import PlatformCard
from koodesk.ui.pages.settings_parts.retention import RetentionCard
from koodesk.ui.pages.settings_parts.sending import SendingRules
from koodesk.ui.widgets.basics import Card, button, label, row
from koodesk.ui.widgets.forms import Form, choice, padded

NARROW = 168
NORMAL = {
    "delivered": 0.95,
    "resolved": 0.97,
    "exposed": 0.70,
    "clicked": 0.12,
    "replied": 0.004,
    "video_silent": 0.01,
    "duplicate_receipts": 0.01,
    "out_of_order": 0.05,
    "lost_answers": 0.0,
    "busy": 0.0,
}
"""The rates of a new engine (`koodesk.engine.settings`); a test compares them."""
VENDORS = ("HUAWEI", "XIAOMI", "OPPO", "VIVO", "MEIZU", "SAMSUNG")


class SettingsPage(Page):
    """Everything a user may set, each with what it does."""

    page_id = "settings"
    icon = "settings"
    watches: ClassVar[tuple[str, ...]] = ("engine",)

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Make the sections and, at the side, the list that leads to each."""
        self.set_title(tr("设置"), tr("语言和外观只对你生效；其余对这个工作区的所有人生效"))
        self._engine_settings: Any = None
        self.platform = PlatformCard(self)
        self.sending = SendingRules(self)
        self.place = PlaceCard(self)
        self.database = DatabaseCard(self)
        self.backups = BackupCard(self)
        self.retention = RetentionCard(self)
        self.clock = ClockCard(self)
        self.faults = FaultCard(self)
        self.cloud_api = CloudApiCard(self)
        engine = self._engine()
        # What only the local engine has; a workspace that speaks to the real cloud does not show it.
        self._of_engine = (self.clock, self.faults, self.cloud_api, engine)
        sections = (
            (tr("外观"), self._look()),
            (tr("发送平台"), self.platform),
            (tr("时段和频次"), self.sending),
            (tr("存储位置"), self.place),
            (tr("数据库"), self.database),
            (tr("备份与恢复"), self.backups),
            (tr("保留期限"), self.retention),
            (tr("引擎时钟"), self.clock),
            (tr("故障脚本"), self.faults),
            (tr("云端接口"), self.cloud_api),
            (tr("本地引擎"), engine),
        )
        self._sides: dict[QWidget, QWidget] = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 8)
        column.setSpacing(16)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side = QVBoxLayout()
        self.side.setSpacing(4)
        for number, (name, card) in enumerate(sections):
            column.addWidget(card)
            made = button(name, partial(self.show_section, card), kind="quiet", name=f"section-{number}")
            made.setMinimumWidth(176)
            made.setProperty("side", True)
            self.side.addWidget(made)
            self._sides[card] = made
        column.addStretch(1)
        self.side.addStretch(1)
        self.area.setWidget(inside)
        halves = QHBoxLayout()
        halves.setSpacing(16)
        halves.addLayout(self.side)
        halves.addWidget(self.area, 1)
        self.body.addLayout(halves, 1)

    def open(self, **arguments: Any) -> None:
        """With `section` "platform": bring that section to the top."""
        if arguments.get("section") == "platform":
            QTimer.singleShot(0, self, lambda: self.show_section(self.platform))

    def show_section(self, card: QWidget) -> None:
        """Bring a section to the top, and the keyboard into it."""
        self.area.verticalScrollBar().setValue(card.y())
        for made in card.findChildren(QWidget):
            if made.focusPolicy() & Qt.FocusPolicy.TabFocus and made.isEnabled():
                made.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _look(self) -> Card:
        card = Card(tr("外观"))
        form = Form(label_width=72)
        value = self.desk.settings.value
        self.language = choice([("中文", "zh"), ("English", "en"), (tr("跟随系统"), "system")])
        self.theme = choice([(tr("浅色"), "light"), (tr("深色"), "dark"), (tr("跟随系统"), "system")])
        self.language.choose(value.language)
        self.theme.choose(value.theme)
        form.add("language", tr("界面语言"), self.language, hint=tr("立即生效，不用重新启动。"))
        form.add("theme", tr("主题"), self.theme)
        self.language.activated.connect(lambda _: self._change(language=self.language.value))
        self.theme.activated.connect(lambda _: self._change(theme_name=self.theme.value))
        card.body.addWidget(form)
        card.body.addStretch(1)
        return card

    def _change(self, **values: str) -> None:
        window: Any = self.window()
        window.change_look(**values)

    def _engine(self) -> Card:
        card = Card(tr("本地引擎的终端与回执模型"))
        explanation = tr("引擎按这些比例模拟终端和用户。改动只影响之后提交的号码；种子相同，结果相同。")
        card.body.addWidget(label(explanation, "second", wrap=True))
        form = Form()
        self.seed = padded(QSpinBox())
        self.seed.setRange(0, 2_000_000_000)
        self.seed.setMaximumWidth(NARROW)
        form.add("seed", tr("随机种子"), self.seed)
        self.rates: dict[str, QDoubleSpinBox] = {}
        self.preset = choice(
            [
                (tr("选择一组…"), None),
                (tr("恢复正常"), NORMAL),
                (tr("网络不稳：拒绝和丢失应答"), {"busy": 0.2, "lost_answers": 0.1}),
                (tr("回执混乱：重复和乱序"), {"duplicate_receipts": 0.3, "out_of_order": 0.6}),
                (tr("收件人少有响应"), {"delivered": 0.6, "resolved": 0.5, "exposed": 0.3, "clicked": 0.02}),
                (tr("大量退订"), {"replied": 0.3}),
            ],
            self._take_preset,
        )
        form.add("preset", tr("预设"), self.preset, hint=tr("先填入下面，保存后才生效。"))
        for name, text in (
            ("delivered", tr("送达率")),
            ("resolved", tr("解析率")),
            ("exposed", tr("曝光率")),
            ("clicked", tr("点击率")),
            ("duplicate_receipts", tr("重复回执")),
            ("out_of_order", tr("乱序回执")),
            ("replied", tr("回复率")),
            ("busy", tr("拒绝批次（忙）")),
            ("lost_answers", tr("丢失应答")),
            ("video_silent", tr("视频短信无回执")),
        ):
            self.rates[name] = self._percent()
            form.add(name, text, self.rates[name])
        self.mix: dict[str, QDoubleSpinBox] = {}
        shares = Form()
        for vendor in VENDORS:
            self.mix[vendor] = self._percent()
            self.mix[vendor].valueChanged.connect(lambda _: self._show_sum())
            shares.add(f"vendor_mix.{vendor}", self.desk.word(f"vendor.{vendor}"), self.mix[vendor])
        self.others = label("", "second")
        self.others.setContentsMargins(0, 4, 0, 4)
        shares.add("vendor_mix", tr("不能显示卡片"), self.others)
        self.engine_forms = (form, shares)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        for heading, part in ((tr("回执"), form), (tr("终端厂商份额"), shares)):
            column = QVBoxLayout()
            column.setSpacing(12)
            column.addWidget(label(heading, "heading"))
            column.addWidget(part)
            column.addStretch(1)
            columns.addLayout(column, 1)
        card.body.addLayout(columns)
        self.save_engine = button(tr("保存引擎设置"), self._save_engine)
        self.guard(self.save_engine, "koodesk:engine:control")
        self.total = label("", "danger")
        card.body.addLayout(row(self.save_engine, self.total, 1))
        return card

    def _take_preset(self) -> None:
        """Fill in a preset; what it does not name becomes normal again."""
        if self.preset.value is not None:
            for name, share in {**NORMAL, **self.preset.value}.items():
                self.rates[name].setValue(100 * share)

    def _show_sum(self) -> None:
        """Say what is left for phones that show no card, and stop the saving of more than everything."""
        total = round(sum(box.value() for box in self.mix.values()), 1)
        over = total > 100
        self.others.setText(f"{max(0.0, 100 - total):.1f} %")
        self.total.setText(tr("各厂商合计 {total} %，不能超过 100 %。", total=f"{total:.1f}") if over else "")
        self.save_engine.setEnabled(self._engine_settings is not None and not over)

    @staticmethod
    def _percent() -> QDoubleSpinBox:
        made = padded(QDoubleSpinBox())
        made.setMaximumWidth(NARROW)
        made.setRange(0, 100)
        made.setDecimals(1)
        made.setSuffix(" %")
        return made

    def refresh(self) -> None:
        """Fetch the workspace's settings and the engine's."""
        self.run(lambda service: service.settings.get(), self._show_workspace)
        self.platform.refresh()
        self.place.refresh()
        self.database.refresh()
        self.backups.refresh()
        self.retention.refresh()
        real = self.desk.platform is Platform.CLOUD
        for card in self._of_engine:
            card.setHidden(real)
            self._sides[card].setHidden(real)
        if real:
            return  # nobody asks the engine of a workspace that speaks to the real cloud
        self.clock.refresh()
        self.faults.refresh()
        self.cloud_api.refresh()
        self.run(lambda service: service.engine.settings(), self._show, self._show_off)

    def _show_workspace(self, view: Any) -> None:
        self.sending.show_view(view)
        self.retention.show_view(view)

    def _show_off(self, problems: tuple[Problem, ...]) -> None:
        self.save_engine.setEnabled(False)
        self.show_problems(problems)

    def _show(self, settings: Any) -> None:
        self._engine_settings = settings
        self.save_engine.setEnabled(True)
        self.seed.setValue(settings.seed)
        for name, box in self.rates.items():
            box.setValue(100 * float(getattr(settings, name)))
        mix = dict(settings.vendor_mix)
        for vendor, box in self.mix.items():
            box.setValue(100 * mix.get(vendor, 0.0))
        self._show_sum()

    def _save_engine(self) -> None:
        if self._engine_settings is None:
            return
        values: dict[str, Any] = {name: box.value() / 100 for name, box in self.rates.items()}
        values["seed"] = self.seed.value()
        values["vendor_mix"] = tuple((vendor, box.value() / 100) for vendor, box in self.mix.items())
        changed = replace(self._engine_settings, **values)
        self.run(
            lambda service: service.engine.change(changed),
            lambda _: self.banner.tell(tr("引擎设置已保存。"), "success"),
            self._engine_refused,
        )

    def _engine_refused(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem beside its field, in either column, and the rest on the banner."""
        left = problems
        for form in self.engine_forms:
            left = form.show_problems(left)
        self.show_problems(left)

    def controls(self) -> tuple[QWidget, ...]:
        """Return the controls in order, for keyboard tests."""
        return (self.language, self.theme, self.sending.start, self.sending.end, self.seed)
