# SPDX-License-Identifier: Apache-2.0
"""What the desk remembers of its calls to the real platform: of two that begin the same one wins, and words come in order, each once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.ports.cloud_records import (
    CloudMade,
    CloudUpload,
    CloudWord,
    OtherAccount,
    Stage,
    handed_in,
)
from koodesk.backend.ports.review_gateway import VendorState
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from koodesk.backend.storage.stores.cloud_accounts import SqlCloudAccounts
from koodesk.domain.problem import Refused
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


# --- whose they are ----------------------------------------------------------------------------------------------


class Key:
    """A key in use, which may become another's."""

    def __init__(self, database: Database) -> None:
        self.caller = "ours"
        self.accounts = SqlCloudAccounts(database)
        self.records = SqlCloudRecords(database, lambda: self.accounts.account(self.caller))


@pytest.fixture
def key(database: Database) -> Key:
    return Key(database)


def test_another_account_s_records_are_not_there_and_may_be_made_anew(key: Key) -> None:
    first, file = key.records, CloudUpload("image", "a" * 64, "oneToOne", "KD1.png", 1_000, "R1")
    assert first.begin(ASKED)
    first.tell(MADE)
    first.put_upload(file)
    key.caller = "theirs"
    assert (first.find("card", "1", "d1"), first.of_ref("card", "1")) == (None, None)
    assert (first.waiting(), first.uploads()) == ((), ())
    assert first.upload("image", "a" * 64, "oneToOne") is None
    assert first.begin(ASKED), "nothing is known of it here"
    first.tell(replace(MADE, cloud_id="900000002"))
    first.put_upload(replace(file, cloud_id="R2"))
    made = first.find("card", "1", "d1")
    assert made is not None
    assert (made.cloud_id, made.account) == ("900000002", "theirs")
    key.caller = "ours"
    made = first.find("card", "1", "d1")
    assert made is not None
    assert (made.cloud_id, made.account) == ("900000001", "ours")
    assert [one.cloud_id for one in first.uploads()] == ["R1"]
    first.forget(made)
    key.caller = "theirs"
    assert first.find("card", "1", "d1") is not None, "the other's stays"


def test_nothing_is_sent_with_another_s_template(key: Key) -> None:
    records = key.records
    records.tell(MADE)
    records.tell(replace(MADE, kind="sms_template", ref="5", cloud_id="T5", name="通知"))
    records.demand("900000001")
    records.demand("a card of the console")
    assert (records.sms_template("5"), records.sms_template("6")) == ("T5", "6")
    key.caller = "theirs"
    for call, name in (
        (lambda: records.demand("900000001"), "新春-ABCD"),
        (lambda: records.sms_template("5"), "通知"),
    ):
        with pytest.raises(Refused) as refused:
            call()
        (problem,) = refused.value.problems
        assert (problem.code, problem.where, problem.param("name")) == (
            "cloud.other_account",
            "template",
            name,
        )
    assert records.sms_template("6") == "6", "nobody has that"
    records.tell(replace(MADE, kind="sms_template", ref="5", cloud_id="T9"))
    assert records.sms_template("5") == "T9"


@pytest.mark.parametrize("before", ["ours", ""], ids=["of another key", "of nobody known"])
def test_a_person_says_that_they_are_of_one_account(database: Database, key: Key, before: str) -> None:
    old = SqlCloudRecords(database, lambda: before)
    old.tell(MADE)
    old.tell(replace(MADE, ref="2", cloud_id="900000002"))
    old.put_upload(CloudUpload("image", "a", "oneToOne", "KD1.png", 1_000, "R1"))
    key.caller = "theirs"
    key.records.tell(replace(MADE, cloud_id="900000009"))
    assert key.accounts.others("theirs") == (OtherAccount(before, 2, 1, 1_000),)
    key.accounts.unite("theirs", before, "Li", 5)
    assert key.accounts.others("theirs") == ()
    found = {ref: key.records.find("card", ref, "d1") for ref in ("1", "2")}
    assert {ref: one and one.cloud_id for ref, one in found.items()} == {"1": "900000009", "2": "900000002"}
    assert [one.cloud_id for one in key.records.uploads()] == ["R1"]
    if before:
        key.caller = before  # the first key is set again: it is of the same account
        assert key.records.find("card", "2", "d1") is not None


def test_what_was_united_stays_one_when_a_third_comes(key: Key) -> None:
    key.records.tell(MADE)
    key.accounts.unite("second", "ours", "Li", 5)
    key.accounts.unite("third", "second", "Li", 6)
    assert {key.accounts.account(one) for one in ("ours", "second", "third")} == {"third"}
    key.caller = "third"
    assert key.records.find("card", "1", "d1") is not None
