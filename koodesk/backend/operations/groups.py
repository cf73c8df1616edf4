# SPDX-License-Identifier: Apache-2.0
"""User groups (用户组): rights are given to groups, and users get them by being in one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.identity import Identity, same_revision
from koodesk.backend.operations.rights import needs
from koodesk.backend.ports.identity import GroupRecord
from koodesk.backend.views.identity import GroupDraft, GroupRow
from koodesk.domain.password_rules import check_name, check_note
from koodesk.domain.problem import Refused, problem


class Groups:
    """The groups of one workspace."""

    def __init__(self, identity: Identity) -> None:
        self.access: Final = identity.access
        self._identity = identity

    @needs("iam:group:list")
    def list(self) -> tuple[GroupRow, ...]:
        """Return the groups by name."""
        with self._identity.work.read() as connection:
            return self._rows(connection)

    @needs("iam:group:create")
    def create(self, draft: GroupDraft) -> GroupRow:
        """Make a group with policies and members.

        Raises Refused: iam.name.*, iam.note.too_long, group.too_many, policy.unknown, user.unknown, iam.escalation.
        """
        identity = self._identity
        self._check(draft)
        with identity.changing() as connection:
            if len(identity.store.groups(connection)) >= identity.rules.groups_most:
                raise Refused(problem("user_group.too_many", limit=identity.rules.groups_most))
            fresh = GroupRecord(0, draft.name, draft.note, 1, identity.clock.now_ms())
            self._free(connection, draft.name, 0)
            record = identity.store.put_group(connection, fresh)
            self._put(connection, record.id, draft)
        return self._row(record.id)

    @needs("iam:group:update")
    def change(
        self, group_id: int, draft: GroupDraft, revision: int | None = None, *, sure: bool = False
    ) -> GroupRow:
        """Change a group's name, note, policies and members; `revision` is that of the record one has seen.

        Raises Refused: as `create`, iam.changed_meanwhile, and iam.shuts_oneself_out or iam.last_administrator unless `sure`.
        """
        identity = self._identity
        self._check(draft)
        with identity.changing(sure=sure) as connection:
            record = self._record(connection, group_id)
            same_revision(record.revision, revision)
            self._free(connection, draft.name, group_id)
            identity.store.put_group(
                connection, replace(record, name=draft.name, note=draft.note, revision=record.revision + 1)
            )
            self._put(connection, group_id, draft)
        return self._row(group_id)

    @needs("iam:group:delete")
    def delete(self, group_id: int, *, sure: bool = False) -> None:
        """Delete a group: its members lose what only it gave them. Raises Refused: user_group.unknown, and as `change`."""
        with self._identity.changing(sure=sure) as connection:
            self._record(connection, group_id)
            self._identity.store.delete_group(connection, group_id)

    # --- inside ----------------------------------------------------------------------------------------------

    def _check(self, draft: GroupDraft) -> None:
        rules = self._identity.rules
        wrong = (*check_name(rules, draft.name), *check_note(rules, draft.note))
        if wrong:
            raise Refused(*wrong)

    def _free(self, connection: Connection, name: str, group_id: int) -> None:
        taken = self._identity.store.group_called(connection, name)
        if taken is not None and taken.id != group_id:
            raise Refused(problem("iam.name.taken", "name", name=name))

    def _put(self, connection: Connection, group_id: int, draft: GroupDraft) -> None:
        store = self._identity.store
        known = {*self.access.rules.assignable(), *(p.name for p in store.policies(connection))}
        for name in draft.policies:
            if name not in known:
                raise Refused(problem("policy.unknown", "policies", name=name))
        users = {u.id: u for u in store.users(connection)}
        for user_id in draft.members:
            if user_id not in users or users[user_id].main:
                raise Refused(problem("user.unknown", "members", id=user_id))
        store.set_policies(connection, group_id, draft.policies)
        store.set_members(connection, group_id, draft.members)
        self.access.about(f"group_id={group_id}; name={draft.name}; policies={', '.join(draft.policies)}")

    def _record(self, connection: Connection, group_id: int) -> GroupRecord:
        record = self._identity.store.group(connection, group_id)
        if record is None:
            raise Refused(problem("user_group.unknown", id=group_id))
        self.access.about(f"group_id={group_id}; name={record.name}")
        return record

    def _row(self, group_id: int) -> GroupRow:
        with self._identity.work.read() as connection:
            return next(row for row in self._rows(connection) if row.id == group_id)

    def _rows(self, connection: Connection) -> tuple[GroupRow, ...]:
        store = self._identity.store
        names = {u.id: u.name for u in store.users(connection)}
        granted, members = store.granted(connection), store.memberships(connection)
        return tuple(
            GroupRow(
                id=g.id,
                name=g.name,
                note=g.note,
                policies=tuple(name for group, name in granted if group == g.id),
                members=tuple((u, names[u]) for u, group in members if group == g.id),
                revision=g.revision,
                created_ms=g.created_ms,
            )
            for g in store.groups(connection)
        )
