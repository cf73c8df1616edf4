# SPDX-License-Identifier: Apache-2.0
"""The opt-out list: by hand, from hostile files, off it with a reason, out of it with a right; what has not left yet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.operations.opt_outs import HAND_LIMIT
from koodesk.backend.service import Service
from koodesk.backend.storage.database import Database
from koodesk.backend.workspace import Workspace
from koodesk.domain.access import Effect, Policy, Principal, Statement
from koodesk.domain.opt_out import REASON_LIMIT
from koodesk.domain.problem import Refused
from tests.backend.sending.workshop import FIRST_NUMBER

SIGN = "雅居"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    workspace = Workspace(tmp_path / "ws").create()
    with open_service(workspace) as service:
        put_signature(workspace)
        yield service


def put_signature(workspace: Workspace) -> None:
    database = Database(workspace.database)
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO opt_out (number, signature, at_ms, source) VALUES (13900000001, ?, 5, 'reply')",
            (SIGN,),
        )
    database.close()


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def numbers(service: Service, digits: str = "") -> list[str]:
    return sorted(row.number for row in service.opt_outs.page(SIGN, digits).rows)


def test_by_hand(service: Service) -> None:
    added = service.opt_outs.add(SIGN, "13800000001，13800000002\n13900000001 １３８００００００01")
    assert (added.new, added.known) == (2, 1)
    assert numbers(service) == ["13800000001", "13800000002", "13900000001"]
    row = service.opt_outs.page(SIGN, "0002").rows[0]
    assert (row.source.value, row.by, row.campaign) == ("hand", "local", "")
    assert [one.count for one in service.opt_outs.signatures() if one.name == SIGN] == [3]


@pytest.mark.parametrize(
    ("signature", "text", "code"),
    [
        (SIGN, "", "opt_out.none"),
        (SIGN, " ,\n，", "opt_out.none"),
        (SIGN, "13800000001\n1380000000", "opt_out.not_a_number"),
        (SIGN, "=cmd|' /C calc'!A0", "opt_out.not_a_number"),
        (SIGN, "٠١٢٣٤٥٦٧٨٩٠", "opt_out.not_a_number"),
        (SIGN, "\n".join(str(FIRST_NUMBER + i) for i in range(HAND_LIMIT + 1)), "opt_out.too_many"),
        ("别家'; DROP TABLE opt_out; --", "13800000001", "opt_out.signature"),
    ],
)
def test_what_is_not_taken_by_hand(service: Service, signature: str, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        service.opt_outs.add(signature, text)
    assert codes(refused) == [code]
    assert numbers(service) == ["13900000001"]


def test_as_many_by_hand_as_may_be(service: Service) -> None:
    text = "\n".join(str(FIRST_NUMBER + i) for i in range(HAND_LIMIT))
    assert service.opt_outs.add(SIGN, text).new == HAND_LIMIT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("headed", [True, False])
def test_from_a_csv(service: Service, tmp_path: Path, encoding: str, headed: bool) -> None:
    file = tmp_path / "名单.csv"
    head = "姓名,手机号\n" if headed else ""
    lines = [f"{'王,' if headed else ''}{FIRST_NUMBER + i}" for i in range(3)]
    file.write_text(head + "\n".join([*lines, lines[0], ("李," if headed else "") + "12"]), encoding)
    added = service.opt_outs.import_file(SIGN, file)
    assert (added.new, added.known, added.invalid) == (3, 1, 1)
    assert service.opt_outs.page(SIGN, str(FIRST_NUMBER)).rows[0].source.value == "import"


def test_from_an_xlsx(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "名单.xlsx"
    book = openpyxl.Workbook()
    for row in (["手机号"], ["13900000001"], [13_800_000_001], ["12"]):
        book.active.append(row)
    book.save(file)
    added = service.opt_outs.import_file(SIGN, file)
    assert (added.new, added.known, added.invalid) == (1, 1, 1)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "audience.header"),
        ("a.csv", b"name,mail\n", "audience.header"),
        ("a.csv", "手机号,手机号\n13800000001,1\n".encode(), "audience.header"),
        ("a.csv", b"\0" * 100, "reader.damaged"),
        ("a.csv", b"\xff\xfe\xff\x80\x81", "reader.damaged"),
        ("a.csv", "手机号\n".encode() + b'"' + b"1" * 20_000 + b'"\n', "reader.damaged"),
        ("a.xlsx", b"PK\x03\x04 no zip", "reader."),
        ("a.txt", b"13800000001", "opt_out.file_kind"),
        ("a", b"13800000001", "opt_out.file_kind"),
    ],
)
def test_files_that_are_no_list(
    service: Service, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refused:
        service.opt_outs.import_file(SIGN, tmp_path / name)
    assert codes(refused)[0].startswith(code)
    assert numbers(service) == ["13900000001"]


def test_a_file_that_is_not_there(service: Service, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"reader\.not_found"):
        service.opt_outs.import_file(SIGN, tmp_path / "none.csv")


def test_off_the_list_with_a_reason(service: Service) -> None:
    row = service.opt_outs.page(SIGN).rows[0]
    for reason, code in ((" ", "empty"), ("x" * (REASON_LIMIT + 1), "too_long"), ("a\u202eb", "")):
        with pytest.raises(Refused) as refused:
            service.opt_outs.remove(SIGN, row.ref, reason)
        assert codes(refused)[0].endswith(code)
    service.opt_outs.remove(SIGN, row.ref, "书面要求重新接收")
    assert numbers(service) == []
    with pytest.raises(Refused, match=r"opt_out\.unknown"):
        service.opt_outs.remove(SIGN, "13900000001", "again")
    change = service.opt_outs.changes()[0]
    assert (change.what, change.number, change.reason, change.by) == (
        "remove",
        "139****0001",
        "书面要求重新接收",
        "local",
    )


def test_out_of_it_with_a_reason(service: Service, tmp_path: Path) -> None:
    service.opt_outs.add(SIGN, "13800000001")
    with pytest.raises(Refused, match=r"opt_out\.reason"):
        service.exports.start("opt_outs", tmp_path / "a.csv", {"reason": ""})
    assert not (tmp_path / "a.csv").exists()
    options = {"reason": "核对", "signature": SIGN, "headings": {"number": "手机号"}}
    job = service.exports.wait(service.exports.start("opt_outs", tmp_path / "a.csv", options).id)
    assert (job.state, job.rows, job.total) == ("finished", 2, 2)
    rows = list(csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0][0] == "手机号"
    assert sorted(row[0] for row in rows[1:]) == ["13800000001", "13900000001"]
    assert (service.opt_outs.changes()[0].what, service.opt_outs.changes()[0].reason) == ("export", "核对")


@pytest.mark.parametrize(
    ("digits", "found"),
    [("", 1), ("13900000001", 1), ("139", 1), ("0001", 1), ("138", 0), ("0002", 0), ("139 0000 0001", 1)],
)
def test_found_by_what_a_masked_number_shows(service: Service, digits: str, found: int) -> None:
    assert len(service.opt_outs.page(SIGN, digits).rows) == found


@pytest.mark.parametrize("digits", ["13", "13900", "abcd", "%", "1390000000١"])
def test_nothing_is_found_by_hidden_digits(service: Service, digits: str) -> None:
    with pytest.raises(Refused, match=r"opt_out\.digits"):
        service.opt_outs.page(SIGN, digits)


def test_pages_go_on_where_the_last_ended(service: Service) -> None:
    service.opt_outs.add(SIGN, "\n".join(str(FIRST_NUMBER + i) for i in range(6)))
    seen: list[str] = []
    after = ""
    while True:
        page = service.opt_outs.page(SIGN, "", after, 3)
        seen += [row.number for row in page.rows]
        assert "138" not in page.next
        after = page.next
        if not after:
            break
    assert sorted(seen) == [*(str(FIRST_NUMBER + i) for i in range(6)), "13900000001"]


def test_numbers_are_masked_and_things_refused_without_the_right(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "ws").create()
    only = Policy("look", (Statement(Effect.ALLOW, ("koodesk:optOut:list",)),))
    with open_service(workspace, Principal("陈", (only,))) as service:
        put_signature(workspace)
        assert numbers(service) == ["139****0001"]
        for call in (
            lambda: service.opt_outs.add(SIGN, "13800000001"),
            lambda: service.opt_outs.import_file(SIGN, tmp_path / "a.csv"),
            lambda: service.opt_outs.remove(SIGN, "13900000001", "x"),
            lambda: service.opt_outs.prepare({"reason": "x"}),
        ):
            with pytest.raises(Refused, match=r"access\.denied"):
                call()
    with open_service(workspace, access_rules().principal("R", ("KooMessage ReadOnlyAccess",))) as service:
        assert service.opt_outs.page(SIGN).rows
