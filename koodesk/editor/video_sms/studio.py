# SPDX-License-Identifier: Apache-2.0
"""The editor of one video SMS, composed: rail and canvas over the dock, the inspector beside them.

What a page adds is the toolbar and the service: saving, submitting and the ready templates are asked for by signals.
Videos that have to be cut are asked for by `clip_wanted`; whoever answers it sets `media.clips`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.edits import Place, place_of
from koodesk.domain.video_sms.template import Media, ResourceKind, Text, VideoTemplate
from koodesk.editor.canvas.canvas_view import CanvasView
from koodesk.editor.panels import Panels, put_under
from koodesk.editor.video_sms.canvas import MessageCanvas
from koodesk.editor.video_sms.canvas_bar import MessageCanvasBar
from koodesk.editor.video_sms.checking import VideoChecker
from koodesk.editor.video_sms.dock import MessageDock
from koodesk.editor.video_sms.inspector import MessageInspector
from koodesk.editor.video_sms.inspector_parts import split
from koodesk.editor.video_sms.media_panel import MediaPanel
from koodesk.editor.video_sms.media_work import ClipRequest, MediaWork, Target, room_for
from koodesk.editor.video_sms.phone_wall import PhoneWall, WallChoiceBar
from koodesk.editor.video_sms.playing import MessagePlayer
from koodesk.editor.video_sms.rail import Rail
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.submit_sheet import SubmitSheet
from koodesk.editor.video_sms.text_tool import MessageTextTool
from koodesk.editor.words import tr
from koodesk.preview.video_sms_placement import TITLE

RAIL_WIDTH: Final = 216


class MessageStudio(Panels):
    """Edits the message of a session."""

    dock_share: ClassVar[float] = 0.4
    """Phones that can be told apart, and the message above them."""

    submit_requested = Signal()
    """The sheet is filled in: hand the template in."""

    public_wanted = Signal()
    """The ready templates are to be shown; answer with `use_ready`."""

    page_wanted = Signal(str)
    """Another page of the window is wanted."""

    clip_wanted = Signal(object)
    """A `ClipRequest`: a video that has to be cut, or that the user wants to cut."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.checker = VideoChecker(session)
        self.media = MediaWork(session)
        self.rail = Rail(session, self._above)
        middle = QWidget(self._above)
        self.canvas = MessageCanvas(session)
        self.playing = MessagePlayer(session, self.canvas)
        self.view = CanvasView(self.canvas, middle)
        self.bar = MessageCanvasBar(session, middle)
        self.dock = MessageDock(session, self._down)
        self.inspector = MessageInspector(session, self._across)
        self.sheet = SubmitSheet(session, self.checker, self)
        self._wall: QWidget | None = None
        self.rail.setMinimumWidth(196)
        put_under(self.view, self.bar, middle)
        self._compose(self.rail, middle, self.dock, self.inspector, (RAIL_WIDTH, 560))
        self._connect()
        self._shortcuts()

    # --- for the page -----------------------------------------------------------------------------------------

    def layout_state(self) -> str:
        """Return how large the panels are, as a text to remember."""
        return ":".join(self._sizes())

    def restore_layout(self, state: str) -> None:
        """Show the panels as they were remembered; a state that is none changes nothing."""
        sizes = state.split(":")
        if len(sizes) == len(self._splitters()) and all(sizes):
            self._restore_sizes(sizes)

    def put_down(self) -> None:
        """Accept what is being typed."""
        self.canvas.put_down()

    def stop(self) -> None:
        """End what runs off the window's thread; the studio is about to go."""
        self.canvas.put_down()
        self.sheet.hide()
        self.playing.player.close()
        self.media.stop()
        self.checker.stop()
        self.dock.stop()
        if self._wall is not None:
            self._wall.close()

    def open_sheet(self, where: str = "") -> None:
        """Open the sheet 提交审核, at one of its fields."""
        self.canvas.put_down()
        self.sheet.open()
        self.sheet.focus(where or "name")

    def use_ready(self, template: VideoTemplate) -> None:
        """Replace subject and frames by those of a ready template (公共模板)."""
        self.canvas.put_down()
        if self.session.change("use_contents", "", lambda t: edits.use_contents(t, template)):
            self.session.selection.select("")

    def offer_clips(self) -> None:
        """Let videos be cut: somebody answers `clip_wanted`."""
        self.media.clips = True
        self.inspector.media.offer_clip(True)

    # --- actions ----------------------------------------------------------------------------------------------

    def insert(self, kind: ResourceKind) -> None:
        """Put something in behind what is selected: a text at once, a file after it was chosen."""
        self.canvas.put_down()
        if kind is ResourceKind.TEXT:
            if self.media.insert(Text("")):
                self.edit_in_place(self.session.selection.content)
            return
        self.choose(kind, Target(self.media.next_frame()))

    def choose(self, kind: ResourceKind, target: Target) -> MediaPanel:
        """Choose a file from the gallery, or from this machine, for a place of the message."""
        panel = MediaPanel(self.session, kind, self, clips=self.media.clips)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel.chosen.connect(lambda item: self.media.put(item, target))
        panel.paths_chosen.connect(lambda paths: self.media.take_paths(paths, target))
        panel.open()
        return panel

    def replace(self, where: str) -> None:
        """Choose another file for an element, or type where it is a text."""
        element, place = self.session.element(where), place_of(where)
        if isinstance(element, Media) and place is not None:
            self.choose(element.kind, Target(place.frame, place))
        elif isinstance(element, Text) or where == TITLE:
            self.edit_in_place(where)

    def edit_in_place(self, where: str) -> None:
        """Type a text or the subject where it stands."""
        if where != TITLE and not isinstance(self.session.element(where), Text):
            self.replace(where)
            return
        self.session.selection.select(where)
        box = self.canvas.box(where)
        if box is None:
            return
        area = self.canvas.area(box.rect).toAlignedRect()
        self.view.ensureVisible(area.center().x(), area.center().y(), 0, area.height() // 2 + 60)
        self.canvas.take_up(MessageTextTool(self.session, self.canvas, where))

    def step(self, where: str, down: int) -> None:
        """Move an element one step up or down; it stays selected."""
        place = place_of(where)
        if place is not None:
            self.canvas.put_down()
            self.session.change("move", where, lambda t: edits.step(t, place, down))

    def remove(self, where: str) -> None:
        """Take an element out; what stands in its place is selected."""
        place = place_of(where)
        if place is not None:
            self.canvas.put_down()
            self.session.change("remove", where, lambda t: edits.remove_element(t, place))

    def clip(self, where: str) -> None:
        """Ask for a video of the message to be cut."""
        media, place = self.session.element(where), place_of(where)
        if isinstance(media, Media) and media.kind is ResourceKind.VIDEO and place is not None:
            rules, known = self.session.rules, self.session.facts(media.digest)
            self.clip_wanted.emit(
                ClipRequest(
                    media,
                    known.name if known is not None else "",
                    media.duration_ms,
                    media.size,
                    rules.video_max_ms,
                    room_for(self.session.template, rules, place),
                    Target(place.frame, place),
                )
            )

    def detach_wall(self) -> QWidget:
        """Show the phones in a window of their own."""
        window = _WallWindow(self.session, self.dock.bar, self)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.destroyed.connect(self._wall_gone)
        self._wall = window
        window.show()
        return window

    def _wall_gone(self) -> None:
        self._wall = None

    def show_menu(self, where: str, at: QPoint) -> None:
        """Offer what can be done with a part."""
        menu = self.menu_of(where)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu_of(self, where: str) -> QMenu:
        """Return the menu of a part."""
        menu, look = QMenu(self), self.session.look
        element, place = self.session.element(where), place_of(where)
        words = tr("编辑文字") if not isinstance(element, Media) else tr("更换")
        menu.addAction(look.icon("pencil"), words, partial(self.replace, where))
        if place is None or element is None:
            return menu
        menu.addAction(look.icon("chevron-up"), tr("上移"), partial(self.step, where, -1))
        menu.addAction(look.icon("chevron-down"), tr("下移"), partial(self.step, where, 1))
        if len(self.session.template.frames[place.frame].elements) > 1:
            menu.addAction(look.icon("layers"), tr("拆为单独一帧"), partial(self._split, place))
        menu.addSeparator()
        menu.addAction(look.icon("trash-2", "danger"), tr("删除"), partial(self.remove, where))
        return menu

    def _split(self, place: Place) -> None:
        self.session.change("split", place.where, lambda t: split(t, place))

    def paste(self) -> None:
        """Put what is on the clipboard behind what is selected: files, or plain text as a text."""
        self._take(self.media.next_frame(), QApplication.clipboard().mimeData())

    def _take(self, at: int, data: QMimeData) -> None:
        paths = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
        if paths:
            self.media.take_paths(paths, Target(at))
        elif data.hasText() and data.text().strip():
            text = data.text()
            self.media.insert(Text(text[: self.session.rules.text_max]), at)

    # --- composition ------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.canvas.edit_wanted.connect(self.edit_in_place)
        self.canvas.replace_wanted.connect(self.replace)
        self.canvas.files_dropped.connect(self._take)
        for part in (self.canvas, self.rail.frames):
            part.menu_wanted.connect(self.show_menu)
        for mover in (self.canvas, self.rail.frames, self.inspector.frame):
            mover.step_wanted.connect(self.step)
            mover.remove_wanted.connect(self.remove)
        self.rail.frames.edit_wanted.connect(self.edit_in_place)
        self.rail.insert_wanted.connect(self.insert)
        self.rail.public_wanted.connect(self.public_wanted)
        self.rail.cancel_wanted.connect(self.media.stop)
        self.media.importing.connect(self.rail.show_importing)
        self.media.clip_wanted.connect(self.clip_wanted)
        self.inspector.media.replace_wanted.connect(self.replace)
        self.inspector.media.play_wanted.connect(self.playing.player.toggle)
        self.inspector.media.clip_wanted.connect(self.clip)
        self.inspector.media.compress_wanted.connect(self.media.compress)
        self.inspector.text.signature_wanted.connect(lambda: self.open_sheet("signature"))
        self.inspector.message.submit_wanted.connect(self.open_sheet)
        self.dock.problems.form_wanted.connect(self.open_sheet)
        self.dock.problems.paper_wanted.connect(lambda _where: self.page_wanted.emit("filings"))
        self.dock.bar.detach_wanted.connect(self.detach_wall)
        self.sheet.submit_wanted.connect(self.submit_requested)
        self.sheet.problems_wanted.connect(self.dock.show_problems)
        self.sheet.page_wanted.connect(self.page_wanted)
        self.bar.changed.connect(self._show_on)
        self.session.selection.changed.connect(self._bring_into_sight)

    def _show_on(self) -> None:
        phone, carrier, dark = self.bar.chosen
        self.canvas.show_on(phone, carrier, dark=dark)

    def _bring_into_sight(self, where: str) -> None:
        """Scroll the canvas to what was selected elsewhere."""
        box = self.canvas.box(where)
        if box is None or self.canvas.underMouse():
            return
        area = self.canvas.area(box.rect).toAlignedRect()
        self.view.ensureVisible(area.center().x(), area.top(), 0, 40)
        if area.height() < self.view.viewport().height():
            self.view.ensureVisible(area.center().x(), area.bottom(), 0, 40)

    def _shortcuts(self) -> None:
        for keys, act, name in (
            (QKeySequence.StandardKey.Paste, self.paste, tr("粘贴")),
            (QKeySequence.StandardKey.Save, self.save_requested.emit, tr("保存")),
            (QKeySequence.StandardKey.Undo, self.session.document.undo, tr("撤销")),
            (QKeySequence.StandardKey.Redo, self.session.document.redo, tr("重做")),
        ):
            self._shortcut(keys, act, name)


class _WallWindow(QWidget):
    """The phones at the size of a window; it goes with the studio."""

    def __init__(self, session: VideoSession, beside: WallChoiceBar, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("手机预览"))
        self.resize(1100, 800)
        self.setObjectName("wall-window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._wall = PhoneWall(session, self)
        self.bar = WallChoiceBar(session, self, detached=True)
        self.bar.choose(beside.choice)
        self.bar.changed.connect(self._wall.show_choice)
        self._wall.show_choice(beside.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._wall, 1)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop painting before the window goes."""
        self._wall.stop()
        super().closeEvent(event)
