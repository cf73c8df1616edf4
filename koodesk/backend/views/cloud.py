# SPDX-License-Identifier: Apache-2.0
"""How the cloud is reached, for screens and the command line. The secret key is in none of it."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.backend.ports.cloud import CLOUD_ENDPOINT
from koodesk.backend.ports.cloud_records import OtherAccount

__all__ = ["CloudChecked", "CloudFile", "CloudView", "OtherAccount"]


@dataclass(frozen=True, slots=True)
class CloudView:
    """`ak` is "" where no key is set; `kept` says where the secret is: "keystore", "session", "environment" or "". `usual` is
    the region's own address, `sdk` whether the platform's official SDK is installed, without which nothing can be called. `others` are
    accounts of other keys that something was made with: nothing of it is sent with this one."""

    endpoint: str
    ak: str
    kept: str
    sdk: bool = True
    usual: str = CLOUD_ENDPOINT
    others: tuple[OtherAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class CloudChecked:
    """What the platform answered: how many card templates of one's own it holds."""

    endpoint: str
    ak: str
    templates: int


@dataclass(frozen=True, slots=True)
class CloudFile:
    """A file on the platform: `kind` is image, video, thumbnail or paper, `digest` its content's, `rate` the ratio of a picture. The
    platform deletes it at `expires_ms` unless something that is handed in shows it before; 0 where nothing is known of that."""

    kind: str
    name: str
    digest: str
    rate: str
    cloud_id: str
    used_ms: int
    expires_ms: int
