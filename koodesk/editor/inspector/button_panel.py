# SPDX-License-Identifier: Apache-2.0
"""The inspector of a button: its words, typed or one of those there are; its style (按钮样式) and its click event."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.edits import SetMoving, SetSubType, SetText
from koodesk.domain.rule_pack import SlotSpec, Switch
from koodesk.domain.template import ButtonContent, Template
from koodesk.editor.coin import coin
from koodesk.editor.inspector.event_section import EventSection
from koodesk.editor.inspector.form import Row, Section, length_of
from koodesk.editor.inspector.param_field import ParamField
from koodesk.editor.limits import vendor_list
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr

_COIN: Final = 44


class ButtonPanel(QWidget):
    """Edits one button."""

    def __init__(self, session: Session, content_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._content = content_id
        spec = session.slot(content_id)
        section = Section(named(spec.name_zh, spec.name_en), self)
        self.field: ParamField | None = None
        self.choices: dict[str, QToolButton] = {}
        if spec.choices:
            field: QWidget = self._choice_field(spec)
        else:
            field = self.field = ParamField(
                session,
                self._text,
                lambda text: SetText(content_id, text),
                lines=(1, 2),
                params=spec.params_allowed,
            )
        self.row = Row(
            session,
            tr("按钮图案") if spec.choices else tr("按钮文字"),
            field,
            f"content:{content_id}",
            required=spec.required,
            hint=named(spec.hint_zh, spec.hint_en),
        )
        section.add(self.row)
        self.moving: QCheckBox | None = None
        if Switch.BUTTON_TYPE in spec.switches:
            self.moving = QCheckBox(tr("动态按钮"), self)
            self.moving.setObjectName("button-moving")
            self.moving.clicked.connect(lambda on: session.edit(SetMoving(content_id, on)))
            section.add(self.moving)
        self._styles: dict[int, QRadioButton] = {}
        self._style_row: Row | None = None
        if any(s.moving for s in session.layout.sub_types):
            self._style_row = Row(session, tr("按钮样式"), self._style_field(), "sub_type")
            section.add(self._style_row)
        self.event_section = EventSection(session, content_id, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(section)
        column.addWidget(self.event_section)
        self.refresh()

    def refresh(self) -> None:
        """Show the button as it is now."""
        template = self._session.template
        if self.field is not None:
            self.field.refresh()
            fact = self._session.pack.numbers.get("button.text.max")
            words, over = length_of(self.field.text_field.text(), None if fact is None else fact.value)
            self.row.set_counter(words, over=over)
        chosen = self._text(template)
        for text, button in self.choices.items():
            button.setChecked(text == chosen)
        content = template.content(self._content)
        if self.moving is not None and isinstance(content, ButtonContent):
            self.moving.setChecked(content.moving)
        for value, choice in self._styles.items():
            choice.setChecked(value == template.sub_type)
        if self._style_row is not None:
            self._style_row.set_hint(self._style_words())
        self.event_section.refresh()

    def focus_at(self, where: str) -> None:
        """Take the keyboard to the place of a problem."""
        if "/event" in where:
            self.event_section.focus_at(where)
        elif self.field is not None:
            self.field.setFocus()
        else:
            chosen = next((b for b in self.choices.values() if b.isChecked()), None)
            (chosen or next(iter(self.choices.values()))).setFocus()

    def style_choice(self, value: int) -> QRadioButton:
        """Return the choice of a style. Raises KeyError when the layout has none of that value."""
        return self._styles[value]

    def _choice_field(self, spec: SlotSpec) -> QWidget:
        """Return one segment a word the button may have, as the coin it is on the phone."""
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        group = QButtonGroup(holder)
        for text in spec.choices:
            button = QToolButton(holder)
            button.setCheckable(True)
            button.setIcon(coin(self._session, text, _COIN, self.devicePixelRatioF()))
            button.setIconSize(QSize(_COIN, _COIN))
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(partial(self._choose, text))
            group.addButton(button)
            row.addWidget(button)
            self.choices[text] = button
        row.addStretch(1)
        holder.setFocusProxy(next(iter(self.choices.values())))
        return holder

    def _choose(self, text: str) -> None:
        self._session.edit(SetText(self._content, text))

    def _style_field(self) -> QWidget:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        group = QButtonGroup(holder)
        for sub_type in self._session.layout.sub_types:
            choice = QRadioButton(self._style_name(sub_type.value), holder)
            choice.clicked.connect(lambda _on, value=sub_type.value: self._session.edit(SetSubType(value)))
            group.addButton(choice)
            column.addWidget(choice)
            self._styles[sub_type.value] = choice
        return holder

    def _style_name(self, value: int) -> str:
        spec = next(s for s in self._session.layout.sub_types if s.value == value)
        name = named(spec.name_zh, spec.name_en)
        if len(spec.vendors) == 1:
            return tr("{style}（仅 {vendor}）", style=name, vendor=vendor_list(self._session, spec.vendors))
        return name

    def _style_words(self) -> str:
        """Say what vendors that do not honour the chosen style do."""
        template = self._session.template
        spec = next((s for s in self._session.layout.sub_types if s.value == template.sub_type), None)
        if spec is None:
            return ""
        others = tuple(v for v in template.vendors if v not in spec.vendors)
        if not others:
            return ""
        return tr("{vendors} 显示为静态按钮。", vendors=vendor_list(self._session, others))

    def _text(self, template: Template) -> str:
        content = template.content(self._content)
        return content.text if isinstance(content, ButtonContent) else ""
