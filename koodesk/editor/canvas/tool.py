# SPDX-License-Identifier: Apache-2.0
"""The life of a tool: a gesture that stands over the canvas from its beginning until it is accepted or given up."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Tool(QWidget):
    """A gesture on one content. Subclasses keep a draft and commit at most one step of the history."""

    finished = Signal()
    """The tool is done, accepted or not; sent once."""

    hides_content: ClassVar[bool] = False
    """Whether the tool shows the content itself, so that the canvas must not."""

    veils_canvas: ClassVar[bool] = False
    """Whether the tool covers all of the canvas."""

    def __init__(self, content_id: str, parent: QWidget, part: str = "") -> None:
        super().__init__(parent)
        self.content_id = content_id
        self.part = part
        """"child" for the second text of the content."""
        self._over = False

    @property
    def hides(self) -> str:
        """The content the canvas leaves out while the tool shows it."""
        return self.content_id if self.hides_content else ""

    def begin(self) -> None:
        """Show the tool and take the keyboard."""
        self.follow()
        self.show()
        self.raise_()
        self.setFocus()

    def follow(self) -> None:
        """Take the place of the content again: it, or the zoom, has changed."""

    def accept(self) -> None:
        """Keep what was done."""
        self._finish()

    def give_up(self) -> None:
        """Leave everything as it was at the beginning."""
        self._finish()

    def _finish(self) -> None:
        if not self._over:
            self._over = True
            self.hide()
            self.finished.emit()
