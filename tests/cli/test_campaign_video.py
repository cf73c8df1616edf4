# SPDX-License-Identifier: Apache-2.0
"""A send of video SMS from the command line alone: a workspace cleared through the service, real engine, real worker."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from koodesk import cli
from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.demo import files
from koodesk.domain.filing import FilingKind
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS
from koodesk.domain.video_sms.signature import VideoSignatureDraft
from koodesk.domain.video_sms.template import Frame, Text, VideoTemplate

ROOT = Path(__file__).resolve().parents[2]
PDF = b"%PDF-1.7\nletter\n%%EOF"
MOBILE, UNICOM, TELECOM = 13_800_000_000, 13_000_000_000, 18_900_000_000


def settle(service: Service) -> None:
    """Run the engine's clock forward until nothing waits."""
    for _ in range(24 * 14):
        service.reviews.sync()
        if all(r.state.decided for r in service.reviews.list()):
            return
        service.engine.forward(3_600)


def clear(service: Service, folder: Path) -> None:
    """Have the filing, a signature and a template with one parameter approved."""
    letter = folder / "letter.pdf"
    letter.write_bytes(PDF)
    service.filings.attach(
        FilingKind.VIDEO_SMS, "licence", files.paper(folder / "licence.png", "企业营业执照")
    )
    for name in ("material_letter", "signature_letter", "port_register", "params_letter"):
        service.filings.attach(FilingKind.VIDEO_SMS, name, letter)
    service.filings.submit(FilingKind.VIDEO_SMS)
    signature = service.video_signatures.add(VideoSignatureDraft("蔚途汽车", third_party=False), letter, None)
    settle(service)
    row = service.video_templates.create(
        VideoTemplate(
            title="新车上市",
            frames=(Frame((Text("#p_1#您好，蔚途新车到店，拒收请回复R"),)),),
            name="新车上市",
            signature_id=signature.id,
        )
    )
    service.video_templates.submit(row.id)
    settle(service)
    assert service.video_templates.get(row.id).sendable


class Desk:
    """The cleared workspace and its commands."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder / "workspace")
        with open_service(self.workspace) as service:
            service.engine.ensure_running()
            service.account.open(agreed=True)
            clear(service, folder)

    def told(self, *arguments: str, code: int = 0) -> Any:
        """Run one command to its end, check its exit code, return its JSON."""
        where = ("--workspace", str(self.workspace.root), "--json")
        done = subprocess.run(
            [sys.executable, "-m", "koodesk", *arguments, *where],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            timeout=180,
        )
        assert done.returncode == code, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout)

    def by_day(self) -> None:
        """Run the engine's clock forward to a noon: a video SMS counts as promotion."""
        now = self.told("engine", "status")["now_ms"]
        noon = (
            now
            + DAY_MS
            - (now + BEIJING_OFFSET_MS) % DAY_MS
            + timedelta(hours=12) // timedelta(milliseconds=1)
        )
        self.told("engine", "clock", "--forward", f"{(noon - now) // 1000}s")


def number_file(path: Path) -> Path:
    """Write eight numbers of China Mobile, one of each other carrier, one twice and one that is none."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["手机号", "p_1"])
    for number in (*range(MOBILE, MOBILE + 8), UNICOM, TELECOM, MOBILE, 12_345):
        sheet.append([f"{number}", "林女士"])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("desk"))
    yield made
    made.told("engine", "stop")


@pytest.mark.slow
def test_a_video_send_from_a_script(desk: Desk, tmp_path: Path) -> None:
    desk.by_day()
    numbers = str(number_file(tmp_path / "车主名单.xlsx"))
    send = ("campaign", "send", "--kind", "video", "--template", "新车上市", "--audience", numbers)
    shown = desk.told(*send, "--consent", "展厅登记表", code=2)["confirmation"]
    assert (shown["kind"], shown["to_send"], shown["promotion"]) == ("video", 10, True)
    assert {one["carrier"]: one["count"] for one in shown["carriers"]} == {"cmcc": 8, "cucc": 1, "ctcc": 1}
    refused = desk.told(*send, "--yes", code=1)
    assert [one["code"] for one in refused["problems"]] == ["campaign.consent.missing"]
    sent = desk.told(*send, "--consent", "展厅登记表", "--receipts", "20", "--yes")
    assert (sent["kind"], sent["state"], sent["task_state"]) == ("video", "finished", "sending_complete")
    assert (sent["accepted"], sent["duplicate"], sent["invalid"], sent["total"]) == (10, 1, 1, 12)
    assert {carrier: one["sent"] for carrier, one in sent["carriers"].items()} == {
        "cmcc": 8,
        "cucc": 1,
        "ctcc": 1,
    }
    assert sent["funnel"]["delivered"] + sent["funnel"]["failed"] + sent["funnel"]["waiting"] == 10
    assert [one["id"] for one in desk.told("campaign", "list", "--kind", "video")["items"]] == [sent["id"]]
    assert desk.told("campaign", "list", "--kind", "smart")["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        ("--kind", "video", "--template", "1", "--fallback", "sms"),
        ("--kind", "video", "--template", "1", "--sms-template", "1"),
        ("--template", "新车", "--sms-template", "1"),
        ("--template", "1"),
        ("--kind", "plain", "--template", "1", "--fallback", "sms"),
        ("--kind", "plain", "--template", "1", "--sms-template", "1"),
        ("--kind", "plain", "--template", "1", "--domain", "go.example.com"),
        ("--template", "1", "--sms-template", "1", "--fallback", "basic"),
        ("--template", "1", "--sms-template", "1", "--fallback-template", "1"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_use(
    wrong: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["campaign", "send", *wrong, "--audience", "a.xlsx", "--workspace", str(tmp_path / "w")])
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err
    assert not (tmp_path / "w").exists()
