# SPDX-License-Identifier: Apache-2.0
"""`koodesk campaign flow|go-on|rate|shared-rate`: what is shown and changed is the service's."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.backend.workspace import Workspace
from koodesk.cli import campaign_flow, main
from koodesk.domain.waves import WaveRules
from tests.backend.sending.workshop import open_workshop


def test_waves_and_rates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "ws"
    Workspace(folder).create()
    workshop = open_workshop(folder, ScriptedGateway(clock=FixedClock(tick_ms=50)))
    rules = tuple(sorted(asdict(WaveRules()).items()))
    campaign = str(workshop.confirm(100, waves=(100,), wave_rules=rules))
    workshop.run(int(campaign))
    workshop.database.close()
    to = ("--workspace", str(folder), "--json")

    def told(*words: str, code: int = 0) -> dict[str, object]:
        assert main(["campaign", *words, *to]) == code
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    wave = told("flow", campaign)["wave"]
    assert isinstance(wave, dict)
    assert (wave["wave"], wave["waves"], wave["accepted"]) == (1, 2, 10)
    assert told("rate", campaign, "7")["rate"] == 7
    assert told("shared-rate", "HUAWEI", "9") == {"rates": [{"scope": "HUAWEI", "rate": 9}]}
    assert "campaign.rate.scope" in json.dumps(told("shared-rate", "nobody", "9", code=1))
    went = told("go-on", campaign)["wave"]
    assert isinstance(went, dict)
    assert went["wave"] == 2
    assert "campaign.waves.not_held" in json.dumps(told("go-on", campaign, code=1))


@pytest.mark.parametrize(("text", "shares"), [("1", (10,)), ("0.5,10", (5, 100)), ("", ())])
def test_shares_are_percents(text: str, shares: tuple[int, ...]) -> None:
    assert campaign_flow.shares(text) == shares
    with pytest.raises(argparse.ArgumentTypeError):
        campaign_flow.shares("a few")
