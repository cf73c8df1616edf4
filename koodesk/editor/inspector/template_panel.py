# SPDX-License-Identifier: Apache-2.0
"""The inspector of the card itself: name, use, scene, its layout with sub-type and style, and its vendors.

The SMS fields are `sms_section`; another layout is chosen in a panel of the studio's.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.edits import Edit, SetName, SetScene, SetStyle, SetSubType, SetUse, SetVendors
from koodesk.domain.template import Use
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.form import LineField, Row, Section, length_of, plain, put_icon
from koodesk.editor.inspector.sms_section import SmsSection
from koodesk.editor.limits import vendor_list
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr


class TemplatePanel(QWidget):
    """Edits the card's own fields."""

    layout_wanted = Signal()
    """Another layout is to be chosen (更换版式)."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.name = LineField(session, lambda t: t.name, SetName)
        self._name_row = Row(session, tr("模板名称"), self.name, "name", required=True)
        self.uses: dict[Use, QRadioButton] = {}
        self._use_row = Row(session, tr("模板用途"), self._use_field(), "use", required=True)
        self.scene = LineField(session, lambda t: t.scene, SetScene)
        self._scene_row = Row(session, tr("场景"), self.scene, "scene")
        basics = Section(tr("模板信息"), self)
        for row in (self._name_row, self._use_row, self._scene_row):
            basics.add(row)
        self.sub_types: dict[int, QRadioButton] = {}
        self.styles: dict[int, QRadioButton] = {}
        layout = self._layout_section()
        self.vendors: dict[Vendor, QCheckBox] = {}
        self._vendor_notes: dict[Vendor, QWidget] = {}
        vendors = Section(tr("厂商选择"), self)
        self._vendor_row = Row(session, tr("提交给"), self._vendor_field(), "vendors", required=True)
        vendors.add(self._vendor_row)
        self.sms = SmsSection(session, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for section in (basics, layout, vendors, self.sms):
            column.addWidget(section)
        self.refresh()

    def refresh(self) -> None:
        """Show the card as it is now."""
        template, pack = self._session.document.template, self._session.pack
        self.name.refresh()
        self.scene.refresh()
        for row, text, limit in (
            (self._name_row, template.name, "tpl_name.max"),
            (self._scene_row, template.scene, "scene.max"),
        ):
            words, over = length_of(text, pack.limit(limit))
            row.set_counter(words, over=over)
        for use, choice in self.uses.items():
            choice.setChecked(use == template.use)
        self._use_row.set_hint(
            tr("商用：任何一处都不能出现“测试”。")
            if template.use is Use.COMMERCIAL
            else tr("试商用：模板名称和主标题都要包含“测试”。")
        )
        for value, choice in self.sub_types.items():
            choice.setChecked(value == template.sub_type)
        for value, choice in self.styles.items():
            choice.setChecked(value == template.style)
        for vendor, box in self.vendors.items():
            box.setChecked(vendor in template.vendors)
            # One that does not take the layout can only be taken out.
            box.setEnabled(self._session.layout.takes(vendor) or vendor in template.vendors)
        self.sms.refresh()

    def focus_at(self, where: str) -> None:
        """Take the keyboard to the place of a problem."""
        if where == "name":
            self.name.setFocus()
        elif where == "scene":
            self.scene.setFocus()
        elif where in ("layout", "sub_type", "style"):
            choices = {"sub_type": self.sub_types, "style": self.styles}.get(where, {})
            next(iter(choices.values()), self.change_layout).setFocus()
        elif where == "vendors":
            next(iter(self.vendors.values())).setFocus()
        elif where.startswith("sms_"):
            self.sms.focus_at(where)
        else:
            self.name.setFocus()

    def _layout_section(self) -> Section:
        """Say which layout the card has and when it is used, and offer its choices and another one."""
        spec = self._session.layout
        section = Section(tr("版式"), self)
        name = plain(named(spec.name_zh, spec.name_en), wrap=True)
        self.change_layout = QPushButton(tr("更换版式"), self)
        put_icon(self.change_layout, self._session.look, "layout-template")
        self.change_layout.clicked.connect(self.layout_wanted)
        line = QHBoxLayout()
        line.addWidget(name, 1)
        line.addWidget(self.change_layout)
        section.body.addLayout(line)
        section.add(plain(named(spec.use_when_zh, spec.use_when_en), "hint", wrap=True))
        # Static and dynamic buttons are chosen where the button is.
        if spec.sub_types and not any(s.moving for s in spec.sub_types):
            subs = tuple((s.value, named(s.name_zh, s.name_en), s.vendors) for s in spec.sub_types)
            field = self._choices(subs, self.sub_types, SetSubType)
            section.add(Row(self._session, tr("子类型"), field, "sub_type"))
        if spec.styles:
            styles = tuple((s.value, named(s.name_zh, s.name_en), ()) for s in spec.styles)
            field = self._choices(styles, self.styles, SetStyle)
            section.add(Row(self._session, tr("样式"), field, "style"))
        return section

    def _choices(
        self,
        found: tuple[tuple[int, str, tuple[Vendor, ...]], ...],
        into: dict[int, QRadioButton],
        make: Callable[[int], Edit],
    ) -> QWidget:
        """Return radio buttons for (value, name, vendors that honour it); vendors are named where they are not all."""
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        group = QButtonGroup(holder)
        takers = tuple(v for v in Vendor if self._session.layout.takes(v))
        for value, name, vendors in found:
            choice = QRadioButton(name, holder)
            choice.clicked.connect(lambda _on, chosen=value: self._session.edit(make(chosen)))
            group.addButton(choice)
            column.addWidget(choice)
            into[value] = choice
            honoured = tuple(v for v in takers if v in vendors)
            if vendors and honoured != takers:
                words = tr("{vendors} 显示此样式", vendors=vendor_list(self._session, honoured))
                note = plain(words, "hint", wrap=True)
                note.setContentsMargins(24, 0, 0, 0)
                column.addWidget(note)
        return holder

    def _use_field(self) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        group = QButtonGroup(holder)
        for use, words in ((Use.COMMERCIAL, tr("商用")), (Use.TRIAL, tr("试商用"))):
            choice = QRadioButton(words, holder)
            choice.clicked.connect(lambda _on, value=use: self._session.edit(SetUse(value)))
            group.addButton(choice)
            row.addWidget(choice)
            self.uses[use] = choice
        row.addStretch(1)
        return holder

    def _vendor_field(self) -> QWidget:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        layout = self._session.layout
        for vendor in Vendor:
            box = QCheckBox(named(*self._session.pack.vendor_names[vendor]), holder)
            box.clicked.connect(lambda on, value=vendor: self._choose(value, on))
            self.vendors[vendor] = box
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(box)
            if not layout.takes(vendor):
                fact = layout.vendors.get(vendor)
                unknown = fact is None or fact.value is None
                words = tr("是否支持此版式未公布") if unknown else tr("不支持此版式")
                line.addWidget(plain(words, "hint"))
            line.addStretch(1)
            column.addLayout(line)
        return holder

    def _choose(self, vendor: Vendor, on: bool) -> None:
        chosen = self._session.document.template.vendors
        self._session.edit(
            SetVendors(tuple(v for v in Vendor if (v in chosen and v != vendor) or (v == vendor and on)))
        )
        self.refresh()
