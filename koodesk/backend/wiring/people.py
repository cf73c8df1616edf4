# SPDX-License-Identifier: Apache-2.0
"""Who may do what, and what it costs: signing in, users and rights, the audit log, the account, packages and bills."""

from __future__ import annotations

from typing import TypedDict

from koodesk.backend.gateways.cloud.door import SdkDoor
from koodesk.backend.gateways.engine_cloud import EngineCloud
from koodesk.backend.operations.access_keys import AccessKeys
from koodesk.backend.operations.account import Accounts
from koodesk.backend.operations.audit import Audit
from koodesk.backend.operations.bills import Bills
from koodesk.backend.operations.cloud import Cloud
from koodesk.backend.operations.cloud_keys import CloudKeys
from koodesk.backend.operations.groups import Groups
from koodesk.backend.operations.identity import Identity
from koodesk.backend.operations.packages import Packages
from koodesk.backend.operations.platform import Platforms
from koodesk.backend.operations.policies import Policies
from koodesk.backend.operations.signing_in import SigningIn
from koodesk.backend.operations.users import Users
from koodesk.backend.ports.exports import TablePrinter
from koodesk.backend.storage.passwords import Argon2Passwords
from koodesk.backend.storage.stores.audience import SqlAudienceStore
from koodesk.backend.storage.stores.audit import SqlAuditStore
from koodesk.backend.storage.stores.bill_counts import SqlBillCounts
from koodesk.backend.storage.stores.platform import SqlPlatformStore
from koodesk.backend.wiring.ground import Ground, rule_text
from koodesk.domain.password_rules import read_identity_rules


class People(TypedDict):
    """Who is signed in, users and rights, the audit log."""

    signing_in: SigningIn
    users: Users
    groups: Groups
    policies: Policies
    access_keys: AccessKeys
    audit: Audit
    cloud: Cloud
    platform: Platforms


class Money(TypedDict):
    """The account, packages and bills."""

    account: Accounts
    packages: Packages
    bills: Bills


def people(ground: Ground) -> tuple[People, CloudKeys]:
    """Wire users and rights; from here on an account is asked again whether it still holds, and the engine is told of keys."""
    access, work = ground.access, ground.work
    identity = Identity(access, work, read_identity_rules(rule_text("identity.toml")), ground.clock)
    access.renewal = identity.renewed
    access.recall = identity.recalled
    passwords, secrets = Argon2Passwords(), ground.secrets
    door = EngineCloud(ground.process.endpoint)
    ground.closers.append(door.close)
    cloud_keys = CloudKeys(identity, secrets, door)
    identity.changed = cloud_keys.tell
    made: People = {
        "signing_in": SigningIn(identity, passwords, secrets),
        "users": Users(identity, passwords, secrets),
        "groups": Groups(identity),
        "policies": Policies(identity),
        "access_keys": AccessKeys(identity, secrets),
        "audit": Audit(access, work, SqlAuditStore()),
        "cloud": Cloud(
            access,
            secrets,
            ground.cloud_key,
            SdkDoor(),
            ground.cloud_records,
            ground.cloud_accounts,
            ground.clock.now_ms,
            ground.worker.renew,
        ),
        "platform": Platforms(
            access,
            work,
            SqlPlatformStore(),
            SqlAudienceStore(),
            ground.bound,
            ground.cloud_key,
            ground.clock,
            ground.worker.stop,
        ),
    }
    return made, cloud_keys


def money(ground: Ground, signing_in: SigningIn, printer: TablePrinter | None) -> Money:
    """Wire the account, packages and bills: who pays is asked by `signing_in`, `printer` makes PDFs of bills."""
    access, till = ground.access, ground.till
    return {
        "account": Accounts(access, ground.customer),
        "packages": Packages(access, till, ground.customer, ground.gateway.now_ms, signing_in),
        "bills": Bills(access, till, SqlBillCounts(ground.database), ground.sms_rules.template, printer),
    }
