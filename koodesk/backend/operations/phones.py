# SPDX-License-Identifier: Apache-2.0
"""Phones (终端): a shelf of simulated phones, what lies in their inboxes, each message as its recipient got it, and taps.

What lies in an inbox the ledger knows; what a message was the engine tells, and the card is drawn from the version that
was sent, found by the digest the campaign was confirmed with. A later edit of the card changes nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.sent_content import Letters, card_text, sent_card, sent_video
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.phones import PhoneGateway, PhoneRecord, PhoneStore, ReceivedRow, ToldMessage
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.phones import Inbox, InboxRow, PhoneMessage, PhoneRow, ReceiptLine
from koodesk.backend.views.service_account import AccountEffects
from koodesk.domain.campaign import CampaignKind, Snapshot, decode
from koodesk.domain.carrier import Carrier, Segments
from koodesk.domain.phone import PhoneDraft, check_phone, number_of
from koodesk.domain.phone_tap import OPENED, Component, components
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.service_account.clicks import SHORTCUT, tap_on
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.domain.video_sms.template import VideoTemplate

AccountShown = Callable[[str, str, Vendor, int], AccountEffects | None]
"""What a service account shows: signature, region, vendor, instant of the gateway's clock (0 is now). None for an instant of which nobody
wrote it down."""

INBOX: Final = 200
"""Messages an inbox shows; older ones are told to be there."""

NUMBERS: Final = "kooMessage:recipientNumber:get"
"""The right to see whole numbers; without it they are masked."""


def mask(number: int) -> str:
    """Return a number as those see it who may not see it whole: 138****0001."""
    text = str(number)
    return f"{text[:3]}****{text[-4:]}"


class Phones:
    """The phones of one workspace. `pack` are the rules of cards in use, `now_ms` is the gateway's clock, `wake` gets receipts fetched, `region` names the place
    of a number's segment, `kinds` are the kinds of campaign one may see (it raises Refused for none),
    `letters` are those a video SMS asks for, `account` is
    what a service account shows with a signature, in a region, on a vendor's phone."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: PhoneStore,
        gateway: PhoneGateway,
        pack: Callable[[], RulePack],
        segments: Segments,
        region: Callable[[int], str],
        clock: Clock,
        now_ms: Callable[[], int],
        wake: Callable[[], None],
        kinds: Callable[[], tuple[CampaignKind, ...]],
        letters: Letters,
        account: AccountShown,
    ) -> None:
        self.access: Final = access
        self._work = work
        self._store = store
        self._gateway = gateway
        self._pack = pack
        self._segments = segments
        self._region = region
        self._clock = clock
        self._now_ms = now_ms
        self._wake = wake
        self._kinds = kinds
        self._letters = letters
        self._account = account

    # --- the shelf -------------------------------------------------------------------------------------------

    @needs("kooMessage:phone:list")
    def list(self) -> tuple[PhoneRow, ...]:
        """Return the phones: one of each vendor, then those people added."""
        with self._work.read() as connection:
            records = self._store.phones(connection)
        return tuple(map(self._row, records))

    @needs("kooMessage:phone:update")
    def add(self, draft: PhoneDraft) -> PhoneRow:
        """Put a phone on the shelf. Raises Refused: phone.*, text.*"""
        return self._put(self._checked(draft, PhoneRecord(0, "", "", "", "", 0, own=True)))

    @needs("kooMessage:phone:update")
    def change(self, phone_id: int, draft: PhoneDraft) -> PhoneRow:
        """Change a phone. One that stood there from the beginning keeps its name and vendor. Raises Refused: phone.*, text.*"""
        return self._put(self._checked(draft, self._record(phone_id)))

    @needs("kooMessage:phone:update")
    def set_number(self, phone_id: int, number: str) -> PhoneRow:
        """Give a phone a number, in any spelling a number file may have; empty takes it away. Raises Refused (phone.number)."""
        found = self._record(phone_id)
        return self._put(replace(found, number=self._number(number)))

    @needs("kooMessage:phone:update")
    def delete(self, phone_id: int) -> None:
        """Take a phone off the shelf. Raises Refused: phone.unknown, phone.stays for one of those that always stand there."""
        if not self._record(phone_id).own:
            raise Refused(problem("phone.stays", id=phone_id))
        with self._work.write() as connection:
            self._store.delete(connection, phone_id)

    @needs(NUMBERS)
    def suggest(self, vendor: Vendor, limit: int = 5) -> tuple[tuple[str, str], ...]:
        """Return (number, campaign) of recent recipients with a vendor's phone, then of those nobody asked about."""
        with self._work.read() as connection:
            found = self._store.numbers_of(connection, vendor.value, limit)
        return tuple((str(number), campaign) for number, campaign in found)

    # --- messages --------------------------------------------------------------------------------------------

    @needs("kooMessage:phone:list")
    def inbox(self, phone_id: int) -> Inbox:
        """Return what a phone got, newest first; nothing for a phone without a number. Raises Refused (phone.unknown)."""
        record = self._record(phone_id)
        rows = self._received(record.number) if record.number else ()
        arrived = tuple(row for row in rows if row.sms is not False)[:INBOX]
        with self._work.read() as connection:
            read = self._store.read(connection, [row.message_id for row in arrived])
        return Inbox(
            self._row(record),
            tuple(_inbox_row(row, opened=row.message_id in read) for row in arrived),
            sum(row.sms is False for row in rows),
            len(rows) > INBOX,
        )

    @needs("kooMessage:phone:list")
    def open(
        self, message_id: str, vendor: Vendor | None = None, region: str = "", *, as_sent: bool = False
    ) -> PhoneMessage:
        """Return a message as its recipient got it, on a phone of a vendor: without one, of the number's own.

        `region` is where the phone is: a service account may hold there only. A phone shows the account as it is now; `as_sent`
        asks for what it showed when the message was sent, as far as that was written down.

        Raises Refused: phone.message for a message no campaign sent, gateway.* (the engine tells what it was).
        """
        row, snapshot = self._message(message_id)
        told = self._gateway.told(message_id)
        now = self._now_ms()
        with self._work.read() as connection:
            here = self._store.arrived(connection, [one.id for one in told.receipts])
            opted = [o for o in self._store.opt_outs(connection, told.number) if o.signature == row.signature]
        template, video, digest, same = self._content(told, snapshot)
        shown_on = vendor or _vendor(told.vendor) or Vendor.HUAWEI
        why = _why_no_card(told, shown_on, now)
        present = self._account(row.signature, region, shown_on, 0) or AccountEffects()
        past = self._account(row.signature, region, shown_on, told.at_ms)
        return PhoneMessage(
            message_id=message_id,
            campaign_id=row.campaign_id,
            campaign=row.campaign,
            kind=told.kind,
            number=self._shown(told.number),
            signature=row.signature,
            vendor=told.vendor,
            shown_on=shown_on.value,
            carrier=self._segments.carrier(told.number).value,
            at_ms=told.at_ms,
            now_ms=now,
            delivered_ms=told.delivered_ms,
            failed=told.failed,
            expires_ms=told.expires_ms,
            card=not why,
            why_no_card=why,
            text=told.text,
            link=told.link,
            params=told.params,
            digest=digest,
            same=same,
            template=template,
            video=video,
            components=self._components(template),
            receipts=tuple(ReceiptLine(*one, one.id in here) for one in told.receipts),
            opted_out_ms=opted[0].at_ms if opted else 0,
            account=past if as_sent and past is not None else present,
            account_then=as_sent and past is not None,
            account_differs=None if past is None else past != present,
            jump_url=told.jump_url,
        )

    @needs("kooMessage:phone:tap")
    def tap(self, message_id: str, what: str, text: str = "") -> tuple[ReceiptLine, ...]:
        """Look at a card ("exposed"), tap what is on it ("button:5", "image:1") or write back ("reply" with its text).

        Returns the receipts this made; they come back to the ledger like all others. Raises Refused: phone.message,
        gateway.refused with the engine's reason (KD.TAP.*), gateway.unreachable.
        """
        self._message(message_id)
        return self._tapped(message_id, what, text)

    @needs("kooMessage:phone:tap")
    def look(self, message_id: str, *, card: bool) -> tuple[ReceiptLine, ...]:
        """Open a message as its owner does: it is read from now on, and a card that is shown reports that it was looked at.

        Returns the receipts this made. Raises Refused as `tap`.
        """
        self._message(message_id)
        made = self._tapped(message_id, OPENED, "") if card else ()
        with self._work.write() as connection:
            self._store.mark_read(connection, message_id, self._clock.now_ms())
        return made

    @needs("kooMessage:phone:tap")
    def tap_account(
        self, message_id: str, kind: str, item: str, pub: str, vendor: Vendor, region: str = ""
    ) -> bool:
        """Tap the menu ("menu:1.2"), the home page ("logo", "hotline:1", "quick_app:1") or a shortcut ("shortcut:1") on a
        phone of a vendor in a region (as `open`).

        Returns whether the tap counts for the bill. Raises Refused as `tap`, and phone.account.gone for what that phone does
        not show now: the account may have been frozen since somebody looked.
        """
        row, _ = self._message(message_id)
        shown = self._account(row.signature, region, vendor, 0) or AccountEffects()
        if not _stands_on(shown, kind, item, pub):
            raise Refused(problem("phone.account.gone", "item", item=item[:40]))
        return self._gateway.tap_account(message_id, kind, item, pub)

    # --- inside ----------------------------------------------------------------------------------------------

    def _tapped(self, message_id: str, what: str, text: str) -> tuple[ReceiptLine, ...]:
        made = self._gateway.tap(message_id, what, text)
        self._wake()
        return tuple(ReceiptLine(*one, arrived=False) for one in made)

    def _received(self, number: int) -> tuple[ReceivedRow, ...]:
        kinds = self._kinds()
        with self._work.read() as connection:
            return self._store.received(connection, number, [kind.value for kind in kinds], INBOX + 1)

    def _message(self, message_id: str) -> tuple[ReceivedRow, Snapshot]:
        kinds = self._kinds()
        with self._work.read() as connection:
            found = self._store.of_message(connection, message_id)
        if found is None or CampaignKind(found[0].kind) not in kinds:
            raise Refused(problem("phone.message", id=message_id[:40]))
        return found[0], decode(found[1])

    def _content(
        self, told: ToldMessage, snapshot: Snapshot
    ) -> tuple[Template | None, VideoTemplate | None, str, bool]:
        """Return the card or video SMS that was sent, the digest it was confirmed with, and whether it has that digest."""
        with self._work.read() as connection:
            if told.kind == "smart":
                digest = snapshot.card_digest
                template, same = sent_card(
                    card_text(self._work, connection, snapshot.card_id, digest), digest
                )
                return template, None, digest, same
            if told.kind == "plain":
                return None, None, "", True  # its text is all there is
            digest = snapshot.video_digest
            number = snapshot.video_template_id
            versions = self._store.video_versions(connection, number) or self._work.sent.videos(
                connection, number
            )
        video, same = sent_video(versions, digest, told.sign or snapshot.signature, self._letters)
        return None, video, digest, same

    def _components(self, template: Template | None) -> tuple[Component, ...]:
        layout = self._pack().layouts.get(template.layout) if template else None
        return components(template, layout) if template and layout else ()

    def _record(self, phone_id: int) -> PhoneRecord:
        with self._work.read() as connection:
            found = self._store.phone(connection, phone_id)
        if found is None:
            raise Refused(problem("phone.unknown", id=phone_id))
        return found

    def _put(self, record: PhoneRecord) -> PhoneRow:
        with self._work.write() as connection:
            phone_id = self._store.put(connection, record, self._clock.now_ms())
        return self._row(self._record(phone_id))

    def _checked(self, draft: PhoneDraft, record: PhoneRecord) -> PhoneRecord:
        """Return a record with what a draft says; one that always stands there keeps its name and vendor."""
        if not record.own:
            draft = replace(draft, name=record.vendor, vendor=Vendor(record.vendor))
        found = check_phone(draft)
        if found:
            raise Refused(*found)
        return replace(
            record,
            name=draft.name.strip() if record.own else record.name,
            vendor=draft.vendor.value,
            carrier=draft.carrier.value if draft.carrier else "",
            region=draft.region.strip(),
            number=self._number(draft.number),
        )

    def _number(self, text: str) -> int:
        if not text.strip():
            return 0
        try:
            return number_of(text)
        except ValueError as wrong:
            raise Refused(problem("phone.number", "number", actual=len(text.strip()))) from wrong

    def _row(self, record: PhoneRecord) -> PhoneRow:
        carrier, region = record.carrier, record.region
        if record.number:
            known = self._segments.carrier(record.number)
            carrier = carrier or (known.value if known is not Carrier.UNKNOWN else "")
            region = region or self._region(record.number)
        return PhoneRow(
            record.id,
            record.name,
            record.vendor,
            carrier,
            region,
            self._shown(record.number) if record.number else "",
            record.own,
            bool(record.carrier),
            bool(record.region),
        )

    def _shown(self, number: int) -> str:
        return str(number) if self.access.may(NUMBERS).allowed else mask(number)


def _inbox_row(row: ReceivedRow, *, opened: bool) -> InboxRow:
    return InboxRow(
        row.campaign_id,
        row.campaign,
        row.kind,
        row.test,
        row.signature,
        row.message_id,
        row.at_ms,
        row.sms_ms if row.sms else 0,
        row.exposed_ms,
        row.clicked_ms,
        row.replied_ms,
        opened or bool(row.exposed_ms or row.clicked_ms or row.replied_ms),
    )


def _stands_on(shown: AccountEffects, kind: str, item: str, pub: str) -> bool:
    """Tell whether a place is among what a phone shows of service accounts."""
    if kind == SHORTCUT:
        return any((pub, item) == (str(record), f"{SHORTCUT}:{button}") for record, button in shown.places)
    return pub == str(shown.account_id) and tap_on(kind, item, shown.menu, shown.home) is not None


def _vendor(name: str) -> Vendor | None:
    return Vendor(name) if name in {one.value for one in Vendor} else None


def _why_no_card(told: ToldMessage, vendor: Vendor, now_ms: int) -> str:
    """Return why a phone shows no card: "video", "plain", "expired", "text" (its number was sent the text alone) or "vendor";
    empty where it does."""
    if told.kind != "smart":
        return told.kind
    if now_ms >= told.expires_ms:
        return "expired"
    if not told.card_sent:
        return "text"
    return "" if vendor.value in told.card_vendors else "vendor"
