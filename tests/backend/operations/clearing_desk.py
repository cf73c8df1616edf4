# SPDX-License-Identifier: Apache-2.0
"""A desk for clearing tests: the real operations on a real database, with a reviewer that does as it is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from koodesk.backend.operations.cards import Cards
from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.reviews import Reviews
from koodesk.backend.operations.rights import Access
from koodesk.backend.operations.service_account_ports import AccountPorts
from koodesk.backend.operations.service_account_records import AccountRecords
from koodesk.backend.operations.service_account_shortcuts import AccountShortcuts
from koodesk.backend.operations.service_accounts import ServiceAccounts
from koodesk.backend.operations.sms import Sms
from koodesk.backend.operations.submitting import Submitting
from koodesk.backend.operations.video_signatures import VideoSignatures
from koodesk.backend.operations.video_templates import VideoTemplates
from koodesk.backend.ports.engine import EngineSettings, EngineStatus
from koodesk.backend.ports.faults import FaultsInForce
from koodesk.backend.ports.gateway import GatewayClock
from koodesk.backend.ports.review_gateway import (
    PartyFindings,
    ReviewGateway,
    ReviewItem,
    ReviewPage,
    ReviewReason,
    ReviewState,
    VendorState,
)
from koodesk.backend.ports.service_account import AccountGateway, PortGateway
from koodesk.backend.storage.letters import LetterFiles
from koodesk.backend.storage.paper_files import PaperFolder
from koodesk.backend.storage.stores.brand import SqlBrandStore
from koodesk.backend.storage.stores.materials import MaterialFolder
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.backend.testing import FixedClock
from koodesk.backend.views.cards import CardRow
from koodesk.backend.views.clearing import SignatureRow, SmsTemplateRow
from koodesk.backend.views.materials import MaterialRow
from koodesk.backend.views.video import VideoSignatureRow
from koodesk.domain.access import Principal, read_access_rules
from koodesk.domain.digest import content_digest
from koodesk.domain.fault_script import FaultScript
from koodesk.domain.filing import FilingKind, read_filing_rules
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import Verdict
from koodesk.domain.signature import SignatureDraft, SignatureSource, SmsType
from koodesk.domain.sms import SmsTemplateDraft, Variable, VariableType
from koodesk.domain.sms_rules import read_sms_rules
from koodesk.domain.video_sms.rules import read_video_rules
from koodesk.domain.video_sms.signature import VideoSignatureDraft
from tests.databases import open_database
from tests.domain.service_account.samples import CHECKER
from tests.domain.strategies import good, pack

RESOURCES = Path(__file__).resolve().parents[3] / "resources"
PDF, JPG = b"%PDF-1.7 letter", b"\xff\xd8\xff\xe0 picture"
FILING_RULES = {
    FilingKind.SEND_TASK: "filing.toml",
    FilingKind.SHORT_LINK: "filing.toml",
    FilingKind.VIDEO_SMS: "filing_video.toml",
    FilingKind.SERVICE_ACCOUNT: "filing_service_account.toml",
}
VIDEO_REQUIRED = ("licence", "material_letter", "signature_letter", "port_register")
REQUIRED = ("licence", "material_letter", "signature_letter", "relation_letter")
START_MS = 1_780_000_000_000


@dataclass
class ScriptedReviewer:
    """Stands in for the other side: reviews, feed of changes, review desk and settings.

    `down` refuses every call; `lose` takes the next submission and loses its answer; `refuses` is the kind that is not
    even taken.
    """

    down: bool = False
    lose: bool = False
    refuses: str = ""
    calls: int = 0
    urged: list[tuple[str, str, str]] = field(default_factory=list)
    frozen: list[tuple[str, str]] = field(default_factory=list)
    reviews_by_key: dict[tuple[str, str, str], ReviewState] = field(default_factory=dict)
    changes: list[ReviewState] = field(default_factory=list)
    mode: EngineSettings = field(
        default_factory=lambda: EngineSettings("desk", 1, (), 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0)
    )

    script: FaultScript = field(default_factory=FaultScript)

    def _answer(self) -> None:
        self.calls += 1
        if self.down:
            raise Refused(problem("gateway.unreachable", gateway="local"))

    def submit(self, item: ReviewItem) -> ReviewState:
        self._answer()
        if item.kind.value == self.refuses:
            raise Refused(problem("gateway.refused", gateway="local", error_code="KD.FIELD"))
        key = (item.kind.value, item.ref, item.digest)
        if key not in self.reviews_by_key:
            self._change(
                ReviewState(
                    id=len(self.reviews_by_key) + 1,
                    kind=item.kind,
                    ref=item.ref,
                    digest=item.digest,
                    state="waiting",
                    vendors=tuple(VendorState(v, "waiting", "") for v in item.vendors),
                    submitted_ms=START_MS,
                    due_ms=START_MS + 7_200_000,
                    tpl_id=f"{100_000_000 + len(self.reviews_by_key)}" if item.vendors else "",
                    body=item.body,
                )
            )
        if self.lose:
            self.lose = False
            raise Refused(problem("gateway.unreachable", gateway="local"))
        return self.reviews_by_key[key]

    def states(self, after: int, limit: int = 500) -> ReviewPage:
        self._answer()
        items = tuple(self.changes[after : after + min(limit, 3)])  # small pages, so that paging is met
        return ReviewPage(items, after + len(items))

    def urge(self, kind: str, ref: str, digest: str) -> None:
        self._answer()
        self.urged.append((kind, ref, digest))

    def freeze(self, pub: str, reason: str) -> None:
        self._answer()
        self.frozen.append((pub, reason))

    def reviews(self, kind: str = "", state: str = "", after: int = 0, limit: int = 500) -> ReviewPage:
        self._answer()
        found = [
            r
            for r in self.reviews_by_key.values()
            if r.id > after and kind in ("", r.kind.value) and state in ("", r.state)
        ][:2]
        return ReviewPage(tuple(found), found[-1].id if found else after)

    def findings(self, review_id: int) -> tuple[PartyFindings, ...]:
        del review_id
        return (PartyFindings("", ()),)

    def decide(
        self, review_id: int, approve: bool, reason: str = "", vendor: str = "", where: str = ""
    ) -> ReviewState:
        self._answer()
        (found,) = (r for r in self.reviews_by_key.values() if r.id == review_id)
        state = "approved" if approve else "rejected"
        vendors = tuple(
            VendorState(v.vendor, state, reason) if vendor in ("", v.vendor) else v for v in found.vendors
        )
        reasons = () if approve else (ReviewReason("reviewer.says", where, "{}", reason),)
        decided = found.decided_ms + 1 if found.decided_ms else START_MS + 1
        channel = "1069000001" if approve and found.kind.value == "sms_signature" else ""
        return self._change(
            replace(
                found, state=state, vendors=vendors, reasons=reasons, decided_ms=decided, channel_num=channel
            )
        )

    def processing(self, review_id: int) -> None:
        """Say that a signature's number is being configured."""
        (found,) = (r for r in self.reviews_by_key.values() if r.id == review_id)
        self._change(replace(found, state="processing"))

    def _change(self, state: ReviewState) -> ReviewState:
        self.reviews_by_key[(state.kind.value, state.ref, state.digest)] = state
        self.changes.append(state)
        return state

    def settings(self) -> EngineSettings:
        self._answer()
        return self.mode

    def change(self, settings: EngineSettings) -> EngineSettings:
        self._answer()
        self.mode = settings
        return settings

    def faults(self) -> FaultsInForce:
        self._answer()
        return FaultsInForce(self.script, START_MS)

    def put_faults(self, script: FaultScript) -> FaultScript:
        self._answer()
        self.script = script
        return script

    def status(self) -> EngineStatus:
        self._answer()
        return EngineStatus("1", 1, START_MS, 0, self.mode.reviewer, len(self.reviews_by_key), 0, 0)

    def forward(self, forward_ms: int) -> int:
        self._answer()
        return START_MS + forward_ms

    def set_speed(self, speed: int) -> GatewayClock:
        """Return the clock of the script at a speed."""
        return GatewayClock(START_MS, speed)

    def message(self, message_id: str) -> dict[str, object]:
        raise KeyError(message_id)


class PlainGallery:
    """Keeps pictures as they come: what reading them does is tested elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[str, str] = {}
        folder.mkdir()

    def add_bytes(self, name: str, data: bytes) -> MaterialRow:
        digest = content_digest(data)
        (self._folder / digest).write_bytes(data)
        self._names.setdefault(digest, name)
        return self.get(digest)

    def get(self, digest: str) -> MaterialRow:
        path = self.path(digest)
        if digest not in self._names:
            raise Refused(problem("material.unknown"))
        data = path.read_bytes()
        film = data[4:8] == b"ftyp"
        kind = "video/mp4" if film else "image/jpeg" if data.startswith(b"\xff\xd8") else "image/png"
        return MaterialRow(
            digest,
            self._names[digest],
            kind,
            640,
            640,
            len(data),
            START_MS,
            path,
            path,
            oversize=False,
            duration_ms=5000 if film else 0,
        )

    def path(self, digest: str) -> Path:
        return self._folder / digest


class ClearingDesk:
    """The clearing services of one workspace, as bootstrap builds them, on a scripted reviewer or on another gateway."""

    def __init__(
        self,
        root: Path,
        principal: Principal | None = None,
        gateway: ReviewGateway | None = None,
        accounts: AccountGateway | None = None,
        ports: PortGateway | None = None,
    ) -> None:
        self.root = root
        self.reviewer = ScriptedReviewer()
        self.clock = FixedClock(START_MS)
        self.database = open_database(root)
        self.database.prepare()
        self.work = SqlUnitOfWork(self.database)
        rules = read_access_rules((RESOURCES / "rules" / "access.toml").read_text("utf-8"))
        self.access = Access(rules, principal or rules.local_owner())
        self.submitting = Submitting(self.work, gateway or self.reviewer, "local")
        papers, letters = PaperFolder(root / "papers"), LetterFiles(RESOURCES / "samples" / "letters")
        self.filings = Filings(
            self.access,
            self.work,
            self.submitting,
            {
                kind: read_filing_rules((RESOURCES / "rules" / name).read_text("utf-8"))
                for kind, name in FILING_RULES.items()
            },
            papers,
            letters,
        )
        sms_rules = read_sms_rules((RESOURCES / "rules" / "sms.toml").read_text("utf-8"))
        self.sms = Sms(self.access, self.work, self.submitting, sms_rules, papers, self.clock)
        self.records = records = AccountRecords(
            self.work, self.submitting, CHECKER, self.clock, self.clock.now_ms
        )
        self.accounts = ServiceAccounts(
            self.access,
            records,
            self.filings,
            accounts or self.reviewer,
            papers,
            letters,
            MaterialFolder(root / "materials"),
        )
        self.ports = AccountPorts(self.access, records, self.submitting, ports)
        self.shortcuts = AccountShortcuts(self.access, records, self.filings, self.submitting)
        self.gallery = PlainGallery(root / "gallery")
        self.brand = SqlBrandStore()
        self.cards = Cards(
            self.access,
            self.work,
            self.submitting,
            pack(),
            self.filings,
            self.gallery,
            self.clock,
            RESOURCES,
            self.brand,
        )
        video_rules = read_video_rules((RESOURCES / "rules" / "video_sms.toml").read_text("utf-8"))
        self.video_signatures = VideoSignatures(
            self.access, self.work, self.submitting, video_rules, papers, letters, self.clock
        )
        self.video_templates = VideoTemplates(
            self.access,
            self.work,
            self.submitting,
            video_rules,
            self.filings,
            self.gallery,
            self.clock,
            self.clock.now_ms,
            RESOURCES,
        )
        self.reviews = Reviews(self.access, self.submitting, self.reviewer, self.reviewer)

    def file(self, name: str, data: bytes = PDF) -> Path:
        """Write a file a user would pick."""
        path = self.root / name
        path.write_bytes(data)
        return path

    def decide_all(self, approve: bool = True, reason: str = "看不清") -> None:
        """Decide everything that waits, and take it over."""
        for row in self.reviews.list(Verdict.WAITING):
            if approve:
                self.reviews.approve(row.id)
            else:
                self.reviews.reject(row.id, reason)
        self.reviews.sync()

    def fill_filing(self, kind: FilingKind = FilingKind.SEND_TASK) -> None:
        """Put every required paper in its place."""
        for paper in REQUIRED:
            self.filings.attach(kind, paper, self.file(f"{paper}.pdf", PDF + paper.encode()))

    def clear_filing(self) -> None:
        """Bring the filing for send tasks to approved."""
        self.fill_filing()
        self.filings.submit(FilingKind.SEND_TASK)
        self.decide_all()

    def fill_video_filing(self, *letters: str) -> None:
        """Put every required paper of the video SMS filing in its place, and some letters."""
        for paper in (*VIDEO_REQUIRED, *letters):
            name, data = (f"{paper}.jpg", JPG) if paper == "licence" else (f"{paper}.pdf", PDF)
            self.filings.attach(FilingKind.VIDEO_SMS, paper, self.file(name, data + paper.encode()))

    def clear_video_filing(self, *letters: str) -> None:
        """Bring the filing of video SMS to approved, with some letters."""
        self.fill_video_filing(*letters)
        self.filings.submit(FilingKind.VIDEO_SMS)
        self.decide_all()

    def usable_video_signature(self, name: str = "北辰汽车") -> VideoSignatureRow:
        """Add a signature of video SMS and have it approved."""
        row = self.video_signatures.add(VideoSignatureDraft(name), self.file("授权函.pdf"))
        self.decide_all()
        return next(r for r in self.video_signatures.list() if r.id == row.id)

    def add_signature(self, name: str = "云杉商城", kind: SmsType = SmsType.PROMOTION) -> SignatureRow:
        """Add an application where there is none, and a signature under it."""
        app = self.sms.apps()[0] if self.sms.apps() else self.sms.add_app("Spruce")
        draft = SignatureDraft(name, kind, app.id, SignatureSource.COMPANY, third_party=False)
        return self.sms.add_signature(draft, self.file("营业执照.jpg", JPG))

    def template_draft(self, signature_id: int, **changes: Any) -> SmsTemplateDraft:
        """Return a draft without a fault."""
        draft = SmsTemplateDraft(
            name="新春红包",
            type=SmsType.PROMOTION,
            signature_id=signature_id,
            content="您有一个红包待领取，请查收${1}，拒收请回复R",
            variables=(Variable(1, VariableType.NEWTEXT),),
        )
        return replace(draft, **changes)

    def add_template(self) -> SmsTemplateRow:
        """Add a signature, have it approved, and hand in a template under it."""
        return self.sms.add_template(self.template_draft(self.usable_signature().id))

    def usable_signature(self) -> SignatureRow:
        """Add a signature and have everything approved."""
        self.add_signature()
        self.decide_all()
        return self.sms.signatures()[0]

    def add_card(self) -> CardRow:
        """Store a card without a fault, its picture in the gallery."""
        return self.cards.create(good())


def body_of(reviewer: ScriptedReviewer, kind: str) -> dict[str, Any]:
    """Return what the reviewer was given of a kind, the newest."""
    found = [r for r in reviewer.reviews_by_key.values() if r.kind.value == kind][-1]
    body: dict[str, Any] = json.loads(found.body)
    return body
