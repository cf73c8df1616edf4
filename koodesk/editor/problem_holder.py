# SPDX-License-Identifier: Apache-2.0
"""What is wrong with the template under edit, kept for every view of it, whatever kind of template it is."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from PySide6.QtCore import QObject, Signal

from koodesk.domain.problem import Problem, Severity
from koodesk.editor.look import Look

_WEIGHT: Final = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.NOTE: 0}


class ProblemHolder(QObject):
    """Holds the problems of a template. A session of the editor is one."""

    checked = Signal()
    """The problems are those of the template as it is now."""

    refused = Signal(object)
    """An edit or a file was refused: a tuple of `Problem`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[Problem, ...] = ()
        self._said: tuple[Problem, ...] = ()

    @property
    @abstractmethod
    def look(self) -> Look:
        """Colours, icons and sentences."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the template, worst first."""
        return self._problems

    def put_problems(self, problems: tuple[Problem, ...]) -> None:
        """Take what a check of the present template found."""
        self._problems = tuple(sorted((*self._said, *problems), key=lambda p: -_WEIGHT[p.severity]))
        self.checked.emit()

    def put_said(self, problems: tuple[Problem, ...]) -> None:
        """Take what reviewers said of it: shown at its places beside what the checks find, until it is handed in again."""
        checked = tuple(p for p in self._problems if p not in self._said)
        self._said = problems
        self.put_problems(checked)

    def problems_at(self, where: str) -> tuple[Problem, ...]:
        """Return the problems of one place of a form, those of its numbered entries ("sms_signs:2") included."""
        return tuple(p for p in self._problems if p.where == where or p.where.startswith(f"{where}:"))
