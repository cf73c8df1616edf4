# SPDX-License-Identifier: Apache-2.0
"""`koodesk engine ...` in a process of its own, as a script uses it."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from koodesk import paths
from koodesk.cli.engine import span_ms
from koodesk.domain.fault_script import read_fault_script


def koodesk(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "koodesk", "engine", *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Path]:
    """A workspace whose engine, if the test starts one, is stopped afterwards."""
    folder = tmp_path / "workspace"
    yield folder
    koodesk("stop", "--workspace", str(folder))


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done
    return json.loads(done.stdout)


def test_the_life_of_an_engine(workspace: Path) -> None:
    where = ("--workspace", str(workspace), "--json")
    assert answer(koodesk("status", *where)) == {"running": False, "endpoint": None, "pid": None}
    assert not workspace.exists()  # asking makes nothing
    started = answer(koodesk("start", *where))
    assert started["endpoint"].startswith("http://127.0.0.1:")
    assert answer(koodesk("start", *where))["pid"] == started["pid"]
    status = answer(koodesk("status", *where))
    assert (status["pid"], status["endpoint"]) == (started["pid"], started["endpoint"])
    forwarded = answer(koodesk("clock", "--forward", "24h", *where))
    assert forwarded["now_ms"] >= started["now_ms"] + 24 * 3_600_000
    assert answer(koodesk("clock", "--speed", "60", *where))["speed"] == 60
    assert answer(koodesk("clock", *where))["speed"] == 60
    assert answer(koodesk("status", *where))["speed"] == 60
    assert koodesk("log", "--workspace", str(workspace), "--campaign", "none").stdout == ""
    assert answer(koodesk("stop", *where))["stopped"] is True
    assert answer(koodesk("status", *where))["running"] is False


def test_a_clock_needs_a_running_engine(workspace: Path) -> None:
    done = koodesk("clock", "--forward", "1h", "--workspace", str(workspace), "--json")
    assert done.returncode == 1
    assert [one["code"] for one in json.loads(done.stdout)["problems"]] == ["engine.not_running"]
    assert "Traceback" not in done.stderr


def test_without_json_a_person_can_read_it(workspace: Path) -> None:
    done = koodesk("start", "--workspace", str(workspace))
    assert done.returncode == 0
    assert "endpoint" in done.stdout
    assert "127.0.0.1" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("clock", "--forward", "-1h"),
        ("clock", "--forward", "soon"),
        ("clock", "--speed", "0"),
        ("clock", "--speed", "3601"),
    ],
)
def test_wrong_use_is_2(arguments: tuple[str, ...]) -> None:
    assert koodesk(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("text", "ms"), [("90s", 90_000), ("30m", 1_800_000), ("24h", 86_400_000), ("3d", 259_200_000), ("0s", 0)]
)
def test_spans(text: str, ms: int) -> None:
    assert span_ms(text) == ms


@pytest.mark.parametrize("text", ["", "24", "h", "1.5h", "-1h", "1w", "24 h", "٣h"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        span_ms(text)


def test_faults_are_put_shown_and_ended(workspace: Path, tmp_path: Path) -> None:
    where = ("--workspace", str(workspace), "--json")
    script = tmp_path / "故障.toml"
    script.write_text('seed = 3\n[[fault]]\non = "send"\ndoes = "reset_after"\nshare = 0.5\n', "utf-8")
    given = answer(koodesk("faults", str(script), *where))
    assert given["seed"] == 3
    assert [(rule["on"], rule["does"], rule["share"]) for rule in given["fault"]] == [
        ("send", "reset_after", 0.5)
    ]
    assert answer(koodesk("faults", *where)) == given
    script.write_text('[[fault]]\non = "send"\ndoes = "explode"\n', "utf-8")
    refused = koodesk("faults", str(script), *where)
    assert refused.returncode == 1
    assert "故障.toml" in refused.stderr + refused.stdout
    assert answer(koodesk("faults", *where)) == given  # a wrong script changes nothing
    assert answer(koodesk("faults", "--clear", *where))["fault"] == []


@pytest.mark.parametrize(
    "sample", sorted((paths.resources() / "samples" / "faults").glob("*.toml")), ids=lambda p: p.stem
)
def test_the_sample_scripts_are_scripts(sample: Path) -> None:
    assert read_fault_script(sample.read_text("utf-8")).faults


def test_what_the_clouds_api_allows_is_shown_and_set(workspace: Path) -> None:
    where = ("--workspace", str(workspace), "--json")
    shown = answer(koodesk("cloud", *where))
    assert (shown["requests_per_second"], shown["callbacks"], shown["keys"]) == (1_000, "loopback", 0)
    changed = answer(koodesk("cloud", "--rate", "50", "--callbacks", "public", *where))
    assert (changed["requests_per_second"], changed["callbacks"]) == (50, "public")
    koodesk("stop", "--workspace", str(workspace))
    assert answer(koodesk("cloud", *where)) | {"url": ""} == changed | {"url": ""}
    refused = koodesk("cloud", "--rate", "0", *where)
    assert refused.returncode == 1
    assert "requests_per_second" in refused.stdout
