# SPDX-License-Identifier: Apache-2.0
"""`koodesk campaign unknown`: what is shown, decided and exported is the service's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import GatewayClass, Unknown
from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.backend.workspace import Workspace
from koodesk.cli import main
from tests.backend.sending.workshop import FIRST_NUMBER, open_workshop


def left_open(folder: Path) -> int:
    """A workspace whose campaign has one call of unknown outcome."""
    Workspace(folder).create()
    gateway = ScriptedGateway(klass=GatewayClass.BLIND, clock=FixedClock(tick_ms=50)).will(Unknown("timeout"))
    workshop = open_workshop(folder, gateway)
    campaign = workshop.confirm(30)
    workshop.run(campaign)
    workshop.database.close()
    return campaign


def test_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "ws"
    campaign = str(left_open(folder))
    to = ("--workspace", str(folder), "--json")

    def told(*words: str, code: int = 0) -> dict[str, object]:
        assert main(["campaign", "unknown", campaign, *words, *to]) == code
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    found = told()
    assert (found["numbers"], found["call_count"], found["may_look"]) == (10, 1, False)
    assert "campaign.unknown.no_list" in json.dumps(told("look", code=1))
    target = tmp_path / "numbers.csv"
    assert told("export", str(target), "--reason", "ask")["rows"] == 10
    assert str(FIRST_NUMBER) in target.read_text("utf-8-sig")
    assert "campaign.unknown.reason" in json.dumps(told("count-not-sent", "--yes", code=1))
    shown = told("count-not-sent", "--reason", "asked", code=2)["decision"]
    assert isinstance(shown, dict)
    assert shown["numbers"] == 10
    stale = told("count-not-sent", "--reason", "other", "--digest", str(shown["digest"]), code=1)
    assert "campaign.unknown.changed" in json.dumps(stale)
    done = told("count-not-sent", "--reason", "asked", "--digest", str(shown["digest"]))
    assert (done["decided"], done["numbers"]) == (True, 10)
    assert told()["counted_not_sent"] == 10
    assert main(["campaign", "unknown", campaign, "show", "--calls", "x", *to]) == 2
