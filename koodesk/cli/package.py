# SPDX-License-Identifier: Apache-2.0
"""`koodesk package list|offers|buy|top-up|price`: packages and prices from the command line."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, emit, report_refusals
from koodesk.cli.who import ask_password
from koodesk.domain.account import Proof
from koodesk.domain.billing.items import Item
from koodesk.domain.billing.money import yuan
from koodesk.domain.billing.records import PayBy

if TYPE_CHECKING:
    from koodesk.backend.service import Service


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("package", help="packages: list, buy; prices")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("list", help="packages, what is left of each kind, the balance")
    offers = actions.add_parser("offers", help="packages on offer and unit prices")
    buy = actions.add_parser("buy", help="order a package and pay for it; nothing is refunded")
    buy.add_argument("offer", help="id of the package on offer")
    buy.add_argument("--count", type=int, default=1)
    buy.add_argument("--pay", choices=[PayBy.BALANCE.value, PayBy.ONLINE.value], default=PayBy.ONLINE.value)
    buy.add_argument(
        "--no-refund",
        action="store_true",
        help="I know that a package that is bought is not refunded; without it nothing is bought",
    )
    top_up = actions.add_parser("top-up", help="pay money in, in yuan")
    top_up.add_argument("amount")
    price = actions.add_parser("price", help="enter a unit price of your contract, in yuan")
    price.add_argument("item", choices=[item.value for item in Item])
    price.add_argument("price")
    for action in (show, offers, buy, top_up, price):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        service.engine.ensure_running()
        told = _ACTIONS[args.action](service, args)
        if args.json:
            emit(told)
        else:
            _print(told)
    return outcome.code


def _list(service: Service, _args: argparse.Namespace) -> dict[str, Any]:
    held = service.packages.held()
    return {
        "balance": yuan(held.balance),
        "left": {one.kind.value: {"left": one.left, "bought": one.bought} for one in held.balances},
        "packages": [{**asdict(one), "state": one.state(held.now_ms)} for one in held.packages],
    }


def _offers(service: Service, _args: argparse.Namespace) -> dict[str, Any]:
    prices = service.packages.prices()
    return {
        "date": prices.date,
        "offers": [{**asdict(one), "price": yuan(one.price)} for one in prices.offers],
        "prices": {
            item.value: {
                "price": None if one.price is None else yuan(one.price),
                "confidence": one.confidence.value,
            }
            for item, one in prices.items.items()
        },
    }


def _buy(service: Service, args: argparse.Namespace) -> dict[str, Any]:
    order = service.packages.order(args.offer, args.count)
    told = {**asdict(order), "amount": yuan(order.amount)}
    if not args.no_refund:
        service.packages.cancel(order.id)
        return {
            **told,
            "state": "cancelled",
            "note": "not bought: a package is not refunded; say --no-refund",
        }
    proof = service.packages.proof()
    code = password = ""
    if proof is Proof.PASSWORD:
        password = ask_password(service.access.principal.name)
    elif proof is Proof.CODE:
        # The platform would send it to a phone; the local engine gives it to whoever asks.
        code = service.packages.challenge(order.id)
    paid = service.packages.pay(order.id, PayBy(args.pay), code, password)
    return {**asdict(paid), "amount": yuan(paid.amount)}


def _top_up(service: Service, args: argparse.Namespace) -> dict[str, Any]:
    return {"balance": yuan(service.packages.top_up(args.amount).balance)}


def _price(service: Service, args: argparse.Namespace) -> dict[str, Any]:
    service.packages.set_price(Item(args.item), args.price)
    return _offers(service, args)


_ACTIONS = {"list": _list, "offers": _offers, "buy": _buy, "top-up": _top_up, "price": _price}


def _print(told: dict[str, Any]) -> None:
    for name, value in told.items():
        if isinstance(value, list):
            print(f"{name}:")
            for row in value:
                print("  " + ", ".join(f"{key} {_word(key, one)}" for key, one in row.items()))
        elif isinstance(value, dict):
            print(f"{name}:")
            for key, row in value.items():
                said = ", ".join(f"{k} {v if v is not None else 'unknown'}" for k, v in row.items())
                print(f"  {key:<18} {said}")
        else:
            print(f"{name:<12} {_word(name, value)}")


def _word(key: str, value: object) -> str:
    if key == "kind":
        return messages.word(f"state.package_kind.{value}", "en")
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
