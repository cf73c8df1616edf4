# SPDX-License-Identifier: Apache-2.0
"""The inspector of a picture: choose, crop, optimise; the vendors' own backgrounds; the click event."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from koodesk.domain.crop import effective_pixels
from koodesk.domain.edits import SetBackground
from koodesk.domain.rule_pack import SafeArea, SlotKind
from koodesk.domain.template import ImageContent, Picture
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.event_section import EventSection
from koodesk.editor.inspector.flow import FlowBox
from koodesk.editor.inspector.form import Row, Section, chip, plain, put_icon
from koodesk.editor.session import Session
from koodesk.editor.thumbnail import thumbnail
from koodesk.editor.words import named, tr

_SIDE = 88
_BACK_SIDE = 40


class PicturePanel(QWidget):
    """Edits one picture content. What it cannot do itself (the gallery, cropping in place) it asks for."""

    gallery_wanted = Signal(str, str)
    """(content, vendor): choose a picture; vendor is empty for the card's own, else that vendor's background."""

    crop_wanted = Signal(str)
    optimise_wanted = Signal(str)
    clear_wanted = Signal(str)

    def __init__(self, session: Session, content_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._content = content_id
        spec = session.slot(content_id)
        section = Section(named(spec.name_zh, spec.name_en), self)
        self._picture = QLabel(self)
        self._picture.setFixedSize(_SIDE, _SIDE)
        self._facts = plain(style="second", wrap=True)
        self._pixels = FlowBox(self)
        self.choose = QPushButton(tr("从图库选择"), self)
        self.choose.setObjectName("picture-choose")
        put_icon(self.choose, session.look, "image")
        self.choose.clicked.connect(lambda: self.gallery_wanted.emit(content_id, ""))
        self.crop = QPushButton(tr("裁剪图片"), self)
        self.crop.setObjectName("picture-crop")
        put_icon(self.crop, session.look, "crop")
        self.crop.clicked.connect(lambda: self.crop_wanted.emit(content_id))
        self.optimise = QPushButton(tr("图像优化"), self)
        self.optimise.setObjectName("picture-optimise")
        put_icon(self.optimise, session.look, "wand-sparkles")
        self.optimise.clicked.connect(lambda: self.optimise_wanted.emit(content_id))
        self.clear = QPushButton(tr("移除"), self)
        self.clear.setProperty("kind", "link")
        self.clear.clicked.connect(lambda: self.clear_wanted.emit(content_id))
        section.add(
            Row(
                session,
                tr("图片"),
                self._main_field(),
                f"content:{content_id}",
                required=spec.required,
                hint=named(spec.hint_zh, spec.hint_en),
            )
        )
        self._back_rows: dict[Vendor, _BackgroundRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(section)
        if spec.backgrounds:
            column.addWidget(self._backgrounds(spec.backgrounds))
        if spec.safe_areas:
            column.addWidget(self._safe_areas(spec.safe_areas))
        self.event_section: EventSection | None = None
        if spec.event_allowed:
            self.event_section = EventSection(session, content_id, self)
            column.addWidget(self.event_section)
        elif any(s.kind is SlotKind.BUTTON and s.group == spec.group for s in session.layout.slots):
            section.add(plain(tr("点击与卡片按钮一致"), "hint", wrap=True))
        session.pictures_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the picture as it is now."""
        content = self._session.template.content(self._content)
        assert isinstance(content, ImageContent)
        picture = content.picture
        self._picture.setPixmap(self._thumbnail(picture, _SIDE))
        self.crop.setEnabled(picture is not None)
        self.clear.setVisible(picture is not None)
        most = self._session.pack.limit("picture.bytes")
        too_large = picture is not None and picture.material.size > most
        self.optimise.setVisible(too_large)
        self._facts.setText(tr("拖入、粘贴或从图库选择图片") if picture is None else _facts(picture))
        self._show_pixels(picture)
        for vendor, row in self._back_rows.items():
            background = content.background(vendor)
            row.show_picture(self._thumbnail(background, _BACK_SIDE), background is not None)
        if self.event_section is not None:
            self.event_section.refresh()

    def focus_at(self, where: str) -> None:
        """Take the keyboard to the place of a problem."""
        if "/event" in where and self.event_section is not None:
            self.event_section.focus_at(where)
        elif "/background." in where:
            self._back_rows[Vendor(where.rpartition(".")[2])].choose.setFocus()
        else:
            self.choose.setFocus()

    def background(self, vendor: Vendor) -> _BackgroundRow:
        """Return the row of a vendor's background. Raises KeyError when the vendor draws none."""
        return self._back_rows[vendor]

    def _main_field(self) -> QWidget:
        holder = QFrame(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        left = QVBoxLayout()
        left.addWidget(self._picture)
        left.addWidget(self.clear)
        left.addStretch(1)
        row.addLayout(left)
        right = QVBoxLayout()
        right.setSpacing(8)
        for widget in (self.choose, self.crop, self.optimise, self._facts, self._pixels):
            right.addWidget(widget)
        right.addStretch(1)
        row.addLayout(right, 1)
        return holder

    def _safe_areas(self, areas: tuple[SafeArea, ...]) -> Section:
        """List the bands of the picture that words stand on or that something covers."""
        section = Section(tr("安全区域"), self)
        for area in areas:
            band = tr(
                "高度 {top}%–{bottom}%：{name}",
                top=round(area.top * 100),
                bottom=round(area.bottom * 100),
                name=named(area.name_zh, area.name_en),
            )
            section.add(plain(band, "second", wrap=True))
        return section

    def _backgrounds(self, vendors: tuple[Vendor, ...]) -> Section:
        section = Section(tr("厂商背景"), self)
        section.add(
            plain(tr("这些厂商在红包后面画自己的背景图；不设置时用厂商默认背景。"), "hint", wrap=True)
        )
        for vendor in vendors:
            row = _BackgroundRow(self._session, vendor, self)
            row.choose.clicked.connect(partial(self.gallery_wanted.emit, self._content, vendor.value))
            row.clear.clicked.connect(partial(self._clear_background, vendor))
            where = f"content:{self._content}/background.{vendor.value}"
            section.add(Row(self._session, named(*self._session.pack.vendor_names[vendor]), row, where))
            self._back_rows[vendor] = row
        return section

    def _clear_background(self, vendor: Vendor) -> None:
        self._session.edit(SetBackground(self._content, vendor, None))

    def _thumbnail(self, picture: Picture | None, side: int) -> QPixmap:
        return thumbnail(self._session, picture, side, self.devicePixelRatioF())

    def _show_pixels(self, picture: Picture | None) -> None:
        """One chip a vendor that asks for a smallest size: what is left after the crop against it."""
        self._pixels.clear()
        if picture is None:
            return
        width, height = effective_pixels(picture.crop, picture.material.width, picture.material.height)
        spec = self._session.slot(self._content)
        for vendor in self._session.template.vendors:
            fact = spec.min_pixels.get(vendor)
            if fact is None or fact.value is None:
                continue
            enough = width >= fact.value[0] and height >= fact.value[1]
            name = named(*self._session.pack.vendor_names[vendor])
            words = tr(
                "{vendor} 至少 {width}×{height}", vendor=name, width=fact.value[0], height=fact.value[1]
            )
            self._pixels.add(chip(words, "success" if enough else "danger"))
        best = {f.value for f in spec.best_pixels.values() if f.value is not None}
        for across, down in sorted(best):
            reached = width >= across and height >= down
            words = tr("建议 {width}×{height}", width=across, height=down)
            self._pixels.add(chip(words, "success" if reached else "neutral"))


class _BackgroundRow(QWidget):
    """A vendor's background: what it is, choose another, go back to the default."""

    def __init__(self, session: Session, vendor: Vendor, parent: QWidget) -> None:
        super().__init__(parent)
        name = named(*session.pack.vendor_names[vendor])
        self._picture = QLabel(self)
        self._picture.setFixedSize(_BACK_SIDE, _BACK_SIDE)
        self._state = plain(style="second")
        self.choose = QPushButton(tr("选择"), self)
        self.choose.setAccessibleName(tr("选择 {vendor} 背景", vendor=name))
        self.clear = QPushButton(tr("用默认"), self)
        self.clear.setAccessibleName(tr("{vendor} 用默认背景", vendor=name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._picture)
        row.addWidget(self._state, 1)
        row.addWidget(self.clear)
        row.addWidget(self.choose)

    def show_picture(self, picture: QPixmap, own: bool) -> None:
        """Show the background, or that the vendor's default is used."""
        self._picture.setPixmap(picture)
        self._state.setText(tr("自定义背景") if own else tr("默认背景"))
        self.clear.setVisible(own)


def _facts(picture: Picture) -> str:
    material = picture.material
    width, height = effective_pixels(picture.crop, material.width, material.height)
    size = (
        f"{material.size / 1_048_576:.2f} MB"
        if material.size >= 104_858
        else f"{material.size / 1024:.0f} KB"
    )
    whole = tr("原图 {width}×{height}，{size}", width=material.width, height=material.height, size=size)
    return whole + "\n" + tr("有效像素 {width}×{height}", width=width, height=height)
