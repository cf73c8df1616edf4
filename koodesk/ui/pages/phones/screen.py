# SPDX-License-Identifier: Apache-2.0
"""What a phone's screen shows of a message, drawn off the window's thread by the painters every preview uses.

A card comes from the version that was sent, its text from what the engine tells: nothing here looks at today's records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from koodesk.backend.views.phones import PhoneMessage
from koodesk.domain.carrier import Carrier
from koodesk.domain.phone_tap import Component
from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.service_account.values import Action
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.domain.video_sms.template import Media, ResourceKind
from koodesk.editor.video_sms.dropping import playable
from koodesk.preview.arrange import Show, arrange
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import Measure, Placement, Rect
from koodesk.preview.render import Renderer
from koodesk.preview.service_account import DATE_HEIGHT, arrange_account
from koodesk.preview.service_account_placement import (
    AccountLook,
    AccountPlacement,
    Message,
    View,
    of_card,
    of_video_sms,
)
from koodesk.preview.service_account_render import paint_account
from koodesk.preview.video_sms import arrange_message
from koodesk.preview.video_sms_phone import PhoneKind
from koodesk.preview.video_sms_placement import VideoPlacement
from koodesk.preview.video_sms_render import MessageRenderer
from koodesk.ui import card_images
from koodesk.ui.pages.video import message_images
from koodesk.ui.pages.video.video_file import phones

if TYPE_CHECKING:
    from koodesk.backend.service import Service


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of the screen that can be tapped, in dp. `what` is "toggle", "play" or a component's name; `content_id` is what
    it stands on. `digest` is that of the video a "play" plays."""

    what: str
    rect: Rect
    content_id: str = ""
    component: Component | None = None
    digest: str = ""
    loops: bool = False
    label: str = ""
    """What stands on a place of the service account."""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class AccountView:
    """What of the service account is in view: its home page, or which item of the menu is open (from 1, 0 none)."""

    home: bool = False
    menu: int = 0


@dataclass(frozen=True, slots=True)
class Screen:
    """A drawn phone: the picture, its size in dp, what can be tapped in the order of its keyboard, how far it scrolls.

    `items` counts the cards of a group that are swiped through; `shows_card` is false for text and video SMS.
    """

    image: QImage
    placement: Placement | VideoPlacement | AccountPlacement
    painter: Renderer | MessageRenderer
    width: float
    height: float
    spots: tuple[Spot, ...]
    shows_card: bool
    items: int = 1
    reach: float = 0.0
    switches: bool = False
    """Whether it shows a card or, switched, its text."""


LARGEST = 1.15
SMALLEST = 0.55


def fit(width: float, height: float, room: tuple[float, float]) -> float:
    """Return the zoom at which a phone of a size in dp fits into room, within what can be read and what is no blow-up."""
    return max(SMALLEST, min(LARGEST, room[0] / width, room[1] / height))


def kind_of(vendor: str) -> PhoneKind:
    """Return the system a vendor's phone shows a video SMS with."""
    return PhoneKind.HARMONY if vendor == Vendor.HUAWEI.value else PhoneKind.ANDROID


def draw(
    service: Service,
    message: PhoneMessage,
    *,
    card: bool,
    dark: bool,
    room: tuple[float, float],
    ratio: float,
    item: int = 0,
    offset: float = 0.0,
    account: AccountView = AccountView(),
    painter: Renderer | MessageRenderer | None = None,
) -> Screen:
    """Draw a message on its phone. `card` asks for the card rather than its text, `item` is the one in view of a group,
    `offset` how far a video SMS is scrolled. The phone is painted as large as it fits into `room` (pixels of the window),
    with `ratio` pixels of the screen to one of them. `painter` is that of the last drawing of the same message."""
    if account.home and message.account.home is not None:
        return _home(service, message, dark, room, ratio, account)
    if message.video is not None:
        kept = painter if isinstance(painter, MessageRenderer) else None
        return _video(service, message, dark, room, ratio, offset, account, kept)
    known = card_images.drawing()
    template = message.template or card_images.text_only(message.text, message.signature)
    template = replace(template, sms_example=message.text, sms_signs=(message.signature,))
    layout = known.pack.layouts[template.layout]
    vendor = Vendor(message.shown_on)
    show: Show = "fallback" if not message.card else "card" if card else "text"
    items, at = _in_view(template, item, {slot.id: slot.group for slot in layout.slots})
    placement = arrange(
        template,
        layout,
        vendor,
        known.pack,
        known.phones[vendor],
        dict(message.params),
        known.measure,
        dark=dark,
        show=show,
        at=at,
        page=item if len(template.pages) > 1 else 0,
    )
    if not isinstance(painter, Renderer):
        painter = Renderer(card_images.picture_source(service), known.measure.faces)
    spots = _spots(placement, message) if show != "fallback" else ()
    if not message.account.empty:
        around = _around(message, known.phones[vendor], known.measure, of_card(placement), dark, account)
        image = paint_account(
            around, painter.pictures, painter.faces, fit(around.width, around.height, room) * ratio
        )
        spots = (*spots, *_account_spots(around))
        size = (around.width, around.height)
        return Screen(
            image, around, painter, *size, spots, show == "card", items, switches=show != "fallback"
        )
    image = painter.paint(placement, fit(placement.width, placement.height, room) * ratio)
    size = (placement.width, placement.height)
    return Screen(image, placement, painter, *size, spots, show == "card", items, switches=show != "fallback")


def _in_view(template: Template, item: int, groups: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    """Return through how many pages or items one swipes, and which item of each group is in view."""
    if len(template.pages) > 1:
        return len(template.pages), {}
    counts: dict[str, int] = {}
    for content in template.contents():
        group = groups.get(content.slot, "")
        if group:
            counts[group] = max(counts.get(group, 0), content.item + 1)
    return max(counts.values(), default=1), {group: min(item, count - 1) for group, count in counts.items()}


def _spots(placement: Placement, message: PhoneMessage) -> tuple[Spot, ...]:
    found: list[Spot] = []
    if placement.show == "card":
        boxes = {box.content_id: box for box in reversed(placement.slots) if not box.part}
        for component in message.components:
            box = boxes.get(component.content_id)
            if box is not None:
                found.append(Spot(component.what, box.rect, component.content_id, component))
        for box in placement.slots:
            if box.kind is SlotKind.VIDEO:
                digest = _video_of(message, box.content_id)
                if digest:
                    found.append(Spot("play", box.rect, box.content_id, digest=digest))
    if placement.toggle.width:
        found.append(Spot("toggle", placement.toggle))
    return tuple(found)


def _look(message: PhoneMessage) -> AccountLook:
    shown = message.account
    return AccountLook(shown.name, shown.logo, shown.menu, shown.home, shown.shortcuts)


def _around(
    message: PhoneMessage,
    phone: PhoneSpec,
    measure: Measure,
    standing: Message,
    dark: bool,
    view: AccountView,
) -> AccountPlacement:
    """Put the service account around a message that is in place already: a card's parts stay where they are."""
    return arrange_account(_look(message), phone, measure, message=standing, open_menu=view.menu, dark=dark)


def _account_spots(placed: AccountPlacement) -> tuple[Spot, ...]:
    return tuple(Spot(box.id, box.rect, label=box.label, action=box.action) for box in placed.boxes)


def _home(
    service: Service,
    message: PhoneMessage,
    dark: bool,
    room: tuple[float, float],
    ratio: float,
    view: AccountView,
) -> Screen:
    """Draw the home page of the account."""
    known = card_images.drawing()
    placed = arrange_account(
        _look(message),
        known.phones[Vendor(message.shown_on)],
        known.measure,
        view=View.HOME,
        open_menu=view.menu,
        dark=dark,
    )
    painter = Renderer(card_images.picture_source(service), known.measure.faces)
    image = paint_account(
        placed, painter.pictures, painter.faces, fit(placed.width, placed.height, room) * ratio
    )
    return Screen(image, placed, painter, placed.width, placed.height, _account_spots(placed), False)


def _video_of(message: PhoneMessage, content_id: str) -> str:
    for content in message.template.contents() if message.template else ():
        video = getattr(content, "video", None)
        if content.id == content_id and video is not None:
            return str(video.digest)
    return ""


def _video(
    service: Service,
    message: PhoneMessage,
    dark: bool,
    room: tuple[float, float],
    ratio: float,
    offset: float,
    account: AccountView,
    painter: MessageRenderer | None,
) -> Screen:
    assert message.video is not None  # asked before
    painter = painter or message_images.renderer(service)
    placement = arrange_message(
        message.video,
        message.signature,
        phones()[kind_of(message.shown_on)],
        Carrier(message.carrier),
        dict(message.params),
        card_images.drawing().measure,
        dark=dark,
        whole=not message.account.empty,
        offset=offset if message.account.empty else 0.0,
    )
    spots: list[Spot] = []
    for box in placement.boxes:
        if box.element < 0:
            continue
        media = message.video.frames[box.frame].elements[box.element]
        if isinstance(media, Media) and playable(media.kind, media.type):
            rect = box.rect.common(placement.thread)
            if rect.height > 0:
                loops = media.kind is ResourceKind.IMAGE
                spots.append(Spot("play", rect, box.content_id, digest=media.digest, loops=loops))
    if not message.account.empty:
        known = card_images.drawing()
        phone = known.phones[Vendor(message.shown_on)]
        standing = of_video_sms(placement)
        around = _around(message, phone, known.measure, standing, dark, account)
        by = (phone.bezel + phone.gutter - standing.x, around.screen.y + _thread_top(phone) - standing.y)
        moved = tuple(
            replace(one, rect=Rect(one.rect.x + by[0], one.rect.y + by[1], one.rect.width, one.rect.height))
            for one in spots
        )
        image = paint_account(
            around, painter.pictures, painter.faces, fit(around.width, around.height, room) * ratio
        )
        return Screen(
            image, around, painter, around.width, around.height, (*moved, *_account_spots(around)), False
        )
    image = painter.paint(placement, fit(placement.width, placement.height, room) * ratio)
    return Screen(
        image, placement, painter, placement.width, placement.height, tuple(spots), False, 1, placement.reach
    )


def _thread_top(phone: PhoneSpec) -> float:
    """Return how far below the screen's top the first message of an account's thread stands."""
    return phone.status.height + phone.header.height + DATE_HEIGHT
