# SPDX-License-Identifier: Apache-2.0
"""What clearing needs from storage: records of filings, the SMS layer, submissions to review, and cards.

Records are what is stored; rows for screens are made from them in `operations`. Every store takes the connection of
an open transaction (`ports.unit_of_work`) as its first argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from koodesk.domain.company import CompanyData
from koodesk.domain.digest import content_digest
from koodesk.domain.filing import FiledPaper, FilingKind, FilingState
from koodesk.domain.papers import Paper
from koodesk.domain.review_state import Reason, ReviewKind, VendorVerdict, Verdict
from koodesk.domain.signature import SignatureDraft, SignatureState
from koodesk.domain.sms import SmsTemplateDraft, SmsTemplateState
from koodesk.domain.sms_app import SmsAppDraft, SmsAppState
from koodesk.domain.video_sms.review import CarrierVerdict


@dataclass(frozen=True, slots=True)
class FilingRecord:
    """A filing as stored; `submitted_digest` names what was last handed in, empty before. `company` is the company data of
    a record that asks for it, None until it was given."""

    kind: FilingKind
    state: FilingState
    papers: tuple[FiledPaper, ...]
    submitted_digest: str
    company: CompanyData | None = None


@dataclass(frozen=True, slots=True)
class SmsAppRecord:
    """An SMS application as stored; `id` 0 asks for a new one."""

    id: int
    draft: SmsAppDraft
    state: SmsAppState
    submitted_digest: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """An SMS signature as stored; `id` 0 asks for a new one."""

    id: int
    draft: SignatureDraft
    licence: Paper | None
    attorney: Paper | None
    state: SignatureState
    submitted_digest: str
    channel_num: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class SmsTemplateRecord:
    """An SMS template as stored; `id` 0 asks for a new one."""

    id: int
    draft: SmsTemplateDraft
    state: SmsTemplateState
    submitted_digest: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class Submission:
    """Something handed in, or meant to be: one row per (kind, ref, digest).

    `verdict` None means the intent is saved and the reviewer has not answered yet that it has it. `body` is the JSON
    text of what was handed in. `vendors` names who decides: vendors of a card, carriers of a video SMS template; `verdicts`
    and `carriers` are their words. `attempt` counts how often this very content was handed in; see `wire_digest`.
    `calendar` says what holidays have to do with `due_ms` (`ports.review_gateway.ReviewState`).
    """

    kind: ReviewKind
    ref: str
    digest: str
    body: str
    vendors: tuple[str, ...] = ()
    verdict: Verdict | None = None
    verdicts: tuple[VendorVerdict, ...] = ()
    reasons: tuple[Reason, ...] = ()
    submitted_ms: int = 0
    due_ms: int = 0
    decided_ms: int = 0
    channel_num: str = ""
    tpl_id: str = ""
    attempt: int = 1
    carriers: tuple[CarrierVerdict, ...] = ()
    calendar: str = ""

    @property
    def wire_digest(self) -> str:
        """Return the digest the reviewer knows the attempt by.

        The same digest is the same review on the other side, with the answer it had. Content that was refused for
        what stood around it (a signature that was not approved yet) is handed in again unchanged under a digest that
        counts the attempts.
        """
        return self.digest if self.attempt == 1 else content_digest(f"{self.digest}:{self.attempt}".encode())


@dataclass(frozen=True, slots=True)
class CardRecord:
    """A card as stored, without its template; `name`, `layout`, `vendors`, `params` and `use` are the revision's.

    `master_id` is the card whose variants this one carries (0: none), `master_digest` that card's content it was made of.
    """

    id: int
    tpl_id: str
    name: str
    layout: str
    use: int
    vendors: tuple[str, ...]
    params: tuple[str, ...]
    revision: int
    digest: str
    submitted_digest: str
    created_ms: int
    saved_ms: int
    master_id: int = 0
    master_digest: str = ""


@dataclass(frozen=True, slots=True)
class CardRevision:
    """One saved version: `template` is the codec's JSON text, `materials` the digests it shows, `label` its given name."""

    revision: int
    digest: str
    name: str
    layout: str
    use: int
    vendors: tuple[str, ...]
    params: tuple[str, ...]
    materials: tuple[str, ...]
    template: str
    saved_ms: int
    label: str = ""


class FilingStore(Protocol):
    """Filings and their papers. A kind nobody touched yet reads as an empty record."""

    def get(self, connection: Connection, kind: FilingKind) -> FilingRecord: ...

    def put(self, connection: Connection, record: FilingRecord) -> None: ...


class SmsStore(Protocol):
    """SMS applications, signatures and templates; lists are newest first."""

    def apps(self, connection: Connection) -> tuple[SmsAppRecord, ...]: ...

    def app(self, connection: Connection, app_id: int) -> SmsAppRecord | None: ...

    def put_app(self, connection: Connection, record: SmsAppRecord) -> SmsAppRecord: ...

    def signatures(self, connection: Connection) -> tuple[SignatureRecord, ...]: ...

    def signature(self, connection: Connection, signature_id: int) -> SignatureRecord | None: ...

    def put_signature(self, connection: Connection, record: SignatureRecord) -> SignatureRecord: ...

    def delete_signature(self, connection: Connection, signature_id: int) -> None:
        """Delete a signature and every template under it."""
        ...

    def templates(self, connection: Connection) -> tuple[SmsTemplateRecord, ...]: ...

    def template(self, connection: Connection, template_id: int) -> SmsTemplateRecord | None: ...

    def put_template(self, connection: Connection, record: SmsTemplateRecord) -> SmsTemplateRecord: ...

    def delete_template(self, connection: Connection, template_id: int) -> None: ...


class SubmissionStore(Protocol):
    """Submissions, and how far the feed of review changes was read."""

    def get(self, connection: Connection, kind: ReviewKind, ref: str, digest: str) -> Submission | None: ...

    def by_wire(
        self, connection: Connection, kind: ReviewKind, ref: str, wire_digest: str
    ) -> Submission | None:
        """Return the submission whose present attempt the reviewer knows by a digest."""
        ...

    def put(self, connection: Connection, submission: Submission) -> None: ...

    def unsent(self, connection: Connection) -> tuple[Submission, ...]:
        """Return the intents the reviewer has not confirmed, oldest first."""
        ...

    def drop_unsent(self, connection: Connection, kind: ReviewKind, ref: str, keep: str) -> None:
        """Forget a record's intents without an answer, except the one with digest `keep`: they were overtaken."""
        ...

    def of_kind(self, connection: Connection, kind: ReviewKind) -> Mapping[tuple[str, str], Submission]:
        """Return all submissions of a kind by (ref, digest)."""
        ...

    def cursor(self, connection: Connection, gateway: str) -> int: ...

    def set_cursor(self, connection: Connection, gateway: str, cursor: int) -> None: ...


class CardStore(Protocol):
    """Cards and their revisions."""

    def list(self, connection: Connection, text: str = "") -> tuple[CardRecord, ...]:
        """Return the cards whose name holds `text`, last saved first."""
        ...

    def get(self, connection: Connection, card_id: int) -> CardRecord | None: ...

    def template(self, connection: Connection, card_id: int, revision: int = 0) -> str | None:
        """Return the template JSON of a revision, of the present one for 0."""
        ...

    def by_digest(self, connection: Connection, card_id: int, digest: str) -> str | None:
        """Return the template JSON of the newest revision with this digest."""
        ...

    def versions(self, connection: Connection, card_id: int) -> tuple[CardRevision, ...]:
        """Return all revisions, newest first, with `template` left empty."""
        ...

    def create(self, connection: Connection, revision: CardRevision) -> CardRecord:
        """Store a new card with its first revision."""
        ...

    def save(self, connection: Connection, card_id: int, revision: CardRevision) -> CardRecord:
        """Add a revision; its number is the next one. The caller compared the present one in this very write."""
        ...

    def set_submitted(self, connection: Connection, card_id: int, digest: str) -> None: ...

    def set_tpl_id(self, connection: Connection, card_id: int, tpl_id: str) -> None: ...

    def delete(self, connection: Connection, card_id: int) -> None: ...

    def set_label(self, connection: Connection, card_id: int, revision: int, label: str) -> bool:
        """Name a revision; tell whether there is one of that number."""
        ...

    def set_master(self, connection: Connection, card_id: int, master_id: int, digest: str) -> None:
        """Keep which card's variants this one carries, and of which content it was made."""
        ...

    def parts(self, connection: Connection, master_id: int) -> tuple[CardRecord, ...]:
        """Return the cards that carry a card's variants, oldest first."""
        ...

    def names_using(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return the names of the cards any revision of which shows a material, by its digest."""
        ...
