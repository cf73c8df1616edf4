# SPDX-License-Identifier: Apache-2.0
"""What the difference view marks, and phones in other sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import SetEvent, SetOverride, SetSubType
from koodesk.domain.template import Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview.arrange import arrange
from koodesk.preview.differences import Difference, DifferenceKind, differences, marked
from koodesk.preview.phone_size import PhoneSize, sized
from koodesk.preview.placement import Placement, Rect, TextLine
from tests.preview.arithmetic import MEASURE, TAKERS, card, layout, pack, phones

LONG = "满三百减三十，会员再享折上折，今晚二十四点前有效，" * 8


def placed(
    template: Template, vendor: Vendor, size: PhoneSize = PhoneSize.MIDDLE, scale: float = 1.0
) -> Placement:
    """Put a card in place with the arithmetic measure."""
    phone = sized(phones()[vendor], size, scale)
    return arrange(template, layout(), vendor, pack(), phone, {}, MEASURE)


def found(template: Template, vendor: Vendor) -> tuple[Difference, ...]:
    """Return the differences on a vendor's phone."""
    return differences(template, layout(), phones()[vendor], placed(template, vendor))


def kinds(template: Template, vendor: Vendor) -> list[tuple[DifferenceKind, str]]:
    """Return kind and content of each difference."""
    return [(d.kind, d.content_id) for d in found(template, vendor)]


def test_a_card_that_fits_everywhere_differs_nowhere_on_huawei() -> None:
    assert kinds(card(), Vendor.HUAWEI) == []


def test_a_cut_is_marked_on_the_line_that_ends_in_the_ellipsis() -> None:
    template = card(body=LONG)
    (cut,) = found(template, Vendor.HUAWEI)
    lines = [i for i in placed(template, Vendor.HUAWEI).of("body") if isinstance(i, TextLine)]
    assert (cut.kind, cut.rect) == (DifferenceKind.CUT, lines[-1].rect)
    assert lines[-1].text.endswith("…")
    assert str(cut.problem.param("dropped")) == LONG[len(LONG) - len(str(cut.problem.param("dropped"))) :]


def test_a_refused_event_and_a_button_at_rest_name_their_sources() -> None:
    dialling = SetEvent("button", ClickEvent(EventType.DIAL_PHONE, (("target", "4001"),)))
    template = SetSubType(2).apply(dialling.apply(card()))
    by_kind = {d.kind: d for d in found(template, Vendor.OPPO) if d.content_id == "button"}
    assert set(by_kind) == {DifferenceKind.REFUSED, DifferenceKind.RESTYLED}
    assert all(d.problem.source for d in by_kind.values())
    assert kinds(template, Vendor.HUAWEI) == []


def test_a_vendors_own_content_is_marked_on_that_vendor_alone() -> None:
    template = card()
    title = template.content("title")
    assert isinstance(title, TextContent)
    own = SetOverride(Vendor.XIAOMI, replace(title, text="小米专享红包")).apply(template)
    assert (DifferenceKind.OWN, "title") in kinds(own, Vendor.XIAOMI)
    assert kinds(own, Vendor.HUAWEI) == []
    shown = [i.text for i in placed(own, Vendor.XIAOMI).of("title") if isinstance(i, TextLine)]
    assert shown == ["小米专享红包"]


def test_a_slot_without_a_box_is_dropped_and_has_no_place() -> None:
    phone = phones()[Vendor.HUAWEI]
    boxes = tuple(b for b in phone.layouts["RedPacket"] if b.slot != "merchant")
    poorer = replace(phone, layouts={**phone.layouts, "RedPacket": boxes})
    placement = arrange(card(), layout(), Vendor.HUAWEI, pack(), poorer, {}, MEASURE)
    (lost,) = differences(card(), layout(), poorer, placement)
    assert (lost.kind, lost.content_id, lost.rect) == (DifferenceKind.DROPPED, "merchant", None)
    assert marked((lost,), MEASURE) == ()


def test_marks_carry_the_numbers_in_order_from_top_to_bottom() -> None:
    template = card(title=LONG, body=LONG)
    listed = found(template, Vendor.HUAWEI)
    assert [d.number for d in listed] == [1, 2]
    assert [d.content_id for d in listed] == ["title", "body"]
    assert [i.text for i in marked(listed, MEASURE) if isinstance(i, TextLine)] == ["1", "2"]


@pytest.mark.parametrize("vendor", TAKERS)
@pytest.mark.parametrize("size", list(PhoneSize))
@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_nothing_leaves_the_card_on_any_phone(vendor: Vendor, size: PhoneSize, scale: float) -> None:
    template = card(title=LONG, body=LONG)
    placement = placed(template, vendor, size, scale)
    phone = sized(phones()[vendor], size, scale)
    assert placement.card.width == pytest.approx(phone.width - 2 * phone.gutter)
    room = Rect(
        placement.card.x - 0.5, placement.card.y - 0.5, placement.card.width + 1, placement.card.height + 1
    )
    for item in placement.items:
        if isinstance(item, TextLine) and item.content_id:
            assert room.contains(item.rect), item.text


def test_larger_type_needs_more_room_and_the_middle_phone_stays_the_same_object() -> None:
    phone = phones()[Vendor.HUAWEI]
    assert sized(phone) is phone
    small = placed(card(), Vendor.HUAWEI).card.height
    assert placed(card(), Vendor.HUAWEI, scale=1.3).card.height > small
