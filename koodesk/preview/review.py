# SPDX-License-Identifier: Apache-2.0
"""The columns of a review sheet: the card on every vendor's phone with what is to be said about each.

Sentences are made by whoever asks (`say`): this module knows no language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from koodesk.domain.problem import Problem, problem
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.preview.arrange import Show, arrange, not_taken
from koodesk.preview.differences import differences, marked
from koodesk.preview.measure import FontMeasure
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import Placement
from koodesk.preview.sheet import Column

Say = Callable[[Problem], str]


@dataclass(frozen=True, slots=True)
class ReviewPhone:
    """One vendor of a review: its placement (the message's text where it takes no card) and why there is no card."""

    vendor: Vendor
    placement: Placement
    refusal: Problem | None
    column: Column


def review(
    template: Template,
    pack: RulePack,
    phones: Mapping[Vendor, PhoneSpec],
    vendors: Iterable[Vendor],
    measure: FontMeasure,
    say: Say,
    names: Callable[[Vendor], str],
    *,
    values: Mapping[str, str] | None = None,
    dark: bool = False,
    show: Show = "card",
    numbered: bool = False,
) -> tuple[ReviewPhone, ...]:
    """Put a card in place on phones and say what each cuts and changes; `numbered` marks the places on the phones.

    Raises Refused when the pack does not draw the card's layout on a phone that takes it, KeyError for a layout the pack
    does not know.
    """
    layout = pack.layouts[template.layout]
    found: list[ReviewPhone] = []
    for vendor in vendors:
        refusal = not_taken(layout, vendor)
        shown: Show = "text" if refusal is not None and show == "card" else show
        placement = arrange(
            template, layout, vendor, pack, phones[vendor], values or {}, measure, dark=dark, show=shown
        )
        if refusal is not None:
            column = Column(names(vendor), placement, (say(refusal),))
            found.append(ReviewPhone(vendor, placement, refusal, column))
            continue
        differing = differences(template, layout, phones[vendor], placement)
        marks = {d.problem for d in differing}
        notes = [f"{d.number}  {say(d.problem)}" if numbered else say(d.problem) for d in differing]
        notes += [say(m) for m in placement.marks if m not in marks]
        if any(unknown.what == "text_limit" for unknown in placement.unknowns):
            notes.append(say(problem("preview.limits_unknown")))
        over = marked(differing, measure) if numbered else ()
        found.append(
            ReviewPhone(vendor, placement, None, Column(names(vendor), placement, tuple(notes), over))
        )
    return tuple(found)
