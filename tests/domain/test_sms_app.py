# SPDX-License-Identifier: Apache-2.0
"""SMS applications: the form of table 2-5."""

import itertools
from pathlib import Path

import pytest

from koodesk.domain import sms_app
from koodesk.domain.problem import Refused
from koodesk.domain.sms_app import SmsAppDraft, SmsAppEvent, SmsAppState
from koodesk.domain.sms_rules import read_sms_rules

RULES = read_sms_rules(
    (Path(__file__).resolve().parents[2] / "resources" / "rules" / "sms.toml").read_text("utf-8")
).app


def codes(name: str, url: str = "", taken: tuple[str, ...] = ()) -> list[str]:
    return [p.code for p in sms_app.check_app(RULES, SmsAppDraft(name, url), taken)]


@pytest.mark.parametrize("name", ["a", "Spruce_2026", "A" * 30, "_"])
def test_names_that_are_taken(name: str) -> None:
    assert codes(name) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "sms_app.name.missing"),
        ("A" * 31, "sms_app.name.too_long"),
        ("云杉", "sms_app.name.characters"),
        ("a b", "sms_app.name.characters"),
        ("a\n", "sms_app.name.characters"),
        ("=1+1", "sms_app.name.characters"),
        ("a\u202eb", "sms_app.name.characters"),
    ],
)
def test_names_that_are_refused(name: str, code: str) -> None:
    assert codes(name) == [code]


def test_case_does_not_make_another_name() -> None:
    assert codes("SHOP", taken=("shop",)) == ["sms_app.name.taken"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://sms.example.com/up",
        "https://sms.example.com:8443/up?x=1",
        "http://8.8.8.8:9000",
        "http://短信.中国/x",
    ],
)
def test_addresses_that_are_taken(url: str) -> None:
    assert codes("a", url) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://sms.example.com", "sms_app.url.shape"),
        ("sms.example.com", "sms_app.url.shape"),
        ("http://", "sms_app.url.shape"),
        ("http://a b.com/", "sms_app.url.shape"),
        ("http://sms.example.com:99999/", "sms_app.url.shape"),
        ("http://[::1", "sms_app.url.shape"),
        ("http://localhost/up", "sms_app.url.not_public"),
        ("http://127.0.0.1:8080", "sms_app.url.not_public"),
        ("http://192.168.1.5/up", "sms_app.url.not_public"),
        ("http://[::1]/", "sms_app.url.not_public"),
        ("http://intranet/up", "sms_app.url.not_public"),
        ("http://printer.local/", "sms_app.url.not_public"),
        ("http://2130706433.1/", "sms_app.url.not_public"),
        ("http://x.example/" + "a" * 250, "sms_app.url.too_long"),
        ("http://x.example/\u202e", "text.bidi_mark"),
    ],
)
def test_addresses_that_are_refused(url: str, code: str) -> None:
    assert codes("a", url) == [code]


def test_every_pair_of_state_and_event_is_a_move_or_a_refusal() -> None:
    for state, event in itertools.product(SmsAppState, SmsAppEvent):
        if (state, event) in sms_app.MOVES:
            assert isinstance(sms_app.advance(state, event), SmsAppState)
        else:
            with pytest.raises(Refused):
                sms_app.advance(state, event)
