# SPDX-License-Identifier: Apache-2.0
"""The inspector's section of vendors' own contents (厂商专用内容): who shows the master's, who shows its own, and whose own was
made of a master that has changed since."""

from __future__ import annotations

from dataclasses import fields
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from koodesk.domain.edits import ClearOverride, SetOverride
from koodesk.domain.template import Content
from koodesk.domain.variants import drifted, override_of
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.form import Section, chip, plain
from koodesk.editor.session import Session
from koodesk.editor.words import list_of, named, tr


class VariantSection(Section):
    """One row a chosen vendor for the content that is selected; unseen while none is, or one vendor alone is chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("厂商专用内容"), parent)
        self._session = session
        self._compared: set[Vendor] = set()
        self._shown: object = None
        self.rows: dict[Vendor, VariantRow] = {}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)
        session.selection.changed.connect(self._other)
        session.document.changed.connect(self.refresh)
        session.target_changed.connect(self.refresh)
        self.refresh()

    def _other(self, _content: str) -> None:
        self._compared.clear()
        self.refresh()

    def refresh(self) -> None:
        """Show the vendors of the card as it is now."""
        session, template = self._session, self._session.document.template
        master = next((c for c in template.contents() if c.id == session.selection.content), None)
        vendors = tuple(v for v in session.takers() if v in template.vendors)
        own = () if master is None else tuple(override_of(template, v, master.id) for v in vendors)
        shown = (master, vendors, own, session.target, frozenset(self._compared))
        if shown == self._shown:
            return
        self._shown = shown
        for row in self.rows.values():
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}
        self.setVisible(master is not None and len(vendors) > 1)
        if master is None or self.isHidden():
            return
        moved = {(o.vendor, o.content.id) for o in drifted(template)}
        for vendor, override in zip(vendors, own, strict=True):
            content = None if override is None else override.content
            row = VariantRow(session, vendor, master, content, drifted=(vendor, master.id) in moved)
            row.compare.clicked.connect(partial(self._compare, vendor))
            if vendor in self._compared:
                row.explain()
            self.rows[vendor] = row
            self._rows.addWidget(row)

    def _compare(self, vendor: Vendor, _on: bool = False) -> None:
        self._compared ^= {vendor}
        self.refresh()


class VariantRow(QWidget):
    """A vendor: whether it shows the master's content or `own`, and what can be done about it."""

    def __init__(
        self, session: Session, vendor: Vendor, master: Content, own: Content | None, *, drifted: bool
    ) -> None:
        super().__init__()
        self._master, self._own = master, own
        name = named(*session.pack.vendor_names[vendor])
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(plain(name))
        self.badge = chip(
            tr("与主卡片相同") if own is None else tr("专用"), "neutral" if own is None else "accent"
        )
        head.addWidget(self.badge)
        self.drift = chip(tr("主卡片已改"), "warning")
        self.drift.setToolTip(tr("制作这份专用内容以后，主卡片的内容改过。"))
        self.drift.setVisible(drifted)
        head.addWidget(self.drift)
        head.addStretch(1)
        self.edit = _link(tr("编辑"), tr("只为{vendor}编辑", vendor=name))
        self.edit.clicked.connect(lambda: session.aim(vendor))
        self.edit.setVisible(session.target is not vendor)
        head.addWidget(self.edit)
        self.compare = _link(tr("比较"), tr("比较{vendor}与主卡片", vendor=name))
        self.adopt = _link(tr("采用主卡片"), tr("{vendor}采用主卡片的内容", vendor=name))
        self.adopt.clicked.connect(lambda: session.edit(ClearOverride(vendor, master.id)))
        self.keep = _link(tr("保留"), tr("保留{vendor}的专用内容", vendor=name))
        self.keep.clicked.connect(lambda: own is not None and session.edit(SetOverride(vendor, own)))
        below = QHBoxLayout()
        below.setSpacing(8)
        for button in (self.compare, self.adopt, self.keep):
            button.setVisible(own is not None and (drifted or button is not self.keep))
            below.addWidget(button)
        below.addStretch(1)
        self.words = plain(style="hint", wrap=True)
        self.words.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(below)
        column.addWidget(self.words)

    def explain(self) -> None:
        """Say what differs between the master's content and the vendor's own."""
        own = self._own
        if own is None:
            return
        lines: list[str] = []
        if getattr(own, "text", "") != getattr(self._master, "text", ""):
            lines.append(tr("主卡片：{text}", text=getattr(self._master, "text", "")))
            lines.append(tr("专用：{text}", text=getattr(own, "text", "")))
        names = {
            "child": tr("第二段文字"),
            "picture": tr("图片"),
            "event": tr("点击事件"),
            "backgrounds": tr("背景"),
            "video": tr("视频"),
            "cover": tr("封面"),
            "visible": tr("是否显示"),
        }
        others = tuple(
            names.get(f.name, tr("设置"))
            for f in fields(own)
            if f.name != "text" and getattr(own, f.name) != getattr(self._master, f.name)
        )
        if others:
            lines.append(tr("不同的还有：{names}", names=list_of(tuple(dict.fromkeys(others)))))
        self.words.setText("\n".join(lines) or tr("两者现在相同。"))
        self.words.show()


def _link(text: str, name: str) -> QPushButton:
    made = QPushButton(text)
    made.setProperty("kind", "link")
    made.setAccessibleName(name)
    return made
