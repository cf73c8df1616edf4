# SPDX-License-Identifier: Apache-2.0
"""Short codes derived from message ids by a keyed permutation, so that not one of them has to be stored.

A four-round Feistel network over 52 bits with keyed BLAKE2b as round function, written in base 62: nine characters,
each message another code, and no code to be guessed from its neighbour. Source of the choice: measured-choices
("short codes").
"""

from __future__ import annotations

import hashlib
from typing import Final

BITS: Final = 52
CODE_LENGTH: Final = 9
DOMAIN: Final = "km2g.cn"
"""The public domain of the platform's examples (facts 4.3)."""

_HALF: Final = BITS // 2
_MASK: Final = (1 << _HALF) - 1
_ROUNDS: Final = 4
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}


def link_length(domain: str = "") -> int:
    """Return the characters a short link takes in an SMS: the same for every message under a domain."""
    return len(domain or DOMAIN) + 1 + CODE_LENGTH


class ShortCodes:
    """The permutation of one engine; `secret` is 32 bytes and never leaves the engine."""

    def __init__(self, secret: bytes) -> None:
        self._rounds = tuple(
            hashlib.blake2b(key=secret, digest_size=4, person=b"koodesk-link", salt=bytes([number]))
            for number in range(_ROUNDS)
        )

    def code(self, message_id: int) -> str:
        """Return the nine characters of a message. Raises ValueError outside 0..2**52-1."""
        if not 0 <= message_id < 1 << BITS:
            raise ValueError("message id out of range")
        left, right = message_id >> _HALF, message_id & _MASK
        for number in range(_ROUNDS):
            left, right = right, left ^ self._mix(number, right)
        value = left << _HALF | right
        letters = []
        for _ in range(CODE_LENGTH):
            value, rest = divmod(value, 62)
            letters.append(_ALPHABET[rest])
        return "".join(reversed(letters))

    def message_id(self, code: str) -> int | None:
        """Return the message of a code, None when no message can have it."""
        if len(code) != CODE_LENGTH or any(letter not in _VALUES for letter in code):
            return None
        value = 0
        for letter in code:
            value = value * 62 + _VALUES[letter]
        if value >> BITS:
            return None
        left, right = value >> _HALF, value & _MASK
        for number in reversed(range(_ROUNDS)):
            left, right = right ^ self._mix(number, left), left
        return left << _HALF | right

    def link(self, message_id: int, domain: str = "") -> str:
        """Return the short link as it stands in the SMS, under the public domain or one of the sender's."""
        return f"{domain or DOMAIN}/{self.code(message_id)}"

    def _mix(self, number: int, half: int) -> int:
        mac = self._rounds[number].copy()
        mac.update(half.to_bytes(4, "big"))
        return int.from_bytes(mac.digest(), "big") & _MASK
