# SPDX-License-Identifier: Apache-2.0
"""Who may do what: principals, policies and the one decision (IAM, facts section 5).

Deny by default; an explicit deny wins over every allow. Policies and actions are data
(`resources/rules/access.toml`), each line with its source; where the platform's matrix ends, the line says that the
choice is Koodesk's own. Where a decision is asked is `backend.operations.rights`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Final

MAIN_ACCOUNT_POLICY: Final = "Koodesk MainAccount"
"""What the main account (主账号) holds: the whole catalogue. No group can be given it."""


class Kind(StrEnum):
    """What an action does: reads are not written to the audit log, writes are, and an export before its first row."""

    READ = "read"
    WRITE = "write"
    EXPORT = "export"


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
    """Whoever asks: a name for the record, and the policies that hold for them (their groups' included).

    `user_id` is the desk's user, 0 for the main account while it has no password; `main` is the main account itself. `proof` is
    what she came in with (the keyboard, a password or an access key as it was then): when that no longer holds, what
    she has open ends. Without one she was named by whoever opened the service, and stays.
    """

    name: str
    policies: tuple[Policy, ...]
    user_id: int = 0
    main: bool = False
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """An action of the catalogue. `needs_also` names actions that must be allowed besides (sending needs the
    Message & SMS policy); `source` is the facts sheet's tag or "Koodesk"."""

    id: str
    name_zh: str
    name_en: str
    source: str
    needs_also: tuple[str, ...] = ()
    kind: Kind = Kind.WRITE
    columns: tuple[str, ...] = ()
    """The letters of the matrix: which columns of the platform's table allow it."""
    main_account: bool = False
    """Whether the main account alone may, and no policy gives it to anybody else."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: `policy` is the one that allowed or denied, empty when nothing spoke of the action.

    `missing` is the action that was not allowed: the one asked for, or one it needs besides.
    """

    allowed: bool
    policy: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class PolicyAbout:
    """What a system policy is for, in both languages, and where it comes from."""

    zh: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The catalogue of actions and the system policies; `about` says in words what a policy is for."""

    actions: Mapping[str, Action]
    policies: Mapping[str, Policy]
    about: Mapping[str, PolicyAbout]

    def principal(self, name: str, policies: tuple[str, ...]) -> Principal:
        """Return a principal holding system policies by name. Raises KeyError for an unknown policy."""
        return Principal(name, tuple(self.policies[policy] for policy in policies))

    def local_owner(self, name: str = "local", user_id: int = 0) -> Principal:
        """Return the main account: the person at the keyboard of a workspace in which it has no password."""
        return Principal(name, (self.policies[MAIN_ACCOUNT_POLICY],), user_id, main=True)

    def assignable(self) -> tuple[str, ...]:
        """Return the system policies that a group can be given, in the order of the data."""
        return tuple(name for name in self.policies if name != MAIN_ACCOUNT_POLICY)

    def granted(self, policies: Iterable[Policy]) -> frozenset[str]:
        """Return the actions of the catalogue that a set of policies allows, each by itself."""
        held = Principal("", tuple(policies))
        return frozenset(action for action in self.actions if _decide_one(held, action).allowed)


def decide(rules: AccessRules, principal: Principal, action: str) -> Decision:
    """Decide one action. An action that is not in the catalogue is denied, whatever a wildcard says."""
    known = rules.actions.get(action)
    if known is None:
        return Decision(False, missing=action)
    if known.main_account and not principal.main:
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
    "SF": "KooMessage SA FullAccess",
    "SR": "KooMessage SA ReadOnlyAccess",
}
"""Columns of the platform's matrix; SF and SR are those of the service account (智能信息服务号)."""

_BASIC: Final = ("kooMessage:basic", "kooMessage:exportJob")
"""How actions of video SMS begin, and those of the export centre, which all products share. The matrix has the same columns for the policies of the Basic Edition."""


def read_access_rules(text: str) -> AccessRules:
    """Read `access.toml`. Raises ValueError when the data breaks its own rules: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    verbs = {verb: Kind(kind) for kind, named in data["kinds"].items() for verb in named}
    actions: dict[str, Action] = {}
    allowed: dict[str, list[str]] = {name: [] for name in _COLUMNS.values()}
    for entry in data["action"]:
        verb = entry["id"].rpartition(":")[2]
        action = Action(
            id=entry["id"],
            name_zh=entry["zh"],
            name_en=entry["en"],
            source=entry["source"],
            needs_also=tuple(entry.get("needs_also", ())),
            kind=Kind(entry["kind"]) if "kind" in entry else verbs.get(verb, Kind.WRITE),
            columns=tuple(entry["policies"]),
            main_account=entry.get("main_account", False),
        )
        if action.id in actions:
            raise ValueError(f"action {action.id} is written twice")
        actions[action.id] = action
        for letter in action.columns:
            policy = _COLUMNS[letter]
            allowed[policy].append(action.id)
            if action.id.startswith(_BASIC) and not letter.startswith("S"):
                allowed.setdefault(policy.replace("KooMessage", "KooMessage Basic Edition"), []).append(
                    action.id
                )
    policies = {
        name: Policy(name, (Statement(Effect.ALLOW, tuple(granted)),)) for name, granted in allowed.items()
    }
    for entry in data["policy"]:
        statements = tuple(Statement(Effect(s["effect"]), tuple(s["actions"])) for s in entry["statements"])
        policies[entry["name"]] = Policy(entry["name"], statements)
    about = {
        entry["name"]: PolicyAbout(entry["zh"], entry["en"], entry["source"])
        for entry in data["about"]
        if entry["name"] in policies
    }
    if set(about) != set(policies):
        raise ValueError(f"policies without a word: {sorted(set(policies) - set(about))}")
    return AccessRules(actions, policies, about)
