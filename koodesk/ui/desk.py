# SPDX-License-Identifier: Apache-2.0
"""What a page needs of the program around it: calls, settings, navigation and notices. Handed to every page."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from koodesk import messages
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Problem
from koodesk.settings import SettingsFile
from koodesk.ui import i18n
from koodesk.ui.bridge import Bridge


class Desk(QObject):
    """The program as its pages see it.

    `changed` names what kind of record changed ("cards", "filings", "sms", "campaigns", "audiences", "materials",
    "reviews", "engine"); pages refresh what they show of it. `navigate` asks for a page with arguments.
    """

    changed = Signal(str)
    navigated = Signal(str, dict)
    noticed = Signal(str, str)

    def __init__(self, workspace: Workspace, bridge: Bridge, settings: SettingsFile) -> None:
        super().__init__()
        self.workspace = workspace
        self.bridge = bridge
        self.settings = settings

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
