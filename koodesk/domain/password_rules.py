# SPDX-License-Identifier: Apache-2.0
"""Rules for passwords, names and wrong tries, as data (`resources/rules/identity.toml`). No source publishes the platform's
own, so all of them are Koodesk's; each says so."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from typing import Any

from koodesk.domain.problem import Problem, problem


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """Lengths in characters, `kinds` of capital letters, small letters, digits and others, tries, minutes and counts."""

    password_least: int
    password_most: int
    password_kinds: int
    tries: int
    lock_minutes: int
    name_most: int
    note_most: int
    keys_most: int
    users_most: int
    groups_most: int
    policies_most: int


def read_identity_rules(text: str) -> IdentityRules:
    """Read `identity.toml`. Raises KeyError or TypeError when the data is incomplete: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    return IdentityRules(**{rule["name"]: int(rule["value"]) for rule in data["rule"]})


def check_password(
    rules: IdentityRules, password: str, name: str, where: str = "password"
) -> tuple[Problem, ...]:
    """Return what is wrong with a password for a user of this name. The password itself is in no problem."""
    if len(password) < rules.password_least:
        return (problem("password.too_short", where, limit=rules.password_least, actual=len(password)),)
    if len(password) > rules.password_most:
        return (problem("password.too_long", where, limit=rules.password_most, actual=len(password)),)
    found = []
    if any(unicodedata.category(c).startswith("C") for c in password):
        found.append(problem("password.unseen", where))
    kinds = {_kind(c) for c in password}
    if len(kinds) < rules.password_kinds:
        found.append(problem("password.kinds", where, limit=rules.password_kinds, actual=len(kinds)))
    folded, own = password.casefold(), name.casefold()
    if own and (own in folded or own[::-1] in folded):
        found.append(problem("password.holds_name", where))
    return tuple(found)


def check_name(rules: IdentityRules, name: str, where: str = "name") -> tuple[Problem, ...]:
    """Return what is wrong with the name of a user, group or policy: letters of any language, digits, space - _ . only."""
    if not name.strip():
        return (problem("iam.name.missing", where),)
    if len(name) > rules.name_most:
        return (problem("iam.name.too_long", where, limit=rules.name_most, actual=len(name)),)
    if not name[0].isalpha() or name != name.strip() or not all(c.isalnum() or c in " -_." for c in name):
        return (problem("iam.name.characters", where),)
    return ()


def check_note(rules: IdentityRules, note: str, where: str = "note") -> tuple[Problem, ...]:
    """Return what is wrong with a description."""
    if len(note) > rules.note_most:
        return (problem("iam.note.too_long", where, limit=rules.note_most, actual=len(note)),)
    return ()


def folded(name: str) -> str:
    """Return a name as it is compared: one user whatever the case or the way its letters are written."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _kind(character: str) -> str:
    if character.isupper():
        return "capital"
    if character.isalpha():
        return "small"
    return "digit" if character.isdigit() else "other"
