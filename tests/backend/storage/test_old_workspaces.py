# SPDX-License-Identifier: Apache-2.0
"""Workspaces that older releases have written open for ever.

`tests/fixtures/v1-workspace.db` is the database of a `koodesk demo --recipients 60` of schema 1, after its end. It is
never written again; a new schema adds a fixture of its own and the way from the old one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.views.sending import DetailFilter
from koodesk.backend.workspace import Workspace
from koodesk.domain.filing import FilingKind, FilingState

FIXTURE = Path(__file__).parents[2] / "fixtures" / "v1-workspace.db"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    workspace = Workspace(tmp_path).create()
    shutil.copy(FIXTURE, workspace.database)
    return open_service(workspace)


def test_what_was_cleared_is_cleared(service: Service) -> None:
    with service:
        assert service.filings.get(FilingKind.SEND_TASK).state is FilingState.APPROVED
        assert [row.usable for row in service.sms.signatures()] == [True]
        assert [row.sendable for row in service.sms.templates()] == [True]
        card = service.cards.list()[0]
        assert card.sendable
        assert service.cards.open(card.id)[1].layout == "RedPacket"


def test_what_was_sent_is_accounted_for(service: Service) -> None:
    with service:
        campaign = service.campaigns.list()[0]
        assert campaign.state == "finished"
        buckets = service.campaigns.buckets(campaign.id)
        assert (buckets.accepted, buckets.invalid, buckets.duplicate) == (60, 4, 1)
        assert buckets.total == campaign.imported == 65
        total = service.campaigns.funnel(campaign.id).total
        assert total.delivered + total.failed + total.timeout + total.waiting == 60
        rows = service.campaigns.details(campaign.id, 0, 100, DetailFilter()).rows
        assert len(rows) == 60
        assert all("****" in row.number for row in rows)
