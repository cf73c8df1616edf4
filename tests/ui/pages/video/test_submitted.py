# SPDX-License-Identifier: Apache-2.0
"""What the reviewer reads of a template: every frame, and whatever else came over the wire without ever failing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.video_sms.reslist import body
from koodesk.domain.video_sms.template import Frame, Media, ResourceKind, Text, VideoTemplate
from koodesk.ui.pages.video.submitted import is_what_was_handed_in, resource_words, template_facts

pytestmark = pytest.mark.gui

FILM = Media(ResourceKind.VIDEO, "a" * 64, "mp4", 1_572_864, duration_ms=14_600, width=1280, height=720)
TEMPLATE = VideoTemplate(
    "云杉 E7 上市",
    (Frame((FILM, Text("尊敬的#p_1#，邀您试驾"))), Frame((Text("拒收请回复R"),))),
    "新车上市",
    3,
)
BODY = body(TEMPLATE, "云杉汽车", ("params_letter",))


def fact(found: list[tuple[str, str]], name: str) -> str:
    return dict(found)[name]


def test_every_frame_is_read_with_its_texts_and_files() -> None:
    found = template_facts(BODY)
    assert fact(found, "第 1 帧") == "视频 · mp4 · 1.5 MB · 00:15\n【云杉汽车】尊敬的#p_1#，邀您试驾"
    assert fact(found, "第 2 帧") == "拒收请回复R"
    assert fact(found, "文件合计") == "1.5 MB"
    assert fact(found, "需要的承诺函") == "动参承诺函"
    assert fact(found, "动态参数") == "p_1"
    assert fact(found, "有效期") == "365 天"


def test_what_needs_no_letter_and_never_ends_says_so() -> None:
    found = template_facts(body(replace(TEMPLATE, validity_days=0), "云杉汽车"))
    assert fact(found, "需要的承诺函") == "不需要"
    assert fact(found, "有效期") == "永久有效"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = (*BODY, "size", "res_type", "index", "source", "duration_ms")


@given(st.dictionaries(st.sampled_from(KEYS), anything))
def test_nothing_that_comes_over_the_wire_breaks_it(found: dict[str, Any]) -> None:
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in template_facts(found))
    assert isinstance(resource_words(found), str)
    assert not is_what_was_handed_in(TEMPLATE, found)


@pytest.mark.parametrize(
    "other",
    [
        replace(TEMPLATE, title="另一个主题"),
        replace(TEMPLATE, frames=TEMPLATE.frames[::-1]),
        replace(TEMPLATE, frames=(Frame((replace(FILM, digest="b" * 64),)), *TEMPLATE.frames[1:])),
    ],
)
def test_only_the_very_same_message_is_drawn_for_the_reviewer(other: VideoTemplate) -> None:
    assert is_what_was_handed_in(TEMPLATE, BODY)
    assert not is_what_was_handed_in(other, BODY)
