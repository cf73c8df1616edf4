# SPDX-License-Identifier: Apache-2.0
"""Service accounts through their services, on a reviewer that does as it is told: drafts, three reviews, revisions, freeze
and urge, channel numbers and bindings, shortcuts, and what a message shows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from koodesk.backend.operations.service_account_history import begin
from koodesk.backend.storage.tables.service_account import sa_shown
from koodesk.backend.views.service_account import AccountEffects, AccountRow, PortRow
from koodesk.domain.filing import FilingKind
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.service_account.regions import NATIONWIDE
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import Menu, RecordKind, Shortcut
from koodesk.domain.vendor import Vendor
from tests.backend.operations.clearing_desk import JPG, ClearingDesk
from tests.domain.service_account.samples import HOME, MENU, PORT, PROFILE, SHORTCUT, SIGN
from tests.domain.test_company import GOOD

FILING = FilingKind.SERVICE_ACCOUNT


WHY = {RecordKind.PROFILE: "简介改了", RecordKind.MENU: "菜单只留一项", RecordKind.HOME: "换了背景图"}


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    made = ClearingDesk(tmp_path)
    for paper in ("licence", "aim_authorization"):
        made.filings.attach(FILING, paper, made.file(f"{paper}.jpg", JPG + paper.encode()))
    made.filings.set_company(FILING, GOOD)
    made.filings.submit(FILING)
    decide(made, "filing")
    return made


def decide(desk: ClearingDesk, *kinds: str, approve: bool = True) -> None:
    """Decide whatever of these kinds waits: approved means in effect here, as after a day."""
    for one in list(desk.reviewer.reviews_by_key.values()):
        if one.kind.value in kinds and one.state in ("waiting", "processing"):
            desk.reviewer.decide(one.id, approve=approve, reason="" if approve else "不符合")
    desk.reviews.sync()


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def account(desk: ClearingDesk, **profile: object) -> AccountRow:
    row = desk.accounts.create(replace(PROFILE, **profile), MENU, HOME)  # type: ignore[arg-type]  # fields by name
    desk.accounts.submit(row.id)
    decide(desk, "pub", "sa_menu", "sa_home")
    return desk.accounts.get(row.id)


def port(desk: ClearingDesk, number: str = "106912345678", *signatures: str) -> PortRow:
    row = desk.ports.create(replace(PORT, number=number, signatures=signatures or (SIGN,)))
    decide(desk, "sa_port")
    return desk.ports.get(row.id)


# --- drafts and reviews --------------------------------------------------------------------------------------


def test_nothing_is_created_before_the_filing(tmp_path: Path) -> None:
    desk = ClearingDesk(tmp_path)
    for work in (lambda: desk.accounts.create(PROFILE), lambda: desk.shortcuts.create(SHORTCUT)):
        with pytest.raises(Refused) as refused:
            work()
        assert codes(refused) == ["filing.needed_service_account"]
    with pytest.raises(Refused) as refused:
        desk.ports.create(PORT)
    assert codes(refused) == ["sa.port.account_first"]
    assert (desk.accounts.list(), desk.ports.list(), desk.shortcuts.list()) == ((), (), ())


def test_the_three_steps_are_a_draft_until_they_are_handed_in(desk: ClearingDesk) -> None:
    row = desk.accounts.create()
    calls = desk.reviewer.calls
    row = desk.accounts.save_profile(row.id, PROFILE, row.profile.revision)
    row = desk.accounts.save_menu(row.id, MENU, row.menu.revision)
    row = desk.accounts.save_home(row.id, replace(HOME, summary=""), row.home.revision)
    assert (desk.reviewer.calls, row.draft, row.name) == (calls, True, PROFILE.name)
    with pytest.raises(Refused) as refused:
        desk.accounts.submit(row.id)
    assert [(p.code, p.where) for p in refused.value.problems] == [("sa.field.missing", "sa_home/summary")]
    row = desk.accounts.save_home(row.id, HOME, row.home.revision)
    row = desk.accounts.submit(row.id)
    assert [r.approval for r in row.records] == [Approval.WAITING] * 3
    handed = desk.reviews.list()[1:]
    assert [r.kind for r in handed] == [ReviewKind.PUB, ReviewKind.SA_MENU, ReviewKind.SA_HOME]
    assert {r.title for r in handed} == {PROFILE.name}
    with pytest.raises(Refused) as refused:
        desk.accounts.save_menu(row.id, Menu(), row.menu.revision)
    assert codes(refused) == ["sa.under_review"]


def test_three_separate_answers(desk: ClearingDesk) -> None:
    row = desk.accounts.create(PROFILE, MENU, HOME)
    desk.accounts.submit(row.id)
    decide(desk, "pub")
    decide(desk, "sa_menu", approve=False)
    row = desk.accounts.get(row.id)
    assert [r.approval for r in row.records] == [Approval.APPROVED, Approval.REJECTED, Approval.WAITING]
    assert [r.life for r in row.records] == [Life.IN_EFFECT, Life.NOT_IN_EFFECT, Life.NOT_IN_EFFECT]
    assert row.menu.reasons
    assert not row.profile.reasons
    row = desk.accounts.submit_menu(row.id)  # unchanged content is a new attempt
    assert row.menu.approval is Approval.WAITING
    decide(desk, "sa_menu", "sa_home")
    assert all(r.in_effect for r in desk.accounts.get(row.id).records)


def test_approved_is_not_yet_in_effect(desk: ClearingDesk) -> None:
    row = desk.accounts.create(PROFILE, MENU, HOME)
    desk.accounts.submit(row.id)
    (review,) = (r for r in desk.reviewer.reviews_by_key.values() if r.kind.value == "pub")
    desk.reviewer.processing(review.id)
    desk.reviews.sync()
    row = desk.accounts.get(row.id)
    assert (row.profile.approval, row.profile.life, row.profile.live) == (
        Approval.APPROVED,
        Life.NOT_IN_EFFECT,
        None,
    )
    assert row.profile.effect_ms == review.due_ms
    decide(desk, "pub")
    assert desk.accounts.get(row.id).profile.live == PROFILE


@pytest.mark.both_databases
def test_what_is_in_effect_stays_while_a_change_is_reviewed(desk: ClearingDesk) -> None:
    row = account(desk)
    changed = replace(PROFILE, abstract="新的简介")
    row = desk.accounts.save_profile(row.id, changed, row.profile.revision)
    assert (row.profile.approval, row.profile.life, row.profile.changed) == (
        Approval.DRAFT,
        Life.IN_EFFECT,
        True,
    )
    row = desk.accounts.submit(row.id, WHY)
    assert [r.approval for r in row.records] == [Approval.WAITING, Approval.APPROVED, Approval.APPROVED]
    decide(desk, "pub", approve=False)
    row = desk.accounts.get(row.id)
    assert (row.profile.approval, row.profile.live) == (Approval.REJECTED, PROFILE)
    desk.accounts.submit(row.id, WHY)
    decide(desk, "pub")
    assert desk.accounts.get(row.id).profile.live == changed


def test_a_change_of_what_is_in_effect_says_why(desk: ClearingDesk) -> None:
    """Asked for each part that changes, sent with its review, and never for what was not in effect before."""
    row = account(desk)
    bodies = [json.loads(r.body) for r in desk.reviewer.reviews_by_key.values() if r.kind.value == "pub"]
    assert all("change_reason" not in body for body in bodies), "nothing was in effect"
    row = desk.accounts.save_profile(row.id, replace(PROFILE, abstract="新的简介"), row.profile.revision)
    row = desk.accounts.save_home(row.id, replace(HOME, summary="新的介绍"), row.home.revision)
    assert [r.needs_reason for r in row.records] == [True, False, True]
    with pytest.raises(Refused) as refused:
        desk.accounts.submit(row.id, {RecordKind.HOME: "四个字符"})
    assert [(p.code, p.where) for p in refused.value.problems] == [
        ("sa.change_reason.missing", "pub/change_reason"),
        ("sa.change_reason.length", "sa_home/change_reason"),
    ]
    assert desk.accounts.get(row.id).profile.approval is Approval.DRAFT, "nothing was handed in"
    row = desk.accounts.submit(row.id, WHY)
    assert not any(r.needs_reason for r in row.records), "it waits"
    told = {
        r.kind.value: json.loads(r.body).get("change_reason", "")
        for r in desk.reviewer.reviews_by_key.values()
        if r.kind.value in ("pub", "sa_menu", "sa_home")
    }
    assert told == {"pub": "简介改了", "sa_menu": "", "sa_home": "换了背景图"}
    decide(desk, "pub", "sa_home")
    desk.accounts.freeze(row.id, "原因")
    desk.accounts.unfreeze(row.id)  # the same content once more changes nothing


def test_an_edit_while_an_approval_takes_effect_is_not_what_is_shown(desk: ClearingDesk) -> None:
    row = account(desk)
    handed, later = replace(PROFILE, abstract="交上去的"), replace(PROFILE, abstract="之后改的")
    row = desk.accounts.save_profile(row.id, handed, row.profile.revision)
    desk.accounts.submit(row.id, WHY)
    review = [r for r in desk.reviewer.reviews_by_key.values() if r.kind.value == "pub"][-1]
    desk.reviewer.processing(review.id)
    desk.reviews.sync()
    row = desk.accounts.get(row.id)
    desk.accounts.save_profile(row.id, later, row.profile.revision)
    decide(desk, "pub")
    row = desk.accounts.get(row.id)
    assert (row.profile.live, row.profile.content, row.profile.approval) == (handed, later, Approval.DRAFT)


def test_an_approval_does_not_thaw_what_was_frozen_meanwhile(desk: ClearingDesk) -> None:
    row = account(desk)
    changed = replace(PROFILE, abstract="新的简介")
    desk.accounts.save_profile(row.id, changed, row.profile.revision)
    desk.accounts.submit(row.id, WHY)
    desk.accounts.freeze(row.id, "原因")
    decide(desk, "pub")
    row = desk.accounts.get(row.id)
    assert (row.profile.life, row.profile.live) == (Life.FROZEN, changed)
    assert desk.accounts.effects_on(SIGN).empty


def test_saving_over_anothers_save_is_refused(desk: ClearingDesk) -> None:
    row = desk.accounts.create()
    mine = row.menu.revision
    desk.accounts.save_menu(row.id, MENU, mine)
    with pytest.raises(Refused) as refused:
        desk.accounts.save_menu(row.id, Menu(MENU.items[1:]), mine)
    assert codes(refused) == ["sa.saved_meanwhile"]
    assert desk.accounts.get(row.id).menu.content == MENU
    taken = desk.accounts.save_menu(row.id, Menu(MENU.items[1:]), desk.accounts.get(row.id).menu.revision)
    assert taken.menu.content == Menu(MENU.items[1:])


def test_an_engine_that_is_gone_loses_nothing(desk: ClearingDesk) -> None:
    row = desk.accounts.create(PROFILE, MENU, HOME)
    desk.reviewer.down = True
    with pytest.raises(Refused) as refused:
        desk.accounts.submit(row.id)
    assert codes(refused) == ["gateway.unreachable"]
    assert desk.accounts.get(row.id).profile.progress.unsent
    # It may still be changed, and then the change is what is handed in.
    row = desk.accounts.get(row.id)
    desk.accounts.save_profile(row.id, replace(PROFILE, remark="改过"), row.profile.revision)
    desk.reviewer.down = False
    desk.reviews.sync()
    assert [r.approval for r in desk.accounts.get(row.id).records] == [
        Approval.DRAFT, Approval.WAITING, Approval.WAITING,
    ]  # fmt: skip
    desk.accounts.submit(row.id)
    decide(desk, "pub", "sa_menu", "sa_home")
    live = desk.accounts.get(row.id).profile.live
    assert live == replace(PROFILE, remark="改过")


def test_an_account_of_the_same_name_needs_another_remark(desk: ClearingDesk) -> None:
    account(desk)
    row = desk.accounts.create(replace(PROFILE, auto_port=False), MENU, HOME)
    with pytest.raises(Refused) as refused:
        desk.accounts.submit(row.id)
    assert [(p.code, p.where) for p in refused.value.problems] == [("sa.remark.same", "pub/remark")]


def test_two_authorised_accounts_share_no_region_of_a_signature(desk: ClearingDesk) -> None:
    account(desk, regions=("440000",))
    row = desk.accounts.create(replace(PROFILE, remark="二号", regions=("440300", "450000")), MENU, HOME)
    with pytest.raises(Refused) as refused:
        desk.accounts.submit(row.id)
    assert codes(refused) == ["sa.regions.taken"]
    desk.accounts.save_profile(
        row.id, replace(PROFILE, remark="二号", regions=("450000",)), row.profile.revision
    )
    assert desk.accounts.submit(row.id).profile.approval is Approval.WAITING


# --- freeze, urge, delete ------------------------------------------------------------------------------------


def test_a_frozen_account_comes_back_by_a_new_review_only(desk: ClearingDesk) -> None:
    row = account(desk)
    port(desk)
    assert desk.accounts.effects_on(SIGN).account_id == row.id
    for reason, code in (("", "sa.freeze.no_reason"), ("长" * 201, "sa.freeze.too_long")):
        with pytest.raises(Refused) as refused:
            desk.accounts.freeze(row.id, reason)
        assert codes(refused) == [code]
    assert desk.reviewer.frozen == []
    desk.reviewer.down = True
    with pytest.raises(Refused) as refused:
        desk.accounts.freeze(row.id, "原因")
    assert codes(refused) == ["gateway.unreachable"]
    desk.reviewer.down = False
    assert (
        desk.accounts.effects_on(SIGN).account_id == row.id
    )  # whom the platform does not know frozen is not
    frozen = desk.accounts.freeze(row.id, "长" * 200)
    assert desk.reviewer.frozen == [(str(row.id), "长" * 200)]
    assert (frozen.profile.life, frozen.profile.editable) == (Life.FROZEN, False)
    assert desk.accounts.effects_on(SIGN).empty
    with pytest.raises(Refused) as refused:
        desk.accounts.save_profile(row.id, replace(PROFILE, remark="新"), frozen.profile.revision)
    assert codes(refused) == ["sa.illegal_life"]
    back = desk.accounts.unfreeze(row.id)
    assert (back.profile.approval, back.profile.life) == (Approval.WAITING, Life.NOT_IN_EFFECT)
    assert desk.accounts.effects_on(SIGN).empty
    decide(desk, "pub")
    assert desk.accounts.effects_on(SIGN).account_id == row.id
    assert len([r for r in desk.reviews.list() if r.kind is ReviewKind.PUB]) == 2


def test_only_what_is_in_effect_is_frozen(desk: ClearingDesk) -> None:
    row = desk.accounts.create(PROFILE, MENU, HOME)
    with pytest.raises(Refused) as refused:
        desk.accounts.freeze(row.id, "原因")
    assert codes(refused) == ["sa.illegal_life"]
    with pytest.raises(Refused) as refused:
        desk.accounts.unfreeze(row.id)
    assert codes(refused) == ["sa.illegal_life"]


def test_shortcuts_go_with_the_account_their_signature_reaches(desk: ClearingDesk) -> None:
    """Frozen, and until the review that unfreezing began is in effect, a message shows no shortcuts either; what was shown when is kept."""
    row = account(desk)
    port(desk)
    desk.shortcuts.create(replace(SHORTCUT, regions=(NATIONWIDE,)))
    decide(desk, "sa_shortcut")
    assert desk.accounts.effects_on(SIGN).shortcuts == SHORTCUT.buttons
    desk.clock.forward(60_000)
    desk.accounts.freeze(row.id, "整改")
    frozen_ms = desk.clock.now_ms()
    assert desk.accounts.effects_on(SIGN).empty
    desk.clock.forward(60_000)
    desk.accounts.unfreeze(row.id)
    assert desk.accounts.effects_on(SIGN).empty
    before, then = (desk.records.effects(SIGN, "", Vendor.HUAWEI, at) for at in (frozen_ms - 1, frozen_ms))
    assert before is not None
    assert before.shortcuts == SHORTCUT.buttons
    assert then is not None
    assert then.empty
    decide(desk, "pub")
    assert desk.accounts.effects_on(SIGN).shortcuts == SHORTCUT.buttons


def test_shortcuts_stay_where_another_account_is_in_effect(desk: ClearingDesk) -> None:
    first, second = account(desk), account(desk, name="第二个号", signatures=("另外签名",))
    number = port(desk)
    desk.shortcuts.create(replace(SHORTCUT, regions=(NATIONWIDE,)))
    decide(desk, "sa_shortcut")
    desk.ports.bind(number.id, second.id, (SIGN,), ("450000",))
    desk.accounts.freeze(first.id, "整改")
    assert desk.accounts.effects_on(SIGN, "450100").shortcuts == SHORTCUT.buttons
    assert desk.accounts.effects_on(SIGN, "440300").shortcuts == ()


def test_menu_and_home_page_are_urged_once_the_account_is_approved(desk: ClearingDesk) -> None:
    row = desk.accounts.create(PROFILE, MENU, HOME)
    desk.accounts.submit(row.id)
    with pytest.raises(Refused) as refused:
        desk.accounts.urge_menu(row.id)
    assert codes(refused) == ["sa.urge.account_first"]
    decide(desk, "pub")
    assert desk.accounts.urge_menu(row.id).menu.urged_ms
    desk.accounts.urge_home(row.id)
    assert [kind for kind, _, _ in desk.reviewer.urged] == ["sa_menu", "sa_home"]
    with pytest.raises(Refused) as refused:
        desk.accounts.urge_menu(row.id)
    assert codes(refused) == ["sa.urge.once"]
    decide(desk, "sa_menu", "sa_home")
    with pytest.raises(Refused) as refused:
        desk.accounts.urge_home(row.id)
    assert codes(refused) == ["sa.urge.not_waiting"]


def test_a_draft_is_deleted_and_what_was_handed_in_is_not(desk: ClearingDesk) -> None:
    draft = desk.accounts.create(PROFILE)
    desk.accounts.delete(draft.id)
    assert desk.accounts.list() == ()
    with pytest.raises(Refused) as refused:
        desk.accounts.get(draft.id)
    assert codes(refused) == ["sa.unknown"]
    row = account(desk)
    with pytest.raises(Refused) as refused:
        desk.accounts.delete(row.id)
    assert codes(refused) == ["sa.delete.handed_in"]
    one = port(desk)
    desk.ports.bind(one.id, row.id)
    with pytest.raises(Refused) as refused:
        desk.accounts.delete(row.id)
    assert codes(refused) == ["sa.delete.bound"]


# --- channel numbers -----------------------------------------------------------------------------------------


def test_a_number_is_bound_where_regions_are_free(desk: ClearingDesk) -> None:
    first = account(desk, auto_port=False)
    second = account(desk, auto_port=False, remark="二号")
    one = desk.ports.create(PORT)
    with pytest.raises(Refused) as refused:
        desk.ports.bind(one.id, first.id)
    assert codes(refused) == ["sa.binding.not_in_effect"]
    decide(desk, "sa_port")
    bound = desk.ports.bind(one.id, first.id, (), ("440300", "440000"))
    assert [(b.account_name, b.signatures, b.regions) for b in bound.bindings] == [
        (PROFILE.name, (SIGN,), ("440000",))
    ]
    for regions in ((NATIONWIDE,), ("440100",)):
        with pytest.raises(Refused) as refused:
            desk.ports.bind(one.id, second.id, (SIGN,), regions)
        assert codes(refused) == ["sa.binding.overlap"]
    desk.ports.bind(one.id, second.id, (SIGN,), ("450000",))
    with pytest.raises(Refused) as refused:
        desk.ports.bind(one.id, second.id, ("别的签名",), ("460000",))
    assert codes(refused) == ["sa.binding.foreign_signature"]
    assert desk.accounts.effects_on(SIGN, "440300").account_id == first.id
    assert desk.accounts.effects_on(SIGN, "450100").account_id == second.id
    assert desk.accounts.effects_on(SIGN, "110000").account_id == 0
    assert desk.accounts.effects_on(SIGN).account_id == 0
    assert desk.accounts.get(first.id).ports == (PORT.number,)


def test_a_bound_number_is_not_deleted(desk: ClearingDesk) -> None:
    row = account(desk)
    one = port(desk)
    assert one.authorised == (PROFILE.name,)
    bound = desk.ports.bind(one.id, row.id)
    with pytest.raises(Refused) as refused:
        desk.ports.delete(one.id)
    assert [(p.code, p.param("names")) for p in refused.value.problems] == [("sa.port.bound", PROFILE.name)]
    desk.ports.unbind(bound.bindings[0].id)
    with pytest.raises(Refused) as refused:
        desk.ports.unbind(bound.bindings[0].id)
    assert codes(refused) == ["sa.binding.unknown"]
    desk.ports.delete(one.id)
    assert desk.ports.list() == ()


def test_a_number_is_registered_once_and_changed_by_revision(desk: ClearingDesk) -> None:
    account(desk)
    one = port(desk)
    with pytest.raises(Refused) as refused:
        desk.ports.create(replace(PORT, number=one.number))
    assert codes(refused) == ["sa.port.taken"]
    changed = replace(PORT, number=one.number, signatures=(SIGN, "别的签名"))
    after = desk.ports.change(one.id, changed, one.record.revision)
    assert (after.record.approval, after.record.life) == (Approval.WAITING, Life.IN_EFFECT)
    with pytest.raises(Refused) as refused:
        desk.ports.change(one.id, PORT, one.record.revision)
    assert codes(refused) == ["sa.saved_meanwhile"]
    with pytest.raises(Refused) as refused:
        desk.ports.delete(one.id)
    assert codes(refused) == ["sa.under_review"]


# --- shortcuts and effect ------------------------------------------------------------------------------------


def test_a_shortcut_lives_in_its_regions_until_it_is_stopped(desk: ClearingDesk) -> None:
    south = replace(SHORTCUT, regions=("440100", "440000"))
    row = desk.shortcuts.create(south)
    assert isinstance(row.content, Shortcut)
    assert row.content.regions == ("440000",)
    assert desk.accounts.effects_on(SIGN, "440300").empty
    decide(desk, "sa_shortcut")
    assert desk.accounts.effects_on(SIGN, "440300").shortcuts == SHORTCUT.buttons
    assert desk.accounts.effects_on(SIGN, "450100").empty
    assert desk.accounts.effects_on("别的签名", "440300").empty
    with pytest.raises(Refused) as refused:
        desk.shortcuts.delete(row.id)
    assert codes(refused) == ["sa.shortcut.in_effect"]
    assert desk.shortcuts.stop(row.id).life is Life.EXPIRED
    assert desk.accounts.effects_on(SIGN, "440300").empty
    desk.shortcuts.delete(row.id)
    assert desk.shortcuts.list() == ()


def test_a_shortcut_with_a_fault_is_not_stored(desk: ClearingDesk) -> None:
    with pytest.raises(Refused) as refused:
        desk.shortcuts.create(replace(SHORTCUT, regions=(), signature=""))
    assert codes(refused) == ["sa.signature.missing", "sa.regions.missing"]
    assert desk.shortcuts.list() == ()
    assert [p.code for p in desk.shortcuts.check(replace(SHORTCUT, buttons=()))] == ["sa.shortcut.no_buttons"]


def test_a_message_shows_what_is_in_effect_on_phones_that_show_it(desk: ClearingDesk) -> None:
    row = account(desk)
    assert desk.accounts.effects_on(SIGN).empty  # no channel number yet
    port(desk)
    found = desk.accounts.effects_on(SIGN, "110000", Vendor.HUAWEI)
    assert (found.account_id, found.name, found.menu, found.home) == (row.id, PROFILE.name, MENU, HOME)
    assert found.logo == PROFILE.logo
    for vendor in Vendor:
        if vendor is not Vendor.HUAWEI:
            other = desk.accounts.effects_on(SIGN, "110000", vendor)
            assert other.empty
            assert other.doubtful == (vendor in (Vendor.XIAOMI, Vendor.OPPO, Vendor.VIVO))
    assert (
        desk.accounts.effects_on(SIGN, "火星").account_id == row.id
    )  # nobody knows where: what holds nationwide


def test_papers_and_the_sample_letter(desk: ClearingDesk, tmp_path: Path) -> None:
    assert desk.accounts.add_paper(desk.file("a.jpg", JPG)).type == "jpg"
    assert desk.accounts.add_paper(desk.file("a.bmp", b"BM bitmap"), RecordKind.PORT).type == "bmp"
    with pytest.raises(Refused) as refused:
        desk.accounts.add_paper(desk.file("a.pdf", b"%PDF-1"), RecordKind.SHORTCUT)
    assert codes(refused) == ["paper.type"]
    letter = tmp_path / "letter.docx"
    desk.accounts.sample_letter(letter)
    assert letter.stat().st_size > 500


def test_a_picture_an_account_shows_stays_in_the_gallery(desk: ClearingDesk) -> None:
    account(desk)
    assert PROFILE.logo is not None
    with desk.work.read() as connection:
        assert desk.work.accounts.names_using(connection, PROFILE.logo.digest) == (PROFILE.name,)
        assert desk.work.accounts.names_using(connection, "0" * 64) == ()


# --- what was shown, by time ---------------------------------------------------------------------------------


def test_what_phones_showed_is_known_by_time(desk: ClearingDesk) -> None:
    records = desk.records
    start = desk.clock.now_ms()
    row, one = account(desk), port(desk)
    now = desk.accounts.effects_on(SIGN)
    assert now.menu == MENU
    assert records.effects(SIGN, "", Vendor.HUAWEI, start) == AccountEffects(), "nothing was in effect then"
    assert records.effects(SIGN, "", Vendor.HUAWEI, start + 1) == now
    desk.clock.forward(1_000)
    desk.accounts.freeze(row.id, "品牌更名")
    assert records.effects(SIGN, "", Vendor.HUAWEI, start + 999) == now
    assert records.effects(SIGN, "", Vendor.HUAWEI, start + 1_000) == AccountEffects()
    desk.clock.forward(1_000)
    desk.accounts.unfreeze(row.id)
    decide(desk, "pub")
    menu = replace(MENU, items=MENU.items[:1])
    found = desk.accounts.get(row.id)
    desk.accounts.save_menu(row.id, menu, found.menu.revision)
    desk.accounts.submit_menu(row.id, "菜单只留一项")
    assert records.effects(SIGN, "", Vendor.HUAWEI, start + 5_000) == now, "approved is what counts"
    decide(desk, "sa_menu")
    later = records.effects(SIGN, "", Vendor.HUAWEI, start + 5_000)
    assert later is not None
    assert later.menu == menu
    assert records.effects(SIGN, "", Vendor.HUAWEI, start + 999) == now, "the past stays as it was"
    bound = desk.ports.bind(one.id, row.id, regions=("440000",))
    desk.clock.forward(1_000)
    desk.ports.unbind(bound.bindings[0].id)
    with desk.work.read() as connection:
        assert desk.work.shown.names_showing(connection, PROFILE.logo.digest) == (PROFILE.name,)  # type: ignore[union-attr]  # it has one


def test_what_an_older_workspace_showed_before_nobody_wrote_down(desk: ClearingDesk) -> None:
    """Its records are there and no state is: the first one begins now, and what was before is not known."""
    account(desk)
    port(desk)
    with desk.work.write() as connection:
        connection.execute(delete(sa_shown))
    desk.clock.forward(5_000)
    start = desk.clock.now_ms()
    begin(desk.work, start)
    begin(desk.work, start + 7)
    assert desk.records.effects(SIGN, "", Vendor.HUAWEI, start - 1) is None
    assert desk.records.effects(SIGN, "", Vendor.HUAWEI, start) == desk.accounts.effects_on(SIGN)
