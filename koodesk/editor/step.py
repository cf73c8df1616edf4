# SPDX-License-Identifier: Apache-2.0
"""The one undo command: the template before, the template after, and what belongs together.

Frozen templates share every part that did not change, so keeping both is cheap, undo is exact and no edit needs undo
code of its own. The stack is in `document`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """One entry of the history.

    `code` names the kind of edit for "撤销 …" and `where` the place it was made at. `gesture` is the id of the gesture (a drag, a
    stay in a text field) it belongs to, 0 for an edit that stands alone. `redo` are the undone steps this one pushed
    away; they come back if the gesture ends where it began.
    """

    before: T
    after: T
    code: str
    where: str
    gesture: int
    redo: tuple[Step[T], ...] = ()

    def merges(self, where: str, gesture: int) -> bool:
        """Tell whether a further edit at `where` in `gesture` continues this step."""
        return gesture != 0 and self.gesture == gesture and self.where == where

    def then(self, after: T) -> Step[T]:
        """Return the step that goes on to `after`."""
        return replace(self, after=after)

    @property
    def is_empty(self) -> bool:
        """Tell whether the step ends where it began."""
        return self.before == self.after
