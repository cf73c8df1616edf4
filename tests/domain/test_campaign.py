# SPDX-License-Identifier: Apache-2.0
"""Drafts, snapshots and payloads: what is refused, what is bound, what is byte for byte the same."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from koodesk.domain.campaign import (
    STALE_MS,
    CampaignDraft,
    check_draft,
    chunk_key,
    decode,
    digest_of,
    encode,
    payload,
    payload_frame,
)
from koodesk.domain.quiet_hours import Window
from koodesk.domain.recipient import Fallback
from tests.backend.sending.workshop import snapshot

NOW = 1_780_000_000_000
SOUND = CampaignDraft("春节红包", 1, 1, 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  "}, "campaign.name.empty"),
        ({"name": "名" * 31}, "campaign.name.too_long"),
        ({"name": "a\u202eb"}, "campaign.name.control"),
        ({"validity_days": 0}, "campaign.validity.range"),
        ({"validity_days": 8}, "campaign.validity.range"),
        ({"fallback": Fallback.BASIC}, "campaign.fallback.not_offered"),
        ({"start_at_ms": NOW - STALE_MS - 1}, "campaign.start.past"),
        ({"not_after_ms": NOW}, "campaign.end.before_start"),
        ({"rate": -1}, "campaign.rate.range"),
        ({"chunk_size": -1}, "campaign.chunk_size.range"),
        ({"window": Window(0, 1440)}, "campaign.window.too_wide"),
    ],
)
def test_an_unsound_draft_says_what_is_wrong(changes: dict[str, object], code: str) -> None:
    draft = replace(SOUND, **changes)  # type: ignore[arg-type]  # the table names fields of the draft
    assert [p.code for p in check_draft(draft, NOW, promotion=True)] == [code]


def test_a_sound_draft_has_no_problems() -> None:
    assert check_draft(SOUND, NOW, promotion=True) == ()


def test_a_snapshot_survives_its_encoding() -> None:
    one = snapshot("u", 5, sms_values=(("2", "明天"),))
    assert decode(encode(one)) == one


@pytest.mark.parametrize("name", [field.name for field in fields(snapshot("u", 5))])
def test_every_field_is_bound_by_the_digest(name: str) -> None:
    one = snapshot("u", 5)
    value = getattr(one, name)
    other: object = (
        (*value, ("9", "x"))
        if isinstance(value, tuple)
        else not value
        if isinstance(value, bool)
        else (value + 1 if isinstance(value, int) else value + "x")
    )
    changed = replace(one, **{name: other})  # type: ignore[arg-type]  # each field in turn
    assert digest_of(encode(changed)) != digest_of(encode(one))


def test_a_payload_is_the_documented_json_and_always_the_same_bytes() -> None:
    frame = payload_frame(snapshot("u", 2, sms_values=(("2", '引"号'),)))
    rows = [(13800000000, '{"name":"王"}', 1), (13800000001, "{}", 0)]
    content = payload(frame, rows)
    assert content == payload(frame, rows)
    told = json.loads(content)
    assert told["campaign"] == "u"
    assert told["recipients"] == [
        [13800000000, {"name": "王"}, 1, {"2": '引"号'}],
        [13800000001, {}, 0, {"2": '引"号'}],
    ]


def test_keys_are_derived_from_campaign_and_number() -> None:
    assert chunk_key("u", 7) == chunk_key("u", 7) != chunk_key("u", 8) != chunk_key("v", 8)
