# SPDX-License-Identifier: Apache-2.0
"""The SMS template (短消息模板): the plain message a card rides on, its variables, and the length rule.

Form rules of table 2-7, the variable types of the API, and 短信内容长度计算规则 (facts 1.6). Numbers and words come
from `resources/rules/sms.toml` as `SmsRules`; values of single variables are judged in `sms_values`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from koodesk.domain.plain_text import length_problems, unseen_characters
from koodesk.domain.problem import Problem, Refused, Severity, problem
from koodesk.domain.review_state import Verdict
from koodesk.domain.signature import SmsType, bracketed

_PLACE: Final = re.compile(r"\$\{([1-9][0-9]?)\}")
_ANY_PLACE: Final = re.compile(r"\$\{[^{}]*\}?")


class VariableType(StrEnum):
    """What a variable stands for. [SDK VariableAttributes]. NEWTEXT is the 解析标识, filled by the platform."""

    PHONE = "PHONE"
    NEWTEXT = "NEWTEXT"
    CHARDIGIT = "CHARDIGIT"
    DATETIME = "DATETIME"
    MONEY = "MONEY"
    TEXT = "TEXT"


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable `${number}` with its type; TEXT needs a description of what it stands for."""

    number: int
    type: VariableType
    description: str = ""


class SmsTemplateState(StrEnum):
    """Reviewing 审核中 · Adopted 通过 (审核通过-激活) · Reject 拒绝 [OAS flow_status]; NOT_SUBMITTED: on the desk only."""

    NOT_SUBMITTED = "NOT_SUBMITTED"
    REVIEWING = "Reviewing"
    ADOPTED = "Adopted"
    REJECTED = "Reject"

    @property
    def usable(self) -> bool:
        """Tell whether the platform would take a message of this template."""
        return self is SmsTemplateState.ADOPTED


class SmsTemplateEvent(StrEnum):
    """What happens to a template."""

    EDIT = "edit"
    SUBMIT = "submit"
    ADOPT = "adopt"
    REJECT = "reject"


MOVES: Final[Mapping[tuple[SmsTemplateState, SmsTemplateEvent], SmsTemplateState]] = MappingProxyType(
    {
        (SmsTemplateState.NOT_SUBMITTED, SmsTemplateEvent.EDIT): SmsTemplateState.NOT_SUBMITTED,
        (SmsTemplateState.NOT_SUBMITTED, SmsTemplateEvent.SUBMIT): SmsTemplateState.REVIEWING,
        (SmsTemplateState.REVIEWING, SmsTemplateEvent.ADOPT): SmsTemplateState.ADOPTED,
        (SmsTemplateState.REVIEWING, SmsTemplateEvent.REJECT): SmsTemplateState.REJECTED,
        # Only a rejected template can be changed through the API [SDK update_aim_msg_template].
        (SmsTemplateState.REJECTED, SmsTemplateEvent.EDIT): SmsTemplateState.NOT_SUBMITTED,
    }
)
"""Every legal move; what is not here is refused."""

_EVENTS: Final = {Verdict.APPROVED: SmsTemplateEvent.ADOPT, Verdict.REJECTED: SmsTemplateEvent.REJECT}


def advance(state: SmsTemplateState, event: SmsTemplateEvent) -> SmsTemplateState:
    """Return the state after an event. Raises Refused("sms.illegal_move")."""
    after = MOVES.get((state, event))
    if after is None:
        raise Refused(problem("sms.illegal_move", state=state.value, event=event.value))
    return after


def event_of(verdict: Verdict) -> SmsTemplateEvent | None:
    """Return the event a verdict means, None while it still waits."""
    return _EVENTS.get(verdict)


@dataclass(frozen=True, slots=True)
class SmsRules:
    """Numbers and words of the form and of the length rule.

    `single_max` characters go as one message, longer ones in parts of `part_max`. `link_chars` is how long the short
    link of NEWTEXT is under the platform's own domain, `code_chars` its code alone; `value_max` how long a value of each other type may be. `opt_out` is the only unsubscribe text
    the platform takes, `opt_out_others` are ones people write instead.
    """

    name_min: int
    name_max: int
    content_max: int
    with_signature_max: int
    note_max: int
    description_max: int
    variables_max: int
    api_only_from: int
    single_max: int
    part_max: int
    link_chars: int
    code_chars: int
    value_max: Mapping[VariableType, int]
    opt_out: str
    opt_out_others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SmsTemplateDraft:
    """The form: name, type, signature (which belongs to an application), content, variables, use (申请说明)."""

    name: str
    type: SmsType
    signature_id: int
    content: str
    variables: tuple[Variable, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class SmsEstimate:
    """预计短消息字数 and 预计拆分条数.

    `chars` and `parts` hold if every variable is as short as it can be, `most_chars` and `most_parts` if every one is
    as long as it may be; without variables (or with the short link alone) they are the same and exact.
    """

    chars: int
    parts: int
    most_chars: int
    most_parts: int


def count(text: str) -> int:
    """Return the characters of a text by the length rule: Chinese, letter, digit, mark and space each count one.

    The carrier's coding has 16 bits a character, so a character beyond that (emoji, rare names) counts two.
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parts(rules: SmsRules, chars: int) -> int:
    """Return how many messages a text of so many characters is billed as; none for an empty one."""
    if chars <= 0:
        return 0
    return 1 if chars <= rules.single_max else -(-chars // rules.part_max)


def places(content: str) -> tuple[int, ...]:
    """Return the numbers of the variables in the content, in reading order, repeats included."""
    return tuple(int(found) for found in _PLACE.findall(content))


def link_length(rules: SmsRules, domain: str = "") -> int:
    """Return the characters a short link takes in an SMS: under the platform's own domain, or under a custom one."""
    return len(domain) + 1 + rules.code_chars if domain else rules.link_chars


def estimate(
    rules: SmsRules,
    content: str,
    signature_name: str,
    variables: tuple[Variable, ...] = (),
    domain: str = "",
) -> SmsEstimate:
    """Estimate length and parts of a content under a signature, its link under a domain; all zero for an empty content.

    Variables with no known type count from one character to the longest of any type.
    """
    if not content:
        return SmsEstimate(0, 0, 0, 0)
    types = {variable.number: variable.type for variable in variables}
    fixed = count(_PLACE.sub("", content)) + (count(bracketed(signature_name)) if signature_name else 0)
    least = most = fixed
    for number in places(content):
        kind = types.get(number)
        if kind is VariableType.NEWTEXT:
            link = link_length(rules, domain)
            least, most = least + link, most + link
        else:
            longest = max(rules.value_max.values()) if kind is None else rules.value_max[kind]
            least, most = least + 1, most + longest
    return SmsEstimate(least, parts(rules, least), most, parts(rules, most))


def render(content: str, values: Mapping[int, str]) -> str:
    """Return the content with every `${n}` replaced, in one pass: a value that looks like a variable stays text.

    Raises Refused with "sms.value.missing" for each variable without a value.
    """
    missing = sorted(set(places(content)) - set(values))
    if missing:
        raise Refused(*(problem("sms.value.missing", f"variable:{n}", number=n) for n in missing))
    return _PLACE.sub(lambda found: values[int(found[1])], content)


def check_template(
    rules: SmsRules, draft: SmsTemplateDraft, signature_name: str, taken: tuple[str, ...] = ()
) -> tuple[Problem, ...]:
    """Check the whole form; `taken` are the names of the signature's other templates. Notes and warnings included."""
    found = [
        *length_problems(
            "sms.name", draft.name, "name", least=rules.name_min, most=rules.name_max, source="OAS"
        ),
        *unseen_characters(draft.name, "name"),
    ]
    if draft.name in taken:
        found.append(problem("sms.name.taken", "name", name=draft.name))
    found += length_problems("sms.note", draft.note, "note", least=0, most=rules.note_max, source="seed fig")
    found += unseen_characters(draft.note, "note", lines=True)
    found += check_content(rules, draft.content, draft.type, draft.variables, signature_name)
    return tuple(found)


def check_content(
    rules: SmsRules, content: str, kind: SmsType, variables: tuple[Variable, ...], signature_name: str
) -> tuple[Problem, ...]:
    """Check content and variables, for a form that answers while one types."""
    where = "content"
    found: list[Problem] = list(
        length_problems("sms.content", content, where, least=1, most=rules.content_max, source="seed fig")
    )
    found += unseen_characters(content, where, lines=True)
    together = count(content) + count(bracketed(signature_name)) if signature_name else count(content)
    if not found and together > rules.with_signature_max:
        found.append(
            problem(
                "sms.content.too_long_with_signature",
                where,
                source="msgsms",
                limit=rules.with_signature_max,
                actual=together,
            )
        )
    found += _check_opt_out(rules, content, kind)
    found += _check_variables(rules, content, variables)
    return tuple(found)


def _check_opt_out(rules: SmsRules, content: str, kind: SmsType) -> list[Problem]:
    others = [text for text in rules.opt_out_others if text.casefold() in content.casefold()]
    if kind is SmsType.PROMOTION and rules.opt_out not in content:
        return [problem("sms.content.no_opt_out", "content", source="seed fig", text=rules.opt_out)]
    if others:
        return [
            problem(
                "sms.content.other_opt_out",
                "content",
                source="seed fig",
                text=rules.opt_out,
                actual=others[0],
            )
        ]
    return []


def _check_variables(rules: SmsRules, content: str, variables: tuple[Variable, ...]) -> list[Problem]:
    found: list[Problem] = []
    for shape in _ANY_PLACE.findall(content):
        place = _PLACE.fullmatch(shape)
        if place is None or int(place[1]) > rules.variables_max:
            found.append(
                problem(
                    "sms.variable.shape",
                    "content",
                    source="seed fig",
                    actual=shape,
                    limit=rules.variables_max,
                )
            )
    used = sorted(set(places(content)))
    if found:
        return found
    for expected, number in enumerate(used, start=1):
        if number != expected:
            found.append(
                problem("sms.variable.gap", "content", source="seed fig", actual=number, expected=expected)
            )
            break
    described = [variable.number for variable in variables]
    found += [
        problem("sms.variable.no_type", f"variable:{number}", source="SDK", number=number)
        for number in used
        if number not in described
    ]
    for number in sorted(set(described)):
        if number not in used:
            found.append(problem("sms.variable.not_used", f"variable:{number}", number=number))
        if described.count(number) > 1:
            found.append(problem("sms.variable.twice", f"variable:{number}", number=number))
    for variable in variables:
        found += _check_variable(rules, variable)
    links = [v.number for v in variables if v.type is VariableType.NEWTEXT]
    if len(links) > 1 or any(places(content).count(n) > 1 for n in links):
        found.append(problem("sms.variable.link_twice", f"variable:{links[-1]}", number=links[-1]))
    if len(used) >= rules.api_only_from:
        found.append(
            problem(
                "sms.content.api_only",
                "content",
                severity=Severity.NOTE,
                source="seed fig",
                limit=rules.api_only_from,
                actual=len(used),
            )
        )
    return found


def _check_variable(rules: SmsRules, variable: Variable) -> list[Problem]:
    where = f"variable:{variable.number}"
    found = list(unseen_characters(variable.description, where))
    if variable.type is VariableType.TEXT and not variable.description.strip():
        found.append(problem("sms.variable.no_description", where, source="SDK", number=variable.number))
    if len(variable.description) > rules.description_max:
        found.append(
            problem(
                "sms.variable.description_too_long",
                where,
                limit=rules.description_max,
                actual=len(variable.description),
            )
        )
    return found


def why_not_adopted(state: SmsTemplateState) -> tuple[Problem, ...]:
    """Return that a template has not been adopted, where it has not."""
    if state.usable:
        return ()
    return (problem("sms.template.not_adopted", "state", source="seed 2.3.2", state=state.value),)


def why_not_sendable(state: SmsTemplateState, variables: tuple[Variable, ...]) -> tuple[Problem, ...]:
    """Return why a template cannot carry a smart message: not adopted yet, or without a 解析标识 variable."""
    found = [*why_not_adopted(state)]
    if all(variable.type is not VariableType.NEWTEXT for variable in variables):
        found.append(problem("sms.template.no_link", "variables", source="KM.00001377"))
    return tuple(found)


def body(draft: SmsTemplateDraft, app_name: str, signature_name: str) -> dict[str, object]:
    """Return what the reviewer gets; variables are {"number", "type", "description"}."""
    return {
        "name": draft.name,
        "type": draft.type.value,
        "app": app_name,
        "signature": signature_name,
        "content": draft.content,
        "variables": [
            {"number": v.number, "type": v.type.value, "description": v.description} for v in draft.variables
        ],
        "note": draft.note,
    }
