# SPDX-License-Identifier: Apache-2.0
"""Opening the service at the desk: who may, what is checked before the platform is asked, what is said when it says no."""

from dataclasses import replace

import pytest

from koodesk.backend.bootstrap import access_rules
from koodesk.backend.gateways.engine_http import Answer
from koodesk.backend.gateways.local import _refusal
from koodesk.backend.operations.account import Accounts
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.account import ACCOUNT_STOPS
from koodesk.backend.ports.gateway import NotSent
from koodesk.domain.access import Effect, Policy, Principal, Statement
from koodesk.domain.account import Account, AccountState
from koodesk.domain.problem import Refused

NEW = Account("", verified=True, state=AccountState.NORMAL, opened_ms=0, protection=False, balance=0)


class Platform:
    """An account that counts how often it was opened."""

    def __init__(self, account: Account = NEW) -> None:
        self.now = account
        self.opened = 0

    def account(self) -> Account:
        return self.now

    def open_account(self) -> Account:
        self.opened += 1
        self.now = replace(self.now, opened_ms=1)
        return self.now

    def change_account(
        self,
        *,
        enterprise: str | None = None,
        verified: bool | None = None,
        state: AccountState | None = None,
        protection: bool | None = None,
    ) -> Account:
        given = {"enterprise": enterprise, "verified": verified, "state": state, "protection": protection}
        self.now = replace(self.now, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]  # each of its own kind
        return self.now


def desk(platform: Platform, principal: Principal | None = None) -> Accounts:
    rules = access_rules()
    return Accounts(Access(rules, principal or rules.local_owner()), platform)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("account", "agreed", "expected"),
    [
        (NEW, False, ["account.not_agreed"]),
        (replace(NEW, verified=False), True, ["account.not_verified"]),
        (replace(NEW, state=AccountState.ARREARS), True, ["account.not_normal"]),
        (replace(NEW, state=AccountState.FROZEN, verified=False), False,
         ["account.not_verified", "account.not_normal", "account.not_agreed"]),
    ],
)  # fmt: skip
def test_everything_that_is_missing_is_said_at_once(
    account: Account, agreed: bool, expected: list[str]
) -> None:
    platform = Platform(account)
    with pytest.raises(Refused) as refused:
        desk(platform).open(agreed=agreed)
    assert codes(refused) == expected
    assert platform.opened == 0


def test_it_is_opened_once() -> None:
    platform = Platform()
    accounts = desk(platform)
    assert accounts.open(agreed=True).works
    assert accounts.open(agreed=False).opened
    assert platform.opened == 1


@pytest.mark.parametrize(
    "policies",
    [
        ("KooMessage FullAccess", "RTC Administrator", "Koodesk LocalEngine"),
        ("Koodesk MainAccount",),
        ("KooMessage CommonOperations",),
        (),
    ],
)
def test_only_the_main_account_opens_it(policies: tuple[str, ...]) -> None:
    rules = access_rules()
    platform = Platform()
    user = rules.principal("lin", policies)
    everything = Policy("all", (Statement(Effect.ALLOW, ("*",)),))
    for principal in (user, replace(user, policies=(*user.policies, everything))):
        with pytest.raises(Refused) as refused:
            desk(platform, principal).open(agreed=True)
        assert codes(refused) == ["access.denied"]
    assert platform.opened == 0


def test_a_reader_sees_the_account_and_does_not_set_it() -> None:
    reader = access_rules().principal("reader", ("KooMessage ReadOnlyAccess",))
    accounts = desk(Platform(), reader)
    assert accounts.get() == NEW
    with pytest.raises(Refused) as refused:
        accounts.change(state=AccountState.FROZEN)
    assert codes(refused) == ["access.denied"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("云" * 100, []), ("云" * 101, ["account.enterprise_too_long"]), ("云\u202e杉", ["text.bidi_mark"])],
)
def test_the_name_of_an_enterprise(name: str, expected: list[str]) -> None:
    accounts = desk(Platform())
    if not expected:
        assert accounts.change(enterprise=f" {name} ").enterprise == name
        return
    with pytest.raises(Refused) as refused:
        accounts.change(enterprise=name)
    assert codes(refused) == expected


@pytest.mark.parametrize("code", ACCOUNT_STOPS)
def test_a_send_the_account_stops_has_not_left(code: str) -> None:
    body = f'{{"error_code": "{code}", "error_msg": "", "params": {{}}}}'.encode()
    outcome = _refusal(Answer(403, body))
    assert isinstance(outcome, NotSent)
    assert outcome.code == code
