# SPDX-License-Identifier: Apache-2.0
"""What is known of one material, beside the tiles: focal point, name, tags, sizes, who uses it, what looks alike."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.pages.library.focal_picker import FocalPicker
from koodesk.ui.pages.library.tiles import facts
from koodesk.ui.widgets.basics import Chip, button, label, line
from koodesk.ui.widgets.forms import line_edit
from koodesk.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from koodesk.ui.pages.library.page import LibraryPage

WIDTH: Final = 320
_MOST: Final = 12


class Detail(QScrollArea):
    """One material. Changes are saved as they are made."""

    def __init__(self, page: LibraryPage) -> None:
        super().__init__()
        self._page = page
        self.row: Any = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(WIDTH)
        inside = QFrame()
        inside.setProperty("panel", "card")
        self.setWidget(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        self.focal = FocalPicker(page)
        self.focal.picked.connect(page.set_focal)
        self._focal_hint = label(
            tr("点一下图片里最重要的地方；换版式、换比例时以它为中心裁剪"), "hint", wrap=True
        )
        self.name = line_edit(tr("名称"), limit=80)
        self.name.setAccessibleName(tr("名称"))
        self.name.editingFinished.connect(self._rename)
        self.tags = line_edit(tr("用逗号或顿号分开"), limit=260)
        self.tags.setAccessibleName(tr("标签"))
        self.tags.editingFinished.connect(self._tag)
        self._facts = label("", "second", wrap=True)
        self._warning = label("", "warning", wrap=True)
        self._uses = QVBoxLayout()
        self._alike = QVBoxLayout()
        for part in (self._uses, self._alike):
            part.setSpacing(4)
        self.delete = button(tr("删除"), page.delete, kind="danger", icon="trash-2", name="library-delete")
        page.guard(self.delete, "kooMessage:devMaterial:delete")
        self.logo = QCheckBox(tr("品牌标志"))
        self.logo.setToolTip(tr("标志栏位选图时排在最前面；也出现在品牌资料里"))
        self.logo.clicked.connect(self._mark)
        parts: tuple[QWidget, ...] = (
            self.focal,
            self._focal_hint,
            label(tr("名称"), "second"),
            self.name,
            label(tr("标签"), "second"),
            self.tags,
            self.logo,
            self._facts,
            self._warning,
            line(),
        )
        for widget in parts:
            column.addWidget(widget)
        column.addLayout(self._uses)
        column.addLayout(self._alike)
        column.addStretch(1)
        column.addWidget(self.delete)

    def show_row(self, row: Any) -> None:
        """Show a material; who uses it is fetched."""
        before, self.row = self.row, row
        material = row.material
        self.focal.show_row(row)
        self._focal_hint.setVisible(not material.duration_ms)
        if before is None or before.material.digest != material.digest or not self.name.hasFocus():
            self.name.setText(material.name)
        if before is None or before.material.digest != material.digest or not self.tags.hasFocus():
            self.tags.setText("、".join(material.tags))
        self.logo.setVisible(not material.duration_ms)
        self.logo.setChecked(row.logo)
        self._facts.setText(facts(row))
        self._warning.setText(tr("超过平台的 2 MB，提交前要做图像优化。"))
        self._warning.setVisible(material.oversize)
        if before is None or before.material.digest != material.digest:
            clear(self._uses)
        self._show_alike(row)
        digest = material.digest
        self._page.run(lambda service: service.library.users(digest), partial(self._show_uses, digest))

    def _rename(self) -> None:
        name = self.name.text()
        if self.row is not None and name != self.row.material.name:
            digest = self.row.material.digest
            self._page.change(lambda service: service.library.rename(digest, name), self._put_back)

    def _tag(self) -> None:
        if self.row is None:
            return
        tags = tuple(t.strip() for t in re.split("[,，、;；\n]", self.tags.text()) if t.strip())
        if tags != self.row.material.tags:
            digest = self.row.material.digest
            self._page.change(lambda service: service.library.set_tags(digest, tags), self._put_back)

    def _mark(self, on: bool) -> None:
        """Put the picture into the brand kit's logos, or take it out."""
        digest = self.row.material.digest

        def work(service: Any) -> Any:
            kit = service.library.brand()
            others = tuple(d for d in kit.logos if d != digest)
            return service.library.save_brand(replace(kit, logos=(*others, digest) if on else others), kit)

        self._page.change(work, self._put_back)

    def _put_back(self) -> None:
        """Show what is kept after a refusal."""
        self.name.setText(self.row.material.name)
        self.tags.setText("、".join(self.row.material.tags))
        self.logo.setChecked(self.row.logo)

    def _show_uses(self, digest: str, uses: Any) -> None:
        if self.row is None or self.row.material.digest != digest:
            return
        clear(self._uses)
        words = tr("{count} 个模板在用", count=len(uses)) if uses else tr("没有模板在用")
        self._uses.addWidget(label(words, "second"))
        for use in uses[:_MOST]:
            name = use.name if use.now else tr("{name}（以前的版本）", name=use.name)
            opened = button(
                name.replace("&", "&&"),
                partial(self._page.open_card, use.card_id),
                kind="link",
                icon="layout-template",
            )
            self._uses.addWidget(opened)
            for place in use.places:
                self._uses.addWidget(self._place(place))
        if len(uses) > _MOST:
            self._uses.addWidget(label(tr("还有 {count} 个", count=len(uses) - _MOST), "hint"))

    def _place(self, place: Any) -> QWidget:
        """Say what the crop leaves, and which vendor asks for more."""
        slot = place.slot_zh if i18n.language() == "zh" else place.slot_en
        words = tr("{slot}：裁剪后 {width}×{height}", slot=slot, width=place.width, height=place.height)
        if not place.short:
            return label(words, "hint", wrap=True)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(words, "hint", wrap=True))
        for vendor, width, height in place.short:
            name = self._page.desk.word(f"vendor.{vendor.value}")
            column.addWidget(
                Chip(tr("{vendor} 至少 {width}×{height}", vendor=name, width=width, height=height), "warning")
            )
        return holder

    def _show_alike(self, row: Any) -> None:
        clear(self._alike)
        if not row.alike:
            return
        self._alike.addWidget(label(tr("相似图片"), "second"))
        for digest in row.alike[:_MOST]:
            name = self._page.name_of(digest)
            self._alike.addWidget(
                button(
                    name.replace("&", "&&"),
                    partial(self._page.show_material, digest),
                    kind="link",
                    icon="copy",
                )
            )
