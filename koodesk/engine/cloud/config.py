# SPDX-License-Identifier: Apache-2.0
"""What can be set on the cloud's API of an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import orjson

from koodesk.engine.cloud.errors import wrong_field
from koodesk.engine.store import read_meta, write_meta

META: Final = "cloud"
ADDRESSES: Final = ("loopback", "public")
MOST_PER_SECOND: Final = 100_000


@dataclass(frozen=True, slots=True)
class CloudConfig:
    """`requests_per_second` is for each access key; the number is Koodesk's: the facts name a throughput of 1,000 messages a
    second and no rate of requests. `callbacks` says which addresses
    receipts may be pushed to: this machine's alone, or public ones as the platform does it."""

    requests_per_second: int = 1_000
    callbacks: str = "loopback"

    @classmethod
    def kept(cls, connection: Any) -> CloudConfig:
        """Return what a former run of the engine was set to."""
        try:
            return cls(**orjson.loads(read_meta(connection, META)))
        except KeyError:
            return cls()

    def keep(self, connection: Any) -> None:
        """Keep this for the next run."""
        write_meta(connection, META, orjson.dumps(asdict(self)).decode())

    def changed(self, given: Mapping[str, Any]) -> CloudConfig:
        """Return this with what is given in its place. Raises ApiError (400)."""
        for name, value in given.items():
            if name == "requests_per_second":
                if type(value) is not int or not 1 <= value <= MOST_PER_SECOND:
                    raise wrong_field(name, limit=f"1..{MOST_PER_SECOND}")
            elif name != "callbacks" or value not in ADDRESSES:
                raise wrong_field(name, expected="|".join(ADDRESSES))
        return replace(self, **given)

    def to_json(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return asdict(self)
