# SPDX-License-Identifier: Apache-2.0
"""Every rule of a video SMS template (facts 1.10): a case that it takes and one that it does not, at its very limit."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given

from koodesk.domain.problem import Severity, errors
from koodesk.domain.video_sms.rules import (
    BRACKETS,
    LETTERS,
    check_template,
    letter_problems,
    letters_needed,
    places,
)
from koodesk.domain.video_sms.template import Channel, Element, Text, VideoTemplate
from tests.domain.strategies import RESOURCES
from tests.domain.video_sms.messages import accepted, message, picture, rules, sound, templates, video
from tests.message_codes import SOURCE, forget, sites_of

FILE = "domain/video_sms/rules.py"
ERROR, WARNING = Severity.ERROR, Severity.WARNING
TEXT = (Text("诚邀试驾"),)


def texts(count: int) -> list[tuple[Element, ...]]:
    return [(Text(f"第{n}段"),) for n in range(1, count + 1)]


def pictures(count: int) -> list[tuple[Element, ...]]:
    return [(picture(f"{n:064x}"),) for n in range(1, count + 1)]


PAIR: tuple[Element, ...] = (picture(), Text("说明"))

CASES: tuple[tuple[str, VideoTemplate, VideoTemplate, Severity, str], ...] = (
    ("video_sms.title.missing", message(title="上市"), message(title=" "), ERROR, "title"),
    ("video_sms.title.too_long", message(title="长" * 20), message(title="长" * 21), ERROR, "title"),
    ("video_sms.title.brackets", message(title="[上市]"), message(title="上市】"), ERROR, "title"),
    ("text.control_character", message(title="上市"), message(title="上\t市"), ERROR, "title"),
    ("video_sms.text.brackets", message((Text("[试驾]"),)), message((Text("【试驾】"),)), ERROR, "frame:1/element:1"),
    ("video_sms.text_blank", message(TEXT), message(TEXT, (Text(" \n"),)), ERROR, "frame:2/element:1"),
    ("video_sms.text_long", message((Text("字" * 2000),)), message((Text("字" * 2001),)), WARNING, "frame:1/element:1"),
    ("text.bidi_mark", message((Text("分\n行"),)), message((Text("反\u202e向"),)), ERROR, "frame:1/element:1"),
    ("video_sms.no_text", message((video(),), TEXT), message((video(),)), ERROR, ""),
    ("video_sms.empty", message(TEXT), message(frames=()), ERROR, ""),
    # 10 resources in 8 frames are the most; 11 need a third frame of two
    (
        "video_sms.too_many_resources",
        message(PAIR, PAIR, *texts(6)),
        message(PAIR, PAIR, PAIR, *texts(5)),
        ERROR,
        "",
    ),
    ("video_sms.too_many_frames", message(*texts(8)), message(*texts(9)), ERROR, "frame:9"),
    ("video_sms.frame_empty", message(TEXT), message(TEXT, ()), ERROR, "frame:2"),
    ("video_sms.frame_full", message(PAIR), message((*PAIR, Text("再来一段"))), ERROR, "frame:1"),
    ("video_sms.frame_without_text", message(PAIR), message(TEXT, (picture(), video())), ERROR, "frame:2"),
    ("video_sms.too_many_doubles", message(PAIR, PAIR), message(PAIR, PAIR, PAIR), ERROR, "frame:3"),
    ("video_sms.name.missing", message(name="新车"), message(name=""), ERROR, "name"),
    ("video_sms.name.too_long", message(name="名" * 100), message(name="名" * 101), ERROR, "name"),
    ("video_sms.remarks.too_long", message(remarks="注" * 200), message(remarks="注" * 201), ERROR, "remarks"),
    ("video_sms.validity", message(validity_days=9999), message(validity_days=10_000), ERROR, "validity_days"),
    ("video_sms.validity", message(validity_days=0), message(validity_days=-1), ERROR, "validity_days"),
    ("video_sms.signature.missing", message(signature_id=1), message(signature_id=0), ERROR, "signature"),
    (
        "video_sms.video_too_long",
        message((video(30_000),), TEXT),
        message((video(30_001),), TEXT),
        ERROR,
        "frame:1/element:1",
    ),
    (
        "video_sms.too_many_videos",
        message((video(),), TEXT),
        message((video(),), TEXT, (video(digest="d" * 64),)),
        ERROR,
        "frame:3/element:1",
    ),
    # Ten pictures and a text are eleven resources: what a message may hold in all is the narrower rule.
    (
        "video_sms.too_many_pictures",
        message(*pictures(10), TEXT),
        message(*pictures(11), TEXT),
        ERROR,
        "frame:11/element:1",
    ),
    (
        "video_sms.video_and_pictures",
        message((video(),), TEXT),
        message((video(),), TEXT, (picture(),)),
        WARNING,
        "frame:3/element:1",
    ),
    (
        "video_sms.over_budget",
        message((video(size=1_899_988),), TEXT),
        message((video(size=1_899_989),), TEXT),
        WARNING,
        "",
    ),
    *(
        ("video_sms.media_type", message((made(good),), TEXT), message((made(bad),), TEXT), ERROR, "frame:1/element:1")
        for made, takes, bad in (
            (lambda t: picture(suffix=t), ("jpg", "jpeg", "png", "gif"), "webp"),
            (sound, ("mp3", "wav"), "aac"),
            (lambda t: video(suffix=t), ("mp4", "3gp"), "mov"),
        )
        for good in takes
    ),
    ("video_sms.param_range", message((Text("#p_1##p_100#"),)), message((Text("#p_0#"),)), ERROR, "frame:1/element:1"),
    ("video_sms.param_range", message((Text("#p_100#"),)), message((Text("#p_101#"),)), ERROR, "frame:1/element:1"),
    # A number may stand again within its kind, and in no other.
    (
        "video_sms.param_two_kinds",
        message((Text("#p_1#"),), (Text("#p_1#"),), (picture(param=2),)),
        message((Text("#p_1#"),), (picture(param=1),)),
        ERROR,
        "frame:2/element:1",
    ),
    ("video_sms.param_malformed", message((Text("5#楼 p_1"),)), message((Text("#p_x#"),)), ERROR, "frame:1/element:1"),
    ("video_sms.param_malformed", message((Text("#p_1#"),)), message((Text("#p_1 您好"),)), ERROR, "frame:1/element:1"),
    ("video_sms.param_malformed", message((Text("#p_1#"),)), message((Text("#p_01#"),)), ERROR, "frame:1/element:1"),
)  # fmt: skip


@pytest.mark.parametrize(("code", "good", "bad", "severity", "where"), CASES)
def test_each_rule_takes_one_and_not_the_other(
    code: str, good: VideoTemplate, bad: VideoTemplate, severity: Severity, where: str
) -> None:
    assert code not in [p.code for p in check_template(good, rules(), for_submit=True)]
    found = [p for p in check_template(bad, rules(), for_submit=True) if p.code == code]
    assert [(p.severity, p.where) for p in found] == [(severity, where)]


def test_no_rule_is_without_a_case() -> None:
    """A rule that is added asks for its case here."""
    codes = {site.code for site in sites_of(FILE, ast.parse((SOURCE / FILE).read_text("utf-8")))}
    forget()
    assert codes - {code for code, *_ in CASES} == {"video_sms.letter_needed"}


def test_a_car_makers_message_has_no_fault() -> None:
    assert check_template(message(), rules(), for_submit=True) == ()


def test_what_is_in_the_making_is_not_asked_for_the_dialog() -> None:
    assert check_template(message(name="", signature_id=0), rules()) == ()


@given(accepted())
def test_an_accepted_template_has_no_error(template: VideoTemplate) -> None:
    assert errors(check_template(template, rules(), for_submit=True)) == ()


@given(templates())
def test_any_template_can_be_checked_and_every_place_is_in_it(template: VideoTemplate) -> None:
    known = {where for where, _ in places(template)} | {f"frame:{n + 1}" for n in range(len(template.frames))}
    known |= {"", "title", "name", "remarks", "signature", "validity_days"}
    for found in check_template(template, rules(), for_submit=True):
        assert found.where in known
        assert found.source or found.code.startswith("text."), found


# --- letters -------------------------------------------------------------------------------------------------------

LINKS = (
    "看 km2g.cn/PDiWqc 吧",
    "详情km2g.cn。",
    "km2g.cn吧",
    "http://a",
    "https://shop.example/x",
    "WWW.SHOP.COM",
    "见hap://app/x",
)
NO_LINKS = ("长4.85米", "v2.0", "a@b.cn", "5折.再见", "12.30-18.00", "A.B", "p.s.")


@pytest.mark.parametrize("text", LINKS)
def test_a_link_asks_for_its_letter(text: str) -> None:
    assert letters_needed(message((Text(text),)), rules()) == ("link_letter",)


@pytest.mark.parametrize("text", NO_LINKS)
def test_what_is_no_link_does_not(text: str) -> None:
    assert letters_needed(message((Text(text),)), rules()) == ()


def test_params_and_a_code_ask_for_theirs() -> None:
    assert letters_needed(message((Text("#p_1#您好"),)), rules()) == ("params_letter",)
    assert letters_needed(message(has_qr=True), rules()) == ("qr_letter",)
    everything = message((Text("#p_1# km2g.cn"),), has_qr=True)
    assert letters_needed(everything, rules()) == LETTERS


def test_a_letter_that_is_missing_is_said_at_its_paper() -> None:
    found = letter_problems(LETTERS, ("link_letter", "licence"))
    assert [(p.code, p.where, p.severity) for p in found] == [
        ("video_sms.letter_needed", "paper:params_letter", ERROR),
        ("video_sms.letter_needed", "paper:qr_letter", ERROR),
    ]
    assert letter_problems(LETTERS, LETTERS) == ()
    assert {p.severity for p in letter_problems(LETTERS, (), severity=WARNING)} == {WARNING}


# --- the data ------------------------------------------------------------------------------------------------------


def test_every_number_says_where_it_is_from() -> None:
    data = tomllib.loads((RESOURCES / "rules" / "video_sms.toml").read_text("utf-8"))
    known = {"stated", "partial", "conflict", "assumption"}
    papers = {"authorization", "other"}
    for name, table in data.items():
        if isinstance(table, dict):
            assert table["source"], name
            assert table["confidence"] in known, name
            assert all(table[paper]["source"] == "seed t3-5" for paper in papers & table.keys())
    assert data["budget"]["confidence"] == data["text"]["confidence"] == "assumption"


def test_what_nobody_publishes_only_warns() -> None:
    heavy = message((video(size=9_000_000),), (Text("字" * 5000),))
    found = check_template(heavy, rules(), for_submit=True)
    assert {p.code for p in found} == {"video_sms.over_budget", "video_sms.text_long"}
    assert errors(found) == ()


def test_other_rules_give_other_answers() -> None:
    strict = replace(rules(), title_max=3, frames_max=1)
    codes = {p.code for p in check_template(message(), strict)}
    assert codes == {"video_sms.title.too_long", "video_sms.too_many_frames"}


def test_every_channel_is_known() -> None:
    assert {c.three for c in Channel} == {True, False}
    assert BRACKETS == "【】"
