# SPDX-License-Identifier: Apache-2.0
"""The handset vendors (厂商) a card can be submitted to. What each accepts is data: see `rule_pack`."""

from __future__ import annotations

from enum import StrEnum


class Vendor(StrEnum):
    """Exactly the `factory_type` values of the platform, in the console's order. HONOR is not one of them.

    Source: facts 2.1 [SDK AimPersonalTemplateFactory].
    """

    HUAWEI = "HUAWEI"
    XIAOMI = "XIAOMI"
    OPPO = "OPPO"
    VIVO = "VIVO"
    MEIZU = "MEIZU"
    SAMSUNG = "SAMSUNG"
