# SPDX-License-Identifier: Apache-2.0
"""分批发送: a small share first, a hold, and the rules that stop the rest; off unless somebody chooses it."""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtWidgets import QSpinBox

from koodesk import paths
from koodesk.domain.guard_rules import GuardRules, read_guard_rules
from koodesk.domain.waves import LONGEST_HOLD_MINUTES, WaveRules
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.forms import Form, choice, padded

PLANS: Final[tuple[tuple[int, ...], ...]] = ((), (10,), (10, 100), (50,), (100,))
"""What is offered, in thousandths; `koodesk campaign send --waves` takes any."""


@cache
def guard_rules() -> GuardRules:
    """Return what a send in waves starts with."""
    return read_guard_rules((paths.resources() / "rules" / "sending_guard.toml").read_text("utf-8"))


class WavesCard(Card):
    """A choice of shares, and the rules once one is chosen."""

    def __init__(self) -> None:
        super().__init__(tr("分批发送"))
        start = guard_rules().waves
        self.plan = choice([(self._name(plan), plan) for plan in PLANS], self._follow)
        self.plan.setObjectName("waves")
        self.plan.setAccessibleName(tr("分批发送"))
        self.body.addWidget(self.plan)
        self.form = Form(label_width=132)
        self.hold = self._box(start.hold_minutes, LONGEST_HOLD_MINUTES, tr(" 分钟"))
        self.refused = self._box(start.refused // 10, 100, "%")
        self.failed = self._box(start.failed // 10, 100, "%")
        self.delivered = self._box(start.delivered // 10, 100, "%")
        self.after = self._box(start.delivered_minutes, LONGEST_HOLD_MINUTES, tr(" 分钟"))
        self.form.add("wave_hold", tr("每批之后观察"), self.hold)
        self.form.add(
            "wave_refused", tr("未受理超过"), self.refused, hint=tr("超过就暂停，等人决定；0 为不看这一项。")
        )
        self.form.add("wave_failed", tr("未送达超过"), self.failed)
        self.form.add("wave_delivered", tr("已送达低于"), self.delivered)
        self.form.add(
            "wave_delivered_minutes", tr("送达率从何时看"), self.after, hint=tr("从这一批发完算起。")
        )
        self.body.addWidget(self.form)
        self.note = label(
            tr("先发一小部分，看看受理和送达的情况，再发其余；不对就停下，其余的人不受影响。"),
            "hint",
            wrap=True,
        )
        self.body.addWidget(self.note)
        self._least = start.at_least
        self._follow()

    @staticmethod
    def _box(value: int, most: int, suffix: str) -> QSpinBox:
        box = padded(QSpinBox())
        box.setRange(0, most)
        box.setSuffix(suffix)
        box.setValue(value)
        return box

    @staticmethod
    def _name(plan: tuple[int, ...]) -> str:
        if not plan:
            return tr("不分批，一次发完")
        return tr("先发 {shares}，再发其余", shares=tr("，再 ").join(f"{share / 10:g}%" for share in plan))

    def _follow(self) -> None:
        self.form.setVisible(bool(self.shares))

    @property
    def shares(self) -> tuple[int, ...]:
        """The shares chosen, in thousandths; none is at once."""
        return tuple(self.plan.value or ())

    @property
    def rules(self) -> WaveRules:
        """When the next wave may go."""
        return WaveRules(
            hold_minutes=self.hold.value(),
            refused=self.refused.value() * 10,
            failed=self.failed.value() * 10,
            delivered=self.delivered.value() * 10,
            delivered_minutes=self.after.value(),
            at_least=self._least,
        )
