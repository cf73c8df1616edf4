# SPDX-License-Identifier: Apache-2.0
"""How the cloud is reached, for screens and the command line. The secret key is in none of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CloudView:
    """`ak` is "" where no key is set; `kept` says where the secret is: "keystore", "session" or ""."""

    endpoint: str
    ak: str
    kept: str


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
