# SPDX-License-Identifier: Apache-2.0
"""Click events (点击事件): what a tap on a picture or button does.

The value only. Which fields an event needs, how long they may be and which vendor accepts it are rules, kept in the
rule pack (`resources/rules/events.toml`) and applied by `checks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventType(StrEnum):
    """The twelve `action_type` values. Source: facts 3.1 [SDK AimPersonalTemplateContent]."""

    OPEN_URL = "OPEN_URL"
    OPEN_QUICK = "OPEN_QUICK"
    OPEN_APP = "OPEN_APP"
    DIAL_PHONE = "DIAL_PHONE"
    OPEN_SMS = "OPEN_SMS"
    OPEN_EMAIL = "OPEN_EMAIL"
    OPEN_SCHEDULE = "OPEN_SCHEDULE"
    OPEN_MAP = "OPEN_MAP"
    OPEN_BROWSER = "OPEN_BROWSER"
    OPEN_POPUP = "OPEN_POPUP"
    COPY_PARAMETER = "COPY_PARAMETER"
    VIEW_PIC = "VIEW_PIC"


@dataclass(frozen=True, slots=True)
class ClickEvent:
    """An event and its fields.

    `fields` holds (field name, text) in the API's names ("target", "package_name", "floor_type", "floor_url", "body",
    "subject", "description", "begin_time", "end_time", "address", "longitude", "latitude", "content", "text_button",
    "mode"), sorted by name, empty texts left out. The target of VIEW_PIC is not stored: it is always the picture the
    event sits on.
    """

    type: EventType
    fields: tuple[tuple[str, str], ...] = ()

    def field(self, name: str) -> str:
        """Return a field's text, empty when it is not set."""
        return dict(self.fields).get(name, "")

    def with_field(self, name: str, text: str) -> ClickEvent:
        """Return the event with one field set, or removed when `text` is empty."""
        fields = {**dict(self.fields), name: text}
        return ClickEvent(self.type, tuple(sorted((k, v) for k, v in fields.items() if v)))
