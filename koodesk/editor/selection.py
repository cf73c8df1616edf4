# SPDX-License-Identifier: Apache-2.0
"""What the user looks at: view state that is never part of the document or its history."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """The content that is selected (empty: the template itself) and the one under the mouse."""

    changed = Signal(str)
    """The content that is now selected, empty for the template."""

    hovered = Signal(str)
    """The content under the mouse, empty for none."""

    focus_wanted = Signal(str)
    """A place to take the keyboard to: the `where` of a problem, such as "content:title" or "param:name"."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._content = ""
        self._hover = ""

    @property
    def content(self) -> str:
        """The id of the selected content, empty for the template."""
        return self._content

    @property
    def hover(self) -> str:
        """The id of the content under the mouse, empty for none."""
        return self._hover

    def select(self, content: str) -> None:
        """Select a content, or the template by an empty id."""
        if content != self._content:
            self._content = content
            self.changed.emit(content)

    def point_at(self, content: str) -> None:
        """Note what is under the mouse."""
        if content != self._hover:
            self._hover = content
            self.hovered.emit(content)

    def go_to(self, where: str) -> None:
        """Select the content a problem is about and ask for the keyboard to be taken to its field."""
        content = where.removeprefix("content:").split("/")[0] if where.startswith("content:") else ""
        self.select(content)
        self.focus_wanted.emit(where)
