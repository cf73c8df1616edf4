# SPDX-License-Identifier: Apache-2.0
"""Settings: what is given is checked, what is not given stays."""

from typing import Any

import pytest

from koodesk.engine.errors import ApiError
from koodesk.engine.settings import EngineSettings


def test_the_contracts_settings_are_there_and_survive_json() -> None:
    settings = EngineSettings()
    shown = settings.to_json()
    assert set(shown) >= {
        "reviewer",
        "seed",
        "vendor_mix",
        "delivered",
        "resolved",
        "exposed",
        "clicked",
        "duplicate_receipts",
        "out_of_order",
        "receipt_delay_ms",
        "video_silent",
    }
    assert settings.changed(shown) == settings


def test_what_is_not_given_stays() -> None:
    changed = EngineSettings().changed(
        {"delivered": 1, "vendor_mix": {"VIVO": 1}, "blacklist": [13800000000]}
    )
    assert changed.delivered == 1.0
    assert changed.vendor_mix == {"VIVO": 1.0}
    assert changed.blacklist == (13800000000,)
    assert changed.seed == EngineSettings().seed
    assert changed.video_silent == 0.01


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nonsense", 1),
        ("reviewer", "robot"),
        ("delivered", 1.1),
        ("delivered", True),
        ("delivered", "1"),
        ("video_silent", -0.1),
        ("seed", -1),
        ("seed", 1.5),
        ("receipt_delay_ms", 3_600_001),
        ("vendor_mix", {"HONOR": 0.1}),
        ("vendor_mix", {"HUAWEI": 0.6, "VIVO": 0.6}),
        ("vendor_mix", []),
        ("blacklist", ["1"]),
        ("quiet_hours", 1),
    ],
)
def test_a_wrong_one_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ApiError) as caught:
        EngineSettings().changed({name: value})
    assert caught.value.status == 400
    assert caught.value.params["where"] == name


def test_settings_are_an_object() -> None:
    with pytest.raises(ApiError):
        EngineSettings().changed([])
