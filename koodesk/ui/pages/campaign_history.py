# SPDX-License-Identifier: Apache-2.0
"""经过: what happened to a campaign, newest first, in words: started, paused, a call without an answer, looked up, ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtWidgets import QGridLayout

from koodesk import messages
from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.layouts import clear

SHOWN: Final = 12
"""How many are listed; the rest is counted."""


class HistoryCard(Card):
    """Keeps the events it has been given, so that a page need only fetch what came since."""

    def __init__(self) -> None:
        super().__init__(tr("经过"))
        self.campaign_id = 0
        self._events: list[Any] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self._rest = label("", "hint")
        self.body.addWidget(self._rest)
        self.hide()

    def after(self, campaign_id: int) -> int:
        """Return the id of the last event known of a campaign, 0 for another campaign than the one shown."""
        return int(self._events[-1].id) if campaign_id == self.campaign_id and self._events else 0

    def add(self, campaign_id: int, events: Sequence[Any]) -> None:
        """Add what came since `after`; another campaign replaces what is shown. Nothing new repaints nothing."""
        if campaign_id != self.campaign_id:
            self.campaign_id, self._events = campaign_id, []
        elif not events:
            return
        self._events += events
        clear(self._grid)
        for row, event in enumerate(self._events[: -SHOWN - 1 : -1]):
            self._grid.addWidget(label(moment(event.at_ms), "hint"), row, 0)
            self._grid.addWidget(label(self.words(event), wrap=True, selectable=True), row, 1)
        rest = len(self._events) - SHOWN
        self._rest.setText(tr("还有更早的 {count} 条", count=f"{rest:,}"))
        self._rest.setVisible(rest > 0)
        self.setVisible(bool(self._events))

    @staticmethod
    def words(event: Any) -> str:
        """Say one event in the language in force."""
        return messages.word(
            f"event.{event.code}", i18n.language(), chunk=event.chunk_no, **dict(event.params)
        )
