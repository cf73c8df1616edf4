# SPDX-License-Identifier: Apache-2.0
"""Drafts, snapshots and payloads: what is refused, what is bound, what is byte for byte the same."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import pytest

from koodesk.domain.campaign import (
    STALE_MS,
    CampaignDraft,
    Snapshot,
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
        ({"fallback": Fallback.BASIC}, "campaign.fallback.no_template"),
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


def test_the_links_of_a_campaign_go_out_with_it_and_leave_no_trace_where_there_are_none() -> None:
    plain = snapshot("u", 2)
    own = replace(plain, domain="go.yunshan.cn", jump_url="https://shop.yunshan.cn/")
    assert decode(encode(own)) == own
    assert "domain" not in json.loads(encode(plain))
    told = json.loads(payload(payload_frame(own), []))
    assert (told["domain"], told["jump_url"]) == ("go.yunshan.cn", "https://shop.yunshan.cn/")
    assert {"domain", "jump_url"}.isdisjoint(json.loads(payload(payload_frame(plain), [])))


FIXTURE = Path(__file__).parents[1] / "fixtures" / "v1-workspace.db"


def smart() -> Snapshot:
    """Return a smart campaign whose bytes are known from before."""
    return snapshot(
        "0123456789abcdef0123456789abcdef",
        3,
        sms_values=(("2", "明天"),),
        fallback="sms",
        fallen_back=1,
        promotion=True,
        window_start=480,
        window_end=1260,
    )


def test_a_smart_campaign_keeps_the_digest_and_the_bytes_it_always_had() -> None:
    """The digests were taken before there were video SMS: a confirmation of then is a confirmation now."""
    text = encode(smart())
    assert digest_of(text) == "061027391f3dc27df9d61e351c280079d5daa4fe84fe13def81c5052aef9a77a"
    assert decode(text) == smart()
    rows = [(13800000000, '{"name":"王","amount":"5"}', 1), (13800000001, '{"name":"李","amount":"6"}', 0)]
    sent = hashlib.sha256(payload(payload_frame(smart()), rows)).hexdigest()
    assert sent == "c6f7148f8e478a1e48443fea8498ea9d8fe40e4a0a16b8b8c38707ce1f0c7a26"


def test_what_an_old_workspace_confirmed_is_written_again_as_it_was() -> None:
    with closing(sqlite3.connect(f"file:{FIXTURE}?mode=ro", uri=True)) as connection:
        text, digest = connection.execute("SELECT snapshot, digest FROM campaign").fetchone()
    assert encode(decode(text)) == text
    assert digest_of(encode(decode(text))) == digest


VIDEO = replace(
    snapshot("u", 2),
    kind="video",
    video_template_id=3,
    video_name="新车上市",
    video_tpl_id="200000003",
    video_digest="d" * 64,
    video_params=("p_1",),
    video_channel="三网一般",
    video_carriers=("cmcc", "unknown"),
    expiration_hours=24,
    carriers=(("cmcc", 2), ("cucc", 1)),
)


def test_a_video_payload_is_the_documented_json() -> None:
    rows = [(13800000000, '{"p_1":"王"}', 0), (13800000001, "{}", 0)]
    assert json.loads(payload(payload_frame(VIDEO), rows)) == {
        "kind": "video",
        "campaign": "u",
        "task_name": "spring",
        "template": "200000003",
        "expiration_hours": 24,
        "recipients": [[13800000000, {"p_1": "王"}], [13800000001, {}]],
    }
    assert decode(encode(VIDEO)) == VIDEO


def test_the_video_for_phones_without_cards_stands_in_the_payload() -> None:
    basic = replace(smart(), fallback="basic", video_tpl_id="200000003")
    told = json.loads(payload(payload_frame(basic), [(13800000000, "{}", 0)]))
    assert (told["fallback"], told["basic_template"]) == ("basic", "200000003")
    assert "basic_template" not in json.loads(payload(payload_frame(smart()), []))


@pytest.mark.parametrize(
    "changes",
    [{"video_name": "x"}, {"video_params": ()}, {"video_carriers": ("cmcc",)}, {"carriers": (("cmcc", 1),)}],
)
def test_the_later_fields_are_bound_by_the_digest_too(changes: dict[str, object]) -> None:
    changed = replace(VIDEO, **changes)  # type: ignore[arg-type]  # the table names fields
    assert digest_of(encode(changed)) != digest_of(encode(VIDEO))


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
