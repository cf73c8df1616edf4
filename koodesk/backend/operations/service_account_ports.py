# SPDX-License-Identifier: Apache-2.0
"""Channel numbers (通道号管理) and their binding to service accounts (绑定、解绑)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.service_account_history import remember
from koodesk.backend.operations.service_account_records import REVIEW, AccountRecords, Book
from koodesk.backend.operations.submitting import Submitting
from koodesk.backend.ports.service_account import PortGateway, ServiceRecord
from koodesk.backend.views.service_account import BindingRow, PortRow
from koodesk.domain.problem import Refused, errors, problem
from koodesk.domain.service_account.binding import check_binding
from koodesk.domain.service_account.regions import NATIONWIDE, Choice
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import Binding, Port, Profile, RecordKind


class AccountPorts:
    """The channel numbers of one workspace."""

    def __init__(
        self,
        access: Access,
        records: AccountRecords,
        submitting: Submitting,
        gateway: PortGateway | None = None,
    ) -> None:
        """`gateway` is the platform's, None where it wants to know nothing of bindings."""
        self.access: Final = access
        self._records: Final = records
        self._work: Final = records.work
        self._submitting = submitting
        self._gateway = gateway

    @needs("kooMessage:aimSaPort:list")
    def list(self) -> tuple[PortRow, ...]:
        """Return the channel numbers, newest first, each with its bindings."""
        with self._work.read() as connection:
            book = self._records.book(connection)
            return tuple(self._row_of(book, record) for record in book.records[RecordKind.PORT])

    @needs("kooMessage:aimSaPort:list")
    def get(self, port_id: int) -> PortRow:
        """Return one channel number. Raises Refused("sa.unknown")."""
        with self._work.read() as connection:
            return self._row(connection, self._records.get(connection, port_id, RecordKind.PORT))

    @needs("kooMessage:aimSaPort:create")
    def create(self, port: Port) -> PortRow:
        """Register a channel number and hand it in.

        Raises Refused: sa.port.account_first while no account is approved (seed 4.3.2), sa.port.* and sa.* for what is
        wrong, sa.port.taken, gateway.* (saved; `sync` hands it in).
        """
        wrong = errors(self._records.checker.port(port))
        with self._work.write() as connection:
            self._check_account(connection)
            self._check_taken(connection, port, 0)
            if wrong:
                raise Refused(*wrong)
            record = self._records.make(connection, RecordKind.PORT, port)
            submission = self._records.intend(connection, record)
        self._records.hand_in(submission)
        return self.get(record.id)

    @needs("kooMessage:aimSaPort:create")
    def change(self, port_id: int, port: Port, revision: int) -> PortRow:
        """Change a channel number that is not under review and hand it in. Raises Refused as `create`, sa.saved_meanwhile."""
        wrong = errors(self._records.checker.port(port))
        with self._work.write() as connection:
            record = self._records.get(connection, port_id, RecordKind.PORT)
            self._check_taken(connection, port, port_id)
            if wrong:
                raise Refused(*wrong)
            record = self._records.save(connection, record, port, revision)
            if not self._records.due(record):
                return self._row(connection, record)
            submission = self._records.intend(connection, record)
        self._records.hand_in(submission)
        return self.get(port_id)

    @needs("kooMessage:aimSaPort:delete")
    def delete(self, port_id: int) -> None:
        """Delete a channel number.

        Raises Refused: sa.port.bound with the accounts that are bound to it, sa.under_review, gateway.* (nothing is deleted then).
        """
        at_ms = self._records.gateway_ms()
        if self._gateway is not None:
            with self._work.read() as connection:
                number = self._to_delete(connection, port_id).number
            self._gateway.delete(number)
        with self._work.write() as connection:
            self._to_delete(connection, port_id)
            self._submitting.give_up(connection, REVIEW[RecordKind.PORT], str(port_id))
            self._work.accounts.delete(connection, port_id)
            remember(self._work, connection, at_ms)

    @needs("kooMessage:aimSaPort:associate")
    def bind(
        self,
        port_id: int,
        account_id: int,
        signatures: tuple[str, ...] = (),
        regions: Choice = (NATIONWIDE,),
    ) -> PortRow:
        """绑定 (figure 4-3): the number serves an account with some of its signatures, all of them when none are named.

        Raises Refused: sa.binding.not_in_effect, sa.binding.account_not_approved, sa.binding.*, region.unknown, gateway.* (nothing
        is bound then; once more finds what the platform has).
        """
        at_ms = self._records.gateway_ms()
        if self._gateway is not None:
            with self._work.read() as connection:
                number, binding = self._binding(connection, port_id, account_id, signatures, regions)
            self._gateway.bind(str(account_id), number, binding.signatures, binding.regions)
        with self._work.write() as connection:
            record = self._records.get(connection, port_id, RecordKind.PORT)
            _number, binding = self._binding(connection, port_id, account_id, signatures, regions)
            self._work.accounts.bind(connection, binding, self._records.now_ms())
            remember(self._work, connection, at_ms)
            return self._row(connection, record)

    @needs("kooMessage:aimSaPort:associate")
    def unbind(self, binding_id: int) -> None:
        """解绑. Raises Refused: sa.binding.unknown, gateway.* (nothing is unbound then)."""
        at_ms = self._records.gateway_ms()
        if self._gateway is not None:
            with self._work.read() as connection:
                book = self._records.book(connection)
            found = next((one.binding for one in book.bindings if one.id == binding_id), None)
            if found is None:
                raise Refused(problem("sa.binding.unknown"))
            self._gateway.unbind(str(found.account_id), book.number(found.port_id), found.regions)
        with self._work.write() as connection:
            if not self._work.accounts.unbind(connection, binding_id):
                raise Refused(problem("sa.binding.unknown"))
            remember(self._work, connection, at_ms)

    # --- inside ----------------------------------------------------------------------------------------------

    def _to_delete(self, connection: Connection, port_id: int) -> PortRow:
        """Return a channel number that may be deleted. Raises Refused as `delete`."""
        record = self._records.get(connection, port_id, RecordKind.PORT)
        if record.approval is Approval.WAITING:
            raise Refused(problem("sa.under_review"))
        row = self._row(connection, record)
        if row.bindings:
            names = list(dict.fromkeys(one.account_name for one in row.bindings))
            raise Refused(
                problem("sa.port.bound", number=row.number, names="、".join(names[:5]), count=len(names))
            )
        return row

    def _binding(
        self,
        connection: Connection,
        port_id: int,
        account_id: int,
        signatures: tuple[str, ...],
        regions: Choice,
    ) -> tuple[str, Binding]:
        """Return the number and what would be bound. Raises Refused as `bind`."""
        record = self._records.get(connection, port_id, RecordKind.PORT)
        account = self._records.get(connection, account_id, RecordKind.PROFILE)
        if record.life is not Life.IN_EFFECT or not isinstance(record.live, Port):
            raise Refused(problem("sa.binding.not_in_effect", source="seed 4.3.2"))
        if account.approval is not Approval.APPROVED and account.live is None:
            raise Refused(problem("sa.binding.account_not_approved", "account", source="seed 4.3.2"))
        port = record.live
        chosen = self._records.checker.regions.normalise(regions)
        binding = Binding(port_id, account_id, signatures or port.signatures, chosen)
        others = [one.binding for one in self._work.accounts.bindings(connection)]
        wrong = check_binding(binding, port, others, self._records.checker.regions)
        if wrong:
            raise Refused(*wrong)
        return port.number, binding

    def _check_account(self, connection: Connection) -> None:
        accounts = self._work.accounts.records(connection, RecordKind.PROFILE)
        if not any(one.approval is Approval.APPROVED or one.live is not None for one in accounts):
            raise Refused(problem("sa.port.account_first", source="seed 4.3.2"))

    def _check_taken(self, connection: Connection, port: Port, port_id: int) -> None:
        for record in self._work.accounts.records(connection, RecordKind.PORT):
            other = record.content
            if (
                record.id != port_id
                and isinstance(other, Port)
                and (other.type, other.number) == (port.type, port.number)
                and port.number
            ):
                raise Refused(problem("sa.port.taken", "number", number=port.number))

    def _row(self, connection: Connection, record: ServiceRecord) -> PortRow:
        return self._row_of(self._records.book(connection), record)

    def _row_of(self, book: Book, record: ServiceRecord) -> PortRow:
        content = record.content
        assert isinstance(content, Port)
        profiles = book.records[RecordKind.PROFILE]
        names = {one.id: one.content.name for one in profiles if isinstance(one.content, Profile)}
        return PortRow(
            record=self._records.row(book, record),
            number=content.number,
            signatures=content.signatures,
            bindings=tuple(
                BindingRow(
                    one.id,
                    one.binding.account_id,
                    names.get(one.binding.account_id, ""),
                    one.binding.signatures,
                    one.binding.regions,
                    one.created_ms,
                )
                for one in book.bindings
                if one.binding.port_id == record.id
            ),
            authorised=tuple(
                one.live.name
                for one in profiles
                if one.life is Life.IN_EFFECT
                and isinstance(one.live, Profile)
                and one.live.auto_port
                and set(one.live.signatures) & set(content.signatures)
            ),
        )
