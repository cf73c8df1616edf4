# SPDX-License-Identifier: Apache-2.0
"""The click event (点击事件) of a picture or button: which of the twelve, its fields, its floor, and who accepts it.

Fields, lengths, patterns and vendors are the rule pack's; nothing about a particular event is written here.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import SetEvent
from koodesk.domain.rule_pack import Confidence, EventField, Fact
from koodesk.domain.template import ButtonContent, ImageContent, Template
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.flow import FlowBox
from koodesk.editor.inspector.form import LineField, Row, Section, chip, length_of
from koodesk.editor.inspector.param_field import ParamField
from koodesk.editor.limits import vendor_list
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr

_EXAMPLES = {
    EventType.OPEN_URL: "https://",
    EventType.OPEN_BROWSER: "https://",
    EventType.OPEN_QUICK: "hap://app/",
}
_MOMENTS = ("begin_time", "end_time")


class EventSection(Section):
    """Edits the event of one content."""

    def __init__(self, session: Session, content_id: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("点击事件"), parent)
        self._session = session
        self._content = content_id
        self._drafts: dict[EventType, ClickEvent] = {}
        self._built: EventType | None = None
        self._rows: dict[str, Row] = {}
        self.kind = QComboBox(self)
        self.kind.addItem(tr("请选择事件"), "")
        for type_, spec in session.pack.events.items():
            self.kind.addItem(named(spec.name_zh, spec.name_en), type_.value)
        self.kind.activated.connect(self._choose)
        required = session.slot(content_id).event_required
        self.kind_row = Row(
            session, tr("事件类型"), self.kind, f"content:{content_id}/event", required=required
        )
        self.add(self.kind_row)
        self._vendors = FlowBox(self)
        self.add(self._vendors)
        self._fields = QVBoxLayout()
        self._fields.setSpacing(12)
        self.body.addLayout(self._fields)
        self.refresh()

    def refresh(self) -> None:
        """Show the event as it is now."""
        event = self._event(self._session.template)
        if event is not None:
            self._drafts[event.type] = event
        type_ = None if event is None else event.type
        self.kind.setCurrentIndex(max(0, self.kind.findData("" if type_ is None else type_.value)))
        if type_ is not self._built or not self._rows:
            self._build(type_)
        for name, row in self._rows.items():
            self._refresh_row(name, row, event)
        self._show_vendors(type_)

    def focus_at(self, where: str) -> None:
        """Take the keyboard to the field a problem is about."""
        name = where.rpartition("/event.")[2] if "/event." in where else ""
        row = self._rows.get(name)
        (row.field if row is not None else self.kind).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def field(self, name: str) -> QWidget:
        """Return the widget of a field. Raises KeyError when the event has none of that name."""
        return self._rows[name].field

    def _event(self, template: Template) -> ClickEvent | None:
        content = template.content(self._content)
        return content.event if isinstance(content, ImageContent | ButtonContent) else None

    def _choose(self, index: int) -> None:
        """Change the event; what was filled in for another one comes back when that is chosen again."""
        value = self.kind.itemData(index)
        event = None
        if value:
            type_ = EventType(value)
            event = self._drafts.get(type_, ClickEvent(type_, self._fixed(type_)))
        self._session.edit(SetEvent(self._content, event))

    def _fixed(self, type_: EventType) -> tuple[tuple[str, str], ...]:
        """Return the fields that leave no choice: required, with one text allowed."""
        fields = self._session.pack.events[type_].fields
        return tuple(sorted((f.name, f.choices[0]) for f in fields if f.required and len(f.choices) == 1))

    def _build(self, type_: EventType | None) -> None:
        for row in self._rows.values():
            self._fields.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {}
        self._built = type_
        if type_ is None:
            return
        for spec in self._session.pack.events[type_].fields:
            where = f"content:{self._content}/event.{spec.name}"
            caption = named(spec.name_zh, spec.name_en)
            row = Row(self._session, caption, self._widget(type_, spec), where, required=spec.required)
            self._rows[spec.name] = row
            self._fields.addWidget(row)

    def _widget(self, type_: EventType, spec: EventField) -> QWidget:
        read = partial(self._text, spec.name)
        make = partial(self._edit, spec.name)
        if spec.choices:
            return self._choice(spec)
        if spec.params_allowed:
            field = ParamField(self._session, read, make, lines=(1, 3))
            field.text_field.setPlaceholderText(_EXAMPLES.get(type_, "") if spec.name == "target" else "")
            return field
        line = LineField(self._session, read, make)
        if spec.name in _MOMENTS:
            line.setPlaceholderText("2026-01-01 08:00:00")
        return line

    def _choice(self, spec: EventField) -> QComboBox:
        box = QComboBox(self)
        if not spec.required:
            box.addItem(tr("默认"), "")
        for value in spec.choices:
            box.addItem(self._choice_words(spec.name, value), value)
        box.activated.connect(lambda index: self._session.edit(self._edit(spec.name, box.itemData(index))))
        return box

    def _choice_words(self, name: str, value: str) -> str:
        if name == "floor_type":
            for floor in self._session.pack.floors:
                if str(floor.type) == value:
                    return named(floor.name_zh, floor.name_en)
        if name == "mode":
            return {"0": tr("模态弹窗"), "1": tr("非模态弹窗")}.get(value, value)
        return value

    def _text(self, name: str, template: Template) -> str:
        event = self._event(template)
        return "" if event is None else event.field(name)

    def _edit(self, name: str, text: str) -> SetEvent:
        event = self._event(self._session.template)
        assert event is not None  # fields are built for an event only
        return SetEvent(self._content, event.with_field(name, text))

    def _refresh_row(self, name: str, row: Row, event: ClickEvent | None) -> None:
        assert self._built is not None
        spec = self._session.pack.events[self._built].field(name)
        field = row.field
        if isinstance(field, ParamField | LineField):
            field.refresh()
            text = "" if event is None else event.field(name)
            words, over = length_of(text, spec.max_length)
            row.set_counter(words, over=over)
        elif isinstance(field, QComboBox):
            text = "" if event is None else event.field(name)
            field.setCurrentIndex(max(0, field.findData(text)))
        if name == "floor_type":
            row.set_hint(self._floor_words(event))
        if name == "floor_url":
            # The application market needs no link.
            floor = "" if event is None else event.field("floor_type")
            row.setVisible(floor not in ("", "0") or self._text(name, self._session.template) != "")

    def _floor_words(self, event: ClickEvent | None) -> str:
        """Say who honours the chosen floor."""
        wanted = "0" if event is None else event.field("floor_type") or "0"
        floor = next((f for f in self._session.pack.floors if str(f.type) == wanted), None)
        if floor is None:
            return ""
        chosen = self._session.template.vendors
        without = tuple(v for v in chosen if not _takes(floor.vendors.get(v)))
        names = vendor_list(self._session, without)
        if not without:
            return tr("未安装应用时如何打开；所选厂商都支持。")
        return tr("未安装应用时如何打开；{vendors} 不支持。", vendors=names)

    def _show_vendors(self, type_: EventType | None) -> None:
        """One chip a chosen vendor: takes the event, does not, or the sources disagree."""
        self._vendors.clear()
        if type_ is None:
            return
        spec = self._session.pack.events[type_]
        for vendor in self._session.template.vendors:
            self._vendors.add(self._vendor_chip(vendor, spec.vendors.get(vendor)))

    def _vendor_chip(self, vendor: Vendor, fact: Fact[bool] | None) -> QWidget:
        name = named(*self._session.pack.vendor_names[vendor])
        if fact is None or fact.value is None:
            made = chip(tr("{vendor} 未知", vendor=name), "neutral")
        elif not fact.value:
            made = chip(tr("{vendor} 不支持", vendor=name), "danger")
        elif fact.confidence is Confidence.CONFLICT:
            made = chip(tr("{vendor} 存疑", vendor=name), "warning")
        else:
            made = chip(tr("{vendor} 支持", vendor=name), "success")
        if fact is not None:
            made.setToolTip(tr("来源：{source}", source=fact.source))
        return made


def _takes(fact: Fact[bool] | None) -> bool:
    return bool(fact is not None and fact.value)
