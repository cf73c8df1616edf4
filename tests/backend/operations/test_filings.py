# SPDX-License-Identifier: Apache-2.0
"""The filing through its service: papers, locks, submissions that survive an engine that is gone."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.problem import Refused
from tests.backend.operations.clearing_desk import PDF, REQUIRED, VIDEO_REQUIRED, ClearingDesk, body_of

SEND, LINK, VIDEO = FilingKind.SEND_TASK, FilingKind.SHORT_LINK, FilingKind.VIDEO_SMS


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    return ClearingDesk(tmp_path)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def test_a_new_filing_asks_for_every_required_paper(desk: ClearingDesk) -> None:
    row = desk.filings.get(SEND)
    assert (row.state, row.submittable) == (FilingState.NOT_SUBMITTED, False)
    assert [p.where for p in row.missing] == [f"paper:{paper}" for paper in REQUIRED]
    with pytest.raises(Refused) as refused:
        desk.filings.submit(SEND)
    assert codes(refused) == ["filing.paper_missing"] * 4
    assert desk.reviewer.calls == 0


def test_the_two_records_are_independent(desk: ClearingDesk) -> None:
    desk.clear_filing()
    assert desk.filings.get(SEND).state is FilingState.APPROVED
    assert desk.filings.get(LINK).state is FilingState.NOT_SUBMITTED
    assert all(not paper.files for paper in desk.filings.get(LINK).papers)


def test_a_new_upload_replaces_the_old_and_the_old_stays_stored(desk: ClearingDesk) -> None:
    first = desk.filings.attach(SEND, "licence", desk.file("a.pdf", PDF + b"1")).papers[0].files[0]
    second = desk.filings.attach(SEND, "licence", desk.file("b.pdf", PDF + b"2")).papers[0].files
    assert [f.name for f in second] == ["b.pdf"]
    assert desk.filings.paper_path(first.digest).read_bytes() == PDF + b"1"


def test_special_materials_are_removed_one_by_one(desk: ClearingDesk) -> None:
    desk.filings.attach(SEND, "special", desk.file("a.pdf", PDF + b"1"))
    row = desk.filings.attach(SEND, "special", desk.file("b.pdf", PDF + b"2"))
    first, second = row.papers[-1].files
    assert desk.filings.remove(SEND, "special", first.digest).papers[-1].files == (second,)
    assert desk.filings.remove(SEND, "special").papers[-1].files == ()


def test_a_paper_that_is_not_one_is_refused_and_nothing_is_kept(desk: ClearingDesk) -> None:
    for name, data, code in (
        ("a.pdf", b"MZ program", "paper.not_what_it_says"),
        ("a.exe", b"MZ program", "paper.type"),
        ("a.pdf", b"", "paper.empty"),
        ("a\u202e.pdf", PDF, "text.bidi_mark"),
    ):
        with pytest.raises(Refused) as refused:
            desk.filings.attach(SEND, "licence", desk.file(name, data))
        assert codes(refused) == [code]
        assert refused.value.problems[0].where == "paper:licence"
    assert desk.filings.get(SEND).papers[0].files == ()
    with pytest.raises(Refused) as refused:
        desk.filings.attach(SEND, "diploma", desk.file("a.pdf"))
    assert codes(refused) == ["filing.unknown_paper"]


def test_under_review_the_form_is_locked(desk: ClearingDesk) -> None:
    desk.fill_filing()
    row = desk.filings.submit(SEND)
    assert (row.state, row.editable, row.submittable) == (FilingState.WAITING, False, False)
    assert row.progress.due_ms > row.progress.submitted_ms > 0
    changes: tuple[Callable[[], object], ...] = (
        lambda: desk.filings.attach(SEND, "licence", desk.file("new.pdf")),
        lambda: desk.filings.remove(SEND, "licence"),
    )
    for change in changes:
        with pytest.raises(Refused) as refused:
            change()
        assert codes(refused) == ["filing.locked"]
    assert desk.filings.submit(SEND).state is FilingState.WAITING, (
        "the same papers again are the same submission"
    )
    assert len(desk.reviewer.reviews_by_key) == 1


def test_a_refusal_brings_its_reason_and_a_changed_form_goes_back_to_review(desk: ClearingDesk) -> None:
    desk.fill_filing()
    desk.filings.submit(SEND)
    desk.decide_all(approve=False, reason="营业执照看不清")
    row = desk.filings.get(SEND)
    assert (row.state, row.editable) == (FilingState.REJECTED, True)
    assert [r.text for r in row.progress.reasons] == ["营业执照看不清"]
    assert row.submittable
    row = desk.filings.attach(SEND, "licence", desk.file("clear.pdf", PDF + b"clear"))
    assert (row.state, row.changed) == (FilingState.REJECTED, True)
    row = desk.filings.submit(SEND)
    assert (row.state, row.progress.reasons) == (FilingState.WAITING, ())


@pytest.mark.parametrize("approve", [True, False])
def test_a_change_after_approval_does_not_refresh_the_state(desk: ClearingDesk, approve: bool) -> None:
    desk.clear_filing()
    row = desk.filings.attach(SEND, "licence", desk.file("newer.pdf", PDF + b"newer"))
    assert (row.state, row.changed, row.submittable) == (FilingState.APPROVED, True, True)
    assert desk.filings.submit(SEND).state is FilingState.APPROVED
    desk.decide_all(approve)
    assert desk.filings.get(SEND).state is FilingState.APPROVED


def test_an_engine_that_is_gone_costs_nothing(desk: ClearingDesk) -> None:
    desk.fill_filing()
    desk.reviewer.down = True
    with pytest.raises(Refused) as refused:
        desk.filings.submit(SEND)
    assert codes(refused) == ["gateway.unreachable"]
    row = desk.filings.get(SEND)
    assert (row.state, row.progress.unsent, row.submittable) == (FilingState.NOT_SUBMITTED, True, True)
    desk.reviewer.down = False
    assert desk.reviews.sync().handed_in == 1
    assert desk.filings.get(SEND).state is FilingState.WAITING


def test_a_lost_answer_is_asked_for_again_and_stays_one_review(desk: ClearingDesk) -> None:
    desk.fill_filing()
    desk.reviewer.lose = True
    with pytest.raises(Refused):
        desk.filings.submit(SEND)
    assert desk.filings.submit(SEND).state is FilingState.WAITING
    assert len(desk.reviewer.reviews_by_key) == 1


def test_an_intent_that_was_overtaken_is_not_handed_in(desk: ClearingDesk) -> None:
    desk.fill_filing()
    desk.reviewer.down = True
    with pytest.raises(Refused):
        desk.filings.submit(SEND)
    desk.filings.attach(SEND, "licence", desk.file("newer.pdf", PDF + b"newer"))
    with pytest.raises(Refused):
        desk.filings.submit(SEND)
    desk.reviewer.down = False
    assert desk.reviews.sync().handed_in == 1
    names = {p["name"] for p in body_of(desk.reviewer, "filing")["papers"]}
    assert "newer.pdf" in names
    assert len(desk.reviewer.reviews_by_key) == 1


@pytest.mark.parametrize("paper", ["material_letter", "signature_letter", "relation_letter"])
def test_a_sample_letter_is_a_document_to_fill_in(desk: ClearingDesk, paper: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    desk.filings.sample_letter(paper, path)
    with zipfile.ZipFile(path) as archive:
        text = archive.read("word/document.xml").decode()
    assert "样例" in text
    assert "盖章" in text
    first = path.read_bytes()
    desk.filings.sample_letter(paper, path)
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    "paper",
    [
        *("material_letter", "signature_letter", "port_register", "relation_letter"),
        *("params_letter", "link_letter", "qr_letter"),
    ],
)
def test_every_letter_of_video_sms_has_its_sample(desk: ClearingDesk, paper: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    desk.filings.sample_letter(paper, path, FilingKind.VIDEO_SMS)
    with zipfile.ZipFile(path) as archive:
        assert "盖章" in archive.read("word/document.xml").decode()


def test_the_sample_has_the_signatures_the_desk_knows(desk: ClearingDesk, tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    desk.usable_video_signature("北辰汽车")
    desk.usable_video_signature("北辰出行")
    for paper in ("signature_letter", "port_register"):
        desk.filings.sample_letter(paper, path, FilingKind.VIDEO_SMS)
        with zipfile.ZipFile(path) as archive:
            words = archive.read("word/document.xml").decode()
        assert "【北辰汽车】【北辰出行】" in words
        assert "【_" not in words


def test_the_filing_of_video_sms_goes_its_own_way(desk: ClearingDesk) -> None:
    row = desk.filings.get(VIDEO)
    assert [p.where for p in row.missing] == [f"paper:{paper}" for paper in VIDEO_REQUIRED]
    assert {p.id: bool(p.when_zh) for p in row.papers if not p.required} == {
        "relation_letter": True,
        "params_letter": True,
        "link_letter": True,
        "qr_letter": True,
        "special": False,
    }
    desk.clear_video_filing("link_letter")
    assert desk.filings.get(VIDEO).state is FilingState.APPROVED
    assert desk.filings.get(SEND).state is FilingState.NOT_SUBMITTED
    body = body_of(desk.reviewer, "filing")
    assert body["kind"] == "video_sms"
    assert {p["paper"] for p in body["papers"]} == {*VIDEO_REQUIRED, "link_letter"}


def test_papers_of_video_sms_are_what_table_3_4_takes(desk: ClearingDesk) -> None:
    for paper, name, data, code in (
        ("material_letter", "a.jpg", b"\xff\xd8\xff\xe0", "paper.type"),
        ("material_letter", "b.pdf", PDF + bytes(2_097_152), "paper.too_big"),
        ("special", "c.pdf", PDF, "paper.type"),
        ("port_letter", "d.pdf", PDF, "filing.unknown_paper"),
    ):
        with pytest.raises(Refused) as refused:
            desk.filings.attach(VIDEO, paper, desk.file(name, data))
        assert codes(refused) == [code]
    with pytest.raises(Refused) as refused:
        desk.filings.attach(SEND, "params_letter", desk.file("e.pdf"))
    assert codes(refused) == ["filing.unknown_paper"], "the other records have no such paper"


def test_there_is_no_letter_for_a_licence_and_none_in_a_folder_that_is_not_there(desk: ClearingDesk) -> None:
    with pytest.raises(Refused) as refused:
        desk.filings.sample_letter("licence", desk.root / "x.docx")
    assert codes(refused) == ["letter.none"]
    with pytest.raises(Refused) as refused:
        desk.filings.sample_letter("material_letter", desk.root / "gone" / "x.docx")
    assert codes(refused) == ["file.not_written"]
