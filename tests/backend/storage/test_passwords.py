# SPDX-License-Identifier: Apache-2.0
"""The real hash, once; and the key store, with one and without."""

from __future__ import annotations

from collections.abc import Iterator

import argon2
import pytest

from koodesk.backend.storage import secrets
from koodesk.backend.storage.passwords import _NOBODY, Argon2Passwords
from koodesk.backend.storage.secrets import SystemSecrets

PASSWORD = "Spruce-2026"


def test_argon2id_with_a_salt_of_its_own() -> None:
    hasher = Argon2Passwords((1, 8 * 1024, 1))
    one, two = hasher.hash(PASSWORD), hasher.hash(PASSWORD)
    assert one.startswith("$argon2id$")
    assert one != two
    assert hasher.verify(one, PASSWORD)
    assert not hasher.verify(one, PASSWORD + "x")
    assert not hasher.verify("", PASSWORD)
    assert not hasher.verify("no hash at all", PASSWORD)
    assert Argon2Passwords().outdated(one)
    assert not hasher.outdated(one)
    # Nobody's hash is one that has to be computed: an unknown user is not told from a known one by the time it takes.
    with pytest.raises(argon2.exceptions.VerifyMismatchError):
        argon2.PasswordHasher().verify(_NOBODY, PASSWORD)
    assert not Argon2Passwords().outdated(_NOBODY)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    secrets._SESSION.clear()
    yield
    secrets._SESSION.clear()


def test_without_a_key_store_a_secret_is_this_process_s_and_that_is_said() -> None:
    one, other = SystemSecrets("/a"), SystemSecrets("/b")
    assert one.keep("AK", "secret") == "session"
    assert (one.find("AK"), other.find("AK")) == ("secret", None)
    one.forget("AK")
    assert one.find("AK") is None


def test_a_key_store_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    class Box(KeyringBackend):
        priority = 1

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]  # untyped there
            self.held: dict[tuple[str, str], str] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.held.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.held[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.held[service, username]

    box, before = Box(), keyring.get_keyring()
    keyring.set_keyring(box)
    try:
        kept = SystemSecrets("/a")
        assert kept.keep("AK", "secret") == "keystore"
        assert secrets._SESSION == {}
        assert SystemSecrets("/a").find("AK") == "secret"
        kept.forget("AK")
        assert box.held == {}
    finally:
        keyring.set_keyring(before)
