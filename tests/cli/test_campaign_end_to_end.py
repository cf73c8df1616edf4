# SPDX-License-Identifier: Apache-2.0
"""A send from the command line alone, as a script does it: sample workspace, real engine, real worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from koodesk.backend.bootstrap import open_service
from koodesk.backend.workspace import Workspace
from koodesk.demo.sample import fill
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS
from koodesk.file_lock import is_locked

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
COUNT = 3_000
BUCKETS = (
    *("invalid", "duplicate", "opted_out", "not_eligible", "pending", "in_flight"),
    *("accepted", "refused", "unknown", "cancelled", "expired"),
)
SEND = ("--template", "1", "--sms-template", "1", "--consent", "会员登记表", "--fallback", "sms")


class Desk:
    """The sample workspace and its commands."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder)
        with open_service(self.workspace) as service:
            service.engine.ensure_running()
            fill(service)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        where = ("--workspace", str(self.workspace.root), "--json")
        return subprocess.run(
            [sys.executable, "-m", "koodesk", *arguments, *where],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            timeout=180,
        )

    def told(self, *arguments: str, code: int = 0) -> Any:
        """Run one command, check its exit code, return its JSON."""
        done = self.run(*arguments)
        assert done.returncode == code, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout)

    def by_day(self, day: bool = True) -> None:
        """Run the engine's clock forward into the hours of promotion, or out of them."""
        now = self.told("engine", "status")["now_ms"]
        midnight = now + DAY_MS - (now + BEIJING_OFFSET_MS) % DAY_MS
        then = midnight + timedelta(hours=12 if day else 22) // timedelta(milliseconds=1)
        self.told("engine", "clock", "--forward", f"{(then - now) // 1000}s")


def number_file(path: Path, rows: int, first: int) -> Path:
    """Write numbers with a name each, one of them twice and one that is none."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["手机号", "name"])
    for place in range(rows):
        sheet.append([f"{first + place}", "王女士"])
    sheet.append([f"{first}", "王女士"])
    sheet.append(["12345", "王女士"])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("desk") / "workspace")
    yield made
    made.run("engine", "stop")


_FIRST = count(13_900_000_000, 10_000)


@pytest.fixture
def numbers(tmp_path: Path) -> str:
    """A file of numbers that nobody wrote to before: some of the phones reply R, and are left out from then on."""
    return str(number_file(tmp_path / "春节名单.xlsx", COUNT, next(_FIRST)))


def everybody(status: Any) -> int:
    """Return the sum of all buckets, which must be the import."""
    assert status["total"] == sum(status[name] for name in BUCKETS) == status["imported"] == COUNT + 2
    return int(status["total"])


def test_a_send_from_a_script(desk: Desk, numbers: str) -> None:
    desk.by_day()
    sent = desk.told("campaign", "send", *SEND, "--audience", numbers, "--receipts", "20", "--yes")
    assert (sent["state"], sent["name"]) == ("finished", "春节名单")
    assert (sent["accepted"], sent["duplicate"], sent["invalid"]) == (COUNT, 1, 1)
    assert everybody(sent)
    assert desk.told("campaign", "list")["items"][0]["id"] == sent["id"]
    again = desk.told("campaign", "status", str(sent["id"]))
    assert {name: again[name] for name in BUCKETS} == {name: sent[name] for name in BUCKETS}
    refused = desk.told("campaign", "pause", str(sent["id"]), code=1)
    assert [one["code"] for one in refused["problems"]] == ["campaign.illegal_move"]


def test_a_certificate_agrees_with_the_engines_own_record(desk: Desk, numbers: str, tmp_path: Path) -> None:
    desk.by_day()
    sent = desk.told("campaign", "send", *SEND, "--audience", numbers, "--yes")
    file = str(tmp_path / "proof.zip")
    refused = desk.told("campaign", "certificate", str(sent["id"]), file, code=1)
    assert [one["code"] for one in refused["problems"]] == ["campaign.export.reason"]
    made = desk.told("campaign", "certificate", str(sent["id"]), file, "--reason", "audit")
    assert made["rows"] == COUNT
    found = desk.told("campaign", "verify-certificate", file)
    assert (found["good"], found["sent_once"], found["not_sent"], found["unknown"]) == (True, COUNT, 2, 0)
    assert {check["check"]: check["outcome"] for check in found["checks"]}["record"] == "holds"
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == ["certificate.json", "certificate.pdf", "rows.csv"]
        assert archive.read("certificate.pdf")[:5] == b"%PDF-"
        assert json.loads(archive.read("certificate.json"))["witness"]["accepted"] == COUNT
    (tmp_path / "none.zip").write_bytes(b"none")
    none = desk.told("campaign", "verify-certificate", str(tmp_path / "none.zip"), code=1)
    assert [one["code"] for one in none["problems"]] == ["certificate.not_one"]


def test_without_yes_nothing_is_sent(desk: Desk, numbers: str) -> None:
    before = desk.told("campaign", "list")
    shown = desk.told("campaign", "send", *SEND, "--audience", numbers, code=2)
    assert shown["sent"] is False
    assert shown["confirmation"]["to_send"] == COUNT
    assert desk.told("campaign", "list") == before


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (("--template", "99"), "card.unknown"),
        (("--consent", ""), "campaign.consent.missing"),
        (("--sms-value", "2=x"), "campaign.sms_values.unknown"),
    ],
)
def test_what_is_missing_is_said(desk: Desk, numbers: str, changed: tuple[str, str], code: str) -> None:
    told = desk.told("campaign", "send", *SEND, *changed, "--audience", numbers, "--yes", code=1)
    assert code in [one["code"] for one in told["problems"]]


def test_at_night_it_waits_and_a_stop_cancels(desk: Desk, numbers: str) -> None:
    desk.by_day(False)
    waits = desk.told("campaign", "send", *SEND, "--audience", numbers, "--yes", code=1)
    assert (waits["state"], waits["pending"]) == ("running", COUNT)
    paused = desk.told("campaign", "pause", str(waits["id"]))
    assert paused["state"] == "paused"
    assert desk.told("campaign", "resume", str(waits["id"]))["pending"] == COUNT
    stopped = desk.told("campaign", "stop", str(waits["id"]))
    assert (stopped["state"], stopped["cancelled"]) == ("stopped", COUNT)
    assert everybody(stopped)


def test_with_the_windows_worker_running_that_one_sends(desk: Desk, numbers: str) -> None:
    desk.by_day()
    with (desk.workspace.root / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "koodesk.worker", "--workspace", str(desk.workspace.root)],
            stderr=log,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    try:
        while not is_locked(desk.workspace.worker_lock):  # or the command's own could be there first
            assert worker.poll() is None
            time.sleep(0.01)
        sent = desk.told("campaign", "send", *SEND, "--audience", numbers, "--yes")
        assert (sent["state"], sent["accepted"], worker.poll()) == ("finished", COUNT, None)
        assert everybody(sent)
    finally:
        worker.terminate()
        assert worker.wait(60) == 0


def test_an_empty_workspace_says_what_is_missing(tmp_path: Path, numbers: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "koodesk", "campaign", "status", "1"),
            *("--workspace", str(tmp_path / "empty"), "--json"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["problems"][0]["code"] == "campaign.missing"
