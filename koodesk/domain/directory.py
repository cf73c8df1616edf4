# SPDX-License-Identifier: Apache-2.0
"""Users, groups and policies of a workspace as one value, and what a change of them may not do.

A change is judged by what it does, not by what it is called: the directory before it is held against the one after it.
Nobody gives a right that she does not have herself, whatever way it goes: a policy for a group, a group for a user, another
text of a policy, a Deny taken away, a user enabled. Whoever would shut herself out, or take the last administrator besides
the main account away, is asked first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from koodesk.domain.access import AccessRules, Policy, Principal
from koodesk.domain.problem import Problem, problem

ADMINISTERS: Final = ("iam:user:update", "iam:group:update")
"""Who may do all of these is an administrator: she can put right what went wrong with somebody's rights."""

NAMED_MAX: Final = 3
"""How many actions a refusal names."""


@dataclass(frozen=True, slots=True)
class Member:
    """A user as far as rights go. The main account has all of them and is in no group."""

    id: int
    name: str
    enabled: bool
    groups: frozenset[int]
    main: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """Who is in which group, which policies a group has by name, and what the custom policies say."""

    members: Mapping[int, Member]
    groups: Mapping[int, tuple[str, ...]]
    custom: Mapping[str, Policy]

    def policies(self, rules: AccessRules, names: tuple[str, ...]) -> tuple[Policy, ...]:
        """Return policies by name, system and custom; a name nobody knows grants nothing."""
        found = (rules.policies.get(name) or self.custom.get(name) for name in names)
        return tuple(policy for policy in found if policy is not None)

    def policies_of(self, rules: AccessRules, user_id: int) -> tuple[Policy, ...]:
        """Return what holds for a user: the policies of all her groups, each once."""
        member = self.members.get(user_id)
        if member is None or not member.enabled:
            return ()
        names = dict.fromkeys(n for group in sorted(member.groups) for n in self.groups.get(group, ()))
        return self.policies(rules, tuple(names))

    def principal(self, rules: AccessRules, user_id: int) -> Principal | None:
        """Return a user as who acts, None where there is none or she is disabled."""
        member = self.members.get(user_id)
        if member is None or not member.enabled:
            return None
        if member.main:
            return rules.local_owner(member.name, member.id)
        return Principal(member.name, self.policies_of(rules, user_id), member.id)

    def granted(self, rules: AccessRules, user_id: int) -> frozenset[str]:
        """Return the actions a user may do."""
        member = self.members.get(user_id)
        if member is not None and member.main:
            return frozenset(rules.actions)
        return rules.granted(self.policies_of(rules, user_id))

    def administrators(self, rules: AccessRules) -> tuple[str, ...]:
        """Return the names of the users besides the main account who may put rights right."""
        return tuple(
            m.name
            for m in self.members.values()
            if not m.main and self.granted(rules, m.id).issuperset(ADMINISTERS)
        )


def check_change(
    rules: AccessRules, actor: Principal, before: Directory, after: Directory, *, sure: bool = False
) -> tuple[Problem, ...]:
    """Return what stands in the way of a change made by `actor`. `sure`: she was asked and said yes."""
    found: list[Problem] = []
    own = rules.granted(actor.policies)
    gained = set[str]()
    for user_id in after.members:
        gained |= after.granted(rules, user_id) - before.granted(rules, user_id)
    for group, names in after.groups.items():
        held = before.policies(rules, before.groups.get(group, ()))
        gained |= rules.granted(after.policies(rules, names)) - rules.granted(held)
    beyond = sorted(gained - own)
    if beyond and not actor.main:
        zh, en = _names(rules, beyond)
        found.append(problem("iam.escalation", count=len(beyond), names_zh=zh, names_en=en))
    if not sure and not actor.main:
        lost = after.granted(rules, actor.user_id)
        if own.issuperset(ADMINISTERS) and not lost.issuperset(ADMINISTERS):
            found.append(problem("iam.shuts_oneself_out"))
    if not sure and before.administrators(rules) and not after.administrators(rules):
        found.append(
            problem("iam.last_administrator", names=", ".join(before.administrators(rules)[:NAMED_MAX]))
        )
    return tuple(found)


def check_hold(
    rules: AccessRules, actor: Principal, directory: Directory, user_id: int
) -> tuple[Problem, ...]:
    """Return what stands in the way of acting for a user (her password, her keys): she may have no right the actor lacks."""
    member = directory.members.get(user_id)
    if actor.main or member is None or actor.user_id == user_id:
        return ()
    if member.main:
        return (problem("iam.main_account", name=member.name),)
    groups = tuple(name for group in sorted(member.groups) for name in directory.groups.get(group, ()))
    held = rules.granted(directory.policies(rules, groups))  # disabled or not: she may be enabled again
    beyond = sorted(held - rules.granted(actor.policies))
    if not beyond:
        return ()
    zh, en = _names(rules, beyond)
    return (problem("iam.takes_over", name=member.name, count=len(beyond), names_zh=zh, names_en=en),)


def _names(rules: AccessRules, actions: list[str]) -> tuple[str, str]:
    """Name the first of some actions, in Chinese and in English."""
    named = [rules.actions[action] for action in actions[:NAMED_MAX]]
    return "、".join(a.name_zh for a in named), ", ".join(a.name_en for a in named)
