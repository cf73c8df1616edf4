# SPDX-License-Identifier: Apache-2.0
"""Who a command acts as: the option is taken out wherever it stands, and rights hold on the command line too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.views.identity import OFFERED, GroupDraft, UserDraft
from koodesk.backend.workspace import Workspace
from koodesk.cli import main
from koodesk.cli.who import take_user
from koodesk.domain.problem import Refused

PASSWORD = "Spruce-2026"


@pytest.fixture(autouse=True)
def nobody_is_offered() -> None:
    OFFERED.set(None)


@pytest.mark.parametrize(
    ("given", "name", "left"),
    [
        (["review", "list"], "", ["review", "list"]),
        (["--user", "mary", "review", "list"], "mary", ["review", "list"]),
        (["review", "--user=mary", "list"], "mary", ["review", "list"]),
        (["review", "list", "--user", "mary"], "mary", ["review", "list"]),
        (["rows", "--", "--user", "x"], "", ["rows", "--", "--user", "x"]),
    ],
)
def test_the_option_is_taken_out(given: list[str], name: str, left: list[str]) -> None:
    assert (take_user(given), given) == (name, left)


@pytest.mark.parametrize("given", [["--user"], ["--user="], ["--user", "--json"], ["a", "--user", "--", "b"]])
def test_a_missing_name_is_refused(given: list[str]) -> None:
    with pytest.raises(Refused):
        take_user(given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose main account has a password, with a reader and her access key in `key.json`."""
    with open_service(Workspace(tmp_path / "ws")) as service:
        service.signing_in.set_main_password("admin", PASSWORD)
        group = service.groups.create(GroupDraft("g", policies=("KooMessage ReadOnlyAccess",)))
        user = service.users.create(UserDraft("mary", groups=(group.id,)), PASSWORD, must_change=False)
        made = service.access_keys.create(user.id)
    (tmp_path / "key.json").write_text(json.dumps([made.row.ak, made.sk]))
    return tmp_path / "ws"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    OFFERED.set(None)
    code = main([*arguments, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else {}


def problem_codes(told: dict[str, object]) -> list[str]:
    found = told["problems"]
    assert isinstance(found, list)
    return [p["code"] for p in found]


def test_a_desk_with_a_password_asks_who_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = ("sms-template", "list", "--workspace", str(folder))
    code, told = run(capsys, *listing)
    assert (code, problem_codes(told)) == (1, ["access.sign_in_first"])
    monkeypatch.setenv("KOODESK_PASSWORD", "Wrong-2026")
    code, told = run(capsys, "--user", "mary", *listing)
    assert (code, problem_codes(told)) == (1, ["session.wrong"])
    monkeypatch.setenv("KOODESK_PASSWORD", PASSWORD)
    code, _ = run(capsys, "--user", "mary", *listing)
    assert code == 0
    code, told = run(capsys, "template", "import", "no.koocard", "--workspace", str(folder), "--user", "mary")
    assert (code, problem_codes(told)) == (1, ["access.denied"])


def test_an_access_key_of_the_environment_will_do(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ak, sk = json.loads((folder.parent / "key.json").read_text())
    monkeypatch.setenv("KOODESK_AK", ak)
    monkeypatch.setenv("KOODESK_SK", sk)
    assert run(capsys, "sms-template", "list", "--workspace", str(folder))[0] == 0
    monkeypatch.setenv("KOODESK_SK", sk[::-1])
    code, told = run(capsys, "sms-template", "list", "--workspace", str(folder))
    assert (code, problem_codes(told)) == (1, ["session.key_wrong"])
