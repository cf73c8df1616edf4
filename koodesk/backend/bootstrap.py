# SPDX-License-Identifier: Apache-2.0
"""Builds the service of a workspace: the only file that knows every adapter.

Opening touches the workspace's folder and database and nothing else. No engine is started: `service.engine
.ensure_running()` does that, and until then whatever needs one is refused with gateway.unreachable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from koodesk import paths
from koodesk.backend.gateways.engine_account import EngineAccount
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_billing import EngineBilling
from koodesk.backend.gateways.engine_clicks import EngineClicks
from koodesk.backend.gateways.engine_links import EngineLinks
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.gateways.phone_engine import PhoneEngine
from koodesk.backend.gateways.worker_process import LocalWorkerProcess
from koodesk.backend.operations.access_keys import AccessKeys
from koodesk.backend.operations.account import Accounts
from koodesk.backend.operations.audience_check import NumberFileCheck
from koodesk.backend.operations.audiences import Audiences
from koodesk.backend.operations.audit import Audit
from koodesk.backend.operations.backups import Backups, view_of
from koodesk.backend.operations.bills import Bills
from koodesk.backend.operations.cards import Cards
from koodesk.backend.operations.engine import Engine
from koodesk.backend.operations.exports import Exports, preparers
from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.flight_recorder import FlightRecorder
from koodesk.backend.operations.groups import Groups
from koodesk.backend.operations.h5_pages import H5Pages
from koodesk.backend.operations.identity import Identity
from koodesk.backend.operations.library import Library
from koodesk.backend.operations.link_filings import Domains, JumpUrls
from koodesk.backend.operations.materials import Materials
from koodesk.backend.operations.number_region import region_of
from koodesk.backend.operations.opt_outs import OptOuts
from koodesk.backend.operations.overview import Overview
from koodesk.backend.operations.packages import Packages
from koodesk.backend.operations.phones import Phones
from koodesk.backend.operations.policies import Policies
from koodesk.backend.operations.reports import Reports
from koodesk.backend.operations.resolve_tasks import ResolveTasks
from koodesk.backend.operations.retention import Retention
from koodesk.backend.operations.reviews import Reviews
from koodesk.backend.operations.rights import Access
from koodesk.backend.operations.row_check import RowCheck, Rows
from koodesk.backend.operations.rules import Rules
from koodesk.backend.operations.search import Search
from koodesk.backend.operations.service_account_ports import AccountPorts
from koodesk.backend.operations.service_account_records import AccountRecords
from koodesk.backend.operations.service_account_shortcuts import AccountShortcuts
from koodesk.backend.operations.service_accounts import ServiceAccounts
from koodesk.backend.operations.service_reports import ServiceReports
from koodesk.backend.operations.signing_in import SigningIn
from koodesk.backend.operations.sms import Sms
from koodesk.backend.operations.sources import DeskSources
from koodesk.backend.operations.submitting import Submitting
from koodesk.backend.operations.users import Users
from koodesk.backend.operations.video_check import VideoCheck
from koodesk.backend.operations.video_signatures import VideoSignatures
from koodesk.backend.operations.video_templates import VideoTemplates
from koodesk.backend.operations.workspace_settings import StoredSettings, WorkspaceSettings
from koodesk.backend.ports.clock import SystemClock
from koodesk.backend.ports.exports import TablePrinter
from koodesk.backend.readers.message_media import ChildMessageMedia
from koodesk.backend.readers.number_files import XlsxNumberFiles
from koodesk.backend.readers.picture_files import ChildPictures
from koodesk.backend.readers.row_files import ChildRowFiles
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.backend.sending.campaigns import Campaigns
from koodesk.backend.sending.kinds import allowed_kinds
from koodesk.backend.sending.lock import WorkerLock
from koodesk.backend.sending.pricing import Pricing
from koodesk.backend.service import Service
from koodesk.backend.storage import backup
from koodesk.backend.storage.backup_files import WorkspaceBackups
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.kept_files import WorkspaceClearing
from koodesk.backend.storage.letters import LetterFiles
from koodesk.backend.storage.owner_marks import OwnerMarks
from koodesk.backend.storage.paper_files import PaperFolder
from koodesk.backend.storage.passwords import Argon2Passwords
from koodesk.backend.storage.secrets import SystemSecrets
from koodesk.backend.storage.stores.audience import SqlAudienceStore
from koodesk.backend.storage.stores.audit import SqlAuditStore, SqlTrail
from koodesk.backend.storage.stores.bill_counts import SqlBillCounts
from koodesk.backend.storage.stores.brand import SqlBrandStore
from koodesk.backend.storage.stores.exports import SqlExportStore
from koodesk.backend.storage.stores.frequency import SqlFrequency
from koodesk.backend.storage.stores.materials import MaterialFolder, SqlMaterialStore
from koodesk.backend.storage.stores.opt_out_list import SqlOptOutStore
from koodesk.backend.storage.stores.opt_outs import SqlOptOuts
from koodesk.backend.storage.stores.phones import SqlPhoneStore
from koodesk.backend.storage.stores.reports import SqlReportStore
from koodesk.backend.storage.stores.resolve import SqlResolveStore
from koodesk.backend.storage.stores.search import SqlSearchStore
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.storage.stores.service_clicks import SqlClickStore
from koodesk.backend.storage.stores.workspace_settings import SqlSettingStore, hours_of_before
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.backend.views.desk import BackupView
from koodesk.backend.views.identity import OFFERED
from koodesk.backend.workspace import Workspace
from koodesk.domain.access import AccessRules, Principal, read_access_rules
from koodesk.domain.billing.price_book import read_price_book
from koodesk.domain.carrier import read_segments
from koodesk.domain.filing import FilingKind, read_filing_rules
from koodesk.domain.password_rules import read_identity_rules
from koodesk.domain.resolve_rules import read_resolve_rules
from koodesk.domain.send_policy import read_send_policy
from koodesk.domain.service_account.checks import Checker
from koodesk.domain.service_account.regions import read_regions
from koodesk.domain.service_account.rules import read_service_account_rules
from koodesk.domain.sms_rules import read_sms_rules
from koodesk.domain.video_send import read_video_send_rules
from koodesk.domain.video_sms.rules import letters_needed, read_video_rules
from koodesk.rule_packs import default_shelf

Words = Callable[[str], str]
"""Says a code in words, for the exports people open elsewhere. Sentences are the caller's: nothing here has any."""


def access_rules() -> AccessRules:
    """Read the actions and system policies that ship."""
    return read_access_rules(_rule_text("access.toml"))


def number_file_check(words: Words = str) -> NumberFileCheck:
    """Build the check of a number file that needs no workspace."""
    return NumberFileCheck(XlsxNumberFiles(), words)


def row_check() -> RowCheck:
    """Build the worst-row finder that needs no workspace."""
    return RowCheck(
        ChildRowFiles(), default_shelf().in_use().pack, read_sms_rules(_rule_text("sms.toml")).template
    )


def video_check() -> VideoCheck:
    """Build the check of a video that needs no workspace."""
    return VideoCheck(ChildVideos())


def open_service(
    workspace: Workspace,
    principal: Principal | None = None,
    *,
    words: Words = str,
    place: str = "",
    printer: TablePrinter | None = None,
) -> Service:
    """Open a workspace, made where it is missing.

    Without a principal it is who shows credentials (`views.identity.OFFERED`), else the main account while it has no
    password, else nobody: then one signs in (`service.signing_in`). Without `words` exports name problems by their codes;
    `place` is what the audit log says of where things were done; `printer` makes PDFs of reports, without one there are none. Raises Refused: storage.* (the database cannot be opened,
    is another program's, or newer), session.* (credentials that are not right).
    """
    workspace.create()
    database = Database(workspace.database)
    try:
        offer = OFFERED.get()
        place = place or ("service" if offer is None else "command")
        service = _build(workspace, database, principal, words, place, printer)
        if principal is None:
            service.signing_in.begin(offer() if offer is not None else None)
        return service
    except BaseException:
        database.close()
        raise


def restore_over(workspace: Workspace, archive: Path) -> BackupView:
    """Put a backup in the place of a workspace that nobody has open; whoever calls asked for the right and took a backup first.

    Raises Refused: worker.held, backup.in_use, backup.*.
    """
    with WorkerLock(workspace.worker_lock):
        return view_of(archive, backup.restore_over(archive, workspace))


class _Ruled(NamedTuple):
    """The topics that judge by a rule pack; the others do not know it."""

    cards: Cards
    library: Library
    overview: Overview
    rules: Rules
    rows: Rows


def _build(
    workspace: Workspace,
    database: Database,
    principal: Principal | None,
    words: Words,
    place: str,
    printer: TablePrinter | None,
) -> Service:
    database.prepare()
    clock = SystemClock()
    trail = SqlTrail(database, clock.now_ms)
    access = Access(access_rules(), principal, trail, place)
    database.before_commit = trail.attach
    sms_rules = read_sms_rules(_rule_text("sms.toml"))
    shelf = default_shelf()

    work = SqlUnitOfWork(database)
    identity = Identity(access, work, read_identity_rules(_rule_text("identity.toml")), clock)
    access.renewal = identity.renewed
    passwords, secrets = Argon2Passwords(), SystemSecrets(str(workspace.root.resolve()))
    audience_store = SqlAudienceStore()
    papers = PaperFolder(workspace.papers)

    process = LocalEngineProcess(workspace)
    worker = LocalWorkerProcess(workspace)
    doors = EngineDoors(process.endpoint)
    gateway = LocalGateway(process.endpoint)
    phone_engine, phone_store = PhoneEngine(process.endpoint), SqlPhoneStore()
    # account, packages and bills
    customer, till = EngineAccount(process.endpoint), EngineBilling(process.endpoint)

    submitting = Submitting(work, doors, doors.name)
    letters = LetterFiles(paths.resources() / "samples" / "letters")
    smart_papers = read_filing_rules(_rule_text("filing.toml"))
    filing_rules = {
        FilingKind.SEND_TASK: smart_papers,
        FilingKind.SHORT_LINK: smart_papers,
        FilingKind.VIDEO_SMS: read_filing_rules(_rule_text("filing_video.toml")),
        FilingKind.SERVICE_ACCOUNT: read_filing_rules(_rule_text("filing_service_account.toml")),
    }
    filings = Filings(access, work, submitting, filing_rules, papers, letters)
    video_rules = read_video_rules(_rule_text("video_sms.toml"))
    sms = Sms(access, work, submitting, sms_rules, papers, clock)
    store, folder, pictures, brand = (
        SqlMaterialStore(),
        MaterialFolder(workspace.materials),
        ChildPictures(),
        SqlBrandStore(),
    )
    materials = Materials(
        access, work, store, folder, pictures, ChildVideos(), clock, brand, ChildMessageMedia()
    )
    # service account
    account_records = AccountRecords(
        work,
        submitting,
        Checker(
            read_service_account_rules(_rule_text("service_account.toml")),
            read_regions(_rule_text("regions.toml")),
        ),
        clock,
    )
    audiences = Audiences(access, work, audience_store, XlsxNumberFiles(), gateway, clock, words)
    segments = read_segments(_rule_text("carriers.toml"))
    ledger = SqlLedger(database, segments)
    # Desk: what the workspace has set.
    held_to = StoredSettings(
        work,
        SqlSettingStore(),
        read_send_policy(_rule_text("desk.toml")),
        hours_of_before(workspace.settings),
    )
    campaigns = Campaigns(
        access,
        ledger,
        DeskSources(work, filings, sms_rules, audience_store, SqlOptOuts(), segments, gateway.now_ms),
        gateway,
        sms_rules.template,
        read_video_send_rules(_rule_text("video_sending.toml")),
        audiences.verify,
        held_to.policy,
        SqlFrequency(database, segments),
        worker.revive,
        Pricing(till, read_price_book(_rule_text("price_book.toml")).rules),
    )

    # resolve tasks, links, H5 pages
    link_engine, link_store = EngineLinks(process.endpoint), SqlResolveStore()
    link_rules = read_resolve_rules(_rule_text("resolve.toml"))
    pages = H5Pages(access, link_engine, pictures, materials.path)

    def ruled() -> _Ruled:
        pack = shelf.in_use().pack
        cards = Cards(
            access,
            work,
            submitting,
            pack,
            filings,
            materials,
            clock,
            paths.resources(),
            brand,
            pages.hand_over,
        )
        return _Ruled(
            cards=cards,
            library=Library(access, work, store, folder, pictures, materials, brand, pack),
            overview=Overview(access, filings, sms, cards, audiences, campaigns),
            rules=Rules(access, work, shelf, pack),
            rows=Rows(access, work, audience_store, RowCheck(ChildRowFiles(), pack, sms_rules.template)),
        )

    # reports and the export centre
    reports = Reports(access, SqlReportStore(database), gateway.now_ms, printer=printer, work=work)
    click_engine = EngineClicks(process.endpoint)
    service_reports = ServiceReports(access, SqlClickStore(database), click_engine, printer)
    exports = Exports(
        access,
        SqlExportStore(database),
        OwnerMarks(workspace.exports),
        preparers(campaigns.prepare_export, audiences.prepare_refused, reports, service_reports),
        clock.now_ms,
    )

    judging = ruled()
    # What a crash left half written goes before anybody looks; quick where there is nothing.
    audiences.clean()
    ledger.clean()
    built = Service(
        workspace=workspace,
        access=access,
        cards=judging.cards,
        materials=materials,
        library=judging.library,
        filings=filings,
        sms=sms,
        audiences=audiences,
        campaigns=campaigns,
        reviews=Reviews(access, submitting, doors, doors),
        engine=Engine(access, process, doors, worker),
        overview=judging.overview,
        settings=WorkspaceSettings(access, held_to, clock),
        retention=Retention(access, held_to, WorkspaceClearing(workspace, database), clock),
        backups=Backups(access, WorkspaceBackups(workspace), clock),
        opt_outs=OptOuts(access, work, SqlOptOutStore(), XlsxNumberFiles(), clock, gateway.now_ms),
        rules=judging.rules,
        rows=judging.rows,
        video_signatures=VideoSignatures(access, work, submitting, video_rules, papers, letters, clock),
        video_templates=VideoTemplates(
            access,
            work,
            submitting,
            video_rules,
            filings,
            materials,
            clock,
            gateway.now_ms,
            paths.resources(),
        ),
        reports=reports,
        service_reports=service_reports,
        exports=exports,
        search=Search(access, SqlSearchStore(database)),
        # resolve tasks, links, H5 pages
        resolve_tasks=ResolveTasks(
            access,
            work,
            link_store,
            link_engine,
            link_rules,
            clock,
            judging.cards.get,
            pages.hand_over,
            words,
        ),
        domains=Domains(access, work, link_store, submitting, link_rules, clock),
        jump_urls=JumpUrls(access, work, link_store, submitting, link_rules, clock),
        h5=pages,
        # phones
        phones=Phones(
            access,
            work,
            phone_store,
            phone_engine,
            lambda: shelf.in_use().pack,
            segments,
            region_of,
            clock,
            gateway.now_ms,
            worker.revive,
            lambda: allowed_kinds(access, "list"),
            lambda template: letters_needed(template, video_rules),
            account_records.effects,
        ),
        recorder=FlightRecorder(
            access,
            work,
            phone_store,
            phone_engine,
            segments,
            region_of,
            lambda: allowed_kinds(access, "list"),
        ),
        signing_in=SigningIn(identity, passwords, secrets),
        users=Users(identity, passwords, secrets),
        groups=Groups(identity),
        policies=Policies(identity),
        access_keys=AccessKeys(identity, secrets),
        audit=Audit(access, work, SqlAuditStore()),
        account=Accounts(access, customer),
        packages=Packages(access, till, customer, gateway.now_ms),
        bills=Bills(access, till, SqlBillCounts(database)),
        # service account
        service_accounts=ServiceAccounts(access, account_records, filings, doors, papers, letters, folder),
        account_ports=AccountPorts(access, account_records, submitting),
        account_shortcuts=AccountShortcuts(access, account_records, filings, submitting),
        closers=(
            link_engine.close,
            phone_engine.close,
            gateway.close,
            doors.close,
            customer.close,
            till.close,
            database.close,
        ),
        renew=lambda service: replace(service, **ruled()._asdict()),
    )
    # exports end before what they read from
    return replace(built, closers=(exports.close, click_engine.close, *built.closers))


def _rule_text(name: str) -> str:
    return (paths.resources() / "rules" / name).read_text("utf-8")
