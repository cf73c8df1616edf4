# SPDX-License-Identifier: Apache-2.0
"""What the automatic reviewer would say of a submission, asked before a person decides."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.reasons import reason_lines
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.layouts import clear


class Findings(QWidget):
    """A line for whoever would approve, and the rules that fired for whoever would not."""

    def __init__(self, page: Page, review_id: int) -> None:
        super().__init__()
        self._page = page
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(label(tr("自动审核员的意见"), "second"))
        self.said = label(tr("正在按规则检查…"), "hint")
        self._column.addWidget(self.said)
        page.desk.bridge.call(
            self,
            lambda service, _task: service.reviews.findings(review_id),
            self._show,
            lambda problems: self.said.setText(page.desk.say(problems)),
        )

    def _show(self, found: Any) -> None:
        clear(self._column)
        self._column.addWidget(label(tr("自动审核员的意见"), "second"))
        fine = [self._name(one.party) for one in found if not one.reasons]
        if fine:
            names = tr("、").join(filter(None, fine))
            text = tr("按成文规则，{names}会通过。", names=names) if names else tr("按成文规则会通过。")
            self._column.addWidget(label(text, wrap=True))
        groups: dict[str, list[str]] = {}
        for one in found:
            if one.reasons:
                groups.setdefault(reason_lines(one.reasons), []).append(self._name(one.party))
        for lines, those in groups.items():
            who = tr("、").join(filter(None, those))
            head = tr("{names}会驳回：", names=who) if who else tr("会驳回：")
            self._column.addWidget(label(f"{head}\n{lines}", "danger", wrap=True, selectable=True))

    def _name(self, party: str) -> str:
        if not party:
            return ""
        kind = "vendor" if party.isupper() else "carrier"
        return str(self._page.desk.word(f"{kind}.{party}"))
