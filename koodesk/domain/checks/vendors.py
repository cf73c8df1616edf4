# SPDX-License-Identifier: Apache-2.0
"""Checks of the vendors: at least one, and what each takes of layout and parameters. Sources: facts 2.1, 2.4, 3.4."""

from __future__ import annotations

from collections.abc import Iterator

from koodesk.domain.checks.register import ERROR, NOTE, WARNING, Context, found, rule
from koodesk.domain.edits.parameters import used_in
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Confidence, Fact


@rule("vendors.missing", source="SDK AimPersonalTemplateFactory")
def vendors_chosen(context: Context) -> Iterator[Problem]:
    """A card goes to at least one vendor."""
    if not context.template.vendors:
        yield found("vendors.missing", "vendors")


@rule(
    "vendor.layout_refused",
    "vendor.layout_partial",
    "vendor.layout_doubtful",
    "vendor.layout_unknown",
    source="SDK AimPersonalTemplateFactory",
)
def layout_taken(context: Context) -> Iterator[Problem]:
    """Each vendor takes the layout; where only some of its phones do, that is said."""
    layout = context.layout
    if layout is None:
        return
    for vendor in context.vendors:
        fact: Fact[bool] | None = layout.vendors.get(vendor)
        names = {"layout": layout.name_zh, "layout_en": layout.name_en}
        if fact is None or fact.value is None:
            yield found("vendor.layout_unknown", "vendors", WARNING, vendor, **names)
        elif not fact.value:
            yield found("vendor.layout_refused", "vendors", ERROR, vendor, **names)
        elif fact.confidence is Confidence.CONFLICT:
            yield found("vendor.layout_doubtful", "vendors", NOTE, vendor, **names)
        elif fact.confidence is not Confidence.STATED:
            yield found("vendor.layout_partial", "vendors", NOTE, vendor, **names)


@rule("vendor.params_refused", "vendor.params_doubtful", "vendor.params_unknown", source="hc")
def params_taken(context: Context) -> Iterator[Problem]:
    """Each vendor puts values in place of parameters in this layout; sources that disagree or are silent are named."""
    layout = context.layout
    if layout is None or not any(used_in(context.template, p.name) for p in context.template.params):
        return
    for vendor in context.takers:
        fact = layout.param_vendors.get(vendor)
        if fact is None or fact.value is None:
            yield found("vendor.params_unknown", "params", NOTE, vendor)
        elif not fact.value:
            yield found("vendor.params_refused", "params", ERROR, vendor)
        elif fact.confidence is Confidence.CONFLICT:
            yield found("vendor.params_doubtful", "params", NOTE, vendor)
