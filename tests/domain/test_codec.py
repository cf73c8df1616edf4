# SPDX-License-Identifier: Apache-2.0
"""Templates to JSON and back, and JSON from strangers."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given

from koodesk.domain import codec
from koodesk.domain.codec import decode, dumps, encode, loads
from koodesk.domain.content_codec import Json
from koodesk.domain.digest import canonical, template_digest
from koodesk.domain.problem import Refused
from koodesk.domain.template import Template
from tests.domain.strategies import good, templates


@given(templates())
def test_round_trip(template: Template) -> None:
    """What is saved is what is opened, to the last crop, and the text is the same again."""
    text = dumps(template)
    assert loads(text) == template
    assert dumps(loads(text)) == text


@given(templates(), templates())
def test_digest_is_identity(one: Template, other: Template) -> None:
    """Equal templates and only they have equal digests."""
    assert (template_digest(one) == template_digest(other)) == (one == other)
    assert template_digest(loads(dumps(one))) == template_digest(one)


def test_digest_is_pinned() -> None:
    """A filed digest must mean the same card for ever: this value may not change without an upgrade of the format."""
    assert template_digest(good()) == "3d9da2b8f87a205dbe045d46ce0970165a0877d499d2bc63954687ed41c5fac5"


def test_canonical_has_one_form() -> None:
    """Order and spacing of keys do not matter; Chinese stays Chinese."""
    assert canonical({"b": 1, "a": "红"}) == canonical({"a": "红", "b": 1}) == '{"a":"红","b":1}'.encode()


def refusal(data: bytes) -> tuple[str, str]:
    """Return code and key of the refusal of some JSON text."""
    with pytest.raises(Refused) as caught:
        loads(data, "card.json")
    (found,) = caught.value.problems
    assert found.param("file") == "card.json"
    return found.code, str(found.param("key") or "")


DEEP = 100_000


HOSTILE_TEXTS: tuple[tuple[bytes, str], ...] = (
    (b"", "card.unreadable"),
    (b"{", "card.unreadable"),
    (b"\xff\xfe{}", "card.unreadable"),
    (b"[" * DEEP + b"]" * DEEP, "card.too_deep"),
    (b"[" * DEEP, "card.too_deep"),
    (b'{"a":' * DEEP, "card.too_deep"),
    (b'"' + b'\\"' * 1_000_000 + b"\\", "card.unreadable"),
    (b'{"format": 1, "format": 1}', "card.unreadable"),
    (b'{"format": NaN}', "card.unreadable"),
    (b'{"format": ' + b"9" * 5000 + b"}", "card.unreadable"),
    (b" " * (codec.MAX_BYTES + 1), "card.too_large"),
    (b"[]", "data.wrong_type"),
    (b"null", "data.wrong_type"),
    (b"{}", "data.key_missing"),
    (b'{"format": true}', "data.wrong_type"),
    (b'{"format": 1.0}', "data.wrong_type"),
    (b'{"format": 0}', "data.out_of_range"),
    (b'{"format": 3}', "card.newer"),
)


@pytest.mark.parametrize(("data", "code"), HOSTILE_TEXTS, ids=lambda v: v[:20] if isinstance(v, bytes) else v)
def test_hostile_text(data: bytes, code: str) -> None:
    """Each is refused with a code; none is a RecursionError or a traceback."""
    assert refusal(data)[0] == code


def test_brackets_within_texts_are_no_depth() -> None:
    """Only structure counts towards the depth."""
    values = encode(good())
    values["name"] = "[" * 1000 + '"\\'
    assert decode(json.loads(json.dumps(values))).name == values["name"]


Change = Callable[[Any], object]


HOSTILE_VALUES: tuple[tuple[Change, str, str], ...] = (
    (lambda v: v.pop("name"), "data.key_missing", "name"),
    (lambda v: v.update(surprise=1), "data.key_unknown", "surprise"),
    (lambda v: v.update(name=7), "data.wrong_type", "name"),
    (lambda v: v.update(name="x" * 20_001), "data.too_long", "name"),
    (lambda v: v.update(name="\ud800"), "data.wrong_type", "name"),
    (lambda v: v.update(layout=""), "data.key_missing", "layout"),
    (lambda v: v.update(use=3), "data.out_of_range", "use"),
    (lambda v: v.update(vendors=["HONOR"]), "data.unknown_name", "vendors"),
    (lambda v: v.update(vendors=["OPPO", "OPPO"]), "card.duplicate", "vendors"),
    (lambda v: v.update(vendors="OPPO"), "data.wrong_type", "vendors"),
    (lambda v: v.update(pages=[{}] * 51), "data.too_many", "pages"),
    (lambda v: v.update(pages=[[]]), "data.wrong_type", "pages[0]"),
    (lambda v: v["pages"].append(v["pages"][0]), "card.duplicate", "pages"),
    (lambda v: v["pages"][0].update(style="x"), "data.key_unknown", "pages[0].style"),
    (
        lambda v: v["pages"][0]["contents"][1].update(kind="followPub"),
        "data.unknown_name",
        "pages[0].contents[1].kind",
    ),
    (
        lambda v: v["pages"][0]["contents"][1].update(id=" "),
        "data.key_missing",
        "pages[0].contents[1].id",
    ),
    (
        lambda v: v["pages"][0]["contents"][1].update(item=-1),
        "data.out_of_range",
        "pages[0].contents[1].item",
    ),
    (lambda v: v["params"].append({"name": "name", "example": ""}), "card.duplicate", "params"),
    (
        lambda v: v["pages"][0]["contents"][0]["event"].update(type="EXPLODE"),
        "data.unknown_name",
        "pages[0].contents[0].event.type",
    ),
    (
        lambda v: v["pages"][0]["contents"][0]["event"]["fields"].update(onclick="x"),
        "data.key_unknown",
        "pages[0].contents[0].event.fields.onclick",
    ),
    (
        lambda v: v["pages"][0]["contents"][0]["picture"].update(digest="../../etc/passwd"),
        "data.wrong_type",
        "pages[0].contents[0].picture.digest",
    ),
    (
        lambda v: v["pages"][0]["contents"][0]["picture"].update(crop=[0, 0, 641, 640]),
        "card.crop_outside",
        "pages[0].contents[0].picture.crop",
    ),
    (
        lambda v: v["pages"][0]["contents"][0]["picture"].update(crop=[0, 0, True, 1]),
        "data.wrong_type",
        "pages[0].contents[0].picture.crop",
    ),
    (
        lambda v: v["pages"][0]["contents"][0]["picture"].update(width=0),
        "data.out_of_range",
        "pages[0].contents[0].picture.width",
    ),
    (
        lambda v: v["pages"][0]["contents"][0]["backgrounds"].update(HONOR={}),
        "data.unknown_name",
        "pages[0].contents[0].backgrounds.HONOR",
    ),
)


@pytest.mark.parametrize(("change", "code", "key"), HOSTILE_VALUES)
def test_hostile_values(change: Change, code: str, key: str) -> None:
    """One thing wrong in a good card is refused by the name of its key."""
    values: Any = copy.deepcopy(encode(good()))
    change(values)
    assert refusal(json.dumps(values).encode()) == (code, key)


def test_older_formats_are_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each upgrade gets what the one before it gave."""

    def first(values: Json) -> Json:
        return {**values, "name": f"{values['name']}1", "format": 2}

    def second(values: Json) -> Json:
        return {**values, "name": f"{values['name']}2", "format": 3}

    monkeypatch.setattr(codec, "FORMAT", 3)
    old = {**encode(good()), "format": 1, "name": "n"}
    assert decode(old, upgrades={1: first, 2: second}).name == "n12"


def test_every_older_format_has_an_upgrade() -> None:
    """A format once released stays readable."""
    assert set(codec.UPGRADES) == set(range(1, codec.FORMAT))


def provoked() -> Iterator[Refused]:
    """Yield every refusal of the tables, for those who make sentences of them."""
    texts = [data for data, _ in HOSTILE_TEXTS]
    for change, _, _ in HOSTILE_VALUES:
        values: Any = copy.deepcopy(encode(good()))
        change(values)
        texts.append(json.dumps(values).encode())
    for data in texts:
        with pytest.raises(Refused) as caught:
            loads(data)
        yield caught.value
