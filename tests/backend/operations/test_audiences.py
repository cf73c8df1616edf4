# SPDX-License-Identifier: Apache-2.0
"""Audiences from a file to the answers of the phones, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from koodesk.backend.operations.audience_check import NumberFileCheck
from koodesk.backend.ports.progress import Progress
from koodesk.backend.ports.video import VideoRevision
from koodesk.backend.readers.number_files import XlsxNumberFiles
from koodesk.domain.problem import Refused
from koodesk.domain.recipient import AudienceBucket, Fallback
from koodesk.domain.video_sms.codec import encode, template_digest
from koodesk.domain.video_sms.template import Frame, Text, VideoTemplate
from tests.backend.operations.desk import Desk, open_desk
from tests.hostile import xlsx_forge as forge

ROWS: list[list[forge.Cell]] = [
    ["手机号", "name"],
    ["13800138000", "张三"],
    ["+86 13800138002", "=1+1"],
    ["138 0013 8000", "twice"],
    ["13800138003 ext", "x"],
    ["13800138001", "王五"],
    ["13900139000", "\u202eevil"],
    ["=13900139001", "formula text"],
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def left_rows(desk: Desk) -> list[int]:
    with desk.work.read() as connection:
        return [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("audience", "audience_row", "audience_refusal")
        ]


def test_a_checked_file_explains_every_row(desk: Desk, tmp_path: Path) -> None:
    path = forge.write(tmp_path, forge.workbook(ROWS), "号码2026.xlsx")
    row = desk.audiences.check_file(path, ["name"])
    assert (row.name, row.rows, row.valid, row.duplicate, row.invalid, row.unknown) == (
        "号码2026.xlsx",
        7,
        3,
        1,
        3,
        3,
    )
    assert desk.audiences.get(row.id) == row
    valid = desk.audiences.rows(row.id, AudienceBucket.VALID)
    assert [(line.row, line.number, dict(line.params), line.code) for line in valid] == [
        (2, "138****8000", {"name": "张三"}, ""),
        (3, "138****8002", {"name": "=1+1"}, "number.country_code number.separators"),
        (6, "138****8001", {"name": "王五"}, ""),
    ]
    assert [line.row for line in desk.audiences.rows(row.id, AudienceBucket.NORMALISED)] == [3]
    (twice,) = desk.audiences.rows(row.id, AudienceBucket.DUPLICATE)
    assert (twice.sheet, twice.row, twice.column, twice.header, twice.first_sheet, twice.first_row) == (
        "Sheet1",
        4,
        "A",
        "手机号",
        "Sheet1",
        2,
    )
    invalid = desk.audiences.rows(row.id, AudienceBucket.INVALID)
    assert [(line.row, line.column, line.code) for line in invalid] == [
        (5, "A", "audience.number.letters"),
        (7, "B", "audience.value.direction_mark"),
        (8, "A", "audience.number.letters"),
    ]
    assert invalid[0].text == "138****8003 ext"
    desk.audiences.verify(row.id)


@pytest.mark.both_databases
def test_pages_of_rows_join_without_gap_or_repeat(desk: Desk) -> None:
    text = "\n".join(str(13_800_000_000 + n) for n in range(25))
    row = desk.audiences.check_text(text)
    pages = [desk.audiences.rows(row.id, AudienceBucket.VALID, offset, 10) for offset in (0, 10, 20, 30)]
    assert [line.row for page in pages for line in page] == list(range(1, 26))


def test_one_changed_digit_shows(desk: Desk) -> None:
    row = desk.audiences.check_text('13800138000,张"三\n13800138001,李四', ["name"])
    desk.audiences.verify(row.id)
    with desk.work.write() as connection:
        connection.exec_driver_sql("UPDATE audience_row SET number = 13800138009 WHERE row_no = 2")
    with pytest.raises(Refused, match=r"audience\.altered"):
        desk.audiences.verify(row.id)


def test_the_digest_knows_names_values_and_order(desk: Desk) -> None:
    texts = [
        ("13800138000,a\n13800138001,b", "x"),
        ("13800138001,b\n13800138000,a", "x"),
        ("13800138000,a", "x"),
    ]
    digests = [desk.audiences.check_text(text, [name]).digest for text, name in [*texts, (texts[0][0], "y")]]
    assert len(set(digests)) == 4
    assert desk.audiences.check_text(texts[0][0], ["x"]).digest == digests[0]


def test_the_export_of_refused_rows_is_masked_and_harmless(desk: Desk, tmp_path: Path) -> None:
    row = desk.audiences.check_file(forge.write(tmp_path, forge.workbook(ROWS)), ["name"])
    out = tmp_path / "refused.xlsx"
    assert desk.audiences.export_refused(row.id, out) == 4
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0] == ("工作表", "行", "列", "列名", "内容", "结果", "原因")
    assert lines[1] == ("Sheet1", "4", "A", "手机号", "138****8000", "重复", "因为 audience.row.duplicate")
    assert lines[-1][4] == "'=139****9001"


def test_a_file_with_a_name_the_platform_refuses(desk: Desk, tmp_path: Path) -> None:
    path = forge.write(tmp_path, forge.workbook(ROWS), "a-b.xlsx")
    with pytest.raises(Refused, match=r"audience\.file_name"):
        desk.audiences.check_file(path, ["name"])


@pytest.mark.parametrize("rows", [[["手机号"]], [["手机号"], [], []]])
def test_a_file_without_rows_leaves_nothing(desk: Desk, tmp_path: Path, rows: list[list[forge.Cell]]) -> None:
    with pytest.raises(Refused, match=r"audience\.no_rows"):
        desk.audiences.check_file(forge.write(tmp_path, forge.workbook(rows)))
    assert left_rows(desk) == [0, 0, 0]


def test_a_cancelled_import_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    rows: list[list[forge.Cell]] = [["手机号"]]
    rows += [[13_800_000_000 + n] for n in range(20_000)]
    path = forge.write(tmp_path, forge.workbook(rows))
    stored: list[Progress] = []

    def heard(progress: Progress) -> None:
        if progress.stage == "store" and progress.done:
            stored.append(progress)

    with pytest.raises(Refused, match=r"reader\.cancelled"):
        desk.audiences.check_file(path, (), heard, lambda: bool(stored))
    assert stored[0].total == 20_000
    assert left_rows(desk) == [0, 0, 0]


@pytest.mark.both_databases
def test_what_a_crash_left_is_never_seen_and_removed_later(desk: Desk) -> None:
    with desk.work.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO audience (state, name, created_ms, params) VALUES ('importing', 'half', ?, '[]')",
            (desk.clock.now_ms(),),
        )
        connection.exec_driver_sql(
            "INSERT INTO audience_row (audience_id, row_no, number, params) VALUES (1, 2, 3, '{}')"
        )
    assert desk.audiences.list() == ()
    with pytest.raises(Refused, match=r"audience\.unknown"):
        desk.audiences.get(1)
    assert desk.audiences.clean() == 0, "another process may still be importing it"
    desk.clock.forward(2 * 60 * 60 * 1_000)
    assert desk.audiences.clean() == 1
    assert left_rows(desk) == [0, 0, 0]


@pytest.mark.both_databases
def test_the_phones_are_asked_in_batches_and_the_five_counts_follow(desk: Desk) -> None:
    row = desk.audiences.check_text(
        "\n".join(str(13_800_000_000 + n) for n in range(20)) + "\nx\n13800000000"
    )
    card = desk.card(tpl_id="600000001")
    asked = desk.audiences.capability(row.id, card)
    assert desk.handsets.asked == [(20, "600000001")]
    assert (asked.resolvable, asked.unresolvable, asked.unknown) == (16, 2, 2)
    alone, fallen = asked.parsing(), asked.parsing(Fallback.SMS)
    assert (alone.imported, alone.invalid, alone.submitted, fallen.submitted) == (21, 1, 16, 18)
    assert len(desk.audiences.rows(row.id, AudienceBucket.UNRESOLVABLE)) == 2
    assert len(desk.audiences.rows(row.id, AudienceBucket.UNKNOWN)) == 2
    assert {line.vendor for line in desk.audiences.rows(row.id, AudienceBucket.RESOLVABLE)} == {"HUAWEI"}
    assert desk.audiences.vendors(row.id) == {"": 2, "-": 2, "HUAWEI": 16}
    desk.audiences.verify(row.id)


def test_a_card_never_submitted_cannot_be_asked_about(desk: Desk) -> None:
    row = desk.audiences.check_text("13800138000")
    with pytest.raises(Refused, match=r"card\.not_submitted"):
        desk.audiences.capability(row.id, desk.card())


def test_the_sample_of_a_card_has_its_parameters(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "sample.xlsx"
    desk.audiences.sample_file(desk.card([("name", "张三"), ("city", "北京")]), path)
    row = desk.audiences.check_file(path, ["name", "city"])
    assert (row.valid, row.invalid) == (1, 0)


def test_the_sample_of_a_video_sms_has_its_parameters(desk: Desk, tmp_path: Path) -> None:
    template = VideoTemplate(title="新车", frames=(Frame((Text("#p_2#的#p_1#"),)),))
    revision = VideoRevision(
        template_digest(template), "", "新车", template.params, 9, (), encode(template), 1
    )
    with desk.work.write() as connection:
        template_id = desk.work.video.create(connection, revision).id
    path = tmp_path / "sample.xlsx"
    desk.audiences.sample_video_file(template_id, path)
    row = desk.audiences.check_file(path, template.params)
    assert (row.params, row.valid, row.invalid) == (("p_2", "p_1"), 1, 0)
    with pytest.raises(Refused, match=r"video_sms\.unknown"):
        desk.audiences.sample_video_file(template_id + 1, path)


def test_values_of_a_video_sms_have_their_own_limit(desk: Desk) -> None:
    lines = "\n".join(f"1380013800{i},{'长' * length}" for i, length in enumerate((101, 256, 257)))
    video = desk.audiences.check_text(lines, ["p_1"])
    assert (video.valid, video.by_code) == (2, {"audience.value.too_long_for_video": 1})
    assert desk.audiences.check_text(lines, ["name"]).by_code == {"audience.value.too_long": 3}


def test_consent_and_removal(desk: Desk) -> None:
    row = desk.audiences.check_text("13800138000")
    assert desk.audiences.set_consent(row.id, " 会员中心 ").consent_source == "会员中心"
    with pytest.raises(Refused, match=r"audience\.consent"):
        desk.audiences.set_consent(row.id, " ")
    desk.audiences.delete(row.id)
    assert left_rows(desk) == [0, 0, 0]


def test_without_rights_nothing_is_read(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, nobody=True)
    with pytest.raises(Refused, match=r"access\.denied"):
        desk.audiences.check_file(tmp_path / "none.xlsx")
    desk.database.close()


def test_a_check_without_a_workspace_names_the_rows_and_writes_them(tmp_path: Path) -> None:
    path = forge.write(tmp_path, forge.workbook(ROWS), "with space.xlsx")
    out = tmp_path / "out.xlsx"
    report = NumberFileCheck(XlsxNumberFiles()).run(path, ["name"], out)
    assert (report.rows, report.valid, report.duplicate, report.invalid) == (7, 3, 1, 3)
    assert [(p.row, p.column, p.code) for p in report.problems] == [
        (4, "A", "audience.row.duplicate"),
        (5, "A", "audience.number.letters"),
        (7, "B", "audience.value.direction_mark"),
        (8, "A", "audience.number.letters"),
    ]
    assert [note.code for note in report.notes] == ["audience.file_name"]
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    assert sheet.max_row == 5
