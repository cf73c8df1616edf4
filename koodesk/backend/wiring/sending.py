# SPDX-License-Identifier: Apache-2.0
"""Who gets what, and what became of it: audiences, campaigns, opt-outs, what the workspace holds itself to, reports and exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from koodesk import paths
from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.gateways.cloud.rehearsal import CloudStage
from koodesk.backend.gateways.engine_clicks import EngineClicks
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.gateways.rehearsal import LocalStage
from koodesk.backend.operations.audiences import Audiences
from koodesk.backend.operations.audit import Audit
from koodesk.backend.operations.bills import Bills
from koodesk.backend.operations.cards import Cards
from koodesk.backend.operations.export_kinds import export_kinds
from koodesk.backend.operations.exports import Exports
from koodesk.backend.operations.filed_links import FiledLinks
from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.opt_outs import OptOuts
from koodesk.backend.operations.reports import Reports
from koodesk.backend.operations.resolve_tasks import ResolveTasks
from koodesk.backend.operations.retention import Retention
from koodesk.backend.operations.service_reports import ServiceReports
from koodesk.backend.operations.sources import DeskSources
from koodesk.backend.operations.workspace_settings import StoredSettings, WorkspaceSettings
from koodesk.backend.ports.exports import ExportKind, ExportQueue, TablePrinter
from koodesk.backend.ports.rehearsal import Stages
from koodesk.backend.readers.number_files import XlsxNumberFiles
from koodesk.backend.sending.book_prices import BookPrices
from koodesk.backend.sending.campaigns import Campaigns
from koodesk.backend.sending.kinds import details_kind
from koodesk.backend.sending.plans import SendPlans
from koodesk.backend.sending.pricing import Pricing
from koodesk.backend.sending.rehearsal import Rehearsal
from koodesk.backend.storage.drop_folder import WatchedFolder
from koodesk.backend.storage.export_place import export_place
from koodesk.backend.storage.kept_files import WorkspaceClearing
from koodesk.backend.storage.owner_marks import OwnerLocks, OwnerMarks
from koodesk.backend.storage.stores.audience import SqlAudienceStore
from koodesk.backend.storage.stores.exports import SqlExportStore
from koodesk.backend.storage.stores.frequency import SqlFrequency
from koodesk.backend.storage.stores.opt_out_list import SqlOptOutStore
from koodesk.backend.storage.stores.opt_outs import SqlOptOuts
from koodesk.backend.storage.stores.plans import SqlWaitingStore
from koodesk.backend.storage.stores.reports import SqlReportStore
from koodesk.backend.storage.stores.resolve import SqlResolveStore
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.storage.stores.sending_rehearsal import SqlRehearsal
from koodesk.backend.storage.stores.service_clicks import SqlClickStore
from koodesk.backend.storage.stores.workers import SqlWorkers
from koodesk.backend.storage.stores.workspace_settings import SqlSettingStore, hours_of_before
from koodesk.backend.wiring.clearing import Clearing
from koodesk.backend.wiring.ground import Ground, rule_text
from koodesk.domain.billing.price_book import read_price_book
from koodesk.domain.plain_send import read_plain_send_rules
from koodesk.domain.platform import Platform
from koodesk.domain.resolve_rules import read_resolve_rules
from koodesk.domain.send_policy import read_send_policy
from koodesk.domain.video_send import read_video_send_rules


class Sending(TypedDict):
    """Audiences, campaigns, and what the workspace holds itself to."""

    audiences: Audiences
    campaigns: Campaigns
    rehearsal: Rehearsal
    opt_outs: OptOuts
    settings: WorkspaceSettings
    retention: Retention


class Results(TypedDict):
    """Reports and the export centre."""

    reports: Reports
    service_reports: ServiceReports
    exports: Exports


def sending(ground: Ground, filings: Filings) -> Sending:
    """Wire audiences and campaigns; what a crash left of them half written goes before anybody looks."""
    access, work, clock, gateway = ground.access, ground.work, ground.clock, ground.gateway
    audience_store = SqlAudienceStore()
    audiences = Audiences(access, work, audience_store, XlsxNumberFiles(), gateway, clock, ground.words)
    ledger = SqlLedger(ground.database, ground.segments)
    held_to = StoredSettings(
        work,
        SqlSettingStore(),
        read_send_policy(rule_text("desk.toml")),
        hours_of_before(ground.workspace.settings),
    )
    campaigns = Campaigns(
        access,
        ledger,
        DeskSources(
            work,
            filings,
            ground.sms_rules,
            audience_store,
            SqlOptOuts(),
            ground.segments,
            gateway.now_ms,
            FiledLinks(SqlResolveStore(), read_resolve_rules(rule_text("resolve.toml"))),
            read_plain_send_rules(rule_text("plain_sending.toml")),
            ground.cloud_records if ground.bound.platform is Platform.CLOUD else None,
        ),
        gateway,
        ground.sms_rules.template,
        read_video_send_rules(rule_text("video_sending.toml")),
        audiences.verify,
        held_to.policy,
        SqlFrequency(ground.database, ground.segments),
        ground.worker.revive,
        _pricing(ground),
    )
    # Quick where there is nothing.
    audiences.clean()
    ledger.clean()
    return {
        "audiences": audiences,
        "campaigns": campaigns,
        "rehearsal": Rehearsal(access, SqlRehearsal(ground.database, ground.segments), _stages(ground)),
        "opt_outs": OptOuts(access, work, SqlOptOutStore(), XlsxNumberFiles(), clock, gateway.now_ms),
        "settings": WorkspaceSettings(access, held_to, clock),
        "retention": Retention(access, held_to, WorkspaceClearing(ground.workspace, ground.database), clock),
    }


def _pricing(ground: Ground) -> Pricing:
    """Return the prices of the platform: the real one tells nobody its prices, so there the book stands alone."""
    book = read_price_book(rule_text("price_book.toml"))
    return Pricing(BookPrices(book) if ground.bound.platform is Platform.CLOUD else ground.till, book.rules)


def _stages(ground: Ground) -> Stages:
    cloud = CloudStage(ground.cloud_records.sms_template, ground.clock.now_ms)
    return {LocalGateway.name: LocalStage(), CloudGateway.name: cloud}


def plans(ground: Ground, sending: Sending, clearing: Clearing, cards: Cards) -> SendPlans:
    """Wire send plans, which prepare what a person confirms."""
    return SendPlans(
        ground.access,
        ground.work,
        SqlWaitingStore(),
        sending["audiences"],
        sending["campaigns"],
        clearing["sms"],
        clearing["video_templates"],
        cards,
        ground.clock,
        WatchedFolder,
        ground.words,
    )


class Exported(NamedTuple):
    """What other subjects hand to the export centre."""

    audit: Audit
    bills: Bills
    links: ResolveTasks


def results(
    ground: Ground,
    sent: Sending,
    others: Exported,
    printer: TablePrinter | None,
    more: Mapping[str, ExportKind],
) -> Results:
    """Wire reports and exports, those of `more` by their kinds among them. Exports end before what they read from: this is wired, and closed, around all others."""
    access, database = ground.access, ground.database
    clicks = EngineClicks(ground.process.endpoint)
    reports = Reports(
        access, SqlReportStore(database), ground.gateway.now_ms, printer=printer, work=ground.work
    )
    service_reports = ServiceReports(access, SqlClickStore(database), clicks, printer, ground.work)
    kind_of = SqlLedger(database, ground.segments).kind
    kinds = export_kinds(
        details_kind(sent["campaigns"].prepare_export, kind_of),
        sent["audiences"],
        reports,
        service_reports,
        others.audit,
        others.bills,
        sent["opt_outs"],
        others.links,
    )
    marks = OwnerLocks(database) if database.shared else OwnerMarks(ground.workspace.exports)
    store = SqlExportStore(database)
    queue = _queue(ground, store)
    exports = Exports(access, store, marks, {**kinds, **more}, ground.clock.now_ms, queue)
    ground.closers.extend((clicks.close, exports.close))
    return {"reports": reports, "service_reports": service_reports, "exports": exports}


def _queue(ground: Ground, store: SqlExportStore) -> ExportQueue | None:
    """Return the queue of a team's exports; those of a file are written by whoever was asked."""
    database = ground.database
    if not database.shared:
        return None
    from koodesk.backend.storage.postgres.export_worker import TeamExports

    url = database.engine.url.render_as_string(hide_password=False)
    place = export_place(ground.workspace.root, paths.machine_mark())
    return TeamExports(url, place, database, SqlWorkers(database), store.left)
