# SPDX-License-Identifier: Apache-2.0
"""发送时间 (发送类型): at once, or at a time of the Beijing clock that the engine keeps."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QDateTime, QTimeZone
from PySide6.QtWidgets import QButtonGroup, QDateTimeEdit, QHBoxLayout, QRadioButton

from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.forms import padded

BEIJING: Final = QTimeZone(b"Asia/Shanghai")
HOUR_MS: Final = 3_600_000
NOW, LATER = 0, 1
"""The two choices, in order."""


class TimeCard(Card):
    """Two choices and a time."""

    def __init__(self, heading: str, note: str) -> None:
        super().__init__(heading)
        self.when = QButtonGroup(self)
        bar = QHBoxLayout()
        for number, text in enumerate((tr("立即发送"), tr("定时发送"))):
            option = QRadioButton(text)
            option.setChecked(number == NOW)
            option.setObjectName("send-now" if number == NOW else "send-later")
            self.when.addButton(option, number)
            bar.addWidget(option)
        self.at = padded(QDateTimeEdit())
        self.at.setTimeZone(BEIJING)
        self.at.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.at.setCalendarPopup(True)
        self.show_now(QDateTime.currentMSecsSinceEpoch())  # until the engine says what time it keeps
        self.at.setEnabled(False)
        self.at.setAccessibleName(tr("定时发送"))
        self.when.idToggled.connect(lambda *_: self.at.setEnabled(self.when.checkedId() == LATER))
        bar.addWidget(self.at)
        bar.addStretch(1)
        self.body.addLayout(bar)
        self.wrong = label("", "danger", wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.body.addWidget(label(note, "hint", wrap=True))

    def show_now(self, now_ms: int) -> None:
        """Propose an hour from the engine's now, while nobody has asked for another time."""
        if now_ms and self.when.checkedId() == NOW:
            self.at.setDateTime(QDateTime.fromMSecsSinceEpoch(now_ms + HOUR_MS, BEIJING))

    def say(self, text: str) -> None:
        """Say what is wrong with the time, or nothing with an empty text."""
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))

    @property
    def start_at_ms(self) -> int:
        """The time chosen, 0 for at once."""
        return self.at.dateTime().toMSecsSinceEpoch() if self.when.checkedId() == LATER else 0
