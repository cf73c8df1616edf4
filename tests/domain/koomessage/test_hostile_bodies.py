# SPDX-License-Identifier: Apache-2.0
"""Bodies from strangers: each refused with its own code and the key's name, nothing taken half."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import koomessage
from koodesk.domain.crop import Crop
from koodesk.domain.koomessage.sources import material_address, read_address
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.strict_table import DATA_CODES
from koodesk.domain.template import MaterialRef
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import pack

KNOWN_CODES = {*koomessage.KOOMESSAGE_CODES, *DATA_CODES, "card.too_large", "card.unreadable"}


def foreign() -> dict[str, Any]:
    """A body as another program writes it: the official example's shape, ids of the platform."""
    event = {"target": "https://m.jingxi.example", "package_name": "com.jx", "floor_type": 0}
    return {
        "card_id": "RedPacket",
        "tpl_name": "狂欢节红包",
        "scene": "促销",
        "use_id": 1,
        "sub_type": 2,
        "sms_example": "【京西商城】红包",
        "sms_signs": ["京西商城"],
        "sms_template": "红包[文本0-20]",
        "pages": [
            {
                "page_order": 1,
                "contents": [
                    {
                        "type": "image",
                        "src_type": 1,
                        "src": "691996319597764608",
                        "action_type": "OPEN_APP",
                        "position_number": 1,
                        "oppo_background": "691996319597764609",
                        "vivo_background": "691996319597764610",
                        "action": event,
                    },
                    {"type": "text", "content": "京西商城", "position_number": 2},
                    {"type": "text", "content": "全球狂欢节", "position_number": 3},
                    {"type": "text", "content": "${name}，拒收请回复R", "position_number": 4},
                    {
                        "type": "button",
                        "content": "领取红包",
                        "action_type": "OPEN_BROWSER",
                        "position_number": 5,
                        "action": {"target": "https://m.jingxi.example/${name}"},
                    },
                ],
            }
        ],
        "params": [{"type": 1, "name": "${name}", "example": "林晓"}],
        "factorys": [{"factory_type": "HUAWEI", "state": 1}, {"factory_type": "OPPO", "state": 1}],
    }


def component(body: dict[str, Any], position: int) -> dict[str, Any]:
    found: dict[str, Any] = body["pages"][0]["contents"][position - 1]
    return found


def test_a_foreign_body_is_written_again_as_it_was() -> None:
    body = foreign()
    found = koomessage.read_body(body, pack())
    assert found.notes == ()
    assert koomessage.bodies(found.template, pack()) == (body,)
    assert found.template.materials() == ()  # nothing of it is here
    addresses = copy.deepcopy(body)
    component(addresses, 1).update(
        src_type=2, src="https://a.example/1.png", oppo_background="http://b.example/2", vivo_background="x"
    )
    assert koomessage.bodies(koomessage.read_body(addresses, pack()).template, pack()) == (addresses,)


def test_ids_and_addresses_of_one_component_come_back() -> None:
    body = foreign()
    component(body, 1).update(
        src_type=2, src="https://a.example/1.png", oppo_background="koodesk://platform/69%2F1"
    )
    found = koomessage.read_body(body, pack()).template
    assert [m.remote for _, p in found.content("picture").backgrounds for m in [p.material]] == [  # type: ignore[union-attr]
        "id:69/1",
        "url:691996319597764610",
    ]
    assert koomessage.bodies(found, pack()) == (body,)


def test_defaults_that_are_written_out_mean_the_same() -> None:
    body = foreign()
    for position in (2, 3, 4):
        component(body, position).update(
            is_text_title="false", visible=1, currency_display=1, content_child=None
        )
    component(body, 1).update(src=component(body, 1)["src"], visible=None)
    body["factorys"].append({"factory_type": "VIVO", "state": 0})
    found = koomessage.read_body(body, pack())
    assert found.notes == ()
    assert koomessage.bodies(found.template, pack()) == (foreign(),)
    assert found.template.vendors == (Vendor.HUAWEI, Vendor.OPPO)


def test_what_a_card_cannot_hold_is_said() -> None:
    body = foreign()
    component(body, 2)["is_text_title"] = "true"
    component(body, 3)["visible"] = 0
    component(body, 5).update(action_type="VIEW_PIC", action={"target": "another picture"})
    found = koomessage.read_body(body, pack())
    assert [(p.code, p.severity, p.param("key")) for p in found.notes] == [
        ("koomessage.dropped", "warning", "pages[0].contents[1].is_text_title"),
        ("koomessage.dropped", "warning", "pages[0].contents[2].visible"),
        ("koomessage.dropped", "warning", "pages[0].contents[4].action.target"),
    ]


def edit(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    """Put a value somewhere into a body."""

    def change(body: dict[str, Any]) -> None:
        place: Any = body
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def content(position: int, key: str, to: Any) -> Callable[[dict[str, Any]], None]:
    return edit("pages", 0, "contents", position - 1, key, to=to)


HOSTILE: list[tuple[str, Callable[[dict[str, Any]], None], str, str]] = [
    ("no layout", edit("card_id", to=""), "data.key_missing", "card_id"),
    ("layout unknown", edit("card_id", to="Hologram"), "card.unknown_layout", ""),
    ("layout a number", edit("card_id", to=7), "data.wrong_type", "card_id"),
    ("name a list", edit("tpl_name", to=["a"]), "data.wrong_type", "tpl_name"),
    ("name missing", lambda b: b.pop("tpl_name"), "data.key_missing", "tpl_name"),
    ("name endless", edit("tpl_name", to="x" * 20_001), "data.too_long", "tpl_name"),
    ("name half a character", edit("tpl_name", to="\ud800"), "data.wrong_type", "tpl_name"),
    ("use 3", edit("use_id", to=3), "data.out_of_range", "use_id"),
    ("use true", edit("use_id", to=True), "data.wrong_type", "use_id"),
    ("use a text", edit("use_id", to="1"), "data.wrong_type", "use_id"),
    ("sub_type of no choice", edit("sub_type", to=9), "data.unknown_name", "sub_type"),
    ("key nobody knows", edit("tpl_id", to="123456789"), "data.key_unknown", "tpl_id"),
    ("vendor unknown", edit("factorys", 0, "factory_type", to="HONOR"), "data.unknown_name", "factorys[0].factory_type"),
    ("vendor twice", edit("factorys", 1, "factory_type", to="HUAWEI"), "card.duplicate", "factorys[1].factory_type"),
    ("vendor state 2", edit("factorys", 0, "state", to=2), "data.out_of_range", "factorys[0].state"),
    ("vendors a table", edit("factorys", to={"HUAWEI": 1}), "data.wrong_type", "factorys"),
    ("vendor key", edit("factorys", 0, "id", to=1), "data.key_unknown", "factorys[0].id"),
    ("param without marks", edit("params", 0, "name", to="name"), "koomessage.bad_param", "params[0].name"),
    ("param of two", edit("params", 0, "name", to="${a}${b}"), "koomessage.bad_param", "params[0].name"),
    ("param of type 2", edit("params", 0, "type", to=2), "data.out_of_range", "params[0].type"),
    ("param twice", edit("params", to=[{"type": 1, "name": "${a}", "example": "1"}] * 2), "card.duplicate", "params[1].name"),
    ("too many params", edit("params", to=[{}] * 201), "data.too_many", "params"),
    ("pages missing", lambda b: b.pop("pages"), "data.key_missing", "pages"),
    ("pages a text", edit("pages", to="1"), "data.wrong_type", "pages"),
    ("page twice", lambda b: b["pages"].append(b["pages"][0]), "koomessage.page_order", "pages"),
    ("page 0", edit("pages", 0, "page_order", to=0), "data.out_of_range", "pages[0].page_order"),
    ("page 2 alone", edit("pages", 0, "page_order", to=2), "koomessage.page_order", "pages"),
    ("too many pages", edit("pages", to=[{}] * 51), "data.too_many", "pages"),
    ("page key", edit("pages", 0, "style", to={}), "data.key_unknown", "pages[0].style"),
    ("too many components", edit("pages", 0, "contents", to=[{}] * 201), "data.too_many", "pages[0].contents"),
    ("component a text", edit("pages", 0, "contents", to=["x"]), "data.wrong_type", "pages[0].contents[0]"),
    ("position twice", content(3, "position_number", 2), "koomessage.position_twice", "pages[0].contents[2].position_number"),
    ("position of no slot", content(5, "position_number", 6), "koomessage.no_slot", "pages[0].contents[4].position_number"),
    ("position far out", content(5, "position_number", 10**9), "data.out_of_range", "pages[0].contents[4].position_number"),
    ("position of another kind", content(2, "type", "button"), "koomessage.no_slot", "pages[0].contents[1].position_number"),
    ("type unknown", content(2, "type", "followPub"), "data.unknown_name", "pages[0].contents[1].type"),
    ("text with a source", content(2, "src", "1"), "data.key_unknown", "pages[0].contents[1].src"),
    ("text with an event", content(2, "action_type", "OPEN_URL"), "data.key_unknown", "pages[0].contents[1].action_type"),
    ("text a number", content(2, "content", 5), "data.wrong_type", "pages[0].contents[1].content"),
    ("text with a second text", content(2, "content_child", "x"), "koomessage.no_slot", "pages[0].contents[1].position_number"),
    ("title flag", content(2, "is_text_title", "yes"), "data.unknown_name", "pages[0].contents[1].is_text_title"),
    ("visible 2", content(2, "visible", 2), "data.out_of_range", "pages[0].contents[1].visible"),
    ("src_type 3", content(1, "src_type", 3), "data.out_of_range", "pages[0].contents[0].src_type"),
    ("src endless", content(1, "src", "x" * 1001), "data.too_long", "pages[0].contents[0].src"),
    ("event unknown", content(5, "action_type", "OPEN_DOOR"), "data.unknown_name", "pages[0].contents[4].action_type"),
    ("event missing", lambda b: component(b, 5).pop("action_type"), "data.key_missing", "pages[0].contents[4].action_type"),
    ("action a list", content(5, "action", []), "data.wrong_type", "pages[0].contents[4].action"),
    ("action key", content(5, "action", {"url": "x"}), "data.key_unknown", "pages[0].contents[4].action.url"),
    ("floor a text", content(1, "action", {"floor_type": "1"}), "data.wrong_type", "pages[0].contents[0].action.floor_type"),
    ("floor below 0", content(1, "action", {"floor_type": -1}), "data.out_of_range", "pages[0].contents[0].action.floor_type"),
    ("button style", content(5, "button_type", "jumping"), "data.unknown_name", "pages[0].contents[4].button_type"),
    ("cover of a picture", content(1, "cover", "1"), "data.key_unknown", "pages[0].contents[0].cover"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "key"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_a_hostile_body_is_refused(change: Callable[[dict[str, Any]], None], code: str, key: str) -> None:
    body = copy.deepcopy(foreign())
    change(body)
    with pytest.raises(Refused) as refused:
        koomessage.read_body(body, pack())
    (problem,) = refused.value.problems
    assert (problem.code, problem.param("key") or "") == (code, key)


@pytest.mark.parametrize(
    "src",
    [
        "koodesk://",
        "koodesk://material/abc",
        f"koodesk://material/{'a' * 64}/0x10/5/0/image%2Fpng",
        f"koodesk://material/{'a' * 64}/010x10/5/0/image%2Fpng",
        f"koodesk://material/{'a' * 64}/10x10/5/0/image/png",
        f"koodesk://material/{'A' * 64}/10x10/5/0/image%2Fpng",
        f"koodesk://material/{'a' * 64}/10x10/5/0/image%2Fpng?crop=5,5,10,10",
        f"koodesk://material/{'a' * 64}/10x10/5/0/image%2Fpng?crop=0,0,0,1",
        f"koodesk://material/{'a' * 64}/10x10/{'9' * 13}/0/image%2Fpng",
        f"koodesk://material/{'a' * 64}/10x10/5/0/image%2fpng",
        "koodesk://elsewhere/1",
    ],
)
def test_a_bent_address_of_ours_is_refused(src: str) -> None:
    body = foreign()
    component(body, 1).update(src_type=2, src=src)
    with pytest.raises(Refused, match=r"koomessage\.bad_material"):
        koomessage.read_body(body, pack())


@given(
    st.integers(1, 1_000_000),
    st.integers(1, 1_000_000),
    st.integers(0, 2**40),
    st.integers(0, 2**40),
    st.data(),
)
def test_an_address_of_ours_holds_all_of_a_material(
    width: int, height: int, size: int, duration: int, data: st.DataObject
) -> None:
    across, down = data.draw(st.integers(1, width)), data.draw(st.integers(1, height))
    crop = data.draw(
        st.none()
        | st.builds(
            Crop,
            st.integers(0, width - across),
            st.integers(0, height - down),
            st.just(across),
            st.just(down),
        )
    )
    kind = data.draw(
        st.sampled_from(["image/png", "image/jpeg", "video/mp4"])
        | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
    )
    material = MaterialRef("0a" * 32, width, height, size, kind, duration)
    address = material_address(material, crop)
    assert len(address) <= 1000
    assert not set(address) & set("<>& ")
    found = read_address(address)
    assert found is not None
    assert (found.material, found.crop) == (material, crop)


def test_json_that_is_none_too_large_or_too_deep() -> None:
    for data, code in (
        (b"{", "card.unreadable"),
        (b"\xff", "card.unreadable"),
        (b'{"card_id":"RedPacket","card_id":"RedPacket"}', "card.unreadable"),
        (b"[1]", "data.wrong_type"),
        (b"[" * 40 + b"]" * 40, "card.too_deep"),
        (b'"' + b"x" * 4_194_304 + b'"', "card.too_large"),
    ):
        with pytest.raises(Refused) as refused:
            koomessage.loads(data, pack())
        assert refused.value.problems[0].code == code
    deep: Any = {}
    for _ in range(5000):
        deep = {"pages": [deep]}
    with pytest.raises(Refused, match=r"card\.too_deep"):
        koomessage.read_body(deep, pack())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_a_body_with_anything_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """No other exception, whatever stands where."""
    body = foreign()
    place: Any = body
    while True:
        key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else list(range(len(place)))))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            place[key] = data.draw(values)
            break
        place = inner
    why_not: tuple[Problem, ...] = ()
    found: koomessage.Imported | None = None
    try:
        found = koomessage.read_body(body, pack())
    except Refused as refused:
        why_not = refused.problems
    if found is None:
        assert {p.code for p in why_not} <= KNOWN_CODES
        return
    again = koomessage.bodies(found.template, pack())
    assert koomessage.read_body(json.loads(json.dumps(again[0])), pack()).template == found.template
