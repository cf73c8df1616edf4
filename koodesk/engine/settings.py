# SPDX-License-Identifier: Apache-2.0
"""What can be set on the engine, each once: name, default, limits. Where it is kept is `store`'s matter.

Rates are probabilities of one message; later stages are given the former one (clicked: of those exposed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from koodesk.domain.vendor import Vendor
from koodesk.engine.errors import ApiError

REVIEWERS: Final = ("auto", "desk")
LONGEST_DELAY_MS: Final = 3_600_000
LARGEST_BLACKLIST: Final = 10_000


def _usual_mix() -> dict[str, float]:
    # Koodesk's own assumption: no source gives the vendors' shares among KooMessage recipients.
    return {"HUAWEI": 0.30, "XIAOMI": 0.18, "OPPO": 0.16, "VIVO": 0.16, "MEIZU": 0.02, "SAMSUNG": 0.03}


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """All settings.

    `duplicate_receipts` and `out_of_order` are the shares of receipts that come twice, or late. `blacklist` numbers
    are refused at once. `quiet_hours`: refuse promotional batches outside 08:00-22:00 Beijing time (facts 1.6.1).
    `video_silent` is the share of video SMS no carrier ever reports about: their sender finds nothing but a timeout after
    72 h (facts 1.10). `lost_answers` and `busy` are faults: the share of batches that are accepted without an answer ever leaving the
    engine, and of those turned away with 503 before anything happened.
    """

    reviewer: str = "auto"
    seed: int = 20261122
    vendor_mix: Mapping[str, float] = field(default_factory=_usual_mix)
    delivered: float = 0.95
    resolved: float = 0.97
    exposed: float = 0.70
    clicked: float = 0.12
    replied: float = 0.004
    video_silent: float = 0.01
    duplicate_receipts: float = 0.01
    out_of_order: float = 0.05
    receipt_delay_ms: int = 2_000
    blacklist: tuple[int, ...] = ()
    quiet_hours: bool = True
    lost_answers: float = 0.0
    busy: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return {**asdict(self), "vendor_mix": dict(self.vendor_mix), "blacklist": list(self.blacklist)}

    def changed(self, given: object) -> EngineSettings:
        """Return the settings with the given ones replaced. Raises ApiError (400) naming the first wrong one."""
        if not isinstance(given, dict):
            raise _wrong("", "object")
        unknown = sorted(set(given) - {one.name for one in fields(self)})
        if unknown:
            raise _wrong(unknown[0], "unknown")
        return replace(self, **{name: _read(name, value) for name, value in given.items()})


_RATES: Final = frozenset(
    (
        "delivered",
        "resolved",
        "exposed",
        "clicked",
        "replied",
        "video_silent",
        "duplicate_receipts",
        "out_of_order",
        "lost_answers",
        "busy",
    )
)


def _read(name: str, value: Any) -> Any:
    if name in _RATES:
        return _rate(name, value)
    if name == "reviewer":
        if value not in REVIEWERS:
            raise _wrong(name, "auto|desk")
        return value
    if name == "quiet_hours":
        if not isinstance(value, bool):
            raise _wrong(name, "boolean")
        return value
    if name == "vendor_mix":
        return _mix(value)
    if name == "blacklist":
        if (
            not isinstance(value, list)
            or len(value) > LARGEST_BLACKLIST
            or not all(_is_int(one) for one in value)
        ):
            raise _wrong(name, f"list of at most {LARGEST_BLACKLIST} numbers")
        return tuple(value)
    limit = LONGEST_DELAY_MS if name == "receipt_delay_ms" else (1 << 53)
    if not _is_int(value) or not 0 <= value <= limit:
        raise _wrong(name, f"0..{limit}")
    return value


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _rate(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _wrong(name, "0..1")
    return float(value)


def _mix(value: object) -> dict[str, float]:
    if not isinstance(value, dict) or not set(value) <= {vendor.value for vendor in Vendor}:
        raise _wrong("vendor_mix", "{VENDOR: share}")
    mix = {vendor: _rate("vendor_mix", share) for vendor, share in value.items()}
    if sum(mix.values()) > 1 + 1e-9:
        raise _wrong("vendor_mix", "sum <= 1")
    return mix


def _wrong(name: str, expected: str) -> ApiError:
    return ApiError(400, "KD.SETTING", "setting not accepted", where=name, expected=expected)
