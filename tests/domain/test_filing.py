# SPDX-License-Identifier: Apache-2.0
"""The smart-message filing: papers of table 2-4, the replace rule, and the state machine of seed 2.3.2."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import filing
from koodesk.domain.filing import FiledPaper, FilingEvent, FilingKind, FilingState
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import Verdict
from koodesk.domain.video_sms.rules import LETTERS

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "rules"
RULES = filing.read_filing_rules((FOLDER / "filing.toml").read_text("utf-8"))
VIDEO = filing.read_filing_rules((FOLDER / "filing_video.toml").read_text("utf-8"))


def paper(number: int) -> Paper:
    return Paper(f"{number}.pdf", 10, f"{number:064x}", "pdf")


def test_the_papers_are_those_of_table_2_4() -> None:
    assert [(spec.name_zh, spec.required) for spec in RULES.papers] == [
        ("企业营业执照", True),
        ("智能信息素材承诺函", True),
        ("签名授权函", True),
        ("公司关系授权函/其他证明", True),
        ("特殊材料", False),
    ]
    assert RULES.licence_type_zh == "企业营业执照"


def test_the_papers_of_video_sms_are_those_of_table_3_4() -> None:
    assert [(spec.name_zh, spec.required, spec.rule.types) for spec in VIDEO.papers] == [
        ("企业营业执照", True, ("jpg", "png")),
        ("智能信息素材承诺函", True, ("pdf",)),
        ("签名授权函", True, ("pdf",)),
        ("端口客户信息登记书", True, ("pdf",)),
        ("公司关系授权函/其他证明", False, ("pdf",)),
        ("动参承诺函", False, ("pdf",)),
        ("短链承诺函", False, ("pdf",)),
        ("二维码承诺函", False, ("pdf",)),
        ("特殊资料", False, ("rar", "zip")),
    ]
    assert {spec.rule.max_bytes for spec in VIDEO.papers[1:]} == {2 * 1_048_576}
    assert [spec.id for spec in VIDEO.papers if spec.rule.source == "Koodesk"] == ["licence"]


def test_a_paper_that_is_not_always_needed_says_when() -> None:
    when = {spec.id for spec in VIDEO.papers if spec.when_zh and spec.when_en}
    assert when == {"relation_letter", *LETTERS}
    assert {spec.id for spec in VIDEO.papers if spec.letter} == when | {
        "material_letter",
        "signature_letter",
        "port_register",
    }
    assert not any(spec.when_zh or spec.when_en for spec in RULES.papers)


def test_a_limit_nobody_published_says_that_it_is_ours() -> None:
    assert {spec.rule.source for spec in RULES.papers} == {"Koodesk"}


def test_a_new_upload_replaces_the_only_file() -> None:
    once = filing.with_paper(RULES, (), "material_letter", paper(1))
    assert filing.with_paper(RULES, once, "material_letter", paper(2)) == (
        FiledPaper("material_letter", paper(2)),
    )


def test_special_materials_add_up_and_the_same_file_counts_once() -> None:
    papers = filing.with_paper(RULES, (), "special", paper(1))
    papers = filing.with_paper(RULES, papers, "special", paper(2))
    papers = filing.with_paper(RULES, papers, "special", paper(1))
    assert sorted(p.file.name for p in papers) == ["1.pdf", "2.pdf"]


def test_special_materials_end_at_the_limit() -> None:
    papers: tuple[FiledPaper, ...] = ()
    for number in range(RULES.many_max):
        papers = filing.with_paper(RULES, papers, "special", paper(number))
    with pytest.raises(Refused) as refused:
        filing.with_paper(RULES, papers, "special", paper(99))
    assert refused.value.problems[0].code == "filing.too_many_files"
    assert refused.value.problems[0].param("limit") == RULES.many_max


def test_every_required_paper_is_asked_for() -> None:
    missing = filing.missing_papers(RULES, (FiledPaper("licence", paper(1)),))
    assert [p.where for p in missing] == [
        "paper:material_letter",
        "paper:signature_letter",
        "paper:relation_letter",
    ]


def test_the_digest_does_not_depend_on_the_order_and_tells_the_records_apart() -> None:
    papers = (FiledPaper("licence", paper(1)), FiledPaper("special", paper(2)))
    kind = FilingKind.SEND_TASK
    assert filing.digest(kind, papers) == filing.digest(kind, papers[::-1])
    assert filing.digest(kind, papers) != filing.digest(FilingKind.SHORT_LINK, papers)
    renamed = (replace(papers[0], file=replace(paper(1), name="other.pdf")), papers[1])
    assert filing.digest(kind, papers) != filing.digest(kind, renamed)


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        (FilingState.NOT_SUBMITTED, FilingEvent.FILE, FilingState.WAITING),
        (FilingState.WAITING, FilingEvent.APPROVE, FilingState.APPROVED),
        (FilingState.WAITING, FilingEvent.REJECT, FilingState.REJECTED),
        (FilingState.REJECTED, FilingEvent.FILE, FilingState.WAITING),
        (FilingState.APPROVED, FilingEvent.EDIT, FilingState.APPROVED),
        (FilingState.APPROVED, FilingEvent.FILE, FilingState.APPROVED),
    ],
)
def test_the_moves_of_the_manual(state: FilingState, event: FilingEvent, after: FilingState) -> None:
    assert filing.advance(state, event) is after


@pytest.mark.parametrize("event", [FilingEvent.EDIT, FilingEvent.FILE])
def test_the_form_is_locked_under_review(event: FilingEvent) -> None:
    with pytest.raises(Refused) as refused:
        filing.advance(FilingState.WAITING, event)
    assert refused.value.problems[0].code == "filing.locked"


def test_every_pair_is_a_move_or_a_refusal() -> None:
    for state, event in itertools.product(FilingState, FilingEvent):
        if (state, event) in filing.MOVES:
            assert isinstance(filing.advance(state, event), FilingState)
        else:
            with pytest.raises(Refused):
                filing.advance(state, event)


@given(st.lists(st.sampled_from(FilingEvent), max_size=30))
def test_no_history_breaks_what_the_manual_promises(events: list[FilingEvent]) -> None:
    state, reviewed = FilingState.NOT_SUBMITTED, False
    for event in events:
        before = state
        try:
            state = filing.advance(state, event)
        except Refused:
            assert state is before
            continue
        reviewed = reviewed or event in (FilingEvent.APPROVE, FilingEvent.REJECT)
        if before is FilingState.APPROVED:
            assert state is FilingState.APPROVED, "approved is never taken back by an edit"
        if state is not before and event in (FilingEvent.EDIT, FilingEvent.FILE):
            assert state is FilingState.WAITING, "the desk alone can only bring a filing under review"
    if state in (FilingState.APPROVED, FilingState.REJECTED):
        assert reviewed


def test_only_a_decision_is_an_event() -> None:
    assert filing.event_of(Verdict.WAITING) is None
    assert filing.event_of(Verdict.PROCESSING) is None
    assert filing.event_of(Verdict.APPROVED) is FilingEvent.APPROVE
