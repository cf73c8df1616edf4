# SPDX-License-Identifier: Apache-2.0
"""Checks of wording: forbidden marks, the opt-out, the word 测试. Source: facts 1.7, 3.5 [SDK client]."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from koodesk.domain.checks.register import NOTE, WARNING, Context, all_texts, found, place, rule, words_of
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Purpose
from koodesk.domain.template import TextContent, Use

OPT_OUT: Final = "拒收请回复R"
"""The only opt-out wording the platform takes."""
TRIAL_WORD: Final = "测试"

_FORBIDDEN: Final = ("<", ">", "&")


JOINER: Final = "\u200d"


def without_joiners(text: str) -> str:
    """Return a text without the joiners that hold one emoji together (👩‍👧): taken away, they would part it."""
    return "".join(
        c
        for at, c in enumerate(text)
        if c != JOINER or not (_pictured(text[at - 1 : at]) and _pictured(text[at + 1 : at + 2]))
    )


def _pictured(mark: str) -> bool:
    return bool(mark) and (mark == "\ufe0f" or unicodedata.category(mark) in ("So", "Sk"))


@rule("text.forbidden_mark", "text.spaces", source="SDK client")
def marks_allowed(context: Context) -> Iterator[Problem]:
    """No submitted text holds <, > or &, or several spaces in a row."""
    for where, text in all_texts(context):
        for mark in _FORBIDDEN:
            if mark in text:
                yield found("text.forbidden_mark", where, mark=mark)
        if "  " in text:
            yield found("text.spaces", where)


@rule("text.control_mark", "text.invisible_mark", source="")
def marks_visible(context: Context) -> Iterator[Problem]:
    """No control characters; characters that show nothing or turn the reading direction are pointed out."""
    for where, text in all_texts(context):
        for mark in sorted(set(text)):
            category = unicodedata.category(mark)
            shown = f"U+{ord(mark):04X}"
            if category == "Cc" and mark != "\n":
                yield found("text.control_mark", where, mark=shown)
            elif category == "Cf" and mark in without_joiners(text):
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


@rule("text.opt_out_cut", source="SDK client")
def opt_out_seen(context: Context) -> Iterator[Problem]:
    """The opt-out stands within the vendor's length: behind it, the handset cuts it off."""
    layout = context.layout
    if layout is None or layout.purpose is not Purpose.MARKETING:
        return
    for content, slot in context.slots():
        if not isinstance(content, TextContent) or slot.role != "body" or OPT_OUT not in content.text:
            continue
        shown = context.with_examples(content.text)
        upto = shown[: shown.find(OPT_OUT) + len(OPT_OUT)]
        for vendor in context.takers:
            limit = slot.limit(vendor)
            if limit is not None and (len(upto) > limit.chars or upto.count("\n") >= limit.lines):
                yield found(
                    "text.opt_out_cut", place(content), WARNING, vendor, words=OPT_OUT, limit=limit.chars
                )


@rule("text.exaggerated", source="hc")
def words_plain(context: Context) -> Iterator[Problem]:
    """No exaggeration: superlatives of the pack's list are what reviewers stop at first; once a content."""
    for content, _ in context.slots():
        word = next((w for w in context.pack.superlatives if w in words_of(content)), None)
        if word is not None:
            yield found("text.exaggerated", place(content), NOTE, word=word)


@rule("use.trial_word_in_commercial", source="SDK")
def commercial_says_no_trial(context: Context) -> Iterator[Problem]:
    """No text of a commercial template (商用) holds 测试."""
    if context.template.use is Use.COMMERCIAL:
        for where, text in all_texts(context):
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
