# SPDX-License-Identifier: Apache-2.0
"""The review desk, and taking decisions over: repeated, reordered, interrupted."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.operations.submitting import merged, read_reason
from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.review_gateway import ReviewPage, ReviewReason, ReviewState
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import ReviewerMode, ReviewKind, Verdict
from koodesk.domain.vendor import Vendor
from tests.backend.operations.clearing_desk import START_MS, ClearingDesk


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    return ClearingDesk(tmp_path)


def test_the_desk_lists_what_waits_by_kind(desk: ClearingDesk) -> None:
    desk.add_template()
    assert [(r.kind, r.title) for r in desk.reviews.list()] == [
        (ReviewKind.SMS_APP, "Spruce"),
        (ReviewKind.SMS_SIGNATURE, "云杉商城"),
        (ReviewKind.SMS_TEMPLATE, "新春红包"),
    ]
    assert len(desk.reviews.list(kind=ReviewKind.SMS_APP)) == 1
    desk.decide_all()
    assert desk.reviews.list(Verdict.WAITING) == ()


@pytest.mark.parametrize(
    ("reason", "code"),
    [("  ", "review.no_reason"), ("字" * 201, "review.reason_too_long"), ("a\u202eb", "text.bidi_mark")],
)
def test_a_rejection_says_why(desk: ClearingDesk, reason: str, code: str) -> None:
    desk.sms.add_app("Spruce")
    with pytest.raises(Refused) as refused:
        desk.reviews.reject(1, reason)
    assert refused.value.problems[0].code == code
    assert desk.reviews.list()[0].state is Verdict.WAITING


def test_the_mode_is_the_engines(desk: ClearingDesk) -> None:
    assert desk.reviews.mode() is ReviewerMode.DESK
    assert desk.reviews.set_mode(ReviewerMode.AUTO) is ReviewerMode.AUTO
    assert desk.reviewer.mode.reviewer == "auto"


def test_sync_counts_what_moved_and_the_second_time_nothing(desk: ClearingDesk) -> None:
    desk.fill_filing()
    desk.filings.submit(FilingKind.SEND_TASK)
    desk.reviewer.decide(1, approve=True)
    first = desk.reviews.sync()
    assert (first.changes, first.moved) == (2, 1)
    again = desk.reviews.sync()
    assert (again.handed_in, again.changes, again.moved) == (0, 0, 0)


def test_a_feed_read_again_from_the_start_changes_nothing(desk: ClearingDesk) -> None:
    desk.add_template()
    desk.clear_filing()
    desk.decide_all()
    before = (desk.sms.templates(), desk.sms.signatures(), desk.filings.get(FilingKind.SEND_TASK))
    with desk.work.write() as connection:
        desk.work.submissions.set_cursor(connection, "local", 0)
    assert desk.reviews.sync().moved == 0
    assert (desk.sms.templates(), desk.sms.signatures(), desk.filings.get(FilingKind.SEND_TASK)) == before


def test_changes_in_any_order_end_the_same(tmp_path: Path) -> None:
    for number, order in enumerate(permutations(range(3))):
        root = tmp_path / str(number)
        root.mkdir()
        desk = ClearingDesk(root)
        desk.add_signature()
        review = next(r for r in desk.reviews.list() if r.kind is ReviewKind.SMS_SIGNATURE)
        desk.reviewer.processing(review.id)
        desk.reviewer.decide(review.id, approve=True)
        changes = [c for c in desk.reviewer.changes if c.id == review.id]
        desk.reviewer.changes = [changes[i] for i in order]
        desk.reviews.sync()
        assert desk.sms.signatures()[0].usable, order


def test_reviews_of_somebody_else_are_left_alone(desk: ClearingDesk) -> None:
    other = ReviewState(9, ReviewKind.CARD, "77", "f" * 64, "approved", decided_ms=1)
    desk.reviewer.changes.append(other)
    assert desk.reviews.sync().moved == 0


def test_a_page_that_cannot_be_stored_is_read_again(
    desk: ClearingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.fill_filing()
    desk.filings.submit(FilingKind.SEND_TASK)
    desk.reviewer.decide(1, approve=True)
    store = desk.work.submissions
    with monkeypatch.context() as broken:
        broken.setattr(store, "set_cursor", lambda *_: (_ for _ in ()).throw(RuntimeError("the power went")))
        with pytest.raises(RuntimeError):
            desk.reviews.sync()
        assert desk.filings.get(FilingKind.SEND_TASK).state is FilingState.WAITING
    desk.reviews.sync()
    assert desk.filings.get(FilingKind.SEND_TASK).state is FilingState.APPROVED


def test_a_feed_that_does_not_move_on_ends(desk: ClearingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = ReviewState(1, ReviewKind.CARD, "1", "d", "waiting")
    monkeypatch.setattr(desk.reviewer, "states", lambda after, limit=500: ReviewPage((stuck,), after))
    assert desk.reviews.sync().changes == 1


NEWS = st.builds(
    lambda state, at: ReviewState(
        1, ReviewKind.SMS_SIGNATURE, "1", "d", state, submitted_ms=1, decided_ms=at
    ),
    st.just("approved"),
    st.integers(min_value=2, max_value=9),
) | st.just(ReviewState(1, ReviewKind.SMS_SIGNATURE, "1", "d", "waiting", submitted_ms=1))


@given(st.lists(NEWS, min_size=1, max_size=6).flatmap(lambda n: st.tuples(st.just(n), st.permutations(n))))
def test_merging_does_not_depend_on_order_or_repeats(
    news: tuple[list[ReviewState], list[ReviewState]],
) -> None:
    def end(changes: list[ReviewState]) -> Submission:
        submission = Submission(ReviewKind.SMS_SIGNATURE, "1", "d", "{}")
        for change in changes:
            submission = merged(submission, change)
        return submission

    assert end(news[0]) == end(news[1]) == end(news[1] + news[0])


def test_a_reason_keeps_its_place_and_its_numbers() -> None:
    reason = read_reason(
        ReviewReason("x.too_long", "content:title", '{"limit": 7, "vendor": "OPPO"}', "太长")
    )
    assert (reason.where, dict(reason.params)["limit"], reason.vendor) == ("content:title", 7, Vendor.OPPO)
    assert read_reason(ReviewReason("x", "", "not json", "")).params == (("detail", "not json"),)


def test_an_undecided_row_shows_when_it_is_due(desk: ClearingDesk) -> None:
    row = desk.sms.add_app("Spruce")
    assert row.progress.due_ms == START_MS + 7_200_000
    assert replace(row.progress, unsent=False) == row.progress


def test_what_the_other_side_does_not_take_holds_up_nothing_else(desk: ClearingDesk) -> None:
    desk.reviewer.down = True
    desk.fill_filing()
    with pytest.raises(Refused):
        desk.filings.submit(FilingKind.SEND_TASK)
    with pytest.raises(Refused):
        desk.sms.add_app("Spruce")
    desk.reviewer.down = False
    desk.reviewer.refuses = "filing"
    assert desk.reviews.sync().handed_in == 1
    assert not desk.sms.apps()[0].progress.unsent
    assert desk.filings.get(FilingKind.SEND_TASK).progress.unsent
    with pytest.raises(Refused) as refused:
        desk.filings.submit(FilingKind.SEND_TASK)
    assert refused.value.problems[0].code == "gateway.refused"


def test_what_was_deleted_or_changed_since_is_not_handed_in(desk: ClearingDesk) -> None:
    desk.clear_filing()
    template = desk.add_template()
    desk.decide_all(approve=False)
    card = desk.add_card()
    desk.reviewer.down = True
    better = desk.template_draft(template.signature_id, name="更好")
    with pytest.raises(Refused):
        desk.cards.submit(card.id)
    with pytest.raises(Refused):
        desk.sms.change_template(template.id, better)
    desk.filings.attach(FilingKind.SHORT_LINK, "licence", desk.file("a.pdf"))
    desk.cards.delete(card.id)
    desk.sms.delete_template(template.id)
    desk.sms.delete_signature(template.signature_id)
    desk.reviewer.down = False
    assert desk.reviews.sync().handed_in == 0


def test_a_rejection_lands_on_the_place_it_is_about(desk: ClearingDesk) -> None:
    desk.sms.add_app("Spruce")
    desk.reviews.reject(1, "名称太短", where="name")
    (row,) = desk.sms.apps()
    assert [(one.where, one.text) for one in row.progress.reasons] == [("name", "名称太短")]


def test_several_are_approved_at_once(desk: ClearingDesk) -> None:
    desk.add_template()
    waiting = [row.id for row in desk.reviews.list(Verdict.WAITING)]
    assert desk.reviews.approve_all(waiting) == len(waiting)
    assert desk.reviews.list(Verdict.WAITING) == ()
    assert all(app.usable for app in desk.sms.apps())


def test_what_the_automatic_reviewer_would_say_can_be_asked(desk: ClearingDesk) -> None:
    desk.sms.add_app("Spruce")
    assert [(one.party, one.reasons) for one in desk.reviews.findings(1)] == [("", ())]
