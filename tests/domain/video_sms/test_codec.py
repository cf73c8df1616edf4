# SPDX-License-Identifier: Apache-2.0
"""Templates as text: what is written is what is read, and nothing from outside is taken on trust."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.problem import Refused
from koodesk.domain.video_sms.codec import MAX_BYTES, VIDEO_CODEC_CODES, decode, encode, template_digest
from koodesk.domain.video_sms.template import Channel, Frame, Text, VideoTemplate
from tests.domain.video_sms.messages import message, templates


def code_of(text: str | bytes) -> str:
    with pytest.raises(Refused) as refused:
        decode(text)
    (problem,) = refused.value.problems
    return problem.code


@given(templates())
def test_what_is_written_is_what_is_read(template: VideoTemplate) -> None:
    text = encode(template)
    assert decode(text) == template
    assert decode(text.encode()) == template
    assert encode(decode(text)) == text


@given(templates(), templates())
def test_equal_templates_have_equal_texts_and_others_have_not(
    one: VideoTemplate, other: VideoTemplate
) -> None:
    assert (encode(one) == encode(other)) == (one == other)


@given(templates(), st.integers(0, 99))
def test_the_digest_covers_everything_but_the_signature(template: VideoTemplate, signature: int) -> None:
    digest = template_digest(template)
    assert template_digest(replace(template, signature_id=signature)) == digest
    changes: tuple[dict[str, Any], ...] = (
        {"title": template.title + "!"},
        {"name": template.name + "!"},
        {"remarks": template.remarks + "!"},
        {"validity_days": template.validity_days + 1},
        {"has_qr": not template.has_qr},
        {"channel": next(c for c in Channel if c is not template.channel)},
        {"frames": (*template.frames, Frame((Text("再来"),)))},
    )
    for change in changes:
        assert template_digest(replace(template, **change)) != digest, change


def test_format_1_is_this_for_ever() -> None:
    """The first format: it may never stop opening, nor become another template."""
    text = (
        '{"channel":"三网一般","format":1,"frames":[{"elements":[{"cover_ms":500,"digest":"' + "a" * 64 + '",'
        '"duration_ms":12000,"height":360,"kind":"video","param":0,"size":900000,"type":"mp4","width":640}]},'
        '{"elements":[{"kind":"text","text":"您好#p_1#"}]}],"has_qr":false,"name":"新车","remarks":"","signature_id":3,'
        '"title":"上市","validity_days":30}'
    )
    template = decode(text)
    assert encode(template) == text
    assert (template.params, template.media[0].cover_ms) == (("p_1",), 500)
    assert template_digest(template) == "3f49c0c5ede261a61ad63e12b82b290ac1e32f731a071a9b39b9b10f21db11bf"


Change = tuple[str, Any, str]
TOP: tuple[Change, ...] = (
    ("format", 2, "video_sms.file.newer"),
    ("format", "1", "data.wrong_type"),
    ("title", 5, "data.wrong_type"),
    ("title", "长" * 20_001, "data.too_long"),
    ("frames", {}, "data.wrong_type"),
    ("frames", [{"elements": []}] * 65, "data.too_many"),
    ("frames", [[]], "data.wrong_type"),
    ("frames", [{"elements": [], "more": 1}], "data.key_unknown"),
    ("frames", [{"elements": [{"kind": "text", "text": "a"}] * 5}], "data.too_many"),
    ("validity_days", -1, "data.out_of_range"),
    ("validity_days", True, "data.wrong_type"),
    ("channel", "四网", "data.unknown_name"),
    ("has_qr", 1, "data.wrong_type"),
    ("signature_id", 2**60, "data.out_of_range"),
    ("surprise", 1, "data.key_unknown"),
)
MEDIUM: tuple[Change, ...] = (
    ("kind", "hologram", "data.unknown_name"),
    ("digest", "A" * 64, "data.unknown_name"),
    ("digest", "../" * 21, "data.unknown_name"),
    ("type", "../mp4", "data.unknown_name"),
    ("size", -1, "data.out_of_range"),
    ("duration_ms", 1.5, "data.wrong_type"),
    ("width", 10**9, "data.out_of_range"),
    ("extra", 1, "data.key_unknown"),
)


@pytest.mark.parametrize(("key", "value", "code"), TOP)
def test_a_wrong_key_is_refused_by_name(key: str, value: Any, code: str) -> None:
    data = json.loads(encode(message()))
    assert code_of(json.dumps({**data, key: value})) == code
    assert code in VIDEO_CODEC_CODES


@pytest.mark.parametrize(("key", "value", "code"), MEDIUM)
def test_a_wrong_key_of_a_medium_is_refused(key: str, value: Any, code: str) -> None:
    data = json.loads(encode(message()))
    data["frames"][0]["elements"][0][key] = value
    assert code_of(json.dumps(data)) == code


@pytest.mark.parametrize("key", sorted(json.loads(encode(message()))))
def test_a_missing_key_is_refused(key: str) -> None:
    data = json.loads(encode(message()))
    del data[key]
    assert code_of(json.dumps(data)) == "data.key_missing"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "video_sms.file.unreadable"),
        ("{", "video_sms.file.unreadable"),
        ("[]", "data.wrong_type"),
        ("[" * 200_000, "video_sms.file.unreadable"),
        ('{"format":1,"format":1}', "video_sms.file.unreadable"),
        (b"\xff\xfe", "video_sms.file.unreadable"),
        ("\ud800", "video_sms.file.unreadable"),
        (" " * (MAX_BYTES + 1), "video_sms.file.too_large"),
    ],
)
def test_what_is_no_template_is_refused_in_a_message_files_own_words(text: str | bytes, code: str) -> None:
    assert code_of(text) == code
    assert code in VIDEO_CODEC_CODES


def test_a_lone_surrogate_does_not_get_in() -> None:
    data = json.loads(encode(message()))
    data["title"] = "\ud800"
    assert code_of(json.dumps(data)) == "data.wrong_type"
