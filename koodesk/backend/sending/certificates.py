# SPDX-License-Identifier: Apache-2.0
"""Certificates (发送凭证): where every row of a campaign stands, as a file with a digest, and the file checked again.

A certificate is made of the ledger alone and compared with the other side's own record where there is one; that record is
asked, never trusted to fill anything in. Checking opens the file as a stranger's: it counts and digests its rows, then the
ledger's and the record's, and says of each whether it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.acceptances import AcceptanceRecord
from koodesk.backend.ports.exports import ExportKind, Prepared, TablePrinter
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.sending.certificate_file import CertificateFile, write_certificate
from koodesk.backend.sending.kinds import action, export_right, needs_any_kind, needs_for_kind
from koodesk.backend.sending.reading import Reading
from koodesk.backend.views.certificate import CheckRow, VerifiedRow
from koodesk.backend.views.sending import CampaignRow
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.certificate import (
    Certificate,
    EvidenceRow,
    LedgerDigest,
    Standing,
    Witness,
    compare,
    differ,
    lines,
)
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_state import CERTIFIED, Bucket

FORMATS: Final = (".zip", ".pdf", ".csv")

_TOLD_EVERY: Final = 20_000


class Evidence(Protocol):
    """What a certificate is made of, from storage."""

    def campaign_of(self, uuid: str) -> int:
        """Return the id of a campaign by its uuid, 0 where this workspace has none."""
        ...

    def contradicted(self, campaign_id: int) -> int:
        """Return how many reports contradict what was settled."""
        ...

    def rows(self, campaign_id: int, now_ms: int) -> Iterator[EvidenceRow]:
        """Stream every recipient in order."""
        ...

    def acceptances(self, campaign_id: int) -> Iterator[tuple[str, str]]:
        """Stream (key of the call, message id) of everything the gateway said it accepted."""
        ...


class Certificates:
    """Certificates of one workspace. `records` are the other sides' own records by gateway name; `now_ms` is the wall clock."""

    def __init__(
        self,
        access: Access,
        ledger: Reading,
        evidence: Evidence,
        records: Mapping[str, AcceptanceRecord],
        now_ms: Callable[[], int],
        printer: TablePrinter | None = None,
    ) -> None:
        self.access: Final = access
        self._ledger = ledger
        self._evidence = evidence
        self._records = dict(records)
        self._now_ms = now_ms
        self._printer = printer

    @needs_for_kind("export")
    def prepare_export(
        self, campaign_id: int, reason: str, words: Mapping[str, str] | None = None
    ) -> Prepared:
        """Do all of a certificate but the counting and writing: .zip (certificate, rows, page), .pdf or .csv alone.

        Raises Refused: campaign.export.reason, certificate.not_finished while anything may still leave.
        """
        if not reason.strip():
            raise Refused(problem("campaign.export.reason", "reason"))
        campaign = self._ledger.campaign(campaign_id)
        if campaign.state not in CERTIFIED:
            raise Refused(problem("certificate.not_finished", "campaign", state=campaign.state))
        who = self.access.principal.name
        self._ledger.record_export(campaign_id, self._newest(), who, reason.strip())
        formats = FORMATS if self._printer is not None else (FORMATS[0], FORMATS[2])

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            made = self._make(campaign, who, progress, cancel)
            rows = self._evidence.rows(campaign_id, made.made_ms)
            return write_certificate(path, made, rows, words or {}, self._printer, progress, cancel)

        return Prepared(campaign.name, formats, campaign.imported, write)

    @needs_any_kind("list")
    def verify(self, path: Path, progress: Report = silent, cancel: Cancel = never) -> VerifiedRow:
        """Check a certificate again: the file itself, then the ledger and the other side's record where they are here.

        Raises Refused: certificate.not_one, campaign.cancelled, access.denied for a kind of campaign one may not see.
        """
        file = CertificateFile(path)
        try:
            told = file.certificate
            self.access.demand(action(CampaignKind(told.kind), "list"))
            counted = LedgerDigest()
            for row in file.rows():
                counted.add(row)
                _tell(counted.rows, told.rows, progress, cancel)
            checks = [
                _check("seal", file.sealed and file.rows_digest == told.rows_digest),
                _check("totals", told.total == told.imported, abs(told.total - told.imported)),
                _check("rows", counted.rows == told.rows and _same_lines(counted, told), told.rows),
                _check("row_digest", counted.hexdigest() == told.ledger_digest, told.rows),
                _check("once", counted.repeated == 0, counted.repeated),
            ]
        except ValueError as failure:
            raise Refused(problem("certificate.not_one", "path", file=path.name)) from failure
        finally:
            file.close()
        return VerifiedRow(told, (*checks, *self._against_ledger(told, progress, cancel)))

    # --- inside ----------------------------------------------------------------------------------------------

    def _make(self, campaign: CampaignRow, who: str, progress: Report, cancel: Cancel) -> Certificate:
        now, counted = self._newest(), LedgerDigest()
        for row in self._evidence.rows(campaign.id, now):
            counted.add(row)
            _tell(counted.rows, campaign.imported, progress, cancel)
        if counted.repeated:
            raise Refused(problem("certificate.repeated", "campaign", actual=counted.repeated))
        buckets = self._ledger.buckets(campaign.id)
        every = lines(counted.counts, buckets.invalid, buckets.duplicate)
        if sum(line.count for line in every) != campaign.imported:
            raise Refused(
                problem(
                    "certificate.totals",
                    "campaign",
                    limit=campaign.imported,
                    actual=sum(line.count for line in every),
                )
            )
        return Certificate(
            campaign=campaign.uuid,
            name=campaign.name,
            kind=campaign.kind,
            state=campaign.state,
            digest=campaign.digest,
            gateway=campaign.gateway,
            gateway_class=campaign.gateway_class,
            signature=campaign.signature,
            imported=campaign.imported,
            confirmed_ms=campaign.confirmed_ms,
            started_ms=campaign.started_ms,
            ended_ms=campaign.ended_ms,
            lines=every,
            rows=counted.rows,
            ledger_digest=counted.hexdigest(),
            contradicted=self._evidence.contradicted(campaign.id),
            witness=self._witness(campaign.gateway, campaign.uuid, campaign.id) or Witness(),
            made_ms=self._now_ms(),
            made_by=who,
        )

    def _witness(self, gateway: str, uuid: str, campaign_id: int) -> Witness | None:
        record = self._records.get(gateway)
        if record is None:
            return None
        evidence = self._evidence
        return compare(evidence.acceptances(campaign_id), record.of(uuid), record.by) or differ(
            evidence.acceptances(campaign_id), record.of(uuid), record.by
        )

    def _against_ledger(self, told: Certificate, progress: Report, cancel: Cancel) -> tuple[CheckRow, ...]:
        """Check what only this workspace and its gateway can tell."""
        campaign_id = self._evidence.campaign_of(told.campaign)
        if not campaign_id:
            return (CheckRow("ledger", "unknown"), CheckRow("record", "unknown"))
        campaign, counted = self._ledger.campaign(campaign_id), LedgerDigest()
        for row in self._evidence.rows(campaign_id, 0):
            counted.add(row)
            _tell(counted.rows, told.rows, progress, cancel)
        same = campaign.digest == told.digest and counted.hexdigest() == told.ledger_digest
        changed = sum(abs(counted.counts.get(key, 0) - count) for key, count in _by_line(told).items())
        witness = self._witness(campaign.gateway, campaign.uuid, campaign_id)
        if witness is None:
            return (_check("ledger", same, changed), CheckRow("record", "unknown"))
        differing = witness.missing + witness.foreign + witness.repeated
        return (_check("ledger", same, changed), _check("record", witness.agrees, differing))

    def _newest(self) -> int:
        return self._ledger.newest_ms()

    def _kind_of(self, reference: int | str) -> CampaignKind:
        """For `needs_for_kind`."""
        return CampaignKind(self._ledger.kind(int(reference)))


def certificate_kind(certificates: Certificates, kind_of: Callable[[int], str]) -> ExportKind:
    """Return the export of a certificate."""
    return ExportKind(
        lambda o: certificates.prepare_export(int(o["campaign"]), str(o["reason"]), o.get("words")),
        export_right(kind_of),
    )


def _check(name: str, holds: bool, count: int = 0) -> CheckRow:
    return CheckRow(name, "holds" if holds else "fails", count)


def _by_line(told: Certificate) -> dict[tuple[str, str, str], int]:
    never_recipients = (Bucket.INVALID.value, Bucket.DUPLICATE.value)
    return {
        (line.standing, line.bucket, line.code): line.count
        for line in told.lines
        if line.bucket not in never_recipients
    }


def _same_lines(counted: LedgerDigest, told: Certificate) -> bool:
    standings = {standing.value for standing in Standing}
    return dict(counted.counts) == _by_line(told) and all(line.standing in standings for line in told.lines)


def _tell(done: int, total: int, progress: Report, cancel: Cancel) -> None:
    if done % _TOLD_EVERY == 0:
        progress(Progress("check", done, total))
        if cancel():
            raise Refused(problem("export.cancelled"))
