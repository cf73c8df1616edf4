# SPDX-License-Identifier: Apache-2.0
"""Builds the real services of audiences and materials on a real database in a temporary folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from koodesk import paths
from koodesk.backend.operations.audiences import Audiences
from koodesk.backend.operations.materials import Materials
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.clearing import CardRevision
from koodesk.backend.readers.message_media import ChildMessageMedia
from koodesk.backend.readers.number_files import XlsxNumberFiles
from koodesk.backend.readers.picture_files import ChildPictures
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.audience import SqlAudienceStore
from koodesk.backend.storage.stores.materials import MaterialFolder, SqlMaterialStore
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.backend.testing import FixedClock
from koodesk.domain import codec
from koodesk.domain.access import Principal, read_access_rules
from koodesk.domain.template import Param, Template, Use
from koodesk.domain.vendor import Vendor
from tests.databases import open_database


class Handsets:
    """Answers by the number's last digit: 0 cannot show a card, 1 is not known at all, others are HUAWEI's."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, str]] = []

    def capability(self, numbers: Sequence[int], template_id: str) -> Mapping[int, str]:
        self.asked.append((len(numbers), template_id))
        return {n: "" if n % 10 == 0 else "HUAWEI" for n in numbers if n % 10 != 1}


@dataclass
class Desk:
    """What a test needs of a workspace."""

    database: Database
    work: SqlUnitOfWork
    audiences: Audiences
    materials: Materials
    handsets: Handsets
    clock: FixedClock
    folder: Path

    def card(
        self, params: Sequence[tuple[str, str]] = (), tpl_id: str = "", materials: Sequence[str] = ()
    ) -> int:
        """Store a card and return its id."""
        template = Template(
            layout="RedPacket",
            name="card",
            use=Use.COMMERCIAL,
            vendors=(Vendor.HUAWEI,),
            pages=(),
            params=tuple(Param(name, example) for name, example in params),
        )
        revision = CardRevision(
            revision=1,
            digest="d",
            name="card",
            layout="RedPacket",
            use=1,
            vendors=("HUAWEI",),
            params=tuple(name for name, _ in params),
            materials=tuple(materials),
            template=codec.dumps(template).decode(),
            saved_ms=1,
        )
        with self.work.write() as connection:
            card_id = self.work.cards.create(connection, revision).id
            if tpl_id:
                self.work.cards.set_tpl_id(connection, card_id, tpl_id)
        return card_id


def open_desk(folder: Path, *, nobody: bool = False) -> Desk:
    """Build the services; `nobody` gives a principal without any policy."""
    rules = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))
    access = Access(rules, Principal("nobody", ()) if nobody else rules.local_owner())
    database = open_database(folder)
    database.prepare()
    work = SqlUnitOfWork(database)
    clock = FixedClock()
    handsets = Handsets()
    audiences = Audiences(
        access, work, SqlAudienceStore(), XlsxNumberFiles(), handsets, clock, lambda code: f"因为 {code}"
    )
    materials = Materials(
        access,
        work,
        SqlMaterialStore(),
        MaterialFolder(folder / "materials"),
        ChildPictures(),
        ChildVideos(),
        clock,
        media=ChildMessageMedia(),
    )
    return Desk(database, work, audiences, materials, handsets, clock, folder)
