# SPDX-License-Identifier: Apache-2.0
"""Keeps a session's problems up to date: the checks run off the window's thread a moment after the last change.

What lies under the words of a background is measured with them, from the picture itself. It is remembered, so that a change
of anything but the picture, its crop or the vendors measures nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from koodesk.domain.checks import check
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.session import Session
from koodesk.preview.ground_check import GroundCheck

PAUSE_MS: Final = 120


class Checker(QObject):
    """Checks the document of a session after each change, and once at the beginning."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.grounds: Final = GroundCheck(session.around.phones, session.around.pictures)
        """Used on the checks' own thread only."""
        self._latest: Final = Latest(self)
        self._latest.told.connect(session.put_problems)
        self._timer: Final = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.check_now)
        session.document.changed.connect(self._soon)
        self.check_now()

    def _soon(self) -> None:
        self._timer.start()

    def check_now(self) -> None:
        """Check without waiting for the user to pause."""
        self._timer.stop()
        session = self._session
        template, pack, brand = session.document.template, session.pack, session.around.brand
        grounds = self.grounds

        def job(alive: Callable[[], bool], tell: Tell) -> None:
            if alive():
                tell((*check(template, pack, brand=brand), *grounds.problems(template, pack)))

        self._latest.run(job)

    def stop(self) -> None:
        """Check no more; for a session that is closed."""
        self._timer.stop()
        self._latest.stop()
