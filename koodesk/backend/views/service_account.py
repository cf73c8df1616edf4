# SPDX-License-Identifier: Apache-2.0
"""Rows of the service account (智能信息服务号): records with their two states, accounts, channel numbers, shortcuts, and
what a message shows of them."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.backend.views.clearing import ReviewProgress
from koodesk.domain.problem import Problem
from koodesk.domain.review_state import Reason
from koodesk.domain.service_account.regions import Choice
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import (
    Content,
    HomePage,
    Menu,
    RecordKind,
    ServicePicture,
    ShortcutButton,
)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record: a profile, a menu, a home page, a channel number or a shortcut.

    `revision` is what saving expects back. `content` is the present revision, `live` what phones show, None before.
    `changed` says that the content differs from what was last handed in. `effect_ms` is when the approved content takes
    effect or took it (the gateway's clock), 0 while not known. `problems` are what is wrong now, warnings included.
    """

    id: int
    kind: RecordKind
    account_id: int
    title: str
    revision: int
    content: Content
    live: Content | None
    approval: Approval
    life: Life
    changed: bool
    effect_ms: int
    freeze_reason: str
    urged_ms: int
    created_ms: int
    saved_ms: int
    progress: ReviewProgress
    problems: tuple[Problem, ...]

    @property
    def in_effect(self) -> bool:
        """Tell whether phones show it now."""
        return self.life is Life.IN_EFFECT

    @property
    def editable(self) -> bool:
        """Tell whether it may be changed now: what is under review is locked, what is frozen rests."""
        return self.approval is not Approval.WAITING and self.life is not Life.FROZEN

    @property
    def needs_reason(self) -> bool:
        """Tell whether handing it in changes what is in effect, which needs a reason (change_reason)."""
        return (
            self.live is not None
            and self.content != self.live
            and self.approval in (Approval.DRAFT, Approval.REJECTED)
            and self.kind in (RecordKind.PROFILE, RecordKind.MENU, RecordKind.HOME)
        )

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return why it was refused, empty otherwise."""
        return self.progress.reasons if self.approval is Approval.REJECTED else ()


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A service account: its three records, and the channel numbers that serve it, by number."""

    id: int
    name: str
    remark: str
    profile: RecordRow
    menu: RecordRow
    home: RecordRow
    ports: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[RecordRow, RecordRow, RecordRow]:
        """The three in the order of the wizard."""
        return (self.profile, self.menu, self.home)

    @property
    def urgeable(self) -> bool:
        """Tell whether menu and home page may be urged: the account itself is approved [SDK]."""
        return self.profile.approval is Approval.APPROVED or self.profile.life is Life.IN_EFFECT

    @property
    def draft(self) -> bool:
        """Tell whether nothing of it was ever handed in."""
        return all(
            record.approval is Approval.DRAFT and record.live is None and not record.progress.submitted_ms
            for record in self.records
        )


@dataclass(frozen=True, slots=True)
class BindingRow:
    """A binding of a channel number, with the account's name."""

    id: int
    account_id: int
    account_name: str
    signatures: tuple[str, ...]
    regions: Choice
    created_ms: int


@dataclass(frozen=True, slots=True)
class PortRow:
    """A channel number with its bindings; `authorised` are the accounts it serves by 签名授权, by name."""

    record: RecordRow
    number: str
    signatures: tuple[str, ...]
    bindings: tuple[BindingRow, ...]
    authorised: tuple[str, ...]

    @property
    def id(self) -> int:
        """The record's id."""
        return self.record.id


@dataclass(frozen=True, slots=True)
class AccountEffects:
    """What a message with an SMS signature shows on a phone: parts that are not there are None or empty.

    `account_id` is 0 when no account is reached; `why` is the code of the reason then. `doubtful` says that sources
    disagree whether this vendor's phones show it.
    """

    account_id: int = 0
    name: str = ""
    logo: ServicePicture | None = None
    menu: Menu | None = None
    home: HomePage | None = None
    shortcuts: tuple[ShortcutButton, ...] = ()
    doubtful: bool = False
    places: tuple[tuple[int, int], ...] = ()
    """Of which shortcut record each button is, and which of its buttons, counted from 1."""

    @property
    def empty(self) -> bool:
        """Tell whether a phone shows nothing of a service account."""
        return self.menu is None and self.home is None and not self.shortcuts
