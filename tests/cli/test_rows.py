# SPDX-License-Identifier: Apache-2.0
"""The worst-row finder over number files: small ones by kind of problem, and a million rows with 137 bad ones among them."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from koodesk import messages
from koodesk.backend.operations.row_check import RowCheck
from koodesk.backend.readers.row_files import ChildRowFiles
from koodesk.cli import main
from koodesk.domain import koocard
from koodesk.domain.problem import Refused
from koodesk.domain.row_plan import SmsText, SmsVariable
from koodesk.domain.sms import VariableType
from koodesk.domain.template import Template
from tests.domain.row_cards import card, rules
from tests.domain.strategies import pack
from tests.hostile import xlsx_forge as forge

CARD = card(
    "${name}，您的礼券到了",
    "兑换码${code}，云杉商城全场可用。拒收请回复R",
    "https://m.yunshan.example/g?c=${code}",
)
SMS = SmsText("${name}，您的礼券${code}到了，点击${1}查看，拒收请回复R", "云杉商城")
LONG = "欧阳" * 12


def check() -> RowCheck:
    """Return the finder with the shipped rules and a real reader child."""
    return RowCheck(ChildRowFiles(), pack(), rules())


def save(folder: Path, template: Template = CARD) -> Path:
    """Write the card to a file, its pictures left out."""
    path = folder / "card.koocard"
    koocard.save(path, template, {})
    return path


def numbers(folder: Path, *rows: tuple[str, str, str]) -> Path:
    """Write a number file."""
    return forge.write(folder, forge.workbook([("手机号", "name", "code"), *rows]))


def test_each_kind_is_counted_and_named_by_its_row(tmp_path: Path) -> None:
    path = numbers(
        tmp_path,
        ("13800000001", "林晓", "A100"),
        ("13800000002", "", "A101"),
        ("13800000003", LONG, "A102"),
        ("13800000004", "张${三", "A103"),
        ("13800000005", "王<五", "A104"),
        ("13800000006", "赵六", "A 105"),
    )
    report = check().run(CARD, path)
    assert report.rows == 6
    found = {(one.row, one.code) for one in report.first}
    assert found >= {
        (3, "rows.empty"),
        (4, "rows.overflow"),
        (5, "rows.syntax"),
        (6, "rows.forbidden_mark"),
        (7, "rows.link_bad"),
    }
    assert report.bad_rows == 5
    assert {one.vendor for one in report.first if one.code == "rows.overflow"} >= {"HUAWEI", "MEIZU"}


def test_an_extra_part_of_the_sms_is_found(tmp_path: Path) -> None:
    path = numbers(tmp_path, ("13800000001", "林晓", "A100"), ("13800000002", "林" * 60, "A101"))
    assert {one.code for one in check().run(CARD, path, SMS).first if one.row == 3} >= {"rows.sms_part"}
    assert "rows.sms_part" not in check().run(CARD, path).by_problem


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = forge.write(tmp_path, forge.workbook([("手机号", "city"), ("13800000001", "北京")]))
    with pytest.raises(Refused) as caught:
        check().run(CARD, path)
    assert caught.value.problems[0].code == "audience.header"


def test_cancel_ends_it(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        check().run(CARD, numbers(tmp_path, ("13800000001", "林晓", "A100")), cancel=lambda: True)
    assert caught.value.problems[0].code == "reader.cancelled"


def test_one_row_by_its_number(tmp_path: Path) -> None:
    path = numbers(tmp_path, ("13800000001", "林晓", "A100"), ("13800000002", "陈晨", "B200"))
    assert check().row(CARD, path, 3) == {"name": "陈晨", "code": "B200"}
    for row in (1, 4, 0, -5):
        with pytest.raises(Refused) as caught:
            check().row(CARD, path, row)
        assert caught.value.problems[0].code == "rows.no_such_row"


def test_the_command_says_it_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = numbers(tmp_path, ("13800000001", "林晓", "A100"), ("13800000002", "", "13912345678"))
    arguments = ["rows", "check", str(save(tmp_path)), "--audience", str(path), "--json"]
    assert main(arguments) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["rows"], report["bad_rows"], report["by_problem"]) == (2, 1, {"rows.empty": 1})
    assert [(one["row"], one["code"], one["param"]) for one in report["first"]] == [(3, "rows.empty", "name")]
    assert main([*arguments[:-1], "--sms-text", SMS.content, "--sms-sign", "云杉商城"]) == 1
    assert "2" in capsys.readouterr().out


def test_good_rows_end_with_zero(tmp_path: Path) -> None:
    path = numbers(tmp_path, ("13800000001", "林晓", "A100"))
    assert main(["rows", "check", str(save(tmp_path)), "--audience", str(path)]) == 0


def test_every_problem_has_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [(f"138{no:08}", *values) for no, values in enumerate(_KINDS.values())]
    path = numbers(tmp_path, *((a, b.replace("&amp;", "&"), c) for a, b, c in bad))
    for language in ("zh", "en"):
        monkeypatch.setenv("KOODESK_LANG", language)
        assert main(["rows", "check", str(save(tmp_path)), "--audience", str(path)]) == 1
        shown = capsys.readouterr().out
        assert messages.word("rows.syntax", language) in shown
        assert "rows." not in shown


def test_types_of_the_sms_are_named_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = numbers(tmp_path, ("13800000001", "林晓", "A100"), ("13800000002", "陈晨", "B-2"))
    command = ["rows", "check", str(save(tmp_path)), "--audience", str(path), "--json"]
    command += ["--sms-text", "您的礼券${2}到了，点击${1}"]
    assert main([*command, "--sms-variable", "1=NEWTEXT", "--sms-variable", "2=chardigit:code"]) == 1
    (one,) = json.loads(capsys.readouterr().out)["first"]
    assert (one["row"], one["code"], one["slot"], one["value"]) == (3, "rows.illegal_value", "sms", "B-2")
    assert one["reason"] == "sms.value.letters_and_digits"
    assert main([*command, "--sms-variable", "2=CHARDIGIT"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "rows.sms_place"
    with pytest.raises(SystemExit) as caught:
        main([*command, "--sms-variable", "2=NOTHING:code"])
    assert caught.value.code == 2


def test_long_digits_are_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = numbers(tmp_path, ("13800000001", "13912345678<", "A100"))
    assert main(["rows", "check", str(save(tmp_path)), "--audience", str(path), "--json"]) == 1
    out = capsys.readouterr().out
    assert "139****5678<" in out
    assert "13912345678" not in out


@pytest.mark.parametrize("gone", ["card", "audience"])
def test_wrong_use_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str], gone: str) -> None:
    files = {"card": save(tmp_path), "audience": numbers(tmp_path)}
    files[gone] = tmp_path / "none"
    assert main(["rows", "check", str(files["card"]), "--audience", str(files["audience"]), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["problems"]


def test_a_sheet_with_other_columns_is_left_out_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheets = ([("手机号", "name", "code"), ("13800000001", "林晓", "A1")], [("city",), ("北京",)])
    path = forge.write(tmp_path, forge.workbook(*sheets))
    assert main(["rows", "check", str(save(tmp_path)), "--audience", str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [note["code"] for note in report["notes"]] == ["audience.sheet_left_out"]


# --- a million -----------------------------------------------------------------------------------------------------

ROWS = 1_000_000
PLANTED = 137
TYPED = SmsText(
    "${name}，您的礼券${2}到了，点击${1}查看，拒收请回复R",
    "云杉商城",
    (SmsVariable("1", VariableType.NEWTEXT), SmsVariable("2", VariableType.CHARDIGIT, "code")),
)
_KINDS: Mapping[str, tuple[str, str]] = {
    "rows.sms_part": ("林" * 40, "C1"),
    "rows.illegal_value": ("林晓", "C-1"),
    "rows.spaces": ("林  晓", "C1"),
    "rows.control_mark": ("林\u200b晓", "C1"),
    "rows.direction_mark": ("林\u202e晓", "C1"),
    "rows.cell_error": ("#N/A", "C1"),
    "rows.empty": ("", "C1"),
    "rows.overflow": (LONG, "C1"),
    "rows.syntax": ("甲${乙", "C1"),
    "rows.forbidden_mark": ("A&amp;B", "C1"),
    "rows.link_bad": ("林晓", "C 1"),
    "rows.value_too_long": ("林晓", "C" * 101),
}


def _planted() -> dict[int, str]:
    """Return which rows are bad and how; the first and the last row are among them."""
    chance = random.Random(137)
    rows = {2, ROWS + 1, *chance.sample(range(3, ROWS + 1), PLANTED - 2)}
    kinds = list(_KINDS)
    return {row: kinds[at % len(kinds)] for at, row in enumerate(sorted(rows))}


def _million(path: Path, bad: Mapping[int, str]) -> None:
    members = forge.package({"Sheet1": ""})
    sheet = members.popitem()[0]

    def lines() -> Iterator[str]:
        yield f'<worksheet xmlns="{forge.MAIN}"><sheetData>'
        for no in range(1, ROWS + 2):
            name, code = ("name", "code") if no == 1 else (f"张{no % 5_000}", f"C{no}")
            if no in bad:
                name, code = _KINDS[bad[no]]
            number = "手机号" if no == 1 else str(13_000_000_000 + no)
            yield (
                f'<row r="{no}"><c r="A{no}" t="inlineStr"><is><t>{number}</t></is></c><c r="B{no}" t="inlineStr">'
                f'<is><t>{name}</t></is></c><c r="C{no}" t="inlineStr"><is><t>{code}</t></is></c></row>'
            )
        yield "</sheetData></worksheet>"

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        with archive.open(sheet, "w", force_zip64=True) as stream:
            batch: list[str] = []
            for line in lines():
                batch.append(line)
                if len(batch) == 10_000:
                    stream.write("".join(batch).encode())
                    batch.clear()
            stream.write("".join(batch).encode())


@pytest.mark.slow
def test_137_bad_rows_among_a_million_are_exactly_those(tmp_path: Path) -> None:
    bad = _planted()
    path = tmp_path / "million.xlsx"
    _million(path, bad)
    report = check().run(CARD, path, TYPED)
    assert report.rows == ROWS
    assert report.bad_rows == PLANTED
    assert {one.row for one in report.first} == set(bad)
    for row, code in bad.items():
        assert code in {one.code for one in report.first if one.row == row}
