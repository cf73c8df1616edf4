# SPDX-License-Identifier: Apache-2.0
"""Signatures: the contract's text, the five minutes, and every part of the request bound."""

import hashlib
import hmac

import pytest

from koodesk.engine.signing import OLDEST_MS, is_signed, signature

KEY = b"k" * 32
EMPTY = hashlib.sha256(b"").hexdigest()
NOW = 1_795_399_200_000


def test_the_signature_is_what_the_contract_says() -> None:
    text = f"GET\n/engine/v1/receipts?after=1\n{NOW}\n{EMPTY}"
    expected = hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()
    assert signature(KEY, "GET", "/engine/v1/receipts?after=1", str(NOW), EMPTY) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"method": "POST"},
        {"target": "/engine/v1/status?x=1"},
        {"body": hashlib.sha256(b"x").hexdigest()},
        {"time": str(NOW + 1)},
        {"key": b"K" * 32},
        {"given": ""},
        {"given": "é" * 64},
        {"time": "now"},
        {"time": ""},
        {"time": "٣"},
        {"wall": NOW + OLDEST_MS + 1},
        {"wall": NOW - OLDEST_MS - 1},
    ],
)
def test_anything_changed_is_not_signed(change: dict[str, object]) -> None:
    request: dict[str, object] = {
        "method": "GET",
        "target": "/engine/v1/status",
        "body": EMPTY,
        "time": str(NOW),
        "key": KEY,
        "wall": NOW,
    }
    good = signature(KEY, "GET", "/engine/v1/status", str(NOW), EMPTY)

    def signed(parts: dict[str, object]) -> bool:
        return is_signed(
            parts["key"],  # type: ignore[arg-type]  # a table of mixed values
            str(parts["method"]),
            str(parts["target"]),
            str(parts["body"]),
            time=str(parts["time"]),
            given=str(parts.get("given", good)),
            wall_ms=int(str(parts["wall"])),
        )

    assert signed(request)
    assert not signed({**request, **change})


def test_five_minutes_are_still_good() -> None:
    good = signature(KEY, "GET", "/", str(NOW), EMPTY)
    for wall in (NOW - OLDEST_MS, NOW + OLDEST_MS):
        assert is_signed(KEY, "GET", "/", EMPTY, time=str(NOW), given=good, wall_ms=wall)
