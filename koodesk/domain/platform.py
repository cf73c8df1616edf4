# SPDX-License-Identifier: Apache-2.0
"""Which platform (发送平台) a workspace speaks to: the local engine, where nothing costs money, or the real cloud.

Clearing is a platform's own: what one reviewer approved, the other has never seen. So a switch puts away what stands with
the one and brings back what stood with the other (`shelved`), and nothing is lost by trying.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from koodesk.domain.send_state import CampaignState

SETTING: Final = "platform"
"""Under which name a workspace keeps the choice."""


class Platform(StrEnum):
    """The other side of the desk; the value is also the name of its gateway."""

    LOCAL = "local"
    CLOUD = "cloud"


def read_platform(value: object) -> Platform:
    """Return the platform of a stored value. What cannot be read is the local engine: it never costs anything."""
    return Platform.CLOUD if value == Platform.CLOUD.value else Platform.LOCAL


_OVER: Final = frozenset({CampaignState.FINISHED.value, CampaignState.STOPPED.value})


def in_the_way(states: Iterable[str]) -> int:
    """Count the campaigns that keep a workspace where it is: all that are neither finished nor stopped. What is unknown of
    them only their own platform can tell."""
    return sum(state not in _OVER for state in states)
