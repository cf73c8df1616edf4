# SPDX-License-Identifier: Apache-2.0
"""The counts of reports are those of the ledger after every step of any story: whatever comes late, twice or in what order,
is corrected, is refused, withheld or given up, and wherever a write is broken off."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.ports.sending import SentRow, Settlement
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores import sending_receipts, sending_views
from koodesk.backend.storage.stores.reports import SqlReportStore
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.problem import Refused
from koodesk.domain.report import DAY_MS
from koodesk.domain.send_state import CampaignMove, ChunkMove
from koodesk.domain.smart_report import SmartCounts
from tests.backend.sending.workshop import add_audience, give_up, snapshot
from tests.databases import open_database

PEOPLE = 6
CHUNK = 3
BEGIN = 1_700_000_000_000
FIXTURES = Path(__file__).parents[3] / "fixtures"


@dataclass
class Story:
    """A ledger with two campaigns to the same people under one signature."""

    path: Path
    database: Database = field(init=False)
    ledger: SqlLedger = field(init=False)
    campaigns: list[int] = field(default_factory=list)
    now: int = BEGIN

    def __post_init__(self) -> None:
        self._open()
        add_audience(self.database, PEOPLE)
        with self.database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE audience_row SET vendor = CASE row_no % 4 WHEN 0 THEN 'HUAWEI' WHEN 1 THEN 'OPPO' WHEN 2 THEN '-' ELSE '' END"
            )
        for number in (1, 2):
            text = encode(snapshot(f"u{number}", PEOPLE, chunk_size=CHUNK, fallback="sms"))
            self.campaigns.append(self.ledger.create(digest_of(text), text, BEGIN, "tester"))
            self.ledger.move(self.campaigns[-1], CampaignMove.START, BEGIN)

    def _open(self) -> None:
        self.database = open_database(self.path.parent, self.path.name)
        self.database.prepare()
        self.ledger = SqlLedger(self.database)

    def again(self) -> None:
        """Open the ledger anew, as a process after a kill."""
        self.database.close()
        self._open()

    def store(self) -> SqlReportStore:
        """Return what reads it."""
        return SqlReportStore(self.database)

    def check(self) -> None:
        """See that every kept count is what the rows say, and that a funnel is the same whoever counts it."""
        assert self.store().recount(silent, never).gaps == ()
        for campaign in self.campaigns:
            for now in (BEGIN, self.now + 100, self.now + 3 * DAY_MS, self.now + 9 * DAY_MS):
                with self.database.read() as connection:
                    quick = sending_views.funnel(connection, campaign, now)
                    with patch.object(sending_views, "kept_rows", return_value=None):
                        assert sending_views.funnel(connection, campaign, now) == quick

    def message(self, recipient: int) -> str:
        """Return the id its message would have."""
        return str((5 << 32) + recipient)

    def settle(self, campaign: int, chunk: int, fate: str, days: int) -> None:
        """Claim a chunk, and let its answer come some days later."""
        id_ = self.campaigns[campaign]
        self.now += days * DAY_MS
        jobs = [job for job in self.ledger.jobs(id_, "planned", 10, self.now) if job.chunk_no == chunk]
        if jobs and fate != "doubt again":
            self.ledger.turn([], jobs, self.now, "me")
        with self.database.read() as connection:
            key, first, last = connection.exec_driver_sql(
                "SELECT id, first_id, last_id FROM chunk WHERE campaign_id = ? AND no = ?", (id_, chunk)
            ).one()
        everybody = range(first, last + 1)
        if fate in ("doubt", "doubt again"):
            settlement = Settlement(key, id_, chunk, ChunkMove.DOUBT, code="timeout")
        elif fate == "refuse":
            settlement = Settlement(key, id_, chunk, ChunkMove.REFUSE, code="no", refuse_rest=True)
        else:
            rows = [
                SentRow(
                    r,
                    None if fate == "split" and r % 2 else self.message(r),
                    *(("refused", "E1") if fate == "split" and r % 2 else ("accepted", "")),
                    self.now,
                )
                for r in everybody
            ]
            rows = rows[: len(rows) - 1] if fate == "part" else rows
            move = ChunkMove.SPLIT if fate == "split" else ChunkMove.ACCEPT
            settlement = Settlement(key, id_, chunk, move, tuple(rows))
        self.ledger.turn([settlement], [], self.now, "me")

    def recipients(self) -> list[int]:
        """Return all ids."""
        with self.database.read() as connection:
            return [row[0] for row in connection.exec_driver_sql("SELECT id FROM recipient ORDER BY id")]


_RECEIPTS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 4, PEOPLE]),  # few people and instants, so that they meet
        st.sampled_from(
            [
                "sms0",
                "sms1",
                "shortchain0",
                "shortchain1",
                "exposed0",
                "clicked0",
                "replyR",
                "replyhi",
                "odd0",
            ]
        ),
        st.integers(0, 1),  # which of its kind: the same number is the same receipt again
        st.sampled_from([0, 1, 2, 5 * DAY_MS]),
    ),
    max_size=12,
)
_STEPS = st.one_of(
    st.tuples(
        st.just("settle"),
        st.integers(0, 1),
        st.integers(0, 1),
        st.sampled_from(["accept", "split", "part", "refuse", "doubt", "doubt again"]),
        st.integers(0, 1),
    ),
    st.tuples(st.just("receipts"), _RECEIPTS),
    st.tuples(st.just("killed"), _RECEIPTS),
    st.tuples(st.just("give up"), st.integers(0, 1)),
    st.tuples(st.just("stop"), st.integers(0, 1)),
    st.tuples(st.just("reopen")),
)


def receipts_of(story: Story, told: list[tuple[int, str, int, int]]) -> list[Receipt]:
    """Return receipts; of one message, kind and number the id is one, whatever it says."""
    people = story.recipients()
    kinds = {"sms": 0, "shortchain": 1, "exposed": 2, "clicked": 3, "reply": 4, "odd": 5}
    found = []
    for place, word, number, late in told:
        kind = next(name for name in kinds if word.startswith(name))
        id_ = (people[place] * 8 + kinds[kind]) * 4 + number
        status = word[len(kind) :]
        found.append(Receipt(id_, story.message(people[place]), kind, status, "C", BEGIN + late))
    return found


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(_STEPS, max_size=14))
def test_the_counts_are_those_of_the_ledger_after_every_step(steps: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as name:
        story = Story(Path(name) / "koodesk.db")
        for step in [("settle", 0, 0, "accept", 0), *steps]:
            play(story, step)
            story.check()
        story.database.close()


def killed(story: Story, told: list[tuple[int, str, int, int]]) -> None:
    """Take a page and die before it is committed."""
    try:
        with story.database.write() as connection:
            sending_receipts.take(connection, "scripted", receipts_of(story, told), 1)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass


_PAGES = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.sampled_from(
                ["sms0", "sms1", "sms0", "sms1", "exposed0", "clicked0", "shortchain0", "shortchain1"]
            ),
            st.integers(0, 2),
            st.integers(0, 1),
        ),
        min_size=1,
        max_size=8,
    ),
    min_size=2,
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(_PAGES)
def test_pages_of_few_messages_in_every_order(pages: list[list[tuple[int, str, int, int]]]) -> None:
    with TemporaryDirectory() as name:
        story = Story(Path(name) / "koodesk.db")
        story.settle(0, 0, "accept", 0)
        for page in pages:
            story.ledger.take("scripted", receipts_of(story, page), 1)
            story.check()
        story.database.close()


def play(story: Story, step: tuple[object, ...]) -> None:
    """Do one thing; what the ledger refuses changes nothing."""
    try:
        match step:
            case ("settle", int(campaign), int(chunk), str(fate), int(days)):
                story.settle(campaign, chunk, fate, days)
            case ("receipts", list(told)):
                story.ledger.take("scripted", receipts_of(story, told), 1)
            case ("killed", list(told)):
                killed(story, told)
            case ("give up", int(campaign)):
                give_up(story.database, story.campaigns[campaign], story.now, "me")
            case ("stop", int(campaign)):
                story.ledger.move(story.campaigns[campaign], CampaignMove.STOP, story.now)
            case ("reopen",):
                story.again()
    except Refused:
        pass


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path / "koodesk.db")


def counts(story: Story) -> SmartCounts:
    """Return the sum of everything that is kept."""
    return sum((tally.counts for tally in story.store().smart_tallies()), SmartCounts())


@pytest.mark.both_databases
def test_people_and_times_are_counted_apart(story: Story) -> None:
    story.settle(0, 0, "accept", 0)
    one = story.recipients()[0]
    message = story.message(one)
    page = [
        Receipt(1, message, "sms", "0", "DELIVRD", BEGIN),
        Receipt(2, message, "exposed", "0", "", BEGIN),
        Receipt(3, message, "exposed", "0", "", BEGIN + 1),
        Receipt(3, message, "exposed", "0", "", BEGIN + 1),
        Receipt(4, message, "clicked", "0", "button:7", BEGIN + 2),
        Receipt(5, message, "clicked", "0", "button:7", BEGIN + 3),
    ]
    story.ledger.take("scripted", page, 6)
    assert counts(story) == SmartCounts(3, 2, 3, 1, 0, 0, 1, 2, 1, 2, 0)
    story.ledger.take("scripted", [*page, Receipt(6, message, "clicked", "0", "image:1", BEGIN + 4)], 7)
    assert counts(story) == SmartCounts(3, 2, 3, 1, 0, 0, 1, 2, 1, 3, 0)
    story.check()


@pytest.mark.both_databases
@pytest.mark.parametrize("vendor", ["\x1f", "a\x1fb", "@", "J王", "", "'", '"', "[0]"])
def test_a_vendor_of_any_name_is_counted_apart(story: Story, vendor: str) -> None:
    with story.database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE recipient DISABLE TRIGGER ALL")
        else:
            connection.exec_driver_sql("DROP TRIGGER recipient_no_update")
        connection.exec_driver_sql("UPDATE recipient SET vendor = ? WHERE id % 2 = 0", (vendor,))
    story.settle(0, 0, "accept", 0)
    page = [
        Receipt(place, story.message(recipient), "sms", str(place % 3 // 2), "", BEGIN)
        for place, recipient in enumerate(story.recipients()[:CHUNK], 1)
    ]
    story.ledger.take("scripted", page, CHUNK)
    assert (counts(story).success, counts(story).undelivered) == (2, 1)
    story.check()


@pytest.mark.both_databases
def test_a_late_report_takes_back_what_it_corrects(story: Story) -> None:
    story.settle(0, 0, "accept", 0)
    message = story.message(story.recipients()[0])
    story.ledger.take("scripted", [Receipt(1, message, "sms", "1", "EXPIRED", BEGIN)], 1)
    assert (counts(story).success, counts(story).undelivered) == (0, 1)
    story.ledger.take("scripted", [Receipt(2, message, "sms", "0", "DELIVRD", BEGIN + 1)], 2)
    assert (counts(story).success, counts(story).undelivered) == (1, 0)
    story.check()


@pytest.mark.both_databases
def test_receipts_before_their_answer_count_when_it_comes(story: Story) -> None:
    message = story.message(story.recipients()[0])
    story.ledger.take(
        "scripted",
        [
            Receipt(1, message, "sms", "0", "DELIVRD", BEGIN),
            Receipt(2, message, "clicked", "0", "button:7", BEGIN),
        ],
        2,
    )
    assert counts(story) == SmartCounts()
    story.settle(0, 0, "accept", 0)
    assert (counts(story).success, counts(story).clicked, counts(story).clicked_times) == (1, 1, 1)
    story.check()


def test_a_message_counts_for_the_day_it_was_handed_over_and_never_before_its_confirmation(
    story: Story,
) -> None:
    story.settle(0, 0, "accept", 0)
    story.settle(0, 1, "accept", 2)
    message = story.message(story.recipients()[0])
    story.ledger.take(
        "scripted", [Receipt(1, message, "reply", "R", "", BEGIN - 9 * DAY_MS)], 1
    )  # withheld in the second campaign
    days = {(tally.task, tally.day) for tally in story.store().smart_tallies()}
    first = (BEGIN + 8 * 3_600_000) // DAY_MS
    assert days == {
        (story.campaigns[0], first),
        (story.campaigns[0], first + 2),
        (story.campaigns[1], first),
    }
    story.check()


@pytest.mark.both_databases
def test_a_count_that_is_wrong_is_found(story: Story) -> None:
    story.settle(0, 0, "accept", 0)
    with story.database.write() as connection:
        connection.exec_driver_sql("UPDATE report_count SET success = success + 2 WHERE vendor = 'OPPO'")
    (gap,) = story.store().recount(silent, never).gaps
    assert (gap.task, gap.vendor, gap.name, gap.kept, gap.counted) == (
        story.campaigns[0],
        "OPPO",
        "success",
        2,
        0,
    )


@pytest.mark.both_databases
def test_counting_anew_can_be_cancelled(story: Story) -> None:
    with pytest.raises(Refused) as refused:
        story.store().recount(silent, lambda: True)
    assert [p.code for p in refused.value.problems] == ["report.cancelled"]


@pytest.mark.parametrize("name", ["v1-workspace", "v2-workspace", "v3-workspace", "v3-video-workspace"])
def test_an_old_workspace_begins_with_what_its_ledger_has(tmp_path: Path, name: str) -> None:
    path = tmp_path / "koodesk.db"
    shutil.copy(FIXTURES / f"{name}.db", path)
    database = Database(path)
    database.prepare()
    found = SqlReportStore(database).recount(silent, never)
    database.close()
    assert found.messages > 0
    assert found.gaps == ()
