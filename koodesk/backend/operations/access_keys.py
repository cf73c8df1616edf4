# SPDX-License-Identifier: Apache-2.0
"""Access keys (访问密钥, AK/SK): what programs sign in with, at most two a user. The secret is shown once."""

from __future__ import annotations

import hashlib
import secrets as randomness
import string
from contextlib import suppress
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.identity import Identity
from koodesk.backend.operations.rights import needs
from koodesk.backend.ports.identity import KeyRecord, Secrets
from koodesk.backend.views.identity import KeyRow, NewKey
from koodesk.domain.password_rules import check_note
from koodesk.domain.problem import Refused, problem

AK_LENGTH: Final = 20
SK_LENGTH: Final = 40
_AK_LETTERS: Final = string.ascii_uppercase + string.digits
_SK_LETTERS: Final = string.ascii_letters + string.digits


class AccessKeys:
    """The access keys of one workspace. Everybody has her own; another's ask for a right of their own."""

    def __init__(self, identity: Identity, secrets: Secrets) -> None:
        self.access: Final = identity.access
        self._identity = identity
        self._secrets = secrets

    @needs("iam:ownCredential:list")
    def own(self) -> tuple[KeyRow, ...]:
        """Return one's own keys, oldest first."""
        return self._rows(self.access.principal.user_id)

    @needs("iam:credential:list")
    def list(self, user_id: int | None = None) -> tuple[KeyRow, ...]:
        """Return the keys of a user, or everybody's, oldest first."""
        return self._rows(user_id)

    @needs("iam:ownCredential:manage")
    def create_own(self, note: str = "") -> NewKey:
        """Make a key for oneself. Raises Refused: key.too_many, key.no_user (the main account without a password)."""
        return self._create(self.access.principal.user_id, note)

    @needs("iam:credential:manage")
    def create(self, user_id: int, note: str = "") -> NewKey:
        """Make a key for a user. Raises Refused: key.too_many, user.unknown, iam.takes_over."""
        return self._create(user_id, note)

    @needs("iam:ownCredential:manage")
    def set_own_enabled(self, key_id: int, enabled: bool) -> KeyRow:
        """Switch a key of one's own on or off. Raises Refused (key.unknown)."""
        return self._set_enabled(key_id, enabled, own=True)

    @needs("iam:credential:manage")
    def set_enabled(self, key_id: int, enabled: bool) -> KeyRow:
        """Switch a key on or off. Raises Refused: key.unknown, iam.takes_over."""
        return self._set_enabled(key_id, enabled)

    @needs("iam:ownCredential:manage")
    def delete_own(self, key_id: int) -> None:
        """Delete a key of one's own. Raises Refused (key.unknown)."""
        self._delete(key_id, own=True)

    @needs("iam:credential:manage")
    def delete(self, key_id: int) -> None:
        """Delete a key; what signs with it is refused at once. Raises Refused (key.unknown)."""
        self._delete(key_id)

    # --- inside ----------------------------------------------------------------------------------------------

    def _create(self, user_id: int, note: str) -> NewKey:
        identity = self._identity
        wrong = check_note(identity.rules, note)
        if wrong:
            raise Refused(*wrong)
        if not user_id:
            raise Refused(problem("key.no_user"))
        ak = "".join(randomness.choice(_AK_LETTERS) for _ in range(AK_LENGTH))
        sk = "".join(randomness.choice(_SK_LETTERS) for _ in range(SK_LENGTH))
        kept = self._secrets.keep(ak, sk)
        try:
            with identity.work.write() as connection:
                if identity.store.user(connection, user_id) is None:
                    raise Refused(problem("user.unknown", id=user_id))
                identity.demand_hold(connection, user_id)
                if len(identity.store.keys(connection, user_id)) >= identity.rules.keys_most:
                    raise Refused(problem("key.too_many", limit=identity.rules.keys_most))
                digest = hashlib.sha256(sk.encode()).hexdigest()
                fresh = KeyRecord(0, user_id, ak, digest, note, kept, True, identity.clock.now_ms(), 0)
                record = identity.store.put_key(connection, fresh)
                self.access.about(f"user_id={user_id}; ak={ak[:4]}…")
        except BaseException:
            self._secrets.forget(ak)
            raise
        with suppress(
            Refused
        ):  # the secret must reach whoever made the key; the engine is told at the next look at it
            identity.changed()
        return NewKey(self._row(record.id), sk)

    def _set_enabled(self, key_id: int, enabled: bool, *, own: bool = False) -> KeyRow:
        with self._identity.work.write() as connection:
            record = self._record(connection, key_id, own)
            if enabled:
                self._identity.demand_hold(connection, record.user_id)
            self._identity.store.put_key(connection, replace(record, enabled=enabled))
        self._identity.changed()
        return self._row(key_id)

    def _delete(self, key_id: int, *, own: bool = False) -> None:
        with self._identity.work.write() as connection:
            record = self._record(connection, key_id, own)
            self._identity.store.delete_key(connection, key_id)
        self._secrets.forget(record.ak)
        self._identity.changed()

    def _record(self, connection: Connection, key_id: int, own: bool) -> KeyRecord:
        found = next((k for k in self._identity.store.keys(connection) if k.id == key_id), None)
        if found is None or (own and found.user_id != self.access.principal.user_id):
            raise Refused(problem("key.unknown", id=key_id))
        self.access.about(f"user_id={found.user_id}; ak={found.ak[:4]}…")
        return found

    def _row(self, key_id: int) -> KeyRow:
        return next(row for row in self._rows(None) if row.id == key_id)

    def _rows(self, user_id: int | None) -> tuple[KeyRow, ...]:
        with self._identity.work.read() as connection:
            names = {u.id: u.name for u in self._identity.store.users(connection)}
            keys = self._identity.store.keys(connection, user_id)
        return tuple(
            KeyRow(
                id=k.id,
                user_id=k.user_id,
                user=names[k.user_id],
                ak=k.ak,
                note=k.note,
                enabled=k.enabled,
                kept="lost" if self._secrets.find(k.ak) is None else k.kept,
                created_ms=k.created_ms,
                used_ms=k.used_ms,
            )
            for k in keys
        )
