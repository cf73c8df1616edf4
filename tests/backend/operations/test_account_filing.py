# SPDX-License-Identifier: Apache-2.0
"""The filing of the service account through its service: company data, its lock, and what gates on the approval."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.problem import Refused
from tests.backend.operations.clearing_desk import JPG, ClearingDesk
from tests.domain.test_company import GOOD

ACCOUNT = FilingKind.SERVICE_ACCOUNT


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    return ClearingDesk(tmp_path)


def fill(desk: ClearingDesk) -> None:
    for paper in ("licence", "aim_authorization"):
        desk.filings.attach(ACCOUNT, paper, desk.file(f"{paper}.jpg", JPG + paper.encode()))
    desk.filings.set_company(ACCOUNT, GOOD)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def test_papers_and_every_field_are_asked_for(desk: ClearingDesk) -> None:
    row = desk.filings.get(ACCOUNT)
    assert (row.submittable, row.company) == (False, None)
    with pytest.raises(Refused) as refused:
        desk.filings.submit(ACCOUNT)
    assert codes(refused).count("filing.paper_missing") == 2
    assert {p.where for p in refused.value.problems} >= {
        "company:name",
        "company:credit_code",
        "company:industry",
    }


def test_wrong_fields_are_named_and_nothing_is_stored(desk: ClearingDesk) -> None:
    with pytest.raises(Refused) as refused:
        desk.filings.set_company(ACCOUNT, replace(GOOD, credit_code="914403001922038217", mail="nobody"))
    assert codes(refused) == ["company.code.check_digit", "company.mail.shape"]
    assert desk.filings.get(ACCOUNT).company is None


def test_what_was_typed_is_kept_tidied_and_handed_in(desk: ClearingDesk) -> None:
    fill(desk)
    desk.filings.set_company(ACCOUNT, replace(GOOD, name="  华为技术有限公司 "))
    row = desk.filings.submit(ACCOUNT)
    assert (row.state, row.company, row.editable) == (FilingState.WAITING, GOOD, False)
    (handed,) = desk.reviewer.reviews_by_key.values()
    assert json.loads(handed.body)["company"] == GOOD.to_json()
    with pytest.raises(Refused) as refused:
        desk.filings.set_company(ACCOUNT, replace(GOOD, phone="13800138000"))
    assert codes(refused) == ["filing.locked"]


def test_other_filings_have_no_company(desk: ClearingDesk) -> None:
    with pytest.raises(Refused) as refused:
        desk.filings.set_company(FilingKind.SEND_TASK, GOOD)
    assert codes(refused) == ["filing.no_company"]


def test_the_gate_opens_with_the_approval(desk: ClearingDesk) -> None:
    fill(desk)
    desk.filings.submit(ACCOUNT)
    with desk.work.read() as connection, pytest.raises(Refused) as refused:
        desk.filings.check_account_cleared(connection)
    assert codes(refused) == ["filing.needed_service_account"]
    (handed,) = desk.reviewer.reviews_by_key.values()
    desk.reviewer.decide(handed.id, approve=True)
    desk.reviews.sync()
    with desk.work.read() as connection:
        desk.filings.check_account_cleared(connection)
    assert desk.filings.get(ACCOUNT).state is FilingState.APPROVED
    changed = desk.filings.set_company(ACCOUNT, replace(GOOD, phone="13800138000"))
    assert (changed.state, changed.changed) == (FilingState.APPROVED, True)


def test_company_data_that_another_hand_changed_meanwhile_is_asked_about(desk: ClearingDesk) -> None:
    seen = desk.filings.get(ACCOUNT).company
    desk.filings.set_company(ACCOUNT, GOOD, seen)
    theirs = replace(GOOD, phone="13800138000")
    with pytest.raises(Refused) as refused:
        desk.filings.set_company(ACCOUNT, theirs, seen)
    assert [p.code for p in refused.value.problems] == ["filing.company_changed"]
    assert desk.filings.get(ACCOUNT).company == GOOD
    assert desk.filings.set_company(ACCOUNT, GOOD, seen).company == GOOD  # the same twice asks nothing
    assert desk.filings.set_company(ACCOUNT, theirs, GOOD).company == theirs
