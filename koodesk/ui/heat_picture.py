# SPDX-License-Identifier: Apache-2.0
"""A card on a phone with its clicks drawn over it: the picture is that of the one painter, the marks lie on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from koodesk.domain.heat import Spot
from koodesk.domain.phone_tap import Component, components
from koodesk.domain.problem import Refused, problem
from koodesk.domain.template import Template
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor
from koodesk.preview.arrange import arrange, not_taken
from koodesk.preview.placement import Placement
from koodesk.preview.render import paint
from koodesk.ui import card_images, theme

if TYPE_CHECKING:
    from koodesk.backend.service import Service

_WARM: Final = "#ff9500"
"""Seen on white cards and on red packets alike; cards look the same in both themes."""

_LEAST: Final = 50
_MOST: Final = 120
"""How opaque (of 255) the mark of the least and of the most tapped component is."""


@dataclass(frozen=True, slots=True)
class HeatPhone:
    """A card as one vendor's phone shows it: picture, places of its contents, and what can be tapped on it."""

    vendor: Vendor
    image: QImage
    placement: Placement
    components: tuple[Component, ...]
    scale: float


def takers(template: Template) -> tuple[Vendor, ...]:
    """Return the vendors a card was for that show it. Raises Refused (layout.unknown)."""
    return card_images.takers(template)


def draw_phone(service: Service, template: Template, vendor: Vendor, scale: float) -> HeatPhone:
    """Draw a card as a vendor's phone shows it, off the window's thread. Raises Refused when it does not take the card."""
    known = card_images.drawing()
    layout = known.pack.layouts.get(template.layout)
    if layout is None:
        raise Refused(problem("layout.unknown", "layout", layout=template.layout[:100]))
    refusal = not_taken(layout, vendor)
    if refusal is not None:
        raise Refused(refusal)
    phone = known.phones[vendor]
    values = {param.name: param.example for param in template.params}
    placement = arrange(template, layout, vendor, known.pack, phone, values, known.measure)
    image = paint(placement, card_images.picture_source(service), known.measure.faces, scale)
    return HeatPhone(vendor, image, placement, components(seen_by(template, vendor), layout), scale)


def with_heat(phone: HeatPhone, spots: Sequence[Spot], chosen: int = -1) -> QImage:
    """Return the phone with a mark on every component that was tapped: warmer the more, with number and share beside it."""
    image = phone.image.copy()
    image.setDevicePixelRatio(phone.scale)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    every = sum(spot.times for spot in spots)
    most = max((spot.times for spot in spots), default=0)
    for place, spot in enumerate(spots):
        area = area_of(phone, spot)
        if area is None:
            continue
        warm = QColor(_WARM)
        if spot.times and most:
            warm.setAlpha(round(_LEAST + (_MOST - _LEAST) * spot.times / most))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(warm)
            painter.drawRoundedRect(area, 6, 6)
        edge = QColor(theme.role("accent") if place == chosen else _WARM)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(edge, 3.0 if place == chosen else 1.5))
        painter.drawRoundedRect(area, 6, 6)
        _label(painter, area, f"{spot.times:,} · {spot.share(every):.0%}", phone.placement.width)
    painter.end()
    return image


def area_of(phone: HeatPhone, spot: Spot) -> QRectF | None:
    """Return where a component lies on the phone, None for one that is out of view."""
    if spot.component is None:
        return None
    for box in phone.placement.slots:
        if box.content_id == spot.component.content_id:
            return QRectF(box.rect.x, box.rect.y, box.rect.width, box.rect.height)
    return None


def spot_at(phone: HeatPhone, spots: Sequence[Spot], point: QPointF) -> int:
    """Return the place of the spot under a point, -1 beside all; of two the smaller."""
    under = [
        (area.width() * area.height(), place)
        for place, spot in enumerate(spots)
        if (area := area_of(phone, spot)) is not None and area.contains(point)
    ]
    return min(under)[1] if under else -1


def _label(painter: QPainter, area: QRectF, text: str, width: float) -> None:
    font = QFont(painter.font())
    font.setPixelSize(11)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    room = QFontMetricsF(font).horizontalAdvance(text) + 12
    left = min(max(4.0, area.right() - room - 4), width - room - 4)
    # On the edge of what is low, as a button is: its words stay to be read.
    box = QRectF(left, area.top() + (4 if area.height() >= 60 else -11), room, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 22, 26, 215))
    painter.drawRoundedRect(box, 9, 9)
    painter.setPen(QColor("white"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
