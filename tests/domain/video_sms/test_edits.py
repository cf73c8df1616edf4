# SPDX-License-Identifier: Apache-2.0
"""Edits of a video SMS: whatever is done in whatever order, nothing is lost, doubled or left half done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.problem import Refused
from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.codec import decode, encode
from koodesk.domain.video_sms.edits import Moved, Place, place_of
from koodesk.domain.video_sms.template import (
    Channel,
    Element,
    Frame,
    Media,
    ResourceKind,
    Text,
    VideoTemplate,
)

VIDEO = Media(ResourceKind.VIDEO, "a" * 64, "mp4", 500_000, 15_000, 640, 360)
PICTURE = Media(ResourceKind.IMAGE, "b" * 64, "jpg", 90_000, 0, 800, 600)
SOUND = Media(ResourceKind.AUDIO, "c" * 64, "mp3", 60_000, 8_000)

elements = st.one_of(
    st.sampled_from((VIDEO, PICTURE, SOUND)),
    st.text("新车#p_12", max_size=12).map(Text),
)
frames = st.lists(elements, min_size=1, max_size=3).map(lambda found: Frame(tuple(found)))
templates = st.lists(frames, max_size=6).map(lambda found: VideoTemplate("主题", tuple(found)))


def message(*found: Element | tuple[Element, ...]) -> VideoTemplate:
    """A template of frames; an element alone is a frame of its own."""
    return VideoTemplate("主题", tuple(Frame(one if isinstance(one, tuple) else (one,)) for one in found))


def flat(template: VideoTemplate) -> list[Element]:
    return [element for _, _, element in template.elements()]


def places(template: VideoTemplate) -> list[Place]:
    return [Place(f, e) for f, e, _ in template.elements()]


@st.composite
def steps(draw: st.DrawFn) -> tuple[VideoTemplate, Place, int]:
    template = draw(templates.filter(lambda t: bool(t.frames)))
    return template, draw(st.sampled_from(places(template))), draw(st.sampled_from((-1, 1)))


# --- properties --------------------------------------------------------------------------------------------------


@given(steps())
def test_a_step_keeps_every_element_and_says_where_it_is(case: tuple[VideoTemplate, Place, int]) -> None:
    template, place, down = case
    moved = edits.step(template, place, down)
    assert Counter(map(repr, flat(moved.template))) == Counter(map(repr, flat(template)))
    assert edits.element_at(moved.template, moved.place) == edits.element_at(template, place)
    assert all(frame.elements for frame in moved.template.frames)


@given(steps())
def test_steps_down_and_up_bring_a_lone_element_back(case: tuple[VideoTemplate, Place, int]) -> None:
    template, place, down = case
    if len(template.frames[place.frame].elements) > 1:
        return  # it leaves its frame, which a step back does not undo
    moved = edits.step(template, place, down)
    back = edits.step(moved.template, moved.place, -down)
    assert moved.template == template or back == Moved(template, place)


@given(steps(), st.integers(-2, 9))
def test_taking_out_keeps_every_element(case: tuple[VideoTemplate, Place, int], at: int) -> None:
    template, place, _ = case
    moved = edits.take_out(template, place, at)
    assert Counter(map(repr, flat(moved.template))) == Counter(map(repr, flat(template)))
    assert moved.template.frames[moved.place.frame] == Frame((edits.element_at(template, place),))


@given(steps(), st.integers(0, 8), st.integers(-1, 5))
def test_joining_keeps_every_element(case: tuple[VideoTemplate, Place, int], frame: int, at: int) -> None:
    template, place, _ = case
    try:
        moved = edits.join(template, place, frame, at)
    except Refused:
        full = frame < len(template.frames) and len(template.frames[frame].elements) >= 3
        assert frame >= len(template.frames) or full
        return
    assert Counter(map(repr, flat(moved.template))) == Counter(map(repr, flat(template)))
    assert edits.element_at(moved.template, moved.place) == edits.element_at(template, place)
    assert all(f.elements for f in moved.template.frames)


@given(steps())
def test_removing_takes_one_element_and_no_empty_frame_is_left(
    case: tuple[VideoTemplate, Place, int],
) -> None:
    template, place, _ = case
    left = edits.remove_element(template, place)
    gone = Counter(map(repr, flat(template))) - Counter(map(repr, flat(left)))
    assert gone == Counter([repr(edits.element_at(template, place))])
    assert all(frame.elements for frame in left.frames)


@given(templates, elements, st.integers(-3, 9))
def test_inserting_says_where_it_stands(template: VideoTemplate, element: Element, at: int) -> None:
    moved = edits.insert_frame(template, at, element)
    assert moved.template.frames[moved.place.frame] == Frame((element,))
    others = moved.template.frames[: moved.place.frame] + moved.template.frames[moved.place.frame + 1 :]
    assert others == template.frames


@given(templates, st.integers(0, 5), st.integers(0, 9))
def test_moving_a_frame_moves_it_alone(template: VideoTemplate, frame: int, to: int) -> None:
    if frame >= len(template.frames):
        with pytest.raises(Refused):
            edits.move_frame(template, frame, to)
        return
    after = edits.move_frame(template, frame, to)
    assert after.frames[min(to, len(template.frames) - 1)] == template.frames[frame]
    rest = list(template.frames)
    del rest[frame]
    kept = list(after.frames)
    del kept[min(to, len(template.frames) - 1)]
    assert kept == rest


@given(templates, st.text(max_size=40))
def test_whatever_is_typed_can_be_saved_and_read_back(template: VideoTemplate, text: str) -> None:
    typed = edits.set_title(edits.set_remarks(edits.set_name(template, text), text), text)
    if all(len(frame.elements) <= 4 for frame in typed.frames):
        assert decode(encode(typed)) == typed


# --- single edits ------------------------------------------------------------------------------------------------


def test_a_step_goes_through_a_frame_before_it_leaves_it() -> None:
    template = message(VIDEO, (PICTURE, Text("续航 700 公里")), SOUND)
    first = edits.step(template, Place(1, 1), -1)
    assert flat(first.template) == [VIDEO, Text("续航 700 公里"), PICTURE, SOUND]
    assert first.place == Place(1, 0)
    second = edits.step(first.template, first.place, -1)
    assert [f.elements for f in second.template.frames] == [
        (VIDEO,),
        (Text("续航 700 公里"),),
        (PICTURE,),
        (SOUND,),
    ]
    assert second.place == Place(1, 0)
    third = edits.step(second.template, second.place, -1)
    assert third.place == Place(0, 0)
    assert edits.step(third.template, third.place, -1) == third


def test_joining_the_frame_above_makes_one_frame_of_two() -> None:
    template = message(VIDEO, PICTURE, Text("说明"))
    moved = edits.join(template, Place(2, 0), 1, 1)
    assert moved == Moved(message(VIDEO, (PICTURE, Text("说明"))), Place(1, 1))
    assert edits.join(template, Place(0, 0), 2, 0) == Moved(
        message(PICTURE, (VIDEO, Text("说明"))), Place(1, 0)
    )


def test_a_cover_stays_within_its_video() -> None:
    template = message(VIDEO, PICTURE)
    assert edits.set_cover(template, Place(0, 0), 99_000).media[0].cover_ms == 14_999
    assert edits.set_cover(template, Place(0, 0), -5) == template
    with pytest.raises(Refused, match=r"edit\.wrong_kind"):
        edits.set_cover(template, Place(1, 0), 0)


def test_a_text_is_no_file_and_a_file_no_text() -> None:
    template = message(VIDEO, Text("说明"))
    assert edits.set_media(template, Place(0, 0), PICTURE).media == (PICTURE,)
    acts: list[Callable[[], object]] = [
        lambda: edits.set_media(template, Place(1, 0), PICTURE),
        lambda: edits.set_text(template, Place(0, 0), "x"),
    ]
    for refused in acts:
        with pytest.raises(Refused, match=r"edit\.wrong_kind"):
            refused()


@pytest.mark.parametrize("place", [Place(2, 0), Place(-1, 0), Place(0, 1), Place(0, -1)])
def test_a_place_that_is_not_there_is_refused(place: Place) -> None:
    template = message(VIDEO, Text("说明"))
    for act in (edits.remove_element, lambda t, p: edits.step(t, p, 1), edits.element_at):
        with pytest.raises(Refused, match=r"edit\.content_missing"):
            act(template, place)


def test_the_next_parameter_is_the_lowest_free_number() -> None:
    assert edits.next_param(message(VIDEO)) == 1
    assert edits.next_param(message(Text("#p_1# #p_3#"), Text("#p_1#"))) == 2
    assert edits.next_param(message(Text("#p_2#"))) == 1


def test_what_it_is_handed_in_with_stays_when_a_ready_template_is_used() -> None:
    mine = replace(
        message(VIDEO), name="我的", validity_days=30, channel=Channel.ONE_ORDINARY, signature_id=7
    )
    ready = replace(message(PICTURE, Text("欢迎")), title="欢迎", name="公共")
    used = edits.use_contents(mine, ready)
    assert (used.title, used.frames) == ("欢迎", ready.frames)
    assert (used.name, used.validity_days, used.channel, used.signature_id) == (
        "我的",
        30,
        Channel.ONE_ORDINARY,
        7,
    )


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("frame:1", Place(0, 0)),
        ("frame:3/element:2", Place(2, 1)),
        ("title", None),
        ("", None),
        ("frame:x", None),
        ("frame:1/box:2", None),
        ("frame:1/element:", None),
        ("frame:999999999", None),
    ],
)
def test_places_are_read_as_problems_name_them(where: str, place: Place | None) -> None:
    assert place_of(where) == place
    if place is not None and "/" in where:
        assert place.where == where
