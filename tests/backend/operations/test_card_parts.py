# SPDX-License-Identifier: Apache-2.0
"""A card with variants is handed in as one card a group of vendors, and named versions that were approved are pinned."""

from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.domain import codec
from koodesk.domain.edits import SetOverride
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import CardState
from koodesk.domain.template import Template, TextContent
from koodesk.domain.variants import submissions
from koodesk.domain.vendor import Vendor
from tests.backend.operations.clearing_desk import ClearingDesk
from tests.domain.strategies import good


@pytest.fixture
def cleared(tmp_path: Path) -> ClearingDesk:
    desk = ClearingDesk(tmp_path)
    desk.clear_filing()
    return desk


def with_variant(words: str = "只给一家", template: Template | None = None) -> Template:
    """A good card of which the last vendor shows a title of its own."""
    template = template or good()
    title = next(c for c in template.contents() if isinstance(c, TextContent))
    return SetOverride(template.vendors[-1], replace(title, text=words)).apply(template)


def test_each_group_of_vendors_is_a_review_of_its_own(cleared: ClearingDesk) -> None:
    template = with_variant()
    row = cleared.cards.submit(cleared.cards.create(template).id)
    groups = submissions(template)
    assert row.state is CardState.DRAFT
    assert row.parts == tuple(g.name for g in groups)
    assert [p.code for p in row.why_not] == ["card.in_parts"]
    parts = sorted((r for r in cleared.cards.list() if r.master_id == row.id), key=lambda r: r.id)
    assert [p.vendors for p in parts] == [g.vendors for g in groups]
    assert {p.state for p in parts} == {CardState.WAITING}
    assert len({p.tpl_id for p in parts}) == len(groups)
    bodies = [r.body for r in cleared.reviewer.reviews_by_key.values() if r.kind.value == "card"]
    assert [codec.loads(body.encode()) for body in bodies] == list(groups)
    assert not any(g.overrides for g in groups)


def test_an_edit_afterwards_goes_to_the_same_parts(cleared: ClearingDesk) -> None:
    row = cleared.cards.submit(cleared.cards.create(with_variant()).id)
    cleared.decide_all()
    before = {r.id: r.tpl_id for r in cleared.cards.list() if r.master_id}
    cleared.cards.save(row.id, with_variant("另一个标题"), row.revision)
    assert cleared.cards.get(row.id).parts == (), "these words were not handed in yet"
    again = cleared.cards.submit(row.id)
    assert len(again.parts) == len(before)
    assert {r.id for r in cleared.cards.list() if r.master_id} == set(before)


def test_while_a_part_waits_its_content_stays(cleared: ClearingDesk) -> None:
    row = cleared.cards.submit(cleared.cards.create(with_variant()).id)
    cleared.cards.save(row.id, with_variant("另一个标题"), row.revision)
    digests = {r.id: r.digest for r in cleared.cards.list() if r.master_id}
    with pytest.raises(Refused) as refused:
        cleared.cards.submit(row.id)
    assert [p.code for p in refused.value.problems] == ["card.under_review"]
    assert {r.id: r.digest for r in cleared.cards.list() if r.master_id} == digests


def test_a_lost_answer_hands_every_part_in_later(cleared: ClearingDesk) -> None:
    card = cleared.cards.create(with_variant())
    cleared.reviewer.down = True
    with pytest.raises(Refused):
        cleared.cards.submit(card.id)
    cleared.reviewer.down = False
    cleared.reviews.sync()
    parts = [r for r in cleared.cards.list() if r.master_id == card.id]
    assert len(parts) == 2
    assert {p.state for p in parts} == {CardState.WAITING}


def test_an_own_content_of_a_vendor_that_is_not_chosen_needs_no_parts(cleared: ClearingDesk) -> None:
    template = good()
    absent = next(v for v in Vendor if v not in template.vendors)
    title = next(c for c in template.contents() if isinstance(c, TextContent))
    card = cleared.cards.create(SetOverride(absent, replace(title, text="一")).apply(template))
    row = cleared.cards.submit(card.id)
    assert (row.state, row.parts) == (CardState.WAITING, ())
    assert len(cleared.cards.list()) == 1


def test_an_approved_version_is_pinned_and_keeps_its_name(cleared: ClearingDesk) -> None:
    row = cleared.add_card()
    cleared.cards.name_version(row.id, 1, " 首发 ")
    cleared.cards.submit(row.id)
    (version,) = cleared.cards.versions(row.id)
    assert (version.label, version.submitted, version.pinned) == ("首发", True, False)
    cleared.decide_all()
    cleared.cards.save(row.id, replace(good(), name="元宵"), 1)
    newer, older = cleared.cards.versions(row.id)
    assert (newer.pinned, older.pinned) == (False, True)
    for label in ("", "别的"):
        with pytest.raises(Refused) as refused:
            cleared.cards.name_version(row.id, 1, label)
        assert [p.code for p in refused.value.problems] == ["card.version_pinned"]
    cleared.cards.name_version(row.id, 2, "二")
    cleared.cards.name_version(row.id, 2, "")
    assert [v.label for v in cleared.cards.versions(row.id)] == ["", "首发"]


def test_the_version_behind_approved_parts_is_pinned(cleared: ClearingDesk) -> None:
    row = cleared.cards.submit(cleared.cards.create(with_variant()).id)
    cleared.decide_all()
    (version,) = cleared.cards.versions(row.id)
    assert (version.submitted, version.pinned) == (True, True)


@pytest.mark.parametrize(("label", "code"), [("长" * 41, "card.version_name")])
def test_a_bad_name_of_a_version_is_refused(cleared: ClearingDesk, label: str, code: str) -> None:
    row = cleared.add_card()
    with pytest.raises(Refused) as refused:
        cleared.cards.name_version(row.id, 1, label)
    assert [p.code for p in refused.value.problems] == [code]
    with pytest.raises(Refused):
        cleared.cards.name_version(row.id, 1, "一\u202e二")
    with pytest.raises(Refused):
        cleared.cards.name_version(row.id, 9, "九")
