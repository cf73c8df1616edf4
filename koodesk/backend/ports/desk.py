# SPDX-License-Identifier: Apache-2.0
"""What the desk's own rules need from storage: what a workspace has set, and whom it wrote to lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from koodesk.domain.campaign import Snapshot
from koodesk.domain.problem import Refused, problem

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class StoredSetting:
    """A value with who set it last and when."""

    value: int | str | bool
    by: str
    at_ms: int


class SettingStore(Protocol):
    """The settings of a workspace that were set; one that never was has no entry."""

    def all(self, connection: Connection) -> Mapping[str, StoredSetting]:
        """Return everything that was ever set, by name."""
        ...

    def put(
        self, connection: Connection, values: Mapping[str, int | str | bool], by: str, at_ms: int
    ) -> None:
        """Set some."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """How many rows a frequency limit holds back, and how many of those have a phone that cannot show the card."""

    rows: int = 0
    without_card: int = 0


@dataclass(frozen=True, slots=True)
class HeldNumber:
    """A number that is held back: what went to it within a day, 7 days and 30 days, and when the last did (0: not yet)."""

    row_no: int
    number: int
    counts: tuple[int, int, int]
    last_ms: int


class Frequency(Protocol):
    """Counts promotional messages by number, in the ledger."""

    def held(self, snapshot: Snapshot) -> Held:
        """Count the rows of a snapshot's audience that would get it and are at a limit of `snapshot.frequency`."""
        ...

    def held_numbers(self, snapshot: Snapshot, after: int, limit: int) -> tuple[HeldNumber, ...]:
        """Return those rows behind a row_no, in file order."""
        ...


class Used(StrEnum):
    """What a campaign is made of."""

    CARD = "card"
    SMS_TEMPLATE = "sms_template"
    AUDIENCE = "audience"
    VIDEO_TEMPLATE = "video_template"


@dataclass(frozen=True, slots=True)
class LinkUse:
    """A campaign whose short links stand under a custom domain, or lead to a jump URL."""

    name: str
    domain: str
    jump_url: str


class CampaignUses(Protocol):
    """Which campaigns that are not over need a record."""

    def names(self, connection: Connection, what: Used, record_id: int) -> tuple[str, ...]:
        """Return the names of the campaigns that need it, newest first."""
        ...

    def links(self, connection: Connection, now_ms: int) -> tuple[LinkUse, ...]:
        """Return what the short links of campaigns use that are not over, or whose links may still be opened."""
        ...


class SentContents(Protocol):
    """What campaigns sent of cards and video SMS that were deleted since: for the record, not for the gallery."""

    def keep_card(self, connection: Connection, card_id: int) -> None:
        """Keep the versions of a card that campaigns sent, before it is deleted."""
        ...

    def keep_video(self, connection: Connection, template_id: int) -> None:
        """Keep the versions of a video SMS that a campaign sent, before it is deleted."""
        ...

    def card(self, connection: Connection, card_id: int, digest: str) -> str | None:
        """Return the kept version of a deleted card as JSON text."""
        ...

    def videos(self, connection: Connection, template_id: int) -> tuple[str, ...]:
        """Return the kept versions of a deleted video SMS as JSON text."""
        ...

    def names_showing(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return the names of what was sent and shows a material, by the material's digest."""
        ...


def refuse_in_use(names: tuple[str, ...]) -> None:
    """Raise Refused (record.in_use) with what uses a record, where anything does."""
    if names:
        raise Refused(problem("record.in_use", names="、".join(names[:5]), count=len(names)))


class Kept(StrEnum):
    """What may be cleared away once it is old enough, or there is enough of it."""

    EXPORTS = "exports"
    RECOVERY = "recovery"
    CONFIRMATIONS = "confirmations"
    BACKUPS = "backups"


@dataclass(frozen=True, slots=True)
class ClearableFile:
    """A file that may go: its name in its folder, bytes, and the instant of its last change in ms."""

    name: str
    size: int
    at_ms: int


class Clearable(Protocol):
    """Finds and removes what may be cleared away."""

    def files(self, what: Kept) -> tuple[ClearableFile, ...]:
        """Return the files of a kind, newest first."""
        ...

    def remove(self, what: Kept, names: tuple[str, ...]) -> int:
        """Remove files of a kind by name; return how many went."""
        ...

    def confirmations(self, days: int) -> int:
        """Count the prepared sends nobody confirmed, older than the newest by more than `days`."""
        ...

    def remove_confirmations(self, days: int) -> int:
        """Forget them; return how many."""
        ...
