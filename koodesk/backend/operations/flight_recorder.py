# SPDX-License-Identifier: Apache-2.0
"""The flight recorder (飞行记录): everything known of one number, as a time line a campaign.

From the row of the file to the last tap. What the ledger holds is told without the engine; receipts and taps are asked of it
and marked by whether they have come back. A look-up shows personal data, so it has a right of its own and stands in the
audit log like an export, with the number masked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from koodesk.backend.operations.phones import NUMBERS, mask
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.sent_content import card_text, sent_card
from koodesk.backend.ports.phones import PhoneGateway, PhoneStore, ReceiptRow, TraceRow
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.phones import Recorder, RecorderEvent, Recording
from koodesk.domain.campaign import CampaignKind, decode
from koodesk.domain.carrier import Segments
from koodesk.domain.params import substitute
from koodesk.domain.phone import number_of
from koodesk.domain.phone_tap import components, words_on
from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipient import place
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.send_state import Bucket, ChunkState, bucket_of

CAMPAIGNS: Final = 100
"""Campaigns a look-up tells; older ones are told to be there."""


class FlightRecorder:
    """Looks one number up. `region` names the place of a number's segment; `kinds` are the kinds of campaign one may see; `pack`
    are the rules of cards in use."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: PhoneStore,
        gateway: PhoneGateway,
        segments: Segments,
        region: Callable[[int], str],
        kinds: Callable[[], tuple[CampaignKind, ...]],
        pack: Callable[[], RulePack],
    ) -> None:
        self.access: Final = access
        self._work = work
        self._store = store
        self._gateway = gateway
        self._segments = segments
        self._region = region
        self._kinds = kinds
        self._pack = pack

    @needs("kooMessage:flightRecorder:get")
    def look_up(self, number: str, campaign_id: int = 0) -> Recorder:
        """Return everything known of a number, or of its way through one campaign.

        Raises Refused (phone.number). A number nobody sent to has an empty record.
        """
        try:
            found = number_of(number)
        except ValueError as wrong:
            raise Refused(problem("phone.number", "number", actual=len(number.strip()))) from wrong
        return self._record(found, campaign_id, self.access.may(NUMBERS).allowed)

    @needs("kooMessage:flightRecorder:get")
    def of_recipient(self, campaign_id: int, recipient_id: int) -> Recorder:
        """Return the same for a row of the send details, whose number is masked there. Raises Refused (phone.message)."""
        with self._work.read() as connection:
            number = self._store.number_of(connection, campaign_id, recipient_id)
        if number is None:
            raise Refused(problem("phone.message", id=recipient_id))
        return self._record(
            number,
            campaign_id,
            self.access.use(NUMBERS, f"campaign_id={campaign_id}; recipient_id={recipient_id}"),
        )

    def _record(self, number: int, campaign_id: int, shown: bool) -> Recorder:
        """`shown`: the number stands there in full. Who typed it knows it; who came by a masked row has used a right."""
        self.access.about(mask(number))
        kinds = [kind.value for kind in self._kinds()]
        with self._work.read() as connection:
            traces = self._store.traces(connection, number, kinds, campaign_id, CAMPAIGNS + 1)
            repeats = {
                row.audience_id: self._store.repeats(connection, row.audience_id, row.row_no)
                for row in traces
                if row.row_no
            }
            opt_outs = self._store.opt_outs(connection, number)
        receipts: dict[str, tuple[ReceiptRow, ...]] = {}
        unheard = False
        for row in traces[:CAMPAIGNS]:
            if row.message_id and not unheard:
                try:
                    receipts[row.message_id] = self._gateway.told(row.message_id).receipts
                except Refused as refusal:
                    unheard = any(one.code == "gateway.unreachable" for one in refusal.problems)
        ids = [one.id for told in receipts.values() for one in told]
        with self._work.read() as connection:
            arrived = self._store.arrived(connection, ids)
        out = {one.signature: one.at_ms for one in opt_outs}
        recordings = tuple(
            Recording(
                row.campaign_id,
                row.campaign,
                row.kind,
                row.test,
                row.signature,
                row.state,
                row.message_id,
                _digest(row),
                tuple(
                    _events(
                        row,
                        tuple(one.row_no for one in repeats.get(row.audience_id, ())),
                        receipts.get(row.message_id, ()),
                        arrived,
                        out.get(row.signature, 0),
                        self._buttons(row, receipts.get(row.message_id, ())),
                    )
                ),
            )
            for row in traces[:CAMPAIGNS]
        )
        return Recorder(
            number=str(number) if shown else mask(number),
            carrier=self._segments.carrier(number).value,
            region=self._region(number),
            recordings=recordings,
            opt_outs=tuple((one.signature, one.at_ms, one.source) for one in opt_outs),
            unheard=unheard,
            more=len(traces) > CAMPAIGNS,
        )

    def _buttons(self, row: TraceRow, receipts: tuple[ReceiptRow, ...]) -> dict[str, str]:
        """Return the words on the buttons of the card that was sent, by their codes, as this recipient got them."""
        if not any(one.kind == "clicked" for one in receipts):
            return {}
        snapshot = decode(row.snapshot)
        with self._work.read() as connection:
            text = card_text(self._work, connection, snapshot.card_id, snapshot.card_digest)
        template, _ = sent_card(text, snapshot.card_digest)
        layout = self._pack().layouts.get(template.layout) if template else None
        if template is None or layout is None:
            return {}
        values = {str(name): str(value) for name, value in json.loads(row.params).items()}
        found = components(template, layout)
        codes = {one.code for one in receipts if one.kind == "clicked"}
        return {code: substitute(words_on(template, found, code), values) for code in codes}


def _digest(row: TraceRow) -> str:
    snapshot = decode(row.snapshot)
    video = row.kind == CampaignKind.VIDEO or (not row.card and snapshot.video_digest)
    return snapshot.video_digest if video else snapshot.card_digest


def _event(what: str, at_ms: int, **params: object) -> RecorderEvent:
    return RecorderEvent(
        what, at_ms, tuple(sorted((name, str(value)) for name, value in params.items() if value != ""))
    )


def _events(
    row: TraceRow,
    repeats: tuple[int, ...],
    receipts: tuple[ReceiptRow, ...],
    arrived: frozenset[int],
    opted_out_ms: int,
    buttons: Mapping[str, str],
) -> Iterator[RecorderEvent]:
    """Tell a number's way through one campaign, in the order of its life; what came back last, by its instants."""
    yield from _import(row, repeats)
    if row.decided != Bucket.PENDING:
        yield _event("left_out", row.confirmed_ms, bucket=row.decided, code=row.decided_code)
    else:
        yield from _sending(row)
    later = [
        _event(
            one.kind,
            one.at_ms,
            status=one.status,
            code=one.code,
            arrived=int(one.id in arrived),
            words=buttons.get(one.code, "") if one.kind == "clicked" else "",
        )
        for one in receipts
    ]
    if opted_out_ms:
        later.append(_event("opted_out", opted_out_ms, signature=row.signature))
    yield from sorted(later, key=lambda event: event.at_ms)


def _import(row: TraceRow, repeats: tuple[int, ...]) -> Iterator[RecorderEvent]:
    if not row.row_no:
        yield _event("typed" if row.test else "imported", 0, audience=row.audience)
        return
    sheets = json.loads(row.sheets)

    def at(row_no: int) -> tuple[str, int]:
        sheet, line = place(row_no)
        return (str(sheets[sheet]) if sheet < len(sheets) else str(sheet + 1)), line

    sheet, line = at(row.row_no)
    yield _event("imported", 0, audience=row.audience, sheet=sheet, row=line, imported_ms=row.imported_ms)
    if row.verdict:
        yield _event("respelled", 0, codes=row.verdict)
    for again in repeats:
        sheet, line = at(again)
        yield _event("repeated", 0, sheet=sheet, row=line)


def _sending(row: TraceRow) -> Iterator[RecorderEvent]:
    values = json.loads(row.params)
    told = {f"value.{name}": value for name, value in values.items()}
    yield _event("to_send", row.confirmed_ms, card=int(row.card), vendor=row.vendor, **told)
    if not row.chunk_no:
        return
    yield _event("chunk", row.confirmed_ms, no=row.chunk_no)
    if row.attempts:
        yield _event("tried", row.claimed_ms, attempts=row.attempts, outcome=row.chunk_outcome)
    bucket = bucket_of(
        Bucket(row.decided), ChunkState(row.chunk_state), Bucket(row.outcome) if row.outcome else None
    )
    if bucket is Bucket.ACCEPTED:
        yield _event("accepted", row.answered_ms, message_id=row.message_id, code=row.code)
    elif bucket is Bucket.REFUSED:
        yield _event("refused", row.answered_ms, code=row.code)
    elif bucket is Bucket.UNKNOWN:
        yield _event("unknown", row.settled_ms, code=row.chunk_outcome)
    elif bucket in (Bucket.CANCELLED, Bucket.EXPIRED):
        yield _event("not_sent", row.settled_ms, bucket=bucket.value)
