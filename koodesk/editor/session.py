# SPDX-License-Identifier: Apache-2.0
"""One card being edited: the document with everything its views share, handed to each of them instead of globals.

Views change the template only by `edit`, which turns a refusal into a signal, so no view forgets to answer one. The
problems of the card are found by `checking` and kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import shiboken6
from PySide6.QtCore import QObject, Signal

from koodesk.domain.edits import Edit
from koodesk.domain.layout_contents import out_of_sight
from koodesk.domain.problem import Problem, Refused, Severity
from koodesk.domain.rule_pack import LayoutSpec, RulePack, SlotSpec
from koodesk.domain.template import Picture, Template
from koodesk.domain.vendor import Vendor
from koodesk.editor.arrived_pictures import ArrivedPictures
from koodesk.editor.document import TemplateDocument
from koodesk.editor.gallery import Gallery
from koodesk.editor.in_view import InView
from koodesk.editor.look import Look
from koodesk.editor.selection import Selection
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import Placement
from koodesk.preview.render import Renderer

_WEIGHT = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.NOTE: 0}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session needs of the program around it: rules, phones, fonts, pictures, gallery and look.

    `pictures` may read files: it is asked off the window's thread only.
    """

    pack: RulePack
    phones: Mapping[Vendor, PhoneSpec]
    measure: FontMeasure
    pictures: PictureSource
    gallery: Gallery
    look: Look


class Session(QObject):
    """A document under edit, what is selected, and what is wrong with it."""

    checked = Signal()
    """The problems are those of the template as it is now."""

    refused = Signal(object)
    """An edit or a picture was refused: a tuple of `Problem`."""

    values_changed = Signal()
    """Another recipient's values are shown, or the examples again."""

    pictures_changed = Signal()
    """A picture has arrived; paint again."""

    def __init__(
        self, document: TemplateDocument, around: Surroundings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.around = around
        self.selection = Selection(self)
        self.in_view = InView(self)
        # Connected before every view, so that none of them meets a selection that is gone.
        document.changed.connect(self._keep_up)
        self.selection.changed.connect(self._follow)
        self.pictures: Final = ArrivedPictures(around.pictures)
        self.pictures.on_arrival(self._picture_arrived)
        self.renderer: Final = Renderer(self.pictures, around.measure.faces)
        """Paints on the window's thread, with the pictures that have arrived."""
        self.patient_renderer: Final = Renderer(around.pictures, around.measure.faces)
        """Paints off the window's thread and waits for pictures."""
        self._problems: tuple[Problem, ...] = ()
        self._values: Mapping[str, str] = {}

    @property
    def values(self) -> Mapping[str, str]:
        """The recipient's values the phones show; empty for the examples."""
        return self._values

    def set_values(self, values: Mapping[str, str]) -> None:
        """Show a recipient's values on every phone, or with none the parameters' examples."""
        if dict(values) != dict(self._values):
            self._values = MappingProxyType(dict(values))
            self.values_changed.emit()

    @property
    def look(self) -> Look:
        """Colours, icons and sentences."""
        return self.around.look

    @property
    def pack(self) -> RulePack:
        """The rules in force."""
        return self.around.pack

    @property
    def layout(self) -> LayoutSpec:
        """The rules of the card's layout."""
        return self.pack.layouts[self.document.template.layout]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the card, worst first."""
        return self._problems

    def edit(self, edit: Edit, gesture: int = 0) -> bool:
        """Apply an edit and tell whether it was taken; a refusal is told by `refused`."""
        try:
            self.document.apply(edit, gesture)
        except Refused as refusal:
            self.refused.emit(refusal.problems)
            return False
        return True

    def slot(self, content_id: str) -> SlotSpec:
        """Return the rules of the slot a content stands in. Raises KeyError when there is no such content."""
        return self.layout.slot(self.document.template.content(content_id).slot)

    def takers(self) -> tuple[Vendor, ...]:
        """Return the vendors that can show this card here: they take the layout and there is a drawing of it."""
        layout, phones = self.layout, self.around.phones
        return tuple(v for v in Vendor if layout.takes(v) and v in phones and layout.id in phones[v].layouts)

    def first_vendor(self) -> Vendor:
        """Return the vendor to show first: the first chosen that takes the layout."""
        takers = self.takers()
        chosen = self.document.template.vendors
        return next((v for v in takers if v in chosen), takers[0])

    def arrange(self, vendor: Vendor, *, dark: bool = False, hints: bool = True) -> Placement:
        """Put the card in place on a vendor's phone. Raises Refused when the vendor does not take the layout."""
        return arrange(
            self.document.template,
            self.layout,
            vendor,
            self.pack,
            self.around.phones[vendor],
            self._values,
            self.around.measure,
            dark=dark,
            hints=hints,
            page=self.in_view.page,
            at=self.in_view.at,
        )

    def shown(self, content_id: str) -> bool:
        """Tell whether the card itself lets a content be seen: it is not hidden, and its style and sub-type use its slot."""
        template = self.document.template
        content = template.content(content_id)
        return content.visible and content.slot not in out_of_sight(template, self.layout)

    def _keep_up(self, before: Template, after: Template) -> None:
        """Let go of a selected content that is gone: what took its place is selected, or the card itself."""
        selected = self.selection.content
        if selected and all(c.id != selected for c in after.contents()):
            self.selection.select(_beside(selected, before, after))
        self._follow(self.selection.content)

    def _follow(self, content_id: str) -> None:
        self.in_view.follow(self.document.template, self.layout, content_id)

    def put_problems(self, problems: tuple[Problem, ...]) -> None:
        """Take what a check of the present template found."""
        self._problems = tuple(sorted(problems, key=lambda p: -_WEIGHT[p.severity]))
        self.checked.emit()

    def problems_at(self, where: str) -> tuple[Problem, ...]:
        """Return the problems of one place of a form, those of its numbered entries ("sms_signs:2") included."""
        return tuple(p for p in self._problems if p.where == where or p.where.startswith(f"{where}:"))

    def problems_of(self, content_id: str) -> tuple[Problem, ...]:
        """Return the problems of a content, its event and backgrounds included."""
        place = f"content:{content_id}"
        return tuple(
            p for p in self._problems if p.where == place or p.where.startswith((f"{place}/", f"{place}."))
        )

    def worst(self, content_id: str) -> Severity | None:
        """Return how bad the worst problem of a content is, None when it has none."""
        return next((p.severity for p in self.problems_of(content_id)), None)

    def _picture_arrived(self) -> None:
        """Tell of it; a picture may arrive when the card is closed already."""
        if shiboken6.isValid(self):
            self.pictures_changed.emit()

    def picture_of(self, content_id: str) -> Picture | None:
        """Return the picture of a content, None when the slot is empty or holds none."""
        content = self.document.template.content(content_id)
        return getattr(content, "picture", None)


def _beside(content_id: str, before: Template, after: Template) -> str:
    """Return the content that stands nearest to where another stood, empty for none."""
    try:
        gone = before.content(content_id)
    except KeyError:
        return ""
    page = next((n for n, p in enumerate(before.pages) if gone in p.contents), 0)
    same = [c for c in after.pages[min(page, len(after.pages) - 1)].contents if c.slot == gone.slot]
    return min(same, key=lambda c: abs(c.item - gone.item)).id if same else ""
