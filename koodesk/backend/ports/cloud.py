# SPDX-License-Identifier: Apache-2.0
"""What the desk needs of the real platform beside sending: who asks, where it is, and whether it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

CLOUD_ENDPOINT: Final = "https://koomessage.myhuaweicloud.cn"
"""Region cn-north-4, the only one. [SDK KooMessageRegion]"""


@dataclass(frozen=True, slots=True)
class CloudAccess:
    """Where the platform is and who asks. The secret key is in no text that is printed of this."""

    ak: str
    sk: str = field(repr=False)
    endpoint: str = CLOUD_ENDPOINT


@dataclass(frozen=True, slots=True)
class CloudSeen:
    """What the platform answered: how many card templates of one's own it holds."""

    templates: int


class CloudDoor(Protocol):
    """Asks the platform. Raises Refused: cloud.endpoint, cloud.sdk_missing, gateway.unreachable, gateway.refused."""

    def check(self, access: CloudAccess) -> CloudSeen:
        """Ask one harmless question, which costs nothing."""
        ...
