# SPDX-License-Identifier: Apache-2.0
"""Where a drag goes: every height means one place, and no drop makes a frame the platform refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koodesk.domain.carrier import Carrier
from koodesk.domain.video_sms.edits import Place, join, take_out
from koodesk.domain.video_sms.rules import check_template
from koodesk.domain.video_sms.template import Element, Frame, Media, ResourceKind, Text, VideoTemplate
from koodesk.editor.video_sms.dropping import Drop, can_join, changes, drop_at, drop_mark, playable
from koodesk.preview.video_sms_phone import PhoneKind
from tests.editor.video_sms.conftest import RULES, VIDEO

if TYPE_CHECKING:
    from koodesk.editor.video_sms.session import VideoSession

pytestmark = pytest.mark.gui

PICTURE = Media(ResourceKind.IMAGE, "b" * 64, "jpg", 90_000, 0, 800, 600)
CODES = ("video_sms.frame_full", "video_sms.frame_without_text", "video_sms.too_many_doubles")

Make = Callable[[VideoTemplate], "VideoSession"]

FRAMES: tuple[tuple[Element, ...], ...] = (
    (VIDEO,),
    (PICTURE,),
    (Text("说明"),),
    (PICTURE, Text("说明")),
    (Text("说明"), VIDEO),
)
legal = (
    st.lists(st.sampled_from(FRAMES), min_size=1, max_size=5)
    .map(lambda found: VideoTemplate("主题", tuple(Frame(f) for f in found)))
    .filter(lambda t: sum(len(f.elements) > 1 for f in t.frames) <= RULES.double_frames_max)
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(legal, st.data())
def test_a_drop_never_breaks_a_frame(
    make_session: Make, template: VideoTemplate, data: st.DataObject
) -> None:
    session = make_session(template)
    placement = session.arrange(PhoneKind.ANDROID, Carrier.CMCC)
    place = data.draw(st.sampled_from([Place(f, e) for f, e, _ in template.elements()]))
    y = data.draw(st.floats(0, placement.height))
    drop = drop_at(placement, template, y, place, RULES.double_frames_max)
    mark = drop_mark(placement, template, drop)
    assert placement.message.y - 20 <= mark.y <= placement.message.bottom + 20
    if drop.join:
        after = join(template, place, drop.at, drop.element).template
    else:
        after = take_out(template, place, drop.at).template
        assert (after != template) == changes(template, place, drop) or _same_frames(template)
    found = {p.code for p in check_template(after, RULES)}
    assert not found & set(CODES)


def _same_frames(template: VideoTemplate) -> bool:
    """Tell whether moving a frame may change nothing because another one is equal to it."""
    return len(set(template.frames)) < len(template.frames) or any(
        len(set(f.elements)) < len(f.elements) for f in template.frames
    )


def test_the_middle_of_a_frame_joins_and_its_edges_do_not(make_session: Make) -> None:
    template = VideoTemplate("主题", (Frame((PICTURE,)), Frame((Text("说明"),))))
    placement = make_session(template).arrange(PhoneKind.ANDROID, Carrier.CMCC)
    box = placement.box("frame:1")
    assert box is not None
    middle = box.rect.y + box.rect.height / 2

    def at(y: float) -> Drop:
        return drop_at(placement, template, y, Place(1, 0), 2)

    assert at(middle + 2) == Drop(0, join=True, element=1)
    assert at(middle - 2) == Drop(0, join=True, element=0)
    assert at(box.rect.y + 1) == Drop(0)
    assert at(box.rect.bottom - 1) == Drop(1)
    assert drop_at(placement, template, middle, None, 0) in (Drop(0), Drop(1)), "files are no part of a frame"


def test_two_media_do_not_share_a_frame_and_no_third_pair_is_made() -> None:
    pair = Frame((PICTURE, Text("说明")))
    template = VideoTemplate("主题", (Frame((VIDEO,)), Frame((PICTURE,)), Frame((Text("a"),)), pair, pair))
    assert not can_join(template, Place(0, 0), 1, 3)
    assert can_join(template, Place(2, 0), 1, 3)
    assert not can_join(template, Place(2, 0), 1, 2)
    assert not can_join(template, Place(2, 0), 3, 3), "a pair is full"
    assert can_join(template, Place(3, 1), 1, 2), "the pair it leaves is one no more"


def test_only_videos_and_gifs_play() -> None:
    assert playable(ResourceKind.VIDEO, "3gp")
    assert playable(ResourceKind.IMAGE, "gif")
    assert not playable(ResourceKind.IMAGE, "png")
    assert not playable(ResourceKind.AUDIO, "mp3")
