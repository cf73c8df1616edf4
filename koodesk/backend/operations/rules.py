# SPDX-License-Identifier: Apache-2.0
"""The rule packs of this desk: which one is in use, what another would change for the cards, taking one and giving it back.

Where packs lie and which one wins is `koodesk.rule_packs`' matter. A pack that is installed is used by whatever is opened
from then on: the next start, or the service that `Service.by_rules_in_use` makes. Everything in one window judges by the
same rules.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.rules import CardEffect, PackComparison, RulesRow
from koodesk.domain import codec
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.rule_pack_diff import compare, effect
from koodesk.domain.rule_pack_summary import PackSummary, summary
from koodesk.rule_packs import InUse, Origin, PackShelf


class Rules:
    """Rule packs of one workspace's user."""

    def __init__(self, access: Access, work: UnitOfWork, shelf: PackShelf, pack: RulePack) -> None:
        self.access: Final = access
        self._work = work
        self._shelf = shelf
        self._pack = pack

    @needs("kooMessage:devTemplate:list")
    def status(self) -> RulesRow:
        """Return the pack in use now and from the next start on."""
        return self._row(self._shelf.in_use())

    @needs("kooMessage:devTemplate:list")
    def summary(self) -> PackSummary:
        """Return how much the pack in use now says and how sure it is of it."""
        return summary(self._pack)

    @needs("kooMessage:devTemplate:list")
    def compare(self, path: Path, progress: Report = silent, cancel: Cancel = never) -> PackComparison:
        """Return what another pack changes in the rules and for every stored card; nothing is installed.

        `path` is a folder, its pack.toml or a zip. A cancelled call returns what it has. Raises Refused: pack.*, data.*.
        """
        new = self._shelf.read(path)
        with self._work.read() as connection:
            records = self._work.cards.list(connection)
        cards: list[CardEffect] = []
        checked = unreadable = 0
        for record in records:
            if cancel():
                break
            with self._work.read() as connection:
                text = self._work.cards.template(connection, record.id)
            if text is None:
                continue  # deleted meanwhile
            try:
                template = codec.loads(text.encode())
            except Refused:
                unreadable += 1
                continue
            checked += 1
            found = effect(template, self._pack, new)
            if not found.nothing:
                cards.append(CardEffect(record.id, record.name, record.layout, found))
            progress(Progress("check", checked, len(records)))
        return PackComparison(
            id=new.id,
            date=new.date,
            newer=new.date > self._shelf.shipped().date,
            changes=compare(self._pack, new),
            cards=tuple(cards),
            checked=checked,
            unreadable=unreadable,
        )

    @needs("koodesk:rules:install")
    def install(self, path: Path, *, older: bool = False) -> RulesRow:
        """Take a pack into use from the next start on; one that is not newer than the shipped only with `older`.

        Raises Refused (pack.*, data.*): then what was in use stays.
        """
        return self._row(self._shelf.install(path, older=older))

    @needs("koodesk:rules:install")
    def remove(self) -> RulesRow:
        """Give an installed pack back: from the next start on the shipped one is in use. Raises Refused("pack.cannot_write")."""
        return self._row(self._shelf.remove())

    def _row(self, found: InUse) -> RulesRow:
        return RulesRow(
            id=self._pack.id,
            date=self._pack.date,
            shipped=self._shelf.shipped().date,
            next_id=found.pack.id,
            next_date=found.pack.date,
            installed=found.origin is Origin.INSTALLED,
            problems=found.problems,
        )
