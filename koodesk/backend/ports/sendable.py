# SPDX-License-Identifier: Apache-2.0
"""What a campaign is made of, as sending needs it from the other topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Problem
from koodesk.domain.sms import Variable


@dataclass(frozen=True, slots=True)
class SendableCard:
    """A card as a campaign needs it. `sendable` is false until one vendor has approved it; `params` in card order."""

    card_id: int
    name: str
    tpl_id: str
    digest: str
    params: tuple[str, ...]
    sendable: bool


@dataclass(frozen=True, slots=True)
class SendableSms:
    """An SMS template as a campaign needs it: its approved text, its signature and whether it is promotion.

    `template` is the name the gateway knows it by; `variables` are (name, type), the link's type being NEWTEXT.
    """

    sms_template_id: int
    template: str
    text: str
    signature: str
    promotion: bool
    variables: tuple[tuple[str, str], ...]
    sendable: bool


@dataclass(frozen=True, slots=True)
class SendablePlain:
    """An SMS template as a plain SMS needs it; the fields mean what they mean in `SendableSms`. `why_not` says why it cannot be
    sent, as its review and its kind have it."""

    sms_template_id: int
    template: str
    text: str
    signature: str
    promotion: bool
    variables: tuple[Variable, ...]
    why_not: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class SendableVideo:
    """A video SMS template as a campaign needs it: what was approved, not what is being edited.

    `params` are its text parameters (`p_1`, ...), `carriers` those that approved it, `three` whether its channel reaches
    all three. `sendable` is false until one carrier has approved it, and once its validity is over, at `expires_ms`
    (0: never).
    """

    template_id: int
    name: str
    tpl_id: str
    digest: str
    params: tuple[str, ...]
    signature: str
    carriers: tuple[Carrier, ...]
    channel: str
    three: bool
    sendable: bool
    expires_ms: int = 0


@dataclass(frozen=True, slots=True)
class CarrierCounts:
    """Valid rows that have not opted out, by the carrier their segment was given to; those of them whose phone cannot
    show the card stand in `unresolvable` as well. Carriers without a row are left out."""

    every: tuple[tuple[Carrier, int], ...]
    unresolvable: tuple[tuple[Carrier, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SendableAudience:
    """A checked number file as a campaign needs it. `params` are the columns beside the number; `consent` says where
    the recipients' consent comes from; `unasked` counts rows whose phone nobody asked about."""

    audience_id: int
    digest: str
    params: tuple[str, ...]
    rows: int
    valid: int
    invalid: int
    duplicate: int
    consent: str
    unasked: int
    unresolvable: int
    opted_out: int
    unresolvable_opted_out: int


@dataclass(frozen=True, slots=True)
class SendableLinks:
    """What the short links of a campaign may stand under beside the platform's own domain, and where they may lead: approved
    domains for standard codes by name, approved jump URLs newest first."""

    domains: tuple[str, ...]
    jump_urls: tuple[str, ...]


class Sources(Protocol):
    """The other topics, as a campaign sees them. Each method raises Refused when there is no such record."""

    def card(self, card_id: int) -> SendableCard:
        """Return a card with the newest word of the reviews."""
        ...

    def sms(self, sms_template_id: int) -> SendableSms:
        """Return an SMS template."""
        ...

    def plain(self, sms_template_id: int) -> SendablePlain:
        """Return an SMS template as what goes out by itself."""
        ...

    def video(self, template_id: int) -> SendableVideo:
        """Return a video SMS template with the newest word of the carriers."""
        ...

    def audience(self, audience_id: int, signature: str) -> SendableAudience:
        """Return an audience, its opted-out rows counted for a signature."""
        ...

    def carriers(self, audience_id: int, signature: str) -> CarrierCounts:
        """Count an audience by carrier, without who opted out of a signature."""
        ...

    def carrier(self, number: int) -> Carrier:
        """Return the carrier a number's segment was given to."""
        ...

    def links(self) -> SendableLinks:
        """Return the custom domains and jump URLs that may be chosen."""
        ...

    def link_problems(self, domain: str, jump_url: str) -> tuple[Problem, ...]:
        """Return why short links may not stand under a domain or lead to a URL; empty ones are always right."""
        ...
