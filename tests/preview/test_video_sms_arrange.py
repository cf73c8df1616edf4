# SPDX-License-Identifier: Apache-2.0
"""A video SMS in place: order, sizes, what comes into sight, and where a point hits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.video_sms.template import Frame, Media, ResourceKind, Text, VideoTemplate
from koodesk.preview.placement import Item, PictureBox, Rect, Shape, TextLine
from koodesk.preview.video_sms import MESSAGE_CODES
from koodesk.preview.video_sms_media import cover_key, length
from koodesk.preview.video_sms_phone import PhoneKind
from koodesk.preview.video_sms_placement import VideoPlacement
from tests.preview.video_sms_samples import (
    GIF,
    LAUNCH,
    PICTURE,
    SIGN,
    SOUND,
    VIDEO,
    carriers,
    kinds,
    message_phones,
    place,
    templates,
)

EVERY = pytest.mark.parametrize("kind", list(PhoneKind))


def _ids(placement: VideoPlacement) -> list[str]:
    return [box.content_id for box in placement.boxes]


def _shell_texts(placement: VideoPlacement) -> dict[str, str]:
    return {i.role: i.text for i in placement.shell if isinstance(i, TextLine) and i.role != "shell"}


def _roles(items: tuple[Item, ...]) -> set[str]:
    return {item.role for item in items if not isinstance(item, TextLine) and hasattr(item, "role")}


@EVERY
def test_parts_have_the_names_problems_use(kind: PhoneKind) -> None:
    assert _ids(place(kind=kind)) == [
        "title",
        *("frame:1", "frame:1/element:1", "frame:1/element:2"),
        *("frame:2", "frame:2/element:1"),
        *("frame:3", "frame:3/element:1"),
        *("frame:4", "frame:4/element:1", "frame:4/element:2"),
    ]


@given(templates(), kinds(), carriers(), st.booleans(), st.sampled_from([0.85, 1.0, 1.3, 2.0]))
def test_everything_stands_in_order_inside_the_message(
    template: VideoTemplate, kind: PhoneKind, carrier: Carrier, hints: bool, font_scale: float
) -> None:
    placement = place(template, kind, carrier=carrier, hints=hints, font_scale=font_scale)
    assert placement.reach == 0
    assert placement.thread.contains(placement.message)
    below = placement.message.y
    for box in placement.boxes:
        assert placement.message.contains(box.rect), box
        if box.element >= 0 or box.content_id == "title":
            assert box.rect.y >= below - 1e-6, box
            below = box.rect.bottom
    shown = [(b.frame, b.element) for b in placement.boxes if b.element >= 0]
    assert shown == [(f, e) for f, e, _ in template.elements()]
    for item in placement.items:
        if item.content_id:
            own = placement.box(item.content_id)
            assert own is not None
            assert item.rect.y >= own.rect.y - 1e-6, item
            assert item.rect.bottom <= own.rect.bottom + 1e-6, item


@given(templates(60), kinds(), st.sampled_from([1.0, 1.3, 2.0]))
def test_all_of_a_long_message_comes_into_sight(
    template: VideoTemplate, kind: PhoneKind, font_scale: float
) -> None:
    """Scrolled from top to bottom in steps of less than a screen, every dp of every part is shown once at least."""

    def at(offset: float) -> VideoPlacement:
        return place(template, kind, font_scale=font_scale, whole=False, offset=offset)

    first = at(0.0)
    assert first.height == message_phones()[kind].height + 2 * message_phones()[kind].bezel
    last = at(1e9)
    assert last.offset == last.reach == first.reach
    assert last.message.bottom <= last.thread.bottom
    seen = -1.0
    offset = 0.0
    while True:
        found = at(offset)
        top = found.offset
        assert top <= seen + 1e-6 or seen < 0
        seen = top + found.thread.height
        if top >= found.reach:
            break
        offset += found.thread.height * 0.9
    assert seen >= first.message.bottom - first.thread.y
    for box in first.boxes:
        moved = at(first.offset_for(box.content_id))
        there = moved.box(box.content_id)
        assert there is not None
        room = there.rect.common(moved.thread).height
        assert room == pytest.approx(min(there.rect.height, moved.thread.height)), box


@given(templates(40), kinds(), st.floats(0, 3000))
def test_nothing_is_left_unclipped_beyond_the_thread(
    template: VideoTemplate, kind: PhoneKind, offset: float
) -> None:
    placement = place(template, kind, whole=False, offset=offset)
    for item in placement.items:
        shown = item.rect
        assert shown.grown(3).overlaps(placement.thread)
        if not placement.thread.contains(shown):
            assert placement.reach > 0
            assert any(clip.rect == placement.thread for clip in getattr(item, "clips", ()))


def test_the_whole_phone_is_as_high_as_the_message() -> None:
    long = replace(LAUNCH, frames=LAUNCH.frames * 2)
    short, tall = place(whole=False), place(long)
    assert tall.height > place().height > short.height
    assert {box.content_id for box in tall.boxes} > {box.content_id for box in short.boxes}


@EVERY
def test_dark_is_other_colours_in_the_same_places(kind: PhoneKind) -> None:
    light, dark = place(kind=kind), place(kind=kind, dark=True)
    assert light.boxes == dark.boxes
    assert [i.rect for i in light.items] == [i.rect for i in dark.items]
    assert light.items != dark.items


@EVERY
def test_larger_type_needs_more_room_and_leaves_pictures_alone(kind: PhoneKind) -> None:
    middle, large = place(kind=kind), place(kind=kind, font_scale=1.3)
    assert large.message.height > middle.message.height
    for name in ("frame:1/element:1", "frame:2/element:1"):
        one, other = middle.box(name), large.box(name)
        assert one is not None
        assert other is not None
        assert (one.rect.width, one.rect.height) == (other.rect.width, other.rect.height)
    bars = [i for i in middle.shell if isinstance(i, TextLine) and i.text == "10:24"]
    assert bars == [i for i in large.shell if isinstance(i, TextLine) and i.text == "10:24"]


@EVERY
@pytest.mark.parametrize("carrier", THREE_CARRIERS)
def test_the_phone_names_carrier_and_marks_the_number_as_an_example(
    kind: PhoneKind, carrier: Carrier
) -> None:
    placement = place(kind=kind, carrier=carrier)
    said = _shell_texts(placement)
    sender = message_phones()[kind].sender(carrier)
    assert said == {"carrier": sender.name, "sender": sender.number, "example": "示例"}
    mark = next(i for i in placement.shell if isinstance(i, TextLine) and i.role == "example")
    number = next(i for i in placement.shell if isinstance(i, TextLine) and i.role == "sender")
    assert not mark.rect.overlaps(number.rect)
    assert placement.screen.contains(mark.rect.united(number.rect))


def test_a_carrier_nobody_knows_has_a_number_and_no_name() -> None:
    assert _shell_texts(place(carrier=Carrier.UNKNOWN)).keys() == {"sender", "example"}


def test_a_point_hits_the_innermost_part() -> None:
    placement = place()
    for box in placement.boxes:
        middle = (box.rect.x + box.rect.width / 2, box.rect.y + box.rect.height / 2)
        hit = placement.at(*middle)
        assert hit is not None
        assert hit.content_id == box.content_id or hit.content_id.startswith(f"{box.content_id}/")
    assert placement.at(placement.thread.x + 1, placement.thread.y + 1) is None


def test_what_is_scrolled_away_cannot_be_hit() -> None:
    placement = place(whole=False, offset=150)
    title = placement.box("title")
    assert title is not None
    assert title.rect.bottom < placement.thread.y
    assert placement.at(title.rect.x + 5, title.rect.y + 5) is None


def test_of_a_frame_are_the_items_of_its_elements() -> None:
    placement = place()
    own = {item.content_id for item in placement.of("frame:1")}
    assert own == {"frame:1/element:1", "frame:1/element:2"}
    assert "frame:1/element:1" not in {i.content_id for i in placement.of("frame:10")}


def test_frame_ten_is_no_part_of_frame_one() -> None:
    placement = place(VideoTemplate("", tuple(Frame((Text(str(n)),)) for n in range(10))))
    assert {i.content_id for i in placement.of("frame:1")} == {"frame:1/element:1"}


# --- media ---------------------------------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (800, 800), (2160, 1000)])
def test_a_picture_keeps_its_shape(kind: PhoneKind, width: int, height: int) -> None:
    one = replace(PICTURE, width=width, height=height)
    placement = place(VideoTemplate("", (Frame((one,)),)), kind)
    box = placement.media_box("frame:1/element:1")
    assert box is not None
    assert box.rect.width / box.rect.height == pytest.approx(width / height, rel=0.01)
    part = message_phones()[kind].parts["picture"]
    assert box.rect.height <= part.max_height


@EVERY
@pytest.mark.parametrize(("width", "height"), [(1, 5000), (5000, 1), (0, 0), (0, 300)])
def test_a_picture_of_no_usable_shape_is_still_there(kind: PhoneKind, width: int, height: int) -> None:
    placement = place(VideoTemplate("", (Frame((replace(VIDEO, width=width, height=height),)),)), kind)
    box = placement.media_box("frame:1/element:1")
    assert box is not None
    assert box.rect.width >= 44
    assert box.rect.height >= 44


def test_a_video_at_rest_has_its_cover_a_sign_to_play_and_its_length() -> None:
    items = place().of("frame:1/element:1")
    (picture,) = [i for i in items if isinstance(i, PictureBox)]
    assert picture.role == "video"
    assert picture.digest == cover_key(VIDEO) == f"{VIDEO.digest}@1200"
    assert "play" in _roles(items)
    assert [i.text for i in items if isinstance(i, TextLine)] == ["00:15"]


def test_a_gif_says_so_and_a_picture_says_nothing() -> None:
    placement = place()
    gif, plain = placement.of("frame:4/element:2"), placement.of("frame:2/element:1")
    assert [i.text for i in gif if isinstance(i, TextLine)] == ["GIF"]
    assert placement.media_box("frame:4/element:2").role == "gif"  # type: ignore[union-attr]  # there is one
    assert cover_key(GIF) == GIF.digest
    assert len(plain) == 1


def test_a_sound_is_a_bar_with_its_length() -> None:
    placement = place()
    items = placement.of("frame:3/element:1")
    assert not [i for i in items if isinstance(i, PictureBox)]
    assert [i.text for i in items if isinstance(i, TextLine)] == ["00:12"]
    body = next(i for i in items if isinstance(i, Shape) and i.role == "audio")
    box = placement.box("frame:3/element:1")
    assert box is not None
    assert body.rect == box.rect
    assert all(body.rect.contains(item.rect) for item in items)


@pytest.mark.parametrize(
    ("ms", "shown"), [(0, "00:01"), (400, "00:01"), (12_300, "00:12"), (29_600, "00:30"), (61_000, "01:01")]
)
def test_lengths(ms: int, shown: str) -> None:
    assert length(ms) == shown


@given(st.sampled_from([VIDEO, PICTURE, GIF, SOUND]), kinds())
def test_marks_stay_on_what_they_mark(media: Media, kind: PhoneKind) -> None:
    placement = place(VideoTemplate("", (Frame((media,)),)), kind)
    box = placement.box("frame:1/element:1")
    assert box is not None
    assert box.kind is media.kind
    for item in placement.of("frame:1/element:1"):
        assert box.rect.contains(item.rect)


# --- what is said --------------------------------------------------------------------------------------------------


def test_a_row_without_a_value_is_told_and_its_chip_stays() -> None:
    placement = place(values={"p_1": "林晓"})
    (mark,) = placement.marks
    assert (mark.code, mark.where, mark.param("name")) == (
        "preview.video_sms.unfilled",
        "frame:1/element:2",
        "p_2",
    )
    assert {m.code for m in place().marks} == set()


def test_hidden_signs_and_letters_of_other_fonts_are_told() -> None:
    placement = place(VideoTemplate("", (Frame((Text("特价\u202e🏮"),)),)))
    assert {mark.code for mark in placement.marks} == {"preview.text.controls", "preview.text.other_font"}
    assert {mark.code for mark in placement.marks} <= set(MESSAGE_CODES)


def test_what_nobody_published_is_said() -> None:
    assert [u.what for u in place().unknowns] == ["geometry"]
    assert all(u.note for u in place().unknowns)


@EVERY
def test_an_empty_template_is_an_empty_thread(kind: PhoneKind) -> None:
    placement = place(VideoTemplate(), kind)
    assert placement.boxes == ()
    assert [i.role for i in placement.items if isinstance(i, TextLine)] == ["date"]
    assert len(placement.items) == 1


@EVERY
def test_hints_show_where_to_write(kind: PhoneKind) -> None:
    template = VideoTemplate("", (Frame((Text(""),)), Frame((Text(""),)), Frame((PICTURE,))))
    plain, hinted = place(template, kind), place(template, kind, hints=True)
    assert "title" not in _ids(plain)
    assert "title" in _ids(hinted)
    hints = {i.content_id: i.text for i in hinted.items if isinstance(i, TextLine) and i.hint}
    assert hints.keys() == {"title", "frame:2/element:1"}
    assert not [i for i in plain.items if isinstance(i, TextLine) and i.hint]
    box = plain.box("frame:2/element:1")
    assert box is not None
    assert box.rect.height >= 15  # an empty text can still be pointed at
    assert box.kind is ResourceKind.TEXT


def test_every_element_has_room_of_its_own() -> None:
    rects = [b.rect for b in place().boxes if b.element >= 0]
    assert all(not a.overlaps(b) for n, a in enumerate(rects) for b in rects[n + 1 :])


def test_frames_are_nearer_within_than_between() -> None:
    placement = place(kind=PhoneKind.IPHONE)
    inside = _gap(placement, "frame:1/element:1", "frame:1/element:2")
    assert 0 < inside < _gap(placement, "frame:1/element:2", "frame:2/element:1")


def _gap(placement: VideoPlacement, above: str, below: str) -> float:
    one, other = placement.box(above), placement.box(below)
    assert one is not None
    assert other is not None
    return other.rect.y - one.rect.bottom


def test_the_iphone_has_a_bubble_a_text_and_android_one_around_all() -> None:
    iphone, android = place(kind=PhoneKind.IPHONE), place(kind=PhoneKind.ANDROID)

    def bubbles(placement: VideoPlacement) -> list[Rect]:
        return [
            i.rect for i in placement.items if isinstance(i, Shape) and i.role == "bubble" and not i.clips
        ]

    assert bubbles(android) == [android.message]
    titles = [box.rect for box in iphone.boxes if box.content_id == "title" or box.kind is ResourceKind.TEXT]
    assert bubbles(iphone) == titles


def test_subjects_are_bold_everywhere_and_named_on_android() -> None:
    for kind in PhoneKind:
        lines = [i for i in place(kind=kind).of("title") if isinstance(i, TextLine)]
        assert all(line.font.bold for line in lines)
        said = "".join(line.text for line in lines)
        assert said == ("主题：" if kind is PhoneKind.ANDROID else "") + LAUNCH.title


def test_the_signature_is_part_of_no_subject() -> None:
    assert SIGN not in "".join(i.text for i in place().of("title") if isinstance(i, TextLine))
