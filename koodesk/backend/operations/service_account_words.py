# SPDX-License-Identifier: Apache-2.0
"""The words on what can be tapped of service accounts: menu items, hot lines, quick apps and shortcut buttons, as in effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain.service_account.clicks import HOME, MENU, SHORTCUT
from koodesk.domain.service_account.values import Content, HomePage, Menu, RecordKind, Shortcut

Place = tuple[int, str, str]
"""The account's record (a shortcut's own), where it is tapped, and its name on the wire: (7, "menu", "menu:1.2")."""


def words(work: UnitOfWork) -> Mapping[Place, str]:
    """Return the words of every place. A home page shows the menu of its account as well."""
    found: dict[Place, str] = {}
    with work.read() as connection:
        for kind in (RecordKind.MENU, RecordKind.HOME, RecordKind.SHORTCUT):
            for record in work.accounts.records(connection, kind):
                whose = record.account_id or record.id
                for where, item, text in _places(record.live or record.content):
                    found[whose, where, item] = text
    return found


def shortcut_names(work: UnitOfWork) -> Mapping[int, str]:
    """Return the signature of each shortcut by its record: shortcuts go with a signature, not with an account."""
    with work.read() as connection:
        records = work.accounts.records(connection, RecordKind.SHORTCUT)
    contents = [(record.id, record.live or record.content) for record in records]
    return {number: f"【{one.signature}】" for number, one in contents if isinstance(one, Shortcut)}


def _places(content: Content) -> Iterator[tuple[str, str, str]]:
    if isinstance(content, Menu):
        for number, item in enumerate(content.items, 1):
            every = [(f"menu:{number}", item.name)]
            every += [
                (f"menu:{number}.{place}", f"{item.name} › {child.name}")
                for place, child in enumerate(item.children, 1)
            ]
            for name, text in every:
                yield MENU, name, text
                yield HOME, name, text
    elif isinstance(content, HomePage):
        for number, line in enumerate(content.hotlines, 1):
            yield HOME, f"hotline:{number}", " ".join(filter(None, (line.usage, line.number)))
        for number, app in enumerate(content.quick_apps, 1):
            yield HOME, f"quick_app:{number}", app.name
    elif isinstance(content, Shortcut):
        for number, button in enumerate(content.buttons, 1):
            yield SHORTCUT, f"{SHORTCUT}:{number}", button.name
