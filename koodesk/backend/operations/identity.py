# SPDX-License-Identifier: Apache-2.0
"""What the operations on users, groups and policies share: the directory, and the one way to change it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.identity import IdentityStore, UserRecord
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain.access import Policy, Principal
from koodesk.domain.directory import Directory, Member, check_change, check_hold
from koodesk.domain.password_rules import IdentityRules
from koodesk.domain.policy_document import stored_policy
from koodesk.domain.problem import Problem, Refused, problem


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
            custom=self._custom(connection),
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
        self.access.renew(own=True)
        self.changed()

    def demand_hold(self, connection: Connection, user_id: int) -> None:
        """Raise Refused (iam.takes_over, iam.main_account) unless the one acting may act for a user."""
        found = check_hold(self.access.rules, self.access.principal, self.directory(connection), user_id)
        if found:
            raise Refused(*found)

    def renewed(self, who: Principal, own: bool) -> Principal | Problem:
        """Read anew who somebody is, or say why she is signed out: what she came in with holds no longer, or somebody else has
        changed her rights. The renewal of `Access`."""
        if not who.proof:
            return who  # not signed in here: whoever opened the service says who this is
        with self.work.read() as connection:
            if who.proof == KEYBOARD:
                return who if self.store.main(connection) is None else problem("session.ended.password")
            record = self.store.user(connection, who.user_id)
            if record is None:
                if who.main and not who.proof.startswith(KEY):
                    return self.at_the_keyboard()
                return problem("session.ended.deleted", name=who.name)
            if not record.enabled:
                return problem("session.ended.disabled", name=who.name)
            if not self._holds(connection, who.proof, record):
                by_key = who.proof.startswith(KEY)
                return problem("session.ended.key") if by_key else problem("session.ended.password")
            renewed = self.principal(connection, record.id, who.proof)
        if renewed.policies != who.policies and not own:
            return problem("session.ended.rights", name=who.name)
        return renewed

    def recalled(self, who: Principal) -> Principal | None:
        """Read anew what somebody may whose work goes on without her: what she came in with no longer matters, that she is there
        does; None when she is not. The recall of `Access`."""
        with self.work.read() as connection:
            main = self.store.main(connection) if who.main else None
            if who.main and main is None:
                return self.at_the_keyboard()
            record = main or self.store.user(connection, who.user_id)
            if record is None or not record.enabled:
                return None
            return self.principal(connection, record.id, "")

    def principal(self, connection: Connection, user_id: int, proof: str) -> Principal:
        """Return a user who may sign in as who acts. Raises Refused (session.disabled) for one who may not."""
        record = self.store.user(connection, user_id)
        if record is None or not record.enabled:
            raise Refused(problem("session.disabled", "name", name="" if record is None else record.name))
        # Of the directory only what she has: this is asked at every call.
        groups = {group for _, group in self.store.memberships(connection, user_id)}
        named = defaultdict[int, list[str]](list)
        for group_id, name in self.store.granted(connection):
            if group_id in groups:
                named[group_id].append(name)
        own = {name for names in named.values() for name in names}
        alone = Directory(
            members={record.id: Member(record.id, record.name, True, frozenset(groups), record.main)},
            groups={group: tuple(names) for group, names in named.items()},
            custom=self._custom(connection, own),
        )
        found = alone.principal(self.access.rules, user_id)
        assert found is not None  # she is in it, enabled
        return replace(found, proof=proof)

    def _custom(self, connection: Connection, names: Collection[str] | None = None) -> dict[str, Policy]:
        return {
            p.name: stored_policy(p.name, p.document, self.access.rules)
            for p in self.store.policies(connection)
            if names is None or p.name in names
        }

    def at_the_keyboard(self) -> Principal:
        """Return the main account as long as it has no password."""
        return replace(self.access.rules.local_owner(), proof=KEYBOARD)

    def _holds(self, connection: Connection, proof: str, record: UserRecord) -> bool:
        if not proof.startswith(KEY):
            return proof == password_proof(record.password)
        keys = self.store.keys(connection, record.id)
        return any(proof == key_proof(key.id) and key.enabled for key in keys)


KEYBOARD: Final = "keyboard"
"""What the main account comes in with while it has no password."""
KEY: Final = "key:"


def password_proof(stored: str) -> str:
    """Return what somebody comes in with by a password, from its hash: another password makes another one. So does the same one
    hashed anew when the program makes stronger hashes; then her other windows ask her once more."""
    return f"password:{hashlib.sha256(stored.encode()).hexdigest()[:16]}"


def key_proof(key_id: int) -> str:
    """Return what somebody comes in with by an access key: it holds while the key is there and enabled."""
    return f"{KEY}{key_id}"


def same_revision(stored: int, seen: int | None) -> None:
    """Raise Refused (iam.changed_meanwhile) when a record is not the one that was looked at; None asks nothing."""
    if seen is not None and stored != seen:
        raise Refused(problem("iam.changed_meanwhile"))
