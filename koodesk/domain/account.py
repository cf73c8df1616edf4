# SPDX-License-Identifier: Apache-2.0
"""The customer's account at the platform (facts 1.0, 1.1): who may open the service, and what a missed payment does.

Arrears: first a grace period (宽限期) in which the service goes on and is charged later, then a retention period (保留期)
in which nothing is billed and everything is frozen until it is paid. What follows is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, problem

LONGEST_ENTERPRISE: Final = 100
"""Characters of an enterprise's name: Koodesk's own limit, no source has one."""


class AccountState(StrEnum):
    """How the account stands."""

    NORMAL = "normal"
    ARREARS = "arrears"
    RETENTION = "retention"
    FROZEN = "frozen"

    @property
    def works(self) -> bool:
        """Whether new work is taken."""
        return self in (AccountState.NORMAL, AccountState.ARREARS)


class Proof(StrEnum):
    """How who pays proves who she is (身份验证): not at all while operation protection is off; by the password of the user she
    is signed in as; else by the code that the platform sends."""

    NONE = "none"
    PASSWORD = "password"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Account:
    """The account. `opened_ms` is 0 while the service is not opened; `balance` is in thousandths of a fen.

    `protection` (操作保护) asks who pays to prove who she is. `enterprise` is the name the platform has verified, empty
    where it is not known.
    """

    enterprise: str
    verified: bool
    state: AccountState
    opened_ms: int
    protection: bool
    balance: int

    @property
    def opened(self) -> bool:
        """Whether the service has been opened."""
        return self.opened_ms > 0

    @property
    def works(self) -> bool:
        """Whether the gateway takes new reviews and sends."""
        return self.opened and self.state.works


def may_open(*, agreed: bool, verified: bool, state: AccountState) -> tuple[Problem, ...]:
    """Return what keeps the service from being opened."""
    found = []
    if not verified:
        found.append(problem("account.not_verified", "verified", source="seed 2.3.1"))
    if state is not AccountState.NORMAL:
        found.append(problem("account.not_normal", "state", state=state.value, source="seed 2.1"))
    if not agreed:
        found.append(problem("account.not_agreed", "agreed", source="seed 2.3.1"))
    return tuple(found)


def check_enterprise(name: str) -> tuple[Problem, ...]:
    """Return what is wrong with an enterprise's name; an empty one means it is not known."""
    if len(name) > LONGEST_ENTERPRISE:
        return (
            problem("account.enterprise_too_long", "enterprise", limit=LONGEST_ENTERPRISE, actual=len(name)),
        )
    return tuple(unseen_characters(name, "enterprise"))
