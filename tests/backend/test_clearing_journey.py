# SPDX-License-Identifier: Apache-2.0
"""Clearing through the real engine process: everything handed in, the clock run forward, everything approved."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.cli import template_new
from koodesk.domain.edits import SetOverride
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import CardState, ReviewerMode, ReviewKind, Verdict
from koodesk.domain.signature import SignatureDraft, SignatureSource, SignatureState, SmsType
from koodesk.domain.sms import SmsTemplateDraft, SmsTemplateState, Variable, VariableType
from koodesk.domain.template import TextContent
from koodesk.domain.vendor import Vendor

pytestmark = pytest.mark.slow

DAYS = 86_400
REQUIRED = ("licence", "material_letter", "signature_letter", "relation_letter")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Workspace(tmp_path / "workspace")) as service:
        service.engine.ensure_running()
        service.account.open(agreed=True)
        try:
            yield service
        finally:
            service.engine.stop()


def scan(folder: Path, name: str) -> Path:
    path = folder / name
    Image.new("RGB", (64, 64), "white").save(path)
    return path


def file_and_pass(service: Service, folder: Path) -> None:
    for paper in REQUIRED:
        service.filings.attach(FilingKind.SEND_TASK, paper, scan(folder, f"{paper}.png"))
    service.filings.submit(FilingKind.SEND_TASK)
    app = service.sms.add_app("Spruce")
    pass_time(service)
    draft = SignatureDraft("云杉商城", SmsType.PROMOTION, app.id, SignatureSource.COMPANY, third_party=False)
    service.sms.add_signature(draft, scan(folder, "营业执照.jpg"))
    pass_time(service)


def pass_time(service: Service) -> None:
    service.engine.forward(4 * DAYS)
    service.reviews.sync()


def import_starter(service: Service, folder: Path) -> int:
    path = folder / "card.koocard"
    template_new.new("RedPacket", path)
    return service.cards.import_file(path).id


def test_from_nothing_to_sendable(service: Service, tmp_path: Path) -> None:
    assert service.overview.checklist().next_step == "filing"
    file_and_pass(service, tmp_path)
    assert service.filings.get(FilingKind.SEND_TASK).state is FilingState.APPROVED
    (sign,) = service.sms.signatures()
    assert (sign.state, bool(sign.channel_num)) == (SignatureState.REVIEW_PASSED, True)

    draft = SmsTemplateDraft(
        "新春红包",
        SmsType.PROMOTION,
        sign.id,
        "您有一个红包待领取，请查收${1}，拒收请回复R",
        (Variable(1, VariableType.NEWTEXT),),
    )
    service.sms.add_template(draft)
    card_id = import_starter(service, tmp_path)
    row = service.cards.submit(card_id)
    assert row.state is CardState.WAITING
    assert service.overview.checklist().next_step == "audience", "what waits for others does not hold her up"
    pass_time(service)

    (template,) = service.sms.templates()
    assert (template.state, template.sendable) == (SmsTemplateState.ADOPTED, True)
    row = service.cards.get(card_id)
    assert row.sendable, row.progress.reasons
    assert len(row.tpl_id) == 9
    assert set(row.activated) <= set(Vendor)
    done = [s.id for s in service.overview.checklist().steps if s.state.value == "done"]
    assert done == ["filing", "sms_app", "signature", "sms_template", "card"]
    assert service.reviews.sync().changes == 0


def test_at_the_desk_a_person_decides_and_time_does_not(service: Service, tmp_path: Path) -> None:
    service.reviews.set_mode(ReviewerMode.DESK)
    service.sms.add_app("Spruce")
    pass_time(service)
    (review,) = service.reviews.list(Verdict.WAITING, ReviewKind.SMS_APP)
    assert review.title == "Spruce"
    service.reviews.reject(review.id, "应用名称含义不明")
    (app,) = service.sms.apps()
    assert not app.usable
    assert [r.text for r in app.progress.reasons] == ["应用名称含义不明"]


def test_a_card_that_was_rejected_is_handed_in_again_and_passes(service: Service, tmp_path: Path) -> None:
    file_and_pass(service, tmp_path)
    card_id = import_starter(service, tmp_path)
    service.reviews.set_mode(ReviewerMode.DESK)
    service.cards.submit(card_id)
    (review,) = service.reviews.list(Verdict.WAITING, ReviewKind.CARD)
    service.reviews.reject(review.id, "图片不清")
    assert service.cards.get(card_id).state is CardState.REJECTED
    service.cards.submit(card_id)
    (review,) = service.reviews.list(Verdict.WAITING, ReviewKind.CARD)
    service.reviews.approve(review.id, Vendor.HUAWEI)
    row = service.cards.get(card_id)
    assert (row.state, row.activated) == (CardState.APPROVED, (Vendor.HUAWEI,))


def test_an_engine_that_stopped_loses_nothing(service: Service, tmp_path: Path) -> None:
    service.engine.stop()
    with pytest.raises(Refused) as refused:
        service.sms.add_app("Spruce")
    assert refused.value.problems[0].code == "gateway.unreachable"
    assert service.sms.apps()[0].progress.unsent
    service.engine.ensure_running()
    assert service.reviews.sync().handed_in == 1
    pass_time(service)
    assert service.sms.apps()[0].usable


def test_a_card_with_variants_is_reviewed_as_several(service: Service, tmp_path: Path) -> None:
    file_and_pass(service, tmp_path)
    row, template = service.cards.open(import_starter(service, tmp_path))
    title = template.content("title")
    assert isinstance(title, TextContent)
    own = SetOverride(template.vendors[-1], replace(title, text="只给一家的标题")).apply(template)
    service.cards.save(row.id, own, row.revision)
    row = service.cards.submit(row.id)
    assert (row.state, len(row.parts)) == (CardState.DRAFT, 2)
    pass_time(service)
    parts = [r for r in service.cards.list() if r.master_id == row.id]
    assert all(part.sendable for part in parts), [part.progress.reasons for part in parts]
    assert len({part.tpl_id for part in parts}) == 2
    assert not service.cards.get(row.id).sendable
