# SPDX-License-Identifier: Apache-2.0
"""Who opted out (退订): looking, adding by hand or from a file, taking off with a reason, taking out with a reason.

A number is opted out of one signature. It is taken out of what has not left yet in the transaction that writes it down,
as a reply is (`storage.stores.sending_opt_outs`). Numbers are shown masked unless one may see whole ones.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.table_export import Cell, write_table
from koodesk.backend.ports.audience import NumberFiles, RowBlock
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.exports import Options, Prepared
from koodesk.backend.ports.opt_outs import OptOutEvent, OptOutPlace, OptOutRecord, OptOutStore
from koodesk.backend.ports.progress import Cancel, Report, never, silent
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.desk import OptOutAdded, OptOutChange, OptOutPage, OptOutRow, OptOutSignature
from koodesk.domain.export_job import FORMATS
from koodesk.domain.opt_out import OptOutSource, check_reason
from koodesk.domain.phone_number import normalise
from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipient import masked

PAGE_LIMIT: Final = 1_000
HAND_LIMIT: Final = 1_000
"""Numbers of one addition by hand; more come from a file."""
SEE_NUMBERS: Final = "kooMessage:recipientNumber:get"
COLUMNS: Final = ("number", "signature", "at", "source", "campaign", "by")
_KINDS: Final = (".xlsx", ".csv")


class OptOuts:
    """The list of one workspace. `now_ms` is the gateway's clock, by which replies are dated."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: OptOutStore,
        files: NumberFiles,
        clock: Clock,
        now_ms: Callable[[], int],
    ) -> None:
        self.access: Final = access
        self._work = work
        self._store = store
        self._files = files
        self._clock = clock
        self._gateway_now = now_ms
        self._hidden = secrets.randbits(62)

    @needs("koodesk:optOut:list")
    def signatures(self) -> tuple[OptOutSignature, ...]:
        """Return every signature with how many numbers opted out of it."""
        with self._work.read() as connection:
            return tuple(OptOutSignature(*one) for one in self._store.signatures(connection))

    @needs("koodesk:optOut:list")
    def page(self, signature: str = "", digits: str = "", after: str = "", limit: int = 200) -> OptOutPage:
        """Return entries newest first; go on with `next` until it is empty.

        `digits`: a whole number, its last four or its first three. Raises Refused: opt_out.digits, opt_out.limit.
        """
        wanted = "".join(digits.split())
        if wanted and not (wanted.isascii() and wanted.isdecimal() and len(wanted) in (3, 4, 11)):
            raise Refused(problem("opt_out.digits", "digits", actual=len(wanted)))
        if not 1 <= limit <= PAGE_LIMIT:
            raise Refused(problem("opt_out.limit", "limit", limit=PAGE_LIMIT, actual=limit))
        with self._work.read() as connection:
            found = self._store.page(connection, signature, wanted, self._place(after), limit)
        following = self._mark(found[-1]) if len(found) == limit else ""
        whole = self.access.may(SEE_NUMBERS).allowed
        return OptOutPage(tuple(self._row(one, whole) for one in found), following)

    @needs("koodesk:optOut:list")
    def changes(self, limit: int = 100) -> tuple[OptOutChange, ...]:
        """Return what people did to the list, newest first."""
        with self._work.read() as connection:
            found = self._store.events(connection, min(limit, PAGE_LIMIT))
        return tuple(
            OptOutChange(
                one.at_ms,
                one.what,
                one.signature,
                "" if one.number is None else masked(one.number),
                one.by,
                one.reason,
                one.count,
            )
            for one in found
        )

    @needs("koodesk:optOut:create")
    def add(self, signature: str, text: str) -> OptOutAdded:
        """Write down numbers that were typed in, one a line or parted by commas and spaces.

        Raises Refused: opt_out.signature, opt_out.none, opt_out.too_many, and every line that is no number; then none is
        written down.
        """
        self._known(signature)
        given = [one for one in text.replace(",", " ").replace("，", " ").replace("、", " ").split() if one]
        if not given:
            raise Refused(problem("opt_out.none", "numbers"))
        if len(given) > HAND_LIMIT:
            raise Refused(problem("opt_out.too_many", "numbers", limit=HAND_LIMIT, actual=len(given)))
        outcomes = [(one, normalise(one)) for one in given]
        wrong = [(one, found) for one, found in outcomes if isinstance(found, str)]
        if wrong:
            raise Refused(problem("opt_out.not_a_number", "numbers", text=wrong[0][0][:20], count=len(wrong)))
        numbers = sorted({found.number for _, found in outcomes if not isinstance(found, str)})
        now, who = self._now(), self.access.principal.name
        with self._work.write() as connection:
            new = self._store.add(connection, signature, numbers, now, OptOutSource.HAND.value, who)
            one = numbers[0] if len(numbers) == 1 else None
            self._store.note(connection, OptOutEvent(now, "add", signature, one, who, "", new))
        return OptOutAdded(new, len(numbers) - new, 0)

    @needs("koodesk:optOut:create")
    def import_file(
        self, signature: str, path: Path, progress: Report = silent, cancel: Cancel = never
    ) -> OptOutAdded:
        """Write down the numbers of an xlsx or csv with a column 手机号, block by block as they are read.

        Rows that hold no number are counted and left out. Raises Refused: opt_out.signature, opt_out.file_kind, reader.*,
        audience.header; what was read before stays: nobody is written to by mistake because an import broke off.
        """
        self._known(signature)
        if path.suffix.lower() not in _KINDS:
            raise Refused(problem("opt_out.file_kind", "file", kinds=" ".join(_KINDS), actual=path.suffix))
        now, who, new = self._now(), self.access.principal.name, 0

        def add(block: RowBlock) -> None:
            nonlocal new
            if block.valid == b"[]":
                return
            with self._work.write() as connection:
                new += self._store.add(
                    connection, signature, block.valid, now, OptOutSource.IMPORT.value, who
                )

        try:
            summary = self._files.read(path, None, add, progress, cancel)
        finally:
            if new:
                with self._work.write() as connection:
                    self._store.note(connection, OptOutEvent(now, "import", signature, None, who, "", new))
        return OptOutAdded(new, summary.valid - new + summary.duplicate, summary.invalid)

    @needs("koodesk:optOut:delete")
    def remove(self, signature: str, number: int | str, reason: str) -> None:
        """Take a number off a signature's list: it may be written to again. `number` may be the `ref` of a row.

        Raises Refused: opt_out.reason.*, opt_out.not_a_number, opt_out.unknown.
        """
        found = check_reason(reason)
        if found:
            raise Refused(*found)
        plain = self._number(number)
        now, who = self._now(), self.access.principal.name
        with self._work.write() as connection:
            if not self._store.remove(connection, signature, plain):
                raise Refused(problem("opt_out.unknown", "number", signature=signature))
            self._store.note(connection, OptOutEvent(now, "remove", signature, plain, who, reason.strip(), 1))

    @needs("koodesk:optOut:export")
    def prepare(self, options: Options) -> Prepared:
        """Prepare the export of the list with whole numbers: `reason`, and `signature` for those of one; `title`, `headings`.

        The row that says so is durable before the first number leaves. Raises Refused: opt_out.reason.*.
        """
        reason, signature = str(options["reason"]), str(options.get("signature", ""))
        found = check_reason(reason)
        if found:
            raise Refused(*found)
        now, who = self._now(), self.access.principal.name
        with self._work.write() as connection:
            self._store.note(connection, OptOutEvent(now, "export", signature, None, who, reason.strip(), 0))
            total = sum(n for name, n in self._store.signatures(connection) if signature in ("", name))
        headings = options.get("headings") or {}
        titles = [str(headings.get(name, name)) for name in COLUMNS]

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            return write_table(path, titles, self._cells(signature), progress, cancel, total)

        return Prepared(str(options.get("title", "")), FORMATS[:2], total, write)

    def _cells(self, signature: str) -> Iterator[list[Cell]]:
        after = OptOutPlace()
        while True:
            with self._work.read() as connection:
                found = self._store.page(connection, signature, "", after, PAGE_LIMIT)
            for one in found:
                yield [str(one.number), one.signature, one.at_ms, one.source, one.campaign, one.by]
            if len(found) < PAGE_LIMIT:
                return
            after = OptOutPlace(found[-1].at_ms, found[-1].number)

    def _known(self, signature: str) -> None:
        with self._work.read() as connection:
            names = {name for name, _ in self._store.signatures(connection)}
        if signature not in names:
            raise Refused(problem("opt_out.signature", "signature", name=signature[:40]))

    def _now(self) -> int:
        """Return the gateway's clock; opting out must work while it is away, then by the machine's."""
        try:
            return self._gateway_now()
        except Refused:
            return self._clock.now_ms()

    # A row is named, and a page goes on, without saying a number that one may not see.

    def _row(self, one: OptOutRecord, whole: bool) -> OptOutRow:
        return OptOutRow(
            ref=f"#{one.number ^ self._hidden:x}",
            number=str(one.number) if whole else masked(one.number),
            signature=one.signature,
            at_ms=one.at_ms,
            source=OptOutSource(one.source) if one.source in set(OptOutSource) else OptOutSource.HAND,
            campaign_id=one.campaign_id,
            campaign=one.campaign,
            by=one.by,
        )

    def _number(self, given: int | str) -> int:
        if isinstance(given, str) and given.startswith("#"):
            try:
                return int(given[1:], 16) ^ self._hidden
            except ValueError:
                raise Refused(problem("opt_out.not_a_number", "number", text="", count=1)) from None
        outcome = normalise(str(given))
        if isinstance(outcome, str):
            raise Refused(problem("opt_out.not_a_number", "number", text=str(given)[:20], count=1))
        return outcome.number

    def _mark(self, one: OptOutRecord) -> str:
        return f"{one.at_ms:x}#{one.number ^ self._hidden:x}"

    def _place(self, mark: str) -> OptOutPlace:
        if not mark:
            return OptOutPlace()
        at, _, number = mark.partition("#")
        try:
            return OptOutPlace(int(at, 16), int(number, 16) ^ self._hidden)
        except ValueError:
            raise Refused(problem("opt_out.limit", "after", limit=PAGE_LIMIT, actual=0)) from None
