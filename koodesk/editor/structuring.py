# SPDX-License-Identifier: Apache-2.0
"""Pages and items of the card under edit: added, copied, removed, moved, and shown afterwards.

Which numbers are allowed is `domain.structure`'s matter; a refusal is told by the session like any other.
"""

from __future__ import annotations

from collections.abc import Callable

from koodesk.domain import structure
from koodesk.domain.edits import Edit, InsertItem, MoveItem, MovePage, RemovePage
from koodesk.domain.layout_contents import items
from koodesk.domain.problem import Refused
from koodesk.editor.session import Session


class Structuring:
    """Changes which pages and items there are; what was made or moved comes into view."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_item(self, page: int, group: str, like: int | None) -> None:
        """Add an empty item at the end of a group, or a copy of an item behind it."""
        session = self._session
        at = None if like is None else like + 1

        def make() -> InsertItem:
            return structure.add_item(
                session.document.template, session.layout, group, at, page=page, like=like
            )

        count = items(session.document.template.pages[page], session.layout, group)
        if self._try(make):
            self.select_item(page, group, count if at is None else at)

    def remove_item(self, page: int, group: str, item: int) -> None:
        """Remove an item; the one that takes its place comes into view."""
        session = self._session

        def make() -> Edit:
            return structure.remove_item(session.document.template, session.layout, group, item, page=page)

        if self._try(make):
            count = items(session.document.template.pages[page], session.layout, group)
            session.in_view.show(page, group, min(item, max(count - 1, 0)))

    def move_item(self, page: int, group: str, item: int, to: int) -> None:
        """Give an item another place."""
        slots = tuple(s.id for s in self._session.layout.slots_of(group))
        if self._session.edit(MoveItem(page, slots, item, to)):
            self._session.in_view.show(page, group, to)

    def select_item(self, page: int, group: str, item: int) -> None:
        """Bring an item into view and select its first content."""
        slots = [s.id for s in self._session.layout.slots_of(group)]
        contents = self._session.document.template.pages[page].contents
        mine = (c for c in contents if c.item == item and c.slot in slots)
        first = min(mine, key=lambda c: slots.index(c.slot), default=None)
        self._session.in_view.show(page, group, item)
        if first is not None:
            self._session.selection.select(first.id)

    def add_page(self, like: int | None) -> None:
        """Add a page at the end, empty or like another, and show it."""
        session = self._session
        fact = session.pack.numbers.get("pages.count")
        most = None if fact is None else fact.value

        def make() -> Edit:
            return structure.add_page(session.document.template, session.layout, most, like=like)

        if self._try(make):
            self.show_page(len(session.document.template.pages) - 1)

    def remove_page(self, number: int) -> None:
        """Remove a page."""
        if self._session.edit(RemovePage(number)):
            self.show_page(min(number, len(self._session.document.template.pages) - 1))

    def move_page(self, number: int, to: int) -> None:
        """Give a page another place, and show it there."""
        if self._session.edit(MovePage(number, to)):
            self.show_page(to)

    def show_page(self, number: int) -> None:
        """Show a page; a content of another page is no longer selected."""
        session = self._session
        here = {c.id for c in session.document.template.pages[number].contents}
        if session.selection.content not in here:
            session.selection.select("")
        session.in_view.show(number)

    def _try(self, make: Callable[[], Edit]) -> bool:
        """Make an edit and apply it; a refusal of either is told."""
        try:
            edit = make()
        except Refused as refusal:
            self._session.refused.emit(refusal.problems)
            return False
        return self._session.edit(edit)
