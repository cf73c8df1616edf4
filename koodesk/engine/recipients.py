# SPDX-License-Identifier: Apache-2.0
"""The recipients of a batch, one by one: who is refused and why, and how the others' messages go out."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final

from koodesk.engine.cleared import Cleared
from koodesk.engine.delivery import CARD, TEXT, VIDEO
from koodesk.engine.envelope import SmartBatch, VideoBatch
from koodesk.engine.handsets import Handsets
from koodesk.engine.settings import EngineSettings
from koodesk.engine.video_cleared import PARAM_MISSING, VideoCleared

FIRST_NUMBER: Final = 13_000_000_000
LAST_NUMBER: Final = 19_999_999_999

BAD_NUMBER: Final = "KD.BAD_NUMBER"
DUPLICATE_NUMBER: Final = "E200041"
"""Duplicate number. Source: facts 4.2 (send_status of a plain SMS)."""
BLACKLISTED: Final = "KD.BLACKLISTED"
BAD_ENTRY: Final = "KD.BAD_ENTRY"


def smart_refusals(
    batch: SmartBatch, rules: Cleared, basic: VideoCleared | None, settings: EngineSettings
) -> dict[int, str]:
    """Return the code of each recipient that is refused, by its place in the request.

    With `basic` those without a card get a video SMS, and are judged by what that needs: no SMS is written for them.
    """
    refused: dict[int, str] = {}
    seen: set[int] = set()
    blacklist = frozenset(settings.blacklist)
    needed, refusal = rules.params, rules.text.refusal
    for index, row in enumerate(batch.recipients):
        if not _is_smart_entry(row):
            refused[index] = BAD_ENTRY
            continue
        number = row[0]
        if code := _number_refusal(number, seen, blacklist):
            refused[index] = code
        elif row[2] and not needed <= row[1].keys():
            refused[index] = PARAM_MISSING
        elif code := (refusal(sms_values(row)) if basic is None or row[2] else basic.refusal(number, row[1])):
            refused[index] = code
        else:
            seen.add(number)
    return refused


def video_refusals(batch: VideoBatch, rules: VideoCleared, settings: EngineSettings) -> dict[int, str]:
    """Return the code of each recipient that is refused, by its place in the request."""
    refused: dict[int, str] = {}
    seen: set[int] = set()
    blacklist = frozenset(settings.blacklist)
    refusal = rules.refusal
    for index, row in enumerate(batch.recipients):
        if not (isinstance(row, list) and len(row) == 2 and isinstance(row[1], dict)):
            refused[index] = BAD_ENTRY
            continue
        number = row[0]
        if code := _number_refusal(number, seen, blacklist) or refusal(number, row[1]):
            refused[index] = code
        else:
            seen.add(number)
    return refused


def _number_refusal(number: object, seen: Container[int], blacklist: Container[int]) -> str:
    """Return the code for a number that gets nothing, whatever the message; empty for one that may."""
    if not isinstance(number, int) or not FIRST_NUMBER <= number <= LAST_NUMBER:
        return BAD_NUMBER
    if number in seen:
        return DUPLICATE_NUMBER
    return BLACKLISTED if number in blacklist else ""


def smart_ways(
    batch: SmartBatch,
    rules: Cleared,
    basic: VideoCleared | None,
    refused: dict[int, str],
    settings: EngineSettings,
) -> list[int]:
    """Return how each accepted message goes out, in the order of the request."""
    vendor, active = Handsets(settings.seed, settings.vendor_mix).vendor, rules.card_vendors
    without = TEXT if basic is None else VIDEO
    return [
        (CARD if vendor(row[0]) in active else TEXT) if row[2] else without
        for index, row in enumerate(batch.recipients)
        if index not in refused
    ]


def smart_parts(batch: SmartBatch, rules: Cleared, refused: dict[int, str]) -> list[int]:
    """Return how many parts the SMS of each accepted message has, in the order of the request."""
    found: list[int] = []
    known: dict[str, Any] | None = None
    parts = 0
    for index, row in enumerate(batch.recipients):
        if index in refused:
            continue
        values = sms_values(row)
        if values != known:  # nearly always the same for everybody
            known, parts = values, rules.text.parts(values)
        found.append(parts)
    return found


def sms_values(row: list[Any]) -> dict[str, Any]:
    """Return the values of the SMS variables in an entry of a smart batch."""
    values: dict[str, Any] = row[3] if len(row) == 4 else {}
    return values


def _is_smart_entry(row: object) -> bool:
    return (
        isinstance(row, list)
        and len(row) in (3, 4)
        and isinstance(row[1], dict)
        and row[2] in (0, 1)
        and (len(row) == 3 or isinstance(row[3], dict))
    )
