# SPDX-License-Identifier: Apache-2.0
"""Works a real window the way a person does: waits for what she would wait for, clicks, types, takes pictures."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QPoint,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from koodesk.ui.main_window import MainWindow
from koodesk.ui.page import Page
from koodesk.ui.widgets.dialogs import Sheet

W = TypeVar("W", bound=QWidget)
STEP_MS: Final = 20
ROUNDS: Final = 3
PATIENCE: Final = 120.0
MARGIN: Final = 12


def quiet_offscreen() -> None:
    """Keep the offscreen platform from telling for every sheet that nobody can move it; all else is told as ever."""

    def tell(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if not text.startswith("This plugin does not support"):
            sys.stderr.write(f"{text}\n")

    qInstallMessageHandler(tell)


def pause(ms: int) -> None:
    """Let the window live for a while, and what it puts off to the next moment happen. QTest.qWait would keep Python's lock
    meanwhile, and every call with it."""
    loop = QEventLoop()

    def end(rounds: int) -> None:
        # On a busy machine the time may be over before the first round of events.
        if rounds:
            QTimer.singleShot(0, loop, partial(end, rounds - 1))
        else:
            loop.quit()

    QTimer.singleShot(ms, loop, partial(end, ROUNDS))
    loop.exec()


class Stuck(RuntimeError):
    """What a step waited for did not happen; the message says what the window said."""


class Robot:
    """Drives one window. `shots` is where pictures go, None for no pictures."""

    def __init__(self, window: MainWindow, shots: Path | None = None, scale: float = 1.0) -> None:
        self.window = window
        self.shots = shots
        self.scale = scale
        self.taken: list[Path] = []
        self._given_up = False

    def give_up(self) -> None:
        """End the next wait with Stuck: somebody asked the whole to end. For signal handlers."""
        self._given_up = True

    # --- waiting ---------------------------------------------------------------------------------------------

    def wait(
        self, condition: Callable[[], bool], what: str, seconds: float = PATIENCE, step_ms: int = STEP_MS
    ) -> None:
        """Let the window live until something holds. Raises Stuck with the banner's text when it never does."""
        until = time.monotonic() + seconds
        while not condition():
            if self._given_up:
                self._given_up = False
                raise Stuck("told to end")
            if time.monotonic() > until:
                raise Stuck(f"{what}: {self.said()}")
            pause(step_ms)

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until the page is made to its end, no call is under way and everything is painted: twice in a row, for what one
        outcome puts off to the next moment may call again."""
        quiet = 0

        def still() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if self._whole() and not self.window.desk.bridge.busy else 0
            return quiet > 1

        pause(STEP_MS)
        self.wait(still, "calls end", seconds)

    def _whole(self) -> bool:
        return not self.window.current_id or self.page.whole

    def said(self) -> str:
        """Return what the window shows as its problem or notice."""
        found = [page.banner.accessibleName() for page in (self.page,) if page.banner.isVisible()]
        sheet = self.window.findChild(Sheet)
        if sheet is not None and sheet.isVisible():
            found.append(sheet.banner.accessibleName())
        return " | ".join(filter(None, found)) or "no message"

    def change_look(self, **look: str) -> None:
        """Change theme or language and wait until the same page is there again."""
        page = self.window.current_id
        self.window.change_look(**look)
        self.wait(lambda: self.window.current_id == page, "the page comes back")
        self.settle()

    # --- looking ---------------------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """Return the page shown."""
        return self.window.page(self.window.current_id)

    def go(self, page_id: str, **arguments: object) -> Page:
        """Show a page as a click in the rail does, and wait for its data."""
        self.window.show_page(page_id, dict(arguments))
        self.settle()
        return self.page

    def find(self, kind: type[W], name: str, within: QWidget | None = None) -> W:
        """Return a widget by its object name. Raises Stuck when it is not there."""
        found = (within or self.window).findChild(kind, name)
        if not isinstance(found, kind):
            raise Stuck(f"no {kind.__name__} named {name}")
        return found

    def sheet(self) -> Sheet:
        """Wait for the open sheet and return it."""
        found: list[Sheet] = []

        def shown() -> bool:
            found[:] = [s for s in self.window.findChildren(Sheet) if s.isVisible()]
            return bool(found)

        self.wait(shown, "a sheet opens")
        return found[-1]

    def look_at(self, widget: QWidget) -> None:
        """Scroll the page until a widget's upper edge is near the top, for a picture of it."""
        above = widget.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        inside = above.widget() if above is not None else None
        if above is not None and inside is not None:
            top = widget.mapTo(inside, QPoint(0, 0)).y()
            above.verticalScrollBar().setValue(max(0, top - MARGIN))
        pause(STEP_MS)

    # --- doing -----------------------------------------------------------------------------------------------

    def click(self, target: QAbstractButton | str, within: QWidget | None = None) -> None:
        """Click a button with the mouse. Raises Stuck when it cannot be clicked."""
        button = self.find(QAbstractButton, target, within) if isinstance(target, str) else target
        if not button.isEnabled():
            raise Stuck(f"{button.objectName() or button.text()} cannot be clicked: {self.said()}")
        QTest.mouseClick(
            button, Qt.MouseButton.LeftButton, pos=QPoint(button.width() // 2, button.height() // 2)
        )
        pause(STEP_MS)

    def fill(self, control: QWidget, text: str) -> None:
        """Replace a control's text by typing, or choose the entry of that text or value."""
        control.setFocus()
        if isinstance(control, QLineEdit):
            control.selectAll()
            control.insert(text)
            control.editingFinished.emit()
        elif isinstance(control, QPlainTextEdit):
            control.selectAll()
            control.insertPlainText(text)
        elif isinstance(control, QComboBox):
            number = control.findText(text)
            if number < 0:
                raise Stuck(f"no choice {text}")
            control.setCurrentIndex(number)
            control.activated.emit(number)
        pause(STEP_MS)

    def accept(self, sheet: Sheet) -> None:
        """Press a sheet's way forward and wait until it has closed. Raises Stuck with what it says when it stays."""
        self.click(sheet.accept_button)
        self.wait(lambda: not any(s is sheet for s in self.open_sheets()), "the sheet closes")
        self.settle()

    def choose_layout(self, layout: str) -> None:
        """Choose a layout in the palette of new cards, once it is there."""
        name = f"layout-{layout}"
        self.wait(lambda: self.window.findChild(QAbstractButton, name) is not None, "the layouts are shown")
        self.settle()
        self.click(name)
        self.click("layout-palette-make")

    def open_sheets(self) -> list[Sheet]:
        """Return the sheets that are open."""
        return [s for s in self.window.findChildren(Sheet) if s.isVisible()]

    def _over(self) -> list[QDialog]:
        """Return what stands over the window: sheets, and dialogs of their own kind."""
        return [found for found in self.window.findChildren(QDialog) if found.isVisible()]

    def shows(self) -> bool:
        """Tell whether pictures are taken: what only a picture needs can be left out otherwise."""
        return self.shots is not None

    def shot(self, name: str, widget: QWidget | None = None) -> None:
        """Take a picture of the window with whatever is over it, or of one widget."""
        if self.shots is None:
            return
        QApplication.processEvents()
        target = widget or self.window
        picture = target.grab()
        if widget is None:
            painter = QPainter(picture)
            for sheet in self._over():
                corner = self.window.mapFromGlobal(sheet.mapToGlobal(QPoint(0, 0)))
                painter.drawPixmap(corner, _picture_of(sheet))
            painter.end()
        self.shots.mkdir(parents=True, exist_ok=True)
        path = self.shots / f"{len(self.taken) + 1:02d}-{name}.png"
        picture.save(str(path))
        self.taken.append(path)


def _picture_of(sheet: QDialog) -> QPixmap:
    """Draw a sheet with what is behind its round corners left clear."""
    scale = sheet.devicePixelRatioF()
    picture = QPixmap(round(sheet.width() * scale), round(sheet.height() * scale))
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    sheet.render(picture)
    return picture
