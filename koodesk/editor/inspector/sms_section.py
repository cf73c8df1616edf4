# SPDX-License-Identifier: Apache-2.0
"""The SMS fields of the card's submission: the example, and what vivo needs (signatures and the original text)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from koodesk.domain.edits import Edit, SetSmsExample, SetSmsSigns, SetSmsTemplate
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.flow import FlowBox
from koodesk.editor.inspector.form import Row, Section, length_of, put_icon
from koodesk.editor.inspector.offers import Offers
from koodesk.editor.inspector.param_field import ParamField
from koodesk.editor.session import Session
from koodesk.editor.words import tr


class SmsSection(Section):
    """短信示例, 短信签名 and 短信原文模板."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("短信"), parent)
        self._session = session
        self.example = self._text(lambda t: t.sms_example, SetSmsExample)
        self._example_row = Row(session, tr("短信示例"), self.example, "sms_example")
        self.signs = _Signs(session, self)
        self._signs_row = Row(session, tr("短信签名"), self.signs, "sms_signs")
        self.original = self._text(lambda t: t.sms_template, SetSmsTemplate)
        self._original_row = Row(session, tr("短信原文模板"), self.original, "sms_template")
        self._placeholder = QToolButton(self)
        self._placeholder.setText(tr("插入占位符"))
        put_icon(self._placeholder, session.look, "plus", "accent", 14)
        self._placeholder.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._placeholder.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._placeholder)
        for text, words in (
            ("[文本1-30]", tr("文本（如姓名、链接）")),
            ("[字母1-10]", tr("字母")),
            ("[数字1-10]", tr("数字（如验证码、金额）")),
        ):
            menu.addAction(f"{text}　{words}").triggered.connect(partial(self._insert, text))
        self._placeholder.setMenu(menu)
        for row in (self._example_row, self._signs_row, self._original_row):
            self.add(row)
        self.body.addWidget(self._placeholder, 0, Qt.AlignmentFlag.AlignLeft)
        self.refresh()

    def refresh(self) -> None:
        """Show the fields as they are now; what only vivo needs says so."""
        template, pack = self._session.document.template, self._session.pack
        self.example.refresh()
        self.original.refresh()
        self.signs.refresh()
        for row, text, limit in (
            (self._example_row, template.sms_example, "sms_example.max"),
            (self._original_row, template.sms_template, "sms_template.max"),
        ):
            words, over = length_of(text, pack.limit(limit))
            row.set_counter(words, over=over)
        self._signs_row.set_counter(f"{len(template.sms_signs)}/{pack.limit('sms_signs.count')}")
        needed = Vendor.VIVO in template.vendors
        self._signs_row.set_hint(
            tr("选择 vivo 时必填；不带【】，发送签名与其中任意一个相同即可。")
            if needed
            else tr("选择 vivo 时才需要。")
        )
        self._original_row.set_hint(
            tr("选择 vivo 时必填；变化的部分用占位符，如 [文本1-30]，数字为长度范围。")
            if needed
            else tr("选择 vivo 时才需要。")
        )

    def focus_at(self, where: str) -> None:
        """Take the keyboard to the place of a problem."""
        if where.startswith("sms_signs"):
            self.signs.new.setFocus()
        elif where == "sms_template":
            self.original.setFocus()
        else:
            self.example.setFocus()

    def _text(self, read: Callable[[Template], str], make: Callable[[str], Edit]) -> ParamField:
        return ParamField(self._session, read, make, lines=(2, 5), params=False)

    def _insert(self, text: str) -> None:
        self.original.text_field.insert_text(text)


class _Signs(QWidget):
    """The signatures as chips that can be removed, and a field to add one."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: tuple[str, ...] | None = None
        self._chips = FlowBox(self)
        self.new = QLineEdit(self)
        self.new.setPlaceholderText(tr("签名，不带【】"))
        self.new.setAccessibleName(tr("新的短信签名"))
        self.add_button = QPushButton(tr("添加"), self)
        self.add_button.clicked.connect(self._add)
        self.new.returnPressed.connect(self._add)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.new, 1)
        row.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._chips)
        column.addLayout(row)
        brand = session.around.brand
        words = tuple(dict.fromkeys((*brand.signs, *brand.names)))
        self.offers = Offers(session, words, self.take, self)
        column.addWidget(self.offers, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.new)

    def refresh(self) -> None:
        """Show the signatures as they are now."""
        signs = self._session.document.template.sms_signs
        most = self._session.pack.limit("sms_signs.count")
        self.new.setEnabled(len(signs) < most)
        self.add_button.setEnabled(len(signs) < most)
        if signs == self._shown:
            return
        self._shown = signs
        self._chips.clear()
        self._chips.setVisible(bool(signs))
        for index, sign in enumerate(signs):
            remove = QToolButton()
            remove.setText(sign.replace("&", "&&"))
            remove.setIcon(self._session.look.icon("x", "text_second", 12))
            remove.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            remove.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            remove.setProperty("kind", "button")
            remove.setAccessibleName(tr("移除签名 {sign}", sign=sign))
            remove.setToolTip(tr("移除"))
            remove.clicked.connect(partial(self._remove, index))
            self._chips.add(remove)

    def _add(self) -> None:
        """Add what was typed; the brackets the platform adds itself are taken off."""
        if self.take(self.new.text().strip().strip("【】")):
            self.new.clear()

    def take(self, sign: str) -> bool:
        """Add a signature that is not there yet, and tell whether it was added."""
        signs = self._session.document.template.sms_signs
        return bool(sign) and sign not in signs and self._session.edit(SetSmsSigns((*signs, sign)))

    def _remove(self, index: int) -> None:
        signs = self._session.document.template.sms_signs
        self._session.edit(SetSmsSigns(signs[:index] + signs[index + 1 :]))
