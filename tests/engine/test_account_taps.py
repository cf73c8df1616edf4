# SPDX-License-Identifier: Apache-2.0
"""Taps on the service account below a message: only what was approved under the message's signature, counted by the data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from koodesk.domain.service_account.codec import encode
from koodesk.engine import taps
from koodesk.engine.errors import ApiError
from koodesk.engine.rule_book import click_rules
from koodesk.engine.schema import sqlite_module
from tests.domain.service_account.samples import HOME, MENU, PROFILE, SHORTCUT
from tests.engine.client import SIGN
from tests.engine.inside import HOUR_MS, Inside
from tests.engine.test_taps import QUIET, send


def approved(engine: Inside, kind: str, ref: str, content: Any, account: str = "") -> None:
    """Stand an approved review there, as the reviewers leave it."""
    import json

    body = {"name": "x", "content": encode(content), "account": account, "resumed": 0}
    engine.connection.execute(
        "INSERT INTO review (kind, ref, digest, state, stage, body, vendors, reasons, submitted_ms, due_ms) "
        "VALUES (?, ?, ?, 'approved', '', ?, '{}', '[]', 0, 0)",
        (kind, ref, f"{kind}{ref}", json.dumps(body, ensure_ascii=False)),
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
