# SPDX-License-Identifier: Apache-2.0
"""Custom policies as documents in the cloud's shape, read strictly.

    {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["kooMessage:devTemplate:list"]}]}

`*` stands for anything inside an action. Case does not matter, as in the platform's own examples. Whatever is not
understood is refused, with its place: a policy that somebody believes in must not say less than it seems to. `Resource`
and `Condition` of the cloud are refused too: nothing here would keep to them. The limits are Koodesk's own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, Final

from koodesk.domain.access import AccessRules, Effect, Policy, Statement
from koodesk.domain.problem import Problem, Refused, Severity, errors, problem

VERSION: Final = "1.1"
DOCUMENT_MAX: Final = 6_144
STATEMENTS_MAX: Final = 8
ACTIONS_MAX: Final = 100
ACTION_MAX: Final = 128
DEPTH_MAX: Final = 4
"""An object, its list of statements, a statement, its list of actions: nothing lies deeper."""

STARTER: Final = """{
  "Version": "1.1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "kooMessage:devTemplate:list"
      ]
    }
  ]
}"""
"""What a new policy begins with."""

_SHAPE: Final = re.compile(r"\*|[A-Za-z0-9*]+:[A-Za-z0-9*]+:[A-Za-z0-9*]+")


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A JSON object as it was written, twice-written keys included."""

    pairs: tuple[tuple[str, Any], ...]


def read_document(text: str, rules: AccessRules) -> tuple[tuple[Statement, ...], tuple[Problem, ...]]:
    """Return a document's statements, and everything that is wrong with it: without an error they may be used.

    Places are "document", "document/Statement/1/Action/2", counted from 1.
    """
    if len(text) > DOCUMENT_MAX:
        return (), (problem("policy.too_long", "document", limit=DOCUMENT_MAX, actual=len(text)),)
    try:
        data = json.loads(
            text, object_pairs_hook=lambda pairs: _Pairs(tuple(pairs)), parse_constant=_no_constant
        )
    except json.JSONDecodeError as failure:
        return (), (problem("policy.not_json", "document", line=failure.lineno, column=failure.colno),)
    except RecursionError:
        return (), (problem("policy.too_deep", "document", limit=DEPTH_MAX),)
    except ValueError:  # a number no machine can hold, or NaN
        return (), (problem("policy.not_json", "document", line=1, column=1),)
    if _depth(data) > DEPTH_MAX:
        return (), (problem("policy.too_deep", "document", limit=DEPTH_MAX),)
    found: list[Problem] = []
    whole = _object(data, "document", ("Version", "Statement"), found)
    if whole is None:
        return (), tuple(found)
    if "Version" in whole and whole["Version"] != VERSION:
        found.append(problem("policy.version", "document/Version", limit=VERSION))
    statements = whole.get("Statement")
    if not isinstance(statements, list) or not 1 <= len(statements) <= STATEMENTS_MAX:
        if "Statement" in whole:
            found.append(problem("policy.statements", "document/Statement", limit=STATEMENTS_MAX))
        return (), tuple(found)
    read = [
        _statement(one, f"document/Statement/{number}", rules, found)
        for number, one in enumerate(statements, 1)
    ]
    return tuple(one for one in read if one is not None), tuple(found)


def policy_of(name: str, text: str, rules: AccessRules) -> Policy:
    """Return a document as a policy. Raises Refused with every error."""
    statements, found = read_document(text, rules)
    wrong = errors(found)
    if wrong:
        raise Refused(*wrong)
    return Policy(name, statements)


def stored_policy(name: str, text: str, rules: AccessRules) -> Policy:
    """Return a stored document as a policy. One that no longer reads wholly, because an action was dropped from the catalogue,
    keeps its denials and loses its allowances."""
    statements, found = read_document(text, rules)
    if errors(found):
        statements = tuple(s for s in statements if s.effect is Effect.DENY)
    return Policy(name, statements)


def written(statements: tuple[Statement, ...]) -> str:
    """Return statements as a document."""
    document = {
        "Version": VERSION,
        "Statement": [{"Effect": s.effect.value, "Action": list(s.actions)} for s in statements],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _depth(value: Any) -> int:
    """Count how deep containers lie in one another, without a call of its own a level."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, level = waiting.pop()
        inside = (
            [v for _, v in one.pairs] if isinstance(one, _Pairs) else one if isinstance(one, list) else None
        )
        if inside is None:
            continue
        deepest = max(deepest, level)
        waiting += [(v, level + 1) for v in inside]
    return deepest


def _object(value: Any, where: str, keys: tuple[str, ...], found: list[Problem]) -> dict[str, Any] | None:
    if not isinstance(value, _Pairs):
        found.append(problem("policy.not_object", where))
        return None
    names = [name for name, _ in value.pairs]
    for name in dict.fromkeys(names):
        if name not in keys:
            found.append(problem("policy.unknown_key", where, key=_shown(name), keys=", ".join(keys)))
        elif names.count(name) > 1:
            found.append(problem("policy.key_twice", where, key=name))
    found += [problem("policy.key_missing", where, key=name) for name in keys if name not in names]
    return dict(value.pairs)


def _statement(value: Any, where: str, rules: AccessRules, found: list[Problem]) -> Statement | None:
    inside = _object(value, where, ("Effect", "Action"), found)
    if inside is None:
        return None
    effect = inside.get("Effect")
    if "Effect" in inside and effect not in (Effect.ALLOW.value, Effect.DENY.value):
        found.append(problem("policy.effect", f"{where}/Effect"))
    actions = inside.get("Action")
    if not isinstance(actions, list) or not 1 <= len(actions) <= ACTIONS_MAX:
        if "Action" in inside:
            found.append(problem("policy.actions", f"{where}/Action", limit=ACTIONS_MAX))
        return None
    taken = [_action(one, f"{where}/Action/{n}", rules, found) for n, one in enumerate(actions, 1)]
    if effect not in (Effect.ALLOW.value, Effect.DENY.value):
        return None
    return Statement(Effect(effect), tuple(one for one in taken if one))


def _action(value: Any, where: str, rules: AccessRules, found: list[Problem]) -> str:
    if not isinstance(value, str) or len(value) > ACTION_MAX or not _SHAPE.fullmatch(value):
        found.append(problem("policy.action.shape", where, actual=_shown(value), limit=ACTION_MAX))
        return ""
    wanted = value.lower()
    known = {action.lower(): action for action in rules.actions}
    if wanted in known or ("*" in wanted and any(fnmatchcase(action, wanted) for action in known)):
        return value
    near = get_close_matches(wanted, known, 1, 0.75)
    code = "policy.action.matches_nothing" if "*" in wanted else "policy.action.unknown"
    found.append(
        problem(
            code,
            where,
            severity=Severity.WARNING if "*" in wanted else Severity.ERROR,
            actual=value,
            near=known[near[0]] if near else "—",
        )
    )
    return value


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else type(value).__name__
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:40])
