# SPDX-License-Identifier: Apache-2.0
"""The card on every vendor's phone at once, live while one types; and plainly why some vendors show none.

The phones are arranged and painted off the window's thread by the canvas's own painter; only the newest state is
painted to the end. What a vendor cuts or draws in another way stands below its phone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.form import chip, plain, restyle
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.session import Session
from koodesk.editor.wall_look import WallLook, WallView
from koodesk.editor.words import named, tr
from koodesk.preview.arrange import Show, arrange, not_taken
from koodesk.preview.differences import Difference, DifferenceKind, differences, marked
from koodesk.preview.phone_size import sized
from koodesk.preview.placement import Placement, Rect
from koodesk.preview.sheet import marked_image

_MARGIN: Final = 10.0
"""Room around the card that is shown with it, in dp."""
_LEAST: Final = 120
_SHOWS: Final[dict[WallView, Show]] = {
    WallView.LOOK: "card",
    WallView.DIFFERENCE: "card",
    WallView.TEXT: "text",
    WallView.FALLBACK: "fallback",
}


@dataclass(frozen=True, slots=True)
class Painted:
    """A phone as it hangs on the wall; `part` is what of it is shown, in dp."""

    vendor: Vendor
    placement: Placement
    part: Rect
    image: QImage
    differences: tuple[Difference, ...]
    look: WallLook


class VendorWall(QWidget):
    """One tile a vendor. `chosen` asks the canvas to show that vendor's phone."""

    chosen = Signal(object)

    painted = Signal(object)
    """A phone has been painted: a `Painted`."""

    def __init__(self, session: Session, parent: QWidget | None = None, *, whole: bool = False) -> None:
        """`whole` shows the phones from top to bottom instead of the card and its surroundings."""
        super().__init__(parent)
        self._session = session
        self._whole = whole
        self._look = WallLook()
        self._tiles: dict[Vendor, _Tile] = {}
        self._layout_id = ""
        self._latest: Final = Latest(self)
        self._latest.told.connect(self._show)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(12, 4, 12, 12)
        self._row.setSpacing(12)
        inside = QWidget(self)
        inside.setLayout(self._row)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self._area = area
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        self._build()
        session.document.changed.connect(self.refresh)
        session.values_changed.connect(self.refresh)
        session.in_view.changed.connect(self.refresh)

    @property
    def look(self) -> WallLook:
        """How the phones are shown."""
        return self._look

    @property
    def busy(self) -> bool:
        """Tell whether phones are being painted."""
        return self._latest.busy

    @property
    def idle(self) -> Latest:
        """What paints; its signal `idle` tells when everything is on the wall."""
        return self._latest

    def tile(self, vendor: Vendor) -> _Tile:
        """Return a vendor's tile. Raises KeyError when the vendor shows no card."""
        return self._tiles[vendor]

    def set_look(self, look: WallLook) -> None:
        """Show the phones in another view, theme or size."""
        if look != self._look:
            self._look = look
            self.refresh()

    def mark(self, vendor: Vendor) -> None:
        """Mark the vendor whose phone the canvas shows."""
        for known, tile in self._tiles.items():
            tile.setChecked(known is vendor)

    def stop(self) -> None:
        """Paint no more; for a session that is closed."""
        self._latest.stop()

    def _build(self) -> None:
        """Make a tile for each vendor that takes the layout, and say why the others have none."""
        clear_row(self._row)
        self._tiles = {}
        self._layout_id = self._session.document.template.layout
        takers = self._session.takers()
        for vendor in takers:
            tile = _Tile(named(*self._session.pack.vendor_names[vendor]), self)
            tile.clicked.connect(lambda _on=False, v=vendor: self.chosen.emit(v))
            self._tiles[vendor] = tile
            self._row.addWidget(tile)
        absent = tuple(v for v in Vendor if v not in takers)
        if absent:
            self._row.addWidget(self._absent(absent))
        self._row.addStretch(1)

    def refresh(self) -> None:
        """Paint the card as it is now on every phone."""
        if self._session.document.template.layout != self._layout_id:
            self._build()
        if not self.isVisible():
            return
        session, look, all_of_it = self._session, self._look, self._whole
        template, layout, around = session.document.template, session.layout, session.around
        renderer, height, values = session.patient_renderer, self._room(), session.values
        ratio, vendors = self.devicePixelRatioF(), tuple(self._tiles)
        page, at = session.in_view.page, dict(session.in_view.at)

        def job(alive: Callable[[], bool], tell: Tell) -> None:
            for vendor in vendors:
                if not alive():
                    return
                phone = sized(around.phones[vendor], look.size, look.font_scale)
                placed = arrange(
                    template,
                    layout,
                    vendor,
                    session.pack,
                    phone,
                    values,
                    around.measure,
                    dark=look.dark,
                    show=_SHOWS[look.view],
                    page=page,
                    at=at,
                )
                found = differences(template, layout, phone, placed)
                part = placed.card.united(placed.toggle).grown(_MARGIN)
                if all_of_it:
                    part = Rect(0, 0, placed.width, placed.height)
                scale = height * ratio / part.height
                whole = renderer.paint(placed, scale)
                if look.view is WallView.DIFFERENCE and found:
                    whole = marked_image(whole, marked(found, around.measure), renderer, scale)
                cut = QRect(
                    round(part.x * scale),
                    round(part.y * scale),
                    round(part.width * scale),
                    round(part.height * scale),
                )
                image = whole.copy(cut)
                image.setDevicePixelRatio(ratio)
                tell(Painted(vendor, placed, part, image, found, look))

        self._latest.run(job)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint at the new height."""
        super().resizeEvent(event)
        self.refresh()

    def showEvent(self, event: object) -> None:
        """Paint what was not painted while nobody saw it."""
        del event
        self.refresh()

    def sizeHint(self) -> QSize:
        """High enough to read a card."""
        return QSize(600, 300)

    def _room(self) -> int:
        return max(_LEAST, self._area.height() - 66)

    def _show(self, painted: Painted) -> None:
        chosen = painted.vendor in self._session.document.template.vendors
        chips = [] if chosen else [(tr("未选择"), "neutral", "")]
        match painted.look.view:
            case WallView.TEXT:
                chips.append((tr("显示原文"), "neutral", tr("点击“显示原文”后的样子")))
            case WallView.FALLBACK:
                why = tr("不支持卡片的手机：发送时选“降级为普通短信”收到这条短信，选“不发送”则收不到。")
                chips.append((tr("普通短信"), "neutral", why))
            case _:
                chips += self._chips(painted)
        if chosen and not chips:
            chips.append((tr("完整显示"), "success", ""))
        numbered = painted.look.view is WallView.DIFFERENCE
        lines = tuple(self._line(d) for d in painted.differences) if numbered else ()
        self._tiles[painted.vendor].show_phone(painted.image, tuple(chips), lines)
        self.painted.emit(painted)

    def _chips(self, painted: Painted) -> list[tuple[str, str, str]]:
        """Return (word, kind, explanation) of what is cut, and of what is otherwise different."""
        session = self._session
        chips: list[tuple[str, str, str]] = []
        for slot, cut in {cut.slot: cut for cut in painted.placement.cuts}.items():
            spec = session.layout.slot(slot)
            words = tr("{slot}被截断", slot=named(spec.name_zh, spec.name_en))
            how = tr("未公布上限，截断为估计") if cut.estimate else ""
            chips.append((words, "warning", f"{how}\n{tr('不显示：{text}', text=cut.dropped)}".strip()))
        cuts = {d.number for d in painted.differences if d.kind is DifferenceKind.CUT}
        seen = {d.problem for d in painted.differences}
        others = [d.problem for d in painted.differences if d.number not in cuts]
        others += [mark for mark in painted.placement.marks if mark not in seen]
        if others:
            sentences = "\n".join(session.look.sentence(one) for one in others)
            chips.append((tr("{count} 处不同", count=len(others)), "accent", sentences))
        return chips

    def _line(self, difference: Difference) -> str:
        """Say a difference with its number and the source of the rule behind it."""
        words = f"{difference.number}  {self._session.look.sentence(difference.problem)}"
        source = difference.problem.source
        return f"{words}\n{tr('依据：{source}', source=source)}" if source else words

    def _absent(self, vendors: tuple[Vendor, ...]) -> QWidget:
        """Say plainly why these vendors show no card."""
        box = QFrame(self)
        box.setProperty("panel", "sunken")
        box.setFixedWidth(180)
        column = QVBoxLayout(box)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(4)
        for vendor in vendors:
            column.addWidget(plain(named(*self._session.pack.vendor_names[vendor])))
            problem = not_taken(self._session.layout, vendor)
            words = tr("没有这款手机的画法。") if problem is None else self._session.look.sentence(problem)
            column.addWidget(plain(words, "hint", wrap=True))
        column.addStretch(1)
        return box


def clear_row(row: QHBoxLayout) -> None:
    """Take everything out of a row and delete the widgets."""
    while (item := row.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class _Tile(QToolButton):
    """A phone's card with the vendor's name and chips."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self._name = plain(name, "second", parent=self)
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._picture.setMinimumWidth(_LEAST)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(4)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 4, 8, 8)
        self._column.setSpacing(4)
        self._column.addWidget(self._name)
        self._column.addWidget(self._picture, 1)
        self._column.addLayout(self._chips)
        self.words: tuple[str, ...] = ()

    @property
    def picture(self) -> QLabel:
        """The phone's picture, its top left corner that of the label."""
        return self._picture

    def show_phone(
        self, image: QImage, chips: tuple[tuple[str, str, str], ...], lines: tuple[str, ...] = ()
    ) -> None:
        """Show a painted phone and what is to say about it; `lines` explain the numbers on it when pointed at."""
        self._picture.setPixmap(QPixmap.fromImage(image))
        self.setToolTip("\n".join(lines))
        self.words = tuple(text for text, _, _ in chips)
        clear_row(self._chips)
        for text, kind, tip in chips[:2]:
            made = chip(text, kind, self)
            made.setToolTip(tip)
            restyle(made, "chip", kind)
            self._chips.addWidget(made)
        self._chips.addStretch(1)
        said = [f"{text} {tip}".strip() for text, _, tip in chips]
        self.setAccessibleDescription("\n".join((*said, *lines)))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """What the picture and the words need."""
        return self._column.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """As wide as need be; its height is the wall's, or a picture painted for a high wall would keep the wall high."""
        return QSize(self._column.totalSizeHint().width(), _LEAST)
