# SPDX-License-Identifier: Apache-2.0
"""Rights: deny by default, explicit deny wins, and the platform's own matrix line by line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import access
from koodesk.domain.access import Effect, Policy, Principal, Statement, decide

RULES = access.read_access_rules(
    (Path(__file__).resolve().parents[2] / "resources" / "rules" / "access.toml").read_text("utf-8")
)
F, R, C, D = (
    f"KooMessage {name}" for name in ("FullAccess", "ReadOnlyAccess", "CommonOperations", "Development")
)
DENY_SEND = Policy("no sends", (Statement(Effect.DENY, ("KooMessage:devSendTask:*",)),))

MATRIX = {  # facts section 5, pd00107
    "kooMessage:devTemplate:list": "FRCD",
    "kooMessage:devTemplateReport:list": "FRCD",
    "kooMessage:mobileCapability:check": "FCD",
    "kooMessage:devSendTask:list": "FRCD",
    "kooMessage:devSendTask:create": "FCD",
    "kooMessage:mobileFile:upload": "FC",
    "kooMessage:mobileFile:list": "FRC",
    # Video SMS: the same for the policies of the Basic Edition
    "kooMessage:basicTemplate:list": "FRCD",
    "kooMessage:basicSendTask:list": "FRCD",
    "kooMessage:basicSendTask:create": "FCD",
}
BASIC = tuple(policy.replace("KooMessage", "KooMessage Basic Edition") for policy in (F, R, C, D))


@pytest.mark.parametrize(("action", "letters"), MATRIX.items())
def test_the_matrix_of_the_platform(action: str, letters: str) -> None:
    for letter, policy in zip("FRCD", (F, R, C, D), strict=True):
        principal = RULES.principal("somebody", (policy, "RTC Administrator"))
        assert decide(RULES, principal, action).allowed is (letter in letters), (action, policy)


def test_the_basic_edition_has_the_same_columns_and_nothing_else() -> None:
    for policy, basic in zip((F, R, C, D), BASIC, strict=True):
        whole, part = (RULES.principal("somebody", (p, "RTC Administrator")) for p in (policy, basic))
        for action in RULES.actions:
            allowed = decide(RULES, part, action).allowed
            if action.startswith(("kooMessage:basic", "kooMessage:exportJob")):
                assert allowed is decide(RULES, whole, action).allowed, (action, basic)
            elif action != "rtc:message:send":
                assert not allowed, (action, basic)


def test_the_local_owner_may_do_everything_in_the_catalogue() -> None:
    owner = RULES.local_owner()
    assert [a for a in RULES.actions if not decide(RULES, owner, a).allowed] == []


def test_nobody_without_a_policy_may_do_anything() -> None:
    nobody = Principal("nobody", ())
    assert [a for a in RULES.actions if decide(RULES, nobody, a).allowed] == []


def test_sending_also_needs_the_sms_policy() -> None:
    decision = decide(RULES, RULES.principal("x", (F,)), "kooMessage:devSendTask:create")
    assert (decision.allowed, decision.missing) == (False, "rtc:message:send")


def test_read_only_does_nothing_but_read() -> None:
    reader = RULES.principal("reader", (R, "RTC Administrator"))
    allowed = {a.rpartition(":")[2] for a in RULES.actions if decide(RULES, reader, a).allowed}
    # send is Message & SMS's own action, of the other policy; manage is of one's own access keys
    assert allowed == {"list", "get", "send", "manage"}


@given(st.permutations([*RULES.local_owner().policies, DENY_SEND]))
def test_an_explicit_deny_wins_wherever_it_stands(policies: list[Policy]) -> None:
    principal = Principal("x", tuple(policies))
    decision = decide(RULES, principal, "kooMessage:devSendTask:create")
    assert (decision.allowed, decision.policy) == (False, "no sends")
    assert decide(RULES, principal, "kooMessage:devTemplate:list").allowed


def test_a_wildcard_does_not_reach_beyond_the_catalogue() -> None:
    everything = Principal("x", (Policy("all", (Statement(Effect.ALLOW, ("*",)),)),))
    assert not decide(RULES, everything, "kooMessage:unheardOf:delete").allowed
    assert decide(RULES, everything, "kooMessage:devTemplate:list").allowed


def test_case_of_an_action_does_not_matter() -> None:
    custom = Principal("x", (Policy("p", (Statement(Effect.ALLOW, ("KooMessage:*:*",)),)),))
    assert decide(RULES, custom, "kooMessage:devTemplate:list").allowed
