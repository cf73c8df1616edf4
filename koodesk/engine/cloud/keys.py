# SPDX-License-Identifier: Apache-2.0
"""Who may ask the cloud's API: access keys with their rights, and tokens, in this process's memory only.

The desk hands them over on the engine's signed API when it starts the engine and whenever a key, a user or a right changes
(docs/decisions/0052). Nothing of it is written: an engine that starts anew knows nobody until the desk has spoken.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from koodesk.engine.cloud.errors import refusal, wrong_field
from koodesk.engine.cloud.signature import SKEW_MS, Parts, is_good, read_signature, signed_at_ms

TOKEN_MS: Final = 24 * 3_600_000
"""How long a token is good. Source: facts 4.1."""

MOST_KEYS: Final = 10_000
MOST_TOKENS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks: the access key, its user's name, and the actions that the user may do."""

    ak: str
    user: str
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Key:
    caller: Caller
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Token:
    ak: str
    until_ms: int


class KeyRing:
    """The keys and tokens of one running engine."""

    def __init__(self) -> None:
        self._keys: dict[str, _Key] = {}
        self._tokens: dict[bytes, _Token] = {}

    def replace(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Know these keys from now on and no others: `{"keys": [{ak, sk?, user, actions}]}`.

        Without `sk` a key keeps the secret it has here; one that has none is told as missing and cannot be used. Tokens of
        keys that are gone are gone with them. Raises ApiError (400).
        """
        entries = given.get("keys")
        if not isinstance(entries, list) or len(entries) > MOST_KEYS:
            raise wrong_field("keys", expected="a list", limit=MOST_KEYS)
        keys: dict[str, _Key] = {}
        missing: list[str] = []
        for place, entry in enumerate(entries):
            caller, secret = _read(entry, f"keys[{place}]")
            known = self._keys.get(caller.ak)
            secret = secret or (known.secret if known is not None else "")
            if secret:
                keys[caller.ak] = _Key(caller, secret)
            else:
                missing.append(caller.ak)
        self._keys = keys
        self._tokens = {digest: one for digest, one in self._tokens.items() if one.ak in keys}
        return {"known": len(keys), "missing": missing}

    def count(self) -> int:
        """Return how many keys can be used."""
        return len(self._keys)

    def caller(self, parts: Parts, wall_ms: int) -> Caller:
        """Return who asks. Raises ApiError (401). `wall_ms` is real time."""
        token = parts.headers.get("x-auth-token", "")
        return self._by_token(token, wall_ms) if token else self._by_signature(parts, wall_ms)

    def token(self, caller: Caller, wall_ms: int) -> tuple[str, int]:
        """Return a new token for a caller and when it ends; its rights are its key's, as they are when it is used."""
        self._tokens = {digest: one for digest, one in self._tokens.items() if one.until_ms > wall_ms}
        if len(self._tokens) >= MOST_TOKENS:
            raise refusal("KD.CLOUD.TOO_MANY_TOKENS", limit=MOST_TOKENS)
        text = secrets.token_urlsafe(48)
        until_ms = wall_ms + TOKEN_MS
        self._tokens[_digest(text)] = _Token(caller.ak, until_ms)
        return text, until_ms

    def _by_signature(self, parts: Parts, wall_ms: int) -> Caller:
        header = parts.headers.get("authorization", "")
        signed = read_signature(header)
        if signed is None:
            raise refusal("KD.CLOUD.SIGNATURE_UNREADABLE" if header else "KD.CLOUD.NOT_SIGNED")
        at_ms = signed_at_ms(parts)
        if at_ms is None or abs(wall_ms - at_ms) > SKEW_MS:
            raise refusal("KD.CLOUD.CLOCK", limit=f"{SKEW_MS // 60_000} min")
        key = self._keys.get(signed.ak)
        # An unknown key takes as long as a wrong secret, and is told the same.
        if not is_good(parts, signed, key.secret if key else "unknown") or key is None:
            raise refusal("KD.CLOUD.SIGNATURE")
        return key.caller

    def _by_token(self, token: str, wall_ms: int) -> Caller:
        found = self._tokens.get(_digest(token))
        key = self._keys.get(found.ak) if found is not None and found.until_ms > wall_ms else None
        if key is None:
            raise refusal("KD.CLOUD.TOKEN")
        return key.caller


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _read(entry: object, where: str) -> tuple[Caller, str]:
    if not isinstance(entry, dict):
        raise wrong_field(where, expected="object")
    texts = {name: entry.get(name, "") for name in ("ak", "user", "sk")}
    for name, value in texts.items():
        if not isinstance(value, str) or len(value) > 200 or not (value or name == "sk"):
            raise wrong_field(f"{where}.{name}", expected="text", limit=200)
    actions = entry.get("actions")
    if not isinstance(actions, list) or not all(isinstance(one, str) for one in actions):
        raise wrong_field(f"{where}.actions", expected="a list of texts")
    return Caller(texts["ak"], texts["user"], frozenset(actions)), texts["sk"]
