# SPDX-License-Identifier: Apache-2.0
"""An exported audit log holds by itself: whatever is changed in the file is found without the workspace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.operations.table_export import neutral
from koodesk.domain.audit import FIRST_HASH, AuditEntry, Outcome, entry_hash
from koodesk.domain.audit_file import COLUMNS, cells_of, verify_lines

TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=12) | st.sampled_from(
    ("=1+1", "'=1", "@x", "-", "'", "''=")
)
NOT_AN_ENTRY = "0" * 64


@st.composite
def logs(draw: st.DrawFn) -> list[AuditEntry]:
    """Draw a chain of entries, oldest first."""
    made: list[AuditEntry] = []
    previous = FIRST_HASH
    for number in range(1, draw(st.integers(1, 6)) + 1):
        entry = AuditEntry(
            number,
            draw(st.integers(0, 4_000_000_000_000)),
            draw(st.integers(0, 9)),
            draw(TEXTS),
            "window",
            "iam:user:create",
            "users.create",
            draw(TEXTS),
            draw(st.sampled_from(Outcome)),
            draw(TEXTS),
            previous,
            "",
        )
        previous = entry_hash(previous, entry)
        made.append(replace(entry, hash=previous))
    return made


def lines(entries: list[AuditEntry]) -> list[list[str]]:
    """Return entries as a file has them: cells neutralised, all of them text."""
    return [[str(neutral(cell)) for cell in cells_of(entry)] for entry in entries]


@given(logs(), st.booleans())
def test_a_whole_log_holds_in_both_directions(entries: list[AuditEntry], newest_first: bool) -> None:
    found = verify_lines(lines(entries[::-1] if newest_first else entries))
    assert (found.entries, found.broken, found.gaps, found.whole) == (len(entries), None, 0, True)
    assert found.head == entries[-1].hash


@given(logs(), st.data())
def test_any_changed_cell_is_found(entries: list[AuditEntry], data: st.DataObject) -> None:
    told = lines(entries)
    row = data.draw(st.integers(0, len(told) - 1))
    column = data.draw(st.integers(0, len(COLUMNS) - 1))
    told[row][column] += data.draw(st.sampled_from("1'"))
    assert verify_lines(told).broken is not None


@given(logs(), st.data())
def test_a_line_that_is_missing_shows(entries: list[AuditEntry], data: st.DataObject) -> None:
    told = lines(entries)
    del told[data.draw(st.integers(0, len(told) - 1))]
    found = verify_lines(told)
    assert found.broken is None
    assert found.gaps == 1 or found.first == 2 or found.last == len(entries) - 1, (
        "a gap, or the chain begins later, or it ends before the hash that was noted"
    )


def test_two_lines_that_were_swapped_are_found() -> None:
    made = [replace(entry) for entry in chain(4)]
    told = lines(made)
    told[1], told[2] = told[2], told[1]
    found = verify_lines(told)
    assert found.broken is not None


def test_a_line_put_in_with_a_hash_of_its_own_is_found() -> None:
    made = chain(3)
    forged = replace(made[1], who="eve", previous=made[0].hash)
    made[1] = replace(forged, hash=entry_hash(made[0].hash, forged))
    found = verify_lines(lines(made))
    assert found.broken is not None
    assert (found.broken.entry, found.broken.why) == (3, "link")


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["x"],
        ["1"] * 12,
        ["", *[""] * 11],
        ["1", "2026-11-28 00:00:00.000", "x", *["a"] * 9],
        ["9" * 99] * 12,
    ],
)
def test_what_is_no_line_is_no_entry(line: list[str]) -> None:
    assert verify_lines([line]).broken is not None


def chain(count: int) -> list[AuditEntry]:
    made: list[AuditEntry] = []
    previous = FIRST_HASH
    for number in range(1, count + 1):
        entry = AuditEntry(
            number, number, 0, "ann", "window", "a:b:c", "x.y", "", Outcome.DONE, "", previous, ""
        )
        previous = entry_hash(previous, entry)
        made.append(replace(entry, hash=previous))
    return made
