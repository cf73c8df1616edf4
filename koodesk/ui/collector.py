# SPDX-License-Identifier: Apache-2.0
"""Python's cycle collector, kept to the window's thread while a window lives.

The collector runs on whichever thread happens to allocate. On a thread of the bridge it would destroy leftover Qt objects
there, and Qt wants them destroyed on their own thread. It is also the likely cause, not a proven one, of a rare freeze of
the window (docs/decisions/0008). WORKAROUND for PySide6; look again when it destroys its objects on the right thread by
itself.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

PERIOD_MS: Final = 400

_living = 0


class Collector(QObject):
    """Collects by timer, youngest generation first, with the thresholds the automatic collector has.

    The automatic one is off from the making of the first collector until `stop` of the last.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        global _living  # noqa: PLW0603 - the interpreter has one collector
        _living += 1
        gc.disable()
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.check)
        self._timer.start()

    def check(self) -> None:
        """Collect what is due."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Collect no more here; the last one to stop gives the automatic collector back. Safe to call twice."""
        global _living  # noqa: PLW0603 - the interpreter has one collector
        if self._stopped:
            return
        self._stopped = True
        self._timer.stop()
        _living -= 1
        if not _living:
            gc.enable()
