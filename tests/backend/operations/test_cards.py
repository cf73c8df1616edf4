# SPDX-License-Identifier: Apache-2.0
"""Cards as records: revisions, files, review per vendor, and what an edit after it means."""

from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.domain import koocard
from koodesk.domain.brand import BrandKit
from koodesk.domain.digest import content_digest, template_digest
from koodesk.domain.edits import Batch, SetOverride, SetPicture, SetText, SetVendors
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import CardState, Verdict
from koodesk.domain.template import ImageContent, MaterialRef, Picture, TextContent
from koodesk.domain.vendor import Vendor
from tests.backend.operations.clearing_desk import ClearingDesk, body_of
from tests.domain.strategies import good


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    return ClearingDesk(tmp_path)


@pytest.fixture
def cleared(desk: ClearingDesk) -> ClearingDesk:
    """A desk whose filing is approved."""
    desk.clear_filing()
    return desk


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def test_a_card_comes_back_as_it_was_saved(desk: ClearingDesk) -> None:
    row = desk.cards.create(good())
    opened, template = desk.cards.open(row.id)
    assert (opened, template) == (row, good())
    assert (row.revision, row.digest, row.state) == (1, template_digest(good()), CardState.DRAFT)


def test_each_change_is_a_revision_and_no_change_is_none(desk: ClearingDesk) -> None:
    row = desk.cards.create(good())
    assert desk.cards.save(row.id, good(), 1).revision == 1
    renamed = replace(good(), name="元宵红包")
    assert desk.cards.save(row.id, renamed, 1).revision == 2
    assert [v.revision for v in desk.cards.versions(row.id)] == [2, 1]
    assert desk.cards.open(row.id, revision=1)[1] == good()


def test_a_save_over_somebody_elses_is_refused_and_loses_nothing(desk: ClearingDesk) -> None:
    row = desk.cards.create(good())
    theirs = replace(good(), name="他的")
    desk.cards.save(row.id, theirs, 1)
    with pytest.raises(Refused) as refused:
        desk.cards.save(row.id, replace(good(), name="我的"), 1)
    assert codes(refused) == ["card.saved_elsewhere"]
    assert refused.value.problems[0].param("actual") == 2
    assert desk.cards.open(row.id)[1] == theirs


def test_the_list_is_searched_by_name(desk: ClearingDesk) -> None:
    desk.cards.create(replace(good(), name="Spring 红包"))
    desk.cards.create(replace(good(), name="秋季"))
    assert [r.name for r in desk.cards.list("spring")] == ["Spring 红包"]
    assert [r.name for r in desk.cards.list("%")] == []
    assert len(desk.cards.list()) == 2


def test_a_name_of_the_brand_kit_shows_who_sends(desk: ClearingDesk) -> None:
    """As the editor says: the same checks with the same kit."""
    bare = Batch((SetText("merchant", ""), SetPicture("picture", None), SetText("title", "云杉家的红包")))
    row = desk.cards.create(bare.apply(good()))
    unseen = [p for p in desk.cards.check(row.id) if p.code == "sender.invisible"]
    assert len(unseen) == 1
    with desk.work.write() as connection:
        desk.brand.put(connection, BrandKit(names=("云杉",)))
    found = desk.cards.check(row.id)
    assert unseen[0] not in found
    assert "text.missing" in [p.code for p in found]
    assert unseen[0] not in desk.cards.check(row.id, Vendor.OPPO)


def test_a_vendors_own_content_stops_a_submission_like_the_masters(cleared: ClearingDesk) -> None:
    """With every error, each named with the vendor whose content it is; a slip nobody would see stops nothing."""
    row = cleared.add_card()
    _, template = cleared.cards.open(row.id)
    title, body = template.content("title"), template.content("body")
    assert isinstance(title, TextContent)
    assert isinstance(body, TextContent)
    own = (
        SetOverride(Vendor.OPPO, replace(title, text="a<b ${nobody}")),
        SetOverride(Vendor.VIVO, replace(body, text="30元红包")),
    )
    cleared.cards.save(row.id, Batch(own).apply(template), row.revision)
    with pytest.raises(Refused) as refused:
        cleared.cards.submit(row.id)
    found = {(p.code, p.where, p.vendor) for p in refused.value.problems}
    assert found == {
        ("text.forbidden_mark", "content:title", Vendor.OPPO),
        ("param.undefined", "content:title", Vendor.OPPO),
        ("text.opt_out_missing", "content:body", Vendor.VIVO),
    }
    assert cleared.cards.get(row.id).state is CardState.DRAFT
    unseen = Batch((SetVendors((Vendor.HUAWEI, Vendor.XIAOMI)), *own)).apply(template)
    cleared.cards.save(row.id, unseen, row.revision + 1)
    assert cleared.cards.submit(row.id).state is CardState.WAITING


def test_a_copy_has_a_name_of_its_own_and_was_never_submitted(cleared: ClearingDesk) -> None:
    row = cleared.cards.submit(cleared.add_card().id)
    first, second = cleared.cards.duplicate(row.id), cleared.cards.duplicate(row.id)
    assert (first.name, second.name) == (f"{row.name} 2", f"{row.name} 3")
    assert (first.state, first.submitted_digest) == (CardState.DRAFT, "")
    long = cleared.cards.create(replace(good(), name="名" * 17))
    assert len(cleared.cards.duplicate(long.id).name) == 17


@pytest.mark.parametrize("name", ["红\u202e包", "红\n包", "红\x00包"])
def test_a_name_that_hides_characters_is_refused(desk: ClearingDesk, name: str) -> None:
    with pytest.raises(Refused):
        desk.cards.create(replace(good(), name=name))
    assert desk.cards.list() == ()


def test_a_card_with_errors_is_not_handed_in_and_every_error_is_named(cleared: ClearingDesk) -> None:
    bad = replace(good(), name="名" * 18, params=())
    row = cleared.cards.create(bad)
    before = cleared.reviewer.calls
    with pytest.raises(Refused) as refused:
        cleared.cards.submit(row.id)
    assert len(refused.value.problems) > 1
    assert cleared.reviewer.calls == before
    assert cleared.cards.get(row.id).state is CardState.DRAFT


def test_without_the_filing_no_card_is_handed_in(desk: ClearingDesk) -> None:
    row = desk.add_card()
    with pytest.raises(Refused) as refused:
        desk.cards.submit(row.id)
    assert codes(refused) == ["filing.needed"]
    assert refused.value.problems[0].where == "page:filings"


def test_one_vendor_makes_a_card_sendable_and_the_others_follow(cleared: ClearingDesk) -> None:
    row = cleared.cards.submit(cleared.add_card().id)
    assert (row.state, len(row.tpl_id)) == (CardState.WAITING, 9)
    assert [p.code for p in row.why_not] == ["card.under_review"]
    review = cleared.reviews.list(Verdict.WAITING)[0]
    cleared.reviews.reject(review.id, "图片不清", Vendor.OPPO)
    assert cleared.cards.get(row.id).state is CardState.WAITING
    cleared.reviews.approve(review.id, Vendor.XIAOMI)
    row = cleared.cards.get(row.id)
    assert (row.state, row.sendable, row.activated) == (CardState.APPROVED, True, (Vendor.XIAOMI,))
    assert [v.reason for v in row.verdicts if v.vendor is Vendor.OPPO] == ["图片不清"]
    cleared.reviews.approve(review.id, Vendor.HUAWEI)
    assert cleared.cards.get(row.id).activated == (Vendor.HUAWEI, Vendor.XIAOMI)
    cleared.reviews.reject(review.id, "下线", Vendor.XIAOMI)
    assert cleared.cards.get(row.id).activated == (Vendor.HUAWEI,), "vendor states may change later"


def test_an_edit_after_the_approval_has_to_be_reviewed_again(cleared: ClearingDesk) -> None:
    row = cleared.cards.submit(cleared.add_card().id)
    cleared.decide_all()
    assert cleared.cards.get(row.id).sendable
    changed = replace(good(), name="元宵红包")
    row = cleared.cards.save(row.id, changed, row.revision)
    assert (row.state, row.sendable, row.changed_since_review) == (CardState.CHANGED, False, True)
    back = cleared.cards.save(row.id, good(), row.revision)
    assert (back.state, back.revision) == (CardState.APPROVED, 3), "the approved content is approved content"
    row = cleared.cards.save(row.id, changed, 3)
    assert cleared.cards.submit(row.id).state is CardState.WAITING
    cleared.decide_all()
    assert cleared.cards.get(row.id).sendable


def test_an_edit_while_it_is_reviewed_waits_for_the_decision(cleared: ClearingDesk) -> None:
    row = cleared.cards.submit(cleared.add_card().id)
    row = cleared.cards.save(row.id, replace(good(), name="元宵红包"), row.revision)
    assert row.state is CardState.WAITING
    with pytest.raises(Refused) as refused:
        cleared.cards.submit(row.id)
    assert codes(refused) == ["card.under_review"]
    with pytest.raises(Refused) as refused:
        cleared.cards.delete(row.id)
    assert codes(refused) == ["card.under_review"]
    cleared.decide_all()
    assert cleared.cards.get(row.id).state is CardState.CHANGED


def test_a_refused_card_is_handed_in_again_changed_or_not(cleared: ClearingDesk) -> None:
    row = cleared.cards.submit(cleared.add_card().id)
    cleared.decide_all(approve=False)
    assert cleared.cards.get(row.id).state is CardState.REJECTED
    assert cleared.cards.submit(row.id).state is CardState.WAITING
    cleared.decide_all(approve=False)
    row = cleared.cards.save(row.id, replace(good(), name="元宵红包"), row.revision)
    assert row.state is CardState.DRAFT
    assert cleared.cards.submit(row.id).state is CardState.WAITING


def test_a_card_that_is_gone_says_so(desk: ClearingDesk) -> None:
    row = desk.add_card()
    desk.cards.delete(row.id)
    for call in (desk.cards.get, desk.cards.open, desk.cards.versions, desk.cards.delete, desk.cards.submit):
        with pytest.raises(Refused) as refused:
            call(row.id)
        assert codes(refused) == ["card.unknown"]
    assert desk.add_card().id > row.id, "an id is never given twice"


def test_a_card_file_goes_out_and_comes_in(desk: ClearingDesk) -> None:
    data = b"\x89PNG\r\n\x1a\n picture"
    image = good().by_slot("image") or next(c for c in good().contents() if isinstance(c, ImageContent))
    assert isinstance(image, ImageContent)
    ref = MaterialRef(content_digest(data), 640, 640, len(data))
    template = good().with_content(replace(image, picture=Picture(ref)))
    desk.gallery.add_bytes("x", data)
    row = desk.cards.create(template)
    path = desk.root / "card.koocard"
    desk.cards.export_file(row.id, path)
    assert koocard.load(path) == (template, {ref.digest: data})
    again = desk.cards.import_file(path)
    assert (again.digest, again.id == row.id) == (row.digest, False)


def test_an_export_without_its_picture_is_refused(desk: ClearingDesk) -> None:
    row = desk.add_card()
    with pytest.raises(Refused) as refused:
        desk.cards.export_file(row.id, desk.root / "card.koocard")
    assert codes(refused) == ["card.material_gone"]
    assert not (desk.root / "card.koocard").exists()


def test_the_gallery_learns_which_cards_show_a_picture(desk: ClearingDesk) -> None:
    row = desk.add_card()
    with desk.work.read() as connection:
        assert desk.work.cards.names_using(connection, "a" * 64) == (row.name,)
        assert desk.work.cards.names_using(connection, "b" * 64) == ()


def test_only_the_newest_of_two_unsent_submissions_is_handed_in(cleared: ClearingDesk) -> None:
    row = cleared.add_card()
    cleared.reviewer.down = True
    with pytest.raises(Refused):
        cleared.cards.submit(row.id)
    row = cleared.cards.save(row.id, replace(good(), name="元宵红包"), row.revision)
    with pytest.raises(Refused):
        cleared.cards.submit(row.id)
    cleared.reviewer.down = False
    assert cleared.reviews.sync().handed_in == 1
    assert body_of(cleared.reviewer, "card")["name"] == "元宵红包"
    assert cleared.cards.get(row.id).state is CardState.WAITING
