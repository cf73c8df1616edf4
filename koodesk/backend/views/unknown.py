# SPDX-License-Identifier: Apache-2.0
"""Frozen rows about calls whose outcome is unknown, and what a person may decide about them. Numbers are masked."""

from __future__ import annotations

from dataclasses import dataclass

UnknownNumber = tuple[int, int, str, int, str, str]
"""A number of an export: number, call (from 1), key of the call, when it was called, bucket, code."""


@dataclass(frozen=True, slots=True)
class AskedRow:
    """What the gateway said when it was asked about a call: "not_found", or why the question failed; `times` in a row."""

    answer: str
    first_ms: int
    last_ms: int
    times: int


@dataclass(frozen=True, slots=True)
class UnknownCallRow:
    """A call without a whole answer. `no` counts from 1; `members` were sent, of which `accepted` and `refused` are known and
    `unknown` are not. `outcome` is the code of the last attempt, `next_ms` when it is asked about again by itself (0: never).
    `aside`: its calls broke again and again, so it waits for a person; `left` is false where certainly nothing of it left."""

    no: int
    key: str
    called_ms: int
    attempts: int
    members: int
    accepted: int
    refused: int
    unknown: int
    outcome: str
    not_found: int
    next_ms: int
    asked: tuple[AskedRow, ...] = ()
    left: bool = True
    aside: bool = False


@dataclass(frozen=True, slots=True)
class LateReportRow:
    """A status report about a recipient who had been settled without the gateway's answer. `code` is what it was settled by;
    `verdict` is "confirms" or "contradicts"."""

    call_no: int
    recipient_id: int
    number: str
    bucket: str
    code: str
    message_id: str
    at_ms: int
    verdict: str


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """What is unknown of a campaign. `calls` is a page, `next` its continuation (0: that was the last); the counts are of all.

    `may_look` is whether the gateway can be asked at all; `settle_ms` after how long its not knowing a call means something.
    `counted_sent` and `counted_not_sent` count the numbers that persons have decided about; `late` are the newest reports
    that contradict what was settled, `contradicted` and `confirmed` how many there are; `aside` counts calls that were put aside."""

    gateway_class: str
    may_look: bool
    settle_ms: int
    call_count: int
    numbers: int
    calls: tuple[UnknownCallRow, ...]
    next: int
    counted_sent: int
    counted_not_sent: int
    contradicted: int
    confirmed: int
    aside: int = 0
    late: tuple[LateReportRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a person is asked to confirm: `digest` binds the decision, its reason and every call as it is now."""

    digest: str
    campaign_id: int
    decision: str
    reason: str
    calls: tuple[int, ...]
    numbers: int
