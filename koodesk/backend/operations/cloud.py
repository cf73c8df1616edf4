# SPDX-License-Identifier: Apache-2.0
"""How the real platform is reached: an access key in the system's key store, an address, and whether it answers.

Everything is one secret, so that nothing of it stands in the workspace: not even whose key it is.
"""

from __future__ import annotations

import json
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.cloud import CLOUD_ENDPOINT, CloudAccess, CloudDoor
from koodesk.backend.ports.identity import Secrets
from koodesk.backend.views.cloud import CloudChecked, CloudView
from koodesk.domain.problem import Refused, problem

LONGEST_KEY: Final = 128
"""Longest part of an access key taken, in characters. Koodesk's own: the platform publishes no form."""

_NAME: Final = "cloud"


class Cloud:
    """The real platform as one workspace reaches it."""

    def __init__(self, access: Access, secrets: Secrets, door: CloudDoor) -> None:
        self.access: Final = access
        self._secrets = secrets
        self._door = door
        self._kept = ""

    @needs("koodesk:cloud:get")
    def show(self) -> CloudView:
        """Return how the platform is reached; without a key the ak is empty."""
        known = self._known()
        if known is None:
            return CloudView(CLOUD_ENDPOINT, "", "")
        return CloudView(known.endpoint, known.ak, self._kept or "keystore")

    @needs("koodesk:cloud:control")
    def set_key(self, ak: str, sk: str, endpoint: str = CLOUD_ENDPOINT) -> CloudView:
        """Keep an access key; another one's place is taken. Nothing is asked of the platform.

        Raises Refused (cloud.key) for what cannot be a key; the address is judged when it is used.
        """
        for name, value in (("ak", ak), ("sk", sk)):
            if not (
                0 < len(value) <= LONGEST_KEY and value.isascii() and value.isprintable() and " " not in value
            ):
                raise Refused(problem("cloud.key", name, field=name, limit=LONGEST_KEY, actual=len(value)))
        told = {"ak": ak, "sk": sk, "endpoint": endpoint or CLOUD_ENDPOINT}
        self._kept = self._secrets.keep(_NAME, json.dumps(told))
        return CloudView(told["endpoint"], ak, self._kept)

    @needs("koodesk:cloud:control")
    def forget(self) -> None:
        """Take the key away; nothing happens where there is none."""
        self._secrets.forget(_NAME)
        self._kept = ""

    @needs("koodesk:cloud:get")
    def check(self) -> CloudChecked:
        """Ask the platform one harmless question. Raises Refused: cloud.no_key, cloud.*, gateway.*."""
        known = self._known()
        if known is None:
            raise Refused(problem("cloud.no_key", "ak"))
        return CloudChecked(known.endpoint, known.ak, self._door.check(known).templates)

    def _known(self) -> CloudAccess | None:
        text = self._secrets.find(_NAME)
        if text is None:
            return None
        try:
            told = json.loads(text)
            return CloudAccess(str(told["ak"]), str(told["sk"]), str(told["endpoint"]))
        except (KeyError, TypeError, ValueError):
            return None  # another program's, or broken: as good as none
