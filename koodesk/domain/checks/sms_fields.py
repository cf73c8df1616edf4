# SPDX-License-Identifier: Apache-2.0
"""Checks that the SMS fields agree with one another: example, signatures and pattern. Source: facts 1.7 [SDK][API]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from koodesk.domain.checks.register import NOTE, WARNING, Context, found, rule
from koodesk.domain.checks.signs import Placeholder, placeholders
from koodesk.domain.problem import Problem
from koodesk.domain.vendor import Vendor

_SIGN: Final = re.compile(r"【([^【】]*)】")


@rule("sms_example.sign_unknown", source="SDK")
def example_signed(context: Context) -> Iterator[Problem]:
    """The signature in the example SMS is one of the card's: a send matches only if one equals the SMS signature."""
    template = context.template
    signed = _SIGN.search(template.sms_example)
    if signed is not None and template.sms_signs and signed.group(1) not in template.sms_signs:
        yield found("sms_example.sign_unknown", "sms_example", WARNING, sign=signed.group(1)[:20])


@rule("sms_example.pattern_differs", source="SDK")
def example_fits(context: Context) -> Iterator[Problem]:
    """The example SMS without its signature fits the pattern VIVO recognises it by.

    Not looked at while the pattern is not written as it must be, or one of the two is too long: other rules say so.
    """
    template = context.template
    if Vendor.VIVO not in context.vendors or not template.sms_example or not template.sms_template.strip():
        return
    pieces, most = placeholders(template.sms_template), context.limit("sms_example.max")
    if pieces is None or (most is not None and len(template.sms_example) > most):
        return
    if not _fits(_SIGN.sub("", template.sms_example).strip(), pieces):
        yield found("sms_example.pattern_differs", "sms_example", WARNING, Vendor.VIVO)


def _fits(text: str, pieces: tuple[str | Placeholder, ...]) -> bool:
    """Tell whether a text fits a pattern, in time that grows with their lengths only (a regular expression may not)."""
    ends = {0}
    for piece in pieces:
        if isinstance(piece, str):
            ends = {at + len(piece) for at in ends if text.startswith(piece, at)}
        else:
            ends = {end for at in ends for end in _runs(text, at, piece)}
        if not ends:
            return False
    return len(text) in ends


def _runs(text: str, at: int, piece: Placeholder) -> Iterator[int]:
    """Yield every end of a placeholder's run that begins at a place."""
    for length in range(piece.most + 1):
        if length >= piece.least:
            yield at + length
        if at + length >= len(text) or not piece.takes(text[at + length]):
            return


@rule("params.individual_only", source="SDK")
def links_individual(context: Context) -> Iterator[Problem]:
    """A card with parameters can be sent by individual short links only."""
    if context.layout is not None and context.template.params:
        yield found("params.individual_only", "params", NOTE)
