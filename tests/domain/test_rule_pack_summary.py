# SPDX-License-Identifier: Apache-2.0
"""A pack at a glance: nothing is counted twice or left out, and a conflict keeps both sides."""

from __future__ import annotations

from koodesk.domain.rule_pack import Confidence
from koodesk.domain.rule_pack_diff import compare
from koodesk.domain.rule_pack_files import read_usable
from koodesk.domain.rule_pack_summary import statements, summary
from tests.domain import packs
from tests.domain.strategies import pack


def test_every_rule_is_counted_once() -> None:
    found = summary(pack())
    assert found.statements == sum(found.counts.values()) == len(list(statements(pack())))
    assert set(found.counts) == set(Confidence)
    assert found.counts[Confidence.CONFLICT] == len(found.conflicts)
    assert (found.layouts, found.events) == (len(pack().layouts), len(pack().events))
    paths = [s.where for s in statements(pack())]
    assert len(paths) == len(set(paths))
    by_hand = (
        sum(
            len(layout.vendors) + len(layout.param_vendors) + len(layout.total_chars)
            for layout in pack().layouts.values()
        )
        + sum(
            len(s.limits) + len(s.child_limits) + len(s.min_pixels) + len(s.best_pixels)
            for layout in pack().layouts.values()
            for s in layout.slots
        )
        + sum(1 + len(layout.groups) for layout in pack().layouts.values())
        + sum(len(e.vendors) for e in pack().events.values())
        + sum(len(f.vendors) for f in pack().floors)
        + len(pack().numbers)
        + len(pack().sectors)
    )
    assert found.statements == by_hand


def test_a_conflict_has_its_value_its_source_and_what_the_other_says() -> None:
    conflicts = {s.where: s for s in summary(pack()).conflicts}
    one = conflicts["events/OPEN_URL/vendors/OPPO"]
    assert (one.value, one.source) == ("yes", "SDK")
    assert "2-8" in one.note
    assert conflicts["layouts/Notification1/slots/title/limits/OPPO"].value == "lines=1 chars=15"


def test_a_fact_that_becomes_doubtful_moves_from_one_count_to_the_other() -> None:
    doubtful = read_usable(
        packs.files(
            (
                "limits.toml",
                'source = "API CreatePersonalTemplate", confidence = "stated"',
                'source = "API CreatePersonalTemplate", confidence = "conflict"',
            )
        ),
        pack(),
    )
    before, after = summary(pack()), summary(doubtful)
    assert after.counts[Confidence.CONFLICT] == before.counts[Confidence.CONFLICT] + 1
    assert after.counts[Confidence.STATED] == before.counts[Confidence.STATED] - 1
    (new,) = {s.where for s in after.conflicts} - {s.where for s in before.conflicts}
    assert new == "numbers/tpl_name.max"
    assert f"{new}/confidence" in {c.where for c in compare(pack(), doubtful)}
