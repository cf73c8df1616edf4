# SPDX-License-Identifier: Apache-2.0
"""What the editor asks of the window it stands in, answered by the theme and the message catalogue."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon

from koodesk import messages
from koodesk.domain.problem import Problem
from koodesk.ui import i18n, icons, theme


class WindowLook:
    """The theme in force and the message catalogue, as the editor asks for them."""

    def color(self, role: str) -> QColor:
        """Return the colour of a role."""
        return theme.role(role)

    def icon(self, name: str, role: str = "text_second", size: int = 18, gap: int = 0) -> QIcon:
        """Return an icon in the colour of a role."""
        return icons.icon(name, role, size, gap)

    def sentence(self, problem: Problem) -> str:
        """Return a problem's sentence in the language in force."""
        return str(messages.sentence(problem, i18n.language()))
