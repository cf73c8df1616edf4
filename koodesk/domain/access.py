# SPDX-License-Identifier: Apache-2.0
"""Who may do what: principals, policies and the one decision (IAM, facts section 5).

Deny by default; an explicit deny wins over every allow. Policies and actions are data
(`resources/rules/access.toml`), each line with its source; where the platform's matrix ends, the line says that the
choice is Koodesk's own. Where a decision is asked is `backend.operations.rights`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Final

LOCAL_OWNER_POLICIES: Final = ("KooMessage FullAccess", "RTC Administrator", "Koodesk LocalEngine")
"""What the person at the keyboard holds on a workspace of their own: everything, the local engine included."""


class Effect(StrEnum):
    """What a statement does to the actions it names."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True)
class Statement:
    """Allow or deny the actions that match a pattern: "kooMessage:devTemplate:list", "KooMessage:*:*"."""

    effect: Effect
    actions: tuple[str, ...]

    def covers(self, action: str) -> bool:
        """Tell whether the statement speaks of this action. Case does not matter: the platform writes both."""
        wanted = action.lower()
        return any(fnmatchcase(wanted, pattern.lower()) for pattern in self.actions)


@dataclass(frozen=True, slots=True)
class Policy:
    """A named set of statements."""

    name: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: a name for the record, and the policies that hold for them (their groups' included)."""

    name: str
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """An action of the catalogue. `needs_also` names actions that must be allowed besides (sending needs the
    Message & SMS policy); `source` is the facts sheet's tag or "Koodesk"."""

    id: str
    name_zh: str
    name_en: str
    source: str
    needs_also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: `policy` is the one that allowed or denied, empty when nothing spoke of the action.

    `missing` is the action that was not allowed: the one asked for, or one it needs besides.
    """

    allowed: bool
    policy: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The catalogue of actions and the system policies."""

    actions: Mapping[str, Action]
    policies: Mapping[str, Policy]

    def principal(self, name: str, policies: tuple[str, ...]) -> Principal:
        """Return a principal holding system policies by name. Raises KeyError for an unknown policy."""
        return Principal(name, tuple(self.policies[policy] for policy in policies))

    def local_owner(self) -> Principal:
        """Return the person at the keyboard of a workspace with no user management."""
        return self.principal("local", LOCAL_OWNER_POLICIES)


def decide(rules: AccessRules, principal: Principal, action: str) -> Decision:
    """Decide one action. An action that is not in the catalogue is denied, whatever a wildcard says."""
    known = rules.actions.get(action)
    if known is None:
        return Decision(False, missing=action)
    decision = Decision(False, missing=action)
    for wanted in (action, *known.needs_also):
        decision = _decide_one(principal, wanted)
        if not decision.allowed:
            return decision
    return _decide_one(principal, action)


def _decide_one(principal: Principal, action: str) -> Decision:
    allowed_by = ""
    for policy in principal.policies:
        for statement in policy.statements:
            if not statement.covers(action):
                continue
            if statement.effect is Effect.DENY:
                return Decision(False, policy.name, action)
            allowed_by = allowed_by or policy.name
    return Decision(bool(allowed_by), allowed_by, "" if allowed_by else action)


_COLUMNS: Final = {
    "F": "KooMessage FullAccess",
    "R": "KooMessage ReadOnlyAccess",
    "C": "KooMessage CommonOperations",
    "D": "KooMessage Development",
}
_BASIC: Final = "kooMessage:basic"
"""How actions of video SMS begin. The matrix has the same columns for the policies of the Basic Edition."""


def read_access_rules(text: str) -> AccessRules:
    """Read `access.toml`. Raises ValueError when the data breaks its own rules: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    actions: dict[str, Action] = {}
    allowed: dict[str, list[str]] = {name: [] for name in _COLUMNS.values()}
    for entry in data["action"]:
        action = Action(
            id=entry["id"],
            name_zh=entry["zh"],
            name_en=entry["en"],
            source=entry["source"],
            needs_also=tuple(entry.get("needs_also", ())),
        )
        if action.id in actions:
            raise ValueError(f"action {action.id} is written twice")
        actions[action.id] = action
        for letter in entry["policies"]:
            policy = _COLUMNS[letter]
            allowed[policy].append(action.id)
            if action.id.startswith(_BASIC):
                allowed.setdefault(policy.replace("KooMessage", "KooMessage Basic Edition"), []).append(
                    action.id
                )
    policies = {
        name: Policy(name, (Statement(Effect.ALLOW, tuple(granted)),)) for name, granted in allowed.items()
    }
    for entry in data["policy"]:
        statements = tuple(Statement(Effect(s["effect"]), tuple(s["actions"])) for s in entry["statements"])
        policies[entry["name"]] = Policy(entry["name"], statements)
    return AccessRules(actions, policies)
