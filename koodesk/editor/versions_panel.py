# SPDX-License-Identifier: Apache-2.0
"""The saved versions of a card (版本): each with its picture, beside the card as it is now on any vendor's phone, with the
contents that differ marked; to be named, and to be taken back as one step.

The versions come from the page, which also keeps their names; pictures are painted off the window's thread by the canvas's own painter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.digest import template_digest
from koodesk.domain.template import Template
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.form import chip, plain
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.restoring import restoring
from koodesk.editor.session import Session
from koodesk.editor.words import list_of, named, tr
from koodesk.preview.arrange import arrange
from koodesk.preview.placement import Rect, SlotBox

MOST: Final = 60
"""How many versions are shown, the newest first."""
MOST_NAME: Final = 40
"""Longest name of a version, in characters."""
_SIDE: Final = QSize(330, 430)
_THUMB: Final = QSize(64, 64)
_NOW: Final = -1


@dataclass(frozen=True, slots=True)
class Version:
    """A saved version: when, in words, whether this very content was handed in, and the card; its number and given name.

    `pinned`: a vendor approved it; then its name stays.
    """

    saved: str
    submitted: bool
    template: Template
    revision: int = 0
    label: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class _Picture:
    """A painted card, and where its contents stand on it, in pixels of the screen."""

    image: QImage
    places: tuple[tuple[str, QRectF], ...]


class VersionsPanel(QDialog):
    """Opened with `open()`; Esc closes it and changes nothing."""

    name_wanted = Signal(int, str)
    """(revision, name): a version is to be named; `take_name` when it is."""

    def __init__(
        self, session: Session, vendor: Vendor, versions: tuple[Version, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._vendor = vendor
        self._versions = versions
        self._now = session.document.template
        self._painted: dict[int, _Picture] = {}
        self._latest: Final = Latest(self)
        self._latest.told.connect(self._show)
        self.setWindowTitle(tr("版本"))
        self.resize(980, 680)
        self.list = QListWidget(self)
        self.list.setIconSize(_THUMB)
        self.list.setFixedWidth(232)
        self.list.setAccessibleName(tr("保存过的版本"))
        for version in versions:
            self.list.addItem(QListWidgetItem(self._words(version)))
        self.list.currentRowChanged.connect(lambda _row: self._compare())
        self._then_head, self._then = plain(style="heading"), QLabel(self)
        self._now_picture = QLabel(self)
        self.phones = QComboBox(self)
        self.phones.setAccessibleName(tr("在哪家厂商的手机上比较"))
        self._vendors = session.takers()
        self.phones.addItems([named(*session.pack.vendor_names[v]) for v in self._vendors])
        self.phones.setCurrentIndex(self._vendors.index(vendor) if vendor in self._vendors else 0)
        self.phones.activated.connect(self._choose_vendor)
        self.name = QLineEdit(self)
        self.name.setMaxLength(MOST_NAME)
        self.name.setPlaceholderText(tr("给这个版本命名"))
        self.name.setAccessibleName(tr("版本名称"))
        self.name.returnPressed.connect(self._name)
        self.keep_name = QPushButton(tr("命名"), self)
        self.keep_name.setAutoDefault(False)
        self.keep_name.clicked.connect(self._name)
        self.pinned = chip(tr("已通过审核，固定"), "success", self)
        self.pinned.setToolTip(tr("审核通过的版本一直保留，名称不再改变。"))
        self.differing = plain(style="hint", wrap=True)
        self.restore = QPushButton(tr("恢复这个版本"), self)
        self.restore.setProperty("kind", "primary")
        self.restore.clicked.connect(self._restore)
        close = QPushButton(tr("关闭"), self)
        close.clicked.connect(self.reject)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addLayout(self._side(self._then_head, self._then))
        both.addLayout(self._side(plain(tr("现在的卡片"), "heading"), self._now_picture))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(plain(tr("恢复是一步，可以撤销；现在的卡片不会丢。"), "hint"), 1)
        foot.addWidget(close)
        foot.addWidget(self.restore)
        right = QVBoxLayout()
        right.setSpacing(12)
        about = QHBoxLayout()
        about.setSpacing(8)
        for widget in (self.name, self.keep_name, self.pinned):
            about.addWidget(widget)
        about.addStretch(1)
        about.addWidget(self.phones)
        right.addLayout(about)
        right.addLayout(both, 1)
        right.addWidget(self.differing)
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addWidget(self.list)
        whole.addLayout(right, 1)
        self.list.setCurrentRow(0)
        self._paint()

    @property
    def busy(self) -> bool:
        """Tell whether pictures are being painted."""
        return self._latest.busy

    def take_name(self, revision: int, label: str) -> None:
        """Show the name a version has got."""
        for at, version in enumerate(self._versions):
            if version.revision == revision:
                renamed = replace(version, label=label)
                self._versions = (*self._versions[:at], renamed, *self._versions[at + 1 :])
                self.list.item(at).setText(self._words(renamed))
        self._compare()

    def _name(self) -> None:
        number = self.list.currentRow()
        if number >= 0:
            self.name_wanted.emit(self._versions[number].revision, self.name.text().strip())

    def _choose_vendor(self, at: int) -> None:
        self._vendor = self._vendors[at]
        self._paint()

    def done(self, result: int) -> None:
        """Stop painting before the panel goes."""
        self._latest.stop()
        super().done(result)

    @staticmethod
    def _side(head: QLabel, picture: QLabel) -> QVBoxLayout:
        picture.setFixedSize(_SIDE)
        picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(head)
        column.addWidget(picture)
        column.addStretch(1)
        return column

    @staticmethod
    def _words(version: Version) -> str:
        lines = [version.label] if version.label else []
        lines += [version.saved, version.template.name]
        if version.pinned:
            lines.append(tr("已通过审核，固定"))
        elif version.submitted:
            lines.append(tr("提交过审核"))
        return "\n".join(lines)

    def _paint(self) -> None:
        """Paint the card as it is now and then every version, off the window's thread."""
        session, vendor, ratio = self._session, self._vendor, self.devicePixelRatioF()
        wanted = ((_NOW, self._now), *((n, v.template) for n, v in enumerate(self._versions)))
        around = session.around

        def job(alive: Callable[[], bool], tell: Tell) -> None:
            for number, template in wanted:
                if not alive():
                    return
                layout = session.pack.layouts.get(template.layout)
                taker = None if layout is None else session.taker(layout, vendor)
                if layout is None or taker is None:
                    continue
                placed = arrange(
                    template, layout, taker, session.pack, around.phones[taker], {}, around.measure
                )
                card = placed.card
                scale = ratio * min(_SIDE.width() / card.width, _SIDE.height() / card.height)
                place = (card.x, card.y, card.width, card.height)
                x, y, width, height = (round(length * scale) for length in place)
                image = session.patient_renderer.paint(placed, scale).copy(QRect(x, y, width, height))
                image.setDevicePixelRatio(ratio)
                length = scale / ratio
                tell((number, _Picture(image, tuple(_place(b, card, length) for b in placed.slots))))

        self._latest.run(job)

    def _show(self, painted: tuple[int, _Picture]) -> None:
        number, picture = painted
        self._painted[number] = picture
        if number != _NOW:
            self.list.item(number).setIcon(_thumb(picture.image))
        if number in (_NOW, self.list.currentRow()):
            self._compare()

    def _differing(self, version: Version) -> tuple[str, ...]:
        """Return the ids of the contents that are not the same on the vendor's phone, in the order of now, then of then."""
        now = {c.id: c for c in seen_by(self._now, self._vendor).contents()}
        then = {c.id: c for c in seen_by(version.template, self._vendor).contents()}
        return tuple(i for i in dict.fromkeys((*now, *then)) if now.get(i) != then.get(i))

    def _marked(self, number: int, ids: tuple[str, ...]) -> QPixmap:
        """Return a painted card with a frame around each of some contents."""
        painted = self._painted.get(number)
        if painted is None:
            return QPixmap()
        picture = QPixmap.fromImage(painted.image)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._session.look.color("warning"), 2))
        for content_id, place in painted.places:
            if content_id in ids:
                painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 4, 4)
        painter.end()
        return picture

    def _names(self, ids: tuple[str, ...], template: Template) -> tuple[str, ...]:
        layout = self._session.pack.layouts.get(template.layout)
        slots = {} if layout is None else {s.id: named(s.name_zh, s.name_en) for s in layout.slots}
        found = (slots.get(c.slot, c.slot) for c in template.contents() if c.id in ids)
        return tuple(dict.fromkeys(found))

    def _compare(self) -> None:
        """Show the chosen version beside the card as it is now."""
        number = self.list.currentRow()
        if number < 0:
            self.restore.setEnabled(False)
            return
        version = self._versions[number]
        self._then_head.setText(version.saved)
        ids = self._differing(version)
        self._then.setPixmap(self._marked(number, ids))
        self._now_picture.setPixmap(self._marked(_NOW, ids))
        names = dict.fromkeys((*self._names(ids, self._now), *self._names(ids, version.template)))
        same_here = tr("在这家厂商的手机上内容相同。")
        self.differing.setText(tr("不同：{names}", names=list_of(tuple(names))) if ids else same_here)
        self.name.setText(version.label)
        fixed = version.pinned and bool(version.label)
        self.name.setReadOnly(fixed)
        self.keep_name.setEnabled(not fixed and version.revision > 0)
        self.pinned.setVisible(version.pinned)
        same = template_digest(version.template) == template_digest(self._now)
        # A layout the rules no longer know cannot be edited.
        self.restore.setEnabled(not same and version.template.layout in self._session.pack.layouts)

    def _restore(self) -> None:
        version = self._versions[self.list.currentRow()]
        if self._session.edit(restoring(self._now, version.template), whole=True):
            self.accept()


def _place(box: SlotBox, card: Rect, length: float) -> tuple[str, QRectF]:
    """Return a content with its place on the picture of the card, `length` pixels a dp."""
    x, y, rect = box.rect.x - card.x, box.rect.y - card.y, box.rect
    return box.content_id, QRectF(x * length, y * length, rect.width * length, rect.height * length)


def _thumb(image: QImage) -> QIcon:
    """Return a card in the middle of a square, so that the words of all entries begin at one place."""
    ratio = image.devicePixelRatio()
    small = image.scaled(
        _THUMB * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    square = QPixmap(_THUMB * ratio)
    square.fill(Qt.GlobalColor.transparent)
    square.setDevicePixelRatio(ratio)
    small.setDevicePixelRatio(ratio)
    painter = QPainter(square)
    size = small.deviceIndependentSize()
    painter.drawImage(
        QPointF((_THUMB.width() - size.width()) / 2, (_THUMB.height() - size.height()) / 2), small
    )
    painter.end()
    icon = QIcon(square)
    icon.addPixmap(square, QIcon.Mode.Selected)  # chosen, it keeps its colours
    return icon
