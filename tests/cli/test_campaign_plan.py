# SPDX-License-Identifier: Apache-2.0
"""A send in two steps, and a watched folder, as a script uses them: sample workspace, real engine, real worker."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from koodesk.backend.bootstrap import open_service
from koodesk.backend.ports.progress import Progress
from koodesk.backend.storage.drop_folder import WatchedFolder
from koodesk.cli import main, watch
from koodesk.domain.problem import Refused
from koodesk.domain.sms import SmsTemplateDraft, Variable, VariableType
from koodesk.engine.acceptance_log import acceptances
from tests.cli.test_campaign_end_to_end import Desk, number_file

pytestmark = pytest.mark.slow

COUNT = 200

PLAN = """
template = "{card}"
sms_template = 1
consent = "会员登记表"
fallback = "sms"
{more}
"""


class Here(Desk):
    """The same commands within this process: a Python for each of them would be most of the test."""

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        told, said = io.StringIO(), io.StringIO()
        line = [*arguments, "--workspace", str(self.workspace.root), "--json"]
        with redirect_stdout(told), redirect_stderr(said):
            code = main(line)
        return subprocess.CompletedProcess(line, code, told.getvalue(), said.getvalue())


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    made = Here(tmp_path_factory.mktemp("desk") / "workspace")
    made.by_day()
    yield made
    made.run("engine", "stop")


def plan(desk: Here, folder: Path, more: str = 'audience = "号码.xlsx"') -> Path:
    """Write a plan for the sample's card, which it names."""
    card = desk.told("template", "list")["items"][0]
    path = folder / "plan.toml"
    path.write_text(PLAN.format(card=card["name"], more=more), "utf-8")
    return path


def codes(told: Any) -> list[str]:
    return [one["code"] for one in told["problems"]]


def accepted(desk: Here) -> int:
    """Count what the engine's own log says was accepted."""
    return sum(1 for _ in acceptances(desk.workspace.engine))


def test_a_plan_sends_nothing_and_its_token_sends_once(desk: Here, tmp_path: Path) -> None:
    number_file(tmp_path / "号码.xlsx", COUNT, 13_700_000_000)
    path = str(plan(desk, tmp_path))
    before, campaigns = accepted(desk), desk.told("campaign", "list")

    rehearsed = desk.told("campaign", "plan", path, "--dry-run")
    assert (rehearsed["token"], rehearsed["dry_run"], rehearsed["confirmation"]["to_send"]) == (
        "",
        True,
        COUNT,
    )
    assert desk.told("campaign", "waiting")["items"] == []

    prepared = desk.told("campaign", "plan", path)
    token = prepared["token"]
    assert (prepared["valid"], prepared["duplicate"], prepared["invalid"]) == (COUNT, 1, 1)
    (waits,) = desk.told("campaign", "waiting")["items"]
    assert (waits["digest"], waits["to_send"], waits["origin"]) == (token, COUNT, "plan")
    assert codes(desk.told("campaign", "plan", path, code=1)) == ["plan.same_file"]

    shown = desk.told("campaign", "approve", token[:12], code=2)
    assert (shown["sent"], shown["confirmation"]["digest"]) == (False, token)
    calls = desk.told("campaign", "approve", token, "--dry-run")["calls"]
    shown_numbers = [row[0] for call in calls for row in call["body"]["recipients"]]
    assert len(shown_numbers) == COUNT
    assert {number[:7] for number in shown_numbers} == {"137****"}
    assert (accepted(desk), desk.told("campaign", "list")) == (before, campaigns)

    sent = desk.told("campaign", "approve", token, "--yes")
    assert (sent["state"], sent["accepted"]) == ("finished", COUNT)
    assert accepted(desk) == before + COUNT
    assert codes(desk.told("campaign", "approve", token, "--yes", code=1)) == ["campaign.confirmed"]
    assert codes(desk.told("campaign", "dismiss", token, code=1)) == ["campaign.confirmed"]
    assert accepted(desk) == before + COUNT
    assert desk.told("campaign", "waiting")["items"] == []


def test_what_has_changed_is_not_approved(desk: Here, tmp_path: Path) -> None:
    number_file(tmp_path / "号码.xlsx", 5, 13_600_000_000)
    token = desk.told("campaign", "plan", str(plan(desk, tmp_path)))["token"]
    number = 13_600_000_001
    signature = desk.told("campaign", "approve", token, code=2)["confirmation"]["signature"]
    desk.told("opt-out", "add", str(number), "--signature", signature)
    before = accepted(desk)
    told = codes(desk.told("campaign", "approve", token, "--yes", code=1))
    assert set(told) == {"campaign.changed"}
    assert accepted(desk) == before
    # Turned down, its file may be prepared again, without the number that opted out.
    desk.told("campaign", "dismiss", token)
    assert codes(desk.told("campaign", "approve", token, "--yes", code=1)) == ["plan.dismissed"]
    assert desk.told("campaign", "plan", str(tmp_path / "plan.toml"))["confirmation"]["to_send"] == 4


@pytest.mark.parametrize(
    ("token", "code"),
    [("short", "plan.token_short"), ("0" * 64, "plan.token_unknown"), ("%" * 12, "plan.token_unknown")],
)
def test_a_token_that_names_nothing(desk: Here, token: str, code: str) -> None:
    assert codes(desk.told("campaign", "approve", token, "--yes", code=1)) == [code]


def test_files_dropped_into_a_folder_wait_for_a_person(desk: Here, tmp_path: Path) -> None:
    plan(desk, tmp_path, more="")
    number_file(tmp_path / "一月.xlsx", 5, 13_500_000_000)
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    (tmp_path / "读我.txt").write_text("a note", "utf-8")
    before = accepted(desk)
    done = desk.run("watch", str(tmp_path), "--once")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    (waits,) = (one for one in desk.told("campaign", "waiting")["items"] if one["origin"] == "watch")
    assert (waits["file"], waits["to_send"]) == ("一月.xlsx", 5)
    assert (tmp_path / "prepared" / "一月.xlsx.txt").read_text("utf-8").strip() == waits["digest"]
    assert [one.name for one in (tmp_path / "refused").glob("*.xlsx")] == ["坏.xlsx"]
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["plan.toml", "读我.txt"]
    assert accepted(desk) == before

    # Somebody died after preparing it: it is put away, and not prepared a second time.
    (tmp_path / "prepared" / "一月.xlsx").rename(tmp_path / "taken" / "一月.xlsx")
    assert desk.told("watch", str(tmp_path), "--once")["digest"] == waits["digest"]
    assert sum(one["origin"] == "watch" for one in desk.told("campaign", "waiting")["items"]) == 1


def test_of_two_that_prepare_one_file_at_the_same_time_one_waits(desk: Here, tmp_path: Path) -> None:
    number_file(tmp_path / "号码.xlsx", 5, 13_400_000_000)
    path = plan(desk, tmp_path)
    first: list[str] = []
    with open_service(desk.workspace) as service, open_service(desk.workspace) as other:
        audiences = len(service.audiences.list())
        before = {one.digest for one in service.plans.waiting()}

        def beside(_: Progress) -> None:
            if not first:  # the one that came later is done sooner
                first.append("")
                first[0] = other.plans.prepare(path).confirmation.digest

        with pytest.raises(Refused, match=r"plan\.same_file") as refused:
            service.plans.prepare(path, progress=beside)
        assert refused.value.problems[0].param("token") == first[0][:12]
        assert {one.digest for one in service.plans.waiting()} - before == set(first)
        assert len(service.audiences.list()) == audiences + 1


def test_a_second_watch_beside_one_at_work_says_so_and_ends(
    desk: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_APART_SECONDS", 0.01)
    plan(desk, tmp_path, more="")
    number_file(tmp_path / "二月.xlsx", 5, 13_300_000_000)
    with WatchedFolder(tmp_path).alone():
        done = desk.run("watch", str(tmp_path), "--once")
    assert (done.returncode, done.stdout) == (0, "")
    assert tmp_path.name in done.stderr
    assert (tmp_path / "二月.xlsx").exists()
    assert desk.told("watch", str(tmp_path), "--once")["to_send"] == 5


def plain_template(desk: Here) -> None:
    """Have a template approved that goes out by itself: 到店, with a name and a code."""
    with open_service(desk.workspace) as service:
        sign = next(one for one in service.sms.signatures() if one.usable)
        draft = SmsTemplateDraft(
            "到店",
            sign.type,
            sign.id,
            "${1}您好，凭${2}到店领取礼品。拒收请回复R",
            (Variable(1, VariableType.TEXT, "姓名"), Variable(2, VariableType.CHARDIGIT)),
            "到店通知",
        )
        made = service.sms.add_template(draft)
        for _ in range(4 * 14):
            service.reviews.sync()
            if any(row.id == made.id and row.plain_sendable for row in service.sms.templates()):
                return
            service.engine.forward(6 * 3_600)
    raise AssertionError("never approved")


def test_a_plain_sms_by_a_plan_and_by_a_command(desk: Here, tmp_path: Path) -> None:
    plain_template(desk)
    desk.by_day()
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["手机号", 1])  # a title that a spreadsheet keeps as a number
    for place in range(40):
        sheet.append([f"{13_200_000_000 + place}", f"王{'女士' if place % 2 else '先生'}"])
    book.save(tmp_path / "到店.xlsx")
    path = tmp_path / "到店.toml"
    path.write_text(
        'kind = "plain"\ntemplate = "到店"\naudience = "到店.xlsx"\nconsent = "会员登记表"\n[sms_values]\n2 = "A1"\n',
        "utf-8",
    )
    before = accepted(desk)
    assert desk.told("campaign", "plan", str(path), "--dry-run")["confirmation"]["columns"] == ["1"]
    token = desk.told("campaign", "plan", str(path))["token"]
    (call,) = desk.told("campaign", "approve", token, "--dry-run")["calls"]
    assert call["body"]["kind"] == "plain"
    assert {row[0][:7] for row in call["body"]["recipients"]} == {"132****"}
    assert accepted(desk) == before
    sent = desk.told("campaign", "approve", token, "--yes")
    assert (sent["state"], sent["kind"], sent["accepted"]) == ("finished", "plain", 40)
    assert accepted(desk) == before + 40

    send = ("campaign", "send", "--kind", "plain", "--template", "到店", "--sms-value", "2=B2")
    shown = desk.told(*send, "--audience", str(tmp_path / "到店.xlsx"), "--consent", "会员登记表", code=2)
    assert (shown["confirmation"]["kind"], shown["confirmation"]["sms_values"]) == ("plain", [["2", "B2"]])
    unknown = desk.told(*send[:4], "--template", "没有", "--audience", str(tmp_path / "到店.xlsx"), code=1)
    assert codes(unknown) == ["plan.template_unknown"]
    assert [one["kind"] for one in desk.told("campaign", "list", "--kind", "plain")["items"]] == ["plain"]
