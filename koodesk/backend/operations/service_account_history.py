# SPDX-License-Identifier: Apache-2.0
"""What phones showed of service accounts, and when: after every change of it the whole is written down as it is then.

A state is everything in effect, with the accounts that are frozen and the bindings. One function makes it of the tables, so that no kind of change can be
forgotten; it is a few kilobytes, and changes are rare. Its instant is the gateway's clock, as that of every message.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection

from koodesk.backend.ports.service_account import BindingRecord, ServiceRecord
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain.service_account.codec import decode, encode
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import Binding, Content, RecordKind, pictures_of, title_of


def remember(work: UnitOfWork, connection: Connection, at_ms: int) -> None:
    """Write down what phones show from an instant on, where it differs from before.

    A change that is heard of late is shown from when the newest state began: states follow each other.
    """
    before = work.shown.last(connection)
    text = _state(work, connection)
    if before is None or before[1] != text:
        since_ms = at_ms if before is None else max(at_ms, before[0])
        work.shown.add(connection, since_ms, text, _pictures(work, connection))


def begin(work: UnitOfWork, now_ms: int) -> None:
    """Write the first state down: of a workspace without records, that it never showed anything; of an older one, what it
    shows now. What an older one showed before nobody wrote down."""
    with work.read() as connection:
        if work.shown.last(connection) is not None:
            return
    with work.write() as connection:
        some = any(work.accounts.records(connection, kind) for kind in RecordKind)
        remember(work, connection, now_ms if some else 0)


class PastAccounts:
    """A state, as the records it was made of (`ports.service_account.AccountsShown`)."""

    def __init__(self, text: str) -> None:
        told = json.loads(text)
        frozen = (replace(_record(*row), life=Life.FROZEN) for row in told.get("frozen", ()))
        self._records: Final = (*(_record(*row) for row in told["records"]), *frozen)
        self._bindings: Final = tuple(
            BindingRecord(number, Binding(port, account, tuple(signs), tuple(regions)), 0)
            for number, port, account, signs, regions in told["bindings"]
        )

    def records(self, connection: Connection, kind: RecordKind) -> tuple[ServiceRecord, ...]:
        """Return all records of a kind that were in effect, or frozen, newest first."""
        del connection
        return tuple(one for one in self._records if one.kind is kind)

    def record(self, connection: Connection, record_id: int) -> ServiceRecord | None:
        """Return a record that was in effect."""
        del connection
        return next((one for one in self._records if one.id == record_id), None)

    def of_account(self, connection: Connection, account_id: int, kind: RecordKind) -> ServiceRecord | None:
        """Return the menu or home page of an account that was in effect."""
        found = self.records(connection, kind)
        return next((one for one in found if one.account_id == account_id), None)

    def bindings(self, connection: Connection) -> tuple[BindingRecord, ...]:
        """Return the bindings there were, newest first."""
        del connection
        return self._bindings


def _in_effect(work: UnitOfWork, connection: Connection) -> list[tuple[ServiceRecord, Content]]:
    return [
        (one, one.live)
        for kind in RecordKind
        for one in work.accounts.records(connection, kind)
        if one.life is Life.IN_EFFECT and one.live is not None
    ]


def _state(work: UnitOfWork, connection: Connection) -> str:
    records = [_told(one, live) for one, live in _in_effect(work, connection)]
    frozen = [
        _told(one, one.live)
        for one in work.accounts.records(connection, RecordKind.PROFILE)
        if one.rests and one.live is not None
    ]
    bindings = [
        [
            one.id,
            one.binding.port_id,
            one.binding.account_id,
            list(one.binding.signatures),
            list(one.binding.regions),
        ]
        for one in work.accounts.bindings(connection)
    ]
    told = {"records": records, "bindings": bindings, **({"frozen": frozen} if frozen else {})}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _told(record: ServiceRecord, live: Content) -> list[Any]:
    return [record.id, record.kind.value, record.account_id, encode(live)]


def _pictures(work: UnitOfWork, connection: Connection) -> dict[str, str]:
    return {
        picture.digest: title_of(live)
        for _, live in _in_effect(work, connection)
        for picture in pictures_of(live)
    }


def _record(number: int, kind: str, account_id: int, content: Any) -> ServiceRecord:
    live = decode(RecordKind(kind), content)
    return ServiceRecord(
        id=number,
        kind=RecordKind(kind),
        account_id=account_id,
        revision=0,
        content=live,
        pending=None,
        live=live,
        submitted_digest="",
        approval=Approval.APPROVED,
        life=Life.IN_EFFECT,
        effect_ms=0,
        freezes=0,
        freeze_reason="",
        urged_ms=0,
        created_ms=0,
        saved_ms=0,
    )
