# SPDX-License-Identifier: Apache-2.0
"""The editor of one card, composed: layers and canvas over the dock, the inspector beside them.

What a page adds is the toolbar and the service: saving, submitting and exporting are asked for by signals. Panels can be
hidden and resized; `layout_state` is what to remember of them.
"""

from __future__ import annotations

from typing import ClassVar, Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from koodesk.domain.edits import SetChild, SetPicture, SetText, SetVideo
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.editor import clipboard
from koodesk.editor.canvas.canvas_view import CanvasView
from koodesk.editor.canvas.card_canvas import CardCanvas
from koodesk.editor.canvas.crop_tool import CropTool
from koodesk.editor.canvas.text_tool import TextTool
from koodesk.editor.canvas_bar import CanvasBar
from koodesk.editor.checking import Checker
from koodesk.editor.dock import Dock
from koodesk.editor.gallery_panel import GalleryPanel
from koodesk.editor.inspector.inspector import Inspector
from koodesk.editor.inspector.video_panel import COVER
from koodesk.editor.layers import Layers
from koodesk.editor.layout_chooser import LayoutChooser
from koodesk.editor.panels import Panels, put_under
from koodesk.editor.picture_work import PictureWork
from koodesk.editor.playing import CanvasPlayer
from koodesk.editor.rules_panel import RulesPanel
from koodesk.editor.session import Session
from koodesk.editor.words import tr

LAYERS_WIDTH: Final = 200


class Studio(Panels):
    """Edits the card of a session."""

    dock_share: ClassVar[float] = 0.43
    """Phones on the wall that can be read, a card in whole above it."""

    wall_wanted = Signal()
    """The vendor wall is wanted in a window of its own."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.checker = Checker(session)
        self.pictures = PictureWork(session)
        self.layers = Layers(session, self._above)
        middle = QWidget(self._above)
        self.canvas = CardCanvas(session)
        self.playing = CanvasPlayer(session, self.canvas)
        self.view = CanvasView(self.canvas, middle)
        self.bar = CanvasBar(session, middle)
        self.dock = Dock(session, self._down)
        self.inspector = Inspector(session, self._across)
        self.wall = self.dock.wall
        self.layers.setMinimumWidth(160)
        put_under(self.view, self.bar, middle)
        self._compose(self.layers, middle, self.dock, self.inspector, (LAYERS_WIDTH, 576))
        self._connect()
        self._shortcuts()
        self.show_vendor(self.canvas.vendor)

    # --- for the page -----------------------------------------------------------------------------------------

    def layout_state(self) -> str:
        """Return which panels are shown and how large they are, as a text to remember."""
        shown = "".join("01"[not panel.isHidden()] for panel in self._panels())
        return ":".join((shown, *self._sizes()))

    def restore_layout(self, state: str) -> None:
        """Show the panels as they were remembered; a state that is none changes nothing."""
        shown, *sizes = state.split(":")
        if len(shown) != len(self._panels()) or len(sizes) != len(self._splitters()):
            return
        for panel, on in zip(self._panels(), shown, strict=True):
            panel.setVisible(on != "0")
        self._restore_sizes(sizes)

    def show_layers(self, on: bool) -> None:
        """Show or hide the list on the left."""
        self.layers.setVisible(on)

    def show_inspector(self, on: bool) -> None:
        """Show or hide the form on the right."""
        self.inspector.setVisible(on)

    def show_dock(self, on: bool) -> None:
        """Show or hide the vendor wall and the problems."""
        self.dock.setVisible(on)

    def shown_panels(self) -> dict[str, bool]:
        """Return, by the name of the method that shows it, whether each panel is shown."""
        return {
            "show_layers": not self.layers.isHidden(),
            "show_inspector": not self.inspector.isHidden(),
            "show_dock": not self.dock.isHidden(),
        }

    def _panels(self) -> tuple[QWidget, ...]:
        return (self.layers, self.inspector, self.dock)

    def open_rules(self) -> None:
        """Show the written rules (操作规范)."""
        panel = RulesPanel(self.session, self)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel.open()

    def optimise(self) -> None:
        """Make the selected picture, or the card's first, fit the platform's limit (图像优化)."""
        content = self.session.selection.content
        if not content or self.session.slot(content).kind is not SlotKind.IMAGE:
            content = self.pictures.first_slot() or ""
        if content:
            self.pictures.optimise(content)

    def stop(self) -> None:
        """End what runs off the window's thread; the studio is about to go."""
        self.canvas.put_down()
        self.playing.player.close()
        self.checker.stop()
        self.wall.stop()
        if self.dock.rows is not None:
            self.dock.rows.stop()
        self.dock.problems.stop()

    # --- actions ----------------------------------------------------------------------------------------------

    def edit_in_place(self, content_id: str, part: str = "") -> None:
        """Edit a content where it stands: text is typed, a picture cropped, an empty slot filled from the gallery.

        A button with words of its own is chosen in the inspector.
        """
        self.session.selection.select(content_id)
        if self.canvas.box(content_id, part) is None:
            return
        slot = self.session.slot(content_id)
        if slot.choices:
            self.session.selection.focus_wanted.emit(f"content:{content_id}")
        elif slot.kind in (SlotKind.TEXT, SlotKind.BUTTON):
            self.canvas.take_up(TextTool(self.session, self.canvas, content_id, part))
        elif slot.kind is SlotKind.VIDEO or self.session.picture_of(content_id) is None:
            self.open_gallery(content_id)
        else:
            self.crop_in_place(content_id)

    def crop_in_place(self, content_id: str) -> None:
        """Crop a picture where it stands (裁剪图片)."""
        self.session.selection.select(content_id)
        picture, ratio = self.session.picture_of(content_id), self.session.slot(content_id).ratio
        if picture is not None and ratio is not None and self.canvas.box(content_id) is not None:
            self.canvas.take_up(CropTool(self.session, self.canvas, content_id, picture, ratio))

    def open_gallery(self, content_id: str, vendor: str = "") -> GalleryPanel:
        """Choose a picture or a video for a slot, or a background for a vendor; a slot's picture is cropped next.

        With `vendor` "cover" a picture is chosen as the cover of a video.
        """
        wants = self.session.slot(content_id).kind is SlotKind.VIDEO and vendor != COVER
        logo = self.session.slot(content_id).role == "logo"
        panel = GalleryPanel(self.session, self, videos=wants, logos_first=logo)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def place(material: object) -> None:
            if self.session.slot(content_id).kind is SlotKind.VIDEO:
                self.pictures.place_video(content_id, material, cover=vendor == COVER)  # type: ignore[arg-type]  # Signal(object)
                return
            chosen = Vendor(vendor) if vendor else None
            if self.pictures.place(content_id, material, chosen) and chosen is None:  # type: ignore[arg-type]  # Signal(object)
                self.crop_in_place(content_id)

        panel.chosen.connect(place)
        panel.open()
        return panel

    def clear(self, content_id: str, part: str = "") -> None:
        """Empty a slot, or its second text."""
        slot = self.session.slot(content_id)
        if slot.kind is SlotKind.IMAGE:
            self.session.edit(SetPicture(content_id, None))
        elif slot.kind is SlotKind.VIDEO:
            self.session.edit(SetVideo(content_id, None, None))
        elif part:
            self.session.edit(SetChild(content_id, ""))
        elif not slot.choices:
            self.session.edit(SetText(content_id, ""))

    def copy(self) -> None:
        """Put the selected content on the clipboard."""
        content = self.session.selection.content
        if content:
            QApplication.clipboard().setMimeData(clipboard.to_mime(self.session.document.template, content))

    def paste(self) -> None:
        """Put what is on the clipboard into the selected content: a content, files, a picture, or plain text."""
        self.paste_data(QApplication.clipboard().mimeData())

    def paste_data(self, data: QMimeData) -> None:
        """Paste given data; what cannot be trusted is refused in words."""
        session = self.session
        content_id = session.selection.content
        try:
            found = clipboard.from_mime(data)
        except Refused as refusal:
            session.refused.emit(refusal.problems)
            return
        if found is not None and content_id:
            into = session.document.template.content(content_id)
            edit = clipboard.pasted(into, found, session.slot(content_id))
            if edit is not None:
                session.edit(edit)
        elif self.pictures.take(content_id, data):
            return
        elif data.hasText() and content_id and self._takes_words(content_id):
            session.edit(SetText(content_id, data.text()))

    def change_layout(self) -> LayoutChooser:
        """Choose another layout for the card (更换版式); what does not fit is said before, and kept."""
        self.canvas.put_down()
        panel = LayoutChooser(self.session, self)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel.open()
        return panel

    def _takes_words(self, content_id: str) -> bool:
        slot = self.session.slot(content_id)
        return slot.kind in (SlotKind.TEXT, SlotKind.BUTTON) and not slot.choices

    # --- composition ------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.canvas.edit_wanted.connect(self.edit_in_place)
        self.canvas.picture_wanted.connect(self.open_gallery)
        self.canvas.clear_wanted.connect(self.clear)
        self.canvas.dropped.connect(self.pictures.take)
        self.inspector.gallery_wanted.connect(self.open_gallery)
        self.inspector.crop_wanted.connect(self.crop_in_place)
        self.inspector.optimise_wanted.connect(self.pictures.optimise)
        self.inspector.clear_wanted.connect(self.clear)
        self.inspector.layout_wanted.connect(self.change_layout)
        self.session.document.changed.connect(self._keep_vendor)
        self.session.target_changing.connect(self.canvas.put_down)
        self.session.target_changed.connect(self._follow_target)
        self.wall.chosen.connect(self.show_vendor)
        self.dock.bar.detach_wanted.connect(self.wall_wanted)
        self.bar.vendor_chosen.connect(self.show_vendor)
        self.bar.dark.toggled.connect(self.canvas.set_dark)
        self.bar.dark.toggled.connect(self.dock.bar.dark.setChecked)

    def _shortcuts(self) -> None:
        for keys, act, name in (
            (QKeySequence.StandardKey.Copy, self.copy, tr("复制")),
            (QKeySequence.StandardKey.Paste, self.paste, tr("粘贴")),
            (QKeySequence.StandardKey.Save, self.save_requested.emit, tr("保存")),
            (QKeySequence.StandardKey.Undo, self.session.document.undo, tr("撤销")),
            (QKeySequence.StandardKey.Redo, self.session.document.redo, tr("重做")),
        ):
            self._shortcut(keys, act, name)

    def show_vendor(self, vendor: Vendor) -> None:
        """Show a vendor's phone on the canvas; contents of another vendor's own are no longer edited then."""
        if self.session.target not in (None, vendor):
            self.session.aim(None)
        self.canvas.show_vendor(vendor)
        self.wall.mark(vendor)
        self.bar.show_vendor(vendor)

    def _follow_target(self) -> None:
        """Show the phone of the vendor whose contents are edited."""
        if self.session.target is not None:
            self.show_vendor(self.session.target)

    def _keep_vendor(self, before: Template, after: Template) -> None:
        """Show a vendor that takes the layout when it is another one."""
        target = self.session.target
        if target is not None and (target not in after.vendors or target not in self.session.takers()):
            self.session.aim(None)
        if before.layout != after.layout:
            self.bar.show_takers()
            self.show_vendor(self.canvas.vendor)
