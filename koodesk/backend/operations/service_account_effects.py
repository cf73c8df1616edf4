# SPDX-License-Identifier: Apache-2.0
"""Which menu, home page and shortcut buttons a message shows: found by its SMS signature, the region and the vendor.

A signature reaches an account by a channel number in effect: one that is bound to it in this region, or, with 签名授权, any
number that has the signature. Where several would do, a binding comes before an authorisation and the newest first.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from koodesk.backend.ports.service_account import AccountsShown, ServiceRecord
from koodesk.backend.views.service_account import AccountEffects
from koodesk.domain.service_account.checks import Checker
from koodesk.domain.service_account.regions import NATIONWIDE, Regions
from koodesk.domain.service_account.states import Life
from koodesk.domain.service_account.values import HomePage, Menu, Port, Profile, RecordKind, Shortcut
from koodesk.domain.vendor import Vendor


def effects(
    connection: Connection,
    store: AccountsShown,
    checker: Checker,
    signature: str,
    region: str,
    vendor: Vendor,
) -> AccountEffects:
    """Return what a message shows; nothing on phones that show no service account."""
    place = checker.regions.locate(region) or NATIONWIDE
    doubtful = any(one.vendor is vendor and one.confidence == "conflict" for one in checker.rules.vendors)
    if not signature or not checker.rules.shows(vendor):
        return AccountEffects(doubtful=doubtful)
    found = tuple(
        (button, (record.id, number))
        for record in store.records(connection, RecordKind.SHORTCUT)
        if record.life is Life.IN_EFFECT
        and isinstance(record.live, Shortcut)
        and record.live.signature == signature
        and _covers(checker.regions, record.live.regions, place)
        for number, button in enumerate(record.live.buttons, 1)
    )
    account = _account(connection, store, checker.regions, signature, place)
    hides = account is None and checker.rules.hidden_when_frozen(RecordKind.SHORTCUT)
    if hides and _account(connection, store, checker.regions, signature, place, resting=True) is not None:
        found = ()
    buttons, places = tuple(one for one, _ in found), tuple(place for _, place in found)
    if account is None or not isinstance(account.live, Profile):
        return AccountEffects(shortcuts=buttons, places=places, doubtful=doubtful)
    menu = store.of_account(connection, account.id, RecordKind.MENU)
    home = store.of_account(connection, account.id, RecordKind.HOME)
    return AccountEffects(
        account_id=account.id,
        name=account.live.name,
        logo=account.live.logo,
        menu=menu.live if menu and menu.life is Life.IN_EFFECT and isinstance(menu.live, Menu) else None,
        home=home.live if home and home.life is Life.IN_EFFECT and isinstance(home.live, HomePage) else None,
        shortcuts=buttons,
        places=places,
        doubtful=doubtful,
    )


def _account(
    connection: Connection,
    store: AccountsShown,
    regions: Regions,
    signature: str,
    place: str,
    *,
    resting: bool = False,
) -> ServiceRecord | None:
    """Return the account in effect that a signature reaches in a place; or the frozen one (`resting`)."""

    def stands(record: ServiceRecord) -> bool:
        return record.rests if resting else record.life is Life.IN_EFFECT

    ports = {
        record.id
        for record in store.records(connection, RecordKind.PORT)
        if record.life is Life.IN_EFFECT
        and isinstance(record.live, Port)
        and signature in record.live.signatures
    }
    if not ports:
        return None
    for one in store.bindings(connection):
        binding = one.binding
        if (
            binding.port_id in ports
            and signature in binding.signatures
            and _covers(regions, binding.regions, place)
        ):
            found = store.record(connection, binding.account_id)
            if found is not None and stands(found):
                return found
    for record in store.records(connection, RecordKind.PROFILE):
        if (
            stands(record)
            and isinstance(record.live, Profile)
            and record.live.auto_port
            and signature in record.live.signatures
            and _covers(regions, record.live.regions, place)
        ):
            return record
    return None


def _covers(regions: Regions, choice: Sequence[str], place: str) -> bool:
    return regions.contains([code for code in choice if regions.known(code)], (place,))
