# SPDX-License-Identifier: Apache-2.0
"""The switch between local engine and real cloud: what stands in its way, what it means, and that nobody writes past it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.platform import Platform, in_the_way, read_platform
from koodesk.domain.problem import Refused
from koodesk.domain.send_state import CREATING, CampaignState
from tests.backend.operations.clearing_desk import JPG, REQUIRED


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """An access key of no worth, of an address where nobody is."""
    monkeypatch.setenv("KOODESK_CLOUD_AK", "AK1")
    monkeypatch.setenv("KOODESK_CLOUD_SK", "SK1")
    monkeypatch.setenv("KOODESK_CLOUD_ENDPOINT", "http://127.0.0.1:9")


@pytest.fixture
def service(workspace: Workspace) -> Iterator[Service]:
    with open_service(workspace) as opened:
        yield opened


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.problems]


@pytest.mark.parametrize("stored", [None, "", "local", "CLOUD", 7, ["cloud"], {"cloud": 1}])
def test_what_cannot_be_read_never_costs_money(stored: object) -> None:
    assert read_platform(stored) is Platform.LOCAL


@pytest.mark.parametrize("state", [*CampaignState, CREATING])
def test_only_campaigns_that_are_over_are_out_of_the_way(state: str) -> None:
    over = state in (CampaignState.FINISHED, CampaignState.STOPPED)
    assert in_the_way([str(state)]) == (0 if over else 1)


def test_a_workspace_begins_with_the_local_engine(service: Service) -> None:
    shown = service.platform.show()
    assert (shown.platform, shown.opened_for, shown.by, shown.key) == (Platform.LOCAL, Platform.LOCAL, "", "")
    with pytest.raises(Refused) as refused:
        service.platform.switch(Platform.LOCAL)
    assert codes(refused) == ["platform.same"]


def test_without_a_key_there_is_no_cloud(service: Service) -> None:
    with pytest.raises(Refused) as refused:
        service.platform.switch(Platform.CLOUD)
    assert codes(refused) == ["platform.no_key"]
    assert [one.code for one in service.platform.plan(Platform.CLOUD).problems] == ["platform.no_key"]
    assert service.platform.show().platform is Platform.LOCAL


@pytest.mark.usefixtures("key")
def test_a_switch_is_kept_and_in_the_audit_log(workspace: Workspace, service: Service) -> None:
    service.platform.switch(Platform.CLOUD)
    with open_service(workspace) as anew:
        shown = anew.platform.show()
        assert (shown.platform, shown.stale, shown.key) == (Platform.CLOUD, False, "AK1")
        assert shown.by == access_rules().local_owner().name
        assert anew.campaigns._gateway.name == CloudGateway.name
        entry = next(one for one in anew.audit.page().entries if one.action == "koodesk:platform:control")
        assert (entry.outcome.value, entry.subject) == ("done", "to=cloud")
        anew.platform.switch(Platform.LOCAL)
    with open_service(workspace) as back:
        assert back.campaigns._gateway.name == LocalGateway.name


@pytest.mark.usefixtures("key")
def test_who_has_the_workspace_open_still_reads_and_no_longer_writes(
    workspace: Workspace, service: Service
) -> None:
    with open_service(workspace) as other:
        other.platform.switch(Platform.CLOUD)
    assert service.platform.show().stale
    before = service.settings.get()
    with pytest.raises(Refused) as refused:
        service.settings.set({"keep_backups": 3})
    assert codes(refused) == ["platform.changed"]
    assert service.settings.get() == before
    with pytest.raises(Refused) as refused:  # not even a second switch, which would put the wrong things away
        service.platform.switch(Platform.CLOUD)
    assert codes(refused) == ["platform.changed"]


@pytest.mark.usefixtures("key")
def test_who_may_only_look_cannot_switch(workspace: Workspace) -> None:
    reader = access_rules().principal("reader", ("KooMessage ReadOnlyAccess",))
    with open_service(workspace, reader) as service:
        assert service.platform.plan(Platform.CLOUD).problems == ()
        with pytest.raises(Refused) as refused:
            service.platform.switch(Platform.CLOUD)
        assert codes(refused) == ["access.denied"]


@pytest.mark.usefixtures("key")
def test_what_was_approved_here_is_not_approved_there(workspace: Workspace, tmp_path: Path) -> None:
    """The filing goes to each platform on its own, and each finds its own state again."""
    kind = FilingKind.SEND_TASK
    paper = tmp_path / "paper.jpg"
    paper.write_bytes(JPG)
    with open_service(workspace) as service:
        for name in REQUIRED:
            service.filings.attach(kind, name, paper)
        with pytest.raises(Refused):
            service.filings.submit(kind)  # the engine does not run: it is meant to be handed in
        service.platform.switch(Platform.CLOUD)
    with open_service(workspace) as service:
        assert service.filings.get(kind).state is FilingState.NOT_SUBMITTED
        assert service.filings.submit(kind).state is FilingState.WAITING  # by hand: nothing is sent
        plan = service.platform.plan(Platform.LOCAL)
        assert (plan.put_away, plan.comes_back) == ((("filing", 1),), (("filing", 1),))
        service.platform.switch(Platform.LOCAL)
    with open_service(workspace) as service:
        row = service.filings.get(kind)
        assert row.state is FilingState.NOT_SUBMITTED
        assert row.progress.unsent  # what was meant for the engine still is
        service.platform.switch(Platform.CLOUD)
    with open_service(workspace) as service:
        assert service.filings.get(kind).state is FilingState.WAITING
