# SPDX-License-Identifier: Apache-2.0
"""A dry run: what it reads is what confirming would freeze, byte for byte; what it shows has no whole phone number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.gateways.cloud.rehearsal import CloudStage
from koodesk.backend.gateways.rehearsal import LocalStage, masked
from koodesk.backend.ports.gateway import Batch
from koodesk.backend.storage.stores.sending_rehearsal import SqlRehearsal
from koodesk.domain.campaign import CampaignDraft, Snapshot, digest_of, encode
from koodesk.domain.problem import Refused
from tests.backend.sending.workshop import (
    FIRST_NUMBER,
    SEGMENTS,
    Workshop,
    add_audience,
    add_video_audience,
    open_workshop,
    snapshot,
    video_snapshot,
)

COUNT = 25


def keep(workshop: Workshop, frozen: Snapshot) -> str:
    """Keep a confirmation nobody has confirmed; return its digest."""
    text = encode(frozen)
    draft = CampaignDraft("n", 1, 1, 1)
    workshop.ledger.save_confirmation(digest_of(text), draft, text, 0)
    return digest_of(text)


def rehearsed(workshop: Workshop, digest: str) -> list[Batch]:
    return list(SqlRehearsal(workshop.database, SEGMENTS).batches(digest).batches)


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ["smart", "video", "plain"])
def test_what_is_rehearsed_is_what_confirming_freezes(tmp_path: Path, kind: str) -> None:
    workshop = open_workshop(tmp_path)
    if kind == "smart":
        add_audience(workshop.database, COUNT)
        frozen = snapshot("u1", COUNT, chunk_size=10)
    elif kind == "plain":
        add_audience(workshop.database, COUNT)
        frozen = snapshot("u1", COUNT, chunk_size=10, kind=kind, params=("name",), sms_values=(("2", "A1"),))
    else:
        add_video_audience(workshop.database, COUNT)
        frozen = video_snapshot("u1", COUNT, chunk_size=10)
    found = rehearsed(workshop, keep(workshop, frozen))
    workshop.ledger.create(digest_of(encode(frozen)), encode(frozen), 0, "tester")
    with workshop.database.read() as connection:
        chunks = connection.exec_driver_sql(
            'SELECT "key", payload_digest FROM chunk ORDER BY first_id'
        ).fetchall()
    assert [(one.key, one.digest) for one in found] == [tuple(chunk) for chunk in chunks]
    assert [len(one.numbers) for one in found] == [10, 10, 5]


def test_who_opted_out_is_in_no_call(tmp_path: Path) -> None:
    workshop = open_workshop(tmp_path)
    add_audience(workshop.database, COUNT)
    frozen = snapshot("u1", COUNT, chunk_size=10)
    with workshop.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO opt_out (number, signature, at_ms, source) VALUES (?, ?, 0, 'import')",
            (FIRST_NUMBER + 3, frozen.signature),
        )
    found = rehearsed(workshop, keep(workshop, frozen))
    assert FIRST_NUMBER + 3 not in [number for one in found for number in one.numbers]
    assert sum(len(one.numbers) for one in found) == COUNT - 1


def test_nobody_rehearses_what_was_not_prepared(tmp_path: Path) -> None:
    workshop = open_workshop(tmp_path)
    with pytest.raises(Refused) as refused:
        rehearsed(workshop, "0" * 64)
    assert [one.code for one in refused.value.problems] == ["campaign.not_prepared"]


def payload(**changes: Any) -> Batch:
    told = {
        "campaign": "c",
        "task_name": "新春",
        "template": "200000001",
        "sms_template": "7",
        "sms_sign": "云杉商城",
        "sms_text": "尊敬的${1}，请查收${2}",
        "validity_days": 7,
        "fallback": "sms",
        "recipients": [[13_800_138_000, {"name": "13900139000"}, 1, {"1": "张三"}]],
        **changes,
    }
    return Batch.of("k-1", json.dumps(told).encode(), (13_800_138_000,))


def test_the_clouds_calls_are_those_of_its_gateway() -> None:
    stage = CloudStage({"7": "cloud-7"}.__getitem__, lambda: 1_780_000_000_000)
    *first, second = stage.calls([payload(), payload()])
    assert [(one.method, one.path) for one in first] == [
        ("GET", "/v1/sms/templates"),
        ("GET", "/v1/sms/signatures"),
        ("POST", "/v1/aim/send-tasks"),
    ]
    assert ("template_id", "cloud-7") in first[0].query
    task = first[2].body
    assert task["sms_channel"]["sms_tpl_id"] == "cloud-7"
    assert task["resolve_task"]["params"] == [
        {"cust_flag": "138****8000", "dync_params": {"name": "139****9000"}, "sms_params": ["张三"]}
    ]
    assert second.path == "/v1/aim/send-tasks"  # template and signature are asked for once and kept


def test_a_video_sms_is_one_call() -> None:
    stage = CloudStage(str, lambda: 0)
    video = payload(kind="video", expiration_hours=72, recipients=[[13_800_138_000, {"p_1": "周五"}]])
    (call,) = stage.calls([video])
    assert (call.path, call.body["individual_params"][0]["mobiles"]) == (
        "/v1/aim-basic/send-tasks",
        ["138****8000"],
    )


def test_the_local_engines_call_is_the_payload() -> None:
    (call,) = LocalStage().calls([payload()])
    assert (call.path, call.body["recipients"][0][0]) == ("/engine/v1/batches", "138****8000")


NUMBERS = st.integers(10_000_000_000, 19_999_999_999)


@given(
    number=NUMBERS,
    before=st.sampled_from(["", "+86", "0086", "86", "电话", " "]),
    after=st.sampled_from(["", "。", " ", ",", "x"]),
    place=st.sampled_from(["text", "number", "key", "list"]),
)
def test_no_whole_number_is_shown_wherever_it_stands(
    number: int, before: str, after: str, place: str
) -> None:
    text = f"{before}{number}{after}"
    given_: Any = {"text": text, "number": number, "key": {text: 1}, "list": [[text]]}[place]
    shown = json.dumps(masked({"a": given_}), ensure_ascii=False)
    assert str(number) not in shown
    assert str(number)[-4:] in shown


@pytest.mark.parametrize("value", ["200000001", 7, True, None, "2026-11-29", 1_780_000_000_000, 3.5])
def test_what_is_no_phone_number_is_shown_as_it_is(value: object) -> None:
    assert masked(value) == value
