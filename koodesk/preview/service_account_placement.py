# SPDX-License-Identifier: Apache-2.0
"""What `arrange_account` is given and answers: a service account on a phone, in place, as frozen values. No Qt.

What is drawn is made of the same items as a card, so that the one painter draws both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from koodesk.domain.service_account.values import Action, HomePage, Menu, ServicePicture, ShortcutButton
from koodesk.preview.placement import Item, Placement, Rect
from koodesk.preview.video_sms_placement import VideoPlacement


class View(StrEnum):
    """What the screen shows: the thread with the message, or the account's home page."""

    THREAD = "thread"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class AccountLook:
    """What a phone shows of an account; what is None or empty is not there."""

    name: str = ""
    logo: ServicePicture | None = None
    menu: Menu | None = None
    home: HomePage | None = None
    shortcuts: tuple[ShortcutButton, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands in a thread already: its items, and the rectangle that shortcuts hang below.

    `x` and `y` are where its items think that the thread's first message begins.
    """

    items: tuple[Item, ...]
    rect: Rect
    x: float
    y: float


def of_card(placement: Placement) -> Message:
    """Return the message of a phone with a card or its text."""
    rect = placement.card if placement.toggle.width == 0 else placement.card.united(placement.toggle)
    return Message(placement.items, rect, placement.card.x, placement.card.y)


def of_video_sms(placement: VideoPlacement) -> Message:
    """Return the message of a phone with a video SMS that is shown whole; its line with the date goes, the phone has one."""
    items = tuple(item for item in placement.items if getattr(item, "role", "") != "date")
    return Message(items, placement.message, placement.message.x, placement.message.y)


@dataclass(frozen=True, slots=True)
class TapBox:
    """A place one may tap. `id` is "logo", "back", "menu:1", "menu:1.2", "shortcut:1", "hotline:1" or "quick_app:1",
    counted from 1; `action` is what it does, None where it only opens something of the phone itself."""

    id: str
    rect: Rect
    label: str
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class AccountPlacement:
    """A whole phone with an account. Painted in the order `shell`, `items`, `front`; `boxes` from back to front."""

    dark: bool
    width: float
    height: float
    screen: Rect
    shell: tuple[Item, ...]
    items: tuple[Item, ...]
    front: tuple[Item, ...]
    boxes: tuple[TapBox, ...]
    note: str = ""
    """How sure the drawing is: nobody publishes how phones show service accounts."""

    def at(self, x: float, y: float) -> TapBox | None:
        """Return what lies under a point, None beside everything."""
        point = Rect(x, y, 0.0, 0.0)
        return next((box for box in reversed(self.boxes) if box.rect.contains(point)), None)

    def box(self, box_id: str) -> TapBox | None:
        """Return a place by its id."""
        return next((box for box in self.boxes if box.id == box_id), None)
