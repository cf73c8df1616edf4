# SPDX-License-Identifier: Apache-2.0
"""The local engine's model of phones and receipts: rates, a seed, and whose phones there are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSpinBox, QVBoxLayout

from koodesk.domain.problem import Problem
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
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


class EngineModelCard(Card):
    """What the engine makes of phones and people: receipts on the left, whose phones on the right, saved together."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("本地引擎的终端与回执模型"))
        self._page = page
        self._engine_settings: Any = None
        explanation = tr("引擎按这些比例模拟终端和用户。改动只影响之后提交的号码；种子相同，结果相同。")
        self.body.addWidget(label(explanation, "second", wrap=True))
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
            shares.add(f"vendor_mix.{vendor}", page.desk.word(f"vendor.{vendor}"), self.mix[vendor])
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
        self.body.addLayout(columns)
        self.save_engine = button(tr("保存引擎设置"), self._save_engine)
        page.guard(self.save_engine, "koodesk:engine:control")
        self.total = label("", "danger")
        self.body.addLayout(row(self.save_engine, self.total, 1))

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
        """Fetch the engine's settings."""
        self._page.run(lambda service: service.engine.settings(), self._show, self._show_off)

    def _show_off(self, problems: tuple[Problem, ...]) -> None:
        self.save_engine.setEnabled(False)
        self._page.show_problems(problems)

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
        self._page.run(
            lambda service: service.engine.change(changed),
            lambda _: self._page.banner.tell(tr("引擎设置已保存。"), "success"),
            self._engine_refused,
        )

    def _engine_refused(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem beside its field, in either column, and the rest on the banner."""
        left = problems
        for form in self.engine_forms:
            left = form.show_problems(left)
        self._page.show_problems(left)
