# SPDX-License-Identifier: Apache-2.0
"""The bar below the canvas: which phone it shows, of which carrier, in which light, and how large."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import carrier_word, phone_word
from koodesk.editor.words import tr
from koodesk.preview.video_sms_phone import PhoneKind


class MessageCanvasBar(QFrame):
    """Controls of the canvas; `smaller`, `larger` and `fit` are wired by the studio."""

    changed = Signal()
    """Another phone, carrier or light is chosen."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._phones = tuple(session.around.phones)
        self.phone = self._choice(tr("手机系统"), [phone_word(p) for p in self._phones])
        self.carrier = self._choice(tr("运营商"), [carrier_word(c) for c in THREE_CARRIERS])
        self.dark = self._tool("moon", tr("深色手机"))
        self.dark.setCheckable(True)
        self.dark.toggled.connect(lambda _on: self.changed.emit())
        self.smaller = self._tool("zoom-out", tr("缩小"))
        self.fit = QPushButton("100%", self)
        self.fit.setProperty("kind", "link")
        self.fit.setToolTip(tr("适合窗口"))
        self.fit.setAccessibleName(tr("适合窗口"))
        self.larger = self._tool("zoom-in", tr("放大"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 12, 4)
        row.setSpacing(4)
        row.addWidget(self.phone)
        row.addWidget(self.carrier)
        row.addStretch(1)
        for widget in (self.dark, self.smaller, self.fit, self.larger):
            row.addWidget(widget)

    @property
    def chosen(self) -> tuple[PhoneKind, Carrier, bool]:
        """The phone, the carrier, and whether it is dark."""
        return (
            self._phones[self.phone.currentIndex()],
            THREE_CARRIERS[self.carrier.currentIndex()],
            self.dark.isChecked(),
        )

    def show_zoom(self, zoom: float) -> None:
        """Say how large the phone is."""
        self.fit.setText(f"{round(zoom * 100)}%")

    def _choice(self, name: str, words: list[str]) -> QComboBox:
        made = QComboBox(self)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.addItems(words)
        # The canvas keeps its height: a bar that grows would make the phone smaller.
        made.setFixedHeight(28)
        made.activated.connect(lambda _at: self.changed.emit())
        return made

    def _tool(self, icon: str, name: str) -> QToolButton:
        made = QToolButton(self)
        made.setIcon(self._session.look.icon(icon))
        made.setToolTip(name)
        made.setAccessibleName(name)
        return made
