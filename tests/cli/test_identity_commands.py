# SPDX-License-Identifier: Apache-2.0
"""Users, access keys, policies and the audit log from the command line, the guide's probe among them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from koodesk.backend.testing import QuickPasswords
from koodesk.backend.views.identity import OFFERED
from koodesk.cli import main

PASSWORD = "Spruce-2026"


class Shell:
    """Runs commands on one workspace and reads their JSON."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder, self._capsys, self.env = folder, capsys, monkeypatch
        monkeypatch.setattr("koodesk.backend.wiring.people.Argon2Passwords", QuickPasswords)
        monkeypatch.setenv("KOODESK_NEW_PASSWORD", PASSWORD)

    def __call__(self, *arguments: str) -> tuple[int, Any]:
        OFFERED.set(None)
        place = () if arguments[:2] == ("policy", "check") else ("--workspace", str(self.folder))
        code = main([*arguments, *place, "--json"])
        out = self._capsys.readouterr().out
        return code, json.loads(out) if out else {}

    def codes(self, *arguments: str) -> list[str]:
        code, told = self(*arguments)
        assert code == 1
        return [p["code"] for p in told["problems"]]


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path / "ws", capsys, monkeypatch)


def test_the_guide_s_steps_and_its_probe(shell: Shell) -> None:
    shell("user", "group-create", "readers", "--policy", "KooMessage ReadOnlyAccess")
    _, told = shell("user", "create", "mary", "--group", "Readers", "--keep-password")
    assert [g[1] for g in told["users"][0]["groups"]] == ["readers"]
    shell.env.setenv("KOODESK_PASSWORD", PASSWORD)
    assert shell("template", "list", "--user", "mary")[0] == 0
    assert shell.codes("template", "import", "no.koocard", "--user", "mary") == ["access.denied"]
    assert shell.codes("user", "list", "--user", "mary") == ["access.denied"], "another service: 权限不足"
    _, told = shell("user", "rights", "mary")
    rights = {r["action"]: r["allowed"] for r in told["rights"]}
    assert rights["kooMessage:devTemplate:list"]
    assert not rights["kooMessage:basicSendTask:create"]


def test_users_are_steered(shell: Shell) -> None:
    shell("user", "create", "mary")
    assert shell("user", "disable", "MARY")[1]["users"][0]["enabled"] is False
    assert shell("user", "enable", "mary")[1]["users"][0]["enabled"] is True
    assert shell("user", "password", "mary")[0] == 0
    assert shell.codes("user", "delete", "eve") == ["cli.user.unknown"]
    assert shell("user", "delete", "mary")[0] == 0
    assert shell("user", "list")[1] == {"users": []}
    shell.env.delenv("KOODESK_NEW_PASSWORD")
    assert shell.codes("user", "create", "eve") == ["cli.password.missing"]


def test_the_main_account_gets_a_password(shell: Shell) -> None:
    assert shell("user", "main-password")[0] == 0
    assert shell.codes("user", "list") == ["access.sign_in_first"]
    shell.env.setenv("KOODESK_PASSWORD", PASSWORD)
    assert [u["name"] for u in shell("user", "list", "--user", "admin")[1]["users"]] == ["admin"]


def test_a_key_signs_in_and_is_switched_off(shell: Shell) -> None:
    shell("user", "group-create", "readers", "--policy", "KooMessage ReadOnlyAccess")
    shell("user", "create", "mary", "--group", "readers", "--keep-password")
    _, made = shell("access-key", "create", "mary", "--note", "crm")
    assert set(made) == {"ak", "sk", "kept", "user"}
    shell.env.setenv("KOODESK_AK", made["ak"])
    shell.env.setenv("KOODESK_SK", made["sk"])
    _, told = shell("access-key", "list")
    assert [(k["ak"], k["user"]) for k in told["keys"]] == [(made["ak"], "mary")]
    assert made["sk"] not in json.dumps(told)
    assert shell("access-key", "disable", made["ak"])[0] == 0
    assert shell.codes("access-key", "list") == ["session.key_wrong"]
    shell.env.delenv("KOODESK_AK")
    assert shell("access-key", "delete", made["ak"])[0] == 0
    assert shell.codes("access-key", "delete", made["ak"]) == ["cli.key.unknown"]
    assert shell("access-key", "list", "--all")[1] == {"keys": []}


def test_a_policy_is_checked_without_a_workspace(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text(
        '{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["kooMessage:devTemplate:list"]}]}'
    )
    assert shell("policy", "check", str(file)) == (0, {"problems": []})
    assert not shell.folder.exists()
    assert shell("policy", "create", "lists", str(file))[0] == 0
    assert shell("policy", "delete", "LISTS")[0] == 0
    assert shell.codes("policy", "delete", "lists") == ["policy.unknown"]
    file.write_text('{"Version":"1.1"}')
    assert shell.codes("policy", "check", str(file)) == ["policy.key_missing"]
    file.write_bytes(b"\xff\xfe{")
    assert shell.codes("policy", "check", str(file)) == ["policy.not_text"]
    assert shell.codes("policy", "check", str(tmp_path / "no.json")) == ["reader.not_found"]


def test_wildcards_and_denials_of_a_custom_policy(shell: Shell, tmp_path: Path) -> None:
    """The guide's way to check a grant: sign in, do what is allowed, and see refused what is not."""
    file = tmp_path / "lists.json"
    statements = [
        {"Effect": "Allow", "Action": ["kooMessage:*:list", "KOOMESSAGE:smsapp:*"]},
        {"Effect": "Deny", "Action": ["kooMessage:devTemplate:*"]},
    ]
    file.write_text(json.dumps({"Version": "1.1", "Statement": statements}), "utf-8")
    assert shell("policy", "check", str(file))[0] == 0
    assert shell("policy", "create", "lists", str(file))[0] == 0
    shell("user", "create", "mary", "--keep-password")
    groups = ("--policy", "lists", "--policy", "KooMessage FullAccess", "--member", "mary")
    shell("user", "group-create", "readers", *groups)
    _, told = shell("user", "rights", "mary")
    rights = {r["action"]: r["allowed"] for r in told["rights"]}
    assert rights["kooMessage:smsApp:create"]
    assert rights["kooMessage:mobileFile:list"]
    assert not rights["kooMessage:devTemplate:list"], "a denial wins over FullAccess"
    assert not rights["kooMessage:service:open"], "no policy makes anybody the main account"
    assert not rights["koodesk:backup:replace"]
    shell.env.setenv("KOODESK_PASSWORD", PASSWORD)
    assert shell.codes("template", "list", "--user", "mary") == ["access.denied"]
    assert shell("opt-out", "list", "--user", "mary")[0] == 0
    assert shell.codes("audit", "list", "--user", "mary") == ["access.denied"], "another service: 权限不足"


def test_an_exported_log_is_verified_without_its_workspace(shell: Shell, tmp_path: Path) -> None:
    for name in ("mary", "ann"):
        shell("user", "create", name)
    file = tmp_path / "log.csv"
    shell("audit", "export", str(file))
    head = shell("audit", "list")[1]["entries"][-1]["hash"]
    shell.folder = tmp_path / "nowhere"
    code, told = shell("audit", "verify", str(file), "--noted", head)
    assert (code, told["whole"], told["first"], told["gaps"]) == (0, True, 1, 0)
    assert not shell.folder.exists(), "no workspace is opened, and none is made"
    assert shell("audit", "verify", str(file), "--noted", "f" * 64)[0] == 1
    file.write_text(file.read_text("utf-8-sig").replace("mary", "eve"), "utf-8")
    code, told = shell("audit", "verify", str(file))
    assert (code, told["broken"]) == (1, {"entry": 1, "why": "content"})
    for wrong in (b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b'"'):
        file.write_bytes(wrong)
        assert shell.codes("audit", "verify", str(file)) == ["audit.file.unreadable"]
    assert shell.codes("audit", "verify", str(tmp_path)) == ["audit.file.unreadable"]


def test_the_log_is_listed_verified_and_exported(shell: Shell, tmp_path: Path) -> None:
    shell("user", "create", "mary")
    _, told = shell("audit", "list", "--words", "users.create")
    assert [(e["place"], e["what"], e["outcome"]) for e in told["entries"]] == [
        ("command", "users.create", "done")
    ]
    code, told = shell("audit", "verify")
    assert (code, told["entries"], told["broken"]) == (0, 1, None)
    assert shell("audit", "verify", "--noted", told["head"])[0] == 0
    assert shell("audit", "export", str(tmp_path / "log.csv"))[1]["entries"] == 3
    with closing(sqlite3.connect(shell.folder / "koodesk.db")) as other:
        other.executescript("DROP TRIGGER audit_no_update; UPDATE audit SET who = 'eve' WHERE id = 1;")
    code, told = shell("audit", "verify")
    assert (code, told["broken"]) == (1, {"entry": 1, "why": "content"})
