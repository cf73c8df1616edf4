# SPDX-License-Identifier: Apache-2.0
"""`koodesk report` on a workspace of an older release: lines, JSON, a file, and the proof of the counts."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from koodesk.backend.workspace import Workspace
from koodesk.cli import main

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    workspace = Workspace(tmp_path / "ws").create()
    shutil.copy(FIXTURES / "v3-workspace.db", workspace.database)
    return workspace.root


def test_the_report_of_smart_messages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "smart", "--by", "vendor", "--workspace", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total"]["submitted"] == 60
    assert sum(line["submitted"] for line in told["lines"]) == 60
    assert main(["report", "smart", "--by", "vendor", "--workspace", str(folder)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1].split()[0] == "60"
    assert len(printed) == len(told["lines"]) + 2


def test_a_report_as_a_file(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    arguments = ["report", "smart", "--by", "task", "--workspace", str(folder), "--export", str(path)]
    assert main(arguments) == 0
    assert len(path.read_text("utf-8-sig").splitlines()) == 3


@pytest.mark.gui
@pytest.mark.usefixtures("qapp")
def test_the_service_account_report_as_a_file(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for ending, begins in ((".xlsx", b"PK"), (".csv", b"\xef\xbb\xbf"), (".pdf", b"%PDF-")):
        path = tmp_path / f"r{ending}"
        arguments = ["report", "service-account", "--by", "kind", "--kind", "menu", "--from", "2026-01-01"]
        assert main([*arguments, "--workspace", str(folder), "--export", str(path), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"file": str(path), "lines": 0, "state": "finished"}
        assert path.read_bytes().startswith(begins)


def test_the_proof_of_the_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "verify", "--workspace", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["gaps"] == []
    with closing(sqlite3.connect(Workspace(folder).database)) as connection, connection:
        connection.execute("UPDATE report_count SET clicked_times = clicked_times + 1")
    assert main(["report", "verify", "--workspace", str(folder)]) == 1
    assert "clicked_times" in capsys.readouterr().out
