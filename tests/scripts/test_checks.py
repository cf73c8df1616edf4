# SPDX-License-Identifier: Apache-2.0
"""The runner of the checks stops at the first red one, says which, and hands its status on."""

import sys

import pytest

from scripts.checks import Step, run, steps


def ends(status: int) -> tuple[str, ...]:
    """A command that ends with the status."""
    return (sys.executable, "-c", f"raise SystemExit({status})")


def test_all_green_is_zero(capfd: pytest.CaptureFixture[str]) -> None:
    assert run([Step("first", ends(0)), Step("second", ends(0))]) == 0
    said = capfd.readouterr().out
    assert said.count("green") == 2
    assert "red" not in said


def test_the_first_red_one_ends_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    assert run([Step("first", ends(0)), Step("second", ends(3)), Step("third", ends(0))]) == 3
    table = capfd.readouterr().out.splitlines()[-3:]
    assert [line.split()[0] for line in table] == ["first", "second", "third"]
    assert [line.split()[-1] for line in table] == ["green", "red", "run"]


def test_a_run_without_tests_is_red() -> None:
    # pytest's own status for it is 5, and it must not be read as success.
    assert run([Step("tests", ends(5))]) == 5


def test_the_quick_part_leaves_out_only_slow_tests() -> None:
    quick, whole = steps(quick=True), steps(quick=False)
    assert [step.name for step in quick] == [step.name for step in whole]
    assert quick[:-1] == whole[:-1]
    assert quick[-1].command == (*whole[-1].command, "-m", "not slow")
