# SPDX-License-Identifier: Apache-2.0
"""Keeps a session's problems up to date: the rules at once, and what only the workspace knows a moment later.

The rules of a template are a matter of a fraction of a millisecond. Whether the filing has the letters a template needs
is the workspace's to say: `workspace_wanted` asks the page, which answers with `put_workspace`.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from koodesk.domain.problem import Problem
from koodesk.domain.video_sms.rules import check_template
from koodesk.editor.video_sms.session import VideoSession

PAUSE_MS: Final = 60
WORKSPACE_PAUSE_MS: Final = 500


class VideoChecker(QObject):
    """Checks the document of a session after each change, and once at the beginning."""

    workspace_wanted = Signal(object)
    """A template the workspace is to be asked about."""

    def __init__(self, session: VideoSession) -> None:
        super().__init__(session)
        self._session = session
        self._told: tuple[Problem, ...] = ()
        self._for_submit = False
        self._asking = False
        self._soon: Final = self._timer(PAUSE_MS, self.check_now)
        self._later: Final = self._timer(WORKSPACE_PAUSE_MS, self.ask_workspace)
        session.document.changed.connect(self._changed)
        self.check_now()

    @property
    def asking(self) -> bool:
        """Tell whether the workspace has not answered for the template as it is now."""
        return self._asking

    def for_submit(self, on: bool) -> None:
        """Ask for the fields of the dialog 提交审核 too, while it is open."""
        if on != self._for_submit:
            self._for_submit = on
            self.check_now()

    def check_now(self) -> None:
        """Check without waiting for the user to pause."""
        self._soon.stop()
        found = check_template(self._session.template, self._session.rules, for_submit=self._for_submit)
        self._session.put_problems(tuple(dict.fromkeys((*found, *self._told))))

    def ask_workspace(self) -> None:
        """Ask what only the workspace knows."""
        self._later.stop()
        self._asking = True
        self.workspace_wanted.emit(self._session.template)

    def put_workspace(self, problems: tuple[Problem, ...]) -> None:
        """Take what the workspace says of the template: of it, what lies outside the template (the filing's papers)."""
        self._asking = self._later.isActive()
        self._told = tuple(p for p in problems if p.where.startswith("paper:"))
        self.check_now()

    def stop(self) -> None:
        """Check no more; for a session that is closed."""
        self._soon.stop()
        self._later.stop()

    def _changed(self) -> None:
        self._asking = True
        self._soon.start()
        self._later.start()

    def _timer(self, pause: int, act: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause)
        timer.timeout.connect(act)
        return timer
