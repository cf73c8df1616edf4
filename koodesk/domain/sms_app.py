# SPDX-License-Identifier: Apache-2.0
"""The SMS application (短消息应用): the carrier of signatures and templates. Cannot be deleted once added.

Form rules of table 2-5 and the OpenAPI limits (facts 1.4); the numbers come from `resources/rules/sms.toml`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from koodesk.domain.plain_text import length_problems, unseen_characters
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.review_state import Verdict


class SmsAppState(StrEnum):
    """CREATED 待上线 → LAUNCHED 正常; SUSPENDED 暂停 [OAS]; NOT_SUBMITTED: saved on the desk only."""

    NOT_SUBMITTED = "NOT_SUBMITTED"
    CREATED = "CREATED"
    LAUNCHED = "LAUNCHED"
    SUSPENDED = "SUSPENDED"

    @property
    def usable(self) -> bool:
        """Tell whether messages can be sent under the application."""
        return self is SmsAppState.LAUNCHED


class SmsAppEvent(StrEnum):
    """What happens to an application."""

    EDIT = "edit"
    SUBMIT = "submit"
    LAUNCH = "launch"
    SUSPEND = "suspend"


MOVES: Final[Mapping[tuple[SmsAppState, SmsAppEvent], SmsAppState]] = MappingProxyType(
    {
        (SmsAppState.NOT_SUBMITTED, SmsAppEvent.EDIT): SmsAppState.NOT_SUBMITTED,
        (SmsAppState.NOT_SUBMITTED, SmsAppEvent.SUBMIT): SmsAppState.CREATED,
        (SmsAppState.CREATED, SmsAppEvent.LAUNCH): SmsAppState.LAUNCHED,
        (SmsAppState.CREATED, SmsAppEvent.SUSPEND): SmsAppState.SUSPENDED,
        (SmsAppState.LAUNCHED, SmsAppEvent.SUSPEND): SmsAppState.SUSPENDED,
        (SmsAppState.SUSPENDED, SmsAppEvent.LAUNCH): SmsAppState.LAUNCHED,
    }
)
"""Every legal move; what is not here is refused."""

_EVENTS: Final = {Verdict.APPROVED: SmsAppEvent.LAUNCH, Verdict.REJECTED: SmsAppEvent.SUSPEND}


def advance(state: SmsAppState, event: SmsAppEvent) -> SmsAppState:
    """Return the state after an event. Raises Refused("sms_app.illegal_move")."""
    after = MOVES.get((state, event))
    if after is None:
        raise Refused(problem("sms_app.illegal_move", state=state.value, event=event.value))
    return after


def event_of(verdict: Verdict) -> SmsAppEvent | None:
    """Return the event a verdict means, None while it still waits."""
    return _EVENTS.get(verdict)


@dataclass(frozen=True, slots=True)
class SmsAppDraft:
    """The form: a name, and the address that receives replies (上行短信接收地址), empty for none."""

    name: str
    uplink_url: str = ""


@dataclass(frozen=True, slots=True)
class SmsAppRules:
    """Limits of the form."""

    name_min: int
    name_max: int
    name_pattern: str
    url_max: int


def name_key(name: str) -> str:
    """Return the form under which two names are the same: case does not matter."""
    return name.casefold()


def check_app(rules: SmsAppRules, draft: SmsAppDraft, taken: Iterable[str]) -> tuple[Problem, ...]:
    """Check the whole form; `taken` are the names of the other applications."""
    name = draft.name
    found = list(
        length_problems("sms_app.name", name, "name", least=rules.name_min, most=rules.name_max, source="OAS")
    )
    if name.strip() and not re.fullmatch(rules.name_pattern, name):
        wrong = next(c for c in name if not re.fullmatch(rules.name_pattern, c))
        found.append(problem("sms_app.name.characters", "name", source="seed t2-5", char=_visible(wrong)))
    if name_key(name) in {name_key(other) for other in taken}:
        found.append(problem("sms_app.name.taken", "name", source="seed t2-5", name=name))
    return (*found, *_check_url(rules, draft.uplink_url))


def _visible(char: str) -> str:
    return char if char.isprintable() else f"U+{ord(char):04X}"


def _check_url(rules: SmsAppRules, url: str) -> tuple[Problem, ...]:
    where = "uplink_url"
    if not url:
        return ()
    found = (
        *length_problems("sms_app.url", url, where, least=0, most=rules.url_max, source="OAS"),
        *unseen_characters(url, where),
    )
    if found:
        return found
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return (problem("sms_app.url.shape", where, source="seed t2-5"),)
    if parts.scheme not in ("http", "https") or not host or " " in url or port == 0:
        return (problem("sms_app.url.shape", where, source="seed t2-5"),)
    if not _is_public(host):
        return (problem("sms_app.url.not_public", where, source="seed t2-5", host=host),)
    return ()


def _is_public(host: str) -> bool:
    """Tell whether a host can be reached from the public network, as far as its spelling shows."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    label = r"[0-9a-z\u00a1-\uffff]([0-9a-z\u00a1-\uffff-]*[0-9a-z\u00a1-\uffff])?"
    last = host.rstrip(".").rpartition(".")[2]
    shaped = re.fullmatch(rf"({label}\.)+{label}\.?", host) is not None
    return shaped and not last.isdigit() and last not in ("local", "localhost", "internal", "lan", "test")


def body(draft: SmsAppDraft) -> dict[str, object]:
    """Return what the reviewer gets."""
    return {"name": draft.name, "uplink_url": draft.uplink_url}
