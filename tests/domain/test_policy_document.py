# SPDX-License-Identifier: Apache-2.0
"""Custom policies: the cloud's shape is read, everything else is refused with its place; deny wins whatever the order."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.domain.access import Effect, Policy, Principal, Statement, decide, read_access_rules
from koodesk.domain.policy_document import (
    ACTION_MAX,
    ACTIONS_MAX,
    DOCUMENT_MAX,
    STARTER,
    STATEMENTS_MAX,
    policy_of,
    read_document,
    stored_policy,
    written,
)
from koodesk.domain.problem import Refused, Severity

RULES = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))
LIST = "kooMessage:devTemplate:list"


def document(*actions: object, effect: object = "Allow", version: object = "1.1") -> str:
    return json.dumps({"Version": version, "Statement": [{"Effect": effect, "Action": list(actions)}]})


def codes(text: str) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in read_document(text, RULES)[1]]


def test_the_document_of_the_facts_sheet_is_read() -> None:
    text = '{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["kooMessage:devTemplate:list"]}]}'
    assert read_document(text, RULES) == ((Statement(Effect.ALLOW, (LIST,)),), ())
    assert read_document(STARTER, RULES) == ((Statement(Effect.ALLOW, (LIST,)),), ())


def test_case_does_not_matter_and_a_star_stands_for_anything() -> None:
    policy = policy_of("p", document("KooMessage:*:*", "KOOMESSAGE:DEVTEMPLATE:LIST"), RULES)
    assert RULES.granted((policy,)) == {a for a in RULES.actions if a.startswith("kooMessage:")}


AT, FIRST = "document/Statement/1", "document/Statement/1/Action/1"
HOSTILE: list[tuple[str, list[tuple[str, str]]]] = [
    ("", [("policy.not_json", "document")]),
    ("{", [("policy.not_json", "document")]),
    ("null", [("policy.not_object", "document")]),
    ("[]", [("policy.not_object", "document")]),
    ('"Allow"', [("policy.not_object", "document")]),
    ("NaN", [("policy.not_json", "document")]),
    ('{"Version": Infinity, "Statement": []}', [("policy.not_json", "document")]),
    ("1" * 5_000, [("policy.not_json", "document")]),  # a number Python will not make of it
    ("\ufeff{}", [("policy.not_json", "document")]),
    ("[" * 3_000, [("policy.too_deep", "document")]),
    ("[" * 3_000 + "]" * 3_000, [("policy.too_deep", "document")]),
    ('{"Version": [[[[1]]]], "Statement": []}', [("policy.too_deep", "document")]),
    ("{}", [("policy.key_missing", "document"), ("policy.key_missing", "document")]),
    (document(LIST, version="1.0"), [("policy.version", "document/Version")]),
    (document(LIST, version=1.1), [("policy.version", "document/Version")]),
    ('{"Version":"1.1","Statement":{}}', [("policy.statements", "document/Statement")]),
    ('{"Version":"1.1","Statement":[]}', [("policy.statements", "document/Statement")]),
    ('{"Version":"1.1","Statement":[1]}', [("policy.not_object", AT)]),
    (document(LIST, effect="allow"), [("policy.effect", f"{AT}/Effect")]),
    (document(LIST, effect=None), [("policy.effect", f"{AT}/Effect")]),
    (document(LIST, effect=["Allow"]), [("policy.effect", f"{AT}/Effect")]),
    ('{"Version":"1.1","Statement":[{"Effect":"Allow","Action":"*"}]}', [("policy.actions", f"{AT}/Action")]),
    (document(), [("policy.actions", f"{AT}/Action")]),
    (document(1), [("policy.action.shape", FIRST)]),
    (document(""), [("policy.action.shape", FIRST)]),
    (document("**"), [("policy.action.shape", FIRST)]),
    (document("kooMessage:devTemplate"), [("policy.action.shape", FIRST)]),
    (document("kooMessage:devTemplate:list "), [("policy.action.shape", FIRST)]),
    (document("kooMessage:devTemplate:[a-z]*"), [("policy.action.shape", FIRST)]),
    (document("kooMessage:devTemplate:lis?"), [("policy.action.shape", FIRST)]),
    (document("kooMessage：devTemplate：list"), [("policy.action.shape", FIRST)]),
    (document("kooMessage:devTemplate:\u202elist"), [("policy.action.shape", FIRST)]),
    (document("kooMessage:devTemplate:\ud800"), [("policy.action.shape", FIRST)]),
    (document("kooMessage:devTemplate:lists"), [("policy.action.unknown", FIRST)]),
    (document("ecs:*:*"), [("policy.action.matches_nothing", FIRST)]),
    (
        '{"Version":"1.1","Statement":[{"Effect":"Allow","Effect":"Deny","Action":["' + LIST + '"]}]}',
        [("policy.key_twice", AT)],
    ),
    ('{"Version":"1.1","Version":"1.1","Statement":[]}', [("policy.key_twice", "document"), ("policy.statements", "document/Statement")]),
    (
        '{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["' + LIST + '"],"Resource":["*"]}]}',
        [("policy.unknown_key", AT)],
    ),
    (
        '{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["' + LIST + '"],"Condition":{}}]}',
        [("policy.unknown_key", AT)],
    ),
    ('{"__proto__":{},"Version":"1.1","Statement":[]}', [("policy.unknown_key", "document"), ("policy.statements", "document/Statement")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), HOSTILE)
def test_hostile_documents_are_refused_at_their_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(("over", "code"), [(0, None), (1, "policy.too_long")])
def test_length_at_the_limit_and_one_over(over: int, code: str | None) -> None:
    text = document(LIST)
    text += " " * (DOCUMENT_MAX + over - len(text))
    assert [c for c, _ in codes(text)] == ([code] if code else [])


@pytest.mark.parametrize(("over", "code"), [(0, None), (1, "policy.statements")])
def test_statements_at_the_limit_and_one_over(over: int, code: str | None) -> None:
    one = {"Effect": "Deny", "Action": [LIST]}
    text = json.dumps({"Version": "1.1", "Statement": [one] * (STATEMENTS_MAX + over)})
    assert [c for c, _ in codes(text)] == ([code] if code else [])


@pytest.mark.parametrize(("over", "code"), [(0, None), (1, "policy.actions")])
def test_actions_at_the_limit_and_one_over(over: int, code: str | None) -> None:
    assert [c for c, _ in codes(document(*["*"] * (ACTIONS_MAX + over)))] == ([code] if code else [])


@pytest.mark.parametrize(("over", "code"), [(0, "policy.action.unknown"), (1, "policy.action.shape")])
def test_one_action_at_the_limit_and_one_over(over: int, code: str) -> None:
    action = "kooMessage:devTemplate:"
    assert [c for c, _ in codes(document(action + "x" * (ACTION_MAX - len(action) + over)))] == [code]


def test_a_slip_is_told_with_the_nearest_action() -> None:
    (found,) = read_document(document("kooMessage:devTemplate:lists"), RULES)[1]
    assert found.param("near") == LIST
    (found,) = read_document(document("kooMessage:devTemplates:*"), RULES)[1]
    assert found.severity is Severity.WARNING


def test_a_document_with_an_error_is_no_policy() -> None:
    with pytest.raises(Refused):
        policy_of("p", document("kooMessage:nothing:here"), RULES)


def test_a_stored_policy_that_no_longer_reads_denies_and_allows_nothing() -> None:
    text = json.dumps(
        {
            "Version": "1.1",
            "Statement": [
                {"Effect": "Allow", "Action": ["*", "kooMessage:gone:list"]},
                {"Effect": "Deny", "Action": [LIST]},
            ],
        }
    )
    policy = stored_policy("p", text, RULES)
    assert [s.effect for s in policy.statements] == [Effect.DENY]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_document(text, RULES)


# --- deciding ------------------------------------------------------------------------------------------------------

ACTIONS = sorted(RULES.actions)
patterns = st.one_of(
    st.sampled_from(ACTIONS),
    st.sampled_from(["*", "kooMessage:*:*", "*:*:list", "iam:*:*", "kooMessage:dev*:*"]),
)
statements = st.builds(
    Statement, st.sampled_from(Effect), st.lists(patterns, min_size=1, max_size=3).map(tuple)
)
held = st.lists(statements, max_size=6)


def may(said: list[Statement], action: str) -> bool:
    return decide(RULES, Principal("x", (Policy("p", tuple(said)),)), action).allowed


@given(held, st.sampled_from(ACTIONS), st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter_and_deny_wins(
    said: list[Statement], action: str, random: object
) -> None:
    before = may(said, action)
    random.shuffle(said)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert may(said, action) is before
    if any(s.effect is Effect.DENY and s.covers(action) for s in said):
        assert not before


@given(held, statements, st.sampled_from(ACTIONS))
def test_one_more_statement_moves_one_way_only(said: list[Statement], more: Statement, action: str) -> None:
    before, after = may(said, action), may([*said, more], action)
    if more.effect is Effect.ALLOW:
        assert after >= before, "an Allow never takes a right away"
    else:
        assert after <= before, "a Deny never gives one"


@given(st.lists(statements, min_size=1, max_size=4))
def test_what_is_written_reads_back(said: list[Statement]) -> None:
    read, found = read_document(written(tuple(said)), RULES)
    assert (read, [p for p in found if p.severity is Severity.ERROR]) == (tuple(said), [])
