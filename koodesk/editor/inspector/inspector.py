# SPDX-License-Identifier: Apache-2.0
"""The inspector: the panel of what is selected, and the parameters below it.

A panel is made when its content is first selected and kept; it is brought up to date when it is seen, and while it is.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.template import Template
from koodesk.editor.inspector.button_panel import ButtonPanel
from koodesk.editor.inspector.params_panel import ParamsPanel
from koodesk.editor.inspector.picture_panel import PicturePanel
from koodesk.editor.inspector.template_panel import TemplatePanel
from koodesk.editor.inspector.text_panel import TextPanel
from koodesk.editor.session import Session
from koodesk.editor.words import tr

Panel = TemplatePanel | TextPanel | PicturePanel | ButtonPanel


class Inspector(QScrollArea):
    """Shows one panel at a time."""

    gallery_wanted = Signal(str, str)
    crop_wanted = Signal(str)
    optimise_wanted = Signal(str)
    clear_wanted = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._panels: dict[str, Panel] = {}
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
        self._column.addWidget(self.params)
        self._column.addStretch(1)
        self.setWidget(inside)
        session.selection.changed.connect(self._show)
        session.selection.focus_wanted.connect(self.focus_at)
        session.document.changed.connect(self._refresh)
        self._show(session.selection.content)

    @property
    def panel(self) -> Panel:
        """The panel in sight."""
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
            return TemplatePanel(self._session, self._inside)
        match self._session.slot(content_id).kind:
            case SlotKind.TEXT:
                return TextPanel(self._session, content_id, self._inside)
            case SlotKind.BUTTON:
                return ButtonPanel(self._session, content_id, self._inside)
            case _:
                panel = PicturePanel(self._session, content_id, self._inside)
                panel.gallery_wanted.connect(self.gallery_wanted)
                panel.crop_wanted.connect(self.crop_wanted)
                panel.optimise_wanted.connect(self.optimise_wanted)
                panel.clear_wanted.connect(self.clear_wanted)
                return panel

    def _refresh(self, before: Template, after: Template) -> None:
        self.panel.refresh()
        self.params.refresh(before, after)
