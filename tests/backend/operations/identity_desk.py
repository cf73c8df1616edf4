# SPDX-License-Identifier: Apache-2.0
"""Users and rights on a real database, with passwords that hash at once and a clock that stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from koodesk import paths
from koodesk.backend.operations.access_keys import AccessKeys
from koodesk.backend.operations.audit import Audit
from koodesk.backend.operations.groups import Groups
from koodesk.backend.operations.identity import Identity
from koodesk.backend.operations.policies import Policies
from koodesk.backend.operations.rights import Access
from koodesk.backend.operations.signing_in import SigningIn
from koodesk.backend.operations.users import Users
from koodesk.backend.storage.stores.audit import SqlAuditStore, SqlTrail
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.backend.testing import FixedClock, HeldSecrets, QuickPasswords
from koodesk.backend.views.identity import GroupDraft, UserDraft, UserRow
from koodesk.domain.access import read_access_rules
from koodesk.domain.audit import AuditEntry
from koodesk.domain.password_rules import read_identity_rules
from tests.databases import open_database

PASSWORD, OTHER = "Spruce-2026", "Juniper.2027"


def rules_text(name: str) -> str:
    return (paths.resources() / "rules" / name).read_text("utf-8")


@dataclass
class IdentityDesk:
    """The services, all of one `Access`."""

    folder: Path
    clock: FixedClock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        self.database = open_database(self.folder)
        self.database.prepare()
        self.trail = SqlTrail(self.database, self.clock.now_ms)
        self.database.before_commit = self.trail.attach
        self.access = Access(read_access_rules(rules_text("access.toml")), None, self.trail, "service")
        self.work = SqlUnitOfWork(self.database)
        rules = read_identity_rules(rules_text("identity.toml"))
        identity = Identity(self.access, self.work, rules, self.clock)
        self.access.renewal = identity.renewed
        self.access.recall = identity.recalled
        self.secrets = HeldSecrets()
        self.signing_in = SigningIn(identity, QuickPasswords(), self.secrets)
        self.users = Users(identity, QuickPasswords(), self.secrets)
        self.groups = Groups(identity)
        self.policies = Policies(identity)
        self.keys = AccessKeys(identity, self.secrets)
        self.audit = Audit(self.access, self.work, SqlAuditStore())
        self.signing_in.begin(None)

    def user(self, name: str, *policies: str) -> UserRow:
        """Make a user who holds policies by a group of her own, with a password that need not be changed."""
        row = self.users.create(UserDraft(name), PASSWORD, must_change=False)
        if policies:
            self.groups.create(GroupDraft(f"group of {name}", policies=policies, members=(row.id,)))
        return row

    def entries(self) -> list[AuditEntry]:
        """Return the whole log, oldest first."""
        with self.work.read() as connection:
            return list(SqlAuditStore().every(connection))
