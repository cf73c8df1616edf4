# SPDX-License-Identifier: Apache-2.0
"""Fixes: for a problem of `checks`, the edit that puts it right, where there is one that guesses nothing.

A fix is an ordinary edit: it can be previewed by applying it to the template in hand, and undone like any other. What
only the marketer can decide (a title, a link, which vendor to leave out for an event) has no fix. By subject:
`fixes_of_texts` (words) and `fixes_of_components` (events, pictures, switches, variants).
"""

from __future__ import annotations

from typing import Final

from koodesk.domain.checks import check
from koodesk.domain.edits import Batch, Edit, SetOverride
from koodesk.domain.fixes_of_components import FIXES, Fix
from koodesk.domain.fixes_of_texts import TEXT_FIXES
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import Template
from koodesk.domain.variants import override_of, seen_by
from koodesk.domain.vendor import Vendor

_MOST: Final = 1_000
"""No card needs as many fixes; a defect of ours ends here instead of going round for ever."""


def fix(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Return the edit that removes a problem from a template, None when there is none to offer.

    A problem of what one vendor shows instead of the master's content is fixed there, and the master stays as it is.
    """
    make = _FIXES.get(problem.code)
    edit = None if make is None else _made(make, problem, template, pack)
    if edit is None:
        return None
    try:
        changed = edit.apply(template)
    except Refused:
        return None
    return None if changed == template else edit


def _made(make: Fix, problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Return the edit of the content that has the problem: the vendor's own where it has one, else the master's."""
    kind, _, rest = problem.where.partition(":")
    content_id, vendor = rest.partition("/")[0], problem.vendor
    mine = None if kind != "content" or vendor is None else override_of(template, vendor, content_id)
    if mine is None or vendor is None:
        return make(problem, template, pack)
    own = seen_by(template, vendor)
    edit = make(problem, own, pack)
    try:
        after = None if edit is None else edit.apply(own).content(content_id)
    except (Refused, KeyError):  # the master no longer has the content
        return None
    if after is None or after == mine.content:
        return edit  # it is about the card, such as a parameter that is missing in the list
    # Whether the master has moved on is still to be looked at: the fix does not hide that.
    return SetOverride(vendor, after, mine.base)


def fix_all(template: Template, pack: RulePack, vendor: Vendor | None = None) -> Batch:
    """Return the edit that makes every fix there is, for one vendor or for all; without edits when there is none.

    After each fix the card is checked again: a fix may mend two problems, and one problem less may show another fix.
    """
    return Batch(tuple(edit for _, edit in fixes_in_turn(template, pack, vendor)))


def fixes_in_turn(
    template: Template, pack: RulePack, vendor: Vendor | None = None
) -> tuple[tuple[Problem, Edit], ...]:
    """Return what `fix_all` does, step by step: each problem with its edit, for a card that has the steps before it."""
    steps: list[tuple[Problem, Edit]] = []
    tried: set[Problem] = set()
    changed = template
    last: Problem | None = None
    while len(steps) < _MOST:
        now = check(changed, pack, vendor)
        if last is not None and last in now:
            tried.add(
                last
            )  # a fix that leaves its problem there is not made a second time; one that comes back is
        found = (p for p in now if p not in tried)
        offered = next(((p, e) for p in found if (e := fix(p, changed, pack)) is not None), None)
        if offered is None:
            break
        last, edit = offered
        steps.append((last, edit))
        changed = edit.apply(changed)
    return tuple(steps)


_FIXES: Final[dict[str, Fix]] = {**FIXES, **TEXT_FIXES}

FIXABLE: Final = tuple(sorted(_FIXES))
"""The codes that may have a fix."""
