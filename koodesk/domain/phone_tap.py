# SPDX-License-Identifier: Apache-2.0
"""What a finger can do to a message on a phone (终端), as words both sides of the wire know. Pure.

A component is named by its kind and its position number of the platform (facts 2.2): "button:5", "image:1". A card of
several pages numbers each page anew, so from the second page on the page stands behind: "button:4@2".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from koodesk.domain.click_event import ClickEvent
from koodesk.domain.layout_contents import out_of_sight, positions
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import ButtonContent, Content, ImageContent, Template

OPENED: Final = "exposed"
"""The card is looked at: an exposure (曝光)."""

REPLIED: Final = "reply"
"""The person writes back (上行回复); the text goes along."""

LONGEST_REPLY: Final = 500
"""Characters of a reply. Koodesk's own; no source says."""

_COMPONENT: Final = re.compile(r"(button|image):([1-9][0-9]{0,2})(?:@([1-9][0-9]?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Component:
    """A picture or button of a card: its position number on its page (both from 1), the content's id, and what a tap does.

    `event` is None where the card's author has wired none, or where the picture follows a button of its card.
    """

    kind: str
    position: int
    page: int
    content_id: str
    event: ClickEvent | None

    @property
    def what(self) -> str:
        """Return its name on the wire, which is the code of the click's receipt too."""
        return f"{self.kind}:{self.position}" + (f"@{self.page}" if self.page > 1 else "")


def is_component(what: str) -> bool:
    """Tell whether a word names a component, of whatever card."""
    return _COMPONENT.fullmatch(what) is not None


def components(template: Template, layout: LayoutSpec) -> tuple[Component, ...]:
    """Return the pictures and buttons of a card that a phone shows, in the order of their numbers.

    A picture without an event is among them only in layouts whose pictures follow the button of their card
    (Carousel, CarouselTitle: facts 3.1); it carries that button's event.
    """
    hidden = out_of_sight(template, layout)
    found: list[Component] = []
    for number, page in enumerate(template.pages, 1):
        at = positions(layout, page)
        seen = sorted(
            (c for c in page.contents if c.visible and c.slot not in hidden and c.id in at),
            key=lambda c: at[c.id],
        )
        for content in seen:
            if isinstance(content, ButtonContent):
                found.append(Component("button", at[content.id], number, content.id, content.event))
            elif isinstance(content, ImageContent):
                event = content.event or _followed(layout, content, seen)
                if event is not None:
                    found.append(Component("image", at[content.id], number, content.id, event))
    return tuple(found)


def words_on(template: Template, found: Sequence[Component], code: str) -> str:
    """Return what stands on the button that a click's code names among a card's components; pictures have no words.

    A code that names a kind alone ("button") is of the only one of its kind, where there is but one.
    """
    named = [one for one in found if one.what == code] or [one for one in found if one.kind == code]
    if len(named) != 1:
        return ""
    content = next((c for c in template.contents() if c.id == named[0].content_id), None)
    return content.text if isinstance(content, ButtonContent) else ""


def _followed(layout: LayoutSpec, image: ImageContent, seen: Sequence[Content]) -> ClickEvent | None:
    """Return the event of the button a picture follows, None for a picture that does nothing."""
    slot = next(slot for slot in layout.slots if slot.id == image.slot)
    if slot.event_allowed:
        return None
    buttons = [c for c in seen if isinstance(c, ButtonContent) and (c.item == image.item or not slot.group)]
    return buttons[0].event if buttons else None
