# SPDX-License-Identifier: Apache-2.0
"""Fixes of words: opt-out, forbidden and hidden marks, spaces, the word 测试, the SMS fields; `fixes` is where they are asked for.

Words are rewritten where they stand: a text, its second text, a button, a field of an event that holds words, a field of
the card. Links and numbers are never rewritten: a full-width & would be another address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from koodesk.domain.checks.signs import BRACKETS
from koodesk.domain.checks.wording import OPT_OUT, TRIAL_WORD, without_joiners
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import (
    AddParam,
    Edit,
    RemoveParam,
    SetChild,
    SetEvent,
    SetName,
    SetParamExample,
    SetScene,
    SetSmsExample,
    SetSmsSigns,
    SetSmsTemplate,
    SetText,
)
from koodesk.domain.fixes_of_components import Fix, content_at
from koodesk.domain.params import is_name
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import ButtonContent, ImageContent, Template, TextContent

_WIDE: Final = str.maketrans({"<": "＜", ">": "＞", "&": "＆"})
_SIGN: Final = re.compile("【([^【】]*)】")
_PLACEHOLDER: Final = re.compile(r"\[(文本|字母|数字)([0-9]{1,2})-([0-9]{1,2})\]")
_DASHES: Final = str.maketrans(dict.fromkeys("~–—−‐‑至到", "-"))
_FRAMES: Final = str.maketrans({"【": "[", "】": "]"})

_WORDS: Final = frozenset({"body", "subject", "description", "content", "text_button", "address"})
"""Fields of events that hold words."""
_TITLED: Final = frozenset({EventType.OPEN_SCHEDULE, EventType.OPEN_MAP, EventType.OPEN_POPUP})
"""Events whose target is words as well: a title or a place."""


def _rewritten(problem: Problem, template: Template, change: Callable[[str], str]) -> Edit | None:
    """Return the edit that changes the text at the problem's place, None where no words stand."""
    plain: dict[str, Callable[[], Edit]] = {
        "name": lambda: SetName(change(template.name)),
        "scene": lambda: SetScene(change(template.scene)),
        "sms_example": lambda: SetSmsExample(change(template.sms_example)),
        "sms_template": lambda: SetSmsTemplate(change(template.sms_template)),
        "sms_signs": lambda: SetSmsSigns(tuple(change(s) for s in template.sms_signs)),
    }
    if problem.where in plain:
        return plain[problem.where]()
    kind, _, name = problem.where.partition(":")
    if kind == "param":
        found = next((p for p in template.params if p.name == name), None)
        return None if found is None else SetParamExample(name, change(found.example))
    content, part = content_at(problem, template), problem.where.partition("/")[2]
    if isinstance(content, TextContent) and part == "child":
        return SetChild(content.id, change(content.child))
    if isinstance(content, TextContent | ButtonContent) and not part:
        return SetText(content.id, change(content.text))
    if isinstance(content, ImageContent | ButtonContent) and content.event is not None:
        field = part.removeprefix("event.")
        if _holds_words(content.event, field):
            text = change(content.event.field(field))
            return SetEvent(content.id, content.event.with_field(field, text))
    return None


def _holds_words(event: ClickEvent, field: str) -> bool:
    return field in _WORDS or (field == "target" and event.type in _TITLED)


def _opt_out(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return _rewritten(problem, template, lambda text: text.rstrip() + OPT_OUT)


def _trial_word(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    limit = pack.numbers.get("tpl_name.max")
    longest = None if limit is None else limit.value
    if problem.where == "name" and longest is not None and len(TRIAL_WORD + template.name) > longest:
        return None  # what to leave out of a long name only its author knows
    return _rewritten(problem, template, lambda text: TRIAL_WORD + text)


def _wide_marks(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return _rewritten(problem, template, lambda text: text.translate(_WIDE))


def _one_space(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return _rewritten(problem, template, lambda text: re.sub(" {2,}", " ", text))


def _no_hidden_marks(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    def clean(text: str) -> str:
        kept = "".join(c for c in text if c in "\n\u200d" or unicodedata.category(c) not in ("Cc", "Cf"))
        loose = "\u200d" in without_joiners(kept)
        return _without_loose_joiners(kept) if loose else kept

    return _rewritten(problem, template, clean)


def _without_loose_joiners(text: str) -> str:
    """Take away the joiners that hold no emoji together, and keep the others."""
    kept: list[str] = []
    for at, mark in enumerate(text):
        if mark == "\u200d" and mark in without_joiners(text[max(at - 1, 0) : at + 2]):
            continue
        kept.append(mark)
    return "".join(kept)


def _trimmed(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return _rewritten(problem, template, str.strip)


def _add_param(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    name = str(problem.param("name"))
    return AddParam(name) if is_name(name) else None


def _remove_param(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    return RemoveParam(str(problem.param("name")))


def _clean_signs(_: Problem, template: Template, __: RulePack) -> Edit | None:
    bare = ("".join(c for c in sign if c not in BRACKETS).strip() for sign in template.sms_signs)
    return SetSmsSigns(tuple(dict.fromkeys(sign for sign in bare if sign)))


def _own_sign(_: Problem, template: Template, __: RulePack) -> Edit | None:
    """Sign the example SMS with the card's signature; of several, only the marketer can choose one."""
    if len(template.sms_signs) != 1 or not template.sms_signs[0].strip():
        return None
    if any(mark in BRACKETS for mark in template.sms_signs[0]):
        return None  # the signature itself is to be put right first
    return SetSmsExample(_SIGN.sub(lambda _: f"【{template.sms_signs[0]}】", template.sms_example, count=1))


def _signs_of_example(_: Problem, template: Template, __: RulePack) -> Edit | None:
    """Take the signature the example SMS already carries."""
    signed = _SIGN.search(template.sms_example)
    name = signed.group(1).strip() if signed is not None else ""
    return SetSmsSigns((name,)) if name else None


def _placeholder(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Write a placeholder with plain brackets, digits and dash, where that makes it one: ［文本１～３０］."""
    written = str(problem.param("placeholder"))
    plain = unicodedata.normalize("NFKC", written).translate(_FRAMES).translate(_DASHES).replace(" ", "")
    if _PLACEHOLDER.fullmatch(plain) is None:
        return None
    return SetSmsTemplate(template.sms_template.replace(written, plain))


def _range(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Put the smaller number of a placeholder first."""
    written = str(problem.param("placeholder"))
    parts = _PLACEHOLDER.fullmatch(written)
    if parts is None or int(parts.group(2)) <= int(parts.group(3)):
        return None
    kind, high, low = parts.groups()
    return SetSmsTemplate(template.sms_template.replace(written, f"[{kind}{low}-{high}]"))


TEXT_FIXES: Final[dict[str, Fix]] = {
    "param.undefined": _add_param,
    "param.unused": _remove_param,
    "sms_example.sign_unknown": _own_sign,
    "sms_sign.brackets": _clean_signs,
    "sms_sign.missing": _clean_signs,
    "sms_sign.taken": _clean_signs,
    "sms_signs.missing": _signs_of_example,
    "sms_template.bad_placeholder": _placeholder,
    "sms_template.bad_range": _range,
    "text.control_mark": _no_hidden_marks,
    "text.edge_space": _trimmed,
    "text.forbidden_mark": _wide_marks,
    "text.invisible_mark": _no_hidden_marks,
    "text.opt_out_missing": _opt_out,
    "text.spaces": _one_space,
    "use.trial_word_missing": _trial_word,
}
"""The fixes of this module by code."""
