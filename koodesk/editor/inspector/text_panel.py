# SPDX-License-Identifier: Apache-2.0
"""The inspector of a text: its words, how long they are, and what each chosen vendor shows of them."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from koodesk.domain.edits import SetText
from koodesk.domain.template import Template, TextContent
from koodesk.editor.inspector.form import Row, Section, plain
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
            tr("文本"),
            self.field,
            f"content:{content_id}",
            required=spec.required,
            hint=named(spec.hint_zh, spec.hint_en),
        )
        section.add(self.row)
        self._limits = plain(style="hint", wrap=True)
        section.add(self._limits)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(section)
        self.refresh()

    def refresh(self) -> None:
        """Show the content as it is now."""
        self.field.refresh()
        words = count_words(self._session, self._content, self.field.text_field.text())
        self.row.set_counter(words.text, over=words.over)
        self._limits.setText(self._limit_words())

    def focus_at(self, where: str) -> None:
        """Take the keyboard to the text."""
        del where
        self.field.setFocus()

    def _text(self, template: Template) -> str:
        content = template.content(self._content)
        return content.text if isinstance(content, TextContent) else ""

    def _limit_words(self) -> str:
        """Say each vendor's limit, and plainly whose is not published."""
        template, spec = self._session.document.template, self._session.slot(self._content)
        vendors = tuple(v for v in template.vendors if self._session.layout.takes(v))
        lines = []
        for vendor in vendors:
            limit = spec.limit(vendor)
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
        silent = tightest(spec, vendors).silent
        if silent:
            names = vendor_list(self._session, silent)
            lines.append(tr("{vendors} 未公布字数上限，预览中的截断为估计。", vendors=names))
        return "\n".join(lines)
