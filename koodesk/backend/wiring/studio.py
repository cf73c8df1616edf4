# SPDX-License-Identifier: Apache-2.0
"""What is designed: materials, cards and what is judged by a rule pack; H5 pages, links and phones, which show it."""

from __future__ import annotations

from typing import TypedDict

from koodesk import paths
from koodesk.backend.gateways.engine_links import EngineLinks
from koodesk.backend.gateways.phone_engine import PhoneEngine
from koodesk.backend.operations.cards import Cards
from koodesk.backend.operations.flight_recorder import FlightRecorder
from koodesk.backend.operations.h5_pages import H5Pages
from koodesk.backend.operations.library import Library
from koodesk.backend.operations.link_filings import Domains, JumpUrls
from koodesk.backend.operations.materials import Materials
from koodesk.backend.operations.number_region import region_of
from koodesk.backend.operations.overview import Overview
from koodesk.backend.operations.phones import Phones
from koodesk.backend.operations.resolve_tasks import ResolveTasks
from koodesk.backend.operations.row_check import RowCheck, Rows
from koodesk.backend.operations.rules import Rules
from koodesk.backend.operations.service_account_records import AccountRecords
from koodesk.backend.readers.message_media import ChildMessageMedia
from koodesk.backend.readers.picture_files import ChildPictures
from koodesk.backend.readers.row_files import ChildRowFiles
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.backend.sending.kinds import allowed_kinds
from koodesk.backend.storage.stores.audience import SqlAudienceStore
from koodesk.backend.storage.stores.brand import SqlBrandStore
from koodesk.backend.storage.stores.materials import MaterialFolder, SqlMaterialStore
from koodesk.backend.storage.stores.phones import SqlPhoneStore
from koodesk.backend.storage.stores.resolve import SqlResolveStore
from koodesk.backend.wiring.clearing import Clearing
from koodesk.backend.wiring.ground import Ground, rule_text
from koodesk.backend.wiring.sending import Sending
from koodesk.domain.platform import Platform
from koodesk.domain.resolve_rules import read_resolve_rules
from koodesk.domain.video_sms.rules import letters_needed


class Gallery:
    """Pictures and videos, and the adapters that more than one topic reads them by."""

    def __init__(self, ground: Ground) -> None:
        self.store, self.brand = SqlMaterialStore(), SqlBrandStore()
        self.folder = MaterialFolder(ground.workspace.materials)
        self.pictures = ChildPictures()
        self.materials = Materials(
            ground.access,
            ground.work,
            self.store,
            self.folder,
            self.pictures,
            ChildVideos(),
            ground.clock,
            self.brand,
            ChildMessageMedia(),
        )


class Judged(TypedDict):
    """The topics that judge by a rule pack; the others do not know it."""

    cards: Cards
    library: Library
    overview: Overview
    rules: Rules
    rows: Rows


class Links(TypedDict):
    """Resolve tasks and the links they need."""

    resolve_tasks: ResolveTasks
    domains: Domains
    jump_urls: JumpUrls


class Handsets(TypedDict):
    """Phones, and what is known of a number."""

    phones: Phones
    recorder: FlightRecorder


def judged(ground: Ground, gallery: Gallery, pages: H5Pages, clearing: Clearing, sending: Sending) -> Judged:
    """Wire what judges by the rule pack in use now."""
    access, work, pack = ground.access, ground.work, ground.shelf.in_use().pack
    filings, materials = clearing["filings"], gallery.materials
    cards = Cards(
        access,
        work,
        ground.submitting,
        pack,
        filings,
        materials,
        ground.clock,
        paths.resources(),
        gallery.brand,
        # The real cloud makes the pages of its links itself.
        pages.hand_over if ground.bound.platform is Platform.LOCAL else None,
    )
    row_check = RowCheck(ChildRowFiles(), pack, ground.sms_rules.template)
    return {
        "cards": cards,
        "library": Library(
            access, work, gallery.store, gallery.folder, gallery.pictures, materials, gallery.brand, pack
        ),
        "overview": Overview(
            access, filings, clearing["sms"], cards, sending["audiences"], sending["campaigns"]
        ),
        "rules": Rules(access, work, ground.shelf, pack),
        "rows": Rows(access, work, SqlAudienceStore(), row_check),
    }


def links(ground: Ground, engine: EngineLinks, pages: H5Pages, cards: Cards) -> Links:
    """Wire resolve tasks, domains and jump URLs."""
    access, work, clock, store = ground.access, ground.work, ground.clock, SqlResolveStore()
    rules = read_resolve_rules(rule_text("resolve.toml"))
    return {
        "resolve_tasks": ResolveTasks(
            access, work, store, engine, rules, clock, cards.get, pages.hand_over, ground.words
        ),
        "domains": Domains(access, work, store, ground.submitting, rules, clock, ground.gateway.now_ms),
        "jump_urls": JumpUrls(access, work, store, ground.submitting, rules, clock, ground.gateway.now_ms),
    }


def handsets(ground: Ground, records: AccountRecords) -> Handsets:
    """Wire phones and the flight recorder."""
    access, work, segments = ground.access, ground.work, ground.segments
    engine, store = PhoneEngine(ground.process.endpoint), SqlPhoneStore()
    ground.closers.append(engine.close)
    return {
        "phones": Phones(
            access,
            work,
            store,
            engine,
            lambda: ground.shelf.in_use().pack,
            segments,
            region_of,
            ground.clock,
            ground.gateway.now_ms,
            ground.worker.revive,
            lambda: allowed_kinds(access, "list"),
            lambda template: letters_needed(template, ground.video_rules),
            records.effects,
        ),
        "recorder": FlightRecorder(
            access,
            work,
            store,
            engine,
            segments,
            region_of,
            lambda: allowed_kinds(access, "list"),
            lambda: ground.shelf.in_use().pack,
        ),
    }
