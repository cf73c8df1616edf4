# SPDX-License-Identifier: Apache-2.0
"""A card in any layout of the pack turned into any other and back: nothing is lost, edits come along."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import codec, structure
from koodesk.domain.conversion import convert, left_behind
from koodesk.domain.conversion_slots import pairs
from koodesk.domain.crop import Crop, Focal, centred_on, fit_around, has_ratio, in_pixels, refit
from koodesk.domain.edits import (
    AddParam,
    Batch,
    ChangeLayout,
    Edit,
    MoveItem,
    RemoveItem,
    RemoveParam,
    RenameParam,
    SetCrop,
    SetOverride,
    SetPicture,
    SetText,
    SetVisible,
    edit_line,
    read_edit_line,
)
from koodesk.domain.layout_contents import items, positions
from koodesk.domain.problem import Refused
from koodesk.domain.recipes import read_recipe
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import (
    ButtonContent,
    ImageContent,
    MaterialRef,
    Picture,
    Template,
    TextContent,
    VideoContent,
)
from koodesk.domain.template_materials import with_materials
from koodesk.domain.variants import drifted
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import RESOURCES, pack

STARTERS = RESOURCES / "templates" / "starters"
LAYOUTS = tuple(name for name in pack().layouts if (STARTERS / f"{name}.toml").is_file())
PAIRS = tuple(itertools.permutations(LAYOUTS, 2))


def material(name: str) -> MaterialRef:
    """A picture of a shape that no slot has, so that every crop is a real one."""
    if name.endswith(".mp4"):
        return MaterialRef("c" * 64, 1280, 720, 900_000, "video/mp4", 15_000)
    return MaterialRef(f"{abs(hash(name)) % 10**9:064d}", 1111, 777, 90_000)


def spec(name: str) -> LayoutSpec:
    return pack().layouts[name]


@lru_cache(maxsize=64)
def card(name: str) -> Template:
    return read_recipe(STARTERS / f"{name}.toml").make(spec(name), material)


def turned(template: Template, name: str) -> Template:
    return convert(template, spec(template.layout), spec(name), pack().layouts).apply(template)


def well_formed(template: Template) -> None:
    layout = spec(template.layout)
    ids = [c.id for c in template.contents()]
    assert len(set(ids)) == len(ids)
    for page in template.pages:
        places = [(c.slot, c.item) for c in page.contents]
        assert len(set(places)) == len(places)
        assert set(positions(layout, page)) == {c.id for c in page.contents}
        for group in layout.groups:
            assert group.least <= items(page, layout, group.id) <= group.most
    assert codec.loads(codec.dumps(template)) == template


def text_of(template: Template, content_id: str) -> str:
    found = template.content(content_id)
    assert isinstance(found, TextContent | ButtonContent)
    return found.text


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_there_and_back_is_the_same_card(one: str, other: str) -> None:
    before = card(one)
    there = turned(before, other)
    assert there.layout == other
    well_formed(there)
    assert turned(there, one) == before


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_what_fits_is_there_under_its_id_and_the_rest_is_kept(one: str, other: str) -> None:
    before, there = card(one), turned(card(one), other)
    slots = {a.id: b for a, b in pairs(spec(one), spec(other))}
    for content in before.contents():
        slot = slots.get(content.slot)
        if slot is None or (content.item and not slot.group):
            continue
        if slot.group and content.item >= spec(other).group(slot.group).most:
            continue
        same = there.content(content.id)
        assert (same.slot, same.item) == (slot.id, content.item)
        if isinstance(content, TextContent):
            assert text_of(there, content.id) == content.text
        if isinstance(same, ImageContent) and same.picture is not None and slot.ratio is not None:
            crop, whole = same.picture.crop, same.picture.material
            size = (whole.width, whole.height) if crop is None else (crop.width, crop.height)
            assert has_ratio(size, (slot.ratio.width, slot.ratio.height))
    assert there.kept[-1].pages == before.pages
    behind = left_behind(before, spec(one), convert(before, spec(one), spec(other)))
    assert {c.id for c in behind}.isdisjoint({c.id for c in there.contents()})


def test_pairs_are_the_same_from_both_sides() -> None:
    for one, other in PAIRS:
        forth = {(a.id, b.id) for a, b in pairs(spec(one), spec(other))}
        assert forth == {(b.id, a.id) for a, b in pairs(spec(other), spec(one))}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_edits_made_in_between_come_back(one: str, other: str) -> None:
    before = card(one)
    there = turned(before, other)
    ids = {c.id for c in before.contents()}
    new = Picture(MaterialRef("e" * 64, 2000, 2000, 50_000))
    for content in there.contents():
        if content.id in ids and isinstance(content, TextContent):
            there = SetText(content.id, f"改了{content.id}").apply(there)
        elif content.id in ids and isinstance(content, ImageContent):
            there = SetPicture(content.id, new).apply(there)
    back = turned(there, one)
    well_formed(back)
    for content in there.contents():
        if content.id not in ids:
            continue
        home = back.content(content.id)
        if isinstance(content, TextContent):
            assert text_of(back, content.id) == content.text
        if isinstance(content, ImageContent) and isinstance(home, ImageContent):
            assert home.picture is not None
            assert home.picture.material == new.material
            assert home.event == before.content(content.id).event  # type: ignore[union-attr]  # a picture too
    # What the other layout had of its own is not lost either: once more there, it is there.
    again = turned(back, other)
    assert [replace(c, id="") for c in again.contents()] == [replace(c, id="") for c in there.contents()]


def filled(template: Template) -> set[str]:
    """The contents that hold words, a picture or a video, by their ids; not the word a new button begins with."""
    found: set[str] = set()
    for content in template.contents():
        match content:
            case TextContent(text=text) | ButtonContent(text=text) if text not in ("", "开"):
                found.add(content.id)
            case ImageContent(picture=Picture()) | VideoContent(video=MaterialRef()):
                found.add(content.id)
    return found


@given(st.data())
def test_any_walk_through_the_layouts_loses_no_words(data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(LAYOUTS))
    template = card(start)
    for step in data.draw(st.lists(st.sampled_from(LAYOUTS), min_size=1, max_size=5)):
        before, kept = template, template.kept
        template = turned(template, step)
        well_formed(template)
        if step != before.layout:
            back = turned(template, before.layout)
            if all(k.layout != step for k in kept):
                assert back == before
            # What a layout gave back goes along: it may be more than there was, or as it was before, never less.
            assert filled(before) <= filled(back)
    home = turned(template, start) if template.layout != start else template
    words = {c.text for c in card(start).contents() if isinstance(c, TextContent | ButtonContent)}
    assert words <= {c.text for c in home.contents() if isinstance(c, TextContent | ButtonContent)}


@given(st.data())
def test_any_edits_in_between_leave_a_whole_card(data: st.DataObject) -> None:
    one, other = data.draw(st.sampled_from(PAIRS))
    there = turned(card(one), other)
    for _ in range(data.draw(st.integers(0, 4))):
        edit = data.draw(some_edit(there))
        if edit is not None:
            there = edit.apply(there)
    change = convert(there, spec(other), spec(one))
    assert read_edit_line(edit_line(change)) == change
    back = change.apply(there)
    well_formed(back)
    assert filled(there) <= filled(turned(back, other))


@st.composite
def some_edit(draw: st.DrawFn, template: Template) -> Edit | None:
    layout = spec(template.layout)
    content = draw(st.sampled_from(template.contents()))
    kind = draw(st.sampled_from(["text", "visible", "page", "item", "less", "move"]))
    group = draw(st.sampled_from(layout.groups)) if layout.groups else None
    count = items(template.pages[0], layout, group.id) if group else 0
    try:
        if kind == "text" and isinstance(content, TextContent):
            return SetText(content.id, draw(st.sampled_from(["甲", "乙", ""])))
        if kind == "visible" and any(s.value == "visible" for s in layout.slot(content.slot).switches):
            return SetVisible(content.id, draw(st.booleans()))
        if kind == "page":
            return structure.add_page(template, layout, 10, like=0)
        if group is not None and kind == "item":
            return structure.add_item(template, layout, group.id, draw(st.integers(0, count)), like=0)
        if group is not None and kind == "less" and count:
            return structure.remove_item(template, layout, group.id, draw(st.integers(0, count - 1)))
        if group is not None and kind == "move" and count:
            slots = tuple(s.id for s in layout.slots_of(group.id))
            return MoveItem(0, slots, draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1)))
    except Refused:
        return None
    return None


# --- single rules, by name -----------------------------------------------------------------------------------------


def test_a_card_of_a_carousel_goes_to_the_single_slots_and_the_others_wait() -> None:
    before = card("Carousel")
    there = turned(before, "StandardImageAndText")
    first = before.by_slot("title")
    assert first is not None
    assert there.by_slot("title") == first
    behind = left_behind(before, spec("Carousel"), convert(before, spec("Carousel"), spec(there.layout)))
    second = before.by_slot("title", 1)
    assert second in behind
    back = turned(SetText(first.id, "新标题").apply(there), "Carousel")
    assert text_of(back, first.id) == "新标题"
    assert back.by_slot("title", 1) == second


def carousel(count: int) -> Template:
    """A swipe card with a number of items, each with words of its own."""
    template = card("Carousel")
    while items(template.pages[0], spec("Carousel"), "cards") < count:
        template = structure.add_item(template, spec("Carousel"), "cards", like=0).apply(template)
    for number in range(count):
        title = template.by_slot("title", number)
        assert title is not None
        template = SetText(title.id, f"商品{number}").apply(template)
    return template


def small(most: int) -> LayoutSpec:
    """Another layout with the same group of fewer items."""
    layout = spec("Carousel")
    return replace(layout, id="Small", groups=(replace(layout.groups[0], most=most),))


def titles(template: Template) -> list[str]:
    found = [template.by_slot("title", n) for n in range(10)]
    return [c.text for c in found if isinstance(c, TextContent)]


def test_items_beyond_the_most_come_back_behind_those_that_went_along() -> None:
    before = carousel(6)
    there = convert(before, spec("Carousel"), small(4)).apply(before)
    assert titles(there) == ["商品0", "商品1", "商品2", "商品3"]
    slots = tuple(s.id for s in spec("Carousel").slots_of("cards"))
    fewer = Batch((RemoveItem(0, slots, 1), MoveItem(0, slots, 2, 0))).apply(there)
    back = convert(fewer, small(4), spec("Carousel")).apply(fewer)
    assert titles(back) == ["商品3", "商品0", "商品2", "商品4", "商品5"]


def test_a_new_item_comes_back_whole() -> None:
    before = carousel(3)
    there = convert(before, spec("Carousel"), small(4)).apply(before)
    more = structure.add_item(there, small(4), "cards", 1, like=2).apply(there)
    title = more.by_slot("title", 1)
    assert title is not None
    more = SetText(title.id, "新的").apply(more)
    back = convert(more, small(4), spec("Carousel")).apply(more)
    assert titles(back) == ["商品0", "新的", "商品1", "商品2"]
    assert [c.slot for c in back.contents()] == [s.id for s in spec("Carousel").slots] * 4


def test_what_a_layout_in_between_did_not_have_is_no_removal() -> None:
    before = carousel(6)
    there = convert(before, spec("Carousel"), small(4)).apply(before)
    tiny = replace(small(2), id="Tiny")
    further = convert(there, small(4), tiny).apply(there)
    assert titles(further) == ["商品0", "商品1"]
    back = convert(further, tiny, spec("Carousel")).apply(further)
    assert titles(back) == [f"商品{n}" for n in range(6)]


def test_a_crop_keeps_its_middle_and_comes_back_to_the_pixel() -> None:
    before = card("StandardImageAndText")
    picture = next(c for c in before.contents() if isinstance(c, ImageContent))
    crop = Crop(500, 300, 320, 180)
    cropped = SetCrop(picture.id, crop).apply(before)
    there = turned(cropped, "Carousel")
    content = there.content(picture.id)
    assert isinstance(content, ImageContent)
    assert content.picture is not None
    assert content.picture.crop is not None
    middle = content.picture.crop.x + content.picture.crop.width / 2
    assert abs(middle - (crop.x + crop.width / 2)) <= 1
    assert turned(there, "StandardImageAndText") == cropped


def test_variants_follow_their_contents_and_those_of_others_wait() -> None:
    before = card("Carousel")
    for item in (0, 1):
        title = before.by_slot("title", item)
        assert isinstance(title, TextContent)
        before = SetOverride(Vendor.OPPO, replace(title, text=f"短{item}")).apply(before)
    there = turned(before, "StandardImageAndText")
    assert [o.content for o in there.overrides] == [replace(before.overrides[0].content)]
    assert not drifted(there)
    assert turned(there, "Carousel") == before
    first = before.overrides[0].content
    assert isinstance(first, TextContent)
    edited = SetOverride(Vendor.OPPO, replace(first, text="更短")).apply(there)
    assert [o.content for o in turned(edited, "Carousel").overrides] == [
        replace(first, text="更短"),
        before.overrides[1].content,
    ]


def test_the_same_layout_changes_nothing() -> None:
    before = card("RedPacket")
    change = convert(before, spec("RedPacket"), spec("RedPacket"))
    assert isinstance(change, ChangeLayout)
    assert change.apply(before) is before


# --- focal points --------------------------------------------------------------------------------------------------

focals = st.tuples(st.integers(0, 1000), st.integers(0, 1000))


def digests(template: Template) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.digest for m in template.materials() if m.media_type != "video/mp4"))


def pictures(template: Template) -> dict[str, Picture]:
    """The pictures that are shown, by the id of their content; covers too."""
    found = {
        c.id: c.picture if isinstance(c, ImageContent) else c.cover
        for c in template.contents()
        if isinstance(c, ImageContent | VideoContent)
    }
    return {name: picture for name, picture in found.items() if picture is not None}


def seen(picture: Picture, focal: Focal) -> bool:
    """Whether what is shown of a picture holds a focal point, its edges included."""
    material, crop = picture.material, picture.crop
    if crop is None:
        return True
    x, y = in_pixels(focal, material.width, material.height)
    return crop.x <= x <= crop.x + crop.width and crop.y <= y <= crop.y + crop.height


def around(template: Template, name: str, points: dict[str, Focal]) -> Template:
    return convert(template, spec(template.layout), spec(name), pack().layouts, points).apply(template)


@given(st.data())
def test_a_focal_point_in_sight_stays_in_sight(data: st.DataObject) -> None:
    """Whatever was cropped before, and in whatever shape it is shown now; a shape that stays keeps its crop."""
    one, other = data.draw(st.sampled_from(PAIRS))
    before = card(one)
    points = {d: data.draw(focals) for d in digests(before)}
    for name in pictures(before):
        if isinstance(before.content(name), ImageContent) and data.draw(st.booleans()):
            across, down = data.draw(st.integers(1, 1111)), data.draw(st.integers(1, 777))
            left, top = data.draw(st.integers(0, 1111 - across)), data.draw(st.integers(0, 777 - down))
            before = SetCrop(name, Crop(left, top, across, down)).apply(before)
    there = around(before, other, points)
    well_formed(there)
    shown, plain = pictures(there), pictures(turned(before, other))
    for name, picture in pictures(before).items():
        if name not in shown:
            continue
        focal = points[picture.material.digest]
        if seen(picture, focal):
            assert seen(shown[name], focal)
        else:
            # Cropped away on purpose: the part that was chosen stays in the middle.
            assert shown[name] == plain[name]


@given(st.data())
def test_there_and_back_is_the_same_card_whatever_the_focal_points(data: st.DataObject) -> None:
    """Those set in between too: what was cut around another point is no edit."""
    walk = data.draw(st.lists(st.sampled_from(LAYOUTS), min_size=2, max_size=4, unique=True))
    before = there = card(walk[0])
    for name in walk[1:]:
        there = around(there, name, {d: data.draw(focals) for d in digests(before)})
        assert codec.loads(codec.dumps(there)) == there
    points = {d: data.draw(focals) for d in digests(before)}
    if len(walk) == 2:
        assert around(there, walk[0], points) == before
    else:
        assert pictures(around(there, walk[0], points)) == pictures(before)


@given(st.sampled_from(PAIRS))
def test_a_focal_point_in_the_middle_changes_nothing(pair: tuple[str, str]) -> None:
    before = card(pair[0])
    assert around(before, pair[1], dict.fromkeys(digests(before), (500, 500))) == turned(before, pair[1])


def test_a_new_crop_is_centred_on_the_focal_point() -> None:
    """A whole picture gets the largest crop around it; one that is cropped keeps its size as far as it can."""
    before = card("StandardImageAndText")
    (name,) = pictures(before)
    whole = SetCrop(name, None).apply(before)
    picture = pictures(whole)[name]
    points: dict[str, Focal] = {picture.material.digest: (900, 100)}
    slot = {a.id: b for a, b in pairs(spec(before.layout), spec("RedPacket"))}[before.content(name).slot]
    assert slot.ratio is not None
    shape = (slot.ratio.width, slot.ratio.height)
    assert pictures(around(whole, "RedPacket", points))[name].crop == fit_around(1111, 777, shape, (900, 100))
    crop = Crop(500, 30, 560, 315)
    cropped = SetCrop(name, crop).apply(before)
    wanted = centred_on(refit(crop, 1111, 777, shape), 1111, 777, (900, 100))
    assert pictures(around(cropped, "RedPacket", points))[name].crop == wanted
    away = SetCrop(name, Crop(0, 400, 560, 315)).apply(before)
    assert around(away, "RedPacket", points).pages == turned(away, "RedPacket").pages


def test_focal_points_are_remembered_by_the_digest_a_picture_has_now() -> None:
    """A card file brings its pictures into another gallery, which may store them anew."""
    before = card("StandardImageAndText")
    (digest,) = digests(before)
    there = around(before, "RedPacket", {digest: (100, 200)})
    assert there.kept[0].focals == ((digest, (100, 200)),)
    stored = replace(pictures(before)["picture"].material, digest="f" * 64)
    moved = with_materials(there, {digest: stored})
    assert moved.kept[0].focals == (("f" * 64, (100, 200)),)
    assert turned(moved, before.layout) == with_materials(before, {digest: stored})


# --- parameters ----------------------------------------------------------------------------------------------------


def waiting_with_a_parameter() -> Template:
    """A card whose second title waits with a parameter in it, and with OPPO's own words for it."""
    before = AddParam("code", "A1").apply(card("Carousel"))
    title = before.by_slot("title", 1)
    assert isinstance(title, TextContent)
    before = SetText(title.id, "券码${code}").apply(before)
    title = replace(title, text="码${code}")
    return turned(SetOverride(Vendor.OPPO, title).apply(before), "StandardImageAndText")


def test_a_renamed_parameter_is_renamed_in_what_waits() -> None:
    there = RenameParam("code", "券号").apply(waiting_with_a_parameter())
    back = turned(there, "Carousel")
    title = back.by_slot("title", 1)
    assert title is not None
    assert text_of(back, title.id) == "券码${券号}"
    assert [o.content.text for o in back.overrides if isinstance(o.content, TextContent)] == ["码${券号}"]
    assert not drifted(back)
    assert RenameParam("券号", "code").apply(there) == waiting_with_a_parameter()


def test_a_removed_parameter_is_replaced_in_what_waits() -> None:
    """And without a replacement it is refused: nobody sees there what would break."""
    there = waiting_with_a_parameter()
    with pytest.raises(Refused, match=r"edit\.param_kept"):
        RemoveParam("code").apply(there)
    back = turned(RemoveParam("code", "A1").apply(there), "Carousel")
    title = back.by_slot("title", 1)
    assert title is not None
    assert text_of(back, title.id) == "券码A1"
    assert not drifted(back)
    assert all("${code}" not in line for line in codec.dumps(back).decode().splitlines())


@given(st.data())
def test_a_renamed_parameter_is_no_edit_of_what_went_along(data: st.DataObject) -> None:
    """Renamed there and back again home: the same card as renamed at home."""
    one, other = data.draw(st.sampled_from(PAIRS))
    before = AddParam("gift", "A1").apply(card(one))
    for content in before.contents():
        if isinstance(content, TextContent) and data.draw(st.booleans()):
            before = SetText(content.id, f"{content.text}${{gift}}").apply(before)
    rename = RenameParam("gift", "券号")
    assert turned(rename.apply(turned(before, other)), one) == rename.apply(before)
