# SPDX-License-Identifier: Apache-2.0
"""The inspector of a text: its words and, where the slot has one, its second text; how long they are, what each chosen vendor
shows of them, and whether the sign of a currency stands before a price."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from koodesk.domain.edits import SetChild, SetCurrency, SetText
from koodesk.domain.rule_pack import SlotSpec, Switch
from koodesk.domain.template import Template, TextContent
from koodesk.editor.inspector.form import Row, Section, plain
from koodesk.editor.inspector.offers import Offers
from koodesk.editor.inspector.param_field import ParamField
from koodesk.editor.limits import count_words, tightest, vendor_list
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr


class TextPanel(QWidget):
    """Edits one text content."""

    def __init__(self, session: Session, content_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._content = content_id
        spec = session.slot(content_id)
        section = Section(named(spec.name_zh, spec.name_en), self)
        self.field = ParamField(
            session,
            self._text,
            lambda text: SetText(content_id, text),
            lines=(3, 8) if spec.role == "body" else (2, 5),
            breaks=spec.role == "body",
            params=spec.params_allowed,
        )
        self.row = Row(
            session,
            tr("文本") if not spec.child_zh else named(spec.name_zh, spec.name_en),
            self.field,
            f"content:{content_id}",
            required=spec.required,
            hint=named(spec.hint_zh, spec.hint_en),
        )
        section.add(self.row)
        self.offers: Offers | None = None
        if spec.role == "merchant":
            words = session.around.brand.offered()
            self.offers = Offers(session, words, lambda word: session.edit(SetText(content_id, word)), self)
            section.body.addWidget(self.offers, 0, Qt.AlignmentFlag.AlignLeft)
        self._limits = plain(style="hint", wrap=True)
        section.add(self._limits)
        self.child: ParamField | None = None
        self.child_row: Row | None = None
        self._child_limits = plain(style="hint", wrap=True)
        if spec.child_zh:
            self._add_child(section, spec)
        self.currency: QCheckBox | None = None
        if Switch.CURRENCY in spec.switches:
            self.currency = QCheckBox(tr("显示货币符号 ￥"), self)
            self.currency.clicked.connect(lambda on: session.edit(SetCurrency(content_id, on)))
            section.add(self.currency)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(section)
        self.refresh()

    def refresh(self) -> None:
        """Show the content as it is now."""
        self.field.refresh()
        words = count_words(self._session, self._content, self.field.text_field.text())
        self.row.set_counter(words.text, over=words.over)
        self._limits.setText(self._limit_words(child=False))
        content = self._session.template.content(self._content)
        if self.child is not None and self.child_row is not None:
            self.child.refresh()
            words = count_words(self._session, self._content, self.child.text_field.text(), child=True)
            self.child_row.set_counter(words.text, over=words.over)
            self._child_limits.setText(self._limit_words(child=True))
        if self.currency is not None and isinstance(content, TextContent):
            self.currency.setChecked(content.currency)

    def focus_at(self, where: str) -> None:
        """Take the keyboard to the text, or to the second one."""
        second = self.child is not None and where.endswith("/child")
        (self.child if second and self.child is not None else self.field).setFocus()

    def _add_child(self, section: Section, spec: SlotSpec) -> None:
        """Add the field of the second text, the value of a pair."""
        content_id = self._content
        self.child = ParamField(
            self._session,
            self._child_text,
            lambda text: SetChild(content_id, text),
            lines=(2, 5),
            params=spec.params_allowed,
        )
        self.child_row = Row(
            self._session,
            named(spec.child_zh, spec.child_en),
            self.child,
            f"content:{content_id}/child",
            required=spec.required,
        )
        section.add(self.child_row)
        section.add(self._child_limits)

    def _child_text(self, template: Template) -> str:
        content = template.content(self._content)
        return content.child if isinstance(content, TextContent) else ""

    def _text(self, template: Template) -> str:
        content = template.content(self._content)
        return content.text if isinstance(content, TextContent) else ""

    def _limit_words(self, *, child: bool) -> str:
        """Say each vendor's limit, and plainly whose is not published."""
        template, spec = self._session.template, self._session.slot(self._content)
        vendors = tuple(v for v in template.vendors if self._session.layout.takes(v))
        lines = []
        for vendor in vendors:
            limit = spec.limit(vendor, child=child)
            if limit is not None:
                name = named(*self._session.pack.vendor_names[vendor])
                lines.append(
                    tr(
                        "{vendor}：最多 {lines} 行、约 {chars} 字",
                        vendor=name,
                        lines=limit.lines,
                        chars=limit.chars,
                    )
                )
        silent = tightest(spec, vendors, child=child).silent
        if silent:
            names = vendor_list(self._session, silent)
            lines.append(tr("{vendors} 未公布字数上限，预览中的截断为估计。", vendors=names))
        return "\n".join(lines)
