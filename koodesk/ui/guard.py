# SPDX-License-Identifier: Apache-2.0
"""A control that is off, with the reason, for whoever may not do what it does.

This explains; what decides is the service. Whatever a page does with a guarded control, it stays off while the one signed
in lacks the action, and its tip and accessible description say why.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from koodesk.ui.desk import Desk


def guard(control: QWidget, desk: Desk, action: str) -> None:
    """Keep a control off, with the reason as its tip, while whoever is signed in may not do `action`."""
    _Guard(control, desk, action)


class _Guard(QObject):
    """Watches one control, lives as long as it."""

    def __init__(self, control: QWidget, desk: Desk, action: str) -> None:
        super().__init__(control)
        self._control, self._desk, self._action = control, desk, action
        self._why = ""
        self._wanted = (control.isEnabled(), control.toolTip())
        self._busy = False
        control.installEventFilter(self)
        desk.session_changed.connect(self._apply)
        self._apply()

    def _apply(self) -> None:
        why = self._desk.why_not(self._action)
        if why == self._why:
            return
        if not self._why:
            self._wanted = (self._control.isEnabled(), self._control.toolTip())
        self._why = why
        self._put()

    def _put(self) -> None:
        self._busy = True
        enabled, tip = (False, self._why) if self._why else self._wanted
        self._control.setEnabled(enabled)
        self._control.setToolTip(tip)
        self._control.setAccessibleDescription(tip if self._why else "")
        self._busy = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take back what the page does to a control that is off."""
        if self._why and not self._busy:
            if event.type() == QEvent.Type.EnabledChange and self._control.isEnabled():
                self._wanted = (True, self._wanted[1])
                self._put()
            elif event.type() == QEvent.Type.ToolTipChange and self._control.toolTip() != self._why:
                self._wanted = (self._wanted[0], self._control.toolTip())
                self._put()
        return super().eventFilter(watched, event)
