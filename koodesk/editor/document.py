# SPDX-License-Identifier: Apache-2.0
"""The template being edited, and its history: a card's, or that of any other frozen value (`Document`).

One signal tells of every change with the template before and after; who draws or checks compares the two. Selection,
zoom, hover and a crop in progress are the view's and never come here. What is written to disk is told by `moved`, which
`recovery` listens to: replaying the moves builds the same template and the same history.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from koodesk.domain.digest import template_digest
from koodesk.domain.template import Template
from koodesk.editor.step import Step

T = TypeVar("T")


class Changes(Protocol[T]):
    """One change to a template of one kind, as `domain.edits.Edit` is to a card's."""

    @property
    def code(self) -> str:
        """The kind of change, for the name of the step."""

    @property
    def where(self) -> str:
        """The place it touches, in the words of `Problem.where`."""

    def apply(self, template: T, /) -> T:
        """Return the changed template, or the same when nothing changes. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Applied(Generic[T]):
    """An edit was applied; `gesture` is 0 for an edit that stands alone."""

    edit: Changes[T]
    gesture: int


@dataclass(frozen=True, slots=True)
class Undone:
    """The last step was undone."""


@dataclass(frozen=True, slots=True)
class Redone:
    """The last undone step was done again."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The template with this digest was saved."""

    digest: str


Move = Applied[T] | Undone | Redone | Saved
"""Everything that can happen to a document, in the order it happened."""


class Document(QObject, Generic[T]):
    """A template under edit.

    `saved_digest` is the digest of what the workspace holds, empty for a template never saved.
    """

    changed = Signal(object, object)
    """(before, after): both templates. Not sent when an edit changes nothing."""

    history_changed = Signal()
    """What can be undone or redone, or whether there is something to save, may have changed."""

    moved = Signal(object)
    """A `Move`, also for a move that changed nothing else than the history."""

    def __init__(self, template: T, saved_digest: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._template = template
        self._done: list[Step[T]] = []
        self._undone: list[Step[T]] = []
        self._saved_digest = saved_digest
        self._digest = self.digest_of(template)
        self._gestures = 0

    @staticmethod
    @abstractmethod
    def digest_of(template: T) -> str:
        """Return the digest of a template of this kind."""

    @property
    def template(self) -> T:
        """The template as it is now."""
        return self._template

    @property
    def digest(self) -> str:
        """The digest of the template as it is now."""
        return self._digest

    @property
    def saved_digest(self) -> str:
        """The digest of what was saved last, empty for a template never saved."""
        return self._saved_digest

    @property
    def is_dirty(self) -> bool:
        """Tell whether the template differs from what was saved."""
        return self._digest != self._saved_digest

    @property
    def undo_code(self) -> str:
        """The code of the edit that undo takes back, empty when there is none."""
        return self._done[-1].code if self._done else ""

    @property
    def redo_code(self) -> str:
        """The code of the edit that redo does again, empty when there is none."""
        return self._undone[-1].code if self._undone else ""

    @property
    def depth(self) -> int:
        """How many steps undo can go back."""
        return len(self._done)

    def has_been(self, digest: str) -> bool:
        """Tell whether the template is, or was at any step of the history, the one of a digest."""
        steps = (*self._done, *self._undone)
        return digest == self._digest or any(
            digest in (self.digest_of(step.before), self.digest_of(step.after)) for step in steps
        )

    def new_gesture(self) -> int:
        """Start a gesture: edits given its id merge into one step each place, until another edit comes between."""
        self._gestures += 1
        return self._gestures

    def apply(self, edit: Changes[T], gesture: int = 0) -> bool:
        """Apply an edit and tell whether the template changed. Raises Refused, and then nothing has happened."""
        before = self._template
        after = edit.apply(before)
        if after == before:
            return False
        self._gestures = max(self._gestures, gesture)
        if self._done and not self._undone and self._done[-1].merges(edit.where, gesture):
            step = self._done.pop().then(after)
        else:
            step = Step(before, after, edit.code, edit.where, gesture, tuple(self._undone))
            self._undone.clear()
        if step.is_empty:
            self._undone[:] = step.redo
        else:
            self._done.append(step)
        self._go_to(after, Applied(edit, gesture))
        return True

    def undo(self) -> None:
        """Take the last step back; nothing happens when there is none."""
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            self._go_to(step.before, Undone())

    def redo(self) -> None:
        """Do the last undone step again; nothing happens when there is none."""
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            self._go_to(step.after, Redone())

    def mark_saved(self, digest: str) -> None:
        """Note what the workspace now holds; edits made while it was being written stay unsaved."""
        if digest != self._saved_digest:
            self._saved_digest = digest
            self.moved.emit(Saved(digest))
            self.history_changed.emit()

    def replay(self, move: Move[T]) -> None:
        """Do what a recorded move did. Raises Refused when the move does not fit the template."""
        match move:
            case Applied(edit, gesture):
                self.apply(edit, gesture)
            case Undone():
                self.undo()
            case Redone():
                self.redo()
            case Saved(digest):
                self.mark_saved(digest)

    def _go_to(self, template: T, move: Move[T]) -> None:
        before, self._template = self._template, template
        self._digest = self.digest_of(template)
        self.moved.emit(move)
        if before != template:
            self.changed.emit(before, template)
        self.history_changed.emit()


class TemplateDocument(Document[Template]):
    """A card under edit."""

    @staticmethod
    def digest_of(template: Template) -> str:
        """Return the digest of a card."""
        return template_digest(template)
