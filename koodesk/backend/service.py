# SPDX-License-Identifier: Apache-2.0
"""The front door: the topic services of one workspace, for screens and commands.

Every method may block, so the window calls it off its own thread. Each checks its right, raises `Refused` or returns
values of `backend.views`. Composing happens in `bootstrap`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from koodesk.backend.operations.access_keys import AccessKeys
from koodesk.backend.operations.account import Accounts
from koodesk.backend.operations.audiences import Audiences
from koodesk.backend.operations.audit import Audit
from koodesk.backend.operations.backups import Backups
from koodesk.backend.operations.bills import Bills
from koodesk.backend.operations.cards import Cards
from koodesk.backend.operations.cloud import Cloud
from koodesk.backend.operations.dossiers import Dossiers
from koodesk.backend.operations.engine import Engine
from koodesk.backend.operations.exports import Exports
from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.flight_recorder import FlightRecorder
from koodesk.backend.operations.groups import Groups
from koodesk.backend.operations.h5_pages import H5Pages
from koodesk.backend.operations.library import Library
from koodesk.backend.operations.link_filings import Domains, JumpUrls
from koodesk.backend.operations.materials import Materials
from koodesk.backend.operations.opt_outs import OptOuts
from koodesk.backend.operations.overview import Overview
from koodesk.backend.operations.packages import Packages
from koodesk.backend.operations.phones import Phones
from koodesk.backend.operations.platform import Platforms
from koodesk.backend.operations.policies import Policies
from koodesk.backend.operations.reports import Reports
from koodesk.backend.operations.resolve_tasks import ResolveTasks
from koodesk.backend.operations.retention import Retention
from koodesk.backend.operations.reviews import Reviews
from koodesk.backend.operations.rights import Access
from koodesk.backend.operations.row_check import Rows
from koodesk.backend.operations.rules import Rules
from koodesk.backend.operations.search import Search
from koodesk.backend.operations.service_account_ports import AccountPorts
from koodesk.backend.operations.service_account_shortcuts import AccountShortcuts
from koodesk.backend.operations.service_accounts import ServiceAccounts
from koodesk.backend.operations.service_reports import ServiceReports
from koodesk.backend.operations.signing_in import SigningIn
from koodesk.backend.operations.sms import Sms
from koodesk.backend.operations.storage_place import StoragePlace
from koodesk.backend.operations.team_database import TeamDatabase
from koodesk.backend.operations.users import Users
from koodesk.backend.operations.video_signatures import VideoSignatures
from koodesk.backend.operations.video_templates import VideoTemplates
from koodesk.backend.operations.workers import Workers
from koodesk.backend.operations.workspace_settings import WorkspaceSettings
from koodesk.backend.sending.campaigns import Campaigns
from koodesk.backend.sending.certificates import Certificates
from koodesk.backend.sending.flow import Flow
from koodesk.backend.sending.plans import SendPlans
from koodesk.backend.sending.rehearsal import Rehearsal
from koodesk.backend.sending.unknown import Unknowns
from koodesk.backend.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Service:
    """One open workspace. `close` gives back its database connections; the engine stays up."""

    workspace: Workspace
    access: Access
    cards: Cards
    materials: Materials
    library: Library
    filings: Filings
    sms: Sms
    audiences: Audiences
    campaigns: Campaigns
    rehearsal: Rehearsal
    reviews: Reviews
    engine: Engine
    plans: SendPlans
    cloud: Cloud
    platform: Platforms
    overview: Overview
    rules: Rules
    rows: Rows
    video_signatures: VideoSignatures
    video_templates: VideoTemplates
    reports: Reports
    service_reports: ServiceReports
    exports: Exports
    # service account
    service_accounts: ServiceAccounts
    account_ports: AccountPorts
    account_shortcuts: AccountShortcuts
    dossiers: Dossiers
    search: Search
    # resolve tasks, links, H5 pages
    resolve_tasks: ResolveTasks
    domains: Domains
    jump_urls: JumpUrls
    h5: H5Pages
    # phones
    phones: Phones
    recorder: FlightRecorder
    # who is signed in, users and rights, the audit log
    signing_in: SigningIn
    users: Users
    groups: Groups
    policies: Policies
    access_keys: AccessKeys
    audit: Audit
    # the account, packages and bills
    account: Accounts
    packages: Packages
    bills: Bills
    settings: WorkspaceSettings
    opt_outs: OptOuts
    backups: Backups
    place: StoragePlace
    retention: Retention
    workers: Workers
    database: TeamDatabase
    # proof of once
    unknown: Unknowns
    certificates: Certificates
    flow: Flow
    closers: tuple[Callable[[], None], ...] = field(default=(), repr=False)
    renew: Callable[[Service], Service] | None = field(default=None, repr=False)

    def by_rules_in_use(self) -> Service:
        """Return this workspace judged by the rule pack in use now. All else is shared: closing one closes both.

        Calls under way on this one end by the pack they began with.
        """
        return self if self.renew is None else self.renew(self)

    def close(self) -> None:
        """Give back everything held open. The service is not used afterwards."""
        for closer in self.closers:
            closer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.close()
