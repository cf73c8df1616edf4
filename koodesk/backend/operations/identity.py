# SPDX-License-Identifier: Apache-2.0
"""What the operations on users, groups and policies share: the directory, and the one way to change it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.identity import IdentityStore
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain.access import Principal
from koodesk.domain.directory import Directory, Member, check_change, check_hold
from koodesk.domain.password_rules import IdentityRules
from koodesk.domain.policy_document import stored_policy
from koodesk.domain.problem import Refused, problem


def nobody_listens() -> None:
    """Do nothing."""


class Identity:
    """Users and rights of one workspace, from the inside: nothing here asks for a right."""

    def __init__(self, access: Access, work: UnitOfWork, rules: IdentityRules, clock: Clock) -> None:
        self.access: Final = access
        self.work: Final = work
        self.rules: Final = rules
        self.clock: Final = clock
        self.changed: Callable[[], None] = nobody_listens
        """Told after each change of who may do what, when it is durable."""

    @property
    def store(self) -> IdentityStore:
        """The records."""
        return self.work.identity

    def directory(self, connection: Connection) -> Directory:
        """Return everybody and everything that grants a right, as it is in this transaction."""
        groups_of = defaultdict[int, set[int]](set)
        for user_id, group_id in self.store.memberships(connection):
            groups_of[user_id].add(group_id)
        named = defaultdict[int, list[str]](list)
        for group_id, name in self.store.granted(connection):
            named[group_id].append(name)
        return Directory(
            members={
                r.id: Member(r.id, r.name, r.enabled, frozenset(groups_of[r.id]), r.main)
                for r in self.store.users(connection)
            },
            groups={g.id: tuple(named[g.id]) for g in self.store.groups(connection)},
            custom={
                p.name: stored_policy(p.name, p.document, self.access.rules)
                for p in self.store.policies(connection)
            },
        )

    @contextmanager
    def changing(self, *, sure: bool = False) -> Iterator[Connection]:
        """Open a write that is kept only when it gives nobody a right its maker lacks. Raises Refused (iam.*)."""
        with self.work.write() as connection:
            before = self.directory(connection)
            yield connection
            after = self.directory(connection)
            found = check_change(self.access.rules, self.access.principal, before, after, sure=sure)
            if found:
                raise Refused(*found)
        self.access.renew()
        self.changed()

    def demand_hold(self, connection: Connection, user_id: int) -> None:
        """Raise Refused (iam.takes_over, iam.main_account) unless the one acting may act for a user."""
        found = check_hold(self.access.rules, self.access.principal, self.directory(connection), user_id)
        if found:
            raise Refused(*found)

    def renewed(self, who: Principal) -> Principal | None:
        """Read anew what somebody may do; None when she is no longer a user. The renewal of `Access`."""
        with self.work.read() as connection:
            if who.main:
                record = self.store.main(connection)
                if record is None:
                    return who if who.user_id == 0 else self.access.rules.local_owner()
                return (
                    who if who.user_id == 0 or who.name == record.name else self._main(record.name, record.id)
                )
            if who.user_id == 0:
                return who  # not a user of this desk: whoever opened the service says what she may
            return self.directory(connection).principal(self.access.rules, who.user_id)

    def _main(self, name: str, user_id: int) -> Principal:
        return self.access.rules.local_owner(name, user_id)


def same_revision(stored: int, seen: int | None) -> None:
    """Raise Refused (iam.changed_meanwhile) when a record is not the one that was looked at; None asks nothing."""
    if seen is not None and stored != seen:
        raise Refused(problem("iam.changed_meanwhile"))
