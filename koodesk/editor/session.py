# SPDX-License-Identifier: Apache-2.0
"""One card being edited: the document with everything its views share, handed to each of them instead of globals.

Views change the template only by `edit`, which turns a refusal into a signal, so no view forgets to answer one. The
problems of the card are found by `checking` and kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QObject, Signal

from koodesk.domain.brand import EMPTY, BrandKit
from koodesk.domain.crop import CENTRE, Focal
from koodesk.domain.edits import Edit
from koodesk.domain.layout_contents import out_of_sight
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.rule_pack import LayoutSpec, RulePack, SlotSpec
from koodesk.domain.template import Picture, Template
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor
from koodesk.editor.aiming import aimed
from koodesk.editor.document import TemplateDocument
from koodesk.editor.gallery import Gallery, GalleryItem
from koodesk.editor.in_view import InView
from koodesk.editor.look import Look
from koodesk.editor.phone_session import PhoneSession
from koodesk.editor.row_source import RowSource
from koodesk.editor.selection import Selection
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import Placement
from koodesk.preview.render import Renderer


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session needs of the program around it: rules, phones, fonts, pictures, gallery and look.

    `pictures` may read files: it is asked off the window's thread only. `focals` are the focal points (焦点) that are not in
    the middle, by digest; the session keeps them up to date. `brand` is the workspace's brand kit;
    `rows` its number files, None where there are none to see.
    """

    pack: RulePack
    phones: Mapping[Vendor, PhoneSpec]
    measure: FontMeasure
    pictures: PictureSource
    gallery: Gallery
    look: Look
    focals: dict[str, Focal] = field(default_factory=dict)
    brand: BrandKit = EMPTY
    rows: RowSource | None = None


class Session(PhoneSession):
    """A document under edit, what is selected, and what is wrong with it."""

    target_changing = Signal()
    """Edits of contents are about to go elsewhere: what is under way belongs to where they went until now."""

    target_changed = Signal()
    """Edits of contents go to another vendor, or to all again."""

    document: TemplateDocument
    around: Surroundings

    def __init__(
        self, document: TemplateDocument, around: Surroundings, parent: QObject | None = None
    ) -> None:
        super().__init__(document, around, parent)
        self.selection = Selection(self)
        self.in_view = InView(self)
        # Connected before every view, so that none of them meets a selection that is gone.
        document.changed.connect(self._keep_up)
        self.selection.changed.connect(self._follow)
        self.renderer: Final = Renderer(self.pictures, around.measure.faces)
        """Paints on the window's thread, with the pictures that have arrived."""
        self.patient_renderer: Final = Renderer(around.pictures, around.measure.faces)
        """Paints off the window's thread and waits for pictures."""
        self._target: Vendor | None = None

    @property
    def target(self) -> Vendor | None:
        """The vendor whose own contents are edited; None edits the master, for all vendors."""
        return self._target

    def aim(self, target: Vendor | None) -> None:
        """Let edits of contents go to one vendor, or to all."""
        if target is not self._target:
            self.target_changing.emit()
            self._target = target
            self.target_changed.emit()

    @property
    def template(self) -> Template:
        """The card as it is edited: as the vendor aimed at gets it, or the master."""
        whole = self.document.template
        return whole if self._target is None else seen_by(whole, self._target)

    @property
    def pack(self) -> RulePack:
        """The rules in force."""
        return self.around.pack

    @property
    def layout(self) -> LayoutSpec:
        """The rules of the card's layout."""
        return self.pack.layouts[self.document.template.layout]

    def edit(self, edit: Edit, gesture: int = 0, *, whole: bool = False) -> bool:
        """Apply an edit, to the vendor aimed at, and tell whether it was taken; a refusal is told by `refused`.

        `whole` edits the master whoever is aimed at.
        """
        try:
            if self._target is not None and not whole:
                edit = aimed(self.document.template, self._target, edit)
            self.document.apply(edit, gesture)
        except Refused as refusal:
            self.refused.emit(refusal.problems)
            return False
        return True

    def focal(self, digest: str) -> Focal:
        """Return the focal point of a picture, the middle where nobody has given one."""
        return self.around.focals.get(digest, CENTRE)

    def learn(self, items: tuple[GalleryItem, ...]) -> None:
        """Take over the focal points of what the gallery shows."""
        self.around.focals.update((item.material.digest, item.focal) for item in items)

    def slot(self, content_id: str) -> SlotSpec:
        """Return the rules of the slot a content stands in. Raises KeyError when there is no such content."""
        return self.layout.slot(self.document.template.content(content_id).slot)

    def takers(self) -> tuple[Vendor, ...]:
        """Return the vendors that can show this card here: they take the layout and there is a drawing of it."""
        return self._takers(self.layout)

    def taker(self, layout: LayoutSpec, wished: Vendor) -> Vendor | None:
        """Return a vendor to show another layout on: the wished one if it can, None when none can."""
        found = self._takers(layout)
        return wished if wished in found else next(iter(found), None)

    def _takers(self, layout: LayoutSpec) -> tuple[Vendor, ...]:
        phones = self.around.phones
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

    def problems_of(self, content_id: str) -> tuple[Problem, ...]:
        """Return the problems of a content, its event and backgrounds included."""
        place = f"content:{content_id}"
        return tuple(
            p for p in self._problems if p.where == place or p.where.startswith((f"{place}/", f"{place}."))
        )

    def picture_of(self, content_id: str) -> Picture | None:
        """Return the picture of a content, None when the slot is empty or holds none."""
        return getattr(self.template.content(content_id), "picture", None)


def _beside(content_id: str, before: Template, after: Template) -> str:
    """Return the content that stands nearest to where another stood, empty for none."""
    try:
        gone = before.content(content_id)
    except KeyError:
        return ""
    page = next((n for n, p in enumerate(before.pages) if gone in p.contents), 0)
    same = [c for c in after.pages[min(page, len(after.pages) - 1)].contents if c.slot == gone.slot]
    return min(same, key=lambda c: abs(c.item - gone.item)).id if same else ""
