# SPDX-License-Identifier: Apache-2.0
"""Users (IAM 用户): who may sign in besides the main account, and the groups that give them rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.identity import Identity, same_revision
from koodesk.backend.operations.rights import needs
from koodesk.backend.ports.identity import PasswordHasher, Secrets, UserRecord
from koodesk.backend.views.identity import RightRow, UserDraft, UserRow
from koodesk.domain.access import Principal, decide
from koodesk.domain.password_rules import check_name, check_note, check_password
from koodesk.domain.problem import Problem, Refused, problem


class Users:
    """The users of one workspace."""

    def __init__(self, identity: Identity, hasher: PasswordHasher, secrets: Secrets) -> None:
        self.access: Final = identity.access
        self._identity = identity
        self._hasher = hasher
        self._secrets = secrets

    @needs("iam:user:list")
    def list(self) -> tuple[UserRow, ...]:
        """Return the users by name, the main account first where it has a password."""
        with self._identity.work.read() as connection:
            return self._rows(connection)

    @needs("iam:user:list")
    def rights(self, user_id: int) -> tuple[RightRow, ...]:
        """Return what a user may do, action by action, and the policy that says so. Raises Refused (user.unknown)."""
        rules = self.access.rules
        with self._identity.work.read() as connection:
            self._record(connection, user_id)
            who = self._identity.directory(connection).principal(rules, user_id) or Principal("", ())
        rows = []
        for action in rules.actions.values():
            decision = decide(rules, who, action.id)
            rows.append(
                RightRow(
                    action.id,
                    action.name_zh,
                    action.name_en,
                    decision.allowed,
                    decision.policy,
                    decision.missing,
                )
            )
        return tuple(rows)

    @needs("iam:user:create")
    def create(self, draft: UserDraft, password: str = "", must_change: bool = True) -> UserRow:
        """Make a user; without a password nobody can sign in as her yet.

        Raises Refused: iam.name.*, iam.note.too_long, password.*, user.too_many, user_group.unknown, iam.escalation.
        """
        identity = self._identity
        wrong = self._wrong(draft)
        if password:
            wrong = (*wrong, *check_password(identity.rules, password, draft.name))
        if wrong:
            raise Refused(*wrong)
        hashed = self._hasher.hash(password) if password else ""
        with identity.changing() as connection:
            if len(identity.store.users(connection)) >= identity.rules.users_most:
                raise Refused(problem("user.too_many", limit=identity.rules.users_most))
            self._free(connection, draft.name, 0)
            fresh = UserRecord(
                0,
                draft.name,
                draft.note,
                hashed,
                False,
                True,
                must_change,
                0,
                0,
                1,
                identity.clock.now_ms(),
                0,
            )
            record = identity.store.put_user(connection, fresh)
            self._put_groups(connection, record.id, draft.groups)
        return self._row(record.id)

    @needs("iam:user:update")
    def change(
        self, user_id: int, draft: UserDraft, revision: int | None = None, *, sure: bool = False
    ) -> UserRow:
        """Change a user's name, note and groups; `revision` is that of the record one has seen.

        Raises Refused: as `create`, iam.changed_meanwhile, and iam.shuts_oneself_out or iam.last_administrator unless `sure`.
        """
        identity = self._identity
        wrong = self._wrong(draft)
        if wrong:
            raise Refused(*wrong)
        with identity.changing(sure=sure) as connection:
            record = self._record(connection, user_id, change=True)
            same_revision(record.revision, revision)
            self._free(connection, draft.name, user_id)
            identity.store.put_user(
                connection, replace(record, name=draft.name, note=draft.note, revision=record.revision + 1)
            )
            self._put_groups(connection, user_id, draft.groups)
        return self._row(user_id)

    @needs("iam:user:update")
    def set_enabled(self, user_id: int, enabled: bool, *, sure: bool = False) -> UserRow:
        """Let a user sign in, or no longer: what she has open stops at her next step. Raises Refused as `change`."""
        identity = self._identity
        with identity.changing(sure=sure) as connection:
            record = self._record(connection, user_id, change=True)
            identity.store.put_user(
                connection,
                replace(record, enabled=enabled, failed=0, locked_until_ms=0, revision=record.revision + 1),
            )
        return self._row(user_id)

    @needs("iam:user:update")
    def set_password(self, user_id: int, password: str, must_change: bool = True) -> UserRow:
        """Give a user a new password and unlock her.

        Raises Refused: password.*, iam.takes_over when she may do more than the one who asks.
        """
        identity = self._identity
        with identity.work.read() as connection:
            record = self._record(connection, user_id, change=True)
        wrong = check_password(identity.rules, password, record.name)
        if wrong:
            raise Refused(*wrong)
        hashed = self._hasher.hash(password)
        with identity.work.write() as connection:
            record = self._record(connection, user_id, change=True)
            identity.demand_hold(connection, user_id)
            identity.store.put_user(
                connection,
                replace(
                    record,
                    password=hashed,
                    must_change=must_change,
                    failed=0,
                    locked_until_ms=0,
                    revision=record.revision + 1,
                ),
            )
        return self._row(user_id)

    @needs("iam:user:delete")
    def delete(self, user_id: int, *, sure: bool = False) -> None:
        """Delete a user and her access keys; what she did stays in the audit log. Raises Refused as `change`."""
        identity = self._identity
        with identity.changing(sure=sure) as connection:
            self._record(connection, user_id, change=True)
            keys = identity.store.keys(connection, user_id)
            identity.store.delete_user(connection, user_id)
        for key in keys:
            self._secrets.forget(key.ak)

    # --- inside ----------------------------------------------------------------------------------------------

    def _wrong(self, draft: UserDraft) -> tuple[Problem, ...]:
        rules = self._identity.rules
        return (*check_name(rules, draft.name), *check_note(rules, draft.note))

    def _free(self, connection: Connection, name: str, user_id: int) -> None:
        taken = self._identity.store.user_called(connection, name)
        if taken is not None and taken.id != user_id:
            raise Refused(problem("iam.name.taken", "name", name=name))

    def _put_groups(self, connection: Connection, user_id: int, groups: Sequence[int]) -> None:
        known = {g.id for g in self._identity.store.groups(connection)}
        for group_id in groups:
            if group_id not in known:
                raise Refused(problem("user_group.unknown", "groups", id=group_id))
        self._identity.store.set_groups(connection, user_id, groups)

    def _record(self, connection: Connection, user_id: int, *, change: bool = False) -> UserRecord:
        record = self._identity.store.user(connection, user_id)
        if record is None:
            raise Refused(problem("user.unknown", id=user_id))
        if change:
            if record.main:
                raise Refused(problem("iam.main_account", name=record.name))
            self.access.about(f"user_id={user_id}; name={record.name}")
        return record

    def _row(self, user_id: int) -> UserRow:
        with self._identity.work.read() as connection:
            return next(row for row in self._rows(connection) if row.id == user_id)

    def _rows(self, connection: Connection) -> tuple[UserRow, ...]:
        store = self._identity.store
        names = {g.id: g.name for g in store.groups(connection)}
        members = store.memberships(connection)
        keys = Counter(key.user_id for key in store.keys(connection))
        now = self._identity.clock.now_ms()
        return tuple(
            UserRow(
                id=r.id,
                name=r.name,
                note=r.note,
                main=r.main,
                enabled=r.enabled,
                has_password=bool(r.password),
                must_change=r.must_change,
                locked_until_ms=r.locked_until_ms if r.locked_until_ms > now else 0,
                groups=tuple((g, names[g]) for u, g in members if u == r.id),
                keys=keys[r.id],
                revision=r.revision,
                created_ms=r.created_ms,
                signed_in_ms=r.signed_in_ms,
            )
            for r in store.users(connection)
        )
