# SPDX-License-Identifier: Apache-2.0
"""Checks that the SMS fields agree with one another: example, signatures and pattern. Source: facts 1.7 [SDK][API]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from koodesk.domain.checks.register import NOTE, WARNING, Context, found, rule
from koodesk.domain.problem import Problem
from koodesk.domain.vendor import Vendor

_SIGN: Final = re.compile(r"【([^【】]*)】")
_PLACEHOLDER: Final = re.compile(r"\[(文本|字母|数字)([0-9]{1,2})-([0-9]{1,2})\]")
_CLASSES: Final = {"文本": ".", "字母": "[A-Za-z]", "数字": "[0-9]"}


@rule("sms_example.sign_unknown", source="SDK")
def example_signed(context: Context) -> Iterator[Problem]:
    """The signature in the example SMS is one of the card's: a send matches only if one equals the SMS signature."""
    template = context.template
    signed = _SIGN.search(template.sms_example)
    if signed is not None and template.sms_signs and signed.group(1) not in template.sms_signs:
        yield found("sms_example.sign_unknown", "sms_example", WARNING, sign=signed.group(1)[:20])


@rule("sms_example.pattern_differs", source="SDK")
def example_fits(context: Context) -> Iterator[Problem]:
    """The example SMS without its signature fits the pattern VIVO recognises it by."""
    template = context.template
    if Vendor.VIVO not in context.vendors or not template.sms_example or not template.sms_template:
        return
    expression, at = "", 0
    for match in _PLACEHOLDER.finditer(template.sms_template):
        low, high = int(match.group(2)), int(match.group(3))
        if low > high:
            return  # said by the rule about placeholders
        expression += re.escape(template.sms_template[at : match.start()])
        expression += f"{_CLASSES[match.group(1)]}{{{low},{high}}}"
        at = match.end()
    expression += re.escape(template.sms_template[at:])
    shown = _SIGN.sub("", template.sms_example).strip()
    if re.fullmatch(expression, shown) is None:
        yield found("sms_example.pattern_differs", "sms_example", WARNING, Vendor.VIVO)


@rule("params.individual_only", source="SDK")
def links_individual(context: Context) -> Iterator[Problem]:
    """A card with parameters can be sent by individual short links only."""
    if context.template.params:
        yield found("params.individual_only", "params", NOTE)
