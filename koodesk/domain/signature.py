# SPDX-License-Identifier: Apache-2.0
"""The SMS signature (短消息签名): who a message is from, the 【…】 before its text.

Form rules of table 2-6 and the OpenAPI limits (facts 1.5); numbers and patterns come from `resources/rules/sms.toml`
as `SignatureRules`. The states are the platform's own enumeration plus one for a signature the desk has saved but
not yet handed in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from koodesk.domain.papers import Paper, PaperRule
from koodesk.domain.plain_text import length_problems, unseen_characters
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.review_state import Verdict


class SmsType(StrEnum):
    """通知类 or 推广类 (营销类), of signatures and templates alike. [SDK SignatureRequest]."""

    NOTIFY = "NOTIFY_TYPE"
    PROMOTION = "PROMOTION_TYPE"


class SignatureSource(IntEnum):
    """签名来源: what the name is the full or short name of. [SDK SignatureRequest]."""

    COMPANY = 0
    WEBSITE = 1
    APP = 2
    MINI_PROGRAM = 3
    SHOP = 4
    TRADEMARK = 5


class SignatureState(StrEnum):
    """[OAS SmsSignatureInfo], and NOT_SUBMITTED: saved on the desk, not yet at the platform."""

    NOT_SUBMITTED = "NOT_SUBMITTED"
    PENDING_REVIEW = "PENDING_REVIEW"
    PROCESSING = "PROCESSING"
    REVIEW_PASSED = "REVIEW_PASSED"
    REVIEW_NOT_PASS = "REVIEW_NOT_PASS"
    TO_BE_ACTIVATED = "TO_BE_ACTIVATED"
    PENDING_ACTIVATE = "PENDING_ACTIVATE"

    @property
    def usable(self) -> bool:
        """Tell whether messages can carry the signature: 处理完毕 only."""
        return self is SignatureState.REVIEW_PASSED


class SignatureEvent(StrEnum):
    """What happens to a signature."""

    EDIT = "edit"
    SUBMIT = "submit"
    CONFIGURE = "configure"
    PASS = "pass"
    REJECT = "reject"
    LAPSE = "lapse"
    ACTIVATE = "activate"


MOVES: Final[Mapping[tuple[SignatureState, SignatureEvent], SignatureState]] = MappingProxyType(
    {
        (SignatureState.NOT_SUBMITTED, SignatureEvent.EDIT): SignatureState.NOT_SUBMITTED,
        (SignatureState.NOT_SUBMITTED, SignatureEvent.SUBMIT): SignatureState.PENDING_REVIEW,
        (SignatureState.PENDING_REVIEW, SignatureEvent.CONFIGURE): SignatureState.PROCESSING,
        (SignatureState.PENDING_REVIEW, SignatureEvent.PASS): SignatureState.REVIEW_PASSED,
        (SignatureState.PENDING_REVIEW, SignatureEvent.REJECT): SignatureState.REVIEW_NOT_PASS,
        (SignatureState.PROCESSING, SignatureEvent.PASS): SignatureState.REVIEW_PASSED,
        (SignatureState.PROCESSING, SignatureEvent.REJECT): SignatureState.REVIEW_NOT_PASS,
        # Only a rejected signature can be changed through the API [SDK update_aim_msg_signature].
        (SignatureState.REVIEW_NOT_PASS, SignatureEvent.EDIT): SignatureState.NOT_SUBMITTED,
        (SignatureState.REVIEW_PASSED, SignatureEvent.LAPSE): SignatureState.TO_BE_ACTIVATED,
        (SignatureState.TO_BE_ACTIVATED, SignatureEvent.ACTIVATE): SignatureState.PENDING_ACTIVATE,
        (SignatureState.PENDING_ACTIVATE, SignatureEvent.PASS): SignatureState.REVIEW_PASSED,
        (SignatureState.PENDING_ACTIVATE, SignatureEvent.REJECT): SignatureState.TO_BE_ACTIVATED,
    }
)
"""Every legal move; what is not here is refused."""

_EVENTS: Final = {
    Verdict.PROCESSING: SignatureEvent.CONFIGURE,
    Verdict.APPROVED: SignatureEvent.PASS,
    Verdict.REJECTED: SignatureEvent.REJECT,
}


def advance(state: SignatureState, event: SignatureEvent) -> SignatureState:
    """Return the state after an event. Raises Refused("signature.illegal_move")."""
    after = MOVES.get((state, event))
    if after is None:
        raise Refused(problem("signature.illegal_move", state=state.value, event=event.value))
    return after


def event_of(verdict: Verdict) -> SignatureEvent | None:
    """Return the event a verdict means, None while it still waits."""
    return _EVENTS.get(verdict)


@dataclass(frozen=True, slots=True)
class SignatureDraft:
    """The form: `source_title` is the site, download address, full name or shop address some sources ask for;
    `third_party` says that the owner of the name is not the account's own company (是否涉及第三方权益)."""

    name: str
    type: SmsType
    app_id: int
    source: SignatureSource
    third_party: bool
    source_title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TitleRule:
    """What `source_title` must be for one source: a name and, where the shape is known, a pattern."""

    name_zh: str
    name_en: str
    pattern: str


@dataclass(frozen=True, slots=True)
class SignatureRules:
    """Limits of the form; `titles` has the sources that need a title."""

    name_min: int
    name_max: int
    name_pattern: str
    note_max: int
    title_max: int
    titles: Mapping[SignatureSource, TitleRule]
    licence: PaperRule
    attorney: PaperRule


def bracketed(name: str) -> str:
    """Return the signature as a message carries it: the platform adds 【】 itself."""
    return f"【{name}】"


def check_signature(
    rules: SignatureRules, draft: SignatureDraft, licence: Paper | None, attorney: Paper | None
) -> tuple[Problem, ...]:
    """Check the whole form. Papers were checked when they were stored; here only whether they are there."""
    found: list[Problem] = list(check_name(rules, draft.name))
    found += _check_title(rules, draft)
    if licence is None:
        found.append(problem("signature.licence_missing", "paper:licence", source="seed t2-6"))
    if draft.third_party and attorney is None:
        found.append(problem("signature.attorney_missing", "paper:attorney", source="SDK"))
    if not draft.third_party and attorney is not None:
        found.append(problem("signature.attorney_unexpected", "paper:attorney", source="SDK"))
    found += length_problems(
        "signature.note", draft.note, "note", least=0, most=rules.note_max, source="seed"
    )
    found += unseen_characters(draft.note, "note", lines=True)
    return tuple(found)


def check_name(rules: SignatureRules, name: str) -> tuple[Problem, ...]:
    """Check the name alone, for a form that answers while one types."""
    found = list(
        length_problems(
            "signature.name", name, "name", least=rules.name_min, most=rules.name_max, source="seed fig"
        )
    )
    unseen = unseen_characters(name, "name")
    found += unseen
    if name and name != name.strip():
        found.append(problem("signature.name.outer_space", "name", source="seed fig"))
    elif name and not unseen and not re.fullmatch(rules.name_pattern, name):
        wrong = next(c for c in name if not re.fullmatch(rules.name_pattern, c) and c != " ")
        found.append(problem("signature.name.characters", "name", source="seed fig", char=wrong))
    return tuple(found)


def _check_title(rules: SignatureRules, draft: SignatureDraft) -> list[Problem]:
    rule = rules.titles.get(draft.source)
    where, title = "source_title", draft.source_title
    if rule is None:
        if title:
            return [
                problem("signature.source_title.unexpected", where, source="SDK", value=int(draft.source))
            ]
        return []
    found = list(
        length_problems("signature.source_title", title, where, least=1, most=rules.title_max, source="OAS")
    )
    found += unseen_characters(title, where)
    if not found and rule.pattern and not re.fullmatch(rule.pattern, title):
        found.append(
            problem(
                "signature.source_title.shape",
                where,
                source="SDK",
                name_zh=rule.name_zh,
                name_en=rule.name_en,
            )
        )
    return found


def body(
    draft: SignatureDraft, app_name: str, licence: Paper | None, attorney: Paper | None
) -> dict[str, object]:
    """Return what the reviewer gets; papers are {"name", "size", "digest", "type"} or null."""

    def paper(file: Paper | None) -> dict[str, object] | None:
        if file is None:
            return None
        return {"name": file.name, "size": file.size, "digest": file.digest, "type": file.type}

    return {
        "name": draft.name,
        "type": draft.type.value,
        "app": app_name,
        "source": int(draft.source),
        "source_title": draft.source_title,
        "third_party": draft.third_party,
        "licence": paper(licence),
        "attorney": paper(attorney),
        "note": draft.note,
    }
