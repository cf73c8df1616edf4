# SPDX-License-Identifier: Apache-2.0
"""How long things are kept (保留期限): what would go now and how big it is, and clearing it away when one asks."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSpinBox

from koodesk.domain.workspace_settings import SETTINGS
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import size
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.forms import padded

NAMES = {
    "exports": "keep_exports_days",
    "recovery": "keep_recovery_days",
    "confirmations": "keep_confirmations_days",
    "backups": "keep_backups",
}


def name_of(kind: str) -> str:
    """Return the words of a kind."""
    return {
        "exports": tr("导出的文件"),
        "recovery": tr("未保存修改的恢复记录"),
        "confirmations": tr("准备好但没有确认的发送"),
        "backups": tr("备份"),
    }[kind]


class RetentionCard(Card):
    """A line a kind: how long, what would go, and the button that clears it."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("保留期限"))
        self._page = page
        self._seen: Any = None
        self.body.addWidget(
            label(
                tr(
                    "到期的内容不会自己消失：这里先列出来，你点“清理”才会删除。回执、发送记录和审计日志永远保留。"
                ),
                "second",
                wrap=True,
            )
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        self.keep: dict[str, QSpinBox] = {}
        self.told: dict[str, QLabel] = {}
        self.clear_buttons: dict[str, QPushButton] = {}
        for number, (kind, setting) in enumerate(NAMES.items()):
            box = padded(QSpinBox())
            box.setRange(0, SETTINGS[setting].most)
            box.setFixedWidth(140)
            box.setSpecialValueText(tr("全部保留"))
            box.setSuffix(" " + (tr("份") if kind == "backups" else tr("天")))
            box.setAccessibleName(name_of(kind))
            box.editingFinished.connect(partial(self.save, setting))
            self.keep[setting] = box
            self.told[kind] = label("", "hint")
            self.clear_buttons[kind] = button(tr("清理"), partial(self.clear, kind), name=f"clear-{kind}")
            self.clear_buttons[kind].setAccessibleName(f"{tr('清理')} {name_of(kind)}")
            page.guard(self.clear_buttons[kind], "koodesk:settings:update")
            grid.addWidget(label(name_of(kind)), number, 0)
            grid.addWidget(box, number, 1)
            grid.addWidget(self.told[kind], number, 2)
            grid.addWidget(self.clear_buttons[kind], number, 3)
        self.body.addLayout(grid)

    def show_view(self, view: Any) -> None:
        """Show what is set."""
        self._seen = view
        for setting, box in self.keep.items():
            box.setValue(view.value(setting))
            box.setEnabled(view.row(setting).may)

    def refresh(self) -> None:
        """Fetch the spans, and look what would go."""

        def show(rows: Any) -> None:
            for found in rows:
                self.told[found.kind].setText(
                    tr("现在可清理 {count} 个，{size}", count=f"{found.count:,}", size=size(found.size))
                    if found.size
                    else tr("现在可清理 {count} 个", count=f"{found.count:,}")
                    if found.count
                    else tr("没有到期的")
                )
                self.clear_buttons[found.kind].setEnabled(found.count > 0)

        self._page.run(lambda service: service.settings.get(), self.show_view)
        self._page.run(lambda service: service.retention.preview(), show)

    def save(self, setting: str) -> None:
        """Keep another span, where it is another."""
        value = self.keep[setting].value()
        if self._seen is None or value == self._seen.value(setting):
            return

        def done(view: Any) -> None:
            self.show_view(view)
            self.refresh()

        self._page.run(lambda service: service.settings.set({setting: value}), done)

    def clear(self, kind: str) -> None:
        """Ask, then clear what is shown of a kind."""

        def done(count: Any) -> None:
            self._page.banner.tell(tr("已清理 {count} 个。", count=count), "success")
            self.refresh()

        confirm(
            self,
            tr("清理到期的“{name}”？", name=name_of(kind)),
            tr("{what}。删除后不能恢复。", what=self.told[kind].text()),
            tr("清理"),
            lambda: self._page.run(lambda service: service.retention.clear([kind]), done),
        )
