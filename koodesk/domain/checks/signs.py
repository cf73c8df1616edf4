# SPDX-License-Identifier: Apache-2.0
"""Checks of the SMS fields VIVO needs: signatures and the pattern of the SMS (短信原文模板). Source: facts 1.7 [SDK]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from koodesk.domain.checks.register import ERROR, Context, found, rule
from koodesk.domain.problem import Problem
from koodesk.domain.vendor import Vendor

BRACKETS: Final = "【】[]［］〔〕()（）"
"""What a signature stands without: the platform adds its own."""

_PLACEHOLDER: Final = re.compile(r"\[(文本|字母|数字)([0-9]{1,6})-([0-9]{1,6})\]")
_BRACKETED: Final = re.compile(r"\[[^\[\]]*\]|\[|\]|[［【](?:文本|字母|数字)[^［【\[\]］】]*[］】]")
"""Whatever means to be a placeholder: ASCII brackets, and others around the words of one."""
_MOST: Final = 99
"""No placeholder is longer (facts 1.7); `pattern_written` says so with the pack's own number."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place of the pattern that takes `least` to `most` characters of a kind: 文本 any, 字母 letters, 数字 digits."""

    kind: str
    least: int
    most: int

    def takes(self, mark: str) -> bool:
        """Tell whether a character may stand here."""
        if self.kind == "文本":
            return True
        return mark.isascii() and (mark.isalpha() if self.kind == "字母" else mark.isdigit())


def placeholders(pattern: str) -> tuple[str | Placeholder, ...] | None:
    """Take a pattern apart into fixed text and placeholders; None when one of them is not written as it must be."""
    pieces: list[str | Placeholder] = []
    at = 0
    for match in _BRACKETED.finditer(pattern):
        parts = _PLACEHOLDER.fullmatch(match.group())
        if parts is None:
            return None
        made = Placeholder(parts.group(1), int(parts.group(2)), int(parts.group(3)))
        if not made.least <= made.most <= _MOST:
            return None
        pieces += [pattern[at : match.start()], made]
        at = match.end()
    return (*pieces, pattern[at:])


@rule("sms_signs.missing", "sms_signs.too_many", source="SDK")
def signs_count(context: Context) -> Iterator[Problem]:
    """With VIVO there are 1-3 signatures."""
    limit, actual = context.limit("sms_signs.count"), len(context.template.sms_signs)
    if Vendor.VIVO in context.vendors and not actual:
        yield found("sms_signs.missing", "sms_signs", ERROR, Vendor.VIVO, limit=limit or 0)
    if limit is not None and actual > limit:
        yield found("sms_signs.too_many", "sms_signs", limit=limit, actual=actual)


@rule("sms_sign.missing", "sms_sign.too_long", "sms_sign.brackets", "sms_sign.taken", source="SDK")
def signs_written(context: Context) -> Iterator[Problem]:
    """Each signature has 1-20 characters, stands without brackets, and is given once."""
    limit = context.limit("sms_sign.max")
    signs = context.template.sms_signs
    for number, sign in enumerate(signs):
        where = f"sms_signs:{number}"
        if not sign.strip():
            yield found("sms_sign.missing", where)
        if limit is not None and len(sign) > limit:
            yield found("sms_sign.too_long", where, limit=limit, actual=len(sign))
        if any(mark in BRACKETS for mark in sign):
            yield found("sms_sign.brackets", where)
        if sign in signs[:number]:
            yield found("sms_sign.taken", where, sign=sign)


@rule("sms_template.missing", source="SDK")
def pattern_there(context: Context) -> Iterator[Problem]:
    """With VIVO the pattern of the SMS is given."""
    if Vendor.VIVO in context.vendors and not context.template.sms_template.strip():
        yield found("sms_template.missing", "sms_template", ERROR, Vendor.VIVO)


@rule("sms_template.bad_placeholder", "sms_template.bad_range", "sms_template.too_long", source="SDK")
def pattern_written(context: Context) -> Iterator[Problem]:
    """Placeholders are [文本m-n], [字母m-n] or [数字m-n] with m <= n <= 99; fixed text and maxima stay within 370."""
    text = context.template.sms_template
    most = context.limit("sms_template.placeholder.max")
    limit = context.limit("sms_template.max")
    longest = len(text)
    for match in _BRACKETED.finditer(text):
        parts = _PLACEHOLDER.fullmatch(match.group())
        if parts is None:
            yield found("sms_template.bad_placeholder", "sms_template", placeholder=match.group()[:40])
            continue
        low, high = int(parts.group(2)), int(parts.group(3))
        if low > high or high == 0 or (most is not None and high > most):
            yield found("sms_template.bad_range", "sms_template", placeholder=match.group(), limit=most or 0)
        longest += high - len(match.group())
    if limit is not None and longest > limit:
        yield found("sms_template.too_long", "sms_template", limit=limit, actual=longest)
