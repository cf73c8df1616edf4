# SPDX-License-Identifier: Apache-2.0
"""What the real platform has no API for: handed in by hand, taken along as a dossier, and told of afterwards."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk import messages
from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.domain.dossier import HandState
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import ReviewKind, Verdict
from tests.backend.operations.clearing_desk import JPG, REQUIRED

FILING, DAY = ReviewKind.FILING, "2026-01-05"


def zh(code: str) -> str:
    return messages.word(code, "zh")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace that speaks to the real cloud."""
    monkeypatch.setenv("KOODESK_CLOUD_AK", "AK1")
    monkeypatch.setenv("KOODESK_CLOUD_SK", "SK1")
    made = Workspace(tmp_path / "workspace")
    with open_service(made) as service:
        service.platform.switch(Platform.CLOUD)
    return made


@pytest.fixture
def service(workspace: Workspace, tmp_path: Path) -> Iterator[Service]:
    """The filing of send tasks submitted."""
    with open_service(workspace) as opened:
        for name in REQUIRED:
            paper = tmp_path / f"{name}<1>.jpg"
            paper.write_bytes(JPG + name.encode())
            opened.filings.attach(FilingKind.SEND_TASK, name, paper)
        opened.filings.submit(FilingKind.SEND_TASK)
        yield opened


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.problems]


def test_what_is_submitted_waits_for_a_hand(service: Service) -> None:
    (row,) = service.dossiers.list()
    assert (row.kind, row.ref, row.papers, row.state, row.verdict) == (
        FILING,
        "send_task",
        4,
        "",
        Verdict.WAITING,
    )
    assert row.open
    assert service.dossiers.by_hand


def test_a_word_moves_the_record_and_is_kept_with_who_and_when(service: Service) -> None:
    row = service.dossiers.tell(FILING, "send_task", HandState.SUBMITTED, DAY)
    assert (row.state, row.on_day, row.by, row.open) == (
        "submitted",
        DAY,
        access_rules().local_owner().name,
        True,
    )
    assert service.filings.get(FilingKind.SEND_TASK).state is FilingState.WAITING
    row = service.dossiers.tell(FILING, "send_task", HandState.APPROVED, "2026-01-07")
    assert (row.state, row.open) == ("approved", False)
    assert service.filings.get(FilingKind.SEND_TASK).state is FilingState.APPROVED
    with pytest.raises(Refused) as refused:
        service.dossiers.tell(FILING, "send_task", HandState.REJECTED, DAY, "too late")
    assert codes(refused) == ["dossier.decided"]


def test_a_rejection_says_why_and_can_be_handed_in_again(service: Service, tmp_path: Path) -> None:
    service.dossiers.tell(FILING, "send_task", HandState.REJECTED, DAY, "印章不清楚")
    row = service.filings.get(FilingKind.SEND_TASK)
    assert (row.state, row.progress.reasons[0].text) == (FilingState.REJECTED, "印章不清楚")
    paper = tmp_path / "better.jpg"
    paper.write_bytes(JPG + b"better")
    service.filings.attach(FilingKind.SEND_TASK, "licence", paper)
    service.filings.submit(FilingKind.SEND_TASK)
    (again,) = service.dossiers.list()
    assert (again.state, again.open) == ("", True)


def test_the_same_papers_again_are_another_dossier(service: Service) -> None:
    (first,) = service.dossiers.list()
    service.dossiers.tell(FILING, "send_task", HandState.REJECTED, DAY, "?")
    service.filings.submit(FilingKind.SEND_TASK)
    (second,) = service.dossiers.list()
    assert second.digest != first.digest
    assert (second.state, second.open) == ("", True)


@pytest.mark.parametrize("name", ["dossier.zip", "dossier"])
def test_a_dossier_has_the_page_and_every_paper(service: Service, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert service.dossiers.write(FILING, "send_task", path, zh) == 4
    folder = path
    if name.endswith(".zip"):
        folder = tmp_path / "out"
        zipfile.ZipFile(path).extractall(folder)
    page = (folder / "index.html").read_text("utf-8")
    assert "企业管理 &gt; 企业备案" in page
    assert "企业营业执照" in page
    papers = sorted((folder / "papers").iterdir())
    assert [one.read_bytes()[: len(JPG)] for one in papers] == [JPG] * 4
    assert all(f'href="papers/{one.name}"' in page for one in papers)
    assert "<1>" not in page  # what a file is called is text, never markup
    if not name.endswith(".zip"):
        with pytest.raises(Refused) as refused:
            service.dossiers.write(FILING, "send_task", path, zh)
        assert codes(refused) == ["export.not_writable"]


def test_what_is_missing_is_said(service: Service, workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        service.dossiers.write(FILING, "video_sms", tmp_path / "x.zip", zh)
    assert codes(refused) == ["dossier.none"]
    next(one for one in workspace.papers.rglob("*") if one.is_file()).unlink()
    with pytest.raises(Refused) as refused:
        service.dossiers.write(FILING, "send_task", tmp_path / "x.zip", zh)
    assert codes(refused) == ["paper.gone"]
    assert not (tmp_path / "x.zip").exists()


def test_with_the_local_engine_nothing_goes_by_hand(tmp_path: Path) -> None:
    with open_service(Workspace(tmp_path / "other")) as service:
        assert service.dossiers.list() == ()
        assert not service.dossiers.by_hand
        with pytest.raises(Refused) as refused:
            service.dossiers.tell(FILING, "send_task", HandState.APPROVED, DAY)
        assert codes(refused) == ["dossier.none"]


def test_who_may_only_read_tells_nothing(workspace: Workspace, service: Service) -> None:
    reader = access_rules().principal("reader", ("KooMessage ReadOnlyAccess",))
    with open_service(workspace, reader) as other:
        assert len(other.dossiers.list()) == 1
        with pytest.raises(Refused) as refused:
            other.dossiers.tell(FILING, "send_task", HandState.APPROVED, DAY)
        assert codes(refused) == ["access.denied"]
