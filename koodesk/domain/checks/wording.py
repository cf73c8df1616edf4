# SPDX-License-Identifier: Apache-2.0
"""Checks of wording: forbidden marks, the opt-out, the word 测试. Source: facts 1.7, 3.5 [SDK client]."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from koodesk.domain.checks.register import WARNING, Context, all_texts, found, place, rule
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Purpose
from koodesk.domain.template import TextContent, Use

OPT_OUT: Final = "拒收请回复R"
"""The only opt-out wording the platform takes."""
TRIAL_WORD: Final = "测试"

_FORBIDDEN: Final = ("<", ">", "&")


@rule("text.forbidden_mark", "text.spaces", source="SDK client")
def marks_allowed(context: Context) -> Iterator[Problem]:
    """No submitted text holds <, > or &, or several spaces in a row."""
    for where, text in all_texts(context.template):
        for mark in _FORBIDDEN:
            if mark in text:
                yield found("text.forbidden_mark", where, mark=mark)
        if "  " in text:
            yield found("text.spaces", where)


@rule("text.control_mark", "text.invisible_mark", source="")
def marks_visible(context: Context) -> Iterator[Problem]:
    """No control characters; characters that show nothing or turn the reading direction are pointed out."""
    for where, text in all_texts(context.template):
        for mark in sorted(set(text)):
            category = unicodedata.category(mark)
            shown = f"U+{ord(mark):04X}"
            if category == "Cc" and mark != "\n":
                yield found("text.control_mark", where, mark=shown)
            elif category == "Cf":
                yield found("text.invisible_mark", where, WARNING, mark=shown)


@rule("text.opt_out_missing", source="SDK client")
def opt_out_there(context: Context) -> Iterator[Problem]:
    """The body of a marketing card carries 拒收请回复R."""
    layout = context.layout
    if layout is None or layout.purpose is not Purpose.MARKETING:
        return
    bodies = [c for c, s in context.slots() if isinstance(c, TextContent) and s.role == "body"]
    if bodies and not any(OPT_OUT in c.text for c in bodies):
        yield found("text.opt_out_missing", place(bodies[-1]), words=OPT_OUT)


@rule("use.trial_word_in_commercial", source="SDK")
def commercial_says_no_trial(context: Context) -> Iterator[Problem]:
    """No text of a commercial template (商用) holds 测试."""
    if context.template.use is Use.COMMERCIAL:
        for where, text in all_texts(context.template):
            if TRIAL_WORD in text:
                yield found("use.trial_word_in_commercial", where, words=TRIAL_WORD)


@rule("use.trial_word_missing", source="SDK")
def trial_says_so(context: Context) -> Iterator[Problem]:
    """A trial template (试商用) says 测试 in its name and in its main title."""
    if context.template.use is not Use.TRIAL:
        return
    if TRIAL_WORD not in context.template.name:
        yield found("use.trial_word_missing", "name", words=TRIAL_WORD)
    titles = [c for c, s in context.slots() if isinstance(c, TextContent) and s.role == "title"]
    if titles and TRIAL_WORD not in titles[0].text:
        yield found("use.trial_word_missing", place(titles[0]), words=TRIAL_WORD)
