# SPDX-License-Identifier: Apache-2.0
"""Notices, tickets and vouchers: everything is drawn once and inside the card, what is hidden or left out closes up, and what
the vendors publish as a length has room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.layout_contents import in_sight, items
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.samples import sample_starter
from koodesk.domain.structure import add_item, remove_item
from koodesk.domain.template import Page, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview.arrange import arrange
from koodesk.preview.placement import Placement, Pulse, Shape, ShapeKind
from tests.preview.arithmetic import MEASURE, RESOURCES, pack, phones

LAYOUTS = (
    "Notification1",
    "Notification2",
    "Trip1",
    "Trip2",
    "Trip3",
    "PlaneTrip",
    "CardVoucher",
    "CardVouchers",
)
PLACES = [(name, v) for name in LAYOUTS for v in Vendor if pack().layouts[name].takes(v)]


def spec(name: str) -> LayoutSpec:
    return pack().layouts[name]


def starter(name: str) -> Template:
    return sample_starter(spec(name), RESOURCES)[0]


def placed(template: Template, vendor: Vendor = Vendor.HUAWEI, *, dark: bool = False) -> Placement:
    return arrange(template, spec(template.layout), vendor, pack(), phones()[vendor], {}, MEASURE, dark=dark)


def without(template: Template, *slots: str) -> Template:
    """Return the card without the contents of some slots."""
    pages = tuple(Page(tuple(c for c in p.contents if c.slot not in slots)) for p in template.pages)
    return replace(template, pages=pages)


def grown(template: Template, *, most: bool) -> Template:
    """Return the card with its groups as full or as empty as may be."""
    layout = spec(template.layout)
    for group in layout.groups:
        wanted = group.most if most else group.least
        while (count := items(template.pages[0], layout, group.id)) < wanted:
            template = add_item(template, layout, group.id, like=0).apply(template)
        while (count := items(template.pages[0], layout, group.id)) > wanted:
            template = remove_item(template, layout, group.id, count - 1).apply(template)
    return template


def test_the_vendors_are_those_of_the_table() -> None:
    """Facts 2.1; a vendor that sources disagree about is offered only where the newer list has it."""
    takers = {name: "".join(v[0] for v in Vendor if spec(name).takes(v)) for name in LAYOUTS}
    assert takers == {
        "Notification1": "HXVS",
        "Notification2": "HXV",
        "Trip1": "HS",
        "Trip2": "HS",
        "Trip3": "HS",
        "PlaneTrip": "H",
        "CardVoucher": "HOV",
        "CardVouchers": "H",
    }
    assert spec("Notification1").vendors[Vendor.OPPO].note
    assert spec("CardVoucher").vendors[Vendor.OPPO].note


@pytest.mark.parametrize(("name", "vendor"), PLACES)
@pytest.mark.parametrize("most", [True, False])
def test_every_content_and_second_text_is_drawn_once(name: str, vendor: Vendor, most: bool) -> None:
    template = grown(starter(name), most=most)
    drawn = sorted((box.content_id, box.part) for box in placed(template, vendor).slots)
    wanted = [(c.id, "") for c in in_sight(template, spec(name))]
    wanted += [(c.id, "child") for c in template.contents() if isinstance(c, TextContent) and c.child]
    assert drawn == sorted(wanted)


@pytest.mark.parametrize(("name", "vendor"), PLACES)
def test_nothing_lies_beyond_the_card_or_on_another(name: str, vendor: Vendor) -> None:
    placement = placed(grown(starter(name), most=True), vendor)
    for number, box in enumerate(placement.slots):
        assert placement.card.contains(box.rect)
        for other in placement.slots[:number]:
            assert not box.rect.overlaps(other.rect), (box.content_id, other.content_id)


@pytest.mark.parametrize(("name", "vendor"), PLACES)
def test_dark_and_light_lie_alike(name: str, vendor: Vendor) -> None:
    template = starter(name)
    light, dark = placed(template, vendor), placed(template, vendor, dark=True)
    assert [i.rect for i in light.items] == [i.rect for i in dark.items]
    assert light.items != dark.items


@pytest.mark.parametrize(("name", "vendor"), PLACES)
def test_a_title_of_the_published_length_is_not_cut(name: str, vendor: Vendor) -> None:
    template, layout = starter(name), spec(name)
    slots = [s for s in layout.slots if s.role in ("title", "body") and s.limit(vendor) is not None]
    for slot in slots:
        limit, content = slot.limit(vendor), template.by_slot(slot.id)
        assert limit is not None
        assert isinstance(content, TextContent)
        whole = template.with_content(replace(content, text="券" * limit.chars))
        assert [c for c in placed(whole, vendor).cuts if c.slot == slot.id] == []
        more = template.with_content(replace(content, text="券" * (limit.chars + 1)))
        assert [c.content_id for c in placed(more, vendor).cuts if c.slot == slot.id] == [content.id]


@pytest.mark.parametrize("name", ["Trip1", "Trip2", "Trip3", "PlaneTrip"])
def test_the_way_is_there_without_its_number(name: str) -> None:
    """The ends stay joined; only the number's own words and vehicle are gone."""
    full, bare = placed(starter(name)), placed(without(starter(name), "number"))
    assert not bare.of("number")

    def art(placement: Placement) -> list[ShapeKind]:
        return [i.kind for i in placement.items if isinstance(i, Shape) and i.role == "art"]

    gone = [ShapeKind.ICON] if name == "Trip3" else []
    assert sorted(art(bare) + gone) == sorted(art(full))


@pytest.mark.parametrize("name", ["Notification1", "Notification2", "Trip1", "Trip2", "Trip3", "PlaneTrip"])
def test_what_is_left_out_closes_up(name: str) -> None:
    """Neither picture nor buttons leave an empty band; the words stand as far from the edges as before."""
    template = starter(name)
    for vendor in (v for v in Vendor if spec(name).takes(v)):
        full = placed(template, vendor)
        bare = placed(without(template, "picture", "logo", "button", "button_second"), vendor)
        assert bare.card.height < full.card.height - 38
        assert bare.card.bottom - max(b.rect.bottom for b in bare.slots) < 30
        assert min(b.rect.y for b in bare.slots) - bare.card.y < 20


@pytest.mark.parametrize(
    ("name", "slot"), [("PlaneTrip", "pair"), ("PlaneTrip", "logo"), ("CardVouchers", "label")]
)
def test_a_hidden_component_closes_up(name: str, slot: str) -> None:
    """Switched off (`visible` 0), it is gone; its neighbours stay."""
    template = starter(name)
    content = template.by_slot(slot)
    assert content is not None
    full, less = placed(template), placed(template.with_content(replace(content, visible=False)))
    assert not less.of(content.id)
    assert {b.content_id for b in full.slots} - {b.content_id for b in less.slots} == {content.id}
    assert less.card.height <= full.card.height
    if slot == "pair":
        assert less.card.height < full.card.height - 15


def test_a_hidden_coupon_leaves_no_paper() -> None:
    """All its contents switched off, the coupon itself is gone."""
    template = starter("CardVouchers")
    full = placed(template)
    for content in template.contents():
        if content.slot != "header" and content.item == 1:
            template = template.with_content(replace(content, visible=False))
    less = placed(template)

    def dashes(placement: Placement) -> int:
        return sum(1 for i in placement.items if isinstance(i, Shape) and i.kind is ShapeKind.DASHES)

    assert dashes(less) == dashes(full) - 1
    assert less.card.height < full.card.height - 80


def test_the_dynamic_button_moves_on_huawei_alone() -> None:
    """Facts 2.2; the others say that it stands still."""
    template = replace(starter("CardVoucher"), sub_type=2)
    for vendor in (Vendor.HUAWEI, Vendor.OPPO, Vendor.VIVO):
        placement = placed(template, vendor)
        moves = any(isinstance(i, Pulse) for i in placement.items)
        assert moves == (vendor is Vendor.HUAWEI)
        assert [m.code for m in placement.marks] == ([] if moves else ["preview.button.static"])
