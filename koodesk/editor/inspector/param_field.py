# SPDX-License-Identifier: Apache-2.0
"""A text of the template in the inspector, with its parameters as chips and a button to insert one (插入参数)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from koodesk.domain.edits import Edit
from koodesk.domain.template import Template
from koodesk.editor.inspector.form import put_icon
from koodesk.editor.param_text import ParamText
from koodesk.editor.session import Session
from koodesk.editor.words import tr


class ParamField(QWidget):
    """A `ParamText` bound to the document: `read` gets its text, `make` turns what was typed into an edit."""

    def __init__(
        self,
        session: Session,
        read: Callable[[Template], str],
        make: Callable[[str], Edit],
        *,
        lines: tuple[int, int] = (1, 4),
        breaks: bool = False,
        params: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._read = read
        self._make = make
        self._gesture = 0
        self.text_field = ParamText(session.look, lines=breaks, parent=self)
        self.text_field.document().setDocumentMargin(2)
        self.text_field.set_height(*lines)
        self.text_field.entered.connect(self._enter)
        self.text_field.accepted.connect(self._enter)
        self.text_field.edited.connect(self._typed)
        self.setFocusProxy(self.text_field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.text_field)
        self.insert = QToolButton(self)
        self.insert.setText(tr("插入参数"))
        put_icon(self.insert, session.look, "plus", "accent", 14)
        self.insert.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.insert.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.insert)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.insert.setMenu(self._menu)
        self.insert.setVisible(params)
        column.addWidget(self.insert, 0, Qt.AlignmentFlag.AlignLeft)
        self.refresh()

    def refresh(self) -> None:
        """Show what the template holds."""
        template = self._session.template
        self.text_field.set_names(tuple(p.name for p in template.params))
        self.text_field.set_text(self._read(template))

    def setAccessibleName(self, name: str) -> None:
        """Name the field itself, which has the keyboard."""
        super().setAccessibleName(name)
        self.text_field.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        """Describe the field itself, which has the keyboard."""
        super().setAccessibleDescription(description)
        self.text_field.setAccessibleDescription(description)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for param in self._session.template.params:
            action = self._menu.addAction(f"{param.name}　{param.example}")
            action.triggered.connect(partial(self._insert, param.name))
        if self._menu.isEmpty():
            self._menu.addAction(tr("还没有参数")).setEnabled(False)
        self._menu.addSeparator()
        manage = self._menu.addAction(tr("管理参数"))
        manage.triggered.connect(lambda: self._session.selection.focus_wanted.emit("params"))

    def _insert(self, name: str) -> None:
        self.text_field.insert_param(name)

    def _enter(self) -> None:
        self._gesture = self._session.document.new_gesture()

    def _typed(self, text: str) -> None:
        self._session.edit(self._make(text), self._gesture or self._session.document.new_gesture())
