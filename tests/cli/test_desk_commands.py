# SPDX-License-Identifier: Apache-2.0
"""`koodesk opt-out` and `koodesk settings`: the service on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from koodesk.backend.workspace import Workspace
from koodesk.cli import main
from tests.backend.operations.test_opt_outs import SIGN, put_signature


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, object]:
    assert main([*words, "--json"]) == code
    out = capsys.readouterr().out
    return json.loads(out) if out else {}


def test_opt_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "ws")
    told(capsys, "settings", "get", "--workspace", folder)
    put_signature(Workspace(tmp_path / "ws"))
    to = ("--workspace", folder, "--signature", SIGN)
    assert told(capsys, "opt-out", "add", "13800000001", "13800000002", *to) == {
        "new": 2,
        "known": 0,
        "invalid": 0,
    }
    (tmp_path / "n.csv").write_text("手机号\n13800000003\n", "utf-8")
    assert told(capsys, "opt-out", "import", str(tmp_path / "n.csv"), *to)["new"] == 1
    assert told(capsys, "opt-out", "remove", "13800000001", "--reason", "要求", *to) == {"removed": 1}
    found = told(capsys, "opt-out", "list", "--number", "138", *to)["items"]
    assert isinstance(found, list)
    assert sorted(one["number"] for one in found) == ["13800000002", "13800000003"]
    assert told(capsys, "opt-out", "export", str(tmp_path / "o.csv"), "--reason", "核对", *to) == {"rows": 3}
    refused = told(capsys, "opt-out", "remove", "13800000001", "--reason", "要求", *to, code=1)
    assert "opt_out.unknown" in json.dumps(refused)


def test_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = ("--workspace", str(tmp_path / "ws"))
    assert told(capsys, "settings", "set", "frequency_per_day=1", *to)["frequency_per_day"] == {
        "value": 1,
        "default": 2,
        "by": "local",
    }
    assert list(told(capsys, "settings", "get", "hours_end", *to)) == ["hours_end"]
    assert main(["settings", "set", "hours_end", *to]) == 2
    assert main(["settings", "get", "nothing", *to]) == 2
    assert "campaign.window.too_wide" in json.dumps(
        told(capsys, "settings", "set", "hours_end=1440", *to, code=1)
    )


def test_backup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = ("--workspace", str(tmp_path / "ws"))
    told(capsys, "settings", "set", "frequency_per_day=1", *to)
    file = str(tmp_path / "a.koobackup")
    assert told(capsys, "backup", "create", file, *to)["file"] == file
    assert told(capsys, "backup", "verify", file, *to)["papers"] == 0
    told(capsys, "backup", "restore", file, "--into", str(tmp_path / "new"), *to)
    new = ("--workspace", str(tmp_path / "new"))
    assert told(capsys, "settings", "get", "frequency_per_day", *new)["frequency_per_day"] == {
        "value": 1,
        "default": 2,
        "by": "local",
    }
    told(capsys, "settings", "set", "frequency_per_day=2", *to)
    kept = told(capsys, "backup", "restore", file, "--over", *to)["kept"]
    assert (tmp_path / "ws" / "backups" / str(kept)).exists()
    found = told(capsys, "settings", "get", "frequency_per_day", *to)["frequency_per_day"]
    assert found == {"value": 1, "default": 2, "by": "local"}
    (tmp_path / "a.koobackup").write_bytes(b"nothing")
    assert "backup.not_one" in json.dumps(told(capsys, "backup", "verify", file, *to, code=1))
