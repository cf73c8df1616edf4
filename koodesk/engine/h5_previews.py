# SPDX-License-Identifier: Apache-2.0
"""Previews on a real phone: a card under a random token, for minutes, in memory only. They end with the engine.

Their time is real time and not the engine's clock: a person stands beside the screen with a phone in hand.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from koodesk.domain import codec
from koodesk.domain.problem import Refused
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.engine.errors import ApiError

LONGEST_MINUTES: Final = 24 * 60
MOST: Final = 64
"""Previews at a time; the oldest makes room."""

_TOKEN_BYTES: Final = 18


@dataclass(frozen=True, slots=True)
class Preview:
    """A card as it is looked at, the pictures it shows by digest, and when the look ends (real time)."""

    template: Template
    vendor: str
    values: Mapping[str, str]
    sender: str
    pictures: frozenset[str]
    expires_ms: int


class Previews:
    """The previews of one running engine; used from its event loop only."""

    def __init__(self, wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._wall_ms = wall_ms
        self._kept: OrderedDict[str, Preview] = OrderedDict()
        self._ended: deque[str] = deque(maxlen=4 * MOST)

    def add(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a preview and return its token. Raises ApiError (400) for what is no card or no time."""
        minutes = given.get("minutes")
        if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= LONGEST_MINUTES:
            raise ApiError(400, "KD.FIELD", "minutes out of range", where="minutes", limit=LONGEST_MINUTES)
        values, sender, vendor = given.get("values") or {}, given.get("sender") or "", given.get("vendor")
        if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
            raise ApiError(400, "KD.FIELD", "values holds texts", where="values")
        if not isinstance(sender, str) or vendor not in list(Vendor):
            raise ApiError(400, "KD.FIELD", "unknown value", where="vendor, sender")
        try:
            template = codec.decode(given.get("template"))
        except Refused as refused:
            raise ApiError(400, "KD.FIELD", "not a card", where="template") from refused
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        expires_ms = self._wall_ms() + minutes * 60_000
        pictures = frozenset(ref.digest for ref in template.materials())
        self._kept[token] = Preview(template, str(vendor), values, sender, pictures, expires_ms)
        while len(self._kept) > MOST:
            self._ended.append(self._kept.popitem(last=False)[0])
        return {"token": token, "path": f"/p/{token}", "expires_ms": expires_ms}

    def get(self, token: str) -> Preview | None:
        """Return a preview, None for an unknown token or one whose time is over."""
        found = self._kept.get(token)
        if found is not None and self._wall_ms() >= found.expires_ms:
            self.end(token)
            return None
        return found

    def end(self, token: str) -> bool:
        """End a preview now; tell whether there was one."""
        if self._kept.pop(token, None) is None:
            return False
        self._ended.append(token)
        return True

    def ended(self, token: str) -> bool:
        """Tell whether a token was good once."""
        return token in self._ended

    def count(self) -> int:
        """Return how many can be looked at now."""
        now = self._wall_ms()
        return sum(one.expires_ms > now for one in self._kept.values())
