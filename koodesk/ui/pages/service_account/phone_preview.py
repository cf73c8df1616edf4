# SPDX-License-Identifier: Apache-2.0
"""A service account as a phone shows it, live: drawn off the window's thread by the one painter, and one may tap it.

A tap on the logo opens the home page, one on a menu its submenu; of anything else it is said what it does.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from koodesk.domain.problem import Refused
from koodesk.domain.service_account.values import ServicePicture, pictures_of
from koodesk.domain.vendor import Vendor
from koodesk.preview.pictures import PictureSource
from koodesk.preview.service_account import arrange_account
from koodesk.preview.service_account_placement import AccountLook, AccountPlacement, TapBox, View
from koodesk.preview.service_account_render import paint_account
from koodesk.ui import card_images, theme
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.service_account.words import tap_words
from koodesk.ui.widgets.basics import label

DELAY_MS: Final = 30


def pictures_in(look: AccountLook) -> tuple[ServicePicture, ...]:
    """Return the pictures a look shows."""
    home = pictures_of(look.home) if look.home is not None else ()
    return (*home, look.logo) if look.logo is not None else home


WIDTH: Final = 300


class _Phone(QWidget):
    """The picture; it tells where it was tapped, by mouse or by the keyboard's place."""

    def __init__(self, owner: PhonePreview) -> None:
        super().__init__()
        self._owner = owner
        self.image: QImage | None = None
        self.placement: AccountPlacement | None = None
        self.focused = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("手机预览"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 380)

    def sizeHint(self) -> QSize:
        """Ask for a phone of its usual size."""
        return QSize(WIDTH, round(WIDTH * 1.94))

    def _fitted(self) -> tuple[float, QPointF]:
        assert self.placement is not None
        scale = min(self.width() / self.placement.width, self.height() / self.placement.height)
        return scale, QPointF((self.width() - self.placement.width * scale) / 2, 0.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the phone as large as there is room for, and a frame around the place the keyboard is at."""
        del event
        if self.image is None or self.placement is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scale, corner = self._fitted()
        painter.translate(corner)
        painter.save()
        ratio = scale * self.placement.width / self.image.width()
        painter.scale(ratio, ratio)
        painter.drawImage(0, 0, self.image)
        painter.restore()
        boxes = self.placement.boxes
        if self.hasFocus() and boxes:
            rect = boxes[self.focused % len(boxes)].rect
            painter.scale(scale, scale)
            painter.setPen(theme.role("accent"))
            painter.drawRoundedRect(round(rect.x), round(rect.y), round(rect.width), round(rect.height), 6, 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tap where the mouse is."""
        if self.placement is None:
            return
        scale, corner = self._fitted()
        at = (event.position() - corner) / scale
        self._owner.tap(self.placement.at(at.x(), at.y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from place to place with the arrows and tap with Enter or the space bar."""
        boxes = self.placement.boxes if self.placement is not None else ()
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key()), 0
        )
        if step and boxes:
            self.focused = (self.focused + step) % len(boxes)
            self.setAccessibleDescription(boxes[self.focused].label)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space) and boxes:
            self._owner.tap(boxes[self.focused % len(boxes)])
        else:
            super().keyPressEvent(event)


class PhonePreview(QWidget):
    """Shows the last look it was given."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._look = AccountLook()
        self._text = ""
        self.view = View.THREAD
        self.open_menu = 0
        self._pictures: PictureSource | None = None
        self._shown: dict[str, ServicePicture] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.phone = _Phone(self)
        column.addWidget(self.phone, 1)
        self.said = label("", "hint", wrap=True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.said.setMinimumHeight(34)
        column.addWidget(self.said)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._draw)
        self._asked, self._drawn = 0, 0

    @property
    def fresh(self) -> bool:
        """Tell whether what is shown is what was asked for last."""
        return not self._timer.isActive() and self._asked == self._drawn

    def show_look(self, look: AccountLook, text: str = "") -> None:
        """Show a look, with a message that reads `text`."""
        if (look, text) != (self._look, self._text):
            self._look, self._text = look, text
            self._timer.start()

    def show_view(self, view: View, open_menu: int = 0) -> None:
        """Show the thread or the home page, with a submenu open."""
        self.view, self.open_menu = view, open_menu
        self._timer.start()

    def tap(self, box: TapBox | None) -> None:
        """Do what a tap on a place does, or say it."""
        place = box.id if box is not None else ""
        self.said.setText("")
        if place == "logo":
            self.show_view(View.HOME)
        elif place == "back":
            self.show_view(View.THREAD)
        elif box is not None and place.startswith("menu:") and "." not in place and box.action is None:
            number = int(place.removeprefix("menu:"))
            self.show_view(self.view, 0 if self.open_menu == number else number)
        else:
            if box is not None and box.action is not None:
                self.said.setText(tap_words(box.action))
            elif box is not None:
                self.said.setText(box.label)
            if self.open_menu:
                self.show_view(self.view)

    def _draw(self) -> None:
        self._asked += 1
        asked, look, text, view, opened = self._asked, self._look, self._text, self.view, self.open_menu
        self._shown.update({one.digest: one for one in pictures_in(look)})
        dark, scale = theme.is_dark(), self.devicePixelRatioF() * 1.25

        def work(service: Any, _task: Any) -> tuple[AccountPlacement, QImage]:
            known = card_images.drawing()
            if self._pictures is None:

                def load(digest: str) -> bytes | None:
                    try:
                        found = service.service_accounts.picture_path(self._shown[digest])
                        return bytes(found.read_bytes())
                    except (Refused, OSError, KeyError):
                        return None

                self._pictures = PictureSource(load)
            placement = arrange_account(
                look,
                known.phones[Vendor.HUAWEI],
                known.measure,
                text=text,
                view=view,
                open_menu=opened,
                dark=dark,
            )
            return placement, paint_account(placement, self._pictures, known.measure.faces, scale)

        def show(found: tuple[AccountPlacement, QImage]) -> None:
            if asked == self._asked:
                self._drawn = asked
                self.phone.placement, self.phone.image = found
                self.phone.update()

        self._page.desk.bridge.call(self, work, show, lambda _: None)
