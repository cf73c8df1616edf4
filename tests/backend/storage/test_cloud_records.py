# SPDX-License-Identifier: Apache-2.0
"""What the desk remembers of its calls to the real platform: of two that begin the same one wins, and words come in order, each once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.ports.cloud_records import CloudMade, CloudUpload, CloudWord, Stage, handed_in
from koodesk.backend.ports.review_gateway import VendorState
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from tests.databases import open_database

pytestmark = pytest.mark.both_databases

ASKED = CloudMade("card", "1", "d1", "新春-ABCD", Stage.ASKED, 1_000)
MADE = replace(ASKED, stage=Stage.MADE, cloud_id="900000001", word=handed_in(("HUAWEI", "VIVO")))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(tmp_path)
    made.prepare()
    yield made
    made.close()


@pytest.fixture
def records(database: Database) -> SqlCloudRecords:
    return SqlCloudRecords(database)


def test_of_two_that_begin_the_same_one_wins(records: SqlCloudRecords) -> None:
    won: list[bool] = []
    gate = threading.Barrier(4)

    def begin() -> None:
        gate.wait()
        won.append(records.begin(ASKED))

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]
    assert records.find("card", "1", "d1") == ASKED


def test_a_settled_record_is_asked_for_anew_by_one(records: SqlCloudRecords) -> None:
    records.begin(ASKED)
    missed = replace(ASKED, misses=1, missed_ms=700_000)
    records.put(missed)
    assert records.again(missed, 800_000)
    assert not records.again(missed, 800_001)
    assert records.find("card", "1", "d1") == replace(ASKED, asked_ms=800_000)
    records.forget(ASKED)
    assert records.find("card", "1", "d1") is None


def test_words_come_in_their_order_each_once(records: SqlCloudRecords) -> None:
    first = records.tell(MADE)
    second = records.tell(replace(MADE, ref="2"))
    assert (first.seq, second.seq) == (1, 2)
    assert records.changes(0, 10) == (first, second)
    word = CloudWord(
        "approved", (VendorState("HUAWEI", "approved", ""), VendorState("VIVO", "waiting", "")), "好"
    )
    third = records.tell(replace(first, word=word))
    assert third.seq == 3
    assert records.changes(1, 10) == (second, third)
    assert records.changes(0, 1) == (second,)
    assert records.changes(3, 10) == ()


def test_what_waits_is_what_the_platform_may_still_speak_of(records: SqlCloudRecords) -> None:
    records.begin(replace(ASKED, ref="3"))
    open_, over = records.tell(MADE), records.tell(replace(MADE, ref="2", open=False))
    assert records.waiting() == (open_,)
    assert records.of_ref("card", "2") == over
    assert records.of_ref("card", "3") is None


def test_a_template_is_called_as_the_platform_calls_its_newest_content(records: SqlCloudRecords) -> None:
    assert records.sms_template("7") == "7"
    records.tell(replace(MADE, kind="sms_template", ref="7", cloud_id="c1"))
    records.tell(replace(MADE, kind="sms_template", ref="7", digest="d2", cloud_id="c1"))
    assert records.sms_template("7") == "c1"


def test_a_file_is_known_by_content_and_ratio(records: SqlCloudRecords) -> None:
    one = CloudUpload("image", "a" * 64, "oneToOne", "KD1.png", 1_000)
    records.put_upload(one)
    made = replace(one, cloud_id="690", material_id="m", used_ms=2_000)
    records.put_upload(made)
    records.put_upload(replace(made, rate="threeToOne", used_ms=1_500))
    assert records.upload("image", "a" * 64, "oneToOne") == made
    assert records.upload("image", "a" * 64, "threeToFour") is None
    assert [one.used_ms for one in records.uploads()] == [1_500, 2_000]


@pytest.mark.parametrize(
    ("state", "parties", "over"),
    [
        ("approved", (), True),
        ("rejected", (), True),
        ("waiting", (), False),
        ("processing", (), False),
        ("approved", ("approved", "waiting"), False),  # a vendor may still come
        ("approved", ("approved", "rejected"), True),
    ],
)
def test_a_record_is_over_when_everybody_has_decided(
    state: str, parties: tuple[str, ...], over: bool
) -> None:
    word = CloudWord(state, tuple(VendorState(str(n), one, "") for n, one in enumerate(parties)))
    assert word.over is over
