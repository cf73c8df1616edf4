# SPDX-License-Identifier: Apache-2.0
"""Secrets in the system's key store; where there is none, in this process's memory only, and whoever asks is told so.

Nothing is ever written to a file of the workspace.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final

from koodesk.backend.ports.cloud import SECRET, CloudAccess, access_of_environment, read_access

_SERVICE: Final = "koodesk"
_log: Final = logging.getLogger("koodesk.secrets")

_SESSION: Final[dict[str, str]] = {}
"""What has no better place, while this process lives."""


class SystemSecrets:
    """The port `ports.identity.Secrets`. `workspace` keeps the secrets of one workspace apart from another's."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def _name(self, name: str) -> str:
        return f"{self._workspace}/{name}"

    def keep(self, name: str, secret: str) -> str:
        """Keep a secret and return where: "keystore" or "session"."""
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(_SERVICE, self._name(name), secret)
            if keyring.get_password(_SERVICE, self._name(name)) == secret:
                return "keystore"
        except (KeyringError, RuntimeError, OSError) as failure:
            _log.info("no key store: %s", type(failure).__name__)
        _SESSION[self._name(name)] = secret
        return "session"

    def find(self, name: str) -> str | None:
        """Return a secret, None where it is not kept any more."""
        held = _SESSION.get(self._name(name))
        if held is not None:
            return held
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(_SERVICE, self._name(name))
        except (KeyringError, RuntimeError, OSError):
            return None

    def in_session(self, name: str) -> bool:
        """Tell whether a secret is in this process's memory only."""
        return self._name(name) in _SESSION

    def forget(self, name: str) -> None:
        """Take a secret away; nothing happens where there is none."""
        _SESSION.pop(self._name(name), None)
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.delete_password(_SERVICE, self._name(name))
        except (KeyringError, RuntimeError, OSError):
            return


class CloudKey:
    """Finds the access key of the real cloud (`ports.cloud.FindAccess`): the environment's, else the one that is kept."""

    def __init__(self, secrets: SystemSecrets) -> None:
        self._secrets = secrets

    def __call__(self) -> CloudAccess | None:
        """Return it with where it is kept, None where there is none."""
        given = access_of_environment()
        if given is not None:
            return replace(given, kept="environment")
        found = read_access(self._secrets.find(SECRET))
        if found is None:
            return None
        return replace(found, kept="session" if self._secrets.in_session(SECRET) else "keystore")
