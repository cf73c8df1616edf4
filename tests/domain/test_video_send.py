# SPDX-License-Identifier: Apache-2.0
"""Video sends: what a form may say, who is sent to, the share of China Mobile, the platform's words for a task."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.domain.campaign import STALE_MS
from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.problem import Severity
from koodesk.domain.quiet_hours import Window
from koodesk.domain.send_state import CampaignState
from koodesk.domain.video_send import (
    TaskState,
    VideoSendDraft,
    check_video_draft,
    mobile_share,
    reached,
    read_video_send_rules,
    task_state,
)

RULES = read_video_send_rules((paths.resources() / "rules" / "video_sending.toml").read_text("utf-8"))
NOW = 1_780_000_000_000
SOUND = VideoSendDraft("新车上市", 1, 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "campaign.name.empty"),
        ({"name": "名" * 31}, "campaign.name.too_long"),
        ({"expiration_hours": 0}, "campaign.video.expiration"),
        ({"expiration_hours": 73}, "campaign.video.expiration"),
        ({"start_at_ms": NOW - STALE_MS - 1}, "campaign.start.past"),
        ({"not_after_ms": NOW}, "campaign.end.before_start"),
        ({"rate": -1}, "campaign.rate.range"),
        ({"chunk_size": -1}, "campaign.chunk_size.range"),
        ({"window": Window(7 * 60, 20 * 60)}, "campaign.window.too_wide"),
    ],
)
def test_an_unsound_form_says_what_is_wrong(changes: dict[str, object], code: str) -> None:
    draft = replace(SOUND, **changes)  # type: ignore[arg-type]  # the table names fields of the draft
    assert [p.code for p in check_video_draft(draft, NOW, RULES)] == [code]


@pytest.mark.parametrize("hours", [1, 72])
def test_a_sound_form_has_no_problems(hours: int) -> None:
    assert check_video_draft(replace(SOUND, expiration_hours=hours), NOW, RULES) == ()


def test_a_video_sms_counts_as_promotion_and_the_rules_may_say_otherwise() -> None:
    late = replace(SOUND, window=Window(0, 1440))
    assert RULES.promotion
    assert check_video_draft(late, NOW, replace(RULES, promotion=False)) == ()


@pytest.mark.parametrize(
    ("approved", "three", "sent_to"),
    [
        (THREE_CARRIERS, True, (*THREE_CARRIERS, Carrier.UNKNOWN)),
        ((Carrier.CTCC, Carrier.CMCC), True, (Carrier.CMCC, Carrier.CTCC, Carrier.UNKNOWN)),
        ((Carrier.CMCC,), False, (Carrier.CMCC,)),
    ],
)
def test_numbers_of_carriers_that_approved_are_sent_to(
    approved: tuple[Carrier, ...], three: bool, sent_to: tuple[Carrier, ...]
) -> None:
    assert reached(approved, three) == sent_to


@given(
    st.dictionaries(st.sampled_from(list(Carrier)), st.integers(0, 1_000_000)),
    st.sets(st.sampled_from(list(Carrier))),
)
@example({Carrier.CMCC: 3, Carrier.CUCC: 1}, {Carrier.CMCC, Carrier.CUCC})
@example({Carrier.CMCC: 7499, Carrier.CUCC: 2501}, {Carrier.CMCC, Carrier.CUCC})
def test_the_share_of_china_mobile_is_warned_of_below_the_packages_condition(
    carriers: dict[Carrier, int], sent_to: set[Carrier]
) -> None:
    total = sum(carriers.get(one, 0) for one in sent_to)
    mobile = carriers.get(Carrier.CMCC, 0) if Carrier.CMCC in sent_to else 0
    warning = mobile_share(carriers, sent_to, RULES)
    if not total or Fraction(mobile, total) >= Fraction(75, 100):
        assert warning is None
        return
    assert warning is not None
    assert (warning.code, warning.severity, warning.source) == (
        "campaign.video.mobile_share",
        Severity.WARNING,
        "seed t3-3",
    )
    actual = warning.param("actual")
    assert isinstance(actual, float)
    assert actual < 75 == warning.param("limit")
    assert 0 <= mobile * 100 / total - actual < 0.1 + 1e-9


@pytest.mark.parametrize(
    ("state", "later", "begun", "accepted", "word"),
    [
        ("scheduled", True, False, 0, TaskState.SCHEDULED),
        ("scheduled", False, False, 0, TaskState.SUBMIT_SUCCESS),
        ("scheduled", True, True, 5, TaskState.PROCESSING),  # resumed
        ("paused", True, False, 0, TaskState.SCHEDULED),
        ("paused", False, True, 5, TaskState.PROCESSING),
        ("needs_decision", False, False, 0, TaskState.SUBMIT_SUCCESS),
        ("running", False, True, 0, TaskState.PROCESSING),
        ("stopping", False, True, 5, TaskState.PROCESSING),
        ("unclear", False, True, 5, TaskState.PROCESSING),
        ("finished", False, True, 5, TaskState.SENDING_COMPLETE),
        ("finished", False, True, 0, TaskState.SENDING_FAILED),
        ("stopped", False, True, 5, TaskState.SENDING_COMPLETE),
        ("stopped", True, False, 0, TaskState.SENDING_FAILED),
    ],
)
def test_the_platforms_word_for_a_task(
    state: str, later: bool, begun: bool, accepted: int, word: TaskState
) -> None:
    assert task_state(CampaignState(state), later=later, begun=begun, accepted=accepted) is word


def test_every_state_has_a_word() -> None:
    assert {task_state(s, later=False, begun=True, accepted=1) for s in CampaignState} <= set(TaskState)
