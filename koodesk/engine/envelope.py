# SPDX-License-Identifier: Apache-2.0
"""The request of a batch as it came over the wire: smart messages, video SMS, or plain SMS. Its shape only; what may be sent
is `cleared` and `video_cleared`, and single recipients are `recipients`' matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

from koodesk.engine.delivery import LARGEST_BATCH
from koodesk.engine.errors import ApiError

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS

LONGEST_VALIDITY: Final = 7
"""Days an individual link is valid at most (facts 4.3)."""

PLAIN_DAYS: Final = 1
"""Days a batch of plain SMS is valid: it has no link whose life this could be."""

LONGEST_EXPIRATION: Final = 72
"""Hours a video SMS is tried at most, and those of a fallback's (facts 1.10)."""

LONGEST_DOMAIN: Final = 100
LONGEST_URL: Final = 2_048
"""Characters of a custom domain (facts 4.3) and of a send task's custom_url (facts 1.9)."""

LONGEST_NAME: Final = 30
LONGEST_VIDEO_NAME: Final = 32
"""Characters of a task's name (facts 1.8 and 7, 4.2)."""


@dataclass(frozen=True, slots=True)
class SmartBatch:
    """Smart messages, or plain SMS without a `template`. `basic_template` is the video SMS template that recipients
    without a card get instead of the SMS, empty for none. `recipients` are as they came. `domain` is what the links stand
    under, empty for the public one, `jump_url` where they lead a browser, empty for the H5 page.

    `plain`: handed in as plain SMS, which may have no link; its recipients are read as those of an SMS without a card, each with all
    of its values."""

    campaign: str
    template: str
    sms_template: str
    sms_sign: str
    sms_text: str
    validity_days: int
    basic_template: str
    recipients: list[Any]
    domain: str = ""
    jump_url: str = ""
    name: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class VideoBatch:
    """Video SMS of one template. `recipients` are as they came."""

    campaign: str
    template: str
    expiration_hours: int
    recipients: list[Any]
    name: str


def read_batch(body: bytes) -> SmartBatch | VideoBatch:
    """Read a request. Raises ApiError (400) when its shape is not the contract's."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as failure:
        raise ApiError(400, "KD.BAD_JSON", "the body is not JSON") from failure
    if not isinstance(given, dict):
        raise ApiError(400, "KD.BAD_JSON", "the body is not an object")
    kind = given.get("kind", "smart")
    if kind not in ("smart", "video", "plain"):
        raise ApiError(400, "KD.FIELD", "smart, video or plain", where="kind")
    recipients = given.get("recipients")
    if not isinstance(recipients, list) or not 1 <= len(recipients) <= LARGEST_BATCH:
        raise ApiError(400, "KD.FIELD", "1-5000 recipients", where="recipients", limit=LARGEST_BATCH)
    if kind == "plain":
        return _plain(given, recipients)
    return _video(given, recipients) if kind == "video" else _smart(given, recipients)


def _smart(given: dict[str, Any], recipients: list[Any]) -> SmartBatch:
    days = _whole(given, "validity_days", LONGEST_VALIDITY)
    name = _text(given, "task_name", LONGEST_NAME, empty=True)
    basic = given.get("fallback") == "basic"
    return SmartBatch(
        _text(given, "campaign", 100),
        _text(given, "template", 20, empty=True),
        _text(given, "sms_template", 100),
        _text(given, "sms_sign", 20),
        _text(given, "sms_text", 500, empty=True),
        days,
        _text(given, "basic_template", 20) if basic else "",
        recipients,
        _text(given, "domain", LONGEST_DOMAIN, empty=True).lower(),
        _text(given, "jump_url", LONGEST_URL, empty=True),
        name,
    )


def _plain(given: dict[str, Any], recipients: list[Any]) -> SmartBatch:
    same = given.get("values", {})
    if not isinstance(same, dict):
        raise ApiError(400, "KD.FIELD", "values by variable", where="values")
    return SmartBatch(
        _text(given, "campaign", 100),
        "",
        _text(given, "sms_template", 100),
        _text(given, "sms_sign", 20),
        _text(given, "sms_text", 500, empty=True),
        PLAIN_DAYS,
        "",
        [_plain_entry(row, same) for row in recipients],
        name=_text(given, "task_name", LONGEST_NAME, empty=True),
        plain=True,
    )


def _plain_entry(row: Any, same: dict[str, Any]) -> Any:
    """Return an entry as one of a smart batch; what is none stays none, to be refused with its code in its place."""
    if not isinstance(row, list):
        return row
    if len(row) != 2 or not isinstance(row[1], dict):
        return row[:1]
    return [row[0], {}, 0, {**same, **row[1]}]


def _video(given: dict[str, Any], recipients: list[Any]) -> VideoBatch:
    hours = _whole(given, "expiration_hours", LONGEST_EXPIRATION)
    name = _text(given, "task_name", LONGEST_VIDEO_NAME, empty=True)
    return VideoBatch(_text(given, "campaign", 100), _text(given, "template", 20), hours, recipients, name)


def _whole(given: dict[str, Any], name: str, most: int) -> int:
    value = given.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ApiError(400, "KD.FIELD", f"a whole number, 1-{most}", where=name, limit=most)
    return value


def _text(given: dict[str, Any], name: str, longest: int, *, empty: bool = False) -> str:
    value = given.get(name, "" if empty else None)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None and empty:
        value = ""
    if not isinstance(value, str) or len(value) > longest or not (value or empty):
        raise ApiError(400, "KD.FIELD", "field missing or wrong", where=name, limit=longest)
    return value
