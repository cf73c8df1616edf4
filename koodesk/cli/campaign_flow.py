# SPDX-License-Identifier: Apache-2.0
"""`koodesk campaign flow|go-on|rate|shared-rate`: waves, rates and the breaker from the command line."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from koodesk.cli.output import DONE, emit
from koodesk.domain.waves import WaveRules

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.flow import FlowRow

ACTIONS = ("flow", "go-on", "rate", "shared-rate")


def add_parsers(actions: Any) -> None:
    """Declare the actions of `koodesk campaign`."""
    for name, about in (
        ("flow", "waves, rates and the gateway's breaker of a campaign"),
        ("go-on", "let the next wave leave now"),
    ):
        actions.add_parser(name, help=about).add_argument("id", type=int)
    rate: argparse.ArgumentParser = actions.add_parser(
        "rate", help="most messages a second of a campaign; 0 is no limit"
    )
    rate.add_argument("id", type=int)
    rate.add_argument("rate", type=int)
    shared: argparse.ArgumentParser = actions.add_parser(
        "shared-rate", help="most messages a second of the whole workspace, or of a vendor"
    )
    shared.add_argument("scope", nargs="?", default="", help="workspace, or HUAWEI, XIAOMI, ...")
    shared.add_argument("rate", nargs="?", type=int, default=None)


def add_options(send: argparse.ArgumentParser) -> None:
    """Declare the options of `koodesk campaign send` that say in which waves it goes."""
    rules = WaveRules()
    send.add_argument(
        "--waves",
        type=shares,
        default=(),
        metavar="1,10",
        help="percent that leave first, each held before the next",
    )
    send.add_argument(
        "--wave-hold",
        type=int,
        default=rules.hold_minutes,
        metavar="MINUTES",
        help="how long each is looked at",
    )
    for name, default, about in (
        ("refused", rules.refused, "stop above this share refused"),
        ("failed", rules.failed, "stop above this share not delivered"),
        ("delivered", rules.delivered, "stop below this share delivered, after --wave-delivered-after"),
    ):
        send.add_argument(
            f"--wave-{name}", type=int, default=default // 10, metavar="PERCENT", help=f"{about}; 0: no rule"
        )
    send.add_argument("--wave-delivered-after", type=int, default=rules.delivered_minutes, metavar="MINUTES")


def shares(text: str) -> tuple[int, ...]:
    """Read shares in percent ("0.5,10") as thousandths."""
    try:
        return tuple(round(float(one) * 10) for one in text.split(",") if one.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of percents such as 1,10") from None


def rules(args: argparse.Namespace) -> WaveRules:
    """Return when the next wave may go."""
    return WaveRules(
        hold_minutes=args.wave_hold,
        refused=args.wave_refused * 10,
        failed=args.wave_failed * 10,
        delivered=args.wave_delivered * 10,
        delivered_minutes=args.wave_delivered_after,
    )


def run(service: Service, args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    if args.action == "shared-rate":
        return _shared(service, args)
    if args.action == "rate":
        service.campaigns.set_rate(args.id, args.rate)
    found = service.flow.go_on(args.id) if args.action == "go-on" else service.flow.of(args.id)
    if args.json:
        emit(asdict(found))
    else:
        _print(found)
    return DONE


def _shared(service: Service, args: argparse.Namespace) -> int:
    if args.scope and args.rate is not None:
        rates = service.flow.set_shared_rate(args.scope, args.rate)
    else:
        rates = service.flow.shared_rates()
    if args.json:
        emit({"rates": [asdict(one) for one in rates]})
    else:
        for one in rates:
            print(f"{one.scope:>12}  {one.rate:,}/s")
    return DONE


def _print(found: FlowRow) -> None:
    print(f"rate {found.rate or 'no limit'}")
    for one in found.shared:
        print(f"{one.scope} {one.rate:,}/s")
    if found.open_since_ms:
        print("the gateway's breaker is open")
    wave = found.wave
    if wave is not None:
        print(
            f"wave {wave.wave} of {wave.waves}: {wave.waits or 'the rest'}; accepted {wave.accepted:,}, refused "
            f"{wave.refused:,}, delivered {wave.delivered:,}, failed {wave.failed:,}, unknown calls {wave.unknown}"
        )
