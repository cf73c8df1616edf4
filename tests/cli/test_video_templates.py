# SPDX-License-Identifier: Apache-2.0
"""`koodesk video list|public|new|import|export|submit|signature` and `koodesk lint MESSAGE.koovideo`, as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from koodesk import paths
from koodesk.backend.bootstrap import open_service
from koodesk.backend.workspace import Workspace
from koodesk.cli import main
from koodesk.domain.filing import FilingKind
from koodesk.domain.video_sms import koovideo
from koodesk.domain.video_sms.public import read_public
from koodesk.domain.video_sms.template import Frame, Text
from tests.backend.operations.clearing_desk import JPG, PDF, VIDEO_REQUIRED


class Shell:
    """Runs commands on a workspace and reads their JSON."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.workspace = root / "workspace"
        self._capsys = capsys

    def run(self, *words: str, code: int = 0) -> dict[str, Any]:
        given = [*words, "--workspace", str(self.workspace), "--json"]
        assert main(given) == code, self._capsys.readouterr()
        found: dict[str, Any] = json.loads(self._capsys.readouterr().out or "{}")
        return found

    def lint(self, path: Path, *words: str) -> tuple[int, list[str]]:
        code = main(["lint", str(path), "--json", *words])
        return code, [p["code"] for p in json.loads(self._capsys.readouterr().out)["problems"]]


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    made = Shell(tmp_path, capsys)
    yield made
    if made.workspace.exists():
        with open_service(Workspace(made.workspace)) as service:
            service.engine.stop()


def test_public_templates_are_listed_and_copied(shell: Shell) -> None:
    ready = shell.run("video", "public")["items"]
    assert {"car-launch", "appointment"} <= {item["key"] for item in ready}
    assert all(item["about"]["zh"] and item["about"]["en"] for item in ready)
    made = shell.run("video", "new", "--public", "shop-opening", "--title", "新店今日开业")
    assert (made["name"], made["title"], made["state"]) == ("新店开业", "新店今日开业", "draft")
    assert (
        shell.run("video", "new", "--public", "none", code=1)["problems"][0]["code"]
        == "video_sms.public_unknown"
    )


def test_a_template_out_and_in(shell: Shell) -> None:
    first = shell.run("video", "new", "--public", "shop-opening")
    out = shell.root / "opening.koovideo"
    shell.run("video", "export", "新店开业", "--out", str(out))
    taken = shell.run("video", "import", str(out))
    assert (taken["digest"], taken["id"]) == (first["digest"], first["id"] + 1)
    assert [item["id"] for item in shell.run("video", "list")["items"]] == [taken["id"], first["id"]]
    assert shell.run("video", "list", "--text", "没有")["items"] == []
    twice = shell.run("video", "export", "新店开业", "--out", str(out), code=1)
    assert twice["problems"][0]["code"] == "video_sms.ambiguous"
    assert (
        shell.run("video", "export", "99", "--out", str(out), code=1)["problems"][0]["code"]
        == "video_sms.unknown"
    )


def test_an_empty_template_is_not_handed_in(shell: Shell) -> None:
    shell.run("video", "new", "--title", "上市")
    found = {p["code"] for p in shell.run("video", "submit", "1", "--name", "新车", code=1)["problems"]}
    assert found == {"video_sms.empty", "video_sms.signature.missing"}
    found = {p["code"] for p in shell.run("video", "submit", "1", "--signature", "没有", code=1)["problems"]}
    assert found == {"video_signature.unknown"}


@pytest.mark.slow
def test_from_a_signature_to_a_verdict_of_each_carrier(shell: Shell) -> None:
    with open_service(Workspace(shell.workspace)) as service:
        service.engine.ensure_running()
        service.account.open(agreed=True)
        for paper in VIDEO_REQUIRED:
            file = shell.root / f"{paper}.{'jpg' if paper == 'licence' else 'pdf'}"
            file.write_bytes((JPG if paper == "licence" else PDF) + paper.encode())
            service.filings.attach(FilingKind.VIDEO_SMS, paper, file)
        service.filings.submit(FilingKind.VIDEO_SMS)
        service.engine.forward(6 * 86_400)
    letter = shell.root / "letter.pdf"
    letter.write_bytes(PDF)
    assert (
        shell.run("video", "signature", "add", "知味餐厅", "--authorization", str(letter))["state"]
        == "waiting"
    )
    with open_service(Workspace(shell.workspace)) as service:
        service.engine.forward(4 * 86_400)
        service.reviews.sync()
    assert [s["usable"] for s in shell.run("video", "signature", "list")["items"]] == [True]
    shell.run("video", "new", "--public", "shop-opening")
    given = (
        "--signature",
        "知味餐厅",
        "--days",
        "90",
        "--channel",
        "三网一般",
        "--remarks",
        "开业",
        "--name",
        "开业一",
    )
    row = shell.run("video", "submit", "1", *given)
    assert (row["state"], row["signature"], row["validity_days"], row["name"]) == (
        "waiting",
        "知味餐厅",
        90,
        "开业一",
    )
    assert set(row["carriers"]) == {"cmcc", "cucc", "ctcc"}
    with open_service(Workspace(shell.workspace)) as service:
        service.engine.forward(4 * 86_400)
        service.reviews.sync()
    (row,) = shell.run("video", "list")["items"]
    assert row["sendable"], row


# --- lint ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def launch(tmp_path: Path) -> Path:
    path = tmp_path / "launch.koovideo"
    (public,) = (p for p in read_public(paths.resources()) if p.key == "car-launch")
    koovideo.save(path, public.template, public.materials)
    return path


def test_a_good_file_has_nothing_to_say(shell: Shell, launch: Path) -> None:
    assert shell.lint(launch) == (0, [])


def test_a_file_with_faults(shell: Shell, launch: Path) -> None:
    template, materials = koovideo.load(launch)
    broken = replace(template, title="长" * 21, frames=(*template.frames, Frame((Text("见km2g.cn"),))))
    koovideo.save(launch, broken, materials)
    assert shell.lint(launch) == (1, ["video_sms.title.too_long", "video_sms.letter_needed"])
    koovideo.save(launch, replace(broken, title="上市"), materials)
    assert shell.lint(launch) == (0, ["video_sms.letter_needed"]), "a warning stops nobody"


def test_what_is_no_file(shell: Shell, launch: Path) -> None:
    launch.write_bytes(b"PK")
    assert shell.lint(launch) == (2, ["koovideo.not_a_message"])


@pytest.mark.parametrize("option", [["--fix"], ["--vendor", "HUAWEI"]])
def test_options_of_cards_are_wrong_use(launch: Path, option: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["lint", str(launch), *option])
    assert ended.value.code == 2
