# SPDX-License-Identifier: Apache-2.0
"""The gate of the window: shows the sign-in screen while nobody is signed in, locks, and gives the next one fresh pages.

Who was locked out and comes back finds everything as it was. Somebody else gets pages of her own: nothing that was fetched
for one person is shown to another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from koodesk.domain.problem import Problem
from koodesk.ui.desk import Desk
from koodesk.ui.sign_in import SignInScreen

COMES_BACK: Final = ("session.ended.password", "session.ended.rights", "session.ended.key")
"""Ends of a session after which the same person may sign in again and go on where she was."""
IDLE_CHECK_MS: Final = 5_000
_INPUT: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel}
)


class Gate(QObject):
    """Stands before one window. `rebuild` makes its pages anew without asking them whether they may be left."""

    def __init__(self, window: QMainWindow, desk: Desk, rebuild: Callable[[bool], None]) -> None:
        super().__init__(window)
        self._window, self._desk, self._rebuild = window, desk, rebuild
        self.screen: SignInScreen | None = None
        self._owner: tuple[int, str, bool] | None = None
        self._denied: object = None
        self._put_away: list[QWidget] = []
        self._locking = False
        self._last_input = time.monotonic()
        self._watching = False
        self._idle = QTimer(self)
        self._idle.timeout.connect(self._look_at_idle)
        desk.session_changed.connect(self._session)
        self.watch_idle()

    @property
    def shut(self) -> bool:
        """Tell whether the sign-in screen stands before the window."""
        return self.screen is not None

    def can_lock(self) -> bool:
        """Tell whether locking means something: whoever is signed in has a password to come back with."""
        session = self._desk.session
        return session is not None and session.signed_in and session.user_id != 0

    def lock(self, leave: Callable[[], bool], *, switch: bool = False) -> None:
        """Sign out and shut the gate; with `switch`, anybody may come in next. Unsaved work is saved first."""
        if self.shut or not leave():
            return
        session = self._desk.session
        name = "" if switch or session is None else session.name
        self._desk.hold_session()
        self._show(name, locked=not switch)

        def out() -> None:
            if self._desk.bridge.busy:  # what is being saved is saved by whoever wrote it
                QTimer.singleShot(20, self, out)
                return
            if not self.shut:  # the next one has come in meanwhile, which ended the session of the one before
                return
            self._desk.bridge.call(
                self, lambda service, _task: service.signing_in.sign_out(), self._desk.set_session, stays
            )

        def stays(problems: tuple[Problem, ...]) -> None:
            self._desk.hold_session(held=False)
            if self.screen is not None:
                self.screen.banner.tell(self._desk.say(problems))

        out()

    # --- who comes and goes ----------------------------------------------------------------------------------

    def _session(self) -> None:
        session = self._desk.session
        if session is None:
            return
        if not session.signed_in:
            if not self.shut:
                self._end(session.ended)
            return
        owner = (session.user_id, session.name, session.main)
        same = owner == self._owner
        fresh = self._owner is None and not session.denied and not self.shut
        changed = not same or session.denied != self._denied
        was_shut = self.shut
        self._owner, self._denied = owner, session.denied
        if was_shut:
            self._open(keep=same)
        if changed and not fresh:
            self._rebuild(same)

    def _end(self, why: Problem | None) -> None:
        """Shut the gate on a session that somebody else has ended. Nothing is saved in her name any more: what is unsaved stays
        behind the gate for her, and in the recovery log."""
        name = self._owner[1] if self._owner is not None and why is not None else ""
        comes_back = why is not None and why.code in COMES_BACK
        self._show(
            name if comes_back and self._owner is not None and self._owner[0] else "", locked=comes_back
        )
        if self.screen is not None and why is not None:
            self.screen.banner.tell(self._desk.say((why,)), "warning")

    def _show(self, name: str, *, locked: bool) -> None:
        self._put_away = [
            w
            for w in QApplication.topLevelWidgets()
            if w is not self._window and w.isVisible() and _belongs(w, self._window)
        ]
        for widget in self._put_away:
            widget.hide()
        inside = self._window.centralWidget()
        if inside is not None:
            inside.hide()
        self._shortcuts(False)
        self.screen = SignInScreen(self._window, self._desk, name, locked=locked)
        self.screen.begin()

    def _open(self, *, keep: bool) -> None:
        screen, self.screen = self.screen, None
        if screen is not None:
            screen.hide()
            screen.deleteLater()
        inside = self._window.centralWidget()
        if inside is not None:
            inside.show()
        self._shortcuts(True)
        for widget in self._put_away:
            if not shiboken6.isValid(widget):
                continue
            if keep:
                widget.show()
            elif isinstance(widget, QDialog):
                widget.reject()
            else:
                widget.close()
        self._put_away = []
        self._last_input = time.monotonic()

    def _shortcuts(self, enabled: bool) -> None:
        for shortcut in self._window.findChildren(QShortcut):
            shortcut.setEnabled(enabled)

    # --- locking when nobody is there ------------------------------------------------------------------------

    def watch_idle(self) -> None:
        """Begin or end watching for keys and clicks, as the settings say; nothing is watched where it is off."""
        wanted = self._desk.settings.value.lock_minutes > 0
        application = QApplication.instance()
        if wanted == self._watching or application is None:
            return
        self._watching = wanted
        if wanted:
            self._last_input = time.monotonic()
            application.installEventFilter(self)
            self._idle.start(IDLE_CHECK_MS)
        else:
            application.removeEventFilter(self)
            self._idle.stop()

    def idle_for(self, seconds: float) -> None:
        """Lock when nothing was typed or clicked for so long and the settings ask for it."""
        minutes = self._desk.settings.value.lock_minutes
        if minutes and seconds >= minutes * 60 and self.can_lock():
            self._window.lock()  # type: ignore[attr-defined]  # the main window's

    def _look_at_idle(self) -> None:
        self.idle_for(time.monotonic() - self._last_input)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that somebody is there."""
        if event.type() in _INPUT:
            self._last_input = time.monotonic()
        return super().eventFilter(watched, event)


def _belongs(widget: QWidget, window: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if above is window:
            return True
        above = above.parentWidget()
    return widget.isWindow() and not isinstance(widget, QMainWindow)
