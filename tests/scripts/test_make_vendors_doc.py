# SPDX-License-Identifier: Apache-2.0
"""docs/vendors.md is what the shipped rule pack says, every value of it with source and certainty."""

from __future__ import annotations

from dataclasses import replace

from koodesk.domain.rule_pack import Confidence, Fact
from koodesk.domain.vendor import Vendor
from scripts.make_vendors_doc import MARKS, TARGET, document
from tests.domain.strategies import pack


def test_the_file_is_up_to_date() -> None:
    assert TARGET.read_text("utf-8") == document(pack()), "run scripts/make_vendors_doc.py"


def test_every_layout_event_floor_and_number_is_in_it() -> None:
    text = document(pack())
    for layout in pack().layouts.values():
        assert f"### {layout.id} {layout.name_zh}" in text
        assert all(f"| {s.position} | {s.id} {s.name_zh} |" in text for s in layout.slots)
    assert all(f"| {e.value} " in text for e in pack().events)
    assert all(f"| {f.type} {f.name_zh} |" in text for f in pack().floors)
    assert all(f"| `{name}` |" in text for name in pack().numbers)


def test_what_is_not_known_says_so_and_conflicts_have_their_note() -> None:
    text = document(pack())
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in text.splitlines()}
    assert "unknown ∅" in lines["`button.text.max`"]
    fact = pack().events["OPEN_URL"].vendors[Vendor.OPPO]  # type: ignore[index]  # a StrEnum's value is its key
    assert fact.confidence is Confidence.CONFLICT
    assert f". {fact.note}\n" in text
    assert "yes ⚠<sup>" in lines["OPEN_URL 打开链接"]


def test_a_changed_value_changes_the_text() -> None:
    number: Fact[int] = replace(pack().numbers["scene.max"], value=11, confidence=Confidence.PARTIAL)
    changed = document(replace(pack(), numbers={**pack().numbers, "scene.max": number}))
    assert f"| `scene.max` | 11 {MARKS[Confidence.PARTIAL]} |" in changed
    assert changed != document(pack())
