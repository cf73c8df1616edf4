# SPDX-License-Identifier: Apache-2.0
"""A line on the overview while the local engine does not behave as usual: faults in force, a clock with a speed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout

from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import Card, Chip, button, label


class EngineNotice(Card):
    """Hidden while there is nothing unusual."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margins=16)
        self.chip = Chip("", "warning")
        self.text = label("", "second", wrap=True)
        self.settings = button(tr("去设置"), lambda: desk.go("settings"), name="engine-settings")
        inside = QHBoxLayout()
        inside.setSpacing(12)
        inside.addWidget(self.chip)
        inside.addWidget(self.text, 1)
        inside.addWidget(self.settings)
        self.body.addLayout(inside)
        self.hide()

    def show_status(self, status: Any) -> None:
        """Show what is unusual about the engine."""
        said = []
        if status.faults:
            said.append(tr("引擎在按故障脚本出错（{count} 条规则）", count=status.faults))
        if status.speed > 1:
            said.append(tr("引擎时钟是真实时间的 {speed} 倍", speed=f"{status.speed:,}"))
        self.setVisible(bool(said))
        self.chip.show_state(
            tr("故障脚本生效") if status.faults else tr("时钟加速"), "warning" if status.faults else "accent"
        )
        self.text.setText(" · ".join(said))
