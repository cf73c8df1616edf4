# SPDX-License-Identifier: Apache-2.0
"""What the desk needs of the real platform beside sending: who asks, where it is, and whether it answers."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from koodesk.domain.crop import Crop
    from koodesk.domain.service_account.values import HomePage, Menu


CLOUD_ENDPOINT: Final = "https://koomessage.myhuaweicloud.cn"
"""Region cn-north-4, the only one. [SDK KooMessageRegion]"""


@dataclass(frozen=True, slots=True)
class CloudAccess:
    """Where the platform is and who asks. The secret key is in no text that is printed of this."""

    ak: str
    sk: str = field(repr=False)
    endpoint: str = CLOUD_ENDPOINT
    kept: str = field(default="", compare=False)
    """Where it is kept: "keystore", "session" or "environment"; "" while it was only typed in."""

    def text(self) -> str:
        """Return it as the one secret it is kept as."""
        return json.dumps({"ak": self.ak, "sk": self.sk, "endpoint": self.endpoint})

    def caller(self) -> str:
        """Return a digest of who asks where. Two keys of one account differ: nothing here tells whose a key is."""
        return hashlib.sha256(f"{self.ak}\n{self.endpoint}".encode()).hexdigest()[:32]


SECRET: Final = "cloud"  # noqa: S105 - the name of a secret, not the secret
"""Under which name the access key is kept."""

FindAccess = Callable[[], CloudAccess | None]
"""Finds the access key of the cloud, None where there is none."""


def read_access(text: str | None) -> CloudAccess | None:
    """Read what `CloudAccess.text` wrote; None for nothing, and for what another program or a broken store gives."""
    try:
        told = json.loads(text or "")
        return CloudAccess(str(told["ak"]), str(told["sk"]), str(told["endpoint"]))
    except (KeyError, TypeError, ValueError):
        return None


def access_of_environment() -> CloudAccess | None:
    """Return the access key of KOODESK_CLOUD_AK and KOODESK_CLOUD_SK, for a machine without a key store; None without both."""
    ak, sk = os.environ.get("KOODESK_CLOUD_AK", ""), os.environ.get("KOODESK_CLOUD_SK", "")
    endpoint = os.environ.get("KOODESK_CLOUD_ENDPOINT", "") or CLOUD_ENDPOINT
    return CloudAccess(ak, sk, endpoint) if ak and sk else None


@dataclass(frozen=True, slots=True)
class CloudSeen:
    """What the platform answered: how many card templates of one's own it holds."""

    templates: int


class CloudDoor(Protocol):
    """Asks the platform. Raises Refused: cloud.endpoint, cloud.sdk_missing, gateway.unreachable, gateway.refused."""

    def installed(self) -> bool:
        """Tell whether the platform's official SDK is installed."""
        ...

    def check(self, access: CloudAccess) -> CloudSeen:
        """Ask one harmless question, which costs nothing."""
        ...


class CloudContents(Protocol):
    """The bytes of what is handed in. Each raises Refused: material.*, paper.gone, picture.*, reader.*."""

    def picture(self, digest: str, crop: Crop | None, most_bytes: int) -> tuple[bytes, str]:
        """Return a picture cut to its crop, of at most so many bytes, and its media type."""
        ...

    def material(self, digest: str) -> bytes:
        """Return a material as it is."""
        ...

    def paper(self, digest: str) -> bytes:
        """Return a paper as it is."""
        ...

    def account_parts(self, account: str) -> tuple[Menu, HomePage] | None:
        """Return the menu and home page that are handed in with a service account, None where one of them is not."""
        ...
