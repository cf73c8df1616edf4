# SPDX-License-Identifier: Apache-2.0
"""身份验证: with operation protection on, a user pays with her password, which the desk checks as at signing in; the platform's code
is what the main account gives while nobody has a password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from koodesk.backend.operations.packages import Packages
from koodesk.domain.account import Account, AccountState, Proof
from koodesk.domain.billing.items import PackageKind
from koodesk.domain.billing.records import Order, OrderState, PayBy
from koodesk.domain.problem import Refused, problem
from tests.backend.operations.identity_desk import OTHER, PASSWORD, IdentityDesk

CODE = "481516"


@dataclass
class Platform:
    """The platform's till: one order, a code that it sends, and its own look at that code."""

    protection: bool = True
    paid: int = 0
    asked: int = 0

    def account(self) -> Account:
        return Account("云杉", True, AccountState.NORMAL, 1, self.protection, 0)

    def orders(self) -> tuple[Order, ...]:
        unpaid = Order(7, "x", PackageKind.NOTICE, 1, 1, 100, OrderState.UNPAID, "", "mary", 1, 0)
        return (replace(unpaid, state=OrderState.PAID) if self.paid else unpaid,)

    def challenge(self, order_id: int) -> str:
        assert order_id == 7
        self.asked += 1
        return CODE

    def pay(self, order_id: int, _method: PayBy, code: str) -> Order:
        assert order_id == 7
        if self.protection and (code != CODE or not self.asked):
            raise Refused(problem("billing.code_wrong", "code"))
        self.paid += 1
        return self.orders()[0]


class Shop(IdentityDesk):
    """Users, and packages at the platform's till."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.platform = Platform()
        till: Any = self.platform  # the part of the till that paying uses
        self.packages = Packages(self.access, till, till, self.clock.now_ms, self.signing_in)

    def pay(self, password: str = "", code: str = "") -> Order:
        """Pay the order."""
        return self.packages.pay(7, PayBy.ONLINE, code, password)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path)
    for name in ("mary", "eve"):
        made.user(name, "KooMessage FullAccess")
    made.users.set_password(2, OTHER, must_change=False)
    made.signing_in.sign_in("mary", PASSWORD)
    return made


def refusal(call: Callable[[], object]) -> list[tuple[str, object]]:
    with pytest.raises(Refused) as refused:
        call()
    return [(p.code, p.param("left")) for p in refused.value.problems]


def since(shop: Shop, before: int) -> list[tuple[str, str, str, str]]:
    return [(e.who, e.action, e.outcome.value, e.detail) for e in shop.entries()[before:]]


def test_a_user_pays_with_her_password(shop: Shop) -> None:
    assert shop.packages.proof() is Proof.PASSWORD
    before = len(shop.entries())
    assert shop.pay(PASSWORD).state is OrderState.PAID
    assert since(shop, before) == [
        ("mary", "session:proveIdentity", "done", ""),
        ("mary", "kooMessage:package:buy", "done", ""),
    ]


@pytest.mark.parametrize("password", ["Spruce-2027", OTHER, PASSWORD.lower(), PASSWORD + " "])
def test_a_wrong_password_pays_for_nothing_and_says_how_many_tries_are_left(
    shop: Shop, password: str
) -> None:
    before = len(shop.entries())
    assert refusal(lambda: shop.pay(password)) == [("session.proof_wrong", 4)]
    assert (shop.platform.paid, shop.platform.asked) == (0, 0)
    assert since(shop, before) == [
        ("mary", "session:proveIdentity", "denied", "session.proof_wrong"),
        ("mary", "kooMessage:package:buy", "refused", "session.proof_wrong"),
    ], "what was not done is not written as done"


def test_too_many_wrong_ones_lock_her_here_and_at_the_door(shop: Shop) -> None:
    told = [refusal(lambda: shop.pay("wrong"))[0] for _ in range(shop.signing_in._identity.rules.tries)]
    assert told == [("session.proof_wrong", left) for left in (4, 3, 2, 1, 0)]
    assert refusal(lambda: shop.pay(PASSWORD)) == [("session.locked", None)]
    assert refusal(lambda: shop.signing_in.sign_in("mary", PASSWORD)) == [("session.locked", None)]
    shop.clock.forward(shop.signing_in._identity.rules.lock_minutes * 60_000 + 1)
    assert shop.pay(PASSWORD).state is OrderState.PAID


def test_tries_at_the_door_and_here_count_together_and_a_right_one_forgives(shop: Shop) -> None:
    assert refusal(lambda: shop.signing_in.sign_in("mary", "wrong")) == [("session.wrong", None)]
    assert refusal(lambda: shop.pay("wrong")) == [("session.proof_wrong", 3)]
    shop.pay(PASSWORD)
    shop.platform.paid = 0
    assert refusal(lambda: shop.pay("wrong")) == [("session.proof_wrong", 4)]


def test_nothing_typed_is_no_try(shop: Shop) -> None:
    for _ in range(9):
        assert refusal(shop.pay) == [("session.proof_missing", None)]
    assert shop.pay(PASSWORD).state is OrderState.PAID


def test_the_code_is_no_way_round_the_password(shop: Shop) -> None:
    assert refusal(lambda: shop.packages.challenge(7)) == [("billing.password_asked", None)]
    shop.platform.asked = 1
    assert refusal(lambda: shop.pay(code=CODE)) == [("session.proof_missing", None)]
    assert refusal(lambda: shop.pay("wrong", CODE)) == [("session.proof_wrong", 4)]
    assert shop.platform.paid == 0


def test_the_main_account_without_a_password_gives_the_code(shop: Shop) -> None:
    shop.signing_in.enter_as_main()
    assert shop.packages.proof() is Proof.CODE
    assert refusal(lambda: shop.pay(PASSWORD)) == [("billing.code_missing", None)]
    assert refusal(lambda: shop.pay(code="1")) == [("billing.code_wrong", None)]
    assert shop.pay(code=shop.packages.challenge(7)).state is OrderState.PAID


def test_the_main_account_with_a_password_gives_that(shop: Shop) -> None:
    shop.signing_in.enter_as_main()
    shop.signing_in.set_main_password("admin", OTHER)
    assert shop.packages.proof() is Proof.PASSWORD
    assert refusal(lambda: shop.pay(PASSWORD)) == [("session.proof_wrong", 4)]
    assert shop.pay(OTHER).state is OrderState.PAID


def test_who_has_no_password_cannot_pay_until_she_has_one(shop: Shop) -> None:
    shop.signing_in.enter_as_main()
    row = shop.user("robot", "KooMessage FullAccess")
    key = shop.keys.create(row.id)
    with shop.work.write() as connection:
        record = shop.work.identity.user(connection, row.id)
        assert record is not None
        shop.work.identity.put_user(connection, replace(record, password=""))
    shop.signing_in.sign_in_with_key(key.row.ak, key.sk)
    assert refusal(lambda: shop.pay(PASSWORD)) == [("session.no_password", None)]


def test_without_operation_protection_nothing_is_asked(shop: Shop) -> None:
    shop.platform.protection = False
    assert shop.packages.proof() is Proof.NONE
    assert shop.pay().state is OrderState.PAID


def test_a_reader_is_refused_before_her_password_is_looked_at(shop: Shop) -> None:
    shop.signing_in.enter_as_main()
    shop.user("reader", "KooMessage ReadOnlyAccess")
    shop.signing_in.sign_in("reader", PASSWORD)
    assert refusal(lambda: shop.pay("wrong")) == [("access.denied", None)]
    shop.signing_in.sign_in("reader", PASSWORD)


def test_what_was_typed_is_nowhere(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        shop.pay("Willow-2026")
    assert "Willow-2026" not in repr(refused.value.problems)
    shop.pay(PASSWORD)
    said = " ".join(repr(entry) for entry in shop.entries())
    whole = (shop.folder / "koodesk.db").read_bytes()
    for password in ("Willow-2026", PASSWORD):
        assert password not in said
        assert password.encode() not in whole


def test_an_identity_check_is_no_sign_in(shop: Shop) -> None:
    shop.clock.forward(60_000)
    shop.pay(PASSWORD)
    shop.signing_in.enter_as_main()
    mary = next(row for row in shop.users.list() if row.name == "mary")
    assert mary.signed_in_ms == shop.clock.now_ms() - 60_000
