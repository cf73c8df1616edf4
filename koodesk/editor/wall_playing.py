# SPDX-License-Identifier: Apache-2.0
"""Videos on the vendor wall: a click on a phone, or Space on it, plays its video there; one phone at a time."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from koodesk.domain.vendor import Vendor
from koodesk.editor.playing import Player, card_player, paint_frame, scaled, video_box
from koodesk.editor.session import Session
from koodesk.editor.vendor_wall import Painted, VendorWall


class WallPlayer(QObject):
    """Plays on the phones of a wall. What goes wrong is told by `player.failed`."""

    def __init__(self, session: Session, wall: VendorWall) -> None:
        super().__init__(wall)
        self._session = session
        self._wall = wall
        self._phones: dict[Vendor, Painted] = {}
        self.vendor: Vendor | None = None
        """Whose phone plays, None for none."""
        self.player: Final[Player] = card_player(session, self)
        self._screen: _Screen | None = None
        wall.painted.connect(self._keep)
        wall.chosen.connect(self.toggle)
        session.document.changed.connect(self.player.stop)
        session.values_changed.connect(self.player.stop)
        self.player.changed.connect(self._follow)

    def toggle(self, vendor: Vendor) -> None:
        """Play the video of a phone, or stop it when it plays; on a phone without one nothing happens."""
        plays = self.vendor
        self.player.stop()
        phone = self._phones.get(vendor)
        box = None if phone is None else video_box(phone.placement)
        if vendor is plays or box is None:
            return
        self.vendor = vendor
        self.player.toggle(box.content_id)

    def _keep(self, painted: Painted) -> None:
        """Remember a phone as it hangs there now; the screen of one that plays moves along."""
        self._phones[painted.vendor] = painted
        if painted.vendor is self.vendor:
            self._place(painted)

    def _follow(self) -> None:
        """Show the picture that is due, or put the screen away."""
        if not self.player.content:
            self.vendor = None
            screen, self._screen = self._screen, None
            if screen is not None:
                screen.hide()
                screen.deleteLater()
            return
        if self.player.image is None or self.vendor is None:
            return
        if self._screen is None:
            self._screen = _Screen(self._session, self.player, self._wall.tile(self.vendor).picture)
            self._place(self._phones[self.vendor])
            self._screen.show()
        self._screen.update()

    def _place(self, phone: Painted) -> None:
        box = video_box(phone.placement, self.player.content)
        if box is None:  # another view of the phone, without the card
            self.player.stop()
        elif self._screen is not None:
            self._screen.stand(phone)


class _Screen(QWidget):
    """The video's place on a phone of the wall. The mouse goes through it to the phone."""

    def __init__(self, session: Session, player: Player, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._player = player
        self._phone: Painted | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def stand(self, phone: Painted) -> None:
        """Stand where the video is on this phone."""
        self._phone = phone
        box = video_box(phone.placement, self._player.content)
        if box is not None:
            part, scale = phone.part, self._scale(phone)
            rect = scaled(box.rect, scale).translated(-part.x * scale, -part.y * scale)
            self.setGeometry(rect.toAlignedRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture that is due with what the phone draws over it."""
        del event
        phone, image = self._phone, self._player.image
        if phone is None or image is None:
            return
        scale = self._scale(phone)
        painter = QPainter(self)
        painter.translate(-self.x() - phone.part.x * scale, -self.y() - phone.part.y * scale)
        paint_frame(painter, phone.placement, self._player.content, image, self._session, scale)
        painter.end()

    @staticmethod
    def _scale(phone: Painted) -> float:
        """Pixels of the screen a dp."""
        return phone.image.height() / phone.image.devicePixelRatio() / phone.part.height
