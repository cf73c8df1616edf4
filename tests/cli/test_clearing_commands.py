# SPDX-License-Identifier: Apache-2.0
"""`template`, `sms-template` and `review` as a script meets them: JSON on stdout, sentences on stderr, exit codes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.workspace import Workspace
from koodesk.cli import main
from koodesk.domain.review_state import ReviewerMode


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "workspace"
    yield folder
    with open_service(Workspace(folder)) as service:
        service.engine.stop()


def run(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> dict[str, Any]:
    assert main([str(word) for word in words]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_card_file_comes_into_the_workspace(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "card.koocard"
    run(capsys, "template", "new", "--layout", "RedPacket", "--out", card, "--json")
    row = run(capsys, "template", "import", card, "--workspace", folder, "--json")
    assert (row["layout"], row["state"], row["sendable"]) == ("RedPacket", "draft", False)
    assert run(capsys, "template", "list", "--workspace", folder, "--json")["items"] == [row]
    assert main(["template", "list", "--workspace", str(folder)]) == 0
    assert row["name"] in capsys.readouterr().out


def test_a_file_that_is_no_card_is_a_sentence_and_exit_code_one(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.koocard").write_bytes(b"not a card")
    assert (
        main(["template", "import", str(tmp_path / "x.koocard"), "--workspace", str(folder), "--json"]) == 1
    )
    printed = capsys.readouterr()
    assert json.loads(printed.out)["problems"][0]["code"].startswith("koocard.")
    assert "Traceback" not in printed.err


def test_an_empty_list_of_sms_templates_is_an_object(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "sms-template", "list", "--workspace", folder, "--json") == {"items": []}


def test_without_an_action_it_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("template", "sms-template", "review"):
        with pytest.raises(SystemExit) as left:
            main([command])
        assert left.value.code == 2


@pytest.mark.slow
def test_a_script_reaches_a_decision(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "card.koocard"
    run(capsys, "template", "new", "--layout", "RedPacket", "--out", card, "--json")
    row = run(capsys, "template", "import", card, "--workspace", folder, "--json")
    refused = run(capsys, "template", "submit", row["id"], "--workspace", folder, "--json", code=1)
    assert [p["code"] for p in refused["problems"]] == ["filing.needed"]
    assert run(capsys, "account", "show", "--workspace", folder, "--json")["opened"] is False
    refused = run(capsys, "account", "open", "--workspace", folder, "--json", code=1)
    assert [p["code"] for p in refused["problems"]] == ["account.not_agreed"]
    assert run(capsys, "account", "open", "--agree", "--workspace", folder, "--json")["opened"] is True
    frozen = run(capsys, "account", "set", "--state", "frozen", "--workspace", folder, "--json")
    assert (frozen["state"], frozen["verified"]) == ("frozen", True)
    run(capsys, "account", "set", "--state", "normal", "--workspace", folder, "--json")
    with open_service(Workspace(folder)) as service:
        service.reviews.set_mode(ReviewerMode.DESK)
        service.sms.add_app("Spruce")
        service.sms.add_app("Pine")
    waiting = run(capsys, "review", "list", "--state", "waiting", "--workspace", folder, "--json")["items"]
    assert [w["title"] for w in waiting] == ["Spruce", "Pine"]
    (no,) = run(
        capsys,
        "review",
        "reject",
        waiting[0]["id"],
        "--reason",
        "不清",
        "--where",
        "name",
        "--workspace",
        folder,
        "--json",
    )["items"]
    assert (no["state"], no["reasons"][0]["text"], no["reasons"][0]["where"]) == ("rejected", "不清", "name")
    (yes,) = run(capsys, "review", "approve", "--all", "--workspace", folder, "--json")["items"]
    assert (yes["title"], yes["state"]) == ("Pine", "approved")
