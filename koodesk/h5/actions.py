# SPDX-License-Identifier: Apache-2.0
"""What a tap does on an H5 page: a real link where a browser has one, else a note that says what the phone would do.

Only http and https lead to other pages; whatever else stands in an event (a quick app, an app without a page to fall back
on, a script) is never written into a link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from koodesk.domain.click_event import ClickEvent, EventType

_LONGEST: Final = 2_000
_DIALLED: Final = frozenset("0123456789+*#-")


@dataclass(frozen=True, slots=True)
class Action:
    """A link (`href`), or a note: `about` names its kind ("popup", "copy", "schedule", "map", "app", "none") and `lines` are
    the sender's own words in it."""

    href: str = ""
    about: str = ""
    lines: tuple[str, ...] = ()


def action_of(event: ClickEvent, fill: Callable[[str], str]) -> Action:
    """Return what an event comes to in a browser; `fill` puts the recipient's values into a text."""
    target = fill(event.field("target"))
    match event.type:
        case EventType.OPEN_URL | EventType.OPEN_BROWSER:
            return _web(target) or Action(about="none")
        case EventType.OPEN_APP | EventType.OPEN_QUICK:
            return _web(fill(event.field("floor_url"))) or Action(about="app")
        case EventType.DIAL_PHONE:
            return Action(f"tel:{target}") if _is_number(target) else Action(about="none")
        case EventType.OPEN_SMS:
            if not _is_number(target):
                return Action(about="none")
            return Action(f"sms:{target}{_query({'body': fill(event.field('body'))})}")
        case EventType.OPEN_EMAIL:
            if "@" not in target or any(c.isspace() for c in target):
                return Action(about="none")
            asked = {name: fill(event.field(name)) for name in ("subject", "body")}
            return Action(f"mailto:{quote(target, safe='@')}{_query(asked)}")
        case EventType.OPEN_MAP:
            return Action(about="map", lines=_lines(target, fill(event.field("address"))))
        case EventType.OPEN_SCHEDULE:
            when = " – ".join(filter(None, (event.field("begin_time"), event.field("end_time"))))
            return Action(about="schedule", lines=_lines(target, when, fill(event.field("description"))))
        case EventType.OPEN_POPUP:
            return Action(about="popup", lines=_lines(target, fill(event.field("content"))))
        case EventType.COPY_PARAMETER:
            return Action(about="copy", lines=_lines(target))
        case EventType.VIEW_PIC:
            return Action(about="picture")


def _web(url: str) -> Action | None:
    """Return a link for an http or https URL, None for anything a browser should not be sent to."""
    if not url or len(url) > _LONGEST or any(c.isspace() or not c.isprintable() or c == "\\" for c in url):
        return None
    try:
        found = urlsplit(url)
    except ValueError:
        return None
    if found.scheme not in ("http", "https") or not found.hostname or found.username is not None:
        return None
    return Action(url)


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 20 and set(text) <= _DIALLED


def _query(fields: Mapping[str, str]) -> str:
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items() if value)
    return f"?{asked}" if asked else ""


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
