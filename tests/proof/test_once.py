# SPDX-License-Identifier: Apache-2.0
"""The judge sees what it should, and `koodesk bench once` runs real processes under real kills."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from koodesk import paths
from koodesk.backend.ports.gateway import GatewayClass
from koodesk.domain.fault_script import read_fault_script
from koodesk.proof.once import OURS, SENDERS, Verdict, judge, judge_list, plan_of

LOG = [("m1", "r1"), ("m2", "r2")]
SAID = [("accepted", "m1"), ("accepted", "m2")]


@pytest.mark.parametrize(
    ("rows", "log", "unknown", "found"),
    [
        (SAID, LOG, 0, Verdict(2, 0, 0, 0, 0)),
        ([*SAID[:1], ("accepted", "m9")], LOG[:1], 0, Verdict(1, 1, 0, 0, 0)),
        (SAID[:1], LOG[:1], 0, Verdict(1, 1, 0, 0, 0)),  # there is no row of somebody
        (SAID, [*LOG, ("m3", "r2")], 0, Verdict(3, 0, 1, 0, 1)),
        ([*SAID[:1], ("refused", "")], LOG, 0, Verdict(2, 0, 0, 0, 1)),
        ([*SAID[:1], ("unknown", "")], LOG, 1, Verdict(2, 0, 0, 1, 0)),
        ([*SAID[:1], ("unknown", "")], LOG[:1], 1, Verdict(1, 0, 0, 1, 0)),
        ([*SAID[:1], ("refused", "")], LOG[:1], 0, Verdict(1, 0, 0, 0, 0)),
    ],
    ids=["clean", "lost", "forgotten", "twice", "denied", "unknown, sent", "unknown, not sent", "refused"],
)
def test_the_judge(
    rows: list[tuple[str, str]], log: list[tuple[str, str]], unknown: int, found: Verdict
) -> None:
    assert judge(2, rows, log, unknown) == found


def test_the_judge_of_a_sender_that_keeps_no_rows() -> None:
    assert judge_list(2, 2, LOG) == Verdict(2, 0, 0, 0, 0)
    assert judge_list(2, 2, LOG[:1]) == Verdict(1, 1, 0, 0, 0)
    assert judge_list(2, 2, [*LOG, ("m3", "r1")]) == Verdict(3, 0, 1, 0, 0)
    assert judge_list(2, 1, LOG).lost > 0, "it never ended"


def test_only_a_blind_gateway_may_leave_unknown_ones() -> None:
    left = Verdict(2, 0, 0, 1, 0)
    assert [klass.value for klass in GatewayClass if left.holds(klass)] == ["blind"]
    assert not any(
        Verdict(2, *one).holds(GatewayClass.BLIND) for one in ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 1))
    )


def test_a_known_bad_sender_sends_without_keys() -> None:
    assert plan_of("idempotent", 1, 1, 1).klass is GatewayClass.IDEMPOTENT
    assert all(
        plan_of("idempotent", 1, 1, 1, bad).klass is GatewayClass.LISTABLE for bad in SENDERS if bad != OURS
    )


@pytest.mark.parametrize("klass", list(GatewayClass))
def test_each_class_has_a_fault_script(klass: GatewayClass) -> None:
    place = paths.resources() / "samples" / "once" / f"{klass}.toml"
    assert read_fault_script(place.read_text("utf-8")).faults


def bench(*arguments: str, seed: int = 20261128) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "koodesk", "bench", "once", "--seed", str(seed), "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.crash
@pytest.mark.parametrize("gateway", ["idempotent", "blind"])
def test_a_send_under_kills(gateway: str) -> None:
    """The listable class waits a minute for its second "not found": its whole run is the command's, and the state machine has
    it in simulated time."""
    code, told = bench("--recipients", "6000", "--kills", "5", "--gateway", gateway)
    assert (code, told["holds"], told["lost"], told["twice"], told["untold"]) == (0, True, 0, 0, 0)
    assert told["worker_kills"] >= 3, "the send was over before it was killed"
    assert (told["unknown"] > 0) is (gateway == "blind")
    assert told["ended"] == ("unclear" if gateway == "blind" else "finished")


@pytest.mark.slow
@pytest.mark.crash
@pytest.mark.parametrize(("sender", "shows"), [("fetched", "lost"), ("marked", "twice"), ("hasty", "twice")])
def test_each_bad_sender_is_caught(sender: str, shows: str) -> None:
    """Where ten kills strike is chance, and a busy machine may put them all between two batches: a few runs are looked at."""
    runs = (
        bench("--recipients", "2000", "--kills", "10", "--sender", sender, seed=seed)
        for seed in range(20261128, 20261133)
    )
    code, told = next(run for run in runs if not run[1]["holds"])
    assert code == 0
    assert told[shows] > 0


def test_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x", "utf-8")
    for wrong in (["--recipients", "0"], ["--kills", "-1"], ["--keep", str(tmp_path)]):
        done = subprocess.run(
            [sys.executable, "-m", "koodesk", "bench", "once", *wrong],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, ""), wrong
    assert (tmp_path / "mine").read_text("utf-8") == "x"
