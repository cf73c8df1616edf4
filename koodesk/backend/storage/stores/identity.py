# SPDX-License-Identifier: Apache-2.0
"""Users, groups, policies and access keys in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from koodesk.backend.ports.identity import GroupRecord, KeyRecord, PolicyRecord, UserRecord
from koodesk.backend.storage.stores.clearing_rows import new_id
from koodesk.backend.storage.tables.identity import (
    access_key,
    iam_group,
    iam_group_policy,
    iam_membership,
    iam_policy,
    iam_user,
)
from koodesk.domain.password_rules import folded


class SqlIdentityStore:
    """Users and rights of one workspace; holds no state."""

    def users(self, connection: Connection) -> tuple[UserRecord, ...]:
        """Return all users, the main account first, then by name."""
        wanted = select(iam_user).order_by(iam_user.c.main.desc(), iam_user.c.folded)
        return tuple(_user(row) for row in connection.execute(wanted).mappings())

    def user(self, connection: Connection, user_id: int) -> UserRecord | None:
        """Return one user."""
        row = _one(connection, iam_user, iam_user.c.id == user_id)
        return None if row is None else _user(row)

    def user_called(self, connection: Connection, name: str) -> UserRecord | None:
        """Return the user of a name, whatever the case."""
        row = _one(connection, iam_user, iam_user.c.folded == folded(name))
        return None if row is None else _user(row)

    def main(self, connection: Connection) -> UserRecord | None:
        """Return the main account's record: there is one since a password was set for it."""
        row = _one(connection, iam_user, iam_user.c.main)
        return None if row is None else _user(row)

    def put_user(self, connection: Connection, record: UserRecord) -> UserRecord:
        """Store a user; a new one comes back with its id."""
        return UserRecord(**{**asdict(record), "id": _put(connection, iam_user, asdict(record))})

    def delete_user(self, connection: Connection, user_id: int) -> None:
        """Delete a user with her memberships and keys."""
        connection.execute(delete(iam_user).where(iam_user.c.id == user_id))

    def groups(self, connection: Connection) -> tuple[GroupRecord, ...]:
        """Return all groups by name."""
        return tuple(
            _group(row)
            for row in connection.execute(select(iam_group).order_by(iam_group.c.folded)).mappings()
        )

    def group(self, connection: Connection, group_id: int) -> GroupRecord | None:
        """Return one group."""
        row = _one(connection, iam_group, iam_group.c.id == group_id)
        return None if row is None else _group(row)

    def group_called(self, connection: Connection, name: str) -> GroupRecord | None:
        """Return the group of a name, whatever the case."""
        row = _one(connection, iam_group, iam_group.c.folded == folded(name))
        return None if row is None else _group(row)

    def put_group(self, connection: Connection, record: GroupRecord) -> GroupRecord:
        """Store a group; a new one comes back with its id."""
        return GroupRecord(**{**asdict(record), "id": _put(connection, iam_group, asdict(record))})

    def delete_group(self, connection: Connection, group_id: int) -> None:
        """Delete a group with its memberships and grants."""
        connection.execute(delete(iam_group).where(iam_group.c.id == group_id))

    def memberships(self, connection: Connection, user_id: int | None = None) -> tuple[tuple[int, int], ...]:
        """Return all (user, group), or those of one user."""
        wanted = select(iam_membership)
        if user_id is not None:
            wanted = wanted.where(iam_membership.c.user_id == user_id)
        return tuple((row.user_id, row.group_id) for row in connection.execute(wanted))

    def set_groups(self, connection: Connection, user_id: int, groups: Sequence[int]) -> None:
        """Put a user into these groups and no others."""
        connection.execute(delete(iam_membership).where(iam_membership.c.user_id == user_id))
        _add(connection, iam_membership, [{"user_id": user_id, "group_id": g} for g in sorted(set(groups))])

    def set_members(self, connection: Connection, group_id: int, users: Sequence[int]) -> None:
        """Let a group have these members and no others."""
        connection.execute(delete(iam_membership).where(iam_membership.c.group_id == group_id))
        _add(connection, iam_membership, [{"user_id": u, "group_id": group_id} for u in sorted(set(users))])

    def granted(self, connection: Connection) -> tuple[tuple[int, str], ...]:
        """Return all (group, name of a policy)."""
        wanted = select(iam_group_policy).order_by(iam_group_policy.c.group_id, iam_group_policy.c.policy)
        return tuple((row.group_id, row.policy) for row in connection.execute(wanted))

    def set_policies(self, connection: Connection, group_id: int, names: Sequence[str]) -> None:
        """Give a group these policies and no others."""
        connection.execute(delete(iam_group_policy).where(iam_group_policy.c.group_id == group_id))
        _add(connection, iam_group_policy, [{"group_id": group_id, "policy": n} for n in sorted(set(names))])

    def policies(self, connection: Connection) -> tuple[PolicyRecord, ...]:
        """Return all custom policies by name."""
        wanted = select(iam_policy).order_by(iam_policy.c.folded)
        return tuple(_policy(row) for row in connection.execute(wanted).mappings())

    def policy(self, connection: Connection, policy_id: int) -> PolicyRecord | None:
        """Return one custom policy."""
        row = _one(connection, iam_policy, iam_policy.c.id == policy_id)
        return None if row is None else _policy(row)

    def policy_called(self, connection: Connection, name: str) -> PolicyRecord | None:
        """Return the custom policy of a name, whatever the case."""
        row = _one(connection, iam_policy, iam_policy.c.folded == folded(name))
        return None if row is None else _policy(row)

    def put_policy(self, connection: Connection, record: PolicyRecord) -> PolicyRecord:
        """Store a custom policy; a new one comes back with its id."""
        return PolicyRecord(**{**asdict(record), "id": _put(connection, iam_policy, asdict(record))})

    def delete_policy(self, connection: Connection, policy_id: int) -> None:
        """Delete a custom policy."""
        connection.execute(delete(iam_policy).where(iam_policy.c.id == policy_id))

    def keys(self, connection: Connection, user_id: int | None = None) -> tuple[KeyRecord, ...]:
        """Return the access keys of a user, or all, oldest first."""
        wanted = select(access_key).order_by(access_key.c.id)
        if user_id is not None:
            wanted = wanted.where(access_key.c.user_id == user_id)
        return tuple(KeyRecord(**row) for row in connection.execute(wanted).mappings())

    def key(self, connection: Connection, ak: str) -> KeyRecord | None:
        """Return the access key of an AK."""
        row = _one(connection, access_key, access_key.c.ak == ak)
        return None if row is None else KeyRecord(**row)

    def put_key(self, connection: Connection, record: KeyRecord) -> KeyRecord:
        """Store an access key; a new one comes back with its id."""
        return KeyRecord(**{**asdict(record), "id": _put(connection, access_key, asdict(record))})

    def delete_key(self, connection: Connection, key_id: int) -> None:
        """Delete an access key."""
        connection.execute(delete(access_key).where(access_key.c.id == key_id))


def _one(connection: Connection, table: Table, condition: Any) -> RowMapping | None:
    return connection.execute(select(table).where(condition)).mappings().one_or_none()


def _put(connection: Connection, table: Table, values: dict[str, Any]) -> int:
    """Insert a record without an id, or write one with; return its id."""
    if "folded" in table.c:
        values["folded"] = folded(values["name"])
    known = int(values.pop("id"))
    if not known:
        return new_id(connection.execute(insert(table).values(values)))
    connection.execute(update(table).where(table.c.id == known).values(values))
    return known


def _add(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _without_folded(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items() if name != "folded"}


def _user(row: RowMapping) -> UserRecord:
    return UserRecord(**_without_folded(row))


def _group(row: RowMapping) -> GroupRecord:
    return GroupRecord(**_without_folded(row))


def _policy(row: RowMapping) -> PolicyRecord:
    return PolicyRecord(**_without_folded(row))
