# SPDX-License-Identifier: Apache-2.0
"""What the editor asks of the window it stands in: colours by role, icons by name, sentences for problems.

The window's theme and messages answer; the editor may not import them, and its tests bring a plain answer of their own.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QColor, QIcon

from koodesk.domain.problem import Problem


class Look(Protocol):
    """The theme in force and the message catalogue."""

    def color(self, role: str) -> QColor:
        """Return the colour of a role ("accent", "danger", ...). Raises KeyError for a role no theme has."""

    def icon(self, name: str, role: str = "text_second", size: int = 18, gap: int = 0) -> QIcon:
        """Return an icon drawn in the colour of a role, with `gap` clear pixels between it and a text."""

    def sentence(self, problem: Problem) -> str:
        """Return what is wrong and what to do next, in the window's language."""
