# SPDX-License-Identifier: Apache-2.0
"""Rows of everything that is cleared before a send: filings, SMS applications, signatures, templates, reviews, and
the checklist that leads through them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from koodesk.backend.views.sending import CampaignRow
from koodesk.domain.company import CompanyData
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Problem
from koodesk.domain.review_state import Reason, ReviewKind, VendorVerdict, Verdict
from koodesk.domain.signature import SignatureSource, SignatureState, SmsType
from koodesk.domain.sms import SmsEstimate, SmsTemplateState, Variable, VariableType
from koodesk.domain.sms_app import SmsAppState
from koodesk.domain.video_sms.review import CarrierVerdict


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """How the last submission of a record stands. Instants are the gateway's clock in ms, 0 while not known.

    `unsent` says that it is saved on the desk and not yet with the reviewer (the engine was not reachable);
    `sync` hands it in. `due_ms` is when an answer is expected, `calendar` what holidays have to do with that: "holiday"
    where one lies within, "unknown" where a year within is not announced yet.
    """

    submitted_ms: int = 0
    due_ms: int = 0
    decided_ms: int = 0
    unsent: bool = False
    reasons: tuple[Reason, ...] = ()
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper of a form with its rule and the files in its place.

    `limit_source` is "Koodesk" where the platform's limit is not known and the desk's own safe one holds. `letter`
    says that a sample letter can be written by `filings.sample_letter`. `when_*` says what makes a conditional paper
    needed, "" for every other.
    """

    id: str
    name_zh: str
    name_en: str
    required: bool
    many: bool
    letter: bool
    types: tuple[str, ...]
    max_bytes: int
    limit_source: str
    files: tuple[Paper, ...]
    when_zh: str = ""
    when_en: str = ""


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One record of the enterprise filings.

    `editable` is False while it is under review. `submittable` says that 提交 would be taken now; `missing` are the
    problems that stand in the way, one a paper or a field. `changed` says that it differs from what was last handed in.
    `company` is the company data of a record that asks for it, None until it was given.
    """

    kind: FilingKind
    state: FilingState
    licence_type_zh: str
    licence_type_en: str
    papers: tuple[PaperRow, ...]
    editable: bool
    changed: bool
    submittable: bool
    missing: tuple[Problem, ...]
    progress: ReviewProgress
    company: CompanyData | None = None


@dataclass(frozen=True, slots=True)
class SmsAppRow:
    """An SMS application."""

    id: int
    name: str
    uplink_url: str
    state: SmsAppState
    created_ms: int
    progress: ReviewProgress

    @property
    def usable(self) -> bool:
        """Tell whether signatures and sends may be under it now."""
        return self.state.usable


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """An SMS signature. `channel_num` comes with the approval."""

    id: int
    app_id: int
    app_name: str
    name: str
    type: SmsType
    source: SignatureSource
    source_title: str
    third_party: bool
    licence: Paper | None
    attorney: Paper | None
    note: str
    state: SignatureState
    channel_num: str
    created_ms: int
    progress: ReviewProgress
    draft_content: str = ""
    """What a form is opened with, in short: given back when it is saved, so that a change by somebody else is seen."""

    @property
    def usable(self) -> bool:
        """Tell whether messages can carry it now (处理完毕)."""
        return self.state.usable


@dataclass(frozen=True, slots=True)
class SmsTemplateRow:
    """An SMS template.

    `sendable` says that it can carry a smart message now; `why_not` says why it cannot. `plain_sendable` and `plain_why_not`
    say the same of going out by itself, as a plain SMS. `params` are the numbers of
    the variables a send has to fill, as text, without the short link's own; `notes` are warnings and notes of its
    content (two and more variables: through the API only, which is how Koodesk sends).
    """

    id: int
    app_id: int
    app_name: str
    signature_id: int
    signature_name: str
    name: str
    type: SmsType
    content: str
    variables: tuple[Variable, ...]
    note: str
    state: SmsTemplateState
    estimate: SmsEstimate
    created_ms: int
    progress: ReviewProgress
    why_not: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    draft_content: str = ""
    plain_why_not: tuple[Problem, ...] = ()

    @property
    def sendable(self) -> bool:
        """Tell whether a smart message can ride on it now."""
        return not self.why_not

    @property
    def plain_sendable(self) -> bool:
        """Tell whether it can go out by itself now."""
        return not self.plain_why_not

    @property
    def has_link(self) -> bool:
        """Tell whether it has a 解析标识 variable, without which it never carries a smart message."""
        return any(v.type is VariableType.NEWTEXT for v in self.variables)

    @property
    def params(self) -> tuple[str, ...]:
        """Return the numbers a send has to fill, as text in order."""
        return tuple(str(v.number) for v in self.variables if v.type is not VariableType.NEWTEXT)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review as the review desk sees it, on the other side of the local engine.

    `title` is the name of what is reviewed; `body` is the JSON text the reviewer reads. `vendors` is empty except for
    cards. `calendar` says what holidays have to do with `due_ms`: "holiday", "unknown" (not announced yet) or nothing.
    """

    id: int
    kind: ReviewKind
    ref: str
    digest: str
    title: str
    state: Verdict
    vendors: tuple[VendorVerdict, ...]
    reasons: tuple[Reason, ...]
    submitted_ms: int
    due_ms: int
    decided_ms: int
    channel_num: str
    tpl_id: str
    body: str
    carriers: tuple[CarrierVerdict, ...] = ()
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class FindingsRow:
    """What the automatic reviewer would say for one who decides; no reason is an approval."""

    party: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SyncRow:
    """What one `reviews.sync()` did: records handed in late, changes read, and records whose state moved."""

    handed_in: int
    changes: int
    moved: int


class StepState(StrEnum):
    """How a step of the checklist stands."""

    DONE = "done"
    WAITING = "waiting"
    TODO = "todo"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Step:
    """A step to the first send.

    `id` names its sentence ("filing", "sms_app", "signature", "sms_template", "card", "audience", "send"), `page` is
    the page that does it, `ref` the record it is about where there is one, `due_ms` when a review is expected.
    `open` is False while an earlier step has to come first.
    """

    id: str
    state: StepState
    page: str
    ref: str = ""
    due_ms: int = 0
    open: bool = True


@dataclass(frozen=True, slots=True)
class Checklist:
    """The steps in order; `next_step` is the id of the one to do now, empty when all are done."""

    steps: tuple[Step, ...]
    next_step: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The overview's numbers. `running` and `recent` are campaign rows, newest first."""

    cards: int
    cards_sendable: int
    signatures_usable: int
    sms_templates_sendable: int
    waiting_reviews: int
    rejected_reviews: int
    running: tuple[CampaignRow, ...]
    recent: tuple[CampaignRow, ...]
