# SPDX-License-Identifier: Apache-2.0
"""What a page needs of the program around it: calls, settings, navigation and notices. Handed to every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from koodesk import messages
from koodesk.backend.workspace import Workspace
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Problem
from koodesk.settings import SettingsFile
from koodesk.ui import i18n
from koodesk.ui.bridge import Bridge

if TYPE_CHECKING:
    from koodesk.backend.views.identity import SessionRow


class Desk(QObject):
    """The program as its pages see it.

    `changed` names what kind of record changed ("cards", "filings", "sms", "campaigns", "audiences", "materials",
    "reviews", "engine"); pages refresh what they show of it. `navigate` asks for a page with arguments.
    """

    changed = Signal(str)
    navigated = Signal(str, dict)
    noticed = Signal(str, str)
    move_asked = Signal(object)
    """Somebody wants the workspace in another folder (a Path): the window closes for it, and another opens there."""
    team_asked = Signal(str, str, str)
    """Somebody wants it in a team's database (its address, its password, what it is called): the window closes for it, and
    another opens on that database."""
    session_changed = Signal()
    """Somebody else is signed in, nobody is, or what she may do has changed: `session` says."""

    platform_changed = Signal()
    """It is known which platform the workspace speaks to, or another one was chosen since."""
    reopen_asked = Signal(str)
    """Somebody has switched the platform here: the window opens anew, and says this."""

    def __init__(self, workspace: Workspace, bridge: Bridge, settings: SettingsFile) -> None:
        super().__init__()
        self.workspace = workspace
        self.bridge = bridge
        self.settings = settings
        self.session: SessionRow | None = None
        self._sessions = 0
        self._held = False
        self.platform: Platform | None = None
        """What this window speaks to, None until the service has opened."""
        self.platform_chosen: Platform | None = None
        """What the workspace is set to: another than `platform` when somebody has switched it meanwhile."""
        self.engine_starting = False
        """Somebody is starting the local engine: that it does not answer yet is no news."""
        self.frame: QWidget | None = None
        """Where pages are made: a whole page that gets another parent is styled again by Qt, part by part."""

    def set_session(self, session: SessionRow) -> None:
        """Take over what a sign-in, a sign-out or a change of the account has answered, and tell when it is news."""
        self._sessions += 1
        self._held = False
        self._take_session(session)

    def hold_session(self, held: bool = True) -> None:
        """Somebody is leaving: until `set_session` says how it went, no look at the session says who is signed in."""
        self._held = held

    def looking_at_session(self) -> Callable[[SessionRow], None]:
        """Return who takes the answer to a question asked now.

        An answer that a sign-in or a sign-out has overtaken is dropped: it would open the gate behind whoever has left, or shut
        it before whoever has just come.
        """
        asked = self._sessions

        def take(session: SessionRow) -> None:
            if asked == self._sessions and not self._held:
                self._take_session(session)

        return take

    def set_platform(self, here: Platform, chosen: Platform) -> None:
        """Take over what this window speaks to and what was chosen, and tell when it is news."""
        if (here, chosen) != (self.platform, self.platform_chosen):
            self.platform, self.platform_chosen = here, chosen
            self.platform_changed.emit()

    def ask_session(self) -> None:
        """Ask anew who is signed in."""
        self.bridge.call(self, lambda service, _task: service.signing_in.session(), self.looking_at_session())

    def _take_session(self, session: SessionRow) -> None:
        if session != self.session:
            self.session = session
            self.session_changed.emit()

    def why_not(self, action: str) -> str:
        """Say why the one signed in may not do an action; empty when she may. What decides is the service."""
        denied = self.session.denied.get(action) if self.session is not None else None
        return "" if denied is None else self.say((denied,))

    def go(self, page: str, **arguments: Any) -> None:
        """Show a page."""
        self.navigated.emit(page, arguments)

    def notice(self, text: str, kind: str = "success") -> None:
        """Show one line that goes away by itself: kind is "success", "warning", "danger" or "accent"."""
        self.noticed.emit(text, kind)

    def say(self, problems: tuple[Problem, ...]) -> str:
        """Return the sentences of problems, a line each, in the language in force."""
        return "\n".join(str(messages.sentence(p, i18n.language())) for p in problems)

    def word(self, code: str, **values: object) -> str:
        """Return the word of a state or kind in the language in force."""
        return messages.word(code, i18n.language(), **values)
