# SPDX-License-Identifier: Apache-2.0
"""The customer's account at the gateway: what the desk knows of it and may ask for."""

from __future__ import annotations

from typing import Final, Protocol

from koodesk.domain.account import Account, AccountState

ACCOUNT_STOPS: Final = {
    "KD.ACCOUNT_NOT_OPENED": "account.not_opened",
    "KD.ACCOUNT_RETENTION": "account.retention",
    "KD.ACCOUNT_FROZEN": "account.frozen",
}
"""What the engine says while the account takes nothing new, and the desk's own code for it."""


class AccountGateway(Protocol):
    """The account as a gateway keeps it. Every method raises Refused (gateway.*)."""

    def account(self) -> Account:
        """Return the account."""
        ...

    def open_account(self) -> Account:
        """Open the service, both statements agreed to; nothing happens when it is opened."""
        ...

    def change_account(
        self,
        *,
        enterprise: str | None = None,
        verified: bool | None = None,
        state: AccountState | None = None,
        protection: bool | None = None,
    ) -> Account:
        """Set what is given. A local engine's administrator may; the cloud says no."""
        ...
