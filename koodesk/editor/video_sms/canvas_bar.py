# SPDX-License-Identifier: Apache-2.0
"""The bar below the canvas: which phone it shows, of which carrier, in which light, and how large."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import carrier_word, phone_word
from koodesk.editor.words import tr
from koodesk.editor.zoom_bar import ZoomBar
from koodesk.preview.video_sms_phone import PhoneKind


class MessageCanvasBar(ZoomBar):
    """Which phone, of which carrier, and the buttons for the canvas."""

    changed = Signal()
    """Another phone, carrier or light is chosen."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = tuple(session.around.phones)
        self.phone = self._choice(tr("手机系统"), [phone_word(p) for p in self._phones])
        self.carrier = self._choice(tr("运营商"), [carrier_word(c) for c in THREE_CARRIERS])
        self._compose(session.look, self.phone, self.carrier)
        self.dark.toggled.connect(lambda _on: self.changed.emit())

    @property
    def chosen(self) -> tuple[PhoneKind, Carrier, bool]:
        """The phone, the carrier, and whether it is dark."""
        return (
            self._phones[self.phone.currentIndex()],
            THREE_CARRIERS[self.carrier.currentIndex()],
            self.dark.isChecked(),
        )

    def _choice(self, name: str, words: list[str]) -> QComboBox:
        made = QComboBox(self)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.addItems(words)
        # The canvas keeps its height: a bar that grows would make the phone smaller.
        made.setFixedHeight(28)
        made.activated.connect(lambda _at: self.changed.emit())
        return made
