# SPDX-License-Identifier: Apache-2.0
"""The chain of the audit log: whatever is done to a row afterwards is found, at its place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.audit import FIRST_HASH, AuditEntry, Broken, Outcome, entry_hash, plain, verify

FIELDS = ("at_ms", "user_id", "who", "place", "action", "what", "subject", "outcome", "detail")
words = st.text(max_size=12)
facts = st.tuples(
    st.integers(0, 2**53),
    st.integers(0, 99),
    words,
    words,
    words,
    words,
    words,
    st.sampled_from(Outcome),
    words,
)


def chain(said: list[tuple[object, ...]]) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number, values in enumerate(said, 1):
        previous = entries[-1].hash if entries else FIRST_HASH
        entry = AuditEntry(number, *values, previous, "")  # type: ignore[arg-type,call-arg]  # as `facts` has them
        entries.append(replace(entry, hash=entry_hash(previous, entry)))
    return entries


chains = st.lists(facts, min_size=2, max_size=8).map(chain)


@given(chains)
def test_a_chain_as_it_was_written_holds(entries: list[AuditEntry]) -> None:
    found = verify(entries, len(entries))
    assert (found.entries, found.head, found.broken) == (len(entries), entries[-1].hash, None)


@given(chains, st.data())
def test_any_changed_field_is_found_at_its_row(entries: list[AuditEntry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from(FIELDS))
    old = getattr(entries[at], name)
    new = (
        next(o for o in Outcome if o != old)
        if name == "outcome"
        else old + (1 if isinstance(old, int) else "x")
    )
    entries[at] = replace(entries[at], **{name: new})  # type: ignore[arg-type]  # a value of the field's own type
    assert verify(entries).broken == Broken(at + 1, "content")


@given(chains, st.data())
def test_a_row_changed_with_its_hash_is_found_at_the_next(
    entries: list[AuditEntry], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(entries) - 2))
    changed = replace(entries[at], who=entries[at].who + "x")
    entries[at] = replace(changed, hash=entry_hash(changed.previous, changed))
    assert verify(entries).broken == Broken(at + 2, "link")


@given(chains, st.data())
def test_any_dropped_row_is_found(entries: list[AuditEntry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    count = len(entries)
    del entries[at]
    assert verify(entries, count).broken == Broken(at + 1, "cut" if at == count - 1 else "gap")


@given(chains, st.data())
def test_any_two_swapped_rows_are_found(entries: list[AuditEntry], data: st.DataObject) -> None:
    one, two = sorted(data.draw(st.sets(st.integers(0, len(entries) - 1), min_size=2, max_size=2)))
    entries[one], entries[two] = entries[two], entries[one]
    assert verify(entries).broken == Broken(one + 1, "gap")
    entries[one] = replace(entries[one], id=one + 1)  # with the numbers put right as well
    entries[two] = replace(entries[two], id=two + 1)
    broken = verify(entries).broken
    assert broken is not None
    assert broken.entry <= one + 2


@given(chains)
def test_an_end_that_was_cut_off_is_found_by_the_number_kept_apart(entries: list[AuditEntry]) -> None:
    found = verify(entries[:-1], len(entries))
    assert found.broken == Broken(len(entries), "cut")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("13800138000", "138****"),
        ("to 138 0013 8000 and 139-0013-9000", "to 138**** and 139****"),
        ("１３８００１３８０００", "１３８****"),
        ("card_id=123456", "card_id=123456"),
        ("a\nb\tc", "a b c"),
        ("\u202eabc\x07", "\ufffdabc\ufffd"),
        ("x" * 500, "x" * 200),
    ],
)
def test_no_full_number_and_nothing_unseen_gets_in(text: str, kept: str) -> None:
    assert plain(text) == kept
