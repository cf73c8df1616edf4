# SPDX-License-Identifier: Apache-2.0
"""One journey by three ways: on a file of SQLite, on PostgreSQL, and through the official SDK to the cloud's own API.

Import, card, clearing, send, status reports, report, certificate: the same calls of the service by each way, and the same
facts at the end. The cloud is a second engine that speaks the cloud's API: the desk knows it by its address and access key
alone. Where a person has to go to the console, the test goes there with what the dossier is made of.

Numbers are made up; phones and what they do are the engine's model with one seed.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from openpyxl import Workbook

from koodesk import messages, worker
from koodesk.backend.bootstrap import open_service
from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.gateways.cloud.keyed import KeyedClient
from koodesk.backend.gateways.engine_account import EngineAccount
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_cloud import EngineCloud
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.clock import SystemClock
from koodesk.backend.ports.cloud import access_of_environment
from koodesk.backend.ports.cloud_keys import CloudKey
from koodesk.backend.ports.review_gateway import ReviewItem
from koodesk.backend.service import Service
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.opening import open_database
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from koodesk.backend.storage.stores.cloud_accounts import SqlCloudAccounts
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.storage.stores.sending_tasks import WaitingTasks
from koodesk.backend.workspace import Workspace
from koodesk.demo import files
from koodesk.domain import review_state
from koodesk.domain.campaign import CampaignDraft
from koodesk.domain.certificate import Standing
from koodesk.domain.dossier import HandState
from koodesk.domain.filing import FilingKind
from koodesk.domain.plain_send import PlainSendDraft
from koodesk.domain.platform import Platform
from koodesk.domain.recipient import Fallback
from koodesk.domain.signature import SignatureDraft, SignatureSource, SmsType
from koodesk.domain.sms import SmsTemplateDraft, Variable, VariableType
from koodesk.engine.cloud.spec import cloud_spec

AK, SK = "ABCDEFGHIJKLMNOPQRST", "s" * 40
FIRST: Final = 13_800_000_000
HOUR_MS: Final = 3_600_000
SETTLE_HOURS: Final = 24 * 14
"""No review takes longer on the engine's clock."""
REPORT_ROUNDS: Final = 40


@dataclass(frozen=True)
class Facts:
    """What must be the same by every way. `accepted` and `recipients` are what the other side's own append-only log says: messages
    it took, and different people it took one for. `plain` are the buckets of a plain SMS to the same people, `plain_accepted` what the log has
    of it."""

    imported: dict[str, int]
    buckets: dict[str, int]
    funnel: dict[str, int]
    report: dict[str, int]
    certificate: dict[str, int]
    accepted: int
    recipients: int
    plain: dict[str, int]
    plain_accepted: int


def number_file(path: Path, rows: int, column: str = "name") -> Path:
    """Write numbers with a name each; every hundredth stands twice, and two are none."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["手机号", column])
    for place in range(rows):
        sheet.append([f"{FIRST + place}", "王女士" if place % 3 else "李先生"])
    for place in range(0, rows, 100):
        sheet.append([f"{FIRST + place}", "王女士"])
    for bad in ("12345", "x"):
        sheet.append([bad, "王女士"])
    book.save(path)
    return path


class Way:
    """One way: a workspace, the engine on its other side, and the worker's gateway."""

    def __init__(self, folder: Path, url: str, cloud: bool) -> None:
        self.workspace = Workspace(folder / "desk")
        self.url, self.cloud = url, cloud
        self.other = Workspace(folder / "cloud") if cloud else self.workspace
        self.process = LocalEngineProcess(self.other)
        self.doors = EngineDoors(self.process.endpoint)
        self._ahead_ms = 0
        self._ends = ExitStack()

    def forward(self) -> None:
        """Run the engine's clock an hour forward."""
        self.doors.forward(HOUR_MS)
        self._ahead_ms = self.doors.status().offset_ms

    def open(self) -> Service:
        """Open the service."""
        return open_service(self.workspace, words=messages.row_reason, url=self.url)

    def begin(self) -> None:
        """Start the engine, with phones that do what is asked of them, and let the desk speak to it."""
        self.process.ensure_running()
        EngineAccount(self.process.endpoint).open_account()
        self.doors.change(
            replace(
                self.doors.settings(),
                seed=7,
                delivered=1.0,
                resolved=1.0,
                exposed=0.0,
                clicked=0.0,
                replied=0.0,
                duplicate_receipts=0.3,
                out_of_order=0.5,
                receipt_delay_ms=200,
            )
        )
        if not self.cloud:
            return
        actions = tuple(sorted({one.action for one in cloud_spec().operations}))
        door = EngineCloud(self.process.endpoint)
        door.change(requests_per_second=100_000)
        door.put_keys([CloudKey(AK, "desk", actions, SK)])
        door.close()
        os.environ["KOODESK_CLOUD_AK"], os.environ["KOODESK_CLOUD_SK"] = AK, SK
        os.environ["KOODESK_CLOUD_ENDPOINT"] = self.process.endpoint().url
        # The real platform has no clock that is run forward: this machine's stands where the second engine's does.
        real = SystemClock.now_ms
        self._ends.enter_context(
            patch.object(SystemClock, "now_ms", lambda clock: real(clock) + self._ahead_ms)
        )
        with self.open() as service:
            service.platform.switch(Platform.CLOUD)

    def end(self) -> None:
        """End the engine, and forget its key."""
        self._ends.close()
        self.doors.close()
        self.process.stop()
        for name in ("AK", "SK", "ENDPOINT"):
            os.environ.pop(f"KOODESK_CLOUD_{name}", None)

    # --- clearing --------------------------------------------------------------------------------------------

    def settle(self, service: Service) -> None:
        """Wait, on the engine's clock, until everything that was handed in is decided, and let the desk know."""
        decided = False
        for _ in range(SETTLE_HOURS):
            if self.cloud:
                self._at_the_console(service)
            service.reviews.sync()
            if decided and not any(row.open for row in service.dossiers.list()):
                return
            # The next hour's look finds what this hour has decided.
            words: list[Any] = [word for one in self.doors.reviews().items for word in (one, *one.vendors)]
            decided = bool(words) and all(word.state in ("approved", "rejected") for word in words)
            self.forward()
        raise AssertionError("a review takes for ever")

    def _at_the_console(self, service: Service) -> None:
        """Hand in what goes by hand, as a person does with the dossier's fields, and tell the desk what became of it."""
        there = {(one.kind.value, one.ref, one.digest): one for one in self.doors.reviews().items}
        waiting = [row for row in service.dossiers.list() if row.open]
        with self._database() as database, database.read() as connection:
            bodies = {
                (row.kind, row.ref, row.wire_digest): (row.body, tuple(json.loads(row.vendors)))
                for row in connection.exec_driver_sql(
                    "SELECT kind, ref, wire_digest, body, vendors FROM submission"
                )
            }
        for row in waiting:
            key = (row.kind.value, row.ref, row.digest)
            found = there.get(key)
            if found is None:
                body, vendors = bodies[key]
                self.doors.submit(ReviewItem(row.kind, row.ref, row.digest, body, vendors))
                service.dossiers.tell(row.kind, row.ref, HandState.SUBMITTED, "2026-01-05")
            elif found.state == "approved":
                numbers = {"tpl_id": found.tpl_id, "channel_num": found.channel_num}
                given = {name: numbers[name] for name in row.gives}
                service.dossiers.tell(
                    review_state.ReviewKind(row.kind), row.ref, HandState.APPROVED, "2026-01-06", given=given
                )

    def clear(self, service: Service) -> tuple[CampaignDraft, PlainSendDraft]:
        """Clear everything a send needs, and return the drafts of one of smart messages and one of plain SMS."""
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            for kind in (FilingKind.SEND_TASK, FilingKind.SHORT_LINK):
                for name in files.PAPERS:
                    service.filings.attach(kind, name, files.paper(folder / f"{name}.png", name))
                service.filings.submit(kind)
            app = service.sms.add_app("yunshan_mall")
            self.settle(service)
            sign = service.sms.add_signature(
                SignatureDraft(
                    "云杉商城", SmsType.NOTIFY, app.id, SignatureSource.COMPANY, third_party=False
                ),
                files.paper(folder / "licence.png", "licence"),
            )
        self.settle(service)
        sms = service.sms.add_template(
            SmsTemplateDraft(
                "订单提醒",
                SmsType.NOTIFY,
                sign.id,
                "您的订单已经发出，点击 ${1} 查看",
                (Variable(1, VariableType.NEWTEXT),),
                "订单通知",
            )
        )
        plain = service.sms.add_template(
            SmsTemplateDraft(
                "到店提醒",
                SmsType.NOTIFY,
                sign.id,
                "${1}您好，您的包裹已经到店，取货码${2}",
                (Variable(1, VariableType.TEXT, "姓名"), Variable(2, VariableType.CHARDIGIT)),
                "到店通知",
            )
        )
        card = service.cards.new("RedPacket", "订单提醒")
        service.cards.submit(card.id)
        self.settle(service)
        draft = CampaignDraft(
            name="订单提醒",
            card_id=card.id,
            sms_template_id=sms.id,
            audience_id=0,
            fallback=Fallback.SMS,
            validity_days=7,
        )
        return draft, PlainSendDraft("到店提醒", plain.id, 0, sms_values=(("2", "A1"),))

    # --- sending ---------------------------------------------------------------------------------------------

    @contextmanager
    def _database(self) -> Iterator[Database]:
        database = open_database(self.workspace, url=self.url)
        try:
            database.prepare()
            yield database
        finally:
            database.close()

    def send(self, campaign_id: int, *, reports: bool = True) -> None:
        """Send and fetch status reports, as the worker does, until nobody waits for one; none without `reports`."""
        with self._database() as database:
            ledger = SqlLedger(database)
            now_ms = SystemClock().now_ms
            gateway: CloudGateway | LocalGateway = LocalGateway(self.process.endpoint)
            if self.cloud:
                waiting = WaitingTasks(database, CloudGateway.name, now_ms, look_seconds=0)
                client, accounts = KeyedClient(access_of_environment), SqlCloudAccounts(database)
                records = SqlCloudRecords(database, lambda: accounts.account(client.whose()))
                gateway = CloudGateway(client, waiting, now_ms, records.sms_template, waiting.members)
            sender = worker.build(self.workspace, ledger, gateway)
            sender.run_until_idle(campaign_id)
            for _ in range(REPORT_ROUNDS if reports else 0):
                self.forward()
                while sender.receipts.poll():
                    if self._told(ledger, campaign_id):
                        break
                if self._told(ledger, campaign_id):
                    break
            gateway.close()

    @staticmethod
    def _told(ledger: SqlLedger, campaign_id: int) -> bool:
        total = ledger.funnel(campaign_id, 0).total
        return total.delivered + total.failed >= total.sent and total.resolved >= total.resolvable


def travel(way: Way, rows: int, folder: Path, say: Callable[[str], object] = lambda _: None) -> Facts:
    """Go the whole way, and return what came of it."""
    way.begin()
    with way.open() as service:
        draft, plain = way.clear(service)
        say("cleared")
        audience = service.audiences.check_file(number_file(folder / "名单.xlsx", rows), ("name",))
        audience = service.audiences.capability(audience.id, draft.card_id)
        say("imported")
        confirmation = service.campaigns.prepare(replace(draft, audience_id=audience.id, chunk_size=100))
        campaign = service.campaigns.confirm(confirmation.digest)
        way.send(campaign.id)
        say("sent")
        buckets = asdict(service.campaigns.buckets(campaign.id))
        funnel = asdict(service.campaigns.funnel(campaign.id).total)
        report = asdict(service.reports.smart().total)
        assert not service.reports.verify().gaps
        file = folder / "certificate.zip"
        options = {"campaign": campaign.id, "reason": "proof", "words": messages.certificate_words("zh")}
        service.exports.wait(service.exports.start("certificate", file, options).id)
        verified = service.certificates.verify(file)
        assert verified.good, verified.checks
        assert service.campaigns.get(campaign.id).state == "finished"
        told = verified.certificate
        accepted = [line["recipient"] for line in acceptances(way.other)]
        plain_buckets = _plain(way, service, plain, rows, folder)
    return Facts(
        imported={
            name: getattr(audience, name)
            for name in ("rows", "valid", "duplicate", "invalid", "resolvable", "unresolvable")
        },
        buckets=buckets,
        funnel=funnel,
        report={name: value for name, value in report.items() if isinstance(value, int)},
        certificate={one.value: told.count(one) for one in Standing},
        accepted=len(accepted),
        recipients=len(set(accepted)),
        plain=plain_buckets,
        plain_accepted=sum(1 for _ in acceptances(way.other)) - len(accepted),
    )


def _plain(way: Way, service: Service, draft: PlainSendDraft, rows: int, folder: Path) -> dict[str, int]:
    """Send a plain SMS to the same people, its names from the number file; return its buckets."""
    file = number_file(folder / "到店.xlsx", rows, "1")
    audience = service.audiences.check_file(file, ("1",))
    shown = service.campaigns.prepare_plain(replace(draft, audience_id=audience.id, chunk_size=70))
    assert ("campaign.plain.blind" in {one.code for one in shown.notes}) is way.cloud
    campaign = service.campaigns.confirm(shown.digest)
    assert campaign.gateway_class == ("blind" if way.cloud else "idempotent")
    way.send(campaign.id, reports=False)
    certificate = folder / "plain.zip"
    options = {"campaign": campaign.id, "reason": "proof", "words": messages.certificate_words("zh")}
    service.exports.wait(service.exports.start("certificate", certificate, options).id)
    verified = service.certificates.verify(certificate)
    assert verified.good, verified.checks
    assert verified.certificate.count(Standing.SENT_ONCE) == rows
    return asdict(service.campaigns.buckets(campaign.id))


def acceptances(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """Read the engine's append-only log."""
    from koodesk.engine.acceptance_log import acceptances as logged

    yield from logged(workspace.engine)
