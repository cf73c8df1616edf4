# SPDX-License-Identifier: Apache-2.0
"""Service accounts (服务号资料管理): profile, menu and home page, each reviewed for itself; freeze, unfreeze, urge; and what
a message shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.service_account_effects import effects
from koodesk.backend.operations.service_account_history import remember
from koodesk.backend.operations.service_account_records import REVIEW, AccountRecords, Book
from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.files import Letters, PaperFiles
from koodesk.backend.ports.materials import MaterialFiles
from koodesk.backend.ports.service_account import AccountGateway, ServiceRecord
from koodesk.backend.views.service_account import AccountEffects, AccountRow
from koodesk.domain.papers import Paper
from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.service_account.binding import authorised_overlap
from koodesk.domain.service_account.checks import Checker
from koodesk.domain.service_account.states import Approval, Life, LifeEvent, advance_life
from koodesk.domain.service_account.values import (
    Content,
    HomePage,
    Menu,
    Port,
    Profile,
    RecordKind,
    ServicePicture,
)
from koodesk.domain.vendor import Vendor

THREE: Final = (RecordKind.PROFILE, RecordKind.MENU, RecordKind.HOME)
"""The three records of an account, in the order of the wizard."""

LETTER: Final = "aim_authorization"
MEDIA_TYPES: Final = {"png": "image/png", "jpg": "image/jpeg"}


class ServiceAccounts:
    """The service accounts of one workspace."""

    def __init__(
        self,
        access: Access,
        records: AccountRecords,
        filings: Filings,
        gateway: AccountGateway,
        papers: PaperFiles,
        letters: Letters,
        pictures: MaterialFiles,
    ) -> None:
        self.access: Final = access
        self._records: Final = records
        self._work: Final = records.work
        self._filings = filings
        self._gateway = gateway
        self._papers = papers
        self._letters = letters
        self._pictures = pictures

    @property
    def checker(self) -> Checker:
        """The rules and regions forms are checked by; the same for everybody, so that they need no right."""
        return self._records.checker

    @needs("kooMessage:aimSaPub:list")
    def list(self) -> tuple[AccountRow, ...]:
        """Return the accounts, newest first."""
        with self._work.read() as connection:
            book = self._records.book(connection)
            return tuple(self._row_of(book, record) for record in book.records[RecordKind.PROFILE])

    @needs("kooMessage:aimSaPub:list")
    def get(self, account_id: int) -> AccountRow:
        """Return one account. Raises Refused("sa.unknown")."""
        with self._work.read() as connection:
            return self._row(connection, self._records.get(connection, account_id, RecordKind.PROFILE))

    @needs("kooMessage:aimSaPub:create")
    def create(
        self, profile: Profile | None = None, menu: Menu | None = None, home: HomePage | None = None
    ) -> AccountRow:
        """Store a new account as a draft; what is not given stays empty. Nothing is handed in.

        Raises Refused("filing.needed_service_account") until the filing is approved (seed 4.3.2).
        """
        with self._work.write() as connection:
            self._filings.check_account_cleared(connection)
            made = self._records.make(connection, RecordKind.PROFILE, profile or Profile())
            self._records.make(connection, RecordKind.MENU, menu or Menu(), made.id)
            self._records.make(connection, RecordKind.HOME, home or HomePage(), made.id)
            return self._row(connection, made)

    @needs("kooMessage:aimSaPub:update")
    def save_profile(self, account_id: int, profile: Profile, revision: int) -> AccountRow:
        """Save the profile over the revision one started from; half-filled ones are saved too.

        Raises Refused: sa.unknown, sa.saved_meanwhile, sa.under_review, sa.illegal_life.
        """
        return self._save(account_id, RecordKind.PROFILE, profile, revision)

    @needs("kooMessage:aimSaMenu:update")
    def save_menu(self, account_id: int, menu: Menu, revision: int) -> AccountRow:
        """Save the menu. Raises Refused as `save_profile`."""
        return self._save(account_id, RecordKind.MENU, menu, revision)

    @needs("kooMessage:aimSaPortal:update")
    def save_home(self, account_id: int, home: HomePage, revision: int) -> AccountRow:
        """Save the home page. Raises Refused as `save_profile`."""
        return self._save(account_id, RecordKind.HOME, home, revision)

    @needs("kooMessage:aimSaPub:create")
    def submit(self, account_id: int, reasons: Mapping[RecordKind, str] | None = None) -> AccountRow:
        """提交: hand in whichever of the three is not approved as it stands; three separate reviews. `reasons` say why what is
        in effect is changed (change_reason), for each that is.

        Raises Refused: filing.needed_service_account, sa.* for everything wrong in any of them, gateway.* (saved, handed
        in by the next `sync`).
        """
        return self._submit(account_id, THREE, reasons or {})

    @needs("kooMessage:aimSaPub:update")
    def submit_profile(self, account_id: int, reason: str = "") -> AccountRow:
        """Hand in the profile alone. Raises Refused as `submit`."""
        return self._submit(account_id, (RecordKind.PROFILE,), {RecordKind.PROFILE: reason})

    @needs("kooMessage:aimSaMenu:update")
    def submit_menu(self, account_id: int, reason: str = "") -> AccountRow:
        """Hand in the menu alone. Raises Refused as `submit`."""
        return self._submit(account_id, (RecordKind.MENU,), {RecordKind.MENU: reason})

    @needs("kooMessage:aimSaPortal:update")
    def submit_home(self, account_id: int, reason: str = "") -> AccountRow:
        """Hand in the home page alone. Raises Refused as `submit`."""
        return self._submit(account_id, (RecordKind.HOME,), {RecordKind.HOME: reason})

    @needs("kooMessage:aimSaPub:freeze")
    def freeze(self, account_id: int, reason: str) -> AccountRow:
        """冻结: phones show nothing of the account from now on, and no tap on it counts.

        Raises Refused: sa.freeze.*, sa.illegal_life, gateway.* (nothing is frozen then: the platform must know).
        """
        words, most = reason.strip(), self.checker.rules.limit("profile.freeze_reason")
        if not words:
            raise Refused(problem("sa.freeze.no_reason", "reason", source=most.source))
        if len(words) > most.value:
            raise Refused(
                problem(
                    "sa.freeze.too_long", "reason", source=most.source, limit=most.value, actual=len(words)
                )
            )
        unseen = unseen_characters(words, "reason", lines=True)
        if unseen:
            raise Refused(*unseen)
        with self._work.read() as connection:
            advance_life(self._records.get(connection, account_id, RecordKind.PROFILE).life, LifeEvent.FREEZE)
        self._gateway.freeze(str(account_id), words)
        at_ms = self._records.gateway_ms()
        with self._work.write() as connection:
            record = self._records.get(connection, account_id, RecordKind.PROFILE)
            life = advance_life(record.life, LifeEvent.FREEZE)
            record = self._work.accounts.put(connection, replace(record, life=life, freeze_reason=words))
            remember(self._work, connection, at_ms)
            return self._row(connection, record)

    @needs("kooMessage:aimSaPub:freeze")
    def unfreeze(self, account_id: int) -> AccountRow:
        """解冻: hands the profile in once more; the account is in effect again when it is approved [SDK].

        Raises Refused: sa.illegal_life, sa.* for what is wrong with the profile, gateway.* (saved).
        """
        with self._work.write() as connection:
            record = self._records.get(connection, account_id, RecordKind.PROFILE)
            life = advance_life(record.life, LifeEvent.UNFREEZE)
            self._records.demand(record, self._records.book(connection).others(record))
            record = self._work.accounts.put(
                connection, replace(record, life=life, freezes=record.freezes + 1, freeze_reason="")
            )
            submission = self._records.intend(connection, record)
        self._records.hand_in(submission)
        return self.get(account_id)

    @needs("kooMessage:aimSaMenu:push")
    def urge_menu(self, account_id: int) -> AccountRow:
        """催审 the menu. Raises Refused: sa.urge.account_first, sa.urge.not_waiting, sa.urge.once, gateway.*."""
        return self._urge(account_id, RecordKind.MENU)

    @needs("kooMessage:aimSaPortal:push")
    def urge_home(self, account_id: int) -> AccountRow:
        """催审 the home page. Raises Refused as `urge_menu`."""
        return self._urge(account_id, RecordKind.HOME)

    @needs("kooMessage:aimSaPub:delete")
    def delete(self, account_id: int) -> None:
        """Delete a draft that was never handed in: the platform has no way to delete an account.

        Raises Refused: sa.delete.handed_in, sa.delete.bound.
        """
        with self._work.write() as connection:
            record = self._records.get(connection, account_id, RecordKind.PROFILE)
            numbers = [
                self._records.book(connection).number(one.binding.port_id)
                for one in self._work.accounts.bindings(connection)
                if one.binding.account_id == account_id
            ]
            if numbers:
                raise Refused(problem("sa.delete.bound", names="、".join(numbers[:5]), count=len(numbers)))
            if not self._row(connection, record).draft:
                raise Refused(problem("sa.delete.handed_in"))
            self._work.accounts.delete(connection, account_id)

    # --- files -----------------------------------------------------------------------------------------------

    @needs("kooMessage:aimSaMedia:create")
    def add_paper(self, path: Path, kind: RecordKind = RecordKind.PROFILE) -> Paper:
        """Store an authorisation picture for a profile, channel number or shortcut. Raises Refused("paper.*")."""
        names = {RecordKind.PORT: "port", RecordKind.SHORTCUT: "shortcut"}
        rule = self.checker.rules.papers[names.get(kind, "profile")]
        return self._papers.put(rule.each, "papers", path)

    @needs("kooMessage:aimSaPub:list")
    def picture_path(self, picture: ServicePicture) -> Path:
        """Return where a picture of an account lies, for drawing it: who may see accounts need not see the gallery."""
        return self._pictures.path(picture.digest, MEDIA_TYPES[picture.type])

    @needs("kooMessage:aimSaPub:list")
    def sample_letter(self, path: Path) -> None:
        """Write the sample of 《华为智能信息授权书》 (.docx). Raises Refused: file.not_written."""
        self._letters.write(LETTER, path)

    # --- effect ----------------------------------------------------------------------------------------------

    @needs("kooMessage:aimSaPub:list")
    def effects_on(self, signature: str, region: str = "", vendor: Vendor = Vendor.HUAWEI) -> AccountEffects:
        """Return what a message with an SMS signature shows on a phone of a vendor in a region.

        `signature` is without 【】. `region` is a code of the region tree or a place as people write it ("广东省广州市"); a phone
        nobody knows the place of is reached by what holds nationwide only. Equal signatures count, nothing else (seed 4.3.2).
        """
        with self._work.read() as connection:
            return effects(connection, self._work.accounts, self.checker, signature, region, vendor)

    # --- inside ----------------------------------------------------------------------------------------------

    def _save(self, account_id: int, kind: RecordKind, content: Content, revision: int) -> AccountRow:
        with self._work.write() as connection:
            record = self._records.part(connection, account_id, kind)
            self._records.save(connection, record, content, revision)
            return self._row(connection, self._records.get(connection, account_id, RecordKind.PROFILE))

    def _submit(
        self, account_id: int, kinds: tuple[RecordKind, ...], reasons: Mapping[RecordKind, str]
    ) -> AccountRow:
        submissions: list[Submission] = []
        with self._work.write() as connection:
            self._filings.check_account_cleared(connection)
            parts = [self._records.part(connection, account_id, kind) for kind in kinds]
            due = [record for record in parts if self._records.due(record)]
            wrong: list[Problem] = []
            book = self._records.book(connection)
            for record in due:
                found = errors(self._records.check(record, book.others(record)))
                if self._records.needs_reason(record):
                    reason = reasons.get(record.kind, "").strip()
                    found = (*found, *self.checker.change_reason(record.kind, reason))
                wrong += _placed(found, record.kind)
                wrong += self._overlaps(connection, record)
            if wrong:
                raise Refused(*wrong)
            submissions += [
                self._records.intend(
                    connection,
                    record,
                    reasons.get(record.kind, "").strip() if self._records.needs_reason(record) else "",
                )
                for record in due
            ]
        self._records.hand_in(*submissions)
        return self.get(account_id)

    def _overlaps(self, connection: Connection, record: ServiceRecord) -> tuple[Problem, ...]:
        """Say where another account with 签名授权 serves the same signature already."""
        if not isinstance(record.content, Profile):
            return ()
        for other in self._work.accounts.records(connection, RecordKind.PROFILE):
            standing = other.pending or other.live
            if other.id == record.id or other.life is Life.FROZEN or not isinstance(standing, Profile):
                continue
            common = authorised_overlap(record.content, standing, self.checker.regions)
            if common:
                names = "、".join(self.checker.regions.name(code) for code in common[:5])
                return (
                    problem("sa.regions.taken", "regions", source="SDK", name=standing.name, names=names),
                )
        return ()

    def _urge(self, account_id: int, kind: RecordKind) -> AccountRow:
        with self._work.read() as connection:
            account = self._row(connection, self._records.get(connection, account_id, RecordKind.PROFILE))
            record = self._records.part(connection, account_id, kind)
            submission = self._work.submissions.get(
                connection, REVIEW[kind], str(record.id), record.submitted_digest
            )
        if not account.urgeable:
            raise Refused(problem("sa.urge.account_first", source="SDK client"))
        if record.approval is not Approval.WAITING or submission is None:
            raise Refused(problem("sa.urge.not_waiting"))
        if record.urged_ms:
            raise Refused(problem("sa.urge.once"))
        self._gateway.urge(REVIEW[kind].value, submission.ref, submission.wire_digest)
        with self._work.write() as connection:
            record = self._records.part(connection, account_id, kind)
            if record.approval is Approval.WAITING:
                self._work.accounts.put(connection, replace(record, urged_ms=self._records.now_ms()))
        return self.get(account_id)

    def _row(self, connection: Connection, record: ServiceRecord) -> AccountRow:
        return self._row_of(self._records.book(connection), record)

    def _row_of(self, book: Book, record: ServiceRecord) -> AccountRow:
        content = record.content
        assert isinstance(content, Profile)
        bound = [
            book.number(one.binding.port_id) for one in book.bindings if one.binding.account_id == record.id
        ]
        if isinstance(record.live, Profile) and record.live.auto_port:
            bound += [
                port.content.number
                for port in book.records[RecordKind.PORT]
                if isinstance(port.content, Port)
                and set(port.content.signatures) & set(record.live.signatures)
            ]
        profile, menu, home = (self._records.row(book, book.part(record.id, kind)) for kind in THREE)
        return AccountRow(
            id=record.id,
            name=content.name,
            remark=content.remark,
            profile=profile,
            menu=menu,
            home=home,
            ports=tuple(dict.fromkeys(bound)),
        )


def _placed(problems: tuple[Problem, ...], kind: RecordKind) -> tuple[Problem, ...]:
    """Return problems with the record they are of before their place: "pub/name", "sa_menu/menu:1/name"."""
    return tuple(replace(one, where=f"{kind.value}/{one.where}") for one in problems)
