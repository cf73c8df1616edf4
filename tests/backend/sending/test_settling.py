# SPDX-License-Identifier: Apache-2.0
"""Answers are matched by number, whatever order they come in, however many are missing, and whoever was taken out."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.ports.gateway import NumberResult
from koodesk.backend.sending.settling import match
from koodesk.backend.storage.sqlite_file import sqlite_module
from koodesk.backend.storage.stores.sending_sound import is_sound
from tests.backend.sending.workshop import FIRST_NUMBER, open_workshop
from tests.databases import open_database

FIRST_ID = 41
NUMBERS = tuple(range(FIRST_NUMBER, FIRST_NUMBER + 6))


@given(st.permutations(NUMBERS), st.integers(0, 6), st.sets(st.sampled_from(NUMBERS)), st.booleans())
def test_each_answer_is_its_numbers(order: list[int], told: int, refused: set[int], twice: bool) -> None:
    results = [
        NumberResult(number, number not in refused, "" if number in refused else f"m{number}", "")
        for number in order[:told]
    ]
    matched = match(NUMBERS, FIRST_ID, [*results, *results[:twice]], 7)
    found = {row.recipient_id - FIRST_ID + FIRST_NUMBER: row.message_id for row in matched.rows}
    assert found == {number: None if number in refused else f"m{number}" for number in order[:told]}
    assert (matched.missing, matched.foreign) == (6 - told, 0)
    assert matched.repeated == (twice and told > 0)


def test_an_index_that_is_another_than_its_table_says_is_found_before_anything_leaves(tmp_path: Path) -> None:
    workshop = open_workshop(tmp_path)
    campaign = workshop.confirm(30)
    assert is_sound(workshop.database, campaign)
    workshop.database.close()
    with closing(sqlite_module().connect(workshop.database.path, isolation_level=None)) as damaged:
        damaged.execute("PRAGMA writable_schema=ON")
        damaged.execute(
            "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'chunk_by_state') "
            "WHERE name = 'campaign_by_state'"
        )
    again = open_database(tmp_path)
    assert not is_sound(again, campaign)
    again.close()
