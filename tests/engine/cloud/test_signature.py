# SPDX-License-Identifier: Apache-2.0
"""SDK-HMAC-SHA256: what the SDK signs is taken, and no changed part of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.engine.cloud.keys import TOKEN_MS, KeyRing
from koodesk.engine.cloud.signature import SKEW_MS, UNSIGNED, Parts, is_good, read_signature, signed_at_ms
from koodesk.engine.errors import ApiError

SECRET = "s" * 40
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
pairs = st.lists(st.tuples(texts, texts), max_size=4)


def signed(method: str, path: str, query: list[tuple[str, str]], body: bytes, **headers: str) -> Parts:
    """What arrives when the SDK has signed a request."""
    request = SdkRequest(
        method=method,
        schema="http",
        host="127.0.0.1:9",
        resource_path=path,
        query_params=list(query),
        header_params={"Content-Type": "application/json", **headers},
        body=body,
    )
    made = Signer(BasicCredentials("AK", SECRET)).sign(request)
    raw_path, _, raw_query = made.uri.partition("?")
    arrived = {
        name.lower(): value.encode("latin-1").decode("utf-8") for name, value in made.header_params.items()
    }
    return Parts(method, raw_path, raw_query, arrived, body)


def good(parts: Parts, secret: str = SECRET) -> bool:
    """Whether the signature is taken."""
    found = read_signature(parts.headers["authorization"])
    assert found is not None
    return is_good(parts, found, secret)


@settings(max_examples=40)
@given(texts, pairs, st.binary(max_size=40))
def test_what_the_sdk_signs_is_taken_and_nothing_else(
    part: str, query: list[tuple[str, str]], body: bytes
) -> None:
    parts = signed("POST", f"/v1/aim/{quote(part, safe='~')}", query, body)
    assert good(parts)
    assert not good(parts, "t" * 40)
    assert not good(replace(parts, body=body + b"x"))
    assert not good(replace(parts, method="PUT"))
    assert not good(replace(parts, path=parts.path + "x"))
    assert not good(replace(parts, query=parts.query + "&x=1"))


def test_the_order_of_a_query_does_not_matter() -> None:
    parts = signed("GET", "/v1/aim/templates", [("offset", "1"), ("limit", "2")], b"")
    assert good(replace(parts, query="offset=1&limit=2"))
    assert good(replace(parts, query="limit=2&offset=1"))


def test_a_body_may_come_with_its_digest_but_not_with_anothers() -> None:
    parts = signed("POST", "/v1/aim/templates", [], b"{}", **{"X-Sdk-Content-Sha256": "0" * 64})
    assert not good(parts)


def test_only_a_form_may_be_unsigned() -> None:
    parts = signed("POST", "/v1/x", [], b"file", **{"Content-Type": "multipart/form-data; boundary=b"})
    assert parts.headers["x-sdk-content-sha256"] == UNSIGNED
    assert not good(parts)
    assert good(replace(parts, multipart=True, body=b"another file"))


@pytest.mark.parametrize("name", ["host", "x-sdk-date"])
def test_host_and_time_must_be_signed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Signer._process_signed_headers
    monkeypatch.setattr(
        Signer, "_process_signed_headers", lambda _self, r: [h for h in usual(r) if h != name]
    )
    parts = signed("GET", "/v1/aim/templates", [], b"")
    assert name not in parts.headers["authorization"]
    assert not good(parts)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic abc",
        "SDK-HMAC-SHA256",
        "SDK-HMAC-SHA256 Access=a, SignedHeaders=host",
        f"SDK-HMAC-SHA256 Access=, SignedHeaders=host, Signature={'0' * 64}",
        f"SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature={'0' * 63}",
        f"SDK-HMAC-SHA256 Access=a b, SignedHeaders=host, Signature={'0' * 64}",
        "SDK-HMAC-SHA256 " + "Access=a," * 5_000,
    ],
)
def test_a_header_of_another_kind_is_no_signature(header: str) -> None:
    assert read_signature(header) is None


def ring() -> KeyRing:
    """A ring that knows one key."""
    made = KeyRing()
    made.replace({"keys": [{"ak": "AK", "sk": SECRET, "user": "林晓", "actions": ["a"]}]})
    return made


def code(call: object, *args: object) -> str:
    """The code a call is refused with."""
    with pytest.raises(ApiError) as caught:
        call(*args)  # type: ignore[operator]  # whatever it is, it is called
    return caught.value.code


@pytest.mark.parametrize(
    ("off_ms", "taken"), [(0, True), (SKEW_MS, True), (SKEW_MS + 1, False), (-SKEW_MS - 1, False)]
)
def test_a_clock_may_be_off_by_a_quarter_of_an_hour(off_ms: int, taken: bool) -> None:
    parts = signed("GET", "/v1/aim/templates", [], b"")
    at_ms = signed_at_ms(parts)
    assert at_ms is not None
    assert abs(at_ms - datetime.now(UTC).timestamp() * 1000) < 60_000
    if taken:
        assert ring().caller(parts, at_ms + off_ms).user == "林晓"
    else:
        assert code(ring().caller, parts, at_ms + off_ms) == "KD.CLOUD.CLOCK"


def test_an_unknown_key_is_told_the_same_as_a_wrong_secret() -> None:
    parts = signed("GET", "/v1/aim/templates", [], b"")
    now = signed_at_ms(parts)
    other = KeyRing()
    other.replace({"keys": [{"ak": "AK", "sk": "t" * 40, "user": "林晓", "actions": []}]})
    assert code(KeyRing().caller, parts, now) == code(other.caller, parts, now) == "KD.CLOUD.SIGNATURE"


def test_a_key_keeps_its_secret_when_its_rights_change_and_goes_when_it_is_left_out() -> None:
    parts = signed("GET", "/v1/aim/templates", [], b"")
    now = signed_at_ms(parts) or 0
    made = ring()
    told = made.replace(
        {
            "keys": [
                {"ak": "AK", "user": "林晓", "actions": ["b"]},
                {"ak": "OTHER", "user": "周末", "actions": []},
            ]
        }
    )
    assert told == {"known": 1, "missing": ["OTHER"]}
    assert made.caller(parts, now).actions == {"b"}
    made.replace({"keys": []})
    assert code(made.caller, parts, now) == "KD.CLOUD.SIGNATURE"


def test_a_token_lives_a_day_and_ends_with_its_key() -> None:
    made = ring()
    parts = signed("GET", "/v1/aim/templates", [], b"")
    now = signed_at_ms(parts) or 0
    token, until = made.token(made.caller(parts, now), now)
    assert until == now + TOKEN_MS
    asked = Parts("GET", "/v1/aim/templates", "", {"x-auth-token": token}, b"")
    assert made.caller(asked, until - 1).ak == "AK"
    assert code(made.caller, asked, until) == "KD.CLOUD.TOKEN"
    made.replace({"keys": [{"ak": "AK", "user": "林晓", "actions": ["b"]}]})
    assert made.caller(asked, now).actions == {"b"}
    made.replace({"keys": []})
    assert code(made.caller, asked, now) == "KD.CLOUD.TOKEN"
    made.replace({"keys": [{"ak": "AK", "sk": SECRET, "user": "林晓", "actions": []}]})
    assert (
        code(made.caller, asked, now) == "KD.CLOUD.TOKEN"
    )  # a key that is switched on again has no tokens of before


def test_a_secret_does_not_show_in_a_repr() -> None:
    assert SECRET not in repr(vars(ring()))
