# SPDX-License-Identifier: Apache-2.0
"""Generated cards of any layout of the pack: pages, items between fewest and most, words and pictures anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from koodesk.domain.layout_contents import empty, places
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    Page,
    Template,
    TextContent,
    Use,
    VideoContent,
)
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import events, pack, pictures

words = st.text("云杉满减券abc12 ", max_size=8)

MOST_PAGES: Final = 2
"""Pages of a generated card: enough to tell one from the other."""

layouts = st.sampled_from(sorted(pack().layouts)).map(lambda name: pack().layouts[name])
"""Every layout that ships."""

grouped = st.sampled_from(sorted(n for n, spec in pack().layouts.items() if spec.groups)).map(
    lambda name: pack().layouts[name]
)
"""Every layout with a repeated group."""


@st.composite
def filled(draw: st.DrawFn, content: Content) -> Content:
    """A content of the same place with something in it."""
    match content:
        case TextContent():
            return replace(content, text=draw(words), child=draw(words), visible=draw(st.booleans()))
        case ButtonContent():
            return replace(content, text=draw(words), event=draw(st.none() | events()))
        case ImageContent():
            return replace(content, picture=draw(st.none() | pictures()))
        case VideoContent():
            return replace(content, cover=draw(st.none() | pictures()))


@st.composite
def pages(draw: st.DrawFn, layout: LayoutSpec, number: int, taken: set[str], *, gaps: bool) -> Page:
    """A page in the order of position numbers; with `gaps`, places that do not have to be filled may be left out.

    Two contents at most get something in them: what stands in the others makes no difference, and examples stay small.
    """
    counts = {g.id: draw(st.integers(g.least, min(g.most, g.least + 2)), label=g.id) for g in layout.groups}
    optional = [s.id for s in layout.slots if not s.required and not s.group] if gaps else []
    absent = draw(st.sets(st.sampled_from(optional))) if optional else set[str]()
    contents: list[Content] = []
    for slot, item in places(layout, counts):
        if slot.id not in absent:
            made = empty(slot, item, number, taken=taken)
            taken.add(made.id)
            contents.append(made)
    if contents:
        for at in draw(st.sets(st.integers(0, len(contents) - 1), max_size=2)):
            contents[at] = draw(filled(contents[at]))
    return Page(tuple(contents))


@st.composite
def cards(draw: st.DrawFn, layout: LayoutSpec, *, gaps: bool = True) -> Template:
    """A card of a layout for the vendors that take it."""
    taken: set[str] = set()
    count = draw(st.integers(1, MOST_PAGES), label="pages")
    return Template(
        layout=layout.id,
        name=draw(st.text("云杉商城券", min_size=1, max_size=17)),
        use=Use.COMMERCIAL,
        vendors=tuple(v for v in Vendor if layout.takes(v)),
        pages=tuple(draw(pages(layout, number, taken, gaps=gaps)) for number in range(count)),
    )
