# SPDX-License-Identifier: Apache-2.0
"""Signing in and out, and one's own password.

Nobody needs a right for it, so these methods name no action; each leaves its entry in the audit log. Without a password of
the main account (主账号) the person at the keyboard is the main account.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from typing import Final

from koodesk.backend.operations.identity import KEY, Identity, key_proof, password_proof
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.identity import PasswordHasher, Secrets, UserRecord
from koodesk.backend.views.identity import Credentials, SessionRow
from koodesk.domain.access import Principal
from koodesk.domain.audit import Outcome
from koodesk.domain.password_rules import check_name, check_password, folded
from koodesk.domain.problem import Problem, Refused, problem

UNKNOWN: Final = Principal("", ())
MINUTE_MS: Final = 60_000
PROVE: Final = "session:proveIdentity"
"""What the audit log calls an identity check (身份验证)."""
USED_EVERY_MS: Final = 60_000
"""How often an access key's last use is written down at most."""


class SigningIn:
    """Who is signed in at one workspace, for as long as its service lives."""

    def __init__(self, identity: Identity, hasher: PasswordHasher, secrets: Secrets) -> None:
        self.access: Final[Access] = identity.access
        self._identity = identity
        self._hasher = hasher
        self._secrets = secrets

    def session(self) -> SessionRow:
        """Return who is signed in and what she may not do, read anew."""
        self.access.renew()
        with self._identity.work.read() as connection:
            users = self._identity.store.users(connection)
        main = next((u for u in users if u.main), None)
        who = self.access.principal
        denied: dict[str, Problem] = {}
        for action in self.access.rules.actions:
            try:
                self.access.demand(action)
            except Refused as refused:
                denied[action] = refused.problems[0]
        return SessionRow(
            user_id=who.user_id,
            name=who.name,
            main=who.main,
            signed_in=self.access.signed_in,
            main_password=main is not None,
            users=sum(not u.main for u in users),
            denied=denied,
            ended=self.access.ended,
        )

    def begin(self, offered: Credentials | None) -> None:
        """Let the first one in when a workspace is opened: who has shown something, else the main account without a password.

        Where neither is the case nobody is signed in. Raises Refused as `sign_in` and `sign_in_with_key`.
        """
        if offered is not None and offered.ak:
            self.sign_in_with_key(offered.ak, offered.sk)
        elif offered is not None and offered.name:
            self.sign_in(offered.name, offered.password)
        elif not self.main_has_password():
            self.access.enter(self._identity.at_the_keyboard())

    def main_has_password(self) -> bool:
        """Tell whether one has to sign in."""
        with self._identity.work.read() as connection:
            return self._identity.store.main(connection) is not None

    def sign_in(self, name: str, password: str, new_password: str = "") -> SessionRow:
        """Sign in; a password that somebody else has set asks for a new one at the first time.

        Raises Refused: session.wrong (which of the two is not said), session.locked, session.disabled,
        session.must_change without a new password, password.* for the new one.
        """
        record = self._try(name)
        if record is None or not self._hasher.verify(record.password, password):
            if record is None:
                self._hasher.verify("", password)  # an unknown user takes as long as a known one
            self._tell("session:signIn", Outcome.DENIED, record, "session.wrong")
            raise Refused(problem("session.wrong", "password", limit=self._identity.rules.tries))
        if not record.enabled:
            self._tell("session:signIn", Outcome.DENIED, record, "session.disabled")
            raise Refused(problem("session.disabled", "name", name=record.name))
        if record.must_change and not new_password:
            self._forgive(record, "")
            raise Refused(problem("session.must_change", "new_password"))
        hashed = ""
        if new_password and record.must_change:
            self._check_new(record, password, new_password)
            hashed = self._hasher.hash(new_password)
        elif self._hasher.outdated(record.password):
            hashed = self._hasher.hash(password)
        self._forgive(record, hashed)
        return self._enter(record, "session:signIn", password_proof(hashed or record.password))

    def sign_in_with_key(self, ak: str, sk: str) -> SessionRow:
        """Sign in with an access key. Raises Refused: session.key_wrong, session.disabled."""
        now = self._identity.clock.now_ms()
        with self._identity.work.read() as connection:
            key = self._identity.store.key(connection, ak)
            record = None if key is None else self._identity.store.user(connection, key.user_id)
        given = hashlib.sha256(sk.encode("utf-8", "replace")).hexdigest()
        right = key is not None and key.enabled and hmac.compare_digest(key.sk_digest, given)
        if key is None or record is None or not right:
            self._tell("session:signInWithKey", Outcome.DENIED, record, "session.key_wrong")
            raise Refused(problem("session.key_wrong", "ak"))
        if not record.enabled:
            self._tell("session:signInWithKey", Outcome.DENIED, record, "session.disabled")
            raise Refused(problem("session.disabled", "name", name=record.name))
        if now - key.used_ms > USED_EVERY_MS:
            with self._identity.work.write() as connection:
                present = self._identity.store.key(connection, ak)
                if present is not None:
                    self._identity.store.put_key(connection, replace(present, used_ms=now))
        return self._enter(record, "session:signInWithKey", key_proof(key.id))

    def enter_as_main(self) -> SessionRow:
        """Go on as the main account while it has no password. Raises Refused (session.password_needed) when it has."""
        if self.main_has_password():
            raise Refused(problem("session.password_needed", "password"))
        self.access.enter(self._identity.at_the_keyboard())
        self._tell("session:signIn", Outcome.DONE, None)
        return self.session()

    def sign_out(self) -> SessionRow:
        """Sign out: until somebody signs in, nothing may be done. Also how a desk is locked."""
        if self.access.signed_in:
            self._tell("session:signOut", Outcome.DONE, None)
        self.access.enter(None)
        return self.session()

    def change_password(self, old: str, new: str) -> None:
        """Change one's own password. Raises Refused: session.wrong, session.locked, password.*, session.no_password."""
        who = self.access.principal
        with self._identity.work.read() as connection:
            record = self._identity.store.user(connection, who.user_id) if who.user_id else None
        if record is None:
            raise Refused(problem("session.no_password", "old"))
        self._try(record.name, "session:changePassword")
        if not self._hasher.verify(record.password, old):
            self._tell("session:changePassword", Outcome.DENIED, record, "session.wrong")
            raise Refused(problem("session.wrong", "old", limit=self._identity.rules.tries))
        self._check_new(record, old, new)
        hashed = self._hasher.hash(new)
        self._forgive(record, hashed, signs_in=False)
        if not who.proof.startswith(KEY):  # her other windows ask for the new one, this one does not
            self.access.enter(replace(who, proof=password_proof(hashed)), instead_of=who)
        self._tell("session:changePassword", Outcome.DONE, record)

    def asks_password(self) -> bool:
        """Tell whether whoever is signed in is a user of this desk: she proves that it is she by her password."""
        return self.access.principal.user_id != 0

    def prove(self, password: str) -> None:
        """Check the password of whoever is signed in, before something that asks for it (身份验证); tries count as at signing in.

        Raises Refused: session.proof_missing, session.proof_wrong with the tries that are left, session.locked,
        session.no_password.
        """
        user_id = self.access.principal.user_id
        with self.access.aside():  # a wrong try counts, and is no part of what is asked for
            with self._identity.work.read() as connection:
                record = self._identity.store.user(connection, user_id) if user_id else None
            if record is None or not record.password:
                raise Refused(problem("session.no_password", "password"))
            if not password:
                raise Refused(problem("session.proof_missing", "password"))
            tried = self._try(record.name, PROVE)
            if tried is None or not self._hasher.verify(tried.password, password):
                self._tell(PROVE, Outcome.DENIED, record, "session.proof_wrong")
                left = (
                    0 if tried is None or tried.locked_until_ms else self._identity.rules.tries - tried.failed
                )
                minutes = self._identity.rules.lock_minutes
                raise Refused(problem("session.proof_wrong", "password", left=left, minutes=minutes))
            self._forgive(tried, "", signs_in=False)
            self._tell(PROVE, Outcome.DONE, record)

    def set_main_password(self, name: str, password: str) -> SessionRow:
        """Give the main account a name and its first password: from now on everybody signs in.

        Raises Refused: session.main_only, session.has_password, iam.name.*, iam.name.taken, password.*.
        """
        identity, who = self._identity, self.access.principal
        if not who.main:
            raise Refused(problem("session.main_only"))
        wrong = (*check_name(identity.rules, name), *check_password(identity.rules, password, name))
        if wrong:
            raise Refused(*wrong)
        hashed = self._hasher.hash(password)
        with identity.work.write() as connection:
            if identity.store.main(connection) is not None:
                raise Refused(problem("session.has_password"))
            if identity.store.user_called(connection, name) is not None:
                raise Refused(problem("iam.name.taken", "name", name=name))
            now = identity.clock.now_ms()
            fresh = UserRecord(0, name, "", hashed, True, True, False, 0, 0, 1, now, now)
            record = identity.store.put_user(connection, fresh)
        with identity.work.read() as connection:
            entering = identity.principal(connection, record.id, password_proof(hashed))
        self.access.enter(entering, instead_of=who)
        self._tell("session:setMainPassword", Outcome.DONE, record)
        return self.session()

    def remove_main_password(self, password: str) -> SessionRow:
        """Let the person at the keyboard be the main account again; its access keys go with its password. Raises Refused: session.main_only, session.wrong."""
        identity = self._identity
        if not self.access.principal.main:
            raise Refused(problem("session.main_only"))
        with identity.work.read() as connection:
            record = identity.store.main(connection)
        if record is None:
            return self.session()
        self._try(record.name, "session:removeMainPassword")
        if not self._hasher.verify(record.password, password):
            self._tell("session:removeMainPassword", Outcome.DENIED, record, "session.wrong")
            raise Refused(problem("session.wrong", "password", limit=identity.rules.tries))
        self._tell("session:removeMainPassword", Outcome.DONE, record)
        with identity.work.write() as connection:
            keys = identity.store.keys(connection, record.id)
            identity.store.delete_user(connection, record.id)
        for key in keys:
            self._secrets.forget(key.ak)
        self.access.enter(identity.at_the_keyboard())
        identity.changed()
        return self.session()

    # --- inside ----------------------------------------------------------------------------------------------

    def _try(self, name: str, action: str = "session:signIn") -> UserRecord | None:
        """Count a try before it is judged, so that many at once cannot pass the limit. Raises Refused (session.locked)."""
        identity = self._identity
        now = identity.clock.now_ms()
        with identity.work.write() as connection:
            record = identity.store.user_called(connection, name) if folded(name) else None
            if record is None:
                return None
            if record.locked_until_ms <= now:
                failed = record.failed + 1
                full = failed >= identity.rules.tries
                until = now + identity.rules.lock_minutes * MINUTE_MS if full else 0
                counted = replace(record, failed=0 if full else failed, locked_until_ms=until)
                return identity.store.put_user(connection, counted)
        self._tell(action, Outcome.DENIED, record, "session.locked")
        minutes = -(-(record.locked_until_ms - now) // MINUTE_MS)
        raise Refused(problem("session.locked", "name", name=record.name, minutes=minutes))

    def _forgive(self, record: UserRecord, hashed: str, *, signs_in: bool = True) -> None:
        """Forget the tries before the right one; with a hash, it is the password from now on."""
        identity = self._identity
        with identity.work.write() as connection:
            present = identity.store.user(connection, record.id)
            if present is None:
                raise Refused(problem("session.wrong", "password", limit=identity.rules.tries))
            kept = replace(present, failed=0, locked_until_ms=0)
            if signs_in:
                kept = replace(kept, signed_in_ms=identity.clock.now_ms())
            if hashed:
                kept = replace(kept, password=hashed, must_change=False)
            identity.store.put_user(connection, kept)

    def _check_new(self, record: UserRecord, old: str, new: str) -> None:
        wrong = check_password(self._identity.rules, new, record.name, "new_password")
        if not wrong and old == new:
            wrong = (problem("password.same", "new_password"),)
        if wrong:
            raise Refused(*wrong)

    def _enter(self, record: UserRecord, what: str, proof: str) -> SessionRow:
        with self._identity.work.read() as connection:
            self.access.enter(self._identity.principal(connection, record.id, proof))
        self._tell(what, Outcome.DONE, record)
        return self.session()

    def _tell(self, action: str, outcome: Outcome, record: UserRecord | None, detail: str = "") -> None:
        """Write an entry; a name nobody has is not written down: people type passwords there."""
        who = Principal(record.name, (), record.id) if record is not None else UNKNOWN
        if record is None and self.access.signed_in:
            who = self.access.principal
        self.access.record(action, outcome, who=who, detail=detail)
