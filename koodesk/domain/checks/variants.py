# SPDX-License-Identifier: Apache-2.0
"""Checks of the vendors' variants: drift from the master, variants of nothing, and what is handed in because of them."""

from __future__ import annotations

from collections.abc import Iterator

from koodesk.domain.checks.register import NOTE, WARNING, Context, found, rule
from koodesk.domain.problem import Problem
from koodesk.domain.variants import drifted, submissions


@rule("variant.drifted", "variant.lost", source="")
def variants_fresh(context: Context) -> Iterator[Problem]:
    """A vendor's own content was made for the master as it is now, and the master still has that content."""
    ids = {c.id for c in context.master.contents()}
    for override in drifted(context.master):
        if override.content.id in ids:
            yield found("variant.drifted", f"content:{override.content.id}", WARNING, override.vendor)
        else:
            yield found("variant.lost", "overrides", WARNING, override.vendor)


@rule("variant.unused", source="")
def variants_used(context: Context) -> Iterator[Problem]:
    """A variant of a vendor that is not chosen shows nowhere."""
    for vendor in dict.fromkeys(o.vendor for o in context.master.overrides):
        if vendor not in context.chosen:
            yield found("variant.unused", "overrides", NOTE, vendor)


@rule("variant.split", source="SDK")
def variants_split(context: Context) -> Iterator[Problem]:
    """The platform takes one card for all vendors: a card with variants becomes several templates."""
    if context.master.overrides:
        count = len(submissions(context.master))
        if count > 1:
            yield found("variant.split", "overrides", NOTE, count=count)
