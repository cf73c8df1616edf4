# SPDX-License-Identifier: Apache-2.0
"""The inspector of the card itself: name, use, vendors and scene. The SMS fields are `sms_section`."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from koodesk.domain.edits import SetName, SetScene, SetUse, SetVendors
from koodesk.domain.template import Use
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.form import LineField, Row, Section, length_of, plain
from koodesk.editor.inspector.sms_section import SmsSection
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr


class TemplatePanel(QWidget):
    """Edits the card's own fields."""

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
        self.vendors: dict[Vendor, QCheckBox] = {}
        self._vendor_notes: dict[Vendor, QWidget] = {}
        vendors = Section(tr("厂商选择"), self)
        self._vendor_row = Row(session, tr("提交给"), self._vendor_field(), "vendors", required=True)
        vendors.add(self._vendor_row)
        self.sms = SmsSection(session, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for section in (basics, vendors, self.sms):
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
        elif where == "vendors":
            next(iter(self.vendors.values())).setFocus()
        elif where.startswith("sms_"):
            self.sms.focus_at(where)
        else:
            self.name.setFocus()

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
