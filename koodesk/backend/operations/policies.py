# SPDX-License-Identifier: Apache-2.0
"""Policies (权限策略): those of the system with their matrix, and custom ones as documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.identity import Identity, same_revision
from koodesk.backend.operations.rights import needs
from koodesk.backend.ports.identity import PolicyRecord
from koodesk.backend.views.identity import MatrixRow, PolicyRow
from koodesk.domain.access import MAIN_ACCOUNT_POLICY
from koodesk.domain.password_rules import check_name, check_note, folded
from koodesk.domain.policy_document import policy_of, read_document, written
from koodesk.domain.problem import Problem, Refused, problem


class Policies:
    """The policies of one workspace."""

    def __init__(self, identity: Identity) -> None:
        self.access: Final = identity.access
        self._identity = identity

    @needs("iam:policy:list")
    def list(self) -> tuple[PolicyRow, ...]:
        """Return the system's policies in the order of the matrix, then the custom ones by name."""
        rules = self.access.rules
        with self._identity.work.read() as connection:
            groups = {g.id: g.name for g in self._identity.store.groups(connection)}
            granted = self._identity.store.granted(connection)
            custom = self._identity.store.policies(connection)

        def having(name: str) -> tuple[str, ...]:
            return tuple(groups[group] for group, policy in granted if policy == name)

        system = [
            PolicyRow(
                id=0,
                name=name,
                note_zh=rules.about[name].zh,
                note_en=rules.about[name].en,
                source=rules.about[name].source,
                document=written(rules.policies[name].statements),
                groups=having(name),
                revision=0,
                created_ms=0,
            )
            for name in rules.assignable()
        ]
        own = [
            PolicyRow(p.id, p.name, p.note, p.note, "", p.document, having(p.name), p.revision, p.created_ms)
            for p in custom
        ]
        return (*system, *own)

    @needs("iam:policy:list")
    def matrix(self) -> tuple[tuple[str, ...], tuple[MatrixRow, ...]]:
        """Return the names of the system's policies and, for each action, which of them allow it."""
        rules = self.access.rules
        names = tuple(name for name in rules.policies if name != MAIN_ACCOUNT_POLICY)
        allowed = [rules.granted((rules.policies[name],)) for name in names]
        rows = tuple(
            MatrixRow(a.id, a.name_zh, a.name_en, a.kind, a.source, tuple(a.id in one for one in allowed))
            for a in rules.actions.values()
        )
        return names, rows

    @needs("iam:policy:list")
    def check(self, document: str) -> tuple[Problem, ...]:
        """Return what is wrong with a document: errors stop it, warnings do not."""
        return read_document(document, self.access.rules)[1]

    @needs("iam:policy:create")
    def create(self, name: str, document: str, note: str = "") -> PolicyRow:
        """Make a custom policy; no group has it yet. Raises Refused: policy.*, iam.name.*, iam.note.too_long."""
        identity = self._identity
        self._check(name, note)
        policy_of(name, document, self.access.rules)
        with identity.work.write() as connection:
            if len(identity.store.policies(connection)) >= identity.rules.policies_most:
                raise Refused(problem("policy.too_many", limit=identity.rules.policies_most))
            system = {folded(known) for known in self.access.rules.policies}
            if folded(name) in system or identity.store.policy_called(connection, name) is not None:
                raise Refused(problem("iam.name.taken", "name", name=name))
            fresh = PolicyRecord(0, name, note, document, 1, identity.clock.now_ms())
            record = identity.store.put_policy(connection, fresh)
        return self._row(record.id)

    @needs("iam:policy:update")
    def change(
        self,
        policy_id: int,
        document: str,
        note: str = "",
        revision: int | None = None,
        *,
        sure: bool = False,
    ) -> PolicyRow:
        """Change a custom policy; it holds at once for everybody who has it. Its name stays: groups know it by that.

        Raises Refused: policy.*, iam.note.too_long, iam.changed_meanwhile, iam.escalation, and iam.shuts_oneself_out or
        iam.last_administrator unless `sure`.
        """
        identity = self._identity
        self._check("policy", note)
        with identity.changing(sure=sure) as connection:
            record = self._record(connection, policy_id)
            same_revision(record.revision, revision)
            policy_of(record.name, document, self.access.rules)
            changed = replace(record, document=document, note=note, revision=record.revision + 1)
            identity.store.put_policy(connection, changed)
        return self._row(policy_id)

    @needs("iam:policy:delete")
    def delete(self, policy_id: int) -> None:
        """Delete a custom policy that no group has. Raises Refused: policy.unknown, policy.in_use."""
        identity = self._identity
        with identity.work.write() as connection:
            record = self._record(connection, policy_id)
            groups = {g.id: g.name for g in identity.store.groups(connection)}
            using = [groups[g] for g, name in identity.store.granted(connection) if name == record.name]
            if using:
                raise Refused(problem("policy.in_use", name=record.name, groups=", ".join(using[:5])))
            identity.store.delete_policy(connection, policy_id)

    # --- inside ----------------------------------------------------------------------------------------------

    def _check(self, name: str, note: str) -> None:
        rules = self._identity.rules
        wrong = (*check_name(rules, name), *check_note(rules, note))
        if wrong:
            raise Refused(*wrong)

    def _record(self, connection: Connection, policy_id: int) -> PolicyRecord:
        record = self._identity.store.policy(connection, policy_id)
        if record is None:
            raise Refused(problem("policy.unknown", name=str(policy_id)))
        self.access.about(f"policy_id={policy_id}; name={record.name}")
        return record

    def _row(self, policy_id: int) -> PolicyRow:
        return next(row for row in self.list() if row.id == policy_id)
