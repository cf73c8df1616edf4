# SPDX-License-Identifier: Apache-2.0
"""What more than one subject stands on: the database, who is asking, the engine and the worker, and rules that several read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from koodesk import paths
from koodesk.backend.gateways.cloud.accounts import CloudAccounts
from koodesk.backend.gateways.cloud.by_hand import ByHand
from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.gateways.cloud.keyed import KeyedClient
from koodesk.backend.gateways.engine_account import EngineAccount
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_billing import EngineBilling
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.gateways.worker_process import LocalWorkerProcess
from koodesk.backend.operations.rights import Access
from koodesk.backend.operations.submitting import Submitting
from koodesk.backend.ports.clock import SystemClock
from koodesk.backend.ports.review_gateway import ReviewGateway
from koodesk.backend.ports.service_account import AccountGateway, PortGateway
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.secrets import CloudKey, SystemSecrets
from koodesk.backend.storage.stores.audit import SqlTrail
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from koodesk.backend.storage.stores.cloud_accounts import SqlCloudAccounts
from koodesk.backend.storage.stores.platform import BoundPlatform, SqlPlatformStore
from koodesk.backend.storage.stores.sending_tasks import WaitingTasks
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.backend.wiring.cloud import cloud_reviews
from koodesk.backend.workspace import Workspace
from koodesk.domain.access import AccessRules, Principal, read_access_rules
from koodesk.domain.carrier import Segments, read_segments
from koodesk.domain.platform import Platform
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.service_account.regions import read_regions
from koodesk.domain.sms_rules import SmsRuleSet, read_sms_rules
from koodesk.domain.video_sms.rules import VideoSmsRules, read_video_rules
from koodesk.rule_packs import PackShelf, default_shelf

Words = Callable[[str], str]
"""Says a code in words, for the exports people open elsewhere. Sentences are the caller's: nothing here has any."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One open workspace before it has topics."""

    workspace: Workspace
    database: Database
    access: Access
    work: SqlUnitOfWork
    clock: SystemClock
    words: Words
    # the engine and the worker
    process: LocalEngineProcess
    worker: LocalWorkerProcess
    doors: EngineDoors
    gateway: LocalGateway | CloudGateway
    accounts: AccountGateway
    ports: PortGateway | None
    """Those of the platform the workspace speaks to."""
    customer: EngineAccount
    till: EngineBilling
    submitting: Submitting
    # the platform that was chosen, and the key of the cloud
    bound: BoundPlatform
    secrets: SystemSecrets
    cloud_key: CloudKey
    by_hand: frozenset[ReviewKind]
    """What is handed in by a person's hand: what the platform has no API for."""
    cloud: KeyedClient
    """The cloud's client, for whoever speaks to it; nothing is asked before the first call."""
    cloud_records: SqlCloudRecords
    cloud_accounts: SqlCloudAccounts
    """What was made with the account whose key is in use, and which keys are of one."""
    # rules
    shelf: PackShelf
    sms_rules: SmsRuleSet
    video_rules: VideoSmsRules
    segments: Segments
    closers: list[Callable[[], None]] = field(default_factory=list)
    """What gives back what is held open, the last opened last: closing goes from the end."""


def lay(
    workspace: Workspace, database: Database, principal: Principal | None, words: Words, place: str
) -> Ground:
    """Return the ground of a workspace whose database is prepared."""
    clock = SystemClock()
    trail = SqlTrail(database, clock.now_ms)
    access = Access(access_rules(), principal, trail, place)
    with database.read() as connection:
        bound = BoundPlatform(SqlPlatformStore().chosen(connection).platform)

    def before_commit(connection: Connection) -> None:
        bound.check(connection)
        trail.attach(connection)

    database.before_commit = before_commit
    work = SqlUnitOfWork(database)
    process = LocalEngineProcess(workspace)
    doors = EngineDoors(process.endpoint)
    shelf = default_shelf()
    secrets = SystemSecrets(str(workspace.root.resolve()))
    cloud_key = CloudKey(secrets)
    cloud = KeyedClient(cloud_key)
    cloud_accounts = SqlCloudAccounts(database)
    records = SqlCloudRecords(database, lambda: cloud_accounts.account(cloud.whose()))
    gateway: LocalGateway | CloudGateway = LocalGateway(process.endpoint)
    reviews: ReviewGateway = doors
    accounts: AccountGateway = doors
    ports: PortGateway | None = None
    by_hand: frozenset[ReviewKind] = frozenset()
    if bound.platform is Platform.CLOUD:
        waiting = WaitingTasks(database, CloudGateway.name, clock.now_ms)
        gateway = CloudGateway(
            cloud, waiting, clock.now_ms, records.sms_template, waiting.members, demand=records.demand
        )
        regions = read_regions(rule_text("regions.toml"))
        over_api = cloud_reviews(
            workspace,
            database,
            records,
            cloud,
            ByHand(clock.now_ms),
            lambda: shelf.in_use().pack,
            clock.now_ms,
            regions,
        )
        accounts = ports = CloudAccounts(cloud, records, regions)
        reviews = over_api
        by_hand = frozenset(ReviewKind) - {ReviewKind(kind.value) for kind in over_api.kinds}
    customer, till = EngineAccount(process.endpoint), EngineBilling(process.endpoint)
    return Ground(
        workspace=workspace,
        database=database,
        access=access,
        work=work,
        clock=clock,
        words=words,
        process=process,
        worker=LocalWorkerProcess(workspace, cloud_key if bound.platform is Platform.CLOUD else None),
        doors=doors,
        gateway=gateway,
        accounts=accounts,
        ports=ports,
        customer=customer,
        till=till,
        submitting=Submitting(work, reviews, bound.platform.value),
        bound=bound,
        secrets=secrets,
        cloud_key=cloud_key,
        by_hand=by_hand,
        cloud=cloud,
        cloud_records=records,
        cloud_accounts=cloud_accounts,
        shelf=shelf,
        sms_rules=sms_rules(),
        video_rules=read_video_rules(rule_text("video_sms.toml")),
        segments=read_segments(rule_text("carriers.toml")),
        closers=[database.close, cloud.close, till.close, customer.close, doors.close, gateway.close],
    )


def rule_text(name: str) -> str:
    """Return the text of a rule file that ships."""
    return (paths.resources() / "rules" / name).read_text("utf-8")


def access_rules() -> AccessRules:
    """Read the actions and system policies that ship."""
    return read_access_rules(rule_text("access.toml"))


def sms_rules() -> SmsRuleSet:
    """Read the rules of plain messages that ship."""
    return read_sms_rules(rule_text("sms.toml"))
