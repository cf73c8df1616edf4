# SPDX-License-Identifier: Apache-2.0
"""`koodesk phone menu|home|shortcut`: taps on the service account around a message, the same the window makes.

What can be tapped is what a phone of the vendor shows in the region; `koodesk phone open` lists it under "account".
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from koodesk.domain.problem import Refused, problem
from koodesk.domain.service_account.clicks import HOME, LOGO, MENU, SHORTCUT, tap_on
from koodesk.domain.vendor import Vendor

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.phones import PhoneMessage

ACTIONS: Final = (MENU, HOME, SHORTCUT)


def add_actions(actions: Any) -> tuple[argparse.ArgumentParser, ...]:
    """Declare the three actions; return their parsers."""
    menu = actions.add_parser(MENU, help="tap the service account's menu below a message")
    menu.add_argument("message", help="id of the message")
    menu.add_argument("item", help="1 for the first item, 1.2 for the second of its submenu")
    home = actions.add_parser(HOME, help="open the service account's home page, or tap what is on it")
    home.add_argument("message", help="id of the message")
    home.add_argument(
        "item", nargs="?", default=LOGO, help="hotline:1, quick_app:1, menu:1.2; the page itself without it"
    )
    shortcut = actions.add_parser(SHORTCUT, help="tap an SMS shortcut below a message")
    shortcut.add_argument("message", help="id of the message")
    shortcut.add_argument("item", type=int, help="1 for the first button")
    for action in (menu, home, shortcut):
        add_place(action)
    return menu, home, shortcut


def add_place(action: argparse.ArgumentParser) -> None:
    """Declare on whose phone a message is looked at, and where that is."""
    action.add_argument(
        "--vendor", choices=[v.value for v in Vendor], default=None, help="on this vendor's phone"
    )
    action.add_argument(
        "--region",
        default="",
        metavar="NAME|CODE",
        help="where the phone is; without it what holds nationwide",
    )


def tap(service: Service, args: argparse.Namespace) -> dict[str, Any]:
    """Tap a place of the account. Raises Refused: phone.account.none, phone.account.place, and what the engine refuses."""
    vendor = Vendor(args.vendor) if args.vendor else None
    opened = service.phones.open(args.message, vendor, args.region)
    shown = opened.account
    if shown.empty:
        raise Refused(problem("phone.account.none", "message"))
    item = f"{MENU}:{args.item}" if args.action == MENU else str(args.item)
    pub = shown.account_id
    if args.action == SHORTCUT:
        if not 1 <= args.item <= len(shown.places):
            raise Refused(problem("phone.account.place", "item", item=item))
        pub, button = shown.places[args.item - 1]
        item = f"{SHORTCUT}:{button}"
    elif tap_on(args.action, item, shown.menu, shown.home) is None:
        raise Refused(problem("phone.account.place", "item", item=item[:40]))
    billed = service.phones.tap_account(
        args.message, args.action, item, str(pub), Vendor(opened.shown_on), args.region
    )
    return {"message_id": args.message, "kind": args.action, "item": item, "pub": pub, "billed": billed}


def account_data(message: PhoneMessage) -> dict[str, Any] | None:
    """Return what can be tapped of the account around a message, each place with what stands there; None for no account."""
    shown = message.account
    if shown.empty:
        return None
    places: list[tuple[str, str]] = []
    for number, item in enumerate(shown.menu.items if shown.menu else (), 1):
        places.append((f"{number}", item.name))
        places += [(f"{number}.{place}", child.name) for place, child in enumerate(item.children, 1)]
    home = [] if shown.home is None else [(LOGO, shown.name)]
    home += [
        (f"hotline:{n}", one.number) for n, one in enumerate(shown.home.hotlines if shown.home else (), 1)
    ]
    home += [
        (f"quick_app:{n}", one.name) for n, one in enumerate(shown.home.quick_apps if shown.home else (), 1)
    ]
    return {
        "name": shown.name,
        MENU: dict(places),
        HOME: dict(home),
        SHORTCUT: {str(n): one.name for n, one in enumerate(shown.shortcuts, 1)},
        "differs_from_sending": message.account_differs,
    }
