# SPDX-License-Identifier: Apache-2.0
"""What a dossier holds, what its files are called, and what a person may tell of it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.domain.dossier import (
    LONGEST_GIVEN,
    LONGEST_REASON,
    DossierPaper,
    HandState,
    check_word,
    dossier_of,
    file_name,
    read_places,
)
from koodesk.domain.review_state import ReviewKind, Verdict

TODAY = date(2026, 11, 29)
FILE = {"name": "执照.pdf", "size": 7, "digest": "d" * 64, "type": "pdf"}


def test_fields_and_papers_are_taken_apart_in_their_order() -> None:
    body = {
        "kind": "send_task",
        "papers": [{"paper": "licence", **FILE}, {"paper": "letter", **FILE, "name": "函.png"}],
        "company": {"name": "云杉", "mail": ""},
        "third_party": True,
        "other": None,
    }
    found = dossier_of(ReviewKind.FILING, "send_task", "d", json.dumps(body))
    assert found.title == "send_task"
    assert found.fields == (("kind", "send_task"), ("company.name", "云杉"), ("third_party", "✓"))
    assert [(one.paper, one.name) for one in found.papers] == [("licence", "执照.pdf"), ("letter", "函.png")]
    signature = dossier_of(
        ReviewKind.VIDEO_SIGNATURE, "3", "d", json.dumps({"name": "雅居", "authorization": FILE})
    )
    assert (signature.title, signature.papers[0].paper) == ("雅居", "authorization")


@pytest.mark.parametrize("body", ["", "[]", "1", "null", "not json"])
def test_a_body_that_is_none_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        dossier_of(ReviewKind.FILING, "1", "d", body)


@pytest.mark.parametrize(
    ("name", "kind", "called"),
    [
        ("执照.pdf", "pdf", "01-执照.pdf"),
        ("执照", "pdf", "01-执照.pdf"),
        ("../../etc/passwd", "", "01-_.._etc_passwd"),
        ("a\x00b<c>.JPG", "jpg", "01-a_b_c_.JPG"),
        ("...", "png", "01-paper.png"),
        ("x" * 300, "pdf", f"01-{'x' * 80}.pdf"),
    ],
)
def test_a_paper_lies_in_its_folder_whatever_it_is_called(name: str, kind: str, called: str) -> None:
    assert file_name(1, DossierPaper("p", name, 1, "d", kind)) == called


@given(st.text(max_size=200), st.sampled_from(["pdf", "jpg", ""]))
def test_no_name_leads_out_of_the_folder(name: str, kind: str) -> None:
    called = file_name(7, DossierPaper("p", name, 1, "d", kind))
    assert called.startswith("07-")
    assert not set(called) & set('/\\<>:"|?*\x00\n')


@pytest.mark.parametrize(
    ("state", "day", "reason", "given_", "where"),
    [
        (HandState.SUBMITTED, "2026-11-29", "", {}, []),
        (HandState.SUBMITTED, "2026-11-30", "", {}, ["day"]),
        (HandState.APPROVED, "20261129", "", {}, ["day"]),
        (HandState.APPROVED, "2026-02-30", "", {}, ["day"]),
        (HandState.APPROVED, "", "", {}, ["day"]),
        (HandState.REJECTED, "2026-11-01", " ", {}, ["reason"]),
        (HandState.REJECTED, "2026-11-01", "x" * LONGEST_REASON, {}, []),
        (HandState.REJECTED, "2026-11-01", "x" * (LONGEST_REASON + 1), {}, ["reason"]),
        (HandState.APPROVED, "2026-11-01", "", {"tpl_id": "1" * LONGEST_GIVEN}, []),
        (HandState.APPROVED, "2026-11-01", "", {"tpl_id": "1" * (LONGEST_GIVEN + 1)}, ["tpl_id"]),
        (HandState.APPROVED, "2026-11-01", "", {"channel_num": "1\n"}, ["channel_num"]),
    ],
)
def test_what_a_person_may_tell(
    state: HandState, day: str, reason: str, given_: dict[str, str], where: list[str]
) -> None:
    assert [one.where for one in check_word(state, day, reason, given_, TODAY)] == where


def test_every_kind_has_its_place_or_says_that_nobody_wrote_it_down() -> None:
    places = read_places((paths.resources() / "rules" / "dossier.toml").read_text("utf-8"))
    assert all(bool(one.zh) == bool(one.en) == (one.source != "not found") for one in places.values())
    with pytest.raises(ValueError, match="place"):
        read_places('[[kind]]\nid = "filing"\nzh = "a"\nen = "a"\nsource = "s"\n')


def test_a_word_is_a_verdict() -> None:
    assert [one.verdict for one in HandState] == [Verdict.WAITING, Verdict.APPROVED, Verdict.REJECTED]
