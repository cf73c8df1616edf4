# SPDX-License-Identifier: Apache-2.0
"""The checklist to the first send: what it asks for next, and what does not hold anybody up."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.operations.overview import Overview, Stand, checklist
from koodesk.backend.views.audience import AudienceRow
from koodesk.backend.views.clearing import StepState
from koodesk.backend.views.sending import CampaignRow
from koodesk.domain.filing import FilingKind
from tests.backend.operations.clearing_desk import ClearingDesk

DONE, WAITING, TODO, REJECTED = StepState.DONE, StepState.WAITING, StepState.TODO, StepState.REJECTED


class Nothing:
    """A topic with no records."""

    def list(self) -> tuple[AudienceRow, ...]:
        return ()


class NoCampaigns:
    """No send was ever made."""

    def list(self) -> tuple[CampaignRow, ...]:
        return ()


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    return ClearingDesk(tmp_path)


def overview(desk: ClearingDesk) -> Overview:
    return Overview(desk.access, desk.filings, desk.sms, desk.cards, Nothing(), NoCampaigns())


def stands(*states: StepState) -> list[tuple[str, str, list[Stand]]]:
    return [(str(i), "page", [] if s is TODO else [(s, str(i), 7)]) for i, s in enumerate(states)]


def test_an_empty_workspace_begins_with_the_filing(desk: ClearingDesk) -> None:
    found = overview(desk).checklist()
    assert [s.id for s in found.steps] == [
        "filing",
        "sms_app",
        "signature",
        "sms_template",
        "card",
        "audience",
        "send",
    ]
    assert found.next_step == "filing"
    assert [s.open for s in found.steps] == [True] + [False] * 6


def test_what_waits_for_others_does_not_hold_her_up(desk: ClearingDesk) -> None:
    desk.fill_filing()
    desk.filings.submit(FilingKind.SEND_TASK)
    found = overview(desk).checklist()
    assert (found.steps[0].state, found.steps[0].due_ms > 0) == (WAITING, True)
    assert found.next_step == "sms_app"


def test_the_way_through_the_clearing(desk: ClearingDesk) -> None:
    desk.clear_filing()
    desk.add_template()
    desk.decide_all()
    assert overview(desk).checklist().next_step == "card"
    card = desk.cards.submit(desk.add_card().id)
    desk.decide_all()
    found = overview(desk).checklist()
    assert [s.state for s in found.steps] == [DONE] * 5 + [TODO] * 2
    assert (found.steps[4].ref, found.next_step) == (str(card.id), "audience")
    summary = overview(desk).summary()
    assert (summary.cards_sendable, summary.signatures_usable, summary.sms_templates_sendable) == (1, 1, 1)
    assert (summary.waiting_reviews, summary.rejected_reviews) == (0, 0)


def test_a_rejection_is_the_next_thing_to_do(desk: ClearingDesk) -> None:
    desk.fill_filing()
    desk.filings.submit(FilingKind.SEND_TASK)
    desk.decide_all(approve=False)
    found = overview(desk).checklist()
    assert (found.steps[0].state, found.next_step) == (REJECTED, "filing")
    assert overview(desk).summary().rejected_reviews == 1


def test_a_step_stands_as_its_best_record() -> None:
    found = checklist([("card", "studio", [(REJECTED, "1", 0), (DONE, "2", 0), (WAITING, "3", 9)])])
    assert (found.steps[0].state, found.steps[0].ref, found.steps[0].due_ms) == (DONE, "2", 0)


@given(st.lists(st.sampled_from(StepState), max_size=7))
def test_the_next_step_is_the_first_that_asks_something(states: list[StepState]) -> None:
    found = checklist(stands(*states))
    asking = [s.id for s in found.steps if s.state in (TODO, REJECTED)]
    assert found.next_step == (asking[0] if asking else "")
    assert [s.id for s in found.steps if s.open and s.state in (TODO, REJECTED)] == asking[:1]
