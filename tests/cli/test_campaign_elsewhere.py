# SPDX-License-Identifier: Apache-2.0
"""A campaign that another worker sends, at the real cloud: the command watches it by the cloud's clock, and has said which it is."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.ports.clock import SystemClock
from koodesk.backend.sending.lock import WorkerLock
from koodesk.backend.service import Service
from koodesk.backend.views.sending import Confirmation
from koodesk.backend.workspace import Workspace
from koodesk.cli import campaign_work
from koodesk.domain.campaign import CampaignDraft, digest_of, encode
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Refused, problem
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS
from koodesk.domain.send_state import CampaignMove
from koodesk.proof.ground import snapshot
from tests.backend.sending.workshop import open_workshop

COUNT = 10
GIVEN = argparse.Namespace(dry_run=False, json=True, yes=True, receipts=0.0)


@dataclass
class Sent:
    """A workspace of the cloud with a campaign that runs and waits for its hours."""

    workspace: Workspace
    campaign: int
    digest: str

    @property
    def confirmation(self) -> Confirmation:
        """What was confirmed, as far as sending it goes."""
        told: dict[str, Any] = dict.fromkeys(Confirmation.__dataclass_fields__, 0)
        return Confirmation(**{**told, "notes": (), "forecast": None, "digest": self.digest})


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sent:
    monkeypatch.setenv("KOODESK_CLOUD_AK", "AK1")
    monkeypatch.setenv("KOODESK_CLOUD_SK", "SK1")
    monkeypatch.setenv("KOODESK_CLOUD_ENDPOINT", "http://127.0.0.1:9")
    workspace = Workspace(tmp_path / "workspace")
    with open_service(workspace) as service:
        service.platform.switch(Platform.CLOUD)
    now = SystemClock().now_ms()
    minute = (now + BEIJING_OFFSET_MS) % DAY_MS // 60_000
    closed = (0, 60) if minute >= 720 else (1380, 1440)
    frozen: dict[str, Any] = {"gateway": "cloud", "gateway_class": "listable"}
    frozen |= {"window_start": closed[0], "window_end": closed[1]}
    desk = open_workshop(workspace.root)
    text = encode(snapshot("u1", COUNT, **frozen))
    desk.ledger.save_confirmation(digest_of(text), CampaignDraft("", 1, 1, 1), text, now)
    campaign = desk.confirm(COUNT, **frozen)
    desk.ledger.move(campaign, CampaignMove.START, now)
    desk.database.close()
    return Sent(workspace, campaign, digest_of(text))


@pytest.fixture
def service(sent: Sent) -> Iterator[Service]:
    with open_service(sent.workspace) as opened, WorkerLock(sent.workspace.worker_lock):
        yield opened


def test_another_worker_is_watched_by_the_clouds_own_clock(
    sent: Sent, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign_work.send_confirmed(service, sent.workspace, sent.confirmation, GIVEN)
    assert not service.flow.goes_on(sent.campaign)  # it waits for its hours
    told = json.loads(capsys.readouterr().out)
    assert (told["id"], told["state"], told["pending"]) == (sent.campaign, "running", COUNT)
    assert "problems" not in told


def test_which_campaign_it_is_was_said_before_anything_can_fail(
    sent: Sent, service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        assert str(sent.campaign) in capsys.readouterr().err
        raise Refused(problem("worker.failed", exit=-9))

    monkeypatch.setattr(campaign_work, "work", fails)
    assert campaign_work.send_confirmed(service, sent.workspace, sent.confirmation, GIVEN) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["id"], told["state"]) == (sent.campaign, "running")
    assert [one["code"] for one in told["problems"]] == ["worker.failed"]
    service.campaigns.stop(sent.campaign)
    assert service.flow.goes_on(sent.campaign)  # what has not left is still to be cancelled
