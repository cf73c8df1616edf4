# SPDX-License-Identifier: Apache-2.0
"""Generated templates and edits for property tests, and the rule pack they are held against.

What is generated is valid as a value (it can be saved and read back) and otherwise as odd as it may be: texts with
marks, half-open parameters and full-width letters, unknown layouts, crops at the edges.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from koodesk.domain import edits
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.content_codec import EVENT_FIELDS
from koodesk.domain.crop import Crop
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    MaterialRef,
    Page,
    Param,
    Picture,
    Template,
    TextContent,
    Use,
)
from koodesk.domain.vendor import Vendor
from tests.starters import starter

RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources"


@lru_cache(maxsize=1)
def pack() -> RulePack:
    """Return the rule pack that ships."""
    return read_pack_folder(RESOURCES / "rules")


def red_packet() -> LayoutSpec:
    """Return the RedPacket layout."""
    return pack().layouts["RedPacket"]


PICTURE: Final = Picture(MaterialRef("a" * 64, 640, 640, 100_000))
"""A picture every vendor takes."""


def good() -> Template:
    """Return a RedPacket template without a single error."""
    return starter(red_packet(), picture=PICTURE)


NAMES: Final = ("name", "金额", "code_2", "x")
_PIECES: Final = (
    "新春红包",
    "拒收请回复R",
    "测试",
    "a b",
    "  ",
    "<&>",
    "\u202e",
    "👩‍👩‍👧",
    "=1+1",
    "${",
    "}",
    "$",
    *(f"${{{n}}}" for n in NAMES),
)

texts = st.one_of(
    st.lists(st.sampled_from(_PIECES), max_size=6).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
"""Texts as they are typed and pasted."""

digests = st.text("0123456789abcdef", min_size=64, max_size=64)


@st.composite
def crops(draw: st.DrawFn, width: int, height: int) -> Crop:
    """A crop inside a picture."""
    across, down = draw(st.integers(1, width)), draw(st.integers(1, height))
    return Crop(draw(st.integers(0, width - across)), draw(st.integers(0, height - down)), across, down)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """A picture, cropped or whole."""
    width, height = draw(st.integers(1, 5000)), draw(st.integers(1, 5000))
    size = draw(st.integers(0, 4_000_000))
    material = MaterialRef(
        draw(digests), width, height, size, draw(st.sampled_from(["image/png", "image/jpeg"]))
    )
    return Picture(material, draw(st.none() | crops(width, height)))


@st.composite
def events(draw: st.DrawFn) -> ClickEvent:
    """Any event with any fields."""
    fields = draw(st.dictionaries(st.sampled_from(sorted(EVENT_FIELDS)), texts, max_size=5))
    kept = tuple(sorted((k, v) for k, v in fields.items() if v))
    return ClickEvent(draw(st.sampled_from(EventType)), kept)


vendors = st.sets(st.sampled_from(list(Vendor))).map(lambda found: tuple(v for v in Vendor if v in found))
"""Vendors in the console's order."""

backgrounds = st.dictionaries(st.sampled_from(list(Vendor)), pictures(), max_size=2).map(
    lambda found: tuple((v, found[v]) for v in Vendor if v in found)
)


@st.composite
def params(draw: st.DrawFn) -> tuple[Param, ...]:
    """A list of parameters with different names."""
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True))
    return tuple(Param(name, draw(texts)) for name in chosen)


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """A RedPacket-shaped template, some slots left out, any words and pictures."""
    contents: list[Content] = []
    for slot in red_packet().slots:
        if draw(st.integers(0, 9)) == 0:
            continue
        content_id = draw(st.sampled_from([slot.id, f"c-{slot.id}"]))
        match slot.kind:
            case "image":
                picture = draw(st.none() | pictures())
                event = draw(st.none() | events())
                contents.append(ImageContent(content_id, slot.id, picture, event, draw(backgrounds)))
            case "button":
                contents.append(ButtonContent(content_id, slot.id, draw(texts), draw(st.none() | events())))
            case _:
                contents.append(TextContent(content_id, slot.id, draw(texts)))
    return Template(
        layout=draw(st.sampled_from(["RedPacket", "RedPacket", "Unheard"])),
        name=draw(texts),
        use=draw(st.sampled_from(Use)),
        vendors=draw(vendors),
        pages=(Page(tuple(contents)),),
        params=draw(params()),
        sub_type=draw(st.integers(0, 3)),
        scene=draw(texts),
        sms_example=draw(texts),
        sms_signs=tuple(draw(st.lists(texts, max_size=4))),
        sms_template=draw(texts),
    )


@st.composite
def edits_of(draw: st.DrawFn, template: Template) -> edits.Edit:
    """An edit that fits the template, or one it has to refuse."""
    ids = [c.id for c in template.contents()] + ["nowhere"]
    content = st.sampled_from(ids)
    name = st.sampled_from([*NAMES, "a b", ""])
    single: st.SearchStrategy[edits.Edit] = st.one_of(
        st.builds(edits.SetText, content, texts),
        st.builds(edits.SetPicture, content, st.none() | pictures()),
        st.builds(edits.SetCrop, content, st.none() | crops(600, 600)),
        st.builds(edits.SetBackground, content, st.sampled_from(list(Vendor)), st.none() | pictures()),
        st.builds(edits.SetEvent, content, st.none() | events()),
        st.builds(edits.SetName, texts),
        st.builds(edits.SetUse, st.sampled_from(Use)),
        st.builds(edits.SetVendors, vendors),
        st.builds(edits.SetSubType, st.integers(0, 3)),
        st.builds(edits.SetScene, texts),
        st.builds(edits.SetSmsExample, texts),
        st.builds(edits.SetSmsSigns, st.lists(texts, max_size=4).map(tuple)),
        st.builds(edits.SetSmsTemplate, texts),
        st.builds(edits.AddParam, name, texts),
        st.builds(edits.SetParamExample, name, texts),
        st.builds(edits.RenameParam, name, name),
        st.builds(edits.RemoveParam, name, st.none() | texts),
    )
    return draw(single | st.builds(edits.Batch, st.lists(single, max_size=3).map(tuple)))
