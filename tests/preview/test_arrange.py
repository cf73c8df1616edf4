# SPDX-License-Identifier: Apache-2.0
"""Where things stand on each vendor's phone, and what is said about them; with a measure of arithmetic, no Qt."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import Confidence, Fact, SlotKind
from koodesk.domain.template import ButtonContent, MaterialRef, Picture, Template
from koodesk.domain.vendor import Vendor
from koodesk.preview.arrange import arrange, not_taken
from koodesk.preview.placement import PictureBox, Placement, Pulse, TextLine
from tests.preview.arithmetic import (
    MEASURE,
    PICTURE,
    RESOURCES,
    TAKERS,
    card,
    layout,
    pack,
    phones,
    picture_of,
    with_limit,
)


def _place(
    template: Template, vendor: Vendor = Vendor.HUAWEI, *, dark: bool = False, hints: bool = False
) -> Placement:
    return arrange(template, layout(), vendor, pack(), phones()[vendor], {}, MEASURE, dark=dark, hints=hints)


def _codes(placement: Placement) -> list[str]:
    return [mark.code for mark in placement.marks]


TEXTS = st.text(st.sampled_from("新春红包，。《》（）abc 019\n🧧${name}"), max_size=80)


@settings(max_examples=60)
@given(st.sampled_from(TAKERS), TEXTS, TEXTS, TEXTS, st.text(max_size=20), st.booleans())
def test_any_text_stays_in_its_place(
    vendor: Vendor, merchant: str, title: str, body: str, button: str, dark: bool
) -> None:
    template = card(merchant=merchant, title=title, body=body, button=button)
    placement = _place(template, vendor, dark=dark)
    assert placement.screen.contains(placement.card)
    assert placement.screen.contains(placement.toggle)
    for index, box in enumerate(placement.slots):
        assert placement.card.contains(box.rect), box
        for other in placement.slots[index + 1 :]:
            assert not box.rect.overlaps(other.rect), (box, other)
    boxes = {box.content_id: box.rect for box in placement.slots}
    for item in placement.items:
        if isinstance(item, TextLine) and item.content_id and item.runs:
            assert boxes[item.content_id].contains(item.rect), item
    assert placement == _place(template, vendor, dark=dark)


@settings(max_examples=60)
@given(st.sampled_from(TAKERS), st.text(st.sampled_from("新春红包，。abc 019\n"), max_size=160))
def test_a_cut_is_exactly_what_is_not_shown(vendor: Vendor, body: str) -> None:
    placement = _place(card(body=body), vendor)
    shown = "".join(
        run.text
        for item in placement.of("body")
        if isinstance(item, TextLine)
        for run in item.runs
        if run.end > run.start
    )
    cut = next((c for c in placement.cuts if c.slot == "body"), None)
    if cut is None:
        assert shown == body.replace("\n", "")
    else:
        assert cut.shown + cut.dropped == body
        assert shown == cut.shown.replace("\n", "")
        assert cut.dropped
        assert placement.of("body")[-1].text.endswith("…")  # type: ignore[union-attr]  # a line: the body is text


def test_every_taker_is_drawn_and_every_other_has_a_reason() -> None:
    for vendor in Vendor:
        reason = not_taken(layout(), vendor)
        assert (reason is None) == (vendor in TAKERS)
    reason = not_taken(layout(), Vendor.MEIZU)
    assert reason is not None
    assert (reason.code, reason.source) == ("preview.vendor.not_taken", "SDK")
    with pytest.raises(Refused) as refused:
        _place(card(), Vendor.MEIZU)
    assert refused.value.problems == (reason,)


def test_a_vendor_nobody_wrote_about_is_unknown_not_refused() -> None:
    facts = {**layout().vendors, Vendor.MEIZU: Fact(None, "not found", Confidence.UNKNOWN)}
    reason = not_taken(replace(layout(), vendors=facts), Vendor.MEIZU)
    assert reason is not None
    assert reason.code == "preview.vendor.unknown"


def test_unpublished_limits_are_said() -> None:
    unknown = {u.slot for u in _place(card()).unknowns if u.what == "text_limit"}
    assert {"merchant", "title", "body"} <= unknown


def test_a_published_limit_cuts_by_its_count() -> None:
    spec = with_limit(layout(), "title", Vendor.HUAWEI, 1, 5)
    template = card(title="全球狂欢节红包")
    placement = arrange(template, spec, Vendor.HUAWEI, pack(), phones()[Vendor.HUAWEI], {}, MEASURE)
    (cut,) = [c for c in placement.cuts if c.slot == "title"]
    assert (cut.shown, cut.dropped, cut.estimate) == ("全球狂欢节", "红包", False)
    assert cut.limit.source == "test"


def test_dynamic_button_moves_where_it_is_honoured_and_stands_elsewhere() -> None:
    template = replace(card(), sub_type=2)
    here, there = _place(template, Vendor.HUAWEI), _place(template, Vendor.XIAOMI)
    assert any(isinstance(item, Pulse) for item in here.items)
    assert not any(isinstance(item, Pulse) for item in there.items)
    assert "preview.button.static" not in _codes(here)
    assert "preview.button.static" in _codes(there)
    assert "preview.button.static" not in _codes(_place(card(), Vendor.XIAOMI))


@pytest.mark.parametrize("vendor", [Vendor.OPPO, Vendor.VIVO])
def test_own_background_stands_in_for_the_default(vendor: Vendor) -> None:
    template = card()
    assert "preview.background.default" in _codes(_place(template, vendor))
    own = Picture(MaterialRef("cd" * 32, 1080, 720, 1000))
    content = replace(picture_of(template), backgrounds=((vendor, own),))
    placement = _place(template.with_content(content), vendor)
    assert "preview.background.default" not in _codes(placement)
    (back,) = [i for i in placement.items if isinstance(i, PictureBox) and i.role == "background"]
    assert back.digest == own.material.digest
    other = _place(template.with_content(content), Vendor.HUAWEI)
    assert all(i.role != "background" for i in other.items if isinstance(i, PictureBox))


def test_an_event_the_vendor_refuses_is_marked_at_its_content() -> None:
    template = card()
    button = template.content("button")
    assert isinstance(button, ButtonContent)
    dial = ClickEvent(EventType.DIAL_PHONE, (("target", "95588"),))
    template = template.with_content(replace(button, event=dial))
    marks = _place(template, Vendor.OPPO).marks
    assert [(m.code, m.where) for m in marks if m.code.startswith("preview.event")] == [
        ("preview.event.refused", "content:button/event")
    ]
    assert "preview.event.refused" not in _codes(_place(template, Vendor.HUAWEI))


def test_a_missing_picture_is_marked_and_keeps_its_place() -> None:
    template = card()
    placement = _place(template.with_content(replace(picture_of(template), picture=None)))
    assert "preview.picture.missing" in _codes(placement)
    (box,) = [i for i in placement.items if isinstance(i, PictureBox)]
    assert (box.digest, box.label) == ("", "1:1")


def test_a_picture_of_another_shape_is_shown_from_its_middle() -> None:
    wide = Picture(MaterialRef("ef" * 32, 1000, 400, 1000))
    template = card()
    placement = _place(template.with_content(replace(picture_of(template), picture=wide)))
    (box,) = [i for i in placement.items if isinstance(i, PictureBox)]
    assert box.crop is not None
    assert (box.crop.x, box.crop.y, box.crop.width, box.crop.height) == (300, 0, 400, 400)


def test_runs_lead_an_editor_back_to_the_source() -> None:
    template = card(title="${name}，好")
    lines = [i for i in _place(template).of("title") if isinstance(i, TextLine)]
    runs = [run for line in lines for run in line.runs]
    assert [(r.text, r.start, r.end, r.param) for r in runs] == [("林晓", 0, 7, "name"), ("，好", 7, 9, "")]
    assert runs[1].x == pytest.approx(runs[0].x + runs[0].width)


def test_hints_are_for_the_editor_alone() -> None:
    template = card(title="")
    shown = [i for i in _place(template).of("title") if isinstance(i, TextLine)]
    assert [line.text for line in shown] == [""]
    hinted = [i for i in _place(template, hints=True).of("title") if isinstance(i, TextLine)]
    assert [(line.text, line.hint) for line in hinted] == [("一句话说清优惠", True)]


def test_the_original_text_takes_the_cards_place() -> None:
    placement = arrange(
        card(), layout(), Vendor.VIVO, pack(), phones()[Vendor.VIVO], {}, MEASURE, show="text"
    )
    words = "".join(i.text for i in placement.items if isinstance(i, TextLine) and i.role == "sms")
    assert words == card().sms_example
    assert placement.slots == ()
    toggle = [i.text for i in placement.items if isinstance(i, TextLine) and i.role == "toggle"]
    assert toggle == ["显示卡片"]


def test_where_no_card_shows_the_text_does_and_nothing_leads_to_the_card() -> None:
    placement = arrange(
        card(), layout(), Vendor.MEIZU, pack(), phones()[Vendor.MEIZU], {}, MEASURE, show="text"
    )
    assert {i.role for i in placement.items if isinstance(i, TextLine)} == {"sms"}
    assert placement.toggle.width == 0


def test_a_character_of_another_font_is_said() -> None:
    assert "preview.text.other_font" in _codes(_place(card(body="红🏮包")))


def test_the_shell_is_the_same_object_while_only_the_card_changes() -> None:
    first, second = _place(card(body="一")), _place(card(body="二"))
    assert first.shell is second.shell
    assert first.front is second.front


def test_slots_answer_to_a_point() -> None:
    placement = _place(card())
    for box in placement.slots:
        middle = box.rect.x + box.rect.width / 2, box.rect.y + box.rect.height / 2
        assert placement.slot_at(*middle) == box
    assert placement.slot_at(0, 0) is None
    assert {box.kind for box in placement.slots} == {SlotKind.IMAGE, SlotKind.TEXT, SlotKind.BUTTON}
    assert PICTURE.material.digest in {i.digest for i in placement.items if isinstance(i, PictureBox)}


def test_arranging_needs_no_qt() -> None:
    program = (
        "import sys, koodesk.preview.arrange, koodesk.preview.phone_spec, koodesk.preview.report;"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=RESOURCES.parent, check=False).returncode == 0
