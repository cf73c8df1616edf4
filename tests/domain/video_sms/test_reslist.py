# SPDX-License-Identifier: Apache-2.0
"""What is handed in: the signature in its place, every index right, and the wire's rule that trusts nobody."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from koodesk.domain.problem import errors
from koodesk.domain.video_sms.reslist import body, check_body, reslist
from koodesk.domain.video_sms.rules import check_template
from koodesk.domain.video_sms.template import ResourceKind, Text, VideoTemplate
from tests.domain.video_sms.messages import SIGN, accepted, message, picture, rules, templates, video

Body = dict[str, Any]
CAR = message((video(),), (Text("#p_1#，新车到店"), picture()), (Text("拒收请回复R"),))


def handed_in() -> Body:
    """Return the car maker's body as it comes out of the wire."""
    found: Body = json.loads(json.dumps(body(CAR, SIGN)))
    return found


def codes(given: Body) -> list[str]:
    return [p.code for p in check_body(given, rules())]


def test_the_car_makers_message() -> None:
    assert reslist(CAR, SIGN) == [
        {"res_type": "mp4", "index": "1-1", "digest": "a" * 64, "size": 900_000, "duration_ms": 12_000, "param": 0},
        {"res_type": "txt", "index": "2-1", "source": "【北辰汽车】#p_1#，新车到店"},
        {"res_type": "jpg", "index": "2-2", "digest": "b" * 64, "size": 60_000, "duration_ms": 0, "param": 0},
        {"res_type": "txt", "index": "3-1", "source": "拒收请回复R"},
    ]  # fmt: skip
    found = handed_in()
    assert {k: v for k, v in found.items() if k not in ("reslist", "letters")} == {
        "tpl_name": "新车上市",
        "title": "北辰X5上市",
        "sign": SIGN,
        "expiration_time": 365,
        "remarks": "",
        "restags": "三网一般",
        "has_qr": False,
        "params": ["p_1"],
    }
    assert codes(found) == []


@given(accepted())
def test_what_the_desk_accepts_the_wire_accepts(template: VideoTemplate) -> None:
    assert check_body(body(template, SIGN), rules()) == ()


@given(templates())
def test_what_the_desk_refuses_the_wire_refuses(template: VideoTemplate) -> None:
    """Nothing that the desk's check stops gets by the wire's, whatever else is wrong."""
    wrong = {p.code for p in errors(check_template(template, rules(), for_submit=True))}
    found = {p.code for p in check_body(body(template, SIGN), rules())}
    unseen = {"video_sms.signature.missing", "video_sms.frame_empty", "video_sms.too_many_frames"}
    assert wrong - unseen <= found


@given(templates())
def test_one_text_is_signed_and_the_order_is_kept(template: VideoTemplate) -> None:
    found = reslist(template, SIGN)
    texts = [str(r["source"]) for r in found if r["res_type"] == "txt"]
    plain = [e.text for _, _, e in template.elements() if isinstance(e, Text)]
    assert texts == ([f"【{SIGN}】{plain[0]}", *plain[1:]] if plain else [])
    assert [r["index"] for r in found] == [f"{f + 1}-{e + 1}" for f, e, _ in template.elements()]
    kinds = [e.kind is ResourceKind.TEXT for _, _, e in template.elements()]
    assert [r["res_type"] == "txt" for r in found] == kinds


def change(*path: str | int, to: object) -> Callable[[Body], None]:
    def act(given: Body) -> None:
        at: Any = given
        for key in path[:-1]:
            at = at[key]
        if to is ...:
            del at[path[-1]]
        else:
            at[path[-1]] = to

    return act


def unindexed(given: Body) -> None:
    for resource in given["reslist"]:
        del resource["index"]


TAMPERED: tuple[tuple[Callable[[Body], None], list[str]], ...] = (
    (change("reslist", 1, "source", to="#p_1#，新车到店"), ["video_sms.unsigned"]),
    (
        change("reslist", 1, "source", to="【别家】新车到店"),
        ["video_sms.unsigned", "video_sms.text.brackets"],
    ),
    (change("reslist", 1, "source", to="【北辰汽车】【再来】"), ["video_sms.text.brackets"]),
    (change("reslist", 1, "source", to="【北辰汽车】"), ["video_sms.text_blank"]),
    (change("reslist", 3, "source", to="【北辰汽车】拒收请回复R"), ["video_sms.text.brackets"]),
    (change("sign", to=""), ["video_sms.unsigned", "video_sms.text.brackets"]),
    (change("title", to="【上市】"), ["video_sms.title.brackets"]),
    (change("title", to=""), ["video_sms.title.missing"]),
    (change("tpl_name", to=""), ["video_sms.name.missing"]),
    (change("expiration_time", to=10_000), ["video_sms.validity"]),
    (change("remarks", to="注" * 201), ["video_sms.remarks.too_long"]),
    (change("reslist", 0, "index", to=...), ["video_sms.index_missing"]),
    (change("reslist", 0, "index", to="1"), ["video_sms.index_wrong"]),
    (change("reslist", 0, "index", to=11), ["video_sms.index_wrong"]),
    (change("reslist", 3, "index", to="9-1"), ["video_sms.index_wrong"]),
    (change("reslist", 2, "index", to="2-3"), ["video_sms.index_wrong"]),
    (change("reslist", 3, "index", to="2-2"), ["video_sms.index_twice"]),
    (change("reslist", 0, "index", to="4-1"), ["video_sms.index_order"]),
    (change("reslist", 0, "res_type", to="mov"), ["video_sms.media_type"]),
    (change("reslist", 0, "duration_ms", to=30_500), ["video_sms.video_too_long"]),
    (change("reslist", 2, "param", to=1), ["video_sms.param_two_kinds"]),
    (change("reslist", 2, "param", to=101), ["video_sms.param_range"]),
    (change("reslist", to=[]), ["video_sms.empty"]),
)


@pytest.mark.parametrize(("act", "expected"), TAMPERED)
def test_a_body_that_was_tampered_with_is_refused(act: Callable[[Body], None], expected: list[str]) -> None:
    given = copy.deepcopy(handed_in())
    act(given)
    assert codes(given) == expected


def test_without_any_index_every_part_is_a_frame() -> None:
    given = handed_in()
    unindexed(given)
    assert codes(given) == []
    given["reslist"] += [{"res_type": "txt", "source": f"第{n}段"} for n in range(5)]
    assert codes(given) == ["video_sms.too_many_frames"], "nine parts, nine frames"


UNREADABLE: tuple[Callable[[Body], None], ...] = (
    *(change(key, to=...) for key in ("tpl_name", "title", "sign", "expiration_time", "remarks", "restags", "reslist")),
    change("restags", to="四网"),
    change("sign", to=5),
    change("expiration_time", to="365"),
    change("expiration_time", to=True),
    change("reslist", to={}),
    change("reslist", 1, "source", to=5),
    change("reslist", 1, "source", to=...),
    change("reslist", 0, "digest", to=None),
    change("reslist", 0, "size", to="900000"),
)  # fmt: skip


@pytest.mark.parametrize("act", UNREADABLE)
def test_what_cannot_be_read_says_so(act: Callable[[Body], None]) -> None:
    given = handed_in()
    act(given)
    with pytest.raises((KeyError, TypeError, ValueError)):
        check_body(given, rules())
