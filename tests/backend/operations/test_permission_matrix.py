# SPDX-License-Identifier: Apache-2.0
"""The permission matrix, every cell: each public method of the service against each system policy, alone and with the
policy that sending needs besides.

What is expected is read from the data file itself, line by line, and not through the code that decides. Each method is
really called, on an object that has rights and nothing else: past its right it breaks at once, before it does anything.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from koodesk import paths
from koodesk.backend.operations.rights import ACTION_ATTRIBUTE, Access
from koodesk.backend.service import Service
from koodesk.domain.access import MAIN_ACCOUNT_POLICY, read_access_rules
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.problem import Refused

TEXT = (paths.resources() / "rules" / "access.toml").read_text("utf-8")
DATA = tomllib.loads(TEXT)
RULES = read_access_rules(TEXT)
ACTIONS = {entry["id"]: entry for entry in DATA["action"]}
LETTERS = {
    "KooMessage FullAccess": "F",
    "KooMessage ReadOnlyAccess": "R",
    "KooMessage CommonOperations": "C",
    "KooMessage Development": "D",
    "KooMessage SA FullAccess": "SF",
    "KooMessage SA ReadOnlyAccess": "SR",
}
SERVICES = {"RTC Administrator": "rtc:", "Koodesk LocalEngine": "koodesk:", "Security Administrator": "iam:"}
SENDING = "RTC Administrator"


def named(policy: str, action: str) -> bool:
    """Tell from the data whether one policy names one action."""
    if policy == "Security Administrator" and action.startswith("kooMessage:exportJob:"):
        return True  # the audit log leaves through the export centre
    if policy in SERVICES:
        return action.startswith(SERVICES[policy])
    if policy in LETTERS:
        return LETTERS[policy] in ACTIONS[action]["policies"]
    basic = policy.replace("KooMessage Basic Edition", "KooMessage")
    return (
        action.startswith(("kooMessage:basic", "kooMessage:exportJob"))
        and LETTERS[basic] in ACTIONS[action]["policies"]
    )


def expected(policies: tuple[str, ...], action: str) -> bool:
    wanted = (action, *ACTIONS[action].get("needs_also", ()))
    if ACTIONS[action].get("main_account"):
        return False
    return all(any(named(policy, one) for policy in policies) for one in wanted)


def parts() -> dict[str, type]:
    """Return the topic services by name, those a new topic has added too."""
    from typing import get_type_hints

    hints = get_type_hints(Service)
    return {
        name: hint
        for name, hint in hints.items()
        if isinstance(hint, type)
        and hint.__module__.startswith("koodesk.backend")
        and name not in ("access", "workspace")
    }


def methods() -> Iterator[tuple[str, Any, str]]:
    for part, cls in parts().items():
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            action = getattr(method, ACTION_ATTRIBUTE, None)
            if action is not None and not name.startswith("_"):
                yield f"{part}.{name}", method, action


OF_CAMPAIGNS = ("campaigns.", "unknown.", "certificates.", "flow.", "plans.")
"""Parts whose methods have the rights of the campaign's own kind."""
METHODS = list(methods())
GROUPS = [(p,) for p in RULES.assignable()] + [(p, SENDING) for p in RULES.assignable() if p != SENDING]


class Bare:
    """Rights and nothing else. A method that asks for the kind of a send task is told one."""

    def __init__(self, access: Access, kind: CampaignKind) -> None:
        self.access = access
        self._kind = kind

    def _kind_of(self, _reference: object) -> CampaignKind:
        return self._kind


def allowed(method: Any, policies: tuple[str, ...], kind: CampaignKind) -> bool:
    bare = Bare(Access(RULES, RULES.principal("somebody", policies)), kind)
    wanted = [p for p in inspect.signature(method).parameters.values() if p.default is p.empty][1:]
    by_place = [None for p in wanted if p.kind is not p.KEYWORD_ONLY]
    by_name = {p.name: None for p in wanted if p.kind is p.KEYWORD_ONLY}
    try:
        method(bare, *by_place, **by_name)
    except Refused as refused:
        return [p.code for p in refused.problems] != ["access.denied"]
    except (AttributeError, TypeError, KeyError):
        return True  # past its right it found nothing to work on
    return True


def test_every_system_policy_has_its_column() -> None:
    found = {*RULES.policies} - {MAIN_ACCOUNT_POLICY}
    assert found == {
        *LETTERS,
        *SERVICES,
        *(p.replace("KooMessage", "KooMessage Basic Edition") for p in list(LETTERS)[:4]),
    }
    assert len(METHODS) > 150


@pytest.mark.parametrize("policies", GROUPS, ids=" + ".join)
def test_the_service_keeps_to_the_matrix(policies: tuple[str, ...]) -> None:
    wrong = []
    for name, method, action in METHODS:
        kinds: tuple[CampaignKind, ...] = (CampaignKind.SMART,)
        actions = {CampaignKind.SMART: action}
        if name.startswith(OF_CAMPAIGNS) and action.startswith("kooMessage:devSendTask:") and by_kind(method):
            kinds = tuple(CampaignKind)
            actions[CampaignKind.VIDEO] = action.replace("devSendTask", "basicSendTask")
            actions[CampaignKind.PLAIN] = action
        for kind in kinds:
            want = expected(policies, actions[kind])
            if any_kind(method):
                want = any(expected(policies, a) for a in actions.values())
            if allowed(method, policies, kind) is not want:
                wrong.append(f"{name} ({actions[kind]}): {'denied' if want else 'allowed'}")
    assert wrong == []


def by_kind(method: Any) -> bool:
    """Tell whether a method's right depends on the kind of send task it is asked about."""
    return any_kind(method) or "reference" in inspect.signature(method, follow_wrapped=False).parameters


def any_kind(method: Any) -> bool:
    """Tell whether the right of one kind is enough."""
    return (
        "needs_any_kind" in method.__code__.co_qualname if hasattr(method.__code__, "co_qualname") else False
    )


# --- the probes of the guide (2.3.1, 3.3.1, 4.3.1) -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "action"),
    [
        ("KooMessage ReadOnlyAccess", "kooMessage:devResolveTask:create"),
        ("KooMessage ReadOnlyAccess", "kooMessage:basicSendTask:create"),
        ("KooMessage ReadOnlyAccess", "kooMessage:devSendTask:create"),
        ("KooMessage SA ReadOnlyAccess", "kooMessage:aimSaPort:delete"),
    ],
)
def test_the_guide_s_probes_are_refused(policy: str, action: str) -> None:
    found = [name for name, _, asked in METHODS if asked == action]
    assert found, action
    for name, method, asked in METHODS:
        if asked == action:
            assert not allowed(method, (policy, SENDING), CampaignKind.VIDEO), name


@pytest.mark.parametrize("policy", ["KooMessage ReadOnlyAccess", "KooMessage SA ReadOnlyAccess"])
def test_any_other_service_says_that_rights_are_missing(policy: str) -> None:
    for name, method, action in METHODS:
        if (
            action.startswith("iam:") and not action.startswith("iam:ownCredential")
        ) or action == "koodesk:review:list":
            assert not allowed(method, (policy,), CampaignKind.SMART), name
