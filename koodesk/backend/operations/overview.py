# SPDX-License-Identifier: Apache-2.0
"""The overview: what still stands between the user and her first send, and the numbers of the desk at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from koodesk.backend.operations.cards import Cards
from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.sms import Sms
from koodesk.backend.views.audience import AudienceRow
from koodesk.backend.views.clearing import Checklist, Step, StepState, Summary
from koodesk.backend.views.sending import CampaignRow
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.review_state import CardState
from koodesk.domain.signature import SignatureState
from koodesk.domain.sms import SmsTemplateState
from koodesk.domain.sms_app import SmsAppState

RECENT: Final = 5
"""How many ended campaigns the overview shows."""

Stand = tuple[StepState, str, int]
"""How one record stands: state, its id as text, when an answer is due (0 unknown)."""

_BEST_FIRST: Final = (StepState.DONE, StepState.WAITING, StepState.REJECTED, StepState.TODO)

_FILING: Final = {
    FilingState.NOT_SUBMITTED: StepState.TODO,
    FilingState.WAITING: StepState.WAITING,
    FilingState.APPROVED: StepState.DONE,
    FilingState.REJECTED: StepState.REJECTED,
}
_APP: Final = {
    SmsAppState.NOT_SUBMITTED: StepState.TODO,
    SmsAppState.CREATED: StepState.WAITING,
    SmsAppState.LAUNCHED: StepState.DONE,
    SmsAppState.SUSPENDED: StepState.REJECTED,
}
_SIGNATURE: Final = {
    SignatureState.NOT_SUBMITTED: StepState.TODO,
    SignatureState.PENDING_REVIEW: StepState.WAITING,
    SignatureState.PROCESSING: StepState.WAITING,
    SignatureState.REVIEW_PASSED: StepState.DONE,
    SignatureState.REVIEW_NOT_PASS: StepState.REJECTED,
    SignatureState.TO_BE_ACTIVATED: StepState.TODO,
    SignatureState.PENDING_ACTIVATE: StepState.WAITING,
}
_SMS: Final = {
    SmsTemplateState.NOT_SUBMITTED: StepState.TODO,
    SmsTemplateState.REVIEWING: StepState.WAITING,
    SmsTemplateState.ADOPTED: StepState.DONE,
    SmsTemplateState.REJECTED: StepState.REJECTED,
}
_CARD: Final = {
    CardState.DRAFT: StepState.TODO,
    CardState.WAITING: StepState.WAITING,
    CardState.APPROVED: StepState.DONE,
    CardState.REJECTED: StepState.REJECTED,
    CardState.CHANGED: StepState.TODO,
}


class Campaigns(Protocol):
    """The part of the send service that the overview reads."""

    def list(self) -> Sequence[CampaignRow]: ...


class Audiences(Protocol):
    """The part of the audience service that the overview reads."""

    def list(self) -> tuple[AudienceRow, ...]: ...


class Overview:
    """Reads every topic through its service, so that what the user may not see is not counted either."""

    def __init__(
        self,
        access: Access,
        filings: Filings,
        sms: Sms,
        cards: Cards,
        audiences: Audiences,
        campaigns: Campaigns,
    ) -> None:
        self.access: Final = access
        self._filings = filings
        self._sms = sms
        self._cards = cards
        self._audiences = audiences
        self._campaigns = campaigns

    @needs("kooMessage:overview:get")
    def checklist(self) -> Checklist:
        """Return the steps of figure 2-1 in order; a step is open when nothing before it is still to be done by her."""
        filing = self._filings.get(FilingKind.SEND_TASK)
        campaigns = self._campaigns.list()
        stands = (
            ("filing", "filings", [(_FILING[filing.state], filing.kind.value, filing.progress.due_ms)]),
            (
                "sms_app",
                "sms_apps",
                [(_APP[a.state], str(a.id), a.progress.due_ms) for a in self._sms.apps()],
            ),
            (
                "signature",
                "sms_signatures",
                [(_SIGNATURE[s.state], str(s.id), s.progress.due_ms) for s in self._sms.signatures()],
            ),
            (
                "sms_template",
                "sms_templates",
                [(_SMS[t.state], str(t.id), t.progress.due_ms) for t in self._sms.templates() if t.has_link],
            ),
            (
                "card",
                "studio",
                [(_CARD[c.state], str(c.id), c.progress.due_ms) for c in self._cards.list()],
            ),
            (
                "audience",
                "send",
                [(StepState.DONE, str(a.id), 0) for a in self._audiences.list()],
            ),
            (
                "send",
                "send",
                [(StepState.DONE, str(c.id), 0) for c in campaigns if not c.test],
            ),
        )
        return checklist(stands)

    @needs("kooMessage:overview:get")
    def summary(self) -> Summary:
        """Return the counts, the campaigns that run, and the last ones that ended."""
        filing = self._filings.get(FilingKind.SEND_TASK)
        link = self._filings.get(FilingKind.SHORT_LINK)
        apps, signs = self._sms.apps(), self._sms.signatures()
        templates, cards = self._sms.templates(), self._cards.list()
        campaigns = self._campaigns.list()
        states = [
            *(_FILING[f.state] for f in (filing, link)),
            *(_APP[a.state] for a in apps),
            *(_SIGNATURE[s.state] for s in signs),
            *(_SMS[t.state] for t in templates),
            *(_CARD[c.state] for c in cards),
        ]
        return Summary(
            cards=len(cards),
            cards_sendable=sum(c.sendable for c in cards),
            signatures_usable=sum(s.usable for s in signs),
            sms_templates_sendable=sum(t.sendable for t in templates),
            waiting_reviews=states.count(StepState.WAITING),
            rejected_reviews=states.count(StepState.REJECTED),
            running=tuple(c for c in campaigns if not c.ended_ms),
            recent=tuple(c for c in campaigns if c.ended_ms)[:RECENT],
        )


def checklist(stands: Iterable[tuple[str, str, Sequence[Stand]]]) -> Checklist:
    """Build the list from (step id, page, how its records stand), in order.

    A step stands as its best record does; with none it is still to do. A step is open while every earlier one is done
    or waits for somebody else; the next step is the first open one that asks something of the user.
    """
    steps: list[Step] = []
    blocked = False
    for id_, page, records in stands:
        best = min(records, key=lambda r: _BEST_FIRST.index(r[0]), default=(StepState.TODO, "", 0))
        state, ref, due_ms = best
        steps.append(Step(id_, state, page, ref, due_ms if state is StepState.WAITING else 0, not blocked))
        blocked = blocked or state in (StepState.TODO, StepState.REJECTED)
    todo = (s.id for s in steps if s.open and s.state in (StepState.TODO, StepState.REJECTED))
    return Checklist(tuple(steps), next(todo, ""))
