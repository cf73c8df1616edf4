# SPDX-License-Identifier: Apache-2.0
"""SDK-HMAC-SHA256, the platform's signature of requests (facts 4.1), checked.

Signed are the method, the path (decoded, each part encoded again, with "/" at its end), the query sorted, the headers the
request names, and the SHA-256 of the body. A form with a file bears the word UNSIGNED-PAYLOAD instead of a digest: the SDK
does not sign files, and no other request may do so. Host and time must be among the signed headers.

The time is real time, not the engine's, and may be `SKEW_MS` off. Within these minutes a request that somebody caught can be
sent again: the scheme has no number that is used once, and the SDK makes the same signature for two equal calls in one
second. The listener is on loopback only.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

ALGORITHM: Final = "SDK-HMAC-SHA256"
SKEW_MS: Final = 15 * 60 * 1000
"""Koodesk's own number: the facts sheet has none."""

UNSIGNED: Final = "UNSIGNED-PAYLOAD"
_MUST: Final = frozenset({"host", "x-sdk-date"})
_HEADER: Final = re.compile(
    rf"{ALGORITHM} Access=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{{64}})"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it came: whose key, which headers, the hex digest."""

    ak: str
    headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a request is signed. `path` is as it stands on the wire, `headers` by lower-case names."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    multipart: bool = False


def read_signature(header: str) -> Signed | None:
    """Read the Authorization header, None when it is not of this scheme."""
    found = _HEADER.fullmatch(header.strip())
    return Signed(found[1], tuple(found[2].split(";")), found[3]) if found else None


def signed_at_ms(parts: Parts) -> int | None:
    """Return when a request was signed, None when it does not say."""
    try:
        when = datetime.strptime(parts.headers.get("x-sdk-date", ""), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(when.timestamp() * 1000)


def is_good(parts: Parts, signed: Signed, secret: str) -> bool:
    """Tell whether the signature is the secret's over this request. Constant time in the signature."""
    digest = _payload(parts)
    if digest is None or not set(signed.headers) >= _MUST or not set(signed.headers) <= parts.headers.keys():
        return False
    headers = "".join(f"{name}:{parts.headers[name].strip()}\n" for name in signed.headers)
    path = "/".join(map(_encoded, unquote(parts.path).split("/")))
    pairs = sorted(parse_qsl(parts.query, keep_blank_values=True))
    canonical = "\n".join(
        (
            parts.method.upper(),
            path if path.endswith("/") else f"{path}/",
            "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs),
            headers,
            ";".join(signed.headers),
            digest,
        )
    )
    text = f"{ALGORITHM}\n{parts.headers['x-sdk-date']}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    expected = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, signed.signature)


def _payload(parts: Parts) -> str | None:
    """Return what stands for the body, None when the request claims another body than it has."""
    actual = hashlib.sha256(parts.body).hexdigest()
    claimed = parts.headers.get("x-sdk-content-sha256", actual)
    if claimed == UNSIGNED and parts.multipart:
        return UNSIGNED
    return actual if claimed == actual else None


def _encoded(text: str) -> str:
    return quote(text, safe="~")
