# SPDX-License-Identifier: Apache-2.0
"""Rights at the front door: every method of a topic service names its action with `@needs`.

The decision itself is `domain.access`. A service that uses the decorator has an attribute `access`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

from koodesk.domain.access import AccessRules, Decision, Principal, decide
from koodesk.domain.problem import Refused, problem

P = ParamSpec("P")
R = TypeVar("R")

ACTION_ATTRIBUTE: Final = "needed_action"
"""Where a decorated method keeps its action, for the test that no public method is left without one."""


class Access:
    """The rights of one principal. `may` asks, `demand` refuses."""

    def __init__(self, rules: AccessRules, principal: Principal) -> None:
        self._rules = rules
        self.principal: Final = principal

    def may(self, action: str) -> Decision:
        """Decide one action; screens use it to explain, never instead of the check in the service."""
        return decide(self._rules, self.principal, action)

    def demand(self, action: str) -> None:
        """Raise Refused("access.denied") when the principal may not; the action that is missing is named."""
        decision = self.may(action)
        if not decision.allowed:
            known = self._rules.actions.get(decision.missing)
            raise Refused(
                problem(
                    "access.denied",
                    action=decision.missing,
                    name_zh=known.name_zh if known else decision.missing,
                    name_en=known.name_en if known else decision.missing,
                    policy=decision.policy,
                    principal=self.principal.name,
                )
            )


class Guarded(Protocol):
    """What `@needs` asks of the object it guards."""

    @property
    def access(self) -> Access: ...


G = TypeVar("G", bound=Guarded)


def needs(action: str) -> Callable[[Callable[Concatenate[G, P], R]], Callable[Concatenate[G, P], R]]:
    """Check `action` before the method runs: `@needs("kooMessage:devTemplate:create")`."""

    def decorate(method: Callable[Concatenate[G, P], R]) -> Callable[Concatenate[G, P], R]:
        @wraps(method)
        def guarded(self: G, /, *args: P.args, **kwargs: P.kwargs) -> R:
            self.access.demand(action)
            return method(self, *args, **kwargs)

        setattr(guarded, ACTION_ATTRIBUTE, action)
        return guarded

    return decorate
