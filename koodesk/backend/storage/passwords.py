# SPDX-License-Identifier: Apache-2.0
"""Passwords hashed with argon2id, at the effort RFC 9106 names for small machines (64 MiB, three passes).

The library is loaded when the first password is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argon2

_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBvdGhlciBzYWx0Lg$u7vTQ9iZ0Nn2Z5Zt2j2XrC6bSdsOeRk0n3rZ0dJ4xqk"
)
"""A hash no password has: an unknown user takes as long as a known one."""


class Argon2Passwords:
    """The port `ports.identity.PasswordHasher`. `effort` is (passes, KiB, lanes); None is the library's default."""

    def __init__(self, effort: tuple[int, int, int] | None = None) -> None:
        self._effort = effort
        self._made: argon2.PasswordHasher | None = None

    @property
    def _hasher(self) -> argon2.PasswordHasher:
        if self._made is None:
            import argon2

            self._made = argon2.PasswordHasher(*self._effort) if self._effort else argon2.PasswordHasher()
        return self._made

    def hash(self, password: str) -> str:
        """Return the argon2id string of a password."""
        return str(self._hasher.hash(password))

    def verify(self, stored: str, password: str) -> bool:
        """Tell whether a password is the stored one; takes as long where nothing is stored."""
        hasher = self._hasher
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            hasher.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(stored)

    def outdated(self, stored: str) -> bool:
        """Tell whether a stored hash was made with less effort than today's."""
        return bool(self._hasher.check_needs_rehash(stored))
