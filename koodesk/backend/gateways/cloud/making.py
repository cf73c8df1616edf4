# SPDX-License-Identifier: Apache-2.0
"""One kind of record on the platform: what is said to make it, how it is found, and how its review is read.

A `Maker` is of one kind: `content` (uploads what it names), `find`, `make`, `change`, `look`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final, Protocol, runtime_checkable

from koodesk.backend.gateways.cloud.client import CloudQuestions
from koodesk.backend.ports.cloud_records import CloudWord
from koodesk.backend.ports.review_gateway import ReviewItem

Content = Mapping[str, Any]

PAGE: Final = 100
DEEPEST: Final = 1_000_000
"""offset of a list of records. [facts 4.1]"""


class Maker(Protocol):
    """Makes records of one kind. `find`, `make` and `look` raise what a call raises, and Unreadable (ValueError,
    KeyError, TypeError) for an answer that says nothing one can go by."""

    def content(self, item: ReviewItem, name: str) -> Content:
        """Return the body of the call. Raises Refused, and what a question before raises."""
        ...

    def name(self, item: ReviewItem) -> str:
        """Return what the record is found by."""
        ...

    def find(self, content: Content, cloud_id: str, lost: bool) -> str:
        """Return the id of the record with this content, "" where there is none: of the one under `cloud_id`, if one is given. `lost`
        tells that a call to make it has left, so that one which was refused since may be it too."""
        ...

    def make(self, content: Content) -> str:
        """Make the one call; return the record's id."""
        ...

    def look(self, cloud_id: str, parties: tuple[str, ...], now_ms: int) -> CloudWord | None:
        """Return what the platform says of a record, None where it does not list it."""
        ...


@runtime_checkable
class Changing(Maker, Protocol):
    """Makes records that the platform changes in place (PUT). Of every other kind each content is a record of its own."""

    def change(self, content: Content, cloud_id: str) -> None:
        """Make the one call that changes a record and hands it in again."""
        ...


def mark(item: ReviewItem, signs: int) -> str:
    """Return what makes a name the only one: signs of the SHA-256 of kind, ref and digest, the same for the same content."""
    digest = hashlib.sha256(f"{item.kind.value}\n{item.ref}\n{item.digest}".encode()).digest()
    return base64.b32encode(digest).decode("ascii")[:signs]


def rows(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the rows of a list's answer, which some lists wrap in `data`. Raises KeyError, TypeError."""
    found = (told.get("data") or told)[name] or ()
    return [row for row in found if isinstance(row, dict)]


def every(client: CloudQuestions, operation: str, name: str, **where: object) -> list[dict[str, Any]]:
    """Return all rows of a list, page after page. Raises as a call, KeyError, TypeError."""
    found: list[dict[str, Any]] = []
    offset = 0
    while offset <= DEEPEST:
        # The SDK declares the offset of signatures as text.
        given: object = str(offset) if operation == "list_aim_msg_signature" else offset
        page = rows(client.ask(operation, offset=given, limit=PAGE, **where), name)
        found += page
        offset += PAGE
        if len(page) < PAGE:
            break
    return found
