# SPDX-License-Identifier: Apache-2.0
"""Applications, signatures and SMS templates through their service."""

from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.ports.desk import Used
from koodesk.domain.problem import Refused
from koodesk.domain.signature import SignatureDraft, SignatureSource, SignatureState, SmsType
from koodesk.domain.sms import SmsTemplateState, Variable, VariableType
from koodesk.domain.sms_app import SmsAppState
from tests.backend.operations.clearing_desk import JPG, PDF, ClearingDesk, body_of


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    return ClearingDesk(tmp_path)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


# --- applications ----------------------------------------------------------------------------------------------


def test_an_application_waits_and_then_is_on_line(desk: ClearingDesk) -> None:
    row = desk.sms.add_app("Spruce_2026", "http://sms.example.com/up")
    assert (row.state, row.usable) == (SmsAppState.CREATED, False)
    assert body_of(desk.reviewer, "sms_app") == {
        "name": "Spruce_2026",
        "uplink_url": "http://sms.example.com/up",
    }
    desk.decide_all()
    (row,) = desk.sms.apps()
    assert (row.state, row.usable) == (SmsAppState.LAUNCHED, True)


def test_an_application_name_is_taken_whatever_its_case(desk: ClearingDesk) -> None:
    desk.sms.add_app("Spruce")
    with pytest.raises(Refused) as refused:
        desk.sms.add_app("SPRUCE")
    assert codes(refused) == ["sms_app.name.taken"]
    assert len(desk.sms.apps()) == 1


def test_adding_again_after_an_engine_was_gone_is_one_application(desk: ClearingDesk) -> None:
    desk.reviewer.down = True
    with pytest.raises(Refused):
        desk.sms.add_app("Spruce")
    (row,) = desk.sms.apps()
    assert (row.state, row.progress.unsent) == (SmsAppState.NOT_SUBMITTED, True)
    desk.reviewer.down = False
    again = desk.sms.add_app("spruce", "http://sms.example.com/up")
    assert (again.id, again.name, again.state) == (row.id, "spruce", SmsAppState.CREATED)
    assert desk.reviews.sync().handed_in == 0


# --- signatures ------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_signature_is_usable_only_when_its_number_is_configured(desk: ClearingDesk) -> None:
    row = desk.add_signature()
    assert (row.state, row.usable) == (SignatureState.PENDING_REVIEW, False)
    review = next(r for r in desk.reviews.list() if r.kind.value == "sms_signature")
    desk.reviewer.processing(review.id)
    desk.reviews.sync()
    assert desk.sms.signatures()[0].state is SignatureState.PROCESSING
    desk.reviews.approve(review.id)
    row = desk.sms.signatures()[0]
    assert (row.state, row.usable, row.channel_num) == (SignatureState.REVIEW_PASSED, True, "1069000001")


def test_a_signature_needs_its_application_and_its_licence(desk: ClearingDesk) -> None:
    draft = SignatureDraft("云杉", SmsType.NOTIFY, 1, SignatureSource.COMPANY, third_party=False)
    with pytest.raises(Refused) as refused:
        desk.sms.add_signature(draft, desk.file("a.jpg", JPG))
    assert codes(refused) == ["signature.no_app"]
    app = desk.sms.add_app("Spruce")
    with pytest.raises(Refused) as refused:
        desk.sms.add_signature(replace(draft, app_id=app.id, name="云"), None)
    assert codes(refused) == ["signature.name.too_short", "signature.licence_missing"]
    assert desk.sms.signatures() == ()


def test_a_licence_is_a_small_picture_with_a_plain_name(desk: ClearingDesk) -> None:
    app = desk.sms.add_app("Spruce")
    draft = SignatureDraft("云杉", SmsType.NOTIFY, app.id, SignatureSource.COMPANY, third_party=False)
    for name, data, code in (
        ("a.pdf", PDF, "paper.type"),
        ("a b.jpg", JPG, "paper.name_characters"),
        ("a.jpg", JPG + b"x" * 2_097_152, "paper.too_big"),
    ):
        with pytest.raises(Refused) as refused:
            desk.sms.add_signature(draft, desk.file(name, data))
        assert codes(refused) == [code]


def test_a_third_party_brings_a_power_of_attorney(desk: ClearingDesk) -> None:
    app = desk.sms.add_app("Spruce")
    draft = SignatureDraft(
        "云杉", SmsType.NOTIFY, app.id, SignatureSource.SHOP, True, source_title="云杉旗舰店"
    )
    with pytest.raises(Refused) as refused:
        desk.sms.add_signature(draft, desk.file("a.jpg", JPG))
    assert codes(refused) == ["signature.attorney_missing"]
    row = desk.sms.add_signature(draft, desk.file("a.jpg", JPG), desk.file("b.jpg", JPG + b"2"))
    assert row.attorney is not None
    assert row.attorney.name == "b.jpg"


def test_the_same_name_and_type_is_taken_in_one_application(desk: ClearingDesk) -> None:
    desk.add_signature()
    with pytest.raises(Refused) as refused:
        desk.add_signature()
    assert codes(refused) == ["signature.name.taken"]
    assert desk.add_signature(kind=SmsType.NOTIFY).name == "云杉商城"


def test_only_a_refused_signature_is_changed_and_keeps_its_papers(desk: ClearingDesk) -> None:
    row = desk.add_signature()
    draft = SignatureDraft(
        "云杉商店", SmsType.PROMOTION, row.app_id, SignatureSource.COMPANY, third_party=False
    )
    with pytest.raises(Refused) as refused:
        desk.sms.change_signature(row.id, draft)
    assert codes(refused) == ["signature.illegal_move"]
    desk.decide_all(approve=False, reason="名称与执照不符")
    (row,) = desk.sms.signatures()
    assert row.state is SignatureState.REVIEW_NOT_PASS
    assert row.progress.reasons[0].text == "名称与执照不符"
    changed = desk.sms.change_signature(row.id, draft)
    assert (changed.name, changed.state) == ("云杉商店", SignatureState.PENDING_REVIEW)
    assert changed.licence == row.licence


def test_a_signature_with_templates_is_not_deleted(desk: ClearingDesk) -> None:
    template = desk.add_template()
    with pytest.raises(Refused) as refused:
        desk.sms.delete_signature(template.signature_id)
    (found,) = refused.value.problems
    assert (found.code, dict(found.params)) == ("record.in_use", {"names": template.name, "count": 1})
    desk.decide_all()
    desk.sms.delete_template(template.id)
    desk.sms.delete_signature(template.signature_id)
    assert desk.sms.signatures() == ()
    again = desk.add_signature()
    assert again.id > template.signature_id, "an id is never given twice"
    with pytest.raises(Refused) as refused:
        desk.sms.delete_signature(again.id)
    assert codes(refused) == ["signature.under_review"]


# --- templates -------------------------------------------------------------------------------------------------


def test_a_template_is_sendable_when_everything_above_it_is_done(desk: ClearingDesk) -> None:
    row = desk.add_template()
    assert [p.code for p in row.why_not] == ["sms.template.not_adopted"]
    assert desk.sms.templates(sendable_for_signature=row.signature_id) == ()
    desk.decide_all()
    (row,) = desk.sms.templates(sendable_for_signature=row.signature_id)
    assert (row.state, row.sendable, row.params) == (SmsTemplateState.ADOPTED, True, ())
    assert (row.estimate.chars, row.estimate.parts) == (43, 1)


def test_a_template_waits_for_its_signature(desk: ClearingDesk) -> None:
    sign = desk.add_signature()
    with pytest.raises(Refused) as refused:
        desk.sms.add_template(desk.template_draft(sign.id))
    assert codes(refused) == ["sms.signature_not_usable"]


def test_a_template_is_not_sendable_while_its_application_is_suspended(desk: ClearingDesk) -> None:
    desk.add_template()
    desk.decide_all()
    app = next(r for r in desk.reviews.list() if r.kind.value == "sms_app")
    desk.reviews.reject(app.id, "违规")
    (row,) = desk.sms.templates()
    assert [p.code for p in row.why_not] == ["sms.template.app_not_usable"]


def test_a_template_without_a_link_is_never_sendable(desk: ClearingDesk) -> None:
    sign = desk.usable_signature()
    draft = desk.template_draft(sign.id, content="您有一个红包，拒收请回复R", variables=())
    desk.sms.add_template(draft)
    desk.decide_all()
    (row,) = desk.sms.templates()
    assert [p.code for p in row.why_not] == ["sms.template.no_link"]


def test_params_are_what_a_send_fills(desk: ClearingDesk) -> None:
    sign = desk.usable_signature()
    draft = desk.template_draft(
        sign.id,
        content="${1}元红包${2}，拒收请回复R",
        variables=(Variable(1, VariableType.MONEY), Variable(2, VariableType.NEWTEXT)),
    )
    row = desk.sms.add_template(draft)
    assert row.params == ("1",)
    assert [p.code for p in row.notes] == ["sms.content.api_only"]


def test_a_template_has_the_type_of_its_signature(desk: ClearingDesk) -> None:
    sign = desk.usable_signature()
    with pytest.raises(Refused) as refused:
        desk.sms.add_template(desk.template_draft(sign.id, type=SmsType.NOTIFY))
    assert codes(refused) == ["sms.type_differs"]


def test_only_a_refused_template_is_changed(desk: ClearingDesk) -> None:
    row = desk.add_template()
    better = desk.template_draft(row.signature_id, content="红包已到账，查收${1}，拒收请回复R")
    with pytest.raises(Refused) as refused:
        desk.sms.change_template(row.id, better)
    assert codes(refused) == ["sms.illegal_move"]
    desk.decide_all(approve=False)
    assert desk.sms.templates()[0].state is SmsTemplateState.REJECTED
    with pytest.raises(Refused):
        desk.sms.change_template(row.id, desk.template_draft(row.signature_id, content=""))
    assert desk.sms.templates()[0].state is SmsTemplateState.REJECTED, "a refused change leaves nothing"
    assert desk.sms.change_template(row.id, better).state is SmsTemplateState.REVIEWING


@pytest.mark.parametrize("name", ["<b>红包</b>", "=1+1", "'; DROP TABLE sms_template;--"])
def test_what_looks_like_code_stays_text(desk: ClearingDesk, name: str) -> None:
    sign = desk.usable_signature()
    assert desk.sms.add_template(desk.template_draft(sign.id, name=name)).name == name
    assert desk.sms.templates()[0].name == name


def test_estimate_and_check_answer_while_one_types(desk: ClearingDesk) -> None:
    assert desk.sms.estimate("一" * 66, "华为云").parts == 2
    found = desk.sms.check("大促", SmsType.PROMOTION, (), "华为云")
    assert [p.code for p in found] == ["sms.content.no_opt_out"]


def test_what_was_refused_for_something_else_is_handed_in_again_unchanged(desk: ClearingDesk) -> None:
    row = desk.add_template()
    same = desk.template_draft(row.signature_id)
    for attempt in (2, 3):
        desk.decide_all(approve=False)
        again = desk.sms.change_template(row.id, same)
        assert (again.id, again.state) == (row.id, SmsTemplateState.REVIEWING)
        assert sum(r.kind.value == "sms_template" for r in desk.reviews.list()) == attempt
    desk.decide_all()
    assert desk.sms.templates()[0].state is SmsTemplateState.ADOPTED


# --- two people, and what is in use ------------------------------------------------------------------------------


def test_the_later_of_two_who_change_a_template_is_asked(desk: ClearingDesk) -> None:
    row = desk.add_template()
    desk.decide_all(approve=False)
    (row,) = desk.sms.templates()
    draft = desk.template_draft(row.signature_id)
    desk.sms.change_template(row.id, replace(draft, note="王敏改的"), row.draft_content)
    desk.decide_all(approve=False)
    with pytest.raises(Refused) as refused:
        desk.sms.change_template(row.id, replace(draft, note="陈改的"), row.draft_content)
    assert codes(refused) == ["record.changed"]
    (now,) = desk.sms.templates()
    assert now.note == "王敏改的"
    desk.sms.change_template(row.id, replace(draft, note="陈改的"), now.draft_content)
    assert desk.sms.templates()[0].note == "陈改的"


@pytest.mark.parametrize(
    ("state", "free"),
    [("scheduled", False), ("paused", False), ("creating", False), ("finished", True), ("stopped", True)],
)
def test_what_a_campaign_needs_is_not_deleted(desk: ClearingDesk, state: str, free: bool) -> None:
    template = desk.add_template()
    desk.decide_all()
    with desk.work.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO campaign (uuid, name, state, digest, snapshot, gateway, gateway_class, sms_template_id, signature, "
            "promotion, fallback, validity_days, window_start, window_end, chunk_size, created_ms, confirmed_ms) "
            "VALUES ('u', '春节', ?, 'd', '{}', 'g', 'idempotent', ?, 's', 1, 'none', 7, 0, 1440, 10, 0, 0)",
            (state, template.id),
        )
    if free:
        desk.sms.delete_template(template.id)
        return
    with pytest.raises(Refused) as refused:
        desk.sms.delete_template(template.id)
    (found,) = refused.value.problems
    assert (found.code, dict(found.params)["names"]) == ("record.in_use", "春节")


def test_every_kind_of_use_is_known(desk: ClearingDesk) -> None:
    with desk.work.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO campaign (uuid, name, state, digest, snapshot, gateway, gateway_class, sms_template_id, audience_id, "
            "card_id, signature, promotion, fallback, validity_days, window_start, window_end, chunk_size, created_ms, confirmed_ms) "
            "VALUES ('u', '春节', 'scheduled', 'd', '{\"video_template_id\": 14}', 'g', 'idempotent', 11, 12, 13, 's', 1, 'none', "
            "7, 0, 1440, 10, 0, 0)"
        )
        for what, record in (
            (Used.SMS_TEMPLATE, 11),
            (Used.AUDIENCE, 12),
            (Used.CARD, 13),
            (Used.VIDEO_TEMPLATE, 14),
        ):
            assert desk.work.uses.names(connection, what, record) == ("春节",)
            assert desk.work.uses.names(connection, what, record + 10) == ()
