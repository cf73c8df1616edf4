# SPDX-License-Identifier: Apache-2.0
"""Commands of a workspace that speaks to the real cloud start no local engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.workspace import Workspace
from koodesk.cli import main
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Refused


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """One that speaks to a cloud at an address where nobody is."""
    monkeypatch.setenv("KOODESK_CLOUD_AK", "AK1")
    monkeypatch.setenv("KOODESK_CLOUD_SK", "SK1")
    monkeypatch.setenv("KOODESK_CLOUD_ENDPOINT", "http://127.0.0.1:9")
    made = Workspace(tmp_path / "workspace")
    with open_service(made) as service:
        service.platform.switch(Platform.CLOUD)
    return made


@pytest.mark.parametrize("command", [["watch", "{folder}", "--once"], ["review", "list"]])
def test_a_workspace_of_the_cloud_starts_no_engine(
    workspace: Workspace, tmp_path: Path, command: list[str]
) -> None:
    folder = tmp_path / "dropped"
    folder.mkdir()
    main([*(part.format(folder=folder) for part in command), "--workspace", str(workspace.root), "--json"])
    with open_service(workspace) as service, pytest.raises(Refused) as refused:
        service.engine.status()
    assert [one.code for one in refused.value.problems] == ["gateway.unreachable"]
