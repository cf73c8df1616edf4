# SPDX-License-Identifier: Apache-2.0
"""How the real platform is reached: an access key in the system's key store, an address, and whether it answers.

Everything is one secret, so that nothing of it stands in the workspace: not even whose key it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.cloud import CLOUD_ENDPOINT, SECRET, CloudAccess, CloudDoor, FindAccess
from koodesk.backend.ports.cloud_records import CloudAccountStore, CloudRecords
from koodesk.backend.ports.identity import Secrets
from koodesk.backend.views.cloud import CloudChecked, CloudFile, CloudView
from koodesk.domain.problem import Refused, problem

LONGEST_KEY: Final = 128
"""Longest part of an access key taken, in characters. Koodesk's own: the platform publishes no form."""


def _nobody() -> None:
    """Tell nobody."""


class Cloud:
    """The real platform as one workspace reaches it."""

    def __init__(
        self,
        access: Access,
        secrets: Secrets,
        find: FindAccess,
        door: CloudDoor,
        records: CloudRecords,
        accounts: CloudAccountStore,
        now_ms: Callable[[], int],
        renewed: Callable[[], None] = _nobody,
    ) -> None:
        """`find` finds the key that is in use: that of the environment stands above the one that is kept. `renewed` is called when
        another was set that no key store keeps: whoever was handed the one before does not know it."""
        self.access: Final = access
        self._secrets = secrets
        self._find = find
        self._door = door
        self._records = records
        self._accounts = accounts
        self._now_ms = now_ms
        self._renewed = renewed

    @needs("koodesk:cloud:get")
    def show(self) -> CloudView:
        """Return how the platform is reached; without a key the ak is empty."""
        known = self._find()
        if known is None:
            return CloudView(CLOUD_ENDPOINT, "", "", self._door.installed())
        others = self._accounts.others(self._accounts.account(known.caller()))
        return CloudView(known.endpoint, known.ak, known.kept, self._door.installed(), others=others)

    @needs("koodesk:cloud:control")
    def same_account(self, account: str) -> CloudView:
        """Say that the key in use is of the same account as one that `show` names among others: what was made there is this key's
        from now on. Nobody can ask the platform that.

        Raises Refused: cloud.no_key, cloud.no_account (nothing was made with that one).
        """
        known = self._find()
        if known is None:
            raise Refused(problem("cloud.no_key", "ak"))
        caller = known.caller()
        if account not in {one.account for one in self._accounts.others(self._accounts.account(caller))}:
            raise Refused(problem("cloud.no_account", "account", account=account[:40]))
        self._accounts.unite(caller, account, self.access.principal.name, self._now_ms())
        return self.show()

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
        told = CloudAccess(ak, sk, endpoint or CLOUD_ENDPOINT)
        kept = self._secrets.keep(SECRET, told.text())
        if kept == "session":
            self._renewed()
        return CloudView(told.endpoint, ak, kept, self._door.installed())

    @needs("koodesk:cloud:control")
    def forget(self) -> None:
        """Take the key away; nothing happens where there is none."""
        self._secrets.forget(SECRET)

    @needs("koodesk:cloud:get")
    def files(self) -> tuple[CloudFile, ...]:
        """Return what was uploaded, the first to be deleted by the platform first. One that is due is looked for, and uploaded again, when
        something that shows it is handed in."""
        found = [one for one in self._records.uploads() if one.cloud_id]
        return tuple(
            CloudFile(
                one.kind,
                one.name,
                one.digest,
                one.rate if one.kind == "image" else "",
                one.cloud_id,
                one.used_ms,
                one.expires_ms,
            )
            for one in sorted(found, key=lambda one: (one.expires_ms == 0, one.expires_ms, one.name))
        )

    @needs("koodesk:cloud:get")
    def check(self) -> CloudChecked:
        """Ask the platform one harmless question. Raises Refused: cloud.no_key, cloud.*, gateway.*."""
        known = self._find()
        if known is None:
            raise Refused(problem("cloud.no_key", "ak"))
        return CloudChecked(known.endpoint, known.ak, self._door.check(known).templates)
