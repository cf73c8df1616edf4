# SPDX-License-Identifier: Apache-2.0
"""The account of the local engine over HTTP. Translation only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from koodesk.backend.gateways.engine_http import EngineHttp
from koodesk.backend.ports.engine import Endpoint
from koodesk.domain.account import Account, AccountState
from koodesk.domain.problem import Refused, problem

_ACCOUNT: Final = "/engine/v1/account"


class EngineAccount:
    """Implements AccountGateway for the engine of a workspace."""

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._http = EngineHttp(endpoint)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._http.close()

    def account(self) -> Account:
        """Return the account."""
        return read_account(self._http.ask("GET", _ACCOUNT))

    def open_account(self) -> Account:
        """Open the service."""
        return read_account(self._http.ask("POST", f"{_ACCOUNT}/open", {"agreed": True}))

    def change_account(
        self,
        *,
        enterprise: str | None = None,
        verified: bool | None = None,
        state: AccountState | None = None,
        protection: bool | None = None,
    ) -> Account:
        """Set what is given."""
        given = {
            "enterprise": enterprise,
            "verified": verified,
            "state": state.value if state is not None else None,
            "protection": protection,
        }
        wanted = {name: value for name, value in given.items() if value is not None}
        return read_account(self._http.ask("PUT", _ACCOUNT, wanted))


def read_account(told: Any) -> Account:
    """Read an account; an answer of another shape is an engine that cannot be spoken with."""
    try:
        return Account(
            enterprise=str(told["enterprise"]),
            verified=bool(told["verified"]),
            state=AccountState(told["state"]),
            opened_ms=int(told["opened_ms"]),
            protection=bool(told["protection"]),
            balance=int(told["balance"]),
        )
    except (KeyError, TypeError, ValueError) as broken:
        raise Refused(problem("gateway.unreachable", gateway="local", reason="unreadable")) from broken
