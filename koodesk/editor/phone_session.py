# SPDX-License-Identifier: Apache-2.0
"""What a session of the editor keeps whatever kind of template is edited: document, pictures, a recipient's values."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

import shiboken6
from PySide6.QtCore import QObject, Signal

from koodesk.domain.problem import Problem, Severity
from koodesk.editor.arrived_pictures import ArrivedPictures
from koodesk.editor.document import Document
from koodesk.editor.look import Look
from koodesk.editor.problem_holder import ProblemHolder
from koodesk.editor.selection import Selection
from koodesk.preview.measure import FontMeasure
from koodesk.preview.pictures import PictureSource


class Around(Protocol):
    """What every session needs of the program around it."""

    @property
    def measure(self) -> FontMeasure:
        """The fonts of the phones, measured."""

    @property
    def pictures(self) -> PictureSource:
        """All pictures; asked off the window's thread only."""

    @property
    def look(self) -> Look:
        """Colours, icons and sentences."""


class PhoneSession(ProblemHolder):
    """A document under edit and what its phones are shown with. Subclasses say what is selected, and paint."""

    values_changed = Signal()
    """Another recipient's values are shown, or what stands for them again."""

    pictures_changed = Signal()
    """A picture has arrived; paint again."""

    selection: Selection

    def __init__(self, document: Document[Any], around: Around, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.around = around
        self.pictures: Final = ArrivedPictures(around.pictures)
        self.pictures.on_arrival(self._picture_arrived)
        self._values: Mapping[str, str] = {}

    @property
    def look(self) -> Look:
        """Colours, icons and sentences."""
        return self.around.look

    @property
    def values(self) -> Mapping[str, str]:
        """The recipient's values the phones show; empty for the parameters' examples or names."""
        return self._values

    def set_values(self, values: Mapping[str, str]) -> None:
        """Show a recipient's values on every phone, or with none what stands for them."""
        if dict(values) != dict(self._values):
            self._values = MappingProxyType(dict(values))
            self.values_changed.emit()

    @abstractmethod
    def problems_of(self, content: str) -> tuple[Problem, ...]:
        """Return the problems of a part that can be selected, all that belongs to it included."""

    def worst(self, content: str) -> Severity | None:
        """Return how bad the worst problem of a part is, None when it has none."""
        return next((p.severity for p in self.problems_of(content)), None)

    def _picture_arrived(self) -> None:
        """Tell of it; a picture may arrive when the template is closed already."""
        if shiboken6.isValid(self):
            self.pictures_changed.emit()
