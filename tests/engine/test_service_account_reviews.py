# SPDX-License-Identifier: Apache-2.0
"""The engine's reviewer of the service account: the desk's rules once more, its own knowledge, timing, effect and urge."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.review_state import ReviewKind
from koodesk.domain.service_account.codec import encode
from koodesk.domain.service_account.values import Content, Menu, title_of
from koodesk.engine import review_rows, reviews
from koodesk.engine.errors import ApiError
from koodesk.engine.settings import EngineSettings
from koodesk.engine.timing import SERVICE_ACCOUNT, effect_ms
from tests.domain.service_account.samples import HOME, MENU, PORT, PROFILE, SHORTCUT
from tests.engine.inside import DAY_MS, HOUR_MS, Inside
from tests.engine.test_account_filing import filing

KINDS: dict[str, Content] = {
    "pub": PROFILE,
    "sa_menu": MENU,
    "sa_home": HOME,
    "sa_port": PORT,
    "sa_shortcut": SHORTCUT,
}


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Inside]:
    made = Inside(tmp_path)
    yield made
    made.connection.close()


def body(content: Content, account: str = "") -> dict[str, Any]:
    """A record as the desk hands it in."""
    return {"name": title_of(content), "content": encode(content), "account": account, "resumed": 0}


def filed(inside: Inside) -> None:
    found = inside.reviewed("filing", "service_account", filing())
    assert found["state"] == "approved", found["reasons"]


def codes(found: dict[str, Any]) -> list[str]:
    return [one["code"] for one in found["reasons"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_record_is_approved_and_takes_effect_within_a_day(inside: Inside, kind: str) -> None:
    filed(inside)
    if kind == "sa_port":
        inside.reviewed("pub", "1", body(PROFILE))
    handed = inside.hand_in(kind, "7", body(KINDS[kind], "1"))
    inside.later(handed["due_ms"] - inside.now_ms)
    approved = review_rows.get(inside.connection, handed["id"])
    assert (approved["state"], approved["stage"]) == ("processing", "2"), approved["reasons"]
    wait = approved["due_ms"] - inside.now_ms
    assert HOUR_MS <= wait <= 24 * HOUR_MS
    inside.later(wait - 1)
    assert review_rows.get(inside.connection, handed["id"])["state"] == "processing"
    inside.later(1)
    after = review_rows.get(inside.connection, handed["id"])
    assert (after["state"], after["decided_ms"], after["stage"]) == ("approved", inside.now_ms, "2")


@pytest.mark.parametrize("kind", ["pub", "sa_menu", "sa_home", "sa_shortcut"])
def test_without_a_filing_everything_is_rejected(inside: Inside, kind: str) -> None:
    assert codes(inside.reviewed(kind, "7", body(KINDS[kind]))) == ["review.account_filing_not_approved"]


def test_a_channel_number_needs_an_approved_account(inside: Inside) -> None:
    filed(inside)
    assert codes(inside.reviewed("sa_port", "7", body(PORT))) == ["review.account_not_approved"]


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("pub", replace(PROFILE, abstract=""), "sa.field.missing"),
        ("sa_menu", Menu(MENU.items * 2), "sa.menu.too_many"),
        ("sa_home", replace(HOME, background=None), "sa.picture.missing"),
        ("sa_shortcut", replace(SHORTCUT, regions=("999999",)), "region.unknown"),
    ],
)
def test_the_reviewer_finds_what_the_form_would(
    inside: Inside, kind: str, content: Content, code: str
) -> None:
    filed(inside)
    found = inside.reviewed(kind, "7", body(content))
    assert (found["state"], found["stage"]) == ("rejected", "3")
    assert code in codes(found)


def test_warnings_do_not_reject(inside: Inside) -> None:
    filed(inside)
    button = replace(SHORTCUT.buttons[0], name="特别特别特别长的名称啊")
    assert codes(inside.reviewed("sa_shortcut", "7", body(replace(SHORTCUT, buttons=(button,))))) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content", [None, [], {"format": 1}, {"format": 99}, {"items": 1}])
def test_what_nobody_can_read_is_a_rejection(inside: Inside, kind: str, content: object) -> None:
    found = inside.reviewed(kind, "7", {"name": "x", "content": content, "account": "", "resumed": 0})
    assert found["state"] == "rejected"
    assert found["reasons"]


def test_a_second_account_of_the_same_name_needs_another_remark(inside: Inside) -> None:
    filed(inside)
    inside.reviewed("pub", "1", body(PROFILE))
    assert codes(inside.reviewed("pub", "2", body(replace(PROFILE, abstract="别的")))) == ["sa.remark.same"]
    assert codes(inside.reviewed("pub", "1", body(replace(PROFILE, abstract="改过")))) == []


def urge(inside: Inside, found: dict[str, Any]) -> dict[str, Any]:
    given = {name: found[name] for name in ("kind", "ref", "digest")}
    return reviews.urge(inside.connection, given, inside.now_ms)


def test_a_menu_is_urged_once_its_account_is_approved(inside: Inside) -> None:
    filed(inside)
    menu = inside.hand_in("sa_menu", "8", body(MENU, "1"))
    with pytest.raises(ApiError) as refused:
        urge(inside, menu)
    assert (refused.value.status, refused.value.code) == (409, "KD.ACCOUNT_NOT_APPROVED")
    inside.reviewed("pub", "1", body(PROFILE))
    menu = inside.hand_in("sa_menu", "9", body(replace(MENU, items=MENU.items[1:]), "1"))
    sooner = urge(inside, menu)
    assert sooner["due_ms"] - inside.now_ms <= HOUR_MS // 2 < menu["due_ms"] - inside.now_ms
    assert urge(inside, menu)["due_ms"] == sooner["due_ms"]
    inside.later(sooner["due_ms"] - inside.now_ms)
    assert review_rows.get(inside.connection, menu["id"])["state"] == "processing"
    with pytest.raises(ApiError) as refused:
        urge(inside, menu)
    assert refused.value.status == 409


@pytest.mark.parametrize(
    "given_", [None, [], {}, {"kind": "sa_menu", "ref": "8"}, {"kind": 1, "ref": "8", "digest": "x"}]
)
def test_an_urge_that_is_none_is_refused(inside: Inside, given_: object) -> None:
    with pytest.raises(ApiError) as refused:
        reviews.urge(inside.connection, given_, inside.now_ms)
    assert refused.value.status == 400


def test_only_menus_and_home_pages_are_urged(inside: Inside) -> None:
    with pytest.raises(ApiError) as refused:
        urge(inside, inside.hand_in("pub", "1", body(PROFILE)))
    assert refused.value.status == 400
    with pytest.raises(ApiError) as refused:
        urge(inside, {"kind": "sa_menu", "ref": "none", "digest": "x"})
    assert refused.value.status == 404


def test_a_person_approves_and_the_effect_still_takes_its_time(tmp_path: Path) -> None:
    inside = Inside(tmp_path, EngineSettings(reviewer="desk"))
    handed = inside.hand_in("pub", "1", body(PROFILE))
    found = reviews.decide(inside.connection, handed["id"], {"approve": True}, inside.now_ms, inside.settings)
    assert found["state"] == "processing"
    inside.later(DAY_MS)
    assert review_rows.get(inside.connection, handed["id"])["state"] == "approved"
    other = inside.hand_in("sa_menu", "2", body(MENU))
    inside.later(7 * DAY_MS)  # nobody decides
    found = reviews.decide(
        inside.connection, other["id"], {"approve": False, "reason": "不行"}, inside.now_ms
    )
    assert (found["state"], found["reasons"][0]["text"]) == ("rejected", "不行")
    inside.connection.close()


@given(st.integers(0, 1 << 53), st.text(max_size=80), st.integers(0, 1 << 45))
def test_the_effect_is_a_stable_time_within_a_day(seed: int, digest: str, at_ms: int) -> None:
    found = effect_ms(seed, digest, at_ms)
    assert at_ms + HOUR_MS <= found <= at_ms + 24 * HOUR_MS
    assert found == effect_ms(seed, digest, at_ms)


def test_the_kinds_are_those_of_the_desk() -> None:
    assert {kind.value for kind in SERVICE_ACCOUNT} == set(KINDS)
    assert {ReviewKind(kind) for kind in KINDS} == set(SERVICE_ACCOUNT)
