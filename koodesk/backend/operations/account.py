# SPDX-License-Identifier: Apache-2.0
"""Opening the service (开通云消息服务), and the account it is opened for. The platform keeps it: every answer is asked for.

Only the main account opens it, once, for an enterprise that is verified, with both statements agreed to; nothing is
reviewed. Pay-per-use is on from then on, and everybody of the account may work.
"""

from __future__ import annotations

from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.account import AccountGateway
from koodesk.domain.account import Account, AccountState, check_enterprise, may_open
from koodesk.domain.problem import Refused


class Accounts:
    """The account of the workspace's gateway."""

    def __init__(self, access: Access, gateway: AccountGateway) -> None:
        self.access: Final = access
        self._gateway = gateway

    @needs("kooMessage:service:get")
    def get(self) -> Account:
        """Return the account. Raises Refused (gateway.unreachable)."""
        return self._gateway.account()

    @needs("kooMessage:service:open")
    def open(self, *, agreed: bool) -> Account:
        """Open the service. An account that is opened stays as it is.

        Raises Refused: account.not_agreed, account.not_verified, account.not_normal, gateway.*.
        """
        account = self._gateway.account()
        if account.opened:
            return account
        found = may_open(agreed=agreed, verified=account.verified, state=account.state)
        if found:
            raise Refused(*found)
        return self._gateway.open_account()

    @needs("koodesk:account:set")
    def change(
        self,
        *,
        enterprise: str | None = None,
        verified: bool | None = None,
        state: AccountState | None = None,
        protection: bool | None = None,
    ) -> Account:
        """Set what the platform decides of a real account: only a local engine can be told.

        Raises Refused: account.enterprise_too_long, text.*, gateway.*.
        """
        name = enterprise.strip() if enterprise is not None else None
        found = check_enterprise(name) if name else ()
        if found:
            raise Refused(*found)
        return self._gateway.change_account(
            enterprise=name, verified=verified, state=state, protection=protection
        )
