# SPDX-License-Identifier: Apache-2.0
"""Packages (套餐包): what is on offer, buying it, what is left. The platform keeps all of it; nothing is cached here.

An order is made first, then paid: from the balance or at once. With operation protection who pays proves who she is: a user of
this desk by her password, which the desk checks; where nobody has one, by the code that the platform has sent. Nothing that
is paid is refunded, and who buys is told so before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.account import AccountGateway
from koodesk.backend.ports.billing import BillingGateway
from koodesk.backend.ports.identity import Prover
from koodesk.backend.views.billing import Balance, Held
from koodesk.domain.account import Account, Proof
from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.money import LARGEST_PRICE, read_yuan, yuan
from koodesk.domain.billing.records import Order, OrderState, PackageRow, PayBy, Prices, balance_of
from koodesk.domain.problem import Refused, problem

MOST: Final = 100
"""Packages of one order: Koodesk's own limit."""

LARGEST_SIZE: Final = 1_000_000_000


class Packages:
    """Packages and prices of the workspace's gateway. `now_ms` asks its clock, `prover` checks who pays."""

    def __init__(
        self,
        access: Access,
        gateway: BillingGateway,
        accounts: AccountGateway,
        now_ms: Callable[[], int],
        prover: Prover,
    ) -> None:
        self.access: Final = access
        self._prover = prover
        self._gateway = gateway
        self._accounts = accounts
        self._now_ms = now_ms

    @needs("kooMessage:package:list")
    def prices(self) -> Prices:
        """Return the unit prices in force and the packages on offer."""
        return self._gateway.prices()

    @needs("kooMessage:package:list")
    def held(self) -> Held:
        """Return packages, orders, what is left of each kind, and the money on the account."""
        now, packages = self._now_ms(), self._gateway.packages()
        balances = tuple(Balance(kind, *balance_of(packages, kind, now)) for kind in PackageKind)
        return Held(packages, self._gateway.orders(), balances, self._accounts.account().balance, now)

    @needs("kooMessage:package:buy")
    def order(self, offer: str, count: int) -> Order:
        """Make an order; nothing is paid yet. Raises Refused: billing.count, billing.offer_unknown, account.*, gateway.*."""
        if not 1 <= count <= MOST:
            raise Refused(problem("billing.count", "count", least=1, limit=MOST, actual=count))
        if all(one.id != offer for one in self._gateway.prices().offers):
            raise Refused(problem("billing.offer_unknown", "offer"))
        return self._gateway.order(offer, count, self._who)

    @needs("kooMessage:package:list")
    def proof(self) -> Proof:
        """Return how whoever is signed in proves who she is when she pays."""
        if not self._accounts.account().protection:
            return Proof.NONE
        return Proof.PASSWORD if self._prover.asks_password() else Proof.CODE

    @needs("kooMessage:package:buy")
    def challenge(self, order_id: int) -> str:
        """Ask for the code that proves who pays. A local engine gives it back, to be shown as a stand-in.

        Raises Refused: billing.password_asked for a user, who proves it by her password.
        """
        if self._prover.asks_password():
            raise Refused(problem("billing.password_asked", "password"))
        return self._gateway.challenge(order_id)

    @needs("kooMessage:package:buy")
    def pay(self, order_id: int, method: PayBy, code: str = "", password: str = "") -> Order:
        """Pay an order; a paid order stays as it is. With operation protection `password` or `code` proves who pays (`proof`).

        Raises Refused: billing.order_unknown, billing.code_missing, billing.code_wrong, billing.balance_short, gateway.*,
        session.proof_missing, session.proof_wrong, session.locked, session.no_password.
        """
        order = self._order(order_id)
        if order.state is OrderState.PAID:
            return order
        account = self._accounts.account()
        by_password = account.protection and self._prover.asks_password()
        if account.protection and not by_password and not code.strip():
            raise Refused(problem("billing.code_missing", "code"))
        if method is PayBy.BALANCE and account.balance < order.amount:
            raise Refused(
                problem(
                    "billing.balance_short", "method", limit=yuan(account.balance), actual=yuan(order.amount)
                )
            )
        if by_password:
            self._prover.prove(password)
            # What the platform asks of the account is the desk's to answer once the desk knows who pays.
            code = self._gateway.challenge(order_id)
        return self._gateway.pay(order_id, method, code.strip())

    @needs("kooMessage:package:buy")
    def cancel(self, order_id: int) -> Order:
        """Give up an order that is not paid."""
        return self._gateway.cancel(order_id)

    @needs("kooMessage:package:buy")
    def set_renewal(self, package_id: int, *, renew: bool) -> tuple[PackageRow, ...]:
        """Switch automatic renewal (自动续费) of a package that is not over."""
        return self._gateway.set_renewal(package_id, renew)

    @needs("kooMessage:package:buy")
    def top_up(self, amount: str) -> Account:
        """Pay an amount of yuan in. Raises Refused: money.*, billing.nothing."""
        wanted = read_yuan(amount, "amount")
        if not wanted:
            raise Refused(problem("billing.nothing", "amount"))
        return self._gateway.top_up(wanted, self._who)

    @needs("kooMessage:price:set")
    def set_price(self, item: Item, price: str) -> Prices:
        """Enter a unit price of one's contract, in yuan; it holds from the present hour. Raises Refused: money.*."""
        return self._gateway.set_price(item, read_yuan(price, "price", largest=LARGEST_PRICE), self._who)

    @needs("kooMessage:price:set")
    def add_offer(self, kind: PackageKind, size: int, price: str) -> Prices:
        """Enter a package of one's contract. Raises Refused: billing.size, billing.nothing, money.*."""
        if not 1 <= size <= LARGEST_SIZE:
            raise Refused(problem("billing.size", "size", least=1, limit=LARGEST_SIZE, actual=size))
        amount = read_yuan(price, "price")
        if not amount:
            raise Refused(problem("billing.nothing", "price"))
        return self._gateway.add_offer(kind, size, amount, self._who)

    def _order(self, order_id: int) -> Order:
        found = next((order for order in self._gateway.orders() if order.id == order_id), None)
        if found is None:
            raise Refused(problem("billing.order_unknown", id=order_id))
        return found

    @property
    def _who(self) -> str:
        return self.access.principal.name
