# SPDX-License-Identifier: Apache-2.0
"""Signatures of video SMS through their service: the form, the letter of their own, and every way a review may go."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from koodesk.domain.filing import FilingKind
from koodesk.domain.problem import Refused
from koodesk.domain.video_sms.signature import VideoSignatureDraft, VideoSignatureState
from tests.backend.operations.clearing_desk import PDF, ClearingDesk, body_of

OWN = VideoSignatureDraft("北辰汽车")
State = VideoSignatureState


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    return ClearingDesk(tmp_path)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def test_from_the_form_to_approved(desk: ClearingDesk) -> None:
    row = desk.video_signatures.add(OWN, desk.file("授权函.pdf"), desk.file("资料.zip", b"PK\x03\x04 more"))
    assert (row.state, row.usable, row.progress.unsent) == (State.WAITING, False, False)
    body = body_of(desk.reviewer, "video_signature")
    assert (body["name"], body["third_party"]) == ("北辰汽车", False)
    assert (body["authorization"]["name"], body["other"]["type"]) == ("授权函.pdf", "zip")
    desk.decide_all()
    (row,) = desk.video_signatures.list()
    assert (row.state, row.usable) == (State.APPROVED, True)


def test_a_letter_is_asked_for_while_the_filing_has_none(desk: ClearingDesk) -> None:
    with pytest.raises(Refused) as refused:
        desk.video_signatures.add(OWN)
    assert codes(refused) == ["video_signature.authorization_missing"]
    assert desk.video_signatures.list() == ()
    desk.filings.attach(FilingKind.VIDEO_SMS, "signature_letter", desk.file("签名授权函.pdf"))
    assert desk.video_signatures.add(OWN).state is State.WAITING
    with pytest.raises(Refused) as refused:
        desk.video_signatures.add(VideoSignatureDraft("南风出行", third_party=True))
    assert codes(refused) == ["video_signature.authorization_missing"], "somebody else's name has its own"


def test_papers_are_what_table_3_5_takes(desk: ClearingDesk) -> None:
    for letter, other, code in (
        ("授权函.jpg", None, "paper.type"),
        ("授权函.pdf", "资料.pdf", "paper.type"),
    ):
        with pytest.raises(Refused) as refused:
            desk.video_signatures.add(OWN, desk.file(letter), desk.file(other) if other else None)
        assert codes(refused) == [code]
    large = desk.file("大.pdf", PDF + bytes(2_097_152))
    with pytest.raises(Refused) as refused:
        desk.video_signatures.add(OWN, large)
    assert codes(refused) == ["paper.too_big"]


def test_what_was_refused_is_changed_and_handed_in_again(desk: ClearingDesk) -> None:
    row = desk.video_signatures.add(OWN, desk.file("授权函.pdf"))
    desk.decide_all(approve=False, reason="与营业执照不符")
    (row,) = desk.video_signatures.list()
    assert (row.state, [r.text for r in row.reasons]) == (State.REJECTED, ["与营业执照不符"])
    again = desk.video_signatures.change(row.id, VideoSignatureDraft("北辰汽车公司"))
    assert (again.state, again.name, again.authorization) == (
        State.WAITING,
        "北辰汽车公司",
        row.authorization,
    )
    desk.decide_all()
    assert desk.video_signatures.list()[0].usable
    with pytest.raises(Refused) as refused:
        desk.video_signatures.change(row.id, OWN)
    assert codes(refused) == ["video_signature.illegal_move"], "an approved one stays as it is"


def test_the_same_name_twice_is_refused(desk: ClearingDesk) -> None:
    desk.usable_video_signature()
    with pytest.raises(Refused) as refused:
        desk.video_signatures.add(OWN, desk.file("b.pdf"))
    assert codes(refused) == ["signature.name.taken"]


def test_a_reviewer_who_is_away_gets_it_later(desk: ClearingDesk) -> None:
    desk.reviewer.down = True
    with pytest.raises(Refused) as refused:
        desk.video_signatures.add(OWN, desk.file("a.pdf"))
    assert codes(refused) == ["gateway.unreachable"]
    (row,) = desk.video_signatures.list()
    assert (row.state, row.progress.unsent) == (State.NOT_SUBMITTED, True)
    desk.reviewer.down = False
    assert desk.reviews.sync().handed_in == 1
    assert desk.video_signatures.list()[0].state is State.WAITING


def test_deleting(desk: ClearingDesk) -> None:
    row = desk.video_signatures.add(OWN, desk.file("a.pdf"))
    with pytest.raises(Refused) as refused:
        desk.video_signatures.delete(row.id)
    assert codes(refused) == ["video_signature.under_review"]
    desk.decide_all()
    desk.video_signatures.delete(row.id)
    assert desk.video_signatures.list() == ()
    for call in (lambda: desk.video_signatures.delete(row.id), lambda: desk.video_signatures.change(99, OWN)):
        with pytest.raises(Refused) as refused:
            call()
        assert codes(refused) == ["video_signature.unknown"]


def test_the_sample_letter(desk: ClearingDesk, tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    desk.video_signatures.sample_letter(path)
    with zipfile.ZipFile(path) as archive:
        words = archive.read("word/document.xml").decode()
    assert "签名授权函" in words
