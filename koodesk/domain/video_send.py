# SPDX-License-Identifier: Apache-2.0
"""Sending a video SMS (发送智能信息基础版): the form, the rules it keeps to, and the platform's words for how far it is.

What is confirmed is a `campaign.Snapshot`, as for a smart message. The rules are data:
`resources/rules/video_sending.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from koodesk.domain.campaign import check_form
from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.quiet_hours import Window
from koodesk.domain.send_state import CampaignState
from koodesk.domain.waves import USUAL, WaveRules, check_waves

LONGEST_HOURS: Final = 72
"""expiration_time: the longest, and what the form starts with. Source: facts 1.10."""


@dataclass(frozen=True, slots=True)
class VideoSendRules:
    """`promotion`: whether a video SMS counts as promotion; `mobile_share`: the least percentage of China Mobile's numbers
    that the three-carrier package asks for; `expiration_hours`: the least and the most."""

    promotion: bool
    mobile_share: int
    mobile_share_source: str
    expiration_hours: tuple[int, int]
    expiration_source: str


def read_video_send_rules(text: str) -> VideoSendRules:
    """Read `video_sending.toml`. Raises KeyError or ValueError when it is not complete: it ships with the program."""
    data = tomllib.loads(text)
    hours, share = data["expiration_hours"], data["mobile_share"]
    return VideoSendRules(
        promotion=bool(data["promotion"]["value"]),
        mobile_share=int(share["least"]),
        mobile_share_source=str(share["source"]),
        expiration_hours=(int(hours["least"]), int(hours["most"])),
        expiration_source=str(hours["source"]),
    )


@dataclass(frozen=True, slots=True)
class VideoSendDraft:
    """The send form of a video SMS (figure 3-6). The fields mean what they mean in `campaign.CampaignDraft`;
    `expiration_hours` is how long the carriers may try to deliver."""

    name: str
    template_id: int
    audience_id: int
    start_at_ms: int = 0
    not_after_ms: int = 0
    expiration_hours: int = LONGEST_HOURS
    window: Window | None = None
    rate: int = 0
    chunk_size: int = 0
    budget: int = 0
    waves: tuple[int, ...] = ()
    wave_rules: WaveRules = USUAL


def check_video_draft(draft: VideoSendDraft, now_ms: int, rules: VideoSendRules) -> tuple[Problem, ...]:
    """Return everything that is wrong with the form itself; whether the things it names may be sent is asked apart."""
    found = check_form(
        draft.name,
        draft.start_at_ms,
        draft.not_after_ms,
        draft.window,
        draft.rate,
        draft.chunk_size,
        now_ms,
        rules.promotion,
    )
    least, most = rules.expiration_hours
    if not least <= draft.expiration_hours <= most:
        found.append(
            problem(
                "campaign.video.expiration",
                "expiration_hours",
                source=rules.expiration_source,
                least=least,
                most=most,
                actual=draft.expiration_hours,
            )
        )
    found.extend(check_waves(draft.waves, draft.wave_rules))
    return tuple(found)


def reached(approved: Iterable[Carrier], three: bool) -> tuple[Carrier, ...]:
    """Return the carriers whose numbers are sent to, in their usual order: those that approved the template, and over a
    three-carrier channel (`three`) also numbers of a segment that is not known, which the platform decides on."""
    known = frozenset(approved)
    return tuple(c for c in Carrier if c in known or (three and c is Carrier.UNKNOWN))


def mobile_share(
    carriers: Mapping[Carrier, int], sent_to: Iterable[Carrier], rules: VideoSendRules
) -> Problem | None:
    """Return the warning that China Mobile's share of what is sent is below what the package asks for, None when not.

    Counted by segments, so an estimate (携号转网). `actual` is cut to a tenth of a percent, never rounded up to the limit.
    """
    counts = [(carrier, carriers.get(carrier, 0)) for carrier in sent_to]
    total, mobile = sum(n for _, n in counts), sum(n for c, n in counts if c is Carrier.CMCC)
    if not total or mobile * 100 >= rules.mobile_share * total:
        return None
    return problem(
        "campaign.video.mobile_share",
        "audience",
        severity=Severity.WARNING,
        source=rules.mobile_share_source,
        limit=rules.mobile_share,
        actual=mobile * 1000 // total / 10,
    )


class TaskState(StrEnum):
    """The platform's words for a send task of video SMS. Source: facts 1.10 [SDK]. The words of a second submission
    (re_submit_success, ...) and submit_failed have nothing that stands for them here: a refused submission is no
    campaign, and nothing is ever submitted again."""

    SCHEDULED = "scheduled"
    SUBMIT_SUCCESS = "submit_success"
    PROCESSING = "processing"
    SENDING_COMPLETE = "sending_complete"
    SENDING_FAILED = "sending_failed"


_OVER: Final = frozenset({CampaignState.FINISHED, CampaignState.STOPPED})
_BEFORE: Final = frozenset({CampaignState.SCHEDULED, CampaignState.PAUSED, CampaignState.NEEDS_DECISION})


def task_state(state: CampaignState, *, later: bool, begun: bool, accepted: int) -> TaskState:
    """Return the platform's word for a campaign. `later`: it was made for another time than at once; `begun`: it has
    started. A pause, a question and an unknown result have no word there: begun, they are processing."""
    if state in _OVER:
        return TaskState.SENDING_COMPLETE if accepted else TaskState.SENDING_FAILED
    if state in _BEFORE and not begun:
        return TaskState.SCHEDULED if later else TaskState.SUBMIT_SUCCESS
    return TaskState.PROCESSING
