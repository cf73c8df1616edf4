# SPDX-License-Identifier: Apache-2.0
"""The inspector: the panel of what is selected, and the parameters below it.

A panel is made when its content is first selected and kept; it is brought up to date when it is seen, and while it is. Panels of
another layout, and of contents that are gone, are thrown away.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.template import Template
from koodesk.editor.inspector.button_panel import ButtonPanel
from koodesk.editor.inspector.params_panel import ParamsPanel
from koodesk.editor.inspector.picture_panel import PicturePanel
from koodesk.editor.inspector.template_panel import TemplatePanel
from koodesk.editor.inspector.text_panel import TextPanel
from koodesk.editor.inspector.variant_section import VariantSection
from koodesk.editor.inspector.video_panel import VideoPanel
from koodesk.editor.session import Session
from koodesk.editor.words import tr

Panel = TemplatePanel | TextPanel | PicturePanel | VideoPanel | ButtonPanel


class Inspector(QScrollArea):
    """Shows one panel at a time."""

    gallery_wanted = Signal(str, str)
    crop_wanted = Signal(str)
    optimise_wanted = Signal(str)
    clear_wanted = Signal(str)
    layout_wanted = Signal()
    """Another layout for the card is to be chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._panels: dict[str, Panel] = {}
        self._layout_id = session.document.template.layout
        self._current: Panel | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("检查器"))
        inside = self._inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(12, 12, 12, 12)
        self._column.setSpacing(12)
        self.params = ParamsPanel(session, inside)
        self.variants = VariantSection(session, inside)
        self._column.addWidget(self.variants)
        self._column.addWidget(self.params)
        self._column.addStretch(1)
        self.setWidget(inside)
        session.selection.changed.connect(self._show)
        session.selection.focus_wanted.connect(self.focus_at)
        session.document.changed.connect(self._refresh)
        session.target_changed.connect(self._aimed)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the form in the next turn of the event loop, or when it is asked for: the card is in sight before it."""
        super().showEvent(event)
        if self._current is None:
            QTimer.singleShot(0, self, lambda: self.panel)

    @property
    def panel(self) -> Panel:
        """The panel in sight."""
        if self._current is None:
            self._show(self._session.selection.content)
        assert self._current is not None
        return self._current

    def focus_at(self, where: str) -> None:
        """Take the keyboard to the field of a place, and bring it into sight."""
        if where == "params":
            self.params.focus_new()
        elif where.startswith("param:"):
            self.params.focus_param(where.removeprefix("param:"))
        else:
            self.panel.focus_at(where)
        focus, inside = QApplication.focusWidget(), self._inside
        if focus is not None and inside.isAncestorOf(focus):
            self.ensureVisible(0, focus.mapTo(inside, QPoint(0, 0)).y(), 0, 80)

    def _aimed(self) -> None:
        self.panel.refresh()

    def _show(self, content_id: str) -> None:
        panel = self._panels.get(content_id)
        if panel is None:
            panel = self._panels[content_id] = self._make(content_id)
            self._column.insertWidget(0, panel)
        if panel is not self._current:
            if self._current is not None:
                self._current.hide()
            self._current = panel
            panel.refresh()
            panel.show()
            self.verticalScrollBar().setValue(0)

    def _make(self, content_id: str) -> Panel:
        if not content_id:
            whole = TemplatePanel(self._session, self._inside)
            whole.layout_wanted.connect(self.layout_wanted)
            return whole
        match self._session.slot(content_id).kind:
            case SlotKind.TEXT:
                return TextPanel(self._session, content_id, self._inside)
            case SlotKind.BUTTON:
                return ButtonPanel(self._session, content_id, self._inside)
            case SlotKind.VIDEO:
                video = VideoPanel(self._session, content_id, self._inside)
                video.gallery_wanted.connect(self.gallery_wanted)
                video.clear_wanted.connect(self.clear_wanted)
                return video
            case SlotKind.IMAGE:
                panel = PicturePanel(self._session, content_id, self._inside)
                panel.gallery_wanted.connect(self.gallery_wanted)
                panel.crop_wanted.connect(self.crop_wanted)
                panel.optimise_wanted.connect(self.optimise_wanted)
                panel.clear_wanted.connect(self.clear_wanted)
                return panel

    def _refresh(self, before: Template, after: Template) -> None:
        self._drop_stale(after)
        self.panel.refresh()
        self.params.refresh(before, after)

    def _drop_stale(self, template: Template) -> None:
        """Throw away the panels of contents that are gone, and of another layout all of them."""
        other = template.layout != self._layout_id
        self._layout_id = template.layout
        ids = {"", *(c.id for c in template.contents())}
        for content_id in [known for known in self._panels if other or known not in ids]:
            panel = self._panels.pop(content_id)
            if panel is self._current:
                self._current = None
            panel.hide()
            panel.deleteLater()
        if self._current is None:
            self._show(self._session.selection.content)
