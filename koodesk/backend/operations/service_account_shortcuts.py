# SPDX-License-Identifier: Apache-2.0
"""SMS shortcuts (短消息快捷键): buttons that hang below messages with a signature, in some regions."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.service_account_history import remember
from koodesk.backend.operations.service_account_records import REVIEW, AccountRecords
from koodesk.backend.operations.submitting import Submitting
from koodesk.backend.views.service_account import RecordRow
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.service_account.states import Approval, Life, LifeEvent, advance_life
from koodesk.domain.service_account.values import RecordKind, Shortcut


class AccountShortcuts:
    """The shortcuts of one workspace."""

    def __init__(
        self, access: Access, records: AccountRecords, filings: Filings, submitting: Submitting
    ) -> None:
        self.access: Final = access
        self._records: Final = records
        self._work: Final = records.work
        self._filings = filings
        self._submitting = submitting

    @needs("kooMessage:aimSaShortcut:list")
    def list(self) -> tuple[RecordRow, ...]:
        """Return the shortcuts, newest first."""
        with self._work.read() as connection:
            book = self._records.book(connection)
            return tuple(self._records.row(book, record) for record in book.records[RecordKind.SHORTCUT])

    @needs("kooMessage:aimSaShortcut:list")
    def get(self, shortcut_id: int) -> RecordRow:
        """Return one shortcut. Raises Refused("sa.unknown")."""
        with self._work.read() as connection:
            record = self._records.get(connection, shortcut_id, RecordKind.SHORTCUT)
            return self._records.row(self._records.book(connection), record)

    @needs("kooMessage:aimSaShortcut:list")
    def check(self, shortcut: Shortcut) -> tuple[Problem, ...]:
        """Return everything wrong with a shortcut, warnings included, before it is created."""
        return self._records.checker.shortcut(shortcut)

    @needs("kooMessage:aimSaShortcut:create")
    def create(self, shortcut: Shortcut) -> RecordRow:
        """Create a shortcut and hand it in.

        Raises Refused: filing.needed_service_account, sa.* for what is wrong, gateway.* (saved; `sync` hands it in).
        """
        tidy = self._tidied(shortcut)
        with self._work.write() as connection:
            self._filings.check_account_cleared(connection)
            record = self._records.make(connection, RecordKind.SHORTCUT, tidy)
            self._records.demand(record)
            submission = self._records.intend(connection, record)
        self._records.hand_in(submission)
        return self.get(record.id)

    @needs("kooMessage:aimSaShortcut:create")
    def change(self, shortcut_id: int, shortcut: Shortcut, revision: int) -> RecordRow:
        """Change a shortcut that is not under review and hand it in. Raises Refused as `create`, sa.saved_meanwhile."""
        tidy = self._tidied(shortcut)
        with self._work.write() as connection:
            record = self._records.get(connection, shortcut_id, RecordKind.SHORTCUT)
            record = self._records.save(connection, record, tidy, revision)
            self._records.demand(record)
            if not self._records.due(record):
                return self._records.row(self._records.book(connection), record)
            submission = self._records.intend(connection, record)
        self._records.hand_in(submission)
        return self.get(shortcut_id)

    @needs("kooMessage:aimSaShortcut:delete")
    def stop(self, shortcut_id: int) -> RecordRow:
        """停用: phones show it no more (已失效). Raises Refused("sa.illegal_life")."""
        at_ms = self._records.gateway_ms()
        with self._work.write() as connection:
            record = self._records.get(connection, shortcut_id, RecordKind.SHORTCUT)
            life = advance_life(record.life, LifeEvent.EXPIRE)
            stopped = self._work.accounts.put(connection, replace(record, life=life))
            remember(self._work, connection, at_ms)
            return self._records.row(self._records.book(connection), stopped)

    @needs("kooMessage:aimSaShortcut:delete")
    def delete(self, shortcut_id: int) -> None:
        """Delete a shortcut. Raises Refused: sa.shortcut.in_effect while phones show it, sa.under_review."""
        with self._work.write() as connection:
            record = self._records.get(connection, shortcut_id, RecordKind.SHORTCUT)
            if record.approval is Approval.WAITING:
                raise Refused(problem("sa.under_review"))
            if record.life is Life.IN_EFFECT or record.pending is not None:
                raise Refused(problem("sa.shortcut.in_effect"))
            self._submitting.give_up(connection, REVIEW[RecordKind.SHORTCUT], str(shortcut_id))
            self._work.accounts.delete(connection, shortcut_id)

    def _tidied(self, shortcut: Shortcut) -> Shortcut:
        """Return a shortcut with its regions in their one shortest way. Raises Refused with everything that is wrong."""
        wrong = errors(self._records.checker.shortcut(shortcut))
        if wrong:
            raise Refused(*wrong)
        return replace(shortcut, regions=self._records.checker.regions.normalise(shortcut.regions))
