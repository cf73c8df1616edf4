# SPDX-License-Identifier: Apache-2.0
"""The rules as a list: each code the checks may give, how much it matters, where the rule comes from, and whether there is a fix.

For people and scripts that ask what is looked at. How much a problem matters is decided where it is found; this table repeats
it, and a test holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koodesk.domain.checks.register import ERROR, NOTE, RULES, WARNING
from koodesk.domain.fixes import FIXABLE
from koodesk.domain.problem import Severity

_WARNINGS: Final = [
    "event.field_unexpected",
    "event.vendor_doubtful",
    "floor.download_needs_browser",
    "floor.url_unused",
    "media.both",
    "param.broken",
    "param.example_unreal",
    "param.hidden",
    "param.unused",
    "red_packet.no_gift",
    "sector.refused",
    "sender.invisible",
    "sms_example.pattern_differs",
    "sms_example.sign_unknown",
    "switch.currency_ignored",
    "switch.moving_ignored",
    "switch.visible_ignored",
    "text.edge_space",
    "text.invisible_mark",
    "text.opt_out_cut",
    "text.over_limit",
    "text.total_over_limit",
    "variant.drifted",
    "variant.lost",
    "vendor.layout_unknown",
    "video.card_too_long",
    "video.ratio",
]
_NOTES: Final = [
    "background.size_unpublished",
    "background.unused",
    "floor.ignored",
    "layout.order_derived",
    "params.individual_only",
    "picture.below_best",
    "picture.remote",
    "picture.used_twice",
    "sector.guarded",
    "sub_type.ignored",
    "text.exaggerated",
    "text.limit_unpublished",
    "text.same_twice",
    "variant.split",
    "variant.unused",
    "vendor.layout_doubtful",
    "vendor.layout_partial",
    "vendor.params_doubtful",
    "vendor.params_unknown",
]
_BY_CASE: Final = ("cover.too_small", "floor.url_missing", "picture.too_small")
"""Refused by some vendors or on good sources, else a warning."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One code: its severities (worst first), the tag of its source ("" is Koodesk's own), whether it may have a fix."""

    code: str
    severities: tuple[Severity, ...]
    source: str
    fixable: bool


def severities(code: str) -> tuple[Severity, ...]:
    """Return how much a problem of a code may matter, worst first."""
    if code in _WARNINGS:
        return (WARNING,)
    if code in _NOTES:
        return (NOTE,)
    return (ERROR, WARNING) if code in _BY_CASE else (ERROR,)


def rule_list() -> tuple[RuleRow, ...]:
    """Return every code the checks may give, sorted."""
    sources = {code: rule.source for rule in RULES for code in rule.codes}
    return tuple(RuleRow(code, severities(code), sources[code], code in FIXABLE) for code in sorted(sources))
