# SPDX-License-Identifier: Apache-2.0
"""Buying a package from the command line with operation protection on: a user's password is asked for, and no code helps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.testing import QuickPasswords
from koodesk.backend.views.identity import OFFERED
from koodesk.backend.workspace import Workspace
from koodesk.cli import main
from tests.backend.operations.identity_desk import OTHER, PASSWORD

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr("koodesk.backend.wiring.people.Argon2Passwords", QuickPasswords)
    workspace = Workspace(tmp_path / "ws")
    with open_service(workspace) as service:
        service.engine.ensure_running()
        service.account.open(agreed=True)
        service.account.change(protection=True)
        service.signing_in.set_main_password("admin", PASSWORD)
        key = service.access_keys.create(service.access.principal.user_id)
        monkeypatch.setenv("KOODESK_AK", key.row.ak)
        monkeypatch.setenv("KOODESK_SK", key.sk)
        yield workspace.root
        service.engine.stop()


def test_the_password_of_whoever_pays_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def buy(password: str) -> Any:
        OFFERED.set(None)
        monkeypatch.setenv("KOODESK_PASSWORD", password)
        main(["package", "buy", "promotion-100k", "--no-refund", "--workspace", str(folder), "--json"])
        told = json.loads(capsys.readouterr().out)
        return told.get("state") or [(p["code"], p["params"].get("left")) for p in told["problems"]]

    assert buy("") == [("session.proof_missing", None)]
    assert buy(OTHER) == [("session.proof_wrong", 4)]
    assert buy(PASSWORD) == "paid"
