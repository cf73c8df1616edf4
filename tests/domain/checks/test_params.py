# SPDX-License-Identifier: Apache-2.0
"""Dynamic parameters."""

from __future__ import annotations

import pytest

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import AddParam, Batch, SetEvent, SetName, SetParamExample
from koodesk.domain.template import Param
from tests.domain.checks.cases import WARNING, Case, assert_found, both, codes, event, text, with_fields

MANY = Batch(tuple(AddParam(f"p{n}", "1") for n in range(20)))

CASES = (
    Case(MANY, "param.too_many", "params"),
    Case(with_fields(params=(Param("a b", "1"),)), "param.name_bad", "param:a b"),
    Case(AddParam("x" * 18, "1"), "param.name_too_long", "param:" + "x" * 18),
    Case(with_fields(params=(Param("name", "1"), Param("name", "2"))), "param.name_taken", "param:name"),
    Case(SetParamExample("name", " "), "param.example_missing", "param:name"),
    Case(SetParamExample("name", "x" * 101), "param.example_too_long", "param:name"),
    Case(SetParamExample("name", "XXX"), "param.example_unreal", "param:name", WARNING),
    Case(SetParamExample("name", "示例"), "param.example_unreal", "param:name", WARNING),
    Case(SetParamExample("name", "name"), "param.example_unreal", "param:name", WARNING),
    Case(text("title", "${nobody}"), "param.undefined", "content:title"),
    Case(
        event(EventType.OPEN_URL, target="https://a.example/${nobody}"),
        "param.undefined",
        "content:button/event.target",
    ),
    Case(AddParam("x", "1"), "param.unused", "param:x", WARNING),
    Case(text("title", "${name"), "param.broken", "content:title", WARNING),
    Case(text("button", "领取${name}"), "param.not_allowed", "content:button"),
    Case(event(EventType.DIAL_PHONE, target="${name}"), "param.not_allowed", "content:button/event.target"),
    Case(SetName("${name}的红包"), "param.not_allowed", "name"),
    Case(
        event(EventType.OPEN_APP, target="app://x", package_name="a.${name}"),
        "param.not_allowed",
        "content:button/event.package_name",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def test_links_take_parameters() -> None:
    """Of pictures as of buttons: the picture itself has none, its link may."""
    link = ClickEvent(EventType.OPEN_BROWSER, (("target", "https://a.example/${code}"),))
    assert codes(both(AddParam("code", "A1"), SetEvent("picture", link), SetEvent("button", link))) == set()


def test_the_longest_name_and_twenty_parameters_are_allowed() -> None:
    """17 characters and the wrapper make 20; all of them used."""
    names = ["x" * 17, *(f"p{n}" for n in range(18))]
    words = "".join(f"${{{n}}}" for n in ["name", *names])
    added = Batch(tuple(AddParam(n, "1") for n in names))
    assert codes(both(added, text("title", words))) == set()


@pytest.mark.parametrize("example", ["林晓", "1", "A1", "https://a.example/x", "Max", "测", "0"])
def test_real_examples(example: str) -> None:
    """Short and plain values are values."""
    assert codes(SetParamExample("name", example)) == set()
