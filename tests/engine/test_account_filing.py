# SPDX-License-Identifier: Apache-2.0
"""The reviewer of the service account's filing judges by the same rules as the desk, and takes three working days."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.domain.test_company import GOOD
from tests.engine.client import paper
from tests.engine.inside import DAY_MS, Inside


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Inside]:
    made = Inside(tmp_path)
    yield made
    made.connection.close()


def filing(**company: str) -> dict[str, Any]:
    """A filing that passes, with some fields of the company changed."""
    papers = [{"paper": name, **paper(f"{name}.jpg", "jpg")} for name in ("licence", "aim_authorization")]
    return {"kind": "service_account", "papers": papers, "company": {**GOOD.to_json(), **company}}


def reasons(inside: Inside, body: dict[str, Any]) -> list[str]:
    found = inside.reviewed("filing", "service_account", body)
    assert found["state"] == ("rejected" if found["reasons"] else "approved")
    return [one["code"] for one in found["reasons"]]


def test_a_whole_filing_passes_after_three_working_days(inside: Inside) -> None:
    handed = inside.hand_in("filing", "service_account", filing())
    assert handed["due_ms"] - handed["submitted_ms"] == 3 * DAY_MS
    assert reasons(inside, filing()) == []


def test_the_reviewer_finds_what_the_form_would(inside: Inside) -> None:
    assert reasons(inside, filing(credit_code="914403001922038215")) == ["company.code.check_digit"]
    assert reasons(inside, filing(phone="110", mail="x")) == ["company.phone.shape", "company.mail.shape"]
    body = filing()
    del body["papers"][1]
    assert reasons(inside, body) == ["filing.paper_missing"]


@pytest.mark.parametrize("company", [None, [], {"name": 1}, {**GOOD.to_json(), "mail": 3}])
def test_company_data_nobody_can_read_is_a_rejection(inside: Inside, company: object) -> None:
    assert reasons(inside, {**filing(), "company": company}) == ["review.unreadable"]
