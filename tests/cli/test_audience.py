# SPDX-License-Identifier: Apache-2.0
"""`koodesk audience check`: counts right to the row, places a person can find, exit codes a script can trust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from koodesk import messages
from koodesk.cli import main
from tests.hostile import xlsx_forge as forge

ROWS: list[list[forge.Cell]] = [
    ["手机号", "name", "city"],
    ["13800138000", "张三", "北京"],
    [],
    ["+86 138 0013 8000", "李四", "上海"],
    ["13800138001", "", "上海"],
    ["1380013800x", "王五", "上海"],
    [13800138002.0, "赵六", "广州"],
]


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main(["audience", "check", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    return forge.write(tmp_path, forge.workbook(ROWS, shared=True))


@pytest.mark.parametrize("named", [["--param", "name", "city"], ["--param", "name", "--param", "city"]])
def test_counts_and_places(dirty: Path, capsys: pytest.CaptureFixture[str], named: list[str]) -> None:
    code, said = check(capsys, str(dirty), *named)
    assert code == 1
    assert {key: said[key] for key in ("rows", "valid", "duplicate", "invalid")} == {
        "rows": 5,
        "valid": 2,
        "duplicate": 1,
        "invalid": 2,
    }
    assert said["by_code"] == {
        "audience.number.letters": 1,
        "audience.row.duplicate": 1,
        "audience.value.empty": 1,
    }
    assert [(p["code"], p["sheet"], p["row"], p["column"]) for p in said["problems"]] == [
        ("audience.row.duplicate", "Sheet1", 4, "A"),
        ("audience.value.empty", "Sheet1", 5, "B"),
        ("audience.number.letters", "Sheet1", 6, "A"),
    ]
    assert "13800138000" not in json.dumps(said)


def test_without_parameters_only_numbers_are_checked(dirty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(capsys, str(dirty))
    assert (code, said["valid"], said["duplicate"], said["invalid"]) == (1, 3, 1, 1)


def test_a_clean_file_is_exit_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = forge.write(tmp_path, forge.workbook([["手机号"], ["13800138000"]]))
    assert check(capsys, str(path))[0] == 0


def test_the_first_thousand_are_named_and_all_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = forge.write(tmp_path, forge.workbook([["手机号"], *[["x"]] * 1_500]))
    out = tmp_path / "out.xlsx"
    _, said = check(capsys, str(path), "--refused", str(out))
    assert (said["invalid"], len(said["problems"])) == (1_500, 1_000)
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    assert sheet.max_row == 1_501


def test_a_file_that_is_none_is_exit_1_with_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = check(capsys, str(forge.write(tmp_path, b"phone,name\n")))
    assert (code, said["problems"][0]["code"]) == (1, "reader.not_xlsx")


def test_a_wrong_header_is_exit_1_and_names_the_columns(
    dirty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = check(capsys, str(dirty), "--param", "name")
    assert (code, said["problems"][0]["code"]) == (1, "audience.header")
    assert said["problems"][0]["params"]["expected"] == "手机号、name"


@pytest.mark.parametrize("more", [["--refused", "out.csv"], ["--param", "a", "a"], ["--refused", "SELF"]])
def test_wrong_use_is_exit_2(dirty: Path, capsys: pytest.CaptureFixture[str], more: list[str]) -> None:
    code, said = check(capsys, str(dirty), *(str(dirty) if part == "SELF" else part for part in more))
    assert code == 2
    assert said["problems"]


def test_no_file_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(capsys, str(tmp_path / "none.xlsx"))
    assert (code, said["problems"][0]["code"]) == (2, "reader.not_found")


def test_a_person_gets_words(
    dirty: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOODESK_LANG", "zh")
    assert main(["audience", "check", str(dirty)]) == 1
    shown = capsys.readouterr().out
    assert f"Sheet1!A4: {messages.word('audience.row.duplicate', 'zh')}" in shown
    assert "audience." not in shown
