# SPDX-License-Identifier: Apache-2.0
"""Which page of the card, and which item of each repeated group, the phones show: what is selected, or was last.

View state like the selection, never part of the document.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import Template


class InView(QObject):
    """The page shown (from 0) and the item in view of each group, by the group's id."""

    changed = Signal()
    """Another page or item is in view."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = 0
        self._at: dict[str, int] = {}

    @property
    def page(self) -> int:
        """The page shown, from 0."""
        return self._page

    @property
    def at(self) -> Mapping[str, int]:
        """The item in view of each group that is not at its first."""
        return self._at

    def show(self, page: int, group: str = "", item: int = 0) -> None:
        """Show a page, and an item of one of its groups. Another page begins at its first items."""
        at = dict(self._at) if page == self._page else {}
        if group:
            at[group] = item
        if (page, at) != (self._page, self._at):
            self._page, self._at = page, at
            self.changed.emit()

    def follow(self, template: Template, layout: LayoutSpec, content_id: str) -> None:
        """Show where a content stands; nothing moves for one that is not there."""
        groups = {s.id: s.group for s in layout.slots}
        for number, page in enumerate(template.pages):
            for content in page.contents:
                if content.id == content_id:
                    self.show(number, groups.get(content.slot, ""), content.item)
                    return
        if self._page >= len(template.pages):
            self.show(len(template.pages) - 1)
