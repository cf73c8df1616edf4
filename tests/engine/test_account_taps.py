# SPDX-License-Identifier: Apache-2.0
"""Taps on the service account below a message: only what was approved under the message's signature, counted by the data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from koodesk.domain.service_account.codec import encode
from koodesk.engine import frozen_accounts, taps
from koodesk.engine.errors import ApiError
from koodesk.engine.rule_book import click_rules
from koodesk.engine.schema import sqlite_module
from tests.domain.service_account.samples import HOME, MENU, PROFILE, SHORTCUT
from tests.engine.client import SIGN
from tests.engine.inside import HOUR_MS, Inside
from tests.engine.test_taps import QUIET, send


def approved(engine: Inside, kind: str, ref: str, content: Any, account: str = "", digest: str = "") -> None:
    """Stand an approved review there, as the reviewers leave it."""
    import json

    body = {"name": "x", "content": encode(content), "account": account, "resumed": 0}
    engine.connection.execute(
        "INSERT INTO review (kind, ref, digest, state, stage, body, vendors, reasons, submitted_ms, due_ms) "
        "VALUES (?, ?, ?, 'approved', '', ?, '{}', '[]', 0, 0)",
        (kind, ref, digest or f"{kind}{ref}", json.dumps(body, ensure_ascii=False)),
    )


@pytest.fixture
def message(inside: Inside) -> int:
    inside.settings = QUIET
    (sent,) = send(inside)
    inside.now_ms += HOUR_MS
    approved(inside, "pub", "7", replace(PROFILE, signatures=(SIGN,)))
    approved(inside, "sa_menu", "8", MENU, "7")
    approved(inside, "sa_home", "9", HOME, "7")
    approved(inside, "sa_shortcut", "3", replace(SHORTCUT, signature=SIGN))
    return sent


def tapped(engine: Inside, message: int, **given: object) -> list[Any]:
    told = engine.acceptance.message(engine.connection, message)
    return taps.tap_account(engine.connection, told, given, engine.now_ms, click_rules())


@pytest.mark.parametrize(
    ("kind", "pub", "item", "billed"),
    [
        ("menu", "7", "menu:1.1", 1),
        ("menu", "7", "menu:1", 0),
        ("home", "7", "logo", 0),
        ("home", "7", "menu:2", 1),
        ("shortcut", "3", "shortcut:1", 1),
    ],
)
def test_a_tap_is_a_row_and_no_receipt(
    inside: Inside, message: int, kind: str, pub: str, item: str, billed: int
) -> None:
    before = inside.feed()
    made = tapped(inside, message, kind=kind, pub=pub, item=item)
    assert made == [1, pub, kind, item, billed, str(message), inside.now_ms]
    assert taps.sa_clicks(inside.connection, 0, 10) == {"items": [made], "next": 1}
    assert taps.sa_clicks(inside.connection, 1, 10) == {"items": [], "next": 1}
    assert inside.feed() == before
    with pytest.raises(sqlite_module().IntegrityError, match="append-only"):
        inside.connection.execute("DELETE FROM sa_click")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "menu", "pub": "8", "item": "menu:1.1"}, "KD.TAP.ACCOUNT"),  # a menu is no account
        ({"kind": "menu", "pub": "7", "item": "menu:9"}, "KD.TAP.ACCOUNT"),
        ({"kind": "shortcut", "pub": "7", "item": "shortcut:1"}, "KD.TAP.ACCOUNT"),
        ({"kind": "shortcut", "pub": "3", "item": "shortcut:9"}, "KD.TAP.ACCOUNT"),
        ({"kind": "page", "pub": "7", "item": "logo"}, "KD.FIELD"),
        ({"kind": "menu", "pub": 7, "item": "menu:1.1"}, "KD.FIELD"),
        ({"kind": "menu", "pub": "7"}, "KD.FIELD"),
    ],
)
def test_what_is_not_there(inside: Inside, message: int, given: dict[str, object], code: str) -> None:
    with pytest.raises(ApiError) as failure:
        tapped(inside, message, **given)
    assert failure.value.code == code
    assert taps.sa_clicks(inside.connection, 0, 10)["items"] == []


def freeze(engine: Inside, pub: str = "7") -> None:
    frozen_accounts.freeze(engine.connection, pub, {"reason": "整改"}, engine.now_ms)


EVERYTHING = (
    {"kind": "menu", "pub": "7", "item": "menu:1.1"},
    {"kind": "home", "pub": "7", "item": "logo"},
    {"kind": "shortcut", "pub": "3", "item": "shortcut:1"},
)


@pytest.mark.parametrize("given", EVERYTHING)
def test_nothing_of_a_frozen_account_is_tapped_or_billed(
    inside: Inside, message: int, given: dict[str, str]
) -> None:
    tapped(inside, message, **given)
    freeze(inside)
    with pytest.raises(ApiError) as failure:
        tapped(inside, message, **given)
    assert failure.value.code == "KD.TAP.FROZEN"
    assert len(taps.sa_clicks(inside.connection, 0, 10)["items"]) == 1


@pytest.mark.parametrize("given", EVERYTHING)
def test_a_review_after_the_freeze_and_no_other_ends_it(
    inside: Inside, message: int, given: dict[str, str]
) -> None:
    """What was handed in before the freeze thaws nothing, whenever it is decided; what was handed in after it does, once in effect."""
    profile = replace(PROFILE, signatures=(SIGN,))
    state = "UPDATE review SET state = ? WHERE kind = 'pub' AND digest = ?"
    approved(inside, "pub", "7", replace(profile, remark="之前改的"), digest="before")
    inside.connection.execute(state, ("waiting", "before"))
    freeze(inside)
    inside.connection.execute(state, ("approved", "before"))
    approved(inside, "pub", "7", profile, digest="after")
    for waits in ("waiting", "rejected", "processing"):
        inside.connection.execute(state, (waits, "after"))
        with pytest.raises(ApiError, match="frozen"):
            tapped(inside, message, **given)
    inside.connection.execute(state, ("approved", "after"))
    assert tapped(inside, message, **given)[2] == given["kind"]
    freeze(inside)  # a second time, with the reviews there are now
    with pytest.raises(ApiError, match="frozen"):
        tapped(inside, message, **given)


def test_a_shortcut_stays_while_another_account_serves_its_signature(inside: Inside, message: int) -> None:
    approved(inside, "pub", "6", replace(PROFILE, signatures=(SIGN,)))
    freeze(inside)
    assert tapped(inside, message, kind="shortcut", pub="3", item="shortcut:1")[4] == 1
    freeze(inside, "6")
    with pytest.raises(ApiError, match="frozen"):
        tapped(inside, message, kind="shortcut", pub="3", item="shortcut:1")


def test_a_shortcut_without_any_account_is_shown(inside: Inside, message: int) -> None:
    inside.connection.execute("DELETE FROM review WHERE kind = 'pub'")
    assert tapped(inside, message, kind="shortcut", pub="3", item="shortcut:1")[4] == 1


@pytest.mark.parametrize(
    ("pub", "given", "code"),
    [
        ("7", {}, "KD.FIELD"),
        ("7", {"reason": "  "}, "KD.FIELD"),
        ("7", {"reason": 7}, "KD.FIELD"),
        ("7", {"reason": "长" * 201}, "KD.FIELD"),
        ("8", {"reason": "整改"}, "KD.REVIEW_UNKNOWN"),  # a menu
        ("5", {"reason": "整改"}, "KD.ACCOUNT_NOT_APPROVED"),
    ],
)
def test_what_cannot_be_frozen(
    inside: Inside, message: int, pub: str, given: dict[str, object], code: str
) -> None:
    approved(inside, "pub", "5", PROFILE)
    inside.connection.execute("UPDATE review SET state = 'waiting' WHERE kind = 'pub' AND ref = '5'")
    with pytest.raises(ApiError) as failure:
        frozen_accounts.freeze(inside.connection, pub, given, inside.now_ms)
    assert failure.value.code == code
    assert not frozen_accounts.is_frozen(inside.connection, pub)


def test_freezing_twice_is_once(inside: Inside, message: int) -> None:
    first = frozen_accounts.freeze(inside.connection, "7", {"reason": "长" * 200}, 5)
    assert first == {"pub": "7", "frozen": True, "at_ms": 5}
    assert frozen_accounts.freeze(inside.connection, "7", {"reason": "又一次"}, 9) == first


def test_another_signatures_shortcut_is_not_there(inside: Inside, message: int) -> None:
    approved(inside, "sa_shortcut", "4", SHORTCUT)
    with pytest.raises(ApiError) as failure:
        tapped(inside, message, kind="shortcut", pub="4", item="shortcut:1")
    assert failure.value.code == "KD.TAP.ACCOUNT"


def test_another_signatures_account_is_not_there(inside: Inside) -> None:
    inside.settings = QUIET
    (message,) = send(inside)
    approved(inside, "pub", "7", PROFILE)
    approved(inside, "sa_menu", "8", MENU, "7")
    with pytest.raises(ApiError) as failure:
        tapped(inside, message, kind="menu", pub="7", item="menu:2")
    assert failure.value.code == "KD.TAP.NOT_DELIVERED"
    inside.now_ms += HOUR_MS
    with pytest.raises(ApiError) as failure:
        tapped(inside, message, kind="menu", pub="7", item="menu:2")
    assert failure.value.code == "KD.TAP.ACCOUNT"
