# SPDX-License-Identifier: Apache-2.0
"""Bills (账单) and the settlement report: what the platform has billed, beside what the desk's own ledger says was sent.

The report counts the ledger by hour up to the instant the platform has settled, and lays it beside the bill's lines of the
same campaign, item and hour: equal, or the difference with the recipients behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

from koodesk.backend.operations.bill_tables import bill_table, settlement_table
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.table_export import write_document
from koodesk.backend.ports.bill_counts import BillCounts, BilledCampaign
from koodesk.backend.ports.billing import BillingGateway
from koodesk.backend.ports.exports import Options, Prepared, Table, TablePrinter
from koodesk.backend.ports.progress import Cancel, Progress, Report
from koodesk.backend.views.billing import Behind, Bill, BillRow, Difference, Reconciled, Settlement
from koodesk.domain.billing.items import RESOLVE_OF, Item
from koodesk.domain.billing.records import BillBy, BillLine
from koodesk.domain.billing.settle import Source
from koodesk.domain.campaign import CampaignKind, decode
from koodesk.domain.export_job import FORMATS
from koodesk.domain.plain_send import measured
from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipient import masked
from koodesk.domain.report import day_number, day_of
from koodesk.domain.sms import SmsRules

PAGE: Final = 10_000
BEHIND: Final = 200
"""So many recipients behind a difference are listed at most."""


class Bills:
    """Bills of the workspace's gateway, beside the ledger. `sms` are the rules by which a text has parts, `printer` makes PDFs."""

    def __init__(
        self,
        access: Access,
        gateway: BillingGateway,
        counts: BillCounts,
        sms: SmsRules,
        printer: TablePrinter | None = None,
    ) -> None:
        self.access: Final = access
        self._gateway = gateway
        self._counts = counts
        self._sms = sms
        self._printer = printer

    @needs("kooMessage:bill:list")
    def bill(self, by: BillBy = BillBy.DAY) -> Bill:
        """Return everything that is settled, grouped; the newest day or campaign first. Raises Refused (gateway.*)."""
        return self._bill(by)

    def _bill(self, by: BillBy) -> Bill:
        lines, settled_ms = self._lines()
        names: dict[str, str] = {}
        if by is BillBy.CAMPAIGN:
            of_accounts = self._counts.accounts().items()
            names = {
                ref: f"【{name}】" if kind == "sa_shortcut" else name
                for ref, (kind, name) in of_accounts
                if name
            }
            names |= {one.uuid: one.name for one in self._counts.campaigns()}
        return Bill(_grouped(lines, by, names), _sum("", "", lines), settled_ms)

    @needs("kooMessage:bill:export")
    def prepare_bill(self, options: Options) -> Prepared:
        """Prepare the export of the bill and its sum: `by`; what else `options` hold is `bill_tables`' matter."""
        by = BillBy(options["by"])

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            bill = self._bill(by)
            return self._write(path, bill_table(bill, by, options), len(bill.rows), progress, cancel)

        return Prepared(str(options.get("title", "")), self._formats, 0, write)

    @needs("kooMessage:bill:export")
    def prepare_settlement(self, options: Options) -> Prepared:
        """Prepare the export of the settlement report, with every hour that differs; words as `prepare_bill`."""

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            report = self._settlement()
            return self._write(path, settlement_table(report, options), len(report.rows), progress, cancel)

        return Prepared(str(options.get("title", "")), self._formats, 0, write)

    @needs("kooMessage:bill:list")
    def settlement(self) -> Settlement:
        """Lay the bill beside the ledger, campaign by campaign and item by item. Raises Refused (gateway.*)."""
        return self._settlement()

    def _settlement(self) -> Settlement:
        lines, settled_ms = self._lines()
        billed: dict[str, list[BillLine]] = defaultdict(list)
        for line in lines:
            billed[line.ref].append(line)
        rows: list[Reconciled] = []
        for campaign in self._counts.campaigns():
            rows.extend(self._campaign(campaign, billed.pop(campaign.uuid, []), settled_ms))
        return Settlement(tuple(rows), self._elsewhere(billed), settled_ms)

    def _elsewhere(self, billed: Mapping[str, list[BillLine]]) -> tuple[BillRow, ...]:
        """Add up what no campaign is behind, one row a name: several shortcuts may go with one signature."""
        titles = self._counts.accounts() if billed else {}
        found: dict[tuple[str, str], list[str]] = {}
        for ref in sorted(billed):
            kind, name = titles.get(ref, ("", ""))
            found.setdefault((kind, name or ref), []).append(ref)
        return tuple(
            replace(_sum(refs[0], name, chain.from_iterable(billed[ref] for ref in refs)), kind=kind)
            for (kind, name), refs in found.items()
        )

    @needs("kooMessage:bill:list")
    def behind(self, campaign_id: int, item: Item, hour_ms: int) -> tuple[Behind, ...]:
        """Return the recipients behind a difference: who the ledger counts for the hour, then who still waits for the
        receipt that would count; numbers masked."""
        return tuple(
            Behind(row.id, masked(row.number), row.what, row.at_ms)
            for row in self._counts.behind(campaign_id, _way(item), hour_ms, BEHIND)
        )

    @property
    def _formats(self) -> tuple[str, ...]:
        return FORMATS if self._printer is not None else FORMATS[:2]

    def _write(self, path: Path, table: Table, lines: int, progress: Report, cancel: Cancel) -> int:
        if cancel():
            raise Refused(problem("export.cancelled"))
        write_document(path, table, self._printer)
        progress(Progress("store", lines, lines))
        return lines

    def _campaign(
        self, campaign: BilledCampaign, lines: list[BillLine], settled_ms: int
    ) -> Iterable[Reconciled]:
        snapshot = decode(campaign.snapshot)
        units = {Item(item): count for item, count in snapshot.charges}
        ledger: dict[tuple[Item, int], int] = defaultdict(int)
        for row in self._counts.hours(campaign.id):
            item = _item(row.way, units)
            if item is not None:
                ledger[item, row.hour_ms] += row.count * units[item]
        if snapshot.kind == CampaignKind.PLAIN and snapshot.params:
            # Each has values of its own: the charges say the most parts one may have, the bill how many it had.
            (send,) = units
            told = snapshot.sms_text, snapshot.signature, snapshot.params, snapshot.sms_values
            for row in self._counts.parts(campaign.id, measured(self._sms, *told)):
                ledger[send, row.hour_ms] = row.count
        billed: dict[tuple[Item, int], int] = defaultdict(int)
        for line in lines:
            billed[line.item, line.hour_ms] += line.quantity
        for item in sorted({key[0] for key in (*ledger, *billed)}, key=list(Item).index):
            hours = sorted({hour for one, hour in (*ledger, *billed) if one is item})
            done = [hour for hour in hours if hour < settled_ms]
            own = [line for line in lines if line.item is item]
            known = all(line.amount is not None for line in own)
            yield Reconciled(
                campaign.id,
                campaign.uuid,
                campaign.name,
                item,
                sum(ledger[item, hour] for hour in done),
                sum(billed[item, hour] for hour in done),
                sum(ledger[item, hour] for hour in hours if hour >= settled_ms),
                sum(line.amount or 0 for line in own) if known else None,
                tuple(
                    Difference(hour, ledger[item, hour], billed[item, hour])
                    for hour in done
                    if ledger[item, hour] != billed[item, hour]
                ),
            )

    def _lines(self) -> tuple[list[BillLine], int]:
        found: list[BillLine] = []
        after = 0
        while True:
            page = self._gateway.bill(after, PAGE)
            found.extend(page.lines)
            if len(page.lines) < PAGE:
                return found, page.settled_ms
            after = page.next


def _item(way: str, units: Mapping[Item, int]) -> Item | None:
    """Return what a campaign's way is charged as; None for a campaign of before prices, which says nothing about it."""
    if way == "video":
        return Item.VIDEO if Item.VIDEO in units else None
    send = next((item for item in RESOLVE_OF if item in units), None)
    if send is None:
        return None
    return RESOLVE_OF[send] if way == "resolved" else send


def _way(item: Item) -> str:
    if item is Item.VIDEO:
        return "video"
    return "resolved" if item in RESOLVE_OF.values() else "sms"


def _grouped(lines: Iterable[BillLine], by: BillBy, names: Mapping[str, str]) -> tuple[BillRow, ...]:
    found: dict[str, list[BillLine]] = {}
    for line in lines:
        key = {
            BillBy.DAY: day_of(day_number(line.hour_ms)).isoformat(),
            BillBy.ITEM: line.item.value,
            BillBy.CAMPAIGN: line.ref,
        }[by]
        found.setdefault(key, []).append(line)
    rows = [_sum(key, names.get(key, key), own) for key, own in found.items()]
    if by is BillBy.ITEM:
        return tuple(sorted(rows, key=lambda row: list(Item).index(Item(row.key))))
    return (
        tuple(reversed(rows))
        if by is BillBy.CAMPAIGN
        else tuple(sorted(rows, key=lambda row: row.key, reverse=True))
    )


def _sum(key: str, name: str, lines: Iterable[BillLine]) -> BillRow:
    own = list(lines)
    charged = [line for line in own if line.source is Source.PAY_PER_USE]
    return BillRow(
        key,
        name,
        sum(line.quantity for line in own),
        sum(line.quantity for line in own if line.source is not Source.PAY_PER_USE),
        sum(line.quantity for line in charged),
        sum(line.quantity for line in charged if line.amount is None),
        sum(line.amount or 0 for line in own),
    )
