# SPDX-License-Identifier: Apache-2.0
"""The customer's account as the platform keeps it: opened or not, real-name verification, arrears, and what follows.

Only an enterprise that is verified may open the service, once, with both statements agreed to; no review (facts 1.0).
Until then, and while the account is frozen or in its retention period, nothing new is taken: no review, no batch. What
was taken before stays and is told. In the grace period after a payment is overdue the service goes on (facts 1.1).
Verification and state are set by whoever administers this twin; on the real platform they are the platform's own.
All functions run inside the store's transaction.
"""

from __future__ import annotations

from typing import Any, Final

from koodesk.domain.account import LONGEST_ENTERPRISE, AccountState
from koodesk.engine.errors import ApiError

NOT_OPENED: Final = "KD.ACCOUNT_NOT_OPENED"
STOPS: Final = {
    AccountState.RETENTION: "KD.ACCOUNT_RETENTION",
    AccountState.FROZEN: "KD.ACCOUNT_FROZEN",
}
"""The states in which nothing new is taken, and what the wire says then."""

_COLUMNS: Final = "enterprise, verified, state, opened_ms, protection, balance"


def get(connection: Any) -> dict[str, Any]:
    """Return the account. `opened_ms` is 0 while it is not opened; `balance` is in thousandths of a fen."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM account").fetchone()  # noqa: S608 - our own column list
    enterprise, verified, state, opened_ms, protection, balance = row
    return {
        "enterprise": enterprise,
        "verified": bool(verified),
        "state": state,
        "opened_ms": opened_ms,
        "protection": bool(protection),
        "balance": balance,
    }


def open_service(connection: Any, given: object, now_ms: int) -> dict[str, Any]:
    """Open the service; an account that is opened stays as it is.

    Raises ApiError: 400 without agreement, 403 when the enterprise is not verified, in arrears or frozen.
    """
    found = get(connection)
    if found["opened_ms"]:
        return found
    if not isinstance(given, dict) or given.get("agreed") is not True:
        raise ApiError(400, "KD.ACCOUNT_NOT_AGREED", "both statements have to be agreed to", where="agreed")
    if not found["verified"]:
        raise ApiError(403, "KD.ACCOUNT_NOT_VERIFIED", "enterprises with real-name verification only")
    if found["state"] != AccountState.NORMAL:
        raise ApiError(403, "KD.ACCOUNT_NOT_NORMAL", "in arrears or frozen", state=found["state"])
    connection.execute("UPDATE account SET opened_ms = ?", (now_ms,))
    return get(connection)


def change(connection: Any, given: object) -> dict[str, Any]:
    """Set what an administrator of the twin may: enterprise, verified, state, protection. Raises ApiError (400)."""
    if not isinstance(given, dict):
        raise _wrong("")
    readers = {"enterprise": _enterprise, "verified": _truth, "state": _state, "protection": _truth}
    for name, value in given.items():
        if name not in readers:
            raise _wrong(name)
        connection.execute(f"UPDATE account SET {name} = ?", (readers[name](name, value),))  # noqa: S608 - a name of ours
    return get(connection)


def demand(connection: Any) -> None:
    """Raise ApiError (403) unless new work may be taken."""
    opened_ms, state = connection.execute("SELECT opened_ms, state FROM account").fetchone()
    if not opened_ms:
        raise ApiError(403, NOT_OPENED, "the service is not opened")
    stop = STOPS.get(AccountState(state))
    if stop is not None:
        raise ApiError(403, stop, "the account does not take new work", state=state)


def _enterprise(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_ENTERPRISE or not value.isprintable():
        raise _wrong(name)
    return value.strip()


def _truth(name: str, value: object) -> int:
    if not isinstance(value, bool):
        raise _wrong(name)
    return int(value)


def _state(name: str, value: object) -> str:
    if not isinstance(value, str) or value not in set(AccountState):
        raise _wrong(name)
    return value


def _wrong(where: str) -> ApiError:
    return ApiError(400, "KD.FIELD", "field missing or wrong", where=where)
