# SPDX-License-Identifier: Apache-2.0
"""Sending a plain SMS (普通短信): an SMS template by itself, without a card and without a short link.

What is confirmed is a `campaign.Snapshot`, as for a smart message. A variable of the template has one value for everybody,
or a column of the number file whose title is the variable's number. The rules are data: `resources/rules/plain_sending.toml`.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from koodesk.domain.campaign import check_form
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.quiet_hours import Window
from koodesk.domain.signature import bracketed
from koodesk.domain.sms import (
    SmsEstimate,
    SmsRules,
    SmsTemplateState,
    Variable,
    VariableType,
    count,
    estimate,
    parts,
    places,
    render,
    why_not_adopted,
)
from koodesk.domain.sms_values import check_value
from koodesk.domain.waves import USUAL, WaveRules, check_waves


@dataclass(frozen=True, slots=True)
class PlainSendRules:
    """`filing`: whether the filing of send tasks must be approved first; `task`: the platform's name of the send task whose
    rights a plain SMS asks for."""

    filing: bool
    task: str


def read_plain_send_rules(text: str) -> PlainSendRules:
    """Read `plain_sending.toml`. Raises KeyError or ValueError when it is not complete: it ships with the program."""
    data = tomllib.loads(text)
    return PlainSendRules(filing=bool(data["filing"]["value"]), task=str(data["rights"]["task"]))


@dataclass(frozen=True, slots=True)
class PlainSendDraft:
    """The send form of a plain SMS. The fields mean what they mean in `campaign.CampaignDraft`; variables that are not among
    `sms_values` are columns of the number file."""

    name: str
    sms_template_id: int
    audience_id: int
    start_at_ms: int = 0
    not_after_ms: int = 0
    window: Window | None = None
    rate: int = 0
    chunk_size: int = 0
    budget: int = 0
    sms_values: tuple[tuple[str, str], ...] = ()
    waves: tuple[int, ...] = ()
    wave_rules: WaveRules = USUAL


def check_plain_draft(draft: PlainSendDraft, now_ms: int, promotion: bool) -> tuple[Problem, ...]:
    """Return everything that is wrong with the form itself; whether the things it names may be sent is asked apart."""
    found = check_form(
        draft.name,
        draft.start_at_ms,
        draft.not_after_ms,
        draft.window,
        draft.rate,
        draft.chunk_size,
        now_ms,
        promotion,
    )
    return (*found, *check_waves(draft.waves, draft.wave_rules))


def columns(variables: Iterable[Variable], values: Iterable[str]) -> tuple[str, ...]:
    """Return the variables that are columns of the number file: all but the link's and those that have one value."""
    fixed = frozenset(values)
    numbers = (str(one.number) for one in variables if one.type is not VariableType.NEWTEXT)
    return tuple(name for name in numbers if name not in fixed)


def why_not_plain(state: SmsTemplateState, variables: Iterable[Variable]) -> tuple[Problem, ...]:
    """Return why a template cannot go out as a plain SMS: not adopted yet, or with a short link, which only the platform
    makes and only for a smart message."""
    found = [*why_not_adopted(state)]
    if any(one.type is VariableType.NEWTEXT for one in variables):
        found.append(problem("campaign.plain.link", "sms_template"))
    return tuple(found)


def check_values(
    rules: SmsRules, variables: tuple[Variable, ...], values: tuple[tuple[str, str], ...]
) -> tuple[Problem, ...]:
    """Return what is wrong with the values that are the same for everybody."""
    known = {str(one.number): one for one in variables if one.type is not VariableType.NEWTEXT}
    found: list[Problem] = []
    for name, value in sorted(values):
        if name not in known:
            found.append(problem("campaign.sms_values.unknown", f"sms:{name}", name=name))
            continue
        found.extend(replace(one, where=f"sms:{name}") for one in check_value(rules, known[name], value))
    return tuple(found)


def length(
    rules: SmsRules,
    text: str,
    signature: str,
    variables: tuple[Variable, ...],
    values: tuple[tuple[str, str], ...],
) -> SmsEstimate:
    """Estimate a message, signature included: exact but for the values that are columns of the number file."""
    fixed = dict(values)
    filled = {one.number: fixed.get(str(one.number), f"${{{one.number}}}") for one in variables}
    # A value may look like a variable: what is left to fill is then one too many, and the estimate too high, never too low.
    return estimate(rules, render(text, filled), signature, variables)


def measured(
    rules: SmsRules,
    text: str,
    signature: str,
    columns_: tuple[str, ...],
    values: tuple[tuple[str, str], ...],
) -> Callable[[Mapping[str, str]], int]:
    """Return what tells the parts of one message by the values of its columns. Made for millions of them."""
    names = dict.fromkeys(columns_, "")
    used = Counter(str(number) for number in places(text))
    fixed = {int(name): value for name, value in (names | dict(values)).items()}
    static = count(bracketed(signature)) + count(render(text, fixed))
    asked = tuple((name, used[name]) for name in columns_)

    def parts_of(own: Mapping[str, str]) -> int:
        return parts(rules, static + sum(count(own.get(name, "")) * times for name, times in asked))

    return parts_of


def check_length(rules: SmsRules, found: SmsEstimate) -> tuple[Problem, ...]:
    """Return that the SMS is too long with the shortest values, or may be with the longest."""
    limit = rules.with_signature_max
    if found.chars > limit:
        return (
            problem(
                "campaign.sms.too_long", "sms_template", source="msgsms", limit=limit, actual=found.chars
            ),
        )
    if found.most_chars > limit:
        return (
            problem(
                "campaign.plain.may_be_too_long",
                "sms_template",
                severity=Severity.WARNING,
                source="msgsms",
                limit=limit,
                actual=found.most_chars,
            ),
        )
    return ()
