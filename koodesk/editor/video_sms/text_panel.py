# SPDX-License-Identifier: Apache-2.0
"""The selected text in the inspector: its words with parameters as chips, its length, and what stands before it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.template import Text
from koodesk.editor.inspector.form import Row, Section, plain, put_icon
from koodesk.editor.param_notation import VIDEO
from koodesk.editor.param_text import ParamText
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.text_tool import count_words, offered
from koodesk.editor.words import tr


class TextPanel(QWidget):
    """Edits the words of the selected text."""

    signature_wanted = Signal()
    """A signature is to be chosen."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._gesture = 0
        self.field = ParamText(session.look, lines=True, parent=self, notation=VIDEO)
        self.field.document().setDocumentMargin(2)
        self.field.set_height(4, 12)
        self.field.entered.connect(self._enter)
        self.field.accepted.connect(self._enter)
        self.field.edited.connect(self._typed)
        self.row = Row(session, tr("文字"), self.field, " ")
        self.row.set_hint(tr("输入 # 插入参数；Shift+Enter 换行"))
        self.insert = QToolButton(self)
        self.insert.setText(tr("插入参数"))
        put_icon(self.insert, session.look, "plus", "accent", 14)
        self.insert.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.insert.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.insert)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.insert.setMenu(self._menu)
        self._sign = plain(style="hint", wrap=True)
        self.choose = QToolButton(self)
        self.choose.setText(tr("选择签名"))
        self.choose.clicked.connect(self.signature_wanted)
        section = Section(tr("文本"), self)
        section.add(self.row)
        tools = QHBoxLayout()
        tools.addWidget(self.insert)
        tools.addStretch(1)
        section.body.addLayout(tools)
        section.add(self._sign)
        section.body.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(section)
        self.setFocusProxy(self.field)
        session.signatures_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show what the selected text holds."""
        session = self._session
        where, element = session.selection.content, session.element()
        if not isinstance(element, Text):
            return
        self.row.set_where(where)
        self.field.set_names(offered(session.template))
        self.field.set_text(element.text)
        words, over = count_words(session, where)
        self.row.set_counter(words, over=over)
        place = session.place()
        first = next(((f, e) for f, e, one in session.template.elements() if isinstance(one, Text)), None)
        leads = first is not None and place == first
        name = session.signature_name
        words = tr("这是第一段文本，发送时前面是签名 {sign}。", sign=f"【{name}】")
        self._sign.setText(words if name else tr("这是第一段文本，发送时前面是签名；现在还没有选择签名。"))
        self._sign.setVisible(leads)
        self.choose.setVisible(leads and not name)

    def _fill_menu(self) -> None:
        self._menu.clear()
        names = offered(self._session.template)
        for name in names[:-1]:
            self._menu.addAction(f"#{name}#").triggered.connect(partial(self.field.insert_param, name))
        if len(names) > 1:
            self._menu.addSeparator()
        new = self._menu.addAction(tr("新参数 {name}", name=f"#{names[-1]}#"))
        new.triggered.connect(partial(self.field.insert_param, names[-1]))

    def _enter(self) -> None:
        self._gesture = self._session.document.new_gesture()

    def _typed(self, text: str) -> None:
        place = self._session.place()
        if place is not None:
            gesture = self._gesture or self._session.document.new_gesture()
            self._session.change("set_text", place.where, lambda t: edits.set_text(t, place, text), gesture)
