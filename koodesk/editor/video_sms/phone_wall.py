# SPDX-License-Identifier: Apache-2.0
"""The message on the phones of three systems, of one carrier or of all three, in any light and type size.

Phones are painted off the window's thread. Marks that a phone sets (a parameter without a value, a character it does not
have) stand below it in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QImage, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.editor.inspector.form import plain, put_icon
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import carrier_word, phone_word
from koodesk.editor.words import named, tr
from koodesk.preview.video_sms import arrange_message
from koodesk.preview.video_sms_phone import PhoneKind

SCALES: Final = (0.85, 1.0, 1.15, 1.3, 1.6, 2.0)
"""Type sizes to choose from; the systems' own settings reach about as far."""
LEAST_WIDTH: Final = 184
"""A phone is never narrower than this, in pixels: below it nobody reads anything. Where it is higher than there is room, one scrolls."""
_WORDS: Final = 52


@dataclass(frozen=True, slots=True)
class WallChoice:
    """How the phones are shown: carriers in order, light, type size, and whether whole messages or one screen."""

    carriers: tuple[Carrier, ...] = (Carrier.CMCC,)
    dark: bool = False
    font_scale: float = 1.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Painted:
    key: tuple[PhoneKind, Carrier]
    image: QImage
    notes: tuple[str, ...]


class WallChoiceBar(QWidget):
    """The controls of the wall."""

    changed = Signal(object)
    """A `WallChoice`."""

    detach_wanted = Signal()
    """The phones are wanted in a window of their own."""

    def __init__(
        self, session: VideoSession, parent: QWidget | None = None, *, detached: bool = False
    ) -> None:
        super().__init__(parent)
        self.carrier = QComboBox(self)
        self.carrier.setAccessibleName(tr("运营商"))
        self.carrier.addItems([carrier_word(c) for c in THREE_CARRIERS] + [tr("三家运营商")])
        self._scale, self._all = 1.0, False
        self.more = QToolButton(self)
        self.more.setToolTip(tr("字号和显示范围"))
        self.more.setAccessibleName(tr("字号和显示范围"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        put_icon(self.more, session.look, "type", size=16)
        self.more.setMenu(self._menu())
        self.dark = self._tool(session, "moon", tr("深色手机"))
        self.dark.setCheckable(True)
        self.detach = self._tool(session, "external-link", tr("在单独的窗口中预览"))
        self.detach.clicked.connect(self.detach_wanted)
        self.detach.setVisible(not detached)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.carrier, self.more, self.dark, self.detach):
            row.addWidget(widget)
        self.carrier.activated.connect(lambda _at: self.changed.emit(self.choice))
        self.dark.toggled.connect(lambda _on: self.changed.emit(self.choice))

    @property
    def choice(self) -> WallChoice:
        """What is chosen now."""
        at = self.carrier.currentIndex()
        carriers = THREE_CARRIERS if at >= len(THREE_CARRIERS) else (THREE_CARRIERS[at],)
        return WallChoice(carriers, self.dark.isChecked(), self._scale, self._all)

    def choose(self, choice: WallChoice) -> None:
        """Show a choice made elsewhere; nobody is told."""
        many = len(choice.carriers) > 1
        self.carrier.setCurrentIndex(
            len(THREE_CARRIERS) if many else THREE_CARRIERS.index(choice.carriers[0])
        )
        self._scale, self._all = choice.font_scale, choice.whole
        self._tick()
        self.dark.blockSignals(True)  # Qt's own parameter
        self.dark.setChecked(choice.dark)
        self.dark.blockSignals(False)  # Qt's own parameter

    def set_scale(self, scale: float) -> None:
        """Show the phones with another type size."""
        self._scale = scale
        self._tick()
        self.changed.emit(self.choice)

    def set_whole(self, whole: bool) -> None:
        """Show whole messages, or one screen of each."""
        self._all = whole
        self._tick()
        self.changed.emit(self.choice)

    def _menu(self) -> QMenu:
        menu = QMenu(self.more)
        self._ranges = {
            on: self._choice(menu, words, partial(self.set_whole, on))
            for on, words in ((False, tr("一屏")), (True, tr("整条短信")))
        }
        menu.addSeparator()
        self._scales = {
            scale: self._choice(
                menu, tr("字号 {percent}%", percent=round(scale * 100)), partial(self.set_scale, scale)
            )
            for scale in SCALES
        }
        self._tick()
        return menu

    @staticmethod
    def _choice(menu: QMenu, words: str, act: Callable[[], None]) -> QAction:
        made = menu.addAction(words)
        made.setCheckable(True)
        made.triggered.connect(lambda _on: act())
        return made

    def _tick(self) -> None:
        """Mark what is chosen."""
        for scale, action in self._scales.items():
            action.setChecked(scale == self._scale)
        for whole, action in self._ranges.items():
            action.setChecked(whole == self._all)
        self.more.setText(f"{round(self._scale * 100)}%")

    def _tool(self, session: VideoSession, icon: str, name: str) -> QToolButton:
        made = QToolButton(self)
        made.setIcon(session.look.icon(icon))
        made.setToolTip(name)
        made.setAccessibleName(name)
        return made


class PhoneWall(QWidget):
    """One phone a system and carrier."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._choice = WallChoice()
        self._tiles: dict[tuple[PhoneKind, Carrier], _Tile] = {}
        self._latest: Final = Latest(self)
        self._latest.told.connect(self._show)
        inside = QWidget(self)
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(12, 4, 12, 8)
        self._row.setSpacing(16)
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        self._build()
        session.document.changed.connect(self.refresh)
        for told in (session.values_changed, session.signatures_changed):
            told.connect(self.refresh)

    @property
    def busy(self) -> bool:
        """Tell whether phones are being painted."""
        return self._latest.busy

    @property
    def tiles(self) -> int:
        """How many phones there are."""
        return len(self._tiles)

    def show_choice(self, choice: WallChoice) -> None:
        """Show the phones otherwise."""
        if choice != self._choice:
            anew = choice.carriers != self._choice.carriers
            self._choice = choice
            if anew:
                self._build()
            self.refresh()

    def refresh(self) -> None:
        """Paint the message as it is now on every phone; out of sight nothing is painted."""
        if not self.isVisible():
            return
        session, choice, room = self._session, self._choice, self._area.height() - _WORDS
        template, signature, values = session.template, session.signature_name, dict(session.values)
        ratio, keys, look = self.devicePixelRatioF(), tuple(self._tiles), session.look
        around, renderer = session.around, session.patient_renderer

        def job(alive: Callable[[], bool], tell: Tell) -> None:
            for key in keys:
                if not alive():
                    return
                phone, carrier = key
                placed = arrange_message(
                    template,
                    signature,
                    around.phones[phone],
                    carrier,
                    values,
                    around.measure,
                    dark=choice.dark,
                    font_scale=choice.font_scale,
                    whole=choice.whole,
                )
                scale = max(room / placed.height, LEAST_WIDTH / placed.width)
                image = renderer.paint(placed, scale * ratio)
                image.setDevicePixelRatio(ratio)
                tell(_Painted(key, image, tuple(look.sentence(m) for m in placed.marks)))

        self._latest.run(job)

    def stop(self) -> None:
        """Paint no more; for a session that is closed."""
        self._latest.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint at the new height."""
        super().resizeEvent(event)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Paint what was not painted while nobody saw it."""
        super().showEvent(event)
        self.refresh()

    def _build(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._tiles = {}
        for carrier in self._choice.carriers:
            for phone, spec in self._session.around.phones.items():
                assumed = "\n".join(named(zh, en) for zh, en in spec.assumptions)
                tile = _Tile(f"{phone_word(phone)} · {carrier_word(carrier)}", assumed, self)
                self._tiles[phone, carrier] = tile
                self._row.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addStretch(1)

    def _show(self, painted: _Painted) -> None:
        tile = self._tiles.get(painted.key)
        if tile is not None:
            tile.show_phone(painted.image, painted.notes)


class _Tile(QWidget):
    """A phone with its name above and what is to be said below."""

    def __init__(self, name: str, assumed: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = QLabel(self)
        self._picture.setAccessibleName(name)
        caption = plain(name, "second")
        caption.setToolTip(assumed)
        self._note = plain(style="warning")
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(caption, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._note)
        self._note.hide()

    def show_phone(self, image: QImage, notes: tuple[str, ...]) -> None:
        """Show the phone as painted."""
        self._picture.setPixmap(QPixmap.fromImage(image))
        self._picture.setAccessibleDescription("\n".join(notes))
        self._note.setText(notes[0] if notes else "")
        self._note.setToolTip("\n".join(notes))
        self._note.setVisible(bool(notes))
