# SPDX-License-Identifier: Apache-2.0
"""One video SMS template being edited: the document with everything its views share, handed to each of them.

Views change the template by `change` only, which turns a refusal into a signal. What is selected is named as problems and
the preview name it: "title", "frame:1", "frame:1/element:2", empty for the message itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.edits import Moved, Place
from koodesk.domain.video_sms.rules import VideoSmsRules
from koodesk.domain.video_sms.template import Element, VideoTemplate
from koodesk.editor.look import Look
from koodesk.editor.phone_session import PhoneSession
from koodesk.editor.row_source import RowSource
from koodesk.editor.selection import Selection
from koodesk.editor.video_sms.document import Change, VideoDocument
from koodesk.editor.video_sms.shelf import MediaShelf, ShelfItem
from koodesk.preview.measure import FontMeasure
from koodesk.preview.pictures import PictureSource
from koodesk.preview.video_sms import arrange_message
from koodesk.preview.video_sms_phone import MessagePhone, PhoneKind
from koodesk.preview.video_sms_placement import TITLE, VideoPlacement
from koodesk.preview.video_sms_render import MessageRenderer

Act = Callable[[VideoTemplate], VideoTemplate | Moved]


@dataclass(frozen=True, slots=True)
class SignatureChoice:
    """A signature of the workspace; only a `usable` one can be handed in with."""

    id: int
    name: str
    usable: bool
    state: str
    """Its state in the window's words."""


@dataclass(frozen=True, slots=True)
class VideoSurroundings:
    """What a session needs of the program around it. `pictures` is asked by `cover_key`, off the window's thread only."""

    rules: VideoSmsRules
    phones: Mapping[PhoneKind, MessagePhone]
    measure: FontMeasure
    pictures: PictureSource
    shelf: MediaShelf
    look: Look
    rows: RowSource | None = None


class MessageSelection(Selection):
    """The part of the message that is selected, and the one under the mouse."""

    def go_to(self, where: str) -> None:
        """Select the part a problem is about and ask for the keyboard to be taken to its field."""
        place = edits.place_of(where)
        if where == TITLE:
            self.select(TITLE)
        elif place is not None:
            self.select(where if "/" not in where else place.where)
        else:
            self.select("")
        self.focus_wanted.emit(where)


class VideoSession(PhoneSession):
    """A document under edit, what is selected, and what is wrong with it."""

    signatures_changed = Signal()
    """Other signatures can be chosen."""

    facts_changed = Signal()
    """More is known of a stored file."""

    document: VideoDocument
    around: VideoSurroundings

    def __init__(
        self, document: VideoDocument, around: VideoSurroundings, parent: QObject | None = None
    ) -> None:
        super().__init__(document, around, parent)
        self.selection = MessageSelection(self)
        # Connected before every view, so that none of them meets a selection that is gone.
        document.changed.connect(self._keep_up)
        self.renderer: Final = MessageRenderer(self.pictures, around.measure.faces)
        """Paints on the window's thread, with the pictures that have arrived."""
        self.patient_renderer: Final = MessageRenderer(around.pictures, around.measure.faces)
        """Paints off the window's thread and waits for pictures."""
        self._signatures: tuple[SignatureChoice, ...] = ()
        self._known: dict[str, ShelfItem] = {}
        self._asked: set[str] = set()

    # --- what is edited ----------------------------------------------------------------------------------------

    @property
    def rules(self) -> VideoSmsRules:
        """The rules in force."""
        return self.around.rules

    @property
    def template(self) -> VideoTemplate:
        """The template as it is now."""
        return self.document.template

    def change(self, code: str, where: str, act: Act, gesture: int = 0) -> bool:
        """Change the template by a function of `edits` and tell whether it was taken; a refusal is told by `refused`.

        What was inserted or moved is selected afterwards.
        """
        try:
            made = act(self.template)
        except Refused as refusal:
            self.refused.emit(refusal.problems)
            return False
        after, place = (made.template, made.place) if isinstance(made, Moved) else (made, None)
        self.document.apply(Change(code, where, after), gesture)
        if place is not None:
            self.selection.select(place.where)
        return True

    def place(self) -> Place | None:
        """Return the element that is selected, the first of a selected frame; None for the subject and the message."""
        return edits.place_of(self.selection.content)

    def element(self, where: str | None = None) -> Element | None:
        """Return the selected element, or the one at a place; None when that is none."""
        place = edits.place_of(self.selection.content if where is None else where)
        try:
            return None if place is None else edits.element_at(self.template, place)
        except Refused:
            return None

    # --- what it is shown with ---------------------------------------------------------------------------------

    @property
    def signatures(self) -> tuple[SignatureChoice, ...]:
        """The signatures that can be chosen."""
        return self._signatures

    def put_signatures(self, signatures: tuple[SignatureChoice, ...]) -> None:
        """Take the workspace's signatures as they are now."""
        if signatures != self._signatures:
            self._signatures = signatures
            self.signatures_changed.emit()

    @property
    def signature(self) -> SignatureChoice | None:
        """The chosen signature, None while there is none or it is gone."""
        return next((s for s in self._signatures if s.id == self.template.signature_id), None)

    @property
    def signature_name(self) -> str:
        """The name that stands before the first text, empty while none is chosen."""
        return self.signature.name if self.signature is not None else ""

    def arrange(
        self,
        phone: PhoneKind,
        carrier: Carrier,
        *,
        dark: bool = False,
        font_scale: float = 1.0,
        whole: bool = True,
        hints: bool = False,
        values: Mapping[str, str] | None = None,
    ) -> VideoPlacement:
        """Put the message in place on a phone; values of its own show instead of the recipient's."""
        return arrange_message(
            self.template,
            self.signature_name,
            self.around.phones[phone],
            carrier,
            self._values if values is None else values,
            self.around.measure,
            dark=dark,
            font_scale=font_scale,
            whole=whole,
            hints=hints,
        )

    # --- what is known of it -----------------------------------------------------------------------------------

    def learn(self, items: tuple[ShelfItem, ...]) -> None:
        """Take over what the shelf says of stored files."""
        if items:
            self._known.update((item.media.digest, item) for item in items)
            self.facts_changed.emit()

    def facts(self, digest: str) -> ShelfItem | None:
        """Return what the shelf has said of a file; None until it has."""
        return self._known.get(digest)

    def ask_about(self, element: Element) -> None:
        """Ask the shelf for the name and the facts of a file that is not known yet; `facts_changed` tells."""
        digest = getattr(element, "digest", "")
        if digest and digest not in self._known and digest not in self._asked:
            self._asked.add(digest)
            self.around.shelf.about(element, self.learn, lambda _problems: None)  # type: ignore[arg-type]  # has a digest

    def problems_of(self, where: str) -> tuple[Problem, ...]:
        """Return the problems of a part of the message; of a frame, those of its elements too."""
        return tuple(p for p in self.problems if p.where == where or p.where.startswith(f"{where}/"))

    # --- inside ------------------------------------------------------------------------------------------------

    def _keep_up(self, _before: VideoTemplate, after: VideoTemplate) -> None:
        """Let go of a selected part that is gone: what took its place is selected, or the message itself."""
        place = self.place()
        if place is None:
            return
        frames = after.frames
        if not frames:
            self.selection.select("")
            return
        frame = min(place.frame, len(frames) - 1)
        element = min(place.element, len(frames[frame].elements) - 1)
        if (frame, element) != place:
            self.selection.select(Place(frame, element).where)
